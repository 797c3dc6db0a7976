/*
 * dns_message - DNS questions and answers, bytes <-> values.
 *              RFC 1035 4, RFC 2308, RFC 3597, RFC 6840 5.7, RFC 6891, RFC 8914, RFC 8659, RFC 6698
 *
 *   _mta-sts.a.example  CNAME  sts.b.example      names[0], names[1]
 *   sts.b.example       TXT    "v=STSv1; " "id=1" records[0].value = "v=STSv1; id=1"
 *
 * An answer is never refused: what is wrong with it is its status.  Aliases are
 * followed inside the message, at most LIMIT_ALIASES_N.  Names are text: lower
 * case, no final dot (the root is "."), odd bytes escaped as in a zone file, so
 * that none of those is a host name.
 *
 * Pure.  Only this file knows glibc's ns_parserr.
 */
#ifndef IO_DNS_MESSAGE_H
#define IO_DNS_MESSAGE_H

#include "base/arena.h"
#include "base/limits.h"
#include "base/out.h"
#include "core/dns.h"

#define DNS_MESSAGE_RD 0x0100u /* a resolver shall do the work */
#define DNS_MESSAGE_AD 0x0020u /* and say whether it could validate */
#define DNS_MESSAGE_CD 0x0010u /* and answer even when it could not */

#define DNS_MESSAGE_QUERY_BYTES 284 /* head 12, name 255, type and class 4, OPT 11, to an even number */

struct dns_message_record {
	uint32_t ttl_s;
	uint32_t number; /* MX: preference; SOA: serial; CAA: flags; TXT: how many strings */
	str value;       /* A, AAAA: 4 or 16 bytes; TXT: the strings joined [STS-3.1-n]; MX, NS, CNAME,
	                    PTR: the name; SOA: the primary; CAA: value; others: RDATA */
	str tag;         /* CAA: its tag; SOA: the mailbox */
};

struct dns_message {
	struct dns_answer answer;
	const str *names; /* [0] as asked; each an alias of the next; the last has the records, or lacks them */
	size_t names_n;   /* at least 1 */
	const struct dns_message_record *records; /* of the type asked; only with DNS_FOUND */
	size_t records_n;
	str zone;           /* owner of the SOA in a denial; "" there was none */
	bool authoritative; /* AA */
	unsigned rcode;     /* as sent, extended by EDNS0 */
	int ede;            /* the first extended error's code; -1 none */
	str ede_text;       /* printable ASCII */
	struct why why;     /* when dns_failed(answer.status): one line for humans */
};

struct dns_message_question {
	str name; /* text without escapes, at most 253 bytes; a final dot is allowed */
	enum dns_type type;
	bool trust_ad; /* the AD bit of whoever answers counts  [D-01] */
};

/*
 * Write a question with EDNS0 (LIMIT_DNS_UDP_BYTES) and the flags given.
 * E_SYNTAX: not a name; E_LIMIT: too long.
 */
err dns_message_write(const struct dns_message_question *question, uint16_t id, unsigned flags,
    struct out *out, struct why *why) MUST_USE;

/*
 * Read what came back.  Everything in *message lies in mem, in bytes or in
 * question->name; a full arena is DNS_MALFORMED.
 */
void dns_message_read(str bytes, const struct dns_message_question *question, struct arena *mem,
    struct dns_message *message);

#endif
