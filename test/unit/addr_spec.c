#include "wire/addr_spec.h"

#include "test/unit/unit.h"

static void addresses(void **state)
{
	static const struct {
		str text;
		bool want;
	} rows[] = {
		{ STR("reports@example.com"), true },
		{ STR("a@b"), true },
		{ STR("a.b+c!#$%&'*/=?^_`{|}~-@example.com"), true },
		{ STR("A@EXAMPLE.COM"), true },
		{ STR("\"odd local\"@example.com"), true },
		{ STR("\"a\\\"b\"@example.com"), true },
		{ STR("\"\"@example.com"), true },
		{ STR("a@[192.0.2.1]"), true },
		{ STR("a@[IPv6:2001:db8::1]"), true },
		{ STR(""), false },
		{ STR("@"), false },
		{ STR("a"), false },
		{ STR("a@"), false },
		{ STR("@example.com"), false },
		{ STR(".a@example.com"), false },
		{ STR("a.@example.com"), false },
		{ STR("a..b@example.com"), false },
		{ STR("a@example..com"), false },
		{ STR("a@example.com."), false },
		{ STR("a b@example.com"), false },
		{ STR(" a@example.com"), false },
		{ STR("a@example.com "), false },
		{ STR("a@b@c"), false },
		{ STR("a:b@example.com"), false },
		{ STR("mailto:a@example.com"), false },
		{ STR("Post Master <a@example.com>"), false },
		{ STR("<a@example.com>"), false },
		{ STR("a@example.com,b@example.com"), false },
		{ STR("\"a@example.com"), false },
		{ STR("\"a\\\"@example.com"), false },
		{ STR("\"a\"b@example.com"), false },
		{ STR("\"a\r\nb\"@example.com"), false },
		{ STR("a@[192.0.2.1"), false },
		{ STR("a@[a b]"), false },
		{ STR("a@[[]"), false },
		{ STR("b\xc3\xbc@example.com"), false },
		{ STR("a@b\xc3\xbc.example"), false },
		{ STR("a\0b@example.com"), false },
	};

	(void)state;
	for (size_t i = 0; i < ARRAY_N(rows); i++)
		if (addr_spec_valid(rows[i].text) != rows[i].want)
			fail_msg("%.*s", STR_ARG(rows[i].text));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(addresses),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
