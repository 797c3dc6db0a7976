/*
 * deep - the costly tests at one address of an MX host.       RFC 8461 7.1 and 7.2, RFC 3207 4.2
 *
 *   without SNI -> the other kind of certificate -> TLS 1.0 and 1.1 -> a command in clear text behind STARTTLS
 *
 * One connection after the other, four or five in all; the first that does not
 * come about ends the series, for the host may have had enough of us.
 */
#ifndef POSTSEAL_DEEP_H
#define POSTSEAL_DEEP_H

#include "app/postseal/issuer.h"
#include "app/postseal/world.h"
#include "core/inspection.h"

struct deep;

/* The result lives until the call returns; the deep is gone then. */
typedef void deep_call(void *arg, const struct inspection_probe *result);

struct deep_order {
	struct probe_order first;            /* with which the address was asked before */
	str name;                            /* the MX host; borrowed until the call */
	const struct inspection_probe *seen; /* what came of it; borrowed until the call */
	unix_s now;
};

/* The call comes once, never before this returns. */
struct deep *deep_start(struct world *world, struct issuers *issuers, const struct deep_order *order, deep_call *call,
    void *arg);
void deep_close(struct deep *deep); /* without a call, after probe_close; NULL is allowed */

#endif
