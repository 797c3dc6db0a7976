#include "app/postseal/issuer.h"

#include <stdio.h>
#include <stdlib.h>

#include "app/postseal/addresses.h"
#include "io/memory.h"
#include "wire/domain.h"
#include "wire/uri.h"

#define SEEN_N 64          /* intermediates kept of good chains; the web's CAs use fewer for most hosts */
#define SEEN_BYTES 8192    /* larger ones are not kept */
#define PLACES_N 1024      /* addresses asked in one run */
#define STEPS_N 3          /* certificates missing between one host and a root */
#define PATIENCE_MS 10000

#define MISSING (TLS_FAULT_BIT(TLS_FAULT_UNKNOWN_CA) | TLS_FAULT_BIT(TLS_FAULT_CHAIN_MISSING))
#define UNTRUSTED (MISSING | TLS_FAULT_BIT(TLS_FAULT_SELF_SIGNED))

/* One chain whose issuer is looked for. */
struct search {
	struct search *next;   /* who wait at a place */
	struct issuers *issuers;
	struct cert_chain chain;
	str name;
	unix_s now;
	str found[STEPS_N];
	size_t found_n;
	struct cert_verdict verdict;
	issuer_call *call;
	void *arg;
	char copied[];         /* chain and name */
};

/* Where an issuer's certificate can be had. */
struct place {
	struct place *next;
	struct issuers *issuers;
	bool known, moved;
	str text;              /* what was there; owned; "" nothing */
	struct search *waiting;
	struct domain host;    /* of the address that is asked now */
	uint16_t port;
	char target[LIMIT_URI_BYTES + 1];
	char url[CERT_TEXT_BYTES];
};

struct issuers {
	struct world *world;
	bool ask;
	str seen[SEEN_N];      /* owned */
	size_t seen_n, seen_next;
	struct place *places;
	size_t places_n;
};

static str copy(str s)
{
	char *p = memory_must(malloc(s.n + 1));

	if (s.n > 0)
		memcpy(p, s.p, s.n);
	return (str){ p, s.n };
}

static void drop(str s)
{
	free((char *)(uintptr_t)s.p);
}

struct issuers *issuer_open(struct world *world, bool ask)
{
	struct issuers *issuers = memory_must(calloc(1, sizeof *issuers));

	issuers->world = world;
	issuers->ask = ask;
	return issuers;
}

void issuer_close(struct issuers *issuers)
{
	while (issuers && issuers->places) {
		struct place *p = issuers->places;

		issuers->places = p->next;
		while (p->waiting) {
			struct search *s = p->waiting;

			p->waiting = s->next;
			free(s);
		}
		drop(p->text);
		free(p);
	}
	for (size_t k = 0; issuers && k < issuers->seen_n; k++)
		drop(issuers->seen[k]);
	free(issuers);
}

/* ---- intermediates of other chains ---- */

static void keep_seen(struct issuers *issuers, str der)
{
	for (size_t k = 0; k < issuers->seen_n; k++)
		if (str_eq(issuers->seen[k], der))
			return;
	if (der.n > SEEN_BYTES)
		return;
	if (issuers->seen_n == SEEN_N)
		drop(issuers->seen[issuers->seen_next]);
	else
		issuers->seen_n++;
	issuers->seen[issuers->seen_next] = copy(der);
	issuers->seen_next = (issuers->seen_next + 1) % SEEN_N;
}

void issuer_saw(struct issuers *issuers, const struct cert_chain *chain)
{
	for (size_t k = 1; k < chain->n; k++)
		keep_seen(issuers, chain->der[k]);
}

static void judge(struct issuers *issuers, const struct cert_chain *chain, struct search *s, struct cert_verdict *v)
{
	struct cert_question q = { .store = issuers->world->store, .chain = chain, .name = s->name, .now = s->now };

	q.extra = s->found;
	q.extra_n = s->found_n;
	cert_judge(&q, v);
	if (v->proven || !(v->faults & MISSING) || s->found_n > 0)
		return;
	q.extra = issuers->seen;
	q.extra_n = issuers->seen_n;
	if (q.extra_n > 0)
		cert_judge(&q, v);
}

/* ---- the address that a certificate names ---- */

static void fetch_host(struct place *p);
static void go_on(struct search *s);

static void settle(struct place *p)
{
	p->known = true;
	while (p->waiting) {
		struct search *s = p->waiting;

		p->waiting = s->next;
		if (p->text.n > 0)
			s->found[s->found_n++] = p->text;
		if (p->text.n > 0) {
			go_on(s);
		} else {
			s->call(s->arg, &s->verdict);
			free(s);
		}
	}
}

/* False: an address that is not asked. */
static bool read_url(struct place *p, str url)
{
	struct uri uri;
	uint64_t port = 80;
	str target;

	if (uri_read(url, &uri, NULL) != OK || !str_eq_nocase(uri.scheme, S("http")) || uri.user.p)
		return false;
	if (domain_read(uri.host, &p->host, NULL) != OK || (uri.port.n > 0 && !str_u64(uri.port, 65535, &port)) || port == 0)
		return false;
	target = (str){ uri.path.p, uri.path.n + (uri.query.p ? uri.query.n + 1 : 0) };
	if (target.n > LIMIT_URI_BYTES)
		return false;
	p->port = (uint16_t)port;
	(void)snprintf(p->target, sizeof p->target, "%.*s", STR_ARG(target));
	return true;
}

/* Sent on to another address: once, and to the same kind. */
static bool follow(struct place *p, const struct fetch_result *r)
{
	str to = r->head->location;
	unsigned status = r->head->status;

	if (p->moved || (status != 301 && status != 302 && status != 303 && status != 307 && status != 308))
		return false;
	p->moved = true;
	if (str_starts(to, S("/")) && !str_starts(to, S("//")) && to.n <= LIMIT_URI_BYTES) {
		(void)snprintf(p->target, sizeof p->target, "%.*s", STR_ARG(to));
		return true;
	}
	return read_url(p, to);
}

static void fetched(void *arg, const struct fetch_result *r)
{
	struct place *p = arg;

	if (r->fetch.cause == STS_FETCH_OK && follow(p, r)) {
		fetch_host(p);
		return;
	}
	if (r->fetch.cause == STS_FETCH_OK && r->reply.status == 200 && r->reply.body.n <= LIMIT_POLICY_BYTES)
		p->text = copy(r->reply.body);
	settle(p);
}

static void have_addresses(void *arg, const struct addresses *a)
{
	struct place *p = arg;
	struct fetch_request request = { .host = domain_str(&p->host), .addresses = a->address, .addresses_n = a->n,
		.kind = FETCH_ISSUER, .target = str_of(p->target), .port = p->port, .timeout_ms = PATIENCE_MS };

	(void)fetch_start(p->issuers->world->fetch, &request, fetched, p);
}

static void fetch_host(struct place *p)
{
	addresses_ask(p->issuers->world->resolver, domain_str(&p->host), have_addresses, p);
}

static struct place *place_of(struct issuers *issuers, const char *url)
{
	struct place *p = issuers->places;

	while (p && strcmp(p->url, url) != 0)
		p = p->next;
	if (p || issuers->places_n == PLACES_N)
		return p;
	p = memory_must(calloc(1, sizeof *p));
	p->issuers = issuers;
	p->next = issuers->places;
	issuers->places = p;
	issuers->places_n++;
	(void)snprintf(p->url, sizeof p->url, "%s", url);
	if (read_url(p, str_of(p->url)))
		fetch_host(p);
	else
		p->known = true;
	return p;
}

/* ---- both ---- */

/* With what was found so far, until the chain is whole or nothing more can be found. */
static void go_on(struct search *s)
{
	struct place *p;

	for (;;) {
		judge(s->issuers, &s->chain, s, &s->verdict);
		if (s->verdict.proven || !(s->verdict.faults & MISSING) || !s->verdict.missing_url[0] || s->found_n == STEPS_N)
			break;
		p = place_of(s->issuers, s->verdict.missing_url);
		if (p && !p->known) {
			s->next = p->waiting;
			p->waiting = s;
			return;
		}
		if (!p || p->text.n == 0)
			break;
		s->found[s->found_n++] = p->text;
	}
	s->call(s->arg, &s->verdict);
	free(s);
}

static struct search *search_for(const struct search *from, const struct cert_chain *chain)
{
	size_t n = from->name.n;
	struct search *s;
	char *p;

	for (size_t k = 0; k < chain->n; k++)
		n += chain->der[k].n;
	s = memory_must(malloc(sizeof *s + n));
	*s = *from;
	p = s->copied;
	if (from->name.n > 0)
		memcpy(p, from->name.p, from->name.n);
	s->name.p = p;
	p += from->name.n;
	s->chain.n = chain->n;
	for (size_t k = 0; k < chain->n; k++) {
		memcpy(p, chain->der[k].p, chain->der[k].n);
		s->chain.der[k] = (str){ p, chain->der[k].n };
		p += chain->der[k].n;
	}
	return s;
}

void issuer_judge(struct issuers *issuers, const struct cert_chain *chain, str name, unix_s now, issuer_call *call,
    void *arg)
{
	struct search s = { .issuers = issuers, .name = name, .now = now, .call = call, .arg = arg };

	judge(issuers, chain, &s, &s.verdict);
	if (!(s.verdict.faults & UNTRUSTED))
		issuer_saw(issuers, chain);
	if (issuers->ask && !s.verdict.proven && (s.verdict.faults & MISSING) && s.verdict.missing_url[0])
		go_on(search_for(&s, chain));
	else
		call(arg, &s.verdict);
}
