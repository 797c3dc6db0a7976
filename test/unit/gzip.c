#include "wire/gzip.h"

#include "test/unit/carrier.h"
#include "test/unit/unit.h"

#define REPORT "{\"organization-name\":\"Company-X\",\"policies\":[]}"

static char memory[1 << 16];
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

/* A member with these flags and fields before the deflate stream. */
static void member(char flags, str fields, str text, struct out *out)
{
	char room_memory[4096];
	struct out room = OUT(room_memory);
	str deflated = carrier_deflate(&g, text, &room);

	out_str(out, S("\x1f\x8b\x08"));
	out_char(out, flags);
	out_str(out, S("\0\0\0\0\0\xff"));
	out_str(out, fields);
	out_str(out, deflated);
	carrier_u32(out, gzip_crc32(text));
	carrier_u32(out, (uint32_t)text.n);
}

static void headers(void **state)
{
	static const struct {
		const char *label;
		char flags;
		str fields, name;
		err want;
	} rows[] = {
		{ "plain", 0, STR(""), STR(""), OK },
		{ "name", 8, STR("r.json\0"), STR("r.json"), OK },
		{ "a name that is a path is a label [RPT-6.3-a]", 8, STR("../../etc/x\0"), STR("../../etc/x"), OK },
		{ "extra, name, comment, check", 0x1e, STR("\3\0abcr\0c\0hh"), STR("r"), OK },
		{ "text flag", 1, STR(""), STR(""), OK },
		{ "reserved flag", 0x20, STR(""), STR(""), E_SYNTAX },
		{ "endless extra", 4, STR("\xff\xff"), STR(""), E_SYNTAX },
	};

	(void)state;
	for (size_t i = 0; i < ARRAY_N(rows); i++) {
		char file[4096];
		struct out out = OUT(file);
		struct arena mem = ARENA(memory);
		struct gzip_text t;
		struct why why = { 0 };

		member(rows[i].flags, rows[i].fields, S(REPORT), &out);
		unit_err(gzip_read(&g, out_done(&out), &mem, &t, &why), rows[i].want, &why, rows[i].label);
		if (rows[i].want != OK)
			continue;
		unit_same(t.text, S(REPORT), rows[i].label);
		unit_same(t.name, rows[i].name, rows[i].label);
		assert_false(t.bad_check || t.trailing);
		assert_int_equal(t.members_n, 1);
	}
}

static void several_members_are_one_text(void **state)
{
	char file[4096];
	struct out out = OUT(file);
	struct arena mem = ARENA(memory);
	struct gzip_text t;
	struct why why = { 0 };

	(void)state;
	member(8, S("one\0"), S("{\"a\":"), &out);
	member(8, S("two\0"), S(""), &out);
	member(0, S(""), S("1}"), &out);
	unit_err(gzip_read(&g, out_done(&out), &mem, &t, &why), OK, &why, "three members");
	unit_same(t.text, S("{\"a\":1}"), "three members");
	unit_same(t.name, S("one"), "the first name");
	assert_int_equal(t.members_n, 3);
	assert_false(t.bad_check || t.trailing);
	while (t.members_n++ < LIMIT_GZIP_MEMBERS_N + 1)
		member(0, S(""), S("x"), &out);
	unit_err(gzip_read(&g, out_done(&out), &mem, &t, &why), E_LIMIT, &why, "too many members");
}

static void what_follows_is_noted(void **state)
{
	static const str rows[] = {
		STR("\r\n"),
		STR("\n"),
		STR("\0"),
		STR("\0\0\0"),
		STR("\0\0\0\0\0\0\0\0"),
		STR("garbage"),
		STR("\x1f\x8b"),
	};

	(void)state;
	for (size_t i = 0; i < ARRAY_N(rows); i++) {
		char file[4096];
		struct out out = OUT(file);
		struct arena mem = ARENA(memory);
		struct gzip_text t;
		struct why why = { 0 };

		member(0, S(""), S(REPORT), &out);
		out_str(&out, rows[i]);
		unit_err(gzip_read(&g, out_done(&out), &mem, &t, &why), OK, &why, rows[i].p);
		unit_same(t.text, S(REPORT), "before what follows");
		assert_true(t.trailing);
		assert_false(t.bad_check);
	}
}

static void wrong_checks_are_noted_and_cuts_refused(void **state)
{
	char file[4096];
	struct out out = OUT(file);
	struct gzip_text t;
	struct why why = { 0 };

	(void)state;
	gzip_write(&g, S(REPORT), &out);
	for (size_t i = 1; i <= 8; i++) {
		struct arena mem = ARENA(memory);

		file[out.n - i] ^= 1;
		unit_err(gzip_read(&g, out_done(&out), &mem, &t, &why), OK, &why, "wrong check");
		unit_same(t.text, S(REPORT), "wrong check");
		assert_true(t.bad_check);
		file[out.n - i] ^= 1;
	}
	for (size_t n = 0; n < out.n; n++) { /* DECISIONS 23 */
		struct arena mem = ARENA(memory);

		unit_err(gzip_read(&g, str_head(out_done(&out), n), &mem, &t, &why), E_SYNTAX, &why, "cut short");
		assert_int_equal(mem.used, 0);
		assert_true(why.at <= n);
	}
}

static void set_isize(struct out *file, uint32_t isize)
{
	file->n -= 4;
	carrier_u32(file, isize);
}

/* [RPT-7-a]: no lie of a file's makes it take more than the ceiling, and none of these takes anything. */
static void bombs_cost_no_memory(void **state)
{
	static char zeros[100000], file[8192];
	static const struct {
		const char *label;
		uint32_t isize; /* 0: true */
		size_t members_n;
	} rows[] = {
		{ "honest", 0, 1 },
		{ "says little", 10, 1 },
		{ "says the ceiling", 5000, 1 },
		{ "says 4 GiB", UINT32_MAX, 1 },
		{ "in members", 0, 8 },
		{ "in members, says little", 10, 8 },
	};

	(void)state;
	for (size_t i = 0; i < ARRAY_N(rows); i++) {
		struct gzip small = g;
		struct out out = OUT(file);
		struct arena mem = ARENA(memory);
		struct gzip_text t;
		struct why why = { 0 };

		small.ceiling_bytes = 5000;
		for (size_t k = 0; k < rows[i].members_n; k++)
			gzip_write(&g, (str){ zeros, rows[i].members_n == 1 ? sizeof zeros : 1000 }, &out);
		if (rows[i].isize > 0)
			set_isize(&out, rows[i].isize);
		assert_false(out.full);
		unit_err(gzip_read(&small, out_done(&out), &mem, &t, &why), E_LIMIT, &why, rows[i].label);
		assert_int_equal(mem.used, 0);
		small.ceiling_bytes = sizeof zeros;
		mem.cap = 0;
		unit_err(gzip_read(&small, out_done(&out), &mem, &t, &why), E_LIMIT, &why, "no arena");
	}
}

static void a_wrong_size_costs_nothing_but_the_note(void **state)
{
	static const uint32_t rows[] = { 0, 1, 47, 100, 70000, 2000000, 20000000, UINT32_MAX };
	char file[4096];
	struct out out = OUT(file);
	struct gzip_text t;
	struct why why = { 0 };

	(void)state;
	gzip_write(&g, S(REPORT), &out);
	for (size_t i = 0; i < ARRAY_N(rows); i++) {
		struct arena mem = ARENA(memory);

		set_isize(&out, rows[i]);
		unit_err(gzip_read(&g, out_done(&out), &mem, &t, &why), OK, &why, "wrong size");
		unit_same(t.text, S(REPORT), "wrong size");
		assert_int_equal(t.bad_check, rows[i] != sizeof REPORT - 1);
	}
}

static void every_arena_size(void **state)
{
	char file[4096];
	struct out out = OUT(file);

	(void)state;
	member(0, S(""), S(REPORT), &out);
	member(0, S(""), S(REPORT), &out);
	for (size_t cap = 0; cap < 256; cap++) {
		struct arena mem = { memory, cap, 0 };
		struct gzip_text t;
		err e = gzip_read(&g, out_done(&out), &mem, &t, NULL);

		assert_true(e == (cap < 2 * (sizeof REPORT - 1) ? E_LIMIT : OK));
		if (e == OK)
			unit_same(t.text, S(REPORT REPORT), "every size");
	}
}

static void every_room_to_write_into(void **state)
{
	char file[256];
	size_t bound = gzip_bound(sizeof REPORT - 1);

	(void)state;
	assert_true(bound <= sizeof file);
	for (size_t cap = 0; cap <= bound; cap++) {
		struct out out = { .p = file, .cap = cap };
		struct arena mem = ARENA(memory);
		struct gzip_text t;

		gzip_write(&g, S(REPORT), &out);
		assert_true(out.full || gzip_read(&g, out_done(&out), &mem, &t, NULL) == OK);
		assert_true(!out.full || cap < bound);
	}
}

static void closed_is_empty(void **state)
{
	struct gzip closed = { 0 };

	(void)state;
	gzip_close(&closed);
	assert_int_equal(gzip_open(&closed, GZIP_READING, NULL), OK);
	assert_null(closed.writer);
	assert_int_equal(closed.ceiling_bytes, LIMIT_REPORT_BYTES);
	gzip_close(&closed);
	gzip_close(&closed);
	assert_false(gzip_is(S("\x1f\x8b")));
	assert_false(gzip_is(S("")));
	assert_int_equal(gzip_crc32(S("123456789")), 0xcbf43926);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(headers),
		cmocka_unit_test(several_members_are_one_text),
		cmocka_unit_test(what_follows_is_noted),
		cmocka_unit_test(wrong_checks_are_noted_and_cuts_refused),
		cmocka_unit_test(bombs_cost_no_memory),
		cmocka_unit_test(a_wrong_size_costs_nothing_but_the_note),
		cmocka_unit_test(every_arena_size),
		cmocka_unit_test(every_room_to_write_into),
		cmocka_unit_test(closed_is_empty),
	};

	return cmocka_run_group_tests(tests, open_gzip, close_gzip);
}
