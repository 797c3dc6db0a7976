#include "test/unit/unit.h"

static void cut_trim_line(void **state)
{
	str left, right, rest = S("a\r\nb\n\nc"), line;

	(void)state;
	assert_true(str_cut(S("k=v=w"), '=', &left, &right));
	unit_same(left, S("k"), "left");
	unit_same(right, S("v=w"), "right");
	assert_false(str_cut(S("kv"), '=', &left, &right));
	unit_same(left, S("kv"), "absent separator");
	unit_same(str_trim(S(" \t a b\t")), S("a b"), "trim");
	unit_same(str_trim(S(" \t ")), S(""), "trim all");
	assert_true(str_line(&rest, &line));
	unit_same(line, S("a"), "CRLF");
	assert_true(str_line(&rest, &line));
	unit_same(line, S("b"), "LF");
	assert_true(str_line(&rest, &line));
	unit_same(line, S(""), "empty line");
	assert_true(str_line(&rest, &line));
	unit_same(line, S("c"), "without end");
	assert_false(str_line(&rest, &line));
}

static void numbers(void **state)
{
	static const struct {
		str text;
		uint64_t max;
		bool ok;
		uint64_t v;
	} rows[] = {
		{ STR("0"), 0, true, 0 },
		{ STR("007"), 9, true, 7 },
		{ STR("18446744073709551615"), UINT64_MAX, true, UINT64_MAX },
		{ STR("18446744073709551616"), UINT64_MAX, false, 0 },
		{ STR("99999999999999999999999"), UINT64_MAX, false, 0 },
		{ STR(""), 9, false, 0 },
		{ STR("+1"), 9, false, 0 },
		{ STR("1 "), 9, false, 0 },
		{ STR("10"), 9, false, 0 },
	};

	(void)state;
	for (size_t i = 0; i < ARRAY_N(rows); i++) {
		uint64_t v = 0;

		assert_int_equal(str_u64(rows[i].text, rows[i].max, &v), rows[i].ok);
		assert_int_equal(v, rows[i].v);
	}
}

static void find(void **state)
{
	(void)state;
	assert_int_equal(str_find(S("aab"), S("ab")), 1);
	assert_int_equal(str_find(S("aaa"), S("b")), 3);
	assert_int_equal(str_find(S("ab"), S("abc")), 2);
	assert_int_equal(str_find(S(""), S("x")), 0);
	assert_int_equal(str_find(S("x"), S("")), 0);
}

static void distance(void **state)
{
	static const struct {
		str a, b;
		size_t want;
	} rows[] = {
		{ STR("max_age"), STR("max_age"), 0 },
		{ STR("MAX_AGE"), STR("max_age"), 0 },
		{ STR("max-age"), STR("max_age"), 1 },
		{ STR("maxage"), STR("max_age"), 1 },
		{ STR("TSLRPTv1"), STR("TLSRPTv1"), 1 },
		{ STR(""), STR("abc"), 3 },
		{ STR("abc"), STR(""), 3 },
		{ STR("kitten"), STR("sitting"), 3 },
		{ STR("aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa"), STR("a"), STR_FAR },
	};

	(void)state;
	for (size_t i = 0; i < ARRAY_N(rows); i++)
		assert_int_equal(str_distance(rows[i].a, rows[i].b), rows[i].want);
}

static void utf8(void **state)
{
	static const struct {
		str text;
		bool ok;
		size_t bad;
	} rows[] = {
		{ STR("plain"), true, 0 },
		{ STR("b\xc3\xbc"), true, 0 },
		{ STR("\xf0\x9f\x93\xa7"), true, 0 },
		{ STR("a\xff"), false, 1 },
		{ STR("a\xc3"), false, 1 },
		{ STR("\xc0\xaf"), false, 0 },
		{ STR("\xe0\x80\xaf"), false, 0 },
		{ STR("\xed\xa0\x80"), false, 0 },
		{ STR("\xf4\x90\x80\x80"), false, 0 },
	};

	(void)state;
	for (size_t i = 0; i < ARRAY_N(rows); i++) {
		size_t bad = 0;

		assert_int_equal(str_utf8(rows[i].text, &bad), rows[i].ok);
		assert_int_equal(bad, rows[i].bad);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(cut_trim_line),
		cmocka_unit_test(numbers),
		cmocka_unit_test(find),
		cmocka_unit_test(distance),
		cmocka_unit_test(utf8),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
