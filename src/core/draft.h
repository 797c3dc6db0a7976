/*
 * draft - a new policy for a domain, and what speaks against it.
 *                                          RFC 8461 sections 3.2, 4.1, 8.3; RFC 7505
 *
 *   what the owner wishes + what is live --draft_of--> policy --draft_judge--> objections
 *
 * The same objections that a check would raise against the policy once it is
 * live, but before it is.  Whether MX hosts speak TLS with the right
 * certificates is not looked at here.
 *
 * Pure; slices point into the inspection, the wish or the caller's arena.
 */
#ifndef CORE_DRAFT_H
#define CORE_DRAFT_H

#include "core/finding.h"
#include "core/inspection.h"

struct draft_wish {
	enum sts_policy_mode mode;
	uint32_t max_age_s;
	const str *mx; /* mx_n patterns, each passes domain_check_pattern; none: the live MX hosts */
	size_t mx_n;
};

/*
 * E_ABSENT  no pattern is given and there is no live MX host to list
 * E_TEMP    nor could they be looked up
 * E_LIMIT   mem is full
 */
err draft_of(const struct inspection *i, const struct draft_wish *wish, struct arena *mem,
    struct sts_policy *policy, struct why *why) MUST_USE;

#define DRAFT_OBJECTIONS_N 64

/* FINDING_ERROR: broken; FINDING_UNKNOWN: cannot be said; FINDING_WARNING: allowed, but look at it. */
struct draft_objection {
	enum finding_severity severity;
	char text[320]; /* a sentence; printable ASCII; NUL-terminated */
};

struct draft_judgement {
	struct draft_objection objection[DRAFT_OBJECTIONS_N];
	size_t objection_n;
	enum finding_severity worst; /* FINDING_INFO: nothing */
};

/* i: at least the groups STS and MX were asked. */
void draft_judge(const struct inspection *i, const struct sts_policy *policy, struct draft_judgement *judgement);

#endif
