/*
 * dns_table - the questions a resolver knows: under way, and answered.
 *
 *   QUEUED -> FLYING -> READY -> KEPT -> READY -> KEPT ...
 *
 * An entry is in the list of its state, oldest first, and, when others may join
 * it, in the table by name and type.  Memory that runs out ends the process.
 * Only resolver.c includes this.
 */
#ifndef IO_DNS_TABLE_H
#define IO_DNS_TABLE_H

#include "io/name_server.h"
#include "io/resolver.h"

enum dns_table_state {
	DNS_TABLE_QUEUED,
	DNS_TABLE_FLYING,
	DNS_TABLE_READY, /* to be looked at in the next turn */
	DNS_TABLE_KEPT,
	DNS_TABLE_STATE_N
};

/* Why a question is on its way: to see whether only validation makes it fail, it is asked twice more. */
enum dns_table_stage {
	DNS_TABLE_USUAL,
	DNS_TABLE_UNVALIDATED,
	DNS_TABLE_AGAIN,
};

/* A server of the resolver. */
struct dns_table_place {
	struct name_server *server;
	struct network_endpoint at;
	bool trust_ad;
};

/* One name and type: its flight, then its answer. */
struct dns_table_entry {
	struct resolver *resolver;
	struct dns_table_entry *bucket_next;
	struct dns_table_entry *before, *after; /* in the list of its state */
	struct resolver_question *first, *last;      /* who wait */
	struct name_server_carry *carry;             /* FLYING */
	struct dns_table_place *only;           /* of resolver_ask_at; owned */
	char *fresh, *bytes; /* what just came; the answer, or the failure that tells most; owned */
	size_t fresh_n, bytes_n;
	uint64_t until_ms;   /* FLYING: the time-out; KEPT: the end of the TTL */
	uint32_t hash;
	unsigned round;
	enum dns_type type;
	enum dns_table_state state;
	enum dns_table_stage stage;
	enum name_server_end end; /* of the latest flight */
	bool is_known;            /* in the table */
	bool is_refused;          /* not a name; nothing was sent */
	bool is_answered;         /* bytes are the answer */
	bool had_timeout;
	uint8_t given_up;    /* bit per place: asking again is of no use */
	uint8_t base, step;  /* first place of a round; places of this round behind us */
	uint8_t place;       /* asked last */
	uint8_t bytes_place; /* where bytes came from */
	uint8_t name_n;
	char name[];         /* lower case, no final dot */
};

struct dns_table {
	struct {
		struct dns_table_entry *first, *last;
	} lists[DNS_TABLE_STATE_N];
	struct dns_table_entry **buckets;
	size_t buckets_n, entries_n;
	size_t kept_bytes; /* of the KEPT ones */
	unsigned open_n;   /* FLYING ones */
	uint32_t seed;     /* of the hash: strangers choose names */
};

void dns_table_open(struct dns_table *table);
void dns_table_close(struct dns_table *table); /* and every entry that is in a list */

/* A new entry, in the table or not, in no list. */
struct dns_table_entry *dns_table_add(struct dns_table *table, str name, enum dns_type type,
    bool is_known);
struct dns_table_entry *dns_table_find(const struct dns_table *table, str name, enum dns_type type);

void dns_table_unlearn(struct dns_table *table, struct dns_table_entry *entry);
void dns_table_leave(struct dns_table *table, struct dns_table_entry *entry); /* its list */
void dns_table_enter(struct dns_table *table, struct dns_table_entry *entry,
    enum dns_table_state state);
void dns_table_end(struct dns_table *table, struct dns_table_entry *entry); /* it is in no list */

#endif
