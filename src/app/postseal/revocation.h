/*
 * revocation - was a host's certificate revoked?  The list that it names is asked.     RFC 5280 4.2.1.13
 *
 *   certificate -> http address of the list (place.h: once per run) -> io/crl
 */
#ifndef POSTSEAL_REVOCATION_H
#define POSTSEAL_REVOCATION_H

#include "app/postseal/world.h"
#include "io/crl.h"

struct revocations;

/* CRL_UNKNOWN also where nothing could be asked.  The verdict lives until the call returns. */
typedef void revocation_call(void *arg, const struct crl_verdict *verdict);

struct revocations *revocation_open(struct world *world, bool ask); /* ask: false: nothing is ever asked */
void revocation_close(struct revocations *revocations); /* ends all without a call; NULL is allowed */

/*
 * The call comes once, maybe before this returns.  chain is borrowed until then;
 * faults are what cert_judge found: a chain without its issuer is not asked about.
 */
void revocation_ask(struct revocations *revocations, const struct cert_chain *chain, unsigned faults, unix_s now,
    revocation_call *call, void *arg);

#endif
