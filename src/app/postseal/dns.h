/*
 * dns - sends the changes of a zone to its name server.
 */
#ifndef POSTSEAL_DNS_H
#define POSTSEAL_DNS_H

#include "app/postseal/look.h"
#include "core/zone.h"

struct dns_push {
	const char *server; /* IP[@PORT]; NULL: nothing is sent */
	const char *key_file;
};

/*
 * Send what has to change, one update a name, in the order of the zone: reports
 * first, and the _mta-sts record only when the policy was seen to be served
 * [STS-8.1-b].  Exit code, after sentences: VERB_FINE, everything is as it
 * should be; VERB_NOT_FINE, something has to wait; VERB_UNKNOWN, it failed.
 */
int dns_push(struct look *look, const struct dns_push *push, const struct zone *zone, bool quiet);

#endif
