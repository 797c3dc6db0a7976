#include "core/sts_answer.h"

/* One level for all hosts: DANE must bind every one that can be reached.  [STS-2-a] */
static bool dane_binds_all(const struct sts_answer_facts *facts)
{
	size_t bound = 0;

	if (!facts->dane_on || facts->mx_failed || !facts->mx_secure)
		return false;
	for (size_t i = 0; i < facts->host_n; i++) {
		if (!facts->host[i].has_address)
			continue;
		if (facts->host[i].dane != DANE_DU && facts->host[i].dane != DANE_DE)
			return false;
		bound++;
	}
	return bound > 0;
}

enum sts_answer sts_answer_of(const struct sts_answer_facts *facts)
{
	bool enforce = facts->mode == STS_POLICY_ENFORCE;

	if (facts->override == STS_ANSWER_SKIP)
		return STS_ANSWER_NOTFOUND;
	if (facts->override == STS_ANSWER_FIXED)
		return STS_ANSWER_LEVEL;
	if (facts->override == STS_ANSWER_ENFORCE)
		enforce = facts->mode != STS_POLICY_NONE;
	if (!enforce)
		return STS_ANSWER_NOTFOUND;
	return dane_binds_all(facts) ? STS_ANSWER_DANE_ONLY : STS_ANSWER_SECURE;
}
