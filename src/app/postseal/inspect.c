#include "app/postseal/inspect.h"

#include <stdio.h>
#include <stdlib.h>

#include "app/postseal/probed.h"

#define SCRATCH_BYTES (1 << 18)

struct inspect {
	struct world *world;
	struct probed *probed;
	struct job *jobs;
	size_t fetches_n;
	char scratch[SCRATCH_BYTES];
};

/* One inspection under way. */
struct job {
	struct job *next, **at; /* in the inspect's list */
	struct inspect *inspect;
	struct inspect_run run;
	struct loop_watch *timer;
	size_t open;  /* questions with the world */
	bool over;    /* settled was called */
	bool pumping;
};

/* One question under way. */
struct ask {
	struct job *job;
	void *place;
};

static void *must(void *p)
{
	if (!p) {
		(void)fputs("postseal: out of memory\n", stderr);
		abort();
	}
	return p;
}

struct inspect *inspect_open(struct world *world)
{
	struct inspect *inspect = must(calloc(1, sizeof *inspect));

	inspect->world = world;
	inspect->probed = probed_open(world);
	return inspect;
}

void inspect_close(struct inspect *inspect)
{
	if (!inspect)
		return;
	probed_close(inspect->probed);
	free(inspect);
}

void inspect_count(const struct inspect *inspect, size_t *probes, size_t *fetches)
{
	*probes = probed_count(inspect->probed);
	*fetches = inspect->fetches_n;
}

static void pump(struct job *job);

static void finish(struct job *job)
{
	if (!job->over) {
		job->over = true;
		loop_drop(&job->timer);
		job->run.settled(job->run.arg, job->run.inspection);
	}
	if (job->open > 0)
		return;
	*job->at = job->next;
	if (job->next)
		job->next->at = job->at;
	job->run.released(job->run.arg, job->run.inspection);
	free(job);
}

static void time_is_up(void *arg, unsigned what)
{
	struct job *job = arg;

	(void)what;
	inspection_end(job->run.inspection);
	finish(job);
}

/* An answer came; where it goes is the caller's matter when the job is not over. */
static struct job *answered(struct ask *ask, void **place)
{
	struct job *job = ask->job;

	*place = ask->place;
	free(ask);
	job->open--;
	return job;
}

static void go_on(struct job *job)
{
	if (job->over)
		finish(job);
	else
		pump(job);
}

/* A record as findings want it. */
static struct inspection_record record_of(const struct dns_message_record *from, enum dns_type type, struct arena *mem)
{
	struct inspection_record to = { .text = from->value, .tag = from->tag, .number = from->number };

	if (type == DNS_TYPE_A || type == DNS_TYPE_AAAA) {
		struct network_address address = { .n = (uint8_t)from->value.n };
		char text[64];
		struct out out = OUT(text);

		memcpy(address.bytes, from->value.p, from->value.n <= 16 ? from->value.n : 16);
		network_write_address(&address, &out);
		to.text = (str){ 0 };
		(void)arena_copy(mem, out_done(&out), &to.text);
	} else if (str_eq(to.text, S(".")) && type == DNS_TYPE_MX) {
		to.text = (str){ 0 }; /* null MX */
	}
	return to;
}

struct dns_ask {
	struct ask ask;
	enum dns_type type;
};

static void dns_came(void *arg, const struct dns_message *m)
{
	struct dns_ask *d = arg;
	enum dns_type type = d->type;
	void *place;
	struct job *job = answered(&d->ask, &place);
	struct arena mem = ARENA(job->inspect->scratch);
	struct inspection_lookup l = { .answer = m->answer, .alias = (str *)(uintptr_t)(m->names + 1),
		.alias_n = m->names_n - 1, .note = m->ede_text.n > 0 ? m->ede_text : str_of(m->why.text) };

	if (!job->over) {
		if (!dns_failed(m->answer.status))
			l.note = m->ede_text;
		l.alias_loop = m->answer.status == DNS_MALFORMED && m->names_n > 1;
		l.record = arena_take(&mem, m->records_n + 1, sizeof *l.record);
		for (size_t k = 0; l.record && k < m->records_n; k++)
			l.record[l.record_n++] = record_of(&m->records[k], type, &mem);
		inspection_tell_dns(job->run.inspection, place, &l);
	}
	go_on(job);
}

static enum inspection_reach fetch_reach(const struct fetch_result *r)
{
	static const enum inspection_reach reaches[] = {
		[FETCH_CONNECT_OK] = INSPECTION_REACHED,
		[FETCH_CONNECT_NOWHERE] = INSPECTION_NOT_TRIED,
		[FETCH_CONNECT_PRIVATE] = INSPECTION_PRIVATE,
		[FETCH_CONNECT_REFUSED] = INSPECTION_REFUSED,
		[FETCH_CONNECT_UNREACHABLE] = INSPECTION_UNREACHABLE,
		[FETCH_CONNECT_TIMEOUT] = INSPECTION_TIMEOUT,
	};

	return r->fetch.cause == STS_FETCH_CONNECT ? reaches[r->connect] : INSPECTION_REACHED;
}

static void fetch_came(void *arg, const struct fetch_result *r)
{
	void *place;
	struct job *job = answered(arg, &place);
	struct arena mem = ARENA(job->inspect->scratch);
	struct inspection_fetch f = { .reach = fetch_reach(r), .fetch = r->fetch, .tls = str_of(r->tls_version),
		.ms = r->total_ms };

	if (!job->over) {
		f.cert = probed_cert(r->chain, r->verdict->faults, r->verdict->proven, false, &mem);
		if (r->head) {
			f.status = r->head->status;
			f.content_type = r->head->content_type;
			f.content_encoding = r->head->content_encoding;
			f.location = r->head->location;
			f.age = r->head->age;
			f.cache_control = r->head->cache_control;
		}
		f.body = r->reply.body;
		f.bytes = r->reply.body.n;
		if (r->fetch.cause == STS_FETCH_OK) {
			struct sts_policy policy;

			f.fetch = sts_fetch_check(&r->reply, &mem, &policy, NULL);
		}
		inspection_tell_fetch(job->run.inspection, place, &f);
	}
	go_on(job);
}

static void probe_came(void *arg, const struct inspection_probe *result)
{
	void *place;
	struct job *job = answered(arg, &place);

	if (!job->over)
		inspection_tell_probe(job->run.inspection, place, result);
	go_on(job);
}

static void ask_dns(struct job *job, const struct inspection_question *q)
{
	struct resolver *resolver = job->inspect->world->resolver;
	struct dns_ask *d = must(calloc(1, sizeof *d));

	*d = (struct dns_ask){ { job, q->place }, q->type };
	if (q->ask == INSPECTION_ASK_DNS_AT) {
		struct resolver_at at = { .name = q->name, .type = q->type, .server.port = 53 };

		if (network_read_address(q->ip, &at.server.address)) {
			(void)resolver_ask_at(resolver, &at, dns_came, d);
			return;
		}
	}
	(void)resolver_ask(resolver, q->name, q->type, dns_came, d);
}

static void ask_fetch(struct job *job, const struct inspection_question *q)
{
	struct network_address address = { 0 };
	struct fetch_request request = { .host = q->name, .addresses = &address };
	struct ask *ask = must(calloc(1, sizeof *ask));

	*ask = (struct ask){ job, q->place };
	request.addresses_n = network_read_address(q->ip, &address);
	job->inspect->fetches_n++;
	(void)fetch_start(job->inspect->world->fetch, &request, fetch_came, ask);
}

static void ask_probe(struct job *job, const struct inspection_question *q)
{
	struct ask *ask = must(calloc(1, sizeof *ask));

	*ask = (struct ask){ job, q->place };
	probed_ask(job->inspect->probed, q, job->run.inspection->now, probe_came, ask);
}

/* Every question that can be asked now.  Answers that come at once are told from within. */
static void pump(struct job *job)
{
	struct inspection_question q;

	if (job->pumping)
		return;
	job->pumping = true;
	while (inspection_next(job->run.inspection, &q)) {
		job->open++;
		if (q.ask == INSPECTION_ASK_FETCH)
			ask_fetch(job, &q);
		else if (q.ask == INSPECTION_ASK_PROBE)
			ask_probe(job, &q);
		else
			ask_dns(job, &q);
	}
	job->pumping = false;
	if (job->run.inspection->open == 0)
		finish(job);
}

static void begin(void *arg, unsigned what)
{
	struct job *job = arg;

	(void)what;
	loop_drop(&job->timer);
	job->timer = loop_timer(job->inspect->world->loop, job->inspect->world->settings.timeout_s * 1000, time_is_up, job);
	pump(job);
}

void inspect_start(struct inspect *inspect, const struct inspect_run *run)
{
	struct job *job = must(calloc(1, sizeof *job));

	*job = (struct job){ .inspect = inspect, .run = *run };
	job->next = inspect->jobs;
	job->at = &inspect->jobs;
	if (job->next)
		job->next->at = &job->next;
	inspect->jobs = job;
	job->timer = loop_timer(inspect->world->loop, 0, begin, job);
}

void inspect_stop(struct inspect *inspect)
{
	for (struct job *job = inspect->jobs, *next; job; job = next) {
		next = job->next;
		if (job->over)
			continue;
		inspection_end(job->run.inspection);
		finish(job);
	}
}
