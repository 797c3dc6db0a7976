/* policy - write a new policy for a domain, from its live MX hosts, and refuse what would be broken. */
#include <stdio.h>

#include "app/postseal/look.h"
#include "app/postseal/option.h"
#include "app/postseal/say.h"
#include "app/postseal/verb.h"
#include "core/publication.h"
#include "io/file.h"

#define PATTERNS_N 256

static const struct option_row options[] = {
	{ "mode", 'm', false, "MODE", "testing (default), enforce or none" },
	{ "max-age", 'a', false, "TIME", "how long senders keep it: 86400, 12h, 7d, 4w (default 7d; with mode none 1d)" },
	{ "mx", 'x', false, "PATTERN", "allow this MX host or *.DOMAIN (may be repeated; default: the live MX hosts)" },
	{ "output", 'o', false, "DIR", "write DIR/DOMAIN/mta-sts.txt instead of printing" },
	{ "force", 'f', false, NULL, "write it although a check would call it broken" },
	WORLD_OPTIONS,
	{ "quiet", 'q', true, NULL, "do not say what to do next" },
	{ "help", 'h', true, NULL, "this text" },
	{ 0 },
};

static struct order {
	struct world_settings settings;
	struct draft_wish wish;
	struct domain pattern[PATTERNS_N]; /* canonical, without "*." */
	char text[PATTERNS_N][LIMIT_DOMAIN_BYTES + 3];
	str mx[PATTERNS_N];
	const char *folder;
	bool force, quiet, aged;
} order;

static int help(void)
{
	say_in(SAY_STRONG, "postseal policy");
	printf(" - write a policy file for a domain\n\n"
	       "Usage: postseal policy new [OPTION]... DOMAIN\n\n"
	       "  new DOMAIN             a policy from the live MX records, or from --mx\n\n");
	option_help(options);
	printf("\nThe policy is held against the live MX records first.  What a check would call broken is refused:\n"
	       "an MX host without address or outside the policy, a pattern that matches nothing, enforce before testing.\n"
	       "Whether the MX hosts speak TLS with the right certificates is told by: postseal check DOMAIN\n\n"
	       "Examples:\n"
	       "  postseal policy new example.com\n"
	       "  postseal policy new --mode enforce --max-age 4w --output /srv/policies example.com\n"
	       "  postseal policy new --mx mail.example.com --mx '*.example.net' example.com\n\n"
	       "Exit codes: 0 written, 1 refused, 2 wrong usage, 3 the MX records could not be looked up.\n");
	return VERB_FINE;
}

static int read_mode(const char *value)
{
	for (enum sts_policy_mode mode = STS_POLICY_NONE; mode <= STS_POLICY_ENFORCE; mode++) {
		if (str_eq(str_of(value), sts_policy_mode_name(mode))) {
			order.wish.mode = mode;
			return VERB_FINE;
		}
	}
	return say_usage("policy", "--mode is testing, enforce or none, not \"%s\"", value);
}

static int read_age(const char *value)
{
	static const struct {
		char letter;
		uint32_t seconds;
	} units[] = { { 's', 1 }, { 'm', 60 }, { 'h', 3600 }, { 'd', 86400 }, { 'w', 604800 } };
	str number = str_of(value);
	uint64_t n, unit = 1;

	if (number.n > 0 && !str_is_digit(number.p[number.n - 1])) {
		unit = 0;
		for (size_t k = 0; k < ARRAY_N(units); k++)
			if (number.p[number.n - 1] == units[k].letter)
				unit = units[k].seconds;
		number.n--;
	}
	if (unit == 0 || !str_u64(number, UINT32_MAX, &n))
		return say_usage("policy",
		    "--max-age is a number with s, m, h, d or w behind it, as in 7d, not \"%s\"", value);
	if (n * unit > LIMIT_MAX_AGE_S) /* [STS-3.2-g] */
		return say_usage("policy", "--max-age is at most %d seconds, one year; \"%s\" is more",
		    LIMIT_MAX_AGE_S, value);
	order.wish.max_age_s = (uint32_t)(n * unit);
	order.aged = true;
	return VERB_FINE;
}

/* A pattern as people write it, in canonical form. */
static int read_pattern(const char *value)
{
	size_t n = order.wish.mx_n;
	bool wild = str_starts(str_of(value), S("*."));
	struct domain name;
	struct why why = { 0 };

	if (n == PATTERNS_N)
		return say_usage("policy", "--mx may be given %d times at most", PATTERNS_N);
	if (domain_read(str_skip(str_of(value), wild ? 2 : 0), &name, &why) != OK)
		return say_usage("policy", "--mx \"%s\" is no pattern (HOST or *.DOMAIN): %s", value, why.text);
	(void)snprintf(order.text[n], sizeof order.text[n], "%s%s", wild ? "*." : "", name.text);
	order.mx[n] = str_of(order.text[n]);
	order.wish.mx_n++;
	return VERB_FINE;
}

/* Options; *first is the first argument.  -1: go on. */
static int read_options(int argc, char **argv, int *first)
{
	const char *value;
	int letter, code = VERB_FINE;

	while ((letter = option_next("policy", options, argc, argv, &value, first)) != OPTION_END) {
		if (letter == OPTION_WRONG)
			return VERB_USAGE;
		if (letter == 'h')
			return help();
		code = world_option(&order.settings, "policy", letter, value);
		if (letter == 'm')
			code = read_mode(value);
		else if (letter == 'a')
			code = read_age(value);
		else if (letter == 'x')
			code = read_pattern(value);
		if (code > VERB_FINE)
			return code;
		if (letter == 'o')
			order.folder = value;
		order.force |= letter == 'f';
		order.quiet |= letter == 'q';
	}
	if (!order.aged)
		order.wish.max_age_s = order.wish.mode == STS_POLICY_NONE ? DATE_DAY_S : PUBLICATION_MAX_AGE_S;
	return -1;
}

static void say_next(const struct domain *domain, const char *path)
{
	const char *name = domain->text;

	(void)fprintf(stderr,
	    "Next: serve it as https://mta-sts.%s/.well-known/mta-sts.txt (postseal publish %s%s%s --to DIR),\n"
	    "then publish the records of: postseal dns %s%s%s\n",
	    name, name, *path ? " --policy " : "", path, name, *path ? " --policy " : "", path);
	if (order.wish.mode == STS_POLICY_ENFORCE)
		(void)fprintf(stderr,
		    "Run \"postseal check %s\" first: every MX host needs STARTTLS and a certificate for its name.\n",
		    name);
}

static int write_out(const struct domain *domain, str text)
{
	char path[4096] = "";
	struct why why = { 0 };
	int n;

	if (!order.folder) {
		(void)fwrite(text.p, 1, text.n, stdout);
		(void)fflush(stdout);
	} else {
		n = snprintf(path, sizeof path, "%s/%s/mta-sts.txt", order.folder, domain->text);
		if (n < 0 || (size_t)n >= sizeof path)
			return say_usage("policy", "the folder's name is too long");
		if (file_write(path, text, &why) != OK) {
			(void)fprintf(stderr, "postseal: %s\n", why.text);
			return VERB_UNKNOWN;
		}
		if (!order.quiet)
			printf("%s\n", path);
	}
	if (!order.quiet)
		say_next(domain, path);
	return VERB_FINE;
}

static int make(struct look *look, const struct domain *domain)
{
	const struct inspection_options ask = { .groups = INSPECTION_STS | INSPECTION_MX, .no_probe = true };
	const struct inspection *i = look_at(look, domain, &ask);
	static char body[LIMIT_POLICY_BYTES];
	struct out out = OUT(body);
	struct sts_policy policy;
	struct why why = { 0 };
	err e;
	int code;

	order.wish.mx = order.mx;
	e = draft_of(i, &order.wish, &look->mem, &policy, &why);
	if (e != OK) {
		(void)fprintf(stderr, "postseal: %s\n", why.text);
		return e == E_ABSENT ? VERB_NOT_FINE : VERB_UNKNOWN;
	}
	code = look_judge(i, &policy, order.force);
	if (code != VERB_FINE)
		return code;
	sts_policy_write(&policy, &out);
	if (out.full) {
		(void)fprintf(stderr, "postseal: the policy is larger than %d bytes; use wildcards\n",
		    LIMIT_POLICY_BYTES);
		return VERB_NOT_FINE;
	}
	return write_out(domain, out_done(&out));
}

int verb_policy(int argc, char **argv)
{
	struct domain domain;
	struct look look;
	int first = argc, code;

	order.wish.mode = STS_POLICY_TESTING;
	code = read_options(argc, argv, &first);
	if (code >= 0)
		return code;
	if (first == argc || strcmp(argv[first], "new") != 0)
		return say_usage("policy", "what shall be done? There is: policy new DOMAIN");
	if (argc - first != 2)
		return say_usage("policy", "policy new takes exactly one domain");
	code = look_read_domain("policy", argv[first + 1], &domain);
	if (code != VERB_FINE)
		return code;
	code = look_open(&look, &order.settings);
	if (code == VERB_FINE)
		code = make(&look, &domain);
	look_close(&look);
	return code;
}
