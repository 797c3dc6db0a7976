#include "wire/mime.h"

/* Value of a letter plus one; 0 for what is no letter of base64.  RFC 2045 6.8 */
static const unsigned char base64_letter[256] = {
	['+'] = 63, ['/'] = 64, ['0'] = 53, 54, 55, 56, 57, 58, 59, 60, 61, 62,
	['A'] = 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15, 16, 17, 18, 19, 20, 21, 22, 23, 24, 25, 26,
	['a'] = 27, 28, 29, 30, 31, 32, 33, 34, 35, 36, 37, 38, 39, 40, 41, 42, 43, 44, 45, 46, 47, 48, 49, 50,
	51, 52,
};

static uint32_t letter(str in, size_t i)
{
	return base64_letter[(unsigned char)in.p[i]] - 1u; /* beyond 63: no letter */
}

/* What is no letter is skipped; padding ends the text. */
static size_t read_base64(str in, char *out)
{
	uint32_t bits = 0, a, b, c, d;
	unsigned held = 0; /* letters in bits */
	size_t n = 0, i = 0;

	while (i < in.n) {
		while (held == 0 && in.n - i >= 4) {
			a = letter(in, i), b = letter(in, i + 1), c = letter(in, i + 2), d = letter(in, i + 3);
			if ((a | b | c | d) > 63)
				break;
			a = a << 18 | b << 12 | c << 6 | d;
			out[n++] = (char)(a >> 16);
			out[n++] = (char)(a >> 8);
			out[n++] = (char)a;
			i += 4;
		}
		if (i == in.n || in.p[i] == '=')
			break;
		a = letter(in, i++);
		if (a > 63)
			continue;
		bits = bits << 6 | a;
		if (++held == 4) {
			out[n++] = (char)(bits >> 16);
			out[n++] = (char)(bits >> 8);
			out[n++] = (char)bits;
			held = 0;
		}
	}
	if (held == 3)
		out[n++] = (char)(bits >> 10);
	if (held >= 2)
		out[n++] = (char)(held == 3 ? bits >> 2 : bits >> 4);
	return n;
}

static int hex_of(char c)
{
	c = str_lower(c);
	return str_is_digit(c) ? c - '0' : c >= 'a' && c <= 'f' ? c - 'a' + 10 : -1;
}

/* "=" that stands for nothing RFC 2045 6.7 knows stays as it is. */
static size_t read_quoted_printable(str in, char *out)
{
	size_t n = 0;

	while (in.n > 0) {
		str plain, rest, line = { 0 };

		if (!str_cut(in, '=', &plain, &rest)) {
			memcpy(out + n, in.p, in.n);
			return n + in.n;
		}
		if (plain.n > 0)
			memcpy(out + n, plain.p, plain.n);
		n += plain.n;
		in = rest;
		if (in.n >= 2 && hex_of(in.p[0]) >= 0 && hex_of(in.p[1]) >= 0) {
			out[n++] = (char)(hex_of(in.p[0]) << 4 | hex_of(in.p[1]));
			in = str_skip(in, 2);
			continue;
		}
		(void)str_line(&rest, &line);
		if (str_trim(line).n == 0)
			in = rest; /* a soft line break */
		else
			out[n++] = '=';
	}
	return n;
}

err mime_body(const struct mime_part *part, struct arena *mem, str *body, struct why *why)
{
	size_t n;
	char *p;

	if (part->content.encoding == MIME_IDENTITY) {
		*body = part->raw;
		return OK;
	}
	p = arena_take_raw(mem, part->raw.n + 1, 1); /* neither encoding grows; 1: an empty body is no NULL */
	if (!p)
		return why_set(why, E_LIMIT, "", 0, "no memory left to decode a part of %zu bytes", part->raw.n);
	n = part->content.encoding == MIME_BASE64 ? read_base64(part->raw, p) :
	                                            read_quoted_printable(part->raw, p);
	*body = (str){ arena_grow(mem, p, part->raw.n + 1, n), n };
	return OK;
}
