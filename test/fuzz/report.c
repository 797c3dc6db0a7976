/*
 * report: what strict reads, tolerant reads with the same totals; written, it reads strictly as the same
 * report.  Tolerant refuses only what is no JSON, has no policies or is too large, and says what is odd.
 */
#include "wire/report.h"

#include "test/fuzz/fuzz.h"
#include "wire/report_warning.h"

static char strict_mem[1 << 22], tolerant_mem[1 << 22], again_mem[1 << 22], text_mem[1 << 21];

static void must_be_same_strs(const str *a, size_t a_n, const str *b, size_t b_n)
{
	fuzz_must(a_n == b_n);
	for (size_t i = 0; i < a_n; i++)
		fuzz_must(str_eq(a[i], b[i]));
}

static void must_be_same_failure(const struct report_failure *a, const struct report_failure *b)
{
	fuzz_must(a->type == b->type && a->sessions == b->sessions);
	fuzz_must(str_eq(a->result_type, b->result_type));
	fuzz_must(str_eq(a->sending_mta_ip, b->sending_mta_ip));
	fuzz_must(str_eq(a->receiving_mx_hostname, b->receiving_mx_hostname));
	fuzz_must(str_eq(a->receiving_mx_helo, b->receiving_mx_helo));
	fuzz_must(str_eq(a->receiving_ip, b->receiving_ip));
	fuzz_must(str_eq(a->additional_information, b->additional_information));
	fuzz_must(str_eq(a->failure_reason_code, b->failure_reason_code));
}

static void must_be_same_policy(const struct report_policy *a, const struct report_policy *b)
{
	fuzz_must(a->type == b->type && str_eq(a->type_text, b->type_text) && str_eq(a->domain, b->domain));
	fuzz_must(a->successes == b->successes && a->failures == b->failures);
	must_be_same_strs(a->policy_string, a->policy_string_n, b->policy_string, b->policy_string_n);
	must_be_same_strs(a->mx_host, a->mx_host_n, b->mx_host, b->mx_host_n);
	fuzz_must(a->failure_n == b->failure_n);
	for (size_t i = 0; i < a->failure_n; i++)
		must_be_same_failure(&a->failure[i], &b->failure[i]);
}

static void must_be_same(const struct report *a, const struct report *b)
{
	fuzz_must(str_eq(a->organization, b->organization));
	fuzz_must(str_eq(a->contact_info, b->contact_info));
	fuzz_must(str_eq(a->report_id, b->report_id));
	fuzz_must(a->start_known && b->start_known && a->start == b->start);
	fuzz_must(a->end_known && b->end_known && a->end == b->end);
	fuzz_must(a->policy_n == b->policy_n && a->warning_n == 0 && b->warning_n == 0);
	for (size_t i = 0; i < a->policy_n; i++)
		must_be_same_policy(&a->policy[i], &b->policy[i]);
}

/* Tolerant may mend texts, but counts are counts. */
static void must_have_same_totals(const struct report *strict, const struct report *tolerant)
{
	fuzz_must(strict->start == tolerant->start && strict->end == tolerant->end);
	fuzz_must(strict->policy_n == tolerant->policy_n);
	for (size_t i = 0; i < strict->policy_n; i++) {
		const struct report_policy *a = &strict->policy[i], *b = &tolerant->policy[i];

		fuzz_must(a->type == b->type && a->successes == b->successes && a->failures == b->failures);
		fuzz_must(a->failure_n == b->failure_n);
		for (size_t k = 0; k < a->failure_n; k++)
			fuzz_must(a->failure[k].sessions == b->failure[k].sessions);
	}
}

static void must_warn_in_order(const struct report *report)
{
	fuzz_must(report->warning_n <= LIMIT_WARNINGS_N);
	for (size_t i = 0; i < report->warning_n; i++) {
		str code = report->warning[i], before = i > 0 ? report->warning[i - 1] : (str){ 0 };
		size_t n = code.n < before.n ? code.n : before.n;
		int order = n > 0 ? memcmp(before.p, code.p, n) : 0;

		fuzz_must(order < 0 || (order == 0 && before.n < code.n));
		fuzz_must(report_warning_text(code).n > 0);
		for (size_t k = 0; k < code.n; k++)
			fuzz_must(code.p[k] >= 0x20 && code.p[k] <= 0x7e);
	}
}

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t n)
{
	str text = { (const char *)bytes, n };
	struct arena strict_arena = ARENA(strict_mem), tolerant_arena = ARENA(tolerant_mem);
	struct arena again_arena = ARENA(again_mem);
	struct report strict, tolerant, again;
	struct out out = OUT(text_mem);
	struct why why = { 0 };
	err e = report_read(text, REPORT_TOLERANT, &tolerant_arena, &tolerant, &why);

	fuzz_must(e == OK || e == E_SYNTAX || e == E_RULE || e == E_LIMIT);
	if (e == OK)
		must_warn_in_order(&tolerant);
	else
		fuzz_must_say_why(&why, text);
	if (report_read(text, REPORT_STRICT, &strict_arena, &strict, &why) != OK) {
		fuzz_must_say_why(&why, text);
		return 0;
	}
	fuzz_must(e == OK || e == E_LIMIT);
	if (e == OK)
		must_have_same_totals(&strict, &tolerant);
	report_write(&strict, &out);
	if (out.full)
		return 0;
	fuzz_must(report_read(out_done(&out), REPORT_STRICT, &again_arena, &again, &why) == OK);
	must_be_same(&strict, &again);
	return 0;
}
