#include "wire/rua.h"

#include "test/unit/unit.h"

static void destinations(void **state)
{
	static const struct {
		const char *uri;
		err check, read;
		const char *address; /* mailto */
		const char *host;
		unsigned port;
		const char *target;
	} rows[] = {
		{ "mailto:reports@example.com", OK, OK, "reports@example.com", "example.com", 0, "" },
		{ "MAILTO:Reports@EXAMPLE.com.", OK, OK, "Reports@example.com", "example.com", 0, "" },
		{ "mailto:a%2Cb@example.com", OK, OK, "\"a,b\"@example.com", "example.com", 0, "" },
		{ "mailto:a%21b@example.com", OK, OK, "a!b@example.com", "example.com", 0, "" },
		{ "mailto:a%22b@example.com", OK, OK, "\"a\\\"b\"@example.com", "example.com", 0, "" },
		{ "mailto:%22a%5C%22b%22@example.com", OK, OK, "\"a\\\"b\"@example.com", "example.com", 0, "" },
		{ "mailto:a@b@example.com", OK, OK, "\"a@b\"@example.com", "example.com", 0, "" },
		{ "mailto:a+b=c@example.com?subject=x", OK, OK, "a+b=c@example.com", "example.com", 0, "" },
		{ "mailto:a@b%C3%BCcher.example", OK, OK, "a@xn--bcher-kva.example", "xn--bcher-kva.example", 0, "" },
		{ "mailto:-f@example.com", OK, OK, "-f@example.com", "example.com", 0, "" },
		{ "mailto:", OK, E_RULE, "", "", 0, "" },
		{ "mailto:example.com", OK, E_RULE, "", "", 0, "" },
		{ "mailto:@example.com", OK, E_RULE, "", "", 0, "" },
		{ "mailto:a@", OK, E_RULE, "", "", 0, "" },
		{ "mailto:a@b_c.example", OK, E_RULE, "", "", 0, "" },
		{ "mailto:a%0D%0ARCPT%20TO:x@example.com", OK, E_RULE, "", "", 0, "" },
		{ "mailto:a%00@example.com", OK, E_RULE, "", "", 0, "" },
		{ "mailto:a%20b@example.com", OK, E_RULE, "", "", 0, "" },
		{ "mailto:%C3%A9@example.com", OK, E_RULE, "", "", 0, "" },
		{ "mailto://a@example.com", OK, E_RULE, "", "", 0, "" },
		{ "https://r.example/v1", OK, OK, "", "r.example", 443, "/v1" },
		{ "HTTPS://R.example:8443/v1?a=b/c&d#frag", OK, OK, "", "r.example", 8443, "/v1?a=b/c&d" },
		{ "https://r.example", OK, OK, "", "r.example", 443, "" },
		{ "https://r.example?x", OK, OK, "", "r.example", 443, "?x" },
		{ "https://[2001:db8::1]:444/v1", OK, OK, "", "", 444, "/v1" },
		{ "https://r.example:/", OK, OK, "", "r.example", 443, "/" },
		{ "https:///v1", OK, E_RULE, "", "", 0, "" },
		{ "https:r.example", OK, E_RULE, "", "", 0, "" },
		{ "https://u:p@r.example/", OK, E_RULE, "", "", 0, "" },
		{ "https://r.example:0/", OK, E_RULE, "", "", 0, "" },
		{ "https://r.example:65536/", OK, E_RULE, "", "", 0, "" },
		{ "https://r_x.example/", OK, E_RULE, "", "", 0, "" },
		{ "http://r.example/", OK, E_RULE, "", "", 0, "" },
		{ "tel:+15551234", OK, E_RULE, "", "", 0, "" },
		{ "https://r.example:x/", E_SYNTAX, E_SYNTAX, "", "", 0, "" },
		{ "https://[::1/", E_SYNTAX, E_SYNTAX, "", "", 0, "" },
		{ "https://[::1]x/", E_SYNTAX, E_SYNTAX, "", "", 0, "" },
		{ "https://[::zz]/", E_SYNTAX, E_SYNTAX, "", "", 0, "" },
		{ "https://r.example/[a]", E_SYNTAX, E_SYNTAX, "", "", 0, "" },
		{ "https://r.example/a b", E_SYNTAX, E_SYNTAX, "", "", 0, "" },
		{ "https://r.example/#a#b", E_SYNTAX, E_SYNTAX, "", "", 0, "" },
		{ "mailto:a!b@example.com", E_SYNTAX, E_SYNTAX, "", "", 0, "" },
		{ "mailto:rep%2", E_SYNTAX, E_SYNTAX, "", "", 0, "" },
		{ "mailto:rep%zz@example.com", E_SYNTAX, E_SYNTAX, "", "", 0, "" },
		{ "reports@example.com", E_SYNTAX, E_SYNTAX, "", "", 0, "" },
		{ "//r.example/x", E_SYNTAX, E_SYNTAX, "", "", 0, "" },
		{ ":x", E_SYNTAX, E_SYNTAX, "", "", 0, "" },
		{ "1a:x", E_SYNTAX, E_SYNTAX, "", "", 0, "" },
		{ "", E_SYNTAX, E_SYNTAX, "", "", 0, "" },
	};

	(void)state;
	for (size_t i = 0; i < ARRAY_N(rows); i++) {
		struct rua r = { 0 };
		struct why why = { 0 };
		str uri = str_of(rows[i].uri);

		unit_err(rua_check(uri, &why), rows[i].check, &why, rows[i].uri); /* [RPT-3-n] */
		unit_err(rua_read(uri, &r, &why), rows[i].read, &why, rows[i].uri);
		unit_same(str_of(r.address), str_of(rows[i].address), rows[i].uri);
		unit_same(domain_str(&r.host), str_of(rows[i].host), rows[i].uri);
		unit_same(r.target, str_of(rows[i].target), rows[i].uri);
		assert_int_equal(r.port, rows[i].port);
	}
}

static void too_long(void **state)
{
	static char uri[LIMIT_URI_BYTES + 2];
	struct rua r;

	(void)state;
	memset(uri, 'a', sizeof uri);
	memcpy(uri, "https://r.example/", 18);
	assert_int_equal(rua_check((str){ uri, LIMIT_URI_BYTES }, NULL), OK);
	assert_int_equal(rua_check((str){ uri, LIMIT_URI_BYTES + 1 }, NULL), E_LIMIT);
	assert_int_equal(rua_read((str){ uri, LIMIT_URI_BYTES + 1 }, &r, NULL), E_LIMIT);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(destinations),
		cmocka_unit_test(too_long),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
