#include "io/crl.h"

#include <stdio.h>

#include "io/file.h"
#include "test/unit/unit.h"

#define NOW 1800000000      /* 2027-01-15; the lists of test/cases/crl are of 2026-06-01 to 2028-01-01 */
#define SINCE 1780272000    /* 2026-06-01 */

#define FILE_BYTES 2048

static char memory[1 << 19];

static str text_of(const char *name, struct arena *mem)
{
	char path[512];
	str text = { 0 };

	(void)snprintf(path, sizeof path, "%s/crl/%s", CASES, name);
	if (file_read(path, FILE_BYTES, mem, &text, NULL) != OK)
		fail_msg("%s", path);
	return text;
}

static struct cert_store *store_of(const char *name)
{
	struct cert_store *store = NULL;
	char path[512];

	(void)snprintf(path, sizeof path, "%s/crl/%s", CASES, name);
	assert_int_equal(cert_store_open(path, &store, NULL), OK);
	return store;
}

static const struct look {
	const char *name, *certificate, *issuer, *list;
	unix_s now;
	int word;
} looks[] = {
	{ "revoked", "revoked.der", "ca.der", "list.crl", NOW, CRL_REVOKED },
	{ "another one was", "good.der", "ca.der", "list.crl", NOW, CRL_NOT_LISTED },
	{ "on hold", "hold.der", "ca.der", "list.crl", NOW, CRL_REVOKED },
	{ "no longer on hold", "unhold.der", "ca.der", "list.crl", NOW, CRL_NOT_LISTED },
	{ "of a part of the certificates", "revoked.der", "ca.der", "scope.crl", NOW, CRL_REVOKED },
	{ "an empty list", "revoked.der", "ca.der", "empty.crl", NOW, CRL_NOT_LISTED },
	{ "outdated", "revoked.der", "ca.der", "stale.crl", NOW, CRL_UNKNOWN },
	{ "outdated by a second", "revoked.der", "ca.der", "list.crl", 1830297601, CRL_UNKNOWN },
	{ "of the future", "revoked.der", "ca.der", "early.crl", NOW, CRL_UNKNOWN },
	{ "signed by a namesake", "revoked.der", "ca.der", "forged.crl", NOW, CRL_UNKNOWN },
	{ "something critical and strange", "revoked.der", "ca.der", "critical.crl", NOW, CRL_UNKNOWN },
	{ "an issuer that may sign no lists", "nosign.der", "noca.der", "nosign.crl", NOW, CRL_UNKNOWN },
	{ "another issuer's list", "nosign.der", "noca.der", "list.crl", NOW, CRL_UNKNOWN },
	{ "without the issuer", "revoked.der", NULL, "list.crl", NOW, CRL_UNKNOWN },
};

/* [STS-3.3-e] [STS-4.2-c] */
static void lists(void **state)
{
	struct cert_store *store = store_of("store.pem");

	(void)state;
	for (size_t i = 0; i < ARRAY_N(looks); i++) {
		struct arena mem = ARENA(memory);
		struct cert_chain chain = { .n = looks[i].issuer ? 2 : 1 };
		struct crl_question q = { .store = store, .chain = &chain, .now = looks[i].now };
		struct why why = { 0 };
		struct crl_verdict v;

		chain.der[0] = text_of(looks[i].certificate, &mem);
		if (looks[i].issuer)
			chain.der[1] = text_of(looks[i].issuer, &mem);
		q.list = text_of(looks[i].list, &mem);
		unit_err(crl_look(&q, &v, &why), OK, &why, looks[i].name);
		if ((int)v.word != looks[i].word)
			fail_msg("%s: %d", looks[i].name, (int)v.word);
		assert_int_equal(v.since, v.word == CRL_REVOKED ? SINCE : 0);
	}
	cert_store_close(store);
}

/* A root signs some hosts' certificates itself, and is not sent. */
static void root(void **state)
{
	struct cert_store *store = store_of("root.pem");
	struct arena mem = ARENA(memory);
	struct cert_chain chain = { { text_of("revoked.der", &mem) }, 1 };
	struct crl_question q = { store, &chain, text_of("list.crl", &mem), NOW };
	struct crl_verdict v;

	(void)state;
	assert_int_equal(crl_look(&q, &v, NULL), OK);
	assert_int_equal(v.word, CRL_REVOKED);
	cert_store_close(store);
}

static void refused(void **state)
{
	static char large[LIMIT_CRL_BYTES + 1];
	struct cert_store *store = store_of("store.pem");
	struct arena mem = ARENA(memory);
	struct cert_chain chain = { { text_of("revoked.der", &mem), text_of("ca.der", &mem) }, 2 };
	struct crl_question q = { store, &chain, text_of("list.crl", &mem), NOW };
	str list = q.list, behind;
	struct crl_verdict v;

	(void)state;
	memcpy(large, list.p, list.n);
	behind = (str){ large, list.n + 1 };
	for (size_t n = 0; n < list.n; n++) {
		q.list.n = n;
		assert_int_equal(crl_look(&q, &v, NULL), E_SYNTAX);
	}
	q.list = behind;
	assert_int_equal(crl_look(&q, &v, NULL), E_SYNTAX);
	q.list = (str){ large, sizeof large };
	assert_int_equal(crl_look(&q, &v, NULL), E_LIMIT);
	cert_store_close(store);
}

static void urls(void **state)
{
	static const struct {
		const char *certificate, *url;
	} rows[] = {
		{ "good.der", "http://crl.example.test/ca.crl" },
		{ "revoked.der", "HTTP://crl.example.test:8080/ca.crl?a=b" }, /* behind one of LDAP */
		{ "hold.der", "" }, /* https */
		{ "ca.der", "" },
		{ "list.crl", "" },
	};

	(void)state;
	for (size_t i = 0; i < ARRAY_N(rows); i++) {
		struct arena mem = ARENA(memory);
		char text[LIMIT_URI_BYTES];
		struct out url = OUT(text);

		crl_url(text_of(rows[i].certificate, &mem), &url);
		unit_same(out_done(&url), str_of(rows[i].url), rows[i].certificate);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(lists),
		cmocka_unit_test(root),
		cmocka_unit_test(refused),
		cmocka_unit_test(urls),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
