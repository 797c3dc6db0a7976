/*
 * judge_text - words that several judges need.  For core/judge_*.c only.
 *
 * Pure.
 */
#ifndef CORE_JUDGE_TEXT_H
#define CORE_JUDGE_TEXT_H

#include "base/out.h"
#include "core/finding.h"
#include "core/hint.h"
#include "core/inspection.h"

#define JUDGE_TEXT_NAME_BYTES 320 /* a name with a prefix */

/* prefix and name in room. */
str judge_text_name(char room[JUDGE_TEXT_NAME_BYTES], const char *prefix, str name);

/* The first hint and what could be published instead become the remedy; without either the catalogue's stays. */
void judge_text_hint(struct finding_list *list, struct finding *finding, const struct hints *hints);

/* ", " and " and " between the count names, the at-th comes now; more than most names end in "N more". */
void judge_text_list(struct out *out, str name, size_t at, size_t count, size_t most);

/* How a lookup failed, as the end of a sentence: "was not answered in time". */
const char *judge_text_failure(enum dns_status status);

/* Which party a name probably belongs to: its last two labels, three under ccTLDs such as co.uk. */
str judge_text_party(str name);

/* name is domain, or ends in "." and domain. */
bool judge_text_below(str name, str domain);

#endif
