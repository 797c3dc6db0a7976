/* tlsa: bytes as RDATA and as text; what is written reads strictly as the same record. */
#include "wire/tlsa.h"

#include "test/fuzz/fuzz.h"

static char mem[3 * LIMIT_TLSA_BYTES], again_mem[3 * LIMIT_TLSA_BYTES], text_mem[3 * LIMIT_TLSA_BYTES];

static bool same(const struct tlsa *a, const struct tlsa *b)
{
	return a->usage == b->usage && a->selector == b->selector && a->matching == b->matching &&
	    str_eq(a->association, b->association);
}

static void must_be_right(const struct tlsa *tlsa)
{
	struct arena again_arena = ARENA(again_mem);
	struct out out = OUT(text_mem);
	struct tlsa again;
	const char *reason = "";
	err e;

	fuzz_must(tlsa->association.n > 0);
	fuzz_must(tlsa_usable(tlsa, &reason) == !reason);
	if (!reason) /* [D-16] */
		fuzz_must(tlsa->usage == TLSA_DANE_TA || tlsa->usage == TLSA_DANE_EE);
	tlsa_write(tlsa, &out);
	e = tlsa_read(out_done(&out), true, &again_arena, &again, NULL);
	fuzz_must(!out.full && (e == OK || e == E_LIMIT));
	fuzz_must(e != OK || same(tlsa, &again));
}

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t n)
{
	str text = { (const char *)bytes, n };
	struct arena arena = ARENA(mem);
	struct tlsa strict, loose;
	struct why why = { 0 };
	err e = tlsa_read_wire(text, &strict, &why);

	fuzz_must(e == OK || e == E_SYNTAX || e == E_LIMIT);
	if (e == OK)
		must_be_right(&strict);
	e = tlsa_read(text, true, &arena, &strict, &why);
	if (e == OK)
		must_be_right(&strict);
	else
		fuzz_must_say_why(&why, text);
	if (tlsa_read(text, false, &arena, &loose, NULL) == OK)
		must_be_right(&loose);
	else
		fuzz_must(e != OK);
	fuzz_must(e != OK || same(&strict, &loose));
	return 0;
}
