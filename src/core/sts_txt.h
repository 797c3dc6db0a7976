/*
 * sts_txt - what the TXT records at _mta-sts.DOMAIN mean for a sender.    RFC 8461 section 3.1
 *
 *   T1  STS_TXT_ONE        exactly one valid record
 *   T0  STS_TXT_ABSENT     no such name, no TXT, or none that begins "v=STSv1;"
 *   TM  STS_TXT_SEVERAL    more than one that does
 *   TS  STS_TXT_SYNTAX     one, and it is broken
 *   TE  STS_TXT_ERROR      the lookup failed: timeout, SERVFAIL, bogus, malformed
 *       STS_TXT_NOT_ASKED  optional while a policy is held (RFC 8461 5.1)
 *
 * T0, TM and TS are one thing to a sender: no available policy.  [STS-3.1-l]
 * They differ in what is said about them.  Pure.
 */
#ifndef CORE_STS_TXT_H
#define CORE_STS_TXT_H

#include "base/err.h"
#include "base/limits.h"
#include "core/dns.h"

enum sts_txt_class {
	STS_TXT_ONE,
	STS_TXT_ABSENT,
	STS_TXT_SEVERAL,
	STS_TXT_SYNTAX,
	STS_TXT_ERROR,
	STS_TXT_NOT_ASKED,
};

struct sts_txt {
	enum sts_txt_class class;
	enum dns_status error;        /* STS_TXT_ERROR: how */
	char id[LIMIT_ID_BYTES + 1];  /* STS_TXT_ONE: NUL-terminated; else "" */
};

/*
 * Put the answer of one TXT lookup into its class.
 *
 *   txt    the txt_n records, when answer->status is DNS_FOUND; each with its strings joined
 *   why    filled for T0 (records there, none of them ours), TM and TS; may be NULL
 */
struct sts_txt sts_txt_of(const struct dns_answer *answer, const str *txt, size_t txt_n, struct why *why);

/* As a failure-reason-code: "txt-absent", "txt-several", "txt-syntax", "dns-..."; "" for the others. */
str sts_txt_reason(const struct sts_txt *txt);

#endif
