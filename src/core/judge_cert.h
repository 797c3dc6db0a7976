/*
 * judge_cert - what is wrong with a certificate, in sentences: of policy host and MX host alike.
 *                                            RFC 8461 sections 3.3 and 4.2, RFC 9325 4.5
 *
 *   W04 Y08  its names      W05 Y06  expired     W06 Y07  not yet valid    W07 Y09  self-signed
 *   W08 Y10  unknown CA     W09 Y11  chain       W10 Y12  key, purpose     W11 Y13  revoked
 *   W12 Y14  expires soon
 *
 * For core/judge_*.c only.  Pure.
 */
#ifndef CORE_JUDGE_CERT_H
#define CORE_JUDGE_CERT_H

#include "core/finding.h"
#include "core/inspection.h"

struct judge_cert {
	const struct inspection *i;
	const struct inspection_cert *cert;
	unsigned faults; /* TLS_FAULT_BITs that count here */
	str host;        /* the name that a sender looks for in it */
	str alias;       /* the end of the host's CNAME chain; empty: none */
	str at;          /* the addresses that show it; empty: all do */
	bool mx;         /* an MX host's */
};

/*
 * Add what is to be said.  A finding that follows from a fault has the result
 * type of its row; remarks (weak, expires soon) have none.
 */
void judge_cert(const struct judge_cert *c, struct finding_list *list);

#endif
