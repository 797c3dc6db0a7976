/*
 * destination - would a destination of reports take one?      RFC 8460 section 3, RFC 5321 4.1.1.3
 *
 *   mailto:a@example.com -> MX hosts of example.com -> MAIL FROM:<>, RCPT TO:<a@example.com>, RSET
 *   https://r.example/v1 -> POST of a gzip file of nothing
 *
 * No report and no mail is sent.  Each destination is asked once, however many
 * domains name it.
 */
#ifndef POSTSEAL_DESTINATION_H
#define POSTSEAL_DESTINATION_H

#include "app/postseal/world.h"
#include "core/inspection.h"

struct destinations;

/* The answer lives until the call returns. */
typedef void destination_call(void *arg, const struct inspection_destination *answer);

struct destinations *destination_open(struct world *world);
void destination_close(struct destinations *destinations); /* without calls, after probe_close; NULL is allowed */

/* The call comes once, maybe before this returns. */
void destination_ask(struct destinations *destinations, str uri, destination_call *call, void *arg);

#endif
