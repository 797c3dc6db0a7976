/* str - a borrowed slice of bytes.  Never owns, never NUL-terminated, pass by value. */
#ifndef BASE_STR_H
#define BASE_STR_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

typedef struct str {
	const char *p; /* first byte; may be NULL when n == 0 */
	size_t n;      /* bytes */
} str;

#define STR(lit) { (lit), sizeof(lit) - 1 } /* in a table */
#define S(lit) ((str)STR(lit))              /* in an expression */
#define STR_ARG(s) (int)(s).n, (s).p        /* for "%.*s"; the slice must be short */

static inline bool str_eq(str a, str b)
{
	return a.n == b.n && (a.n == 0 || memcmp(a.p, b.p, a.n) == 0);
}

static inline bool str_starts(str s, str prefix)
{
	return s.n >= prefix.n && (prefix.n == 0 || memcmp(s.p, prefix.p, prefix.n) == 0);
}

/* The slice without its first n bytes; all of it when n is larger. */
static inline str str_skip(str s, size_t n)
{
	return n < s.n ? (str){ s.p + n, s.n - n } : (str){ s.p ? s.p + s.n : NULL, 0 };
}

static inline str str_head(str s, size_t n)
{
	return (str){ s.p, n < s.n ? n : s.n };
}

/* A C string as a slice; NULL is the empty slice. */
static inline str str_of(const char *z)
{
	return (str){ z, z ? strlen(z) : 0 };
}

static inline bool str_is_wsp(char c)
{
	return c == ' ' || c == '\t';
}

static inline bool str_is_digit(char c)
{
	return c >= '0' && c <= '9';
}

static inline bool str_is_alnum(char c)
{
	return str_is_digit(c) || (c >= 'A' && c <= 'Z') || (c >= 'a' && c <= 'z');
}

static inline char str_lower(char c)
{
	return c >= 'A' && c <= 'Z' ? (char)(c + ('a' - 'A')) : c;
}

#define STR_FAR 99 /* texts of more than 32 bytes are not compared */

bool str_eq_nocase(str a, str b);                      /* ASCII letters only */
str str_trim(str s);                                   /* drop SP and HTAB at both ends */
bool str_cut(str s, char sep, str *left, str *right);  /* false: sep absent, *left = s */
bool str_line(str *rest, str *line);                   /* take one LF or CRLF line */
bool str_u64(str s, uint64_t max, uint64_t *v);        /* decimal digits only, at least one */
size_t str_find(str s, str needle);                    /* offset of the first hit; s.n when absent */
size_t str_distance(str a, str b);                     /* edits and swaps from a to b, any case; STR_FAR: far */
bool str_utf8(str s, size_t *bad);                     /* RFC 3629; *bad: offset of the first wrong byte */

#endif
