#include "wire/report.h"

static const str type_names[] = {
	[REPORT_POLICY_OTHER] = STR(""),
	[REPORT_POLICY_STS] = STR("sts"),
	[REPORT_POLICY_TLSA] = STR("tlsa"),
	[REPORT_POLICY_NONE_FOUND] = STR("no-policy-found"),
};

str report_policy_type_name(enum report_policy_type type)
{
	return type_names[type];
}

enum report_policy_type report_policy_type_of(str lower_case)
{
	for (size_t i = REPORT_POLICY_STS; i < ARRAY_N(type_names); i++)
		if (str_eq(lower_case, type_names[i]))
			return (enum report_policy_type)i;
	return REPORT_POLICY_OTHER;
}

/* As memcmp: which of two codes stands first. */
static int order(str a, str b)
{
	int c = memcmp(a.p, b.p, a.n < b.n ? a.n : b.n);

	return c != 0 ? c : (a.n > b.n) - (a.n < b.n);
}

err report_warn(struct report *report, struct arena *mem, str code)
{
	size_t i = 0;

	while (i < report->warning_n && order(report->warning[i], code) < 0)
		i++;
	if (i < report->warning_n && order(report->warning[i], code) == 0)
		return OK;
	if (report->warning_n == LIMIT_WARNINGS_N)
		return OK;
	if (!report->warning) {
		report->warning = arena_take_raw(mem, LIMIT_WARNINGS_N, sizeof *report->warning);
		if (!report->warning)
			return E_LIMIT;
	}
	memmove(report->warning + i + 1, report->warning + i,
	    (report->warning_n - i) * sizeof *report->warning);
	report->warning[i] = code;
	report->warning_n++;
	return OK;
}
