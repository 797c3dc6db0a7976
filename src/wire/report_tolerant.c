#include "wire/report_tolerant.h"

#include "wire/member.h"
#include "wire/report_warning.h"

struct reader {
	struct arena *mem;
	struct why *why;
	struct report *report;
	size_t failures_left; /* failure details that may still come */
	size_t unknown_n;     /* unknown types said by name */
	bool odd;             /* something is said */
	bool said[REPORT_WARNING_N];
};

static void say(struct reader *rd, unsigned warning)
{
	rd->odd = true;
	rd->said[warning] = true;
}

static err full(struct reader *rd)
{
	return why_set(rd->why, E_LIMIT, "", 0, "no memory left for the report");
}

/* "result-type-unknown:" and the text. */
static err say_unknown(struct reader *rd, enum report_warning warning, str text)
{
	char code[32 + REPORT_WARNING_TEXT_BYTES];
	struct out o = OUT(code);
	size_t before = rd->report->warning_n;
	str copy;

	if (rd->unknown_n == LIMIT_UNKNOWN_TYPES_N)
		return OK;
	out_str(&o, report_warning_code(warning));
	text = str_head(text, REPORT_WARNING_TEXT_BYTES);
	for (size_t i = 0; i < text.n; i++)
		out_char(&o, text.p[i] < 0x20 || text.p[i] > 0x7e ? '?' : text.p[i]);
	for (size_t i = 0; i < before; i++)
		if (str_eq(rd->report->warning[i], out_done(&o)))
			return OK;
	rd->unknown_n++;
	if (!arena_copy(rd->mem, out_done(&o), &copy))
		return full(rd);
	return report_warn(rd->report, rd->mem, copy);
}

static bool absent(const struct json *v)
{
	return !v || json_kind(v) == JSON_NULL;
}

/* A string that may be absent; bad is said when it is something else. */
static str take_str(struct reader *rd, const struct json *v, unsigned bad)
{
	str s = json_str(v);

	if (!s.p && !absent(v))
		say(rd, bad);
	return s;
}

/* A string of a failure; none is said when it is absent. */
static str want_str(struct reader *rd, const struct json *v, unsigned bad, enum report_warning none)
{
	str s = json_str(v);

	if (!s.p)
		say(rd, absent(v) ? none : bad);
	return s;
}

/* Without blanks around it, in lower case; "unknown" when nothing is left. */
static err take_type(struct reader *rd, const struct json *v, unsigned bad, str *type)
{
	str s = str_trim(take_str(rd, v, bad)), copy;
	size_t i = 0;

	if (s.n == 0)
		s = S("unknown");
	while (i < s.n && !(s.p[i] >= 'A' && s.p[i] <= 'Z'))
		i++;
	*type = s;
	if (i == s.n)
		return OK;
	if (!arena_copy(rd->mem, s, &copy))
		return full(rd);
	for (; i < s.n; i++)
		((char *)(uintptr_t)copy.p)[i] = str_lower(s.p[i]);
	*type = copy;
	return OK;
}

static bool all_digits(str s)
{
	for (size_t i = 0; i < s.n; i++)
		if (!str_is_digit(s.p[i]))
			return false;
	return s.n > 0;
}

/* A count as it stands, UINT64_MAX when it is larger than that; false when it is none. */
static bool read_count(struct reader *rd, const struct json *v, enum json_kind kind, uint64_t *n)
{
	str digits = str_trim(json_str(v));

	if (kind == JSON_NUMBER)
		return json_whole(v, n);
	if (!all_digits(digits))
		return false;
	say(rd, REPORT_WARNING_COUNT_STRING);
	if (!str_u64(digits, UINT64_MAX, n))
		*n = UINT64_MAX;
	return true;
}

enum count { SUCCESS, FAILURE, FAILED }; /* as the codes are ordered */

static uint64_t take_count(struct reader *rd, const struct json *v, enum count count)
{
	enum json_kind kind = json_kind(v);
	uint64_t n = 0;

	if (kind == JSON_NULL) {
		say(rd, REPORT_WARNING_COUNT_MISSING_SUCCESS + count);
		return 0;
	}
	if (kind == JSON_INTEGER) {
		n = json_u64(v);
	} else if (!read_count(rd, v, kind, &n)) {
		say(rd, REPORT_WARNING_COUNT_BAD_SUCCESS + count);
		return 0;
	}
	if (n > REPORT_COUNT_MAX) {
		say(rd, REPORT_WARNING_COUNT_HUGE);
		n = REPORT_COUNT_MAX;
	}
	return n;
}

/* A list of strings that grows. */
struct strs {
	str *s;
	size_t n, room;
};

static err push(struct reader *rd, struct strs *list, str s)
{
	size_t room = list->n < 4 ? 4 : 2 * list->n;

	if (list->n == list->room) {
		str *moved = arena_grow(rd->mem, list->s, list->n * sizeof s, room * sizeof s);

		if (!moved)
			return full(rd);
		list->s = moved;
		list->room = room;
	}
	list->s[list->n++] = s;
	return OK;
}

static bool only_strings(const struct json *array)
{
	struct json_walk walk = json_walk(array);
	const struct json *v;
	str key;

	while (json_next(&walk, &key, &v))
		if (json_kind(v) != JSON_STRING)
			return false;
	return true;
}

/*
 * ["[\"3 1 1 ..\",\"3 1 1 ..\"]"]: a JSON array of strings inside a string.
 * *nested says whether it was one; then its strings are in the list.
 */
static err push_nested(struct reader *rd, struct strs *list, str text, bool *nested)
{
	size_t mark = rd->mem->used;
	struct json_text inner;
	struct json_walk walk;
	const struct json *v;
	str key;
	err e;

	*nested = false;
	e = json_read(text, JSON_STRICT, rd->mem, &inner, NULL);
	if (e == E_LIMIT)
		return why_set(rd->why, e, "", 0, "a policy-string over a limit");
	if (e != OK || !only_strings(inner.root)) {
		rd->mem->used = mark;
		return OK;
	}
	walk = json_walk(inner.root);
	while (json_next(&walk, &key, &v))
		TRY(push(rd, list, json_str(v)));
	*nested = true;
	return OK;
}

/* What is odd about a list of strings is said by these. */
struct strs_oddities {
	unsigned bad;    /* of another type */
	unsigned string; /* one string instead of an array */
	bool policy;     /* JSON may stand inside a string */
};

static err take_element(struct reader *rd, const struct json *v, const struct strs_oddities *odd,
    struct strs *list)
{
	bool nested = false;
	str s = json_str(v);

	if (!s.p) {
		say(rd, odd->bad);
		return OK;
	}
	if (odd->policy && s.n > 0 && s.p[0] == '[')
		TRY(push_nested(rd, list, s, &nested));
	if (!nested)
		return push(rd, list, s);
	say(rd, REPORT_WARNING_POLICY_STRING_NESTED);
	return OK;
}

static err take_strs(struct reader *rd, const struct json *v, const struct strs_oddities *odd, str **s,
    size_t *n)
{
	struct json_walk walk = json_walk(v);
	struct strs list = { 0 };
	str key;

	if (absent(v))
		return OK;
	if (json_kind(v) == JSON_STRING) {
		say(rd, odd->string);
		TRY(take_element(rd, v, odd, &list));
	} else if (json_kind(v) != JSON_ARRAY) {
		say(rd, odd->bad);
	} else if (walk.left > 0) {
		list.room = walk.left;
		list.s = arena_take_raw(rd->mem, list.room, sizeof *list.s);
		if (!list.s)
			return full(rd);
		while (json_next(&walk, &key, &v))
			TRY(take_element(rd, v, odd, &list));
	}
	*s = list.s;
	*n = list.n;
	return OK;
}

/* The name under which some reporters give the MX host; it counts where the right one is missing. */
static void take_alias(struct reader *rd, const struct json *v, struct report_failure *f)
{
	str name = take_str(rd, v, REPORT_WARNING_BAD_IN_FAILURE + MEMBER_RECEIVING_MX_HOSTNAME);

	say(rd, REPORT_WARNING_ALIAS);
	if (!f->receiving_mx_hostname.p)
		f->receiving_mx_hostname = name;
}

static err take_failure(struct reader *rd, const struct json *v, struct report_failure *f)
{
	const unsigned bad = REPORT_WARNING_BAD_IN_FAILURE;
	struct member_values m;

	member_find(MEMBER_OF_FAILURE, v, &m);
	TRY(take_type(rd, m.v[MEMBER_RESULT_TYPE], bad + MEMBER_RESULT_TYPE, &f->result_type));
	f->type = result_type_of(f->result_type, false);
	if (f->type == RESULT_TYPE_OTHER)
		TRY(say_unknown(rd, REPORT_WARNING_RESULT_TYPE_UNKNOWN, f->result_type));
	f->sending_mta_ip = want_str(rd, m.v[MEMBER_SENDING_MTA_IP], bad + MEMBER_SENDING_MTA_IP,
	    REPORT_WARNING_NO_SENDING_MTA_IP);
	f->receiving_mx_hostname = want_str(rd, m.v[MEMBER_RECEIVING_MX_HOSTNAME],
	    bad + MEMBER_RECEIVING_MX_HOSTNAME, REPORT_WARNING_NO_RECEIVING_MX_HOSTNAME);
	f->receiving_ip = want_str(rd, m.v[MEMBER_RECEIVING_IP], bad + MEMBER_RECEIVING_IP,
	    REPORT_WARNING_NO_RECEIVING_IP);
	f->receiving_mx_helo = take_str(rd, m.v[MEMBER_RECEIVING_MX_HELO], bad + MEMBER_RECEIVING_MX_HELO);
	f->additional_information = take_str(rd, m.v[MEMBER_ADDITIONAL_INFORMATION],
	    bad + MEMBER_ADDITIONAL_INFORMATION);
	f->failure_reason_code = take_str(rd, m.v[MEMBER_FAILURE_REASON_CODE],
	    bad + MEMBER_FAILURE_REASON_CODE);
	if (m.v[MEMBER_RECEIVING_MX_HOST_NAME])
		take_alias(rd, m.v[MEMBER_RECEIVING_MX_HOST_NAME], f);
	f->sessions = take_count(rd, m.v[MEMBER_SESSIONS], FAILED);
	return OK;
}

/* The elements of an array, or one object that should be one; *n of them, or none. */
static struct json_walk elements(struct reader *rd, const struct json *v, enum report_warning object)
{
	if (json_kind(v) != JSON_OBJECT)
		return json_walk(v);
	say(rd, object);
	return (struct json_walk){ v, 1, false };
}

static err take_failures(struct reader *rd, const struct json *v, struct report_policy *p)
{
	struct json_walk walk = elements(rd, v, REPORT_WARNING_FAILURES_OBJECT);
	uint64_t sum = 0;
	str key;

	if (!absent(v) && json_kind(v) != JSON_ARRAY && json_kind(v) != JSON_OBJECT)
		say(rd, REPORT_WARNING_BAD_IN_ENTRY + MEMBER_FAILURES);
	if (walk.left > rd->failures_left)
		return why_set(rd->why, E_LIMIT, "", 0, "more than %d failure details", LIMIT_FAILURES_N);
	rd->failures_left -= walk.left;
	if (walk.left > 0) {
		p->failure = arena_take_raw(rd->mem, walk.left, sizeof *p->failure);
		if (!p->failure)
			return full(rd);
	}
	while (json_next(&walk, &key, &v)) {
		if (json_kind(v) != JSON_OBJECT) {
			say(rd, REPORT_WARNING_BAD_IN_ENTRY + MEMBER_FAILURES);
			continue;
		}
		TRY(take_failure(rd, v, &p->failure[p->failure_n]));
		sum += p->failure[p->failure_n++].sessions;
		if (sum > REPORT_COUNT_MAX)
			sum = REPORT_COUNT_MAX;
	}
	if (sum != p->failures)
		say(rd, REPORT_WARNING_SUM_MISMATCH);
	return OK;
}

static err take_applied(struct reader *rd, const struct json *v, struct report_policy *p)
{
	static const struct strs_oddities strings = { REPORT_WARNING_BAD_IN_POLICY + MEMBER_POLICY_STRING,
		REPORT_WARNING_POLICY_STRING_STRING, true };
	static const struct strs_oddities hosts = { REPORT_WARNING_BAD_IN_POLICY + MEMBER_MX_HOST,
		REPORT_WARNING_MX_HOST_STRING, false };
	const unsigned bad = REPORT_WARNING_BAD_IN_POLICY;
	struct member_values m;

	if (absent(v))
		say(rd, REPORT_WARNING_POLICY_MISSING);
	else if (json_kind(v) != JSON_OBJECT)
		say(rd, REPORT_WARNING_BAD_IN_ENTRY + MEMBER_POLICY);
	member_find(MEMBER_OF_POLICY, v, &m);
	TRY(take_type(rd, m.v[MEMBER_POLICY_TYPE], bad + MEMBER_POLICY_TYPE, &p->type_text));
	p->type = report_policy_type_of(p->type_text);
	if (p->type == REPORT_POLICY_OTHER)
		TRY(say_unknown(rd, REPORT_WARNING_POLICY_TYPE_UNKNOWN, p->type_text));
	if (absent(m.v[MEMBER_POLICY_DOMAIN]))
		say(rd, REPORT_WARNING_POLICY_DOMAIN_MISSING);
	p->domain = take_str(rd, m.v[MEMBER_POLICY_DOMAIN], bad + MEMBER_POLICY_DOMAIN);
	TRY(take_strs(rd, m.v[MEMBER_POLICY_STRING], &strings, &p->policy_string, &p->policy_string_n));
	if (p->type == REPORT_POLICY_STS && p->policy_string_n == 0)
		say(rd, REPORT_WARNING_STS_WITHOUT_POLICY_STRING);
	if (absent(m.v[MEMBER_MX_HOST]) && !absent(m.v[MEMBER_MX_HOST_PATTERN])) {
		say(rd, REPORT_WARNING_MX_HOST_PATTERN_KEY);
		m.v[MEMBER_MX_HOST] = m.v[MEMBER_MX_HOST_PATTERN];
	}
	return take_strs(rd, m.v[MEMBER_MX_HOST], &hosts, &p->mx_host, &p->mx_host_n);
}

static err take_entry(struct reader *rd, const struct json *v, struct report_policy *p)
{
	struct member_values entry, summary;

	*p = (struct report_policy){ 0 };
	member_find(MEMBER_OF_ENTRY, v, &entry);
	TRY(take_applied(rd, entry.v[MEMBER_POLICY], p));
	if (absent(entry.v[MEMBER_SUMMARY]))
		say(rd, REPORT_WARNING_SUMMARY_MISSING);
	else if (json_kind(entry.v[MEMBER_SUMMARY]) != JSON_OBJECT)
		say(rd, REPORT_WARNING_BAD_IN_ENTRY + MEMBER_SUMMARY);
	member_find(MEMBER_OF_SUMMARY, entry.v[MEMBER_SUMMARY], &summary);
	p->successes = take_count(rd, summary.v[MEMBER_SUCCESSES], SUCCESS);
	p->failures = take_count(rd, summary.v[MEMBER_FAILED], FAILURE);
	return take_failures(rd, entry.v[MEMBER_FAILURES], p);
}

static err take_policies(struct reader *rd, const struct json *v)
{
	struct json_walk walk = elements(rd, v, REPORT_WARNING_POLICIES_OBJECT);
	struct report *report = rd->report;
	str key;

	if (json_kind(v) != JSON_ARRAY && json_kind(v) != JSON_OBJECT)
		return why_set(rd->why, E_RULE, "RFC 8460 4", 0, "no array \"policies\"");
	if (walk.left > LIMIT_POLICIES_N)
		return why_set(rd->why, E_LIMIT, "", 0, "%zu policies", walk.left);
	if (walk.left == 0) {
		say(rd, REPORT_WARNING_NO_POLICIES);
		return OK;
	}
	report->policy = arena_take_raw(rd->mem, walk.left, sizeof *report->policy);
	if (!report->policy)
		return full(rd);
	while (json_next(&walk, &key, &v)) {
		if (json_kind(v) != JSON_OBJECT) {
			say(rd, REPORT_WARNING_BAD_IN_REPORT + MEMBER_POLICIES);
			continue;
		}
		TRY(take_entry(rd, v, &report->policy[report->policy_n]));
		report->policy_n++;
	}
	return OK;
}

/* "2016-04-01 00:00:00" and the like: "T" and "Z" are put where they should be. */
static bool mend_date(struct reader *rd, str text, unix_s *t)
{
	char mended[64];
	struct out o = OUT(mended);
	bool space = text.n > 10 && text.p[10] == ' ';

	out_str(&o, text);
	if (o.full)
		return false;
	if (space)
		mended[10] = 'T';
	if (date_read(out_done(&o), t, NULL) != OK) {
		out_char(&o, 'Z');
		if (date_read(out_done(&o), t, NULL) != OK)
			return false;
		say(rd, REPORT_WARNING_DATE_NO_ZONE);
	}
	if (space)
		say(rd, REPORT_WARNING_DATE_SPACE);
	return true;
}

/* member: MEMBER_START or MEMBER_END, as the codes are ordered */
static bool take_date(struct reader *rd, const struct json *v, unsigned member, unix_s *t)
{
	str text = str_trim(json_str(v));

	if (absent(v)) {
		say(rd, REPORT_WARNING_DATE_MISSING_START + member);
		return false;
	}
	if (date_read(text, t, NULL) == OK || mend_date(rd, text, t))
		return true;
	if (date_read_day(text, t, NULL) == OK) {
		say(rd, REPORT_WARNING_DATE_ONLY);
		return true;
	}
	say(rd, REPORT_WARNING_DATE_BAD_START + member);
	return false;
}

static void take_range(struct reader *rd, const struct json *v)
{
	struct report *report = rd->report;
	struct member_values m;

	if (!absent(v) && json_kind(v) != JSON_OBJECT)
		say(rd, REPORT_WARNING_BAD_IN_REPORT + MEMBER_DATE_RANGE);
	member_find(MEMBER_OF_RANGE, v, &m);
	report->start_known = take_date(rd, m.v[MEMBER_START], MEMBER_START, &report->start);
	report->end_known = take_date(rd, m.v[MEMBER_END], MEMBER_END, &report->end);
	if (report->start_known && report->end_known && report->start > report->end)
		say(rd, REPORT_WARNING_DATE_INVERTED);
}

static str take_contact(struct reader *rd, const struct json *v)
{
	str contact = take_str(rd, v, REPORT_WARNING_BAD_IN_REPORT + MEMBER_CONTACT_INFO);

	if (!str_eq_nocase(str_head(contact, 7), S("mailto:")))
		return contact;
	say(rd, REPORT_WARNING_CONTACT_MAILTO);
	return str_skip(contact, 7);
}

static void say_of_text(struct reader *rd, const struct json_text *text)
{
	if (text->bom)
		say(rd, REPORT_WARNING_BOM);
	if (text->control_chars)
		say(rd, REPORT_WARNING_CONTROL_CHAR);
	if (text->half_surrogate)
		say(rd, REPORT_WARNING_HALF_SURROGATE);
	if (text->not_utf8)
		say(rd, REPORT_WARNING_NOT_UTF8);
	if (text->repeated)
		say(rd, REPORT_WARNING_DUP_KEY);
	if (text->trailing)
		say(rd, REPORT_WARNING_TRAILING_DATA);
}

/* What was said becomes the report's warnings. */
static err keep_warnings(struct reader *rd)
{
	for (unsigned i = 0; rd->odd && i < REPORT_WARNING_N; i++)
		if (rd->said[i] && report_warn(rd->report, rd->mem, report_warning_code(i)) != OK)
			return full(rd);
	return OK;
}

err report_tolerant_read(str json, struct arena *mem, struct report *report, struct why *why)
{
	const unsigned bad = REPORT_WARNING_BAD_IN_REPORT;
	struct report r = { 0 };
	struct reader rd = { .mem = mem, .why = why, .report = &r, .failures_left = LIMIT_FAILURES_N };
	struct json_text text;
	struct member_values m;

	TRY(json_read(json, JSON_TOLERANT, mem, &text, why));
	if (!member_find(MEMBER_OF_REPORT, text.root, &m))
		return why_set(why, E_RULE, "RFC 8460 4.4", 0, "the report is no object");
	say_of_text(&rd, &text);
	for (unsigned i = 0; i < MEMBER_POLICIES; i++)
		if (absent(m.v[i]))
			say(&rd, (m.v[i] ? REPORT_WARNING_NULL : REPORT_WARNING_MISSING) + i);
	r.organization = take_str(&rd, m.v[MEMBER_ORGANIZATION], bad + MEMBER_ORGANIZATION);
	r.contact_info = take_contact(&rd, m.v[MEMBER_CONTACT_INFO]);
	r.report_id = take_str(&rd, m.v[MEMBER_REPORT_ID], bad + MEMBER_REPORT_ID);
	take_range(&rd, m.v[MEMBER_DATE_RANGE]);
	TRY(take_policies(&rd, m.v[MEMBER_POLICIES]));
	TRY(keep_warnings(&rd));
	*report = r;
	return OK;
}
