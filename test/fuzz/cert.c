/*
 * cert: a certificate in DER, or a chain of them one behind the other, as a
 * stranger sends it.  Whatever it is, no room is overrun, texts are harmless,
 * and nothing of it is ever trusted by a store of other roots.
 */
#include "io/cert.h"

#include "test/fuzz/fuzz.h"

static char memory[1 << 17];

static void must_be_harmless(str text)
{
	for (size_t i = 0; i < text.n; i++)
		fuzz_must(text.p[i] >= 0x20 && text.p[i] <= 0x7e);
}

static void must_read(str der)
{
	struct arena mem = ARENA(memory);
	struct why why = { 0 };
	struct cert c;
	err e = cert_read(der, &mem, &c, &why);

	if (e != OK) {
		fuzz_must(e == E_SYNTAX || e == E_LIMIT);
		fuzz_must_say_why(&why, der);
		return;
	}
	fuzz_must(c.dns_n <= LIMIT_CERT_NAMES_N && c.dns_n <= c.dns_all_n);
	must_be_harmless(c.subject);
	must_be_harmless(c.issuer);
	must_be_harmless(c.issuer_organization);
	must_be_harmless(c.issuer_url);
	must_be_harmless(c.key);
	must_be_harmless(c.signature);
	for (size_t i = 0; i < c.dns_n; i++)
		must_be_harmless(c.dns[i]);
}

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

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t n)
{
	static struct cert_store *store;
	str text = { (const char *)bytes, n };
	struct cert_chain chain = chain_of(text);
	str name = S("mx.example.test"), extra = text;
	bool may[] = { true, true, true };
	struct tlsa record[] = {
		{ TLSA_DANE_EE, TLSA_CERT, TLSA_FULL, chain.der[0] },
		{ TLSA_DANE_TA, TLSA_CERT, TLSA_FULL, text },
		{ TLSA_DANE_TA, TLSA_SPKI, TLSA_FULL, text },
	};
	struct cert_tlsa_verdict tlsa;
	struct cert_verdict v;

	if (!store)
		fuzz_must(cert_store_open(NULL, &store, NULL) == OK);
	must_read(text);
	cert_judge(&(struct cert_question){ store, &chain, name, 1800000000, &extra, 1 }, &v);
	fuzz_must(v.faults != 0 && (v.own_faults & ~v.faults) == 0);
	must_be_harmless(str_of(v.missing));
	must_be_harmless(str_of(v.missing_url));
	cert_tlsa(&(struct cert_tlsa_question){ &chain, record, may, ARRAY_N(record), &name, 1, 1800000000 }, &tlsa);
	fuzz_must(tlsa.tlsa != MX_CHECK_TLSA_NO_MATCH || tlsa.ta_faults == 0);
	return 0;
}
