/*
 * verb - the verbs of the command, and the exit codes they share.
 *
 * main.c holds the table; each verb has a file of its own.
 */
#ifndef POSTSEAL_VERB_H
#define POSTSEAL_VERB_H

enum verb_exit {
	VERB_FINE = 0,
	VERB_NOT_FINE = 1, /* the answer is "not fine" */
	VERB_USAGE = 2,
	VERB_UNKNOWN = 3, /* could not find out */
	VERB_INTERRUPTED = 130,
};

/* argv[0] is the verb; returns the exit code. */
int verb_check(int argc, char **argv);
int verb_dns(int argc, char **argv);
int verb_lint(int argc, char **argv);
int verb_policy(int argc, char **argv);
int verb_publish(int argc, char **argv);
int verb_resolve(int argc, char **argv);

#endif
