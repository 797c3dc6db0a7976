#include "test/unit/report.h"

#define RFC "RFC 8460 4.4"
#define POL "policies[0].policy."
#define SUM "policies[0].summary."
#define FAIL "policies[0].failure-details[0]."

static char memory[1 << 16];

static void strict_reading(void **state)
{
	static const struct {
		str from, to;
		err want;
		const char *rule;
		const char *path;
	} rows[] = {
		{ STR(""), STR(""), OK, 0, 0 },
		/* the text: RFC 8259, RFC 7493 [RPT-4-a] */
		{ STR("{"), STR("\xef\xbb\xbf{"), OK, 0, 0 },
		{ STR("{"), STR("[{"), E_SYNTAX, "RFC 8259", "" },
		{ STR("{"), STR("{\"x-extra\":{\"a\":[1,2.5,null]},"), OK, 0, 0 },
		{ STR("{"), STR("{\"report-id\":\"1\","), E_RULE, "RFC 7493 2.3", "member \"report-id\"" },
		{ STR("Company-X"), STR("Company-\xff"), E_SYNTAX, "RFC 8259", "" },
		{ STR("Company-X"), STR("Company-\\uffff"), E_RULE, "RFC 7493 2.1", "" },
		{ STR("Company-X"), STR("Company-\\udead"), E_SYNTAX, "RFC 8259", "" },
		{ STR("Company-X"), STR("Company-\n"), E_SYNTAX, "RFC 8259", "" },
		{ STR("_EXPIRED\"}]}]}"), STR("_EXPIRED\"}]}]} x"), E_SYNTAX, "RFC 8259", "" },
		/* organization-name, report-id */
		{ STR("\"organization-name\":\"Company-X\","), STR(""), E_RULE, RFC,
			"organization-name: is required" },
		{ STR("\"Company-X\""), STR("null"), E_RULE, RFC, "organization-name: must be a string" },
		{ STR("\"Company-X\""), STR("\"\xe6\xa0\xaa \""), OK, 0, 0 },
		{ STR("\"report-id\":\"5065427c-23d3\","), STR(""), E_RULE, RFC, "report-id: is required" },
		{ STR("\"5065427c-23d3\""), STR("5"), E_RULE, RFC, "report-id: must be a string" },
		{ STR("\"5065427c-23d3\""), STR("\"\""), OK, 0, 0 },
		/* contact-info [RPT-4.4-d] */
		{ STR("\"contact-info\":\"sts-reporting@company-x.example\","), STR(""), E_RULE, RFC,
			"contact-info: is req" },
		{ STR("\"sts-reporting@"), STR("\"mailto:sts@"), E_RULE, RFC, "contact-info: is no e-mail" },
		{ STR("\"sts-reporting@company-x.example\""), STR("\"\""), E_RULE, RFC,
			"contact-info: is no" },
		{ STR("\"sts-reporting@company-x.example\""), STR("[\"a@b\"]"), E_RULE, RFC,
			"contact-info: must be a str" },
		/* date-range [RPT-4.4-c] */
		{ STR("\"date-range\":{" START "," END "},"), STR(""), E_RULE, RFC,
			"date-range: is required" },
		{ STR("{" START "," END "}"), STR("[]"), E_RULE, RFC, "date-range: must be an object" },
		{ STR(START ","), STR(""), E_RULE, RFC, "date-range.start-datetime: is required" },
		{ STR("," END), STR(""), E_RULE, RFC, "date-range.end-datetime: is required" },
		{ STR("\"2016-04-01T23:59:59Z\""), STR("1459555199"), E_RULE, RFC,
			"date-range.end-datetime: must be" },
		{ STR("2016-04-01T23:59:59Z"), STR("2016-04-01 23:59:59Z"), E_RULE, "RFC 3339 5.6",
			"date-range.end-" },
		{ STR("2016-04-01T23:59:59Z"), STR("2016-04-01T23:59:59"), E_RULE, "RFC 3339 5.6",
			"date-range.end-" },
		{ STR("2016-04-01T23:59:59Z"), STR("2016-04-01T24:00:00Z"), E_RULE, "RFC 3339 5.7",
			"date-range.end-" },
		{ STR("2016-04-01T23:59:59Z"), STR("2016-04-01T23:59:60Z"), E_RULE, "RFC 3339 5.7",
			"date-range.end-" },
		{ STR("2016-04-01T23:59:59Z"), STR("2016-06-30T23:59:60Z"), OK, 0, 0 },
		{ STR("2016-04-01T23:59:59Z"), STR("2016-04-01t23:59:59.5z"), OK, 0, 0 },
		{ STR("2016-04-01T23:59:59Z"), STR("2016-04-02T01:59:59+02:00"), OK, 0, 0 },
		{ STR("2016-04-01T23:59:59Z"), STR("2016-04-01T00:00:00Z"), OK, 0, 0 },
		{ STR("2016-04-01T23:59:59Z"), STR("2016-03-31T23:59:59Z"), E_RULE, RFC,
			"date-range.end-datetime: the per" },
		/* policies [RPT-4-c] */
		{ STR("\"policies\":["), STR("\"policies\":[5,"), E_RULE, RFC,
			"policies[0]: must be an object" },
		{ STR("\"policies\":["), STR("\"x\":["), E_RULE, RFC, "policies: is required" },
		{ STR("\"policies\":["), STR("\"policies\":{},\"x\":["), E_RULE, RFC,
			"policies: must be an array" },
		{ STR("\"policies\":["), STR("\"policies\":[],\"x\":["), OK, 0, 0 },
		{ STR(POLICY ","), STR(""), E_RULE, RFC, "policies[0].policy: is required" },
		{ STR(POLICY), STR("\"policy\":[]"), E_RULE, RFC, "policies[0].policy: must be an object" },
		{ STR("\"policy-type\":\"sts\","), STR(""), E_RULE, RFC, POL "policy-type: is required" },
		{ STR("\"sts\""), STR("\"STS\""), E_RULE, RFC, POL "policy-type: is none" },
		{ STR("\"sts\""), STR("\"sts \""), E_RULE, RFC, POL "policy-type: is none" },
		{ STR("\"sts\""), STR("\"none\""), E_RULE, RFC, POL "policy-type: is none" },
		{ STR("\"sts\""), STR("\"no-policy-found\""), OK, 0, 0 },
		/* policy-string [RPT-4.5-a] [RPT-4.5-b] */
		{ STR(STRINGS ","), STR(""), E_RULE, RFC, POL "policy-string: is required" },
		{ STR(STRINGS), STR("\"policy-string\":null"), E_RULE, RFC, POL "policy-string: must" },
		{ STR(STRINGS), STR("\"policy-string\":[\"a\",[\"b\"]]"), E_RULE, RFC,
			POL "policy-string[1]: m" },
		{ STR(STRINGS), STR("\"policy-string\":[]"), OK, 0, 0 },
		{ STR(STRINGS), STR("\"policy-string\":[\"mx:  \xc3\xbc as served\"]"), OK, 0, 0 },
		{ STR("\"sts\"," STRINGS), STR("\"tlsa\",\"policy-string\":[\"3 1 1 00ff\",\"3 1 1 AB\"]"),
			OK, 0, 0 },
		{ STR("\"sts\"," STRINGS), STR("\"tlsa\",\"policy-string\":[\"3 1 1 00\",\"3 1 1 00 ff\"]"),
			E_RULE,
			"RFC 8460 4.5", POL "policy-string[1]: not a hexadecimal" },
		{ STR("\"sts\"," STRINGS), STR("\"tlsa\",\"policy-string\":[\"3 1  1 00\"]"), E_RULE,
			"RFC 8460 4.5", "" },
		{ STR("\"sts\"," STRINGS), STR("\"tlsa\",\"policy-string\":[\"3 1 1 (00)\"]"), E_RULE,
			"RFC 8460 4.5", "" },
		{ STR("\"sts\"," STRINGS), STR("\"tlsa\",\"policy-string\":[\"256 1 1 00\"]"), E_RULE,
			"RFC 8460 4.5", "" },
		{ STR("\"sts\"," STRINGS), STR("\"tlsa\",\"policy-string\":[\"3 1 1\"]"), E_RULE,
			"RFC 8460 4.5", "" },
		/* policy-domain, mx-host [RPT-4.4-b] */
		{ STR(DOMAIN ","), STR(""), E_RULE, RFC, POL "policy-domain: is required" },
		{ STR(DOMAIN), STR("\"policy-domain\":5"), E_RULE, RFC, POL "policy-domain: must" },
		{ STR("\"company-y.example\""), STR("\"\""), E_RULE, RFC, POL "policy-domain: the name is" },
		{ STR("\"company-y.example\""), STR("\"company-y.example.\""), E_RULE, RFC,
			POL "policy-dom" },
		{ STR("\"company-y.example\""), STR("\"b\xc3\xbc" "cher.example\""), E_RULE, RFC,
			POL "policy-dom" },
		{ STR("\"company-y.example\""), STR("\"XN--BCHER-KVA.example\""), OK, 0, 0 },
		{ STR("," HOSTS), STR(""), OK, 0, 0 },
		{ STR(HOSTS), STR("\"mx-host\":[]"), OK, 0, 0 },
		{ STR(HOSTS), STR("\"mx-host\":\"*.mail.company-y.example\""), E_RULE, RFC,
			POL "mx-host: must" },
		{ STR(HOSTS), STR("\"mx-host\":[\"a\",null]"), E_RULE, RFC, POL "mx-host[1]: must be a st" },
		{ STR(HOSTS), STR("\"mx-host\":[\"a.example\",\"*.*.example\"]"), E_RULE, RFC,
			POL "mx-host[1]" },
		{ STR(HOSTS), STR("\"mx-host\":[\"mx: a.example\"]"), E_RULE, RFC, POL "mx-host[0]" },
		/* summary */
		{ STR(SUMMARY ","), STR(""), E_RULE, RFC, "policies[0].summary: is required" },
		{ STR(SUMMARY), STR("\"summary\":null"), E_RULE, RFC,
			"policies[0].summary: must be an object" },
		{ STR("\"total-successful-session-count\":5326,"), STR(""), E_RULE, RFC,
			SUM "total-successful-session-count: is required" },
		{ STR(",\"total-failure-session-count\":303"), STR(""), E_RULE, RFC,
			SUM "total-failure-session-count: is required" },
		{ STR("5326"), STR("\"5326\""), E_RULE, RFC, SUM "total-successful-session-count: must" },
		{ STR("5326"), STR("-1"), E_RULE, RFC, SUM "total-successful-session-count: must" },
		{ STR("5326"), STR("5326.5"), E_RULE, RFC, SUM "total-successful-session-count: must" },
		{ STR("5326"), STR("true"), E_RULE, RFC, SUM "total-successful-session-count: must" },
		{ STR("5326"), STR("05326"), E_SYNTAX, "RFC 8259", "" },
		{ STR("5326"), STR("5326.0"), OK, 0, 0 },
		{ STR("5326"), STR("9223372036854775807"), OK, 0, 0 },
		{ STR("5326"), STR("9223372036854775808"), E_RULE, "RFC 7493 2.2", SUM "total-succ" },
		{ STR("5326"), STR("1000000000000000000000000000000"), E_RULE, "RFC 7493 2.2", SUM "" },
		{ STR("5326"), STR("1e400"), E_SYNTAX, "RFC 8259", "" },
		/* failure-details [RPT-4.3-a] [RPT-4-d], addresses [RPT-4.4-e] */
		{ STR("\"failure-details\":["), STR("\"failure-details\":[],\"x\":["), OK, 0, 0 },
		{ STR("\"failure-details\":["), STR("\"x\":["), OK, 0, 0 },
		{ STR("\"failure-details\":["), STR("\"failure-details\":null,\"x\":["), E_RULE, RFC,
			"policies[0].failure-details: must be an array" },
		{ STR("\"failure-details\":["), STR("\"failure-details\":[\"x\","), E_RULE, RFC,
			"policies[0].failure-details[0]: must be an object" },
		{ STR("\"result-type\":\"certificate-expired\","), STR(""), E_RULE, RFC,
			FAIL "result-type: is required" },
		{ STR("\"certificate-expired\""), STR("5"), E_RULE, RFC,
			FAIL "result-type: must be a string" },
		{ STR("\"certificate-expired\""), STR("\"\""), E_RULE, RFC, FAIL "result-type: is empty" },
		{ STR("\"certificate-expired\""), STR("\"some-future-type\""), OK, 0, 0 },
		{ STR(SENDER ","), STR(""), E_RULE, RFC, FAIL "sending-mta-ip: is required" },
		{ STR("2001:db8:abcd:12::1"), STR(""), E_RULE, RFC, FAIL "sending-mta-ip: is no" },
		{ STR("2001:db8:abcd:12::1"), STR("192.0.2.01"), E_RULE, RFC, FAIL "sending-mta-ip: is no" }, /* [RPT-4.4-e] */
		{ STR("2001:db8:abcd:12::1"), STR("[2001:db8::1]"), E_RULE, RFC,
			FAIL "sending-mta-ip: is no" },
		{ STR("2001:db8:abcd:12::1"), STR("fe80::1%eth0"), E_RULE, RFC,
			FAIL "sending-mta-ip: is no" },
		{ STR("2001:db8:abcd:12::1"), STR("2001:DB8:abcd:0012::1"), OK, 0, 0 },
		{ STR("2001:db8:abcd:12::1"), STR("::ffff:192.0.2.1"), OK, 0, 0 },
		{ STR(HOSTNAME ","), STR(""), E_RULE, RFC, FAIL "receiving-mx-hostname: is required" },
		{ STR("mx1.mail.company-y.example"), STR("mx_1.company-y.example."), OK, 0, 0 },
		{ STR("mx1.mail.company-y.example"), STR("b\xc3\xbc" "cher.example"), E_RULE, RFC,
			FAIL "receiving-mx-host" },
		{ STR("mx1.mail.company-y.example"), STR(""), E_RULE, RFC,
			FAIL "receiving-mx-hostname: is empty" },
		{ STR("\"mx1\""), STR("\"ESMTP \xc3\xbc ready\""), OK, 0, 0 },
		{ STR("\"mx1\""), STR("1"), E_RULE, RFC, FAIL "receiving-mx-helo: must be a string" },
		{ STR("\"receiving-ip\":\"203.0.113.56\","), STR(""), OK, 0, 0 },
		{ STR("203.0.113.56"), STR("203.0.113.256"), E_RULE, RFC, FAIL "receiving-ip: is no" },
		{ STR("\"failed-session-count\":303,"), STR(""), E_RULE, RFC,
			FAIL "failed-session-count: is required" },
		{ STR("\"failed-session-count\":303"), STR("\"failed-session-count\":0"), OK, 0, 0 },
		{ STR("\"failed-session-count\":303"), STR("\"failed-session-count\":null"), E_RULE, RFC,
			FAIL "failed-session-count: must be an integer" },
		{ STR(URI), STR("\"\""), E_RULE, "RFC 3986 3", FAIL "additional-information: not a URI" },
		{ STR(URI), STR("\"/info\""), E_RULE, "RFC 3986 3",
			FAIL "additional-information: not a URI" },
		{ STR(URI), STR("\"https://x/ y\""), E_RULE, "RFC 3986 3", FAIL "additional-information: " },
		{ STR(URI), STR("null"), E_RULE, RFC, FAIL "additional-information: must be a string" },
		{ STR("\"X509_V_ERR_CERT_HAS_EXPIRED\""), STR("10"), E_RULE, RFC,
			FAIL "failure-reason-code: must" },
		/* a policy that could not be had needs neither strings nor sessions [RPT-4.3-a] */
		{ STR(STRINGS "," DOMAIN "," HOSTS "}," SUMMARY ","
		      "\"failure-details\":[{\"result-type\":\"certificate-expired\"," SENDER "," HOSTNAME),
			STR(DOMAIN "}," SUMMARY ","
			    "\"failure-details\":[{\"result-type\":\"sts-policy-fetch-error\",\"x\":1"),
			OK, 0, 0 },
		{ STR("\"sts\"," STRINGS "," DOMAIN "," HOSTS), STR("\"no-policy-found\""), OK, 0, 0 },
	};

	(void)state;
	for (size_t i = 0; i < ARRAY_N(rows); i++) {
		struct arena mem = ARENA(memory);
		struct why why = { 0 };
		struct report report;

		unit_err(report_read(unit_report_with(rows[i].from, rows[i].to), REPORT_STRICT, &mem, &report,
		    &why), rows[i].want,
		    &why, rows[i].to.p);
		if (rows[i].want == OK)
			continue;
		unit_same(str_of(why.rule), str_of(rows[i].rule), rows[i].to.p);
		unit_same(str_head(str_of(why.text), strlen(rows[i].path)), str_of(rows[i].path),
		    rows[i].to.p);
	}
}

static void no_report(void **state)
{
	static const struct {
		str text;
		err strict, tolerant;
	} rows[] = {
		{ STR(""), E_SYNTAX, E_SYNTAX },
		{ STR("null"), E_RULE, E_RULE },
		{ STR("[]"), E_RULE, E_RULE },
		{ STR("{}"), E_RULE, E_RULE },
		{ STR("{\"policies\":\"x\"}"), E_RULE, E_RULE },
		{ STR("{\"policies\":null}"), E_RULE, E_RULE },
		{ STR("{\"policies\":[]}"), E_RULE, OK },
		{ STR("{\"policies\":[{}]}"), E_RULE, OK },
		{ STR("{\"policies\":{}}"), E_RULE, OK },
		{ STR("{\"policies\":["), E_SYNTAX, E_SYNTAX },
	};

	(void)state;
	for (size_t i = 0; i < ARRAY_N(rows); i++) {
		struct arena mem = ARENA(memory);
		struct report report;
		struct why why = { 0 };

		unit_err(report_read(rows[i].text, REPORT_STRICT, &mem, &report, &why), rows[i].strict, &why,
		    rows[i].text.p);
		unit_err(report_read(rows[i].text, REPORT_TOLERANT, &mem, &report, &why), rows[i].tolerant,
		    &why,
		    rows[i].text.p);
	}
}

static void the_values(void **state)
{
	(void)state;
	for (int reading = REPORT_STRICT; reading <= REPORT_TOLERANT; reading++) {
		struct arena mem = ARENA(memory);
		const struct report_policy *p;
		const struct report_failure *f;
		struct report r;

		assert_int_equal(report_read(unit_report, (enum report_reading)reading, &mem, &r, NULL), OK);
		unit_same(r.organization, S("Company-X"), "organization");
		unit_same(r.contact_info, S("sts-reporting@company-x.example"), "contact-info");
		unit_same(r.report_id, S("5065427c-23d3"), "report-id");
		assert_true(r.start_known && r.start == 1459468800);
		assert_true(r.end_known && r.end == 1459555199);
		assert_int_equal(r.policy_n, 1);
		p = r.policy;
		assert_int_equal(p->type, REPORT_POLICY_STS);
		unit_same(p->domain, S("company-y.example"), "policy-domain");
		assert_int_equal(p->policy_string_n, 4);
		unit_same(p->policy_string[3], S("max_age: 86400"), "policy-string");
		assert_int_equal(p->mx_host_n, 1);
		assert_int_equal(p->successes, 5326);
		assert_int_equal(p->failures, 303);
		assert_int_equal(p->failure_n, 1);
		f = p->failure;
		assert_int_equal(f->type, RESULT_TYPE_CERTIFICATE_EXPIRED);
		unit_same(f->sending_mta_ip, S("2001:db8:abcd:12::1"), "sending-mta-ip");
		unit_same(f->receiving_mx_hostname, S("mx1.mail.company-y.example"), "receiving-mx-hostname");
		unit_same(f->receiving_mx_helo, S("mx1"), "receiving-mx-helo");
		unit_same(f->receiving_ip, S("203.0.113.56"), "receiving-ip");
		unit_same(f->failure_reason_code, S("X509_V_ERR_CERT_HAS_EXPIRED"), "failure-reason-code");
		assert_int_equal(f->sessions, 303);
	}
}

/* [RPT-4.4-a] */
static void writing(void **state)
{
	static char written[8192];
	struct arena mem = ARENA(memory);
	struct out o = OUT(written);
	struct report r;

	(void)state;
	assert_int_equal(report_read(unit_report, REPORT_STRICT, &mem, &r, NULL), OK);
	report_write(&r, &o); /* [RPT-4.4-a] */
	unit_same(out_done(&o), unit_report, "as it was read");
	for (size_t cap = 0; cap < unit_report.n; cap++) {
		struct out small = { written, cap, 0, false };

		report_write(&r, &small);
		assert_true(small.full);
	}
	r = (struct report){ .policy = (struct report_policy[]){ { .type = REPORT_POLICY_NONE_FOUND } },
	    .policy_n = 1 };
	o = OUT(written);
	report_write(&r, &o);
	unit_same(out_done(&o),
	    S("{\"organization-name\":\"\",\"date-range\":{},\"contact-info\":\"\",\"report-id\":\"\","
	    "\"policies\":[{\"policy\":{\"policy-type\":\"no-policy-found\",\"policy-string\":[],"
	    "\"mx-host\":[]},\"summary\":{\"total-successful-session-count\":0,"
	    "\"total-failure-session-count\":0},\"failure-details\":[]}]}"), "bare");
}

static void every_arena_size(void **state)
{
	(void)state;
	for (int reading = REPORT_STRICT; reading <= REPORT_TOLERANT; reading++) {
		str odd = reading == REPORT_STRICT ? unit_report
			: unit_report_with(S("\"sts\"," STRINGS),
			    S("\"New\",\"policy-string\":[\"[\\\"a\\\",\\\"b\\\"]\",\"c\"]"));
		size_t cap = 0;
		err e = E_LIMIT;

		for (; e == E_LIMIT; cap += 8) {
			struct arena mem = { memory, cap, 0 };
			struct report r;

			assert_true(cap < sizeof memory);
			e = report_read(odd, (enum report_reading)reading, &mem, &r, NULL);
			if (e == OK)
				assert_int_equal(r.policy->policy_string_n, reading == REPORT_STRICT ? 4 : 3);
			if (e == OK && reading == REPORT_TOLERANT)
				unit_same(unit_report_warnings(&r),
				    S("policy-string-nested-json policy-type-unknown:new"), "all");
		}
		assert_int_equal(e, OK);
		assert_true(cap <= 24 * odd.n);
	}
}

/* n times element between head and tail. */
static str repeated(char *p, size_t cap, const char *head, const char *element, size_t n, const char *tail)
{
	struct out o = { p, cap, 0, false };

	out_str(&o, str_of(head));
	for (size_t i = 0; i < n; i++) {
		if (i > 0)
			out_char(&o, ',');
		out_str(&o, str_of(element));
	}
	out_str(&o, str_of(tail));
	assert_false(o.full);
	return out_done(&o);
}

static void ceilings(void **state)
{
	static char big[1 << 20], mem_bytes[1 << 25];
	static const char few[] = "{\"policies\":[", one[] = "{\"policies\":[{\"failure-details\":[";
	static const struct {
		const char *head, *element;
		size_t n;
		const char *tail;
		err want;
	} rows[] = {
		{ few, "{}", LIMIT_POLICIES_N, "]}", OK },
		{ few, "{}", LIMIT_POLICIES_N + 1, "]}", E_LIMIT },
		{ one, "{}", LIMIT_FAILURES_N, "]}]}", OK },
		{ one, "{}", LIMIT_FAILURES_N + 1, "]}]}", E_LIMIT },
		{ one, "{}", LIMIT_FAILURES_N, "]},{\"failure-details\":[{}]}]}", E_LIMIT },
	};

	(void)state;
	for (size_t i = 0; i < ARRAY_N(rows); i++) {
		struct arena mem = ARENA(mem_bytes);
		struct report r;

		assert_int_equal(report_read(repeated(big, sizeof big, rows[i].head, rows[i].element,
		    rows[i].n,
		                                 rows[i].tail), REPORT_TOLERANT, &mem, &r, NULL),
		    rows[i].want);
	}
}

static void warnings_are_kept_once_in_order(void **state)
{
	struct arena mem = ARENA(memory), none = { 0 };
	struct report r = { 0 };

	(void)state;
	assert_int_equal(report_warn(&r, &none, S("x")), E_LIMIT);
	assert_int_equal(report_warn(&r, &mem, S("b")), OK);
	assert_int_equal(report_warn(&r, &mem, S("ab")), OK);
	assert_int_equal(report_warn(&r, &mem, S("b")), OK);
	assert_int_equal(report_warn(&r, &mem, S("a")), OK);
	unit_same(unit_report_warnings(&r), S("a ab b"), "order");
	for (int i = 0; i < 2 * LIMIT_WARNINGS_N; i++) {
		static char codes[2 * LIMIT_WARNINGS_N][8];
		struct out o = OUT(codes[i]);

		out_fmt(&o, "c%d", i);
		assert_int_equal(report_warn(&r, &mem, out_done(&o)), OK);
	}
	assert_int_equal(r.warning_n, LIMIT_WARNINGS_N);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(strict_reading),
		cmocka_unit_test(no_report),
		cmocka_unit_test(the_values),
		cmocka_unit_test(writing),
		cmocka_unit_test(every_arena_size),
		cmocka_unit_test(ceilings),
		cmocka_unit_test(warnings_are_kept_once_in_order),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
