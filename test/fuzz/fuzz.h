/* fuzz - what every fuzz target includes: the entry point and the promise that must hold. */
#ifndef TEST_FUZZ_H
#define TEST_FUZZ_H

#include <stdio.h>
#include <stdlib.h>

#include "base/err.h"
#include "base/str.h"

/* libFuzzer and replay.c call this with a stranger's bytes. */
int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t n);

/* A promise of the header under test; broken, it is a finding. */
#define fuzz_must(holds) ((holds) ? (void)0 : fuzz_broken(#holds, __FILE__, __LINE__))

static inline _Noreturn void fuzz_broken(const char *promise, const char *file, int line)
{
	fprintf(stderr, "ERROR: broken promise, %s:%d: %s\n", file, line, promise);
	abort();
}

/* A refusal says why: a rule, a place inside the text and a sentence in printable ASCII. */
static inline void fuzz_must_say_why(const struct why *why, str text)
{
	fuzz_must(why->rule && why->at <= text.n);
	fuzz_must(memchr(why->text, '\0', sizeof why->text) && why->text[0]);
	for (const char *p = why->text; *p; p++)
		fuzz_must(*p >= 0x20 && *p <= 0x7e);
}

/* The slice lies inside the text. */
static inline bool fuzz_inside(str slice, str text)
{
	return slice.n == 0 || (slice.p >= text.p && slice.p + slice.n <= text.p + text.n);
}

#endif
