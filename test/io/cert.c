/* cert: the certificates of certs.py, read, judged and matched. */
#include "io/cert.h"

#include "io/clock.h"
#include "io/file.h"

#include <openssl/evp.h>
#include <stdio.h>
#include <stdlib.h>

#include "test/unit/unit.h"

#define EXPIRED TLS_FAULT_BIT(TLS_FAULT_EXPIRED)
#define NOT_YET TLS_FAULT_BIT(TLS_FAULT_NOT_YET_VALID)
#define UNKNOWN TLS_FAULT_BIT(TLS_FAULT_UNKNOWN_CA)
#define SELF TLS_FAULT_BIT(TLS_FAULT_SELF_SIGNED)
#define MISSING TLS_FAULT_BIT(TLS_FAULT_CHAIN_MISSING)
#define LIMITS TLS_FAULT_BIT(TLS_FAULT_CONSTRAINTS)
#define WEAK TLS_FAULT_BIT(TLS_FAULT_WEAK_KEY)
#define NAME TLS_FAULT_BIT(TLS_FAULT_NAME_MISMATCH)
#define ONLY_CN TLS_FAULT_BIT(TLS_FAULT_NO_DNS_ID)
#define YEARS (800 * DATE_DAY_S)
#define MX "mx.example.test"

static const char *folder;
static struct cert_store *store;
static char file_memory[1 << 20], memory[1 << 17];

static str load(const char *name, struct arena *mem)
{
	char path[512];
	struct why why = { 0 };
	str text = { 0 };

	(void)snprintf(path, sizeof path, "%s/%s", folder, name);
	unit_err(file_read(path, 1 << 17, mem, &text, &why), OK, &why, name);
	return text;
}

/* "good inter": the files of a chain. */
static struct cert_chain chain_of(const char *names, struct arena *mem)
{
	struct cert_chain chain = { 0 };
	str rest = str_of(names), name;

	while (rest.n > 0) {
		char file[64];

		(void)str_cut(rest, ' ', &name, &rest);
		(void)snprintf(file, sizeof file, "%.*s.der", STR_ARG(name));
		chain.der[chain.n++] = load(file, mem);
	}
	return chain;
}

static void facts(void **state)
{
	struct arena files = ARENA(file_memory), mem = ARENA(memory);
	struct cert c;
	unix_s now = clock_now();
	str der = load("good.der", &files);

	(void)state;
	assert_int_equal(cert_read(der, &mem, &c, NULL), OK);
	unit_same(c.subject, S(MX), "subject");
	unit_same(c.issuer, S("Test Intermediate"), "issuer");
	unit_same(c.issuer_organization, S("Test"), "organization");
	assert_int_equal(c.dns_n, 4);
	assert_int_equal(c.dns_all_n, 4);
	unit_same(c.dns[1], S("*.wild.example.test"), "dns");
	unit_same(c.dns[3], S("b?cher.test"), "harmless");
	assert_true(c.not_before <= now && c.not_before > now - DATE_DAY_S);
	assert_true(c.not_after == c.not_before + 365 * DATE_DAY_S);
	unit_same(c.key, S("EC"), "key");
	assert_int_equal(c.key_bits, 256);
	unit_same(c.signature, S("ecdsa-with-SHA256"), "signature");
	unit_same(c.issuer_url, S("http://ca.example.test/inter.cer"), "url");
	assert_true(c.must_staple && c.server_auth);
	assert_false(c.weak_key || c.weak_signature || c.self_signed || c.ca);

	assert_int_equal(cert_read(load("weak.der", &files), &mem, &c, NULL), OK);
	assert_true(c.weak_key && c.key_bits == 1024 && str_eq(c.key, S("RSA")));
	assert_int_equal(cert_read(load("sha1.der", &files), &mem, &c, NULL), OK);
	assert_true(c.weak_signature);
	assert_int_equal(cert_read(load("self.der", &files), &mem, &c, NULL), OK);
	assert_true(c.self_signed && !c.must_staple);
	assert_int_equal(cert_read(load("root.der", &files), &mem, &c, NULL), OK);
	assert_true(c.ca && c.self_signed && c.dns_n == 0);
	assert_int_equal(cert_read(load("client.der", &files), &mem, &c, NULL), OK);
	assert_false(c.server_auth);
	assert_int_equal(cert_read(load("many.der", &files), &mem, &c, NULL), OK);
	assert_int_equal(c.dns_n, LIMIT_CERT_NAMES_N);
	assert_int_equal(c.dns_all_n, 150);
	unit_same(c.dns[99], S("n99.test"), "the last kept");
}

static void refused(void **state)
{
	struct arena files = ARENA(file_memory), unused = ARENA(memory);
	str der = load("good.der", &files);
	char longer[4096];
	struct cert c;

	(void)state;
	for (size_t n = 0; n < der.n; n += 7) {
		struct arena mem = ARENA(memory);

		assert_int_equal(cert_read(str_head(der, n), &mem, &c, NULL), E_SYNTAX);
	}
	memcpy(longer, der.p, der.n);
	longer[der.n] = 0;
	assert_int_equal(cert_read((str){ longer, der.n + 1 }, &unused, &c, NULL), E_SYNTAX);
	assert_int_equal(cert_read((str){ memory, LIMIT_CHAIN_BYTES + 1 }, &unused, &c, NULL), E_LIMIT);
	for (size_t cap = 0; cap < 300; cap++) {
		struct arena mem = { memory, cap, 0 };
		err e = cert_read(der, &mem, &c, NULL);

		assert_true(e == E_LIMIT || (e == OK && c.dns_n == 4 && c.dns[3].n == 11));
	}
}

/* [STS-3.3-a] [STS-3.3-c] [STS-3.3-d] [STS-4.2-a] [STS-4.2-b] */
static void judged(void **state)
{
	static const struct {
		const char *chain, *name, *extra;
		unix_s later;
		unsigned faults;
		bool proven;
		const char *missing;
	} rows[] = {
		{ "good inter", MX, "", 0, 0, false, "" },
		{ "good inter root", MX, "", 0, 0, false, "" },
		{ "good root inter", MX, "", 0, 0, false, "" },
		{ "good inter", "MX.Example.Test", "", 0, 0, false, "" },
		{ "good inter", "", "", 0, 0, false, "" },
		{ "rsa inter", MX, "", 0, 0, false, "" },
		{ "low inter2 inter", MX, "", 0, 0, false, "" },
		{ "good inter", "a.wild.example.test", "", 0, 0, false, "" },
		{ "good inter", "wild.example.test", "", 0, NAME, false, "" },
		{ "good inter", "a.b.wild.example.test", "", 0, NAME, false, "" },
		{ "good inter", "mx.part.example.test", "", 0, NAME, false, "" },
		{ "good inter", "192.0.2.1", "", 0, NAME, false, "" },
		{ "mismatch inter", MX, "", 0, NAME, false, "" },
		{ "cnonly inter", MX, "", 0, ONLY_CN, false, "" },
		{ "cnother inter", MX, "", 0, NAME, false, "" },
		{ "good inter", MX, "", YEARS, EXPIRED, false, "" },
		{ "good inter", MX, "", -YEARS, NOT_YET, false, "" },
		{ "mismatch inter", MX, "", YEARS, EXPIRED | NAME, false, "" },
		{ "self", MX, "", 0, SELF, false, "" },
		{ "self inter", "other.test", "", YEARS, SELF | EXPIRED | NAME, false, "" },
		{ "strange stranger", MX, "", 0, UNKNOWN, false, "Strange Root" },
		{ "strange", MX, "", 0, UNKNOWN, false, "Strange Root" },
		{ "strange", MX, "stranger.der", 0, UNKNOWN, false, "Strange Root" },
		{ "plain", MX, "", 0, UNKNOWN, false, "Test Intermediate" },
		{ "plain", MX, "inter.der", 0, MISSING, true, "Test Intermediate" },
		{ "good", MX, "", 0, MISSING, false, "Test Intermediate" },
		{ "good", MX, "inter.der", 0, MISSING, true, "Test Intermediate" },
		{ "good", MX, "inter.pem", 0, MISSING, true, "Test Intermediate" },
		{ "good", MX, "inter.p7c", 0, MISSING, true, "Test Intermediate" },
		{ "good", MX, "good.spki", 0, MISSING, false, "Test Intermediate" },
		{ "good", "x.test", "inter.der", YEARS, MISSING | NAME | EXPIRED, true, "Test Intermediate" },
		{ "low inter2", MX, "", 0, UNKNOWN, false, "Test Intermediate" },
		{ "low inter2", MX, "inter.der", 0, MISSING, true, "Test Intermediate" },
		{ "low", MX, "inter2.der", 0, UNKNOWN, false, "Test Intermediate" },
		{ "low", MX, "inter2.der inter.pem", 0, MISSING, true, "Test Lower Intermediate" },
		{ "weak inter", MX, "", 0, WEAK, false, "" },
		{ "sha1 inter", MX, "", 0, WEAK, false, "" },
		{ "client inter", MX, "", 0, LIMITS, false, "" },
		{ "outside narrow", MX, "", 0, LIMITS, false, "" },
		{ "", MX, "", 0, UNKNOWN, false, "" },
	};

	(void)state;
	for (size_t i = 0; i < ARRAY_N(rows); i++) {
		struct arena mem = ARENA(file_memory);
		struct cert_chain chain = chain_of(rows[i].chain, &mem);
		str rest = str_of(rows[i].extra), name, extra[2];
		size_t extra_n = 0;
		struct cert_verdict v;

		for (char file[64]; rest.n > 0; extra_n++) {
			(void)str_cut(rest, ' ', &name, &rest);
			(void)snprintf(file, sizeof file, "%.*s", STR_ARG(name));
			extra[extra_n] = load(file, &mem);
		}
		cert_judge(&(struct cert_question){ store, &chain, str_of(rows[i].name), clock_now() + rows[i].later,
		    extra, extra_n }, &v);
		if (v.faults != rows[i].faults || v.proven != rows[i].proven)
			fail_msg("%s for %s with %s: faults %#x, want %#x, proven %d", rows[i].chain, rows[i].name,
			    rows[i].extra, v.faults, rows[i].faults, v.proven);
		unit_same(str_of(v.missing), str_of(rows[i].missing), rows[i].chain);
	}
}

static void where(void **state)
{
	struct arena mem = ARENA(file_memory);
	struct cert_chain chain = chain_of("good", &mem), again = chain_of("good inter", &mem);
	uint8_t one[CERT_DIGEST_BYTES], two[CERT_DIGEST_BYTES];
	struct cert_verdict v;

	(void)state;
	cert_judge(&(struct cert_question){ store, &chain, S(MX), clock_now(), NULL, 0 }, &v);
	assert_string_equal(v.missing_url, "http://ca.example.test/inter.cer");
	assert_int_equal(v.own_faults, 0);
	cert_chain_digest(&chain, one);
	cert_chain_digest(&again, two);
	assert_memory_not_equal(one, two, sizeof one);
	again.n = 1;
	cert_chain_digest(&again, two);
	assert_memory_equal(one, two, sizeof one);
	chain = chain_of("outside narrow", &mem);
	cert_judge(&(struct cert_question){ store, &chain, S("other.test"), clock_now() + YEARS, NULL, 0 }, &v);
	assert_int_equal(v.faults, EXPIRED | NAME | LIMITS);
	assert_int_equal(v.own_faults, EXPIRED | NAME | LIMITS);
	chain = chain_of("strange stranger", &mem);
	cert_judge(&(struct cert_question){ store, &chain, S(MX), clock_now(), NULL, 0 }, &v);
	assert_int_equal(v.own_faults, 0);
}

static str data_of(const char *name, unsigned selector, unsigned matching, struct arena *mem)
{
	char file[64], *digest;
	unsigned n;
	str data;

	(void)snprintf(file, sizeof file, "%s.%s", name, selector == TLSA_SPKI ? "spki" : "der");
	data = load(file, mem);
	if (matching == TLSA_FULL)
		return data;
	digest = arena_take(mem, EVP_MAX_MD_SIZE, 1);
	assert_non_null(digest);
	assert_int_equal(EVP_Digest(data.p, data.n, (unsigned char *)digest, &n,
	    matching == TLSA_SHA512 ? EVP_sha512() : EVP_sha256(), NULL), 1);
	return (str){ digest, n };
}

#define EE MX_CHECK_TLSA_EE
#define TA MX_CHECK_TLSA_TA
#define NO MX_CHECK_TLSA_NO_MATCH

/* [D-17] [D-18] [D-19] [D-20] [D-25] */
static void matched(void **state)
{
	static const struct {
		const char *chain, *name;
		unsigned usage, selector, matching;
		const char *of;
		unix_s later;
		enum mx_check_tlsa tlsa;
		unsigned faults;
	} rows[] = {
		{ "self", "x.test", 3, 1, 1, "self", YEARS, EE, 0 },
		{ "self", "x.test", 3, 0, 2, "self", -YEARS, EE, 0 },
		{ "good inter", "x.test", 3, 1, 0, "good", 0, EE, 0 },
		{ "good inter", "x.test", 3, 0, 0, "good", 0, EE, 0 },
		{ "good inter", MX, 3, 1, 1, "rsa", 0, NO, 0 },
		{ "good inter", MX, 3, 1, 1, "inter", 0, NO, 0 },
		{ "good inter", MX, 1, 1, 1, "good", 0, NO, 0 },
		{ "good inter", MX, 2, 0, 1, "inter", 0, TA, 0 },
		{ "good inter", MX, 2, 1, 2, "inter", 0, TA, 0 },
		{ "good inter", MX, 0, 0, 1, "inter", 0, NO, 0 },
		{ "good inter", MX, 2, 0, 1, "good", 0, NO, 0 },
		{ "good inter root", MX, 2, 0, 1, "root", 0, TA, 0 },
		{ "good inter", MX, 2, 0, 1, "root", 0, NO, 0 },
		{ "good inter", MX, 2, 0, 0, "root", 0, TA, 0 },
		{ "good inter", MX, 2, 1, 0, "root", 0, TA, 0 },
		{ "good", MX, 2, 0, 0, "inter", 0, TA, 0 },
		{ "good", MX, 2, 1, 0, "inter", 0, TA, 0 },
		{ "good", MX, 2, 1, 0, "stranger", 0, NO, 0 },
		{ "good", MX, 2, 0, 0, "stranger", 0, NO, 0 },
		{ "good stranger", MX, 2, 0, 1, "stranger", 0, NO, 0 },
		{ "low inter2 inter", MX, 2, 1, 1, "inter2", 0, TA, 0 },
		{ "low inter inter2", MX, 2, 1, 1, "inter", 0, TA, 0 },
		{ "low inter", MX, 2, 1, 1, "inter", 0, NO, 0 },
		{ "strange stranger", MX, 2, 0, 1, "stranger", 0, TA, 0 },
		{ "good inter", "x.test", 2, 0, 1, "inter", 0, TA, NAME },
		{ "good inter", MX, 2, 0, 1, "inter", YEARS, TA, EXPIRED },
		{ "good inter", MX, 2, 0, 1, "inter", -YEARS, TA, NOT_YET },
		{ "cnonly inter", MX, 2, 0, 1, "inter", 0, TA, 0 },
		{ "mismatch inter", MX, 2, 0, 1, "inter", 0, TA, NAME },
		{ "outside narrow", MX, 2, 0, 1, "narrow", 0, TA, LIMITS },
		{ "client inter", MX, 2, 0, 1, "inter", 0, TA, LIMITS },
		{ "weak inter", MX, 2, 0, 1, "inter", 0, TA, 0 },
		{ "", MX, 3, 1, 1, "good", 0, NO, 0 },
	};

	(void)state;
	for (size_t i = 0; i < ARRAY_N(rows); i++) {
		struct arena mem = ARENA(file_memory);
		struct cert_chain chain = chain_of(rows[i].chain, &mem);
		str names[] = { S("other.test"), str_of(rows[i].name) };
		struct tlsa record = { (uint8_t)rows[i].usage, (uint8_t)rows[i].selector, (uint8_t)rows[i].matching,
			data_of(rows[i].of, rows[i].selector, rows[i].matching, &mem) };
		bool may = true;
		struct cert_tlsa_verdict v;

		cert_tlsa(&(struct cert_tlsa_question){ &chain, &record, &may, 1, names, 2,
		    clock_now() + rows[i].later }, &v);
		if (v.tlsa != rows[i].tlsa || v.ta_faults != rows[i].faults)
			fail_msg("row %zu, %s, %u %u %u of %s: %d, faults %#x", i, rows[i].chain, rows[i].usage,
			    rows[i].selector, rows[i].matching, rows[i].of, v.tlsa, v.ta_faults);
	}
}

static void many_records(void **state)
{
	struct arena mem = ARENA(file_memory);
	struct cert_chain chain = chain_of("good inter root", &mem);
	str name = S("x.test");
	const struct tlsa records[] = {
		{ 2, 1, 1, data_of("stranger", 1, 1, &mem) },
		{ 3, 1, 1, data_of("good", 1, 1, &mem) },
		{ 2, 0, 1, data_of("root", 0, 1, &mem) },
		{ 3, 1, 9, S("what") },
		{ 3, 7, 1, S("what") },
		{ 2, 1, 0, S("no key") },
	};
	bool may[] = { true, false, true, true, true, true };
	struct cert_tlsa_question q = { &chain, records, may, ARRAY_N(records), &name, 1, clock_now() };
	struct cert_tlsa_verdict v;

	(void)state;
	cert_tlsa(&q, &v); /* the one that fits best may not count  [D-21] [D-24] */
	assert_int_equal(v.tlsa, MX_CHECK_TLSA_TA);
	assert_int_equal(v.ta_faults, NAME);
	assert_true(!v.match[0] && v.match[1] && v.match[2] && !v.match[3] && !v.match[4] && !v.match[5]);
	may[1] = true;
	cert_tlsa(&q, &v);
	assert_int_equal(v.tlsa, MX_CHECK_TLSA_EE);
	assert_int_equal(v.ta_faults, 0);
}

static void stores(void **state)
{
	struct cert_store *other;
	char path[512];

	(void)state;
	assert_int_equal(cert_store_open("/nonexistent", &other, NULL), E_ABSENT);
	(void)snprintf(path, sizeof path, "%s/good.der", folder);
	assert_int_equal(cert_store_open(path, &other, NULL), E_SYNTAX);
	cert_store_close(NULL);
}

int main(int argc, char **argv)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(facts), cmocka_unit_test(refused), cmocka_unit_test(judged),
		cmocka_unit_test(where), cmocka_unit_test(matched), cmocka_unit_test(many_records),
		cmocka_unit_test(stores),
	};
	char root[512];
	int failed;

	if (argc != 2)
		return 2;
	folder = argv[1];
	(void)snprintf(root, sizeof root, "%s/root.pem", folder);
	if (cert_store_open(root, &store, NULL) != OK)
		return 2;
	failed = cmocka_run_group_tests(tests, NULL, NULL);
	cert_store_close(store);
	return failed;
}
