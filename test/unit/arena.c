#include "base/arena.h"

#include <stdalign.h>

#include "test/unit/unit.h"

static void every_size_ends_in_null(void **state)
{
	static char memory[256];

	(void)state;
	for (size_t cap = 0; cap <= sizeof memory; cap++) {
		struct arena mem = { memory, cap, 0 };
		size_t taken = 0;
		char *p;

		while ((p = arena_take(&mem, 3, 5))) {
			assert_int_equal((uintptr_t)p % alignof(max_align_t), 0);
			assert_true(p >= memory && p + 15 <= memory + cap);
			taken++;
		}
		assert_true(mem.used <= cap);
		assert_true(taken <= cap / 15);
	}
}

static void overflow_is_refused(void **state)
{
	char memory[64];
	struct arena mem = ARENA(memory), none = { 0 };

	(void)state;
	assert_null(arena_take(&mem, SIZE_MAX, 2));
	assert_null(arena_take(&mem, 2, SIZE_MAX));
	assert_null(arena_take(&none, 1, 1));
}

static void grow_in_place_and_away(void **state)
{
	char memory[256];
	struct arena mem = ARENA(memory);
	char *a = arena_take(&mem, 1, 16), *b, *c;

	(void)state;
	assert_non_null(a);
	memcpy(a, "0123456789abcdef", 16);
	b = arena_grow(&mem, a, 16, 32);
	assert_ptr_equal(a, b);
	assert_non_null(arena_take(&mem, 1, 1));
	c = arena_grow(&mem, b, 32, 64);
	assert_non_null(c);
	assert_ptr_not_equal(b, c);
	assert_memory_equal(c, "0123456789abcdef", 16);
	assert_null(arena_grow(&mem, c, 64, 1024));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(every_size_ends_in_null),
		cmocka_unit_test(overflow_is_refused),
		cmocka_unit_test(grow_in_place_and_away),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
