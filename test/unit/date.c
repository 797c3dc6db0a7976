#include "base/date.h"

#include "test/unit/unit.h"

static void reading(void **state)
{
	static const struct {
		str text;
		err want;
		unix_s t;
	} rows[] = {
		{ STR("1970-01-01T00:00:00Z"), OK, 0 },
		{ STR("2016-04-01T00:00:00Z"), OK, 1459468800 },
		{ STR("2016-04-01t23:59:59z"), OK, 1459555199 },
		{ STR("2016-04-01T02:00:00+02:00"), OK, 1459468800 },
		{ STR("2016-03-31T18:30:00-05:30"), OK, 1459468800 },
		{ STR("2016-04-01T00:00:00-00:00"), OK, 1459468800 },
		{ STR("2016-04-01T00:00:00.123456789Z"), OK, 1459468800 },
		{ STR("2016-12-31T23:59:60Z"), OK, 1483228799 },
		{ STR("2024-02-29T00:00:00Z"), OK, 1709164800 },
		{ STR("0001-01-01T00:00:00Z"), OK, -62135596800 },
		{ STR("9999-12-31T23:59:59Z"), OK, 253402300799 },
		{ STR("0001-01-01T00:00:00+00:01"), E_RULE, 0 },
		{ STR("9999-12-31T23:59:59-00:01"), E_RULE, 0 },
		{ STR("2023-02-29T00:00:00Z"), E_RULE, 0 },
		{ STR("1900-02-29T00:00:00Z"), E_RULE, 0 },
		{ STR("2016-13-01T00:00:00Z"), E_RULE, 0 },
		{ STR("2016-04-01T24:00:00Z"), E_RULE, 0 },
		{ STR("2016-04-01T00:60:00Z"), E_RULE, 0 },
		{ STR("2016-04-01T00:00:61Z"), E_RULE, 0 },
		{ STR("2016-04-01T00:00:00"), E_SYNTAX, 0 },
		{ STR("2016-04-01 00:00:00Z"), E_SYNTAX, 0 },
		{ STR("2016-04-01"), E_SYNTAX, 0 },
		{ STR("2016-4-1T00:00:00Z"), E_SYNTAX, 0 },
		{ STR("2016-04-01T00:00:00.Z"), E_SYNTAX, 0 },
		{ STR("2016-04-01T00:00:00+2:00"), E_SYNTAX, 0 },
		{ STR("2016-04-01T00:00:00+24:00"), E_SYNTAX, 0 },
		{ STR("2016-04-01T00:00:00Zx"), E_SYNTAX, 0 },
		{ STR(""), E_SYNTAX, 0 },
	};

	(void)state;
	for (size_t i = 0; i < ARRAY_N(rows); i++) {
		struct why why = { 0 };
		unix_s t = 0;

		unit_err(date_read(rows[i].text, &t, &why), rows[i].want, &why, rows[i].text.p);
		assert_true(t == rows[i].t);
	}
}

static void writing_reads_back(void **state)
{
	(void)state;
	for (unix_s t = -62135596800; t <= 253402300799; t += 86399 * 37) {
		char text[32];
		struct out o = OUT(text);
		unix_s again;

		date_write(t, &o);
		assert_int_equal(date_read(out_done(&o), &again, NULL), OK);
		assert_true(again == t);
		assert_true(date_day(t) <= t && t < date_day(t) + DATE_DAY_S);
	}
}

static void mail_form(void **state)
{
	char text[64];
	struct out o = OUT(text);

	(void)state;
	date_write_mail(1459468800, &o);
	unit_same(out_done(&o), S("Fri, 01 Apr 2016 00:00:00 +0000"), "RFC 5322 3.3");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(reading),
		cmocka_unit_test(writing_reads_back),
		cmocka_unit_test(mail_form),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
