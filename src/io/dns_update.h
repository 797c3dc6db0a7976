/*
 * dns_update - sends changes of a zone to its primary name server.
 *                                    RFC 2136, RFC 8945 (TSIG), RFC 1035 4.2.2, RFC 3597
 *
 *   changes --write--> message, signed --TCP--> server --> answer, its signature verified
 *
 * All changes of one message happen, or none does.  Only an answer that is
 * signed with the same key is believed; one that refuses the key itself may be
 * unsigned.
 *
 * dns_update_send blocks, DNS_UPDATE_MS at most for each step.  One of the few
 * files that know OpenSSL.
 */
#ifndef IO_DNS_UPDATE_H
#define IO_DNS_UPDATE_H

#include "base/date.h"
#include "core/dns.h"
#include "io/network.h"
#include "wire/domain.h"

#define DNS_UPDATE_MS 10000
#define DNS_UPDATE_KEY_BYTES 128 /* of a secret; longer than a block of SHA-512 helps nobody */
#define DNS_UPDATE_MAC_BYTES 64

struct dns_update_key {
	char name[LIMIT_DOMAIN_BYTES + 1]; /* lower case, no final dot; NUL-terminated */
	char algorithm[16];                /* "hmac-sha256", -sha384, -sha512 */
	uint8_t secret[DNS_UPDATE_KEY_BYTES];
	size_t secret_n;
};

/* add: this record; else: all records of the type go. */
struct dns_update_change {
	bool add;
	str name;           /* no final dot */
	enum dns_type type; /* A, AAAA, CNAME, TLSA, TXT */
	uint32_t ttl_s;
	str value;          /* as in a zone file, but TXT joined and without quotes */
};

struct dns_update {
	str zone;
	const struct dns_update_change *change;
	size_t change_n;
};

/*
 * A key as tsig-keygen prints it, or ALGORITHM:NAME:SECRET on one line.
 * E_SYNTAX: neither; E_RULE: another algorithm; E_LIMIT: too long.
 */
err dns_update_read_key(str text, struct dns_update_key *key, struct why *why) MUST_USE;

/* One message and what its answer must fit. */
struct dns_update_stamp {
	uint16_t id; /* random */
	unix_s now;
	uint8_t mac[DNS_UPDATE_MAC_BYTES]; /* what the answer's signature builds upon; dns_update_write sets it */
};

/* The signed message.  E_SYNTAX: a value; E_LIMIT: out is full. */
err dns_update_write(const struct dns_update *update, const struct dns_update_key *key,
    struct dns_update_stamp *stamp, struct out *out, struct why *why) MUST_USE;

/*
 * Is this the answer, and what does it say?
 *
 * E_SYNTAX  no answer to this message
 * E_RULE    its signature is missing or wrong
 * E_PERM    the server refuses (why says the RCODE)
 * E_TEMP    it has troubles of its own (SERVFAIL)
 */
err dns_update_read(str answer, const struct dns_update_key *key, const struct dns_update_stamp *stamp,
    struct why *why) MUST_USE;

/* Send it.  As dns_update_write and dns_update_read, and E_TEMP: no connection. */
err dns_update_send(const struct network_endpoint *server, const struct dns_update *update,
    const struct dns_update_key *key, unix_s now, struct why *why) MUST_USE;

#endif
