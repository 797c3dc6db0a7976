#include "test/unit/judge_kit.h"

#define BIT(fault) TLS_FAULT_BIT(TLS_FAULT_##fault)
#define DIGEST "0123456789abcdef0123456789abcdef"
#define OTHER_DIGEST "fedcba9876543210fedcba9876543210"

/* The TLSA records of mx1, judged as the machine does: "3 1 1 d" and so on, parted by "|". */
static void records(struct kit *kit, const char *texts)
{
	struct inspection_lookup words = kit_answer(kit, texts);
	struct dane *d = &kit->i.host[0].dane;
	struct dane_address address = { .a = { DNS_FOUND, true, 3600 }, .aaaa = { DNS_FOUND, true, 3600 } };
	struct dane_host host = d->host;
	str rdata[8];

	for (size_t k = 0; k < words.record_n; k++) {
		const char *w = words.record[k].text.p;
		str data = w[6] == 'd' ? S(DIGEST) : w[6] == 'o' ? S(OTHER_DIGEST) : w[6] == 'l' ? S(DIGEST OTHER_DIGEST) :
		    S("short");
		char *p = arena_take(&kit->mem, data.n + 3, 1);

		assert_non_null(p);
		p[0] = (char)(w[0] - '0');
		p[1] = (char)(w[2] - '0');
		p[2] = (char)(w[4] - '0');
		memcpy(p + 3, data.p, data.n);
		rdata[k] = (str){ p, data.n + 3 };
	}
	dane_start(d, &host);
	dane_address(d, &address);
	dane_tlsa(d, &words.answer, rdata, words.record_n);
	assert_int_equal(d->want, DANE_DONE);
}

static void no_match_at(struct kit *kit, const char *which)
{
	for (size_t k = 0; k < 2; k++)
		if (which[0] != (k == 0 ? '1' : '0'))
			kit->i.host[0].probe[k].session.tlsa = MX_CHECK_TLSA_NO_MATCH;
}

static void no_match_without_policy(struct kit *kit, const char *which)
{
	kit_without_sts(kit, "");
	no_match_at(kit, which);
}

static void no_match_and_unreached(struct kit *kit, const char *which)
{
	no_match_at(kit, which);
	kit->i.host[0].probe[0].reach = INSPECTION_TIMEOUT;
	kit->i.host[0].probe[0].session.outcome = MX_CHECK_UNREACHED;
}

static void shadowed(struct kit *kit, const char *texts)
{
	records(kit, texts);
	no_match_at(kit, "");
}

static void anchored(struct kit *kit, const char *fault)
{
	for (size_t k = 0; k < 2; k++) {
		kit->i.host[0].probe[k].session.tlsa = MX_CHECK_TLSA_TA;
		kit->i.host[0].probe[k].session.ta_faults = fault[0] == 'e' ? BIT(EXPIRED) : fault[0] == 'n' ?
		    BIT(NAME_MISMATCH) : 0;
	}
}

static void lookup_fails(struct kit *kit, const char *how)
{
	struct dane *d = &kit->i.host[0].dane;

	d->state = DANE_DE;
	d->error = how[0] == 'b' ? DNS_BOGUS : DNS_SERVFAIL;
	d->error_in = how[1] == 'a' ? DANE_WANT_ADDRESS : DANE_WANT_TLSA;
	d->record_n = 0;
}

static void unsigned_records(struct kit *kit, const char *unused)
{
	(void)unused;
	kit->i.host[0].dane.state = DANE_DI;
	kit->i.host[0].tlsa.answer.secure = false;
}

static void not_believed(struct kit *kit, const char *unused)
{
	no_match_at(kit, unused);
	kit->i.options.dane = false;
}

static void private_ca(struct kit *kit, const char *mode)
{
	kit_in_mode(kit, mode);
	for (size_t k = 0; k < 2; k++)
		kit->i.host[0].probe[k].cert.faults = kit->i.host[0].probe[k].session.pkix_faults = BIT(UNKNOWN_CA);
}

static void private_ca_without_policy(struct kit *kit, const char *unused)
{
	private_ca(kit, "enforce");
	kit_without_sts(kit, unused);
}

static void without_starttls(struct kit *kit, const char *which)
{
	kit_without_sts(kit, "");
	for (size_t k = 0; k < 2; k++) {
		if (which[0] == (k == 0 ? '1' : '0'))
			continue;
		kit->i.host[0].probe[k].session = (struct mx_check_session){ .outcome = MX_CHECK_STARTTLS_MISSING };
		kit->i.host[0].probe[k].cert.there = false;
	}
}

static const struct kit_row rows[] = {
	{ "perfect", NULL, "", "" },
	{ "SERVFAIL", lookup_fails, "st", "D01 error dnssec-invalid" },
	{ "bogus", lookup_fails, "bt", "D01 error dnssec-invalid" },
	{ "bogus address", lookup_fails, "ba", "D01 error dnssec-invalid" },
	{ "address fails", lookup_fails, "sa", "" },
	{ "none usable", records, "0 1 1 d|1 1 1 d", "D02 error tlsa-invalid" },
	{ "too short", records, "3 1 1 s", "D02 error tlsa-invalid" },
	{ "one usable", records, "3 1 1 d|1 1 1 d", "D02 warning" },
	{ "no match", no_match_at, "", "D03 fatal validation-failure" },
	{ "no match, no policy", no_match_without_policy, "", "D03 fatal validation-failure" },
	{ "no match at one", no_match_at, "0", "Y15 error, D03 error validation-failure" },
	{ "no match, the other unreached", no_match_and_unreached, "1", "Y19 warning, D03 fatal validation-failure" },
	{ "anchor fits", anchored, "", "" },
	{ "anchor, expired", anchored, "expired", "D03 fatal certificate-expired" },
	{ "anchor, other name", anchored, "name", "D03 fatal certificate-host-mismatch" },
	{ "shadowed", shadowed, "3 1 1 d|3 1 2 l", "D03 fatal validation-failure" },
	{ "two digests", records, "3 1 1 d|3 1 2 l", "" },
	{ "key and anchor", records, "3 1 1 d|2 1 1 o", "" },
	{ "roll-over", records, "3 1 1 d|3 1 1 o", "D04 info" },
	{ "private CA", private_ca, "enforce", "Y10 fatal certificate-not-trusted, D05 warning" },
	{ "private CA, testing", private_ca, "testing", "Y10 error certificate-not-trusted, D05 warning" },
	{ "private CA, no policy", private_ca_without_policy, "", "" },
	{ "unsigned", unsigned_records, "", "D06 info" },
	{ "AD is not believed", not_believed, "", "" },
	{ "no STARTTLS", without_starttls, "", "Y02 fatal starttls-not-supported" },
	{ "no STARTTLS at one", without_starttls, "1", "Y02 error starttls-not-supported, Y15 error" },
};

static void judged(void **state)
{
	(void)state;
	kit_rows(rows, ARRAY_N(rows), judge_mx);
}

static const struct {
	void (*change)(struct kit *, const char *);
	const char *argument;
	enum finding_id id;
	const char *message;
} sentences[] = {
	{ no_match_at, "", FINDING_D03, "No TLSA record matches the certificate at 2001:db8::25 and 192.0.2.25: "
		"3 1 1 (3031323334353637). That the certificate is valid for MTA-STS does not help." },
	{ shadowed, "3 1 1 d|3 1 2 l", FINDING_D03, "No TLSA record matches the certificate at 2001:db8::25 and 192.0.2.25: "
		"3 1 1 (3031323334353637) and 3 1 2 (3031323334353637). Records with a weaker digest do not count beside one "
		"with a stronger. That the certificate is valid for MTA-STS does not help." },
	{ records, "0 1 1 d", FINDING_D02, "No TLSA record at _25._tcp.mx1.example.com is usable: 0 1 1 (3031323334353637) "
		"(usage 0 and 1 are not for mail); senders with DANE demand TLS and check no certificate." },
	{ lookup_fails, "bt", FINDING_D01, "The TLSA lookup of _25._tcp.mx1.example.com fails DNSSEC validation; senders "
		"with DANE do not connect to this host." },
};

static void the_sentences(void **state)
{
	(void)state;
	for (size_t k = 0; k < ARRAY_N(sentences); k++) {
		struct kit *kit = kit_start();

		sentences[k].change(kit, sentences[k].argument);
		kit_judge(kit, judge_mx);
		unit_same(kit_message(kit, sentences[k].id), str_of(sentences[k].message), sentences[k].argument);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = { cmocka_unit_test(judged), cmocka_unit_test(the_sentences) };

	return cmocka_run_group_tests(tests, NULL, NULL);
}
