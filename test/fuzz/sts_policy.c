/* sts_policy: strict is a part of the sender's reading; what is written reads strictly as the same policy. */
#include "wire/sts_policy.h"

#include "test/fuzz/fuzz.h"
#include "wire/domain.h"

static char strict_mem[1 << 20], sender_mem[1 << 20], again_mem[1 << 20], text_mem[1 << 17];

static void must_be_same(const struct sts_policy *a, const struct sts_policy *b)
{
	fuzz_must(a->mode == b->mode && a->max_age_s == b->max_age_s && a->mx_n == b->mx_n);
	for (size_t i = 0; i < a->mx_n; i++)
		fuzz_must(str_eq(a->mx[i], b->mx[i]));
}

static void must_be_right(const struct sts_policy *policy, str text)
{
	fuzz_must(policy->max_age_s <= LIMIT_MAX_AGE_S);                  /* [STS-3.2-g] */
	fuzz_must(policy->mx_n > 0 || policy->mode == STS_POLICY_NONE);   /* [STS-3.2-j] */
	for (size_t i = 0; i < policy->mx_n; i++) {
		str mx = policy->mx[i];

		fuzz_must(fuzz_inside(mx, text) && domain_check_pattern(mx, NULL) == OK); /* [STS-3.2-k] */
		if (mx.p[0] != '*' && !domain_is_address(mx))
			fuzz_must(sts_policy_match(policy, mx));
	}
}

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t n)
{
	str text = { (const char *)bytes, n };
	struct arena strict_arena = ARENA(strict_mem), sender_arena = ARENA(sender_mem), again_arena = ARENA(again_mem);
	struct sts_policy strict, sender, again;
	struct out out = OUT(text_mem);
	struct why why = { 0 };
	err e = sts_policy_read(text, STS_POLICY_STRICT, &strict_arena, &strict, &why);
	err sent = sts_policy_read(text, STS_POLICY_SENDER, &sender_arena, &sender, NULL);

	fuzz_must(e == OK || e == E_SYNTAX || e == E_RULE || e == E_LIMIT);
	if (e != OK)
		fuzz_must_say_why(&why, text);
	fuzz_must(e != OK || sent == OK);
	if (sent != OK)
		return 0;
	must_be_right(&sender, text);
	fuzz_must((e == OK) == (!sender.max_age_clamped && !sender.final_empty_lines));
	if (e == OK)
		must_be_same(&strict, &sender);
	sts_policy_write(&sender, &out);
	if (out.full || out.n > LIMIT_POLICY_BYTES)
		return 0;
	fuzz_must(sts_policy_read(out_done(&out), STS_POLICY_STRICT, &again_arena, &again, NULL) == OK);
	must_be_same(&sender, &again);
	return 0;
}
