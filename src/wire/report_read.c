#include "wire/addr_spec.h"
#include "wire/address.h"
#include "wire/domain.h"
#include "wire/member.h"
#include "wire/report.h"
#include "wire/report_tolerant.h"
#include "wire/tlsa.h"
#include "wire/uri.h"

#define RULE "RFC 8460 4.4"
#define NONE SIZE_MAX

/* The object that is being read, and where it stands. */
struct reader {
	struct arena *mem;
	struct why *why;
	enum member_object in;
	struct member_values m;
	size_t policy, failure, element; /* indices; NONE: not in one */
	size_t failures_left;            /* failure details that may still come */
};

/* E_RULE with the path of the member: policies[0].policy.mx-host[1] */
static err refuse(const struct reader *rd, unsigned member, const char *rule, const char *what)
{
	char path[128];
	struct out o = OUT(path);

	if (rd->policy != NONE)
		out_fmt(&o, "policies[%zu].", rd->policy);
	if (rd->in == MEMBER_OF_RANGE)
		out_str(&o, S("date-range."));
	else if (rd->in == MEMBER_OF_POLICY)
		out_str(&o, S("policy."));
	else if (rd->in == MEMBER_OF_SUMMARY)
		out_str(&o, S("summary."));
	else if (rd->in == MEMBER_OF_FAILURE)
		out_fmt(&o, "failure-details[%zu].", rd->failure);
	out_str(&o, str_of(member_name(rd->in, member)));
	if (rd->element != NONE)
		out_fmt(&o, "[%zu]", rd->element);
	return why_set(rd->why, E_RULE, rule, 0, "%.*s: %s", STR_ARG(out_done(&o)), what);
}

static err full(const struct reader *rd)
{
	return why_set(rd->why, E_LIMIT, "", 0, "no memory left for the report");
}

/* The value is of the kind, or absent when it need not be there. */
static err need(const struct reader *rd, unsigned member, enum json_kind kind, bool required)
{
	static const char *const must_be[] = {
		[JSON_NULL] = "must be null",
		[JSON_BOOL] = "must be true or false",
		[JSON_INTEGER] = "must be an integer of 0 or more",
		[JSON_NUMBER] = "must be a number",
		[JSON_STRING] = "must be a string",
		[JSON_ARRAY] = "must be an array",
		[JSON_OBJECT] = "must be an object",
	};
	const struct json *v = rd->m.v[member];

	if (!v)
		return required ? refuse(rd, member, RULE, "is required") : OK;
	return json_kind(v) == kind ? OK : refuse(rd, member, RULE, must_be[kind]);
}

static err take_str(const struct reader *rd, unsigned member, bool required, str *s)
{
	*s = json_str(rd->m.v[member]);
	return s->p ? OK : need(rd, member, JSON_STRING, required);
}

/* Members of the object that is the value of member; rd is in it from now on. */
static err enter(struct reader *rd, unsigned member, enum member_object object)
{
	TRY(need(rd, member, JSON_OBJECT, true));
	rd->in = object;
	member_find(object, rd->m.v[member], &rd->m);
	return OK;
}

/* An integer by its value; the RFC says nothing of 3.0 and 3e2. */
static err take_count(const struct reader *rd, unsigned member, uint64_t *n)
{
	const struct json *v = rd->m.v[member];

	if (json_kind(v) == JSON_NUMBER) {
		if (!json_whole(v, n))
			return refuse(rd, member, RULE, "must be an integer of 0 or more");
	} else {
		TRY(need(rd, member, JSON_INTEGER, true));
		*n = json_u64(v);
	}
	if (*n > REPORT_COUNT_MAX)
		return refuse(rd, member, "RFC 7493 2.2", "is larger than 9223372036854775807");
	return OK;
}

/* [RPT-4.4-e] */
static err take_ip(const struct reader *rd, unsigned member, bool required, str *ip)
{
	TRY(take_str(rd, member, required, ip));
	if (rd->m.v[member] && !address_is_ipv4(*ip) && !address_is_ipv6(*ip))
		return refuse(rd, member, RULE, "is no IPv4 or IPv6 address");
	return OK;
}

/* "hostname" has no grammar in the RFC; U-labels and blanks are none in any. */
static err take_hostname(const struct reader *rd, unsigned member, bool required, str *name)
{
	TRY(take_str(rd, member, required, name));
	if (rd->m.v[member] && name->n == 0)
		return refuse(rd, member, RULE, "is empty");
	for (size_t i = 0; i < name->n; i++)
		if (name->p[i] <= 0x20 || name->p[i] > 0x7e)
			return refuse(rd, member, RULE, "is no host name in A-labels");
	return OK;
}

static err take_uri(const struct reader *rd, unsigned member, str *uri)
{
	struct why inner;

	TRY(take_str(rd, member, false, uri));
	if (rd->m.v[member] && uri_read(*uri, &(struct uri){ 0 }, &inner) != OK)
		return refuse(rd, member, inner.rule, inner.text);
	return OK;
}

/* Sessions end in these; the others need no connection at all. */
static bool is_of_session(enum result_type type)
{
	return type >= RESULT_TYPE_STARTTLS_NOT_SUPPORTED && type <= RESULT_TYPE_VALIDATION_FAILURE;
}

static err take_failure(struct reader *rd, struct report_failure *f)
{
	bool session;

	TRY(take_str(rd, MEMBER_RESULT_TYPE, true, &f->result_type));
	if (f->result_type.n == 0)
		return refuse(rd, MEMBER_RESULT_TYPE, RULE, "is empty");
	f->type = result_type_of(f->result_type, false);
	session = is_of_session(f->type);
	TRY(take_ip(rd, MEMBER_SENDING_MTA_IP, session, &f->sending_mta_ip));
	TRY(take_hostname(rd, MEMBER_RECEIVING_MX_HOSTNAME, session, &f->receiving_mx_hostname));
	TRY(take_str(rd, MEMBER_RECEIVING_MX_HELO, false, &f->receiving_mx_helo));
	TRY(take_ip(rd, MEMBER_RECEIVING_IP, false, &f->receiving_ip));
	TRY(take_count(rd, MEMBER_SESSIONS, &f->sessions));
	TRY(take_uri(rd, MEMBER_ADDITIONAL_INFORMATION, &f->additional_information));
	return take_str(rd, MEMBER_FAILURE_REASON_CODE, false, &f->failure_reason_code);
}

/* The array may be absent: reporters leave it out when there is nothing in it. */
static err take_failures(struct reader *rd, struct report_policy *p)
{
	struct json_walk walk = json_walk(rd->m.v[MEMBER_FAILURES]);
	const struct json *v;
	str key;

	TRY(need(rd, MEMBER_FAILURES, JSON_ARRAY, false));
	if (walk.left > rd->failures_left)
		return why_set(rd->why, E_LIMIT, "", 0, "more than %d failure details", LIMIT_FAILURES_N);
	rd->failures_left -= walk.left;
	if (walk.left == 0)
		return OK;
	p->failure = arena_take_raw(rd->mem, walk.left, sizeof *p->failure);
	if (!p->failure)
		return full(rd);
	for (; json_next(&walk, &key, &v); p->failure_n++) {
		struct reader inner = *rd;

		inner.element = p->failure_n;
		if (!member_find(MEMBER_OF_FAILURE, v, &inner.m))
			return refuse(&inner, MEMBER_FAILURES, RULE, "must be an object");
		inner.in = MEMBER_OF_FAILURE;
		inner.failure = p->failure_n;
		inner.element = NONE;
		TRY(take_failure(&inner, &p->failure[p->failure_n]));
	}
	return OK;
}

/* One element of an array of strings; which grammar is told by the member and the policy's type. */
static err check_element(const struct reader *rd, unsigned member, enum report_policy_type type, str s)
{
	size_t mark = rd->mem->used;
	struct why inner;
	struct tlsa tlsa;
	err e = OK;

	if (member == MEMBER_MX_HOST)
		e = domain_check_pattern(s, &inner); /* [RPT-4.4-b] */
	else if (type == REPORT_POLICY_TLSA)
		e = tlsa_read(s, true, rd->mem, &tlsa, &inner); /* [RPT-4.5-a] */
	rd->mem->used = mark;
	if (e == E_LIMIT && member == MEMBER_POLICY_STRING)
		return why_set(rd->why, E_LIMIT, "", 0, "%s", inner.text);
	if (e != OK)
		return refuse(rd, member, member == MEMBER_MX_HOST ? RULE : "RFC 8460 4.5", inner.text);
	return OK;
}

static err take_strs(const struct reader *rd, unsigned member, enum report_policy_type type, str **s,
    size_t *n)
{
	struct json_walk walk = json_walk(rd->m.v[member]);
	struct reader inner = *rd;
	const struct json *v;
	str key;

	TRY(need(rd, member, JSON_ARRAY, false));
	if (walk.left == 0)
		return OK;
	*s = arena_take_raw(rd->mem, walk.left, sizeof **s);
	if (!*s)
		return full(rd);
	for (; json_next(&walk, &key, &v); (*n)++) {
		str element = json_str(v);

		inner.element = *n;
		if (!element.p)
			return refuse(&inner, member, RULE, "must be a string");
		TRY(check_element(&inner, member, type, element));
		(*s)[*n] = element;
	}
	return OK;
}

static err take_applied(struct reader *rd, struct report_policy *p)
{
	struct why inner;

	TRY(take_str(rd, MEMBER_POLICY_TYPE, true, &p->type_text));
	p->type = report_policy_type_of(p->type_text);
	if (p->type == REPORT_POLICY_OTHER)
		return refuse(rd, MEMBER_POLICY_TYPE, RULE, "is none of sts, tlsa and no-policy-found");
	TRY(take_strs(rd, MEMBER_POLICY_STRING, p->type, &p->policy_string, &p->policy_string_n));
	/* without policy there is nothing that a Policy Domain could be defined by */
	TRY(take_str(rd, MEMBER_POLICY_DOMAIN, p->type != REPORT_POLICY_NONE_FOUND, &p->domain));
	if (rd->m.v[MEMBER_POLICY_DOMAIN] && domain_check(p->domain, &inner) != OK)
		return refuse(rd, MEMBER_POLICY_DOMAIN, RULE, inner.text); /* [RPT-4.4-b] */
	return take_strs(rd, MEMBER_MX_HOST, p->type, &p->mx_host, &p->mx_host_n);
}

/* policy-string may be absent only where there was none to be had. */
static bool policy_was_had(const struct report_policy *p)
{
	for (size_t i = 0; i < p->failure_n; i++)
		if (!is_of_session(p->failure[i].type))
			return false;
	return p->type != REPORT_POLICY_NONE_FOUND;
}

static err take_entry(struct reader *rd, struct report_policy *p)
{
	struct reader policy = *rd, summary = *rd;

	*p = (struct report_policy){ 0 };
	TRY(enter(&policy, MEMBER_POLICY, MEMBER_OF_POLICY));
	TRY(take_applied(&policy, p));
	TRY(enter(&summary, MEMBER_SUMMARY, MEMBER_OF_SUMMARY));
	TRY(take_count(&summary, MEMBER_SUCCESSES, &p->successes));
	TRY(take_count(&summary, MEMBER_FAILED, &p->failures));
	TRY(take_failures(rd, p));
	if (!policy.m.v[MEMBER_POLICY_STRING] && policy_was_had(p))
		return refuse(&policy, MEMBER_POLICY_STRING, RULE, "is required");
	return OK;
}

/* [RPT-4-c] */
static err take_policies(struct reader *rd, struct report *report)
{
	struct json_walk walk = json_walk(rd->m.v[MEMBER_POLICIES]);
	const struct json *v;
	str key;

	TRY(need(rd, MEMBER_POLICIES, JSON_ARRAY, true));
	if (walk.left > LIMIT_POLICIES_N)
		return why_set(rd->why, E_LIMIT, "", 0, "%zu policies", walk.left);
	if (walk.left == 0)
		return OK;
	report->policy = arena_take_raw(rd->mem, walk.left, sizeof *report->policy);
	if (!report->policy)
		return full(rd);
	for (; json_next(&walk, &key, &v); report->policy_n++) {
		rd->element = report->policy_n;
		rd->in = MEMBER_OF_REPORT;
		rd->policy = NONE;
		if (!member_find(MEMBER_OF_ENTRY, v, &rd->m))
			return refuse(rd, MEMBER_POLICIES, RULE, "must be an object");
		rd->in = MEMBER_OF_ENTRY;
		rd->policy = report->policy_n;
		rd->element = NONE;
		TRY(take_entry(rd, &report->policy[report->policy_n]));
	}
	return OK;
}

/* A leap second comes only at the end of a month of UTC.  RFC 3339 5.7 */
static bool leap_second_is_possible(unix_s t)
{
	char next[sizeof "2016-04-01T00:00:00Z"];
	struct out o = OUT(next);

	date_write(t + 1, &o);
	return str_eq(str_skip(out_done(&o), 8), S("01T00:00:00Z"));
}

/* [RPT-4.4-c] */
static err take_date(const struct reader *rd, unsigned member, unix_s *t)
{
	struct why inner;
	str text;

	TRY(take_str(rd, member, true, &text));
	if (date_read(text, t, &inner) != OK)
		return refuse(rd, member, inner.rule, inner.text);
	if (text.p[17] == '6' && !leap_second_is_possible(*t))
		return refuse(rd, member, "RFC 3339 5.7", "there is no leap second at this time");
	return OK;
}

static err take_range(struct reader rd, struct report *report)
{
	TRY(enter(&rd, MEMBER_DATE_RANGE, MEMBER_OF_RANGE));
	TRY(take_date(&rd, MEMBER_START, &report->start));
	TRY(take_date(&rd, MEMBER_END, &report->end));
	if (report->start > report->end)
		return refuse(&rd, MEMBER_END, RULE, "the period ends before it starts");
	report->start_known = report->end_known = true;
	return OK;
}

static err read_members(struct reader *rd, struct report *report)
{
	TRY(take_str(rd, MEMBER_ORGANIZATION, true, &report->organization));
	TRY(take_range(*rd, report));
	TRY(take_str(rd, MEMBER_CONTACT_INFO, true, &report->contact_info));
	if (!addr_spec_valid(report->contact_info)) /* [RPT-4.4-d] */
		return refuse(rd, MEMBER_CONTACT_INFO, RULE, "is no e-mail address (addr-spec)");
	TRY(take_str(rd, MEMBER_REPORT_ID, true, &report->report_id));
	return take_policies(rd, report);
}

/* [RPT-4-a]  A BOM is passed over, as RFC 8259 8.1 allows; we never write one. */
static err read_json(str json, struct arena *mem, struct json_text *text, struct why *why)
{
	size_t bom = str_starts(json, S("\xef\xbb\xbf")) ? 3 : 0;
	err e = json_read(str_skip(json, bom), JSON_STRICT, mem, text, why);

	if (e != OK && why)
		why->at += bom;
	return e;
}

static err read_strict(str json, struct arena *mem, struct report *report, struct why *why)
{
	struct reader rd = { .mem = mem, .why = why, .in = MEMBER_OF_REPORT, .policy = NONE, .failure = NONE,
		.element = NONE, .failures_left = LIMIT_FAILURES_N };
	struct json_text text;
	struct report r = { 0 };

	TRY(read_json(json, mem, &text, why));
	if (!member_find(MEMBER_OF_REPORT, text.root, &rd.m))
		return why_set(why, E_RULE, RULE, 0, "the report must be an object");
	TRY(read_members(&rd, &r));
	*report = r;
	return OK;
}

err report_read(str json, enum report_reading reading, struct arena *mem, struct report *report,
    struct why *why)
{
	return reading == REPORT_STRICT ? read_strict(json, mem, report, why)
	                                : report_tolerant_read(json, mem, report, why);
}
