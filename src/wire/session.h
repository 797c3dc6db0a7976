/*
 * session - one delivery attempt's TLS outcome: libtlsrpt's datagram <-> struct session.
 *
 * The format is libtlsrpt's "dpv 1" (one JSON object, no framing):
 *
 *   {"dpv": "1","d": "example.com","pr": "v=TLSRPTv1; rua=...","policies":[
 *     {"policy-type":2,"policy-domain": "example.com","policy-string":["..."],"mx-host":["..."],
 *      "failure-details":[{"c":202,"s": "..","n": "..","h": "..","r": "..","a": "..","f": ".."}],
 *      "t":1,"f":1}]}
 *
 * Every dialect is read: no dpv, any blanks and order, bytes that are no UTF-8,
 * the whole EHLO reply as helo, unknown numbers, unknown members, absent arrays.
 * When a member stands twice the last one counts; "t" repeats the number of
 * failures and is not looked at.  Writing gives libtlsrpt 0.5.1's bytes exactly.
 *
 * Pure; texts are kept as sent and live in the arena.  4 KiB and 48 times the
 * datagram are always enough arena; a usual datagram takes 2 KiB.
 */
#ifndef WIRE_SESSION_H
#define WIRE_SESSION_H

#include "base/arena.h"
#include "base/err.h"
#include "base/limits.h"
#include "base/out.h"
#include "wire/report.h"
#include "wire/result_type.h"

struct session_failure {
	enum result_type type;         /* RESULT_TYPE_OTHER: see number */
	uint64_t number;               /* libtlsrpt's; written only for RESULT_TYPE_OTHER */
	str sending_mta_ip;            /* a str with p == NULL was absent */
	str receiving_mx_hostname;
	str receiving_mx_helo;         /* as sent; see session_helo */
	str receiving_ip;
	str additional_information;
	str failure_reason_code;
};

struct session_policy {
	enum report_policy_type type;  /* REPORT_POLICY_OTHER: see number */
	uint64_t number;               /* libtlsrpt's; written only for REPORT_POLICY_OTHER */
	str domain;                    /* p == NULL: absent; the session's domain holds */
	str *policy_string;
	size_t policy_string_n;
	str *mx_host;
	size_t mx_host_n;
	struct session_failure *failure;
	size_t failure_n;
	bool failed;                   /* the final result: counts once as success or failure */
	bool result_odd;               /* the final result was neither 0 nor 1: read as failed */
};

struct session {
	str domain;                    /* next-hop domain as sent: any case, maybe a final dot */
	str record;                    /* text of the TLSRPT record, maybe malformed; empty when absent */
	struct session_policy *policy;
	size_t policy_n;               /* 1..LIMIT_SESSION_POLICIES_N */
	bool version_odd;              /* dpv is there and not "1"; read all the same */
};

/*
 * E_SYNTAX  no JSON, or something behind it
 * E_RULE    no object, no domain, no policy; a policy without type or final
 *           result, a failure without code, or a member of the wrong type
 * E_LIMIT   over LIMIT_DATAGRAM_BYTES, too many policies or failures, or mem is full
 */
err session_read(str datagram, struct arena *mem, struct session *session, struct why *why) MUST_USE;

/* libtlsrpt 0.5.1's bytes.  Bytes 0x80..0xff pass unchanged. */
void session_write(const struct session *session, struct out *out);

/*
 * The host name of an EHLO reply: the first word of its first line, without the
 * code.  A text that is no reply stays as it is, up to its first line end.
 */
str session_helo(str ehlo_reply);

#endif
