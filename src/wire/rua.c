#include "wire/rua.h"

#include "base/out.h"
#include "wire/address.h"

#define RULE "RFC 3986"

static bool is_unreserved(char c)
{
	return str_is_alnum(c) || c == '-' || c == '.' || c == '_' || c == '~';
}

/* sub-delims without the three that RFC 8460 wants encoded.  [RPT-3-n] */
static bool is_sub_delim(char c)
{
	return c == '$' || c == '&' || c == '\'' || c == '(' || c == ')' || c == '*' || c == '+' || c == '=';
}

static int hex_value(char c)
{
	c = str_lower(c);
	if (str_is_digit(c))
		return c - '0';
	return c >= 'a' && c <= 'f' ? c - 'a' + 10 : -1;
}

static bool is_percent(str s)
{
	return s.n >= 3 && s.p[0] == '%' && hex_value(s.p[1]) >= 0 && hex_value(s.p[2]) >= 0;
}

static err refuse_char(str uri, size_t at, struct why *why)
{
	char c = uri.p[at];

	if (c == '!')
		return why_set(why, E_SYNTAX, "RFC 8460 3", at,
		    "\"!\" must be written %%21; a size limit as in DMARC does not exist here");
	if (c == ',' || c == ';')
		return why_set(why, E_SYNTAX, "RFC 8460 3", at, "\"%c\" must be percent-encoded", c);
	if (c == '%')
		return why_set(why, E_SYNTAX, RULE, at, "\"%%\" without two hexadecimal digits");
	if (c & 0x80)
		return why_set(why, E_SYNTAX, RULE, at, "not ASCII: write a host as A-label, the rest percent-encoded");
	if (c <= 0x20 || c == 0x7f)
		return why_set(why, E_SYNTAX, RULE, at, "a blank or control character");
	return why_set(why, E_SYNTAX, RULE, at, "\"%c\" cannot stand in a URI here", c);
}

/* Every byte of part is unreserved, an escape, a sub-delim or one of also. */
static err check_chars(str uri, str part, const char *also, struct why *why)
{
	for (size_t i = 0; i < part.n; i++) {
		char c = part.p[i];

		if (is_percent(str_skip(part, i)))
			i += 2;
		else if (!is_unreserved(c) && !is_sub_delim(c) && (c == '\0' || !strchr(also, c)))
			return refuse_char(uri, (size_t)(part.p - uri.p) + i, why);
	}
	return OK;
}

/* scheme ":"; moves past it. */
static err take_scheme(str uri, str *scheme, str *rest, struct why *why)
{
	if (!str_cut(uri, ':', scheme, rest) || scheme->n == 0)
		return why_set(why, E_SYNTAX, "RFC 8460 3", 0, "not a URI: write mailto:ADDRESS or https://HOST/PATH");
	for (size_t i = 0; i < scheme->n; i++) {
		char c = scheme->p[i];

		if (!str_is_alnum(c) && c != '+' && c != '-' && c != '.')
			return why_set(why, E_SYNTAX, "RFC 8460 3", i,
			    "not a URI: write mailto:ADDRESS or https://HOST/PATH");
	}
	if (!str_is_alnum(scheme->p[0]) || str_is_digit(scheme->p[0]))
		return why_set(why, E_SYNTAX, RULE, 0, "a scheme begins with a letter");
	return OK;
}

struct authority {
	str user;    /* without "@" */
	bool has_user;
	str host;    /* with its brackets */
	str port;    /* digits, maybe none */
};

/* [ userinfo "@" ] host [ ":" port ] */
static err read_authority(str uri, str text, struct authority *a, struct why *why)
{
	str host = text, user;

	*a = (struct authority){ 0 };
	if (str_cut(text, '@', &user, &host)) {
		a->has_user = true;
		a->user = user;
		TRY(check_chars(uri, user, ":", why));
	} else {
		host = text;
	}
	if (host.n > 0 && host.p[0] == '[') {
		str inner = str_skip(host, 1), behind;

		if (!str_cut(inner, ']', &inner, &behind))
			return why_set(why, E_SYNTAX, RULE, (size_t)(host.p - uri.p), "\"[\" without \"]\"");
		a->host = (str){ host.p, inner.n + 2 };
		if (!address_is_ipv6(inner))
			return why_set(why, E_SYNTAX, RULE, (size_t)(inner.p - uri.p), "not an IPv6 address");
		host = behind;
		if (host.n > 0 && host.p[0] != ':')
			return refuse_char(uri, (size_t)(host.p - uri.p), why);
		a->port = str_skip(host, 1);
	} else {
		str_cut(host, ':', &a->host, &a->port);
		TRY(check_chars(uri, a->host, "", why));
	}
	for (size_t i = 0; i < a->port.n; i++)
		if (!str_is_digit(a->port.p[i]))
			return why_set(why, E_SYNTAX, RULE, (size_t)(a->port.p - uri.p) + i, "a port is a number");
	return OK;
}

struct parts {
	str scheme;
	bool has_authority;
	struct authority authority;
	str authority_text;
	str path;
	str query; /* without "?" */
};

static err read_parts(str uri, struct parts *parts, struct why *why)
{
	struct parts p = { 0 };
	str rest, fragment;

	if (uri.n > LIMIT_URI_BYTES)
		return why_set(why, E_LIMIT, "", LIMIT_URI_BYTES, "a URI of %zu characters", uri.n);
	TRY(take_scheme(uri, &p.scheme, &rest, why));
	str_cut(rest, '#', &rest, &fragment);
	str_cut(rest, '?', &rest, &p.query);
	if (str_starts(rest, S("//"))) {
		size_t n = 2;

		while (n < rest.n && rest.p[n] != '/')
			n++;
		p.has_authority = true;
		p.authority_text = (str){ rest.p + 2, n - 2 };
		TRY(read_authority(uri, p.authority_text, &p.authority, why));
		rest = str_skip(rest, n);
	}
	p.path = rest;
	TRY(check_chars(uri, p.path, ":@/", why));
	TRY(check_chars(uri, p.query, ":@/?", why));
	TRY(check_chars(uri, fragment, ":@/?", why));
	*parts = p;
	return OK;
}

err rua_check(str uri, struct why *why)
{
	struct parts parts;

	return read_parts(uri, &parts, why);
}

/* Percent-decoding; nothing but printable ASCII and UTF-8 comes out. */
static err decode(str text, struct out *out, struct why *why)
{
	for (size_t i = 0; i < text.n; i++) {
		char c = text.p[i];

		if (is_percent(str_skip(text, i))) {
			c = (char)(hex_value(text.p[i + 1]) * 16 + hex_value(text.p[i + 2]));
			i += 2;
		}
		if ((unsigned char)c <= 0x20 || c == 0x7f)
			return why_set(why, E_RULE, "RFC 6068 2", 0, "the address holds a blank or control character");
		out_char(out, c);
	}
	return OK;
}

static bool is_atext(char c)
{
	return str_is_alnum(c) || (c != '\0' && strchr("!#$%&'*+-/=?^_`{|}~", c));
}

static bool is_dot_atom(str s)
{
	for (size_t i = 0; i < s.n; i++)
		if (!is_atext(s.p[i]) && (s.p[i] != '.' || i == 0 || i + 1 == s.n || s.p[i + 1] == '.'))
			return false;
	return s.n > 0;
}

/* Already a quoted-string: DQUOTE *( qtext / "\" any ) DQUOTE */
static bool is_quoted(str s)
{
	if (s.n < 2 || s.p[0] != '"' || s.p[s.n - 1] != '"')
		return false;
	for (size_t i = 1; i + 1 < s.n; i++) {
		if (s.p[i] == '"')
			return false;
		if (s.p[i] == '\\' && ++i + 1 >= s.n)
			return false;
	}
	return true;
}

/* The local part as an envelope can carry it: quoted when it is no dot-atom.  RFC 5321 4.1.2 */
static err write_local(str local, struct out *out, struct why *why)
{
	size_t start = out->n;

	for (size_t i = 0; i < local.n; i++)
		if (local.p[i] & 0x80)
			return why_set(why, E_RULE, "RFC 6531", 0, "the part before \"@\" is not ASCII");
	if (is_dot_atom(local) || is_quoted(local)) {
		out_str(out, local);
	} else {
		out_char(out, '"');
		for (size_t i = 0; i < local.n; i++) {
			if (local.p[i] == '"' || local.p[i] == '\\')
				out_char(out, '\\');
			out_char(out, local.p[i]);
		}
		out_char(out, '"');
	}
	if (local.n == 0 || out->full || out->n - start > 64)
		return why_set(why, E_RULE, "RFC 5321 4.5.3.1", 0, "the part before \"@\" is empty or longer than 64");
	return OK;
}

static err read_mailto(const struct parts *parts, struct rua *rua, struct why *why)
{
	char plain[LIMIT_URI_BYTES];
	struct out text = OUT(plain), address = OUT(rua->address);
	size_t at;
	str whole;

	if (parts->has_authority || parts->path.n == 0)
		return why_set(why, E_RULE, "RFC 6068 2", 0, "mailto: without an address");
	TRY(decode(parts->path, &text, why)); /* header fields behind "?" are a stranger's: ignored */
	whole = out_done(&text);
	at = whole.n;
	while (at > 0 && whole.p[at - 1] != '@')
		at--;
	if (at == 0)
		return why_set(why, E_RULE, "RFC 6068 2", 0, "the address has no \"@\"");
	TRY(write_local(str_head(whole, at - 1), &address, why));
	if (domain_read(str_skip(whole, at), &rua->host, why) != OK)
		return why_set(why, E_RULE, "RFC 6068 2", 0, "what stands behind \"@\" is no domain");
	out_char(&address, '@');
	out_str(&address, domain_str(&rua->host));
	out_char(&address, '\0');
	if (address.full)
		return why_set(why, E_LIMIT, "", 0, "the address is too long");
	rua->kind = RUA_MAILTO;
	return OK;
}

static err read_https(const struct parts *parts, struct rua *rua, struct why *why)
{
	const struct authority *a = &parts->authority;
	uint64_t port = 443;

	if (!parts->has_authority || a->host.n == 0)
		return why_set(why, E_RULE, "RFC 9110 4.2.2", 0, "https: without a host");
	if (a->has_user)
		return why_set(why, E_RULE, "RFC 9110 4.2.4", 0, "credentials in a published address");
	if (a->host.p[0] != '[' && domain_read(a->host, &rua->host, why) != OK)
		return why_set(why, E_RULE, "RFC 9110 4.2.2", 0, "the host is no domain name");
	if (a->port.n > 0 && (!str_u64(a->port, UINT16_MAX, &port) || port == 0))
		return why_set(why, E_RULE, RULE, 0, "the port is not 1 to 65535");
	rua->kind = RUA_HTTPS;
	rua->port = (uint16_t)port;
	rua->authority = parts->authority_text;
	rua->target = parts->path;
	if (parts->query.p) /* path and "?" and query stand in one run */
		rua->target.n = (size_t)(parts->query.p + parts->query.n - parts->path.p);
	return OK;
}

err rua_read(str uri, struct rua *rua, struct why *why)
{
	struct rua r = { 0 };
	struct parts parts;

	TRY(read_parts(uri, &parts, why));
	if (str_eq_nocase(parts.scheme, S("mailto")))
		TRY(read_mailto(&parts, &r, why));
	else if (str_eq_nocase(parts.scheme, S("https")))
		TRY(read_https(&parts, &r, why));
	else
		return why_set(why, E_RULE, "RFC 8460 3", 0, "reports are sent by mailto: and https: only");
	*rua = r;
	return OK;
}
