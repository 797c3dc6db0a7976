#include "wire/uri.h"

#include "test/unit/unit.h"

static void uris(void **state)
{
	static const struct {
		str text;
		err want;
		size_t at;
	} rows[] = {
		/* RFC 3986 1.1.2 */
		{ STR("ftp://ftp.is.co.za/rfc/rfc1808.txt"), OK, 0 },
		{ STR("ldap://[2001:db8::7]/c=GB?objectClass?one"), OK, 0 },
		{ STR("mailto:John.Doe@example.com"), OK, 0 },
		{ STR("news:comp.infosystems.www.servers.unix"), OK, 0 },
		{ STR("tel:+1-816-555-1212"), OK, 0 },
		{ STR("telnet://192.0.2.16:80/"), OK, 0 },
		{ STR("urn:oasis:names:specification:docbook:dtd:xml:4.1.2"), OK, 0 },
		{ STR("https://reports.example/info?id=5065427c-23d3#StarttlsNotSupported"), OK, 0 },
		{ STR("https://u:p@example.com:8443/a;b,c!?x=/?#y?/"), OK, 0 },
		{ STR("https://example.com"), OK, 0 },
		{ STR("https://example.com:"), OK, 0 },
		{ STR("https://example.com?q"), OK, 0 },
		{ STR("https://[v1.a:b]/"), OK, 0 },
		{ STR("https://x%20y/%C3%BC"), OK, 0 },
		{ STR("file:///etc/hosts"), OK, 0 },
		{ STR("x:"), OK, 0 },
		{ STR(""), E_SYNTAX, 0 },
		{ STR("/relative"), E_SYNTAX, 0 },
		{ STR("//example.com/x"), E_SYNTAX, 0 },
		{ STR("example.com"), E_SYNTAX, 0 },
		{ STR("1x:y"), E_SYNTAX, 0 },
		{ STR(":x"), E_SYNTAX, 0 },
		{ STR("https://example.com/a b"), E_SYNTAX, 21 },
		{ STR("https://example.com/\xc3\xbc"), E_SYNTAX, 20 },
		{ STR("https://example.com/%2"), E_SYNTAX, 20 },
		{ STR("https://example.com/%zz"), E_SYNTAX, 20 },
		{ STR("https://example.com/#a#b"), E_SYNTAX, 22 },
		{ STR("https://example.com/<x>"), E_SYNTAX, 20 },
		{ STR("https://example.com:80a/"), E_SYNTAX, 22 },
		{ STR("https://exa mple.com/"), E_SYNTAX, 11 },
		{ STR("https://a@b@c/"), E_SYNTAX, 11 },
		{ STR("https://[2001:db8::7/"), E_SYNTAX, 8 },
		{ STR("https://[192.0.2.1]/"), E_SYNTAX, 9 },
		{ STR("https://[v.a]/"), E_SYNTAX, 9 },
		{ STR("https://[::1]x/"), E_SYNTAX, 13 },
		{ STR("https://a\0b/"), E_SYNTAX, 9 },
		{ STR("mailto:a\r\nb"), E_SYNTAX, 8 },
	};

	(void)state;
	for (size_t i = 0; i < ARRAY_N(rows); i++) {
		struct why why = { 0 };
		struct uri uri;

		unit_err(uri_read(rows[i].text, &uri, &why), rows[i].want, &why, rows[i].text.p);
		if (why.at != rows[i].at)
			fail_msg("%s: at %zu, want %zu", rows[i].text.p, why.at, rows[i].at);
	}
}

static void parts(void **state)
{
	static const struct {
		str text;
		str scheme, authority, user, host, port, path, query, fragment;
	} rows[] = {
		{ STR("https://u:p@[2001:db8::7]:8443/a/b?c?d#e?"), STR("https"), STR("u:p@[2001:db8::7]:8443"),
			STR("u:p"), STR("[2001:db8::7]"), STR("8443"), STR("/a/b"), STR("c?d"), STR("e?") },
		{ STR("https://example.com"), STR("https"), STR("example.com"), { 0 }, STR("example.com"), { 0 },
			STR(""), { 0 }, { 0 } },
		{ STR("mailto:a@b?"), STR("mailto"), { 0 }, { 0 }, { 0 }, { 0 }, STR("a@b"), STR(""), { 0 } },
		{ STR("file:///x#"), STR("file"), STR(""), { 0 }, STR(""), { 0 }, STR("/x"), { 0 }, STR("") },
	};

	(void)state;
	for (size_t i = 0; i < ARRAY_N(rows); i++) {
		struct uri uri;

		assert_int_equal(uri_read(rows[i].text, &uri, NULL), OK);
		unit_same(uri.scheme, rows[i].scheme, rows[i].text.p);
		unit_same(uri.authority, rows[i].authority, rows[i].text.p);
		unit_same(uri.user, rows[i].user, rows[i].text.p);
		unit_same(uri.host, rows[i].host, rows[i].text.p);
		unit_same(uri.port, rows[i].port, rows[i].text.p);
		unit_same(uri.path, rows[i].path, rows[i].text.p);
		unit_same(uri.query, rows[i].query, rows[i].text.p);
		unit_same(uri.fragment, rows[i].fragment, rows[i].text.p);
		assert_int_equal(!uri.authority.p, !rows[i].authority.p);
		assert_int_equal(!uri.query.p, !rows[i].query.p);
		assert_int_equal(!uri.fragment.p, !rows[i].fragment.p);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(uris),
		cmocka_unit_test(parts),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
