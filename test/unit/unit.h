/* unit - what every unit test includes: cmocka, and comparisons of our own values. */
#ifndef TEST_UNIT_H
#define TEST_UNIT_H

/* cmocka wants these before it */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "base/err.h"
#include "base/str.h"

/* Fails with both texts. */
static inline void unit_same(str got, str want, const char *name)
{
	if (!str_eq(got, want))
		fail_msg("%s: got \"%.*s\", want \"%.*s\"", name, STR_ARG(got), STR_ARG(want));
}

/* Fails with the name of the row and the reason. */
static inline void unit_err(err got, err want, const struct why *why, const char *name)
{
	if (got != want)
		fail_msg("%s: got err %d, want %d (%s)", name, (int)got, (int)want,
		    got != OK && why ? why->text : "ok");
}

#endif
