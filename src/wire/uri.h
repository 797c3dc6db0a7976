/*
 * uri - is this text a URI?                                   RFC 3986 section 3
 *
 *   https://user@host.example:8443/path?query#fragment
 *   mailto:reports@example.com
 *
 * A URI has a scheme; relative references are none.  Pure.
 */
#ifndef WIRE_URI_H
#define WIRE_URI_H

#include "base/err.h"
#include "base/str.h"

/* The whole of text is a URI.  E_SYNTAX (why->at: where). */
err uri_check(str text, struct why *why) MUST_USE;

#endif
