#include "app/postseal/place.h"

#include <stdio.h>
#include <stdlib.h>

#include "app/postseal/addresses.h"
#include "io/memory.h"
#include "wire/domain.h"
#include "wire/uri.h"

#define PLACES_N 1024
#define KEPT_BYTES (64u << 20)
#define PATIENCE_MS 10000

struct waiter {
	struct waiter *next;
	place_call *call;
	void *arg;
};

struct place {
	struct place *next;
	struct places *places;
	bool known, moved;
	char *text;            /* what was there; owned */
	size_t text_n;
	struct waiter *waiting;
	struct domain host;    /* of the address that is asked now */
	uint16_t port;
	char target[LIMIT_URI_BYTES + 1];
	char url[];
};

struct places {
	struct world *world;
	enum fetch_kind kind;
	struct place *first;
	size_t n, bytes;
};

struct places *place_open(struct world *world, enum fetch_kind kind)
{
	struct places *places = memory_must(calloc(1, sizeof *places));

	places->world = world;
	places->kind = kind;
	return places;
}

static void place_free(struct place *p)
{
	while (p->waiting) {
		struct waiter *w = p->waiting;

		p->waiting = w->next;
		free(w);
	}
	free(p->text);
	free(p);
}

void place_close(struct places *places)
{
	while (places && places->first) {
		struct place *p = places->first;

		places->first = p->next;
		place_free(p);
	}
	free(places);
}

static void settle(struct place *p)
{
	p->known = true;
	while (p->waiting) {
		struct waiter w = *p->waiting;

		free(p->waiting);
		p->waiting = w.next;
		w.call(w.arg, (str){ p->text, p->text_n });
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

static void fetch_host(struct place *p);

static void keep(struct place *p, str body)
{
	struct places *places = p->places;
	size_t most = places->kind == FETCH_CRL ? LIMIT_CRL_BYTES : LIMIT_POLICY_BYTES;

	if (body.n == 0 || body.n > most || body.n > KEPT_BYTES - places->bytes)
		return;
	places->bytes += body.n;
	p->text = memory_must(malloc(body.n));
	p->text_n = body.n;
	memcpy(p->text, body.p, body.n);
}

static void fetched(void *arg, const struct fetch_result *r)
{
	struct place *p = arg;

	if (r->fetch.cause == STS_FETCH_OK && follow(p, r)) {
		fetch_host(p);
		return;
	}
	if (r->fetch.cause == STS_FETCH_OK && r->reply.status == 200)
		keep(p, r->reply.body);
	settle(p);
}

static void have_addresses(void *arg, const struct addresses *a)
{
	struct place *p = arg;
	struct fetch_request request = { .host = domain_str(&p->host), .addresses = a->address, .addresses_n = a->n,
		.kind = p->places->kind, .target = str_of(p->target), .port = p->port, .timeout_ms = PATIENCE_MS };

	(void)fetch_start(p->places->world->fetch, &request, fetched, p);
}

static void fetch_host(struct place *p)
{
	addresses_ask(p->places->world->resolver, domain_str(&p->host), have_addresses, p);
}

/* NULL: no more of them in this run. */
static struct place *place_of(struct places *places, const char *url)
{
	struct place *p = places->first;
	size_t n = strlen(url);

	while (p && strcmp(p->url, url) != 0)
		p = p->next;
	if (p || places->n == PLACES_N || places->bytes >= KEPT_BYTES)
		return p;
	p = memory_must(calloc(1, sizeof *p + n + 1));
	p->places = places;
	p->next = places->first;
	places->first = p;
	places->n++;
	memcpy(p->url, url, n);
	if (read_url(p, (str){ p->url, n }))
		fetch_host(p);
	else
		p->known = true;
	return p;
}

void place_ask(struct places *places, const char *url, place_call *call, void *arg)
{
	struct place *p = place_of(places, url);
	struct waiter *w;

	if (!p || p->known) {
		call(arg, p ? (str){ p->text, p->text_n } : S(""));
		return;
	}
	w = memory_must(calloc(1, sizeof *w));
	*w = (struct waiter){ p->waiting, call, arg };
	p->waiting = w;
}
