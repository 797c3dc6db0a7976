/*
 * deflate_size - how long a deflate stream is when inflated, without inflating it.      RFC 1951
 *
 * The library inflates into memory of a known size and cannot say what it would
 * need.  Where a file's own word is missing, or is large, this reads the codes
 * and adds up the lengths: a bomb is known before it costs a page.  Slower per
 * byte than the library, so not for the common case.  Takes all streams the
 * library takes and some that it refuses.
 *
 * Pure, no memory but the stack.
 */
#ifndef WIRE_DEFLATE_SIZE_H
#define WIRE_DEFLATE_SIZE_H

#include "base/err.h"
#include "base/str.h"

/*
 * The stream stands at the head of deflated and has used_n bytes.
 *
 * E_SYNTAX  damaged or cut short
 * E_LIMIT   more than most bytes
 */
err deflate_size(str deflated, size_t most, size_t *size, size_t *used_n) MUST_USE;

#endif
