/*
 * probe_queue - whose turn it is: manners towards strangers' hosts.
 *
 *   waiting orders, by address --take--> open connections --done--> a rest for the address
 *
 * An address has at most per_host_n connections at once, and pause_ms from the
 * beginning of one to the beginning of the next.  Addresses take turns, so that
 * one with many orders does not hold up the others.
 *
 * Time is an argument.  Memory that runs out ends the process.
 */
#ifndef IO_PROBE_QUEUE_H
#define IO_PROBE_QUEUE_H

#include "base/str.h"
#include "io/network.h"

struct probe_queue;
struct probe_queue_host; /* an address with orders, connections, or in need of rest */

/* The first member of what waits; the rest is the caller's. */
struct probe_queue_order {
	struct probe_queue_order *next;
	struct probe_queue_host *host;
};

struct probe_queue *probe_queue_open(unsigned per_host_n, uint32_t pause_ms);

/* drop gets every order that still waits. */
void probe_queue_close(struct probe_queue *queue, void (*drop)(struct probe_queue_order *order));

void probe_queue_add(struct probe_queue *queue, const struct network_address *address,
    struct probe_queue_order *order);

/* The next that may begin now; NULL: none.  Counts as open until probe_queue_done. */
struct probe_queue_order *probe_queue_take(struct probe_queue *queue, uint64_t now_ms);
void probe_queue_done(struct probe_queue *queue, struct probe_queue_order *order);

/* Something could be taken, now or after a rest: ask again in a while. */
bool probe_queue_busy(const struct probe_queue *queue);

#endif
