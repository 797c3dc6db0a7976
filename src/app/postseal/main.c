/* postseal - the command: a table of verbs. */
#include <stdio.h>
#include <string.h>

#include "app/postseal/say.h"
#include "app/postseal/verb.h"

static const struct verb {
	const char *name;
	const char *sentence;
	int (*run)(int argc, char **argv);
} verbs[] = {
	{ "check", "ask the world about a domain: what is wrong, what senders do, what to publish", verb_check },
	{ "dns", "the DNS records that a domain should publish, beside those that are live", verb_dns },
	{ "lint", "judge a record, a policy, a report, a report's name or an MX pattern", verb_lint },
	{ "policy", "write a new policy for a domain, from its live MX hosts", verb_policy },
	{ "publish", "put policies where a web server serves them; configurations for nginx, apache, caddy", verb_publish },
	{ "resolve", "what a sender does with mail for a domain now, step by step", verb_resolve },
};

static int help(void)
{
	say_in(SAY_STRONG, "postseal");
	printf(" - transport security for mail domains: MTA-STS, TLS reporting, DANE\n\n"
	       "Usage: postseal VERB [OPTION]... [ARGUMENT]...\n\n");
	for (size_t i = 0; i < ARRAY_N(verbs); i++)
		printf("  %-8s %s\n", verbs[i].name, verbs[i].sentence);
	printf("\n  --help     this text; postseal VERB --help explains a verb\n"
	       "  --version  the version\n\n"
	       "Exit codes: 0 fine, 1 the answer is \"not fine\", 2 wrong usage, 3 could not find out.\n"
	       "Manual: man postseal\n");
	return VERB_FINE;
}

static const struct verb *verb_find(const char *name)
{
	for (size_t i = 0; i < ARRAY_N(verbs); i++)
		if (strcmp(verbs[i].name, name) == 0)
			return &verbs[i];
	return NULL;
}

static int unknown_verb(const char *name)
{
	const char *best = NULL;
	size_t best_far = 3;

	for (size_t i = 0; i < ARRAY_N(verbs); i++) {
		size_t far = str_distance(str_of(name), str_of(verbs[i].name));

		if (far < best_far) {
			best_far = far;
			best = verbs[i].name;
		}
	}
	if (best)
		return say_usage("", "there is no verb \"%s\"; did you mean \"%s\"?", name, best);
	return say_usage("", "there is no verb \"%s\"", name);
}

/* Output that could not be written is not a result: a full disk must not look like success. */
static int finish(int code)
{
	if (fflush(stdout) != 0 || ferror(stdout)) {
		perror("postseal: writing the output");
		return VERB_UNKNOWN;
	}
	return code;
}

int main(int argc, char **argv)
{
	const struct verb *verb;
	char ask[] = "--help";
	char *ask_help[] = { NULL, ask, NULL };

	if (argc < 2) {
		(void)help();
		return finish(VERB_USAGE);
	}
	if (strcmp(argv[1], "--help") == 0 || strcmp(argv[1], "-h") == 0 || (argc == 2 && strcmp(argv[1], "help") == 0))
		return finish(help());
	if (strcmp(argv[1], "--version") == 0) {
		printf("postseal %s\n", POSTSEAL_VERSION);
		return finish(VERB_FINE);
	}
	if (strcmp(argv[1], "help") == 0) {
		verb = verb_find(argv[2]);
		ask_help[0] = argv[2];
		return verb ? finish(verb->run(2, ask_help)) : unknown_verb(argv[2]);
	}
	verb = verb_find(argv[1]);
	return verb ? finish(verb->run(argc - 1, argv + 1)) : unknown_verb(argv[1]);
}
