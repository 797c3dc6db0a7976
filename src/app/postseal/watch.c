#include "app/postseal/watch.h"

#include <stdio.h>
#include <stdlib.h>

#include "app/postseal/say.h"
#include "io/clock.h"
#include "io/memory.h"

struct watch *watch_open(size_t n)
{
	return memory_must(calloc(n, sizeof(struct watch)));
}

static void forget(struct watch *w)
{
	for (size_t k = 0; k < w->line_n; k++)
		free(w->line[k]);
	free(w->line);
}

void watch_close(struct watch *watch, size_t n)
{
	for (size_t k = 0; watch && k < n; k++)
		forget(&watch[k]);
	free(watch);
}

bool watch_told(const struct watch *watch)
{
	return watch->rounds > 1;
}

static char *line_of(const struct finding *f)
{
	char text[1024];

	(void)snprintf(text, sizeof text, "%.*s %s %.*s: %.*s", STR_ARG(finding_severity_name(f->severity)),
	    finding_row(f->id)->id, STR_ARG(f->subject), STR_ARG(str_head(f->message, 600)));
	return memory_must(strdup(text));
}

static bool holds(const struct watch *w, const char *line)
{
	for (size_t k = 0; k < w->line_n; k++)
		if (strcmp(w->line[k], line) == 0)
			return true;
	return false;
}

/* The lines of a that b has not; printed behind the sign. */
static size_t differ(const struct watch *a, const struct watch *b, char sign, bool silent)
{
	char date[32];
	struct out now = OUT(date);
	size_t n = 0;

	date_write(clock_now(), &now);
	for (size_t k = 0; k < a->line_n; k++) {
		if (holds(b, a->line[k]))
			continue;
		n++;
		if (silent)
			continue;
		printf("%.*s %c ", STR_ARG(out_done(&now)), sign);
		(void)say_text(str_of(a->line[k]));
		putchar('\n');
	}
	return n;
}

bool watch_changed(struct watch *watch, const struct finding_list *list, bool silent)
{
	struct watch now = { .rounds = watch->rounds + 1 };
	bool quiet = silent || watch->rounds == 0;
	size_t n;

	now.line = memory_must(calloc(list->finding_n + 1, sizeof *now.line));
	for (size_t k = 0; k < list->finding_n; k++)
		now.line[now.line_n++] = line_of(&list->finding[k]);
	n = differ(watch, &now, '-', quiet) + differ(&now, watch, '+', quiet);
	forget(watch);
	*watch = now;
	return n > 0 || now.rounds == 1;
}
