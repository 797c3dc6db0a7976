/*
 * domain - policy domains, MX hosts and MX patterns.
 *                              RFC 5321 4.1.2, RFC 8461 3.2 and 4.1, RFC 5890
 *
 *   mail.example.com      Domain: labels of letters, digits and inner hyphens
 *   *.example.com         MX pattern: "*." and a Domain; "*" is exactly one label
 *   bücher.example        U-label: read as xn--bcher-kva.example
 *
 * The canonical form is A-label, lower case, no final dot, at most
 * LIMIT_DOMAIN_BYTES bytes with labels of at most LIMIT_LABEL_BYTES.  ASCII
 * names never go through IDNA.  Pure.
 */
#ifndef WIRE_DOMAIN_H
#define WIRE_DOMAIN_H

#include "base/err.h"
#include "base/limits.h"
#include "base/str.h"

/* A name in canonical form; zero-initialised is "no name". */
struct domain {
	char text[LIMIT_DOMAIN_BYTES + 1]; /* NUL-terminated */
	unsigned char n;                   /* bytes without the NUL */
};

static inline str domain_str(const struct domain *d)
{
	return (str){ d->text, d->n };
}

/*
 * Read a name as people and programs write it: any case, U-labels in UTF-8,
 * one final dot.
 *
 * E_SYNTAX  not a Domain (why->at: the label)
 * E_LIMIT   a label or the name is too long
 */
err domain_read(str text, struct domain *d, struct why *why) MUST_USE;

/* The text is a Domain of RFC 5321 as it stands (either case, no final dot).  Errors as above. */
err domain_check(str text, struct why *why) MUST_USE;

/* The text is an MX pattern as it stands: ["*."] Domain.  Errors as above. */
err domain_check_pattern(str text, struct why *why) MUST_USE;

/*
 * Does the MX host match the pattern?  RFC 8461 4.1, Appendix B  [STS-4.1-a]
 * Letter case and one final dot of the host do not matter.  A pattern that
 * domain_check_pattern refuses, and an IPv4 address, match nothing.
 */
bool domain_match(str pattern, str host);

/* The last label is all digits: an IPv4 address, not a host name. */
bool domain_is_address(str text);

#endif
