/*
 * name_server - carries DNS messages to one server and back.      RFC 1035 4.2, RFC 5452
 *
 *   send --> UDP, once more after a third of the time --> call
 *                     | answer has TC
 *                     v
 *                    TCP ------------------------------> call
 *
 * It looks at no more of a message than that.  To a server beyond loopback the
 * source port changes every NAME_SERVER_PORT_N questions.  The only file that
 * knows c-ares.  Memory that runs out ends the process.
 */
#ifndef IO_NAME_SERVER_H
#define IO_NAME_SERVER_H

#include "io/loop.h"
#include "io/network.h"

#define NAME_SERVER_PORT_N 32 /* RFC 5452 9.2: many questions from one port are easier to forge answers to */

struct name_server;
struct name_server_carry; /* a message on its way */

enum name_server_end {
	NAME_SERVER_ANSWER,
	NAME_SERVER_TIMEOUT,
	NAME_SERVER_REFUSED, /* nobody listens */
	NAME_SERVER_BROKEN,  /* cut off, unreachable */
	NAME_SERVER_GARBLED, /* what came is no DNS message; newer c-ares keep that to themselves */
};

/* bytes: NAME_SERVER_ANSWER only, until the call returns. */
typedef void name_server_call(void *arg, enum name_server_end end, str bytes);

/* E_TEMP: c-ares would not start. */
err name_server_open(struct loop *loop, const struct network_endpoint *at, uint32_t timeout_ms,
    struct name_server **server, struct why *why) MUST_USE;
void name_server_close(struct name_server *server); /* whatever is on its way is forgotten; NULL is allowed */

/*
 * The call comes once, perhaps before this returns.  *carry is NULL again when
 * it comes; from the call no server may be closed.
 */
void name_server_send(struct name_server *server, str query, name_server_call *call, void *arg,
    struct name_server_carry **carry);
void name_server_forget(struct name_server_carry **carry); /* no call; *carry becomes NULL, may be NULL */

/* To be called about every NAME_SERVER_SWEEP_MS while anything is on its way.  True: something still is. */
bool name_server_sweep(struct name_server *server);

#define NAME_SERVER_SWEEP_MS 50

#endif
