#include "wire/json_out.h"

static void out_escaped(struct out *out, unsigned char c)
{
	static const char letter[32] = { ['\b'] = 'b', ['\t'] = 't', ['\n'] = 'n', ['\f'] = 'f', ['\r'] = 'r' };

	if (c == '"' || c == '\\') {
		out_char(out, '\\');
		out_char(out, (char)c);
	} else if (c < 0x20 && letter[c]) {
		out_char(out, '\\');
		out_char(out, letter[c]);
	} else {
		out_str(out, S("\\u00"));
		out_hex(out, (str){ (const char *)&c, 1 });
	}
}

/* U+FDD0..FDEF and the last two of every plane.  RFC 7493 2.1 */
static bool noncharacter(str s)
{
	const unsigned char *p = (const unsigned char *)s.p;

	if (s.n == 3 && p[0] == 0xef && p[1] == 0xb7)
		return p[2] >= 0x90 && p[2] <= 0xaf;
	if (s.n == 3)
		return p[0] == 0xef && p[1] == 0xbf && p[2] >= 0xbe;
	return s.n == 4 && (p[1] & 0x0f) == 0x0f && p[2] == 0xbf && p[3] >= 0xbe;
}

static size_t sequence_n(unsigned char first)
{
	return first < 0xe0 ? 2 : first < 0xf0 ? 3 : 4;
}

/* One character that is not ASCII; returns how many bytes it took. */
static size_t out_beyond_ascii(struct out *out, str s)
{
	str c = str_head(s, sequence_n((unsigned char)s.p[0]));

	if (!str_utf8(c, NULL)) {
		out_str(out, S("\xef\xbf\xbd"));
		return 1;
	}
	out_str(out, noncharacter(c) ? S("\xef\xbf\xbd") : c);
	return c.n;
}

void json_out_str(struct out *out, str s)
{
	size_t from = 0, i = 0;

	out_char(out, '"');
	while (i < s.n) {
		unsigned char c = (unsigned char)s.p[i];

		if (c >= 0x20 && c < 0x7f && c != '"' && c != '\\') {
			i++;
			continue;
		}
		out_str(out, (str){ s.p + from, i - from });
		if (c < 0x80) {
			out_escaped(out, c);
			i++;
		} else {
			i += out_beyond_ascii(out, str_skip(s, i));
		}
		from = i;
	}
	if (from < s.n)
		out_str(out, str_skip(s, from));
	out_char(out, '"');
}

void json_out_strs(struct out *out, const str *s, size_t n)
{
	out_char(out, '[');
	for (size_t i = 0; i < n; i++) {
		if (i > 0)
			out_char(out, ',');
		json_out_str(out, s[i]);
	}
	out_char(out, ']');
}

void json_out_key(struct out *out, bool *first, const char *key)
{
	if (!*first)
		out_char(out, ',');
	*first = false;
	json_out_str(out, str_of(key));
	out_char(out, ':');
}
