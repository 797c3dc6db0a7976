#include "io/network.h"

#include "test/unit/unit.h"

static char memory[1 << 14];

static struct network_address address(const char *text)
{
	struct network_address a = { 0 };

	if (!network_read_address(str_of(text), &a))
		fail_msg("%s: no address", text);
	return a;
}

static void addresses(void **state)
{
	static const struct {
		const char *text, *written; /* NULL: none */
	} rows[] = {
		{ "192.0.2.1", "192.0.2.1" },
		{ "2001:DB8::0001", "2001:db8::1" },
		{ "[::1]", "::1" },
		{ "::ffff:10.0.0.1", "::ffff:10.0.0.1" },
		{ "[192.0.2.1]", NULL },
		{ "192.0.2", NULL },
		{ "192.0.2.256", NULL },
		{ "0192.0.2.1", NULL },
		{ "fe80::1%eth0", NULL },
		{ "[::1", NULL },
		{ " ::1", NULL },
		{ "", NULL },
		{ "[]", NULL },
		{ "example.com", NULL },
	};

	(void)state;
	for (size_t i = 0; i < ARRAY_N(rows); i++) {
		struct network_address a = { 0 };
		char text[64];
		struct out out = OUT(text);

		if (network_read_address(str_of(rows[i].text), &a) != (rows[i].written != NULL))
			fail_msg("%s", rows[i].text);
		network_write_address(&a, &out);
		unit_same(out_done(&out), str_of(rows[i].written), rows[i].text);
	}
	assert_false(network_read_address((str){ "::1\0", 4 }, &(struct network_address){ 0 }));
}

static void endpoints(void **state)
{
	static const struct {
		const char *text;
		err e;
		const char *written;
	} rows[] = {
		{ "127.0.0.1", OK, "127.0.0.1@53" },
		{ "127.0.0.1@5353", OK, "127.0.0.1@5353" },
		{ "[::1]@65535", OK, "::1@65535" },
		{ "::1@1", OK, "::1@1" },
		{ "127.0.0.1@", E_SYNTAX, NULL },
		{ "127.0.0.1@0", E_SYNTAX, NULL },
		{ "127.0.0.1@65536", E_SYNTAX, NULL },
		{ "127.0.0.1:53", E_SYNTAX, NULL },
		{ "localhost", E_SYNTAX, NULL },
		{ "@53", E_SYNTAX, NULL },
	};

	(void)state;
	for (size_t i = 0; i < ARRAY_N(rows); i++) {
		struct network_endpoint e = { .port = 53 };
		struct why why = { 0 };
		char text[64];
		struct out out = OUT(text);

		unit_err(network_read_endpoint(str_of(rows[i].text), &e, &why), rows[i].e, &why, rows[i].text);
		network_write_endpoint(&e, &out);
		if (rows[i].e == OK)
			unit_same(out_done(&out), str_of(rows[i].written), rows[i].text);
	}
}

static void privates(void **state)
{
	static const struct {
		const char *text;
		bool is_private;
	} rows[] = {
		{ "0.0.0.0", true }, { "0.1.2.3", true }, { "9.255.255.255", false }, { "10.0.0.0", true },
		{ "10.255.255.255", true }, { "11.0.0.0", false }, { "100.63.255.255", false }, { "100.64.0.0", true },
		{ "100.127.255.255", true }, { "100.128.0.0", false }, { "126.255.255.255", false }, { "127.0.0.1", true },
		{ "127.255.255.255", true }, { "128.0.0.0", false }, { "169.253.255.255", false }, { "169.254.0.0", true },
		{ "172.15.255.255", false }, { "172.16.0.0", true }, { "172.31.255.255", true }, { "172.32.0.0", false },
		{ "192.167.255.255", false }, { "192.168.0.0", true }, { "192.169.0.0", false }, { "192.0.2.1", false },
		{ "198.51.100.1", false }, { "203.0.113.1", false }, { "223.255.255.255", false }, { "224.0.0.0", true },
		{ "239.255.255.255", true }, { "255.255.255.255", true }, { "255.255.255.254", false },
		{ "::", true }, { "::1", true }, { "::2", true }, { "::ffff:127.0.0.1", true },
		{ "::ffff:192.0.2.1", false }, { "::ffff:169.254.169.254", true }, { "::10.0.0.1", true },
		{ "64:ff9b::10.0.0.1", true }, { "64:ff9b::192.0.2.1", false }, { "2002:a00:1::", true },
		{ "2002:c000:201::", false }, { "2001:db8::1", false }, { "2a00::1", false }, { "fbff::1", false },
		{ "fc00::", true }, { "fd12:3456::1", true }, { "fe00::", false }, { "fe7f::1", false }, { "fe80::1", true },
		{ "febf::1", true }, { "fec0::1", true }, { "feff::1", true }, { "ff00::", true }, { "ff02::1", true },
	};

	(void)state;
	for (size_t i = 0; i < ARRAY_N(rows); i++) {
		struct network_address a = address(rows[i].text);

		if (network_is_private(&a) != rows[i].is_private)
			fail_msg("%s", rows[i].text);
		assert_int_equal(network_may_connect(&a, &(struct network_list){ 0 }), !rows[i].is_private);
	}
	assert_false(network_may_connect(&(struct network_address){ 0 }, &(struct network_list){ 0 }));
}

static void loopbacks(void **state)
{
	static const struct {
		const char *text;
		bool is_loopback;
	} rows[] = {
		{ "127.0.0.1", true }, { "127.8.8.8", true }, { "128.0.0.1", false }, { "::1", true }, { "::2", false },
		{ "::ffff:127.0.0.1", true }, { "::ffff:128.0.0.1", false }, { "::127.0.0.1", false },
	};

	(void)state;
	for (size_t i = 0; i < ARRAY_N(rows); i++) {
		struct network_address a = address(rows[i].text);

		if (network_is_loopback(&a) != rows[i].is_loopback)
			fail_msg("%s", rows[i].text);
	}
}

static void lists(void **state)
{
	static const struct {
		const char *text;
		err e;
		size_t n;
	} rows[] = {
		{ "", OK, 0 }, { " , ", OK, 0 }, { "10.0.0.0/8", OK, 1 }, { "10.0.0.0/8, fd00::/8\t127.0.0.1", OK, 3 },
		{ "0.0.0.0/0,::/0", OK, 2 }, { "10.0.0.0/33", E_SYNTAX, 0 }, { "::/129", E_SYNTAX, 0 },
		{ "10.0.0.0/", E_SYNTAX, 0 }, { "10/8", E_SYNTAX, 0 }, { "lan", E_SYNTAX, 0 },
	};
	static const struct {
		const char *text;
		bool may;
	} allowed[] = {
		{ "10.1.2.3", true }, { "10.15.255.255", true }, { "10.16.0.0", false }, { "127.0.0.1", true },
		{ "127.0.0.2", false }, { "fd12::1", true }, { "fe80::1", false }, { "::ffff:10.1.2.3", false },
		{ "192.0.2.1", true },
	};
	struct network_list list;
	struct arena mem = ARENA(memory);

	(void)state;
	for (size_t i = 0; i < ARRAY_N(rows); i++) {
		struct why why = { 0 };

		mem.used = 0;
		list.n = 99;
		unit_err(network_read_list(str_of(rows[i].text), &mem, &list, &why), rows[i].e, &why, rows[i].text);
		assert_int_equal(list.n, rows[i].e == OK ? rows[i].n : 99);
	}
	assert_int_equal(network_read_list(S("10.0.0.0/12 127.0.0.1 fd00::/8"), &mem, &list, NULL), OK);
	for (size_t i = 0; i < ARRAY_N(allowed); i++) {
		struct network_address a = address(allowed[i].text);

		if (network_may_connect(&a, &list) != allowed[i].may)
			fail_msg("%s", allowed[i].text);
	}
	for (size_t cap = 0; cap < 128; cap++) {
		mem = (struct arena){ memory, cap, 0 };
		assert_true(network_read_list(S("::1 ::2"), &mem, &list, NULL) == E_LIMIT || list.n == 2);
	}
}

static void too_many(void **state)
{
	char text[16 * (LIMIT_NETWORKS_N + 1)];
	struct out out = OUT(text);
	struct arena mem = ARENA(memory);
	struct network_list list;

	(void)state;
	for (int i = 0; i < LIMIT_NETWORKS_N; i++)
		out_str(&out, S("10.0.0.1 "));
	assert_int_equal(network_read_list(out_done(&out), &mem, &list, NULL), OK);
	out_str(&out, S("10.0.0.1"));
	assert_int_equal(network_read_list(out_done(&out), &mem, &list, NULL), E_LIMIT);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(addresses),
		cmocka_unit_test(endpoints),
		cmocka_unit_test(privates),
		cmocka_unit_test(loopbacks),
		cmocka_unit_test(lists),
		cmocka_unit_test(too_many),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
