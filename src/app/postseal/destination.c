#include "app/postseal/destination.h"

#include <stdio.h>
#include <stdlib.h>

#include "app/postseal/addresses.h"
#include "app/postseal/facts.h"
#include "io/memory.h"
#include "wire/rua.h"

#define BUCKETS_N 1024
#define KEPT_N 16384       /* destinations of one run; more are not asked */
#define HOSTS_N 3          /* MX hosts tried, the first by preference */
#define PROBES_N 4         /* connections to them in all */
#define POST_MS 30000
#define SCRATCH_BYTES (1 << 16)

struct waiter {
	struct waiter *next;
	destination_call *call;
	void *arg;
};

struct host {
	char name[LIMIT_DOMAIN_BYTES + 1];
	uint32_t preference;
};

/* One destination. */
struct entry {
	struct entry *next;
	struct destinations *destinations;
	char *uri;
	struct rua rua;            /* points into uri */
	bool known;
	struct waiter *waiters;
	struct inspection_destination answer;
	char *memory;              /* of answer */

	/* mailto: the way to an answer */
	struct host host[HOSTS_N];
	size_t host_n, host_at, probes_n;
	struct addresses addresses; /* of the present host */
	size_t address_at;
	bool clear;                 /* without TLS, after its handshake failed: reports go out all the same */
};

struct destinations {
	struct world *world;
	struct entry *bucket[BUCKETS_N];
	size_t entries_n;
	char scratch[SCRATCH_BYTES], room[SCRATCH_BYTES];
};

struct destinations *destination_open(struct world *world)
{
	struct destinations *d = memory_must(calloc(1, sizeof *d));

	d->world = world;
	return d;
}

static void entry_free(struct entry *e)
{
	while (e->waiters) {
		struct waiter *w = e->waiters;

		e->waiters = w->next;
		free(w);
	}
	free(e->memory);
	free(e->uri);
	free(e);
}

void destination_close(struct destinations *d)
{
	for (size_t k = 0; d && k < BUCKETS_N; k++) {
		while (d->bucket[k]) {
			struct entry *e = d->bucket[k];

			d->bucket[k] = e->next;
			entry_free(e);
		}
	}
	free(d);
}

/* ---- the answer ---- */

static void fill(struct entry *e, const struct inspection_destination *answer, struct arena *mem)
{
	e->answer = *answer;
	e->answer.host = e->answer.text = (str){ 0 };
	(void)arena_copy(mem, answer->host, &e->answer.host);
	(void)arena_copy(mem, answer->text, &e->answer.text);
	e->answer.cert = facts_copy(&answer->cert, mem);
}

/* What is known so far; a later answer takes its place. */
static void keep(struct entry *e, const struct inspection_destination *answer)
{
	struct arena mem = ARENA(e->destinations->room), exact;

	fill(e, answer, &mem); /* once to see how much it needs */
	free(e->memory);
	e->memory = memory_must(malloc(mem.used + 64));
	exact = (struct arena){ .base = e->memory, .cap = mem.used + 64 };
	fill(e, answer, &exact);
}

static void settle(struct entry *e)
{
	e->known = true;
	while (e->waiters) {
		struct waiter *w = e->waiters;

		e->waiters = w->next;
		w->call(w->arg, &e->answer);
		free(w);
	}
}

/* ---- https ---- */

static void posted(void *arg, const struct fetch_result *r)
{
	struct entry *e = arg;
	struct arena mem = ARENA(e->destinations->scratch);
	struct inspection_destination answer = { .reach = facts_of_fetch(r), .host = domain_str(&e->rua.host),
		.fetch = r->fetch };

	answer.cert = facts_cert(r->chain, r->verdict, false, &mem);
	if (r->head && r->fetch.cause == STS_FETCH_OK) {
		answer.code = r->head->status;
		answer.text = r->head->location;
	}
	keep(e, &answer);
	settle(e);
}

static void post(void *arg, const struct addresses *a)
{
	struct entry *e = arg;
	struct fetch_request request = { .host = domain_str(&e->rua.host), .addresses = a->address, .addresses_n = a->n,
		.kind = FETCH_REPORT, .target = e->rua.target, .port = e->rua.port, .timeout_ms = POST_MS };

	(void)fetch_start(e->destinations->world->fetch, &request, posted, e);
}

/* ---- mailto ---- */

static void try_host(struct entry *e);
static void try_address(struct entry *e);

/* The reply that counts: to RCPT, else to what kept it from being asked. */
static struct inspection_destination answer_of(const struct entry *e, const struct probe_result *r)
{
	struct inspection_destination answer = { .reach = facts_of_probe(r), .host = str_of(e->host[e->host_at].name) };
	const struct smtp_reply *replies[5] = { 0 };

	if (!r->dialogue)
		return answer;
	replies[0] = &r->dialogue->recipient;
	replies[1] = &r->dialogue->mail;
	replies[2] = &r->dialogue->tls.reply;
	replies[3] = &r->dialogue->clear.reply;
	replies[4] = &r->dialogue->greeting;
	for (size_t k = 0; k < ARRAY_N(replies); k++) {
		if (replies[k]->code == 0)
			continue;
		answer.before_recipient = k > 0;
		answer.code = replies[k]->code;
		answer.text = str_of(replies[k]->text);
		break;
	}
	return answer;
}

static void probed(void *arg, const struct probe_result *r)
{
	struct entry *e = arg;
	struct inspection_destination answer = answer_of(e, r);

	keep(e, &answer);
	if (answer.code != 0 && !answer.before_recipient) {
		settle(e);
		return;
	}
	if (r->outcome == MX_CHECK_HANDSHAKE_FAILED && !e->clear) {
		e->clear = true;
		e->address_at--;
	} else {
		e->clear = false;
	}
	try_address(e);
}

static void try_address(struct entry *e)
{
	struct probe_order order = { .no_tls = e->clear, .recipient = str_of(e->rua.address) };

	if (e->probes_n == PROBES_N) {
		settle(e);
		return;
	}
	if (e->address_at == e->addresses.n) {
		e->host_at++;
		try_host(e);
		return;
	}
	e->probes_n++;
	order.to.address = e->addresses.address[e->address_at++];
	if (domain_read(str_of(e->host[e->host_at].name), &order.name, NULL) != OK)
		order.name = (struct domain){ 0 };
	probe_start(e->destinations->world->probes, &order, probed, e);
}

static void have_addresses(void *arg, const struct addresses *a)
{
	struct entry *e = arg;

	e->addresses = *a;
	e->address_at = 0;
	try_address(e);
}

static void try_host(struct entry *e)
{
	if (e->host_at >= e->host_n)
		settle(e);
	else
		addresses_ask(e->destinations->world->resolver, str_of(e->host[e->host_at].name), have_addresses, e);
}

/* By preference; the last ones fall out. */
static void take_host(struct entry *e, str name, uint32_t preference)
{
	struct host host = { .preference = preference };
	size_t at = e->host_n < HOSTS_N ? e->host_n++ : HOSTS_N - 1;

	if (at == HOSTS_N - 1 && e->host[at].name[0] && e->host[at].preference <= preference)
		return;
	(void)snprintf(host.name, sizeof host.name, "%.*s", STR_ARG(name));
	for (; at > 0 && e->host[at - 1].preference > preference; at--)
		e->host[at] = e->host[at - 1];
	e->host[at] = host;
}

static void have_mx(void *arg, const struct dns_message *m)
{
	struct entry *e = arg;

	for (size_t k = 0; k < m->records_n; k++)
		if (!str_eq(m->records[k].value, S("."))) /* null MX */
			take_host(e, m->records[k].value, m->records[k].number);
	if (m->answer.status == DNS_NODATA) /* RFC 5321 5.1: the domain itself */
		take_host(e, domain_str(&e->rua.host), 0);
	try_host(e);
}

/* ---- both ---- */

static void start(struct entry *e)
{
	struct resolver *resolver = e->destinations->world->resolver;

	e->answer = (struct inspection_destination){ .reach = INSPECTION_NOT_TRIED };
	if (rua_read(str_of(e->uri), &e->rua, NULL) != OK || e->rua.host.n == 0)
		settle(e);
	else if (e->rua.kind == RUA_HTTPS)
		addresses_ask(resolver, domain_str(&e->rua.host), post, e);
	else
		(void)resolver_ask(resolver, domain_str(&e->rua.host), DNS_TYPE_MX, have_mx, e);
}

static struct entry *entry_find(struct destinations *d, str uri, size_t *bucket)
{
	size_t sum = 5381;

	for (size_t k = 0; k < uri.n; k++)
		sum = sum * 33 + (unsigned char)uri.p[k];
	*bucket = sum % BUCKETS_N;
	for (struct entry *e = d->bucket[*bucket]; e; e = e->next)
		if (str_eq(str_of(e->uri), uri))
			return e;
	return NULL;
}

void destination_ask(struct destinations *d, str uri, destination_call *call, void *arg)
{
	struct inspection_destination untried = { .reach = INSPECTION_NOT_TRIED };
	struct waiter *w;
	size_t bucket;
	struct entry *e = entry_find(d, uri, &bucket);
	bool first = !e;

	if ((e && e->known) || (!e && d->entries_n == KEPT_N)) {
		call(arg, e ? &e->answer : &untried);
		return;
	}
	if (!e) {
		d->entries_n++;
		e = memory_must(calloc(1, sizeof *e));
		*e = (struct entry){ .next = d->bucket[bucket], .destinations = d, .uri = memory_must(calloc(1, uri.n + 1)) };
		memcpy(e->uri, uri.p, uri.n);
		d->bucket[bucket] = e;
	}
	w = memory_must(calloc(1, sizeof *w));
	*w = (struct waiter){ .next = e->waiters, .call = call, .arg = arg };
	e->waiters = w;
	if (first)
		start(e);
}
