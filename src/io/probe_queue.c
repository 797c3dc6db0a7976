#include "io/probe_queue.h"

#include <stdlib.h>

#include "io/memory.h"

#define BUCKETS_N 4096

struct probe_queue_host {
	struct network_address address;
	struct probe_queue_host *bucket_next;
	struct probe_queue_host *next; /* in ready or resting */
	bool listed;                   /* in one of the two */
	unsigned open_n;
	uint64_t rested_ms;            /* from when on the next connection may begin */
	struct probe_queue_order *first, *last;
};

struct list {
	struct probe_queue_host *first, *last;
};

struct probe_queue {
	unsigned per_host_n;
	uint32_t pause_ms;
	struct list ready;   /* have an order that may begin */
	struct list resting; /* a pause has begun; in the order in which it ends */
	struct probe_queue_host *bucket[BUCKETS_N];
};

static void append(struct list *list, struct probe_queue_host *h)
{
	h->next = NULL;
	h->listed = true;
	if (list->last)
		list->last->next = h;
	else
		list->first = h;
	list->last = h;
}

static struct probe_queue_host *pop(struct list *list)
{
	struct probe_queue_host *h = list->first;

	if (!h)
		return NULL;
	list->first = h->next;
	if (!list->first)
		list->last = NULL;
	h->listed = false;
	return h;
}

static struct probe_queue_host **bucket_of(struct probe_queue *q, const struct network_address *address)
{
	uint32_t hash = 2166136261u;

	for (size_t i = 0; i < sizeof address->bytes; i++)
		hash = (hash ^ address->bytes[i]) * 16777619u;
	return &q->bucket[(hash ^ hash >> 16) % BUCKETS_N];
}

static struct probe_queue_host *host_of(struct probe_queue *q, const struct network_address *address)
{
	struct probe_queue_host **bucket = bucket_of(q, address), *h = *bucket;

	while (h && (h->address.n != address->n || memcmp(h->address.bytes, address->bytes, address->n) != 0))
		h = h->bucket_next;
	if (h)
		return h;
	h = memory_must(calloc(1, sizeof *h));
	h->address = *address;
	h->bucket_next = *bucket;
	*bucket = h;
	return h;
}

static void forget(struct probe_queue *q, struct probe_queue_host *h)
{
	struct probe_queue_host **at = bucket_of(q, &h->address);

	while (*at != h)
		at = &(*at)->bucket_next;
	*at = h->bucket_next;
	free(h);
}

struct probe_queue *probe_queue_open(unsigned per_host_n, uint32_t pause_ms)
{
	struct probe_queue *q = memory_must(calloc(1, sizeof *q));

	q->per_host_n = per_host_n;
	q->pause_ms = pause_ms;
	return q;
}

static struct probe_queue_order *shift(struct probe_queue_host *h)
{
	struct probe_queue_order *order = h->first;

	h->first = order->next;
	if (!h->first)
		h->last = NULL;
	return order;
}

void probe_queue_close(struct probe_queue *q, void (*drop)(struct probe_queue_order *order))
{
	for (size_t i = 0; i < BUCKETS_N; i++) {
		while (q->bucket[i]) {
			struct probe_queue_host *h = q->bucket[i];

			while (h->first)
				drop(shift(h));
			q->bucket[i] = h->bucket_next;
			free(h);
		}
	}
	free(q);
}

/* A host that is in no list: ready, or nowhere while its connections decide, or gone. */
static void place(struct probe_queue *q, struct probe_queue_host *h)
{
	if (h->listed)
		return;
	if (h->first && h->open_n < q->per_host_n)
		append(&q->ready, h);
	else if (!h->first && h->open_n == 0)
		forget(q, h);
}

void probe_queue_add(struct probe_queue *q, const struct network_address *address,
    struct probe_queue_order *order)
{
	struct probe_queue_host *h = host_of(q, address);

	order->next = NULL;
	order->host = h;
	if (h->first)
		h->last->next = order;
	else
		h->first = order;
	h->last = order;
	place(q, h);
}

struct probe_queue_order *probe_queue_take(struct probe_queue *q, uint64_t now_ms)
{
	struct probe_queue_host *h;
	struct probe_queue_order *order;

	while (q->resting.first && q->resting.first->rested_ms <= now_ms)
		place(q, pop(&q->resting));
	h = pop(&q->ready);
	if (!h)
		return NULL;
	order = shift(h);
	h->open_n++;
	h->rested_ms = now_ms + q->pause_ms;
	if (q->pause_ms > 0)
		append(&q->resting, h);
	else
		place(q, h);
	return order;
}

void probe_queue_done(struct probe_queue *q, struct probe_queue_order *order)
{
	order->host->open_n--;
	place(q, order->host);
}

bool probe_queue_busy(const struct probe_queue *q)
{
	return q->ready.first || q->resting.first;
}
