/*
 * crl - was a certificate revoked?  What its issuer's list says.          RFC 5280 4.2.1.13, 5 and 6.3.3
 *
 *   certificate --crl_url--> http://... --(the caller fetches)--> list --crl_look--> REVOKED, NOT_LISTED, UNKNOWN
 *
 * A list counts when the certificate's issuer, found in the chain or among the
 * roots, has signed it, when it is neither of the future nor outdated, and when
 * nothing critical in it is strange to us.  A list of another scope cannot be
 * told from one without the certificate: NOT_LISTED is no praise.
 *
 * Pure but for the store.  Memory that runs out ends the process.  One of the
 * few files that know OpenSSL.
 */
#ifndef IO_CRL_H
#define IO_CRL_H

#include "io/cert.h"

/* Write where the list can be had by plain HTTP; nothing when the certificate (DER) names no such place. */
void crl_url(str certificate, struct out *url);

struct crl_question {
	struct cert_store *store;
	const struct cert_chain *chain; /* the certificate in question first */
	str list;                       /* as fetched: DER */
	unix_s now;
};

struct crl_verdict {
	enum { CRL_UNKNOWN, CRL_NOT_LISTED, CRL_REVOKED } word;
	unix_s since; /* CRL_REVOKED: the list's date of it */
};

/*
 * Look the first certificate of the chain up.  A list that does not count is
 * OK and CRL_UNKNOWN, and so is a chain without an issuer.
 * E_SYNTAX: no list, or bytes after it; E_LIMIT: more than LIMIT_CRL_BYTES.
 */
err crl_look(const struct crl_question *question, struct crl_verdict *verdict, struct why *why) MUST_USE;

#endif
