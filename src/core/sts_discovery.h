/*
 * sts_discovery - find the MTA-STS policy that counts for one domain now.
 *                                            RFC 8461 sections 3.1, 3.3, 5.1, 6 and 10.2
 *
 *                    lookup failed and nothing known: asked once more
 *                   +------+
 *                   v      |
 *   start ------> WANT_TXT-+--- new id, nothing fresh,  ---> WANT_POLICY --told--> DONE
 *                   |           or a refresh                                        ^
 *                   +-- nothing new, back-off, or no usable record -----------------+
 *
 * The machine never acts.  It says what it wants; a driver gets it from the
 * world and tells it.  One run asks for the policy once at most.  When it is
 * DONE, known is what to remember from now on (USE_NEW: with the text just
 * fetched; known.id "": without any text).
 *
 * Three purposes:
 *   DELIVERY  before a delivery attempt
 *   REFRESH   in the background, when sts_known_due says so: by HTTPS whatever
 *             the TXT record says  [STS-10.2-b]
 *   BOUNCE    before a message held back by mode enforce is given up: USE_NEW
 *             means try to deliver again now, all else that it may bounce  [STS-5-d]
 *
 * Pure; owns nothing, holds no pointer.
 */
#ifndef CORE_STS_DISCOVERY_H
#define CORE_STS_DISCOVERY_H

#include "core/sts_known.h"
#include "core/sts_txt.h"

enum sts_discovery_purpose { STS_DISCOVERY_DELIVERY, STS_DISCOVERY_REFRESH, STS_DISCOVERY_BOUNCE };

/* With nothing known and a TXT lookup that fails twice. */
enum sts_discovery_on_bogus { STS_DISCOVERY_ON_BOGUS_DELIVER, STS_DISCOVERY_ON_BOGUS_DEFER };

enum sts_discovery_want {
	STS_DISCOVERY_WANT_TXT,
	STS_DISCOVERY_WANT_FRESH_TXT, /* from DNS, or no older than its TTL allows */
	STS_DISCOVERY_WANT_POLICY,
	STS_DISCOVERY_DONE,
};

enum sts_discovery_verdict {
	STS_DISCOVERY_NO_POLICY, /* deliver as if the domain had no MTA-STS  [STS-3.3-l] */
	STS_DISCOVERY_USE_KNOWN, /* apply the policy that was known  [STS-3.3-m] */
	STS_DISCOVERY_USE_NEW,   /* apply the policy just fetched, and keep its text */
	STS_DISCOVERY_DEFER,     /* on_bogus = defer */
};

struct sts_discovery {
	enum sts_discovery_want want;
	struct sts_known known;

	/* the results, once want is STS_DISCOVERY_DONE */
	enum sts_discovery_verdict verdict;
	enum sts_policy_mode mode; /* what binds this attempt; STS_POLICY_NONE also without a policy */
	enum result_type report;   /* tell under policy-type sts; RESULT_TYPE_OTHER: nothing */
	bool alert;                /* a fetch failed now while an enforce or testing policy is held  [STS-3.3-o] */
	bool txt_lost;             /* such a policy is in force and its TXT record is gone or broken: warn */
	bool body_changed;         /* another text under the same id: adopted, to be logged */

	/* the way there */
	enum sts_discovery_purpose purpose;
	enum sts_discovery_on_bogus on_bogus;
	struct sts_txt txt;        /* the answer that counted */
	struct sts_fetch fetch;    /* the failure under which this run ends, now or within the back-off */
	unsigned txt_n;            /* answers told */
};

void sts_discovery_start(struct sts_discovery *d, enum sts_discovery_purpose purpose,
    enum sts_discovery_on_bogus on_bogus, const struct sts_known *known);

/* Tell the answer to WANT_TXT or WANT_FRESH_TXT.  NOT_ASKED is no answer where one is needed. */
void sts_discovery_txt(struct sts_discovery *d, const struct sts_txt *txt, unix_s now);

/*
 * Tell the answer to WANT_POLICY.
 *
 *   policy     read when fetch->cause is STS_FETCH_OK
 *   same_body  the text equals that of the known policy
 */
void sts_discovery_policy(struct sts_discovery *d, const struct sts_fetch *fetch,
    const struct sts_policy *policy, bool same_body, unix_s now);

/* The failure-reason-code of report; nothing when there is nothing to report. */
void sts_discovery_reason(const struct sts_discovery *d, struct out *out);

#endif
