#include "core/finding.h"

#include <stdio.h>

#include "base/out.h"
#include "test/unit/unit.h"

static char memory[1 << 16];

/* The severities as the manual says them. */
static void write_severities(const struct finding_row *r, struct out *out)
{
	out_str(out, finding_severity_name(r->enforce));
	if (r->testing != r->enforce) {
		out_str(out, S("; in mode testing "));
		out_str(out, finding_severity_name(r->testing));
	}
	if (r->none != r->enforce) {
		out_str(out, S("; without a policy "));
		out_str(out, finding_severity_name(r->none));
	}
}

/* An item of the manual. */
static void write_item(const struct finding_row *r, struct out *out)
{
	out_fmt(out, ".It Cm %s\n%s\n.Pq ", r->id, r->title);
	write_severities(r, out);
	if (r->rfc[0])
		out_fmt(out, "; %s", r->rfc);
	if (r->result_type != RESULT_TYPE_OTHER) {
		out_str(out, S("; reported as "));
		out_str(out, result_type_name(r->result_type));
	}
	out_fmt(out, "\n.br\n%s\n", r->remedy);
}

/* man/postseal-check.1 has every row as it is, and no other. */
static void the_manual_says_the_same(void **state)
{
	static char page[1 << 16];
	FILE *file = fopen(MAN "/postseal-check.1", "r");
	size_t n, items = 0, at;
	str list, rest;

	(void)state;
	assert_non_null(file);
	n = fread(page, 1, sizeof page, file);
	assert_true(n < sizeof page && fclose(file) == 0);
	list = str_skip((str){ page, n }, str_find((str){ page, n }, S("\n.Sh FINDINGS\n")));
	list = str_head(list, str_find(list, S("\n.Sh EXIT STATUS\n")));
	for (rest = list; (at = str_find(rest, S("\n.It "))) < rest.n; rest = str_skip(rest, at + 1))
		items++;
	assert_int_equal(items, FINDING_N);
	for (int id = 0; id < FINDING_N; id++) {
		char text[1024];
		struct out out = OUT(text);

		write_item(finding_row((enum finding_id)id), &out);
		if (out.full || str_find(list, out_done(&out)) == list.n)
			fail_msg("postseal-check.1 does not have:\n%.*s", STR_ARG(out_done(&out)));
	}
}

static void every_row_is_filled(void **state)
{
	(void)state;
	for (int id = 0; id < FINDING_N; id++) {
		const struct finding_row *r = finding_row((enum finding_id)id);
		size_t n;

		assert_non_null(r->id);
		assert_int_equal(strlen(r->id), 3);
		assert_true(r->title && r->title[0] && r->remedy && r->rfc);
		n = strlen(r->remedy);
		if (r->remedy[n - 1] != '.')
			fail_msg("%s: the remedy is no sentence", r->id);
		assert_true(r->rfc[0] == '\0' || strncmp(r->rfc, "RFC ", 4) == 0);
		assert_true(r->enforce >= r->testing || r->id[0] == 'R');
		for (int other = 0; other < id; other++)
			assert_string_not_equal(r->id, finding_row((enum finding_id)other)->id);
	}
}

static void severity_follows_the_mode(void **state)
{
	static const enum finding_severity want[] = {
		[STS_POLICY_NONE] = FINDING_WARNING,
		[STS_POLICY_TESTING] = FINDING_ERROR,
		[STS_POLICY_ENFORCE] = FINDING_FATAL,
	};

	(void)state;
	for (int mode = STS_POLICY_NONE; mode <= STS_POLICY_ENFORCE; mode++) {
		struct arena mem = ARENA(memory);
		struct finding_list list;

		assert_int_equal(finding_list_open(&list, S("example.com"), (enum sts_policy_mode)mode, &mem),
		    OK);
		assert_int_equal(finding_add(&list, FINDING_X02, S("mx"), "m")->severity, want[mode]);
		assert_int_equal(finding_add(&list, FINDING_T03, S("t"), "m")->severity, FINDING_ERROR);
	}
}

static void texts(void **state)
{
	struct arena mem = ARENA(memory);
	struct finding_list list;
	struct finding *f;

	(void)state;
	assert_int_equal(finding_list_open(&list, S("example.com"), STS_POLICY_NONE, &mem), OK);
	f = finding_add(&list, FINDING_T09, S("a\033b"), "saw \"%s\"", "x\n\xc3\xa4");
	unit_same(f->subject, S("a?b"), "subject");
	unit_same(f->message, S("saw \"x???\""), "message");
	unit_same(f->remedy, S("Move it to _mta-sts.example.com; panels often append the zone themselves."), "remedy");
	finding_remedy(&list, f, "at %d", 7);
	unit_same(f->remedy, S("at 7"), "another remedy");
	finding_add(&list, FINDING_A01, S("s"), "%*d", FINDING_TEXT_BYTES + 9, 1);
	assert_int_equal(list.finding[1].message.n, FINDING_TEXT_BYTES - 1);
}

static void worst_first(void **state)
{
	static const enum finding_id order[] = { FINDING_X03, FINDING_T03, FINDING_Y01, FINDING_T11,
	    FINDING_T11,
		FINDING_T08 };
	struct arena mem = ARENA(memory);
	struct finding_list list;

	(void)state;
	assert_int_equal(finding_list_open(&list, S("example.com"), STS_POLICY_ENFORCE, &mem), OK);
	finding_add(&list, FINDING_T11, S("first"), "m");
	finding_add(&list, FINDING_T08, S("s"), "m");
	finding_add(&list, FINDING_Y01, S("s"), "m");
	finding_add(&list, FINDING_T11, S("second"), "m");
	finding_add(&list, FINDING_T03, S("s"), "m");
	finding_add(&list, FINDING_X03, S("s"), "m");
	finding_list_sort(&list);
	for (size_t k = 0; k < ARRAY_N(order); k++)
		assert_int_equal(list.finding[k].id, order[k]);
	unit_same(list.finding[3].subject, S("first"), "stays in order");
}

static void more_than_the_list_holds(void **state)
{
	struct arena mem = ARENA(memory);
	struct finding_list list;

	(void)state;
	assert_int_equal(finding_list_open(&list, S("example.com"), STS_POLICY_NONE, &mem), OK);
	for (int k = 0; k < FINDING_LIST_N + 3; k++) {
		struct finding *f = finding_add(&list, FINDING_T09, S("s"), "m");

		finding_remedy(&list, f, "r");
		f->severity = FINDING_FATAL;
	}
	assert_int_equal(list.finding_n, FINDING_LIST_N);
	assert_int_equal(list.dropped_n, 3);
	assert_false(list.full);
}

static void every_arena_size(void **state)
{
	(void)state;
	for (size_t cap = 0; cap < FINDING_LIST_N * sizeof(struct finding) + 400; cap += 7) {
		struct arena mem = { memory, cap, 0 };
		struct finding_list list;

		if (finding_list_open(&list, S("example.com"), STS_POLICY_NONE, &mem) != OK)
			continue;
		finding_remedy(&list, finding_add(&list, FINDING_T09, S("subject"), "message"), "another");
		finding_add(&list, FINDING_T09, S("subject"), "message");
		assert_int_equal(list.finding_n + list.dropped_n, 2);
		assert_true(list.full || list.finding_n == 2);
		for (size_t k = 0; k < list.finding_n; k++)
			unit_same(list.finding[k].message, S("message"), "message");
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(every_row_is_filled),
		cmocka_unit_test(the_manual_says_the_same),
		cmocka_unit_test(severity_follows_the_mode),
		cmocka_unit_test(texts),
		cmocka_unit_test(worst_first),
		cmocka_unit_test(more_than_the_list_holds),
		cmocka_unit_test(every_arena_size),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
