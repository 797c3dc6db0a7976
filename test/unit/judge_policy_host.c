#include <stdlib.h>

#include "test/unit/judge_kit.h"

#define BIT(fault) TLS_FAULT_BIT(TLS_FAULT_##fault)

/* The fetches that a change is about: "0", "1", or both. */
static bool chosen(size_t k, const char *which)
{
	return which[0] != (k == 0 ? '1' : '0');
}

static void stop(struct inspection_fetch *f, struct sts_fetch how)
{
	f->fetch = how;
	f->status = 0;
	f->content_type = f->body = (str){ 0 };
	f->bytes = 0;
}

/* ---- names and addresses ---- */

static void no_host(struct kit *kit, const char *status)
{
	enum dns_status s = status[0] == 'n' ? DNS_NXDOMAIN : status[0] == 'e' ? DNS_NODATA : status[0] == 's' ?
	    DNS_SERVFAIL : status[0] == 'b' ? DNS_BOGUS : DNS_TIMEOUT;

	kit->i.host_a = kit->i.host_aaaa = kit_status(s);
	kit->i.fetch_n = kit->i.host_ip_total = 0;
}

static void one_family_fails(struct kit *kit, const char *unused)
{
	(void)unused;
	kit->i.host_aaaa = kit_status(DNS_SERVFAIL);
	kit->i.fetch[0] = kit->i.fetch[1];
	kit->i.fetch_n = kit->i.host_ip_total = 1;
}

static void alias_to(struct kit *kit, const char *target)
{
	kit_alias(kit, &kit->i.host_a, target);
	kit_alias(kit, &kit->i.host_aaaa, target);
}

static void dangling(struct kit *kit, const char *target)
{
	no_host(kit, "n");
	alias_to(kit, target);
}

static void in_a_circle(struct kit *kit, const char *target)
{
	dangling(kit, target);
	kit->i.host_a.alias_loop = true;
}

static enum inspection_reach reach_of(char c)
{
	return c == 'r' ? INSPECTION_REFUSED : c == 't' ? INSPECTION_TIMEOUT : c == 'u' ? INSPECTION_UNREACHABLE :
	    c == 'x' ? INSPECTION_RESET : c == 'p' ? INSPECTION_PRIVATE : c == 'n' ? INSPECTION_NOT_TRIED :
	    INSPECTION_REACHED;
}

/* One letter for each address: "r." the first refuses. */
static void reaching(struct kit *kit, const char *letters)
{
	for (size_t k = 0; k < 2; k++) {
		if (letters[k] == '.')
			continue;
		stop(&kit->i.fetch[k], (struct sts_fetch){ .cause = STS_FETCH_CONNECT });
		kit->i.fetch[k].reach = reach_of(letters[k]);
		kit->i.fetch[k].cert = (struct inspection_cert){ 0 };
	}
}

static void without_ipv6(struct kit *kit, const char *letters)
{
	reaching(kit, letters);
	for (size_t n = 0; n < kit->i.host_n; n++)
		kit->i.host[n].probe[0].reach = INSPECTION_UNREACHABLE;
}

static void other_body(struct kit *kit, const char *body)
{
	struct inspection_fetch first = kit->i.fetch[0];

	kit_policy(kit, body);
	kit->i.fetch[0] = first;
}

static void orphan(struct kit *kit, const char *type)
{
	kit->i.sts = kit_status(DNS_NXDOMAIN);
	for (size_t k = 0; type[0] && k < 2; k++) {
		kit->i.fetch[k].content_type = str_of(type);
		kit->i.fetch[k].fetch.cause = STS_FETCH_CONTENT_TYPE;
	}
}

static void caa(struct kit *kit, const char *values)
{
	kit->i.fetch[0].cert.issuer = kit->i.fetch[1].cert.issuer = S("R11");
	kit->i.caa = kit_answer(kit, values);
	for (size_t k = 0; k < kit->i.caa.record_n; k++)
		kit->i.caa.record[k].tag = S("issue");
}

static void caa_fails(struct kit *kit, const char *unused)
{
	(void)unused;
	kit->i.caa = kit_status(DNS_SERVFAIL);
}

static void unsigned_zone(struct kit *kit, const char *unused)
{
	(void)unused;
	kit->i.sts.answer.secure = kit->i.mx.answer.secure = false;
}

static void unsigned_and_unasked(struct kit *kit, const char *unused)
{
	unsigned_zone(kit, unused);
	kit->i.options.dane = false;
}

static const struct kit_row name_rows[] = {
	{ "perfect", NULL, "", "" },
	{ "not asked", kit_without_sts, "", "" },
	{ "NXDOMAIN", no_host, "n", "H01 error sts-policy-fetch-error" },
	{ "NODATA", no_host, "e", "H01 error sts-policy-fetch-error" },
	{ "SERVFAIL", no_host, "s", "H01 error sts-policy-fetch-error" },
	{ "bogus", no_host, "b", "H01 error sts-policy-fetch-error" },
	{ "timeout", no_host, "t", "H01 unknown" },
	{ "AAAA fails", one_family_fails, "", "H01 warning" },
	{ "dangling", dangling, "sts.provider.example", "H02 error sts-policy-fetch-error" },
	{ "dangling at home", dangling, "web.example.com", "H02 error sts-policy-fetch-error" },
	{ "circle", in_a_circle, "web.example.com", "H02 error sts-policy-fetch-error" },
	{ "alias that works", alias_to, "sts.provider.example", "" },
	{ "all refuse", reaching, "rr", "W01 error sts-policy-fetch-error" },
	{ "all silent", reaching, "tt", "W01 error sts-policy-fetch-error" },
	{ "IPv6 dead", reaching, "t.", "H03 warning" },
	{ "IPv6 refuses", reaching, "r.", "H03 warning" },
	{ "IPv6 without route, others have one", reaching, "u.", "H03 warning" },
	{ "no IPv6 here", without_ipv6, "u.", "H03 info" },
	{ "no IPv6 here, IPv4 dead", without_ipv6, "ut", "W01 unknown, W01 error sts-policy-fetch-error" },
	{ "IPv4 dead", reaching, ".x", "H03 error" },
	{ "out of time", reaching, ".n", "H03 unknown" },
	{ "all out of time", reaching, "nn", "W01 unknown" },
	{ "private", reaching, ".p", "H05 error sts-policy-fetch-error" },
	{ "all private", reaching, "pp", "H05 error sts-policy-fetch-error" },
	{ "two policies", other_body, KIT_POLICY("testing", "604800"), "H04 warning" },
	{ "one is empty", other_body, "", "H04 error" },
	{ "orphan", orphan, "", "H06 info" },
	{ "orphan of the wrong type", orphan, "text/html", "H06 info, P03 warning" },
	{ "CAA allows", caa, "letsencrypt.org;accounturi=x|other.example", "" },
	{ "CAA forbids", caa, "other.example", "H07 warning" },
	{ "CAA forbids all", caa, ";", "H07 warning" },
	{ "CAA fails", caa_fails, "", "H07 warning" },
	{ "unsigned", unsigned_zone, "", "H08 info" },
	{ "not known whether signed", unsigned_and_unasked, "", "" },
};

static void names(void **state)
{
	(void)state;
	kit_rows(name_rows, ARRAY_N(name_rows), judge_policy_host);
}

/* ---- TLS ---- */

static void refused_cert(struct kit *kit, const char *which, const char *names, unsigned faults)
{
	for (size_t k = 0; k < 2; k++) {
		if (!chosen(k, which))
			continue;
		if (names)
			kit->i.fetch[k].cert = kit_cert(kit, names);
		kit->i.fetch[k].cert.faults = faults;
		stop(&kit->i.fetch[k], (struct sts_fetch){ .cause = STS_FETCH_CERTIFICATE, .cert = faults });
	}
}

static void named(struct kit *kit, const char *names)
{
	refused_cert(kit, "", names, BIT(NAME_MISMATCH));
}

static void named_by_provider(struct kit *kit, const char *names)
{
	alias_to(kit, "cust.sts.provider.example");
	named(kit, names);
}

static void first_named(struct kit *kit, const char *names)
{
	refused_cert(kit, "0", names, BIT(NAME_MISMATCH));
}

static void common_name_only(struct kit *kit, const char *name)
{
	refused_cert(kit, "", name, BIT(NO_DNS_ID));
	kit->i.fetch[0].cert.name_n = kit->i.fetch[0].cert.names_total = 0;
	kit->i.fetch[1].cert.name_n = kit->i.fetch[1].cert.names_total = 0;
}

static void faulty(struct kit *kit, const char *fault)
{
	static const struct {
		const char *word;
		unsigned bits;
	} faults[] = { { "expired", BIT(EXPIRED) }, { "early", BIT(NOT_YET_VALID) }, { "self", BIT(SELF_SIGNED) },
		{ "unknown", BIT(UNKNOWN_CA) }, { "chain", BIT(CHAIN_MISSING) }, { "constraints", BIT(CONSTRAINTS) },
		{ "weak", BIT(WEAK_KEY) }, { "revoked", BIT(REVOKED) }, { "old name", BIT(EXPIRED) | BIT(NAME_MISMATCH) },
		{ "own name", BIT(SELF_SIGNED) | BIT(UNKNOWN_CA) | BIT(NAME_MISMATCH) } };

	for (size_t n = 0; n < ARRAY_N(faults); n++)
		if (strcmp(faults[n].word, fault) == 0)
			refused_cert(kit, "", strchr(fault, ' ') ? "shared.hosting.example" : NULL, faults[n].bits);
	for (size_t k = 0; k < 2; k++) {
		if (strncmp(fault, "expired", 7) == 0 || strncmp(fault, "old", 3) == 0)
			kit->i.fetch[k].cert.not_after = KIT_NOW - 3 * DATE_DAY_S;
		kit->i.fetch[k].cert.not_before += fault[0] == 'e' && fault[1] == 'a' ? 30 * DATE_DAY_S : 0;
	}
}

static void unreadable(struct kit *kit, const char *unused)
{
	(void)unused;
	refused_cert(kit, "", NULL, BIT(UNKNOWN_CA));
	kit->i.fetch[0].cert.there = kit->i.fetch[1].cert.there = false;
}

static void expired_at_provider(struct kit *kit, const char *unused)
{
	(void)unused;
	alias_to(kit, "cust.sts.provider.example");
	faulty(kit, "expired");
}

static void weak(struct kit *kit, const char *what)
{
	kit->i.fetch[0].cert.weak_key = kit->i.fetch[1].cert.weak_key = what[0] == 'k';
	kit->i.fetch[0].cert.weak_signature = kit->i.fetch[1].cert.weak_signature = what[0] == 's';
	kit->i.fetch[0].cert.revoked = kit->i.fetch[1].cert.revoked = what[0] == 'r';
	kit->i.fetch[0].cert.revoked_at = kit->i.fetch[1].cert.revoked_at = KIT_NOW;
}

/* "90 29": life and days left */
static void ending(struct kit *kit, const char *days)
{
	long life = strtol(days, NULL, 10), left = strtol(strchr(days, ' '), NULL, 10);

	for (size_t k = 0; k < 2; k++) {
		kit->i.fetch[k].cert.not_after = KIT_NOW + left * DATE_DAY_S + 3600;
		kit->i.fetch[k].cert.not_before = kit->i.fetch[k].cert.not_after - life * DATE_DAY_S;
	}
}

static void handshake(struct kit *kit, const char *how)
{
	struct sts_fetch f = { .cause = STS_FETCH_TLS };

	f.tls.kind = how[0] == 'a' ? TLS_FAULT_ALERT : how[0] == 'v' ? TLS_FAULT_VERSION : how[0] == 'c' ?
	    TLS_FAULT_CIPHER : how[0] == 't' ? TLS_FAULT_TIMEOUT : TLS_FAULT_CLOSED;
	f.tls.alert = how[0] == 'a' ? (unsigned)strtoul(how + 1, NULL, 10) : 0;
	for (size_t k = 0; k < 2; k++) {
		stop(&kit->i.fetch[k], f);
		kit->i.fetch[k].cert = (struct inspection_cert){ 0 };
	}
}

static void handshake_at_provider(struct kit *kit, const char *how)
{
	alias_to(kit, "cust.sts.provider.example");
	handshake(kit, how);
}

static const struct kit_row tls_rows[] = {
	{ "apex only", named, "example.com|www.example.com", "W04 error sts-webpki-invalid" },
	{ "one name", named, "www.example.com", "W04 error sts-webpki-invalid" },
	{ "common name", common_name_only, "mta-sts.example.com", "W04 error sts-webpki-invalid" },
	{ "provider's", named_by_provider, "*.provider.example", "W04 error sts-webpki-invalid" },
	{ "at one address", first_named, "www.example.com", "H04 error, W04 error sts-webpki-invalid" },
	{ "expired", faulty, "expired", "W05 error sts-webpki-invalid" },
	{ "early", faulty, "early", "W06 error sts-webpki-invalid" },
	{ "self-signed", faulty, "self", "W07 error sts-webpki-invalid" },
	{ "unknown CA", faulty, "unknown", "W08 error sts-webpki-invalid" },
	{ "no chain", faulty, "chain", "W09 error sts-webpki-invalid" },
	{ "constraints", faulty, "constraints", "W08 error sts-webpki-invalid" },
	{ "too weak", faulty, "weak", "W10 error sts-webpki-invalid" },
	{ "refused as revoked", faulty, "revoked", "W11 error sts-webpki-invalid" },
	{ "expired and another's", faulty, "old name", "W04 error sts-webpki-invalid, W05 error sts-webpki-invalid" },
	{ "server's own", faulty, "own name", "W04 error sts-webpki-invalid, W07 error sts-webpki-invalid" },
	{ "unreadable", unreadable, "", "W08 error sts-webpki-invalid" },
	{ "expired at provider", expired_at_provider, "", "W05 error sts-webpki-invalid" },
	{ "weak key", weak, "key", "W10 warning" },
	{ "weak signature", weak, "signature", "W10 warning" },
	{ "revoked", weak, "revoked", "W11 warning" },
	{ "ends soon", ending, "90 25", "W12 warning" },
	{ "a day late", ending, "90 29", "" },
	{ "a year, two months left", ending, "397 60", "" },
	{ "a year, three weeks left", ending, "397 21", "W12 warning" },
	{ "six days, two left", ending, "6 2", "" },
	{ "six days, hours left", ending, "6 0", "W12 warning" },
	{ "unrecognized_name", handshake, "a112", "W02 error sts-policy-fetch-error" },
	{ "handshake_failure", handshake, "a40", "W02 error sts-policy-fetch-error" },
	{ "internal_error", handshake, "a80", "W02 error sts-policy-fetch-error" },
	{ "protocol_version", handshake, "a70", "W03 error sts-policy-fetch-error" },
	{ "old", handshake, "v", "W03 error sts-policy-fetch-error" },
	{ "no cipher", handshake, "c", "W02 error sts-policy-fetch-error" },
	{ "slow handshake", handshake, "t", "W02 error sts-policy-fetch-error" },
	{ "closed", handshake, "x", "W02 error sts-policy-fetch-error" },
	{ "alert at provider", handshake_at_provider, "a112",
		"H02 error sts-policy-fetch-error, W02 error sts-policy-fetch-error" },
};

static void tls(void **state)
{
	(void)state;
	kit_rows(tls_rows, ARRAY_N(tls_rows), judge_policy_host);
}

/* ---- HTTP ---- */

static void replying(struct kit *kit, unsigned status, const char *type, const char *body)
{
	for (size_t k = 0; k < 2; k++) {
		struct sts_fetch_reply reply = { status, str_of(type), str_of(body) };
		struct sts_policy policy;
		struct inspection_fetch *f = &kit->i.fetch[k];

		f->status = status;
		f->content_type = reply.content_type;
		f->body = reply.body;
		f->bytes = reply.body.n;
		f->fetch = sts_fetch_check(&reply, &kit->mem, &policy, NULL);
	}
}

static void status(struct kit *kit, const char *number)
{
	replying(kit, (unsigned)strtoul(number, NULL, 10), "text/plain", "no");
}

static void status_at_provider(struct kit *kit, const char *number)
{
	alias_to(kit, "cust.sts.provider.example");
	status(kit, number);
}

static void redirected(struct kit *kit, const char *to)
{
	status(kit, "301");
	kit->i.fetch[0].location = kit->i.fetch[1].location = str_of(to);
}

static void typed(struct kit *kit, const char *type)
{
	replying(kit, 200, type, KIT_POLICY("enforce", "2592000"));
}

static void paged(struct kit *kit, const char *body)
{
	replying(kit, 200, "text/html", body);
}

static void refused_by_page(struct kit *kit, const char *body)
{
	replying(kit, 403, "text/html", body);
}

static void ended(struct kit *kit, const char *cause)
{
	for (size_t k = 0; k < 2; k++)
		stop(&kit->i.fetch[k],
		    (struct sts_fetch){ .cause = cause[0] == 't' ? STS_FETCH_TIMEOUT : STS_FETCH_HTTP_IO });
}

static void large(struct kit *kit, const char *bytes)
{
	for (size_t k = 0; k < 2; k++) {
		kit->i.fetch[k].bytes = strtoul(bytes, NULL, 10);
		if (kit->i.fetch[k].bytes > LIMIT_POLICY_BYTES)
			kit->i.fetch[k].fetch.cause = STS_FETCH_BODY_TOO_LARGE;
	}
}

static void slow(struct kit *kit, const char *ms)
{
	kit->i.fetch[0].ms = kit->i.fetch[1].ms = (uint32_t)strtoul(ms, NULL, 10);
}

static void encoded(struct kit *kit, const char *how)
{
	kit->i.fetch[0].content_encoding = kit->i.fetch[1].content_encoding = str_of(how);
}

static void zipped(struct kit *kit, const char *how)
{
	replying(kit, 200, "text/plain", "\x1f\x8b\x08");
	encoded(kit, how);
}

static void aged(struct kit *kit, const char *age)
{
	kit->i.fetch[0].age = kit->i.fetch[1].age = str_of(age);
}

static void cached(struct kit *kit, const char *control)
{
	kit->i.fetch[0].cache_control = kit->i.fetch[1].cache_control = str_of(control);
}

/* The second address once more: as before, with another body, or not at all. */
static void without_sni(struct kit *kit, const char *how)
{
	struct inspection_fetch *f = &kit->i.without_sni;

	kit->i.again_of = &kit->i.fetch[1];
	*f = kit->i.fetch[1];
	if (how[0] != 's')
		f->cert.sha256 = S("5A");
	if (how[0] == 'o')
		f->fetch = (struct sts_fetch){ .cause = STS_FETCH_CERTIFICATE, .cert = f->cert.faults = BIT(NAME_MISMATCH) };
	if (how[0] == 'f' || how[0] == 't')
		f->fetch = (struct sts_fetch){ .cause = STS_FETCH_TLS,
			.tls.kind = how[0] == 't' ? TLS_FAULT_TIMEOUT : TLS_FAULT_CLOSED };
}

static void again(struct kit *kit, const char *how)
{
	kit->i.again_of = &kit->i.fetch[1];
	kit->i.again = kit->i.fetch[1];
	if (how[0] == 'o')
		kit->i.again.body = S(KIT_POLICY("testing", "86400"));
	if (how[0] != 'g')
		return;
	kit->i.again.body = (str){ 0 };
	kit->i.again.fetch = (struct sts_fetch){ .cause = STS_FETCH_HTTP_STATUS, .number = 429 };
}

static const struct kit_row http_rows[] = {
	{ "404", status, "404", "P01 error sts-policy-fetch-error" },
	{ "404 at provider", status_at_provider, "404", "P01 error sts-policy-fetch-error" },
	{ "500", status, "500", "P01 error sts-policy-fetch-error" },
	{ "204", status, "204", "P01 error sts-policy-fetch-error" },
	{ "redirect", redirected, "https://example.com/mta-sts.txt", "P02 error sts-policy-fetch-error" },
	{ "redirect nowhere", redirected, "", "P02 error sts-policy-fetch-error" },
	{ "HTML type", typed, "text/html", "P03 error sts-policy-invalid" },
	{ "no type", typed, "", "P03 error sts-policy-invalid" },
	{ "charset", typed, "text/plain; charset=iso-8859-1", "" },
	{ "a page", paged, "<!doctype html><title>Home</title>", "" },
	{ "a page that wants scripts", paged, "<html><noscript>Please enable JavaScript.", "" },
	{ "a test for humans", paged, " <html><title>Just a moment...</title>", "P06 error sts-policy-invalid" },
	{ "403", status, "403", "P06 error sts-policy-fetch-error" },
	{ "429", status, "429", "P06 error sts-policy-fetch-error" },
	{ "503", status, "503", "P06 error sts-policy-fetch-error" },
	{ "403 with a captcha", refused_by_page, "<p>Solve this CAPTCHA", "P06 error sts-policy-fetch-error" },
	{ "401", status, "401", "P08 error sts-policy-fetch-error" },
	{ "426", status, "426", "P08 error sts-policy-fetch-error" },
	{ "broken off", ended, "io", "P08 error sts-policy-fetch-error" },
	{ "too slow", ended, "time", "P05 error sts-policy-fetch-error" },
	{ "slow", slow, "7300", "P05 warning" },
	{ "too large", large, "65537", "P04 error sts-policy-fetch-error" },
	{ "large", large, "9000", "P04 warning" },
	{ "encoded", encoded, "br", "P07 warning" },
	{ "zipped", zipped, "gzip", "P07 error sts-policy-invalid" },
	{ "identity", encoded, "identity", "" },
	{ "old", aged, "86400", "P07 warning" },
	{ "fresh", aged, "59", "" },
	{ "kept", cached, "public, max-age=600", "P07 info" },
	{ "without SNI the same", without_sni, "same", "" },
	{ "without SNI another good one", without_sni, "good", "" },
	{ "without SNI another", without_sni, "other", "W13 info" },
	{ "without SNI nothing", without_sni, "fails", "W13 info" },
	{ "without SNI no time", without_sni, "timeout", "" },
	{ "the same again", again, "same", "" },
	{ "another one", again, "other", "P07 warning" },
	{ "gone", again, "gone", "P07 warning" },
	{ "kept shortly", cached, "max-age=86400, s-maxage=60", "" },
};

static void http(void **state)
{
	(void)state;
	kit_rows(http_rows, ARRAY_N(http_rows), judge_policy_host);
}

/* ---- sentences ---- */

static const struct {
	void (*change)(struct kit *, const char *);
	const char *argument;
	enum finding_id id;
	const char *message, *remedy;
} sentences[] = {
	{ named, "example.com|www.example.com", FINDING_W04,
		"The certificate is for example.com and www.example.com; none of these is mta-sts.example.com.",
		"Add the mta-sts name to your web certificate: mta-sts.example.com." },
	{ named_by_provider, "*.provider.example|provider.example", FINDING_W04,
		"The certificate is for *.provider.example and provider.example; none of these is mta-sts.example.com.",
		"Finish the sign-up at provider.example, so that it requests a certificate for mta-sts.example.com, or remove "
		"both the alias and the _mta-sts record." },
	{ named, "*.com", FINDING_W04, "The certificate is for *.com, not for mta-sts.example.com.",
		"A wildcard stands for one label: *.com does not cover mta-sts.example.com. Add that name to the "
		"certificate." },
	{ named, "mta-sts.other.example", FINDING_W04,
		"The certificate is for mta-sts.other.example, not for mta-sts.example.com.",
		"Set up mta-sts.example.com on this server and add that name to the certificate; the policy host of one domain "
		"(mta-sts.other.example) cannot stand in for another." },
	{ named, "localhost", FINDING_W04, "The certificate is for localhost, not for mta-sts.example.com.",
		"This looks like the web server's default certificate: set up a site for mta-sts.example.com and request a "
		"certificate for it (HTTP-01 works, DNS points here)." },
	{ named, "a.x.example|b.x.example|c.x.example|d.x.example|e.x.example|f.x.example|g.x.example|h.x.example",
		FINDING_W04, "The certificate is for a.x.example, b.x.example, c.x.example, d.x.example, e.x.example, "
		"f.x.example and 2 more; none of these is mta-sts.example.com.",
		"The server has no site for this name: set one up with a certificate for mta-sts.example.com (HTTP-01 works, "
		"DNS points here), or point the name at the host that serves the policy." },
	{ first_named, "www.example.com", FINDING_W04,
		"At 2001:db8::10 the certificate is for www.example.com, not for mta-sts.example.com.",
		"Add the mta-sts name to your web certificate: mta-sts.example.com." },
	{ common_name_only, "mta-sts.example.com", FINDING_W04,
		"The certificate has mta-sts.example.com only as its common name; senders look at DNS names alone, and it has "
		"none.", "Request a certificate with the DNS name mta-sts.example.com; a common name alone does not count." },
	{ first_named, "www.example.com", FINDING_H04,
		"The addresses disagree: a policy that senders accept is served at 192.0.2.10, but not at 2001:db8::10.",
		"Finish the deployment, so that every address serves the same policy and a valid certificate." },
	{ faulty, "expired", FINDING_W05, "The certificate expired on 2026-11-18, 3 days ago (issuer Test CA R1).",
		"Renew the certificate and mend its automatic renewal." },
	{ expired_at_provider, "", FINDING_W05,
		"The certificate expired on 2026-11-18, 3 days ago (issuer Test CA R1).",
		"Ask provider.example, where this name points, to renew the certificate." },
	{ handshake_at_provider, "a112", FINDING_H02, "mta-sts.example.com is an alias of cust.sts.provider.example, which "
		"has no certificate for this name: never set up there, or given up.",
		"You point at provider.example but it does not serve you: finish the sign-up or remove both the alias and the "
		"_mta-sts record." },
	{ handshake, "a112", FINDING_W02,
		"The server knows no site of this name (TLS alert unrecognized_name, 112).",
		"The server has no certificate for mta-sts.example.com; request one (HTTP-01 works once DNS points here)." },
	{ redirected, "https://example.com/x", FINDING_P02,
		"The server redirects (HTTP status 301) to https://example.com/x.",
		"Serve the file directly; senders do not follow redirects (here: to https://example.com/x)." },
	{ reaching, "rr", FINDING_W01, "Nothing listens on port 443 at 2001:db8::10 and 192.0.2.10: connections are refused.",
		"Let the web server listen on port 443 of this address and open the firewall for it." },
	{ slow, "7300", FINDING_P05, "The policy took 7.3 seconds; some senders do not wait so long.",
		"Serve the policy as a static file; senders give up after a minute, some much earlier." },
};

static void the_sentences(void **state)
{
	(void)state;
	for (size_t k = 0; k < ARRAY_N(sentences); k++) {
		struct kit *kit = kit_start();

		sentences[k].change(kit, sentences[k].argument);
		kit_judge(kit, judge_policy_host);
		unit_same(kit_message(kit, sentences[k].id), str_of(sentences[k].message), sentences[k].argument);
		unit_same(kit_remedy(kit, sentences[k].id), str_of(sentences[k].remedy), sentences[k].argument);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(names),
		cmocka_unit_test(tls),
		cmocka_unit_test(http),
		cmocka_unit_test(the_sentences),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
