/*
 * fetch_tls - what OpenSSL finds out while libcurl connects.
 *
 *   fetch_tls_hook -> alerts, the chain as sent, the verdict on it -> fetch_tls_fault
 *
 * libcurl's own judgement is replaced: it takes a CN for a name, and stops at
 * the first fault.  Only fetch.c includes this.
 */
#ifndef IO_FETCH_TLS_H
#define IO_FETCH_TLS_H

#include "core/tls_fault.h"
#include "io/cert.h"

struct fetch_tls {
	struct cert_store *store;    /* these two are the question */
	str host;
	const char *version;         /* the rest is filled; see struct fetch_result */
	struct cert_chain chain;
	struct cert_verdict verdict;
	char *der;                   /* the chain's bytes; owned */
	int alert_in, alert_out;     /* fatal ones; -1 none */
};

/* Before a handshake.  der of an earlier one is freed. */
void fetch_tls_begin(struct fetch_tls *tls, struct cert_store *store, str host);
void fetch_tls_end(struct fetch_tls *tls);

/* From the handshake with this SSL_CTX on, *tls is filled. */
void fetch_tls_hook(struct fetch_tls *tls, void *ssl_ctx);

/* Why a handshake failed that no certificate stopped. */
struct tls_fault fetch_tls_fault(const struct fetch_tls *tls, bool timed_out);

#endif
