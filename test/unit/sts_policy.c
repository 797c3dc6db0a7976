#include "wire/sts_policy.h"

#include "test/unit/unit.h"

static char memory[1 << 17];

#define BASE "version: STSv1\nmode: enforce\nmx: a.example\nmax_age: 86400"

/* The vectors hold the grammar; here are places, the sender's reading and round trips. */
static void places_and_readings(void **state)
{
	static const struct {
		str text;
		err strict;
		size_t at;
		err sender;
	} rows[] = {
		{ STR(BASE), OK, 0, OK },
		{ STR(BASE "\n"), OK, 0, OK },
		{ STR(BASE "\n\n"), E_SYNTAX, 58, OK }, /* [STS-3.2-n] A-24 */
		{ STR(BASE "\r\n\r\n  \n"), E_SYNTAX, 59, OK },
		{ STR(BASE "\n  "), E_SYNTAX, 58, OK },
		{ STR(BASE "\r"), E_SYNTAX, 57, E_SYNTAX }, /* [STS-3.2-d] */
		{ STR("\n" BASE), E_SYNTAX, 0, E_SYNTAX },
		{ STR("version: STSv1\n\nmode: none\nmax_age: 1"), E_SYNTAX, 15, E_SYNTAX },
		{ STR("\xef\xbb\xbf" BASE), E_SYNTAX, 0, E_SYNTAX },
		{ STR(" " BASE), E_SYNTAX, 0, E_SYNTAX },
		{ STR("version : STSv1"), E_SYNTAX, 7, E_SYNTAX },
		{ STR("version STSv1"), E_SYNTAX, 7, E_SYNTAX },
		{ STR("version"), E_SYNTAX, 0, E_SYNTAX },
		{ STR(":x"), E_SYNTAX, 0, E_SYNTAX },
		{ STR("version:"), E_SYNTAX, 7, E_SYNTAX },
		{ STR("version: STSv2"), E_RULE, 9, E_RULE }, /* [STS-3.2-e] */
		{ STR("version: STSv1\nmode: Enforce"), E_SYNTAX, 21, E_SYNTAX }, /* [STS-3.2-f] */
		{ STR("version: STSv1\nmode: none\nmax_age: 31557601"), E_RULE, 35, OK }, /* [STS-3.2-g] */
		{ STR("version: STSv1\nmode: none\nmax_age: 10000000000"), E_SYNTAX, 35, E_SYNTAX },
		{ STR("version: STSv1\nmode: none\nmax_age: 0000086400"), OK, 0, OK },
		{ STR("version: STSv1\nmode: enforce\nmx: a.example, b.example\nmax_age: 1"), E_SYNTAX, 42, E_SYNTAX },
		{ STR("version: STSv1\nmode: testing\nmax_age: 1"), E_RULE, 39, E_RULE }, /* [STS-3.2-j] */
		{ STR("mode: none\nmax_age: 1"), E_RULE, 21, E_RULE },
		{ STR("version:\tSTSv1\nmode:none\nmax_age:   1"), OK, 0, OK }, /* [STS-3.2-o] */
		{ STR("version: STSv1\nmode: none\nmax_age: 1\nfoo: a:b  c\xc3\xbc"), OK, 0, OK }, /* [STS-3.2-p] */
		{ STR("version: STSv1\nmode: none\nmax_age: 1\nfoo: a\xc3"), E_SYNTAX, 43, E_SYNTAX },
		{ STR("version: STSv1\nmode: none\nmax_age: 1\nfoo: a\tb"), E_SYNTAX, 43, E_SYNTAX },
		{ STR("version: STSv1\nnew: x\nmode: none\nmax_age: 1"), OK, 0, OK }, /* [STS-3.2-q] */
		{ STR("version: STSv1\nmode: none\nmode: Bogus\nmax_age: 1\nmax_age: never"), OK, 0, OK }, /* [STS-3.2-r] */
		{ STR("version: STSv2\nversion: STSv1\nmode: none\nmax_age: 1"), E_RULE, 9, E_RULE },
		{ STR(""), E_SYNTAX, 0, E_SYNTAX },
	};

	(void)state;
	for (size_t i = 0; i < ARRAY_N(rows); i++) {
		struct arena mem = ARENA(memory);
		struct sts_policy p;
		struct why why = { 0 };

		unit_err(sts_policy_read(rows[i].text, STS_POLICY_STRICT, &mem, &p, &why), rows[i].strict, &why,
		    rows[i].text.p);
		if (why.at != rows[i].at)
			fail_msg("%s: at %zu, want %zu (%s)", rows[i].text.p, why.at, rows[i].at, why.text);
		unit_err(sts_policy_read(rows[i].text, STS_POLICY_SENDER, &mem, &p, &why), rows[i].sender, &why,
		    rows[i].text.p);
	}
}

static void sender_clamps(void **state)
{
	struct arena mem = ARENA(memory);
	struct sts_policy p;

	(void)state;
	assert_int_equal(sts_policy_read(S("version: STSv1\nmode: none\nmax_age: 9999999999\n\n"), STS_POLICY_SENDER,
	                     &mem, &p, NULL), OK);
	assert_true(p.max_age_clamped);
	assert_true(p.final_empty_lines);
	assert_int_equal(p.max_age_s, LIMIT_MAX_AGE_S);
}

static void body_ceiling(void **state)
{
	static char text[LIMIT_POLICY_BYTES + 1];
	struct arena mem = ARENA(memory);
	struct sts_policy p;

	(void)state;
	memset(text, 'x', sizeof text);
	memcpy(text, BASE "\nfoo: ", sizeof(BASE "\nfoo: ") - 1);
	assert_int_equal(sts_policy_read((str){ text, LIMIT_POLICY_BYTES }, STS_POLICY_STRICT, &mem, &p, NULL), OK);
	assert_int_equal(sts_policy_read((str){ text, LIMIT_POLICY_BYTES + 1 }, STS_POLICY_STRICT, &mem, &p, NULL),
	    E_LIMIT); /* [STS-3.3-j] */
}

static void round_trip_and_every_arena_size(void **state)
{
	str text = S("version: STSv1\nmode: enforce\nmx: a.example\nmx: b.example\nmx: *.c.example\nmx: d.example\n"
	             "mx: e.example\nmax_age: 604800\n");

	(void)state;
	for (size_t cap = 0; cap < 512; cap++) {
		struct arena mem = { memory, cap, 0 };
		struct sts_policy p, again;
		char written[512];
		struct out o = OUT(written);
		err e = sts_policy_read(text, STS_POLICY_STRICT, &mem, &p, NULL);

		if (e == E_LIMIT)
			continue;
		assert_int_equal(e, OK);
		assert_int_equal(p.mx_n, 5);
		sts_policy_write(&p, &o);
		mem.cap = sizeof memory;
		assert_int_equal(sts_policy_read(out_done(&o), STS_POLICY_STRICT, &mem, &again, NULL), OK);
		assert_int_equal(again.mode, p.mode);
		assert_int_equal(again.max_age_s, p.max_age_s);
		for (size_t i = 0; i < p.mx_n; i++) /* [STS-3.2-l] */
			unit_same(again.mx[i], p.mx[i], "mx");
		assert_true(sts_policy_match(&again, S("x.c.example")));
		assert_false(sts_policy_match(&again, S("x.y.c.example")));
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(places_and_readings),
		cmocka_unit_test(sender_clamps),
		cmocka_unit_test(body_ceiling),
		cmocka_unit_test(round_trip_and_every_arena_size),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
