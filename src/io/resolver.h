/*
 * resolver - asks DNS questions.     RFC 1035, RFC 2308, RFC 6840 5.7, RFC 7672 2.1, RFC 8914
 *
 *   ask --> known? --yes--------------------------------> call (at the loop's next turn)
 *             | no
 *             v
 *          same question under way? --> wait with it
 *             | no
 *             v
 *          queue --> server 1 --failed--> server 2 --...--> call
 *
 * A server that timed out is asked again in the next round; one that answered
 * SERVFAIL or nonsense is not.  A SERVFAIL without an extended error is asked
 * again without validation (CD) and then as before: when only validation makes
 * the difference, it is DNS_BOGUS.  Answers are kept for their TTL; failures
 * are not.  Large answers come by TCP.
 *
 * Strangers' bytes meet dns_message.  Sockets stay open: loop_run ends by loop_stop.
 * Memory that runs out ends the process.
 */
#ifndef IO_RESOLVER_H
#define IO_RESOLVER_H

#include "io/dns_message.h"
#include "io/loop.h"
#include "io/network.h"

struct resolver;
struct resolver_question; /* one who waits for an answer */

struct resolver_settings {     /* zero means the default */
	str servers;           /* IP[@PORT], [IPv6]@PORT, parted by blanks or commas; else of conf_file */
	const char *conf_file; /* /etc/resolv.conf; without it or servers in it 127.0.0.1 */
	bool trust_ad;         /* the AD bit counts from any server, not only from loopback ones  [D-01] */
	unsigned rounds;       /* how often each server is asked: 2 */
	uint32_t timeout_ms;   /* for one server's answer: 5000 */
	unsigned open_max;     /* questions under way at once: 256 */
	size_t keep_bytes;     /* answers kept: 16 MiB */
};

/*
 * settings are copied.  E_SYNTAX: servers holds something else; E_LIMIT: more
 * than LIMIT_NAMESERVERS_N; E_TEMP: c-ares would not start.
 */
err resolver_open(struct loop *loop, const struct resolver_settings *settings, struct resolver **resolver,
    struct why *why) MUST_USE;

/* Forgets all questions without a call.  Not from a call.  NULL is allowed. */
void resolver_close(struct resolver *resolver);

/* The message, and everything in it, lasts until the call returns. */
typedef void resolver_call(void *arg, const struct dns_message *message);

/*
 * Ask; the call comes exactly once, never before this returns.  The question is
 * gone when the call comes.  A name that cannot be asked for is DNS_MALFORMED.
 */
struct resolver_question *resolver_ask(struct resolver *resolver, str name, enum dns_type type,
    resolver_call *call, void *arg);

struct resolver_at {
	struct network_endpoint server;
	str name;
	enum dns_type type;
};

/* The same of one name server, without recursion, nothing kept or shared. */
struct resolver_question *resolver_ask_at(struct resolver *resolver, const struct resolver_at *at,
    resolver_call *call, void *arg);

void resolver_cancel(struct resolver_question **question); /* no call; *question becomes NULL, may be NULL */

struct resolver_counts {
	uint64_t asked;   /* questions put to us */
	uint64_t known;   /* of these, answered from memory or together with another */
	uint64_t sent;    /* to servers */
	uint64_t timeouts;
};

struct resolver_counts resolver_count(const struct resolver *resolver);

/* The servers, "127.0.0.1@53, ::1@5353".  True: the AD bit of each counts. */
bool resolver_describe(const struct resolver *resolver, struct out *out);

#endif
