#include "core/sts_fetch.h"

#include "test/unit/unit.h"

#define GOOD "version: STSv1\nmode: enforce\nmx: mx.example.com\nmax_age: 604800\n"

static void replies(void **state)
{
	static const struct {
		const char *name;
		struct sts_fetch_reply reply;
		enum sts_fetch_cause want;
		const char *reason;
	} rows[] = {
		{ "good", { 200, STR("text/plain"), STR(GOOD) }, STS_FETCH_OK, "" },
		{ "parameters", { 200, STR("TEXT/plain ; charset=utf-8"), STR(GOOD) }, STS_FETCH_OK, "" },
		{ "last empty lines", { 200, STR("text/plain"), STR(GOOD "\n\n") }, STS_FETCH_OK, "" },
		{ "html", { 200, STR("text/html"), STR(GOOD) }, STS_FETCH_CONTENT_TYPE, "content-type" },
		{ "longer type", { 200, STR("text/plainer"), STR(GOOD) }, STS_FETCH_CONTENT_TYPE, "content-type" },
		{ "no type", { 200, STR(""), STR(GOOD) }, STS_FETCH_CONTENT_TYPE, "content-type" },
		{ "empty", { 200, STR("text/plain"), STR("") }, STS_FETCH_POLICY_SYNTAX, "policy-syntax-line-1" },
		{ "syntax", { 200, STR("text/plain"), STR("version: STSv1\nmode: none\nmax_age: x\n") },
		  STS_FETCH_POLICY_SYNTAX, "policy-syntax-line-3" },
		{ "page", { 200, STR("text/html"), STR("<html>") }, STS_FETCH_POLICY_SYNTAX,
		  "policy-syntax-line-1" },
		{ "created [STS-3.3-f]", { 201, STR("text/plain"), STR(GOOD) }, STS_FETCH_HTTP_STATUS, "http-201" },
		{ "moved [STS-3.3-g]", { 301, STR("text/plain"), STR(GOOD) }, STS_FETCH_HTTP_STATUS, "http-301" },
		{ "not modified [STS-3.3-h]", { 304, STR("text/plain"), STR("") }, STS_FETCH_HTTP_STATUS,
		  "http-304" },
		{ "not found", { 404, STR("text/plain"), STR(GOOD) }, STS_FETCH_HTTP_STATUS, "http-404" },
	};

	(void)state;
	for (size_t i = 0; i < ARRAY_N(rows); i++) {
		char memory[1024], text[64];
		struct arena mem = ARENA(memory);
		struct out reason = OUT(text);
		struct sts_policy policy = { .max_age_s = 7 };
		struct why why = { 0 };
		struct sts_fetch fetch = sts_fetch_check(&rows[i].reply, &mem, &policy, &why);

		if (fetch.cause != rows[i].want)
			fail_msg("%s: cause %d", rows[i].name, (int)fetch.cause);
		sts_fetch_write(&fetch, &reason);
		unit_same(out_done(&reason), str_of(rows[i].reason), rows[i].name);
		assert_int_equal(policy.max_age_s, fetch.cause == STS_FETCH_OK ? 604800 : 7);
		assert_int_equal(why.text[0] == '\0', fetch.cause == STS_FETCH_OK);
	}
}

static void too_large(void **state)
{
	static char body[LIMIT_POLICY_BYTES + 1], memory[1 << 20];
	struct sts_fetch_reply reply = { 200, S("text/plain"), { body, sizeof body } };
	struct arena mem = ARENA(memory);
	struct sts_policy policy;

	(void)state;
	memset(body, 'x', sizeof body);
	memcpy(body, GOOD, sizeof GOOD - 1);
	body[sizeof GOOD - 1] = 'a';
	body[sizeof GOOD] = ':';
	assert_int_equal(sts_fetch_check(&reply, &mem, &policy, NULL).cause, STS_FETCH_BODY_TOO_LARGE);
	reply.body.n--; /* [STS-3.3-j] */
	assert_int_equal(sts_fetch_check(&reply, &mem, &policy, NULL).cause, STS_FETCH_OK);
}

static void every_memory(void **state)
{
	struct sts_fetch_reply reply = { 200, S("text/plain"), S(GOOD) };

	(void)state;
	for (size_t cap = 0; cap < 256; cap++) {
		char memory[256];
		struct arena mem = { memory, cap, 0 };
		struct sts_policy policy;
		enum sts_fetch_cause cause = sts_fetch_check(&reply, &mem, &policy, NULL).cause;

		assert_true(cause == STS_FETCH_BODY_TOO_LARGE || cause == STS_FETCH_OK);
		assert_true(cause != STS_FETCH_OK || policy.mx_n == 1);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(replies),
		cmocka_unit_test(too_large),
		cmocka_unit_test(every_memory),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
