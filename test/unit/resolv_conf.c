#include "io/resolv_conf.h"

#include "test/unit/unit.h"

static void write_all(const struct network_endpoint *at, size_t n, struct out *out)
{
	for (size_t i = 0; i < n; i++) {
		out_str(out, i > 0 ? S(" ") : S(""));
		network_write_endpoint(&at[i], out);
	}
}

static void by_hand(void **state)
{
	static const struct {
		const char *text;
		err e;
		const char *want;
	} rows[] = {
		{ "127.0.0.1", OK, "127.0.0.1@53" },
		{ "127.0.0.1@5353, [::1]@53 192.0.2.1", OK, "127.0.0.1@5353 ::1@53 192.0.2.1@53" },
		{ "", E_SYNTAX, "" },
		{ ",", E_SYNTAX, "" },
		{ "127.0.0.1 dns.example", E_SYNTAX, "" },
		{ "::1 ::1 ::1 ::1 ::1 ::1 ::1 ::1 ::1", E_LIMIT, "" },
	};

	(void)state;
	for (size_t i = 0; i < ARRAY_N(rows); i++) {
		struct network_endpoint at[LIMIT_NAMESERVERS_N];
		struct why why = { 0 };
		char text[256];
		struct out out = OUT(text);
		size_t n = 0;

		unit_err(resolv_conf_read_list(str_of(rows[i].text), at, &n, &why), rows[i].e, &why, rows[i].text);
		write_all(at, n, &out);
		unit_same(out_done(&out), str_of(rows[i].want), rows[i].text);
	}
}

static void by_file(void **state)
{
	static const struct {
		const char *text, *want;
	} rows[] = {
		{ "", "" },
		{ "nameserver 127.0.0.1", "127.0.0.1@53" },
		{ "# nameserver 192.0.2.9\nsearch a.test\nnameserver\t192.0.2.1 \r\n  nameserver ::1 # us\nnameserver",
		    "192.0.2.1@53 ::1@53" },
		{ "nameserver fe80::1%eth0\nnameserver dns.example\nnameservers 192.0.2.1\nnameserver 192.0.2.2\n",
		    "192.0.2.2@53" },
		{ "nameserver ::1\nnameserver ::2\nnameserver ::3\nnameserver ::4\nnameserver ::5\nnameserver ::6\n"
		  "nameserver ::7\nnameserver ::8\nnameserver ::9\n",
		    "::1@53 ::2@53 ::3@53 ::4@53 ::5@53 ::6@53 ::7@53 ::8@53" },
	};
	struct network_endpoint at[LIMIT_NAMESERVERS_N];
	size_t n;

	(void)state;
	for (size_t i = 0; i < ARRAY_N(rows); i++) {
		char text[256];
		struct out out = OUT(text);

		resolv_conf_read(str_of(rows[i].text), at, &n);
		write_all(at, n, &out);
		unit_same(out_done(&out), str_of(rows[i].want), rows[i].text);
	}
	resolv_conf_load("/nonexistent", at, &n);
	assert_int_equal(n, 1);
	assert_true(network_is_loopback(&at[0].address));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(by_hand),
		cmocka_unit_test(by_file),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
