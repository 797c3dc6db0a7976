#include "io/cert_openssl.h"

#include <errno.h>
#include <openssl/err.h>
#include <openssl/ssl.h>
#include <stdlib.h>
#include <time.h>
#include <unistd.h>

#include "io/memory.h"

#define MUST_STAPLE 5 /* RFC 7633 4.1: the number of the status_request extension */

static str harmless(str text, char *copy)
{
	for (size_t i = 0; i < text.n; i++)
		copy[i] = (char)(text.p[i] >= 0x20 && text.p[i] <= 0x7e ? text.p[i] : '?');
	return (str){ copy, text.n };
}

/* "": absent, or mem is full, which *full remembers. */
static str keep(str text, size_t max, struct arena *mem, bool *full)
{
	char *copy;

	text = str_head(text, max);
	if (text.n == 0)
		return S("");
	copy = arena_take_raw(mem, text.n, 1);
	if (!copy) {
		*full = true;
		return S("");
	}
	return harmless(text, copy);
}

static str asn1(const ASN1_STRING *s)
{
	int n = s ? ASN1_STRING_length(s) : 0;

	return n > 0 ? (str){ (const char *)ASN1_STRING_get0_data(s), (size_t)n } : S("");
}

/* The last entry of its kind, which is the most specific one. */
static str entry_of(const X509_NAME *name, int nid)
{
	int at = -1;

	for (int next; (next = X509_NAME_get_index_by_NID(name, nid, at)) >= 0;)
		at = next;
	return at < 0 ? S("") : asn1(X509_NAME_ENTRY_get_data(X509_NAME_get_entry(name, at)));
}

static str issuer_of(const X509 *x)
{
	const X509_NAME *name = X509_get_issuer_name(x);
	str cn = entry_of(name, NID_commonName);

	return cn.n > 0 ? cn : entry_of(name, NID_organizationName);
}

static unix_s time_of(const ASN1_TIME *t)
{
	struct tm tm;

	return ASN1_TIME_to_tm(t, &tm) == 1 ? timegm(&tm) : 0;
}

static void read_dns(X509 *x, struct arena *mem, struct cert *c, bool *full)
{
	GENERAL_NAMES *names = X509_get_ext_d2i(x, NID_subject_alt_name, NULL, NULL);

	for (int i = 0; i < sk_GENERAL_NAME_num(names); i++) {
		const GENERAL_NAME *name = sk_GENERAL_NAME_value(names, i);

		if (name->type != GEN_DNS)
			continue;
		c->dns_all_n++;
		if (c->dns_n < LIMIT_CERT_NAMES_N)
			c->dns[c->dns_n++] = keep(asn1(name->d.dNSName), LIMIT_DOMAIN_BYTES, mem, full);
	}
	GENERAL_NAMES_free(names);
}

static void write_issuer_url(const X509 *x, struct out *url)
{
	AUTHORITY_INFO_ACCESS *all = X509_get_ext_d2i(x, NID_info_access, NULL, NULL);

	for (int i = 0; i < sk_ACCESS_DESCRIPTION_num(all) && url->n == 0; i++) {
		const ACCESS_DESCRIPTION *access = sk_ACCESS_DESCRIPTION_value(all, i);

		if (OBJ_obj2nid(access->method) == NID_ad_ca_issuers && access->location->type == GEN_URI)
			out_str(url, asn1(access->location->d.uniformResourceIdentifier));
	}
	AUTHORITY_INFO_ACCESS_free(all);
}

static void write_text(str text, char copy[CERT_TEXT_BYTES])
{
	text = str_head(text, CERT_TEXT_BYTES - 1);
	copy[harmless(text, copy).n] = '\0';
}

void cert_issuer(const X509 *x, char name[CERT_TEXT_BYTES], char url[CERT_TEXT_BYTES])
{
	char text[CERT_TEXT_BYTES - 1];
	struct out out = OUT(text);

	write_issuer_url(x, &out);
	write_text(out_done(&out), url);
	write_text(issuer_of(x), name);
}

static bool must_staple(const X509 *x)
{
	TLS_FEATURE *features = X509_get_ext_d2i(x, NID_tlsfeature, NULL, NULL);
	bool found = false;

	for (int i = 0; i < sk_ASN1_INTEGER_num(features); i++)
		found = found || ASN1_INTEGER_get(sk_ASN1_INTEGER_value(features, i)) == MUST_STAPLE;
	TLS_FEATURE_free(features);
	return found;
}

static void read_key(X509 *x, struct cert *c)
{
	EVP_PKEY *key = X509_get0_pubkey(x);
	int id = key ? EVP_PKEY_get_base_id(key) : NID_undef;
	unsigned least = 0;

	c->key = S("unknown");
	if (id == EVP_PKEY_RSA || id == EVP_PKEY_RSA_PSS) {
		c->key = S("RSA");
		least = 2048;
	} else if (id == EVP_PKEY_EC) {
		c->key = S("EC");
		least = 224;
	} else if (id > 0) {
		c->key = str_of(OBJ_nid2ln(id));
	}
	c->key_bits = key ? (unsigned)EVP_PKEY_get_bits(key) : 0;
	c->weak_key = c->key_bits < least;
}

static void read_signature(X509 *x, struct cert *c)
{
	int nid = X509_get_signature_nid(x), digest = NID_undef;

	c->signature = nid == NID_undef ? S("unknown") : str_of(OBJ_nid2ln(nid));
	(void)X509_get_signature_info(x, &digest, NULL, NULL, NULL);
	c->weak_signature = !c->self_signed &&
	    (digest == NID_md5 || digest == NID_sha1 || digest == NID_md5_sha1);
}

void cert_take_spki(const X509 *x, unsigned char **der, size_t *n)
{
	int got;

	*der = NULL;
	got = i2d_X509_PUBKEY(X509_get_X509_PUBKEY(x), der);
	*n = got > 0 ? (size_t)got : 0;
}

static void read_digests(const X509 *x, str der, struct cert *c)
{
	unsigned char *spki;
	size_t n;

	cert_take_spki(x, &spki, &n);
	memory_must_be(spki != NULL);
	memory_must_be(EVP_Digest(der.p, der.n, c->digest, NULL, EVP_sha256(), NULL));
	memory_must_be(EVP_Digest(spki, n, c->spki, NULL, EVP_sha256(), NULL));
	OPENSSL_free(spki);
}

X509 *cert_x509(str der)
{
	const unsigned char *p = (const unsigned char *)der.p;
	X509 *x = der.n > 0 && der.n <= LIMIT_CHAIN_BYTES ? d2i_X509(NULL, &p, (long)der.n) : NULL;

	if (x && p != (const unsigned char *)der.p + der.n) {
		X509_free(x);
		x = NULL;
	}
	ERR_clear_error();
	return x;
}

static void read_facts(X509 *x, struct arena *mem, struct cert *c, bool *full)
{
	char text[LIMIT_URI_BYTES];
	struct out url = OUT(text);
	uint32_t usage = X509_get_extended_key_usage(x); /* all bits when there are none */

	c->subject = keep(entry_of(X509_get_subject_name(x), NID_commonName), CERT_TEXT_BYTES, mem, full);
	c->issuer = keep(issuer_of(x), CERT_TEXT_BYTES, mem, full);
	c->issuer_organization = keep(entry_of(X509_get_issuer_name(x), NID_organizationName),
	    CERT_TEXT_BYTES, mem, full);
	c->not_before = time_of(X509_get0_notBefore(x));
	c->not_after = time_of(X509_get0_notAfter(x));
	c->self_signed = X509_self_signed(x, 1) == 1;
	c->ca = X509_check_ca(x) > 0;
	c->server_auth = (usage & (XKU_SSL_SERVER | XKU_ANYEKU)) != 0;
	c->must_staple = must_staple(x);
	read_dns(x, mem, c, full);
	read_key(x, c);
	read_signature(x, c);
	write_issuer_url(x, &url);
	c->issuer_url = keep(out_done(&url), LIMIT_URI_BYTES, mem, full);
}

err cert_read(str der, struct arena *mem, struct cert *cert, struct why *why)
{
	X509 *x = cert_x509(der);
	struct cert c = { 0 };
	bool full = false;

	if (der.n > LIMIT_CHAIN_BYTES)
		return why_set(why, E_LIMIT, "", 0, "a certificate of more than %d bytes", LIMIT_CHAIN_BYTES);
	if (!x)
		return why_set(why, E_SYNTAX, "RFC 5280 4.1", 0, "this is no certificate");
	read_facts(x, mem, &c, &full);
	read_digests(x, der, &c);
	X509_free(x);
	ERR_clear_error();
	if (full)
		return why_set(why, E_LIMIT, "", 0, "the names of a certificate need too much memory");
	*cert = c;
	return OK;
}

void cert_chain_digest(const struct cert_chain *chain, uint8_t digest[CERT_DIGEST_BYTES])
{
	EVP_MD_CTX *sha = EVP_MD_CTX_new();

	memory_must_be(sha != NULL);
	memory_must_be(EVP_DigestInit_ex(sha, EVP_sha256(), NULL));
	for (size_t i = 0; i < chain->n; i++) /* DER says its own length: different chains, different bytes */
		memory_must_be(EVP_DigestUpdate(sha, chain->der[i].p, chain->der[i].n));
	memory_must_be(EVP_DigestFinal_ex(sha, digest, NULL));
	EVP_MD_CTX_free(sha);
}

err cert_store_open(const char *ca_file, struct cert_store **store, struct why *why)
{
	/* one file read once is quicker than a directory, and less to ask of a jail */
	static const char *const bundles[] = {
		"/etc/ssl/certs/ca-certificates.crt", "/etc/pki/tls/certs/ca-bundle.crt", "/etc/ssl/cert.pem",
	};
	struct cert_store made = { X509_STORE_new() };
	bool ok;

	memory_must_be(made.roots != NULL);
	if (!ca_file)
		ca_file = getenv(X509_get_default_cert_file_env());
	for (size_t i = 0; !ca_file && i < ARRAY_N(bundles); i++)
		ca_file = access(bundles[i], R_OK) == 0 ? bundles[i] : NULL;
	if (ca_file && access(ca_file, R_OK) != 0) {
		X509_STORE_free(made.roots);
		return why_set(why, errno == ENOENT ? E_ABSENT : E_PERM, "", 0, "%s: %s", ca_file,
		    strerror(errno));
	}
	ok = (ca_file ? X509_STORE_load_file(made.roots, ca_file) :
	    X509_STORE_set_default_paths(made.roots)) == 1;
	ERR_clear_error();
	if (!ok) {
		X509_STORE_free(made.roots);
		return why_set(why, E_SYNTAX, "", 0, "%s: no certificates in PEM form",
		    ca_file ? ca_file : "the system's roots");
	}
	*store = memory_must(malloc(sizeof **store));
	**store = made;
	return OK;
}

void cert_store_close(struct cert_store *store)
{
	if (!store)
		return;
	X509_STORE_free(store->roots);
	free(store);
}

void cert_store_lend(struct cert_store *store, void *context)
{
	memory_must_be(SSL_CTX_set1_verify_cert_store(context, store->roots) == 1);
}
