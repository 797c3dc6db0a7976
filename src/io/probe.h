/*
 * probe - ask one address of an MX host for STARTTLS and look closely at what comes.
 *                           RFC 3207, RFC 5321, RFC 7672 2.2 and 8.1, RFC 8461 4.2 and 7
 *
 *   probe_start -> waits -> connect -> SMTP -> STARTTLS -> TLS -> SMTP, QUIT -> probe_call
 *                    |
 *                    open_n at once in all, per_host_n to one address, pause_ms between
 *
 * Drives wire/smtp over TCP and io/tls.  Judges nothing: no certificate is
 * refused; io/cert and core/mx_check say what the facts mean.  What keeps a
 * connection from coming about (refused, silent, greylisted, lost) is no fault of
 * the domain's: PROBE_ troubles of MX_CHECK_UNREACHED are "unknown", never "fail".
 *
 * Private addresses are refused unless allowed.  Memory that runs out ends the
 * process.
 */
#ifndef IO_PROBE_H
#define IO_PROBE_H

#include "core/mx_check.h"
#include "io/loop.h"
#include "io/network.h"
#include "io/tls.h"
#include "wire/domain.h"
#include "wire/smtp.h"

#define PROBE_TEXT_BYTES 160

struct probes;

/* Zero: the default. */
struct probe_rules {
	str name;                   /* for EHLO; "" this host's */
	struct network_list allow;  /* private networks that may be connected to; borrowed */
	unsigned open_n;            /* connections at once; 256, at most LIMIT_PROBES_N */
	unsigned per_host_n;        /* of them to one address; 2 */
	uint32_t pause_ms;          /* from one connection to the next to one address; none */
	uint32_t connect_ms;        /* 10 s */
	uint32_t greeting_ms;       /* 30 s: tarpits and look-ups of our name take their time */
	uint32_t reply_ms;          /* 20 s, for every other reply */
	uint32_t handshake_ms;      /* 20 s */
	uint32_t total_ms;          /* 60 s, from connect */
};

struct probe_order {
	struct network_endpoint to; /* port 0: 25 */
	struct domain name;         /* for SNI; "" none */
	enum tls_versions versions;
	enum tls_keys keys;
	bool classic;               /* no post-quantum key share */
	bool no_tls;                /* stop after EHLO */
	bool again;                 /* these three: see struct smtp_plan */
	bool inject;
	str recipient;              /* copied */
};

enum probe_trouble {
	PROBE_NO_TROUBLE,
	PROBE_FORBIDDEN,        /* a private address, not allowed */
	PROBE_NO_WAY,           /* this host has no route, no such protocol, or a filter */
	PROBE_REFUSED,          /* nobody listens */
	PROBE_UNREACHABLE,      /* the network says so */
	PROBE_CONNECT_TIMEOUT,
	PROBE_TIMEOUT,          /* connected, then silent, or slower than total_ms, in dialogue->phase */
	PROBE_LOST,             /* the connection ended in dialogue->phase */
	PROBE_JUNK,             /* not SMTP, or too long */
	PROBE_GREETED_LATER,    /* 4xx: greylisting, too busy */
	PROBE_GREETED_AWAY,     /* 5xx: our address is not welcome */
	PROBE_EHLO_REFUSED,
	PROBE_LOCAL,            /* this process could not: see text */
};

struct probe_result {
	enum mx_check_outcome outcome;
	enum probe_trouble trouble;    /* UNREACHED: why; else what came after */
	const struct smtp *dialogue;   /* greeting, EHLO, STARTTLS, ... */
	struct tls_failure handshake;  /* HANDSHAKE_FAILED */
	struct tls_facts tls;          /* MX_CHECK_TLS */
	uint8_t chain_digest[CERT_DIGEST_BYTES];
	char text[PROBE_TEXT_BYTES];   /* the system's words on trouble; "" none */
	uint32_t connect_ms, greeting_ms, handshake_ms, total_ms; /* 0: did not come to it */
};

/* The result and all in it live until the call returns; new probes may be started from it. */
typedef void probe_call(void *arg, const struct probe_result *result);

/* tls: a prober's.  loop and tls are borrowed.  E_SYNTAX: rules->name is no name. */
err probe_open(struct loop *loop, struct tls *tls, const struct probe_rules *rules, struct probes **probes,
    struct why *why) MUST_USE;

/* Ends all without a call; NULL is allowed.  Not from within a probe_call. */
void probe_close(struct probes *probes);

/* Exactly one call for each, always from the loop. */
void probe_start(struct probes *probes, const struct probe_order *order, probe_call *call, void *arg);

/* The session as core/mx_check wants it, without the certificate's part. */
void probe_session(const struct probe_result *result, struct mx_check_session *session);

#endif
