/*
 * option - the options of a verb, as one table: parsing and --help come from it,
 * and a test holds the man page and the completions against it.
 */
#ifndef POSTSEAL_OPTION_H
#define POSTSEAL_OPTION_H

#include <stdbool.h>

struct option_row {
	const char *name;     /* without the dashes */
	char letter;          /* what the parser hands to the verb; as -X only when short_too */
	bool short_too;
	const char *argument; /* its name in the help; NULL: takes none */
	const char *sentence;
};

#define OPTION_N 24   /* rows of a table, at most */
#define OPTION_END (-1)
#define OPTION_WRONG '?'

/*
 * The next option of argv: its letter and *value, OPTION_END, or OPTION_WRONG
 * after a sentence on standard error.  Arguments may stand between options;
 * "--" ends the options; *first is then the index of the first argument.
 */
int option_next(const char *verb, const struct option_row *rows, int argc, char **argv, const char **value,
    int *first);

void option_help(const struct option_row *rows);

#endif
