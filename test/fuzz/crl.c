/*
 * crl: a list of revocations, as a stranger's server sends it.  The first two
 * bytes are the length of the chain before it, certificates one behind the other.
 * A list says nothing before its time, after it, or with another signature.
 */
#include "io/crl.h"

#include "test/fuzz/fuzz.h"

#define NOW 1800000000
#define TOO_LATE 253402300799 /* the end of the year 9999 */

static char changed[LIMIT_CRL_BYTES];

/* Cut where the outer lengths say. */
static struct cert_chain chain_of(str text)
{
	struct cert_chain chain = { 0 };

	while (text.n > 4 && chain.n < LIMIT_CHAIN_N) {
		size_t n = 4 + ((size_t)(unsigned char)text.p[2] << 8 | (unsigned char)text.p[3]);

		chain.der[chain.n++] = str_head(text, n);
		text = str_skip(text, n);
	}
	return chain;
}

static void must_be_url(str certificate)
{
	char text[LIMIT_URI_BYTES];
	struct out url = OUT(text);

	crl_url(certificate, &url);
	fuzz_must(!url.full && (url.n == 0 || str_eq_nocase(str_head(out_done(&url), 7), S("http://"))));
}

static bool is_revoked(const struct crl_question *q, unix_s now, str list)
{
	struct crl_question other = *q;
	struct crl_verdict v;

	other.now = now;
	other.list = list;
	return crl_look(&other, &v, NULL) == OK && v.word == CRL_REVOKED;
}

static void must_mind(const struct crl_question *q)
{
	str list = q->list;

	fuzz_must(!is_revoked(q, 0, list) && !is_revoked(q, TOO_LATE, list));
	memcpy(changed, list.p, list.n);
	changed[list.n - 1] ^= 1;
	fuzz_must(!is_revoked(q, q->now, (str){ changed, list.n }));
	fuzz_must(!is_revoked(q, q->now, str_head(list, list.n - 1)));
}

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t n)
{
	static struct cert_store *store;
	str text = { (const char *)bytes, n };
	size_t chain_n = n >= 2 ? (size_t)bytes[0] << 8 | bytes[1] : 0;
	struct cert_chain chain = chain_of(str_head(str_skip(text, 2), chain_n));
	struct crl_question q = { .chain = &chain, .list = str_skip(str_skip(text, 2), chain_n), .now = NOW };
	struct why why = { 0 };
	struct crl_verdict v;
	err e;

	if (!store)
		fuzz_must(cert_store_open(NULL, &store, NULL) == OK);
	q.store = store;
	if (chain.n > 0)
		must_be_url(chain.der[0]);
	e = crl_look(&q, &v, &why);
	if (e != OK) {
		fuzz_must(e == E_SYNTAX || e == E_LIMIT);
		fuzz_must_say_why(&why, q.list);
		return 0;
	}
	fuzz_must(v.word <= CRL_REVOKED && (v.since == 0 || v.word == CRL_REVOKED));
	if (v.word == CRL_REVOKED)
		must_mind(&q);
	return 0;
}
