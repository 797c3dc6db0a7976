#include "core/sts_known.h"

static void copy_id(char to[LIMIT_ID_BYTES + 1], str id)
{
	size_t n = id.n < LIMIT_ID_BYTES ? id.n : LIMIT_ID_BYTES;

	if (n > 0 && to != id.p)
		memcpy(to, id.p, n);
	to[n] = '\0';
}

unix_s sts_known_expires(const struct sts_known *known)
{
	uint32_t age = known->max_age_s < LIMIT_MAX_AGE_S ? known->max_age_s : LIMIT_MAX_AGE_S; /* */

	return known->fetched + (unix_s)age;
}

bool sts_known_fresh(const struct sts_known *known, unix_s now)
{
	return known->id[0] != '\0' && now < sts_known_expires(known);
}

bool sts_known_paused(const struct sts_known *known, str id, unix_s now)
{
	const struct sts_known_failure *f = &known->failed;

	/* a mark of the future is a clock put back; waiting for it could last for ever */
	return f->n > 0 && now >= f->at && now - f->at < STS_KNOWN_PAUSE_S && str_eq(str_of(f->id), id);
}

static unix_s due_after_failure(const struct sts_known_failure *failed)
{
	unsigned doublings = failed->n - 1;
	unix_s pause = doublings > 8 ? DATE_DAY_S : (unix_s)STS_KNOWN_PAUSE_S << doublings;

	return failed->at + pause;
}

static unix_s due_after_success(const struct sts_known *known)
{
	static const unix_s looks_s[] = { 5 * 60, 15 * 60, 60 * 60 };
	unix_s pause = (sts_known_expires(known) - known->fetched) / 2, due;

	if (pause > DATE_DAY_S)
		pause = DATE_DAY_S;
	due = known->fetched + (pause > STS_KNOWN_PAUSE_S ? pause : STS_KNOWN_PAUSE_S);
	for (size_t i = 0; known->same_body_at > 0 && i < ARRAY_N(looks_s); i++) {
		unix_s look = known->same_body_at + looks_s[i];

		if (look > known->fetched && look < due)
			due = look;
	}
	return due;
}

unix_s sts_known_due(const struct sts_known *known)
{
	unix_s due;

	if (known->id[0] == '\0')
		return 0;
	due = known->failed.n > 0 ? due_after_failure(&known->failed) : due_after_success(known);
	return due < sts_known_expires(known) ? due : 0;
}

void sts_known_keep(struct sts_known *known, str id, const struct sts_policy *policy, bool same_body,
    unix_s now)
{
	bool new_id = !str_eq(str_of(known->id), id);

	if (!same_body)
		known->same_body_at = 0;
	else if (new_id)
		known->same_body_at = now;
	copy_id(known->id, id);
	known->mode = policy->mode;
	known->max_age_s = policy->max_age_s;
	known->fetched = now;
	known->failed = (struct sts_known_failure){ 0 };
}

void sts_known_fail(struct sts_known *known, str id, const struct sts_fetch *fetch, unix_s now)
{
	copy_id(known->failed.id, id);
	known->failed.n++;
	known->failed.at = now;
	known->failed.fetch = *fetch;
}

void sts_known_drop(struct sts_known *known)
{
	*known = (struct sts_known){ .failed = known->failed };
}
