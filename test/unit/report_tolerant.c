#include "wire/report_tolerant.h"

#include "test/unit/report.h"
#include "wire/report_warning.h"

static char memory[1 << 16];

static void tolerant_reading(void **state)
{
	static const struct {
		str from, to;
		str warnings;
	} rows[] = {
		{ STR(""), STR(""), STR("") },
		{ STR("{"), STR("\xef\xbb\xbf{"), STR("bom") },
		{ STR("{"), STR("{\"report-id\":\"1\","), STR("dup-key") },
		{ STR("Company-X"), STR("Company\n\xff\\ud800"),
			STR("control-char-in-string half-surrogate not-utf-8") },
		{ STR("_EXPIRED\"}]}]}"), STR("_EXPIRED\"}]}]}\n--x"), STR("trailing-data") },
		{ STR("\"organization-name\":\"Company-X\","), STR(""), STR("missing:organization-name") },
		{ STR("\"Company-X\""), STR("null"), STR("null:organization-name") },
		{ STR("\"Company-X\""), STR("5"), STR("bad:organization-name") },
		{ STR("\"5065427c-23d3\""), STR("[]"), STR("bad:report-id") },
		{ STR("\"sts-reporting@"), STR("\"MailTo:sts-reporting@"), STR("contact-mailto") },
		{ STR("\"sts-reporting@"), STR("\"odd <sts-reporting@"), STR("") },
		{ STR("\"date-range\":{" START "," END "},"), STR(""),
			STR("date-missing:end date-missing:start missing:date-range") },
		{ STR("{" START "," END "}"), STR("null"),
			STR("date-missing:end date-missing:start null:date-range") },
		{ STR("{" START "," END "}"), STR("\"x\""),
			STR("bad:date-range date-missing:end date-missing:start") },
		{ STR("\"2016-04-01T00:00:00Z\""), STR("null"), STR("date-missing:start") },
		{ STR("\"2016-04-01T00:00:00Z\""), STR("1459468800"), STR("date-bad:start") },
		{ STR("2016-04-01T00:00:00Z"), STR("yesterday"), STR("date-bad:start") },
		{ STR("2016-04-01T23:59:59Z"), STR("2016-04-31"), STR("date-bad:end") },
		{ STR("2016-04-01T00:00:00Z"), STR("2016-04-01"), STR("date-only") },
		{ STR("2016-04-01T00:00:00Z"), STR(" 2016-04-01 00:00:00"), STR("date-no-zone date-space") },
		{ STR("2016-04-01T00:00:00Z"), STR("2016-04-01T00:00:00.000"), STR("date-no-zone") },
		{ STR("2016-04-01T23:59:59Z"), STR("2016-03-01T23:59:59Z"), STR("date-inverted") },
		{ STR("\"policies\":["), STR("\"policies\":[],\"x\":["), STR("no-policies") },
		{ STR("\"policies\":["), STR("\"policies\":[null,7,"), STR("bad:policies") },
		{ STR(POLICY ","), STR(""),
			STR("policy-domain-missing policy-missing policy-type-unknown:unknown") },
		{ STR(POLICY), STR("\"policy\":\"sts\""),
			STR("bad:policy policy-domain-missing policy-type-unknown:unknown") },
		{ STR("\"sts\""), STR("\" STS \""), STR("") },
		{ STR("\"sts\""), STR("\"New\\u0007\xc3\xbc\""), STR("policy-type-unknown:new???") },
		{ STR("\"sts\""), STR("5"), STR("bad:policy-type policy-type-unknown:unknown") },
		{ STR(DOMAIN), STR("\"policy-domain\":null"), STR("policy-domain-missing") },
		{ STR(DOMAIN), STR("\"policy-domain\":{}"), STR("bad:policy-domain") },
		{ STR(STRINGS), STR("\"policy-string\":null"), STR("sts-without-policy-string") },
		{ STR(STRINGS), STR("\"policy-string\":{}"),
			STR("bad:policy-string sts-without-policy-string") },
		{ STR(STRINGS), STR("\"policy-string\":[1,\"a\"]"), STR("bad:policy-string") },
		{ STR(STRINGS), STR("\"policy-string\":\"a\""), STR("policy-string-string") },
		{ STR(STRINGS), STR("\"policy-string\":[\"[\\\"a\\\",\\\"b\\\"]\"]"),
			STR("policy-string-nested-json") },
		{ STR(STRINGS), STR("\"policy-string\":[\"[1]\",\"[x\"]"), STR("") },
		{ STR("," HOSTS), STR(""), STR("") },
		{ STR(HOSTS), STR("\"mx-host\":\"a\""), STR("mx-host-string") },
		{ STR(HOSTS), STR("\"mx-host-pattern\":\"a\""), STR("mx-host-pattern-key mx-host-string") },
		{ STR(HOSTS), STR("\"mx-host\":[{}]"), STR("bad:mx-host") },
		{ STR(SUMMARY ","), STR(""),
			STR("count-missing:failure count-missing:success sum-mismatch summary-missing") },
		{ STR(SUMMARY), STR("\"summary\":[1]"),
			STR("bad:summary count-missing:failure count-missing:success sum-mismatch") },
		{ STR("5326"), STR("\" 5326 \""), STR("count-string") },
		{ STR("5326"), STR("\"99999999999999999999\""), STR("count-huge count-string") },
		{ STR("5326"), STR("\"many\""), STR("count-bad:success") },
		{ STR("5326"), STR("5.5"), STR("count-bad:success") },
		{ STR("5326"), STR("-5"), STR("count-bad:success") },
		{ STR("5326"), STR("-5000000000000000000000000000000"), STR("count-bad:success") },
		{ STR("5326"), STR("false"), STR("count-bad:success") },
		{ STR("5326"), STR("5.326e3"), STR("") },
		{ STR("5326"), STR("1e400"), STR("count-huge") },
		{ STR("5326"), STR("9223372036854775808"), STR("count-huge") },
		{ STR("\"failure-details\":["), STR("\"failure-details\":[0,"), STR("bad:failure-details") },
		{ STR("\"failure-details\":["), STR("\"failure-details\":7,\"x\":["),
			STR("bad:failure-details sum-mismatch") },
		{ STR("\"failure-details\":["),
			STR("\"failure-details\":{\"result-type\":\"dane-required\"},\"x\":["),
			STR("count-missing:failed failure-details-object no-receiving-ip "
			    "no-receiving-mx-hostname no-sending-mta-ip sum-mismatch") },
		{ STR("\"certificate-expired\""), STR("\"Certificate-Expired\""), STR("") },
		{ STR("\"certificate-expired\""), STR("\"Cert-Expired\""),
			STR("result-type-unknown:cert-expired") },
		{ STR("\"certificate-expired\""), STR("\"\""), STR("result-type-unknown:unknown") },
		{ STR("\"certificate-expired\""), STR("{}"),
			STR("bad:result-type result-type-unknown:unknown") },
		{ STR(SENDER), STR("\"sending-mta-ip\":\"\""), STR("") },
		{ STR(SENDER), STR("\"sending-mta-ip\":\"not an address\""), STR("") },
		{ STR(SENDER), STR("\"sending-mta-ip\":[\"192.0.2.1\"]"), STR("bad:sending-mta-ip") },
		{ STR(SENDER), STR("\"sending-mta-ip\":null"), STR("no-sending-mta-ip") },
		{ STR("\"receiving-mx-hostname\""), STR("\"receiving-mx-host-name\""),
			STR("alias:receiving-mx-host-name no-receiving-mx-hostname") },
		{ STR("\"mx1\""), STR("1"), STR("bad:receiving-mx-helo") },
		{ STR("\"receiving-ip\":\"203.0.113.56\","), STR(""), STR("no-receiving-ip") },
		{ STR(URI), STR("\"see above\""), STR("") },
		{ STR("\"failed-session-count\":303"), STR("\"failed-session-count\":302"),
			STR("sum-mismatch") },
	};

	(void)state;
	for (size_t i = 0; i < ARRAY_N(rows); i++) {
		struct arena mem = ARENA(memory);
		struct why why = { 0 };
		struct report report;

		unit_err(report_read(unit_report_with(rows[i].from, rows[i].to), REPORT_TOLERANT, &mem,
		    &report, &why), OK, &why,
		    rows[i].to.p);
		unit_same(unit_report_warnings(&report), rows[i].warnings, rows[i].to.p);
	}
}

static void mended_values(void **state)
{
	struct arena mem = ARENA(memory);
	struct report r;

	(void)state;
	assert_int_equal(report_read(S("{\"contact-info\":\"mailto:a@b\",\"date-range\":{\"start-datetime\":"
	    "\"2016-04-01 00:00:00\",\"end-datetime\":\"2016-04-01\"},\"policies\":{\"policy\":"
	    "{\"policy-type\":\"Sts\",\"policy-string\":[\"[\\\"a\\\",\\\"b\\\"]\",\"c\",\"d\"],"
	    "\"mx-host-pattern\":\"*.b\"},\"summary\":{\"total-successful-session-count\":1e400},"
	    "\"failure-details\":{\"result-type\":\"X-New\",\"receiving-mx-host-name\":\"m\","
	    "\"failed-session-count\":\"7\"}}}"),
	    REPORT_TOLERANT, &mem, &r, NULL), OK);
	unit_same(r.contact_info, S("a@b"), "contact-info");
	assert_true(r.start_known && r.start == 1459468800);
	assert_true(r.end_known && r.end == 1459468800);
	unit_same(r.policy->type_text, S("sts"), "policy-type");
	assert_int_equal(r.policy->policy_string_n, 4);
	unit_same(r.policy->policy_string[1], S("b"), "nested");
	unit_same(r.policy->policy_string[3], S("d"), "behind the nested ones");
	unit_same(r.policy->mx_host[0], S("*.b"), "mx-host");
	assert_true(r.policy->successes == REPORT_COUNT_MAX);
	unit_same(r.policy->failure->result_type, S("x-new"), "result-type");
	unit_same(r.policy->failure->receiving_mx_hostname, S("m"), "receiving-mx-hostname");
	assert_int_equal(r.policy->failure->sessions, 7);
}

/* A reporter's own types cannot crowd out the other warnings. */
static void unknown_types_have_a_ceiling(void **state)
{
	static char text[8192];
	struct arena mem = ARENA(memory);
	struct out o = OUT(text);
	struct report r;

	(void)state;
	out_str(&o, S("{\"policies\":[{\"failure-details\":["));
	for (int i = 0; i < 2 * LIMIT_WARNINGS_N; i++)
		out_fmt(&o, "%s{\"result-type\":\"t%d\"}", i ? "," : "", i);
	out_str(&o, S("]}]}"));
	assert_int_equal(report_read(out_done(&o), REPORT_TOLERANT, &mem, &r, NULL), OK);
	assert_int_equal(r.warning_n, LIMIT_UNKNOWN_TYPES_N + 15);
}

static void every_code_has_a_sentence(void **state)
{
	size_t n = 0;

	(void)state;
	for (unsigned i = 0; i < REPORT_WARNING_N; i++) {
		str code = report_warning_code(i);

		if (code.n == 0)
			continue;
		n++;
		if (report_warning_text(code).n == 0)
			fail_msg("%s", code.p);
		for (unsigned k = 0; k < i; k++)
			assert_false(str_eq(code, report_warning_code(k)));
	}
	assert_true(n > 50);
	unit_same(report_warning_text(S("result-type-unknown:x")),
	    S("a result-type that is not registered"), "open code");
	assert_int_equal(report_warning_text(S("no such code")).n, 0);
	assert_int_equal(report_warning_text(S("")).n, 0);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(tolerant_reading),
		cmocka_unit_test(mended_values),
		cmocka_unit_test(unknown_types_have_a_ceiling),
		cmocka_unit_test(every_code_has_a_sentence),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
