/*
 * uri - a URI and its parts.                                  RFC 3986 section 3
 *
 *   https://user@host.example:8443/path?query#fragment
 *   mailto:reports@example.com
 *
 * A URI has a scheme; relative references are none.  Pure; the parts point into
 * the text.
 */
#ifndef WIRE_URI_H
#define WIRE_URI_H

#include "base/err.h"
#include "base/str.h"

/* A part with p == NULL is absent. */
struct uri {
	str scheme;
	str authority; /* [user@]host[:port] */
	str user;      /* without "@" */
	str host;      /* an IPv6 address with its brackets */
	str port;      /* digits, maybe none */
	str path;      /* always there, maybe empty */
	str query;     /* without "?" */
	str fragment;  /* without "#" */
};

/* The whole of text is a URI.  E_SYNTAX (why->at: where). */
err uri_read(str text, struct uri *uri, struct why *why) MUST_USE;

/* Is the text "%" and two hexadecimal digits at its head, and which byte is meant? */
bool uri_escape(str text, char *byte);

#endif
