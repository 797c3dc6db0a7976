#include "app/postseal/probed.h"

#include <stdio.h>
#include <stdlib.h>

#define BUCKETS_N 4096
#define KEPT_N 16384       /* entries; more are asked again */
#define SCRATCH_BYTES (1 << 18)

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
	unix_s now;
	struct waiter *waiters;
	struct inspection_probe result;
	struct cert_chain chain;
	char *memory; /* of result and chain */
};

struct probed {
	struct world *world;
	struct entry *bucket[BUCKETS_N];
	size_t entries_n, started_n;
	char scratch[SCRATCH_BYTES];
};

static void *must(void *p)
{
	if (!p) {
		(void)fputs("postseal: out of memory\n", stderr);
		abort();
	}
	return p;
}

struct probed *probed_open(struct world *world)
{
	struct probed *probed = must(calloc(1, sizeof *probed));

	probed->world = world;
	return probed;
}

static void entry_free(struct entry *e)
{
	while (e->waiters) {
		struct waiter *w = e->waiters;

		e->waiters = w->next;
		free(w);
	}
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

static str hex(const uint8_t *bytes, size_t n, struct arena *mem)
{
	struct out out = { .p = arena_take_raw(mem, 2 * n, 1), .cap = 2 * n };

	if (!out.p)
		return (str){ 0 };
	out_hex(&out, (str){ (const char *)bytes, n });
	return out_done(&out);
}

static str key_text(const struct cert *c, struct arena *mem)
{
	char text[64];
	struct out out = OUT(text);
	str copy = { 0 };

	out_str(&out, c->key);
	out_char(&out, ' ');
	out_u64(&out, c->key_bits);
	(void)arena_copy(mem, out_done(&out), &copy);
	return copy;
}

struct inspection_cert probed_cert(const struct cert_chain *chain, unsigned faults, bool proven, bool stapled,
    struct arena *mem)
{
	struct inspection_cert to = { .faults = faults, .chain_n = chain->n, .chain_mended = proven, .stapled = stapled };
	struct cert *c = arena_take(mem, 1, sizeof *c);

	if (!c || chain->n == 0 || cert_read(chain->der[0], mem, c, NULL) != OK)
		return to;
	to.there = true;
	to.subject = c->subject;
	to.issuer = c->issuer.n > 0 ? c->issuer : c->issuer_organization;
	to.name = c->dns;
	to.name_n = c->dns_n;
	to.names_total = c->dns_all_n;
	to.not_before = c->not_before;
	to.not_after = c->not_after;
	to.sha256 = hex(c->digest, sizeof c->digest, mem);
	to.spki = hex(c->spki, sizeof c->spki, mem);
	to.key = key_text(c, mem);
	to.signature = c->signature;
	to.weak_key = c->weak_key;
	to.weak_signature = c->weak_signature;
	to.must_staple = c->must_staple;
	return to;
}

static enum inspection_reach reach_of(const struct probe_result *r)
{
	switch (r->trouble) {
	case PROBE_FORBIDDEN:
		return INSPECTION_PRIVATE;
	case PROBE_NO_WAY:
	case PROBE_UNREACHABLE:
	case PROBE_LOCAL:
		return r->outcome == MX_CHECK_UNREACHED ? INSPECTION_UNREACHABLE : INSPECTION_REACHED;
	case PROBE_REFUSED:
		return INSPECTION_REFUSED;
	case PROBE_CONNECT_TIMEOUT:
		return INSPECTION_TIMEOUT;
	case PROBE_TIMEOUT:
		return r->outcome == MX_CHECK_UNREACHED ? INSPECTION_TIMEOUT : INSPECTION_REACHED;
	case PROBE_LOST:
		return r->outcome == MX_CHECK_UNREACHED ? INSPECTION_RESET : INSPECTION_REACHED;
	case PROBE_NO_TROUBLE:
	case PROBE_JUNK:
	case PROBE_GREETED_LATER:
	case PROBE_GREETED_AWAY:
	case PROBE_EHLO_REFUSED:
		break;
	}
	return INSPECTION_REACHED;
}

static str keep(struct arena *mem, str s)
{
	str copy = { 0 };

	(void)arena_copy(mem, s, &copy);
	return copy;
}

/* The result as findings need it; everything in mem. */
static void fill(struct entry *e, const struct probe_result *r, const struct cert_verdict *verdict, struct arena *mem)
{
	struct inspection_probe *to = &e->result;

	*to = (struct inspection_probe){ .reach = reach_of(r) };
	e->chain = (struct cert_chain){ 0 };
	if (r->dialogue) {
		to->greeting = r->dialogue->greeting.code;
		to->greeting_text = keep(mem, str_of(r->dialogue->greeting.text));
		to->ehlo = r->dialogue->clear.reply.code;
		to->starttls_offered = (r->dialogue->clear.keywords & SMTP_STARTTLS) != 0;
		to->starttls_masked = (r->dialogue->clear.keywords & SMTP_STRIPPED) != 0;
		to->starttls = r->dialogue->starttls.code;
		to->requiretls = (r->dialogue->tls.keywords & SMTP_REQUIRETLS) != 0;
	}
	probe_session(r, &to->session);
	if (r->outcome != MX_CHECK_TLS)
		return;
	to->session.pkix_faults = verdict->faults;
	to->tls = str_of(r->tls.version); /* static */
	to->group = str_of(r->tls.group);
	to->old_tls = !str_eq(to->tls, S("TLSv1.2")) && !str_eq(to->tls, S("TLSv1.3"));
	for (size_t k = 0; k < r->tls.chain.n; k++)
		e->chain.der[k] = keep(mem, r->tls.chain.der[k]);
	e->chain.n = r->tls.chain.n;
	to->cert = probed_cert(&e->chain, verdict->faults, verdict->proven, r->tls.stapled, mem);
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

/* The probe has ended: keep what came, tell all who wait. */
static void came(void *arg, const struct probe_result *r)
{
	struct entry *e = arg;
	struct probed *probed = e->probed;
	struct cert_verdict verdict = { 0 };
	struct arena scratch = ARENA(probed->scratch);
	struct arena exact;

	if (r->outcome == MX_CHECK_TLS) {
		struct cert_question q = { .store = probed->world->store, .chain = &r->tls.chain, .name = e->name,
			.now = e->now };

		cert_judge(&q, &verdict);
	}
	fill(e, r, &verdict, &scratch); /* once to see how much it needs */
	e->memory = must(malloc(scratch.used + 64));
	exact = (struct arena){ .base = e->memory, .cap = scratch.used + 64 };
	fill(e, r, &verdict, &exact);
	e->known = true;
	while (e->waiters) {
		struct waiter *w = e->waiters;

		e->waiters = w->next;
		tell(e, w->mx, w->now, w->call, w->arg);
		free(w);
	}
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

		if (!e->known) {
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
	struct probe_order order = { 0 };
	struct probe_result none = { .outcome = MX_CHECK_UNREACHED, .trouble = PROBE_UNREACHABLE };

	probed->started_n++;
	if (!network_read_address(q->ip, &order.to.address)) {
		came(e, &none);
		return;
	}
	if (domain_read(sni, &order.name, NULL) != OK)
		order.name = (struct domain){ 0 };
	probe_start(probed->world->probes, &order, came, e);
}

void probed_ask(struct probed *probed, const struct inspection_question *q, unix_s now, probed_call *call, void *arg)
{
	str sni = q->mx->dane_known ? dane_sni(&q->mx->dane) : q->name;
	char key[2 * LIMIT_DOMAIN_BYTES + 80];
	struct waiter *w = must(calloc(1, sizeof *w));
	struct entry *e;
	size_t bucket;

	(void)snprintf(key, sizeof key, "%.*s %.*s %.*s", STR_ARG(q->name), STR_ARG(q->ip), STR_ARG(sni));
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
	e = must(calloc(1, sizeof *e));
	*e = (struct entry){ .next = probed->bucket[bucket], .probed = probed, .key = must(strdup(key)), .now = now,
		.waiters = w };
	e->name = (str){ e->key, q->name.n };
	probed->bucket[bucket] = e;
	probed->entries_n++;
	start(probed, e, q, sni);
}
