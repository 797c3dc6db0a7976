#include "wire/postfix_tls.h"

#include "test/unit/postfix_answer.h"
#include "test/unit/unit.h"

#define L63 "aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa"

static void keys(void **state)
{
	static const struct {
		str text;
		err want;
		enum postfix_tls_key_kind kind;
		str domain;
		uint16_t port;
	} rows[] = {
		{ STR("example.com"), OK, POSTFIX_TLS_DOMAIN, STR("example.com"), 0 },
		{ STR("GOOD.Test"), OK, POSTFIX_TLS_DOMAIN, STR("good.test"), 0 },
		{ STR("example.com."), OK, POSTFIX_TLS_DOMAIN, STR("example.com"), 0 },
		{ STR("b\xc3\xbc" "cher.test"), OK, POSTFIX_TLS_DOMAIN, STR("xn--bcher-kva.test"), 0 },
		{ STR("xn--bcher-kva.test"), OK, POSTFIX_TLS_DOMAIN, STR("xn--bcher-kva.test"), 0 },
		{ STR("localhost"), OK, POSTFIX_TLS_DOMAIN, STR("localhost"), 0 },
		{ STR("example.com:25"), OK, POSTFIX_TLS_DOMAIN, STR("example.com"), 25 },
		{ STR("example.com.:65535"), OK, POSTFIX_TLS_DOMAIN, STR("example.com"), 65535 },
		{ STR("example.com:smtp"), OK, POSTFIX_TLS_DOMAIN, STR("example.com"), 25 },
		{ STR("example.com:Submission"), OK, POSTFIX_TLS_DOMAIN, STR("example.com"), 587 },
		{ STR("example.com:smtps"), OK, POSTFIX_TLS_DOMAIN, STR("example.com"), 465 },
		{ STR("example.com:my-service"), OK, POSTFIX_TLS_DOMAIN, STR("example.com"), 0 },
		{ STR("[mx.Good.test]"), OK, POSTFIX_TLS_HOST, STR("mx.good.test"), 0 },
		{ STR("[mx.good.test.]:587"), OK, POSTFIX_TLS_HOST, STR("mx.good.test"), 587 },
		{ STR("[b\xc3\xbc" "cher.test]:25"), OK, POSTFIX_TLS_HOST, STR("xn--bcher-kva.test"), 25 },
		{ STR("[198.51.100.10]"), OK, POSTFIX_TLS_ADDRESS, STR(""), 0 },
		{ STR("[198.51.100.10]:2525"), OK, POSTFIX_TLS_ADDRESS, STR(""), 2525 },
		{ STR("198.51.100.10"), OK, POSTFIX_TLS_ADDRESS, STR(""), 0 },
		{ STR("[IPv6:2001:db8::1]"), OK, POSTFIX_TLS_ADDRESS, STR(""), 0 },
		{ STR("[ipv6:2001:DB8::1]:25"), OK, POSTFIX_TLS_ADDRESS, STR(""), 25 },
		{ STR("[::1]:25"), OK, POSTFIX_TLS_ADDRESS, STR(""), 25 },
		{ STR(".good.test"), OK, POSTFIX_TLS_PARENT, STR("good.test"), 0 },
		{ STR(".test"), OK, POSTFIX_TLS_PARENT, STR("test"), 0 },
		{ STR(".Good.TEST."), OK, POSTFIX_TLS_PARENT, STR("good.test"), 0 },
		{ STR(""), E_SYNTAX, 0, STR(""), 0 },
		{ STR("."), E_SYNTAX, 0, STR(""), 0 },
		{ STR(".."), E_SYNTAX, 0, STR(""), 0 },
		{ STR("a..b"), E_SYNTAX, 0, STR(""), 0 },
		{ STR("..a"), E_SYNTAX, 0, STR(""), 0 },
		{ STR(".a:25"), E_SYNTAX, 0, STR(""), 0 },
		{ STR("a_b.test"), E_SYNTAX, 0, STR(""), 0 },
		{ STR("a b"), E_SYNTAX, 0, STR(""), 0 },
		{ STR("a\0b"), E_SYNTAX, 0, STR(""), 0 },
		{ STR("b\xfc" "cher.test"), E_SYNTAX, 0, STR(""), 0 },
		{ STR("*.example.com"), E_SYNTAX, 0, STR(""), 0 },
		{ STR("user@example.com"), E_SYNTAX, 0, STR(""), 0 },
		{ STR("/var/run/lmtp"), E_SYNTAX, 0, STR(""), 0 },
		{ STR("example.com:"), E_SYNTAX, 0, STR(""), 0 },
		{ STR("example.com:0"), E_SYNTAX, 0, STR(""), 0 },
		{ STR("example.com:65536"), E_SYNTAX, 0, STR(""), 0 },
		{ STR("example.com:25:25"), E_SYNTAX, 0, STR(""), 0 },
		{ STR("example.com:sm tp"), E_SYNTAX, 0, STR(""), 0 },
		{ STR(":25"), E_SYNTAX, 0, STR(""), 0 },
		{ STR("2001:db8::1"), E_SYNTAX, 0, STR(""), 0 },
		{ STR("["), E_SYNTAX, 0, STR(""), 0 },
		{ STR("[]"), E_SYNTAX, 0, STR(""), 0 },
		{ STR("[]:25"), E_SYNTAX, 0, STR(""), 0 },
		{ STR("[mx.test"), E_SYNTAX, 0, STR(""), 0 },
		{ STR("[mx.test]25"), E_SYNTAX, 0, STR(""), 0 },
		{ STR("[mx.test]:"), E_SYNTAX, 0, STR(""), 0 },
		{ STR("[[mx.test]]"), E_SYNTAX, 0, STR(""), 0 },
		{ STR("[IPv6:zz]"), E_SYNTAX, 0, STR(""), 0 },
		{ STR("[IPv6:]"), E_SYNTAX, 0, STR(""), 0 },
		{ STR(L63 "a.test"), E_LIMIT, 0, STR(""), 0 },
		{ STR("[" L63 "a.test]"), E_LIMIT, 0, STR(""), 0 },
	};

	(void)state;
	for (size_t i = 0; i < ARRAY_N(rows); i++) {
		struct postfix_tls_key key;
		struct why why = { 0 };

		unit_err(postfix_tls_key_read(rows[i].text, &key, &why), rows[i].want, &why, rows[i].text.p);
		if (rows[i].want != OK) {
			assert_true(why.at <= rows[i].text.n);
			continue;
		}
		assert_int_equal(key.kind, rows[i].kind);
		unit_same(domain_str(&key.domain), rows[i].domain, rows[i].text.p);
		assert_int_equal(key.port, rows[i].port);
	}
}

static const str two[] = { STR("MX.Example.com"), STR("*.mail.example.net") };
static const str odd[] = { STR("localhost"), STR("192.0.2.1"), STR("hostname"), STR("*"), STR("a.b servername=x"),
	STR("a_b.example"), STR("mx.example."), STR("*.*.example"), STR(""), STR("mx.example"), STR("nexthop"),
	STR("*.com"), STR("a:b.example"), STR("b\xc3\xbc.example") };

#define POLICY "version: STSv1\r\nmode: enforce\r\nmx: mx.example.com\r\nmax_age: 86400\r\n"
#define LINES " { policy_string = version: STSv1 } { policy_string = mode: enforce }" \
	" { policy_string = mx: mx.example.com } { policy_string = max_age: 86400 }"
#define ONE_LINE " { policy_string = version: STSv1 }"
#define START "secure match=mx.example.com:.mail.example.net servername=hostname"
#define TLSRPT " policy_type=sts policy_domain=example.com mx_host_pattern=mx.example.com" \
	" mx_host_pattern=*.mail.example.net"

#define SECURE .level = POSTFIX_TLS_SECURE, .mx = two, .mx_n = 2
#define SECURE_TLSRPT SECURE, .form = POSTFIX_TLS_FORM_TLSRPT

static void answers(void **state)
{
	static const struct {
		struct postfix_tls answer;
		str want;
	} rows[] = {
		{ { .level = POSTFIX_TLS_NONE }, STR("none") },
		{ { .level = POSTFIX_TLS_MAY }, STR("may") },
		{ { .level = POSTFIX_TLS_ENCRYPT }, STR("encrypt") },
		{ { .level = POSTFIX_TLS_DANE }, STR("dane") },
		{ { .level = POSTFIX_TLS_DANE_ONLY, .form = POSTFIX_TLS_FORM_TLSRPT, .domain = STR("example.com"),
		      .mx = two, .mx_n = 2, .policy = STR(POLICY) }, STR("dane-only") },
		{ { SECURE }, STR(START) },
		{ { SECURE, .protocols = STR(POSTFIX_TLS_PROTOCOLS),
		      .policy = STR(POLICY), .domain = STR("not looked at") }, STR(START " protocols=>=TLSv1.2") },
		{ { SECURE, .protocols = STR(POSTFIX_TLS_PROTOCOLS_OLD) },
			STR(START " protocols=!SSLv2:!SSLv3:!TLSv1:!TLSv1.1") },
		{ { .level = POSTFIX_TLS_SECURE, .mx = odd, .mx_n = ARRAY_N(odd) },
			STR("secure match=mx.example:.com servername=hostname") },
		{ { SECURE_TLSRPT, .domain = STR("Example.COM"), .policy = STR(POLICY),
		      .protocols = STR(POSTFIX_TLS_PROTOCOLS) },
			STR(START " protocols=>=TLSv1.2" TLSRPT LINES) },
		{ { SECURE_TLSRPT, .domain = STR("example.com"), .failure = RESULT_TYPE_STS_WEBPKI_INVALID },
			STR(START TLSRPT " policy_failure=sts-webpki-invalid" ONE_LINE) },
		/* lines that Postfix keeps, and lines that would break out */
		{ { SECURE_TLSRPT, .domain = STR("example.com"),
		      .policy = STR("a: \"b\" \\ , = {c}\n\n \t\nd:\t{{}e}\nb\xc3\xbc: \xe2\x80\xa8\n") },
			STR(START TLSRPT " { policy_string = a: \"b\" \\ , = {c} } { policy_string = d: {{}e} }"
			    " { policy_string = b\xc3\xbc: \xe2\x80\xa8 }") },
		{ { SECURE_TLSRPT, .domain = STR("example.com"),
		      .policy = STR("x } tafile=/etc/passwd {\n}\n{\n}{\na\0b\na\x01\na\x0b\na\x7f\na\rb\n"
		          "\xff\nb\xc3\n\xed\xa0\x80") }, STR(START TLSRPT ONE_LINE) },
	};

	(void)state;
	for (size_t i = 0; i < ARRAY_N(rows); i++) {
		char text[1024];
		struct out out = OUT(text);
		struct postfix_answer answer;
		struct why why = { 0 };

		unit_err(postfix_tls_write(&rows[i].answer, &out, &why), OK, &why, rows[i].want.p);
		unit_same(out_done(&out), rows[i].want, "answer");
		assert_true(postfix_answer_read(&rows[i].answer, out_done(&out), &answer));
	}
}

static void refused(void **state)
{
	static const struct postfix_tls rows[] = {
		{ .level = POSTFIX_TLS_SECURE },
		{ .level = POSTFIX_TLS_SECURE, .mx = odd, .mx_n = 9 }, /* none of these names a host */
		{ SECURE, .protocols = STR("TLSv1.2 tafile=/etc/passwd") },
		{ SECURE, .protocols = STR("TLSv1.2,TLSv1.3") },
		{ SECURE, .protocols = STR("{TLSv1.2}") },
		{ SECURE, .protocols = STR("TLSv1.2\0") },
		{ SECURE_TLSRPT },
		{ SECURE_TLSRPT, .domain = STR("b\xc3\xbc" "cher.example") },
		{ SECURE_TLSRPT, .domain = STR("example.com.") },
		{ SECURE_TLSRPT, .domain = STR("192.0.2.1") },
		{ SECURE_TLSRPT, .domain = STR("example.com"), .failure = RESULT_TYPE_DNSSEC_INVALID },
	};

	(void)state;
	for (size_t i = 0; i < ARRAY_N(rows); i++) {
		char text[1024];
		struct out out = OUT(text);
		struct why why = { 0 };

		unit_err(postfix_tls_write(&rows[i], &out, &why), E_RULE, &why, "refused");
		assert_int_equal(out.n, 0);
	}
}

/* However small the room: a right answer, or none; and never one without all of match=. */
static void every_room(void **state)
{
	static const struct postfix_tls answer = { .level = POSTFIX_TLS_SECURE, .form = POSTFIX_TLS_FORM_TLSRPT,
		.domain = STR("example.com"), .mx = two, .mx_n = 2, .policy = STR(POLICY) };
	static const str wants[] = { STR("x" START), STR("x" START TLSRPT ONE_LINE),
		STR("x" START TLSRPT LINES) };
	char text[1024];

	(void)state;
	for (size_t cap = 1; cap < sizeof text; cap++) {
		struct out out = { text, cap, 0, false };
		struct why why = { 0 };
		size_t fits = 0;

		out_char(&out, 'x');
		while (fits < ARRAY_N(wants) && wants[fits].n <= cap)
			fits++;
		unit_err(postfix_tls_write(&answer, &out, &why), fits ? OK : E_LIMIT, &why, "room");
		unit_same(out_done(&out), fits ? wants[fits - 1] : S("x"), "answer");
	}
}

/* A policy of the largest size and 2,000 patterns: attributes go, patterns stay. */
static void below_the_ceiling(void **state)
{
	static char names[4000][24], policy[LIMIT_POLICY_BYTES], text[2 * LIMIT_SOCKETMAP_REPLY_BYTES];
	static str mx[4000];
	struct postfix_tls answer = { .level = POSTFIX_TLS_SECURE, .form = POSTFIX_TLS_FORM_TLSRPT,
		.domain = STR("example.com"), .mx = mx };
	static const struct {
		size_t mx_n, mx_attributes, lines;
		bool whole;
	} rows[] = { { 100, 100, 1, true }, { 1000, 1000, 1, false }, { 3000, 0, 0, false }, { 4000, 0, 0, false } };

	(void)state;
	for (size_t i = 0; i < ARRAY_N(mx); i++) {
		struct out out = OUT(names[i]);

		out_fmt(&out, "mx%04zu.mail.example", i);
		mx[i] = out_done(&out);
	}
	memset(policy, 'a', sizeof policy);
	answer.policy = (str){ policy, sizeof policy };
	for (size_t i = 0; i < ARRAY_N(rows); i++) {
		struct out out = OUT(text);
		struct postfix_answer a;

		answer.mx_n = rows[i].mx_n;
		assert_int_equal(postfix_tls_write(&answer, &out, NULL), OK);
		assert_true(out.n + 3 < LIMIT_SOCKETMAP_REPLY_BYTES);
		assert_true(postfix_answer_read(&answer, out_done(&out), &a));
		assert_int_equal(a.seen[ANSWER_MATCH], rows[i].mx_n);
		assert_int_equal(a.seen[ANSWER_MX], rows[i].mx_attributes);
		assert_int_equal(a.seen[ANSWER_LINE], rows[i].lines);
		assert_int_equal(str_find(out_done(&out), S("aaaaaaaa")) < out.n, rows[i].whole);
	}
}

/* The reader that the tests trust refuses what Postfix refuses. */
static void the_judge(void **state)
{
	static const struct postfix_tls asked = { .level = POSTFIX_TLS_SECURE, .form = POSTFIX_TLS_FORM_TLSRPT,
		.domain = STR("example.com"), .policy = STR("a: b"), .protocols = STR("TLSv1.2") };
#define STS " policy_type=sts policy_domain=example.com"
#define GOOD "secure match=a.b servername=hostname protocols=TLSv1.2"
	static const struct {
		str data;
		bool good;
	} rows[] = {
		{ STR(GOOD), true },
		{ STR(GOOD STS " mx_host_pattern=a.b { policy_string = a: b }"), true },
		{ STR(GOOD STS " mx_host_pattern=a.b"), false },
		{ STR(GOOD STS " { policy_string = a: b }"), false },
		{ STR(GOOD " { policy_string = a: b }"), false },
		{ STR(GOOD " tafile=/x"), false },
		{ STR(GOOD " servername=hostname"), false },
		{ STR(GOOD " x"), false },
		{ STR(GOOD " {x"), false },
		{ STR(GOOD " {a=b}c"), false },
		{ STR(GOOD "\xff"), false },
		{ STR("secure match=hostname servername=hostname protocols=TLSv1.2"), false },
		{ STR("secure match= servername=hostname protocols=TLSv1.2"), false },
		{ STR("secure match=a.b: servername=hostname protocols=TLSv1.2"), false },
		{ STR("secure servername=hostname protocols=TLSv1.2"), false },
		{ STR(""), false },
	};

	(void)state;
	for (size_t i = 0; i < ARRAY_N(rows); i++) {
		struct postfix_answer a;

		if (postfix_answer_read(&asked, rows[i].data, &a) != rows[i].good)
			fail_msg("%s", rows[i].data.p);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(keys),
		cmocka_unit_test(answers),
		cmocka_unit_test(refused),
		cmocka_unit_test(every_room),
		cmocka_unit_test(below_the_ceiling),
		cmocka_unit_test(the_judge),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
