/*
 * publication - what a domain should publish: its policy and its records.
 *                                          RFC 8461 sections 3.1, 3.2, 8.1; RFC 8460 section 3
 *
 * From what is live to what to put there.  An id changes when, and only when,
 * the policy changes (RFC 8461 3.1): a policy that means the same as the live
 * one keeps the live id, another gets the time of the change and a mark of what
 * it says:
 *
 *   20261121T204500Z 9f86d081     time, mark
 *
 * By the mark a later look knows that the policy was changed and the id was
 * forgotten.  An id of another make tells nothing; it is believed.
 *
 * Pure; slices point into the inspection, or into the caller's arena.
 */
#ifndef CORE_PUBLICATION_H
#define CORE_PUBLICATION_H

#include "core/inspection.h"

#define PUBLICATION_MAX_AGE_S 604800 /* a week: long enough to count, short enough to correct */

struct publication {
	struct sts_policy policy;
	char id[LIMIT_ID_BYTES + 1];
	bool id_kept;    /* the live one: the policy says the same */
	bool ready;      /* the policy host serves this policy, as senders want it: the id may be published */
	str rua;         /* destinations, parted by ","; empty: none is known */
};

/*
 * For the domain as it was seen: every live MX host by name, the live mode
 * (testing when there is no policy), the live max_age when it is long enough,
 * the live id when nothing changes.
 *
 * E_ABSENT  there is no MX host that could be listed
 * E_LIMIT   mem is full
 */
err publication_of(const struct inspection *i, struct arena *mem, struct publication *publication,
    struct why *why) MUST_USE;

/* The same for a policy of the caller's.  E_LIMIT alone. */
err publication_with(const struct inspection *i, const struct sts_policy *policy, struct arena *mem,
    struct publication *publication, struct why *why) MUST_USE;

/* A new id: 20261121T204500Z9f86d081. */
void publication_write_id(unix_s now, const struct sts_policy *policy, struct out *out);

#endif
