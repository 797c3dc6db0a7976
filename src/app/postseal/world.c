#include "app/postseal/world.h"

#include <signal.h>
#include <stdio.h>
#include <stdlib.h>

#include "app/postseal/say.h"
#include "app/postseal/verb.h"

/* Every network there is: --allow-private. */
static const struct network everywhere[] = {
	{ .address = { .n = 4 }, .bits = 0 },
	{ .address = { .n = 16 }, .bits = 0 },
};

int world_option(struct world_settings *s, const char *verb, int letter, const char *value)
{
	uint64_t seconds;

	switch (letter) {
	case 'R':
		if (s->resolver_n == WORLD_RESOLVERS_N)
			return say_usage(verb, "--resolver may be given %d times at most", WORLD_RESOLVERS_N);
		s->resolvers[s->resolver_n++] = value;
		return VERB_FINE;
	case 'T':
		s->trust_ad = true;
		return VERB_FINE;
	case 'C':
		s->ca_file = value;
		return VERB_FINE;
	case 'O':
		if (!str_u64(str_of(value), 3600, &seconds) || seconds == 0)
			return say_usage(verb, "--timeout takes 1 to 3600 seconds, not \"%s\"", value);
		s->timeout_s = (unsigned)seconds;
		return VERB_FINE;
	case 'P':
		s->allow_private = true;
		return VERB_FINE;
	case 'E':
		s->ehlo = value;
		return VERB_FINE;
	default:
		return -1;
	}
}

static int refuse(const char *what, const struct why *why, int code)
{
	(void)fprintf(stderr, "postseal: %s: %s\n", what, why->text);
	return code;
}

/* The name servers of the options, as one text. */
static str servers_of(const struct world_settings *s, char *text, size_t cap)
{
	struct out out = { .p = text, .cap = cap };

	for (size_t k = 0; k < s->resolver_n; k++) {
		if (k > 0)
			out_char(&out, ',');
		out_str(&out, str_of(s->resolvers[k]));
	}
	return out_done(&out);
}

static int open_all(struct world *w)
{
	const struct world_settings *s = &w->settings;
	struct network_list allow = { .networks = everywhere, .n = s->allow_private ? ARRAY_N(everywhere) : 0 };
	/* each part of a check ends early enough to be told before the whole is ended */
	uint32_t part_ms = s->timeout_s * 1000 / 6 * 5;
	struct fetch_settings fetch = { .allow = allow, .timeout_ms = part_ms };
	struct probe_rules probes = { .allow = allow, .name = str_of(s->ehlo), .total_ms = part_ms,
		.per_host_n = s->per_host_n };
	char servers[512], described[512];
	struct out out = OUT(described);
	struct resolver_settings resolver = { .servers = servers_of(s, servers, sizeof servers), .trust_ad = s->trust_ad };
	struct why why = { 0 };

	if (resolver_open(w->loop, &resolver, &w->resolver, &why) != OK)
		return refuse("--resolver", &why, s->resolver_n > 0 ? VERB_USAGE : VERB_UNKNOWN);
	w->secure = resolver_describe(w->resolver, &out);
	if (cert_store_open(s->ca_file, &w->store, &why) != OK)
		return refuse("trusted roots", &why, VERB_UNKNOWN);
	if (tls_open(TLS_PROBING, NULL, NULL, &w->tls, &why) != OK)
		return refuse("TLS", &why, VERB_UNKNOWN);
	if (probe_open(w->loop, w->tls, &probes, &w->probes, &why) != OK)
		return refuse("--ehlo", &why, VERB_USAGE);
	fetch.store = w->store;
	if (fetch_open(w->loop, &fetch, &w->fetch, &why) != OK)
		return refuse("HTTPS", &why, VERB_UNKNOWN);
	return VERB_FINE;
}

int world_open(struct world *world, const struct world_settings *settings)
{
	int code;

	*world = (struct world){ .settings = *settings };
	if (world->settings.timeout_s == 0)
		world->settings.timeout_s = WORLD_TIMEOUT_S;
	(void)signal(SIGPIPE, SIG_IGN);
	world->loop = loop_open();
	code = open_all(world);
	if (code != VERB_FINE)
		world_close(world);
	return code;
}

void world_close(struct world *world)
{
	probe_close(world->probes);
	fetch_close(world->fetch);
	resolver_close(world->resolver);
	tls_close(world->tls);
	cert_store_close(world->store);
	loop_close(world->loop);
	*world = (struct world){ 0 };
}
