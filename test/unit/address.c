#include "wire/address.h"

#include "test/unit/unit.h"

static void table(void **state)
{
	static const struct {
		str text;
		int version; /* 4, 6 or none */
	} rows[] = {
		{ STR("192.0.2.1"), 4 }, { STR("0.0.0.0"), 4 }, { STR("255.255.255.255"), 4 },
		{ STR("192.0.02.1"), 0 }, { STR("256.0.2.1"), 0 }, { STR("192.0.2"), 0 },
		{ STR("192.0.2.1.5"), 0 }, { STR("192.0.2."), 0 }, { STR(" 192.0.2.1"), 0 }, { STR(""), 0 },
		{ STR("::"), 6 }, { STR("::1"), 6 }, { STR("1::"), 6 }, { STR("2001:db8::1"), 6 },
		{ STR("2001:0DB8:0000:0000:0000:0000:0000:0001"), 6 }, { STR("1:2:3:4:5:6:7:8"), 6 },
		{ STR("::ffff:192.0.2.1"), 6 }, { STR("1:2:3:4:5:6:192.0.2.1"), 6 }, { STR("1:2:3:4:5:6:7::"), 6 },
		{ STR("1:2:3:4:5:6:7"), 0 }, { STR("1:2:3:4:5:6:7:8:9"), 0 }, { STR("1::2::3"), 0 },
		{ STR("1:2:3:4:5:6:7:8::"), 0 }, { STR(":1"), 0 }, { STR("1:"), 0 }, { STR(":::"), 0 },
		{ STR("fe80::1%eth0"), 0 }, { STR("[::1]"), 0 }, { STR("12345::"), 0 }, { STR("g::"), 0 },
		{ STR("192.0.2.1::"), 0 }, { STR("::192.0.2"), 0 }, { STR("::192.0.2.1:1"), 0 },
	};

	(void)state;
	for (size_t i = 0; i < ARRAY_N(rows); i++) {
		int got = address_is_ipv4(rows[i].text) ? 4 : address_is_ipv6(rows[i].text) ? 6 : 0;

		if (got != rows[i].version)
			fail_msg("\"%s\": got %d, want %d", rows[i].text.p, got, rows[i].version);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = { cmocka_unit_test(table) };

	return cmocka_run_group_tests(tests, NULL, NULL);
}
