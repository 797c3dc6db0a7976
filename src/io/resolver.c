#include "io/resolver.h"

#include <stdlib.h>
#include <sys/random.h>

#include "io/clock.h"
#include "io/memory.h"
#include "io/resolv_conf.h"
#include "io/dns_table.h"

#define ROUNDS_N 2
#define TIMEOUT_MS 5000
#define OPEN_MAX_N 256
#define KEEP_BYTES 16777216
#define NAME_BYTES (LIMIT_DOMAIN_BYTES + 1) /* one too many, so that too long stays too long */

struct resolver_question {
	struct dns_table_entry *entry;
	struct resolver_question *before, *after;
	resolver_call *call;
	void *arg;
};

struct resolver {
	struct loop *loop;
	struct loop_watch *turn, *sweep;
	bool has_turn, has_sweep; /* the timer runs */
	struct dns_table_place places[LIMIT_NAMESERVERS_N];
	uint8_t places_n;
	uint8_t favourite; /* answered where others timed out */
	bool trust_ad;
	unsigned rounds, open_max;
	uint32_t timeout_ms;
	size_t keep_bytes;
	struct dns_table table;
	uint16_t ids[64];
	size_t ids_n;
	struct resolver_counts counts;
	char *mem; /* LIMIT_DNS_ANSWER_BYTES: the message that is being delivered */
};

static void make_ready(struct resolver *r, struct dns_table_entry *e)
{
	dns_table_enter(&r->table, e, DNS_TABLE_READY);
	if (!r->has_turn) {
		r->has_turn = true;
		loop_set(r->turn, LOOP_TIME, 0);
	}
}

static void forget(struct resolver *r, struct dns_table_entry *e)
{
	dns_table_leave(&r->table, e);
	dns_table_end(&r->table, e);
}

/* ---- flights ---- */

static uint16_t next_id(struct resolver *r)
{
	if (r->ids_n == 0) {
		if (getrandom(r->ids, sizeof r->ids, 0) != (ssize_t)sizeof r->ids)
			(void)memory_must(NULL); /* cannot happen: so few bytes are never cut short */
		r->ids_n = ARRAY_N(r->ids);
	}
	return r->ids[--r->ids_n];
}

static void carried(void *arg, enum name_server_end end, str bytes)
{
	struct dns_table_entry *e = arg;

	e->end = end;
	if (end == NAME_SERVER_ANSWER) {
		e->fresh = memory_must(malloc(bytes.n));
		memcpy(e->fresh, bytes.p, bytes.n);
		e->fresh_n = bytes.n;
	}
	dns_table_leave(&e->resolver->table, e);
	make_ready(e->resolver, e);
}

/* The next place to ask; false: everything has been tried. */
static bool choose(const struct resolver *r, struct dns_table_entry *e)
{
	uint8_t n = e->only ? 1 : r->places_n;

	if (e->stage != DNS_TABLE_USUAL) {
		e->place = e->bytes_place;
		return e->round++ == 0;
	}
	for (; e->round < r->rounds; e->round++, e->step = 0) {
		while (e->step < n) {
			e->place = (uint8_t)((e->base + e->step++) % n);
			if (!(e->given_up & 1u << e->place))
				return true;
		}
	}
	return false;
}

static struct dns_table_place *place_of(struct resolver *r, const struct dns_table_entry *e, uint8_t place)
{
	return e->only ? e->only : &r->places[place];
}

/* Send to the place chosen. */
static void fly(struct resolver *r, struct dns_table_entry *e)
{
	struct dns_message_question question = { { e->name, e->name_n }, e->type, false };
	unsigned flags = DNS_MESSAGE_AD | (e->only ? 0 : DNS_MESSAGE_RD) |
	    (e->stage == DNS_TABLE_UNVALIDATED ? DNS_MESSAGE_CD : 0);
	char query[DNS_MESSAGE_QUERY_BYTES];
	struct out out = OUT(query);

	if (dns_message_write(&question, next_id(r), flags, &out, NULL) != OK) {
		e->is_refused = true;
		make_ready(r, e);
		return;
	}
	r->counts.sent++;
	e->until_ms = clock_ms() + r->timeout_ms;
	dns_table_enter(&r->table, e, DNS_TABLE_FLYING);
	name_server_send(place_of(r, e, e->place)->server, out_done(&out), carried, e, &e->carry);
	if (!r->has_sweep) {
		r->has_sweep = true;
		loop_set(r->sweep, 0, NAME_SERVER_SWEEP_MS);
	}
}

static void start_queued(struct resolver *r)
{
	while (r->table.open_n < r->open_max && r->table.lists[DNS_TABLE_QUEUED].first) {
		struct dns_table_entry *e = r->table.lists[DNS_TABLE_QUEUED].first;

		dns_table_leave(&r->table, e);
		e->base = r->favourite;
		(void)choose(r, e); /* the first choice is always there */
		fly(r, e);
	}
}

static void swept(void *arg, unsigned what)
{
	struct resolver *r = arg;
	uint64_t now = clock_ms();

	(void)what;
	for (size_t i = 0; i < r->places_n; i++)
		(void)name_server_sweep(r->places[i].server);
	for (struct dns_table_entry *e = r->table.lists[DNS_TABLE_FLYING].first, *next; e; e = next) {
		next = e->after;
		if (e->only)
			(void)name_server_sweep(e->only->server);
		if (e->state != DNS_TABLE_FLYING || e->until_ms > now)
			continue;
		name_server_forget(&e->carry);
		e->end = NAME_SERVER_TIMEOUT;
		dns_table_leave(&r->table, e);
		make_ready(r, e);
	}
	r->has_sweep = r->table.lists[DNS_TABLE_FLYING].first != NULL;
	if (r->has_sweep)
		loop_set(r->sweep, 0, NAME_SERVER_SWEEP_MS);
}

/* ---- judging and delivering ---- */

static void read_bytes(
    struct resolver *r, const struct dns_table_entry *e, str bytes, uint8_t place, struct dns_message *m)
{
	struct arena mem = { r->mem, LIMIT_DNS_ANSWER_BYTES, 0 };
	bool trust_ad = place_of(r, e, place)->trust_ad;
	struct dns_message_question question = { { e->name, e->name_n }, e->type, trust_ad };

	dns_message_read(bytes, &question, &mem, m);
}

/* There are no bytes to read: say why. */
static void explain(struct resolver *r, const struct dns_table_entry *e, struct dns_message *m)
{
	static const char *const texts[] = {
		[NAME_SERVER_REFUSED] = "does not listen",
		[NAME_SERVER_BROKEN] = "cannot be reached",
		[NAME_SERVER_GARBLED] = "sends what is no DNS message",
	};
	struct dns_message_question question = { { e->name, e->name_n }, e->type, false };
	char query[DNS_MESSAGE_QUERY_BYTES], text[64];
	struct out out = OUT(query), at = OUT(text);
	str *name = (str *)(void *)r->mem;

	*name = question.name;
	*m = (struct dns_message){ .names = name, .names_n = 1, .ede = -1 };
	if (e->is_refused) {
		m->answer.status = DNS_MALFORMED;
		(void)!dns_message_write(&question, 0, 0, &out, &m->why);
		return;
	}
	m->answer.status = e->end == NAME_SERVER_GARBLED ? DNS_MALFORMED : DNS_TIMEOUT;
	network_write_endpoint(&place_of(r, e, e->place)->at, &at);
	if (e->end == NAME_SERVER_TIMEOUT)
		(void)why_set(&m->why, E_TEMP, "", 0, "no answer from %.*s in %u ms", STR_ARG(out_done(&at)),
		    (unsigned)r->timeout_ms);
	else
		(void)why_set(&m->why, E_TEMP, "", 0, "%.*s %s", STR_ARG(out_done(&at)), texts[e->end]);
}

static void unlink_question(struct resolver_question *q)
{
	struct dns_table_entry *e = q->entry;

	*(q->before ? &q->before->after : &e->first) = q->after;
	*(q->after ? &q->after->before : &e->last) = q->before;
}

/* The first who waits waits no longer. */
static struct resolver_question *pop(struct dns_table_entry *e)
{
	struct resolver_question *q = e->first;

	e->first = q->after;
	if (e->first)
		e->first->before = NULL;
	else
		e->last = NULL;
	return q;
}

/* e is in no list. */
static void deliver(struct resolver *r, struct dns_table_entry *e, const struct dns_message *m)
{
	bool keep = e->is_known && m->answer.ttl_s > 0 && !dns_failed(m->answer.status);

	if (!keep)
		dns_table_unlearn(&r->table, e); /* who asks from now on asks anew */
	while (e->first) {
		struct resolver_question *q = pop(e);

		q->call(q->arg, m);
		free(q);
	}
	if (!keep) {
		dns_table_end(&r->table, e);
		return;
	}
	dns_table_enter(&r->table, e, DNS_TABLE_KEPT);
	while (r->table.kept_bytes > r->keep_bytes && r->table.lists[DNS_TABLE_KEPT].first)
		forget(r, r->table.lists[DNS_TABLE_KEPT].first);
}

static void take_fresh(struct dns_table_entry *e)
{
	free(e->bytes);
	e->bytes = e->fresh;
	e->bytes_n = e->fresh_n;
	e->bytes_place = e->place;
	e->fresh = NULL;
	e->fresh_n = 0;
}

static void drop_fresh(struct dns_table_entry *e)
{
	free(e->fresh);
	e->fresh = NULL;
	e->fresh_n = 0;
}

/* The usual places have all failed.  True: asked once more. */
static bool ask_unvalidated(struct resolver *r, struct dns_table_entry *e)
{
	struct dns_message m;

	if (!e->bytes || e->only)
		return false;
	read_bytes(r, e, (str){ e->bytes, e->bytes_n }, e->bytes_place, &m);
	if (m.answer.status != DNS_SERVFAIL || m.rcode != 2 || m.ede >= 0)
		return false;
	e->stage = DNS_TABLE_UNVALIDATED;
	e->round = 0;
	(void)choose(r, e);
	fly(r, e);
	return true;
}

static void fail(struct resolver *r, struct dns_table_entry *e, bool only_validation)
{
	struct dns_message m;

	if (e->stage == DNS_TABLE_USUAL && ask_unvalidated(r, e))
		return;
	if (e->bytes)
		read_bytes(r, e, (str){ e->bytes, e->bytes_n }, e->bytes_place, &m);
	else
		explain(r, e, &m);
	if (only_validation) {
		m.answer.status = DNS_BOGUS;
		(void)why_set(&m.why, E_TEMP, "RFC 4035 5.5", 0,
		    "validation fails: without it there is an answer");
	}
	deliver(r, e, &m);
}

/* A flight ended without an answer of use. */
static void failed(struct resolver *r, struct dns_table_entry *e, enum dns_status status)
{
	bool only_validation = e->stage == DNS_TABLE_AGAIN && status == DNS_SERVFAIL;

	if (e->end == NAME_SERVER_TIMEOUT) {
		r->counts.timeouts++;
		e->had_timeout = true;
	} else {
		e->given_up |= (uint8_t)(1u << e->place);
	}
	if (e->fresh && (!e->bytes || status == DNS_BOGUS))
		take_fresh(e);
	drop_fresh(e);
	if (e->stage == DNS_TABLE_USUAL && choose(r, e))
		fly(r, e);
	else
		fail(r, e, only_validation);
}

/* e has left its list, and something has come or not. */
static void judge(struct resolver *r, struct dns_table_entry *e)
{
	struct dns_message m = { .answer = { .status = DNS_TIMEOUT } };

	if (e->is_refused) {
		explain(r, e, &m);
		deliver(r, e, &m);
		return;
	}
	if (e->fresh)
		read_bytes(r, e, (str){ e->fresh, e->fresh_n }, e->place, &m);
	if (dns_failed(m.answer.status)) {
		failed(r, e, m.answer.status);
		return;
	}
	if (e->stage == DNS_TABLE_UNVALIDATED) {
		drop_fresh(e);
		e->stage = DNS_TABLE_AGAIN;
		fly(r, e);
		return;
	}
	if (e->had_timeout && !e->only)
		r->favourite = e->place;
	take_fresh(e);
	e->is_answered = true;
	e->until_ms = clock_ms() + (uint64_t)m.answer.ttl_s * 1000;
	deliver(r, e, &m);
}

/* An answer that was kept, asked for again. */
static void repeat(struct resolver *r, struct dns_table_entry *e)
{
	uint64_t now = clock_ms(), left_s = e->until_ms > now ? (e->until_ms - now + 999) / 1000 : 1;
	struct dns_message m;

	read_bytes(r, e, (str){ e->bytes, e->bytes_n }, e->bytes_place, &m);
	if (left_s < m.answer.ttl_s)
		m.answer.ttl_s = (uint32_t)left_s;
	deliver(r, e, &m);
}

static void turned(void *arg, unsigned what)
{
	struct resolver *r = arg;
	struct dns_table_entry *e = r->table.lists[DNS_TABLE_READY].first, *next;

	(void)what;
	r->table.lists[DNS_TABLE_READY].first = r->table.lists[DNS_TABLE_READY].last = NULL;
	r->has_turn = false;
	for (; e; e = next) {
		next = e->after;
		if (e->is_answered)
			repeat(r, e);
		else
			judge(r, e);
	}
	start_queued(r);
}

/* ---- asking ---- */

static struct resolver_question *wait_for(struct dns_table_entry *e, resolver_call *call, void *arg)
{
	struct resolver_question *q = memory_must(malloc(sizeof *q));

	*q = (struct resolver_question){ e, e->last, NULL, call, arg };
	*(e->last ? &e->last->after : &e->first) = q;
	e->last = q;
	return q;
}

static struct resolver_question *start(struct resolver *r, struct dns_table_entry *e, resolver_call *call,
    void *arg)
{
	struct resolver_question *q = wait_for(e, call, arg);

	e->resolver = r;
	dns_table_enter(&r->table, e, DNS_TABLE_QUEUED);
	start_queued(r);
	return q;
}

static str key_of(str name)
{
	if (name.n > 1 && name.p[name.n - 1] == '.')
		name.n--;
	return str_head(name, NAME_BYTES);
}

struct resolver_question *resolver_ask(
    struct resolver *r, str name, enum dns_type type, resolver_call *call, void *arg)
{
	str key = key_of(name);
	struct dns_table_entry *e = dns_table_find(&r->table, key, type);

	r->counts.asked++;
	if (e && e->state == DNS_TABLE_KEPT && e->until_ms <= clock_ms()) {
		forget(r, e);
		e = NULL;
	}
	if (e) {
		r->counts.known++;
		if (e->state == DNS_TABLE_KEPT) {
			dns_table_leave(&r->table, e);
			make_ready(r, e);
		}
		return wait_for(e, call, arg);
	}
	return start(r, dns_table_add(&r->table, key, type, true), call, arg);
}

struct resolver_question *resolver_ask_at(
    struct resolver *r, const struct resolver_at *at, resolver_call *call, void *arg)
{
	struct dns_table_entry *e = dns_table_add(&r->table, key_of(at->name), at->type, false);

	r->counts.asked++;
	e->only = memory_must(calloc(1, sizeof *e->only));
	e->only->at = at->server;
	if (name_server_open(r->loop, &at->server, r->timeout_ms, &e->only->server, NULL) != OK)
		(void)memory_must(NULL); /* resolver_open could; what is missing now is memory */
	return start(r, e, call, arg);
}

void resolver_cancel(struct resolver_question **question)
{
	struct resolver_question *q = *question;

	if (!q)
		return;
	unlink_question(q);
	if (!q->entry->first && q->entry->state == DNS_TABLE_QUEUED)
		forget(q->entry->resolver, q->entry);
	free(q);
	*question = NULL;
}

/* ---- opening and closing ---- */

static err open_places(struct resolver *r, const struct network_endpoint *at, size_t n, struct why *why)
{
	for (; r->places_n < n; r->places_n++) {
		struct dns_table_place *place = &r->places[r->places_n];

		place->at = at[r->places_n];
		place->trust_ad = r->trust_ad || network_is_loopback(&place->at.address); /* [D-01] */
		TRY(name_server_open(r->loop, &place->at, r->timeout_ms, &place->server, why));
	}
	return OK;
}

err resolver_open(
    struct loop *loop, const struct resolver_settings *settings, struct resolver **resolver, struct why *why)
{
	struct network_endpoint at[LIMIT_NAMESERVERS_N];
	struct resolver *r;
	size_t n = 0;
	err e;

	if (settings->servers.n > 0)
		TRY(resolv_conf_read_list(settings->servers, at, &n, why));
	else
		resolv_conf_load(settings->conf_file, at, &n);
	r = memory_must(calloc(1, sizeof *r));
	*r = (struct resolver){
		.loop = loop,
		.trust_ad = settings->trust_ad,
		.rounds = settings->rounds > 0 ? settings->rounds : ROUNDS_N,
		.open_max = settings->open_max > 0 ? settings->open_max : OPEN_MAX_N,
		.timeout_ms = settings->timeout_ms > 0 ? settings->timeout_ms : TIMEOUT_MS,
		.keep_bytes = settings->keep_bytes > 0 ? settings->keep_bytes : KEEP_BYTES,
		.mem = memory_must(malloc(LIMIT_DNS_ANSWER_BYTES)),
	};
	dns_table_open(&r->table);
	r->turn = loop_timer(loop, 1, turned, r);
	r->sweep = loop_timer(loop, 1, swept, r);
	e = open_places(r, at, n, why);
	if (e != OK) {
		resolver_close(r);
		return e;
	}
	*resolver = r;
	return OK;
}

void resolver_close(struct resolver *r)
{
	if (!r)
		return;
	for (size_t i = 0; i < r->places_n; i++)
		name_server_close(r->places[i].server);
	for (size_t i = 0; i < DNS_TABLE_STATE_N; i++)
		for (struct dns_table_entry *e = r->table.lists[i].first; e; e = e->after)
			while (e->first)
				free(pop(e));
	dns_table_close(&r->table);
	loop_drop(&r->turn);
	loop_drop(&r->sweep);
	free(r->mem);
	free(r);
}

struct resolver_counts resolver_count(const struct resolver *r)
{
	return r->counts;
}

bool resolver_describe(const struct resolver *r, struct out *out)
{
	bool trusted = true;

	for (size_t i = 0; i < r->places_n; i++) {
		out_str(out, i > 0 ? S(", ") : S(""));
		network_write_endpoint(&r->places[i].at, out);
		trusted &= r->places[i].trust_ad;
	}
	return trusted;
}
