#include "io/loop.h"

#include <event2/event.h>
#include <stdlib.h>

#include "io/memory.h"

struct loop {
	struct event_base *base;
};

struct loop_watch {
	struct event *event;
	struct loop *loop;
	int fd; /* -1: a timer */
	loop_call *call;
	void *arg;
};

struct loop *loop_open(void)
{
	struct loop *loop = memory_must(calloc(1, sizeof *loop));

	loop->base = memory_must(event_base_new());
	return loop;
}

void loop_close(struct loop *loop)
{
	if (!loop)
		return;
	event_base_free(loop->base);
	free(loop);
}

void loop_run(struct loop *loop)
{
	(void)event_base_dispatch(loop->base);
}

void loop_stop(struct loop *loop)
{
	(void)event_base_loopbreak(loop->base);
}

static void happened(evutil_socket_t fd, short what, void *arg)
{
	struct loop_watch *w = arg;

	if (what & EV_SIGNAL) {
		w->call(w->arg, (unsigned)fd);
		return;
	}
	w->call(w->arg, (what & EV_READ ? LOOP_READ : 0u) | (what & EV_WRITE ? LOOP_WRITE : 0u) |
	        (what & EV_TIMEOUT ? LOOP_TIME : 0u));
}

static struct loop_watch *watch_new(struct loop *loop, int fd, loop_call *call, void *arg)
{
	struct loop_watch *w = memory_must(calloc(1, sizeof *w));

	*w = (struct loop_watch){ .loop = loop, .fd = fd, .call = call, .arg = arg };
	return w;
}

static void add(struct loop_watch *w, uint32_t ms)
{
	struct timeval wait = { .tv_sec = ms / 1000, .tv_usec = ms % 1000 * 1000 };

	if (event_add(w->event, ms > 0 ? &wait : NULL) != 0)
		(void)memory_must(NULL);
}

static short event_bits(unsigned bits)
{
	return (short)(EV_PERSIST | (bits & LOOP_READ ? EV_READ : 0) | (bits & LOOP_WRITE ? EV_WRITE : 0));
}

struct loop_watch *loop_watch(struct loop *loop, int fd, unsigned bits, uint32_t ms, loop_call *call, void *arg)
{
	struct loop_watch *w = watch_new(loop, fd, call, arg);

	w->event = memory_must(event_new(loop->base, fd, event_bits(bits), happened, w));
	if (bits || ms)
		add(w, ms);
	return w;
}

void loop_set(struct loop_watch *w, unsigned bits, uint32_t ms)
{
	static const struct timeval now = { 0 };

	(void)event_del(w->event);
	if (w->fd < 0 && bits & LOOP_TIME && !ms && event_add(w->event, &now) != 0)
		(void)memory_must(NULL);
	if (w->fd < 0 || (!bits && !ms)) {
		if (ms)
			add(w, ms);
		return;
	}
	(void)event_assign(w->event, w->loop->base, w->fd, event_bits(bits), happened, w);
	add(w, ms);
}

struct loop_watch *loop_timer(struct loop *loop, uint32_t ms, loop_call *call, void *arg)
{
	struct loop_watch *w = watch_new(loop, -1, call, arg);
	struct timeval wait = { .tv_sec = ms / 1000, .tv_usec = ms % 1000 * 1000 };

	w->event = memory_must(event_new(loop->base, -1, 0, happened, w));
	if (event_add(w->event, &wait) != 0)
		(void)memory_must(NULL);
	return w;
}

struct loop_watch *loop_signal(struct loop *loop, int number, loop_call *call, void *arg)
{
	struct loop_watch *w = watch_new(loop, number, call, arg);

	w->event = memory_must(event_new(loop->base, number, EV_SIGNAL | EV_PERSIST, happened, w));
	add(w, 0);
	return w;
}

void loop_drop(struct loop_watch **watch)
{
	if (!*watch)
		return;
	event_free((*watch)->event);
	free(*watch);
	*watch = NULL;
}
