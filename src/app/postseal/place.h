/*
 * place - what stands at the http addresses that certificates name.   RFC 5280 4.2.1.13 and 4.2.2.1
 *
 *   URL -> asked in this run? -> resolver -> GET, at most one redirect, 10 s -> the text, kept for the run
 *
 * Private addresses are not connected to, as everywhere.  Each URL is asked
 * once; after 1024 of them, or 64 MiB of answers, no more are.
 */
#ifndef POSTSEAL_PLACE_H
#define POSTSEAL_PLACE_H

#include "app/postseal/world.h"

struct places;

/* What is there; empty: nothing that can be had.  It lives as long as the places do. */
typedef void place_call(void *arg, str text);

struct places *place_open(struct world *world, enum fetch_kind kind); /* FETCH_ISSUER or FETCH_CRL */
void place_close(struct places *places); /* ends all without a call; NULL is allowed */

/* The call comes once, maybe before this returns. */
void place_ask(struct places *places, const char *url, place_call *call, void *arg);

#endif
