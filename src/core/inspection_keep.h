/*
 * inspection_keep - answers are copied into the inspection's arena.
 *
 * What does not fit is left out whole, and full says so.  For core/inspection only.
 */
#ifndef CORE_INSPECTION_KEEP_H
#define CORE_INSPECTION_KEEP_H

#include "core/inspection.h"

str inspection_keep(struct inspection *i, str s);
void *inspection_keep_take(struct inspection *i, size_t n, size_t size); /* zeroed; NULL when full */
void inspection_keep_lookup(struct inspection *i, const struct inspection_lookup *answer,
    struct inspection_lookup *to);
void inspection_keep_cert(struct inspection *i, struct inspection_cert *c); /* its texts, in place */

#endif
