/*
 * inspection_queue - the questions of an inspection that wait to be asked.
 *
 * A question's place is its own struct inspection_pending: it says where the
 * answer goes and what it was asked for.  For core/inspection*.c only.
 */
#ifndef CORE_INSPECTION_QUEUE_H
#define CORE_INSPECTION_QUEUE_H

#include "core/inspection.h"

struct inspection_pending {
	struct inspection_pending *next;
	struct inspection_question question;
	int purpose; /* DNS: what follows from the answer */
	struct inspection_lookup *lookup;
	struct inspection_fetch *fetch;
	struct inspection_probe *probe;
	struct inspection_destination *destination;
	struct inspection_mx *mx;
	size_t n;
};

/* All of these return NULL, or an empty text, when the arena is full. */
struct inspection_pending *inspection_queue_push(struct inspection *i);

/* prefix and name as one; also empty when that is longer than a name can be. */
str inspection_queue_name(struct inspection *i, const char *prefix, str name);

struct inspection_pending *inspection_queue_dns(struct inspection *i, int purpose, struct inspection_lookup *lookup,
    const char *prefix, str name, enum dns_type type);

/* Every destination that the TLSRPT record names. */
void inspection_queue_destinations(struct inspection *i);

#endif
