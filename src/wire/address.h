/*
 * address - IP addresses as text.                      RFC 8460 4.4, RFC 4291 2.2, RFC 3986 3.2.2
 *
 *   192.0.2.1   2001:db8::1   ::ffff:192.0.2.1
 *
 * IPv4: four numbers without leading zeros.  IPv6: every form of RFC 4291, no
 * zone, no brackets.  Pure.
 */
#ifndef WIRE_ADDRESS_H
#define WIRE_ADDRESS_H

#include "base/str.h"

bool address_is_ipv4(str text);
bool address_is_ipv6(str text);

#endif
