/*
 * analyzer - what clang's analyzer cannot see for itself.
 *
 * why_set, in another file, returns the err it is given; a slice without a
 * pointer has no bytes; nobody makes one of NULL.  tools/tidy.sh includes this before each source; no
 * build does.
 */
#ifndef TEST_ANALYZER_H
#define TEST_ANALYZER_H

#include "base/err.h"
#include "base/str.h"

#define why_set(w, e, ...) ((void)why_set(w, e, __VA_ARGS__), (e))

static inline str analyzer_skip(str s, size_t n)
{
	return n < s.n ? (str){ s.p + n, s.n - n } : (str){ s.p + s.n, 0 };
}

static inline str analyzer_of(const char *z)
{
	return (str){ z, strlen(z) };
}

#define str_skip(...) analyzer_skip(__VA_ARGS__)
#define str_of(...) analyzer_of(__VA_ARGS__)

#endif
