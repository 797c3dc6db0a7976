#include "wire/sts_policy.h"

#include "wire/domain.h"

#define RULE "RFC 8461 3.2"

static const str mode_names[] = {
	[STS_POLICY_NONE] = STR("none"),
	[STS_POLICY_TESTING] = STR("testing"),
	[STS_POLICY_ENFORCE] = STR("enforce"),
};

/* What has been seen while reading. */
struct reader {
	str text;
	struct sts_policy p;
	bool version, mode, max_age;
	size_t mx_room;
	struct arena *mem;
	enum sts_policy_reading reading;
	struct why *why;
};

str sts_policy_mode_name(enum sts_policy_mode mode)
{
	return mode_names[mode];
}

static size_t at_of(const struct reader *r, str s)
{
	return (size_t)(s.p - r->text.p);
}

/* sts-policy-ext-value: visible characters and inner blanks, UTF-8, no control characters.  [STS-3.2-p] */
static err check_value(const struct reader *r, str value)
{
	unsigned char all = 0;
	size_t bad;

	for (size_t i = 0; i < value.n; i++) {
		unsigned char c = (unsigned char)value.p[i];

		all |= c;
		if (c < 0x20 || c == 0x7f)
			return why_set(r->why, E_SYNTAX, RULE, at_of(r, value) + i,
			    c == '\t'       ? "a tab inside a value"
			        : c == '\r' ? "a carriage return without a line feed"
			                    : "a control character");
	}
	if ((all & 0x80) && !str_utf8(value, &bad))
		return why_set(r->why, E_SYNTAX, RULE, at_of(r, value) + bad, "not UTF-8");
	return OK;
}

/* "name:" and the value without the blanks around it.  [STS-3.2-n] [STS-3.2-o] */
static err read_field(const struct reader *r, str line, str *name, str *value)
{
	size_t n = 0, at = at_of(r, line);

	while (n < line.n && (str_is_alnum(line.p[n]) || line.p[n] == '_' || line.p[n] == '-' || line.p[n] == '.'))
		n++;
	if (n < line.n && str_is_wsp(line.p[n]))
		return why_set(r->why, E_SYNTAX, RULE, at + n,
		    n == 0 ? "a line begins with a blank" : "no blank may stand before \":\"");
	if (n == 0 && str_starts(line, S("\xef\xbb\xbf")))
		return why_set(r->why, E_SYNTAX, RULE, at, "the file begins with a byte order mark; save it without");
	if (n == line.n || line.p[n] != ':' || !str_is_alnum(line.p[0]))
		return why_set(r->why, E_SYNTAX, RULE, at + (n < line.n ? n : 0), "the line is not \"name: value\"");
	if (n > 32)
		return why_set(r->why, E_SYNTAX, RULE, at, "a field name of %zu characters; at most 32 are allowed", n);
	*name = str_head(line, n);
	*value = str_trim(str_skip(line, n + 1));
	if (value->n == 0)
		return why_set(r->why, E_SYNTAX, RULE, at + n, "the value is empty");
	return check_value(r, *value);
}

static err read_mode(struct reader *r, str value)
{
	for (size_t i = 0; i < ARRAY_N(mode_names); i++) {
		if (str_eq(value, mode_names[i])) { /* [STS-3.2-f] */
			r->p.mode = (enum sts_policy_mode)i;
			r->mode = true;
			return OK;
		}
	}
	return why_set(r->why, E_SYNTAX, RULE, at_of(r, value),
	    "mode is not \"enforce\", \"testing\" or \"none\" (lower case)");
}

static err read_max_age(struct reader *r, str value)
{
	uint64_t s;

	if (value.n > 10 || !str_u64(value, UINT64_MAX, &s)) /* [STS-3.2-g] */
		return why_set(r->why, E_SYNTAX, RULE, at_of(r, value), "max_age is a number of seconds: 1 to 10 digits");
	if (s > LIMIT_MAX_AGE_S) {
		if (r->reading == STS_POLICY_STRICT)
			return why_set(r->why, E_RULE, RULE, at_of(r, value), "max_age is above the maximum %d (one year)",
			    LIMIT_MAX_AGE_S);
		s = LIMIT_MAX_AGE_S;
		r->p.max_age_clamped = true;
	}
	r->p.max_age_s = (uint32_t)s;
	r->max_age = true;
	return OK;
}

static err read_mx(struct reader *r, str value)
{
	err e = domain_check_pattern(value, r->why); /* [STS-3.2-k] [STS-3.2-m] */

	if (e != OK) {
		if (r->why) {
			r->why->rule = RULE;
			r->why->at += at_of(r, value);
		}
		return E_SYNTAX;
	}
	if (r->p.mx_n == r->mx_room) {
		size_t room = r->mx_room ? 2 * r->mx_room : 4;
		str *mx = arena_grow(r->mem, r->p.mx, r->mx_room * sizeof *mx, room * sizeof *mx);

		if (!mx)
			return why_set(r->why, E_LIMIT, "", at_of(r, value), "no memory left for the mx patterns");
		r->p.mx = mx;
		r->mx_room = room;
	}
	r->p.mx[r->p.mx_n++] = value;
	return OK;
}

static err read_line(struct reader *r, str line)
{
	str name = { 0 }, value = { 0 };

	TRY(read_field(r, line, &name, &value));
	if (str_eq(name, S("mx")))
		return read_mx(r, value);
	if (str_eq(name, S("mode")) && !r->mode) /* of a repeated field the first counts [STS-3.2-r] */
		return read_mode(r, value);
	if (str_eq(name, S("max_age")) && !r->max_age)
		return read_max_age(r, value);
	if (str_eq(name, S("version")) && !r->version) {
		if (!str_eq(value, S("STSv1"))) /* [STS-3.2-e] */
			return why_set(r->why, E_RULE, RULE, at_of(r, value), "version is not \"STSv1\"");
		r->version = true;
	}
	return OK; /* unknown fields are ignored [STS-3.2-q] */
}

/* Only empty lines from here to the end: many editors leave one (A-24, DECISIONS 8). */
static bool only_empty_lines(str s)
{
	for (size_t i = 0; i < s.n; i++)
		if (s.p[i] != '\n' && s.p[i] != '\r' && !str_is_wsp(s.p[i]))
			return false;
	return true;
}

static err check_complete(const struct reader *r)
{
	const char *missing = !r->version ? "version" : !r->mode ? "mode" : !r->max_age ? "max_age" : NULL;

	if (!missing && r->p.mode != STS_POLICY_NONE && r->p.mx_n == 0) /* [STS-3.2-j] */
		missing = "mx";
	if (missing)
		return why_set(r->why, E_RULE, RULE, r->text.n, "there is no %s line", missing);
	return OK;
}

err sts_policy_read(str text, enum sts_policy_reading reading, struct arena *mem,
    struct sts_policy *policy, struct why *why)
{
	struct reader r = { .text = text, .mem = mem, .reading = reading, .why = why };
	str rest = text, line;

	if (text.n > LIMIT_POLICY_BYTES) /* [STS-3.3-j] */
		return why_set(why, E_LIMIT, "RFC 8461 3.3", LIMIT_POLICY_BYTES, "the policy has %zu bytes; senders stop at %d",
		    text.n, LIMIT_POLICY_BYTES);
	if (text.n == 0)
		return why_set(why, E_SYNTAX, RULE, 0, "the policy is empty");
	while (str_line(&rest, &line)) {
		if (reading == STS_POLICY_SENDER && line.p != text.p && only_empty_lines(line) &&
		    only_empty_lines(rest)) {
			r.p.final_empty_lines = true;
			break;
		}
		if (line.n == 0)
			return why_set(why, E_SYNTAX, RULE, at_of(&r, line), "an empty line; strict senders refuse the policy");
		TRY(read_line(&r, line));
	}
	TRY(check_complete(&r));
	*policy = r.p;
	return OK;
}

void sts_policy_write(const struct sts_policy *policy, struct out *out)
{
	out_str(out, S("version: STSv1\r\nmode: "));
	out_str(out, mode_names[policy->mode]);
	for (size_t i = 0; i < policy->mx_n; i++) { /* [STS-3.2-l] */
		out_str(out, S("\r\nmx: "));
		out_str(out, policy->mx[i]);
	}
	out_str(out, S("\r\nmax_age: "));
	out_u64(out, policy->max_age_s);
	out_str(out, S("\r\n"));
}

bool sts_policy_match(const struct sts_policy *policy, str mx_host)
{
	for (size_t i = 0; i < policy->mx_n; i++)
		if (domain_match(policy->mx[i], mx_host))
			return true;
	return false;
}
