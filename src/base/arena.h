/*
 * arena - memory that lives exactly as long as one piece of work.
 *
 * The owner lends a region; takers never give back single pieces, the owner
 * resets the whole.  A full arena is an ordinary refusal (E_LIMIT at the taker).
 */
#ifndef BASE_ARENA_H
#define BASE_ARENA_H

#include "base/str.h"

struct arena {
	char *base;  /* borrowed from whoever started the work */
	size_t cap;  /* bytes at base */
	size_t used; /* bytes handed out */
};

#define ARENA(array) ((struct arena){ .base = (array), .cap = sizeof(array) })

/* Zeroed, aligned memory for n items of size bytes; NULL when the arena is full. */
void *arena_take(struct arena *a, size_t n, size_t size);

/* The same without zeroing, for bytes that are written at once. */
void *arena_take_raw(struct arena *a, size_t n, size_t size);

/* Make the piece at p, taken with old bytes, size bytes long; it may move.  NULL when full. */
void *arena_grow(struct arena *a, void *p, size_t old, size_t size);

/* A copy of s in the arena; false when full. */
bool arena_copy(struct arena *a, str s, str *copy);

static inline void arena_reset(struct arena *a)
{
	a->used = 0;
}

#endif
