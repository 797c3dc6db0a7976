#include "wire/record.h"

#include "wire/rua.h"

/* The two records differ in these words only. */
static const struct {
	str version;
	str host;     /* where the record stands */
	const char *rule;
} kinds[] = {
	[RECORD_STS] = { STR("v=STSv1"), STR("_mta-sts"), "RFC 8461 3.1" },
	[RECORD_TLSRPT] = { STR("v=TLSRPTv1"), STR("_smtp._tls"), "RFC 8460 3" },
};

struct field {
	str name;
	str value;
};

static size_t wsp_n(str s)
{
	size_t n = 0;

	while (n < s.n && str_is_wsp(s.p[n]))
		n++;
	return n;
}

/* The record begins with its version and the delimiter, with white space between when spaced is true. */
static bool begins(enum record_kind kind, str txt, bool spaced)
{
	str rest = str_skip(txt, kinds[kind].version.n);

	if (!str_starts(txt, kinds[kind].version))
		return false;
	if (spaced)
		rest = str_skip(rest, wsp_n(rest));
	return rest.n > 0 && rest.p[0] == ';';
}

err record_choose(enum record_kind kind, const str *txt, size_t txt_n, size_t *which, struct why *why)
{
	size_t n = 0, found = 0;

	for (size_t i = 0; i < txt_n; i++) {
		if (begins(kind, txt[i], false)) { /* [STS-3.1-k] [RPT-3-p] */
			found = i;
			n++;
		}
	}
	if (n == 0 && txt_n == 1 && begins(kind, txt[0], true)) /* */
		n = 1;
	if (n == 0)
		return why_set(why, E_ABSENT, kinds[kind].rule, 0, "no TXT record begins with \"%.*s;\"",
		    STR_ARG(kinds[kind].version));
	if (n > 1) /* [STS-3.1-l] [RPT-3-q] */
		return why_set(why, E_RULE, kinds[kind].rule, 0,
		    "%zu records begin with \"%.*s;\"; with more than one, senders ignore all of them", n,
		    STR_ARG(kinds[kind].version));
	*which = found;
	return OK;
}

static bool is_name_char(char c)
{
	return str_is_alnum(c) || c == '_' || c == '-' || c == '.';
}

/* sts-ext-value: %x21-3A / %x3C / %x3E-7E, so no blank, ";" or "=". */
static bool is_value_char(char c)
{
	return c > 0x20 && c < 0x7f && c != ';' && c != '=';
}

/* name "=" at the head of *rest; moves past the "=".  [STS-3.1-i] */
static err take_name(enum record_kind kind, str txt, str *rest, str *name, struct why *why)
{
	const char *rule = kinds[kind].rule;
	size_t at = (size_t)(rest->p - txt.p), n = 0;

	if (rest->p[0] == ';')
		return why_set(why, E_SYNTAX, rule, at, "an empty field: two \";\" in a row");
	while (n < rest->n && is_name_char(rest->p[n]))
		n++;
	if (n > 0 && !str_is_alnum(rest->p[0]))
		return why_set(why, E_SYNTAX, rule, at, "a field name begins with a letter or digit");
	if (n == rest->n || rest->p[n] == ';')
		return why_set(why, E_SYNTAX, rule, at, "a field is name=value; there is no \"=\"");
	if (str_is_wsp(rest->p[n]))
		return why_set(why, E_SYNTAX, rule, at + n, "no blank may stand before \"=\" or inside a field");
	if (n == 0 || rest->p[n] != '=')
		return why_set(why, E_SYNTAX, rule, at + n, "this character cannot stand in a field name");
	if (n > 32)
		return why_set(why, E_SYNTAX, rule, at, "a field name of %zu characters; at most 32 are allowed", n);
	*name = str_head(*rest, n);
	*rest = str_skip(*rest, n + 1);
	return OK;
}

/* A value without blanks, as id and every unknown field have. */
static err take_value(enum record_kind kind, str txt, str *rest, str *value, struct why *why)
{
	const char *rule = kinds[kind].rule;
	size_t at = (size_t)(rest->p - txt.p), n = 0;

	while (n < rest->n && is_value_char(rest->p[n]))
		n++;
	if (n < rest->n && !str_is_wsp(rest->p[n]) && rest->p[n] != ';')
		return why_set(why, E_SYNTAX, rule, at + n,
		    rest->p[n] == '='      ? "\"=\" cannot stand in a value"
		        : rest->p[n] & 0x80 ? "the record must be US-ASCII" /* [STS-3.1-b] */
		                            : "a control character");
	if (n == 0 && rest->n > 0 && str_is_wsp(rest->p[0]))
		return why_set(why, E_SYNTAX, rule, at, "no blank may stand after \"=\"");
	if (n == 0)
		return why_set(why, E_SYNTAX, rule, at, "the value is empty");
	*value = str_head(*rest, n);
	*rest = str_skip(*rest, n);
	return OK;
}

/*
 * The delimiter *WSP ";" *WSP.  *more is false at the end of the record, where
 * one delimiter may stand but no blank without it.  [STS-3.1-g] [STS-3.1-h]
 */
static err take_delimiter(enum record_kind kind, str txt, str *rest, bool *more, struct why *why)
{
	const char *rule = kinds[kind].rule;
	size_t blanks = wsp_n(*rest);
	size_t at = (size_t)(rest->p - txt.p);

	*more = false;
	if (rest->n == 0)
		return OK;
	if (blanks == rest->n)
		return why_set(why, E_SYNTAX, rule, at, "a blank at the end of the record without \";\" before it");
	if (rest->p[blanks] != ';')
		return why_set(why, E_SYNTAX, rule, at + blanks, "\";\" is missing between two fields");
	*rest = str_skip(*rest, blanks + 1);
	*rest = str_skip(*rest, wsp_n(*rest));
	*more = rest->n > 0;
	return OK;
}

/* The version and the first delimiter; *rest is the first field. */
static err take_version(enum record_kind kind, str txt, str *rest, bool *spaced, struct why *why)
{
	str version = kinds[kind].version;
	bool more;

	if (txt.n > LIMIT_TXT_BYTES)
		return why_set(why, E_LIMIT, "", 0, "a record of %zu bytes", txt.n);
	if (!str_starts(txt, version)) /* [STS-3.1-c] [STS-3.1-j] [RPT-3-b] */
		return why_set(why, E_SYNTAX, kinds[kind].rule, 0, "the record does not begin with \"%.*s;\"",
		    STR_ARG(version));
	*rest = str_skip(txt, version.n);
	*spaced = rest->n > 0 && str_is_wsp(rest->p[0]);
	if (wsp_n(*rest) == rest->n || rest->p[wsp_n(*rest)] != ';')
		return why_set(why, E_SYNTAX, kinds[kind].rule, version.n, "\";\" is missing after \"%.*s\"",
		    STR_ARG(version));
	return take_delimiter(kind, txt, rest, &more, why);
}

static err check_id(str txt, str id, struct why *why)
{
	size_t at = (size_t)(id.p - txt.p);

	for (size_t i = 0; i < id.n; i++)
		if (!str_is_alnum(id.p[i]))
			return why_set(why, E_SYNTAX, "RFC 8461 3.1", at + i,
			    "id holds \"%c\"; only letters and digits are allowed", id.p[i]);
	if (id.n > 32)
		return why_set(why, E_SYNTAX, "RFC 8461 3.1", at + 32,
		    "id has %zu characters; at most 32 are allowed", id.n);
	return OK;
}

err record_read_sts(str txt, struct record_sts *record, struct why *why)
{
	struct record_sts r = { 0 };
	bool more;
	str rest;

	TRY(take_version(RECORD_STS, txt, &rest, &r.spaced_version, why));
	more = rest.n > 0;
	while (more) {
		struct field f;

		TRY(take_name(RECORD_STS, txt, &rest, &f.name, why));
		TRY(take_value(RECORD_STS, txt, &rest, &f.value, why));
		if (str_eq(f.name, S("id")) && r.id.n == 0) { /* the first counts [STS-3.2-r] */
			TRY(check_id(txt, f.value, why)); /* [STS-3.1-d] */
			r.id = f.value;
		}
		TRY(take_delimiter(RECORD_STS, txt, &rest, &more, why));
	}
	if (r.id.n == 0)
		return why_set(why, E_RULE, "RFC 8461 3.1", txt.n, "id is missing");
	*record = r;
	return OK;
}

/* uri *( *WSP "," *WSP uri ), up to the ";" or the end.  [RPT-3-m] */
static err take_rua(str txt, str *rest, struct record_tlsrpt *r, struct why *why)
{
	bool more = true;
	str list, after;
	size_t blanks = 0;

	r->rua_repeated = r->rua_n > 0;
	str_cut(*rest, ';', &list, &after);
	while (blanks < list.n && str_is_wsp(list.p[list.n - 1 - blanks]))
		blanks++;
	*rest = str_skip(*rest, list.n - blanks); /* blanks before ";" belong to the delimiter */
	list.n -= blanks;
	while (more) {
		str uri, left;
		size_t at = (size_t)(list.p - txt.p);

		more = str_cut(list, ',', &left, &list);
		uri = str_trim(left);
		if (r->rua_n == 0 && left.n > 0 && str_is_wsp(left.p[0]))
			return why_set(why, E_SYNTAX, "RFC 8460 3", at, "no blank may stand after \"=\"");
		if (uri.n == 0)
			return why_set(why, E_SYNTAX, "RFC 8460 3", at, "an address is missing here");
		err e = rua_check(uri, why);
		if (e != OK) {
			if (why)
				why->at += (size_t)(uri.p - txt.p);
			return e;
		}
		if (r->rua_n < LIMIT_RUA_N)
			r->rua[r->rua_n++] = uri;
		else
			r->rua_dropped = true;
	}
	return OK;
}

err record_read_tlsrpt(str txt, struct record_tlsrpt *record, struct why *why)
{
	struct record_tlsrpt r = { 0 };
	bool more;
	str rest;

	TRY(take_version(RECORD_TLSRPT, txt, &rest, &r.spaced_version, why));
	more = rest.n > 0;
	while (more) {
		struct field f;

		TRY(take_name(RECORD_TLSRPT, txt, &rest, &f.name, why));
		if (str_eq(f.name, S("rua")))
			TRY(take_rua(txt, &rest, &r, why)); /* [RPT-3-l] */
		else
			TRY(take_value(RECORD_TLSRPT, txt, &rest, &f.value, why)); /* [RPT-3-o] [RPT-3-u] */
		TRY(take_delimiter(RECORD_TLSRPT, txt, &rest, &more, why));
	}
	if (r.rua_n == 0)
		return why_set(why, E_RULE, "RFC 8460 3", txt.n, "rua is missing");
	*record = r;
	return OK;
}
