/*
 * inspection_read - what the records and the policy that were seen mean.
 *                                          RFC 8461 sections 3.1 to 3.3, RFC 8460 section 3
 *
 * Each works out what follows from answers that are there, and can be called
 * again when they have changed.  For core/inspection and tests of judges.
 */
#ifndef CORE_INSPECTION_READ_H
#define CORE_INSPECTION_READ_H

#include "core/inspection.h"

void inspection_read_sts(struct inspection *i);    /* sts -> txt, txt_why, txt_which */
void inspection_read_tlsrpt(struct inspection *i); /* tlsrpt -> rua, tlsrpt_err, tlsrpt_why, tlsrpt_which */
void inspection_read_policy(struct inspection *i); /* fetch -> served, policy..., matched of every MX host */

/* The texts of an answer's records as slices; NULL when the arena is full. */
str *inspection_read_texts(struct inspection *i, const struct inspection_lookup *lookup);

#endif
