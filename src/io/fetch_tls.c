#include "io/fetch_tls.h"

#include <openssl/ssl.h>
#include <stdlib.h>

#include "io/clock.h"
#include "io/memory.h"

#define NO_ALERT (-1)

void fetch_tls_begin(struct fetch_tls *tls, struct cert_store *store, str host)
{
	free(tls->der);
	*tls = (struct fetch_tls){ .store = store, .host = host, .alert_in = NO_ALERT, .alert_out = NO_ALERT };
}

void fetch_tls_end(struct fetch_tls *tls)
{
	free(tls->der);
	tls->der = NULL;
}

/* OpenSSL shows every message; alerts tell why a handshake fails. */
/* NOLINTNEXTLINE(readability-function-size): OpenSSL's list of parameters */
static void on_message(int is_ours, int version, int type, const void *bytes, size_t n, SSL *ssl, void *arg)
{
	struct fetch_tls *tls = arg;
	const unsigned char *p = bytes;

	(void)version, (void)ssl;
	if (type == SSL3_RT_ALERT && n == 2 && p[0] == SSL3_AL_FATAL)
		*(is_ours ? &tls->alert_out : &tls->alert_in) = p[1];
}

static void keep_chain(struct fetch_tls *tls, STACK_OF(X509) * sent)
{
	int n = sk_X509_num(sent) < LIMIT_CHAIN_N ? sk_X509_num(sent) : LIMIT_CHAIN_N;
	size_t total = 1;
	unsigned char *p;

	for (int i = 0; i < n; i++)
		total += (size_t)i2d_X509(sk_X509_value(sent, i), NULL);
	free(tls->der);
	tls->der = memory_must(malloc(total));
	tls->chain.n = 0;
	p = (unsigned char *)tls->der;
	for (int i = 0; i < n; i++) {
		str *der = &tls->chain.der[tls->chain.n++];

		der->p = (const char *)p;
		der->n = (size_t)i2d_X509(sk_X509_value(sent, i), &p);
	}
}

/* The whole judgement on a certificate: all faults, by the same code as for MX hosts.  [STS-3.3-a] */
static int on_certificate(X509_STORE_CTX *verify, void *arg)
{
	struct fetch_tls *tls = arg;
	STACK_OF(X509) *sent = X509_STORE_CTX_get0_untrusted(verify);
	SSL *ssl = X509_STORE_CTX_get_ex_data(verify, SSL_get_ex_data_X509_STORE_CTX_idx());
	struct cert_question question = { .store = tls->store, .name = tls->host, .now = clock_now() };

	tls->version = SSL_get_version(ssl);
	keep_chain(tls, sent);
	cert_judge_x509(&question, sent, &tls->verdict);
	X509_STORE_CTX_set_error(verify, tls->verdict.faults ? X509_V_ERR_CERT_UNTRUSTED : X509_V_OK);
	return tls->verdict.faults == 0;
}

void fetch_tls_hook(struct fetch_tls *tls, void *ssl_ctx)
{
	SSL_CTX_set_security_level(ssl_ctx, 2);
	SSL_CTX_set_verify(ssl_ctx, SSL_VERIFY_PEER, NULL);
	SSL_CTX_set_cert_verify_callback(ssl_ctx, on_certificate, tls);
	SSL_CTX_set_max_cert_list(ssl_ctx, LIMIT_CHAIN_BYTES);
	SSL_CTX_set_msg_callback(ssl_ctx, on_message);
	SSL_CTX_set_msg_callback_arg(ssl_ctx, tls);
}

struct tls_fault fetch_tls_fault(const struct fetch_tls *tls, bool timed_out)
{
	if (tls->alert_in == SSL_AD_PROTOCOL_VERSION || tls->alert_out == SSL_AD_PROTOCOL_VERSION)
		return (struct tls_fault){ .kind = TLS_FAULT_VERSION };
	if (tls->alert_in == SSL_AD_INSUFFICIENT_SECURITY || tls->alert_out == SSL_AD_HANDSHAKE_FAILURE)
		return (struct tls_fault){ .kind = TLS_FAULT_CIPHER };
	if (tls->alert_in != NO_ALERT)
		return (struct tls_fault){ TLS_FAULT_ALERT, (unsigned)tls->alert_in };
	return (struct tls_fault){ .kind = timed_out ? TLS_FAULT_TIMEOUT : TLS_FAULT_CLOSED };
}
