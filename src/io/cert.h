/*
 * cert - the facts of a certificate, and what a sender thinks of a chain.
 *                     RFC 5280, RFC 9525, RFC 8461 3.3 and 4.2, RFC 7671, RFC 7672 3
 *
 *   DER, as sent --cert_read---> names, dates, keys: what to tell a human
 *        |
 *        +-------cert_judge--> all faults at once, against roots and a name
 *        +-------cert_tlsa---> which TLSA records fit, and how far up
 *
 * The judging functions are pure but for the store: same question, same
 * verdict, so that callers who meet a chain often may keep verdicts by
 * cert_chain_digest, name and day.
 *
 * Texts of strangers are made harmless: other bytes than printable ASCII are
 * '?'.  Memory that runs out ends the process.  One of the few files that know
 * OpenSSL.
 */
#ifndef IO_CERT_H
#define IO_CERT_H

#include "base/arena.h"
#include "base/date.h"
#include "base/limits.h"
#include "core/mx_check.h"

#define CERT_DIGEST_BYTES 32 /* SHA-256 */
#define CERT_TEXT_BYTES 256  /* texts in a verdict, with the NUL */

struct cert_store; /* the roots */

/*
 * Read the roots: ca_file (PEM), or the system's when NULL.  Costs
 * milliseconds: once per process.  cert_store_close(NULL) is allowed.
 * E_ABSENT, E_PERM: no such file, not readable; E_SYNTAX: no certificate in it.
 */
err cert_store_open(const char *ca_file, struct cert_store **store, struct why *why) MUST_USE;
void cert_store_close(struct cert_store *store);

/* Let an OpenSSL context (an SSL_CTX, as libcurl's callback is given) trust the store's roots. */
void cert_store_lend(struct cert_store *store, void *context);

/* What a server sent: its own certificate first, each in DER.  Borrowed. */
struct cert_chain {
	str der[LIMIT_CHAIN_N];
	size_t n;
};

struct cert {
	str subject;                         /* the CN; "" none */
	str issuer;                          /* its CN, else its O */
	str issuer_organization;             /* its O */
	str dns[LIMIT_CERT_NAMES_N];         /* DNS-IDs as they stand */
	size_t dns_n;                        /* kept in dns */
	size_t dns_all_n;                    /* in the certificate */
	unix_s not_before, not_after;
	uint8_t digest[CERT_DIGEST_BYTES];   /* of the certificate */
	uint8_t spki[CERT_DIGEST_BYTES];     /* of its public key, as a TLSA record x 1 1 has it */
	str key;                             /* "RSA", "EC", "Ed25519", ... */
	unsigned key_bits;
	str signature;                       /* "sha256WithRSAEncryption", ...; "unknown" */
	bool weak_key;                       /* RSA under 2048 bits, EC under 224 */
	bool weak_signature;                 /* MD5 or SHA-1, and not a root's own */
	bool self_signed;
	bool ca;                             /* may sign others */
	bool server_auth;                    /* the extended key usages, if any, allow it */
	bool must_staple;                    /* RFC 7633 */
	str issuer_url;                      /* where the issuer's certificate can be had (AIA); "" none */
};

/*
 * Read one certificate; its texts go into mem.
 * E_SYNTAX: no certificate, or bytes after it; E_LIMIT: too large, or mem is full.
 */
err cert_read(str der, struct arena *mem, struct cert *cert, struct why *why) MUST_USE;

void cert_chain_digest(const struct cert_chain *chain, uint8_t digest[CERT_DIGEST_BYTES]);

struct cert_question {
	struct cert_store *store;
	const struct cert_chain *chain;
	str name;          /* the host it must be for [STS-3.3-c] [STS-4.2-b]; "": do not look at names */
	unix_s now;
	const str *extra;  /* certificates that were not sent but may be missing: DER, PEM or PKCS #7 */
	size_t extra_n;
};

struct cert_verdict {
	unsigned faults;                   /* TLS_FAULT_BITs; 0: as it should be */
	unsigned own_faults;               /* of these, what the host's own certificate has; others are its CAs' */
	bool proven;                       /* CHAIN_MISSING: with extra the chain is whole */
	char missing[CERT_TEXT_BYTES];     /* CHAIN_MISSING, UNKNOWN_CA: the issuer that was not found */
	char missing_url[CERT_TEXT_BYTES]; /* where its certificate can be had; "" not known */
};

/*
 * Judge a chain: every fault, not only the first.
 *
 * The issuer that nobody knows can be a CA nobody knows or an intermediate
 * that was not sent.  It is CHAIN_MISSING when it is the host's own issuer
 * and the host's certificate names a place to fetch it from, as those of
 * public CAs do, else UNKNOWN_CA.  Proof is a second look with what was found
 * there, or in a cache of intermediates, as extra.
 */
void cert_judge(const struct cert_question *question, struct cert_verdict *verdict);

/* The same of certificates that OpenSSL has read (a STACK_OF(X509), borrowed): reading costs as much as judging. */
void cert_judge_x509(const struct cert_question *question, void *x509_stack, struct cert_verdict *verdict);

struct cert_tlsa_question {
	const struct cert_chain *chain;
	const struct tlsa *record;  /* record_n of them, at most LIMIT_TLSA_N, ... */
	const bool *may_match;      /* ... and which count: struct dane */
	size_t record_n;
	const str *name;            /* dane_references */
	size_t name_n;
	unix_s now;
};

struct cert_tlsa_verdict {
	enum mx_check_tlsa tlsa;
	unsigned ta_faults;         /* MX_CHECK_TLSA_TA: of the record with the fewest */
	bool match[LIMIT_TLSA_N];   /* the record fits a certificate, whether or not it may count  [D-24] */
};

/* Which records fit the chain.  [D-17] [D-18] [D-19] [D-20] */
void cert_tlsa(const struct cert_tlsa_question *question, struct cert_tlsa_verdict *verdict);

#endif
