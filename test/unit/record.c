#include "wire/record.h"

#include "test/unit/unit.h"

/* The vectors hold the grammar; here is what they do not ask: codes, places, flags. */
static void sts_refusals_name_the_place(void **state)
{
	static const struct {
		str txt;
		err want;
		size_t at;
	} rows[] = {
		{ STR("v=STSv1; id=2024-01"), E_SYNTAX, 16 }, /* [STS-3.1-d] */
		{ STR("v=STSv1; id=aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa"), E_SYNTAX, 44 },
		{ STR("v=STSv1;; id=1"), E_SYNTAX, 8 },
		{ STR("v=STSv1; id=1;;"), E_SYNTAX, 14 },
		{ STR("v=STSv1; id=1 "), E_SYNTAX, 13 }, /* [STS-3.1-h] */
		{ STR("v=STSv1; id =1"), E_SYNTAX, 11 },
		{ STR("v=STSv1; id= 1"), E_SYNTAX, 12 },
		{ STR("v=STSv1; id=1 x=2"), E_SYNTAX, 14 },
		{ STR("v=STSv1; id=1; mx: mail.example.com"), E_SYNTAX, 17 },
		{ STR("v=STSv1; id=1; foo=b\xc3\xa4r"), E_SYNTAX, 20 }, /* [STS-3.1-b] */
		{ STR("v=STSv1; id=1; foo=a=b"), E_SYNTAX, 20 },
		{ STR("v=STSv1; id=1; _x=2"), E_SYNTAX, 15 },
		{ STR("v=STSv1; id=1; nnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnn=1"), E_SYNTAX, 15 }, /* [STS-3.1-i] */
		{ STR("v=STSv1; x=1"), E_RULE, 12 }, /* [STS-3.1-g] */
		{ STR("v=STSv1;"), E_RULE, 8 },
		{ STR("v=STSv1"), E_SYNTAX, 7 },
		{ STR("v=stsv1; id=1"), E_SYNTAX, 0 }, /* [STS-3.1-c] */
		{ STR("id=1; v=STSv1"), E_SYNTAX, 0 }, /* [STS-3.1-j] */
	};

	(void)state;
	for (size_t i = 0; i < ARRAY_N(rows); i++) {
		struct record_sts r = { 0 };
		struct why why = { 0 };

		unit_err(record_read_sts(rows[i].txt, &r, &why), rows[i].want, &why, rows[i].txt.p);
		if (why.at != rows[i].at)
			fail_msg("%s: at %zu, want %zu (%s)", rows[i].txt.p, why.at, rows[i].at, why.text);
		assert_int_equal(r.id.n, 0);
	}
}

/* [STS-3.2-r] of a repeated field the first counts, whatever the later ones say */
static void first_counts(void **state)
{
	struct record_sts r;

	(void)state;
	assert_int_equal(record_read_sts(S("v=STSv1; id=a; id=!!!; v=STSv2"), &r, NULL), OK);
	unit_same(r.id, S("a"), "first id");
}

/* "v=STSv1 ;" counts when it is the only TXT record */
static void spaced_version(void **state)
{
	str alone[] = { S("v=STSv1 ; id=1") };
	str beside[] = { S("v=spf1 -all"), S("v=STSv1 ; id=1") };
	str both[] = { S("v=STSv1; id=2"), S("v=STSv1 ; id=1") };
	struct record_sts r;
	size_t which = 9;

	(void)state;
	assert_int_equal(record_choose(RECORD_STS, alone, 1, &which, NULL), OK);
	assert_int_equal(which, 0);
	assert_int_equal(record_read_sts(alone[0], &r, NULL), OK);
	assert_true(r.spaced_version);
	assert_int_equal(record_choose(RECORD_STS, beside, 2, &which, NULL), E_ABSENT);
	assert_int_equal(record_choose(RECORD_STS, both, 2, &which, NULL), OK);
	assert_int_equal(which, 0);
}

/* [STS-3.1-k] [STS-3.1-l] [RPT-3-p] [RPT-3-q] */
static void choosing(void **state)
{
	str many[] = { S("x"), S("v=TLSRPTv1;rua=mailto:a@b.example"), S("v=TLSRPTv10;"), S("v=STSv1; id=1") };
	str two[] = { S("v=STSv1;"), S("v=STSv1;") };
	size_t which = 9;

	(void)state;
	assert_int_equal(record_choose(RECORD_TLSRPT, many, 4, &which, NULL), OK);
	assert_int_equal(which, 1);
	assert_int_equal(record_choose(RECORD_STS, many, 4, &which, NULL), OK);
	assert_int_equal(which, 3);
	assert_int_equal(record_choose(RECORD_STS, two, 2, &which, NULL), E_RULE);
	assert_int_equal(record_choose(RECORD_STS, many, 0, &which, NULL), E_ABSENT);
}

/* [RPT-3-l] [RPT-3-m] */
static void tlsrpt(void **state)
{
	struct record_tlsrpt r;
	struct why why = { 0 };

	(void)state;
	assert_int_equal(record_read_tlsrpt(S("v=TLSRPTv1;rua=mailto:a@b.example\t, https://c.example/ ; x=y;"), &r,
	                     &why), OK);
	assert_int_equal(r.rua_n, 2);
	unit_same(r.rua[0], S("mailto:a@b.example"), "first");
	unit_same(r.rua[1], S("https://c.example/"), "second");
	assert_false(r.rua_repeated);
	assert_int_equal(record_read_tlsrpt(S("v=TLSRPTv1; rua=mailto:a@b.example; rua=mailto:c@d.example"), &r, &why),
	    OK); /* */
	assert_true(r.rua_repeated);
	assert_int_equal(r.rua_n, 2);
	unit_err(record_read_tlsrpt(S("v=tlsrptv1; rua=mailto:a@b.example"), &r, &why), E_SYNTAX, &why, "case"); /* [RPT-3-b] */
	unit_err(record_read_tlsrpt(S("v=TLSRPTv1; new=1; rua=mailto:a@b.example"), &r, &why), OK, &why,
	    "unknown field"); /* [RPT-3-u] */
	unit_err(record_read_tlsrpt(S("v=TLSRPTv1; rua=mailto:a@b.example; _x=1"), &r, &why), E_SYNTAX, &why,
	    "name of a field"); /* [RPT-3-o] */
	unit_err(record_read_tlsrpt(S("v=TLSRPTv1; rua= mailto:a@b.example"), &r, &why), E_SYNTAX, &why, "blank");
	unit_err(record_read_tlsrpt(S("v=TLSRPTv1; rua=mailto:a@b!10m"), &r, &why), E_SYNTAX, &why, "DMARC size");
	assert_int_equal(why.at, 26);
}

static void more_destinations_than_kept(void **state)
{
	char text[4096];
	struct out { char *p; size_t n; } o = { text, 0 };
	struct record_tlsrpt r;

	(void)state;
	memcpy(o.p, "v=TLSRPTv1; rua=", 16);
	o.n = 16;
	for (int i = 0; i <= LIMIT_RUA_N; i++) {
		memcpy(o.p + o.n, i ? ",mailto:a@b.example" : " mailto:a@b.example" + 1, i ? 19 : 18);
		o.n += i ? 19 : 18;
	}
	assert_int_equal(record_read_tlsrpt((str){ o.p, o.n }, &r, NULL), OK);
	assert_int_equal(r.rua_n, LIMIT_RUA_N);
	assert_true(r.rua_dropped);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(sts_refusals_name_the_place),
		cmocka_unit_test(first_counts),
		cmocka_unit_test(spaced_version),
		cmocka_unit_test(choosing),
		cmocka_unit_test(tlsrpt),
		cmocka_unit_test(more_destinations_than_kept),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
