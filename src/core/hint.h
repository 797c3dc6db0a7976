/*
 * hint - what the author of a broken record or policy probably meant.
 *                                               RFC 8461 sections 3.1, 3.2, 4.1; RFC 8460 section 3
 *
 * For lint and check, never for a sender: a guess is shown to people, it is
 * never acted on.  Each hint is one sentence; instead, when there is one, is
 * what could be published in place of the input and passes the strict reading.
 *
 * Pure.  Strangers' bytes in the sentences are printable ASCII.
 */
#ifndef CORE_HINT_H
#define CORE_HINT_H

#include "base/err.h"
#include "base/limits.h"
#include "base/str.h"
#include "wire/record.h"

#define HINT_N 8
#define HINT_INSTEAD_BYTES 2048

struct hints {
	struct {
		char text[200]; /* one sentence, NUL-terminated */
	} hint[HINT_N];
	size_t n;
	char instead[HINT_INSTEAD_BYTES]; /* NUL-terminated */
	size_t instead_n;                 /* 0: no guess */
};

/* One TXT record that was refused, or that does not begin as it should. */
void hint_record(enum record_kind kind, str txt, struct hints *hints);

/* A policy file that was refused. */
void hint_policy(str text, struct hints *hints);

/* A pattern that does not match the MX host. */
void hint_mx(str pattern, str mx_host, struct hints *hints);

/* Add one sentence; the same sentence is kept once, HINT_N at most. */
void hint_say(struct hints *hints, const char *fmt, ...) PRINTF(2, 3);

#endif
