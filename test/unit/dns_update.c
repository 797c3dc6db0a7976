#include "io/dns_update.h"

#include "test/unit/unit.h"

#define NOW 1795293900
#define KEY "key \"k.test.\" {\n\talgorithm hmac-sha256;\n\tsecret \"c2VjcmV0LXNlY3JldA==\";\n};\n"

static struct dns_update_key key_of(const char *text)
{
	struct dns_update_key key;
	struct why why = { 0 };

	unit_err(dns_update_read_key(str_of(text), &key, &why), OK, &why, text);
	return key;
}

static void keys(void **state)
{
	static const struct {
		const char *text;
		err want;
	} rows[] = {
		{ KEY, OK },
		{ "key k { algorithm \"HMAC-SHA512\"; secret QUJD; };", OK },
		{ "hmac-sha384:K.test:QUI=\n", OK },
		{ "", E_SYNTAX },
		{ "hmac-sha256:k", E_SYNTAX },
		{ "key k { algorithm hmac-sha256; };", E_SYNTAX },
		{ "key k { algorithm hmac-md5; secret QUJD; };", E_RULE },
		{ "hmac-sha256:k:QUJ", E_SYNTAX },
		{ "hmac-sha256:k:Q_JD", E_SYNTAX },
		{ "hmac-sha256:k:====", E_SYNTAX },
	};
	struct dns_update_key key;
	struct why why = { 0 };

	(void)state;
	for (size_t k = 0; k < ARRAY_N(rows); k++)
		unit_err(dns_update_read_key(str_of(rows[k].text), &key, &why), rows[k].want, &why, rows[k].text);
	key = key_of(KEY);
	assert_string_equal(key.name, "k.test");
	assert_string_equal(key.algorithm, "hmac-sha256");
	assert_int_equal(key.secret_n, 13);
	assert_memory_equal(key.secret, "secret-secret", 13);
	assert_int_equal(key_of("hmac-sha256:k:QUI=").secret_n, 2);
	assert_int_equal(key_of("hmac-sha256:k:QQ==").secret_n, 1);
}

static const struct dns_update_change changes[] = {
	{ .name = STR("x.a.test"), .type = DNS_TYPE_TXT },
	{ true, STR("x.a.test"), DNS_TYPE_TXT, 60, STR("hello") },
	{ true, STR("x.a.test"), DNS_TYPE_A, 60, STR("192.0.2.1") },
	{ true, STR("x.a.test"), DNS_TYPE_AAAA, 60, STR("2001:db8::1") },
	{ true, STR("x.a.test"), DNS_TYPE_CNAME, 60, STR("b.test") },
	{ true, STR("x.a.test"), DNS_TYPE_TLSA, 60, STR("3 1 1 aabb") },
};

/* RFC 2136 2, byte by byte up to the signature. */
static void messages(void **state)
{
	static const char want[] = "\x12\x34\x28\0\0\1\0\0\0\2\0\1"
				   "\1a\4test\0\0\6\0\1"
				   "\1x\1a\4test\0\0\x10\0\xff\0\0\0\0\0\0"
				   "\1x\1a\4test\0\0\x10\0\1\0\0\0\x3c\0\6\5hello"
				   "\1k\4test\0\0\xfa\0\xff\0\0\0\0\0\x3d\x0bhmac-sha256";
	struct dns_update u = { S("a.test"), changes, 2 };
	struct dns_update_key key = key_of(KEY);
	struct dns_update_stamp stamp = { .id = 0x1234, .now = NOW };
	char room[1024];
	struct out out = OUT(room);

	(void)state;
	assert_int_equal(dns_update_write(&u, &key, &stamp, &out, NULL), OK);
	assert_memory_equal(room, want, sizeof want - 1);
	for (size_t size = 0; size < out.n; size++) {
		struct out small = { .p = room, .cap = size };

		assert_int_equal(dns_update_write(&u, &key, &stamp, &small, NULL), E_LIMIT);
	}
	u.change_n = ARRAY_N(changes);
	out = OUT(room);
	assert_int_equal(dns_update_write(&u, &key, &stamp, &out, NULL), OK);
}

static void bad_changes(void **state)
{
	static const struct dns_update_change rows[] = {
		{ true, STR("x.a.test"), DNS_TYPE_A, 60, STR("2001:db8::1") },
		{ true, STR("x.a.test"), DNS_TYPE_AAAA, 60, STR("192.0.2.1") },
		{ true, STR("x.a.test"), DNS_TYPE_CNAME, 60, STR("") },
		{ true, STR("x.a.test"), DNS_TYPE_TLSA, 60, STR("3 1 x") },
		{ true, STR("x.a.test"), DNS_TYPE_MX, 60, STR("x") },
		{ true, STR("x..test"), DNS_TYPE_TXT, 60, STR("x") },
	};
	struct dns_update_key key = key_of(KEY);
	struct dns_update_stamp stamp = { .id = 1, .now = NOW };
	char room[1024];

	(void)state;
	for (size_t k = 0; k < ARRAY_N(rows); k++) {
		struct dns_update u = { S("a.test"), &rows[k], 1 };
		struct out out = OUT(room);

		assert_int_not_equal(dns_update_write(&u, &key, &stamp, &out, NULL), OK);
	}
}

/* Answers that nobody signed are refused, whatever they say; cut ones too. */
static void answers(void **state)
{
	static const struct {
		const char *name;
		str bytes;
		err want;
	} rows[] = {
		{ "unsigned yes", STR("\x12\x34\xa8\0\0\0\0\0\0\0\0\0"), E_RULE },
		{ "unsigned refusal", STR("\x12\x34\xa8\5\0\0\0\0\0\0\0\0"), E_PERM },
		{ "another id", STR("\x12\x35\xa8\0\0\0\0\0\0\0\0\0"), E_SYNTAX },
		{ "a question", STR("\x12\x34\x28\0\0\0\0\0\0\0\0\0"), E_SYNTAX },
		{ "of a query", STR("\x12\x34\x80\0\0\0\0\0\0\0\0\0"), E_SYNTAX },
		{ "short", STR("\x12\x34\xa8"), E_SYNTAX },
		{ "more behind", STR("\x12\x34\xa8\0\0\0\0\0\0\0\0\0x"), E_SYNTAX },
		{ "missing record", STR("\x12\x34\xa8\0\0\0\0\0\0\0\0\1"), E_SYNTAX },
		{ "bad key", STR("\x12\x34\xa8\x09\0\0\0\0\0\0\0\1"
		  "\0\0\xfa\0\xff\0\0\0\0\0\x11\0\0\0\0\0\0\0\1\x2c"
		  "\0\0\x12\x34\0\x11\0\0"),
		    E_PERM },
	};
	struct dns_update_key key = key_of(KEY);
	const struct dns_update_stamp stamp = { .id = 0x1234, .now = NOW };

	(void)state;
	for (size_t k = 0; k < ARRAY_N(rows); k++) {
		struct why why = { 0 };

		unit_err(dns_update_read(rows[k].bytes, &key, &stamp, &why), rows[k].want, &why,
		    rows[k].name);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(keys),
		cmocka_unit_test(messages),
		cmocka_unit_test(bad_changes),
		cmocka_unit_test(answers),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
