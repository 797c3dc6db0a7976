#include "core/snippet.h"

#include "test/unit/unit.h"

static void roots(void **state)
{
	static const struct {
		str root;
		err want;
	} rows[] = {
		{ STR("/var/www/mta-sts"), OK },
		{ STR("/srv/a_b-c.d+e/"), OK },
		{ STR(""), E_SYNTAX },
		{ STR("www"), E_SYNTAX },
		{ STR("/a b"), E_SYNTAX },
		{ STR("/a;b"), E_SYNTAX },
		{ STR("/a\"b"), E_SYNTAX },
		{ STR("/a{b}"), E_SYNTAX },
		{ STR("/a$b"), E_SYNTAX },
		{ STR("/a\nb"), E_SYNTAX },
		{ STR("/\xc3\xa4"), E_SYNTAX },
	};

	(void)state;
	for (size_t k = 0; k < ARRAY_N(rows); k++) {
		struct why why = { 0 };

		unit_err(snippet_check_root(rows[k].root, &why), rows[k].want, &why, rows[k].root.p);
	}
}

/* Whole words are put in, nothing is left of the marks, and a small place is said. */
static void snippets(void **state)
{
	static char text[1 << 14];
	struct domain domain;

	(void)state;
	assert_int_equal(domain_read(S("example.com"), &domain, NULL), OK);
	for (enum snippet_server server = SNIPPET_NGINX; server < SNIPPET_N; server++) {
		struct out out = OUT(text), small = { .p = text, .cap = 100 };
		str all;

		snippet_write_head(server, &out);
		snippet_write(server, &domain, S("/srv/sts//"), &out);
		all = out_done(&out);
		assert_false(out.full);
		assert_true(str_find(all, S("mta-sts.example.com")) < all.n);
		assert_true(str_find(all, S("/srv/sts/example.com")) < all.n);
		assert_true(str_find(all, S("@D")) == all.n && str_find(all, S("@R")) == all.n);
		snippet_write(server, &domain, S("/srv"), &small);
		assert_true(small.full);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(roots),
		cmocka_unit_test(snippets),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
