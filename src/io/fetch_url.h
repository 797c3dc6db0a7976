/*
 * fetch_url - what is asked for, as libcurl wants it.      RFC 3986, RFC 8461 3.3
 *
 *   policy   https://mta-sts.DOMAIN/.well-known/mta-sts.txt   whatever port is connected to
 *            https://IP/.well-known/mta-sts.txt               without SNI
 *   issuer   http://HOST[:PORT]/TARGET                        and a list of revocations
 *   report   https://HOST[:PORT]/TARGET
 *
 * Only fetch.c includes this.
 */
#ifndef IO_FETCH_URL_H
#define IO_FETCH_URL_H

#include "io/fetch.h"

/* The caller's to free; NULL: memory ran out.  What no URL may hold is '?' in it. */
char *fetch_url(const struct fetch_request *request, const char *host, uint16_t port);

bool fetch_url_is_clear(enum fetch_kind kind); /* by plain HTTP */

#endif
