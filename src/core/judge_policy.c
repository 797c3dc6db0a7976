#include "core/judge_groups.h"

#include "core/judge_text.h"
#include "wire/address.h"

#define SAME_N 4  /* findings of one kind about one file */
#define SHOWN 80  /* bytes of a line that a message quotes */

/* All lines of a policy, judged one by one: the strict reading stops at the first fault. */
struct lines {
	const struct inspection *i;
	struct finding_list *list;
	str host;   /* the policy host, subject of every finding */
	size_t line_n;
	bool version, mode, max_age, mx, none, first_line_other;
	size_t said[FINDING_N];
};

static struct finding *say(struct lines *l, enum finding_id id, const char *what, str line)
{
	if (++l->said[id] > SAME_N) {
		l->list->scratch = (struct finding){ 0 };
		return &l->list->scratch;
	}
	return finding_add(l->list, id, l->host, "Line %zu of the policy, \"%.*s\": %s.", l->line_n,
	    STR_ARG(str_head(line, SHOWN)), what);
}

static bool is_placeholder(str value)
{
	static const str words[] = { STR("["), STR("<"), STR("{"), STR("$"), STR("|"), STR("yourdomain"), STR("your-domain") };

	for (size_t k = 0; k < ARRAY_N(words); k++)
		if (str_find(value, words[k]) < value.n)
			return true;
	return false;
}

static void judge_mode(struct lines *l, str line, str value)
{
	static const str modes[] = { STR("none"), STR("testing"), STR("enforce") };
	struct finding *f;

	for (size_t k = 0; k < ARRAY_N(modes); k++) {
		if (str_eq(value, modes[k])) {
			l->none = k == 0;
			return;
		}
		if (!str_eq_nocase(value, modes[k]))
			continue;
		f = say(l, FINDING_S04, "the mode is written in lower case", line);
		finding_remedy(l->list, f, "Write \"mode: %.*s\".", STR_ARG(modes[k]));
		return;
	}
	if (is_placeholder(value)) {
		say(l, FINDING_S12, "this is a template's text", line);
		return;
	}
	f = say(l, FINDING_S04, "there is no such mode", line);
	if (str_eq_nocase(value, S("report")))
		finding_remedy(l->list, f, "Use testing, not report.");
}

static void judge_max_age(struct lines *l, str line, str value)
{
	uint64_t s;
	struct finding *f;

	if (value.n > 10 || !str_u64(value, UINT64_MAX, &s)) {
		if (is_placeholder(value))
			say(l, FINDING_S12, "this is a template's text", line);
		else
			say(l, FINDING_S05, "max_age is 1 to 10 digits and nothing else", line);
	} else if (s > LIMIT_MAX_AGE_S) {
		f = say(l, FINDING_S05, "this is more than a year; some senders refuse the policy", line);
		finding_remedy(l->list, f, "Write \"max_age: %d\" or less.", LIMIT_MAX_AGE_S);
	}
}

struct shape {
	const char *what, *remedy;
};

/* What is wrong with a value that is no pattern. */
static struct shape shape_of(str v)
{
	size_t star = str_find(str_skip(v, 1), S("*"));

	if (str_find(v, S("@")) < v.n)
		return (struct shape){ "this is a mail address", "Write the name of the mail server, not a mail address." };
	if (str_find(v, S("://")) < v.n)
		return (struct shape){ "this is a URL", "Write the host name alone." };
	if (str_find(v, S(",")) < v.n || str_find(v, S(";")) < v.n || str_find(v, S(" ")) < v.n)
		return (struct shape){ "this is more than one host name",
			"Write one host name a line, each with its own \"mx:\"." };
	if (address_is_ipv6(v) || v.p[0] == '[')
		return (struct shape){ "this is an IP address", "Write the host name of the MX record, not its address." };
	if (str_find(v, S(":")) < v.n)
		return (struct shape){ "this has a port", "Write the host name without a port." };
	if (v.p[v.n - 1] == '.')
		return (struct shape){ "it ends in a dot", "Write the host name without the final dot." };
	if (v.p[0] == '.')
		return (struct shape){ "it begins with a dot", "A wildcard is written \"*.\" and a domain." };
	if (star + 1 < v.n || (v.p[0] == '*' && !str_starts(v, S("*."))))
		return (struct shape){ "the wildcard is not the whole first label",
			"A wildcard is the whole first label: \"*.\" and a domain." };
	if (str_find(v, S("_")) < v.n)
		return (struct shape){ "it has an underscore", "Rename the mail server: host names have no underscore." };
	for (size_t k = 0; k < v.n; k++)
		if (v.p[k] & 0x80)
			return (struct shape){ "it is not ASCII",
			    "Write internationalised names as A-labels, which begin with xn--." };
	return (struct shape){ "this is no host name", NULL };
}

/* A name that documents use, in the policy of a domain that is none of those. */
static bool is_example(str value, str domain)
{
	static const str names[] = { STR("example.com"), STR("example.net"), STR("example.org") };

	for (size_t k = 0; k < ARRAY_N(names); k++)
		if (judge_text_below(value, names[k]) && !judge_text_below(domain, names[k]))
			return true;
	return false;
}

static void judge_mx_value(struct lines *l, str line, str value)
{
	struct shape shape;
	struct finding *f;

	if (domain_check_pattern(value, NULL) != OK) {
		if (is_placeholder(value)) {
			say(l, FINDING_S12, "this is a template's text", line);
			return;
		}
		shape = shape_of(value);
		f = say(l, FINDING_S07, shape.what, line);
		if (shape.remedy)
			finding_remedy(l->list, f, "%s", shape.remedy);
	} else if (domain_is_address(value)) {
		f = say(l, FINDING_S07, "this is an IP address, which matches no MX host", line);
		f->severity = FINDING_WARNING;
		f->result_type = RESULT_TYPE_OTHER;
		finding_remedy(l->list, f, "Write the host name of the MX record, not its address.");
	} else if (is_example(value, domain_str(&l->i->domain))) {
		f = say(l, FINDING_S12, "this is a name of documents' examples", line);
		f->result_type = RESULT_TYPE_OTHER;
	}
}

static void judge_unknown_field(struct lines *l, str line, str name)
{
	static const str known[] = { STR("version"), STR("mode"), STR("max_age"), STR("mx") };
	struct finding *f;

	for (size_t k = 0; k < ARRAY_N(known); k++) {
		if (str_distance(name, known[k]) > (known[k].n > 4 ? 2 : 1))
			continue;
		f = say(l, FINDING_S09, "senders ignore this unknown field", line);
		finding_remedy(l->list, f, "Did you mean %.*s? Correct the field's name.", STR_ARG(known[k]));
		return;
	}
}

/* The first of a field counts; true when this is it. */
static bool is_first(struct lines *l, bool *seen, str line, str name)
{
	struct finding *f;

	if (*seen) {
		f = say(l, FINDING_S08, "this field was given before, and senders use the first", line);
		finding_remedy(l->list, f, "Remove the second \"%.*s\" line; senders use the first.",
		    STR_ARG(name));
		return false;
	}
	return *seen = true;
}

static void judge_field(struct lines *l, str line, str name, str value)
{
	if (str_eq(name, S("version"))) {
		if (is_first(l, &l->version, line, name)) {
			l->first_line_other = l->line_n != 1;
			if (!str_eq(value, S("STSv1")))
				say(l, FINDING_S03, "the version is STSv1, in this spelling", line);
		}
	} else if (str_eq(name, S("mode"))) {
		if (is_first(l, &l->mode, line, name))
			judge_mode(l, line, value);
	} else if (str_eq(name, S("max_age"))) {
		if (is_first(l, &l->max_age, line, name))
			judge_max_age(l, line, value);
	} else if (str_eq(name, S("mx"))) {
		l->mx = true;
		judge_mx_value(l, line, value);
	} else {
		judge_unknown_field(l, line, name);
	}
}

/* An empty value, by its field. */
static void judge_empty_value(struct lines *l, str line, str name)
{
	if (str_eq(name, S("mx"))) {
		l->mx = true;
		say(l, FINDING_S07, "the value is empty", line);
	} else {
		l->version |= str_eq(name, S("version"));
		l->mode |= str_eq(name, S("mode"));
		l->max_age |= str_eq(name, S("max_age"));
		say(l, FINDING_S10, "the value is empty", line);
	}
}

static void judge_line(struct lines *l, str line)
{
	size_t n = 0, bad = line.n;
	str value;

	if (str_trim(line).n > 0 && str_is_wsp(line.p[0])) {
		say(l, FINDING_S10, "it begins with a blank", line);
		line = str_trim(line); /* what it would be without is judged too */
	}
	if (str_trim(line).n == 0) {
		say(l, FINDING_S10, "a blank line; strict senders refuse the policy", line);
		return;
	}
	if (line.p[0] == '#' || str_starts(line, S("//"))) {
		struct finding *f = say(l, FINDING_S10, "comments are not allowed", line);

		finding_remedy(l->list, f, "Delete the comment.");
		return;
	}
	while (n < line.n &&
	    (str_is_alnum(line.p[n]) || line.p[n] == '_' || line.p[n] == '-' || line.p[n] == '.'))
		n++;
	if (n == line.n || line.p[n] != ':' || !str_is_alnum(line.p[0]) || n > 32) {
		say(l, FINDING_S10, n > 32 ? "a field name has at most 32 characters" : "it is not \"name: value\"", line);
		return;
	}
	value = str_trim(str_skip(line, n + 1));
	if (value.n == 0) {
		judge_empty_value(l, line, str_head(line, n));
		return;
	}
	for (size_t k = 0; k < value.n; k++)
		if ((value.p[k] >= 0 && value.p[k] < 0x20) || value.p[k] == 0x7f)
			bad = k;
	if (bad < line.n || !str_utf8(value, &bad)) {
		say(l, FINDING_S10, "it holds a control character or is not UTF-8", line);
		return;
	}
	judge_field(l, line, str_head(line, n), value);
}

static void say_missing(struct lines *l, enum finding_id id, const char *field)
{
	finding_add(l->list, id, l->host, "The policy has no %s line.", field);
}

/* What is no policy at all; false: it may be one. */
static bool judge_kind(struct lines *l, str body)
{
	struct hints hints = { 0 };
	struct finding *f;
	str text = body;

	while (text.n > 0 && (str_is_wsp(text.p[0]) || text.p[0] == '\r' || text.p[0] == '\n'))
		text = str_skip(text, 1);
	if (text.n == 0) {
		finding_add(l->list, FINDING_S01, l->host, "The file is empty.");
		return true;
	}
	if (text.p[0] == '<' || text.p[0] == '{' || text.p[0] == '\x1f' || str_starts(text, S("v=STSv1"))) {
		hint_policy(text, &hints);
		f = finding_add(l->list, FINDING_S01, l->host, "The file is no policy; it begins \"%.*s\".",
		    STR_ARG(str_head(text, 40)));
		judge_text_hint(l->list, f, &hints);
		return true;
	}
	if (str_starts(body, S("\xff\xfe")) || str_starts(body, S("\xfe\xff")) ||
	    str_find(body, S("\0")) < body.n) {
		finding_add(l->list, FINDING_S02, l->host, "The file is UTF-16 or otherwise not plain text.");
		return true;
	}
	return false;
}

static void judge_lines(struct lines *l, str body)
{
	str rest = body, line;

	if (str_starts(rest, S("\xef\xbb\xbf"))) {
		finding_add(l->list, FINDING_S02, l->host, "The file begins with a byte-order mark (bytes ef bb bf).");
		rest = str_skip(rest, 3);
	}
	if (str_find(rest, S("\n")) == rest.n && str_find(rest, S("\r")) + 1 < rest.n) {
		struct finding *f = finding_add(l->list, FINDING_S10, l->host,
		    "The lines of the policy end in CR (byte 0d) alone, so that it is one line to senders.");

		finding_remedy(l->list, f, "Save the file with LF or CRLF at the ends of lines.");
		return;
	}
	while (str_line(&rest, &line)) {
		l->line_n++;
		judge_line(l, line);
	}
	if (!l->version)
		say_missing(l, FINDING_S03, "version");
	if (!l->mode)
		say_missing(l, FINDING_S04, "mode");
	if (!l->max_age)
		say_missing(l, FINDING_S05, "max_age");
	if (!l->mx && !l->none)
		say_missing(l, FINDING_S06, "mx");
	if (l->first_line_other)
		finding_add(l->list, FINDING_S11, l->host, "version is not on the first line; the RFC allows that.");
}

void judge_policy(const struct inspection *i, struct finding_list *list)
{
	char room[JUDGE_TEXT_NAME_BYTES];
	struct lines l = { .i = i, .list = list,
	    .host = judge_text_name(room, "mta-sts.", domain_str(&i->domain)) };

	if (!i->served || i->served->status != 200 || i->served->bytes > LIMIT_POLICY_BYTES ||
	    i->served->fetch.cause == STS_FETCH_TIMEOUT || i->served->fetch.cause == STS_FETCH_HTTP_IO)
		return; /* what was not served whole is not judged */
	if (!judge_kind(&l, i->served->body))
		judge_lines(&l, i->served->body);
}
