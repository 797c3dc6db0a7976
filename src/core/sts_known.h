/*
 * sts_known - what a sender remembers about the policy of one domain.  RFC 8461 sections 3.3, 10.2
 *
 *   fetched           due                            expires
 *      |---------------|-------- fresh ---------------|------ expired: as if never known ---
 *
 *   expires = fetched + min(max_age, LIMIT_MAX_AGE_S);  fresh while now < expires
 *
 * Only an HTTPS fetch moves the clock: a TXT record with the same id does not
 * touch fetched and does not revive an expired policy.  [STS-3.2-h]
 *
 * The text of the policy lies elsewhere; this is what decisions need.  Plain
 * memory, can be stored as it is.  Zero-initialised: nothing is known.  Times
 * are seconds since 1970 and above 0.  Pure.
 */
#ifndef CORE_STS_KNOWN_H
#define CORE_STS_KNOWN_H

#include "base/date.h"
#include "core/sts_fetch.h"

#define STS_KNOWN_PAUSE_S 300 /* RFC 8461 3.3: five minutes without a GET after a failed one, per id */

struct sts_known_failure {
	unsigned n;                   /* failed fetches in a row; 0: the last one was good, or there was none */
	unix_s at;                    /* the last of them */
	char id[LIMIT_ID_BYTES + 1];  /* and the id it was for */
	struct sts_fetch fetch;       /* and how it ended */
};

struct sts_known {
	char id[LIMIT_ID_BYTES + 1];  /* of the TXT record when the policy was fetched; "": no policy is held */
	enum sts_policy_mode mode;
	uint32_t max_age_s;           /* as served */
	unix_s fetched;               /* last successful HTTPS fetch */
	unix_s same_body_at;          /* a new id brought the old text at this time; 0: no */
	struct sts_known_failure failed;
};

unix_s sts_known_expires(const struct sts_known *known);
bool sts_known_fresh(const struct sts_known *known, unix_s now);

/* May the policy host not be asked for this id yet?  [STS-3.3-i] */
bool sts_known_paused(const struct sts_known *known, str id, unix_s now);

/*
 * When the background refresh is due; 0: never (nothing held, or it expires
 * before that).  [STS-3.3-n] [STS-10.2-b]
 *
 *   after success    a day, or half of max_age when that is less
 *   after failure    5, 10, 20, 40 ... minutes, at most a day
 *   new id, old text 5, 15 and 60 minutes (caches in front of the policy host)
 */
unix_s sts_known_due(const struct sts_known *known);

/* A policy came: it replaces the old one whole, restarts the clock and ends the row of failures. */
void sts_known_keep(struct sts_known *known, str id, const struct sts_policy *policy, bool same_body,
    unix_s now);

/* A fetch for this id failed. */
void sts_known_fail(struct sts_known *known, str id, const struct sts_fetch *fetch, unix_s now);

/* Forget the policy; the mark of the last failure stays. */
void sts_known_drop(struct sts_known *known);

#endif
