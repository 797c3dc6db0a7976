/*
 * rua - one destination of reports.          RFC 8460 section 3, RFC 3986, RFC 6068
 *
 *   mailto:reports@example.com       RUA_MAILTO   address
 *   https://r.example:8443/v1?k=1    RUA_HTTPS    host, port, target
 *
 * In a record "," "!" and ";" stand percent-encoded.  Whether the text is a URI
 * (rua_check) and whether a report can be sent there (rua_read) are two
 * questions: "tel:+1555" is a fine URI and no destination.
 *
 * What a stranger writes here ends in envelopes and requests: after rua_read
 * nothing in the result holds a control character, a blank or a second address.
 */
#ifndef WIRE_RUA_H
#define WIRE_RUA_H

#include "base/err.h"
#include "base/limits.h"
#include "wire/domain.h"

enum rua_kind { RUA_MAILTO, RUA_HTTPS };

struct rua {
	enum rua_kind kind;
	struct domain host;             /* of the address, or the policy host; "" for an address literal */
	char address[LIMIT_URI_BYTES];  /* RUA_MAILTO: addr-spec, quoted where it must be; NUL-terminated */
	str authority;                  /* RUA_HTTPS: host[:port] as written, points into the URI */
	str target;                     /* RUA_HTTPS: path and query as written; empty means "/" */
	uint16_t port;                  /* RUA_HTTPS */
};

/*
 * A URI with a scheme as RFC 8460 wants it.  [RPT-3-n]
 * E_SYNTAX (why->at: where), E_LIMIT longer than LIMIT_URI_BYTES.
 */
err rua_check(str uri, struct why *why) MUST_USE;

/*
 * Read a destination.
 *
 * E_SYNTAX  no URI
 * E_RULE    a URI, but nothing that a report can be sent to: other scheme, no
 *           host, no or several recipients, credentials, control characters
 * E_LIMIT   too long
 */
err rua_read(str uri, struct rua *rua, struct why *why) MUST_USE;

#endif
