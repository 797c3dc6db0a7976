/*
 * clock - what time it is.  The only place that asks.
 *
 * Decisions (floor 2) get the time as an argument; whoever drives them asks here.
 */
#ifndef IO_CLOCK_H
#define IO_CLOCK_H

#include "base/date.h"

unix_s clock_now(void);       /* seconds since 1970, UTC; may jump */
uint64_t clock_ms(void);      /* milliseconds of a clock that never jumps; for measuring only */

#endif
