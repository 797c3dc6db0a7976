#include "wire/postfix_tls.h"

#include "wire/address.h"

#define RULE "postconf(5) smtp_tls_policy_maps"

/* What remains of a reply below the ceiling when "OK " stands before the answer. */
#define ANSWER_BYTES (LIMIT_SOCKETMAP_REPLY_BYTES - 4)

/* "25", or a service: the ones of mail by name, another is well-formed and port 0. */
static err read_port(str text, size_t at, uint16_t *port, struct why *why)
{
	static const struct {
		str name;
		uint16_t port;
	} services[] = {
		{ STR("smtp"), 25 },
		{ STR("submission"), 587 },
		{ STR("submissions"), 465 },
		{ STR("smtps"), 465 },
	};
	uint64_t n;

	if (str_u64(text, UINT16_MAX, &n) && n > 0) {
		*port = (uint16_t)n;
		return OK;
	}
	if (text.n == 0 || str_is_digit(text.p[0]))
		return why_set(why, E_SYNTAX, RULE, at, "no port");
	for (size_t i = 0; i < text.n; i++)
		if (!str_is_alnum(text.p[i]) && text.p[i] != '-')
			return why_set(why, E_SYNTAX, RULE, at + i, "neither a port nor a service");
	*port = 0;
	for (size_t i = 0; i < ARRAY_N(services); i++)
		if (str_eq_nocase(text, services[i].name))
			*port = services[i].port;
	return OK;
}

static err read_name(str text, size_t at, struct postfix_tls_key *key, struct why *why)
{
	err e = domain_read(text, &key->domain, why);

	if (e != OK && why)
		why->at += at;
	if (e == OK && domain_is_address(domain_str(&key->domain))) {
		key->kind = POSTFIX_TLS_ADDRESS;
		key->domain = (struct domain){ 0 };
	}
	return e;
}

/* [host], [192.0.2.1], [IPv6:2001:db8::1]; *rest is what stands behind the bracket. */
static err read_bracketed(str text, struct postfix_tls_key *key, str *rest, struct why *why)
{
	str inner, literal;

	if (!str_cut(str_skip(text, 1), ']', &inner, rest))
		return why_set(why, E_SYNTAX, RULE, text.n, "no \"]\"");
	literal = str_eq_nocase(str_head(inner, 5), S("IPv6:")) ? str_skip(inner, 5) : inner;
	if (address_is_ipv6(literal)) {
		key->kind = POSTFIX_TLS_ADDRESS;
		return OK;
	}
	key->kind = POSTFIX_TLS_HOST;
	return read_name(inner, 1, key, why);
}

err postfix_tls_key_read(str text, struct postfix_tls_key *key, struct why *why)
{
	struct postfix_tls_key k = { .kind = POSTFIX_TLS_DOMAIN };
	str name, rest;

	if (text.n > 0 && text.p[0] == '[') {
		TRY(read_bracketed(text, &k, &rest, why));
		if (rest.n > 0 && rest.p[0] != ':')
			return why_set(why, E_SYNTAX, RULE, text.n - rest.n, "something stands behind \"]\"");
		if (rest.n > 0)
			TRY(read_port(str_skip(rest, 1), text.n - rest.n + 1, &k.port, why));
	} else if (text.n > 0 && text.p[0] == '.') {
		k.kind = POSTFIX_TLS_PARENT;
		TRY(domain_read(str_skip(text, 1), &k.domain, why));
	} else {
		bool port = str_cut(text, ':', &name, &rest);

		TRY(read_name(name, 0, &k, why));
		if (port)
			TRY(read_port(rest, name.n + 1, &k.port, why));
	}
	*key = k;
	return OK;
}

static const str levels[] = {
	[POSTFIX_TLS_NONE] = STR("none"),
	[POSTFIX_TLS_MAY] = STR("may"),
	[POSTFIX_TLS_ENCRYPT] = STR("encrypt"),
	[POSTFIX_TLS_DANE] = STR("dane"),
	[POSTFIX_TLS_DANE_ONLY] = STR("dane-only"),
	[POSTFIX_TLS_SECURE] = STR("secure"),
};

/* May the pattern stand in match= and mx_host_pattern=? */
static bool usable(str pattern)
{
	return domain_check_pattern(pattern, NULL) == OK && memchr(pattern.p, '.', pattern.n) &&
	    !domain_is_address(pattern);
}

static void out_lower(struct out *out, str s)
{
	for (size_t i = 0; i < s.n; i++)
		out_char(out, str_lower(s.p[i]));
}

/* match=mx.example.com:.example.net; returns how many patterns it names. */
static size_t write_match(const struct postfix_tls *answer, struct out *out)
{
	size_t n = 0;

	for (size_t i = 0; i < answer->mx_n; i++) {
		str pattern = answer->mx[i];

		if (!usable(pattern))
			continue;
		out_str(out, n++ > 0 ? S(":") : S(" match="));
		out_lower(out, pattern.p[0] == '*' ? str_skip(pattern, 1) : pattern);
	}
	return n;
}

/*
 * Will Postfix's parser keep the line whole between "{" and "}"?  Braces must be
 * balanced, and the map's answer must be UTF-8 without NUL.
 */
static bool keeps_whole(str line)
{
	size_t open = 0;

	for (size_t i = 0; i < line.n; i++) {
		char c = line.p[i];

		if (((unsigned char)c < 0x20 && c != '\t') || c == 0x7f)
			return false;
		if (c == '}' && open-- == 0)
			return false;
		open += c == '{';
	}
	return open == 0 && line.n > 0 && str_utf8(line, NULL);
}

/* Returns how many lines it wrote. */
static size_t write_policy_strings(str policy, struct out *out)
{
	size_t n = 0;
	str line;

	while (str_line(&policy, &line)) {
		line = str_trim(line);
		if (!keeps_whole(line))
			continue;
		out_str(out, S(" { policy_string = "));
		for (size_t i = 0; i < line.n; i++)
			out_char(out, line.p[i] == '\t' ? ' ' : line.p[i]);
		out_str(out, S(" }"));
		n++;
	}
	return n;
}

static void write_tlsrpt(const struct postfix_tls *answer, bool lines, struct out *out)
{
	out_str(out, S(" policy_type=sts policy_domain="));
	out_lower(out, answer->domain);
	for (size_t i = 0; i < answer->mx_n; i++) {
		if (!usable(answer->mx[i]))
			continue;
		out_str(out, S(" mx_host_pattern="));
		out_lower(out, answer->mx[i]);
	}
	if (answer->failure != RESULT_TYPE_OTHER) {
		out_str(out, S(" policy_failure="));
		out_str(out, result_type_name(answer->failure));
	}
	/* Postfix expects one with policy_type=sts; this line is true of every policy */
	if (!lines || write_policy_strings(answer->policy, out) == 0)
		out_str(out, S(" { policy_string = version: STSv1 }"));
}

/* What Postfix's list of protocols is made of; no blank, comma or brace. */
static bool is_protocols(str s)
{
	for (size_t i = 0; i < s.n; i++)
		if (!str_is_alnum(s.p[i]) && (s.p[i] == '\0' || !strchr("!<>=:.", s.p[i])))
			return false;
	return true;
}

static bool is_policy_failure(enum result_type type)
{
	return type == RESULT_TYPE_OTHER || type == RESULT_TYPE_VALIDATION_FAILURE ||
	    type == RESULT_TYPE_STS_POLICY_FETCH_ERROR || type == RESULT_TYPE_STS_POLICY_INVALID ||
	    type == RESULT_TYPE_STS_WEBPKI_INVALID;
}

static err check(const struct postfix_tls *answer, struct why *why)
{
	if (!is_protocols(answer->protocols))
		return why_set(why, E_RULE, RULE, 0, "protocols holds what no list of protocols holds");
	if (answer->form == POSTFIX_TLS_FORM_STS)
		return OK;
	if (domain_check(answer->domain, NULL) != OK || domain_is_address(answer->domain))
		return why_set(why, E_RULE, RULE, 0, "the policy domain is no host name");
	if (!is_policy_failure(answer->failure))
		return why_set(why, E_RULE, RULE, 0, "a policy failure that Postfix does not know");
	return OK;
}

/* How much of the TLSRPT part is written, from everything to nothing. */
enum part { WITH_LINES, WITH_ONE_LINE, WITHOUT_TLSRPT, PARTS };

err postfix_tls_write(const struct postfix_tls *answer, struct out *out, struct why *why)
{
	enum part part = answer->form == POSTFIX_TLS_FORM_STS ? WITHOUT_TLSRPT : WITH_LINES;

	if (answer->level == POSTFIX_TLS_SECURE)
		TRY(check(answer, why));
	for (; part < PARTS; part++) {
		size_t room = out->cap - out->n < ANSWER_BYTES ? out->cap - out->n : ANSWER_BYTES;
		struct out text = { out->p + out->n, room, 0, out->full };

		out_str(&text, levels[answer->level]);
		if (answer->level == POSTFIX_TLS_SECURE) {
			if (write_match(answer, &text) == 0)
				return why_set(why, E_RULE, RULE, 0, "no MX pattern names a host");
			out_str(&text, S(" servername=hostname"));
			if (answer->protocols.n > 0) {
				out_str(&text, S(" protocols="));
				out_str(&text, answer->protocols);
			}
			if (part != WITHOUT_TLSRPT)
				write_tlsrpt(answer, part == WITH_LINES, &text);
		}
		if (!text.full) {
			out->n += text.n;
			return OK;
		}
	}
	return why_set(why, E_LIMIT, RULE, 0, "the answer does not fit");
}
