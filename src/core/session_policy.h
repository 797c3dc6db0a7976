/*
 * session_policy - the policies[] entries that one session adds to a report.
 *                                                 RFC 8460 sections 4, 4.2, 4.4 and 4.5
 *
 *   situation                      policy-type      policy-string    policy-domain    mx-host
 *   enforce or testing applied     sts              lines as served  policy domain    patterns
 *   TXT record, but no policy      sts       none             policy domain    none
 *   same, and the text is broken   sts              lines as served  policy domain    patterns that read
 *   DU, DX                         tlsa             each record      TLSA base domain MX host
 *   DE, DR                         tlsa             none             MX host          MX host
 *   nothing, or mode none          no-policy-found  none             policy domain    none
 *
 * A session under both sts and tlsa is in both entries.  Each entry counts it
 * once, as a success or as a failure, with one detail per failure.  A fetch that
 * fails while a held policy is applied adds its detail, but does not make a
 * session that keeps to that policy a failure.  All entries go into the report
 * of the policy domain.
 *
 * Pure.  The entries and their arrays live in the arena; texts are those of the
 * facts, which must live as long.
 */
#ifndef CORE_SESSION_POLICY_H
#define CORE_SESSION_POLICY_H

#include "base/arena.h"
#include "core/mx_check.h"
#include "core/sts_discovery.h"
#include "wire/report.h"

#define SESSION_POLICY_N 2 /* sts and tlsa; no-policy-found is always alone */

struct session_policy_facts {
	str domain;                        /* the policy domain: A-label */
	str mx_host;                       /* the MX record's name */
	str sending_mta_ip;                /* "": unknown; so the next two */
	str receiving_ip;
	str receiving_mx_helo;
	const struct sts_discovery *sts;   /* DONE; NULL: not asked (address literal) */
	str policy_text;                   /* the body: applied, or refused; "" none */
	const struct sts_policy *policy;   /* the policy applied; NULL: none */
	const struct dane *dane;           /* DONE; needed when mx counts under tlsa, else NULL will do */
	const struct mx_check_verdict *mx;
};

/*
 * Write the entries of one session: 0 when it says nothing about TLS.
 * E_LIMIT: mem is full.
 */
err session_policy_list(const struct session_policy_facts *facts, struct arena *mem,
    struct report_policy entry[SESSION_POLICY_N], size_t *entry_n, struct why *why) MUST_USE;

#endif
