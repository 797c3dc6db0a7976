#include "core/sts_txt.h"

#include "test/unit/unit.h"

static void classes(void **state)
{
	static const struct {
		const char *name;
		struct dns_answer answer;
		str txt[3];
		size_t txt_n;
		enum sts_txt_class want;
		const char *id;
		const char *reason;
	} rows[] = {
		{ "one", { 0 }, { STR("v=STSv1; id=A1;") }, 1, STS_TXT_ONE, "A1", "" },
		{ "beside others [STS-3.1-k]", { 0 }, { STR("v=spf1 -all"), STR("v=STSv1; id=A1"), STR("v=STSv10; id=B") },
		  3, STS_TXT_ONE, "A1", "" },
		{ "longest id", { 0 }, { STR("v=STSv1; id=abcdefghijklmnopqrstuvwxyz012345") }, 1, STS_TXT_ONE,
		  "abcdefghijklmnopqrstuvwxyz012345", "" },
		{ "no name", { .status = DNS_NXDOMAIN }, { { 0 } }, 0, STS_TXT_ABSENT, "", "txt-absent" },
		{ "no TXT", { .status = DNS_NODATA }, { { 0 } }, 0, STS_TXT_ABSENT, "", "txt-absent" },
		{ "found, but empty", { 0 }, { { 0 } }, 0, STS_TXT_ABSENT, "", "txt-absent" },
		{ "none of ours", { 0 }, { STR("v=spf1 -all") }, 1, STS_TXT_ABSENT, "", "txt-absent" },
		{ "two [STS-3.1-l]", { 0 }, { STR("v=STSv1; id=A"), STR("v=STSv1; id=A") }, 2, STS_TXT_SEVERAL, "",
		  "txt-several" },
		{ "bad id [STS-3.1-d]", { 0 }, { STR("v=STSv1; id=a-b") }, 1, STS_TXT_SYNTAX, "", "txt-syntax" },
		{ "no id", { 0 }, { STR("v=STSv1; x=y") }, 1, STS_TXT_SYNTAX, "", "txt-syntax" },
		{ "timeout [D-02]", { .status = DNS_TIMEOUT }, { { 0 } }, 0, STS_TXT_ERROR, "", "dns-timeout" },
		{ "SERVFAIL", { .status = DNS_SERVFAIL }, { { 0 } }, 0, STS_TXT_ERROR, "", "dns-servfail" },
		{ "bogus", { .status = DNS_BOGUS }, { { 0 } }, 0, STS_TXT_ERROR, "", "dns-bogus" },
		{ "malformed", { .status = DNS_MALFORMED }, { { 0 } }, 0, STS_TXT_ERROR, "", "dns-malformed" },
	};

	(void)state;
	for (size_t i = 0; i < ARRAY_N(rows); i++) {
		struct sts_txt t = sts_txt_of(&rows[i].answer, rows[i].txt, rows[i].txt_n, NULL);

		if (t.class != rows[i].want)
			fail_msg("%s: class %d", rows[i].name, (int)t.class);
		unit_same(str_of(t.id), str_of(rows[i].id), rows[i].name);
		unit_same(sts_txt_reason(&t), str_of(rows[i].reason), rows[i].name);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(classes),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
