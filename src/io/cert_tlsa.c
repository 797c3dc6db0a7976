#include "io/cert_openssl.h"

#include <openssl/err.h>

#include "io/memory.h"

static bool same_bytes(const struct tlsa *r, const unsigned char *p, size_t n)
{
	const EVP_MD *md = r->matching == TLSA_SHA512 ? EVP_sha512() : EVP_sha256();
	unsigned char digest[EVP_MAX_MD_SIZE];
	unsigned digest_n;

	if (r->matching > TLSA_SHA512)
		return false;
	if (r->matching == TLSA_FULL)
		return str_eq(r->association, (str){ (const char *)p, n });
	memory_must_be(EVP_Digest(p, n, digest, &digest_n, md, NULL) == 1);
	return str_eq(r->association, (str){ (const char *)digest, digest_n });
}

/* The record's data are this certificate's, or its key's. */
static bool fits(const struct tlsa *r, const X509 *x)
{
	unsigned char *der = NULL;
	size_t n = 0;
	bool same;

	if (r->selector == TLSA_SPKI) {
		cert_take_spki(x, &der, &n);
	} else if (r->selector == TLSA_CERT) {
		int got = i2d_X509(x, &der);

		n = got > 0 ? (size_t)got : 0;
	}
	same = der && same_bytes(r, der, n);
	OPENSSL_free(der);
	return same;
}

/* RFC 7671 5.2.3: an anchor that stands in DNS as a whole, certificate or bare key, need not be sent. */
static X509 *anchor_from_dns(const struct tlsa *r, STACK_OF(X509) *sent)
{
	const unsigned char *p = (const unsigned char *)r->association.p;
	X509 *anchor = NULL;
	EVP_PKEY *key;

	if (r->matching != TLSA_FULL)
		return NULL;
	if (r->selector == TLSA_CERT)
		return cert_x509(r->association);
	key = d2i_PUBKEY(NULL, &p, (long)r->association.n);
	for (int i = 0; key && !anchor && i < sk_X509_num(sent); i++)
		if (X509_verify(sk_X509_value(sent, i), key) == 1)
			anchor = sk_X509_value(sent, i);
	if (anchor)
		memory_must_be(X509_up_ref(anchor) == 1);
	EVP_PKEY_free(key);
	ERR_clear_error();
	return anchor;
}

static X509 *find_anchor(const struct tlsa *r, STACK_OF(X509) *sent)
{
	for (int i = 1; i < sk_X509_num(sent); i++) {
		X509 *x = sk_X509_value(sent, i);

		if (!fits(r, x))
			continue;
		memory_must_be(X509_up_ref(x) == 1);
		return x;
	}
	return anchor_from_dns(r, sent);
}

/* The chain leads up to the anchor; *faults on the way.  [D-18] */
static bool leads_to(const struct cert_tlsa_question *q, STACK_OF(X509) *sent, X509 *anchor, unsigned *faults)
{
	struct cert_path path = { .roots = X509_STORE_new(), .sent = sent, .flags = X509_V_FLAG_PARTIAL_CHAIN,
		.auth_level = 1, .now = q->now };
	bool named = false;
	struct cert_look look;

	memory_must_be(path.roots != NULL && X509_STORE_add_cert(path.roots, anchor) == 1);
	cert_look(&path, false, &look);
	X509_STORE_free(path.roots);
	for (size_t i = 0; i < q->name_n; i++) /* [D-19]; the CN only when there are no DNS-IDs  [D-20] */
		named = named || cert_fits_name(sk_X509_value(sent, 0), q->name[i], 0);
	if (!named)
		cert_note(&look, TLS_FAULT_NAME_MISMATCH, 0);
	*faults = look.faults;
	return !look.no_issuer &&
	    !(look.faults & (TLS_FAULT_BIT(TLS_FAULT_UNKNOWN_CA) | TLS_FAULT_BIT(TLS_FAULT_SELF_SIGNED)));
}

static void try_anchor(const struct cert_tlsa_question *q, STACK_OF(X509) *sent, size_t i,
    struct cert_tlsa_verdict *v)
{
	X509 *anchor = find_anchor(&q->record[i], sent);
	unsigned faults;

	v->match[i] = anchor && leads_to(q, sent, anchor, &faults);
	X509_free(anchor);
	if (!v->match[i] || !q->may_match[i] || q->record[i].usage != TLSA_DANE_TA)
		return;
	if (v->tlsa != MX_CHECK_TLSA_TA || __builtin_popcount(faults) < __builtin_popcount(v->ta_faults))
		v->ta_faults = faults;
	v->tlsa = v->tlsa == MX_CHECK_TLSA_EE ? MX_CHECK_TLSA_EE : MX_CHECK_TLSA_TA;
}

void cert_tlsa(const struct cert_tlsa_question *q, struct cert_tlsa_verdict *v)
{
	STACK_OF(X509) *sent = cert_read_chain(q->chain);

	*v = (struct cert_tlsa_verdict){ .tlsa = MX_CHECK_TLSA_NO_MATCH };
	for (size_t i = 0; sk_X509_num(sent) > 0 && i < q->record_n && i < LIMIT_TLSA_N; i++) {
		uint8_t usage = q->record[i].usage;

		if (usage == TLSA_DANE_TA || usage == TLSA_PKIX_TA)
			try_anchor(q, sent, i, v);
		else if (usage == TLSA_DANE_EE || usage == TLSA_PKIX_EE)
			v->match[i] = fits(&q->record[i], sk_X509_value(sent, 0)); /* no more  [D-17] */
		if (usage == TLSA_DANE_EE && v->match[i] && q->may_match[i])
			v->tlsa = MX_CHECK_TLSA_EE;
	}
	if (v->tlsa == MX_CHECK_TLSA_EE)
		v->ta_faults = 0;
	sk_X509_pop_free(sent, X509_free);
}
