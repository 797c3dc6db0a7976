#include "core/publication.h"

#include "test/unit/unit.h"

#define NOW 1795293900 /* 2026-11-21T20:45:00Z */

static char memory[1 << 16];

/* A domain with this record and policy, as settled. */
static struct inspection seen(const char *id, const struct sts_policy *policy, const struct inspection_fetch *served)
{
	struct inspection i = { .now = NOW, .served = served, .tlsrpt_err = E_ABSENT };

	assert_int_equal(domain_read(S("example.com"), &i.domain, NULL), OK);
	i.txt.class = *id ? STS_TXT_ONE : STS_TXT_ABSENT;
	memcpy(i.txt.id, id, strlen(id) + 1);
	if (policy) {
		i.policy = *policy;
		i.policy_read = true;
		i.has_policy = *id != '\0';
	}
	return i;
}

static void ids(void **state)
{
	static str one[] = { STR("mx.example.com"), STR("*.example.net") };
	static str turned[] = { STR("*.EXAMPLE.net"), STR("mx.example.com") };
	static const struct sts_policy live = { .mode = STS_POLICY_ENFORCE, .max_age_s = 604800, .mx = one, .mx_n = 2 };
	static const struct {
		const char *name, *id;
		struct sts_policy wish;
		bool kept, ready;
	} rows[] = {
		{ "the same", "2026", { STS_POLICY_ENFORCE, 604800, one, 2 }, true, true },
		{ "other order and case", "2026", { STS_POLICY_ENFORCE, 604800, turned, 2 }, true, true },
		{ "other mode", "2026", { STS_POLICY_TESTING, 604800, one, 2 }, false, false },
		{ "other max_age", "2026", { STS_POLICY_ENFORCE, 604801, one, 2 }, false, false },
		{ "a pattern less", "2026", { STS_POLICY_ENFORCE, 604800, one, 1 }, false, false },
		{ "no record", "", { STS_POLICY_ENFORCE, 604800, one, 2 }, false, true },
		{ "an id of ours for another policy", "20260101T000000Z00000000",
		    { STS_POLICY_ENFORCE, 604800, one, 2 }, false, true },
		{ "almost an id of ours", "20260101T000000Z0000000g", { STS_POLICY_ENFORCE, 604800, one, 2 },
		    true, true },
	};
	const struct inspection_fetch served = { .fetch = { .cause = STS_FETCH_OK } };

	(void)state;
	for (size_t k = 0; k < ARRAY_N(rows); k++) {
		struct inspection i = seen(rows[k].id, &live, &served);
		struct arena mem = ARENA(memory);
		struct publication p, again;

		assert_int_equal(publication_with(&i, &rows[k].wish, &mem, &p, NULL), OK);
		if (p.id_kept != rows[k].kept || p.ready != rows[k].ready)
			fail_msg("%s: kept %d, ready %d", rows[k].name, p.id_kept, p.ready);
		if (p.id_kept) {
			unit_same(str_of(p.id), str_of(rows[k].id), rows[k].name);
			continue;
		}
		unit_same(str_head(str_of(p.id), 16), S("20261121T204500Z"), rows[k].name);
		i = seen(p.id, &rows[k].wish, &served); /* once it is published, it stays */
		assert_int_equal(publication_with(&i, &rows[k].wish, &mem, &again, NULL), OK);
		assert_true(again.id_kept);
	}
}

static void not_ready(void **state)
{
	static str mx[] = { STR("mx.example.com") };
	static const struct sts_policy live = { .mode = STS_POLICY_ENFORCE, .max_age_s = 604800, .mx = mx, .mx_n = 1 };
	const struct inspection_fetch refused = { .fetch = { .cause = STS_FETCH_CONTENT_TYPE } };
	const struct inspection_fetch served = { .fetch = { .cause = STS_FETCH_OK } };
	struct inspection i = seen("2026", &live, &refused);
	struct arena mem = ARENA(memory);
	struct publication p;

	(void)state;
	assert_int_equal(publication_with(&i, &live, &mem, &p, NULL), OK);
	assert_false(p.ready || p.id_kept);
	i = seen("2026", &live, &served);
	(void)why_set(&i.policy_why, E_SYNTAX, "", 0, "an empty line"); /* strict senders refuse it */
	assert_int_equal(publication_with(&i, &live, &mem, &p, NULL), OK);
	assert_false(p.ready || p.id_kept);
}

static void nothing_live(void **state)
{
	struct inspection_mx hosts[] = { { .host = S("mx2.example.com") }, { .host = S("192.0.2.1") } };
	struct inspection i = seen("", NULL, NULL);
	struct arena mem = ARENA(memory);
	struct publication p;

	(void)state;
	assert_int_equal(publication_of(&i, &mem, &p, NULL), E_ABSENT);
	i.host = hosts;
	i.host_n = 2;
	i.tlsrpt_err = OK;
	i.rua.rua_n = 2;
	i.rua.rua[0] = S("mailto:a@example.com");
	i.rua.rua[1] = S("https://example.com/r");
	assert_int_equal(publication_of(&i, &mem, &p, NULL), OK);
	assert_int_equal(p.policy.mode, STS_POLICY_TESTING);
	assert_int_equal(p.policy.mx_n, 1); /* an address is no pattern */
	unit_same(p.policy.mx[0], S("mx2.example.com"), "host");
	unit_same(p.rua, S("mailto:a@example.com,https://example.com/r"), "rua");
	for (size_t size = 0; size < 70000; size += 97) {
		static char room[70000];
		struct arena small = { .base = room, .cap = size };
		err e = publication_of(&i, &small, &p, NULL);

		assert_true(e == OK || e == E_LIMIT);
		if (e == OK)
			unit_same(p.rua, S("mailto:a@example.com,https://example.com/r"), "small");
	}
}

/* A policy on its way out stays as it is.  [STS-8.3-a] */
static void withdrawn(void **state)
{
	static const struct sts_policy none = { .mode = STS_POLICY_NONE, .max_age_s = 3600 };
	const struct inspection_fetch served = { .fetch = { .cause = STS_FETCH_OK } };
	struct inspection_mx host = { .host = S("mx.example.com") };
	struct inspection i = seen("2026", &none, &served);
	struct arena mem = ARENA(memory);
	struct publication p;

	(void)state;
	i.host = &host;
	i.host_n = 1;
	assert_int_equal(publication_of(&i, &mem, &p, NULL), OK);
	assert_true(p.id_kept && p.ready && p.policy.mx_n == 0);
	assert_int_equal(p.policy.max_age_s, 3600);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(ids),
		cmocka_unit_test(not_ready),
		cmocka_unit_test(nothing_live),
		cmocka_unit_test(withdrawn),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
