#include "io/tls.h"

#include <openssl/err.h>
#include <openssl/ssl.h>
#include <openssl/x509v3.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>

#include "io/memory.h"

#define CLASSIC_GROUPS "X25519:P-256:P-384:P-521"
#define RSA_SIGNATURES \
	"RSA-PSS+SHA256:RSA-PSS+SHA384:RSA-PSS+SHA512:RSA+SHA256:RSA+SHA384:RSA+SHA512:RSA+SHA1"
#define ECDSA_SIGNATURES "ECDSA+SHA256:ECDSA+SHA384:ECDSA+SHA512:ed25519:ECDSA+SHA1"

struct tls {
	SSL_CTX *context;
	enum tls_manner manner;
};

struct tls_session {
	SSL *ssl;
	struct tls_failure failure;
	bool failed; /* nothing may be written any more */
};

/* A prober takes any certificate, and does not pay for building a path that io/cert builds once per chain. */
static int take_any(X509_STORE_CTX *verify, void *arg)
{
	(void)verify, (void)arg;
	return 1;
}

static void be_probing(SSL_CTX *context)
{
	SSL_CTX_set_security_level(context, 0);
	memory_must_be(SSL_CTX_set_min_proto_version(context, TLS1_VERSION) == 1);
	memory_must_be(SSL_CTX_set_cipher_list(context, "ALL:!aNULL:!PSK:!SRP:@SECLEVEL=0") == 1);
	SSL_CTX_set_options(context, SSL_OP_LEGACY_SERVER_CONNECT);
	SSL_CTX_set_verify(context, SSL_VERIFY_NONE, NULL);
	SSL_CTX_set_cert_verify_callback(context, take_any, NULL);
	memory_must_be(SSL_CTX_set_tlsext_status_type(context, TLSEXT_STATUSTYPE_ocsp) == 1);
}

static void be_strict(SSL_CTX *context, struct cert_store *store)
{
	SSL_CTX_set_security_level(context, 2);
	memory_must_be(SSL_CTX_set_min_proto_version(context, TLS1_2_VERSION) == 1); /* [STS-7.2-a] */
	memory_must_be(SSL_CTX_set_cipher_list(context, "DEFAULT:!aNULL:@SECLEVEL=2") == 1);
	SSL_CTX_set_verify(context, SSL_VERIFY_PEER, NULL);
	cert_store_lend(store, context);
}

err tls_open(enum tls_manner manner, const char *groups, struct cert_store *store, struct tls **tls,
    struct why *why)
{
	SSL_CTX *context = SSL_CTX_new(TLS_client_method());
	struct tls *made = memory_must(calloc(1, sizeof *made));

	memory_must_be(context != NULL);
	(void)signal(SIGPIPE, SIG_IGN); /* a peer that is gone is no reason to end the process */
	memory_must_be(SSL_CTX_set_max_proto_version(context, 0) == 1);
	if (manner == TLS_PROBING)
		be_probing(context);
	else
		be_strict(context, store);
	SSL_CTX_set_session_cache_mode(context, SSL_SESS_CACHE_OFF);
	SSL_CTX_set_options(context, SSL_OP_NO_TICKET | SSL_OP_NO_RENEGOTIATION | SSL_OP_IGNORE_UNEXPECTED_EOF);
	SSL_CTX_set_mode(context, SSL_MODE_RELEASE_BUFFERS | SSL_MODE_ACCEPT_MOVING_WRITE_BUFFER);
	SSL_CTX_set_max_cert_list(context, LIMIT_CHAIN_BYTES);
	if (groups && SSL_CTX_set1_groups_list(context, groups) != 1) {
		SSL_CTX_free(context);
		free(made);
		ERR_clear_error();
		return why_set(why, E_SYNTAX, "", 0, "\"%s\": no key exchange groups of OpenSSL's", groups);
	}
	*made = (struct tls){ context, manner };
	*tls = made;
	return OK;
}

void tls_close(struct tls *tls)
{
	if (!tls)
		return;
	SSL_CTX_free(tls->context);
	free(tls);
}

static bool take_wish(SSL *ssl, enum tls_manner manner, const struct tls_wish *wish)
{
	static const char *const signatures[] = {
		[TLS_KEYS_RSA] = RSA_SIGNATURES, [TLS_KEYS_ECDSA] = ECDSA_SIGNATURES,
	};
	char name[LIMIT_DOMAIN_BYTES + 1];
	bool ok = wish->name.n < sizeof name;

	if (!ok)
		return false;
	(void)snprintf(name, sizeof name, "%.*s", STR_ARG(wish->name));
	if (name[0])
		ok = SSL_set_tlsext_host_name(ssl, name) == 1; /* [STS-7.1-a] [STS-7.1-c] */
	if (manner == TLS_STRICT) {
		SSL_set_hostflags(ssl, X509_CHECK_FLAG_NEVER_CHECK_SUBJECT |
		                       X509_CHECK_FLAG_NO_PARTIAL_WILDCARDS);
		ok = ok && name[0] && SSL_set1_host(ssl, name) == 1;
	}
	if (wish->versions == TLS_VERSIONS_OLD)
		ok = ok && SSL_set_max_proto_version(ssl, TLS1_1_VERSION) == 1;
	else if (wish->versions == TLS_VERSIONS_NEW)
		ok = ok && SSL_set_min_proto_version(ssl, TLS1_3_VERSION) == 1;
	if (wish->keys != TLS_KEYS_ALL)
		ok = ok && SSL_set1_sigalgs_list(ssl, signatures[wish->keys]) == 1;
	if (wish->classic)
		ok = ok && SSL_set1_groups_list(ssl, CLASSIC_GROUPS) == 1;
	return ok;
}

err tls_start(struct tls *tls, int fd, const struct tls_wish *wish, struct tls_session **session,
    struct why *why)
{
	struct tls_session *made = memory_must(calloc(1, sizeof *made));

	made->ssl = SSL_new(tls->context);
	memory_must_be(made->ssl != NULL && SSL_set_fd(made->ssl, fd) == 1);
	SSL_set_connect_state(made->ssl);
	SSL_set_read_ahead(made->ssl, 1);
	if (!take_wish(made->ssl, tls->manner, wish)) {
		tls_end(&made, false);
		return why_set(why, E_RULE, "", 0, "OpenSSL refuses \"%.*s\" or what is asked",
		    STR_ARG(str_head(wish->name, LIMIT_DOMAIN_BYTES)));
	}
	*session = made;
	return OK;
}

void tls_end(struct tls_session **session, bool politely)
{
	struct tls_session *s = *session;

	if (!s)
		return;
	if (politely && !s->failed)
		(void)SSL_shutdown(s->ssl);
	SSL_free(s->ssl);
	ERR_clear_error();
	free(s);
	*session = NULL;
}

static struct tls_fault fault_of(unsigned long error)
{
	int reason = ERR_GET_REASON(error);

	if (ERR_GET_LIB(error) != ERR_LIB_SSL)
		return (struct tls_fault){ .kind = TLS_FAULT_CLOSED };
	switch (reason) {
	case SSL_R_TLSV1_ALERT_PROTOCOL_VERSION:
	case SSL_R_UNSUPPORTED_PROTOCOL:
	case SSL_R_UNSUPPORTED_SSL_VERSION:
	case SSL_R_WRONG_SSL_VERSION:
	case SSL_R_NO_PROTOCOLS_AVAILABLE:
	case SSL_R_VERSION_TOO_LOW:
	case SSL_R_VERSION_TOO_HIGH:
		return (struct tls_fault){ .kind = TLS_FAULT_VERSION };
	case SSL_R_NO_SHARED_CIPHER:
	case SSL_R_NO_CIPHERS_AVAILABLE:
	case SSL_R_UNKNOWN_CIPHER_RETURNED:
	case SSL_R_WRONG_CIPHER_RETURNED:
		return (struct tls_fault){ .kind = TLS_FAULT_CIPHER };
	default:
		break;
	}
	if (reason >= SSL_AD_REASON_OFFSET && reason < SSL_AD_REASON_OFFSET + 256)
		return (struct tls_fault){ TLS_FAULT_ALERT, (unsigned)(reason - SSL_AD_REASON_OFFSET) };
	return (struct tls_fault){ .kind = TLS_FAULT_CLOSED };
}

static enum tls_step step_of(struct tls_session *s, int result)
{
	unsigned long error;
	const char *text;

	switch (SSL_get_error(s->ssl, result)) {
	case SSL_ERROR_NONE:
		return TLS_OK;
	case SSL_ERROR_WANT_READ:
		return TLS_WANT_READ;
	case SSL_ERROR_WANT_WRITE:
		return TLS_WANT_WRITE;
	case SSL_ERROR_ZERO_RETURN:
		s->failure = (struct tls_failure){ .fault.kind = TLS_FAULT_CLOSED };
		return TLS_CLOSED;
	default:
		break;
	}
	s->failed = true;
	error = ERR_peek_error();
	text = error ? ERR_reason_error_string(error) : NULL;
	s->failure = (struct tls_failure){ .fault = fault_of(error) };
	(void)snprintf(s->failure.text, sizeof s->failure.text, "%s", text ? text : "");
	ERR_clear_error();
	return error ? TLS_FAILED : TLS_CLOSED;
}

enum tls_step tls_handshake(struct tls_session *s)
{
	ERR_clear_error();
	return step_of(s, SSL_do_handshake(s->ssl));
}

enum tls_step tls_read(struct tls_session *s, char *p, size_t cap, size_t *n)
{
	ERR_clear_error();
	return step_of(s, SSL_read_ex(s->ssl, p, cap, n));
}

enum tls_step tls_write(struct tls_session *s, str bytes)
{
	size_t n;

	ERR_clear_error();
	return step_of(s, SSL_write_ex(s->ssl, bytes.p, bytes.n, &n));
}

void tls_failure(const struct tls_session *s, struct tls_failure *failure)
{
	*failure = s->failure;
}

static void take_chain(STACK_OF(X509) *sent, struct arena *mem, struct cert_chain *chain)
{
	for (int i = 0; i < sk_X509_num(sent) && chain->n < LIMIT_CHAIN_N; i++) {
		X509 *x = sk_X509_value(sent, i);
		int n = i2d_X509(x, NULL);
		unsigned char *der = n > 0 ? arena_take_raw(mem, (size_t)n, 1) : NULL;

		if (!der)
			return;
		chain->der[chain->n++] = (str){ (const char *)der, (size_t)n };
		(void)i2d_X509(x, &der);
	}
}

void tls_facts(struct tls_session *s, struct arena *mem, struct tls_facts *facts)
{
	STACK_OF(X509) *sent = SSL_get_peer_cert_chain(s->ssl);
	int group = (int)SSL_get_negotiated_group(s->ssl);
	bool hybrid = OpenSSL_version_num() >= 0x30500000L; /* knows ML-KEM: else the group says nothing about the server */
	const char *name = group > 0 && hybrid ? SSL_group_to_name(s->ssl, group) : NULL;
	const unsigned char *staple;

	*facts = (struct tls_facts){
		.version = SSL_get_version(s->ssl),
		.cipher = SSL_get_cipher_name(s->ssl),
		.group = name ? name : "",
		.stapled = SSL_get_tlsext_status_ocsp_resp(s->ssl, &staple) > 0,
		.chain_all_n = sk_X509_num(sent) > 0 ? (size_t)sk_X509_num(sent) : 0,
	};
	take_chain(sent, mem, &facts->chain);
}
