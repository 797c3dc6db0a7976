/* dns - the records that a domain should publish, beside those that are live. */
#include "app/postseal/dns.h"

#include <stdio.h>

#include "app/postseal/look.h"
#include "app/postseal/option.h"
#include "app/postseal/say.h"
#include "app/postseal/verb.h"
#include "io/network.h"
#include "wire/json_out.h"
#include "wire/rua.h"

#define HOSTS_N 8
#define OUT_BYTES (4u << 20)

enum format { FORMAT_ZONE, FORMAT_NSUPDATE, FORMAT_JSON, FORMAT_TABLE };

static const struct option_row options[] = {
	{ "format", 'F', false, "FORM", "zone (default), nsupdate, json or table" },
	{ "rua", 'r', false, "URI",
	    "send reports to mailto:ADDRESS or https://... (may be repeated; default: the live ones)" },
	{ "policy", 'p', false, "FILE", "the policy to publish (default: the live one, mended)" },
	{ "policy-host", 'H', false, "ADDR|NAME",
	    "where mta-sts.DOMAIN is (addresses may be repeated; default: the live ones)" },
	{ "ttl", 't', false, "SECONDS", "of the records (default 3600)" },
	{ "tlsa", 'D', false, NULL, "TLSA 3 1 1 of the MX hosts' certificates too; only a signed zone makes sense of it" },
	{ "new-id", 'n', false, NULL, "a new id although the policy seems unchanged" },
	{ "push", 'u', false, "SERVER", "send the changes to this name server, IP[@PORT], by DNS UPDATE" },
	{ "tsig-file", 'k', false, "FILE", "the key for --push, as tsig-keygen prints it" },
	WORLD_OPTIONS,
	{ "json", 'j', false, NULL, "the same as --format json" },
	{ "quiet", 'q', true, NULL, "the exit code alone" },
	{ "help", 'h', true, NULL, "this text" },
	{ 0 },
};

static struct order {
	struct world_settings settings;
	struct zone_wish wish;
	enum format format;
	char rua[LIMIT_RUA_N * 256], name[LIMIT_DOMAIN_BYTES + 1];
	struct out rua_out;
	str host[HOSTS_N];
	const char *policy;
	struct dns_push push;
	bool quiet;
} order;

static int help(void)
{
	say_in(SAY_STRONG, "postseal dns");
	printf(" - the DNS records to publish for MTA-STS, TLS reporting and DANE, beside what is live\n\n"
	       "Usage: postseal dns [OPTION]... DOMAIN\n\n");
	option_help(options);
	printf("\nThe id of _mta-sts is new when the policy changes and stays when it does not.  It comes last: senders\n"
	       "that see a new id fetch the policy at once, so the web server has to serve it before (RFC 8461 8.1).\n\n"
	       "Examples:\n"
	       "  postseal dns --rua mailto:tlsrpt@example.com example.com\n"
	       "  postseal dns --policy mta-sts.txt --policy-host 192.0.2.1 --format nsupdate example.com | nsupdate -k KEY\n"
	       "  postseal dns --push 192.0.2.53 --tsig-file KEY example.com\n\n"
	       "Exit codes: 0 live is as it should be, 1 it differs, 2 wrong usage, 3 something could not be looked up.\n");
	return VERB_FINE;
}

static int read_format(const char *value)
{
	static const char *const names[] = { "zone", "nsupdate", "json", "table" };

	for (size_t k = 0; k < ARRAY_N(names); k++) {
		if (strcmp(names[k], value) == 0) {
			order.format = (enum format)k;
			return VERB_FINE;
		}
	}
	return say_usage("dns", "--format is zone, nsupdate, json or table, not \"%s\"", value);
}

static int read_rua(const char *value)
{
	struct why why = { 0 };
	struct rua rua;

	if (rua_read(str_of(value), &rua, &why) != OK) {
		if (strchr(value, '@') && !strchr(value, ':'))
			return say_usage("dns", "--rua is a URI; did you mean mailto:%s?", value);
		return say_usage("dns", "--rua \"%s\": %s", value, why.text);
	}
	if (order.rua_out.n > 0)
		out_char(&order.rua_out, ',');
	out_str(&order.rua_out, str_of(value));
	if (order.rua_out.full)
		return say_usage("dns", "the --rua are too many or too long");
	return VERB_FINE;
}

/* Addresses in the form DNS answers have, or one name. */
static int read_host(const char *value)
{
	static char text[HOSTS_N][64];
	struct network_address address;
	struct domain name;
	struct why why = { 0 };
	size_t n = order.wish.host_n;

	if (n == HOSTS_N || order.name[0])
		return say_usage("dns", "--policy-host is one name, or up to %d addresses", HOSTS_N);
	if (network_read_address(str_of(value), &address)) {
		struct out out = OUT(text[n]);

		network_write_address(&address, &out);
		order.host[n] = out_done(&out);
	} else if (domain_read(str_of(value), &name, &why) != OK || domain_is_address(domain_str(&name))) {
		return say_usage("dns", "--policy-host \"%s\" is neither an address nor a name", value);
	} else if (n > 0) {
		return say_usage("dns", "--policy-host is one name, or addresses, not both");
	} else {
		memcpy(order.name, name.text, sizeof order.name);
		order.host[n] = str_of(order.name);
	}
	order.wish.host_n++;
	return VERB_FINE;
}

static int read_ttl(const char *value)
{
	uint64_t n;

	if (!str_u64(str_of(value), 604800, &n) || n == 0)
		return say_usage("dns", "--ttl takes 1 to 604800 seconds, not \"%s\"", value);
	order.wish.ttl_s = (uint32_t)n;
	return VERB_FINE;
}

static int take_option(int letter, const char *value)
{
	switch (letter) {
	case 'F':
		return read_format(value);
	case 'r':
		return read_rua(value);
	case 'H':
		return read_host(value);
	case 't':
		return read_ttl(value);
	case 'p':
		order.policy = value;
		return VERB_FINE;
	case 'u':
		order.push.server = value;
		return VERB_FINE;
	case 'k':
		order.push.key_file = value;
		return VERB_FINE;
	default:
		order.wish.tlsa |= letter == 'D';
		order.wish.fresh |= letter == 'n';
		order.quiet |= letter == 'q';
		if (letter == 'j')
			order.format = FORMAT_JSON;
		return world_option(&order.settings, "dns", letter, value);
	}
}

/* Options; *first is the first argument.  -1: go on. */
static int read_options(int argc, char **argv, int *first)
{
	const char *value;
	int letter, code;

	order.rua_out = OUT(order.rua);
	while ((letter = option_next("dns", options, argc, argv, &value, first)) != OPTION_END) {
		if (letter == OPTION_WRONG)
			return VERB_USAGE;
		if (letter == 'h')
			return help();
		code = take_option(letter, value);
		if (code > VERB_FINE)
			return code;
	}
	order.wish.rua = out_done(&order.rua_out);
	order.wish.host = order.host;
	if (order.push.server && !order.push.key_file)
		return say_usage("dns", "--push needs --tsig-file: name servers take no unsigned changes");
	if (order.push.key_file && !order.push.server)
		return say_usage("dns", "--tsig-file goes with --push");
	return -1;
}

static void member(struct out *o, bool *first, const char *key, str value)
{
	json_out_key(o, first, key);
	json_out_str(o, value);
}

static void write_json(const struct zone *zone, const struct publication *p, struct out *o)
{
	bool first = true;

	out_char(o, '{');
	member(o, &first, "domain", domain_str(&zone->domain));
	json_out_key(o, &first, "equal");
	out_str(o, zone->equal ? S("true") : S("false"));
	json_out_key(o, &first, "policy_served");
	out_str(o, p->ready ? S("true") : S("false"));
	json_out_key(o, &first, "policy");
	out_str(o, S("{\"mode\":"));
	json_out_str(o, sts_policy_mode_name(p->policy.mode));
	out_fmt(o, ",\"max_age\":%u,\"mx\":", p->policy.max_age_s);
	json_out_strs(o, p->policy.mx, p->policy.mx_n);
	out_char(o, '}');
	json_out_key(o, &first, "records");
	out_char(o, '[');
	for (size_t k = 0; k < zone->record_n; k++) {
		const struct zone_record *r = &zone->record[k];
		bool inner = true;

		out_str(o, k ? S(",{") : S("{"));
		member(o, &inner, "name", r->name);
		member(o, &inner, "type", zone_type_name(r->type));
		json_out_key(o, &inner, "ttl");
		out_u64(o, zone->ttl_s);
		member(o, &inner, "value", r->value);
		member(o, &inner, "state", zone_state_name(r->state));
		json_out_key(o, &inner, "live");
		if (r->state == ZONE_DIFFERS)
			json_out_str(o, r->live);
		else
			out_str(o, S("null"));
		json_out_key(o, &inner, "wait");
		out_str(o, r->wait ? S("true") : S("false"));
		member(o, &inner, "note", r->note);
		out_char(o, '}');
	}
	out_str(o, S("]}\n"));
}

static void print_value(const struct zone_record *r, str value)
{
	static char text[4 * LIMIT_TXT_BYTES];
	struct out out = OUT(text);

	zone_write_value(r->type, value, &out);
	(void)say_text(out_done(&out));
}

static void print_table(const struct zone *zone)
{
	static const enum say_colour colours[] = {
		[ZONE_SAME] = SAY_GOOD,
		[ZONE_KEPT] = SAY_PLAIN,
		[ZONE_MISSING] = SAY_BAD,
		[ZONE_DIFFERS] = SAY_BAD,
		[ZONE_SURPLUS] = SAY_BAD,
		[ZONE_UNKNOWN] = SAY_NOTE,
	};
	size_t width = 0;

	for (size_t k = 0; k < zone->record_n; k++)
		if (zone->record[k].name.n > width)
			width = zone->record[k].name.n;
	for (size_t k = 0; k < zone->record_n; k++) {
		const struct zone_record *r = &zone->record[k];

		say_in(colours[r->state], "%-8.*s", STR_ARG(zone_state_name(r->state)));
		printf("%-*.*s  %-5.*s  ", (int)width, STR_ARG(r->name), STR_ARG(zone_type_name(r->type)));
		if (r->value.n > 0)
			print_value(r, r->value);
		putchar('\n');
		if (r->state == ZONE_DIFFERS) {
			printf("%-*s  live:  ", (int)width + 8, "");
			print_value(r, r->live);
			putchar('\n');
		}
		if (r->note.n > 0) {
			printf("%-*s  ", (int)width + 8, "");
			(void)say_text(r->note);
			putchar('\n');
		}
	}
}

static void print(const struct zone *zone, const struct publication *p)
{
	static char text[OUT_BYTES];
	struct out out = OUT(text);

	if (order.quiet)
		return;
	if (order.format == FORMAT_TABLE) {
		print_table(zone);
		return;
	}
	if (order.format == FORMAT_JSON)
		write_json(zone, p, &out);
	else if (order.format == FORMAT_NSUPDATE)
		zone_write_nsupdate(zone, &out);
	else
		zone_write_file(zone, &out);
	(void)fwrite(out_done(&out).p, 1, out_done(&out).n, stdout);
}

/* What the domain should publish: with the caller's policy, or as it is live. */
static int publication(struct look *look, const struct inspection *i, struct publication *p)
{
	struct sts_policy policy;
	struct why why = { 0 };
	str text;
	int code;
	err e;

	if (order.policy) {
		code = look_read_policy(order.policy, &look->mem, &policy, &text);
		if (code != VERB_FINE)
			return code;
		e = publication_with(i, &policy, &look->mem, p, &why);
	} else {
		e = publication_of(i, &look->mem, p, &why);
	}
	if (e == OK)
		return VERB_FINE;
	(void)fprintf(stderr, "postseal: %s: %s\n", i->domain.text, why.text);
	return e == E_ABSENT && !dns_failed(i->mx.answer.status) ? VERB_NOT_FINE : VERB_UNKNOWN;
}

static void say_next(const struct zone *zone, const struct publication *p)
{
	const char *name = zone->domain.text;

	if (order.quiet || p->ready)
		return;
	(void)fflush(stdout);
	if (order.policy)
		(void)fprintf(stderr,
		    "https://mta-sts.%s/.well-known/mta-sts.txt does not serve this policy yet.\n"
		    "Next: postseal publish %s --policy %s --to DIR, then run this again for the _mta-sts record.\n",
		    name, name, order.policy);
	else
		(void)fprintf(stderr,
		    "https://mta-sts.%s/.well-known/mta-sts.txt serves no policy that fits.\n"
		    "Next: postseal policy new %s --output DIR, and serve it; then run this again with --policy FILE.\n",
		    name, name);
}

static int run(struct look *look, const struct domain *domain)
{
	struct inspection_options ask = { .groups = INSPECTION_STS | INSPECTION_TLSRPT | INSPECTION_MX,
		.no_probe = true };
	struct zone_wish wish = order.wish;
	const struct inspection *i;
	struct publication p;
	struct zone zone;
	struct why why = { 0 };
	int code;

	if (wish.tlsa) {
		ask.groups |= INSPECTION_DANE;
		ask.no_probe = false;
		ask.dane = look->world.secure;
	}
	i = look_at(look, domain, &ask);
	code = publication(look, i, &p);
	if (code != VERB_FINE)
		return code;
	wish.publication = &p;
	if (zone_of(i, &wish, &look->mem, &zone, &why) != OK) {
		(void)fprintf(stderr, "postseal: %s: %s\n", domain->text, why.text);
		return VERB_UNKNOWN;
	}
	if (order.push.server)
		return dns_push(look, &order.push, &zone, order.quiet);
	print(&zone, &p);
	say_next(&zone, &p);
	return zone.unknown ? VERB_UNKNOWN : zone.equal ? VERB_FINE : VERB_NOT_FINE;
}

int verb_dns(int argc, char **argv)
{
	struct domain domain;
	struct look look;
	int first = argc, code = read_options(argc, argv, &first);

	if (code >= 0)
		return code;
	if (argc - first != 1)
		return say_usage("dns", first == argc ? "which domain?" : "one domain at a time");
	code = look_read_domain("dns", argv[first], &domain);
	if (code != VERB_FINE)
		return code;
	code = look_open(&look, &order.settings);
	if (code == VERB_FINE)
		code = run(&look, &domain);
	look_close(&look);
	return code;
}
