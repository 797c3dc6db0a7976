/*
 * probed - what is known of the addresses of MX hosts, so that each is asked once.
 *
 * Many domains share their MX hosts.  An entry is an address under a name; the
 * first who asks starts the probe, the others wait for it.  DANE is judged for
 * each who asks, with the TLSA records that its inspection saw.  The costly tests are
 * made once for an entry too.
 */
#ifndef POSTSEAL_PROBED_H
#define POSTSEAL_PROBED_H

#include "app/postseal/issuer.h"
#include "app/postseal/revocation.h"
#include "core/inspection.h"

struct probed;

/* The result lives until the call returns. */
typedef void probed_call(void *arg, const struct inspection_probe *result);

struct probed *probed_open(struct world *world, struct issuers *issuers, struct revocations *revocations);
void probed_close(struct probed *probed); /* after probe_close; NULL is allowed */

/* The call comes once, maybe before this returns. */
void probed_ask(struct probed *probed, const struct inspection_question *question, unix_s now,
    probed_call *call, void *arg);

/* The same for INSPECTION_ASK_DEEP, after probed_ask for the same question has called. */
void probed_ask_deep(struct probed *probed, const struct inspection_question *question, probed_call *call, void *arg);

size_t probed_count(const struct probed *probed); /* probes started */

#endif
