#include "app/postseal/probed.h"

#include <stdio.h>
#include <stdlib.h>

#include "app/postseal/deep.h"
#include "app/postseal/facts.h"
#include "io/memory.h"

#define BUCKETS_N 4096
#define KEPT_N 16384       /* entries; more are asked again */
#define SCRATCH_BYTES (1 << 18)
#define KEY_BYTES (2 * LIMIT_DOMAIN_BYTES + 80)

struct waiter {
	struct waiter *next;
	struct probed *probed;
	const struct inspection_mx *mx;
	unix_s now;
	probed_call *call;
	void *arg;
};

struct entry {
	struct entry *next;
	struct probed *probed;
	char *key; /* name SP ip SP sni */
	str name;
	bool known;
	bool telling; /* calls may lead back here: not the time to forget it */
	unix_s now;
	struct waiter *waiters;
	struct inspection_probe result;
	struct cert_chain chain;
	char *memory; /* of result and chain */
	struct probe_order order;
	struct deep *deep; /* under way */
	struct waiter *deep_waiters;
	bool deep_known;
	struct inspection_probe deeper;
	char *deep_memory; /* of deeper */
};

struct probed {
	struct world *world;
	struct issuers *issuers;
	struct revocations *revocations;
	struct entry *bucket[BUCKETS_N];
	size_t entries_n, started_n;
	char scratch[SCRATCH_BYTES];
};

struct probed *probed_open(struct world *world, struct issuers *issuers, struct revocations *revocations)
{
	struct probed *probed = memory_must(calloc(1, sizeof *probed));

	probed->world = world;
	probed->issuers = issuers;
	probed->revocations = revocations;
	return probed;
}

static void waiters_free(struct waiter *w)
{
	while (w) {
		struct waiter *next = w->next;

		free(w);
		w = next;
	}
}

static void entry_free(struct entry *e)
{
	waiters_free(e->waiters);
	waiters_free(e->deep_waiters);
	deep_close(e->deep);
	free(e->deep_memory);
	free(e->memory);
	free(e->key);
	free(e);
}

void probed_close(struct probed *probed)
{
	for (size_t k = 0; probed && k < BUCKETS_N; k++) {
		while (probed->bucket[k]) {
			struct entry *e = probed->bucket[k];

			probed->bucket[k] = e->next;
			entry_free(e);
		}
	}
	free(probed);
}

size_t probed_count(const struct probed *probed)
{
	return probed->started_n;
}

static str keep(struct arena *mem, str s)
{
	str copy = { 0 };

	(void)arena_copy(mem, s, &copy);
	return copy;
}

/* The result as findings need it; everything in mem. */
static void fill(struct entry *e, const struct probe_result *r, struct arena *mem)
{
	struct cert_verdict none = { 0 }; /* comes later */
	struct inspection_probe *to = &e->result;

	*to = (struct inspection_probe){ .reach = facts_of_probe(r) };
	e->chain = (struct cert_chain){ 0 };
	if (r->dialogue) {
		to->greeting = r->dialogue->greeting.code;
		to->greeting_text = keep(mem, str_of(r->dialogue->greeting.text));
		to->ehlo = r->dialogue->clear.reply.code;
		to->starttls_offered = (r->dialogue->clear.keywords & SMTP_STARTTLS) != 0;
		to->starttls_masked = (r->dialogue->clear.keywords & SMTP_STRIPPED) != 0;
		to->starttls = r->dialogue->starttls.code;
		to->ehlo_refused_inside = r->dialogue->tls.helo ||
		    (r->dialogue->tls.reply.code != 0 && r->dialogue->tls.reply.code / 100 != 2);
		to->requiretls = (r->dialogue->tls.keywords & SMTP_REQUIRETLS) != 0;
	}
	probe_session(r, &to->session);
	if (r->outcome != MX_CHECK_TLS)
		return;
	to->tls = str_of(r->tls.version); /* static */
	to->group = str_of(r->tls.group);
	to->old_tls = !str_eq(to->tls, S("TLSv1.2")) && !str_eq(to->tls, S("TLSv1.3"));
	for (size_t k = 0; k < r->tls.chain.n; k++)
		e->chain.der[k] = keep(mem, r->tls.chain.der[k]);
	e->chain.n = r->tls.chain.n;
	to->cert = facts_cert(&e->chain, &none, r->tls.stapled, mem);
}

static void tell(const struct entry *e, const struct inspection_mx *mx, unix_s now, probed_call *call, void *arg)
{
	struct inspection_probe result = e->result;

	if (result.session.outcome == MX_CHECK_TLS && mx->dane_known && mx->dane.state == DANE_DU) {
		struct domain host;
		str names[3];
		struct cert_tlsa_question q = { .chain = &e->chain, .record = mx->dane.record, .may_match = mx->dane.may_match,
			.record_n = mx->dane.record_n, .name = names, .now = now };
		struct cert_tlsa_verdict v;

		if (domain_read(mx->host, &host, NULL) == OK)
			q.name_n = dane_references(&mx->dane, &host, &host, names);
		cert_tlsa(&q, &v);
		result.session.tlsa = v.tlsa;
		result.session.ta_faults = v.ta_faults;
	}
	call(arg, &result);
}

/* All is known: tell all who wait. */
static void settle(struct entry *e)
{
	e->known = e->telling = true;
	while (e->waiters) {
		struct waiter *w = e->waiters;

		e->waiters = w->next;
		tell(e, w->mx, w->now, w->call, w->arg);
		free(w);
	}
	e->telling = false;
}

static void looked_up(void *arg, const struct crl_verdict *verdict)
{
	struct entry *e = arg;

	e->result.cert.revoked = verdict->word == CRL_REVOKED;
	e->result.cert.revoked_at = verdict->since;
	settle(e);
}

static void judged(void *arg, const struct cert_verdict *verdict)
{
	struct entry *e = arg;

	e->result.session.pkix_faults = e->result.cert.faults = verdict->faults;
	e->result.cert.chain_mended = verdict->proven;
	revocation_ask(e->probed->revocations, &e->chain, verdict->faults, e->now, looked_up, e);
}

/* The probe has ended: keep what came. */
static void came(void *arg, const struct probe_result *r)
{
	struct entry *e = arg;
	struct probed *probed = e->probed;
	struct arena scratch = ARENA(probed->scratch);
	struct arena exact;

	fill(e, r, &scratch); /* once to see how much it needs */
	e->memory = memory_must(malloc(scratch.used + 64));
	exact = (struct arena){ .base = e->memory, .cap = scratch.used + 64 };
	fill(e, r, &exact);
	if (r->outcome == MX_CHECK_TLS)
		issuer_judge(probed->issuers, &e->chain, e->name, e->now, judged, e);
	else
		settle(e);
}

static struct entry *entry_find(struct probed *probed, const char *key, size_t *bucket)
{
	size_t sum = 5381;

	for (const char *c = key; *c; c++)
		sum = sum * 33 + (unsigned char)*c;
	*bucket = sum % BUCKETS_N;
	for (struct entry *e = probed->bucket[*bucket]; e; e = e->next)
		if (strcmp(e->key, key) == 0)
			return e;
	return NULL;
}

/* Room is made by forgetting one bucket's known entries. */
static void forget(struct probed *probed, size_t bucket)
{
	struct entry **at = &probed->bucket[bucket];

	while (*at) {
		struct entry *e = *at;

		if (!e->known || e->deep || e->telling) {
			at = &e->next;
			continue;
		}
		*at = e->next;
		entry_free(e);
		probed->entries_n--;
	}
}

static void start(struct probed *probed, struct entry *e, const struct inspection_question *q, str sni)
{
	struct probe_result none = { .outcome = MX_CHECK_UNREACHED, .trouble = PROBE_UNREACHABLE };

	probed->started_n++;
	if (!network_read_address(q->ip, &e->order.to.address)) {
		came(e, &none);
		return;
	}
	if (domain_read(sni, &e->order.name, NULL) != OK)
		e->order.name = (struct domain){ 0 };
	probe_start(probed->world->probes, &e->order, came, e);
}

static str sni_of(const struct inspection_question *q)
{
	return q->mx->dane_known ? dane_sni(&q->mx->dane) : q->name;
}

static void write_key(const struct inspection_question *q, char key[KEY_BYTES])
{
	(void)snprintf(key, KEY_BYTES, "%.*s %.*s %.*s", STR_ARG(q->name), STR_ARG(q->ip), STR_ARG(sni_of(q)));
}

void probed_ask(struct probed *probed, const struct inspection_question *q, unix_s now, probed_call *call, void *arg)
{
	char key[KEY_BYTES];
	struct waiter *w = memory_must(calloc(1, sizeof *w));
	struct entry *e;
	size_t bucket;

	write_key(q, key);
	*w = (struct waiter){ .probed = probed, .mx = q->mx, .now = now, .call = call, .arg = arg };
	e = entry_find(probed, key, &bucket);
	if (e && e->known) {
		free(w);
		tell(e, q->mx, now, call, arg);
		return;
	}
	if (e) {
		w->next = e->waiters;
		e->waiters = w;
		return;
	}
	if (probed->entries_n >= KEPT_N)
		forget(probed, bucket);
	e = memory_must(calloc(1, sizeof *e));
	*e = (struct entry){ .next = probed->bucket[bucket], .probed = probed, .now = now, .waiters = w };
	e->key = memory_must(strdup(key));
	e->name = (str){ e->key, q->name.n };
	probed->bucket[bucket] = e;
	probed->entries_n++;
	start(probed, e, q, sni_of(q));
}

/* ---- the costly tests ---- */

static void fill_deeper(struct entry *e, const struct inspection_probe *r, struct arena *mem)
{
	e->deeper = *r;
	e->deeper.rsa = facts_copy(&r->rsa, mem);
	e->deeper.ecdsa = facts_copy(&r->ecdsa, mem);
}

static void deep_came(void *arg, const struct inspection_probe *r)
{
	struct entry *e = arg;
	struct arena scratch = ARENA(e->probed->scratch);
	struct arena exact;

	fill_deeper(e, r, &scratch);
	e->deep_memory = memory_must(malloc(scratch.used + 64));
	exact = (struct arena){ .base = e->deep_memory, .cap = scratch.used + 64 };
	fill_deeper(e, r, &exact);
	e->deep = NULL;
	e->deep_known = e->telling = true;
	while (e->deep_waiters) {
		struct waiter *w = e->deep_waiters;

		e->deep_waiters = w->next;
		w->call(w->arg, &e->deeper);
		free(w);
	}
	e->telling = false;
}

void probed_ask_deep(struct probed *probed, const struct inspection_question *q, probed_call *call, void *arg)
{
	struct inspection_probe untried = { 0 };
	char key[KEY_BYTES];
	size_t bucket;
	struct entry *e;
	struct waiter *w;

	write_key(q, key);
	e = entry_find(probed, key, &bucket);
	if (!e || !e->known || e->deep_known) {
		call(arg, e && e->deep_known ? &e->deeper : &untried); /* or forgotten in between */
		return;
	}
	w = memory_must(calloc(1, sizeof *w));
	*w = (struct waiter){ .next = e->deep_waiters, .probed = probed, .call = call, .arg = arg };
	e->deep_waiters = w;
	if (!e->deep) {
		struct deep_order order = { .first = e->order, .name = e->name, .seen = &e->result, .now = e->now };

		e->deep = deep_start(probed->world, probed->issuers, &order, deep_came, e);
	}
}
