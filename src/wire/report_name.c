#include "wire/report_name.h"

#include "wire/domain.h"

#define RULE "RFC 8460 5.1"
#define RULE_SUBJECT "RFC 8460 5.3"
#define RULE_ID "RFC 5322 3.6.4"

static size_t offset(str whole, str part)
{
	return (size_t)(part.p - whole.p);
}

/* Seconds since 1970: digits only, so that "1.5" and a date are no times. */
static err read_time(str whole, str text, uint64_t *t, struct why *why)
{
	for (size_t i = 0; i < text.n; i++)
		if (!str_is_digit(text.p[i]))
			return why_set(why, E_SYNTAX, RULE, offset(whole, text) + i,
			    "a time is written in seconds since 1970, digits only");
	if (text.n == 0)
		return why_set(why, E_SYNTAX, RULE, offset(whole, text), "a time is missing");
	if (!str_u64(text, UINT64_MAX, t))
		return why_set(why, E_LIMIT, RULE, offset(whole, text), "a time beyond 64 bits");
	return OK;
}

static err read_domain(str whole, str text, struct why *why)
{
	struct why inner = { 0 };
	err e = domain_check(text, &inner);

	if (e == OK)
		return OK;
	return why_set(why, e, RULE, offset(whole, text) + inner.at, "no domain: %s", inner.text);
}

/* Everything up to the first dot of the last part, and the extension behind it. */
static err read_extension(str whole, str *last, bool *gzip, struct why *why)
{
	str part = *last, extension;

	if (!str_cut(part, '.', last, &extension))
		return why_set(why, E_SYNTAX, RULE, whole.n, "the extension is missing");
	*gzip = str_eq_nocase(extension, S("json.gz"));
	if (!*gzip && !str_eq_nocase(extension, S("json")))
		return why_set(why, E_SYNTAX, RULE, offset(whole, extension),
		    "the extension is neither json nor json.gz");
	return OK;
}

static err read_unique_id(str whole, str id, struct why *why)
{
	if (id.n == 0)
		return why_set(why, E_SYNTAX, RULE, offset(whole, id), "the unique-id is empty");
	for (size_t i = 0; i < id.n; i++)
		if (!str_is_alnum(id.p[i]))
			return why_set(why, E_SYNTAX, RULE, offset(whole, id) + i,
			    "a unique-id has letters and digits only");
	return OK;
}

err report_name_read(str text, struct report_name *name, struct why *why)
{
	struct report_name r = { 0 };
	str part[5] = { { 0 } }, rest = text, *last;
	size_t n = 0;
	bool more = true;

	if (text.n > LIMIT_FILE_NAME_BYTES)
		return why_set(why, E_LIMIT, RULE, 0, "a file name of %zu bytes", text.n);
	while (more && n < ARRAY_N(part))
		more = str_cut(rest, '!', &part[n++], &rest);
	if (more || n < 4)
		return why_set(why, E_SYNTAX, RULE, 0, "four or five parts between \"!\" are needed");
	last = &part[n - 1];
	TRY(read_extension(text, last, &r.gzip, why));
	TRY(read_domain(text, part[0], why));
	TRY(read_domain(text, part[1], why));
	TRY(read_time(text, part[2], &r.begin, why));
	TRY(read_time(text, part[3], &r.end, why));
	if (n == 5)
		TRY(read_unique_id(text, part[4], why));
	r.sender = part[0];
	r.policy_domain = part[1];
	r.unique_id = part[4];
	*name = r;
	return OK;
}

void report_name_write(const struct report_name *name, struct out *out)
{
	out_str(out, name->sender);
	out_char(out, '!');
	out_str(out, name->policy_domain);
	out_char(out, '!');
	out_u64(out, name->begin);
	out_char(out, '!');
	out_u64(out, name->end);
	if (name->unique_id.n > 0) {
		out_char(out, '!');
		out_str(out, name->unique_id);
	}
	out_str(out, name->gzip ? S(".json.gz") : S(".json"));
}

/* Step over blanks and folds.  False: nothing there, or a line end without a blank behind it. */
static bool skip_fws(str *s)
{
	size_t i = 0;

	while (i < s->n) {
		if (str_is_wsp(s->p[i]) || s->p[i] == '\n')
			i++;
		else if (s->p[i] == '\r' && i + 1 < s->n && s->p[i + 1] == '\n')
			i += 2;
		else
			break;
	}
	if (i == 0 || !str_is_wsp(s->p[i - 1]))
		return false;
	*s = str_skip(*s, i);
	return true;
}

/* Step over a comment, which begins with "(" and may hold others.  RFC 5322 3.2.2 */
static bool skip_comment(str *s)
{
	size_t depth = 0, i = 0;

	for (; i < s->n; i++) {
		if (s->p[i] == '\\')
			i++;
		else if (s->p[i] == '(')
			depth++;
		else if (s->p[i] == ')' && --depth == 0)
			break;
	}
	if (i >= s->n)
		return false;
	*s = str_skip(*s, i + 1);
	return true;
}

/* What may stand behind the id: blanks, comments and the end of the line. */
static bool only_cfws(str s)
{
	for (;;) {
		skip_fws(&s);
		if (s.n == 0 || str_eq(s, S("\r\n")) || str_eq(s, S("\n")))
			return true;
		if (s.p[0] != '(' || !skip_comment(&s))
			return false;
	}
}

static err expect(str whole, str *rest, str word, struct why *why)
{
	if (!str_starts(*rest, word))
		return why_set(why, E_SYNTAX, RULE_SUBJECT, offset(whole, *rest), "\"%.*s\" is missing",
		    STR_ARG(word));
	*rest = str_skip(*rest, word.n);
	if (!skip_fws(rest))
		return why_set(why, E_SYNTAX, RULE_SUBJECT, offset(whole, *rest),
		    "no blank behind \"%.*s\"", STR_ARG(word));
	return OK;
}

static err take_word(str whole, str *rest, str *word, struct why *why)
{
	size_t n = 0;

	while (n < rest->n && !str_is_wsp(rest->p[n]) && rest->p[n] != '\r' && rest->p[n] != '\n')
		n++;
	*word = str_head(*rest, n);
	*rest = str_skip(*rest, n);
	if (n == 0 || !skip_fws(rest))
		return why_set(why, E_SYNTAX, RULE_SUBJECT, offset(whole, *rest), "the subject ends early");
	return OK;
}

/* The domain-name of RFC 6376 3.5 has two labels at least. */
static err check_name(str whole, str name, struct why *why)
{
	if (domain_check(name, NULL) != OK || !memchr(name.p, '.', name.n))
		return why_set(why, E_RULE, RULE_SUBJECT, offset(whole, name),
		    "no domain name of two labels");
	return OK;
}

static err take_id(str whole, str *rest, str *id, struct why *why)
{
	str inner, after;

	if (rest->n == 0 || rest->p[0] != '<' || !str_cut(str_skip(*rest, 1), '>', &inner, &after))
		return why_set(why, E_SYNTAX, RULE_SUBJECT, offset(whole, *rest),
		    "the Report-ID stands in angle brackets");
	if (!only_cfws(after))
		return why_set(why, E_SYNTAX, RULE_SUBJECT, offset(whole, after),
		    "something stands behind the Report-ID");
	*id = inner;
	return OK;
}

err report_name_read_subject(str text, struct report_name_subject *subject, struct why *why)
{
	struct report_name_subject s = { 0 };
	struct why inner = { 0 };
	str rest = text;

	if (text.n > LIMIT_REPORT_NAME_BYTES)
		return why_set(why, E_LIMIT, RULE_SUBJECT, 0, "a subject of %zu bytes", text.n);
	skip_fws(&rest);
	TRY(expect(text, &rest, S("Report"), why));
	TRY(expect(text, &rest, S("Domain:"), why));
	TRY(take_word(text, &rest, &s.domain, why));
	TRY(expect(text, &rest, S("Submitter:"), why));
	TRY(take_word(text, &rest, &s.submitter, why));
	TRY(expect(text, &rest, S("Report-ID:"), why));
	TRY(take_id(text, &rest, &s.id, why));
	TRY(check_name(text, s.domain, why));
	TRY(check_name(text, s.submitter, why));
	if (report_name_check_id(s.id, &inner) != OK)
		return why_set(why, E_RULE, RULE_ID, offset(text, s.id) + inner.at, "%s", inner.text);
	*subject = s;
	return OK;
}

void report_name_write_subject(const struct report_name_subject *subject, struct out *out)
{
	out_str(out, S("Report Domain: "));
	out_str(out, subject->domain);
	out_str(out, S(" Submitter: "));
	out_str(out, subject->submitter);
	out_str(out, S(" Report-ID: <"));
	out_str(out, subject->id);
	out_char(out, '>');
}

/* atext of RFC 5322 3.2.3 */
static bool is_atext(char c)
{
	return str_is_alnum(c) || (c != '\0' && strchr("!#$%&'*+-/=?^_`{|}~", c));
}

/* dot-atom-text: runs of atext with single dots between them.  *bad: where it breaks. */
static bool is_dot_atom(str s, size_t *bad)
{
	bool dot_allowed = false;

	for (*bad = 0; *bad < s.n; (*bad)++) {
		if (s.p[*bad] == '.' ? !dot_allowed : !is_atext(s.p[*bad]))
			return false;
		dot_allowed = s.p[*bad] != '.';
	}
	return dot_allowed;
}

/* no-fold-literal: "[" *dtext "]" */
static bool is_literal(str s)
{
	if (s.n < 2 || s.p[0] != '[' || s.p[s.n - 1] != ']')
		return false;
	for (size_t i = 1; i + 1 < s.n; i++)
		if (s.p[i] <= ' ' || s.p[i] > '~' || s.p[i] == '[' || s.p[i] == ']' || s.p[i] == '\\')
			return false;
	return true;
}

err report_name_check_id(str id, struct why *why)
{
	str left, right;
	size_t bad;

	if (!str_cut(id, '@', &left, &right))
		return why_set(why, E_SYNTAX, RULE_ID, id.n, "a report-id needs an \"@\"");
	if (!is_dot_atom(left, &bad))
		return why_set(why, E_SYNTAX, RULE_ID, bad, "the left part of the report-id is no dot-atom");
	if (!is_dot_atom(right, &bad) && !is_literal(right))
		return why_set(why, E_SYNTAX, RULE_ID, left.n + 1 + bad,
		    "the right part of the report-id is no dot-atom");
	return OK;
}

void report_name_write_id(str bytes, str submitter, struct out *out)
{
	out_hex(out, bytes);
	out_char(out, '@');
	out_str(out, submitter);
}
