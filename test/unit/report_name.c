#include "wire/report_name.h"

#include "test/unit/unit.h"

#define X50 "uuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuu"

static void file_names(void **state)
{
	static const struct {
		str text;
		err want;
		struct report_name name;
	} rows[] = {
		{ STR("mail.sndr.example.com!example.net!1470013207!1470186007!001.json.gz"), OK,
			{ STR("mail.sndr.example.com"), STR("example.net"), 1470013207, 1470186007, STR("001"), true } },
		{ STR("mail.sender.example!example.com!1013662812!1013749130.json.gz"), OK,
			{ STR("mail.sender.example"), STR("example.com"), 1013662812, 1013749130, STR(""), true } },
		{ STR("a.example!b.example!1!2!AbC123.json"), OK,
			{ STR("a.example"), STR("b.example"), 1, 2, STR("AbC123"), false } },
		{ STR("a!b!0!0.json"), OK, { STR("a"), STR("b"), 0, 0, STR(""), false } },
		{ STR("A.EXAMPLE!B.Example!1!2.json"), OK,
			{ STR("A.EXAMPLE"), STR("B.Example"), 1, 2, STR(""), false } },
		{ STR("a!b!007!18446744073709551615.JSON.GZ"), OK, /* RFC 5234 2.3: either case */
			{ STR("a"), STR("b"), 7, UINT64_MAX, STR(""), true } },
		{ STR("a!b!1!18446744073709551616.json"), E_LIMIT, { 0 } },
		{ STR("a!b!1!2!" X50 X50 X50 X50 X50 ".json"), E_LIMIT, { 0 } },
		{ STR(""), E_SYNTAX, { 0 } },
		{ STR("!!!"), E_SYNTAX, { 0 } },
		{ STR("!!!.json"), E_SYNTAX, { 0 } },
		{ STR("report.json"), E_SYNTAX, { 0 } },
		{ STR("a!b!1!2"), E_SYNTAX, { 0 } },
		{ STR("a!b!1.json"), E_SYNTAX, { 0 } },
		{ STR("a!b!!2.json"), E_SYNTAX, { 0 } },
		{ STR("a!b!1!.json"), E_SYNTAX, { 0 } },
		{ STR("a!b!1!2!.json"), E_SYNTAX, { 0 } },
		{ STR("a!b!1!2!x!y.json"), E_SYNTAX, { 0 } },
		{ STR("a!b!1!2!x-y.json"), E_SYNTAX, { 0 } },
		{ STR("a!b!1.5!2.json"), E_SYNTAX, { 0 } },
		{ STR("a!b!-1!2.json"), E_SYNTAX, { 0 } },
		{ STR("a!b!2024-01-01!2024-01-02.json"), E_SYNTAX, { 0 } },
		{ STR("a!b!1!2.json.zip"), E_SYNTAX, { 0 } },
		{ STR("a!b!1!2.json\0.txt"), E_SYNTAX, { 0 } },
		{ STR("a!b!1!2.xml"), E_SYNTAX, { 0 } },
		{ STR("a!b.!1!2.json"), E_SYNTAX, { 0 } },
		{ STR("a!b\xc3\xbc" "cher!1!2.json"), E_SYNTAX, { 0 } },
		{ STR("a_b!b!1!2.json"), E_SYNTAX, { 0 } },
		{ STR(" a!b!1!2.json"), E_SYNTAX, { 0 } },
		{ STR("a!b!\r\n 1!2.json"), E_SYNTAX, { 0 } },
		{ STR("../../etc/passwd"), E_SYNTAX, { 0 } },
		{ STR("../a!b!1!2.json"), E_SYNTAX, { 0 } },
	};

	(void)state;
	for (size_t i = 0; i < ARRAY_N(rows); i++) {
		struct report_name name;
		struct why why = { 0 };

		unit_err(report_name_read(rows[i].text, &name, &why), rows[i].want, &why, rows[i].text.p);
		if (rows[i].want != OK) {
			assert_true(why.at <= rows[i].text.n);
			continue;
		}
		unit_same(name.sender, rows[i].name.sender, "sender");
		unit_same(name.policy_domain, rows[i].name.policy_domain, "policy domain");
		unit_same(name.unique_id, rows[i].name.unique_id, "unique-id");
		assert_true(name.begin == rows[i].name.begin && name.end == rows[i].name.end);
		assert_int_equal(name.gzip, rows[i].name.gzip);
	}
}

static void writing(void **state)
{
	static const str rows[] = {
		STR("mail.sndr.example.com!example.net!1470013207!1470186007!001.json.gz"),
		STR("a!b!0!18446744073709551615.json"),
	};

	(void)state;
	for (size_t i = 0; i < ARRAY_N(rows); i++) {
		char text[128];
		struct out out = OUT(text);
		struct report_name name;

		assert_int_equal(report_name_read(rows[i], &name, NULL), OK);
		report_name_write(&name, &out);
		unit_same(out_done(&out), rows[i], "written");
	}
}

/* [RPT-5.3-e] */
static void subjects(void **state)
{
	static const struct {
		str text;
		err want;
		struct report_name_subject subject;
	} rows[] = {
#define DS STR("b.example"), STR("a.example")
		{ STR("Report Domain: b.example Submitter: a.example Report-ID: <735ff.e317+bf22029@m.example>"), OK,
			{ DS, STR("735ff.e317+bf22029@m.example") } },
		{ STR(" Report Domain: b.example\r\n    Submitter: a.example\r\n    Report-ID: <1@a>\r\n"), OK,
			{ DS, STR("1@a") } },
		{ STR("Report\tDomain:  b.example\n Submitter:\r\n\ta.example \r\n Report-ID:\r\n \r\n <1@[x]>"), OK,
			{ DS, STR("1@[x]") } },
		{ STR("Report Domain: b.example Submitter: a.example Report-ID: <1@a> (c (d) \\) e)\r\n (f) "), OK,
			{ DS, STR("1@a") } },
		{ STR("Report Domain: B.Example Submitter: A.Example Report-ID: <1@a>"), OK,
			{ STR("B.Example"), STR("A.Example"), STR("1@a") } },
		{ STR("Report Domain: b Submitter: a.example Report-ID: <1@a>"), E_RULE, { { 0 } } },
		{ STR("Report Domain: b.example Submitter: A.Inc. Report-ID: <1@a>"), E_RULE, { { 0 } } },
		{ STR("Report Domain: b.example Submitter: a_b.example Report-ID: <1@a>"), E_RULE, { { 0 } } },
		{ STR("Report Domain: b.example Submitter: a.example Report-ID: <1>"), E_RULE, { { 0 } } },
		{ STR("Report Domain: b.example Submitter: a.example Report-ID: <2026-11-20T00:00:00Z_idx1@a>"), E_RULE,
			{ { 0 } } },
		{ STR("Report Domain: b.example Submitter: a.example Report-ID: <>"), E_RULE, { { 0 } } },
		{ STR(""), E_SYNTAX, { { 0 } } },
		{ STR("report domain: b.example submitter: a.example report-id: <1@a>"), E_SYNTAX, { { 0 } } },
		{ STR("ReportDomain: b.example Submitter: a.example Report-ID: <1@a>"), E_SYNTAX, { { 0 } } },
		{ STR("Report Domain:b.example Submitter: a.example Report-ID: <1@a>"), E_SYNTAX, { { 0 } } },
		{ STR("Report Domain: b.example; Submitter: Inc, Ltd Report-ID: <1@a>"), E_SYNTAX, { { 0 } } },
		{ STR("Report Domain: b.example Submitter: a.example"), E_SYNTAX, { { 0 } } },
		{ STR("Report Domain: b.example Submitter: a.example Report-ID: 1@a"), E_SYNTAX, { { 0 } } },
		{ STR("Report Domain: b.example Submitter: a.example Report-ID: <1@a"), E_SYNTAX, { { 0 } } },
		{ STR("Report Domain: b.example Submitter: a.example Report-ID: <1@a> x"), E_SYNTAX, { { 0 } } },
		{ STR("Report Domain: b.example Submitter: a.example Report-ID: <1@a> (x"), E_SYNTAX, { { 0 } } },
		{ STR("Report Domain: b.example Submitter: a.example Report-ID: <1@a> (x\\"), E_SYNTAX, { { 0 } } },
		{ STR("Report Domain: b.example\r\nSubmitter: a.example Report-ID: <1@a>"), E_SYNTAX, { { 0 } } },
		{ STR("Report Domain: b.example\r Submitter: a.example Report-ID: <1@a>"), E_SYNTAX, { { 0 } } },
		{ STR("TLS report for b.example"), E_SYNTAX, { { 0 } } },
	};

	(void)state;
	for (size_t i = 0; i < ARRAY_N(rows); i++) {
		struct report_name_subject subject;
		struct why why = { 0 };

		unit_err(report_name_read_subject(rows[i].text, &subject, &why), rows[i].want, &why, rows[i].text.p);
		if (rows[i].want != OK) {
			assert_true(why.at <= rows[i].text.n);
			continue;
		}
		unit_same(subject.domain, rows[i].subject.domain, "domain");
		unit_same(subject.submitter, rows[i].subject.submitter, "submitter");
		unit_same(subject.id, rows[i].subject.id, "id");
	}
}

static void long_subject(void **state)
{
	static char text[LIMIT_REPORT_NAME_BYTES + 1];
	struct report_name_subject subject;

	(void)state;
	memset(text, ' ', sizeof text);
	assert_int_equal(report_name_read_subject((str){ text, sizeof text - 1 }, &subject, NULL), E_SYNTAX);
	assert_int_equal(report_name_read_subject((str){ text, sizeof text }, &subject, NULL), E_LIMIT);
}

static void ids(void **state)
{
	static const struct {
		str id;
		err want;
	} rows[] = {
		{ STR("a@b"), OK },
		{ STR("20261120.b.example@a.example"), OK },
		{ STR("!#$%&'*+-/=?^_`{|}~@a"), OK },
		{ STR("a@[192.0.2.1]"), OK },
		{ STR("a@[]"), OK },
		{ STR(""), E_SYNTAX },
		{ STR("a"), E_SYNTAX },
		{ STR("@"), E_SYNTAX },
		{ STR("a@"), E_SYNTAX },
		{ STR("@b"), E_SYNTAX },
		{ STR("a@b@c"), E_SYNTAX },
		{ STR(".a@b"), E_SYNTAX },
		{ STR("a.@b"), E_SYNTAX },
		{ STR("a..b@c"), E_SYNTAX },
		{ STR("a b@c"), E_SYNTAX },
		{ STR("a\0@c"), E_SYNTAX },
		{ STR("a:b@c"), E_SYNTAX },
		{ STR("<a@b>"), E_SYNTAX },
		{ STR("a@[b"), E_SYNTAX },
		{ STR("a@[b]c]"), E_SYNTAX },
		{ STR("a@[b c]"), E_SYNTAX },
		{ STR("b\xc3\xbc@c"), E_SYNTAX },
	};

	(void)state;
	for (size_t i = 0; i < ARRAY_N(rows); i++) {
		struct why why = { 0 };

		unit_err(report_name_check_id(rows[i].id, &why), rows[i].want, &why, rows[i].id.p);
	}
}

/* [G-08] the same bytes, the same id; and it is legal in the subject */
static void made(void **state)
{
	static const str rule = STR("Report Domain: b.example Submitter: a.example Report-ID: <00ff7f@a.example>");
	struct report_name_subject subject = { STR("b.example"), STR("a.example"), { 0 } }, again;
	char id[64], text[128];
	struct out out = OUT(id);

	(void)state;
	report_name_write_id(S("\x00\xff\x7f"), S("a.example"), &out);
	subject.id = out_done(&out);
	unit_same(subject.id, S("00ff7f@a.example"), "id");
	assert_int_equal(report_name_check_id(subject.id, NULL), OK);
	out = OUT(text);
	report_name_write_subject(&subject, &out);
	unit_same(out_done(&out), rule, "subject");
	assert_int_equal(report_name_read_subject(out_done(&out), &again, NULL), OK);
	unit_same(again.id, subject.id, "again");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(file_names),
		cmocka_unit_test(writing),
		cmocka_unit_test(subjects),
		cmocka_unit_test(long_subject),
		cmocka_unit_test(ids),
		cmocka_unit_test(made),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
