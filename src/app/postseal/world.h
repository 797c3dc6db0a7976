/*
 * world - what every verb that asks the world needs: loop, DNS, HTTPS, SMTP, roots.
 *
 * Options shared by those verbs stand in WORLD_OPTIONS; world_option takes them,
 * world_open opens everything once.
 */
#ifndef POSTSEAL_WORLD_H
#define POSTSEAL_WORLD_H

#include "io/cert.h"
#include "io/fetch.h"
#include "io/loop.h"
#include "io/probe.h"
#include "io/resolver.h"

#define WORLD_RESOLVERS_N 8
#define WORLD_TIMEOUT_S 60

/* Rows for a verb's option table; letters from the upper half so that verbs keep theirs. */
#define WORLD_OPTIONS                                                                                        \
	{ "resolver", 'R', false, "IP[@PORT]", "ask this name server (may be repeated; default: the system's)" }, \
	{ "trust-ad", 'T', false, NULL, "believe the AD bit of any resolver, not only of loopback ones" },         \
	{ "ca-file", 'C', false, "FILE", "trusted roots in PEM (default: the system's)" },                        \
	{ "timeout", 'O', false, "SECONDS", "for one domain as a whole (default 60)" },                           \
	{ "allow-private", 'P', false, NULL, "connect to private and loopback addresses too" },                   \
	{ "ehlo", 'E', false, "NAME", "our name towards mail servers (default: this host's)" }

struct world_settings {
	const char *resolvers[WORLD_RESOLVERS_N];
	size_t resolver_n;
	bool trust_ad;
	const char *ca_file;
	unsigned timeout_s;
	bool allow_private;
	const char *ehlo;
	unsigned per_host_n; /* connections at once to one address of an MX host; 0: the usual */
};

struct world {
	struct world_settings settings;
	struct loop *loop;
	struct resolver *resolver;
	struct cert_store *store;
	struct tls *tls;
	struct probes *probes;
	struct fetch *fetch;
	bool secure; /* the resolver's word on DNSSEC counts */
};

/* Takes one of WORLD_OPTIONS: VERB_FINE; VERB_USAGE after a sentence; -1: not one of them. */
int world_option(struct world_settings *settings, const char *verb, int letter, const char *value);

/* Exit code: VERB_FINE, or VERB_USAGE or VERB_UNKNOWN after a sentence on standard error. */
int world_open(struct world *world, const struct world_settings *settings);
void world_close(struct world *world);

#endif
