/*
 * judge_caa - may the issuer of the policy host's certificate issue the next one?   RFC 8659 4
 *
 * For core/judge_*.c only.  Pure.
 */
#ifndef CORE_JUDGE_CAA_H
#define CORE_JUDGE_CAA_H

#include "core/finding.h"
#include "core/inspection.h"

/* H07; silent about issuers whose CAA names are not known. */
void judge_caa(const struct inspection *i, struct finding_list *list);

#endif
