/*
 * snippet - a web server's configuration that serves a policy and nothing else.
 *                                    RFC 8461 sections 3.2, 3.3, 8.2; RFC 8555 8.3
 *
 *   https://mta-sts.DOMAIN/.well-known/mta-sts.txt  ->  ROOT/DOMAIN/.well-known/mta-sts.txt
 *
 * Exactly this path answers 200, text/plain, everything else 404; nothing is
 * redirected, neither there nor on port 80 (senders follow no redirect); TLS 1.2
 * and later.
 *
 * Pure.
 */
#ifndef CORE_SNIPPET_H
#define CORE_SNIPPET_H

#include "base/out.h"
#include "wire/domain.h"

#define SNIPPET_ROOT "/var/www/mta-sts"

enum snippet_server { SNIPPET_NGINX, SNIPPET_APACHE, SNIPPET_CADDY, SNIPPET_N };

str snippet_server_name(enum snippet_server server); /* "nginx" ... */

/* An absolute path without anything that means something to a web server's configuration.  E_SYNTAX. */
err snippet_check_root(str root, struct why *why) MUST_USE;

/* Comments that stand once before all domains, then one snippet a domain. */
void snippet_write_head(enum snippet_server server, struct out *out);
void snippet_write(enum snippet_server server, const struct domain *domain, str root, struct out *out);

#endif
