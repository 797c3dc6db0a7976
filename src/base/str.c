#include "base/str.h"

bool str_eq_nocase(str a, str b)
{
	if (a.n != b.n)
		return false;
	for (size_t i = 0; i < a.n; i++)
		if (str_lower(a.p[i]) != str_lower(b.p[i]))
			return false;
	return true;
}

str str_trim(str s)
{
	while (s.n > 0 && str_is_wsp(s.p[0])) {
		s.p++;
		s.n--;
	}
	while (s.n > 0 && str_is_wsp(s.p[s.n - 1]))
		s.n--;
	return s;
}

bool str_cut(str s, char sep, str *left, str *right)
{
	const char *hit = s.n > 0 ? memchr(s.p, sep, s.n) : NULL;

	if (!hit) {
		*left = s;
		*right = (str){ 0 };
		return false;
	}
	*left = (str){ s.p, (size_t)(hit - s.p) };
	*right = (str){ hit + 1, s.n - left->n - 1 };
	return true;
}

bool str_line(str *rest, str *line)
{
	if (rest->n == 0)
		return false;
	if (str_cut(*rest, '\n', line, rest) && line->n > 0 && line->p[line->n - 1] == '\r')
		line->n--; /* a CR at the very end, without LF, is no line end */
	return true;
}

bool str_u64(str s, uint64_t max, uint64_t *out)
{
	uint64_t v = 0;

	if (s.n == 0)
		return false;
	for (size_t i = 0; i < s.n; i++) {
		if (!str_is_digit(s.p[i]))
			return false;
		uint64_t d = (uint64_t)(s.p[i] - '0');
		if (v > (UINT64_MAX - d) / 10)
			return false;
		v = v * 10 + d;
	}
	if (v > max)
		return false;
	*out = v;
	return true;
}

size_t str_find(str s, str needle)
{
	if (needle.n == 0)
		return 0;
	for (size_t i = 0; i + needle.n <= s.n; i++) {
		const char *hit = memchr(s.p + i, needle.p[0], s.n - needle.n - i + 1);

		if (!hit)
			break;
		i = (size_t)(hit - s.p);
		if (memcmp(hit, needle.p, needle.n) == 0)
			return i;
	}
	return s.n;
}

static size_t smallest(size_t a, size_t b, size_t c)
{
	size_t ab = a < b ? a : b;

	return ab < c ? ab : c;
}

/* Three rows of the usual table: two back for swaps of neighbours. */
size_t str_distance(str a, str b)
{
	size_t row[3][33];

	if (a.n > 32 || b.n > 32)
		return STR_FAR;
	for (size_t j = 0; j <= b.n; j++)
		row[0][j] = j;
	for (size_t i = 1; i <= a.n; i++) {
		size_t *now = row[i % 3], *up = row[(i + 2) % 3], *up2 = row[(i + 1) % 3];
		char ca = str_lower(a.p[i - 1]);

		now[0] = i;
		for (size_t j = 1; j <= b.n; j++) {
			char cb = str_lower(b.p[j - 1]);

			now[j] = smallest(up[j] + 1, now[j - 1] + 1, up[j - 1] + (ca != cb));
			if (i > 1 && j > 1 && ca == str_lower(b.p[j - 2]) && cb == str_lower(a.p[i - 2]) &&
			    up2[j - 2] + 1 < now[j])
				now[j] = up2[j - 2] + 1;
		}
	}
	return row[a.n % 3][b.n];
}

/* Length of the well-formed sequence at p, 0 when there is none.  RFC 3629 section 4. */
static size_t utf8_length(const unsigned char *p, size_t n)
{
	unsigned char lo = 0x80, hi = 0xbf;
	size_t length;

	if (p[0] < 0x80)
		return 1;
	if (p[0] < 0xc2 || p[0] > 0xf4)
		return 0;
	length = p[0] < 0xe0 ? 2 : p[0] < 0xf0 ? 3 : 4;
	if (p[0] == 0xe0)
		lo = 0xa0;
	else if (p[0] == 0xed)
		hi = 0x9f; /* surrogates */
	else if (p[0] == 0xf0)
		lo = 0x90;
	else if (p[0] == 0xf4)
		hi = 0x8f;
	if (n < length || p[1] < lo || p[1] > hi)
		return 0;
	for (size_t i = 2; i < length; i++)
		if (p[i] < 0x80 || p[i] > 0xbf)
			return 0;
	return length;
}

bool str_utf8(str s, size_t *bad)
{
	const unsigned char *p = (const unsigned char *)s.p;
	size_t i = 0;

	while (i < s.n) {
		size_t length = utf8_length(p + i, s.n - i);

		if (length == 0) {
			if (bad)
				*bad = i;
			return false;
		}
		i += length;
	}
	return true;
}
