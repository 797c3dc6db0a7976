#include "io/crl.h"

#include <openssl/err.h>
#include <time.h>

#include "io/cert_openssl.h"
#include "io/memory.h"

/* ---- where it is ---- */

static void write_http(const GENERAL_NAME *name, struct out *url)
{
	const ASN1_STRING *text = name->type == GEN_URI ? name->d.uniformResourceIdentifier : NULL;
	str s = text ? (str){ (const char *)ASN1_STRING_get0_data(text), (size_t)ASN1_STRING_length(text) } : S("");

	if (url->n == 0 && s.n <= LIMIT_URI_BYTES && str_eq_nocase(str_head(s, 7), S("http://")))
		out_str(url, s);
}

void crl_url(str certificate, struct out *url)
{
	X509 *x = cert_x509(certificate);
	CRL_DIST_POINTS *points = x ? X509_get_ext_d2i(x, NID_crl_distribution_points, NULL, NULL) : NULL;

	for (int k = 0; k < sk_DIST_POINT_num(points); k++) {
		const DIST_POINT *point = sk_DIST_POINT_value(points, k);

		if (point->reasons || point->CRLissuer || !point->distpoint || point->distpoint->type != 0)
			continue; /* a part of the reasons, or somebody else's list */
		for (int n = 0; n < sk_GENERAL_NAME_num(point->distpoint->name.fullname); n++)
			write_http(sk_GENERAL_NAME_value(point->distpoint->name.fullname, n), url);
	}
	CRL_DIST_POINTS_free(points);
	X509_free(x);
	ERR_clear_error();
}

/* ---- what it says ---- */

static X509_CRL *read_list(str text)
{
	const unsigned char *p = (const unsigned char *)text.p;
	X509_CRL *list = text.n > 0 ? d2i_X509_CRL(NULL, &p, (long)text.n) : NULL;

	if (list && p != (const unsigned char *)text.p + text.n) {
		X509_CRL_free(list);
		list = NULL;
	}
	ERR_clear_error();
	return list;
}

static bool has_issued(X509 *issuer, X509 *x)
{
	EVP_PKEY *key = X509_get0_pubkey(issuer);

	return X509_check_issued(issuer, x) == X509_V_OK && key && X509_verify(x, key) == 1;
}

/* NULL: neither sent nor a root.  The caller's. */
static X509 *find_issuer(const struct crl_question *q, STACK_OF(X509) *sent)
{
	X509 *x = sk_X509_value(sent, 0), *found = NULL;
	X509_STORE_CTX *roots;

	for (int k = 1; k < sk_X509_num(sent); k++) {
		X509 *issuer = sk_X509_value(sent, k);

		if (!has_issued(issuer, x))
			continue;
		memory_must_be(X509_up_ref(issuer) == 1);
		return issuer;
	}
	roots = X509_STORE_CTX_new();
	memory_must_be(roots != NULL && X509_STORE_CTX_init(roots, q->store->roots, x, NULL) == 1);
	if (X509_STORE_CTX_get1_issuer(&found, roots, x) != 1 || !has_issued(found, x)) {
		X509_free(found);
		found = NULL;
	}
	X509_STORE_CTX_free(roots);
	return found;
}

/* RFC 5280 5.2 and 5.3: what is critical and not known forbids the use of the list. */
static bool is_plain(const STACK_OF(X509_EXTENSION) *extensions)
{
	for (int k = 0; k < sk_X509_EXTENSION_num(extensions); k++) {
		X509_EXTENSION *e = sk_X509_EXTENSION_value(extensions, k);
		int nid = OBJ_obj2nid(X509_EXTENSION_get_object(e));

		if (X509_EXTENSION_get_critical(e) && nid != NID_issuing_distribution_point &&
		    nid != NID_certificate_issuer)
			return false;
	}
	return true;
}

static bool is_current(const X509_CRL *list, unix_s now)
{
	const ASN1_TIME *until = X509_CRL_get0_nextUpdate(list);
	time_t t = now;

	return X509_cmp_time(X509_CRL_get0_lastUpdate(list), &t) < 0 && until && X509_cmp_time(until, &t) > 0;
}

static bool counts(X509_CRL *list, X509 *issuer, unix_s now)
{
	EVP_PKEY *key = X509_get0_pubkey(issuer);

	return is_plain(X509_CRL_get0_extensions(list)) && is_current(list, now) && key &&
	    X509_NAME_cmp(X509_CRL_get_issuer(list), X509_get_subject_name(issuer)) == 0 &&
	    (X509_get_key_usage(issuer) & KU_CRL_SIGN) != 0 && X509_CRL_verify(list, key) == 1;
}

/* [STS-3.3-e] [STS-4.2-c] */
static void look_up(X509_CRL *list, X509 *x, struct crl_verdict *v)
{
	X509_REVOKED *entry = NULL;
	struct tm tm;

	v->word = CRL_NOT_LISTED;
	if (X509_CRL_get0_by_cert(list, &entry, x) != 1) /* 2: no longer on hold */
		return;
	v->word = is_plain(X509_REVOKED_get0_extensions(entry)) ? CRL_REVOKED : CRL_UNKNOWN;
	if (v->word == CRL_REVOKED && ASN1_TIME_to_tm(X509_REVOKED_get0_revocationDate(entry), &tm) == 1)
		v->since = timegm(&tm);
}

err crl_look(const struct crl_question *q, struct crl_verdict *v, struct why *why)
{
	STACK_OF(X509) *sent;
	X509 *issuer = NULL;
	X509_CRL *list;

	if (q->list.n > LIMIT_CRL_BYTES)
		return why_set(why, E_LIMIT, "", 0, "a list of revocations of more than %d bytes", LIMIT_CRL_BYTES);
	list = read_list(q->list);
	if (!list)
		return why_set(why, E_SYNTAX, "RFC 5280 5.1", 0, "this is no list of revocations");
	*v = (struct crl_verdict){ 0 };
	sent = cert_read_chain(q->chain);
	if (sk_X509_num(sent) > 0)
		issuer = find_issuer(q, sent);
	if (issuer && counts(list, issuer, q->now))
		look_up(list, sk_X509_value(sent, 0), v);
	X509_free(issuer);
	sk_X509_pop_free(sent, X509_free);
	X509_CRL_free(list);
	ERR_clear_error();
	return OK;
}
