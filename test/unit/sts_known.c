#include "core/sts_known.h"

#include "test/unit/unit.h"

static const struct sts_fetch lost = { .cause = STS_FETCH_HTTP_IO };

static struct sts_known held(enum sts_policy_mode mode, uint32_t max_age_s, unix_s fetched)
{
	struct sts_policy policy = { .mode = mode, .max_age_s = max_age_s };
	struct sts_known k = { 0 };

	sts_known_keep(&k, S("A"), &policy, false, fetched);
	return k;
}

static void fresh(void **state)
{
	static const struct {
		uint32_t max_age_s;
		unix_s now;
		bool fresh;
	} rows[] = {
		{ 100, 1000, true },
		{ 100, 1099, true },
		{ 100, 1100, false }, /* now < expires */
		{ 100, 900, true },   /* the clock was put back */
		{ 0, 1000, false },
		{ LIMIT_MAX_AGE_S, 1000 + LIMIT_MAX_AGE_S - 1, true },
		{ LIMIT_MAX_AGE_S + 1, 1000 + LIMIT_MAX_AGE_S, false }, /* */
		{ UINT32_MAX, 1000 + LIMIT_MAX_AGE_S, false },
	};
	struct sts_known nothing = { 0 };

	(void)state;
	assert_false(sts_known_fresh(&nothing, 0));
	for (size_t i = 0; i < ARRAY_N(rows); i++) {
		struct sts_known k = held(STS_POLICY_ENFORCE, rows[i].max_age_s, 1000);

		assert_int_equal(sts_known_fresh(&k, rows[i].now), rows[i].fresh);
	}
}

/* [STS-3.3-i] */
static void paused(void **state)
{
	struct sts_known k = { 0 };

	(void)state;
	assert_false(sts_known_paused(&k, S(""), 1000));
	sts_known_fail(&k, S("A"), &lost, 1000);
	assert_true(sts_known_paused(&k, S("A"), 1000));
	assert_true(sts_known_paused(&k, S("A"), 1000 + STS_KNOWN_PAUSE_S - 1));
	assert_false(sts_known_paused(&k, S("A"), 1000 + STS_KNOWN_PAUSE_S));
	assert_false(sts_known_paused(&k, S("A"), 999));
	assert_false(sts_known_paused(&k, S("a"), 1000));
	assert_false(sts_known_paused(&k, S("B"), 1000));
}

static void due_after_failures(void **state)
{
	static const unix_s minutes[] = { 5, 10, 20, 40, 80, 160, 320, 640, 1280, 1440, 1440, 1440 };
	struct sts_known k = held(STS_POLICY_ENFORCE, LIMIT_MAX_AGE_S, 1000);

	(void)state;
	for (size_t i = 0; i < ARRAY_N(minutes); i++) {
		sts_known_fail(&k, S("A"), &lost, 2000);
		assert_true(sts_known_due(&k) == 2000 + minutes[i] * 60);
	}
	k.failed.n = UINT32_MAX;
	assert_true(sts_known_due(&k) == 2000 + DATE_DAY_S);
}

static void due_before_expiry_only(void **state)
{
	(void)state;
	for (uint32_t max_age_s = 0; max_age_s < 4 * DATE_DAY_S; max_age_s += 97) {
		struct sts_known k = held(STS_POLICY_TESTING, max_age_s, 1000);
		unix_s due = sts_known_due(&k);

		assert_true(due == 0 || (due >= 1000 + STS_KNOWN_PAUSE_S && due <= 1000 + DATE_DAY_S));
		assert_true(due < sts_known_expires(&k));
		assert_true(due > 0 || max_age_s <= STS_KNOWN_PAUSE_S);
		k.same_body_at = 1000;
		assert_true(sts_known_due(&k) <= 1000 + STS_KNOWN_PAUSE_S);
	}
}

static void drop_keeps_the_mark(void **state)
{
	struct sts_known k = held(STS_POLICY_ENFORCE, 100, 1000);

	(void)state;
	sts_known_fail(&k, S("B"), &lost, 1000);
	sts_known_drop(&k);
	assert_int_equal(k.id[0], '\0');
	assert_int_equal(k.max_age_s, 0);
	assert_true(sts_known_paused(&k, S("B"), 1001));
	assert_true(sts_known_due(&k) == 0);
}

/* An id of 32 characters fits whole. */
static void longest_id(void **state)
{
	str id = S("abcdefghijklmnopqrstuvwxyz012345");
	struct sts_policy policy = { .mode = STS_POLICY_NONE };
	struct sts_known k = { 0 };

	(void)state;
	assert_int_equal(id.n, LIMIT_ID_BYTES);
	sts_known_keep(&k, id, &policy, false, 1);
	unit_same(str_of(k.id), id, "id");
	sts_known_fail(&k, str_of(k.id), &lost, 2);
	unit_same(str_of(k.failed.id), id, "failed id");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(fresh),
		cmocka_unit_test(paused),
		cmocka_unit_test(due_after_failures),
		cmocka_unit_test(due_before_expiry_only),
		cmocka_unit_test(drop_keeps_the_mark),
		cmocka_unit_test(longest_id),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
