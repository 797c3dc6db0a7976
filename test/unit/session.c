#include "wire/session.h"

#include <dirent.h>
#include <stdio.h>

#include "test/unit/unit.h"

#define DATAGRAMS CASES "/datagrams"
#define OWN_START "{\"dpv\": \"1\","

static char memory[1 << 20], written[LIMIT_DATAGRAM_BYTES];

#define HEAD "{\"dpv\": \"1\",\"d\": \"a.example\",\"pr\": \"v=TLSRPTv1; rua=mailto:r@a.example\"," \
	"\"policies\":["
#define FAIL(members) HEAD "{\"policy-type\":2,\"failure-details\":[{" members "}],\"t\":1,\"f\":1}]}"

/* What libtlsrpt 0.5.1 would send: read and written again it is the same. */
static void own_form(void **state)
{
	static const str rows[] = {
		STR(HEAD "{\"policy-type\":9,\"t\":0,\"f\":0}]}"),
		STR(HEAD "{\"policy-type\":9,\"policy-domain\": \"a.example\",\"t\":0,\"f\":0}]}"),
		STR(HEAD "{\"policy-type\":1,\"policy-domain\": \"mx.a.example\","
		    "\"policy-string\":[\"3 1 1 AA\",\"2 1 1 BB\"],\"t\":0,\"f\":0}]}"),
		STR(HEAD "{\"policy-type\":2,\"policy-domain\": \"\",\"policy-string\":[\"\"],"
		    "\"mx-host\":[\"*.a\",\"b\"],\"t\":0,\"f\":1},{\"policy-type\":9,\"t\":0,\"f\":0}]}"),
		STR(HEAD "{\"policy-type\":77,\"t\":0,\"f\":0},{\"policy-type\":0,\"t\":0,\"f\":0}]}"),
		STR(FAIL("\"c\":202")),
		STR(FAIL("\"c\":999")),
		STR(FAIL("\"c\":18446744073709551615")),
		STR(FAIL("\"c\":304,\"s\": \"192.0.2.1\",\"n\": \"mx\",\"h\": \"250-mx\\r\\n250 X\","
		         "\"r\": \"::1\",\"a\": \"https://a/b\",\"f\": \"all-unusable\"")),
		STR(HEAD "{\"policy-type\":2,\"failure-details\":[{\"c\":306,\"f\": \"\"},"
		    "{\"c\":305,\"h\": \"x\"}],\"t\":2,\"f\":1}]}"),
		STR(FAIL("\"c\":205,\"f\": \"\\u0001\\b\\t\\n\\u000b\\f\\r\\u001f \\\"\\\\/\\u007f\"")),
		STR(FAIL("\"c\":205,\"f\": \"b\xc3\xbc \x80\xff\xc3 \xed\xa0\x80\"")),
	};

	(void)state;
	for (size_t i = 0; i < ARRAY_N(rows); i++) {
		struct arena mem = ARENA(memory);
		struct out out = OUT(written);
		struct session session;
		struct why why = { 0 };

		unit_err(session_read(rows[i], &mem, &session, &why), OK, &why, rows[i].p);
		assert_false(session.version_odd);
		session_write(&session, &out);
		unit_same(out_done(&out), rows[i], "own form");
	}
}

static void dialects(void **state)
{
	static const struct {
		str text;
		err want;
		bool version_odd, failed, result_odd;
	} rows[] = {
#define BODY "\"d\":\"a\",\"pr\":\"v\",\"policies\":[{\"policy-type\":9,\"f\":0}]"
#define POLICY(members) "{\"d\":\"a\",\"pr\":\"v\",\"policies\":[{" members "}]}"
		{ STR("{" BODY "}"), OK, false, false, false },
		{ STR("{\"dpv\":\"1\"," BODY "}"), OK, false, false, false },
		{ STR("{\"dpv\":1," BODY "}"), OK, true, false, false },
		{ STR("{\"dpv\":\"2\"," BODY "}"), OK, true, false, false },
		{ STR("{\"dpv\":\"\"," BODY "}"), OK, true, false, false },
		{ STR("{\"dpv\":null," BODY "}"), OK, true, false, false },
		{ STR(" {\t\"dpv\" :\n\"1\" , " BODY "\r\n}\n"), OK, false, false, false },
		{ STR("\xef\xbb\xbf{" BODY "}"), OK, false, false, false },
		{ STR("{\"policies\":[{\"f\":1,\"t\":0,\"policy-type\":2}],\"d\":\"a\"}"), OK, false, true, false },
		{ STR("{\"x\":[[[{}]]],\"dp\":{\"d\":1},\"policiex\":3," BODY ",\"q\":null}"), OK, false, false, false },
		{ STR(POLICY("\"policy-type\":9,\"f\":5")), OK, false, true, true },
		{ STR(POLICY("\"policy-type\":9,\"f\":-1")), OK, false, true, true },
		{ STR(POLICY("\"policy-type\":9,\"f\":0.5")), OK, false, true, true },
		{ STR(POLICY("\"policy-type\":9,\"f\":1e999")), OK, false, true, true },
		{ STR(POLICY("\"policy-type\":9,\"f\":99999999999999999999")), OK, false, true, true },
		{ STR(POLICY("\"policy-type\":9,\"f\":1,\"f\":0")), OK, false, false, false },
		{ STR(POLICY("\"policy-type\":9,\"f\":0,\"t\":\"x\",\"policy-xxxxxx\":1,\"mx-hosx\":1")), OK,
			false, false, false },
		{ STR(POLICY("\"policy-type\":9,\"f\":0,\"mx-host\":[],\"policy-string\":[],"
		             "\"failure-details\":[]")), OK,
			false, false, false },
		{ STR(POLICY("\"policy-type\":9,\"f\":0,\"failure-details\":[{\"c\":1,\"z\":1,\"cc\":\"x\"}]")), OK,
			false, false, false },
		{ STR(""), E_SYNTAX, false, false, false },
		{ STR("{" BODY), E_SYNTAX, false, false, false },
		{ STR("{" BODY "}\0"), E_SYNTAX, false, false, false },
		{ STR("{" BODY "}{}"), E_SYNTAX, false, false, false },
		{ STR("[]"), E_RULE, false, false, false },
		{ STR("\"d\""), E_RULE, false, false, false },
		{ STR("{}"), E_RULE, false, false, false },
		{ STR("{\"d\":\"a\"}"), E_RULE, false, false, false },
		{ STR("{\"d\":\"a\",\"policies\":[]}"), E_RULE, false, false, false },
		{ STR("{\"d\":\"\",\"policies\":[{\"policy-type\":9,\"f\":0}]}"), E_RULE, false, false, false },
		{ STR("{\"policies\":[{\"policy-type\":9,\"f\":0}]}"), E_RULE, false, false, false },
		{ STR("{\"d\":1,\"policies\":[{\"policy-type\":9,\"f\":0}]}"), E_RULE, false, false, false },
		{ STR("{\"pr\":1," BODY "}"), E_RULE, false, false, false },
		{ STR("{" BODY ",\"policies\":{}}"), E_RULE, false, false, false },
		{ STR("{" BODY ",\"policies\":[1]}"), E_RULE, false, false, false },
		{ STR(POLICY("\"f\":0")), E_RULE, false, false, false },
		{ STR(POLICY("\"policy-type\":9")), E_RULE, false, false, false },
		{ STR(POLICY("\"policy-type\":9,\"f\":\"0\"")), E_RULE, false, false, false },
		{ STR(POLICY("\"policy-type\":9,\"f\":{}")), E_RULE, false, false, false },
		{ STR(POLICY("\"policy-type\":-1,\"f\":0")), E_RULE, false, false, false },
		{ STR(POLICY("\"policy-type\":null,\"f\":0")), E_RULE, false, false, false },
		{ STR(POLICY("\"policy-type\":9,\"f\":0,\"policy-domain\":1")), E_RULE, false, false, false },
		{ STR(POLICY("\"policy-type\":9,\"f\":0,\"policy-string\":\"a\"")), E_RULE, false, false, false },
		{ STR(POLICY("\"policy-type\":9,\"f\":0,\"mx-host\":[1]")), E_RULE, false, false, false },
		{ STR(POLICY("\"policy-type\":9,\"f\":0,\"failure-details\":{}")), E_RULE, false, false, false },
		{ STR(POLICY("\"policy-type\":9,\"f\":0,\"failure-details\":[[]]")), E_RULE, false, false, false },
		{ STR(POLICY("\"policy-type\":9,\"f\":0,\"failure-details\":[{}]")), E_RULE, false, false, false },
		{ STR(POLICY("\"policy-type\":9,\"f\":0,\"failure-details\":[{\"c\":\"202\"}]")), E_RULE,
			false, false, false },
		{ STR(POLICY("\"policy-type\":9,\"f\":0,\"failure-details\":[{\"c\":202,\"f\":0}]")), E_RULE,
			false, false, false },
	};

	(void)state;
	for (size_t i = 0; i < ARRAY_N(rows); i++) {
		struct arena mem = ARENA(memory);
		struct session session;
		struct why why = { 0 };

		unit_err(session_read(rows[i].text, &mem, &session, &why), rows[i].want, &why, rows[i].text.p);
		if (rows[i].want != OK)
			continue;
		assert_int_equal(session.version_odd, rows[i].version_odd);
		assert_int_equal(session.policy[0].failed, rows[i].failed);
		assert_int_equal(session.policy[0].result_odd, rows[i].result_odd);
	}
}

static void members(void **state)
{
	static const str text = STR("{\"d\": \"A.Example.\",\"pr\": \"v=TLSRPTv1;\",\"policies\":[{"
	    "\"policy-type\":2,\"policy-string\":[\"version: STSv1\",\"mode: none\"],\"mx-host\":[\"*.a\"],"
	    "\"failure-details\":[{\"c\":202,\"s\": \"1\",\"n\": \"2\",\"h\": \"3\",\"r\": \"4\",\"a\": \"5\","
	    "\"f\": \"6\"}, {\"c\":5}],\"t\":7,\"f\":0}]}");
	struct arena mem = ARENA(memory);
	struct session s;
	const struct session_policy *p;

	(void)state;
	assert_int_equal(session_read(text, &mem, &s, NULL), OK);
	unit_same(s.domain, S("A.Example."), "domain");
	unit_same(s.record, S("v=TLSRPTv1;"), "record");
	assert_int_equal(s.policy_n, 1);
	p = &s.policy[0];
	assert_int_equal(p->type, REPORT_POLICY_STS);
	assert_null(p->domain.p);
	assert_int_equal(p->policy_string_n, 2);
	unit_same(p->policy_string[1], S("mode: none"), "policy string");
	assert_int_equal(p->mx_host_n, 1);
	unit_same(p->mx_host[0], S("*.a"), "mx host");
	assert_int_equal(p->failure_n, 2);
	assert_int_equal(p->failure[0].type, RESULT_TYPE_CERTIFICATE_HOST_MISMATCH);
	unit_same(p->failure[0].sending_mta_ip, S("1"), "s");
	unit_same(p->failure[0].receiving_mx_hostname, S("2"), "n");
	unit_same(p->failure[0].receiving_mx_helo, S("3"), "h");
	unit_same(p->failure[0].receiving_ip, S("4"), "r");
	unit_same(p->failure[0].additional_information, S("5"), "a");
	unit_same(p->failure[0].failure_reason_code, S("6"), "f");
	assert_int_equal(p->failure[1].type, RESULT_TYPE_OTHER);
	assert_int_equal(p->failure[1].number, 5);
	assert_null(p->failure[1].failure_reason_code.p);
	assert_false(p->failed); /* failures, and yet a final success */
}

/* A session that was made, not read: numbers come from the types. */
static void made(void **state)
{
	struct session_failure failure = { .type = RESULT_TYPE_STS_POLICY_FETCH_ERROR,
		.failure_reason_code = STR("http-404") };
	struct session_policy policy = { .type = REPORT_POLICY_STS, .domain = STR("a.example"),
		.failure = &failure, .failure_n = 1, .failed = true };
	struct session session = { .domain = STR("a.example"),
		.record = STR("v=TLSRPTv1; rua=mailto:r@a.example"), .policy = &policy, .policy_n = 1 };
	struct out out = OUT(written);

	(void)state;
	session_write(&session, &out);
	unit_same(out_done(&out), S(HEAD "{\"policy-type\":2,\"policy-domain\": \"a.example\","
	    "\"failure-details\":[{\"c\":301,\"f\": \"http-404\"}],\"t\":1,\"f\":1}]}"), "made");
}

static str load(const char *name, char *room, size_t cap)
{
	char path[512];
	FILE *f;
	size_t n;

	snprintf(path, sizeof path, "%s/%s", DATAGRAMS, name);
	f = fopen(path, "rb");
	if (!f)
		fail_msg("%s: cannot be opened", path);
	n = fread(room, 1, cap, f);
	fclose(f);
	return (str){ room, n };
}

/* Every datagram that was captured reads; written again only dpv is new. */
static void captured(void **state)
{
	static char bytes[8192];
	DIR *dir = opendir(DATAGRAMS);
	struct dirent *entry;
	size_t n = 0;

	(void)state;
	assert_non_null(dir);
	while ((entry = readdir(dir))) {
		struct arena mem = ARENA(memory);
		struct out out = OUT(written);
		struct session session;
		struct why why = { 0 };
		str text, again;

		if (entry->d_name[0] == '.')
			continue;
		text = load(entry->d_name, bytes, sizeof bytes);
		unit_err(session_read(text, &mem, &session, &why), OK, &why, entry->d_name);
		session_write(&session, &out);
		again = out_done(&out);
		if (!str_starts(text, S(OWN_START))) {
			text = str_skip(text, 1);
			again = str_skip(again, sizeof OWN_START - 1);
		}
		unit_same(again, text, entry->d_name);
		n++;
	}
	closedir(dir);
	assert_true(n >= 70);
}

static void ceilings(void **state)
{
	static char big[LIMIT_DATAGRAM_BYTES + 2];
	struct arena mem = ARENA(memory);
	struct session session;

	(void)state;
	for (size_t n = LIMIT_SESSION_POLICIES_N; n <= LIMIT_SESSION_POLICIES_N + 1; n++) {
		struct out out = OUT(big);

		out_str(&out, S("{\"d\":\"a\",\"policies\":["));
		for (size_t i = 0; i < n; i++)
			out_fmt(&out, "%s{\"policy-type\":9,\"f\":0}", i ? "," : "");
		out_str(&out, S("]}"));
		arena_reset(&mem);
		assert_int_equal(session_read(out_done(&out), &mem, &session, NULL),
		    n > LIMIT_SESSION_POLICIES_N ? E_LIMIT : OK);
	}
	for (size_t n = LIMIT_SESSION_FAILURES_N; n <= LIMIT_SESSION_FAILURES_N + 1; n++) {
		struct out out = OUT(big);

		out_str(&out, S("{\"d\":\"a\",\"policies\":[{\"policy-type\":9,\"f\":0,\"failure-details\":["));
		for (size_t i = 0; i < n; i++)
			out_fmt(&out, "%s{\"c\":%zu}", i ? "," : "", i);
		out_str(&out, S("]}]}"));
		arena_reset(&mem);
		assert_int_equal(session_read(out_done(&out), &mem, &session, NULL),
		    n > LIMIT_SESSION_FAILURES_N ? E_LIMIT : OK);
	}
	memset(big, ' ', sizeof big);
	arena_reset(&mem);
	assert_int_equal(session_read((str){ big, LIMIT_DATAGRAM_BYTES }, &mem, &session, NULL), E_SYNTAX);
	assert_int_equal(session_read((str){ big, LIMIT_DATAGRAM_BYTES + 1 }, &mem, &session, NULL), E_LIMIT);
}

static void every_arena_size(void **state)
{
	static const str text = STR("{\"d\":\"a\",\"pr\":\"\xff\",\"policies\":[{\"policy-type\":2,"
	    "\"mx-host\":[\"b\",\"c\"],\"policy-string\":[\"d\"],\"failure-details\":[{\"c\":202}],\"f\":1}]}");
	bool fits = false;

	(void)state;
	for (size_t cap = 0; cap < 8192; cap += 16) {
		struct arena mem = { memory, cap, 0 };
		struct session s;
		err e = session_read(text, &mem, &s, NULL);

		assert_true(e == E_LIMIT || e == OK);
		assert_true(e == OK || !fits);
		fits = e == OK;
		if (!fits)
			continue;
		unit_same(s.record, S("\xff"), "record");
		unit_same(s.policy[0].mx_host[1], S("c"), "mx host");
		assert_int_equal(s.policy[0].failure[0].number, 202);
	}
	assert_true(fits);
}

/* What the header promises: 4 KiB and 48 times the datagram are enough for any of them. */
static void arena_that_is_always_enough(void **state)
{
	static const str units[] = { STR("[],"), STR("{},"), STR("1,"), STR("\"\","), STR("{\"c\":1},"),
		STR("\"\xff\",") };
	static char text[1 << 14], room[48 * sizeof text + 4096];

	(void)state;
	for (size_t i = 0; i < ARRAY_N(units); i++) {
		for (size_t n = 0; n < sizeof text / 12; n = n * 2 + 1) {
			struct out out = OUT(text);
			struct arena mem;
			struct session s;

			out_str(&out, S("{\"d\":\"a\",\"policies\":[{\"policy-type\":9,\"f\":0,\"policy-string\":["));
			for (size_t k = 0; k < n; k++)
				out_str(&out, units[i]);
			out_str(&out, S("\"\"],\"failure-details\":["));
			for (size_t k = 0; k < n && k < LIMIT_SESSION_FAILURES_N - 1; k++)
				out_str(&out, units[i]);
			out_str(&out, S("{\"c\":1}]}]}"));
			assert_false(out.full);
			mem = (struct arena){ room, 48 * out.n + 4096, 0 };
			assert_int_not_equal(session_read(out_done(&out), &mem, &s, NULL), E_LIMIT);
		}
	}
}

static void helo(void **state)
{
	static const struct {
		str text, want;
	} rows[] = {
		{ STR("250-mx.a.example\r\n250-PIPELINING\r\n250 SMTPUTF8"), STR("mx.a.example") },
		{ STR("250 mx.a.example"), STR("mx.a.example") },
		{ STR("250 mx.a.example at your service"), STR("mx.a.example") },
		{ STR("250-mx.a.example\n250 X"), STR("mx.a.example") },
		{ STR("250-\tmx.a.example Hello [192.0.2.1]"), STR("mx.a.example") },
		{ STR("mx.a.example"), STR("mx.a.example") },
		{ STR("mx.a.example ESMTP\r\nmore"), STR("mx.a.example ESMTP") },
		{ STR("2500.example"), STR("2500.example") },
		{ STR("250"), STR("") },
		{ STR("250-"), STR("") },
		{ STR("250-\r\n250 X"), STR("") },
		{ STR(""), STR("") },
	};

	(void)state;
	for (size_t i = 0; i < ARRAY_N(rows); i++)
		unit_same(session_helo(rows[i].text), rows[i].want, rows[i].text.p);
	unit_same(session_helo((str){ 0 }), S(""), "absent");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(own_form),
		cmocka_unit_test(dialects),
		cmocka_unit_test(members),
		cmocka_unit_test(made),
		cmocka_unit_test(captured),
		cmocka_unit_test(ceilings),
		cmocka_unit_test(every_arena_size),
		cmocka_unit_test(arena_that_is_always_enough),
		cmocka_unit_test(helo),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
