#include "io/cert_openssl.h"

#include <openssl/err.h>
#include <openssl/pem.h>

#include "io/memory.h"

void cert_note(struct cert_look *look, enum tls_fault_cert fault, int depth)
{
	look->faults |= TLS_FAULT_BIT(fault);
	if (depth == 0)
		look->own_faults |= TLS_FAULT_BIT(fault);
}

static enum tls_fault_cert fault_of(int error)
{
	switch (error) {
	case X509_V_ERR_CERT_HAS_EXPIRED:
	case X509_V_ERR_ERROR_IN_CERT_NOT_AFTER_FIELD:
		return TLS_FAULT_EXPIRED;
	case X509_V_ERR_CERT_NOT_YET_VALID:
	case X509_V_ERR_ERROR_IN_CERT_NOT_BEFORE_FIELD:
		return TLS_FAULT_NOT_YET_VALID;
	case X509_V_ERR_DEPTH_ZERO_SELF_SIGNED_CERT:
		return TLS_FAULT_SELF_SIGNED;
	case X509_V_ERR_EE_KEY_TOO_SMALL:
	case X509_V_ERR_CA_KEY_TOO_SMALL:
	case X509_V_ERR_CA_MD_TOO_WEAK:
		return TLS_FAULT_WEAK_KEY;
	case X509_V_ERR_CERT_REVOKED:
		return TLS_FAULT_REVOKED;
	case X509_V_ERR_SELF_SIGNED_CERT_IN_CHAIN:
	case X509_V_ERR_CERT_SIGNATURE_FAILURE:
	case X509_V_ERR_CERT_UNTRUSTED:
	case X509_V_ERR_CERT_REJECTED:
		return TLS_FAULT_UNKNOWN_CA;
	default: /* name and path constraints, purposes, key usages, malformed extensions */
		return TLS_FAULT_CONSTRAINTS;
	}
}

/* OpenSSL asks whether to go on after each error.  Always: the owner wants to mend all of them at once. */
static int on_verify(int ok, X509_STORE_CTX *verify)
{
	struct cert_look *look = X509_STORE_CTX_get_app_data(verify);
	int error = X509_STORE_CTX_get_error(verify);

	if (ok)
		return 1;
	if (error == X509_V_ERR_UNABLE_TO_GET_ISSUER_CERT ||
	    error == X509_V_ERR_UNABLE_TO_GET_ISSUER_CERT_LOCALLY ||
	    error == X509_V_ERR_UNABLE_TO_VERIFY_LEAF_SIGNATURE)
		look->no_issuer = true;
	else
		cert_note(look, fault_of(error), X509_STORE_CTX_get_error_depth(verify));
	return 1;
}

static void look_at_top(X509_STORE_CTX *verify, struct cert_look *look)
{
	STACK_OF(X509) *built = X509_STORE_CTX_get0_chain(verify);

	if (sk_X509_num(built) < 1)
		return;
	look->top_depth = sk_X509_num(built) - 1;
	cert_issuer(sk_X509_value(built, look->top_depth), look->issuer, look->url);
}

void cert_look(const struct cert_path *path, bool with_extra, struct cert_look *look)
{
	X509_STORE_CTX *verify = X509_STORE_CTX_new();
	STACK_OF(X509) *pool = sk_X509_dup(path->sent);
	X509_VERIFY_PARAM *rules;

	*look = (struct cert_look){ 0 };
	memory_must_be(verify != NULL && pool != NULL);
	for (int i = 0; with_extra && i < sk_X509_num(path->extra); i++)
		memory_must_be(sk_X509_push(pool, sk_X509_value(path->extra, i)) > 0);
	memory_must_be(X509_STORE_CTX_init(verify, path->roots, sk_X509_value(path->sent, 0), pool) == 1);
	memory_must_be(X509_STORE_CTX_set_default(verify, "ssl_server") == 1);
	rules = X509_STORE_CTX_get0_param(verify);
	X509_VERIFY_PARAM_set_time(rules, path->now);
	X509_VERIFY_PARAM_set_depth(rules, LIMIT_CHAIN_N);
	X509_VERIFY_PARAM_set_auth_level(rules, path->auth_level);
	memory_must_be(X509_VERIFY_PARAM_set_flags(rules, path->flags) == 1);
	X509_STORE_CTX_set_app_data(verify, look);
	X509_STORE_CTX_set_verify_cb(verify, on_verify);
	if (X509_verify_cert(verify) != 1 && look->faults == 0 && !look->no_issuer)
		cert_note(look, TLS_FAULT_UNKNOWN_CA, 0); /* it gave up: never a success */
	look_at_top(verify, look);
	X509_STORE_CTX_free(verify);
	sk_X509_free(pool);
	ERR_clear_error();
}

bool cert_fits_name(X509 *x, str name, unsigned flags)
{
	return name.n > 0 &&
	    X509_check_host(x, name.p, name.n, flags | X509_CHECK_FLAG_NO_PARTIAL_WILDCARDS, NULL) == 1;
}

static void judge_name(X509 *x, str name, struct cert_look *look)
{
	if (name.n == 0 || cert_fits_name(x, name, X509_CHECK_FLAG_NEVER_CHECK_SUBJECT))
		return; /* [STS-3.3-c] [STS-3.3-d] [STS-4.2-b] */
	cert_note(look, cert_fits_name(x, name, 0) ? TLS_FAULT_NO_DNS_ID : TLS_FAULT_NAME_MISMATCH, 0);
}

STACK_OF(X509) *cert_read_chain(const struct cert_chain *chain)
{
	STACK_OF(X509) *sent = sk_X509_new_null();

	memory_must_be(sent != NULL);
	for (size_t i = 0; i < chain->n && i < LIMIT_CHAIN_N; i++) {
		X509 *x = cert_x509(chain->der[i]);

		if (x)
			memory_must_be(sk_X509_push(sent, x) > 0);
		else if (i == 0)
			break;
	}
	return sent;
}

/* OpenSSL's own would ask on the terminal. */
static int no_password(char *text, int n, int writing, void *arg)
{
	(void)text, (void)n, (void)writing, (void)arg;
	return -1;
}

/* A certificate as AIA addresses serve it: DER as a rule, sometimes PKCS #7 or PEM. */
static void read_extra(str text, STACK_OF(X509) *extra)
{
	const unsigned char *p = (const unsigned char *)text.p;
	X509 *x = cert_x509(text);
	PKCS7 *bag = NULL;
	BIO *pem = NULL;

	if (!x && text.n <= LIMIT_CHAIN_BYTES) {
		pem = BIO_new_mem_buf(text.p, (int)text.n);
		memory_must_be(pem != NULL);
		x = PEM_read_bio_X509(pem, NULL, no_password, NULL);
		BIO_free(pem);
		bag = x ? NULL : d2i_PKCS7(NULL, &p, (long)text.n);
	}
	if (x)
		memory_must_be(sk_X509_push(extra, x) > 0);
	if (bag && PKCS7_type_is_signed(bag) && bag->d.sign)
		for (int i = 0; i < sk_X509_num(bag->d.sign->cert) && i < LIMIT_CHAIN_N; i++)
			memory_must_be(X509_add_cert(extra, sk_X509_value(bag->d.sign->cert, i),
			    X509_ADD_FLAG_UP_REF) == 1);
	PKCS7_free(bag);
	ERR_clear_error();
}

static STACK_OF(X509) *read_extras(const str *text, size_t n)
{
	STACK_OF(X509) *extra = sk_X509_new_null();

	memory_must_be(extra != NULL);
	for (size_t i = 0; i < n; i++)
		read_extra(text[i], extra);
	return extra;
}

/* The verification as sent, and with extra certificates when only those make it whole. */
static void judge_path(const struct cert_path *path, struct cert_look *look, bool *proven)
{
	struct cert_look again;

	cert_look(path, false, look);
	*proven = false;
	if (!look->no_issuer || sk_X509_num(path->extra) == 0)
		return;
	cert_look(path, true, &again);
	if (!again.no_issuer && !(again.faults & TLS_FAULT_BIT(TLS_FAULT_UNKNOWN_CA))) {
		*proven = true;
		again.top_depth = look->top_depth;
		memcpy(again.issuer, look->issuer, sizeof again.issuer);
		memcpy(again.url, look->url, sizeof again.url);
	}
	*look = again;
}

void cert_judge_x509(const struct cert_question *q, void *x509_stack, struct cert_verdict *v)
{
	struct cert_path path = { .roots = q->store->roots, .sent = x509_stack, .auth_level = 2, .now = q->now };
	struct cert_look look = { 0 };
	bool proven = false;

	path.extra = read_extras(q->extra, q->extra_n);
	if (sk_X509_num(path.sent) > 0) {
		judge_path(&path, &look, &proven);
		judge_name(sk_X509_value(path.sent, 0), q->name, &look);
	} else {
		cert_note(&look, TLS_FAULT_UNKNOWN_CA, 0);
	}
	if (proven)
		cert_note(&look, TLS_FAULT_CHAIN_MISSING, look.top_depth + 1);
	else if (look.no_issuer && look.top_depth == 0 && look.url[0])
		cert_note(&look, TLS_FAULT_CHAIN_MISSING, 1);
	else if (look.no_issuer) /* a CA's certificate may end a chain: roots need not be sent */
		cert_note(&look, TLS_FAULT_UNKNOWN_CA, look.top_depth + 1);
	*v = (struct cert_verdict){ .faults = look.faults, .own_faults = look.own_faults, .proven = proven };
	if (proven || look.no_issuer || (look.faults & TLS_FAULT_BIT(TLS_FAULT_UNKNOWN_CA))) {
		memcpy(v->missing, look.issuer, sizeof v->missing);
		memcpy(v->missing_url, look.url, sizeof v->missing_url);
	}
	sk_X509_pop_free(path.extra, X509_free);
}

void cert_judge(const struct cert_question *q, struct cert_verdict *v)
{
	STACK_OF(X509) *sent = cert_read_chain(q->chain);

	cert_judge_x509(q, sent, v);
	sk_X509_pop_free(sent, X509_free);
}
