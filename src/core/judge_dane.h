/*
 * judge_dane - the TLSA records of one MX host and what they make of its certificate.
 *                                              RFC 7672 sections 2.2 and 3, RFC 7671 8.1 and 9
 *
 * For core/judge_*.c only.  Pure.
 */
#ifndef CORE_JUDGE_DANE_H
#define CORE_JUDGE_DANE_H

#include "core/judge_seen.h"

/* The findings D of one host; seen: one for each of its probes. */
void judge_dane(const struct inspection *i, const struct inspection_mx *mx, const struct judge_seen *seen,
    struct finding_list *list);

#endif
