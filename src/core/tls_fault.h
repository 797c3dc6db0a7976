/*
 * tls_fault - what can be wrong with a TLS handshake or with a certificate.
 *                                       RFC 8460 section 4.3.1, RFC 8461 section 4.2
 *
 * A handshake fails in one way.  A certificate can have several faults at
 * once; they travel as a set of bits, one per enum tls_fault_cert:
 *
 *   TLS_FAULT_BIT(TLS_FAULT_EXPIRED) | TLS_FAULT_BIT(TLS_FAULT_NAME_MISMATCH)
 *
 * Pure.
 */
#ifndef CORE_TLS_FAULT_H
#define CORE_TLS_FAULT_H

#include "base/out.h"
#include "wire/result_type.h"

enum tls_fault_handshake {
	TLS_FAULT_ALERT,   /* alert says which */
	TLS_FAULT_VERSION, /* no version in common */
	TLS_FAULT_CIPHER,  /* no cipher in common */
	TLS_FAULT_TIMEOUT,
	TLS_FAULT_CLOSED,  /* the connection ended, or what came was no TLS */
};

struct tls_fault {
	enum tls_fault_handshake kind;
	unsigned alert; /* RFC 8446 6: the description's number */
};

enum tls_fault_cert {
	TLS_FAULT_EXPIRED,
	TLS_FAULT_NOT_YET_VALID,
	TLS_FAULT_UNKNOWN_CA,
	TLS_FAULT_SELF_SIGNED,
	TLS_FAULT_CHAIN_MISSING,  /* an intermediate certificate was not sent */
	TLS_FAULT_CONSTRAINTS,    /* name, path length, key usage */
	TLS_FAULT_WEAK_KEY,
	TLS_FAULT_REVOKED,
	TLS_FAULT_NAME_MISMATCH,  /* no DNS-ID fits the name  [STS-3.3-c] [STS-4.2-b] */
	TLS_FAULT_NO_DNS_ID,      /* there is only a CN */
	TLS_FAULT_CERT_N
};

#define TLS_FAULT_BIT(fault) (1u << (fault))

/* As a failure-reason-code: "tls-alert-40", "tls-version", "tls-timeout", ... */
void tls_fault_write(const struct tls_fault *fault, struct out *out);

/* As a failure-reason-code: the name of OpenSSL's X509_V_ERR_ code, as RFC 8460 4.3.3 shows it. */
str tls_fault_cert_reason(enum tls_fault_cert fault);

/* What the fault is in a report about an MX host.  [RPT-4.3-a] */
enum result_type tls_fault_cert_type(enum tls_fault_cert fault);

#endif
