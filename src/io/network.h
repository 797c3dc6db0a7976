/*
 * network - IP addresses: as text, and which of them a stranger may send us to.
 *                              RFC 6890, RFC 4291, RFC 6598, RFC 4193, RFC 6052
 *
 *   192.0.2.1   2001:db8::1            an address
 *   192.0.2.1@5353   [2001:db8::1]@53  an endpoint
 *   10.0.0.0/8, fd00::/8, 127.0.0.1    networks
 *
 * Private are loopback, RFC 1918, link-local and site-local, ULA, CGNAT,
 * unspecified, multicast, the broadcast address, and IPv6 addresses that carry
 * such an IPv4 address (mapped, compatible, NAT64, 6to4).  Documentation ranges
 * are not private.  A stranger's private address is not connected to unless the
 * operator allowed its network.
 *
 * Pure; everything is plain memory.
 */
#ifndef IO_NETWORK_H
#define IO_NETWORK_H

#include "base/arena.h"
#include "base/err.h"
#include "base/limits.h"
#include "base/out.h"

struct network_address {
	uint8_t n;         /* 4 or 16 bytes; 0: no address */
	uint8_t bytes[16]; /* as on the wire, the rest zero */
};

struct network_endpoint {
	struct network_address address;
	uint16_t port;
};

struct network {
	struct network_address address;
	uint8_t bits; /* of the prefix */
};

struct network_list {
	const struct network *networks;
	size_t n;
};

/* Exactly one address; an IPv6 one may stand in brackets.  False: none (no zone ids either). */
bool network_read_address(str text, struct network_address *address);
void network_write_address(const struct network_address *address, struct out *out);

/* IP[@PORT]; endpoint->port stays when there is none.  E_SYNTAX: neither. */
err network_read_endpoint(str text, struct network_endpoint *endpoint, struct why *why) MUST_USE;
void network_write_endpoint(const struct network_endpoint *endpoint, struct out *out);

/*
 * Networks, parted by blanks or commas; an address without "/" is itself.
 * E_SYNTAX: no network (why->at); E_LIMIT: more than LIMIT_NETWORKS_N, or mem is full.
 */
err network_read_list(str text, struct arena *mem, struct network_list *list, struct why *why) MUST_USE;

bool network_is_loopback(const struct network_address *address);
bool network_is_private(const struct network_address *address);

/* May a stranger's name lead us to this address?  Not private, or in a network of allow. */
bool network_may_connect(const struct network_address *address, const struct network_list *allow);

#endif
