#include "wire/tlsa.h"

err tlsa_read_wire(str rdata, struct tlsa *tlsa, struct why *why)
{
	const unsigned char *p = (const unsigned char *)rdata.p;

	if (rdata.n < 4)
		return why_set(why, E_SYNTAX, "RFC 6698 2.1", 0, "a TLSA record of %zu bytes", rdata.n);
	if (rdata.n > LIMIT_TLSA_BYTES)
		return why_set(why, E_LIMIT, "", 0, "a TLSA record of %zu bytes", rdata.n);
	*tlsa = (struct tlsa){ p[0], p[1], p[2], str_skip(rdata, 3) };
	return OK;
}

static bool is_blank(char c)
{
	return str_is_wsp(c) || c == '\n' || c == '\r' || c == '(' || c == ')';
}

/* One of the three numbers and the blank behind it. */
static err take_number(str text, bool strict, str *rest, uint8_t *v, struct why *why)
{
	size_t n = 0, at = text.n - rest->n;
	uint64_t wide;

	while (n < rest->n && str_is_digit(rest->p[n]))
		n++;
	if (n == 0 || n > 3 || !str_u64(str_head(*rest, n), UINT8_MAX, &wide) || (strict && n > 1 && rest->p[0] == '0'))
		return why_set(why, E_SYNTAX, "RFC 6698 2.2", at, "not a number from 0 to 255");
	*rest = str_skip(*rest, n);
	n = 0;
	while (n < rest->n && is_blank(rest->p[n]))
		n++;
	if (n == 0 || (strict && (n > 1 || rest->p[0] != ' ')))
		return why_set(why, E_SYNTAX, "RFC 8460 4.5", at, "the fields are parted by one blank each");
	*rest = str_skip(*rest, n);
	*v = (uint8_t)wide;
	return OK;
}

static int hex_value(char c)
{
	c = str_lower(c);
	if (str_is_digit(c))
		return c - '0';
	return c >= 'a' && c <= 'f' ? c - 'a' + 10 : -1;
}

/* Hex digits in pairs, blanks between them when not strict; returns the bytes written to p. */
static err read_hex(str text, str hex, bool strict, char *p, size_t *n, struct why *why)
{
	int high = -1;

	*n = 0;
	for (size_t i = 0; i < hex.n; i++) {
		int v = hex_value(hex.p[i]);

		if (v < 0 && (strict || !is_blank(hex.p[i])))
			return why_set(why, E_SYNTAX, "RFC 6698 2.2", text.n - hex.n + i, "not a hexadecimal digit");
		if (v < 0)
			continue;
		if (high >= 0)
			p[(*n)++] = (char)(high * 16 + v);
		high = high >= 0 ? -1 : v;
	}
	if (high >= 0 || *n == 0)
		return why_set(why, E_SYNTAX, "RFC 6698 2.2", text.n, *n ? "an odd number of hexadecimal digits" : "no data");
	return OK;
}

err tlsa_read(str text, bool strict, struct arena *mem, struct tlsa *tlsa, struct why *why)
{
	struct tlsa t = { 0 };
	str rest = text;
	char *p;

	if (text.n > 2 * LIMIT_TLSA_BYTES)
		return why_set(why, E_LIMIT, "", 0, "a TLSA record of %zu characters", text.n);
	while (!strict && rest.n > 0 && is_blank(rest.p[0]))
		rest = str_skip(rest, 1);
	TRY(take_number(text, strict, &rest, &t.usage, why));
	TRY(take_number(text, strict, &rest, &t.selector, why));
	TRY(take_number(text, strict, &rest, &t.matching, why));
	p = arena_take_raw(mem, rest.n / 2 + 1, 1);
	if (!p)
		return why_set(why, E_LIMIT, "", 0, "no memory left for a TLSA record");
	TRY(read_hex(text, rest, strict, p, &t.association.n, why));
	t.association.p = p;
	*tlsa = t;
	return OK;
}

void tlsa_write(const struct tlsa *tlsa, struct out *out)
{
	out_u64(out, tlsa->usage);
	out_char(out, ' ');
	out_u64(out, tlsa->selector);
	out_char(out, ' ');
	out_u64(out, tlsa->matching);
	out_char(out, ' ');
	out_hex(out, tlsa->association);
}

/* One DER SEQUENCE, definite length in its shortest form, that fills the bytes: a certificate or a key. */
static bool is_der_sequence(str s)
{
	const unsigned char *p = (const unsigned char *)s.p;
	size_t octets, length = 0;

	if (s.n < 2 || p[0] != 0x30)
		return false;
	if (p[1] < 0x80)
		return s.n == 2 + (size_t)p[1];
	octets = p[1] & 0x7f;
	if (octets == 0 || octets > 3 || s.n < 2 + octets)
		return false;
	for (size_t i = 0; i < octets; i++)
		length = length << 8 | p[2 + i];
	return p[2] != 0 && length >= 0x80 && s.n == 2 + octets + length;
}

bool tlsa_usable(const struct tlsa *tlsa, const char **reason)
{
	static const size_t digest_n[] = { [TLSA_SHA256] = 32, [TLSA_SHA512] = 64 };
	const char *why = NULL;

	if (tlsa->usage == TLSA_PKIX_TA || tlsa->usage == TLSA_PKIX_EE)
		why = "usage 0 and 1 are not for mail"; /* RFC 7672 3.1.3 [D-16] */
	else if (tlsa->usage > TLSA_DANE_EE)
		why = "unknown usage";
	else if (tlsa->selector > TLSA_SPKI)
		why = "unknown selector";
	else if (tlsa->matching > TLSA_SHA512)
		why = "unknown matching type";
	else if (tlsa->matching == TLSA_FULL && !is_der_sequence(tlsa->association))
		why = "data is no certificate or key";
	else if (tlsa->matching != TLSA_FULL && tlsa->association.n != digest_n[tlsa->matching])
		why = "digest of the wrong length";
	if (reason)
		*reason = why;
	return !why;
}
