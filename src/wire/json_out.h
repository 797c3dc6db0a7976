/*
 * json_out - write JSON.                                     RFC 8259, RFC 7493
 *
 * The caller writes punctuation; this writes what needs care.  Pure.
 */
#ifndef WIRE_JSON_OUT_H
#define WIRE_JSON_OUT_H

#include "base/out.h"

/* A string in quotes.  Bytes that are no UTF-8, and noncharacters, become U+FFFD: I-JSON always. */
void json_out_str(struct out *out, str s);

/* ["a","b"] */
void json_out_strs(struct out *out, const str *s, size_t n);

/* "key": with a comma before it unless *first, which becomes false. */
void json_out_key(struct out *out, bool *first, const char *key);

#endif
