/*
 * out - bytes going out, into storage of known size.
 *
 * Overflow is remembered, not fatal: write everything, ask full once.  After
 * full nothing more is written and the bytes so far are worthless.
 */
#ifndef BASE_OUT_H
#define BASE_OUT_H

#include "base/err.h"
#include "base/str.h"

struct out {
	char *p;    /* borrowed storage */
	size_t cap; /* bytes at p */
	size_t n;   /* bytes written so far */
	bool full;  /* sticky: something did not fit */
};

#define OUT(array) ((struct out){ .p = (array), .cap = sizeof(array) })

void out_str(struct out *o, str s);
void out_u64(struct out *o, uint64_t v);
void out_hex(struct out *o, str bytes); /* two lower-case digits a byte */
void out_fmt(struct out *o, const char *fmt, ...) PRINTF(2, 3);

static inline void out_char(struct out *o, char c)
{
	if (o->n < o->cap && !o->full)
		o->p[o->n++] = c;
	else
		o->full = true;
}

static inline str out_done(const struct out *o)
{
	return (str){ o->p, o->full ? 0 : o->n };
}

#endif
