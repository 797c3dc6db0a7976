/*
 * date - seconds since 1970 (UTC, without leap seconds) and the ways they are written.
 *
 *   RFC 3339 5.6   2016-04-01T00:00:00Z   2016-04-01t00:00:00+02:00   (fractions dropped)
 *   RFC 5322 3.3   Fri, 01 Apr 2016 00:00:00 +0000
 *
 * Years 0001 to 9999.  A leap second (:60) is read as the second before it.
 */
#ifndef BASE_DATE_H
#define BASE_DATE_H

#include "base/err.h"
#include "base/out.h"

typedef int64_t unix_s; /* seconds since 1970-01-01T00:00:00Z */

#define DATE_DAY_S 86400

/* The whole of text is one date-time.  E_SYNTAX: not RFC 3339; E_RULE: no such day or time. */
err date_read(str text, unix_s *t, struct why *why) MUST_USE;

/* A date alone, 2016-04-01: its first second. */
err date_read_day(str text, unix_s *t, struct why *why) MUST_USE;

void date_write(unix_s t, struct out *out);       /* 2016-04-01T00:00:00Z */
void date_write_day(unix_s t, struct out *out);   /* 2016-04-01 */
void date_write_mail(unix_s t, struct out *out);  /* Fri, 01 Apr 2016 00:00:00 +0000 */

/* First second of the UTC day that holds t. */
unix_s date_day(unix_s t);

#endif
