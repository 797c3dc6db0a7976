#include "wire/deflate_size.h"

#include "test/unit/carrier.h"
#include "test/unit/unit.h"

#define MOST 1000000

static void streams(void **state)
{
	static const struct {
		const char *label;
		str stream;
		err want;
		size_t size, used_n;
	} rows[] = {
		{ "nothing, fixed codes", STR("\x03\0"), OK, 0, 2 },
		{ "one letter, fixed codes", STR("K\4\0"), OK, 1, 3 },
		{ "nothing, stored", STR("\1\0\0\xff\xff"), OK, 0, 5 },
		{ "three bytes, stored",
		    STR("\1\3\0\xfc\xff"
			"abc"),
		    OK, 3, 8 },
		{ "stored, then fixed",
		    STR("\0\3\0\xfc\xff"
			"abc\3\0"),
		    OK, 3, 10 },
		{ "bytes behind are not read", STR("\x03\0xyz"), OK, 0, 2 },
		{ "no bytes", STR(""), E_SYNTAX, 0, 0 },
		{ "cut short", STR("\x03"), E_SYNTAX, 0, 0 },
		{ "block of the unknown kind", STR("\x07\0"), E_SYNTAX, 0, 0 },
		{ "stored, complement wrong",
		    STR("\1\3\0\xfc\xfe"
			"abc"),
		    E_SYNTAX, 0, 0 },
		{ "stored, too few bytes",
		    STR("\1\4\0\xfb\xff"
			"abc"),
		    E_SYNTAX, 0, 0 },
		{ "dynamic, cut short", STR("\5\xc0\x81"), E_SYNTAX, 0, 0 },
	};

	(void)state;
	for (size_t i = 0; i < ARRAY_N(rows); i++) {
		size_t size = 0, used_n = 0;

		unit_err(deflate_size(rows[i].stream, MOST, &size, &used_n), rows[i].want, NULL, rows[i].label);
		assert_int_equal(size, rows[i].size);
		assert_int_equal(used_n, rows[i].used_n);
	}
}

/* Of any text the size is known, and known to be too large. */
static void agrees_with_the_writer(void **state)
{
	static char text[70000], room_memory[80000];
	uint32_t seed = 1;
	struct gzip g;

	(void)state;
	assert_int_equal(gzip_open(&g, GZIP_READING_AND_WRITING, NULL), OK);
	for (size_t n = 0; n <= sizeof text; n = n * 3 / 2 + 1) {
		struct out room = OUT(room_memory);
		size_t size, used_n;
		str stream;

		for (size_t i = 0; i < n; i++) {
			seed = seed * 1103515245 + 12345;
			text[i] = n % 2 ? (char)(seed >> 24) : "{}\":,az"[seed >> 16 & 7];
		}
		stream = carrier_deflate(&g, (str){ text, n }, &room);
		assert_int_equal(deflate_size(stream, n, &size, &used_n), OK);
		assert_int_equal(size, n);
		assert_int_equal(used_n, stream.n);
		if (n > 0)
			assert_int_equal(deflate_size(stream, n - 1, &size, &used_n), E_LIMIT);
		assert_int_equal(deflate_size(str_head(stream, stream.n - 1), n, &size, &used_n), E_SYNTAX);
	}
	gzip_close(&g);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(streams),
		cmocka_unit_test(agrees_with_the_writer),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
