/*
 * err - the one way functions say no.
 *
 * A function that can fail returns an err and is MUST_USE.  The code tells the
 * program what to do; struct why tells the human.  Results are written only on
 * OK, why only on failure.
 */
#ifndef BASE_ERR_H
#define BASE_ERR_H

#include <stddef.h>

typedef enum err {
	OK = 0,
	E_MORE,   /* not enough bytes yet; feed more and call again */
	E_SYNTAX, /* the bytes break the grammar */
	E_RULE,   /* grammar fine, a rule of the RFC is broken */
	E_LIMIT,  /* larger than we are willing to hold */
	E_ABSENT, /* asked for, does not exist */
	E_TEMP,   /* the world failed; a later try may work */
	E_PERM,   /* the world refused; a later try will not work */
} err;

/* Why a call failed.  Filled only on failure; callers may pass NULL. */
struct why {
	const char *rule; /* static text, e.g. "RFC 8461 3.2"; "" when not an RFC matter */
	size_t at;        /* byte offset into the input that was refused */
	char text[160];   /* one line for humans, printable ASCII, NUL-terminated */
};

#if defined(__GNUC__)
#define MUST_USE __attribute__((warn_unused_result))
#define PRINTF(f, a) __attribute__((format(printf, f, a)))
#else
#define MUST_USE
#define PRINTF(f, a)
#endif

/*
 * Fill *w (when not NULL) and return e: return why_set(w, E_RULE, ...).
 * Bytes of the text outside 0x20..0x7e become '?', so that a stranger's bytes
 * quoted in it are safe on a terminal and in a log.
 */
err why_set(struct why *w, err e, const char *rule, size_t at, const char *fmt, ...) PRINTF(5, 6);

/* Propagate a failure.  Only where the function owns nothing yet. */
#define TRY(call)                     \
	do {                          \
		err try_ = (call);    \
		if (try_ != OK)       \
			return try_;  \
	} while (0)

#define ARRAY_N(a) (sizeof(a) / sizeof(a)[0])

#endif
