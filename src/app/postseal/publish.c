/* publish - put policies where a web server serves them, or print the web server's configuration. */
#include <stdio.h>

#include "app/postseal/look.h"
#include "app/postseal/option.h"
#include "app/postseal/say.h"
#include "app/postseal/verb.h"
#include "core/publication.h"
#include "core/snippet.h"
#include "io/file.h"

#define OUT_BYTES (4u << 20)

static const struct option_row options[] = {
	{ "to", 't', false, "DIR", "write DIR/DOMAIN/.well-known/mta-sts.txt, which the snippets serve" },
	{ "policy", 'p', false, "FILE",
	    "the policy of the one domain (default: the live one, mended; else a new one, testing)" },
	{ "policies", 'd', false, "DIR", "the policies are DIR/DOMAIN/mta-sts.txt, as policy new --output writes them" },
	{ "force", 'f', false, NULL, "write a policy although a check would call it broken" },
	{ "snippet", 's', false, "SERVER", "print the configuration for nginx, apache or caddy" },
	{ "root", 'r', false, "DIR", "the DIR of --to, for --snippet (default " SNIPPET_ROOT ")" },
	WORLD_OPTIONS,
	{ "quiet", 'q', true, NULL, "do not say what was written and what to do next" },
	{ "help", 'h', true, NULL, "this text" },
	{ 0 },
};

static struct order {
	struct world_settings settings;
	const char *folder, *policy, *policies, *root;
	enum snippet_server server;
	bool force, quiet;
} order = { .server = SNIPPET_N };

static int help(void)
{
	say_in(SAY_STRONG, "postseal publish");
	printf(" - put policies where a web server serves them\n\n"
	       "Usage: postseal publish --to DIR [OPTION]... DOMAIN...\n"
	       "       postseal publish --snippet SERVER [--root DIR] DOMAIN...\n\n");
	option_help(options);
	printf("\nEach policy is held against the live MX records first, as by: postseal policy new\n"
	       "The web server has to answer https://mta-sts.DOMAIN/.well-known/mta-sts.txt with status 200 and type\n"
	       "text/plain, without redirect, with a certificate for mta-sts.DOMAIN.  The DNS records come afterwards:\n"
	       "postseal dns DOMAIN (RFC 8461 8.1).\n\n"
	       "Examples:\n"
	       "  postseal publish --to /var/www/mta-sts example.com example.org\n"
	       "  postseal publish --policy mta-sts.txt --to /var/www/mta-sts example.com\n"
	       "  postseal publish --snippet nginx example.com > /etc/nginx/conf.d/mta-sts.conf\n\n"
	       "Exit codes: 0 written, 1 refused, 2 wrong usage, 3 something could not be looked up or written.\n");
	return VERB_FINE;
}

static int read_server(const char *value)
{
	for (enum snippet_server k = SNIPPET_NGINX; k < SNIPPET_N; k++) {
		if (str_eq(str_of(value), snippet_server_name(k))) {
			order.server = k;
			return VERB_FINE;
		}
	}
	return say_usage("publish", "--snippet is nginx, apache or caddy, not \"%s\"", value);
}

static int take_option(int letter, const char *value)
{
	switch (letter) {
	case 't':
		order.folder = value;
		return VERB_FINE;
	case 'p':
		order.policy = value;
		return VERB_FINE;
	case 'd':
		order.policies = value;
		return VERB_FINE;
	case 's':
		return read_server(value);
	case 'r':
		order.root = value;
		return VERB_FINE;
	default:
		order.force |= letter == 'f';
		order.quiet |= letter == 'q';
		return world_option(&order.settings, "publish", letter, value);
	}
}

static int check_options(int domains)
{
	struct why why = { 0 };
	bool prints = order.server != SNIPPET_N;

	if (prints == (order.folder != NULL))
		return say_usage("publish",
		    prints ? "--to writes files, --snippet prints a configuration: one at a time"
			   : "where to? Give --to DIR, or --snippet nginx, apache or caddy");
	if (domains == 0)
		return say_usage("publish", "which domain?");
	if (prints && (order.policy || order.policies || order.force))
		return say_usage("publish", "--policy, --policies and --force go with --to");
	if (!prints && order.root)
		return say_usage("publish", "--root goes with --snippet");
	if (order.policy && order.policies)
		return say_usage("publish", "--policy and --policies exclude each other");
	if (order.policy && domains > 1)
		return say_usage("publish", "--policy is for one domain; for several there is --policies DIR");
	if (!order.root)
		order.root = SNIPPET_ROOT;
	if (prints && snippet_check_root(str_of(order.root), &why) != OK)
		return say_usage("publish", "--root: %s", why.text);
	return -1;
}

/* Options; *first is the first argument.  -1: go on. */
static int read_options(int argc, char **argv, int *first)
{
	const char *value;
	int letter, code;

	while ((letter = option_next("publish", options, argc, argv, &value, first)) != OPTION_END) {
		if (letter == OPTION_WRONG)
			return VERB_USAGE;
		if (letter == 'h')
			return help();
		code = take_option(letter, value);
		if (code > VERB_FINE)
			return code;
	}
	return check_options(argc - *first);
}

static int print_snippets(char **names, int n)
{
	static char text[OUT_BYTES];
	struct out out = OUT(text);
	struct domain domain;

	snippet_write_head(order.server, &out);
	for (int k = 0; k < n; k++) {
		int code = look_read_domain("publish", names[k], &domain);

		if (code != VERB_FINE)
			return code;
		snippet_write(order.server, &domain, str_of(order.root), &out);
	}
	if (out.full) {
		(void)fprintf(stderr, "postseal: too many domains at once\n");
		return VERB_UNKNOWN;
	}
	(void)fwrite(text, 1, out.n, stdout);
	return VERB_FINE;
}

/* The policy and its text: from a file, or as the domain should have it. */
static int find_policy(struct look *look, const struct inspection *i, struct sts_policy *policy, str *text)
{
	static char body[LIMIT_POLICY_BYTES];
	struct out out = OUT(body);
	struct publication p;
	struct why why = { 0 };
	char path[4096];
	err e;

	if (order.policy)
		return look_read_policy(order.policy, &look->mem, policy, text);
	if (order.policies) {
		int n = snprintf(path, sizeof path, "%s/%s/mta-sts.txt", order.policies, i->domain.text);

		return n < 0 || (size_t)n >= sizeof path ? say_usage("publish", "the folder's name is too long")
							 : look_read_policy(path, &look->mem, policy, text);
	}
	e = publication_of(i, &look->mem, &p, &why);
	if (e != OK) {
		(void)fprintf(stderr, "postseal: %s: %s\n", i->domain.text, why.text);
		return e == E_ABSENT && !dns_failed(i->mx.answer.status) ? VERB_NOT_FINE : VERB_UNKNOWN;
	}
	sts_policy_write(&p.policy, &out);
	*policy = p.policy;
	*text = out_done(&out);
	return VERB_FINE;
}

static int write_one(struct look *look, const struct domain *domain)
{
	const struct inspection_options ask = { .groups = INSPECTION_STS | INSPECTION_MX, .no_probe = true };
	const struct inspection *i = look_at(look, domain, &ask);
	struct sts_policy policy;
	struct why why = { 0 };
	char path[4096];
	str text = { 0 };
	int n, code = find_policy(look, i, &policy, &text);

	if (code == VERB_FINE)
		code = look_judge(i, &policy, order.force);
	if (code != VERB_FINE)
		return code;
	n = snprintf(path, sizeof path, "%s/%s/.well-known/mta-sts.txt", order.folder, domain->text);
	if (n < 0 || (size_t)n >= sizeof path)
		return say_usage("publish", "the folder's name is too long");
	if (file_write(path, text, &why) != OK) {
		(void)fprintf(stderr, "postseal: %s\n", why.text);
		return VERB_UNKNOWN;
	}
	if (!order.quiet) {
		printf("%s\n", path);
		(void)fflush(stdout);
		(void)fprintf(stderr,
		    "Next: when https://mta-sts.%s/.well-known/mta-sts.txt serves it, publish the records of:\n"
		    "postseal dns %s\n",
		    domain->text, domain->text);
	}
	return VERB_FINE;
}

/* One domain that is refused does not hold up the others. */
static int write_all(char **names, int n)
{
	struct domain domain;
	struct look look;
	int worst = VERB_FINE, code;

	for (int k = 0; k < n; k++) {
		code = look_read_domain("publish", names[k], &domain);
		if (code != VERB_FINE)
			return code;
	}
	code = look_open(&look, &order.settings);
	for (int k = 0; code == VERB_FINE && k < n; k++) {
		int one = look_read_domain("publish", names[k], &domain);

		if (one == VERB_FINE)
			one = write_one(&look, &domain);
		if (one > VERB_FINE && (worst == VERB_FINE || one == VERB_NOT_FINE))
			worst = one;
	}
	look_close(&look);
	return code != VERB_FINE ? code : worst;
}

int verb_publish(int argc, char **argv)
{
	int first = argc, code = read_options(argc, argv, &first);

	if (code >= 0)
		return code;
	return order.server != SNIPPET_N ? print_snippets(argv + first, argc - first)
					 : write_all(argv + first, argc - first);
}
