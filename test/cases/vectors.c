/*
 * vectors - what the RFCs make of records, policies, names and reports: vectors FILE
 *
 * A line of FILE: {"id", "kind", "input", "expect", "why"[, "result"][, "clamp"]}.  expect is
 * valid or match, invalid or no_match, or either where the RFC leaves it open; of those the
 * table below names what we do.  result is what must have been read.
 *
 * They hold the grammars, among them blanks around values, unknown and repeated fields:
 * [STS-3.2-o] [STS-3.2-p] [STS-3.2-q] [STS-3.2-r] [RPT-3-b] [RPT-3-o] [RPT-3-u]
 */
#include <stdio.h>
#include <stdlib.h>

#include "wire/domain.h"
#include "wire/record.h"
#include "wire/report.h"
#include "wire/report_name.h"
#include "wire/rua.h"
#include "wire/sts_policy.h"

#include "test/cases/cases.h"

#define MEMORY_BYTES (1u << 24)
#define RECORDS_N 16

struct vector {
	str id, kind, expect;
	const struct json *input, *result, *clamp;
};

/* Where the RFC leaves it open: the safest reading. */
static const struct {
	str id;
	bool accepted;
} safest[] = {
	{ STR("STXT-065"), false },
	{ STR("RTXT-009"), true },
	{ STR("RTXT-072"), true },
	{ STR("RTXT-073"), true },
	{ STR("SPOL-037"), false },
	{ STR("SPOL-038"), false },
	{ STR("SPOL-039"), false },
	{ STR("SPOL-069"), false },
	{ STR("SPOL-080"), true },
	{ STR("MX-042"), false },
	{ STR("MX-043"), false },
	{ STR("MX-045"), false },
	{ STR("MX-047"), false },
	{ STR("MX-048"), true },
	{ STR("MX-049"), false },
	{ STR("RFN-024"), true },
	{ STR("RFN-035"), false },
	{ STR("RFN-036"), false },
	{ STR("RJSON-003"), true },
	{ STR("RJSON-028"), true },
	{ STR("RJSON-041"), false },
	{ STR("RJSON-044"), true },
	{ STR("RJSON-047"), true },
	{ STR("RJSON-081"), false },
	{ STR("RJSON-138"), true },
	{ STR("RJSON-149"), true },
};

static char notes[2048]; /* why this vector is not ok */
static struct out note;

static int base64_value(char c)
{
	static const char digits[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
	const char *hit = c ? strchr(digits, c) : NULL;

	return hit ? (int)(hit - digits) : -1;
}

/* The input as bytes: a string, or {"b64": ...}. */
static str bytes_of(const struct json *input, struct arena *mem)
{
	str coded = json_str(cases_member(input, "b64"));
	unsigned bits = 0, n = 0;
	struct out o;

	if (json_kind(input) == JSON_STRING)
		return json_str(input);
	o = (struct out){ arena_take(mem, coded.n + 1, 1), coded.n, 0, false };
	if (!o.p)
		cases_die("memory");
	for (size_t i = 0; i < coded.n && base64_value(coded.p[i]) >= 0; i++) {
		bits = bits << 6 | (unsigned)base64_value(coded.p[i]);
		n += 6;
		if (n >= 8) {
			n -= 8;
			out_char(&o, (char)(bits >> n & 0xff));
		}
	}
	return out_done(&o);
}

static void same_str(const struct json *result, const char *name, str got)
{
	const struct json *want = cases_member(result, name);

	if (want && !str_eq(json_str(want), got))
		out_fmt(&note, "# %s: got \"%.*s\", want \"%.*s\"\n", name, STR_ARG(got),
		    STR_ARG(json_str(want)));
}

static void same_n(const struct json *result, const char *name, uint64_t got)
{
	const struct json *want = cases_member(result, name);

	if (want && json_u64(want) != got)
		out_fmt(&note, "# %s: got %llu, want %llu\n", name, (unsigned long long)got,
		    (unsigned long long)json_u64(want));
}

static void same_strs(const struct json *result, const char *name, const str *got, size_t got_n)
{
	const struct json *want = cases_member(result, name), *v;
	struct json_walk w = json_walk(want);
	str key;

	if (!want)
		return;
	if (w.left != got_n) {
		out_fmt(&note, "# %s: got %zu, want %zu\n", name, got_n, w.left);
		return;
	}
	for (size_t i = 0; json_next(&w, &key, &v); i++)
		if (!str_eq(json_str(v), got[i]))
			out_fmt(&note, "# %s[%zu]: got \"%.*s\"\n", name, i, STR_ARG(got[i]));
}

/* Each record is a list of character-strings, joined without anything between. */
static size_t join_records(const struct json *input, struct arena *mem, str txt[RECORDS_N])
{
	struct json_walk records = json_walk(cases_member(input, "records"));
	const struct json *record, *v;
	size_t n = 0;
	str key;

	for (; n < RECORDS_N && json_next(&records, &key, &record); n++) {
		struct out o = { arena_take(mem, 1, LIMIT_TXT_BYTES), LIMIT_TXT_BYTES, 0, false };
		struct json_walk strings = json_walk(record);

		if (!o.p)
			cases_die("memory");
		while (json_next(&strings, &key, &v))
			out_str(&o, json_str(v));
		txt[n] = out_done(&o);
	}
	return n;
}

static err judge_sts_txt(const struct vector *v, struct arena *mem, struct why *why)
{
	str txt[RECORDS_N];
	size_t n = join_records(v->input, mem, txt), which;
	struct record_sts record;

	TRY(record_choose(RECORD_STS, txt, n, &which, why));
	TRY(record_read_sts(txt[which], &record, why));
	same_str(v->result, "id", record.id);
	return OK;
}

static err judge_rpt_txt(const struct vector *v, struct arena *mem, struct why *why)
{
	str txt[RECORDS_N], usable[LIMIT_RUA_N];
	size_t n = join_records(v->input, mem, txt), which, usable_n = 0;
	struct record_tlsrpt record;
	struct rua rua;

	TRY(record_choose(RECORD_TLSRPT, txt, n, &which, why));
	TRY(record_read_tlsrpt(txt[which], &record, why));
	for (size_t i = 0; i < record.rua_n; i++)
		if (rua_read(record.rua[i], &rua, NULL) == OK)
			usable[usable_n++] = record.rua[i];
	same_strs(v->result, "rua", record.rua, record.rua_n);
	same_strs(v->result, "usable", usable, usable_n);
	if ((str_eq(v->id, S("RTXT-072")) || str_eq(v->id, S("RTXT-073"))) && usable_n > 0)
		out_str(&note, S("# the destination must not be usable\n"));
	if (str_eq(v->id, S("RTXT-009")) && record.rua_n != 2)
		out_str(&note, S("# both rua fields count\n"));
	return OK;
}

static err judge_sts_policy(const struct vector *v, struct arena *mem, struct why *why)
{
	str text = bytes_of(v->input, mem);
	struct sts_policy policy;
	err e = sts_policy_read(text, STS_POLICY_STRICT, mem, &policy, why);

	if (e == OK) {
		same_str(v->result, "mode", sts_policy_mode_name(policy.mode));
		same_n(v->result, "max_age", policy.max_age_s);
		same_strs(v->result, "mx", policy.mx, policy.mx_n);
		if (str_eq(v->id, S("SPOL-080")) && sts_policy_match(&policy, policy.mx[0]))
			out_str(&note, S("# an address matches nothing\n"));
	}
	if (!v->clamp)
		return e;
	if (sts_policy_read(text, STS_POLICY_SENDER, mem, &policy, NULL) != OK || !policy.max_age_clamped ||
	    policy.max_age_s != json_u64(v->clamp))
		out_str(&note, S("# a sender clamps max_age\n"));
	return e;
}

static err judge_mx_match(const struct vector *v, struct arena *mem, struct why *why)
{
	struct json_walk patterns = json_walk(cases_member(v->input, "patterns"));
	const struct json *pattern;
	str key;

	(void)mem;
	while (json_next(&patterns, &key, &pattern))
		if (domain_match(json_str(pattern), json_str(cases_member(v->input, "host"))))
			return OK;
	return why_set(why, E_RULE, "RFC 8461 4.1", 0, "no pattern matches");
}

static err judge_report_filename(const struct vector *v, struct arena *mem, struct why *why)
{
	struct report_name name;

	(void)mem;
	TRY(report_name_read(json_str(v->input), &name, why));
	same_str(v->result, "sender", name.sender);
	same_str(v->result, "policy_domain", name.policy_domain);
	same_n(v->result, "begin", name.begin);
	same_n(v->result, "end", name.end);
	same_str(v->result, "unique_id", name.unique_id); /* null reads as "" */
	same_str(v->result, "ext", name.gzip ? S("json.gz") : S("json"));
	return OK;
}

static err judge_report_json(const struct vector *v, struct arena *mem, struct why *why)
{
	str json = bytes_of(v->input, mem);
	struct report report;

	TRY(report_read(json, REPORT_STRICT, mem, &report, why));
	if (report_read(json, REPORT_TOLERANT, mem, &report, NULL) != OK)
		out_str(&note, S("# the tolerant reading refuses it\n"));
	return OK;
}

static const struct {
	str kind;
	err (*judge)(const struct vector *v, struct arena *mem, struct why *why);
} judges[] = {
	{ STR("sts_txt"), judge_sts_txt },
	{ STR("rpt_txt"), judge_rpt_txt },
	{ STR("sts_policy"), judge_sts_policy },
	{ STR("mx_match"), judge_mx_match },
	{ STR("report_filename"), judge_report_filename },
	{ STR("report_json"), judge_report_json },
};

static void must_be(bool accepted, err e, const struct why *why)
{
	if (accepted && e != OK)
		out_fmt(&note, "# refused: %s (%s)\n", why->text, why->rule);
	if (!accepted && e == OK)
		out_str(&note, S("# accepted\n"));
	if (e != OK && (!why->rule || !why->text[0]))
		out_str(&note, S("# refused without a reason\n"));
}

static void judge(const struct vector *v, struct arena *mem)
{
	struct why why = { 0 };
	err e = E_ABSENT;
	size_t i = 0;

	while (i < ARRAY_N(judges) && !str_eq(judges[i].kind, v->kind))
		i++;
	if (i == ARRAY_N(judges)) {
		out_str(&note, S("# unknown kind\n"));
		return;
	}
	e = judges[i].judge(v, mem, &why);
	if (str_eq(v->expect, S("valid")) || str_eq(v->expect, S("match"))) {
		must_be(true, e, &why);
	} else if (!str_eq(v->expect, S("either"))) {
		must_be(false, e, &why);
	} else {
		for (i = 0; i < ARRAY_N(safest); i++)
			if (str_eq(safest[i].id, v->id))
				must_be(safest[i].accepted, e, &why);
	}
}

int main(int argc, char **argv)
{
	struct arena mem = { malloc(MEMORY_BYTES), MEMORY_BYTES, 0 };
	size_t n = 0, failed_n = 0;
	str text, rows, line;

	if (argc != 2 || !mem.base)
		return 2;
	rows = text = cases_load(argv[1]);
	while (str_line(&rows, &line)) {
		struct json_text row;
		struct vector v;

		arena_reset(&mem);
		if (json_read(line, JSON_STRICT, &mem, &row, NULL) != OK)
			cases_die("a line is no JSON");
		v.id = json_str(cases_member(row.root, "id"));
		v.kind = json_str(cases_member(row.root, "kind"));
		v.expect = json_str(cases_member(row.root, "expect"));
		v.input = cases_member(row.root, "input");
		v.result = cases_member(row.root, "result");
		v.clamp = cases_member(row.root, "clamp");
		note = OUT(notes);
		judge(&v, &mem);
		failed_n += note.n > 0 || note.full;
		printf("%sok %zu - %.*s %.*s\n%.*s", note.n > 0 || note.full ? "not " : "", ++n,
		    STR_ARG(v.id),
		    STR_ARG(v.kind), (int)note.n, notes);
	}
	printf("1..%zu\n", n);
	free((void *)(uintptr_t)text.p);
	free(mem.base);
	return failed_n > 0;
}
