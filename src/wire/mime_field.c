#include "wire/mime.h"

#include "base/out.h"

/* One parameter as it stands.  RFC 2231: name, name*, name*7, name*7* */
struct parameter {
	str name, text;
	bool quoted;
	bool extended; /* percent-encoded */
	bool numbered; /* a piece of a longer value */
	uint64_t number;
};

static bool is_boundary(str name)
{
	return str_eq_nocase(name, S("boundary"));
}

static bool is_file_name(str name)
{
	return str_eq_nocase(name, S("filename")) || str_eq_nocase(name, S("name"));
}

static bool is_blank(char c)
{
	return c == ' ' || c == '\t' || c == '\r' || c == '\n';
}

static size_t line_end(str s, size_t from)
{
	const char *lf = from < s.n ? memchr(s.p + from, '\n', s.n - from) : NULL;

	return lf ? (size_t)(lf - s.p) + 1 : s.n;
}

/* ftext of RFC 5322 3.6.8, without the quote: a line of JSON is no field. */
static bool is_name_char(char c)
{
	return c > ' ' && c < 0x7f && c != ':' && c != '"';
}

bool mime_field_next(str *header, struct mime_field *field)
{
	str h = *header;
	size_t name_n = 0, colon, end;

	while (name_n < h.n && is_name_char(h.p[name_n]))
		name_n++;
	for (colon = name_n; colon < h.n && str_is_wsp(h.p[colon]); colon++)
		;
	if (name_n == 0 || colon == h.n || h.p[colon] != ':')
		return false;
	end = line_end(h, colon);
	while (end < h.n && str_is_wsp(h.p[end]))
		end = line_end(h, end);
	field->raw = str_head(h, end);
	field->name = str_head(h, name_n);
	field->value = (str){ h.p + colon + 1, end - colon - 1 };
	while (field->value.n > 0 && is_blank(field->value.p[0]))
		field->value = str_skip(field->value, 1);
	while (field->value.n > 0 && is_blank(field->value.p[field->value.n - 1]))
		field->value.n--;
	*header = str_skip(h, end);
	return true;
}

err mime_field_find(str header, str name, struct arena *mem, str *value, struct why *why)
{
	struct mime_field f;
	size_t n = 0;
	char *p;

	do {
		if (!mime_field_next(&header, &f))
			return why_set(why, E_ABSENT, "", 0, "the mail has no such field");
	} while (!str_eq_nocase(f.name, name));
	*value = f.value;
	if (f.value.n == 0 || !memchr(f.value.p, '\n', f.value.n))
		return OK;
	p = arena_take_raw(mem, f.value.n, 1);
	if (!p)
		return why_set(why, E_LIMIT, "", 0, "no memory left for a mail field");
	for (size_t i = 0; i < f.value.n; i++)
		if (f.value.p[i] != '\r' && f.value.p[i] != '\n')
			p[n++] = f.value.p[i];
	*value = (str){ p, n };
	return OK;
}

/* Blanks, line ends and (comments (nested)). */
static void skip_cfws(str *s)
{
	size_t i = 0, depth = 0;

	for (; i < s->n && (depth > 0 || is_blank(s->p[i]) || s->p[i] == '('); i++) {
		if (s->p[i] == '\\')
			i++;
		else if (s->p[i] == '(')
			depth++;
		else if (s->p[i] == ')')
			depth--;
	}
	*s = str_skip(*s, i);
}

/* What stands before a blank or one of the stops. */
static str take_word(str *s, const char *stops)
{
	size_t n = 0;

	str word;

	while (n < s->n && !is_blank(s->p[n]) && (s->p[n] == '\0' || !strchr(stops, s->p[n])))
		n++;
	word = str_head(*s, n);
	*s = str_skip(*s, n);
	return word;
}

static str take_quoted(str *s)
{
	size_t n = 1;
	str text;

	while (n < s->n && s->p[n] != '"')
		n += s->p[n] == '\\' ? 2 : 1;
	text = str_head(str_skip(*s, 1), n - 1);
	*s = str_skip(*s, n + 1);
	return text;
}

static bool take_parameter(str *s, struct parameter *p)
{
	struct parameter q = { 0 };
	str whole, number;

	while (s->n > 0 && (is_blank(s->p[0]) || strchr(";=\"", s->p[0])))
		*s = str_skip(*s, 1);
	skip_cfws(s);
	if (s->n == 0)
		return false;
	whole = take_word(s, ";=(\"");
	skip_cfws(s);
	if (s->n > 0 && s->p[0] == '=') {
		*s = str_skip(*s, 1);
		skip_cfws(s);
		q.quoted = s->n > 0 && s->p[0] == '"';
		q.text = q.quoted ? take_quoted(s) : take_word(s, ";");
	}
	if (str_cut(whole, '*', &q.name, &number)) {
		q.extended = number.n == 0 || number.p[number.n - 1] == '*';
		number.n -= number.n > 0 && q.extended;
		q.numbered = str_u64(number, UINT32_MAX, &q.number);
	}
	*p = q;
	return true;
}

static unsigned hex_of(char c)
{
	c = str_lower(c);
	return str_is_digit(c) ? (unsigned)(c - '0') : c >= 'a' && c <= 'f' ? (unsigned)(c - 'a') + 10 : 16;
}

static void put_extended(str text, bool first, struct out *out)
{
	str charset, language, rest = text;

	if (first && str_cut(text, '\'', &charset, &rest) && str_cut(rest, '\'', &language, &rest))
		text = rest;
	for (size_t i = 0; i < text.n; i++) {
		bool is_hex = text.p[i] == '%' && i + 2 < text.n && hex_of(text.p[i + 1]) < 16 &&
		              hex_of(text.p[i + 2]) < 16;

		out_char(out, is_hex ? (char)(hex_of(text.p[i + 1]) << 4 | hex_of(text.p[i + 2])) : text.p[i]);
		i += is_hex ? 2 : 0;
	}
}

/* A name folded inside its quotes loses the fold and the blanks of the next line, as in RFC 8460 5.3.1. */
static void put_plain(str text, bool quoted, struct out *out)
{
	for (size_t i = 0; i < text.n; i++) {
		if (quoted && text.p[i] == '\\' && i + 1 < text.n) {
			out_char(out, text.p[++i]);
		} else if (text.p[i] == '\n') {
			while (i + 1 < text.n && str_is_wsp(text.p[i + 1]))
				i++;
		} else if (text.p[i] != '\r') {
			out_char(out, text.p[i]);
		}
	}
}

/* The value of a parameter, whole or put together from its pieces in order.  "name*" wins over "name". */
static err find_parameter(str s, bool (*is)(str), struct arena *mem, str *value, struct why *why)
{
	struct out out = { .cap = s.n }; /* no piece grows when it is put */
	struct parameter p;
	uint64_t pieces_n = 0;

	while (take_parameter(&s, &p)) {
		bool first = !p.numbered || p.number == 0;

		if (!is(p.name) || p.text.n == 0)
			continue;
		if (p.numbered ? p.number != pieces_n : pieces_n > 0 && !p.extended)
			continue;
		if (!out.p)
			out.p = arena_take_raw(mem, out.cap, 1);
		if (!out.p)
			return why_set(why, E_LIMIT, "", 0, "no memory left for a mail field");
		pieces_n = first ? 1 : pieces_n + 1;
		out.n = first ? 0 : out.n;
		if (p.extended)
			put_extended(p.text, first, &out);
		else
			put_plain(p.text, p.quoted, &out);
	}
	if (out.p)
		*value = (str){ arena_grow(mem, out.p, out.cap, out.n), out.n };
	return OK;
}

/* type "/" subtype in lower case; anything else leaves *type as it is.  RFC 2045 5.2 */
static err take_type(str *s, struct arena *mem, str *type, struct why *why)
{
	str word, left, right;
	bool upper = false;
	char *p;

	skip_cfws(s);
	word = take_word(s, ";(\"=,");
	if (word.n > LIMIT_MIME_TYPE_BYTES || !str_cut(word, '/', &left, &right) || left.n == 0 || right.n == 0)
		return OK;
	for (size_t i = 0; i < word.n; i++) {
		if (word.p[i] < ' ' || word.p[i] > '~')
			return OK;
		upper |= str_lower(word.p[i]) != word.p[i];
	}
	*type = word;
	if (!upper)
		return OK;
	p = arena_take_raw(mem, word.n, 1);
	if (!p)
		return why_set(why, E_LIMIT, "", 0, "no memory left for a media type");
	for (size_t i = 0; i < word.n; i++)
		p[i] = str_lower(word.p[i]);
	type->p = p;
	return OK;
}

static enum mime_encoding encoding_of(str value)
{
	str word;

	skip_cfws(&value);
	word = take_word(&value, ";(");
	return str_eq_nocase(word, S("base64")) ? MIME_BASE64 :
	       str_eq_nocase(word, S("quoted-printable")) ? MIME_QUOTED_PRINTABLE : MIME_IDENTITY;
}

err mime_field_content(str header, bool in_digest, struct arena *mem, struct mime_content *content,
    struct why *why)
{
	struct mime_content c = { .type = in_digest ? S("message/rfc822") : S("text/plain") };
	str type = { 0 }, disposition = { 0 }, encoding = { 0 };
	struct mime_field f;

	while (mime_field_next(&header, &f)) {
		if (!type.p && str_eq_nocase(f.name, S("Content-Type")))
			type = f.value;
		else if (!disposition.p && str_eq_nocase(f.name, S("Content-Disposition")))
			disposition = f.value;
		else if (!encoding.p && str_eq_nocase(f.name, S("Content-Transfer-Encoding")))
			encoding = f.value;
	}
	c.encoding = encoding_of(encoding);
	TRY(take_type(&type, mem, &c.type, why));
	TRY(find_parameter(type, is_boundary, mem, &c.boundary, why));
	TRY(find_parameter(disposition, is_file_name, mem, &c.name, why));
	if (c.name.n == 0)
		TRY(find_parameter(type, is_file_name, mem, &c.name, why));
	*content = c;
	return OK;
}
