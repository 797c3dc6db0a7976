#include "core/sts_discovery.h"

#include "test/unit/chance.h"
#include "test/unit/unit.h"

/* A second opinion on what is held, kept by the simplest rules there are. */
struct model {
	bool held;
	char id;
	enum sts_policy_mode mode;
	unix_s expires;
	struct {
		bool failed;
		unix_s at;
	} mark[3]; /* per id; the machine needs to remember only the last */
	char last_failed;
};

struct world {
	struct chance chance;
	struct model model;
	struct sts_known known;
	unix_s now;
	unsigned fetches_n;
};

static bool model_fresh(const struct world *w)
{
	return w->model.held && w->now < w->model.expires;
}

static struct sts_txt any_txt(struct world *w)
{
	struct sts_txt txt = { .class = (enum sts_txt_class)chance_of(&w->chance, 6) };

	if (chance_in(&w->chance, 2))
		txt.class = STS_TXT_ONE;
	if (txt.class == STS_TXT_ONE)
		txt.id[0] = (char)('A' + chance_of(&w->chance, 3));
	if (txt.class == STS_TXT_ERROR)
		txt.error = (enum dns_status)(DNS_TIMEOUT + chance_of(&w->chance, 4));
	return txt;
}

static char id_fetched(const struct sts_discovery *d)
{
	return d->txt.class == STS_TXT_ONE ? d->txt.id[0] : d->known.id[0];
}

static void tell_policy(struct world *w, struct sts_discovery *d)
{
	static const uint32_t ages[] = { 0, 200, 3600, DATE_DAY_S, 30 * DATE_DAY_S, LIMIT_MAX_AGE_S };
	struct sts_fetch fetch = { .cause = (enum sts_fetch_cause)chance_of(&w->chance, 11),
		.dns = DNS_SERVFAIL, .cert = TLS_FAULT_BIT(TLS_FAULT_REVOKED) };
	struct sts_policy policy = { .mode = (enum sts_policy_mode)chance_of(&w->chance, 3),
		.max_age_s = ages[chance_of(&w->chance, ARRAY_N(ages))] };
	struct model *m = &w->model;
	char id = id_fetched(d);

	w->fetches_n++;
	/* never twice within five minutes for the id that failed last  [STS-3.3-i] */
	if (m->last_failed == id)
		assert_true(w->now - m->mark[id - 'A'].at >= STS_KNOWN_PAUSE_S);
	w->now += chance_of(&w->chance, 60);
	if (chance_in(&w->chance, 2))
		fetch.cause = STS_FETCH_OK;
	sts_discovery_policy(d, &fetch, &policy, chance_in(&w->chance, 2), w->now);
	assert_int_equal(d->want, STS_DISCOVERY_DONE);
	if (fetch.cause != STS_FETCH_OK) {
		m->last_failed = id;
		m->mark[id - 'A'].at = w->now;
		assert_int_not_equal(d->verdict, STS_DISCOVERY_USE_NEW);
		assert_true(d->alert == (model_fresh(w) && m->mode != STS_POLICY_NONE)); /* [STS-3.3-o] */
		return;
	}
	*m = (struct model){ .held = true, .id = id, .mode = policy.mode,
		.expires = w->now + (unix_s)policy.max_age_s };
	assert_int_equal(d->verdict, STS_DISCOVERY_USE_NEW);
	assert_false(d->alert);
}

static void check_end(struct world *w, const struct sts_discovery *d)
{
	const struct model *m = &w->model;
	char text[64];
	struct out reason = OUT(text);
	bool fresh = model_fresh(w);

	sts_discovery_reason(d, &reason);
	if (d->verdict == STS_DISCOVERY_USE_KNOWN)
		assert_true(fresh); /* [STS-3.2-h] */
	else if (d->verdict != STS_DISCOVERY_USE_NEW)
		assert_false(fresh); /* [STS-3.3-m] */
	if (d->verdict == STS_DISCOVERY_DEFER)
		assert_true(d->on_bogus == STS_DISCOVERY_ON_BOGUS_DEFER && d->txt.class == STS_TXT_ERROR);
	if (d->verdict == STS_DISCOVERY_USE_KNOWN || d->verdict == STS_DISCOVERY_USE_NEW) {
		assert_int_equal(d->mode, m->mode);
		assert_int_equal(d->known.id[0], m->id);
		assert_true(sts_known_expires(&d->known) == m->expires);
	} else {
		assert_int_equal(d->mode, STS_POLICY_NONE);
		assert_int_equal(d->known.id[0], '\0');
	}
	if (d->verdict == STS_DISCOVERY_USE_KNOWN && m->mode == STS_POLICY_NONE) /* [STS-5-c] */
		assert_true(d->report == RESULT_TYPE_OTHER && !d->alert && !d->txt_lost);
	if (d->verdict == STS_DISCOVERY_USE_NEW)
		assert_int_equal(d->report, RESULT_TYPE_OTHER);
	assert_true((d->report == RESULT_TYPE_OTHER) == (reason.n == 0)); /* [RPT-4.3.1-a] */
}

static void one_run(struct world *w)
{
	enum sts_discovery_purpose purpose = (enum sts_discovery_purpose)chance_of(&w->chance, 3);
	struct sts_discovery d;
	unsigned asked_n = 0;

	sts_discovery_start(&d, purpose, (enum sts_discovery_on_bogus)chance_of(&w->chance, 2), &w->known);
	while (d.want == STS_DISCOVERY_WANT_TXT || d.want == STS_DISCOVERY_WANT_FRESH_TXT) {
		struct sts_txt txt = any_txt(w);

		assert_true((d.want == STS_DISCOVERY_WANT_FRESH_TXT) == (purpose == STS_DISCOVERY_BOUNCE));
		sts_discovery_txt(&d, &txt, w->now);
		asked_n += txt.class != STS_TXT_NOT_ASKED;
		assert_true(asked_n <= 2); /* */
	}
	if (d.want == STS_DISCOVERY_WANT_POLICY) {
		/* without a record only a refresh of what is fresh asks the policy host  [STS-3.1-l] */
		assert_true(d.txt.class == STS_TXT_ONE || (purpose == STS_DISCOVERY_REFRESH && model_fresh(w)));
		if (purpose != STS_DISCOVERY_REFRESH && model_fresh(w))
			assert_int_not_equal(d.txt.id[0], w->model.id); /* [STS-3-a] */
		tell_policy(w, &d);
	}
	assert_int_equal(d.want, STS_DISCOVERY_DONE);
	check_end(w, &d);
	if (d.known.id[0] == '\0')
		w->model.held = false;
	w->known = d.known;
}

static void random_lives(void **state)
{
	static const unix_s steps[] = { 1, 30, 299, 300, 1800, DATE_DAY_S, 20 * DATE_DAY_S };
	unsigned fetches_n = 0;

	(void)state;
	for (unsigned seed = 1; seed <= 300; seed++) {
		struct world w = { .chance = { seed * 8461 }, .now = 1000 };

		for (unsigned i = 0; i < 400; i++) {
			w.now += steps[chance_of(&w.chance, ARRAY_N(steps))];
			one_run(&w);
		}
		fetches_n += w.fetches_n;
	}
	assert_true(fetches_n > 10000);
}

/* What is told out of turn changes nothing. */
static void out_of_turn(void **state)
{
	struct sts_txt absent = { .class = STS_TXT_ABSENT }, one = { .class = STS_TXT_ONE, .id = "A" };
	struct sts_fetch ok = { .cause = STS_FETCH_OK };
	struct sts_policy policy = { .mode = STS_POLICY_ENFORCE, .max_age_s = 100 };
	struct sts_known nothing = { 0 };
	struct sts_discovery d;

	(void)state;
	sts_discovery_start(&d, STS_DISCOVERY_DELIVERY, STS_DISCOVERY_ON_BOGUS_DELIVER, &nothing);
	sts_discovery_policy(&d, &ok, &policy, false, 1000);
	assert_int_equal(d.want, STS_DISCOVERY_WANT_TXT);
	sts_discovery_txt(&d, &absent, 1000);
	sts_discovery_txt(&d, &one, 1000);
	assert_int_equal(d.want, STS_DISCOVERY_DONE);
	assert_int_equal(d.verdict, STS_DISCOVERY_NO_POLICY);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(random_lives),
		cmocka_unit_test(out_of_turn),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
