/*
 * tlsa - one TLSA record.                       RFC 6698 section 2, RFC 7672 section 3.1
 *
 *   RDATA:  usage  selector  matching  data...
 *             3       1         1      sha256 of the public key
 *
 *   presentation:  3 1 1 AA2A7884F5B3...
 *
 * Pure.
 */
#ifndef WIRE_TLSA_H
#define WIRE_TLSA_H

#include "base/arena.h"
#include "base/err.h"
#include "base/limits.h"
#include "base/out.h"

enum tlsa_usage { TLSA_PKIX_TA, TLSA_PKIX_EE, TLSA_DANE_TA, TLSA_DANE_EE };
enum tlsa_selector { TLSA_CERT, TLSA_SPKI };
enum tlsa_matching { TLSA_FULL, TLSA_SHA256, TLSA_SHA512 };

struct tlsa {
	uint8_t usage;    /* any value; see tlsa_usable */
	uint8_t selector;
	uint8_t matching;
	str association;  /* the bytes to compare with; points into RDATA or the arena */
};

/* RDATA as DNS carries it.  E_SYNTAX: under four bytes; E_LIMIT: over LIMIT_TLSA_BYTES. */
err tlsa_read_wire(str rdata, struct tlsa *tlsa, struct why *why) MUST_USE;

/*
 * Presentation form.  Strict: single blanks, one run of hex digits, as in a
 * report (RFC 8460 4.5).  Otherwise as in a zone file: blanks between the
 * digits, parentheses.
 * E_SYNTAX: neither; E_LIMIT: too long, or mem is full.
 */
err tlsa_read(str text, bool strict, struct arena *mem, struct tlsa *tlsa, struct why *why) MUST_USE;

/* "3 1 1 hex", lower case. */
void tlsa_write(const struct tlsa *tlsa, struct out *out);

/*
 * May this record authenticate an MX host?  [D-16]  usage 2 or 3, a known
 * selector and matching type, and data of the right length (Full(0): one DER
 * SEQUENCE that fills it).  When not, *reason says why in a few static words.
 */
bool tlsa_usable(const struct tlsa *tlsa, const char **reason);

#endif
