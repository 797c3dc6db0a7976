/* chance - the same random numbers on every run, for tests that walk machines at random. */
#ifndef TEST_CHANCE_H
#define TEST_CHANCE_H

#include <stdbool.h>
#include <stdint.h>

struct chance {
	uint64_t state; /* any but 0 */
};

/* 0 .. n-1 (xorshift64*) */
static inline unsigned chance_of(struct chance *c, unsigned n)
{
	c->state ^= c->state >> 12;
	c->state ^= c->state << 25;
	c->state ^= c->state >> 27;
	return (unsigned)((c->state * 0x2545f4914f6cdd1dULL) >> 33) % n;
}

static inline bool chance_in(struct chance *c, unsigned n)
{
	return chance_of(c, n) == 0;
}

#endif
