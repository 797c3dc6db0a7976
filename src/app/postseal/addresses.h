/*
 * addresses - the addresses of a host, from DNS: IPv6 ones first, as senders take them.
 */
#ifndef POSTSEAL_ADDRESSES_H
#define POSTSEAL_ADDRESSES_H

#include "io/network.h"
#include "io/resolver.h"

#define ADDRESSES_N 8 /* more are left out */

struct addresses {
	struct network_address address[ADDRESSES_N];
	size_t n;
	bool failed; /* a lookup did: there may be more */
};

/* The addresses live until the call returns. */
typedef void addresses_call(void *arg, const struct addresses *addresses);

/* The call comes exactly once, never before this returns. */
void addresses_ask(struct resolver *resolver, str host, addresses_call *call, void *arg);

#endif
