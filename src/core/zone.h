/*
 * zone - the DNS records that a domain should have, beside those that are live.
 *              RFC 8461 3.1, 8.1, 8.2; RFC 8460 3; RFC 7672 3.1; RFC 1035 5.1, 3.3.14
 *
 *   _smtp._tls.DOMAIN    TXT    first: reports tell whether the rest works
 *   mta-sts.DOMAIN       A, AAAA or CNAME
 *   _25._tcp.MXHOST      TLSA   when wished
 *   _mta-sts.DOMAIN      TXT    last, once the policy host serves the policy  [STS-8.1-b]
 *
 * Every record is said once with its state; a record that is live and has to go
 * is one too.  What others keep at the same name is left as it is.  A name that
 * is a CNAME is delegated (RFC 8461 8.2) and stays so.
 *
 * Pure; slices point into the inspection, the wish or the caller's arena.
 */
#ifndef CORE_ZONE_H
#define CORE_ZONE_H

#include "core/publication.h"

#define ZONE_TTL_S 3600

enum zone_state {
	ZONE_SAME,     /* live as it should be */
	ZONE_KEPT,     /* live, and not ours to judge */
	ZONE_MISSING,
	ZONE_DIFFERS,  /* another stands in its place */
	ZONE_SURPLUS,  /* live, and has to go */
	ZONE_UNKNOWN,  /* the lookup failed */
};

struct zone_record {
	str name;             /* no final dot */
	enum dns_type type;
	str value;            /* TXT: joined; A, AAAA, CNAME: text, no final dot; TLSA: "3 1 1 hex"; "": the owner must say */
	enum zone_state state;
	str live;             /* ZONE_DIFFERS: what stands there */
	str note;             /* a sentence, or "" */
	bool wait;            /* not before the policy host serves the policy */
	bool outside;         /* not below the domain: in another zone, of another owner maybe */
};

struct zone {
	struct domain domain;
	uint32_t ttl_s;
	struct zone_record *record; /* record_n, in the order to publish; those of a name stand together */
	size_t record_n;
	bool equal;                 /* live is as it should be */
	bool unknown;               /* a lookup failed */
};

struct zone_wish {
	const struct publication *publication;
	str rua;         /* destinations parted by ","; "": the live ones, else tlsrpt@ the domain */
	const str *host; /* host_n: addresses, or one name, of the policy host; none: the live ones */
	size_t host_n;
	uint32_t ttl_s;  /* 0: ZONE_TTL_S */
	bool fresh;      /* a new id even where the live one may stay */
	bool tlsa;
};

/* i: groups STS, TLSRPT, MX, with tlsa DANE and probes.  E_LIMIT: mem is full. */
err zone_of(const struct inspection *i, const struct zone_wish *wish, struct arena *mem, struct zone *zone,
    struct why *why) MUST_USE;

/* A zone file's lines; states and notes as comments, what has to wait or to go commented out. */
void zone_write_file(const struct zone *zone, struct out *out);

/* A script for nsupdate: what has to change, in order; nothing else is touched. */
void zone_write_nsupdate(const struct zone *zone, struct out *out);

/* The value as a zone file has it: TXT in quoted character-strings of at most 255 bytes, names with a final dot. */
void zone_write_value(enum dns_type type, str value, struct out *out);

str zone_state_name(enum zone_state state); /* "same", "kept", "missing", "differs", "surplus", "unknown" */
str zone_type_name(enum dns_type type);     /* "TXT", ... */

#endif
