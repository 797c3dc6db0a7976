/*
 * fetch - gets policies by HTTPS, and asks a few other things by HTTP.
 *                              RFC 8461 3.3, RFC 9110, RFC 9525, RFC 5280 4.2.1.13 and 4.2.2.1, RFC 8460 3
 *
 *   addresses --> TCP --> TLS 1.2+, SNI, certificate --> GET /.well-known/mta-sts.txt --> reply
 *      |           |              |                             |
 *   private?    CONNECT     TLS, CERTIFICATE            TIMEOUT, HTTP_IO
 *
 * As the RFC wants it: no redirect is followed  [STS-3.3-g], no cache is used
 * or believed  [STS-3.3-h], DNS-IDs alone count  [STS-3.3-c], the size is
 * counted while reading and the time is limited as a whole  [STS-3.3-j].  No
 * proxy, no cookies, no Accept-Encoding; HTTP/1.1.  The status, the size and
 * the body are judged by core/sts_fetch, certificates by io/cert.
 *
 * The others are asked by the same rules: an issuer's certificate and its list of
 * revocations, by plain HTTP because a signature is their proof, and whether a destination of reports
 * answers a POST, with a gzip file of nothing as its body.
 *
 * Addresses come from the caller's DNS and are tried in order until one can be
 * connected to, as a sender does; to judge each, start one job per address.
 * Private ones are passed over unless allowed.
 *
 * SIGPIPE is ignored from fetch_open on.  Memory that runs out ends the process.
 * The only file that knows libcurl.
 */
#ifndef IO_FETCH_H
#define IO_FETCH_H

#include "core/sts_fetch.h"
#include "io/cert.h"
#include "io/http_head.h"
#include "io/loop.h"
#include "io/network.h"

struct fetch;
struct fetch_job; /* one request, waiting or under way */

struct fetch_settings {            /* zero means the default */
	struct cert_store *store;  /* the roots; borrowed; needed */
	struct network_list allow; /* private networks that may be connected to; borrowed; none */
	const char *user_agent;    /* borrowed; "postseal" */
	uint32_t timeout_ms;       /* for a request as a whole, all its addresses: 60000 */
	uint32_t connect_ms;       /* for one address' TCP handshake: 10000 */
	unsigned open_max;         /* connections at once: 128 */
	uint16_t port;             /* 443; the lab has others */
};

/* E_TEMP: libcurl would not start. */
err fetch_open(struct loop *loop, const struct fetch_settings *settings, struct fetch **fetch,
    struct why *why) MUST_USE;
void fetch_close(struct fetch *fetch); /* ends all jobs without a call; not from a call; NULL is allowed */

enum fetch_connect {
	FETCH_CONNECT_OK,
	FETCH_CONNECT_NOWHERE,     /* there was no address, or no host name */
	FETCH_CONNECT_PRIVATE,     /* only private addresses */
	FETCH_CONNECT_REFUSED,
	FETCH_CONNECT_UNREACHABLE, /* no route, or forbidden */
	FETCH_CONNECT_TIMEOUT,
};

struct fetch_result {
	struct sts_fetch fetch;       /* cause STS_FETCH_OK: there is a reply; a policy is for sts_fetch_check to judge */
	enum fetch_connect connect;   /* STS_FETCH_CONNECT: why not, at the last address tried */
	struct network_address address; /* what all below speaks of */
	size_t skipped_n;             /* addresses before it that could not be connected to */
	const char *tls_version;      /* "TLSv1.3"; NULL: the handshake did not come so far */
	const struct cert_chain *chain;     /* as sent; n 0: none was */
	const struct cert_verdict *verdict; /* on it */
	/* body: at most LIMIT_POLICY_BYTES + 1, of FETCH_CRL LIMIT_CRL_BYTES + 1; 4096 if the status is not 200 */
	struct sts_fetch_reply reply;
	const struct http_head *head; /* the rest of what it said; of a redirect, where to */
	uint32_t connect_ms, tls_ms, total_ms; /* since the job began; 0: not reached */
	struct why why;               /* STS_FETCH_OK: nothing; else one line for humans */
};

/* The result, and everything in it, lasts until the call returns. */
typedef void fetch_call(void *arg, const struct fetch_result *result);

enum fetch_kind { FETCH_POLICY, FETCH_ISSUER, FETCH_CRL, FETCH_REPORT };

struct fetch_request {
	str host; /* mta-sts.DOMAIN: SNI, Host and the name in the certificate */
	const struct network_address *addresses; /* in the order to try; copied */
	size_t addresses_n;
	enum fetch_kind kind; /* the rest is for the other kinds */
	str target;           /* path and query, at most LIMIT_URI_BYTES of printable ASCII; copied; "" is "/" */
	uint16_t port;        /* 0: the scheme's, or the settings' */
	uint32_t timeout_ms;  /* 0: the settings' */
	bool no_sni;          /* FETCH_POLICY: Host and the certificate's name stay the same */
};

/* The call comes exactly once, never before this returns; the job is gone when it comes. */
struct fetch_job *fetch_start(struct fetch *fetch, const struct fetch_request *request, fetch_call *call,
    void *arg);

void fetch_cancel(struct fetch_job **job); /* no call; *job becomes NULL, may be NULL */

#endif
