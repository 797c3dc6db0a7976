/*
 * judge - from what an inspection saw to a verdict.
 *
 * All judges of core/judge_groups.h together, and what senders do with mail now.
 *
 * Pure.
 */
#ifndef CORE_JUDGE_H
#define CORE_JUDGE_H

#include "core/finding.h"
#include "core/inspection.h"

struct judge_verdict {
	enum finding_severity verdict; /* the worst; FINDING_INFO is "ok" */
	str senders_will;              /* one sentence, or more where kinds of senders differ */
};

/* All groups, worst first; everything lives in mem.  E_LIMIT: mem is full. */
err judge_all(const struct inspection *i, struct arena *mem, struct finding_list *list,
    struct judge_verdict *verdict, struct why *why) MUST_USE;

#endif
