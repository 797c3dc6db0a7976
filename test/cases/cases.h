/*
 * cases - what the programs that read sample files share; trouble with a file ends them with 2.
 */
#ifndef TEST_CASES_H
#define TEST_CASES_H

#include <stdio.h>
#include <stdlib.h>

#include "wire/json.h"

static inline void cases_die(const char *what)
{
	perror(what);
	exit(2);
}

/* The whole file; the caller's. */
static inline str cases_load(const char *path)
{
	FILE *f = fopen(path, "rb");
	char *p;
	long n;

	if (!f || fseek(f, 0, SEEK_END) != 0 || (n = ftell(f)) < 0)
		cases_die(path);
	rewind(f);
	p = malloc((size_t)n + 1);
	if (!p || fread(p, 1, (size_t)n, f) != (size_t)n)
		cases_die(path);
	fclose(f);
	return (str){ p, (size_t)n };
}

/* NULL: the object has none of that name. */
static inline const struct json *cases_member(const struct json *object, const char *name)
{
	struct json_walk w = json_walk(object);
	const struct json *v;
	str key;

	while (json_next(&w, &key, &v))
		if (str_eq(key, str_of(name)))
			return v;
	return NULL;
}

#endif
