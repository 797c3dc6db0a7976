/*
 * json - read JSON into memory that the caller lends.            RFC 8259, RFC 7493
 *
 * Strict is I-JSON: UTF-8 without noncharacters, no member twice, one value and
 * nothing else.  Tolerant is for what strangers send: a BOM is skipped, bytes
 * that are no UTF-8 and noncharacters stay as they are, text after the value is
 * left alone, a repeated member is noted (its last value counts), raw control
 * characters inside strings become blanks and halves of surrogate pairs U+FFFD.
 *
 * Values live as long as the arena.  Strings are slices of arena memory, not of
 * the text.  Nesting deeper than LIMIT_REPORT_DEPTH_N and objects of more than
 * JSON_MEMBERS_N members are refused.  Pure; the only file that knows yyjson.
 */
#ifndef WIRE_JSON_H
#define WIRE_JSON_H

#include "base/arena.h"
#include "base/err.h"
#include "base/limits.h"

#define JSON_MEMBERS_N 256 /* keeps the search for repeated members cheap; a report needs 7 */

enum json_reading {
	JSON_STRICT,
	JSON_TOLERANT,
	JSON_SESSION, /* tolerant, and repeated members are not looked for: the fast road of datagrams */
};

enum json_kind {
	JSON_NULL,
	JSON_BOOL,
	JSON_INTEGER, /* 0 .. 2^64-1, written without fraction and exponent */
	JSON_NUMBER,  /* every other number, also one too large for us */
	JSON_STRING,
	JSON_ARRAY,
	JSON_OBJECT,
};

struct json; /* one value; opaque */

struct json_text {
	const struct json *root;
	bool trailing;      /* tolerant: there was text behind the value */
	bool repeated;      /* tolerant: a member stands twice */
	bool control_chars; /* tolerant: raw control characters in a string */
	bool half_surrogate; /* tolerant: a \uD800..DFFF alone */
	bool not_utf8;      /* tolerant: some bytes are no UTF-8 */
	bool bom;           /* tolerant: skipped */
};

/* One pass over the elements of an array or the members of an object, in order. */
struct json_walk {
	const struct json *next;
	size_t left;
	bool members;
};

/*
 * E_SYNTAX  no JSON (why->at: where)
 * E_RULE    strict: JSON, but not I-JSON (repeated member, noncharacter)
 * E_LIMIT   too deep, an object with too many members, or mem is full
 */
err json_read(str text, enum json_reading reading, struct arena *mem, struct json_text *json,
    struct why *why) MUST_USE;

enum json_kind json_kind(const struct json *v); /* NULL reads as JSON_NULL */
str json_str(const struct json *v);             /* the string; empty for every other kind */
uint64_t json_u64(const struct json *v);        /* the integer; 0 for every other kind */

/*
 * A JSON_NUMBER as a count: a whole number such as 3.0 or 3e2.  False for a
 * fraction and a negative number; one too large is true and UINT64_MAX.
 */
bool json_whole(const struct json *v, uint64_t *n);

/* The walk is empty for every kind but arrays and objects; *key is empty in arrays. */
struct json_walk json_walk(const struct json *v);
bool json_next(struct json_walk *walk, str *key, const struct json **v);

#endif
