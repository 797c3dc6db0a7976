#include "wire/zip.h"

#include "test/unit/carrier.h"
#include "test/unit/unit.h"

#define REPORT "{\"organization-name\":\"Company-X\",\"policies\":[]}"

static char memory[1 << 16], file[1 << 16];
static struct gzip g;

static int open_gzip(void **state)
{
	(void)state;
	return gzip_open(&g, GZIP_READING_AND_WRITING, NULL) == OK ? 0 : -1;
}

static int close_gzip(void **state)
{
	(void)state;
	gzip_close(&g);
	return 0;
}

static void members(void **state)
{
	static const struct {
		struct carrier_member member;
		err want;
		bool bad_check;
	} rows[] = {
		{ { STR("stored.json"), STR(REPORT) }, OK, false },
		{ { STR("deflated.json"), STR(REPORT), .deflated = true }, OK, false },
		{ { STR("../../a path is a label [RPT-6.3-a]"), STR("x") }, OK, false },
		{ { STR("empty"), STR(""), .deflated = true }, OK, false },
		{ { STR("encrypted"), STR("x"), .flags = 1 }, E_RULE, false },
		{ { STR("bzip2"), STR("x"), .method = 12 }, E_RULE, false },
		{ { STR("stored, size wrong"), STR(REPORT), .size_lie = 1 }, OK, true },
		{ { STR("deflated, says too much"), STR(REPORT), .deflated = true, .size_lie = 1 }, OK, true },
		{ { STR("deflated, says too little"), STR(REPORT), .deflated = true, .size_lie = -1 }, E_LIMIT, false },
		{ { STR("says it is over the ceiling"), STR("x"), .size_lie = LIMIT_REPORT_BYTES }, E_LIMIT, false },
		{ { STR("zip64"), STR("x"), .size_lie = -2 }, E_RULE, false },
		{ { STR("called deflated, is not"), STR("\xff\xff\xff"), .method = 8 }, E_SYNTAX, false },
	};
	struct carrier_member all[ARRAY_N(rows)];
	struct arena mem = ARENA(memory);
	struct out out = OUT(file);
	struct zip zip;
	struct zip_member m;
	struct why why = { 0 };

	(void)state;
	for (size_t i = 0; i < ARRAY_N(rows); i++)
		all[i] = rows[i].member;
	carrier_zip(&g, all, ARRAY_N(all), &out);
	assert_false(out.full);
	assert_true(zip_is(out_done(&out)));
	unit_err(zip_open(out_done(&out), &zip, &why), OK, &why, "open");
	for (size_t i = 0; i < ARRAY_N(rows); i++) {
		const char *label = rows[i].member.name.p;
		bool bad_check = false;
		str bytes;

		unit_err(zip_next(&zip, &m, &why), OK, &why, label);
		unit_same(m.name, rows[i].member.name, "name");
		unit_err(zip_read(&m, &g, &mem, &bytes, &bad_check, &why), rows[i].want, &why, label);
		if (rows[i].want != OK)
			continue;
		unit_same(bytes, rows[i].member.bytes, label);
		assert_int_equal(bad_check, rows[i].bad_check);
	}
	unit_err(zip_next(&zip, &m, &why), E_ABSENT, &why, "end");
	unit_err(zip_next(&zip, &m, &why), E_ABSENT, &why, "end again");
}

static void members_have_a_ceiling(void **state)
{
	static struct carrier_member all[LIMIT_ZIP_MEMBERS_N + 1];
	struct out out = OUT(file);
	struct zip zip;
	struct zip_member m;
	size_t n = 0;
	err e;

	(void)state;
	for (size_t i = 0; i < ARRAY_N(all); i++)
		all[i] = (struct carrier_member){ S("r.json"), S(REPORT) };
	carrier_zip(&g, all, ARRAY_N(all), &out);
	assert_int_equal(zip_open(out_done(&out), &zip, NULL), OK);
	while ((e = zip_next(&zip, &m, NULL)) == OK)
		n++;
	assert_int_equal(e, E_LIMIT);
	assert_int_equal(n, LIMIT_ZIP_MEMBERS_N);
	assert_int_equal(zip_next(&zip, &m, NULL), E_ABSENT);
}

/* Whatever byte is wrong or missing: an answer, and slices inside the archive. */
static void damaged_archives(void **state)
{
	static const struct carrier_member all[] = {
		{ STR("readme.txt"), STR("hello") },
		{ STR("r.json"), STR(REPORT), .deflated = true },
	};
	struct out out = OUT(file);

	(void)state;
	carrier_zip(&g, all, ARRAY_N(all), &out);
	for (size_t i = 0; i < out.n * 9; i++) {
		size_t n = i < out.n ? i : out.n; /* first cut short, then single bits */
		int bit = i < out.n ? 0 : 1 << (i - out.n) % 8;
		char *p = &file[i < out.n ? 0 : (i - out.n) / 8];
		struct arena mem = ARENA(memory);
		struct zip zip;
		struct zip_member m;
		bool bad_check;
		str bytes;

		*p = (char)(*p ^ bit);
		if (zip_open((str){ file, n }, &zip, NULL) == OK) {
			assert_true(n == out.n);
			while (zip_next(&zip, &m, NULL) == OK) {
				err e = zip_read(&m, &g, &mem, &bytes, &bad_check, NULL);

				assert_true(e == OK || e == E_RULE || e == E_SYNTAX || e == E_LIMIT);
				assert_true(m.name.p >= file && m.name.p + m.name.n <= file + n);
			}
		}
		*p = (char)(*p ^ bit);
	}
}

static void every_arena_size(void **state)
{
	static const struct carrier_member all[] = { { STR("r.json"), STR(REPORT), .deflated = true } };
	struct out out = OUT(file);
	struct zip zip;
	struct zip_member m;

	(void)state;
	carrier_zip(&g, all, ARRAY_N(all), &out);
	assert_int_equal(zip_open(out_done(&out), &zip, NULL), OK);
	assert_int_equal(zip_next(&zip, &m, NULL), OK);
	for (size_t cap = 0; cap < 128; cap++) {
		struct arena mem = { memory, cap, 0 };
		bool bad_check;
		str bytes;
		err e = zip_read(&m, &g, &mem, &bytes, &bad_check, NULL);

		assert_true(e == (cap < sizeof REPORT - 1 ? E_LIMIT : OK));
		if (e == OK)
			unit_same(bytes, S(REPORT), "every size");
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(members),
		cmocka_unit_test(members_have_a_ceiling),
		cmocka_unit_test(damaged_archives),
		cmocka_unit_test(every_arena_size),
	};

	return cmocka_run_group_tests(tests, open_gzip, close_gzip);
}
