/* hint - whatever is refused, a guess never crashes, and what it proposes passes the strict reading. */
#include "core/hint.h"

#include <stdint.h>
#include <stdlib.h>

#include "wire/sts_policy.h"

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t n);

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t n)
{
	static char memory[1 << 18];
	static struct record_tlsrpt tlsrpt;
	static struct hints hints;
	str text = { (const char *)bytes, n }, host, pattern, instead;
	struct arena mem = ARENA(memory);
	struct sts_policy policy;
	struct record_sts sts;

	hints = (struct hints){ 0 };
	hint_record(RECORD_STS, text, &hints);
	instead = (str){ hints.instead, hints.instead_n };
	if (instead.n > 0 && record_read_sts(instead, &sts, NULL) != OK)
		abort();
	hints = (struct hints){ 0 };
	hint_record(RECORD_TLSRPT, text, &hints);
	instead = (str){ hints.instead, hints.instead_n };
	if (instead.n > 0 && record_read_tlsrpt(instead, &tlsrpt, NULL) != OK)
		abort();
	hints = (struct hints){ 0 };
	hint_policy(text, &hints);
	instead = (str){ hints.instead, hints.instead_n };
	if (instead.n > 0 && sts_policy_read(instead, STS_POLICY_STRICT, &mem, &policy, NULL) != OK)
		abort();
	hints = (struct hints){ 0 };
	(void)str_cut(text, '\n', &pattern, &host);
	hint_mx(pattern, host, &hints);
	for (size_t i = 0; i < hints.n; i++)
		for (const char *c = hints.hint[i].text; *c; c++)
			if (*c < 0x20 || *c > 0x7e)
				abort();
	return 0;
}
