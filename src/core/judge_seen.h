/*
 * judge_seen - what senders make of one STARTTLS session.    RFC 8461 section 4, RFC 7672 2.2
 *
 * core/mx_check decides; here its answer is kept for those who honour MTA-STS
 * and for those who honour DANE apart, and turned into severities:
 *
 *   fatal    an enforce policy refuses the session, or a usable secure TLSA
 *            RRset refuses every address of the MX host
 *   error    DANE refuses some addresses; a policy in mode testing would
 *   warning  nobody refuses
 *
 * For core/judge_*.c only.  Pure.
 */
#ifndef CORE_JUDGE_SEEN_H
#define CORE_JUDGE_SEEN_H

#include "core/finding.h"
#include "core/inspection.h"

struct judge_seen {
	bool reached;         /* a session that says something: not UNREACHED */
	bool sts_refuses, dane_refuses;
	bool pkix_matters;    /* someone looks at the certificate's path and name */
	struct mx_check_session session;
	struct mx_check_verdict verdict; /* what is reported */
};

/* One address of an MX host, under the policy mode in force. */
void judge_seen_look(const struct inspection *i, const struct inspection_mx *mx, const struct inspection_probe *probe,
    enum sts_policy_mode mode, struct judge_seen *seen);

/* The probe's session; with a version that senders do not speak it is none.  RFC 8461 7.2 */
struct mx_check_session judge_seen_session(const struct inspection_probe *probe);

/* TLSA records bind this host, as far as the resolver's word on DNSSEC is believed. */
bool judge_seen_binds(const struct inspection *i, const struct inspection_mx *mx);

/* dane_all: DANE refuses every address of the host; pkix: of a fault that DANE does not look at. */
enum finding_severity judge_seen_severity(const struct judge_seen *seen, enum sts_policy_mode mode, bool dane_all,
    bool pkix);

/* type when senders report it of this session, else OTHER. */
enum result_type judge_seen_type(const struct judge_seen *seen, enum result_type type);

#endif
