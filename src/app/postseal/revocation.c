#include "app/postseal/revocation.h"

#include <stdlib.h>

#include "app/postseal/place.h"
#include "io/memory.h"

#define UNTRUSTED                                                                           \
	(TLS_FAULT_BIT(TLS_FAULT_UNKNOWN_CA) | TLS_FAULT_BIT(TLS_FAULT_CHAIN_MISSING) |     \
	    TLS_FAULT_BIT(TLS_FAULT_SELF_SIGNED))

struct search {
	struct search *next, **at; /* in the revocations' list */
	struct revocations *revocations;
	const struct cert_chain *chain;
	unix_s now;
	revocation_call *call;
	void *arg;
};

struct revocations {
	struct world *world;
	struct places *places; /* NULL: nothing is asked */
	struct search *searches;
};

struct revocations *revocation_open(struct world *world, bool ask)
{
	struct revocations *revocations = memory_must(calloc(1, sizeof *revocations));

	revocations->world = world;
	revocations->places = ask ? place_open(world, FETCH_CRL) : NULL;
	return revocations;
}

static void search_drop(struct search *s)
{
	*s->at = s->next;
	if (s->next)
		s->next->at = s->at;
	free(s);
}

void revocation_close(struct revocations *revocations)
{
	if (!revocations)
		return;
	for (struct search *s = revocations->searches, *next; s; s = next) {
		next = s->next;
		free(s);
	}
	place_close(revocations->places);
	free(revocations);
}

static void fetched(void *arg, str text)
{
	struct search *s = arg, done = *s;
	struct crl_question q = { .store = s->revocations->world->store, .chain = s->chain, .list = text, .now = s->now };
	struct crl_verdict v = { 0 };

	if (text.n == 0 || crl_look(&q, &v, NULL) != OK)
		v = (struct crl_verdict){ 0 };
	search_drop(s);
	done.call(done.arg, &v);
}

void revocation_ask(struct revocations *revocations, const struct cert_chain *chain, unsigned faults, unix_s now,
    revocation_call *call, void *arg)
{
	const struct crl_verdict unknown = { 0 };
	char text[LIMIT_URI_BYTES + 1];
	struct out url = { .p = text, .cap = sizeof text - 1 };
	struct search *s;

	if (revocations->places && chain->n > 0 && !(faults & UNTRUSTED))
		crl_url(chain->der[0], &url);
	text[out_done(&url).n] = '\0';
	if (!text[0]) {
		call(arg, &unknown);
		return;
	}
	s = memory_must(calloc(1, sizeof *s));
	*s = (struct search){ revocations->searches, &revocations->searches, revocations, chain, now, call, arg };
	if (s->next)
		s->next->at = &s->next;
	revocations->searches = s;
	place_ask(revocations->places, text, fetched, s);
}
