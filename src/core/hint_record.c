#include "core/hint.h"

#include "base/out.h"
#include "wire/rua.h"

/* Longer records are not guessed at. */
#define CLEAN_BYTES 1024

static const struct {
	str version;
	str value; /* of the version, for typing errors */
	const char *name;
} kinds[] = {
	[RECORD_STS] = { STR("v=STSv1"), STR("STSv1"), "_mta-sts" },
	[RECORD_TLSRPT] = { STR("v=TLSRPTv1"), STR("TLSRPTv1"), "_smtp._tls" },
};

/* Records of other protocols that end up at our names. */
static const struct {
	str begin;
	const char *place;
} others[] = {
	{ STR("v=spf1"), "an SPF record; it belongs at the domain itself" },
	{ STR("v=DMARC1"), "a DMARC record; it belongs at _dmarc.DOMAIN" },
	{ STR("v=DKIM1"), "a DKIM key; it belongs at SELECTOR._domainkey.DOMAIN" },
	{ STR("v=BIMI1"), "a BIMI record; it belongs at default._bimi.DOMAIN" },
	{ STR("v=TLSRPTv1"), "a TLSRPT record; it belongs at _smtp._tls.DOMAIN" },
	{ STR("v=STSv1"), "an MTA-STS record; it belongs at _mta-sts.DOMAIN" },
};

/* Characters that DNS panels, editors and shells leave behind, and what was meant. */
static const struct {
	str bytes;
	const char *instead;
	const char *hint;
} strays[] = {
	{ STR("\xef\xbb\xbf"), "", "The value holds a byte order mark (bytes ef bb bf); type it again." },
	{ STR("\xe2\x80\x8b"), "", "The value holds an invisible space (bytes e2 80 8b); type it again." },
	{ STR("\xc2\xa0"), " ", "The value holds a no-break space (bytes c2 a0); type it again." },
	{ STR("\xe2\x80\x9c"), "\"", "The value holds typographic quotation marks; type it again without." },
	{ STR("\xe2\x80\x9d"), "\"", "The value holds typographic quotation marks; type it again without." },
	{ STR("\xe2\x80\x9e"), "\"", "The value holds typographic quotation marks; type it again without." },
	{ STR("\xef\xbc\x9b"), ";", "The value holds a full-width semicolon (bytes ef bc 9b)." },
	{ STR("\\;"), ";", "The backslash before \";\" was stored; most DNS panels want the plain value." },
	{ STR("\\\""), "\"", "The backslash before the quotation mark was stored; enter the plain value." },
	{ STR("\r"), " ", "The value holds a line break." },
	{ STR("\n"), " ", "The value holds a line break." },
};

static void clean(str txt, struct out *out, struct hints *hints)
{
	bool quoted = false;

	for (size_t i = 0; i < txt.n;) {
		size_t k = 0;

		while (k < ARRAY_N(strays) && !str_starts(str_skip(txt, i), strays[k].bytes))
			k++;
		if (k < ARRAY_N(strays)) {
			hint_say(hints, "%s", strays[k].hint);
			quoted |= strays[k].instead[0] == '"';
			if (strays[k].instead[0] != '"')
				out_str(out, str_of(strays[k].instead));
			i += strays[k].bytes.n;
		} else if (txt.p[i] == '"') {
			quoted = true;
			i++;
		} else {
			out_char(out, txt.p[i++]);
		}
	}
	if (quoted)
		hint_say(hints, "Quotation marks belong to zone files only; here they became part of the value.");
}

static bool is_separator(char c)
{
	return c == ';' || c == ',' || str_is_wsp(c);
}

/* The first run without separators. */
static str first_word(str s)
{
	size_t n = 0;

	while (n < s.n && !is_separator(s.p[n]))
		n++;
	return str_head(s, n);
}

static void hint_version(enum record_kind kind, str txt, struct hints *hints)
{
	str word = first_word(txt), want = kinds[kind].version;
	str value = str_skip(word, 2);

	if (str_eq(word, want))
		return;
	for (size_t i = 0; i < ARRAY_N(others); i++) {
		if (str_eq_nocase(str_head(txt, others[i].begin.n), others[i].begin) && !str_eq(others[i].begin, want)) {
			hint_say(hints, "This is %s.", others[i].place);
			return;
		}
	}
	if (str_eq_nocase(word, want))
		hint_say(hints, "Upper and lower case matter: write %.*s.", STR_ARG(want));
	else if (str_distance(word, want) <= 2 || str_distance(value, kinds[kind].value) <= 2 ||
	    str_distance(word, kinds[kind].value) <= 2)
		hint_say(hints, "The record must begin with %.*s; \"%.*s\" looks like a typing error.", STR_ARG(want),
		    STR_ARG(word));
	else if (str_find(txt, want) < txt.n)
		hint_say(hints, "%.*s must come first.", STR_ARG(want));
}

/*
 * The text behind "name=" (or "name:", blanks around), any case; up to the end
 * of the record.  *written: how the name stood there.
 */
static bool find_field(str txt, str name, str *value, str *written)
{
	for (size_t i = 0; i + name.n < txt.n; i++) {
		str rest = str_skip(txt, i + name.n);
		size_t blanks = 0;

		if ((i > 0 && !is_separator(txt.p[i - 1])) || !str_eq_nocase((str){ txt.p + i, name.n }, name))
			continue;
		while (blanks < rest.n && str_is_wsp(rest.p[blanks]))
			blanks++;
		rest = str_skip(rest, blanks);
		if (rest.n == 0 || (rest.p[0] != '=' && rest.p[0] != ':'))
			continue;
		*written = (str){ txt.p + i, (size_t)(rest.p + 1 - (txt.p + i)) };
		*value = str_trim(str_skip(rest, 1));
		return true;
	}
	return false;
}

static void hint_field_form(str written, const char *want, struct hints *hints)
{
	if (!str_eq(written, str_of(want)))
		hint_say(hints, "Write the field as \"%s\", lower case and without blanks.", want);
}

static void mend_sts(str txt, struct out *out, struct hints *hints)
{
	char id[32];
	size_t n = 0, dropped = 0;
	str value, written;

	if (str_find(txt, S("mode:")) < txt.n || str_find(txt, S("max_age")) < txt.n || str_find(txt, S("mx:")) < txt.n)
		hint_say(hints, "mode, mx and max_age belong into the policy file "
		                "(https://mta-sts.DOMAIN/.well-known/mta-sts.txt); DNS holds v and id only.");
	if (!find_field(txt, S("id"), &value, &written)) {
		hint_say(hints, "Add id=, for example a UTC time such as id=20260131T120000Z; "
		                "change it with every change of the policy.");
		return;
	}
	hint_field_form(written, "id=", hints);
	str_cut(value, ';', &value, &written);
	for (size_t i = 0; i < value.n && !(str_is_wsp(value.p[i]) || value.p[i] == ','); i++) {
		if (!str_is_alnum(value.p[i]))
			dropped++;
		else if (n < sizeof id)
			id[n++] = value.p[i];
		else
			return; /* too long: no guess which part was meant to differ */
	}
	if (dropped > 0)
		hint_say(hints, "An id has letters and digits only: no dashes, dots, colons or quotation marks.");
	if (n == 0)
		return;
	out_str(out, S("v=STSv1; id="));
	out_str(out, (str){ id, n });
	out_char(out, ';');
}

/* A destination as it was probably meant, or nothing. */
static void mend_destination(str word, struct out *out, bool *first, struct hints *hints)
{
	char text[LIMIT_URI_BYTES];
	struct out uri = OUT(text);
	str scheme, rest, address, size;
	bool has_scheme = str_cut(word, ':', &scheme, &rest);

	if (str_cut(word, '!', &address, &size) && address.n > 0) {
		hint_say(hints, "\"!%.*s\" is DMARC's size limit; TLSRPT has none.", STR_ARG(str_head(size, 20)));
		word = address;
		has_scheme = str_cut(word, ':', &scheme, &rest);
	}
	if (!has_scheme && str_find(word, S("@")) < word.n) {
		hint_say(hints, "A mail address needs mailto: before it.");
		out_str(&uri, S("mailto:"));
		out_str(&uri, word);
	} else if (has_scheme && str_eq_nocase(scheme, S("http"))) {
		hint_say(hints, "Reports are posted to https: addresses only.");
		out_str(&uri, S("https:"));
		out_str(&uri, rest);
	} else if (has_scheme && str_distance(scheme, S("mailto")) <= 2 && str_find(rest, S("@")) < rest.n) {
		while (rest.n > 0 && rest.p[0] == '/')
			rest = str_skip(rest, 1);
		out_str(&uri, S("mailto:"));
		out_str(&uri, rest);
	} else if (has_scheme && str_distance(scheme, S("https")) <= 1) {
		out_str(&uri, S("https:"));
		out_str(&uri, rest);
	} else {
		return;
	}
	if (has_scheme && !str_eq_nocase(scheme, S("http")) && !str_starts(out_done(&uri), str_head(word, scheme.n + 1)) &&
	    !str_eq_nocase(scheme, S("mailto")) && !str_eq_nocase(scheme, S("https")))
		hint_say(hints, "\"%.*s:\" looks like a typing error.", STR_ARG(str_head(scheme, 20)));
	if (!*first)
		out_char(out, ',');
	*first = false;
	out_str(out, out_done(&uri));
}

static void mend_tlsrpt(str txt, struct out *out, struct hints *hints)
{
	static const str dmarc[] = { STR("p"), STR("sp"), STR("pct"), STR("ruf"), STR("adkim"), STR("aspf"), STR("fo") };
	bool first = true;
	str value, written;

	for (size_t i = 0; i < ARRAY_N(dmarc); i++)
		if (find_field(txt, dmarc[i], &value, &written))
			hint_say(hints, "\"%.*s=\" is DMARC's; TLSRPT knows rua only.", STR_ARG(dmarc[i]));
	if (!find_field(txt, S("rua"), &value, &written)) {
		hint_say(hints, "Add rua=mailto:ADDRESS: where reports shall be sent.");
		return;
	}
	hint_field_form(written, "rua=", hints);
	out_str(out, S("v=TLSRPTv1; rua="));
	while (value.n > 0) {
		str word = first_word(value);

		mend_destination(word, out, &first, hints);
		value = str_skip(value, word.n);
		while (value.n > 0 && is_separator(value.p[0])) {
			if (value.p[0] == ';' && str_find(value, S("@")) < value.n && str_find(value, S("=")) == value.n)
				hint_say(hints, "Several destinations are parted by \",\"; a \";\" ends the field.");
			value = str_skip(value, 1);
		}
	}
}

void hint_record(enum record_kind kind, str txt, struct hints *hints)
{
	char text[CLEAN_BYTES], guess[HINT_INSTEAD_BYTES - 1];
	struct out plain = OUT(text), out = OUT(guess);
	struct record_sts sts;
	struct record_tlsrpt tlsrpt;
	str record;
	bool valid;

	clean(txt, &plain, hints);
	record = str_trim(out_done(&plain));
	if (record.n == 0)
		return;
	hint_version(kind, record, hints);
	if (kind == RECORD_STS)
		mend_sts(record, &out, hints);
	else
		mend_tlsrpt(record, &out, hints);
	record = out_done(&out);
	valid = kind == RECORD_STS ? record_read_sts(record, &sts, NULL) == OK
	                           : record_read_tlsrpt(record, &tlsrpt, NULL) == OK;
	if (!valid || str_eq(record, txt))
		return;
	memcpy(hints->instead, record.p, record.n);
	hints->instead[record.n] = '\0';
	hints->instead_n = record.n;
}
