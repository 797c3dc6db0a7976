#include "wire/json.h"

#include "test/unit/unit.h"
#include "wire/json_out.h"

static char memory[1 << 16];

static void readings(void **state)
{
	static const struct {
		str text;
		err strict, tolerant;
	} rows[] = {
		{ STR("{}"), OK, OK },
		{ STR(" [1, 2.5, -3, \"x\", null, true]\n"), OK, OK },
		{ STR(""), E_SYNTAX, E_SYNTAX },
		{ STR("{\"a\":1"), E_SYNTAX, E_SYNTAX },
		{ STR("{'a':1}"), E_SYNTAX, E_SYNTAX },
		{ STR("[1,]"), E_SYNTAX, E_SYNTAX },
		{ STR("[01]"), E_SYNTAX, E_SYNTAX },
		{ STR("{} x"), E_SYNTAX, OK },
		{ STR("\xef\xbb\xbf{}"), E_SYNTAX, OK },
		{ STR("{\"a\":1,\"a\":2}"), E_RULE, OK },
		{ STR("{\"a\":1,\"\\u0061\":2}"), E_RULE, OK },
		{ STR("[{\"b\":{\"a\":1,\"a\":2}}]"), E_RULE, OK },
		{ STR("[\"\xff\"]"), E_SYNTAX, OK },
		{ STR("[\"\\ud800\"]"), E_SYNTAX, OK },
		{ STR("[\"\xef\xbf\xbf\"]"), E_RULE, OK },
		{ STR("[\"\\uffff\"]"), E_RULE, OK },
		{ STR("[\"\\ud83f\\udffe\"]"), E_RULE, OK },
		{ STR("[\"a\nb\"]"), E_SYNTAX, OK },
		{ STR("[1e400]"), E_SYNTAX, OK },
		{ STR("[1180591620717411303424]"), OK, OK },
	};

	(void)state;
	for (size_t i = 0; i < ARRAY_N(rows); i++) {
		struct arena mem = ARENA(memory);
		struct json_text j;
		struct why why = { 0 };

		unit_err(json_read(rows[i].text, JSON_STRICT, &mem, &j, &why), rows[i].strict, &why,
		    rows[i].text.p);
		arena_reset(&mem);
		unit_err(json_read(rows[i].text, JSON_TOLERANT, &mem, &j, &why), rows[i].tolerant, &why,
		    rows[i].text.p);
	}
}

static void depth_and_members_have_ceilings(void **state)
{
	char text[4096];
	struct arena mem = ARENA(memory);
	struct out o = OUT(text);
	struct json_text j;

	(void)state;
	for (int i = 0; i < LIMIT_REPORT_DEPTH_N; i++)
		out_char(&o, '[');
	for (int i = 0; i < LIMIT_REPORT_DEPTH_N; i++)
		out_char(&o, ']');
	assert_int_equal(json_read(out_done(&o), JSON_STRICT, &mem, &j, NULL), OK);
	o.n = 0;
	for (int i = 0; i <= LIMIT_REPORT_DEPTH_N; i++)
		out_char(&o, '[');
	for (int i = 0; i <= LIMIT_REPORT_DEPTH_N; i++)
		out_char(&o, ']');
	arena_reset(&mem);
	assert_int_equal(json_read(out_done(&o), JSON_TOLERANT, &mem, &j, NULL), E_LIMIT);
	o.n = 0;
	out_char(&o, '{');
	for (int i = 0; i <= JSON_MEMBERS_N; i++)
		out_fmt(&o, "%s\"k%d\":1", i ? "," : "", i);
	out_char(&o, '}');
	arena_reset(&mem);
	assert_int_equal(json_read(out_done(&o), JSON_TOLERANT, &mem, &j, NULL), E_LIMIT);
}

static void every_arena_size(void **state)
{
	(void)state;
	for (size_t cap = 0; cap < 4096; cap += 16) {
		struct arena mem = { memory, cap, 0 };
		struct json_text j;
		err e = json_read(S("{\"a\":[1,2,{\"b\":\"c\n\"}]}"), JSON_TOLERANT, &mem, &j, NULL);

		assert_true(e == OK || e == E_LIMIT);
		if (e == OK)
			assert_true(j.control_chars);
	}
}

static void walking(void **state)
{
	struct arena mem = ARENA(memory);
	struct json_text j;
	struct json_walk w, inner;
	const struct json *v;
	uint64_t n;
	str key;

	(void)state;
	assert_int_equal(json_read(S("{\"a\":[1,[2,3],{\"x\":4}],\"b\":3e2,\"c\":-1,\"d\":1.5}"), JSON_STRICT, &mem,
	                     &j, NULL), OK);
	w = json_walk(j.root);
	assert_true(json_next(&w, &key, &v));
	unit_same(key, S("a"), "first key");
	inner = json_walk(v);
	assert_int_equal(inner.left, 3);
	assert_true(json_next(&inner, &key, &v));
	assert_int_equal(json_u64(v), 1);
	assert_true(json_next(&inner, &key, &v));
	assert_int_equal(json_kind(v), JSON_ARRAY);
	assert_true(json_next(&inner, &key, &v));
	assert_int_equal(json_kind(v), JSON_OBJECT);
	assert_false(json_next(&inner, &key, &v));
	assert_true(json_next(&w, &key, &v));
	assert_true(json_whole(v, &n));
	assert_int_equal(n, 300);
	assert_true(json_next(&w, &key, &v));
	assert_false(json_whole(v, &n));
	assert_true(json_next(&w, &key, &v));
	assert_false(json_whole(v, &n));
	assert_false(json_next(&w, &key, &v));
	w = json_walk(NULL);
	assert_false(json_next(&w, &key, &v));
}

static void writing(void **state)
{
	static const struct {
		str in, out;
	} rows[] = {
		{ STR(""), STR("\"\"") },
		{ STR("a\"b\\c/d"), STR("\"a\\\"b\\\\c/d\"") },
		{ STR("\r\n\t\b\f\x01\x7f"), STR("\"\\r\\n\\t\\b\\f\\u0001\\u007f\"") },
		{ STR("b\xc3\xbc\xf0\x9f\x93\xa7"), STR("\"b\xc3\xbc\xf0\x9f\x93\xa7\"") },
		{ STR("\xff" "a\xc3"), STR("\"\xef\xbf\xbd" "a\xef\xbf\xbd\"") },
		{ STR("\xef\xbf\xbf"), STR("\"\xef\xbf\xbd\"") },
	};

	(void)state;
	for (size_t i = 0; i < ARRAY_N(rows); i++) {
		struct arena mem = ARENA(memory);
		struct json_text j;
		char text[64];
		struct out o = OUT(text);

		json_out_str(&o, rows[i].in);
		unit_same(out_done(&o), rows[i].out, "written");
		assert_int_equal(json_read(out_done(&o), JSON_STRICT, &mem, &j, NULL), OK);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(readings),
		cmocka_unit_test(depth_and_members_have_ceilings),
		cmocka_unit_test(every_arena_size),
		cmocka_unit_test(walking),
		cmocka_unit_test(writing),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
