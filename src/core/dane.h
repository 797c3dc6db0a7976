/*
 * dane - which TLSA records bind one MX host, if any.   RFC 7672 sections 2.2 and 3, RFC 7671 9
 *
 *   start -> WANT_ADDRESS -- secure, no alias: candidate is the name -----> WANT_TLSA --+--> DONE
 *                |           secure alias: its expansion, then the name       ^  |next  |
 *                |                                                            |  +------+
 *                |---------- insecure alias -> WANT_CNAME -- secure: the name +
 *                |                                 | insecure                    no candidate left:
 *                +-- insecure, no address, ... ----+--------------------------> DONE   DI
 *
 * The states a host can end in:
 *   DU  a secure RRset with a usable record    TLS and authentication are mandatory  [D-12]
 *   DX  a secure RRset, nothing in it usable   TLS is mandatory, authentication not  [D-13]
 *   DI  insecure, or securely denied           DANE does not apply                   [D-14]
 *   DE  a lookup failed                        do not connect                        [D-04]
 *   DR  required here, and not had             do not deliver                        [D-26]
 *
 * Addresses are asked first: name servers of unsigned zones break on TLSA
 * queries.  [D-05]  The address of a host reached by alias may be insecure while
 * the alias itself is signed: then the CNAME is asked alone.  [D-06]
 *
 * Pure; the association data of the records point into what dane_tlsa was told.
 */
#ifndef CORE_DANE_H
#define CORE_DANE_H

#include "core/dns.h"
#include "wire/domain.h"
#include "wire/tlsa.h"

enum dane_state { DANE_DI, DANE_DU, DANE_DX, DANE_DE, DANE_DR };
enum dane_want { DANE_WANT_ADDRESS, DANE_WANT_CNAME, DANE_WANT_TLSA, DANE_DONE };

enum dane_route {
	DANE_MX_SECURE,
	DANE_MX_INSECURE,
	DANE_NO_MX, /* there is no MX RRset: the domain itself is the host */
};

struct dane_host {
	struct domain name; /* as in the MX record, or the next-hop domain itself */
	uint16_t port;
	enum dane_route route;
	bool per_host;      /* DANE also behind an insecure MX RRset  [D-11] */
	bool required;      /* local policy: nothing but DANE  [D-26] */
};

struct dane_address {
	struct dns_answer a, aaaa; /* a family not asked for: DNS_NODATA */
	bool alias;                /* the name is a CNAME (or below a DNAME) ... */
	struct domain expanded;    /* ... of this, the end of the chain */
};

struct dane {
	enum dane_want want;
	struct dane_host host;

	/* the results, once want is DANE_DONE */
	enum dane_state state;
	bool has_address;        /* false: the host can't be reached */
	struct domain base;      /* DU, DX: the TLSA base domain; else "" */
	struct tlsa record[LIMIT_TLSA_N];
	bool may_match[LIMIT_TLSA_N]; /* usable, and no stronger digest beside it  [D-21] */
	size_t record_n;         /* DU, DX: of record and may_match */
	enum dns_status error;   /* DE: how the lookup failed */
	enum dane_want error_in; /* DE: which lookup */
	uint32_t ttl_s;          /* the smallest of all answers: the results live no longer */

	/* the way there */
	struct domain candidate[2];
	size_t candidate_n, candidate_at;
};

void dane_start(struct dane *d, const struct dane_host *host);

/* The name the present question is about: the host, or "_25._tcp." and the candidate.  [D-08] */
void dane_name(const struct dane *d, struct out *name);

/* Tell the answers.  rdata: the rdata_n TLSA records; more than LIMIT_TLSA_N count as malformed. */
void dane_address(struct dane *d, const struct dane_address *address);
void dane_cname(struct dane *d, const struct dns_answer *answer);
void dane_tlsa(struct dane *d, const struct dns_answer *answer, const str *rdata, size_t rdata_n);

/* The name for SNI: the TLSA base domain for DU, else the host.  [D-22] [STS-7.1-c] */
str dane_sni(const struct dane *d);

/*
 * The names one of which a certificate under usage DANE-TA(2) must bear.  [D-19]
 * next_hop is the domain that the MX lookup was for, expanded the end of its
 * CNAME chain (the same name when it is no alias).  Returns how many, 0..3.
 */
size_t dane_references(const struct dane *d, const struct domain *next_hop, const struct domain *expanded,
    str names[3]);

#endif
