#include "app/postseal/addresses.h"

#include <stdio.h>
#include <stdlib.h>

#include "io/memory.h"
#include "wire/domain.h"

struct lookup {
	struct resolver *resolver;
	struct addresses seen;
	bool has_aaaa; /* was asked for */
	addresses_call *call;
	void *arg;
	char host[LIMIT_DOMAIN_BYTES + 1];
};

static void came(void *arg, const struct dns_message *m)
{
	struct lookup *l = arg;

	l->seen.failed = l->seen.failed || dns_failed(m->answer.status);
	for (size_t k = 0; k < m->records_n && l->seen.n < ADDRESSES_N; k++) {
		struct network_address *to = &l->seen.address[l->seen.n++];

		to->n = (uint8_t)m->records[k].value.n;
		memcpy(to->bytes, m->records[k].value.p, to->n);
	}
	if (!l->has_aaaa) {
		l->has_aaaa = true;
		(void)resolver_ask(l->resolver, str_of(l->host), DNS_TYPE_A, came, l);
		return;
	}
	l->call(l->arg, &l->seen);
	free(l);
}

void addresses_ask(struct resolver *resolver, str host, addresses_call *call, void *arg)
{
	struct lookup *l = memory_must(calloc(1, sizeof *l));

	*l = (struct lookup){ .resolver = resolver, .call = call, .arg = arg };
	(void)snprintf(l->host, sizeof l->host, "%.*s", STR_ARG(host));
	(void)resolver_ask(resolver, str_of(l->host), DNS_TYPE_AAAA, came, l);
}
