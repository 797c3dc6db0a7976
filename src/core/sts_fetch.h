/*
 * sts_fetch - how the GET of a policy ended.      RFC 8461 sections 3.2 and 3.3, RFC 8460 4.3.2.2
 *
 *   resolve mta-sts.DOMAIN -> connect -> TLS, certificate -> HTTP -> body -> policy
 *        DNS                  CONNECT    TLS, CERTIFICATE    ...     sts_fetch_check
 *
 * Whoever drives the fetch tells where it stopped; from the HTTP reply on
 * sts_fetch_check judges.  Every cause has one result type and one
 * failure-reason-code.  A struct sts_fetch is plain memory and can be stored.
 *
 * Pure.
 */
#ifndef CORE_STS_FETCH_H
#define CORE_STS_FETCH_H

#include "core/dns.h"
#include "core/tls_fault.h"
#include "wire/sts_policy.h"

enum sts_fetch_cause {            /*  failure-reason-code  result type */
	STS_FETCH_OK,
	STS_FETCH_DNS,            /*  dns-nxdomain ...     sts-policy-fetch-error */
	STS_FETCH_CONNECT,        /*  connect              sts-policy-fetch-error */
	STS_FETCH_TLS,            /*  tls-alert-40 ...     sts-policy-fetch-error */
	STS_FETCH_CERTIFICATE,    /*  X509_V_ERR_...       sts-webpki-invalid */
	STS_FETCH_TIMEOUT,        /*  timeout              sts-policy-fetch-error */
	STS_FETCH_HTTP_IO,        /*  http-io              sts-policy-fetch-error: lost, bad framing */
	STS_FETCH_HTTP_STATUS,    /*  http-404 ...         sts-policy-fetch-error */
	STS_FETCH_BODY_TOO_LARGE, /*  body-too-large       sts-policy-fetch-error */
	STS_FETCH_POLICY_SYNTAX,  /*  policy-syntax-line-3 sts-policy-invalid */
	STS_FETCH_CONTENT_TYPE,   /*  content-type         sts-policy-invalid */
};

struct sts_fetch {
	enum sts_fetch_cause cause;
	enum dns_status dns;  /* STS_FETCH_DNS */
	struct tls_fault tls; /* STS_FETCH_TLS */
	unsigned cert;        /* STS_FETCH_CERTIFICATE: TLS_FAULT_BITs */
	unsigned number;      /* STS_FETCH_HTTP_STATUS: the status; STS_FETCH_POLICY_SYNTAX: the line, from 1 */
};

struct sts_fetch_reply {
	unsigned status;  /* of the final response */
	str content_type; /* value of the field; empty when absent */
	str body;         /* whole; one byte over LIMIT_POLICY_BYTES is enough to be too large */
};

/*
 * Judge an HTTP reply.  policy is written, and why left alone, only when the
 * cause is STS_FETCH_OK; every str of *policy points into reply->body.
 */
struct sts_fetch sts_fetch_check(const struct sts_fetch_reply *reply, struct arena *mem,
    struct sts_policy *policy, struct why *why);

/* RESULT_TYPE_OTHER for STS_FETCH_OK. */
enum result_type sts_fetch_type(const struct sts_fetch *fetch);

/* The failure-reason-code; nothing for STS_FETCH_OK. */
void sts_fetch_write(const struct sts_fetch *fetch, struct out *out);

#endif
