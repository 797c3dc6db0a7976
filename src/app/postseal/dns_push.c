#include <stdio.h>

#include "app/postseal/dns.h"
#include "app/postseal/verb.h"
#include "io/clock.h"
#include "io/dns_update.h"
#include "io/file.h"

#define CHANGES_N 512
#define KEY_FILE_BYTES 4096

/* One push. */
struct work {
	struct look *look;
	const struct zone *zone;
	struct network_endpoint server;
	struct dns_update_key key;
	char apex[LIMIT_DOMAIN_BYTES + 1]; /* of the zone, as the server says */
	bool moved;                        /* the policy host's address was changed just now */
	bool waits, quiet;
};

static int refuse(const char *what, const struct why *why)
{
	(void)fprintf(stderr, "postseal: %s: %s\n", what, why->text);
	return VERB_UNKNOWN;
}

static int read_order(struct work *w, const struct dns_push *push)
{
	struct why why = { 0 };
	str text;

	w->server.port = 53;
	if (network_read_endpoint(str_of(push->server), &w->server, &why) != OK) {
		(void)fprintf(stderr,
		    "postseal: --push takes the name server's address, IP[@PORT], not \"%s\"\n", push->server);
		return VERB_USAGE;
	}
	if (file_read(push->key_file, KEY_FILE_BYTES, &w->look->mem, &text, &why) != OK)
		return refuse("--tsig-file", &why);
	if (dns_update_read_key(text, &w->key, &why) != OK)
		return refuse(push->key_file, &why);
	return VERB_FINE;
}

/* The server's SOA answer names the zone, also when it denies. */
static void soa_came(void *arg, const struct dns_message *m)
{
	struct work *w = arg;
	str apex = m->answer.status == DNS_FOUND ? m->names[m->names_n - 1] : m->zone;

	if (!dns_failed(m->answer.status) && m->authoritative && apex.n < sizeof w->apex)
		memcpy(w->apex, apex.p, apex.n);
	loop_stop(w->look->world.loop);
}

static int find_zone(struct work *w, const char *server)
{
	struct resolver_at at = { .server = w->server, .name = domain_str(&w->zone->domain), .type = DNS_TYPE_SOA };

	(void)resolver_ask_at(w->look->world.resolver, &at, soa_came, w);
	loop_run(w->look->world.loop);
	if (w->apex[0])
		return VERB_FINE;
	(void)fprintf(stderr, "postseal: %s does not answer for the zone of %s; --push takes its primary name server\n",
	    server, w->zone->domain.text);
	return VERB_UNKNOWN;
}

static bool is_change(enum zone_state state)
{
	return state == ZONE_MISSING || state == ZONE_DIFFERS || state == ZONE_SURPLUS;
}

/* Old out, new in: n records of one name.  How many changes. */
static size_t changes_of(const struct zone *zone, const struct zone_record *r, size_t n,
    struct dns_update_change change[CHANGES_N])
{
	size_t count = 0;

	for (size_t k = 0; k < n && count < CHANGES_N; k++)
		if (r[k].state != ZONE_MISSING)
			change[count++] = (struct dns_update_change){ .name = r[k].name, .type = r[k].type };
	for (size_t k = 0; k < n && count < CHANGES_N; k++)
		if (r[k].state != ZONE_SURPLUS)
			change[count++] = (struct dns_update_change){ true, r[k].name, r[k].type, zone->ttl_s,
				r[k].value };
	return count;
}

/* Why the records of this name cannot be sent now; NULL: they can. */
static const char *reason_to_wait(const struct work *w, const struct zone_record *r, size_t n)
{
	for (size_t k = 0; k < n; k++) {
		if (r[k].state == ZONE_UNKNOWN)
			return "what is live could not be found out";
		if (r[k].value.n == 0)
			return "it has no value yet";
		if (r[k].outside)
			return "it belongs to another zone";
		if (r[k].wait || (w->moved && r[k].type == DNS_TYPE_TXT && str_starts(r[k].name, S("_mta-sts."))))
			return "the policy host has to serve the policy first; then run this again"; /* [STS-8.1-b] */
	}
	return NULL;
}

static int push_name(struct work *w, const struct zone_record *r, size_t n)
{
	static struct dns_update_change change[CHANGES_N];
	struct dns_update update = { .zone = str_of(w->apex), .change = change };
	const char *reason = reason_to_wait(w, r, n);
	bool changes = false;
	struct why why = { 0 };

	for (size_t k = 0; k < n; k++)
		changes |= is_change(r[k].state) || r[k].state == ZONE_UNKNOWN;
	if (!changes)
		return VERB_FINE;
	if (reason) {
		w->waits = true;
		(void)fprintf(stderr, "%.*s: not sent: %s\n", STR_ARG(r->name), reason);
		return VERB_FINE;
	}
	update.change_n = changes_of(w->zone, r, n, change);
	if (dns_update_send(&w->server, &update, &w->key, clock_now(), &why) != OK) {
		(void)fprintf(stderr, "%.*s: not changed: %s\n", STR_ARG(r->name), why.text);
		return VERB_UNKNOWN;
	}
	w->moved |= str_starts(r->name, S("mta-sts."));
	if (!w->quiet)
		printf("%.*s: changed\n", STR_ARG(r->name));
	return VERB_FINE;
}

int dns_push(struct look *look, const struct dns_push *push, const struct zone *zone, bool quiet)
{
	struct work w = { .look = look, .zone = zone, .quiet = quiet };
	int code = read_order(&w, push);
	size_t n;

	if (code == VERB_FINE && !zone->equal)
		code = find_zone(&w, push->server);
	for (size_t k = 0; code == VERB_FINE && k < zone->record_n; k += n) {
		n = 1;
		while (k + n < zone->record_n && str_eq(zone->record[k + n].name, zone->record[k].name))
			n++;
		code = push_name(&w, &zone->record[k], n);
	}
	if (code == VERB_FINE && zone->equal && !quiet)
		printf("%s: nothing to change\n", zone->domain.text);
	return code != VERB_FINE ? code : w.waits ? VERB_NOT_FINE : VERB_FINE;
}
