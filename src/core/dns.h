/*
 * dns - what a resolver said, as far as decisions need it.     RFC 7672 section 2.1, RFC 4035 4.3
 *
 * An answer is secure when all of it was validated, every alias on the way
 * included; one insecure link makes the whole insecure.  [D-06]  Denials are
 * answers too and can be secure.  A failed lookup is neither: it never means
 * "no such record".  [D-02]
 *
 * Pure.
 */
#ifndef CORE_DNS_H
#define CORE_DNS_H

#include "base/str.h"

enum dns_status {
	DNS_FOUND,
	DNS_NODATA,    /* the name is there, the type is not */
	DNS_NXDOMAIN,
	DNS_TIMEOUT,   /* from here on the lookup has failed */
	DNS_SERVFAIL,
	DNS_BOGUS,     /* validation failed, or security could not be determined */
	DNS_MALFORMED, /* no DNS message, too many aliases, or more than we hold */
};

enum dns_type { /* RFC 1035 3.2.2 and successors: the number on the wire */
	DNS_TYPE_A = 1,
	DNS_TYPE_NS = 2,
	DNS_TYPE_CNAME = 5,
	DNS_TYPE_SOA = 6,
	DNS_TYPE_PTR = 12,
	DNS_TYPE_MX = 15,
	DNS_TYPE_TXT = 16,
	DNS_TYPE_AAAA = 28,
	DNS_TYPE_DS = 43,
	DNS_TYPE_TLSA = 52,
	DNS_TYPE_CAA = 257,
};

struct dns_answer {
	enum dns_status status;
	bool secure;
	uint32_t ttl_s; /* the smallest of all that was used */
};

static inline bool dns_failed(enum dns_status status)
{
	return status >= DNS_TIMEOUT;
}

/* As a failure-reason-code: "dns-nxdomain", "dns-servfail", ...; "" for DNS_FOUND. */
str dns_reason(enum dns_status status);

#endif
