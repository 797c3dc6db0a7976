#include "base/out.h"

#include "test/unit/unit.h"

static void overflow_is_remembered(void **state)
{
	char small[4];
	struct out o = OUT(small);

	(void)state;
	out_str(&o, S("abc"));
	assert_false(o.full);
	out_str(&o, S("de"));
	assert_true(o.full);
	out_char(&o, 'x');
	assert_int_equal(o.n, 3);
	assert_int_equal(out_done(&o).n, 0);
}

static void forms(void **state)
{
	char text[128];
	struct out o = OUT(text);

	(void)state;
	out_u64(&o, 0);
	out_char(&o, ' ');
	out_u64(&o, UINT64_MAX);
	out_char(&o, ' ');
	out_hex(&o, S("\x00\xfe"));
	out_fmt(&o, " %d", -7);
	unit_same(out_done(&o), S("0 18446744073709551615 00fe -7"), "forms");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(overflow_is_remembered),
		cmocka_unit_test(forms),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
