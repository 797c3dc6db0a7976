#include "app/postseal/inspect.h"

#include <stdio.h>
#include <stdlib.h>

#include "app/postseal/destination.h"
#include "app/postseal/facts.h"
#include "app/postseal/issuer.h"
#include "app/postseal/probed.h"
#include "app/postseal/revocation.h"
#include "io/memory.h"

#define SCRATCH_BYTES (1 << 18)
#define MENDING_BYTES (1 << 18) /* a certificate with LIMIT_CERT_NAMES_N names, its chain, a policy, fields */

struct inspect {
	struct world *world;
	struct issuers *issuers;
	struct revocations *revocations;
	bool deep;
	struct probed *probed;
	struct destinations *destinations;
	struct later *later;
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
	struct ask *asks; /* questions with the world */
	size_t open;      /* of them */
	bool over;    /* settled was called */
	bool pumping;
};

/* One question under way. */
struct ask {
	struct ask *next, **at; /* in the job's list */
	struct job *job;
	void *place;
	enum dns_type type;     /* DNS */
	struct mending *mending;
};

/* A policy that is fetched after a pause, and not yet. */
struct later {
	struct later *next, **at; /* in the inspect's list */
	struct ask *ask;
	struct loop_watch *timer;
	struct network_address address;
	char host[LIMIT_DOMAIN_BYTES + 1];
};

/* An answer whose certificate is still looked into. */
struct mending {
	struct inspection_fetch fetch;
	struct cert_chain chain;    /* when the issuer's list of revocations is asked for */
	char memory[MENDING_BYTES]; /* of both */
};

struct inspect *inspect_open(struct world *world, bool deep)
{
	struct inspect *inspect = memory_must(calloc(1, sizeof *inspect));

	inspect->world = world;
	inspect->deep = deep;
	inspect->issuers = issuer_open(world, deep);
	inspect->revocations = revocation_open(world, deep);
	inspect->probed = probed_open(world, inspect->issuers, inspect->revocations);
	inspect->destinations = destination_open(world);
	return inspect;
}

/* The ask stays. */
static void later_drop(struct later *l)
{
	*l->at = l->next;
	if (l->next)
		l->next->at = l->at;
	loop_drop(&l->timer);
	free(l);
}

static struct ask *ask_new(struct job *job, const struct inspection_question *q)
{
	struct ask *ask = memory_must(calloc(1, sizeof *ask));

	*ask = (struct ask){ .next = job->asks, .at = &job->asks, .job = job, .place = q->place, .type = q->type };
	if (ask->next)
		ask->next->at = &ask->next;
	job->asks = ask;
	job->open++;
	return ask;
}

static void ask_drop(struct ask *ask)
{
	*ask->at = ask->next;
	if (ask->next)
		ask->next->at = ask->at;
	ask->job->open--;
	free(ask->mending);
	free(ask);
}

static void job_drop(struct job *job)
{
	for (struct ask *ask = job->asks, *next; ask; ask = next) {
		next = ask->next;
		ask_drop(ask);
	}
	loop_drop(&job->timer);
	*job->at = job->next;
	if (job->next)
		job->next->at = job->at;
	free(job);
}

void inspect_close(struct inspect *inspect)
{
	if (!inspect)
		return;
	for (struct job *job = inspect->jobs, *next; job; job = next) {
		next = job->next;
		job_drop(job);
	}
	for (struct later *l = inspect->later, *next; l; l = next) {
		next = l->next;
		later_drop(l);
	}
	probed_close(inspect->probed);
	destination_close(inspect->destinations);
	revocation_close(inspect->revocations);
	issuer_close(inspect->issuers);
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
	struct inspect_run run;

	if (!job->over) {
		job->over = true;
		loop_drop(&job->timer);
		job->run.settled(job->run.arg, job->run.inspection);
	}
	if (job->open > 0)
		return;
	run = job->run;
	job_drop(job);
	run.released(run.arg, run.inspection);
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
	ask_drop(ask);
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

static void dns_came(void *arg, const struct dns_message *m)
{
	struct ask *ask = arg;
	enum dns_type type = ask->type;
	void *place;
	struct job *job = answered(ask, &place);
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

static void tell_fetch(struct ask *ask, const struct inspection_fetch *f)
{
	void *place;
	struct job *job = answered(ask, &place);

	if (!job->over)
		inspection_tell_fetch(job->run.inspection, place, f);
	go_on(job);
}

static void mended(void *arg, const struct cert_verdict *verdict)
{
	struct ask *ask = arg;
	struct mending *m = ask->mending;

	ask->mending = NULL;
	m->fetch.fetch.cert = m->fetch.cert.faults = verdict->faults;
	m->fetch.cert.chain_mended = verdict->proven;
	tell_fetch(ask, &m->fetch);
	free(m);
}

/* There was no handshake, so that there is nothing but the certificate. */
static void mend(struct ask *ask, const struct fetch_result *r, const struct inspection_fetch *f)
{
	const struct inspection *i = ask->job->run.inspection;
	struct mending *m = memory_must(malloc(sizeof *m));
	struct arena mem = ARENA(m->memory);
	char host[LIMIT_DOMAIN_BYTES + 16];

	ask->mending = m;
	m->fetch = (struct inspection_fetch){ .reach = f->reach, .fetch = f->fetch, .tls = f->tls, .ms = f->ms };
	m->fetch.cert = facts_cert(r->chain, r->verdict, false, &mem);
	(void)snprintf(host, sizeof host, "mta-sts.%s", i->domain.text);
	issuer_judge(ask->job->inspect->issuers, r->chain, str_of(host), i->now, mended, ask);
}

static void looked_up(void *arg, const struct crl_verdict *verdict)
{
	struct ask *ask = arg;
	struct mending *m = ask->mending;

	ask->mending = NULL;
	m->fetch.cert.revoked = verdict->word == CRL_REVOKED;
	m->fetch.cert.revoked_at = verdict->since;
	tell_fetch(ask, &m->fetch);
	free(m);
}

/* The answer is whole; only whether its certificate was revoked is not known yet. */
static void look_up(struct ask *ask, const struct fetch_result *r, const struct inspection_fetch *f)
{
	struct mending *m = memory_must(malloc(sizeof *m));
	struct arena mem = ARENA(m->memory);
	struct inspection_fetch *to = &m->fetch;
	str *const texts[] = { &to->content_type, &to->content_encoding, &to->location, &to->age, &to->cache_control,
		&to->body };

	ask->mending = m;
	m->fetch = *f;
	m->chain = *r->chain;
	to->cert = facts_copy(&f->cert, &mem);
	for (size_t k = 0; k < ARRAY_N(texts); k++) {
		str text = *texts[k];

		*texts[k] = (str){ 0 };
		(void)arena_copy(&mem, text, texts[k]);
	}
	for (size_t k = 0; k < m->chain.n; k++)
		if (!arena_copy(&mem, r->chain->der[k], &m->chain.der[k]))
			m->chain.n = k;
	revocation_ask(ask->job->inspect->revocations, &m->chain, f->cert.faults, ask->job->run.inspection->now, looked_up,
	    ask);
}

static void fetch_came(void *arg, const struct fetch_result *r)
{
	struct ask *ask = arg;
	struct inspect *inspect = ask->job->inspect;
	struct arena mem = ARENA(inspect->scratch);
	struct inspection_fetch f = { .reach = facts_of_fetch(r), .fetch = r->fetch, .tls = str_of(r->tls_version),
		.ms = r->total_ms };
	struct sts_policy policy;

	if (r->fetch.cause == STS_FETCH_CERTIFICATE && r->verdict->missing[0]) {
		mend(ask, r, &f);
		return;
	}
	if (r->verdict->faults == 0)
		issuer_saw(inspect->issuers, r->chain);
	f.cert = facts_cert(r->chain, r->verdict, false, &mem);
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
	if (r->fetch.cause == STS_FETCH_OK)
		f.fetch = sts_fetch_check(&r->reply, &mem, &policy, NULL);
	if (inspect->deep && r->chain->n > 0)
		look_up(ask, r, &f);
	else
		tell_fetch(ask, &f);
}

static void probe_came(void *arg, const struct inspection_probe *result)
{
	void *place;
	struct job *job = answered(arg, &place);

	if (!job->over)
		inspection_tell_probe(job->run.inspection, place, result);
	go_on(job);
}

static void deep_came(void *arg, const struct inspection_probe *result)
{
	void *place;
	struct job *job = answered(arg, &place);

	if (!job->over)
		inspection_tell_deep(job->run.inspection, place, result);
	go_on(job);
}

static void destination_came(void *arg, const struct inspection_destination *answer)
{
	void *place;
	struct job *job = answered(arg, &place);

	if (!job->over)
		inspection_tell_destination(job->run.inspection, place, answer);
	go_on(job);
}

/* A name server of the domain itself; one at a private address is a stranger's way into our network. */
static void ask_dns_at(struct job *job, const struct inspection_question *q)
{
	struct world *world = job->inspect->world;
	struct resolver_at at = { .name = q->name, .type = q->type, .server.port = 53 };

	if (!network_read_address(q->ip, &at.server.address) ||
	    (network_is_private(&at.server.address) && !world->settings.allow_private)) {
		job->open--;
		inspection_tell_dns(job->run.inspection, q->place, NULL);
		return;
	}
	(void)resolver_ask_at(world->resolver, &at, dns_came, ask_new(job, q));
}

static void ask_dns(struct job *job, const struct inspection_question *q)
{
	if (q->ask == INSPECTION_ASK_DNS_AT)
		ask_dns_at(job, q);
	else
		(void)resolver_ask(job->inspect->world->resolver, q->name, q->type, dns_came, ask_new(job, q));
}

static void start_fetch(struct ask *ask, str host, const struct network_address *address, bool no_sni)
{
	struct fetch_request request = { .host = host, .addresses = address, .addresses_n = address->n > 0,
		.no_sni = no_sni };

	ask->job->inspect->fetches_n++;
	(void)fetch_start(ask->job->inspect->world->fetch, &request, fetch_came, ask);
}

static void pause_ends(void *arg, unsigned what)
{
	struct later *l = arg;

	(void)what;
	start_fetch(l->ask, str_of(l->host), &l->address, false);
	later_drop(l);
}

static void fetch_later(struct ask *ask, const struct inspection_question *q, const struct network_address *address)
{
	struct inspect *inspect = ask->job->inspect;
	struct later *l = memory_must(calloc(1, sizeof *l));

	l->ask = ask;
	l->address = *address;
	(void)snprintf(l->host, sizeof l->host, "%.*s", STR_ARG(q->name));
	l->next = inspect->later;
	l->at = &inspect->later;
	if (l->next)
		l->next->at = &l->next;
	inspect->later = l;
	l->timer = loop_timer(inspect->world->loop, q->pause_ms, pause_ends, l);
}

static void ask_fetch(struct job *job, const struct inspection_question *q)
{
	struct network_address address = { 0 };
	struct ask *ask = ask_new(job, q);

	if (!network_read_address(q->ip, &address))
		address = (struct network_address){ 0 };
	if (q->pause_ms > 0)
		fetch_later(ask, q, &address);
	else
		start_fetch(ask, q->name, &address, q->no_sni);
}

static void ask_world(struct job *job, const struct inspection_question *q)
{
	struct inspect *inspect = job->inspect;

	switch (q->ask) {
	case INSPECTION_ASK_DNS:
	case INSPECTION_ASK_DNS_AT:
		ask_dns(job, q);
		break;
	case INSPECTION_ASK_FETCH:
		ask_fetch(job, q);
		break;
	case INSPECTION_ASK_PROBE:
		probed_ask(inspect->probed, q, job->run.inspection->now, probe_came, ask_new(job, q));
		break;
	case INSPECTION_ASK_DEEP:
		probed_ask_deep(inspect->probed, q, deep_came, ask_new(job, q));
		break;
	case INSPECTION_ASK_DESTINATION:
		destination_ask(inspect->destinations, q->name, destination_came, ask_new(job, q));
		break;
	}
}

/* Every question that can be asked now.  Answers that come at once are told from within. */
static void pump(struct job *job)
{
	struct inspection_question q;

	if (job->pumping)
		return;
	job->pumping = true;
	while (inspection_next(job->run.inspection, &q)) {
		ask_world(job, &q);
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
	struct job *job = memory_must(calloc(1, sizeof *job));

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
