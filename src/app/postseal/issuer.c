#include "app/postseal/issuer.h"

#include <stdlib.h>

#include "app/postseal/place.h"
#include "io/memory.h"

#define SEEN_N 64          /* intermediates kept of good chains; the web's CAs use fewer for most hosts */
#define SEEN_BYTES 8192    /* larger ones are not kept */
#define STEPS_N 3          /* certificates missing between one host and a root */

#define MISSING (TLS_FAULT_BIT(TLS_FAULT_UNKNOWN_CA) | TLS_FAULT_BIT(TLS_FAULT_CHAIN_MISSING))
#define UNTRUSTED (MISSING | TLS_FAULT_BIT(TLS_FAULT_SELF_SIGNED))

/* One chain whose issuer is looked for. */
struct search {
	struct search *next, **at; /* in the issuers' list */
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

struct issuers {
	struct world *world;
	bool ask;
	str seen[SEEN_N];      /* owned */
	size_t seen_n, seen_next;
	struct places *places;
	struct search *searches;
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
	issuers->places = place_open(world, FETCH_ISSUER);
	return issuers;
}

static void search_drop(struct search *s)
{
	*s->at = s->next;
	if (s->next)
		s->next->at = s->at;
	free(s);
}

void issuer_close(struct issuers *issuers)
{
	if (!issuers)
		return;
	for (struct search *s = issuers->searches, *next; s; s = next) {
		next = s->next;
		free(s);
	}
	for (size_t k = 0; k < issuers->seen_n; k++)
		drop(issuers->seen[k]);
	place_close(issuers->places);
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

/* ---- both ---- */

static void end_search(struct search *s)
{
	s->call(s->arg, &s->verdict);
	search_drop(s);
}

static void go_on(struct search *s);

static void found(void *arg, str text)
{
	struct search *s = arg;

	if (text.n == 0) {
		end_search(s);
		return;
	}
	s->found[s->found_n++] = text;
	go_on(s);
}

/* With what was found so far, until the chain is whole or nothing more can be found. */
static void go_on(struct search *s)
{
	judge(s->issuers, &s->chain, s, &s->verdict);
	if (s->verdict.proven || !(s->verdict.faults & MISSING) || !s->verdict.missing_url[0] || s->found_n == STEPS_N)
		end_search(s);
	else
		place_ask(s->issuers->places, s->verdict.missing_url, found, s);
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
	s->next = s->issuers->searches;
	s->at = &s->issuers->searches;
	if (s->next)
		s->next->at = &s->next;
	s->issuers->searches = s;
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
