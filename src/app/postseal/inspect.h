/*
 * inspect - brings an inspection what it asks for, and tells it the answers.
 *
 *   inspect_start --> questions to resolver, fetches, probes --> inspection_tell_... --> call
 *
 * What is the same for many domains is asked once: DNS by the resolver, each
 * address of an MX host and each destination of reports by this driver.  An inspection that takes longer than
 * its time is ended with what was seen.
 */
#ifndef POSTSEAL_INSPECT_H
#define POSTSEAL_INSPECT_H

#include "app/postseal/world.h"
#include "core/inspection.h"

struct inspect;

/* The inspection is settled: judge it. */
typedef void inspect_call(void *arg, struct inspection *inspection);

/* One for a process.  deep: missing issuers' certificates are fetched. */
struct inspect *inspect_open(struct world *world, bool deep);
void inspect_close(struct inspect *inspect); /* without calls, after probe_close; NULL is allowed */

struct inspect_run {
	struct inspection *inspection; /* started */
	inspect_call *settled;         /* comes once, never before inspect_start returns */
	inspect_call *released;        /* later or at once: its memory may be used again */
	void *arg;
};

void inspect_start(struct inspect *inspect, const struct inspect_run *run);

/* End all that is under way with what was seen; settled comes for each, from within. */
void inspect_stop(struct inspect *inspect);

/* MX host addresses probed, and policies fetched, so far. */
void inspect_count(const struct inspect *inspect, size_t *probes, size_t *fetches);

#endif
