/*
 * facts - what floor 3 saw, in the words of core/inspection.
 */
#ifndef POSTSEAL_FACTS_H
#define POSTSEAL_FACTS_H

#include "core/inspection.h"
#include "io/fetch.h"
#include "io/probe.h"

/* The facts of a host's certificate; texts in mem. */
struct inspection_cert facts_cert(const struct cert_chain *chain, const struct cert_verdict *verdict, bool stapled,
    struct arena *mem);

/* A copy with its texts in mem. */
struct inspection_cert facts_copy(const struct inspection_cert *cert, struct arena *mem);

/* How far a connection came. */
enum inspection_reach facts_of_probe(const struct probe_result *result);
enum inspection_reach facts_of_fetch(const struct fetch_result *result);

#endif
