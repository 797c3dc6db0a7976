/* lint - judge a record, a policy, a report, a report's name or an MX pattern, without asking the world. */
#include "app/postseal/lint.h"

#include <stdio.h>
#include <string.h>

#include "app/postseal/option.h"
#include "app/postseal/say.h"
#include "app/postseal/verb.h"
#include "wire/json_out.h"

static const struct kind {
	const char *name;
	const char *arguments;
	size_t at_least, at_most;
	const char *sentence;
	int (*judge)(struct lint *l);
} kinds[] = {
	{ "sts-record", "TXT...", 1, SIZE_MAX, "the TXT records of _mta-sts.DOMAIN, each as one argument", lint_sts_record },
	{ "tlsrpt-record", "TXT...", 1, SIZE_MAX, "the TXT records of _smtp._tls.DOMAIN, each as one argument",
	    lint_tlsrpt_record },
	{ "policy", "FILE|-", 1, 1, "an MTA-STS policy file", lint_policy },
	{ "report", "FILE|-", 1, 1, "a TLS report: JSON, gzip, zip or the mail that carries it", lint_report },
	{ "report-name", "NAME", 1, 1, "the file name of a report", lint_report_name },
	{ "mx", "HOST PATTERN...", 2, SIZE_MAX, "does the MX host match one of the policy's patterns?", lint_mx },
};

static const struct option_row options[] = {
	{ "strict", 's', false, NULL, "report: judge by the RFC alone, not as intake reads it" },
	{ "json", 'j', false, NULL, "print one JSON object (see postseal-lint(1))" },
	{ "quiet", 'q', true, NULL, "print nothing; the exit code tells" },
	{ "help", 'h', true, NULL, "this text" },
	{ 0 },
};

/* Holds the largest report (LIMIT_REPORT_BYTES) as text and as values; untouched pages cost nothing. */
static char memory[192 << 20];
static char json_text[1 << 20];

struct lint_fact *lint_add(struct lint *l, const char *name)
{
	struct lint_fact *f = &l->fact[l->fact_n < LINT_FACTS_N - 1 ? l->fact_n++ : LINT_FACTS_N - 1];

	*f = (struct lint_fact){ .name = name, .form = LINT_NOTHING };
	return f;
}

void lint_warn(struct lint *l, str code, str text)
{
	if (l->warning_n == LINT_WARNINGS_N)
		return;
	l->warning[l->warning_n].code = code;
	l->warning[l->warning_n].text = text;
	l->warning_n++;
}

static void fact_json(const struct lint_fact *f, struct out *out)
{
	bool first = true;

	switch (f->form) {
	case LINT_TEXT:
		json_out_str(out, f->text);
		break;
	case LINT_NUMBER:
		out_u64(out, f->number);
		break;
	case LINT_LIST:
		json_out_strs(out, f->list, f->list_n);
		break;
	case LINT_COUNTS:
		out_char(out, '{');
		for (size_t i = 0; i < f->list_n; i++) {
			if (!first)
				out_char(out, ',');
			first = false;
			json_out_str(out, f->list[i]);
			out_char(out, ':');
			out_u64(out, f->counts[i]);
		}
		out_char(out, '}');
		break;
	case LINT_NOTHING:
		out_str(out, S("null"));
		break;
	}
}

static void why_json(const struct lint *l, struct out *out)
{
	if (l->valid) {
		out_str(out, S("null"));
		return;
	}
	out_str(out, S("{\"rule\":"));
	json_out_str(out, str_of(l->why.rule));
	out_str(out, S(",\"at\":"));
	out_u64(out, l->why.at);
	out_str(out, S(",\"text\":"));
	json_out_str(out, str_of(l->why.text));
	out_char(out, '}');
}

static void lint_json(const struct lint *l, struct out *out)
{
	bool first = true;

	out_str(out, l->valid ? S("{\"valid\":true,\"why\":") : S("{\"valid\":false,\"why\":"));
	why_json(l, out);
	out_str(out, S(",\"value\":"));
	if (l->valid) {
		out_char(out, '{');
		for (size_t i = 0; i < l->fact_n; i++) {
			json_out_key(out, &first, l->fact[i].name);
			fact_json(&l->fact[i], out);
		}
		out_char(out, '}');
	} else {
		out_str(out, S("null"));
	}
	out_str(out, S(",\"warnings\":["));
	for (size_t i = 0; i < l->warning_n; i++) {
		out_str(out, i ? S(",{\"code\":") : S("{\"code\":"));
		json_out_str(out, l->warning[i].code);
		out_str(out, S(",\"text\":"));
		json_out_str(out, l->warning[i].text);
		out_char(out, '}');
	}
	out_str(out, S("],\"hints\":["));
	for (size_t i = 0; i < l->hints.n; i++) {
		if (i > 0)
			out_char(out, ',');
		json_out_str(out, str_of(l->hints.hint[i].text));
	}
	out_str(out, S("],\"instead\":"));
	if (l->hints.instead_n > 0)
		json_out_str(out, (str){ l->hints.instead, l->hints.instead_n });
	else
		out_str(out, S("null"));
	out_str(out, S("}\n"));
}

static void fact_text(const struct lint_fact *f)
{
	printf("  %-25s", f->name);
	switch (f->form) {
	case LINT_TEXT:
		(void)say_text(f->text);
		break;
	case LINT_NUMBER:
		printf("%llu", (unsigned long long)f->number);
		break;
	case LINT_LIST:
	case LINT_COUNTS:
		for (size_t i = 0; i < f->list_n; i++) {
			if (i > 0)
				printf("\n%27s", "");
			(void)say_text(f->list[i]);
			if (f->form == LINT_COUNTS)
				printf(" %llu", (unsigned long long)f->counts[i]);
		}
		if (f->list_n == 0)
			putchar('-');
		break;
	case LINT_NOTHING:
		putchar('-');
		break;
	}
	putchar('\n');
}

static void instead_text(str text)
{
	str line;

	printf("Probably meant:\n");
	while (str_line(&text, &line)) {
		printf("    ");
		(void)say_text(line);
		putchar('\n');
	}
}

static void lint_text(const struct lint *l)
{
	if (l->valid) {
		say_in(SAY_GOOD, "valid");
		printf("%s%s\n", l->remark[0] ? ": " : "", l->remark);
		for (size_t i = 0; i < l->fact_n; i++)
			fact_text(&l->fact[i]);
	} else {
		say_in(SAY_BAD, "not valid");
		printf(": %s%s%s%s\n", l->why.text, l->why.rule[0] ? " (" : "", l->why.rule, l->why.rule[0] ? ")" : "");
		if (l->place)
			say_place(l->input, l->why.at);
		if (l->consequence)
			printf("%s\n", l->consequence);
	}
	for (size_t i = 0; i < l->warning_n; i++) {
		say_in(SAY_NOTE, "warning");
		printf(" ");
		(void)say_text(l->warning[i].code);
		printf(": ");
		(void)say_text(l->warning[i].text);
		putchar('\n');
	}
	for (size_t i = 0; i < l->hints.n; i++) {
		say_in(SAY_STRONG, "hint");
		printf(": %s\n", l->hints.hint[i].text);
	}
	if (l->hints.instead_n > 0)
		instead_text((str){ l->hints.instead, l->hints.instead_n });
}

static int help(void)
{
	say_in(SAY_STRONG, "postseal lint");
	printf(" - judge what a domain publishes and what reporters send, without asking the world\n\n"
	       "Usage: postseal lint KIND [OPTION]... ARGUMENT...\n\n");
	for (size_t i = 0; i < ARRAY_N(kinds); i++) {
		char left[40];

		(void)snprintf(left, sizeof left, "%s %s", kinds[i].name, kinds[i].arguments);
		printf("  %-22s %s\n", left, kinds[i].sentence);
	}
	putchar('\n');
	option_help(options);
	printf("\nExamples:\n"
	       "  postseal lint sts-record \"v=STSv1; id=20160831085700Z;\"\n"
	       "  curl -s https://mta-sts.example.com/.well-known/mta-sts.txt | postseal lint policy -\n"
	       "  postseal lint report report.json.gz\n"
	       "  postseal lint mx mail.example.com '*.example.com'\n\n"
	       "Exit codes: 0 valid or match, 1 not, 2 wrong usage, 3 the file could not be read.\n");
	return VERB_FINE;
}

static const struct kind *kind_find(const char *name)
{
	for (size_t i = 0; i < ARRAY_N(kinds); i++)
		if (strcmp(kinds[i].name, name) == 0)
			return &kinds[i];
	return NULL;
}

static int unknown_kind(const char *name)
{
	for (size_t i = 0; i < ARRAY_N(kinds); i++)
		if (str_distance(str_of(name), str_of(kinds[i].name)) <= 3)
			return say_usage("lint", "there is no kind \"%s\"; did you mean \"%s\"?", name, kinds[i].name);
	return say_usage("lint", "there is no kind \"%s\" of thing to judge", name);
}

int verb_lint(int argc, char **argv)
{
	static struct lint l;
	bool json = false, quiet = false;
	const struct kind *kind;
	const char *value;
	int letter, first, code;

	while ((letter = option_next("lint", options, argc, argv, &value, &first)) != OPTION_END) {
		if (letter == OPTION_WRONG)
			return VERB_USAGE;
		if (letter == 'h')
			return help();
		l.strict |= letter == 's';
		json |= letter == 'j';
		quiet |= letter == 'q';
	}
	if (first == argc)
		return say_usage("lint", "what shall be judged? a kind is missing");
	kind = kind_find(argv[first]);
	if (!kind)
		return unknown_kind(argv[first]);
	l.argument = argv + first + 1;
	l.argument_n = (size_t)(argc - first - 1);
	if (l.argument_n < kind->at_least || l.argument_n > kind->at_most)
		return say_usage("lint", "lint %s takes %s", kind->name, kind->arguments);
	if (l.strict && kind->judge != lint_report)
		return say_usage("lint", "--strict goes with lint report; the others are always strict");
	l.mem = ARENA(memory);
	code = kind->judge(&l);
	if (code != VERB_FINE)
		return code;
	if (json) {
		struct out out = OUT(json_text);

		lint_json(&l, &out);
		(void)fwrite(out_done(&out).p, 1, out_done(&out).n, stdout);
	} else if (!quiet) {
		lint_text(&l);
	}
	return l.valid ? VERB_FINE : VERB_NOT_FINE;
}
