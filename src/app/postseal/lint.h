/*
 * lint - one judgement: what it found, and how it is told to people and programs.
 *
 * A kind (lint_kinds.c, lint_report.c) fills struct lint; lint.c prints it.
 */
#ifndef POSTSEAL_LINT_H
#define POSTSEAL_LINT_H

#include "base/arena.h"
#include "core/hint.h"

#define LINT_FACTS_N 16
#define LINT_WARNINGS_N (LIMIT_WARNINGS_N + 8)

/* One member of "value": exactly one of the forms. */
struct lint_fact {
	const char *name;
	enum { LINT_TEXT, LINT_NUMBER, LINT_LIST, LINT_COUNTS, LINT_NOTHING } form;
	str text;
	uint64_t number;
	const str *list;        /* LINT_LIST, LINT_COUNTS */
	const uint64_t *counts; /* LINT_COUNTS: one for each of list */
	size_t list_n;
};

struct lint {
	/* asked */
	bool strict;
	char **argument;
	size_t argument_n;
	struct arena mem;
	/* found */
	bool valid;
	struct why why;          /* when not valid */
	str input;               /* what why.at points into */
	bool place;              /* why.at is worth showing */
	const char *consequence; /* what senders or receivers do with it, when not valid */
	char remark[160];        /* behind "valid" */
	struct lint_fact fact[LINT_FACTS_N];
	size_t fact_n;
	struct {
		str code;
		str text;
	} warning[LINT_WARNINGS_N];
	size_t warning_n;
	struct hints hints;
};

/* Each judges l->argument; VERB_FINE when there is a judgement, else the exit code after a sentence on standard error. */
int lint_sts_record(struct lint *l);
int lint_tlsrpt_record(struct lint *l);
int lint_policy(struct lint *l);
int lint_report(struct lint *l);
int lint_report_name(struct lint *l);
int lint_mx(struct lint *l);

/* For the kinds */
struct lint_fact *lint_add(struct lint *l, const char *name);
void lint_warn(struct lint *l, str code, str text);

#endif
