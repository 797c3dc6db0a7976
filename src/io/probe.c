#include "io/probe.h"

#include "io/clock.h"
#include "io/memory.h"
#include "io/probe_queue.h"

#include <errno.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/socket.h>
#include <unistd.h>

#define TICK_MS 100  /* how exact time-outs are */
#define QUIT_MS 2000 /* for the answer to QUIT, which tells us nothing */
#define INPUT_BYTES 4096

struct order {
	struct probe_queue_order queue; /* first: the queue knows only this */
	struct probe_order ask;
	probe_call *call;
	void *arg;
	char recipient[]; /* ask.recipient points here */
};

enum state { CONNECTING, TALKING, SHAKING, BROKEN /* ends at the next tick */ };

struct probe {
	struct probes *owner;
	struct order *order; /* NULL: free */
	struct probe *next_free;
	enum state state;
	int fd; /* -1: none */
	struct loop_watch *watch;
	unsigned bits; /* what watch waits for */
	struct tls_session *session;
	uint64_t start_ms, step_ms; /* when it began, and when its present step did */
	uint64_t due_ms, end_ms;    /* for the present step, and for all */
	bool shaken;                /* there was a handshake, well or not */
	struct smtp dialogue;
	char input[INPUT_BYTES];
	str rest;                   /* of input, not yet read by the dialogue */
	size_t sent_n;              /* of smtp_to_write */
	struct probe_result result;
};

struct probes {
	struct loop *loop;
	struct tls *tls;
	struct probe_rules rules;
	struct domain name; /* for EHLO */
	struct probe_queue *queue;
	struct probe *slot, *free;
	struct loop_watch *tick;
	bool tick_soon;
	unsigned open_n;
	char chain[LIMIT_CHAIN_BYTES];
};

static void pump(struct probes *ps);

static uint32_t since(uint64_t then)
{
	uint64_t ms = clock_ms() - then;

	return ms > 0 ? (uint32_t)ms : 1; /* 0 says that it did not come to it */
}

static void next_step(struct probe *p, uint32_t ms)
{
	p->step_ms = clock_ms();
	p->due_ms = p->step_ms + ms;
}

static void tick_soon(struct probes *ps)
{
	if (ps->tick_soon)
		return;
	ps->tick_soon = true;
	loop_set(ps->tick, 0, 1);
}

static enum probe_trouble trouble_of(int number, bool at_once)
{
	switch (number) {
	case ECONNREFUSED:
		return PROBE_REFUSED;
	case ETIMEDOUT:
		return PROBE_CONNECT_TIMEOUT;
	case EHOSTUNREACH:
	case EHOSTDOWN:
		return PROBE_UNREACHABLE;
	case ENETUNREACH:
		return at_once ? PROBE_NO_WAY : PROBE_UNREACHABLE;
	case EADDRNOTAVAIL:
	case EAFNOSUPPORT:
	case EACCES:
	case EPERM:
		return PROBE_NO_WAY;
	case ECONNRESET:
	case EPIPE:
		return PROBE_LOST;
	default:
		return PROBE_LOCAL;
	}
}

static void note(struct probe *p, enum probe_trouble trouble, const char *text)
{
	p->result.trouble = trouble;
	(void)snprintf(p->result.text, sizeof p->result.text, "%s", text);
}

static void note_errno(struct probe *p, int number)
{
	note(p, trouble_of(number, false), strerror(number));
}

static enum probe_trouble trouble_in(const struct smtp *m)
{
	if (m->fault == SMTP_FAULT_LOST)
		return PROBE_LOST;
	if (m->fault == SMTP_FAULT_JUNK || m->fault == SMTP_FAULT_LIMIT)
		return PROBE_JUNK;
	if (m->greeting.code / 100 == 4)
		return PROBE_GREETED_LATER;
	if (m->greeting.code != 0 && m->greeting.code / 100 != 2)
		return PROBE_GREETED_AWAY;
	if (m->clear.reply.code != 0 && m->clear.reply.code / 100 != 2)
		return PROBE_EHLO_REFUSED;
	return PROBE_NO_TROUBLE;
}

static enum mx_check_outcome outcome_of(const struct probe *p)
{
	const struct smtp *m = &p->dialogue;

	if (m->secured)
		return MX_CHECK_TLS;
	if (p->shaken || m->fault == SMTP_FAULT_PLAINTEXT)
		return MX_CHECK_HANDSHAKE_FAILED;
	if (m->starttls.code != 0)
		return MX_CHECK_STARTTLS_REFUSED;
	if (m->phase == SMTP_PHASE_STARTTLS) /* lost on the word that it offered */
		return MX_CHECK_HANDSHAKE_FAILED;
	if (m->greeting.code / 100 == 2 && m->clear.reply.code / 100 == 2)
		return MX_CHECK_STARTTLS_MISSING;
	return MX_CHECK_UNREACHED;
}

static void complete(struct probe *p)
{
	struct probe_result *r = &p->result;
	struct arena mem = ARENA(p->owner->chain);

	r->dialogue = &p->dialogue;
	r->outcome = outcome_of(p);
	if (r->trouble == PROBE_NO_TROUBLE)
		r->trouble = trouble_in(&p->dialogue);
	r->total_ms = since(p->start_ms);
	if (r->outcome == MX_CHECK_TLS) {
		tls_facts(p->session, &mem, &r->tls);
		cert_chain_digest(&r->tls.chain, r->chain_digest);
	} else if (r->outcome == MX_CHECK_HANDSHAKE_FAILED && !p->shaken) {
		r->handshake.fault.kind = r->trouble == PROBE_TIMEOUT ? TLS_FAULT_TIMEOUT : TLS_FAULT_CLOSED;
	}
}

static void hang_up(struct probe *p)
{
	tls_end(&p->session, p->dialogue.phase == SMTP_PHASE_QUIT);
	loop_drop(&p->watch);
	if (p->fd >= 0)
		(void)close(p->fd);
	p->fd = -1;
}

static void finish(struct probe *p)
{
	struct probes *ps = p->owner;
	struct order *order = p->order;

	complete(p);
	order->call(order->arg, &p->result);
	hang_up(p);
	probe_queue_done(ps->queue, &order->queue);
	free(order);
	p->order = NULL;
	p->next_free = ps->free;
	ps->free = p;
	ps->open_n--;
	pump(ps);
}

static void wait_for(struct probe *p, unsigned bits)
{
	if (p->bits == bits)
		return;
	p->bits = bits;
	loop_set(p->watch, bits, 0);
}

/* The connection is gone; what the dialogue had not yet said stays unsaid. */
static void lose(struct probe *p, int number)
{
	if (p->dialogue.phase != SMTP_PHASE_QUIT && number != 0)
		note_errno(p, number);
	smtp_lost(&p->dialogue);
}

/* False: wait. */
static bool step_tls(struct probe *p, enum tls_step step)
{
	struct tls_failure failure;

	if (step == TLS_WANT_READ || step == TLS_WANT_WRITE) {
		wait_for(p, step == TLS_WANT_READ ? LOOP_READ : LOOP_WRITE);
		return false;
	}
	if (step == TLS_OK)
		return true;
	tls_failure(p->session, &failure);
	if (p->state == SHAKING)
		p->result.handshake = failure;
	else if (p->dialogue.phase != SMTP_PHASE_QUIT)
		note(p, PROBE_LOST, failure.text);
	smtp_lost(&p->dialogue);
	return true;
}

static bool write_clear(struct probe *p)
{
	str bytes = str_skip(smtp_to_write(&p->dialogue), p->sent_n);
	ssize_t n = send(p->fd, bytes.p, bytes.n, MSG_NOSIGNAL);

	if (n < 0 && (errno == EAGAIN || errno == EINTR)) {
		wait_for(p, LOOP_WRITE);
		return false;
	}
	if (n < 0)
		lose(p, errno);
	else
		p->sent_n += (size_t)n;
	return true;
}

static bool do_write(struct probe *p)
{
	str bytes = smtp_to_write(&p->dialogue);

	if (!(p->session ? step_tls(p, tls_write(p->session, bytes)) : write_clear(p)))
		return false;
	if (p->dialogue.want == SMTP_DONE || (!p->session && p->sent_n < bytes.n))
		return true;
	p->sent_n = 0;
	smtp_written(&p->dialogue);
	next_step(p, p->dialogue.phase == SMTP_PHASE_QUIT ? QUIT_MS : p->owner->rules.reply_ms);
	return true;
}

static bool read_clear(struct probe *p)
{
	ssize_t n = recv(p->fd, p->input, sizeof p->input, 0);

	if (n < 0 && (errno == EAGAIN || errno == EINTR)) {
		wait_for(p, LOOP_READ);
		return false;
	}
	if (n <= 0)
		lose(p, n < 0 ? errno : 0);
	else
		p->rest = (str){ p->input, (size_t)n };
	return true;
}

static bool read_secured(struct probe *p)
{
	size_t n = 0;

	if (!step_tls(p, tls_read(p->session, p->input, sizeof p->input, &n)))
		return false;
	p->rest = (str){ p->input, n };
	return true;
}

static bool do_read(struct probe *p)
{
	bool greeted = p->dialogue.greeting.code != 0;

	if (p->rest.n == 0 && !(p->session ? read_secured(p) : read_clear(p)))
		return false;
	smtp_read(&p->dialogue, &p->rest);
	if (!greeted && p->dialogue.greeting.code != 0)
		p->result.greeting_ms = since(p->step_ms);
	return true;
}

static bool start_shaking(struct probe *p)
{
	const struct probe_order *ask = &p->order->ask;
	struct tls_wish wish = { domain_str(&ask->name), ask->versions, ask->keys, ask->classic };
	struct why why;

	if (p->rest.n > 0) {
		smtp_secured(&p->dialogue, true);
		return false;
	}
	if (tls_start(p->owner->tls, p->fd, &wish, &p->session, &why) != OK) {
		note(p, PROBE_LOCAL, why.text);
		smtp_lost(&p->dialogue);
		return false;
	}
	p->state = SHAKING;
	p->shaken = true;
	next_step(p, p->owner->rules.handshake_ms);
	return true;
}

static bool do_handshake(struct probe *p)
{
	if (p->state != SHAKING && !start_shaking(p))
		return true;
	if (!step_tls(p, tls_handshake(p->session)))
		return false;
	p->result.handshake_ms = since(p->step_ms);
	p->state = TALKING;
	if (p->dialogue.want != SMTP_DONE)
		smtp_secured(&p->dialogue, false);
	return true;
}

/* Whatever can be done without waiting. */
static void drive(struct probe *p)
{
	for (;;) {
		bool go_on = true;

		switch (p->dialogue.want) {
		case SMTP_READ:
			go_on = do_read(p);
			break;
		case SMTP_WRITE:
			go_on = do_write(p);
			break;
		case SMTP_TLS:
			go_on = do_handshake(p);
			break;
		case SMTP_DONE:
			finish(p);
			return;
		}
		if (!go_on)
			return;
	}
}

static void on_event(void *arg, unsigned what)
{
	struct probe *p = arg;
	socklen_t n = sizeof(int);
	int number = 0;

	(void)what;
	if (p->state != CONNECTING) {
		drive(p);
		return;
	}
	if (getsockopt(p->fd, SOL_SOCKET, SO_ERROR, &number, &n) != 0)
		number = errno;
	if (number != 0) {
		note_errno(p, number);
		finish(p);
		return;
	}
	p->result.connect_ms = since(p->start_ms);
	p->state = TALKING;
	next_step(p, p->owner->rules.greeting_ms);
	wait_for(p, LOOP_READ);
}

static void out_of_time(struct probe *p)
{
	if (p->state == CONNECTING) {
		note(p, PROBE_CONNECT_TIMEOUT, "");
	} else if (p->dialogue.phase != SMTP_PHASE_QUIT) {
		note(p, PROBE_TIMEOUT, "");
		if (p->state == SHAKING)
			p->result.handshake.fault.kind = TLS_FAULT_TIMEOUT;
		smtp_lost(&p->dialogue);
	}
	finish(p);
}

static void broken(struct probe *p, enum probe_trouble trouble, const char *text)
{
	note(p, trouble, text);
	p->state = BROKEN;
	tick_soon(p->owner);
}

static socklen_t to_sockaddr(const struct probe_order *ask, struct sockaddr_storage *to)
{
	struct sockaddr_in6 *six = (struct sockaddr_in6 *)to;
	struct sockaddr_in *four = (struct sockaddr_in *)to;
	in_port_t port = htons(ask->to.port ? ask->to.port : 25);

	memset(to, 0, sizeof *to);
	if (ask->to.address.n == 16) {
		six->sin6_family = AF_INET6;
		six->sin6_port = port;
		memcpy(&six->sin6_addr, ask->to.address.bytes, 16);
		return sizeof *six;
	}
	four->sin_family = AF_INET;
	four->sin_port = port;
	memcpy(&four->sin_addr, ask->to.address.bytes, 4);
	return sizeof *four;
}

static void start_connecting(struct probe *p)
{
	const struct probe_order *ask = &p->order->ask;
	struct sockaddr_storage to;
	socklen_t n = to_sockaddr(ask, &to);
	int one = 1;

	if (!network_may_connect(&ask->to.address, &p->owner->rules.allow)) {
		broken(p, PROBE_FORBIDDEN, "a private address");
		return;
	}
	p->fd = socket(to.ss_family, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);
	if (p->fd < 0) {
		broken(p, trouble_of(errno, true), strerror(errno));
		return;
	}
	(void)setsockopt(p->fd, IPPROTO_TCP, TCP_NODELAY, &one, sizeof one);
	if (connect(p->fd, (const struct sockaddr *)&to, n) != 0 && errno != EINPROGRESS) {
		broken(p, trouble_of(errno, true), strerror(errno));
		return;
	}
	p->bits = LOOP_WRITE;
	p->watch = loop_watch(p->owner->loop, p->fd, p->bits, 0, on_event, p);
}

static void start(struct probes *ps, struct order *order)
{
	struct probe *p = ps->free;
	const struct probe_order *ask = &order->ask;
	struct smtp_plan plan = { .name = domain_str(&ps->name), .no_tls = ask->no_tls, .again = ask->again,
		.inject = ask->inject, .recipient = ask->recipient };
	struct why why;

	ps->free = p->next_free;
	ps->open_n++;
	p->order = order;
	p->state = CONNECTING;
	p->fd = -1;
	p->shaken = false;
	p->rest = S("");
	p->sent_n = 0;
	p->result = (struct probe_result){ 0 };
	next_step(p, ps->rules.connect_ms);
	p->start_ms = p->step_ms;
	p->end_ms = p->start_ms + ps->rules.total_ms;
	if (smtp_start(&p->dialogue, &plan, &why) == OK)
		start_connecting(p);
	else
		broken(p, PROBE_LOCAL, why.text);
}

static void pump(struct probes *ps)
{
	struct probe_queue_order *next;

	while (ps->free && (next = probe_queue_take(ps->queue, clock_ms())))
		start(ps, (struct order *)next);
}

static void on_tick(void *arg, unsigned what)
{
	struct probes *ps = arg;
	uint64_t now = clock_ms();

	(void)what;
	ps->tick_soon = false;
	for (unsigned i = 0; i < ps->rules.open_n; i++) {
		struct probe *p = &ps->slot[i];

		if (p->order && p->state == BROKEN)
			finish(p);
		else if (p->order && (now >= p->due_ms || now >= p->end_ms))
			out_of_time(p);
	}
	pump(ps);
	if (!ps->tick_soon && (ps->open_n > 0 || probe_queue_busy(ps->queue)))
		loop_set(ps->tick, 0, TICK_MS);
}

static err take_name(struct probes *ps, str name, struct why *why)
{
	char host[LIMIT_DOMAIN_BYTES + 2] = "";

	if (name.n > 0)
		return domain_read(name, &ps->name, why);
	if (gethostname(host, sizeof host - 1) != 0 || domain_read(str_of(host), &ps->name, NULL) != OK)
		return domain_read(S("localhost"), &ps->name, why);
	return OK;
}

static uint32_t or_default(uint32_t value, uint32_t usual)
{
	return value > 0 ? value : usual;
}

err probe_open(struct loop *loop, struct tls *tls, const struct probe_rules *rules, struct probes **probes,
    struct why *why)
{
	struct probes *ps = memory_must(calloc(1, sizeof *ps));
	struct probe_rules *r = &ps->rules;
	err e = take_name(ps, rules->name, why);

	if (e != OK) {
		free(ps);
		return e;
	}
	ps->loop = loop;
	ps->tls = tls;
	*r = *rules;
	r->open_n = or_default(r->open_n, 256);
	r->open_n = r->open_n < LIMIT_PROBES_N ? r->open_n : LIMIT_PROBES_N;
	r->per_host_n = or_default(r->per_host_n, 2);
	r->connect_ms = or_default(r->connect_ms, 10000);
	r->greeting_ms = or_default(r->greeting_ms, 30000);
	r->reply_ms = or_default(r->reply_ms, 20000);
	r->handshake_ms = or_default(r->handshake_ms, 20000);
	r->total_ms = or_default(r->total_ms, 60000);
	ps->queue = probe_queue_open(r->per_host_n, r->pause_ms);
	ps->slot = memory_must(calloc(r->open_n, sizeof *ps->slot));
	for (unsigned i = r->open_n; i-- > 0;) {
		ps->slot[i].owner = ps;
		ps->slot[i].next_free = ps->free;
		ps->free = &ps->slot[i];
	}
	ps->tick = loop_timer(loop, 1, on_tick, ps);
	*probes = ps;
	return OK;
}

static void drop_order(struct probe_queue_order *order)
{
	free(order);
}

void probe_close(struct probes *ps)
{
	if (!ps)
		return;
	for (unsigned i = 0; i < ps->rules.open_n; i++) {
		if (!ps->slot[i].order)
			continue;
		hang_up(&ps->slot[i]);
		free(ps->slot[i].order);
	}
	probe_queue_close(ps->queue, drop_order);
	loop_drop(&ps->tick);
	free(ps->slot);
	free(ps);
}

void probe_start(struct probes *ps, const struct probe_order *ask, probe_call *call, void *arg)
{
	struct order *order = memory_must(malloc(sizeof *order + ask->recipient.n));

	*order = (struct order){ .ask = *ask, .call = call, .arg = arg };
	if (ask->recipient.n > 0)
		memcpy(order->recipient, ask->recipient.p, ask->recipient.n);
	order->ask.recipient.p = order->recipient;
	probe_queue_add(ps->queue, &ask->to.address, &order->queue);
	tick_soon(ps);
}

void probe_session(const struct probe_result *result, struct mx_check_session *session)
{
	*session = (struct mx_check_session){
		.outcome = result->outcome,
		.smtp_code = result->dialogue->starttls.code,
		.handshake = result->handshake.fault,
		.requiretls_offered = (result->dialogue->tls.keywords & SMTP_REQUIRETLS) != 0,
	};
}
