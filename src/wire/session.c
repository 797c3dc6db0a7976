#include "wire/session.h"

#include "wire/json.h"

#define RULE "libtlsrpt dpv 1"

/* libtlsrpt's numbers of the policy types */
enum { TLSA = 1, STS = 2, NO_POLICY_FOUND = 9 };

static enum report_policy_type type_of(uint64_t number)
{
	switch (number) {
	case TLSA:
		return REPORT_POLICY_TLSA;
	case STS:
		return REPORT_POLICY_STS;
	case NO_POLICY_FOUND:
		return REPORT_POLICY_NONE_FOUND;
	default:
		return REPORT_POLICY_OTHER;
	}
}

static uint64_t number_of(const struct session_policy *policy)
{
	switch (policy->type) {
	case REPORT_POLICY_TLSA:
		return TLSA;
	case REPORT_POLICY_STS:
		return STS;
	case REPORT_POLICY_NONE_FOUND:
		return NO_POLICY_FOUND;
	case REPORT_POLICY_OTHER:
		break;
	}
	return policy->number;
}

static err wrong_type(const char *member, const char *want, struct why *why)
{
	return why_set(why, E_RULE, RULE, 0, "member \"%s\" is no %s", member, want);
}

static err missing(const char *member, struct why *why)
{
	return why_set(why, E_RULE, RULE, 0, "member \"%s\" is missing", member);
}

static err no_memory(struct why *why)
{
	return why_set(why, E_LIMIT, "", 0, "no memory left for the session");
}

static err text(const struct json *v, const char *member, str *s, struct why *why)
{
	if (json_kind(v) != JSON_STRING)
		return wrong_type(member, "string", why);
	*s = json_str(v);
	return OK;
}

static err number(const struct json *v, const char *member, uint64_t *n, bool *seen, struct why *why)
{
	if (json_kind(v) != JSON_INTEGER)
		return wrong_type(member, "whole number", why);
	*n = json_u64(v);
	*seen = true;
	return OK;
}

static err texts(const struct json *v, const char *member, struct arena *mem, str **s, size_t *n,
    struct why *why)
{
	struct json_walk walk = json_walk(v);
	size_t count = 0;
	str key, *list;

	if (json_kind(v) != JSON_ARRAY)
		return wrong_type(member, "array", why);
	list = arena_take_raw(mem, walk.left, sizeof *list);
	if (!list)
		return no_memory(why);
	while (json_next(&walk, &key, &v))
		TRY(text(v, member, &list[count++], why));
	*s = list;
	*n = count;
	return OK;
}

static err read_failure(const struct json *v, struct session_failure *failure, struct why *why)
{
	struct session_failure f = { 0 };
	struct json_walk walk = json_walk(v);
	bool seen = false;
	str key;

	if (json_kind(v) != JSON_OBJECT)
		return wrong_type("failure-details", "array of objects", why);
	while (json_next(&walk, &key, &v)) {
		if (key.n != 1)
			continue;
		switch (key.p[0]) {
		case 'c':
			TRY(number(v, "c", &f.number, &seen, why));
			break;
		case 's':
			TRY(text(v, "s", &f.sending_mta_ip, why));
			break;
		case 'n':
			TRY(text(v, "n", &f.receiving_mx_hostname, why));
			break;
		case 'h':
			TRY(text(v, "h", &f.receiving_mx_helo, why));
			break;
		case 'r':
			TRY(text(v, "r", &f.receiving_ip, why));
			break;
		case 'a':
			TRY(text(v, "a", &f.additional_information, why));
			break;
		case 'f':
			TRY(text(v, "f", &f.failure_reason_code, why));
			break;
		default:
			break;
		}
	}
	if (!seen)
		return missing("c", why);
	f.type = result_type_of_number(f.number);
	*failure = f;
	return OK;
}

static err read_failures(const struct json *v, struct arena *mem, struct session_policy *policy,
    struct why *why)
{
	struct json_walk walk = json_walk(v);
	struct session_failure *list;
	size_t n = 0;
	str key;

	if (json_kind(v) != JSON_ARRAY)
		return wrong_type("failure-details", "array", why);
	if (walk.left > LIMIT_SESSION_FAILURES_N)
		return why_set(why, E_LIMIT, "", 0, "%zu failures in one policy", walk.left);
	list = arena_take_raw(mem, walk.left, sizeof *list);
	if (!list)
		return no_memory(why);
	while (json_next(&walk, &key, &v))
		TRY(read_failure(v, &list[n++], why));
	policy->failure = list;
	policy->failure_n = n;
	return OK;
}

/* The final result.  Whatever is not plain success must not be counted as success. */
static err read_result(const struct json *v, struct session_policy *policy, bool *seen, struct why *why)
{
	enum json_kind kind = json_kind(v);
	uint64_t n = kind == JSON_INTEGER ? json_u64(v) : UINT64_MAX;

	if (kind != JSON_INTEGER && kind != JSON_NUMBER)
		return wrong_type("f", "number", why);
	policy->failed = n != 0;
	policy->result_odd = n > 1;
	*seen = true;
	return OK;
}

/* One member of a policy; the lengths of the keys tell them apart, but for two pairs. */
static err read_policy_member(str key, const struct json *v, struct arena *mem,
    struct session_policy *policy, bool seen[2], struct why *why)
{
	switch (key.n) {
	case 1:
		if (key.p[0] == 'f')
			return read_result(v, policy, &seen[1], why);
		break;
	case 7:
		if (str_eq(key, S("mx-host")))
			return texts(v, "mx-host", mem, &policy->mx_host, &policy->mx_host_n, why);
		break;
	case 11:
		if (str_eq(key, S("policy-type")))
			return number(v, "policy-type", &policy->number, &seen[0], why);
		break;
	case 13:
		if (str_eq(key, S("policy-domain")))
			return text(v, "policy-domain", &policy->domain, why);
		if (str_eq(key, S("policy-string")))
			return texts(v, "policy-string", mem, &policy->policy_string,
			    &policy->policy_string_n, why);
		break;
	case 15:
		if (str_eq(key, S("failure-details")))
			return read_failures(v, mem, policy, why);
		break;
	default:
		break;
	}
	return OK;
}

static err read_policy(const struct json *v, struct arena *mem, struct session_policy *policy,
    struct why *why)
{
	struct json_walk walk = json_walk(v);
	bool seen[2] = { false, false };
	str key;

	*policy = (struct session_policy){ 0 };
	if (json_kind(v) != JSON_OBJECT)
		return wrong_type("policies", "array of objects", why);
	while (json_next(&walk, &key, &v))
		TRY(read_policy_member(key, v, mem, policy, seen, why));
	if (!seen[0])
		return missing("policy-type", why);
	if (!seen[1])
		return missing("f", why);
	policy->type = type_of(policy->number);
	return OK;
}

static err read_policies(const struct json *v, struct arena *mem, struct session *session,
    struct why *why)
{
	struct json_walk walk = json_walk(v);
	struct session_policy *list;
	size_t n = 0;
	str key;

	if (json_kind(v) != JSON_ARRAY)
		return wrong_type("policies", "array", why);
	if (walk.left > LIMIT_SESSION_POLICIES_N)
		return why_set(why, E_LIMIT, "", 0, "%zu policies in one session", walk.left);
	list = arena_take_raw(mem, walk.left, sizeof *list);
	if (!list)
		return no_memory(why);
	while (json_next(&walk, &key, &v))
		TRY(read_policy(v, mem, &list[n++], why));
	session->policy = list;
	session->policy_n = n;
	return OK;
}

static err read_member(str key, const struct json *v, struct arena *mem, struct session *session,
    struct why *why)
{
	switch (key.n) {
	case 1:
		if (key.p[0] == 'd')
			return text(v, "d", &session->domain, why);
		break;
	case 2:
		if (str_eq(key, S("pr")))
			return text(v, "pr", &session->record, why);
		break;
	case 3:
		if (str_eq(key, S("dpv")))
			session->version_odd = !str_eq(json_str(v), S("1"));
		break;
	case 8:
		if (str_eq(key, S("policies")))
			return read_policies(v, mem, session, why);
		break;
	default:
		break;
	}
	return OK;
}

err session_read(str datagram, struct arena *mem, struct session *session, struct why *why)
{
	struct session s = { 0 };
	struct json_text json;
	struct json_walk walk;
	const struct json *v;
	str key;

	if (datagram.n > LIMIT_DATAGRAM_BYTES)
		return why_set(why, E_LIMIT, "", 0, "a datagram of %zu bytes", datagram.n);
	TRY(json_read(datagram, JSON_SESSION, mem, &json, why));
	if (json.trailing)
		return why_set(why, E_SYNTAX, RULE, 0, "something stands behind the object");
	if (json_kind(json.root) != JSON_OBJECT)
		return why_set(why, E_RULE, RULE, 0, "the datagram is no object");
	walk = json_walk(json.root);
	while (json_next(&walk, &key, &v))
		TRY(read_member(key, v, mem, &s, why));
	if (s.domain.n == 0)
		return missing("d", why);
	if (s.policy_n == 0)
		return missing("policies", why);
	*session = s;
	return OK;
}

static void out_escaped(struct out *out, char c)
{
	static const char letter[] = {
		['\b'] = 'b', ['\t'] = 't', ['\n'] = 'n', ['\f'] = 'f', ['\r'] = 'r', [0x1f] = 0,
	};
	unsigned char u = (unsigned char)c;

	if (c == '"' || c == '\\') {
		out_char(out, '\\');
		out_char(out, c);
	} else if (u < 0x20 && letter[u]) {
		out_char(out, '\\');
		out_char(out, letter[u]);
	} else {
		out_str(out, S("\\u00"));
		out_hex(out, (str){ &c, 1 });
	}
}

/* json_out mends what is no UTF-8; libtlsrpt does not, and its bytes are wanted here. */
static void out_text(struct out *out, str s)
{
	size_t from = 0;

	out_char(out, '"');
	for (size_t i = 0; i < s.n; i++) {
		unsigned char c = (unsigned char)s.p[i];

		if (c >= 0x20 && c != '"' && c != '\\' && c != 0x7f)
			continue;
		out_str(out, (str){ s.p + from, i - from });
		out_escaped(out, s.p[i]);
		from = i + 1;
	}
	if (from < s.n)
		out_str(out, str_skip(s, from));
	out_char(out, '"');
}

static void out_member(struct out *out, str key, str s)
{
	if (!s.p)
		return;
	out_str(out, key);
	out_text(out, s);
}

static void out_texts(struct out *out, str key, const str *s, size_t n)
{
	if (n == 0)
		return;
	out_str(out, key);
	for (size_t i = 0; i < n; i++) {
		out_char(out, i > 0 ? ',' : '[');
		out_text(out, s[i]);
	}
	out_char(out, ']');
}

static void write_failure(const struct session_failure *f, struct out *out)
{
	out_str(out, S("{\"c\":"));
	out_u64(out, f->type == RESULT_TYPE_OTHER ? f->number : result_type_number(f->type));
	out_member(out, S(",\"s\": "), f->sending_mta_ip);
	out_member(out, S(",\"n\": "), f->receiving_mx_hostname);
	out_member(out, S(",\"h\": "), f->receiving_mx_helo);
	out_member(out, S(",\"r\": "), f->receiving_ip);
	out_member(out, S(",\"a\": "), f->additional_information);
	out_member(out, S(",\"f\": "), f->failure_reason_code);
	out_char(out, '}');
}

static void write_policy(const struct session_policy *p, struct out *out)
{
	out_str(out, S("{\"policy-type\":"));
	out_u64(out, number_of(p));
	out_member(out, S(",\"policy-domain\": "), p->domain);
	out_texts(out, S(",\"policy-string\":"), p->policy_string, p->policy_string_n);
	out_texts(out, S(",\"mx-host\":"), p->mx_host, p->mx_host_n);
	for (size_t i = 0; i < p->failure_n; i++) {
		out_str(out, i > 0 ? S(",") : S(",\"failure-details\":["));
		write_failure(&p->failure[i], out);
	}
	out_str(out, p->failure_n > 0 ? S("],\"t\":") : S(",\"t\":"));
	out_u64(out, p->failure_n);
	out_str(out, p->failed ? S(",\"f\":1}") : S(",\"f\":0}"));
}

void session_write(const struct session *session, struct out *out)
{
	out_str(out, S("{\"dpv\": \"1\",\"d\": "));
	out_text(out, session->domain);
	out_str(out, S(",\"pr\": "));
	out_text(out, session->record);
	out_str(out, S(",\"policies\":["));
	for (size_t i = 0; i < session->policy_n; i++) {
		if (i > 0)
			out_char(out, ',');
		write_policy(&session->policy[i], out);
	}
	out_str(out, S("]}"));
}

static bool is_reply(str line)
{
	return line.n >= 3 && str_is_digit(line.p[0]) && str_is_digit(line.p[1]) &&
	    str_is_digit(line.p[2]) && (line.n == 3 || line.p[3] == '-' || line.p[3] == ' ');
}

str session_helo(str ehlo_reply)
{
	str line = ehlo_reply;
	size_t n = 0;

	while (n < line.n && line.p[n] != '\r' && line.p[n] != '\n')
		n++;
	line = str_head(line, n);
	if (!is_reply(line))
		return line;
	line = str_trim(str_skip(line, 4));
	for (n = 0; n < line.n && !str_is_wsp(line.p[n]); n++)
		;
	return str_head(line, n);
}
