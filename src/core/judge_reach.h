/*
 * judge_reach - which addresses could be reached, in words; and what this host cannot reach at all.
 *
 * For core/judge_*.c only.  Pure.
 */
#ifndef CORE_JUDGE_REACH_H
#define CORE_JUDGE_REACH_H

#include "base/out.h"
#include "core/inspection.h"

#define JUDGE_REACH_BYTES 512 /* INSPECTION_IP_N of 45 bytes, and what stands between */

/* An IPv6 address without a way to it, and nothing shows that this host has IPv6. */
bool judge_reach_no_ipv6(const struct inspection *i, str ip, enum inspection_reach reach);

/* "are refused", "get no answer", ...: what happens to connections. */
const char *judge_reach(enum inspection_reach reach);

/* The ips marked in chosen, as "a, b and c". */
str judge_reach_list(char room[JUDGE_REACH_BYTES], const str ip[INSPECTION_IP_N], size_t ip_n, unsigned chosen);

#endif
