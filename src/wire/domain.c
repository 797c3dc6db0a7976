#include "wire/domain.h"

#include <idn2.h>

#define RULE "RFC 5321 4.1.2"

/* One label at offset at of the name: letters, digits, inner hyphens. */
static err check_label(str label, size_t at, struct why *why)
{
	if (label.n == 0)
		return why_set(why, E_SYNTAX, RULE, at, "empty label");
	if (label.n > LIMIT_LABEL_BYTES)
		return why_set(why, E_LIMIT, "RFC 1035 2.3.4", at, "label of %zu characters; at most %d are allowed",
		    label.n, LIMIT_LABEL_BYTES);
	for (size_t i = 0; i < label.n; i++)
		if (!str_is_alnum(label.p[i]) && label.p[i] != '-')
			return why_set(why, E_SYNTAX, RULE, at + i,
			    (label.p[i] & 0x80) ? "not ASCII: write the A-label (xn--...)"
			                        : "\"%c\" cannot stand in a host name", label.p[i]);
	if (label.p[0] == '-')
		return why_set(why, E_SYNTAX, RULE, at, "label begins with \"-\"");
	if (label.p[label.n - 1] == '-')
		return why_set(why, E_SYNTAX, RULE, at + label.n - 1, "label ends with \"-\"");
	return OK;
}

err domain_check(str text, struct why *why)
{
	str rest = text, label;
	bool more = true;

	if (text.n == 0)
		return why_set(why, E_SYNTAX, RULE, 0, "the name is empty");
	while (more) {
		more = str_cut(rest, '.', &label, &rest);
		if (label.n == 0 && !more && text.n > 1)
			return why_set(why, E_SYNTAX, RULE, text.n - 1, "the name ends with a dot");
		TRY(check_label(label, (size_t)(label.p - text.p), why));
	}
	if (text.n > LIMIT_DOMAIN_BYTES)
		return why_set(why, E_LIMIT, "RFC 1035 2.3.4", LIMIT_DOMAIN_BYTES,
		    "name of %zu characters; at most %d are allowed", text.n, LIMIT_DOMAIN_BYTES);
	return OK;
}

err domain_check_pattern(str text, struct why *why)
{
	err e;

	if (!str_starts(text, S("*.")))
		return domain_check(text, why);
	e = domain_check(str_skip(text, 2), why);
	if (e != OK && why)
		why->at += 2;
	return e;
}

static bool is_ascii(str s)
{
	for (size_t i = 0; i < s.n; i++)
		if (s.p[i] & 0x80)
			return false;
	return true;
}

/*
 * What libidn2 would quietly mend or let pass is refused before it: ASCII that
 * no host name holds, and empty labels.
 */
static err check_u_labels(str text, struct why *why)
{
	size_t bad;

	if (text.n > LIMIT_U_DOMAIN_BYTES)
		return why_set(why, E_LIMIT, "RFC 1035 2.3.4", 0, "name of %zu bytes", text.n);
	if (!str_utf8(text, &bad))
		return why_set(why, E_SYNTAX, "RFC 3629", bad, "not UTF-8");
	for (size_t i = 0; i < text.n; i++) {
		char c = text.p[i];

		if (c == '.' && (i == 0 || text.p[i - 1] == '.'))
			return why_set(why, E_SYNTAX, RULE, i, "empty label");
		if (!(c & 0x80) && c != '.' && c != '-' && !str_is_alnum(c))
			return why_set(why, E_SYNTAX, RULE, i, "\"%c\" cannot stand in a host name", c);
	}
	return OK;
}

/* text is valid UTF-8 without NUL; a_label has room for what DNS allows. */
static err to_a_labels(str text, char a_label[LIMIT_DOMAIN_BYTES + 1], struct why *why)
{
	char u_label[LIMIT_U_DOMAIN_BYTES + 1];
	char *made = NULL;
	size_t n;
	int rc;

	memcpy(u_label, text.p, text.n);
	u_label[text.n] = '\0';
	rc = idn2_to_ascii_8z(u_label, &made, IDN2_NFC_INPUT | IDN2_NONTRANSITIONAL);
	if (rc != IDN2_OK)
		return why_set(why, E_SYNTAX, "RFC 5891", 0, "no internationalised name: %s", idn2_strerror(rc));
	n = strlen(made);
	if (n <= LIMIT_DOMAIN_BYTES)
		memcpy(a_label, made, n + 1);
	idn2_free(made);
	if (n > LIMIT_DOMAIN_BYTES)
		return why_set(why, E_LIMIT, "RFC 1035 2.3.4", 0, "name of %zu characters as A-labels", n);
	return OK;
}

err domain_read(str text, struct domain *d, struct why *why)
{
	char a_label[LIMIT_DOMAIN_BYTES + 1];
	err e;

	if (text.n > 1 && text.p[text.n - 1] == '.')
		text.n--;
	if (!is_ascii(text)) {
		TRY(check_u_labels(text, why));
		TRY(to_a_labels(text, a_label, why));
		text = str_of(a_label);
		e = domain_check(text, why);
		if (e != OK && why)
			why->at = 0; /* a place in the A-labels is no place in what was written */
	} else {
		e = domain_check(text, why);
	}
	if (e != OK)
		return e;
	for (size_t i = 0; i < text.n; i++)
		d->text[i] = str_lower(text.p[i]);
	d->text[text.n] = '\0';
	d->n = (unsigned char)text.n;
	return OK;
}

bool domain_is_address(str text)
{
	size_t i = text.n;

	while (i > 0 && str_is_digit(text.p[i - 1]))
		i--;
	return i < text.n && (i == 0 || text.p[i - 1] == '.');
}

bool domain_match(str pattern, str host)
{
	str label, parent;

	if (host.n > 0 && host.p[host.n - 1] == '.')
		host.n--;
	if (host.n == 0 || domain_check_pattern(pattern, NULL) != OK || domain_is_address(pattern))
		return false;
	if (pattern.p[0] != '*')
		return str_eq_nocase(pattern, host);
	return str_cut(host, '.', &label, &parent) && label.n > 0 && !str_eq(label, S("*")) &&
	    str_eq_nocase(str_skip(pattern, 2), parent); /* [STS-4.1-a] exactly one label */
}
