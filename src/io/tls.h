/*
 * tls - the client's side of TLS on a non-blocking socket.
 *                                  RFC 8446, RFC 5246, RFC 6066 3 and 8, RFC 9325
 *
 * Two manners.  A prober takes whatever it can get, TLS 1.0 and weak keys
 * included, and never judges a certificate, so that it can say what is wrong;
 * io/cert judges.  A strict client wants TLS 1.2, 112 bits and a certificate
 * for the name, or there is no session.  Neither takes anonymous ciphers, and
 * nothing is ever resumed.
 *
 * A session owns OpenSSL's state, never the socket.  SIGPIPE is ignored from
 * tls_open on.  Memory that runs out ends the process.  One of the few files
 * that know OpenSSL.
 */
#ifndef IO_TLS_H
#define IO_TLS_H

#include "core/tls_fault.h"
#include "io/cert.h"

#define TLS_TEXT_BYTES 96

enum tls_manner { TLS_PROBING, TLS_STRICT };
enum tls_versions { TLS_VERSIONS_ALL, TLS_VERSIONS_OLD /* 1.0 and 1.1 */, TLS_VERSIONS_NEW /* 1.3 */ };
enum tls_keys { TLS_KEYS_ALL, TLS_KEYS_RSA, TLS_KEYS_ECDSA };

struct tls;
struct tls_session;

struct tls_wish {
	str name;                   /* SNI, and for a strict client the certificate's; "" no SNI */
	enum tls_versions versions; /* these three of a prober: a look at what else a server can do */
	enum tls_keys keys;
	bool classic;               /* without post-quantum key shares, whose size some servers cannot bear */
};

/*
 * What all sessions of a manner share: expensive, once per process.
 *
 *   groups  key exchange groups offered, in OpenSSL's words; NULL its default
 *   store   the roots of a strict client; a prober needs none
 *
 * E_SYNTAX: OpenSSL does not know the groups.
 */
err tls_open(enum tls_manner manner, const char *groups, struct cert_store *store, struct tls **tls,
    struct why *why) MUST_USE;
void tls_close(struct tls *tls); /* NULL is allowed; end all sessions before */

/* E_RULE: OpenSSL refuses the name or the wish. */
err tls_start(struct tls *tls, int fd, const struct tls_wish *wish, struct tls_session **session,
    struct why *why) MUST_USE;
void tls_end(struct tls_session **session, bool politely); /* politely: say close_notify; then NULL */

enum tls_step {
	TLS_OK,
	TLS_WANT_READ,  /* call again when the socket can be read ... */
	TLS_WANT_WRITE, /* ... or written */
	TLS_CLOSED,     /* the peer has ended the session, or the connection */
	TLS_FAILED,     /* see tls_failure */
};

enum tls_step tls_handshake(struct tls_session *session);
enum tls_step tls_read(struct tls_session *session, char *p, size_t cap, size_t *n); /* TLS_OK: *n > 0 */
enum tls_step tls_write(struct tls_session *session, str bytes); /* all of it, or call again with the same */

struct tls_failure {
	struct tls_fault fault;
	char text[TLS_TEXT_BYTES]; /* OpenSSL's words for humans; "" none */
};

/* After TLS_CLOSED or TLS_FAILED. */
void tls_failure(const struct tls_session *session, struct tls_failure *failure);

struct tls_facts {
	const char *version;     /* "TLSv1.3"; static, as are the others */
	const char *cipher;      /* "TLS_AES_256_GCM_SHA384" */
	const char *group;       /* "x25519", "X25519MLKEM768"; "" unknown, or we could not offer ML-KEM (before 3.5) */
	bool stapled;            /* an OCSP response came with the certificate */
	struct cert_chain chain; /* as sent, cut at LIMIT_CHAIN_N and at what mem holds */
	size_t chain_all_n;      /* certificates in the message */
};

/* After a handshake that went well.  The chain's bytes go into mem. */
void tls_facts(struct tls_session *session, struct arena *mem, struct tls_facts *facts);

#endif
