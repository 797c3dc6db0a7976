#include "wire/tlsa.h"

#include "test/unit/unit.h"

#define H32 "000102030405060708090a0b0c0d0e0f101112131415161718191a1b1c1d1e1f"

static char memory[1 << 16];

/* [RPT-4.5-a] [D-28] */
static void presentation(void **state)
{
	static const struct {
		str text;
		err strict, zone;
	} rows[] = {
		{ STR("3 1 1 " H32), OK, OK },
		{ STR("3 1 1 AB"), OK, OK },
		{ STR("255 255 255 00"), OK, OK },
		{ STR("3 1 1 ab cd"), E_SYNTAX, OK },
		{ STR("3 1 1 ( ab\n\tcd )"), E_SYNTAX, OK },
		{ STR("3  1 1 ab"), E_SYNTAX, OK },
		{ STR(" 3 1 1 ab"), E_SYNTAX, OK },
		{ STR("3 1 1 abc"), E_SYNTAX, E_SYNTAX },
		{ STR("3 1 1 "), E_SYNTAX, E_SYNTAX },
		{ STR("3 1 1"), E_SYNTAX, E_SYNTAX },
		{ STR("256 1 1 ab"), E_SYNTAX, E_SYNTAX },
		{ STR("3 1 1 gg"), E_SYNTAX, E_SYNTAX },
		{ STR("03 1 1 ab"), E_SYNTAX, OK },
		{ STR(""), E_SYNTAX, E_SYNTAX },
	};

	(void)state;
	for (size_t i = 0; i < ARRAY_N(rows); i++) {
		struct arena mem = ARENA(memory);
		struct tlsa t, again;
		struct why why = { 0 };
		char text[256];
		struct out o = OUT(text);

		unit_err(tlsa_read(rows[i].text, true, &mem, &t, &why), rows[i].strict, &why, rows[i].text.p);
		unit_err(tlsa_read(rows[i].text, false, &mem, &t, &why), rows[i].zone, &why, rows[i].text.p);
		if (rows[i].zone != OK)
			continue;
		tlsa_write(&t, &o);
		assert_int_equal(tlsa_read(out_done(&o), true, &mem, &again, NULL), OK);
		assert_int_equal(again.usage, t.usage);
		unit_same(again.association, t.association, "association");
	}
}

static void wire(void **state)
{
	struct tlsa t;

	(void)state;
	assert_int_equal(tlsa_read_wire(S("\x03\x01\x01\xab"), &t, NULL), OK);
	assert_int_equal(t.usage, 3);
	assert_int_equal(t.selector, 1);
	assert_int_equal(t.matching, 1);
	unit_same(t.association, S("\xab"), "association");
	assert_int_equal(tlsa_read_wire(S("\x03\x01\x01"), &t, NULL), E_SYNTAX);
	memset(memory, 0, sizeof memory);
	assert_int_equal(tlsa_read_wire((str){ memory, LIMIT_TLSA_BYTES + 1 }, &t, NULL), E_LIMIT);
}

/* [D-16] */
static void usable(void **state)
{
	static const struct {
		str text;
		bool usable;
	} rows[] = {
		{ STR("3 1 1 " H32), true },
		{ STR("2 0 1 " H32), true },
		{ STR("3 1 2 " H32 H32), true },
		{ STR("3 1 0 3003020101"), true },
		{ STR("0 0 1 " H32), false },
		{ STR("1 1 1 " H32), false },
		{ STR("4 1 1 " H32), false },
		{ STR("3 2 1 " H32), false },
		{ STR("3 1 3 " H32), false },
		{ STR("3 1 1 " H32 "00"), false },
		{ STR("3 1 1 ab"), false },
		{ STR("3 1 2 " H32), false },
		{ STR("3 1 0 30030201"), false },
		{ STR("3 1 0 3003020101ff"), false },
		{ STR("3 1 0 308103020101"), false },
		{ STR("3 1 0 3080"), false },
		{ STR("3 0 0 " H32), false },
	};

	(void)state;
	for (size_t i = 0; i < ARRAY_N(rows); i++) {
		struct arena mem = ARENA(memory);
		const char *reason;
		struct tlsa t;

		assert_int_equal(tlsa_read(rows[i].text, true, &mem, &t, NULL), OK);
		if (tlsa_usable(&t, &reason) != rows[i].usable)
			fail_msg("%s: %s", rows[i].text.p, reason ? reason : "usable");
		assert_int_equal(!reason, rows[i].usable);
	}
}

static void every_arena_size(void **state)
{
	(void)state;
	for (size_t cap = 0; cap < 80; cap++) {
		struct arena mem = { memory, cap, 0 };
		struct tlsa t;
		err e = tlsa_read(S("3 1 1 " H32), true, &mem, &t, NULL);

		assert_true(e == E_LIMIT || (e == OK && t.association.n == 32));
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(presentation),
		cmocka_unit_test(wire),
		cmocka_unit_test(usable),
		cmocka_unit_test(every_arena_size),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
