/*
 * loop - one event loop in every process: descriptors, timers, signals.
 *
 * Callbacks run from loop_run, one at a time.  A watch or timer belongs to
 * whoever made it, who ends it with loop_drop, also from its own callback.
 * Memory that runs out ends the process: nothing here fails half-way.  The only
 * file that knows libevent's core.
 */
#ifndef IO_LOOP_H
#define IO_LOOP_H

#include "base/err.h"
#include "base/str.h"

struct loop;
struct loop_watch; /* a watched descriptor, a timer or a signal */

#define LOOP_READ 1u
#define LOOP_WRITE 2u
#define LOOP_TIME 4u /* the timer of a watch, or a timer alone, ran out */

/* what: LOOP_ bits that happened; of a signal its number */
typedef void loop_call(void *arg, unsigned what);

struct loop *loop_open(void);
void loop_close(struct loop *loop); /* NULL is allowed; drop every watch before */

void loop_run(struct loop *loop);  /* until loop_stop, or nothing is left to wait for */
void loop_stop(struct loop *loop); /* after the callback that runs now */

/*
 * Call for every time fd can be read or written (bits), until dropped or set
 * anew.  ms > 0: call with LOOP_TIME too after so long without either.
 */
struct loop_watch *loop_watch(struct loop *loop, int fd, unsigned bits, uint32_t ms, loop_call *call, void *arg);
void loop_set(struct loop_watch *watch, unsigned bits, uint32_t ms); /* bits 0 and ms 0: sleep */

/* A timer that calls once, and once more for every loop_set; bits LOOP_TIME and ms 0: at the next turn. */
struct loop_watch *loop_timer(struct loop *loop, uint32_t ms, loop_call *call, void *arg);
struct loop_watch *loop_signal(struct loop *loop, int number, loop_call *call, void *arg);

void loop_drop(struct loop_watch **watch); /* *watch becomes NULL; NULL is allowed */

#endif
