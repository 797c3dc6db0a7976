/*
 * judge_groups - the judges, one for each group of the catalogue or two.      CHECKS: all groups
 *
 * From facts to findings.  Nothing is asked here, and nothing is guessed: what
 * was not asked, timed out or was blocked is "unknown" or silent, never a failure.
 *
 * Pure; findings live in the list's arena.
 */
#ifndef CORE_JUDGE_GROUPS_H
#define CORE_JUDGE_GROUPS_H

#include "core/finding.h"
#include "core/inspection.h"

void judge_record(const struct inspection *i, struct finding_list *list);      /* T */
void judge_scope(const struct inspection *i, struct finding_list *list);       /* K, M */
void judge_policy_host(const struct inspection *i, struct finding_list *list); /* H, W, P */
void judge_policy(const struct inspection *i, struct finding_list *list);      /* S */
void judge_mx_names(const struct inspection *i, struct finding_list *list);    /* X */
void judge_provider(const struct inspection *i, struct finding_list *list);    /* G, X08 */
void judge_mx(const struct inspection *i, struct finding_list *list);          /* Y, D */
void judge_reports(const struct inspection *i, struct finding_list *list);     /* R */
void judge_mail_auth(const struct inspection *i, struct finding_list *list);   /* A */

#endif
