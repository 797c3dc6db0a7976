#include "wire/addr_spec.h"

static bool is_atext(char c)
{
	return str_is_alnum(c) || (c != '\0' && strchr("!#$%&'*+-/=?^_`{|}~", c));
}

/* 1*atext *("." 1*atext) at the head of s; 0 when there is none. */
static size_t dot_atom(str s)
{
	size_t n = 0;

	for (;;) {
		size_t from = n;

		while (n < s.n && is_atext(s.p[n]))
			n++;
		if (n == from)
			return 0;
		if (n == s.n || s.p[n] != '.')
			return n;
		n++;
	}
}

/* A quoted-string with its quotes at the head of s; 0 when there is none. */
static size_t quoted_string(str s)
{
	for (size_t i = 1; i < s.n; i++) {
		unsigned char c = (unsigned char)s.p[i];

		if (c == '"')
			return i + 1;
		if (c == '\\' && ++i == s.n)
			return 0;
		c = (unsigned char)s.p[i];
		if (c != '\t' && (c < 0x20 || c > 0x7e))
			return 0;
	}
	return 0;
}

static bool is_domain_literal(str s)
{
	if (s.n < 2 || s.p[0] != '[' || s.p[s.n - 1] != ']')
		return false;
	for (size_t i = 1; i + 1 < s.n; i++)
		if (s.p[i] < 0x21 || s.p[i] > 0x7e || strchr("[]\\", s.p[i]))
			return false;
	return true;
}

bool addr_spec_valid(str text)
{
	size_t local = str_starts(text, S("\"")) ? quoted_string(text) : dot_atom(text);
	str domain;

	if (local == 0 || local >= text.n || text.p[local] != '@')
		return false;
	domain = str_skip(text, local + 1);
	return domain.n > 0 && (dot_atom(domain) == domain.n || is_domain_literal(domain));
}
