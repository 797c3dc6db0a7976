/*
 * judge_fetch - what one address of the policy host did: TLS and HTTP.   RFC 8461 sections 3.3 and 7
 *
 * Addresses that did the same share their findings.  For core/judge_*.c only.
 * Pure.
 */
#ifndef CORE_JUDGE_FETCH_H
#define CORE_JUDGE_FETCH_H

#include "core/finding.h"
#include "core/inspection.h"

/* The findings W and P of the which-th address; none when an earlier one did the same. */
void judge_fetch(const struct inspection *i, size_t which, struct finding_list *list);

/* The end of the policy host's CNAME chain; empty: it is no alias. */
str judge_fetch_alias(const struct inspection *i);

#endif
