#include <stdlib.h>

#include "test/unit/judge_kit.h"

#define BIT(fault) TLS_FAULT_BIT(TLS_FAULT_##fault)

/* Of the perfect domain without DANE: what one change of the probes makes of it. */
static void insecure(struct kit *kit)
{
	for (size_t n = 0; n < kit->i.host_n; n++) {
		kit->i.host[n].dane.state = DANE_DI;
		kit->i.host[n].dane.record_n = 0;
		kit->i.host[n].tlsa = kit_status(DNS_NXDOMAIN);
	}
}

/* "t:rest" puts the domain into mode testing, "n:rest" into none; what is left is the argument proper. */
static const char *mode(struct kit *kit, const char *argument)
{
	insecure(kit);
	if (argument[0] == '\0' || argument[1] != ':')
		return argument;
	kit_in_mode(kit, argument);
	return argument + 2;
}

/* Both addresses of mx1. */
static void at_mx1(struct kit *kit, void (*change)(struct inspection_probe *, const char *), const char *argument)
{
	for (size_t k = 0; k < 2; k++)
		change(&kit->i.host[0].probe[k], argument);
}

static void no_tls(struct inspection_probe *p)
{
	p->cert = (struct inspection_cert){ 0 };
	p->tls = p->group = (str){ 0 };
}

static void lacks_starttls(struct inspection_probe *p, const char *how)
{
	no_tls(p);
	p->starttls = 0;
	p->starttls_offered = false;
	p->starttls_masked = how[0] == 'X';
	p->session = (struct mx_check_session){ .outcome = MX_CHECK_STARTTLS_MISSING };
}

static void refuses_starttls(struct inspection_probe *p, const char *code)
{
	no_tls(p);
	p->starttls = (unsigned)strtoul(code, NULL, 10);
	p->session = (struct mx_check_session){ .outcome = MX_CHECK_STARTTLS_REFUSED, .smtp_code = p->starttls };
}

static void fails_handshake(struct inspection_probe *p, const char *how)
{
	enum tls_fault_handshake kind = how[0] == 'a' ? TLS_FAULT_ALERT : how[0] == 'v' ? TLS_FAULT_VERSION :
	    how[0] == 'c' ? TLS_FAULT_CIPHER : how[0] == 't' ? TLS_FAULT_TIMEOUT : TLS_FAULT_CLOSED;

	no_tls(p);
	p->session = (struct mx_check_session){ .outcome = MX_CHECK_HANDSHAKE_FAILED,
		.handshake = { kind, how[0] == 'a' ? (unsigned)strtoul(how + 1, NULL, 10) : 0 } };
}

static void has_old_tls(struct inspection_probe *p, const char *version)
{
	p->old_tls = true;
	p->tls = str_of(version);
}

static unsigned bits_of(const char *fault)
{
	static const struct {
		const char *word;
		unsigned bits;
	} faults[] = { { "expired", BIT(EXPIRED) }, { "early", BIT(NOT_YET_VALID) }, { "name", BIT(NAME_MISMATCH) },
		{ "cn", BIT(NO_DNS_ID) }, { "self", BIT(SELF_SIGNED) | BIT(UNKNOWN_CA) }, { "unknown", BIT(UNKNOWN_CA) },
		{ "chain", BIT(CHAIN_MISSING) }, { "weak", BIT(WEAK_KEY) }, { "constraints", BIT(CONSTRAINTS) },
		{ "revoked", BIT(REVOKED) }, { "old name", BIT(EXPIRED) | BIT(NAME_MISMATCH) } };

	for (size_t n = 0; n < ARRAY_N(faults); n++)
		if (strcmp(faults[n].word, fault) == 0)
			return faults[n].bits;
	fail_msg("no fault %s", fault);
	return 0;
}

static void has_fault(struct inspection_probe *p, const char *fault)
{
	p->cert.faults = p->session.pkix_faults = bits_of(fault);
	if (p->cert.faults & BIT(EXPIRED))
		p->cert.not_after = KIT_NOW - DATE_DAY_S;
}

static void missing(struct kit *kit, const char *how)
{
	at_mx1(kit, lacks_starttls, mode(kit, how));
}

static void missing_at_one(struct kit *kit, const char *how)
{
	lacks_starttls(&kit->i.host[0].probe[1], mode(kit, how));
}

static void refused(struct kit *kit, const char *code)
{
	at_mx1(kit, refuses_starttls, mode(kit, code));
}

static void handshake(struct kit *kit, const char *how)
{
	at_mx1(kit, fails_handshake, mode(kit, how));
}

static void old_tls(struct kit *kit, const char *version)
{
	at_mx1(kit, has_old_tls, mode(kit, version));
}

static void fault(struct kit *kit, const char *word)
{
	at_mx1(kit, has_fault, mode(kit, word));
}

static void fault_at_one(struct kit *kit, const char *word)
{
	has_fault(&kit->i.host[0].probe[0], mode(kit, word));
}

/* Not in the policy: nobody connects, so nobody reports what is wrong there. */
static void fault_unmatched(struct kit *kit, const char *word)
{
	fault(kit, word);
	kit->i.host[0].host = S("mx9.example.com");
}

/* A policy is there, but nobody gets it. */
static void fault_without_record(struct kit *kit, const char *word)
{
	fault(kit, word);
	kit_with_sts(kit, "v=STSv1;");
}

static void other_certificates(struct kit *kit, const char *unused)
{
	(void)unused;
	kit->i.host[0].probe[1].cert.sha256 = S("ffff");
}

static const struct kit_row session_rows[] = {
	{ "perfect", NULL, "", "" },
	{ "different certificates, both fine", other_certificates, "", "" },
	{ "no STARTTLS", missing, "", "Y02 fatal starttls-not-supported" },
	{ "no STARTTLS, testing", missing, "t:", "Y02 error starttls-not-supported" },
	{ "no STARTTLS, none", missing, "n:", "Y02 warning starttls-not-supported" },
	{ "blotted out", missing, "XXXXXXXA", "Y02 fatal starttls-not-supported" },
	{ "no STARTTLS at one", missing_at_one, "", "Y02 fatal starttls-not-supported, Y15 fatal" },
	{ "no STARTTLS at one, testing", missing_at_one, "t:", "Y02 error starttls-not-supported, Y15 error" },
	{ "no STARTTLS at one, none", missing_at_one, "n:", "Y02 warning starttls-not-supported, Y15 warning" },
	{ "454", refused, "454", "Y03 fatal starttls-not-supported" },
	{ "502", refused, "502", "Y03 fatal starttls-not-supported" },
	{ "550", refused, "t:550", "Y03 error starttls-not-supported" },
	{ "alert", handshake, "a40", "Y04 fatal validation-failure" },
	{ "closed", handshake, "x", "Y04 fatal validation-failure" },
	{ "timeout", handshake, "n:t", "Y04 warning validation-failure" },
	{ "no cipher", handshake, "t:c", "Y04 error validation-failure" },
	{ "version", handshake, "v", "Y05 fatal validation-failure" },
	{ "protocol_version", handshake, "a70", "Y05 fatal validation-failure" },
	{ "TLS 1.0 only", old_tls, "TLSv1", "Y05 fatal validation-failure" },
	{ "TLS 1.0 as well", old_tls, "TLSv1.3", "Y05 info" },
	{ "expired", fault, "expired", "Y06 fatal certificate-expired" },
	{ "expired, testing", fault, "t:expired", "Y06 error certificate-expired" },
	{ "expired, none", fault, "n:expired", "Y06 warning" },
	{ "early", fault, "early", "Y07 fatal certificate-not-trusted" },
	{ "name", fault, "name", "Y08 fatal certificate-host-mismatch" },
	{ "common name", fault, "cn", "Y08 fatal certificate-host-mismatch" },
	{ "self-signed", fault, "self", "Y09 fatal certificate-not-trusted" },
	{ "unknown CA", fault, "unknown", "Y10 fatal certificate-not-trusted" },
	{ "no chain", fault, "chain", "Y11 fatal certificate-not-trusted" },
	{ "weak", fault, "weak", "Y12 fatal certificate-not-trusted" },
	{ "constraints", fault, "t:constraints", "Y12 error certificate-not-trusted" },
	{ "revoked", fault, "revoked", "Y13 fatal certificate-not-trusted" },
	{ "expired and another's", fault, "old name", "Y06 fatal certificate-expired, Y08 fatal certificate-host-mismatch" },
	{ "name at one", fault_at_one, "name", "Y08 fatal certificate-host-mismatch, Y15 fatal" },
	{ "not in the policy", fault_unmatched, "expired", "Y06 error" },
	{ "not in the policy, testing", fault_unmatched, "t:expired", "Y06 error certificate-expired" },
	{ "no record", fault_without_record, "expired", "Y06 warning" },
};

static void sessions(void **state)
{
	(void)state;
	kit_rows(session_rows, ARRAY_N(session_rows), judge_mx);
}

/* ---- what could not be tested ---- */

static void silence(struct inspection_probe *p, char how)
{
	p->session = (struct mx_check_session){ .outcome = MX_CHECK_UNREACHED };
	no_tls(p);
	p->greeting = p->ehlo = p->starttls = 0;
	p->greeting_text = (str){ 0 };
	p->reach = how == 'r' ? INSPECTION_REFUSED : how == 't' ? INSPECTION_TIMEOUT : how == 'u' ?
	    INSPECTION_UNREACHABLE : how == 'x' ? INSPECTION_RESET : how == 'p' ? INSPECTION_PRIVATE : how == 'n' ?
	    INSPECTION_NOT_TRIED : INSPECTION_REACHED;
	if (how == '4' || how == '5') {
		p->greeting = how == '4' ? 450 : 554;
		p->greeting_text = S("come back");
	}
	if (how == 'e') {
		p->greeting = 220;
		p->ehlo = 502;
	}
}

/* A letter for each address: mx1 IPv6, mx1 IPv4, mx2 IPv6, mx2 IPv4. */
static void silent(struct kit *kit, const char *letters)
{
	for (size_t k = 0; letters[k]; k++)
		if (letters[k] != '.')
			silence(&kit->i.host[k / 2].probe[k % 2], letters[k]);
}

static void silent_without_ipv6(struct kit *kit, const char *letters)
{
	silent(kit, letters);
	kit->i.fetch[0].reach = INSPECTION_UNREACHABLE;
}

static void one_address(struct kit *kit, const char *letters)
{
	silent(kit, letters);
	kit->i.host_n = 1;
	kit->i.host[0].probe_n = 1;
}

static const struct kit_row silence_rows[] = {
	{ "all silent", silent, "tttt", "Y01 unknown" },
	{ "all refused", silent, "rrrr", "Y01 unknown" },
	{ "the only one refuses", one_address, "r", "Y01 unknown" },
	{ "the only one is silent", one_address, "t", "Y01 unknown" },
	{ "one host down", silent, "rr..", "Y01 unknown, Y01 unknown" },
	{ "IPv4 down", silent, ".t..", "Y01 unknown" },
	{ "IPv6 down", silent, "t...", "Y19 warning" },
	{ "IPv6 refused", silent, "r.r.", "Y19 warning, Y19 warning" },
	{ "IPv6 without a way", silent, "u...", "Y19 warning" },
	{ "no IPv6 here", silent_without_ipv6, "u.u.", "Y19 info" },
	{ "no IPv6 here, port 25 blocked", silent_without_ipv6, "utut", "Y01 unknown, Y19 info" },
	{ "greylisted", silent, "44..", "Y01 unknown, Y01 unknown" },
	{ "554", silent, "..55", "Y01 unknown, Y01 unknown" },
	{ "junk", silent, ".j..", "Y01 unknown" },
	{ "EHLO refused", silent, ".e..", "Y01 unknown" },
	{ "cut", silent, ".x..", "Y01 unknown" },
	{ "private", silent, ".p..", "" },
	{ "out of time", silent, "..nn", "Y01 unknown, Y01 unknown" },
};

static void silences(void **state)
{
	(void)state;
	kit_rows(silence_rows, ARRAY_N(silence_rows), judge_mx);
}

/* ---- remarks ---- */

static void remarked(struct kit *kit, const char *what)
{
	insecure(kit);
	for (size_t k = 0; k < 2; k++) {
		struct inspection_probe *p = &kit->i.host[0].probe[k];

		p->cert.weak_key = what[0] == 'k';
		p->cert.must_staple = what[0] == 'm';
		p->cert.revoked = what[0] == 'r';
		p->cert.not_after = what[0] == 's' ? KIT_NOW + 5 * DATE_DAY_S : p->cert.not_after;
		p->without_sni = what[0] == 'f' ? INSPECTION_FAILS : what[0] == 'o' ? INSPECTION_OTHER : INSPECTION_SAME;
		p->injection_accepted = what[0] == 'i';
		p->ehlo_refused_inside = what[0] == 'd';
		p->group = what[0] == 'x' ? S("X25519") : p->group;
		if (what[0] == 'e') {
			p->rsa = p->ecdsa = p->cert;
			p->rsa.faults = BIT(EXPIRED);
		}
		if (what[0] == 'b') { /* what is wrong with both is said of the one that was seen first */
			p->rsa = p->ecdsa = p->cert;
			p->rsa.faults = p->ecdsa.faults = BIT(EXPIRED);
		}
	}
}

static void only(struct kit *kit, const char *group)
{
	missing(kit, "");
	kit->i.options.groups = group[0] == 's' ? INSPECTION_STS : INSPECTION_MX;
}

static const struct kit_row remark_rows[] = {
	{ "weak key", remarked, "key", "Y12 warning" },
	{ "must-staple", remarked, "must", "Y13 warning" },
	{ "revoked", remarked, "revoked", "Y13 warning" },
	{ "soon", remarked, "soon", "Y14 warning" },
	{ "RSA expired", remarked, "either", "Y16 warning" },
	{ "both expired", remarked, "both", "" },
	{ "needs SNI", remarked, "fails", "Y17 warning" },
	{ "other without SNI", remarked, "other", "Y17 warning" },
	{ "injection", remarked, "injected", "Y18 error" },
	{ "deaf inside TLS", remarked, "deaf", "Y18 warning" },
	{ "classic key exchange", remarked, "x25519", "Y20 info" },
	{ "MX not asked for", only, "sts", "" },
	{ "MX asked for alone", only, "mx", "Y02 fatal starttls-not-supported" },
};

static void remarks(void **state)
{
	(void)state;
	kit_rows(remark_rows, ARRAY_N(remark_rows), judge_mx);
}

/* ---- sentences ---- */

static void named(struct kit *kit, const char *names)
{
	insecure(kit);
	for (size_t k = 0; k < 2; k++) {
		kit->i.host[0].probe[k].cert = kit_cert(kit, names);
		has_fault(&kit->i.host[0].probe[k], "name");
	}
}

static void named_as_alias(struct kit *kit, const char *names)
{
	named(kit, names);
	kit_alias(kit, &kit->i.host[0].a, "in.provider.example");
}

static const struct {
	void (*change)(struct kit *, const char *);
	const char *argument;
	enum finding_id id;
	const char *message, *remedy;
} sentences[] = {
	{ missing_at_one, "", FINDING_Y02, "At 192.0.2.25: STARTTLS is not offered.",
		"Enable STARTTLS on this host, and look for a firewall that removes it." },
	{ missing_at_one, "", FINDING_Y15,
		"The addresses of this host differ: all is well at 2001:db8::25, but not at 192.0.2.25.",
		"Bring the host's addresses into line, or remove the one that fails." },
	{ fault, "expired", FINDING_Y06, "The certificate expired on 2026-11-20, 1 day ago (issuer Test CA R1).",
		"Renew the certificate and let the mail server load it." },
	{ named, "mail.example.com|example.com", FINDING_Y08,
		"The certificate is for mail.example.com and example.com; none of these is mx1.example.com.",
		"Add mx1.example.com to the certificate, or name the MX host as the certificate does (mail.example.com)." },
	{ named_as_alias, "*.provider.example", FINDING_Y08,
		"The certificate is for *.provider.example, not for mx1.example.com.",
		"The MX record names an alias; name in.provider.example itself in the MX record and in the policy, or add "
		"mx1.example.com to the certificate." },
	{ handshake, "a40", FINDING_Y04, "The host ends the TLS handshake with an alert (tls-alert-40).",
		"Look into the log of the mail server; certificate or key may be missing or not fit each other." },
	{ refused, "454", FINDING_Y03, "STARTTLS is offered and then refused for now (454): TLS is not available.",
		"Look into the log of the mail server: certificate or key may be missing or unreadable for it." },
	{ silent, "tttt", FINDING_Y01, "None of the MX hosts could be reached on port 25 (4 addresses, 0 refused, 4 without "
		"an answer): either this host may not open connections to port 25, as many networks forbid, or all of them are "
		"down.", "Test from another network or later; this says nothing about the domain." },
	{ silent, "44..", FINDING_Y01, "The greeting at 2001:db8::25 asks to come back later (450 \"come back\"): "
		"greylisting or too much to do.", "Check again in some minutes; this says nothing about the domain." },
	{ remarked, "x25519", FINDING_Y20, "The key exchange with mx1.example.com is X25519, without ML-KEM.",
		"Update the TLS library when convenient; X25519MLKEM768 is its key exchange." },
};

static void the_sentences(void **state)
{
	(void)state;
	for (size_t k = 0; k < ARRAY_N(sentences); k++) {
		struct kit *kit = kit_start();

		sentences[k].change(kit, sentences[k].argument);
		kit_judge(kit, judge_mx);
		unit_same(kit_message(kit, sentences[k].id), str_of(sentences[k].message), sentences[k].argument);
		unit_same(kit_remedy(kit, sentences[k].id), str_of(sentences[k].remedy), sentences[k].argument);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(sessions),
		cmocka_unit_test(silences),
		cmocka_unit_test(remarks),
		cmocka_unit_test(the_sentences),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
