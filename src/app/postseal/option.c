#include "app/postseal/option.h"

#include <getopt.h>
#include <stdio.h>

#include "app/postseal/say.h"

static int refuse(const char *verb, const struct option_row *rows, const char *word)
{
	const char *best = NULL;
	size_t best_far = 3;
	str wrong = str_of(word);

	while (wrong.n > 0 && wrong.p[0] == '-')
		wrong = str_skip(wrong, 1);
	str_cut(wrong, '=', &wrong, &(str){ 0 });
	for (; rows->name; rows++) {
		size_t far = str_distance(wrong, str_of(rows->name));

		if (far < best_far) {
			best_far = far;
			best = rows->name;
		}
	}
	if (best && best_far > 0)
		(void)say_usage(verb, "there is no option \"%s\"; did you mean --%s?", word, best);
	else
		(void)say_usage(verb, "option \"%s\" is unknown or lacks its value", word);
	return OPTION_WRONG;
}

int option_next(const char *verb, const struct option_row *rows, int argc, char **argv, const char **value,
    int *first)
{
	struct option longs[OPTION_N + 1] = { 0 };
	char shorts[2 * OPTION_N + 2] = ":";
	size_t n = 0, k = 1;
	int before = optind, got;

	for (; rows[n].name && n < OPTION_N; n++) {
		longs[n] = (struct option){ .name = rows[n].name, .has_arg = rows[n].argument ? required_argument : no_argument,
			.val = rows[n].letter };
		if (rows[n].short_too) {
			shorts[k++] = rows[n].letter;
			if (rows[n].argument)
				shorts[k++] = ':';
		}
	}
	opterr = 0;
	got = getopt_long(argc, argv, shorts, longs, NULL);
	*value = optarg;
	*first = optind;
	if (got == -1)
		return OPTION_END;
	if (got == '?' || got == ':')
		return refuse(verb, rows, argv[optind > before ? optind - 1 : optind]);
	return got;
}

void option_help(const struct option_row *rows)
{
	for (; rows->name; rows++) {
		char left[40];

		(void)snprintf(left, sizeof left, "--%s%s%s", rows->name, rows->argument ? " " : "",
		    rows->argument ? rows->argument : "");
		printf("  %-22s %s\n", left, rows->sentence);
	}
}
