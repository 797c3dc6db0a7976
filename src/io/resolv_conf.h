/*
 * resolv_conf - which servers to ask.                                        resolv.conf(5)
 *
 *   by hand     127.0.0.1, [::1]@5353
 *   by file     nameserver 127.0.0.1
 */
#ifndef IO_RESOLV_CONF_H
#define IO_RESOLV_CONF_H

#include "io/network.h"

/*
 * Servers written IP[@PORT] or [IPv6]@PORT, parted by blanks or commas; at has
 * room for LIMIT_NAMESERVERS_N.
 * E_SYNTAX: something else (why->at), or nothing; E_LIMIT: too many.
 */
err resolv_conf_read_list(str text, struct network_endpoint *at, size_t *n, struct why *why) MUST_USE;

/* The nameserver lines of a file's text.  Others, and addresses with a zone id, are passed over. */
void resolv_conf_read(str text, struct network_endpoint *at, size_t *n);

/* Those of a file, NULL for /etc/resolv.conf; as in libc 127.0.0.1 when it names none or cannot be read. */
void resolv_conf_load(const char *path, struct network_endpoint *at, size_t *n);

#endif
