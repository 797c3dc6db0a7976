/*
 * mx_check - may this MX host have the mail, and what is to be reported?
 *                   RFC 8461 sections 4 and 5, RFC 7672 2.2, RFC 8460 4.3, RFC 8689 4.2
 *
 *   mx_check_before      pattern, DANE state  --NEXT--> skip it, report
 *         | CONNECT
 *   EHLO, STARTTLS, handshake, certificate: struct mx_check_session
 *         |
 *   mx_check_after       DELIVER | CLEAR_TEXT | CLEAR_RETRY | NEXT, and what to count
 *
 * This is the sender that takes RFC 8461 and RFC 7672 at their word, host by
 * host; core/sts_answer is what Postfix can be told.
 *
 * NEXT without a further MX host is a temporary failure, never a bounce
 * [STS-5-e]; for a message with REQUIRETLS it is a permanent one.
 *
 * Pure.
 */
#ifndef CORE_MX_CHECK_H
#define CORE_MX_CHECK_H

#include "core/dane.h"
#include "core/tls_fault.h"
#include "wire/sts_policy.h"

#define MX_CHECK_FAILURES_N 16    /* every fault a certificate can have, and the rest of a session */
#define MX_CHECK_REASON_BYTES 48  /* the longest X509_V_ERR_ name is 44 */

/* In order of severity: of several verdicts the last counts. */
enum mx_check_action {
	MX_CHECK_CONNECT,
	MX_CHECK_DELIVER,
	MX_CHECK_CLEAR_TEXT,  /* deliver without TLS on this connection */
	MX_CHECK_CLEAR_RETRY, /* a new connection without STARTTLS is allowed  [D-14] */
	MX_CHECK_NEXT,        /* no mail on this connection  [STS-5-a]; the next MX host, in MX order */
};

enum mx_check_demand {
	MX_CHECK_ORDINARY,
	MX_CHECK_TLS_NO,     /* TLS-Required: No; report mails too  [RPT-3-e] */
	MX_CHECK_REQUIRETLS,
};

struct mx_check_rules {
	enum sts_policy_mode sts;     /* the policy in force; STS_POLICY_NONE: none, or it says none */
	bool sts_matched;             /* sts_policy_match of the MX record's name  [STS-4-a] */
	enum dane_state dane;
	enum dns_status dane_error;   /* DE: struct dane's error */
	bool has_address;
	bool mx_secure;               /* MX RRset (or its denial) validated; REQUIRETLS asks */
	enum mx_check_demand demand;
	bool dane_overrides_sts;      /* option: DANE alone suffices where both bind; not the default */
};

enum mx_check_outcome {
	MX_CHECK_UNREACHED,        /* no connection, no greeting with 2xx, or lost before EHLO was answered */
	MX_CHECK_STARTTLS_MISSING, /* EHLO's answer does not offer it */
	MX_CHECK_STARTTLS_REFUSED, /* 4xx or 5xx to STARTTLS */
	MX_CHECK_HANDSHAKE_FAILED,
	MX_CHECK_TLS,
};

enum mx_check_tlsa {
	MX_CHECK_TLSA_NO_MATCH,
	MX_CHECK_TLSA_EE, /* a record of usage 3 that may match does: nothing else counts  [D-17] */
	MX_CHECK_TLSA_TA, /* only one of usage 2 does: see ta_faults  [D-18] */
};

struct mx_check_session {
	enum mx_check_outcome outcome;
	unsigned smtp_code;         /* STARTTLS_REFUSED */
	struct tls_fault handshake; /* HANDSHAKE_FAILED */
	unsigned pkix_faults;       /* TLS: TLS_FAULT_BITs against the trust store and the MX record's name */
	enum mx_check_tlsa tlsa;    /* TLS, DU */
	unsigned ta_faults;         /* TLSA_TA: TLS_FAULT_BITs up to the anchor, against dane_references */
	bool requiretls_offered;    /* in the EHLO answer after TLS */
};

struct mx_check_failure {
	enum result_type type;
	char reason[MX_CHECK_REASON_BYTES]; /* failure-reason-code; "" none */
};

/* One session under one policy type: counts once, as a failure when any is listed.  (8460 4) */
struct mx_check_count {
	bool counted;
	struct mx_check_failure failure[MX_CHECK_FAILURES_N];
	size_t failure_n;
};

struct mx_check_verdict {
	enum mx_check_action action;
	struct mx_check_count sts;
	struct mx_check_count tlsa;
	struct mx_check_count no_policy; /* no-policy-found: only when neither other counts */
};

/* Before connecting: CONNECT with nothing counted, or NEXT. */
void mx_check_before(const struct mx_check_rules *rules, struct mx_check_verdict *verdict);

/* After a connection that mx_check_before allowed. */
void mx_check_after(const struct mx_check_rules *rules, const struct mx_check_session *session,
    struct mx_check_verdict *verdict);

#endif
