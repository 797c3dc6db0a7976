/*
 * watch - what was found the last time, so that only changes are told.
 */
#ifndef POSTSEAL_WATCH_H
#define POSTSEAL_WATCH_H

#include "core/finding.h"

/* The findings of one domain, "error W04 mta-sts.example.com: ...". */
struct watch {
	char **line; /* line_n of them, owned */
	size_t line_n;
	unsigned rounds;
};

struct watch *watch_open(size_t n);             /* n domains, nothing told yet */
void watch_close(struct watch *watch, size_t n); /* NULL is allowed */

/*
 * Keep these findings.  True the first time, and when they differ from the last
 * ones; then, unless silent, the differences are printed ("+" new, "-" gone).
 */
bool watch_changed(struct watch *watch, const struct finding_list *list, bool silent);

bool watch_told(const struct watch *watch); /* not the first time */

#endif
