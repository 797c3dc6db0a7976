#include "wire/uri.h"

#include "wire/address.h"

/* What a byte may be part of; RFC 3986 Appendix A */
enum {
	IN_UNRESERVED = 1,
	IN_SUB_DELIMS = 2,
	IN_COLON = 4,
	IN_AT = 8,
	IN_SLASH = 16,
	IN_QUESTION = 32,
};

#define IN_REG_NAME (IN_UNRESERVED | IN_SUB_DELIMS)
#define IN_USERINFO (IN_REG_NAME | IN_COLON)
#define IN_PATH (IN_USERINFO | IN_AT | IN_SLASH)
#define IN_QUERY (IN_PATH | IN_QUESTION)

static unsigned class_of(char c)
{
	if (str_is_alnum(c))
		return IN_UNRESERVED;
	switch (c) {
	case '-': case '.': case '_': case '~':
		return IN_UNRESERVED;
	case '!': case '$': case '&': case '\'': case '(': case ')':
	case '*': case '+': case ',': case ';': case '=':
		return IN_SUB_DELIMS;
	case ':':
		return IN_COLON;
	case '@':
		return IN_AT;
	case '/':
		return IN_SLASH;
	case '?':
		return IN_QUESTION;
	default:
		return 0;
	}
}

static bool is_hex(char c)
{
	return str_is_digit(c) || (str_lower(c) >= 'a' && str_lower(c) <= 'f');
}

/* How many bytes at the head of s are of the classes, or percent-encoded. */
static size_t run(str s, unsigned classes)
{
	size_t i = 0;

	while (i < s.n) {
		if (s.p[i] == '%' && i + 2 < s.n && is_hex(s.p[i + 1]) && is_hex(s.p[i + 2]))
			i += 3;
		else if (class_of(s.p[i]) & classes)
			i++;
		else
			break;
	}
	return i;
}

static size_t scheme(str s)
{
	size_t n = 0;

	if (s.n == 0 || !str_is_alnum(s.p[0]) || str_is_digit(s.p[0]))
		return 0;
	while (n < s.n && (str_is_alnum(s.p[n]) || s.p[n] == '+' || s.p[n] == '-' || s.p[n] == '.'))
		n++;
	return n;
}

/* IPvFuture without the brackets: "v" 1*HEXDIG "." 1*( unreserved / sub-delims / ":" ) */
static bool is_ip_future(str s)
{
	size_t n = 1;

	if (s.n == 0 || str_lower(s.p[0]) != 'v')
		return false;
	while (n < s.n && is_hex(s.p[n]))
		n++;
	if (n == 1 || n + 1 >= s.n || s.p[n] != '.')
		return false;
	for (n++; n < s.n; n++)
		if (!(class_of(s.p[n]) & IN_USERINFO))
			return false;
	return true;
}

/* [ userinfo "@" ] host [ ":" port ] */
static bool is_authority(str s)
{
	str user, host;
	size_t n;

	if (str_cut(s, '@', &user, &host)) {
		if (run(user, IN_USERINFO) != user.n)
			return false;
		s = host;
	}
	if (str_starts(s, S("["))) {
		if (!str_cut(str_skip(s, 1), ']', &host, &s))
			return false;
		if (!address_is_ipv6(host) && !is_ip_future(host))
			return false;
	} else {
		s = str_skip(s, run(s, IN_REG_NAME));
	}
	if (s.n == 0)
		return true;
	if (s.p[0] != ':')
		return false;
	for (n = 1; n < s.n && str_is_digit(s.p[n]); n++)
		;
	return n == s.n;
}

err uri_check(str text, struct why *why)
{
	static const char rule[] = "RFC 3986 3";
	size_t n = scheme(text);
	str rest = str_skip(text, n);

	if (n == 0 || !str_starts(rest, S(":")))
		return why_set(why, E_SYNTAX, rule, 0, "no scheme");
	rest = str_skip(rest, 1);
	if (str_starts(rest, S("//"))) {
		rest = str_skip(rest, 2);
		for (n = 0; n < rest.n && !strchr("/?#", rest.p[n]); n++)
			;
		if (!is_authority(str_head(rest, n)))
			return why_set(why, E_SYNTAX, rule, text.n - rest.n, "a wrong authority");
		rest = str_skip(rest, n);
	}
	rest = str_skip(rest, run(rest, IN_PATH));
	if (str_starts(rest, S("?")))
		rest = str_skip(rest, 1 + run(str_skip(rest, 1), IN_QUERY));
	if (str_starts(rest, S("#")))
		rest = str_skip(rest, 1 + run(str_skip(rest, 1), IN_QUERY));
	if (rest.n > 0)
		return why_set(why, E_SYNTAX, rule, text.n - rest.n, "a byte that must be percent-encoded");
	return OK;
}
