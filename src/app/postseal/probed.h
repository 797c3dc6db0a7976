/*
 * probed - what is known of the addresses of MX hosts, so that each is asked once.
 *
 * Many domains share their MX hosts.  An entry is an address under a name; the
 * first who asks starts the probe, the others wait for it.  DANE is judged for
 * each who asks, with the TLSA records that its inspection saw.
 */
#ifndef POSTSEAL_PROBED_H
#define POSTSEAL_PROBED_H

#include "app/postseal/world.h"
#include "core/inspection.h"

struct probed;

/* The result lives until the call returns. */
typedef void probed_call(void *arg, const struct inspection_probe *result);

struct probed *probed_open(struct world *world);
void probed_close(struct probed *probed); /* after probe_close; NULL is allowed */

/* The call comes once, maybe before this returns. */
void probed_ask(struct probed *probed, const struct inspection_question *question, unix_s now,
    probed_call *call, void *arg);

size_t probed_count(const struct probed *probed); /* probes started */

/* The facts of a host's certificate, for findings; texts in mem. */
struct inspection_cert probed_cert(const struct cert_chain *chain, unsigned faults, bool proven, bool stapled,
    struct arena *mem);

#endif
