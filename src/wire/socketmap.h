/*
 * socketmap - the lookup protocol between Postfix or Sendmail and a map server.
 *                                          Postfix socketmap_table(5); D. J. Bernstein, netstrings
 *
 *   request   16:sts mail.example,          map name, one blank, key (may be empty, may hold blanks)
 *   reply     33:OK secure match=mx.mail.example,
 *             9:NOTFOUND ,
 *             15:TEMP some cause,           also TIMEOUT and PERM
 *
 * One request, one reply, in order; many may follow each other on a connection.
 * Reading takes one netstring off the front of what has come so far, however it
 * was cut in pieces; the length is decimal without leading zeros.
 *
 * Pure; slices of results point into what was read.
 */
#ifndef WIRE_SOCKETMAP_H
#define WIRE_SOCKETMAP_H

#include "base/err.h"
#include "base/limits.h"
#include "base/out.h"

/* The largest request and the largest reply: data, five digits of length, ":" and ",". */
#define SOCKETMAP_REQUEST_BYTES (LIMIT_SOCKETMAP_QUERY_BYTES + 7)
#define SOCKETMAP_REPLY_BYTES (LIMIT_SOCKETMAP_REPLY_BYTES - 1 + 7)

enum socketmap_answer {
	SOCKETMAP_OK,       /* text: what was found */
	SOCKETMAP_NOTFOUND, /* text: empty */
	SOCKETMAP_TEMP,     /* text: a reason for humans, in these three */
	SOCKETMAP_TIMEOUT,
	SOCKETMAP_PERM,
};

struct socketmap_request {
	str map; /* up to the first blank; all of it when there is none */
	str key; /* the rest, as sent; empty when there was no blank */
};

struct socketmap_reply {
	enum socketmap_answer answer;
	str text;
};

/*
 * Take one request off the front of *rest, the server's side.
 *
 * OK        *rest begins behind the request
 * E_MORE    the request is not complete yet
 * E_SYNTAX  no netstring: close the connection, there is no next beginning
 * E_LIMIT   longer than LIMIT_SOCKETMAP_QUERY_BYTES: the same
 */
err socketmap_read_request(str *rest, struct socketmap_request *request, struct why *why) MUST_USE;

/*
 * Write a reply.  Check out->full.
 * E_LIMIT: LIMIT_SOCKETMAP_REPLY_BYTES or longer, which Postfix refuses; nothing is written.
 */
err socketmap_write_reply(const struct socketmap_reply *reply, struct out *out, struct why *why) MUST_USE;

/*
 * Write a request, the client's side.  Check out->full.
 * E_SYNTAX: the map name is empty or holds a blank; E_LIMIT: too long.  Nothing is written.
 */
err socketmap_write_request(const struct socketmap_request *request, struct out *out,
    struct why *why) MUST_USE;

/*
 * Take one reply off the front of *rest.  Postfix reads "NOTFOUND" and "OK"
 * without a blank too, and so do we.
 *
 * As socketmap_read_request, with E_SYNTAX for an unknown answer and E_LIMIT
 * from LIMIT_SOCKETMAP_REPLY_BYTES on.
 */
err socketmap_read_reply(str *rest, struct socketmap_reply *reply, struct why *why) MUST_USE;

#endif
