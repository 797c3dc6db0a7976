/*
 * check - what is told about one domain: text for eyes, JSON for programs.
 */
#ifndef POSTSEAL_CHECK_H
#define POSTSEAL_CHECK_H

#include "core/finding.h"
#include "core/inspection.h"
#include "core/judge.h"

struct check_result {
	const struct inspection *inspection;
	struct finding_list list;
	struct judge_verdict verdict;
};

/* Verdict, what senders do, findings worst first, what to publish. */
void check_text(const struct check_result *result, struct arena *mem);

/* One JSON object on one line, to standard output. */
void check_json(const struct check_result *result, struct out *out);

#endif
