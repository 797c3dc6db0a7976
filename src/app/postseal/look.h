/*
 * look - see domains one after the other, for verbs that publish.
 *
 * What was seen of a domain lives until the next is looked at.
 */
#ifndef POSTSEAL_LOOK_H
#define POSTSEAL_LOOK_H

#include "app/postseal/inspect.h"
#include "core/draft.h"

struct look {
	struct world world;
	struct inspect *inspect;
	struct inspection inspection;
	struct arena mem; /* of the inspection; callers may take from it too */
};

/* Exit code: VERB_FINE, or another after a sentence on standard error.  look_close in any case. */
int look_open(struct look *look, const struct world_settings *settings);
const struct inspection *look_at(
    struct look *look, const struct domain *domain, const struct inspection_options *options);
void look_close(struct look *look);

/*
 * Read a domain as an argument, and a policy file strictly: VERB_FINE, or the
 * exit code after a sentence.  The policy and its text are in mem.
 */
int look_read_domain(const char *verb, const char *text, struct domain *domain);
int look_read_policy(const char *path, struct arena *mem, struct sts_policy *policy, str *text);

/*
 * Print what speaks against a policy on standard error.  VERB_FINE when nothing
 * does but warnings, or force is set; VERB_NOT_FINE; VERB_UNKNOWN when something
 * could not be found out.
 */
int look_judge(const struct inspection *i, const struct sts_policy *policy, bool force);

#endif
