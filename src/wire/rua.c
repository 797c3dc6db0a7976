#include "wire/rua.h"

#include "base/out.h"
#include "wire/uri.h"

/* The three that RFC 8460 wants encoded although RFC 3986 does not.  [RPT-3-n] */
static err check_reserved(str uri, struct why *why)
{
	for (size_t i = 0; i < uri.n; i++) {
		if (uri.p[i] == '!')
			return why_set(why, E_SYNTAX, "RFC 8460 3", i,
			    "\"!\" must be written %%21; a size limit as in DMARC does not exist here");
		if (uri.p[i] == ',' || uri.p[i] == ';')
			return why_set(why, E_SYNTAX, "RFC 8460 3", i, "\"%c\" must be percent-encoded", uri.p[i]);
	}
	return OK;
}

static err read_parts(str text, struct uri *uri, struct why *why)
{
	if (text.n > LIMIT_URI_BYTES)
		return why_set(why, E_LIMIT, "", LIMIT_URI_BYTES, "a URI of %zu characters", text.n);
	TRY(check_reserved(text, why));
	return uri_read(text, uri, why);
}

err rua_check(str uri, struct why *why)
{
	struct uri parts;

	return read_parts(uri, &parts, why);
}

/* Percent-decoding; nothing but printable ASCII and UTF-8 comes out. */
static err decode(str text, struct out *out, struct why *why)
{
	for (size_t i = 0; i < text.n; i++) {
		char c = text.p[i];

		if (uri_escape(str_skip(text, i), &c))
			i += 2;
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

static err read_mailto(const struct uri *parts, struct rua *rua, struct why *why)
{
	char plain[LIMIT_URI_BYTES];
	struct out text = OUT(plain), address = OUT(rua->address);
	size_t at;
	str whole;

	if (parts->authority.p || parts->path.n == 0)
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

static err read_https(const struct uri *parts, struct rua *rua, struct why *why)
{
	uint64_t port = 443;

	if (parts->host.n == 0)
		return why_set(why, E_RULE, "RFC 9110 4.2.2", 0, "https: without a host");
	if (parts->user.p)
		return why_set(why, E_RULE, "RFC 9110 4.2.4", 0, "credentials in a published address");
	if (parts->host.p[0] != '[' && domain_read(parts->host, &rua->host, why) != OK)
		return why_set(why, E_RULE, "RFC 9110 4.2.2", 0, "the host is no domain name");
	if (parts->port.n > 0 && (!str_u64(parts->port, UINT16_MAX, &port) || port == 0))
		return why_set(why, E_RULE, "RFC 3986 3.2.3", 0, "the port is not 1 to 65535");
	rua->kind = RUA_HTTPS;
	rua->port = (uint16_t)port;
	rua->authority = parts->authority;
	rua->target = parts->path;
	if (parts->query.p) /* path and "?" and query stand in one run */
		rua->target.n = (size_t)(parts->query.p + parts->query.n - parts->path.p);
	return OK;
}

err rua_read(str uri, struct rua *rua, struct why *why)
{
	struct rua r = { 0 };
	struct uri parts;

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
