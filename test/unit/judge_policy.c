#include "test/unit/judge_kit.h"

#define V "version: STSv1\n"
#define E "mode: enforce\n"
#define X "mx: mx1.example.com\nmx: mx2.example.com\n"
#define A "max_age: 2592000\n"
#define POLICY "sts-policy-invalid"

static void foreign(struct kit *kit, const char *body)
{
	assert_int_equal(domain_read(S("example.edu"), &kit->i.domain, NULL), OK);
	kit_policy(kit, body);
}

static void utf16(struct kit *kit, const char *unused)
{
	(void)unused;
	kit_policy(kit, "");
	for (size_t k = 0; k < 2; k++)
		kit->i.fetch[k].body = S("\xff\xfev\0e\0r\0");
}

static void not_found(struct kit *kit, const char *body)
{
	kit_policy(kit, body);
	kit->i.fetch[0].status = kit->i.fetch[1].status = 404;
}

static void cut_short(struct kit *kit, const char *body)
{
	kit_policy(kit, body);
	for (size_t k = 0; k < 2; k++)
		kit->i.fetch[k].fetch = (struct sts_fetch){ .cause = STS_FETCH_TIMEOUT };
}

static void unreached(struct kit *kit, const char *unused)
{
	(void)unused;
	kit->i.fetch_n = 0;
}

static const struct kit_row rows[] = {
	{ "perfect", NULL, "", "" },
	{ "no policy host", unreached, "", "" },
	{ "404", not_found, "<html>", "" },
	{ "cut short", cut_short, "version: ST", "" },
	{ "empty", kit_with_policy, "", "S01 error " POLICY },
	{ "blank", kit_with_policy, " \r\n", "S01 error " POLICY },
	{ "HTML", kit_with_policy, "\n<!DOCTYPE html>", "S01 error " POLICY },
	{ "JSON", kit_with_policy, "{\"version\": \"STSv1\"}", "S01 error " POLICY },
	{ "the TXT record", kit_with_policy, "v=STSv1; id=1", "S01 error " POLICY },
	{ "BOM", kit_with_policy, "\xef\xbb\xbf" V E X A, "S02 error " POLICY },
	{ "UTF-16", utf16, "", "S02 error " POLICY },
	{ "leading blank line", kit_with_policy, "\n" V E X A, "S10 error " POLICY ", S11 info" },
	{ "everything indented", kit_with_policy, " version: STSv1\n mode: enforce\n mx: mx1.example.com\n max_age: 86400\n",
		"S10 error " POLICY ", S10 error " POLICY ", S10 error " POLICY ", S10 error " POLICY },
	{ "CR alone", kit_with_policy, "version: STSv1\rmode: none\rmax_age: 86400\r", "S10 error " POLICY },
	{ "no version", kit_with_policy, E X A, "S03 error " POLICY },
	{ "other version", kit_with_policy, "version: stsv1\n" E X A, "S03 error " POLICY },
	{ "no mode", kit_with_policy, V X A, "S04 error " POLICY },
	{ "upper case", kit_with_policy, V "mode: Enforce\n" X A, "S04 error " POLICY },
	{ "report", kit_with_policy, V "mode: report\n" X A, "S04 error " POLICY },
	{ "no max_age", kit_with_policy, V E X, "S05 error " POLICY },
	{ "sign", kit_with_policy, V E X "max_age: +5\n", "S05 error " POLICY },
	{ "underscore in number", kit_with_policy, V E X "max_age: 1_000\n", "S05 error " POLICY },
	{ "too large", kit_with_policy, V E X "max_age: 31557601\n", "S05 error " POLICY },
	{ "no mx", kit_with_policy, V E A, "S06 error " POLICY },
	{ "none without mx", kit_with_policy, V "mode: none\n" A, "" },
	{ "mail address", kit_with_policy, V E X A "mx: postmaster@example.com\n", "S07 error " POLICY },
	{ "URL", kit_with_policy, V E X A "mx: https://mx1.example.com/\n", "S07 error " POLICY },
	{ "port", kit_with_policy, V E X A "mx: mx1.example.com:25\n", "S07 error " POLICY },
	{ "final dot", kit_with_policy, V E X A "mx: mx1.example.com.\n", "S07 error " POLICY },
	{ "address", kit_with_policy, V E X A "mx: 192.0.2.25\n", "S07 warning" },
	{ "IPv6 address", kit_with_policy, V E X A "mx: 2001:db8::25\n", "S07 error " POLICY },
	{ "inner wildcard", kit_with_policy, V E X A "mx: mx.*.example.com\n", "S07 error " POLICY },
	{ "partial wildcard", kit_with_policy, V E X A "mx: mx*.example.com\n", "S07 error " POLICY },
	{ "list", kit_with_policy, V E X A "mx: a.example.com, b.example.com\n", "S07 error " POLICY },
	{ "underscore", kit_with_policy, V E X A "mx: mx_1.example.com\n", "S07 error " POLICY },
	{ "U-label", kit_with_policy, V E X A "mx: b\xc3\xbc" "cher.example\n", "S07 error " POLICY },
	{ "leading dot", kit_with_policy, V E X A "mx: .example.com\n", "S07 error " POLICY },
	{ "empty mx", kit_with_policy, V E X A "mx:\n", "S07 error " POLICY },
	{ "dot alone", kit_with_policy, V E X A "mx: .\n", "S07 error " POLICY },
	{ "star alone", kit_with_policy, V E X A "mx: *\n", "S07 error " POLICY },
	{ "second mode", kit_with_policy, V E X A "mode: testing\n", "S08 warning" },
	{ "near miss", kit_with_policy, V E X A "nmx: mx3.example.com\n", "S09 warning" },
	{ "max-age", kit_with_policy, V E X "max-age: 86400\n", "S05 error " POLICY ", S09 warning" },
	{ "upper-case field", kit_with_policy, V "Mode: enforce\n" X A, "S04 error " POLICY ", S09 warning" },
	{ "unknown field", kit_with_policy, V E X A "contact: postmaster\n", "" },
	{ "blank line inside", kit_with_policy, V "\n" E X A, "S10 error " POLICY },
	{ "blank line at the end", kit_with_policy, V E X A "\n", "S10 error " POLICY },
	{ "comment", kit_with_policy, V E X A "# new\n", "S10 error " POLICY },
	{ "indented", kit_with_policy, V "  " E X A, "S10 error " POLICY },
	{ "bare CR", kit_with_policy, V E X A "x: a\rb\n", "S10 error " POLICY },
	{ "not UTF-8", kit_with_policy, V E X A "x: \xff\n", "S10 error " POLICY },
	{ "no colon", kit_with_policy, V E X A "hello\n", "S10 error " POLICY },
	{ "long name", kit_with_policy, V E X A "aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa: 1\n",
		"S10 error " POLICY },
	{ "empty mode", kit_with_policy, V "mode:\n" X A, "S10 error " POLICY },
	{ "version last", kit_with_policy, E X A V, "S11 info" },
	{ "template", kit_with_policy, V "mode: [enforce|testing|none]\n" X A, "S12 error " POLICY },
	{ "template mx", kit_with_policy, V E A "mx: mail.<yourdomain>\n", "S12 error " POLICY },
	{ "template max_age", kit_with_policy, V E X "max_age: [seconds]\n", "S12 error " POLICY },
	{ "documents' name", foreign, V E "mx: mail.example.com\n" A, "S12 error" },
};

static void every_fault(void **state)
{
	(void)state;
	kit_rows(rows, ARRAY_N(rows), judge_policy);
}

/* An error is found exactly where the strict reading refuses. */
static void as_strict_as_the_reading(void **state)
{
	(void)state;
	for (size_t k = 0; k < ARRAY_N(rows); k++) {
		char text[1 << 13];
		str body = str_of(rows[k].argument);

		if (rows[k].change != kit_with_policy)
			continue;
		for (size_t cut = 0; cut <= body.n; cut++) {
			struct kit *kit = kit_start();
			struct arena mem = ARENA(text);
			struct sts_policy policy;
			bool refused = sts_policy_read(str_head(body, cut), STS_POLICY_STRICT, &mem, &policy,
			    NULL) != OK;
			bool error = false;

			kit_policy(kit, "");
			kit->i.fetch[0].body = kit->i.fetch[1].body = str_head(body, cut);
			kit_judge(kit, judge_policy);
			for (size_t n = 0; n < kit->list.finding_n; n++)
				error |= kit->list.finding[n].severity == FINDING_ERROR;
			if (error != refused)
				fail_msg("%s, %zu bytes: %s", rows[k].name, cut, refused ?
				    "refused, but no error" : "error, but read");
		}
	}
}

static void a_flood_is_cut(void **state)
{
	static char body[LIMIT_POLICY_BYTES];
	struct kit *kit = kit_start();

	(void)state;
	memset(body, '\n', sizeof body);
	memcpy(body, V, sizeof V - 1);
	kit->i.fetch[0].body = kit->i.fetch[1].body = (str){ body, sizeof body };
	kit_judge(kit, judge_policy);
	assert_true(kit->list.finding_n < 12);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(every_fault),
		cmocka_unit_test(as_strict_as_the_reading),
		cmocka_unit_test(a_flood_is_cut),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
