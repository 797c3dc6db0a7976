#include "core/sts_discovery.h"

void sts_discovery_start(struct sts_discovery *d, enum sts_discovery_purpose purpose,
    enum sts_discovery_on_bogus on_bogus, const struct sts_known *known)
{
	*d = (struct sts_discovery){ .purpose = purpose, .on_bogus = on_bogus, .known = *known };
	d->want = purpose == STS_DISCOVERY_BOUNCE ? STS_DISCOVERY_WANT_FRESH_TXT : STS_DISCOVERY_WANT_TXT;
}

/* The id a fetch of this run is for: a refresh without a usable record keeps the old one. */
static str id_wanted(const struct sts_discovery *d)
{
	return str_of(d->txt.class == STS_TXT_ONE ? d->txt.id : d->known.id);
}

/* T0, TM and TS: the sender saw that there is no usable record. */
static bool txt_unusable(const struct sts_discovery *d)
{
	return d->txt.class == STS_TXT_ABSENT || d->txt.class == STS_TXT_SEVERAL ||
	    d->txt.class == STS_TXT_SYNTAX;
}

/* What to report, RFC 8461 6.  Never about mode none.  [STS-5-c] [STS-6-a] [STS-6-b] */
static void note_report(struct sts_discovery *d)
{
	bool bound = d->verdict == STS_DISCOVERY_USE_KNOWN && d->known.mode != STS_POLICY_NONE;

	if (d->fetch.cause != STS_FETCH_OK) {
		if (bound || d->verdict == STS_DISCOVERY_NO_POLICY) /* */
			d->report = sts_fetch_type(&d->fetch);
	} else if (bound && (txt_unusable(d) || d->txt.class == STS_TXT_ERROR)) { /* */
		d->report = RESULT_TYPE_STS_POLICY_FETCH_ERROR;
	}
}

static void finish(struct sts_discovery *d, enum sts_discovery_verdict verdict)
{
	d->want = STS_DISCOVERY_DONE;
	d->verdict = verdict;
	d->mode = d->known.id[0] ? d->known.mode : STS_POLICY_NONE;
	d->txt_lost = txt_unusable(d) && d->mode != STS_POLICY_NONE; /* [STS-3.1-m] */
	note_report(d);
}

/* Nothing new came: what was known, while it is fresh.  [STS-3.3-l] [STS-3.3-m] */
static void settle(struct sts_discovery *d, unix_s now)
{
	if (sts_known_fresh(&d->known, now)) {
		finish(d, STS_DISCOVERY_USE_KNOWN);
		return;
	}
	sts_known_drop(&d->known);
	if (d->txt.class == STS_TXT_ERROR && d->on_bogus == STS_DISCOVERY_ON_BOGUS_DEFER &&
	    d->purpose != STS_DISCOVERY_BOUNCE)
		finish(d, STS_DISCOVERY_DEFER);
	else
		finish(d, STS_DISCOVERY_NO_POLICY);
}

/* Does this answer call for a fetch, were it not for the back-off? */
static bool calls_for_fetch(const struct sts_discovery *d, bool fresh)
{
	if (d->purpose == STS_DISCOVERY_REFRESH && fresh) /* [STS-10.2-b] */
		return true;
	if (d->txt.class != STS_TXT_ONE) /* [STS-3.1-l] */
		return false;
	/* ids are equal or not; there is no order among them.  [STS-3-a] [STS-3.1-f] */
	return !fresh || !str_eq(str_of(d->txt.id), str_of(d->known.id));
}

void sts_discovery_txt(struct sts_discovery *d, const struct sts_txt *txt, unix_s now)
{
	bool fresh = sts_known_fresh(&d->known, now);

	if (d->want != STS_DISCOVERY_WANT_TXT && d->want != STS_DISCOVERY_WANT_FRESH_TXT)
		return;
	if (txt->class == STS_TXT_NOT_ASKED && (!fresh || d->purpose == STS_DISCOVERY_BOUNCE))
		return; /* only a fresh policy may go without asking */
	d->txt_n++;
	if (txt->class == STS_TXT_ERROR && !fresh && d->txt_n == 1)
		return; /* one quick retry */
	d->txt = *txt;
	if (!calls_for_fetch(d, fresh)) {
		settle(d, now);
	} else if (sts_known_paused(&d->known, id_wanted(d), now)) { /* [STS-3.3-i] */
		d->fetch = d->known.failed.fetch; /* this session runs under that failure, too */
		settle(d, now);
	} else {
		d->want = STS_DISCOVERY_WANT_POLICY;
	}
}

void sts_discovery_policy(struct sts_discovery *d, const struct sts_fetch *fetch,
    const struct sts_policy *policy, bool same_body, unix_s now)
{
	str id = id_wanted(d);

	if (d->want != STS_DISCOVERY_WANT_POLICY)
		return;
	if (fetch->cause != STS_FETCH_OK) {
		d->fetch = *fetch;
		sts_known_fail(&d->known, id, fetch, now);
		settle(d, now);
		d->alert = d->mode != STS_POLICY_NONE; /* [STS-3.3-o] [STS-10.2-c] */
		return;
	}
	d->body_changed = !same_body && str_eq(id, str_of(d->known.id));
	sts_known_keep(&d->known, id, policy, same_body, now);
	finish(d, STS_DISCOVERY_USE_NEW);
}

void sts_discovery_reason(const struct sts_discovery *d, struct out *out)
{
	if (d->report == RESULT_TYPE_OTHER)
		return;
	if (d->fetch.cause != STS_FETCH_OK)
		sts_fetch_write(&d->fetch, out);
	else
		out_str(out, sts_txt_reason(&d->txt));
}
