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
		{ STR("https://example.com:80a/"), E_SYNTAX, 8 },
		{ STR("https://exa mple.com/"), E_SYNTAX, 8 },
		{ STR("https://a@b@c/"), E_SYNTAX, 8 },
		{ STR("https://[2001:db8::7/"), E_SYNTAX, 8 },
		{ STR("https://[192.0.2.1]/"), E_SYNTAX, 8 },
		{ STR("https://[v.a]/"), E_SYNTAX, 8 },
		{ STR("https://[::1]x/"), E_SYNTAX, 8 },
		{ STR("https://a\0b/"), E_SYNTAX, 9 },
		{ STR("mailto:a\r\nb"), E_SYNTAX, 8 },
	};

	(void)state;
	for (size_t i = 0; i < ARRAY_N(rows); i++) {
		struct why why = { 0 };

		unit_err(uri_check(rows[i].text, &why), rows[i].want, &why, rows[i].text.p);
		if (why.at != rows[i].at)
			fail_msg("%s: at %zu, want %zu", rows[i].text.p, why.at, rows[i].at);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(uris),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
