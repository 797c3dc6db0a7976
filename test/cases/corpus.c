/*
 * corpus - what a right reader makes of the sample reports: corpus DIR
 *
 * DIR/expect.jsonl has a line for each file: accept or reject (and why), the
 * totals and the warnings.  "either" rows may end in any way but a crash.
 */
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>

#include "wire/report.h"
#include "wire/report_find.h"

#include "test/cases/cases.h"

#define MEMORY_BYTES (256u << 20) /* touched only where used */
#define WARNINGS_N (LIMIT_WARNINGS_N + REPORT_FIND_WARNINGS_N + 1)

/* What came of one file. */
struct outcome {
	const char *reason; /* NULL: accepted */
	size_t reports_n;
	struct report report; /* the first */
	str warning[WARNINGS_N];
	size_t warning_n;
};

static char notes[4096]; /* why this row is not ok */
static size_t notes_n;

static void note(const char *fmt, ...) PRINTF(1, 2);

static void note(const char *fmt, ...)
{
	va_list ap;
	int n;

	va_start(ap, fmt);
	n = vsnprintf(notes + notes_n, sizeof notes - notes_n, fmt, ap);
	va_end(ap);
	if (n > 0)
		notes_n += (size_t)n;
	if (notes_n >= sizeof notes)
		notes_n = sizeof notes - 1;
}

static str load(const char *dir, str name)
{
	char path[1024];

	if (snprintf(path, sizeof path, "%s/%.*s", dir, STR_ARG(name)) >= (int)sizeof path)
		cases_die("path too long");
	return cases_load(path);
}

static void warn(struct outcome *o, str code)
{
	size_t i = 0;

	while (i < o->warning_n && !str_eq(o->warning[i], code))
		i++;
	if (i == o->warning_n && i < WARNINGS_N)
		o->warning[o->warning_n++] = code;
}

/* The names that expect.jsonl has for what reading a report's text answers. */
static const char *reason_of(err e)
{
	return e == E_SYNTAX ? "json-syntax" : e == E_LIMIT ? "json-depth" : "no-policies-array";
}

static void read_hit(struct outcome *o, const struct report_find_hit *hit, struct arena *mem)
{
	struct report report;
	err e = report_read(hit->json, REPORT_TOLERANT, mem, &report, NULL);

	for (size_t i = 0; i < hit->warning_n; i++)
		warn(o, hit->warning[i]);
	if (e != OK) {
		o->reason = reason_of(e);
		return;
	}
	for (size_t i = 0; i < report.warning_n; i++)
		warn(o, report.warning[i]);
	if (o->reports_n++ == 0)
		o->report = report;
}

static struct outcome read_file(str bytes, const struct gzip *gzip, struct arena *mem)
{
	static struct report_find find;
	struct outcome o = { 0 };
	struct report_find_hit hit;
	size_t hits_n = 0, refused_n = 0;
	err e;

	report_find_open(&find, bytes, gzip, mem);
	while ((e = report_find_next(&find, &hit, NULL)) != E_ABSENT) {
		hits_n += e == OK;
		refused_n += e != OK;
		if (e == OK)
			read_hit(&o, &hit, mem);
	}
	if (hits_n == 0)
		o.reason = refused_n > 0 ? "carrier-refused" : "no-report-found";
	if (find.kind == REPORT_FIND_OTHER)
		warn(&o, S("not-a-mail"));
	return o;
}

static void same_str(const struct json *row, const char *name, str got)
{
	const struct json *want = cases_member(row, name);

	if (want && !str_eq(json_str(want), got))
		note("# %s: got \"%.*s\", want \"%.*s\"\n", name, STR_ARG(got), STR_ARG(json_str(want)));
}

static void same_n(const struct json *row, const char *name, uint64_t got)
{
	const struct json *want = cases_member(row, name);

	if (want && json_u64(want) != got)
		note("# %s: got %llu, want %llu\n", name, (unsigned long long)got,
		    (unsigned long long)json_u64(want));
}

/* Absent in the row means unknown. */
static void same_date(const struct json *row, const char *name, bool known, unix_s t)
{
	const struct json *want = cases_member(row, name);
	unix_s want_t;

	if (known != !!want)
		note("# %s: %s\n", name, known ? "read, but not to be known" : "not read");
	else if (known && (date_read(json_str(want), &want_t, NULL) != OK || want_t != t))
		note("# %s: got %lld, want %.*s\n", name, (long long)t, STR_ARG(json_str(want)));
}

static void same_result_types(const struct json *want, const struct report *r)
{
	struct json_walk w = json_walk(want);
	const struct json *v;
	size_t kinds_n = 0, seen_n = 0;
	str key;

	while (json_next(&w, &key, &v)) {
		uint64_t sum = 0;

		kinds_n++;
		for (size_t i = 0; i < r->policy_n; i++) {
			for (size_t k = 0; k < r->policy[i].failure_n; k++) {
				const struct report_failure *f = &r->policy[i].failure[k];

				if (str_eq_nocase(f->result_type, key)) {
					sum += f->sessions;
					seen_n++;
				}
			}
		}
		if (sum != json_u64(v))
			note("# result type %.*s: got %llu\n", STR_ARG(key), (unsigned long long)sum);
	}
	for (size_t i = 0; i < r->policy_n; i++)
		seen_n -= r->policy[i].failure_n;
	if (seen_n != 0)
		note("# result types beyond the %zu wanted\n", kinds_n);
}

static void same_policies(const struct json *want, const struct report *r)
{
	struct json_walk w = json_walk(want);
	const struct json *v;
	str key;

	for (size_t i = 0; json_next(&w, &key, &v); i++) {
		const struct report_policy *p = &r->policy[i];

		if (i == r->policy_n) {
			note("# policies are missing\n");
			return;
		}
		same_str(v, "type", p->type_text);
		same_str(v, "domain", p->domain);
		same_n(v, "strings", p->policy_string_n);
		same_n(v, "mx", p->mx_host_n);
		same_n(v, "success", p->successes);
		same_n(v, "failure", p->failures);
		same_n(v, "details", p->failure_n);
	}
}

static void same_totals(const struct json *row, const struct report *r)
{
	uint64_t successes = 0, failures = 0, details_n = 0, sum = 0;

	for (size_t i = 0; i < r->policy_n; i++) {
		successes += r->policy[i].successes;
		failures += r->policy[i].failures;
		details_n += r->policy[i].failure_n;
		for (size_t k = 0; k < r->policy[i].failure_n; k++)
			sum += r->policy[i].failure[k].sessions;
	}
	same_n(row, "policies", r->policy_n);
	same_n(row, "success", successes);
	same_n(row, "failure", failures);
	same_n(row, "details", details_n);
	same_n(row, "details_sum", sum);
}

/* As sets; neither side has a code twice. */
static void same_warnings(const struct json *want, const struct outcome *o)
{
	struct json_walk w = json_walk(want);
	size_t wanted_n = w.left, found_n = 0;
	const struct json *v;
	str key;

	while (json_next(&w, &key, &v)) {
		size_t i = 0;

		while (i < o->warning_n && !str_eq(o->warning[i], json_str(v)))
			i++;
		if (i == o->warning_n)
			note("# warning missing: %.*s\n", STR_ARG(json_str(v)));
		else
			found_n++;
	}
	if (o->warning_n == found_n)
		return;
	note("# %zu warnings, want %zu:", o->warning_n, wanted_n);
	for (size_t i = 0; i < o->warning_n; i++)
		note(" %.*s", STR_ARG(o->warning[i]));
	note("\n");
}

static void judge(const struct json *row, const struct outcome *o)
{
	str expect = json_str(cases_member(row, "expect"));

	if (str_eq(expect, S("either")))
		return;
	if (str_eq(expect, S("reject")) != !!o->reason) {
		note("# %s\n", o->reason ? o->reason : "accepted");
		return;
	}
	same_n(row, "reports", o->reports_n);
	same_warnings(cases_member(row, "warnings"), o);
	if (o->reason) {
		same_str(row, "reason", str_of(o->reason));
		return;
	}
	/* the JSON counts, whatever the names around it say [RPT-5.6-a] */
	same_str(row, "org", o->report.organization);
	same_str(row, "report_id", o->report.report_id);
	same_date(row, "start", o->report.start_known, o->report.start);
	same_date(row, "end", o->report.end_known, o->report.end);
	same_totals(row, &o->report);
	same_result_types(cases_member(row, "result_types"), &o->report);
	same_policies(cases_member(row, "first_policies"), &o->report);
}

int main(int argc, char **argv)
{
	struct arena mem = { malloc(MEMORY_BYTES), MEMORY_BYTES, 0 };
	struct gzip gzip;
	str all, rows, line;
	size_t n = 0, failed_n = 0;

	if (argc != 2 || !mem.base || gzip_open(&gzip, GZIP_READING, NULL) != OK)
		return 2;
	all = rows = load(argv[1], S("expect.jsonl"));
	while (str_line(&rows, &line)) {
		struct json_text row;
		struct outcome o;
		str file, bytes;

		arena_reset(&mem);
		if (json_read(line, JSON_STRICT, &mem, &row, NULL) != OK)
			cases_die("expect.jsonl");
		file = json_str(cases_member(row.root, "file"));
		bytes = load(argv[1], file);
		o = read_file(bytes, &gzip, &mem);
		notes_n = 0;
		judge(row.root, &o);
		failed_n += notes_n > 0;
		printf("%sok %zu - %.*s\n%.*s", notes_n ? "not " : "", ++n, STR_ARG(file), (int)notes_n, notes);
		free((void *)(uintptr_t)bytes.p);
	}
	printf("1..%zu\n", n);
	gzip_close(&gzip);
	free((void *)(uintptr_t)all.p);
	free(mem.base);
	return failed_n > 0;
}
