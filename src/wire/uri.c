#include "wire/uri.h"

#include "wire/address.h"

#define RULE "RFC 3986 3"

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

static int hex_value(char c)
{
	c = str_lower(c);
	if (str_is_digit(c))
		return c - '0';
	return c >= 'a' && c <= 'f' ? c - 'a' + 10 : -1;
}

bool uri_escape(str text, char *byte)
{
	if (text.n < 3 || text.p[0] != '%' || hex_value(text.p[1]) < 0 || hex_value(text.p[2]) < 0)
		return false;
	*byte = (char)(hex_value(text.p[1]) * 16 + hex_value(text.p[2]));
	return true;
}

static err refuse(str text, const char *at, struct why *why)
{
	size_t offset = (size_t)(at - text.p);
	char c = *at;

	if (c == '%')
		return why_set(why, E_SYNTAX, RULE, offset, "\"%%\" without two hexadecimal digits");
	if (c & 0x80)
		return why_set(why, E_SYNTAX, RULE, offset,
		    "not ASCII: write a host as A-label, the rest percent-encoded");
	if ((unsigned char)c <= 0x20 || c == 0x7f)
		return why_set(why, E_SYNTAX, RULE, offset, "a blank or control character");
	return why_set(why, E_SYNTAX, RULE, offset, "\"%c\" cannot stand in a URI here", c);
}

/* Every byte of part is of the classes or percent-encoded. */
static err check(str text, str part, unsigned classes, struct why *why)
{
	for (size_t i = 0; i < part.n; i++) {
		char byte;

		if (uri_escape(str_skip(part, i), &byte))
			i += 2;
		else if (!(class_of(part.p[i]) & classes))
			return refuse(text, part.p + i, why);
	}
	return OK;
}

static err read_scheme(str text, struct uri *uri, str *rest, struct why *why)
{
	size_t n = 0;

	while (n < text.n && (str_is_alnum(text.p[n]) || text.p[n] == '+' || text.p[n] == '-' || text.p[n] == '.'))
		n++;
	if (n == 0 || n == text.n || text.p[n] != ':' || str_is_digit(text.p[0]) || !str_is_alnum(text.p[0]))
		return why_set(why, E_SYNTAX, RULE, 0, "not a URI: there is no scheme such as mailto: or https:");
	uri->scheme = str_head(text, n);
	*rest = str_skip(text, n + 1);
	return OK;
}

/* IPvFuture without the brackets: "v" 1*HEXDIG "." 1*( unreserved / sub-delims / ":" ) */
static bool is_ip_future(str s)
{
	size_t n = 1;

	if (s.n == 0 || str_lower(s.p[0]) != 'v')
		return false;
	while (n < s.n && hex_value(s.p[n]) >= 0)
		n++;
	if (n == 1 || n + 1 >= s.n || s.p[n] != '.')
		return false;
	for (n++; n < s.n; n++)
		if (!(class_of(s.p[n]) & IN_USERINFO))
			return false;
	return true;
}

/* "[" address "]" at the head of *rest. */
static err read_literal(str text, struct uri *uri, str *rest, struct why *why)
{
	str inner, behind;

	if (!str_cut(str_skip(*rest, 1), ']', &inner, &behind))
		return why_set(why, E_SYNTAX, RULE, (size_t)(rest->p - text.p), "\"[\" without \"]\"");
	if (!address_is_ipv6(inner) && !is_ip_future(inner))
		return why_set(why, E_SYNTAX, RULE, (size_t)(inner.p - text.p), "not an IPv6 address");
	if (behind.n > 0 && behind.p[0] != ':')
		return refuse(text, behind.p, why);
	uri->host = (str){ rest->p, inner.n + 2 };
	*rest = behind;
	return OK;
}

/* [ userinfo "@" ] host [ ":" port ] */
static err read_authority(str text, struct uri *uri, struct why *why)
{
	str rest = uri->authority, user, host;

	if (str_cut(rest, '@', &user, &host)) {
		uri->user = user;
		rest = host;
		TRY(check(text, user, IN_USERINFO, why));
	}
	if (str_starts(rest, S("["))) {
		TRY(read_literal(text, uri, &rest, why));
		uri->port = rest.n > 0 ? str_skip(rest, 1) : (str){ 0 };
	} else {
		str_cut(rest, ':', &uri->host, &uri->port);
		TRY(check(text, uri->host, IN_REG_NAME, why));
	}
	for (size_t i = 0; i < uri->port.n; i++)
		if (!str_is_digit(uri->port.p[i]))
			return why_set(why, E_SYNTAX, RULE, (size_t)(uri->port.p - text.p) + i, "a port is a number");
	return OK;
}

err uri_read(str text, struct uri *uri, struct why *why)
{
	struct uri u = { 0 };
	str rest = text;

	TRY(read_scheme(text, &u, &rest, why));
	str_cut(rest, '#', &rest, &u.fragment);
	str_cut(rest, '?', &rest, &u.query);
	if (str_starts(rest, S("//"))) {
		size_t n = 2;

		while (n < rest.n && rest.p[n] != '/')
			n++;
		u.authority = (str){ rest.p + 2, n - 2 };
		TRY(read_authority(text, &u, why));
		rest = str_skip(rest, n);
	}
	u.path = rest;
	TRY(check(text, u.path, IN_PATH, why));
	TRY(check(text, u.query, IN_QUERY, why));
	TRY(check(text, u.fragment, IN_QUERY, why));
	*uri = u;
	return OK;
}
