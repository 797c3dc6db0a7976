/*
 * sts_answer - what resolverd tells Postfix about one destination.   RFC 8461 section 2
 *
 * Postfix has one TLS level per destination and cannot demand DANE and PKIX
 * together, so this is not core/mx_check.  The first that fits:
 *
 *   override skip                                               NOTFOUND
 *   override with a level                                       LEVEL
 *   enforce, dane on, MX RRset secure, every host DU or DE      DANE_ONLY
 *   enforce                                                     SECURE
 *   testing, none, no policy                                    NOTFOUND: Postfix's own level counts
 *
 * Hosts without any address are ignored; when none is left, or the MX lookup
 * failed, the enforce policy stays in force.  There is no answer for "try
 * later": a failure of ours must not stop mail.  Pure.
 */
#ifndef CORE_STS_ANSWER_H
#define CORE_STS_ANSWER_H

#include "core/dane.h"
#include "wire/sts_policy.h"

enum sts_answer { STS_ANSWER_NOTFOUND, STS_ANSWER_LEVEL, STS_ANSWER_DANE_ONLY, STS_ANSWER_SECURE };

enum sts_answer_override {
	STS_ANSWER_AS_FOUND,
	STS_ANSWER_SKIP,
	STS_ANSWER_ENFORCE, /* a policy in mode testing counts as enforce; without a policy there is nothing to */
	STS_ANSWER_FIXED,   /* the operator wrote the level */
};

struct sts_answer_host {
	bool has_address;
	enum dane_state dane;
};

struct sts_answer_facts {
	enum sts_answer_override override;
	enum sts_policy_mode mode;           /* of the policy in force; STS_POLICY_NONE: none */
	bool dane_on;                        /* Postfix does DANE here, and we see DNSSEC as it does */
	bool mx_failed;                      /* the MX lookup */
	bool mx_secure;                      /* the MX RRset, or its denial */
	const struct sts_answer_host *host;  /* host_n of them, borrowed */
	size_t host_n;
};

enum sts_answer sts_answer_of(const struct sts_answer_facts *facts);

#endif
