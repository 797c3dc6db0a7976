#include "wire/domain.h"

#include "test/unit/unit.h"

#define L63 "aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa"

static void reading(void **state)
{
	static const struct {
		str text;
		err want;
		str name;
	} rows[] = {
		{ STR("example.com"), OK, STR("example.com") },
		{ STR("EXAMPLE.Com."), OK, STR("example.com") },
		{ STR("localhost"), OK, STR("localhost") },
		{ STR("1a.2b"), OK, STR("1a.2b") },
		{ STR("a--b.example"), OK, STR("a--b.example") },
		{ STR("b\xc3\xbc" "cher.example"), OK, STR("xn--bcher-kva.example") },
		{ STR("B\xc3\x9c" "CHER.EXAMPLE."), OK, STR("xn--bcher-kva.example") },
		{ STR("XN--BCHER-KVA.example"), OK, STR("xn--bcher-kva.example") },
		{ STR("fa\xc3\x9f.example"), OK, STR("xn--fa-hia.example") },
		{ STR("\xe4\xbe\x8b\xe3\x80\x82test"), OK, STR("xn--fsq.test") },
		{ STR(L63 ".example"), OK, STR(L63 ".example") },
		{ STR(L63 "a.example"), E_LIMIT, STR("") },
		{ STR(L63 "." L63 "." L63 "." L63), E_LIMIT, STR("") },
		{ STR(""), E_SYNTAX, STR("") },
		{ STR("."), E_SYNTAX, STR("") },
		{ STR("a..b"), E_SYNTAX, STR("") },
		{ STR("a.b.."), E_SYNTAX, STR("") },
		{ STR(".a"), E_SYNTAX, STR("") },
		{ STR("a_b.example"), E_SYNTAX, STR("") },
		{ STR("-a.example"), E_SYNTAX, STR("") },
		{ STR("a-.example"), E_SYNTAX, STR("") },
		{ STR("a b.example"), E_SYNTAX, STR("") },
		{ STR("*.example"), E_SYNTAX, STR("") },
		{ STR("a\0b.example"), E_SYNTAX, STR("") },
		{ STR("b\xc3\xbc" "_a.example"), E_SYNTAX, STR("") },
		{ STR("b\xc3\xbc" "..example"), E_SYNTAX, STR("") },
		{ STR("b\xfc" "cher.example"), E_SYNTAX, STR("") },
		{ STR("b\xc3\xbc\0.example"), E_SYNTAX, STR("") },
	};

	(void)state;
	for (size_t i = 0; i < ARRAY_N(rows); i++) {
		struct domain d = { 0 };
		struct why why = { 0 };

		unit_err(domain_read(rows[i].text, &d, &why), rows[i].want, &why, rows[i].text.p);
		unit_same(domain_str(&d), rows[i].name, rows[i].text.p);
	}
}

/* [STS-3.2-k] [STS-3.2-m] */
static void patterns(void **state)
{
	static const struct {
		str text;
		err want;
		size_t at;
	} rows[] = {
		{ STR("mail.example.com"), OK, 0 },
		{ STR("*.example.com"), OK, 0 },
		{ STR("*.com"), OK, 0 },
		{ STR("MAIL.Example.COM"), OK, 0 },
		{ STR("192.0.2.1"), OK, 0 },
		{ STR("*"), E_SYNTAX, 0 },
		{ STR("*."), E_SYNTAX, 2 },
		{ STR("*.*.example"), E_SYNTAX, 2 },
		{ STR("mail.*.example"), E_SYNTAX, 5 },
		{ STR("mail*.example"), E_SYNTAX, 4 },
		{ STR("mail.example."), E_SYNTAX, 12 },
		{ STR(".example"), E_SYNTAX, 0 },
		{ STR("mx_1.example"), E_SYNTAX, 2 },
		{ STR("b\xc3\xbc" "cher.example"), E_SYNTAX, 1 },
		{ STR("[192.0.2.1]"), E_SYNTAX, 0 },
	};

	(void)state;
	for (size_t i = 0; i < ARRAY_N(rows); i++) {
		struct why why = { 0 };

		unit_err(domain_check_pattern(rows[i].text, &why), rows[i].want, &why, rows[i].text.p);
		assert_int_equal(why.at, rows[i].at);
	}
}

/* [STS-4.1-a] beyond the vectors */
static void matching(void **state)
{
	static const struct {
		str pattern, host;
		bool want;
	} rows[] = {
		{ STR("*.example.com"), STR("mx.example.com."), true },
		{ STR("*.example.com"), STR(".example.com"), false },
		{ STR("*.example.com"), STR("*.example.com"), false },
		{ STR("*.example.com"), STR("mx_1.example.com"), true },
		{ STR("*.example.com"), STR("example.com"), false },
		{ STR("*.example.com"), STR("a.b.example.com"), false },
		{ STR("*.2.1"), STR("0.2.1"), false },
		{ STR("192.0.2.1"), STR("192.0.2.1"), false },
		{ STR("mail.example.com."), STR("mail.example.com"), false },
		{ STR("mail.example.com"), STR(""), false },
		{ STR("mail.example.com"), STR("."), false },
		{ STR("localhost"), STR("LOCALHOST."), true },
	};

	(void)state;
	for (size_t i = 0; i < ARRAY_N(rows); i++)
		if (domain_match(rows[i].pattern, rows[i].host) != rows[i].want)
			fail_msg("%s and %s", rows[i].pattern.p, rows[i].host.p);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(reading),
		cmocka_unit_test(patterns),
		cmocka_unit_test(matching),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
