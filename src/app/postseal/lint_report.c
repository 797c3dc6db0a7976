#include <stdio.h>

#include "app/postseal/lint.h"
#include "app/postseal/verb.h"
#include "io/file.h"
#include "wire/report.h"
#include "wire/report_find.h"
#include "wire/report_warning.h"

#define TYPES_N 64 /* different result types that are told apart; the rest is "other" */

/* The sum over the reports of one file. */
struct totals {
	uint64_t reports, policies, successes, failures, details, details_sessions;
	str type[TYPES_N];
	uint64_t sessions[TYPES_N];
	size_t type_n;
	struct report first;
};

static uint64_t sum(uint64_t a, uint64_t b)
{
	return b > UINT64_MAX - a ? UINT64_MAX : a + b;
}

static void count_type(struct totals *t, const struct report_failure *f)
{
	str name = f->type == RESULT_TYPE_OTHER ? f->result_type : result_type_name(f->type);
	size_t i = 0;

	while (i < t->type_n && !str_eq(t->type[i], name))
		i++;
	if (i == TYPES_N - 1)
		name = S("other");
	if (i == t->type_n && i < TYPES_N)
		t->type[t->type_n++] = name;
	t->sessions[i < TYPES_N ? i : TYPES_N - 1] = sum(t->sessions[i < TYPES_N ? i : TYPES_N - 1], f->sessions);
}

static void count(struct totals *t, const struct report *r)
{
	if (t->reports++ == 0)
		t->first = *r;
	t->policies += r->policy_n;
	for (size_t i = 0; i < r->policy_n; i++) {
		const struct report_policy *p = &r->policy[i];

		t->successes = sum(t->successes, p->successes);
		t->failures = sum(t->failures, p->failures);
		t->details += p->failure_n;
		for (size_t k = 0; k < p->failure_n; k++) {
			t->details_sessions = sum(t->details_sessions, p->failure[k].sessions);
			count_type(t, &p->failure[k]);
		}
	}
}

static void warn_once(struct lint *l, str code)
{
	for (size_t i = 0; i < l->warning_n; i++)
		if (str_eq(l->warning[i].code, code))
			return;
	lint_warn(l, code, report_warning_text(code));
}

static void fact_text(struct lint *l, const char *name, str text)
{
	struct lint_fact *f = lint_add(l, name);

	if (text.n == 0)
		return;
	f->form = LINT_TEXT;
	f->text = text;
}

static void fact_number(struct lint *l, const char *name, uint64_t number)
{
	struct lint_fact *f = lint_add(l, name);

	f->form = LINT_NUMBER;
	f->number = number;
}

static void fact_date(struct lint *l, const char *name, bool known, unix_s t)
{
	char text[32];
	struct out out = OUT(text);
	str copy = { 0 };

	if (known)
		date_write(t, &out);
	(void)arena_copy(&l->mem, out_done(&out), &copy);
	fact_text(l, name, copy);
}

static void tell(struct lint *l, struct totals *t)
{
	struct lint_fact *types;

	fact_number(l, "reports", t->reports);
	fact_text(l, "organization", t->first.organization);
	fact_text(l, "contact_info", t->first.contact_info);
	fact_text(l, "report_id", t->first.report_id);
	fact_date(l, "start", t->first.start_known, t->first.start);
	fact_date(l, "end", t->first.end_known, t->first.end);
	fact_number(l, "policies", t->policies);
	fact_number(l, "successes", t->successes);
	fact_number(l, "failures", t->failures);
	fact_number(l, "failure_details", t->details);
	fact_number(l, "failure_details_sessions", t->details_sessions);
	types = lint_add(l, "result_types");
	types->form = LINT_COUNTS;
	types->list = t->type;
	types->counts = t->sessions;
	types->list_n = t->type_n;
}

/* One report's text, judged; false: refused, l->why says why. */
static bool judge_one(struct lint *l, const struct report_find_hit *hit, struct totals *t)
{
	struct report r;

	for (size_t i = 0; i < hit->warning_n; i++)
		warn_once(l, hit->warning[i]);
	if (report_read(hit->json, l->strict ? REPORT_STRICT : REPORT_TOLERANT, &l->mem, &r, &l->why) != OK) {
		l->input = hit->json;
		l->place = l->why.at > 0;
		return false;
	}
	for (size_t i = 0; i < r.warning_n; i++)
		warn_once(l, r.warning[i]);
	count(t, &r);
	return true;
}

/* Every report in the file; false after the first that is refused. */
static bool judge_all(struct lint *l, const struct gzip *gzip, struct totals *t)
{
	static struct report_find find;
	struct report_find_hit hit;
	struct why why = { 0 }, first_why = { 0 };
	err e;

	report_find_open(&find, l->input, gzip, &l->mem);
	while ((e = report_find_next(&find, &hit, &why)) != E_ABSENT) {
		if (e == OK && !judge_one(l, &hit, t))
			return false;
		if (e != OK && !first_why.text[0])
			first_why = why;
	}
	if (t->reports > 0)
		return true;
	if (first_why.text[0])
		l->why = first_why;
	else
		(void)why_set(&l->why, E_ABSENT, "RFC 8460 5", 0, find.kind == REPORT_FIND_OTHER
		        ? "no report: neither JSON nor gzip, zip or a mail" : "no report in this file");
	return false;
}

int lint_report(struct lint *l)
{
	static struct totals totals;
	struct gzip gzip = { 0 };
	err e = file_read(l->argument[0], LIMIT_MAIL_BYTES, &l->mem, &l->input, &l->why);

	l->consequence = l->strict ? "A strict receiver may drop the report." : "The report cannot be taken in.";
	if (e == E_LIMIT)
		return VERB_FINE;
	if (e != OK || gzip_open(&gzip, GZIP_READING, &l->why) != OK) {
		(void)fprintf(stderr, "postseal: %s\n", l->why.text);
		return VERB_UNKNOWN;
	}
	l->valid = judge_all(l, &gzip, &totals);
	gzip_close(&gzip);
	if (l->valid) {
		(void)snprintf(l->remark, sizeof l->remark, "%s", l->strict ? "the report is as RFC 8460 wants it"
		    : l->warning_n ? "the report can be read; not all of it is as RFC 8460 wants it" : "the report can be read");
		tell(l, &totals);
	}
	return VERB_FINE;
}
