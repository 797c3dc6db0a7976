/* check - ask the world about domains, as a conforming sender sees them, and say what is wrong and what to do. */
#include "app/postseal/check.h"

#include <signal.h>
#include <stdio.h>
#include <sys/mman.h>
#include <unistd.h>

#include "app/postseal/inspect.h"
#include "app/postseal/option.h"
#include "app/postseal/say.h"
#include "app/postseal/verb.h"
#include "app/postseal/watch.h"
#include "io/clock.h"
#include "io/file.h"
#include "io/memory.h"

#define ACTIVE_N 256              /* domains under way at once */
#define ARENA_BYTES (8u << 20)    /* of one inspection; untouched pages cost nothing */
#define USED_BYTES (256u << 10)   /* more than this is given back between two domains */
#define FROM_BYTES (256u << 20)   /* a list of domains */
#define DOMAINS_N 4000000         /* of one list */
#define WATCH_S 300

enum { OPT_FROM = 'f', OPT_ONLY = 'o', OPT_QUICK = 'k', OPT_DEEP = 'd', OPT_REPORTS = 'r', OPT_WATCH = 'w', OPT_INTERVAL = 'i',
	OPT_DKIM = 'D', OPT_JSON = 'j', OPT_QUIET = 'q', OPT_HELP = 'h' };

static const struct option_row options[] = {
	{ "from", OPT_FROM, false, "FILE|-", "check the domains in a file, one a line; prints JSON lines" },
	{ "only", OPT_ONLY, false, "GROUPS", "some groups only, parted by commas: sts,tlsrpt,mx,dane" },
	{ "quick", OPT_QUICK, false, NULL, "ask for the two records, and go on only where one exists" },
	{ "deep", OPT_DEEP, false, NULL, "costly tests too: SNI, second certificate, injection, missing issuers" },
	{ "probe-reports", OPT_REPORTS, false, NULL, "ask the destinations of reports whether they take one" },
	{ "watch", OPT_WATCH, false, NULL, "check again and again, print what changes" },
	{ "interval", OPT_INTERVAL, false, "SECONDS", "between two checks of --watch (default 300)" },
	{ "dkim-selector", OPT_DKIM, false, "NAME", "look at this DKIM key too" },
	WORLD_OPTIONS,
	{ "json", OPT_JSON, false, NULL, "print one JSON object a domain (see postseal-check(1))" },
	{ "quiet", OPT_QUIET, true, NULL, "no progress; with one domain the exit code alone" },
	{ "help", OPT_HELP, true, NULL, "this text" },
	{ 0 },
};

/* A domain under way, and the memory it is inspected in. */
struct slot {
	struct inspection inspection;
	struct arena mem;
	struct slot *next;
};

static struct check {
	struct world_settings settings;
	struct inspection_options ask;
	bool json, quiet, watch, many, interrupted;
	unsigned interval_s;
	struct world world;
	struct inspect *inspect;
	struct domain *domain;      /* domain_n of them */
	size_t domain_n, started_n, done_n, wrong_n;
	struct slot *spare;
	size_t active_n;
	struct watch *before;       /* with watch: one for each domain */
	struct loop_watch *progress, *again;
	enum finding_severity worst;
	char out[4 << 20];
} c;

static int help(void)
{
	say_in(SAY_STRONG, "postseal check");
	printf(" - what is wrong with a domain's transport security, what senders do now, what to publish\n\n"
	       "Usage: postseal check [OPTION]... DOMAIN...\n"
	       "       postseal check [OPTION]... --from FILE\n\n");
	option_help(options);
	printf("\nExamples:\n"
	       "  postseal check example.com\n"
	       "  postseal check --only sts,mx --json example.com | jq .verdict\n"
	       "  postseal check --quick --from domains.txt > results.jsonl\n\n"
	       "Exit codes: 0 nothing fatal or wrong, 1 an error or worse, 2 wrong usage,\n"
	       "3 something could not be found out.\n");
	return VERB_FINE;
}

static int read_groups(const char *text)
{
	static const struct {
		str name;
		unsigned group;
	} groups[] = {
		{ STR("sts"), INSPECTION_STS }, { STR("tlsrpt"), INSPECTION_TLSRPT },
		{ STR("mx"), INSPECTION_MX }, { STR("dane"), INSPECTION_DANE },
	};
	str rest = str_of(text), word;
	bool more = true;

	while (more) {
		size_t k = 0;

		more = str_cut(rest, ',', &word, &rest);
		while (k < ARRAY_N(groups) && !str_eq(groups[k].name, word))
			k++;
		if (k == ARRAY_N(groups))
			return say_usage("check", "--only takes sts, tlsrpt, mx and dane, not \"%.*s\"",
			    STR_ARG(str_head(word, 40)));
		c.ask.groups |= groups[k].group;
	}
	return VERB_FINE;
}

static enum finding_severity worse(enum finding_severity a, enum finding_severity b)
{
	return a > b ? a : b;
}

static void start_more(void);

static void print_json(const struct check_result *r)
{
	struct out out = OUT(c.out);

	check_json(r, &out);
	if (out.full)
		(void)fprintf(stderr, "postseal: the result of %s is too large to print\n", r->inspection->domain.text);
	(void)fwrite(out_done(&out).p, 1, out_done(&out).n, stdout);
}

static void print_result(const struct check_result *r, struct arena *mem, size_t number)
{
	if (c.watch && !watch_changed(&c.before[number], &r->list, c.json))
		return;
	if (c.json)
		print_json(r);
	else if (!c.quiet && !(c.watch && watch_told(&c.before[number])))
		check_text(r, mem);
	if (!c.json && !c.quiet && c.domain_n > 1)
		putchar('\n');
	(void)fflush(stdout);
}

static void settled(void *arg, struct inspection *i)
{
	struct slot *slot = arg;
	struct check_result r = { .inspection = i };
	struct why why = { 0 };
	size_t number = 0;

	c.done_n++;
	if (c.done_n == c.domain_n && !c.watch)
		loop_stop(c.world.loop); /* what still is under way tells nothing any more */
	if (judge_all(i, &slot->mem, &r.list, &r.verdict, &why) != OK) {
		(void)fprintf(stderr, "postseal: %s: %s\n", i->domain.text, why.text);
		c.worst = worse(c.worst, FINDING_UNKNOWN);
		return;
	}
	if (i->full) {
		(void)fprintf(stderr, "postseal: %s: more was served than can be held; not all of it was judged\n",
		    i->domain.text);
		c.worst = worse(c.worst, FINDING_UNKNOWN);
	}
	c.worst = worse(c.worst, r.verdict.verdict);
	while (c.watch && strcmp(c.domain[number].text, i->domain.text) != 0)
		number++;
	print_result(&r, &slot->mem, number);
}

static void check_again(void *arg, unsigned what)
{
	(void)arg;
	(void)what;
	loop_drop(&c.again);
	c.started_n = c.done_n = 0;
	start_more();
}

static void released(void *arg, struct inspection *i)
{
	struct slot *slot = arg;

	(void)i;
	if (slot->mem.used > USED_BYTES)
		(void)madvise(slot->mem.base, slot->mem.cap, MADV_DONTNEED);
	slot->next = c.spare;
	c.spare = slot;
	c.active_n--;
	if (c.interrupted || (c.done_n == c.domain_n && !c.watch)) {
		if (c.active_n == 0 || c.interrupted)
			loop_stop(c.world.loop);
	} else if (c.done_n == c.domain_n) {
		if (c.active_n == 0)
			c.again = loop_timer(c.world.loop, c.interval_s * 1000, check_again, NULL);
	} else {
		start_more();
	}
}

static struct slot *slot_take(void)
{
	struct slot *slot = c.spare;

	if (slot) {
		c.spare = slot->next;
		return slot;
	}
	slot = memory_region(sizeof *slot);
	slot->mem = (struct arena){ .base = memory_region(ARENA_BYTES), .cap = ARENA_BYTES };
	return slot;
}

static void start_more(void)
{
	while (c.started_n < c.domain_n && c.active_n < ACTIVE_N) {
		struct slot *slot = slot_take();
		struct inspect_run run = { &slot->inspection, settled, released, slot };

		arena_reset(&slot->mem);
		inspection_start(&slot->inspection, &c.domain[c.started_n++], &c.ask, clock_now(), &slot->mem);
		c.active_n++;
		inspect_start(c.inspect, &run);
	}
}

static void show_progress(void *arg, unsigned what)
{
	size_t probes, fetches;

	(void)arg;
	(void)what;
	inspect_count(c.inspect, &probes, &fetches);
	(void)fprintf(stderr, "\r%zu of %zu domains, %zu policies fetched, %zu mail server addresses asked ", c.done_n,
	    c.domain_n, fetches, probes);
	loop_drop(&c.progress);
	c.progress = loop_timer(c.world.loop, 500, show_progress, NULL);
}

static void interrupt(void *arg, unsigned number)
{
	(void)arg;
	(void)number;
	if (!c.interrupted && c.domain_n <= ACTIVE_N && !c.many) {
		c.interrupted = true;
		inspect_stop(c.inspect); /* what was seen so far */
	}
	c.interrupted = true;
	loop_stop(c.world.loop);
}

static bool add_domain(str text, const char *where, size_t line)
{
	struct why why = { 0 };
	bool room = c.domain_n < DOMAINS_N;

	if (!room || domain_read(text, &c.domain[c.domain_n], &why) != OK) {
		(void)fprintf(stderr, "postseal: ");
		if (line > 0)
			(void)fprintf(stderr, "%s, line %zu: ", where, line);
		(void)fprintf(stderr, "\"%.*s\" is no domain: %s\n", STR_ARG(str_head(text, 80)),
		    room ? why.text : "too many");
		c.wrong_n++;
		return false;
	}
	c.domain_n++;
	return true;
}

static int read_list(const char *path)
{
	struct arena mem = { .base = memory_region(FROM_BYTES), .cap = FROM_BYTES };
	struct why why = { 0 };
	str text, line;
	size_t number = 0;

	if (file_read(path, FROM_BYTES / 2, &mem, &text, &why) != OK) {
		(void)fprintf(stderr, "postseal: %s\n", why.text);
		return VERB_UNKNOWN;
	}
	while (str_line(&text, &line)) {
		number++;
		line = str_trim(line);
		if (line.n > 0 && line.p[0] != '#')
			(void)add_domain(line, path, number);
	}
	(void)munmap(mem.base, mem.cap);
	return VERB_FINE;
}

/* Options; *first is the first argument.  -1: go on. */
static int read_options(int argc, char **argv, const char **from, int *first)
{
	const char *value;
	uint64_t seconds;
	int letter, code;

	while ((letter = option_next("check", options, argc, argv, &value, first)) != OPTION_END) {
		if (letter == OPTION_WRONG)
			return VERB_USAGE;
		code = world_option(&c.settings, "check", letter, value);
		if (code > VERB_FINE)
			return code;
		if (letter == OPT_HELP)
			return help();
		if (letter == OPT_ONLY && read_groups(value) != VERB_FINE)
			return VERB_USAGE;
		if (letter == OPT_INTERVAL) {
			if (!str_u64(str_of(value), 86400, &seconds) || seconds < 10)
				return say_usage("check", "--interval takes 10 to 86400 seconds, not \"%s\"", value);
			c.interval_s = (unsigned)seconds;
		}
		if (letter == OPT_FROM)
			*from = value;
		if (letter == OPT_DKIM)
			c.ask.dkim_selector = str_of(value);
		c.ask.quick |= letter == OPT_QUICK;
		c.ask.deep |= letter == OPT_DEEP;
		c.ask.reports |= letter == OPT_REPORTS;
		c.watch |= letter == OPT_WATCH;
		c.json |= letter == OPT_JSON;
		c.quiet |= letter == OPT_QUIET;
	}
	if (c.interval_s > 0 && !c.watch)
		return say_usage("check", "--interval goes with --watch");
	if (c.ask.quick && c.ask.deep)
		return say_usage("check", "--quick and --deep exclude each other");
	if (c.ask.reports && (c.ask.quick || (c.ask.groups && !(c.ask.groups & INSPECTION_TLSRPT))))
		return say_usage("check", "--probe-reports needs a full check, or --only with tlsrpt");
	if (*from && c.watch)
		return say_usage("check", "--watch takes domains as arguments, not --from");
	if (c.ask.dkim_selector.n > 0 && (c.ask.quick || c.ask.groups))
		return say_usage("check", "--dkim-selector needs a full check, without --quick and --only");
	return -1;
}

static int take_domains(int argc, char **argv, int first, const char *from)
{
	if (!from && first == argc)
		return say_usage("check", "which domain shall be checked?");
	if (from && first < argc)
		return say_usage("check", "domains are given as arguments or with --from, not both");
	c.domain = memory_region(DOMAINS_N * sizeof *c.domain);
	for (int k = first; k < argc; k++)
		if (!add_domain(str_of(argv[k]), "", 0))
			return VERB_USAGE;
	if (from && read_list(from) != VERB_FINE)
		return VERB_UNKNOWN;
	c.many = from != NULL;
	c.json |= c.many;
	return VERB_FINE;
}

static int exit_code(void)
{
	if (c.interrupted) {
		(void)fprintf(stderr, "postseal: interrupted; %zu of %zu domains were checked\n", c.done_n, c.domain_n);
		return VERB_INTERRUPTED;
	}
	if (c.worst >= FINDING_ERROR)
		return VERB_NOT_FINE;
	return c.worst == FINDING_UNKNOWN || c.wrong_n > 0 ? VERB_UNKNOWN : VERB_FINE;
}

int verb_check(int argc, char **argv)
{
	struct loop_watch *sigint, *sigterm;
	const char *from = NULL;
	int first = argc, code = read_options(argc, argv, &from, &first);

	if (code >= 0)
		return code;
	code = take_domains(argc, argv, first, from);
	if (code != VERB_FINE || c.domain_n == 0)
		return code != VERB_FINE ? code : c.wrong_n > 0 ? VERB_UNKNOWN : VERB_FINE;
	if (c.interval_s == 0)
		c.interval_s = WATCH_S;
	c.settings.per_host_n = c.ask.deep ? 1 : 0;
	code = world_open(&c.world, &c.settings);
	if (code != VERB_FINE)
		return code;
	c.ask.dane = c.world.secure;
	c.inspect = inspect_open(&c.world, c.ask.deep);
	if (c.watch)
		c.before = watch_open(c.domain_n);
	sigint = loop_signal(c.world.loop, SIGINT, interrupt, NULL);
	sigterm = loop_signal(c.world.loop, SIGTERM, interrupt, NULL);
	if (c.domain_n > 1 && !c.quiet && !c.watch && isatty(STDERR_FILENO))
		c.progress = loop_timer(c.world.loop, 500, show_progress, NULL);
	start_more();
	loop_run(c.world.loop);
	if (c.progress)
		(void)fputs("\r\033[K", stderr);
	loop_drop(&c.progress);
	loop_drop(&c.again);
	loop_drop(&sigint);
	loop_drop(&sigterm);
	code = exit_code();
	watch_close(c.before, c.domain_n);
	probe_close(c.world.probes); /* before what its calls would tell */
	c.world.probes = NULL;
	inspect_close(c.inspect);
	world_close(&c.world);
	return code;
}
