/*
 * addr_spec - is this text an e-mail address?                 RFC 5322 section 3.4.1
 *
 *   reports@example.com   "tls reports"@example.com   reports@[192.0.2.1]
 *
 * dot-atom or quoted-string, "@", dot-atom or domain-literal; US-ASCII, without
 * comments, folding and the obsolete forms.  Pure.
 */
#ifndef WIRE_ADDR_SPEC_H
#define WIRE_ADDR_SPEC_H

#include "base/str.h"

/* The whole of text is an addr-spec. */
bool addr_spec_valid(str text);

#endif
