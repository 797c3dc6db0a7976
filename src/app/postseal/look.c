#include "app/postseal/look.h"

#include <stdio.h>
#include <sys/mman.h>

#include "app/postseal/say.h"
#include "app/postseal/verb.h"
#include "io/clock.h"
#include "io/file.h"
#include "io/memory.h"

#define ARENA_BYTES (8u << 20) /* untouched pages cost nothing */

int look_open(struct look *look, const struct world_settings *settings)
{
	int code;

	*look = (struct look){ 0 };
	look->mem = (struct arena){ .base = memory_region(ARENA_BYTES), .cap = ARENA_BYTES };
	code = world_open(&look->world, settings);
	if (code == VERB_FINE)
		look->inspect = inspect_open(&look->world, false);
	return code;
}

void look_close(struct look *look)
{
	if (look->inspect) {
		probe_close(look->world.probes); /* before what its calls would tell */
		look->world.probes = NULL;
		inspect_close(look->inspect);
		world_close(&look->world);
	}
	if (look->mem.base)
		(void)munmap(look->mem.base, look->mem.cap);
	*look = (struct look){ 0 };
}

static void settled(void *arg, struct inspection *i)
{
	(void)arg;
	(void)i;
}

static void released(void *arg, struct inspection *i)
{
	struct look *look = arg;

	(void)i;
	loop_stop(look->world.loop);
}

const struct inspection *look_at(
    struct look *look, const struct domain *domain, const struct inspection_options *options)
{
	struct inspect_run run = { &look->inspection, settled, released, look };

	arena_reset(&look->mem);
	inspection_start(&look->inspection, domain, options, clock_now(), &look->mem);
	inspect_start(look->inspect, &run);
	loop_run(look->world.loop);
	return &look->inspection;
}

int look_read_domain(const char *verb, const char *text, struct domain *domain)
{
	struct why why = { 0 };

	if (domain_read(str_of(text), domain, &why) == OK)
		return VERB_FINE;
	return say_usage(verb, "\"%s\" is no domain: %s", text, why.text);
}

int look_read_policy(const char *path, struct arena *mem, struct sts_policy *policy, str *text)
{
	struct why why = { 0 };

	if (file_read(path, LIMIT_POLICY_BYTES, mem, text, &why) != OK) {
		(void)fprintf(stderr, "postseal: %s\n", why.text);
		return VERB_UNKNOWN;
	}
	if (sts_policy_read(*text, STS_POLICY_STRICT, mem, policy, &why) == OK)
		return VERB_FINE;
	(void)fprintf(stderr, "postseal: %s is no valid policy: %s\nTry: postseal lint policy %s\n", path,
	    why.text, path);
	return VERB_NOT_FINE;
}

int look_judge(const struct inspection *i, const struct sts_policy *policy, bool force)
{
	static const char *const words[] = {
		[FINDING_INFO] = "note",
		[FINDING_WARNING] = "warning",
		[FINDING_UNKNOWN] = "unknown",
		[FINDING_ERROR] = "broken",
		[FINDING_FATAL] = "broken",
	};
	static struct draft_judgement judgement;
	bool refused;

	draft_judge(i, policy, &judgement);
	for (size_t k = 0; k < judgement.objection_n; k++)
		(void)fprintf(
		    stderr, "%s: %s\n", words[judgement.objection[k].severity], judgement.objection[k].text);
	refused = judgement.worst >= FINDING_UNKNOWN;
	if (!refused || force)
		return VERB_FINE;
	(void)fprintf(stderr,
	    "postseal: no policy for %s was written; mend this first, or write it all the same with --force\n",
	    i->domain.text);
	return judgement.worst == FINDING_UNKNOWN ? VERB_UNKNOWN : VERB_NOT_FINE;
}
