#include "wire/socketmap.h"

#include "test/unit/unit.h"

static char text[SOCKETMAP_REPLY_BYTES], big[LIMIT_SOCKETMAP_REPLY_BYTES + 2];

static void requests(void **state)
{
	static const struct {
		str bytes;
		err want;
		str map, key, rest;
	} rows[] = {
		{ STR("16:sts mail.example,"), OK, STR("sts"), STR("mail.example"), STR("") },
		{ STR("16:sts mail.example,16:sts"), OK, STR("sts"), STR("mail.example"), STR("16:sts") },
		{ STR("4:sts ,"), OK, STR("sts"), STR(""), STR("") },
		{ STR("3:sts,"), OK, STR("sts"), STR(""), STR("") },
		{ STR("7:sts a b,"), OK, STR("sts"), STR("a b"), STR("") },
		{ STR("6:sts  a,"), OK, STR("sts"), STR(" a"), STR("") },
		{ STR("6:sts ,,,"), OK, STR("sts"), STR(",,"), STR("") },
		{ STR("9:sts a\0b\r\n,"), OK, STR("sts"), STR("a\0b\r\n"), STR("") },
		{ STR("1: ,"), OK, STR(""), STR(""), STR("") },
		{ STR("0:,"), OK, STR(""), STR(""), STR("") },
		{ STR(""), E_MORE, STR(""), STR(""), STR("") },
		{ STR("1"), E_MORE, STR(""), STR(""), STR("") },
		{ STR("0"), E_MORE, STR(""), STR(""), STR("") },
		{ STR("10000"), E_MORE, STR(""), STR(""), STR("") },
		{ STR("10000:"), E_MORE, STR(""), STR(""), STR("") },
		{ STR("4:sts"), E_MORE, STR(""), STR(""), STR("") },
		{ STR("4:sts "), E_MORE, STR(""), STR(""), STR("") },
		{ STR("4:sts ;"), E_SYNTAX, STR(""), STR(""), STR("") },
		{ STR("3:sts a,"), E_SYNTAX, STR(""), STR(""), STR("") },
		{ STR("04:sts ,"), E_SYNTAX, STR(""), STR(""), STR("") },
		{ STR("00:,"), E_SYNTAX, STR(""), STR(""), STR("") },
		{ STR(":,"), E_SYNTAX, STR(""), STR(""), STR("") },
		{ STR("-1:,"), E_SYNTAX, STR(""), STR(""), STR("") },
		{ STR("+4:sts ,"), E_SYNTAX, STR(""), STR(""), STR("") },
		{ STR(" 4:sts ,"), E_SYNTAX, STR(""), STR(""), STR("") },
		{ STR("4 :sts ,"), E_SYNTAX, STR(""), STR(""), STR("") },
		{ STR("4;sts ,"), E_SYNTAX, STR(""), STR(""), STR("") },
		{ STR("\n4:sts ,"), E_SYNTAX, STR(""), STR(""), STR("") },
		{ STR("GET / HTTP/1.1\r\n"), E_SYNTAX, STR(""), STR(""), STR("") },
		{ STR("10001"), E_LIMIT, STR(""), STR(""), STR("") },
		{ STR("99999999999999999999999999999999"), E_LIMIT, STR(""), STR(""), STR("") },
	};

	(void)state;
	for (size_t i = 0; i < ARRAY_N(rows); i++) {
		struct socketmap_request request = { STR("untouched"), STR("") };
		struct why why = { 0 };
		str rest = rows[i].bytes;

		unit_err(socketmap_read_request(&rest, &request, &why), rows[i].want, &why, rows[i].bytes.p);
		if (rows[i].want == OK) {
			unit_same(request.map, rows[i].map, "map");
			unit_same(request.key, rows[i].key, "key");
			unit_same(rest, rows[i].rest, "rest");
		} else {
			unit_same(request.map, S("untouched"), "map");
			assert_true(rest.p == rows[i].bytes.p && rest.n == rows[i].bytes.n);
		}
	}
}

/* However the stream is cut, the same requests come out. */
static void byte_by_byte(void **state)
{
	static const str stream = STR("16:sts mail.example,8:other .b,0:,");
	static const str maps[] = { STR("sts"), STR("other"), STR("") };
	size_t start = 0, found = 0;

	(void)state;
	for (size_t n = 0; n <= stream.n; n++) {
		str rest = { stream.p + start, n - start };
		struct socketmap_request request;
		err e = socketmap_read_request(&rest, &request, NULL);

		assert_true(e == OK || e == E_MORE);
		if (e != OK)
			continue;
		unit_same(request.map, maps[found++], "map");
		assert_int_equal(rest.n, 0);
		start = n;
	}
	assert_int_equal(found, ARRAY_N(maps));
}

static void replies(void **state)
{
	static const struct {
		struct socketmap_reply reply;
		str bytes;
	} rows[] = {
		{ { SOCKETMAP_OK, STR("secure match=mx.mail.example") }, STR("31:OK secure match=mx.mail.example,") },
		{ { SOCKETMAP_OK, STR("") }, STR("3:OK ,") },
		{ { SOCKETMAP_NOTFOUND, STR("") }, STR("9:NOTFOUND ,") },
		{ { SOCKETMAP_TEMP, STR("some cause") }, STR("15:TEMP some cause,") },
		{ { SOCKETMAP_TIMEOUT, STR("") }, STR("8:TIMEOUT ,") },
		{ { SOCKETMAP_PERM, STR("no such map") }, STR("16:PERM no such map,") },
	};

	(void)state;
	for (size_t i = 0; i < ARRAY_N(rows); i++) {
		struct out out = OUT(text);
		struct socketmap_reply reply;
		struct why why = { 0 };
		str rest = rows[i].bytes;

		assert_int_equal(socketmap_write_reply(&rows[i].reply, &out, NULL), OK);
		unit_same(out_done(&out), rows[i].bytes, "written");
		unit_err(socketmap_read_reply(&rest, &reply, &why), OK, &why, rows[i].bytes.p);
		assert_int_equal(reply.answer, rows[i].reply.answer);
		unit_same(reply.text, rows[i].reply.text, "text");
		assert_int_equal(rest.n, 0);
	}
}

static void replies_of_others(void **state)
{
	static const struct {
		str bytes;
		err want;
		struct socketmap_reply reply;
	} rows[] = {
		{ STR("8:NOTFOUND,"), OK, { SOCKETMAP_NOTFOUND, STR("") } },
		{ STR("2:OK,"), OK, { SOCKETMAP_OK, STR("") } },
		{ STR("6:OK  a ,"), OK, { SOCKETMAP_OK, STR(" a ") } },
		{ STR("9:NOTFOUND "), E_MORE, { SOCKETMAP_OK, STR("") } },
		{ STR("0:,"), E_SYNTAX, { SOCKETMAP_OK, STR("") } },
		{ STR("4:ok a,"), E_SYNTAX, { SOCKETMAP_OK, STR("") } },
		{ STR("3:OKa,"), E_SYNTAX, { SOCKETMAP_OK, STR("") } },
		{ STR("5:BAD a,"), E_SYNTAX, { SOCKETMAP_OK, STR("") } },
		{ STR("99999:"), E_MORE, { SOCKETMAP_OK, STR("") } },
		{ STR("100000:"), E_LIMIT, { SOCKETMAP_OK, STR("") } },
	};

	(void)state;
	for (size_t i = 0; i < ARRAY_N(rows); i++) {
		struct socketmap_reply reply;
		struct why why = { 0 };
		str rest = rows[i].bytes;

		unit_err(socketmap_read_reply(&rest, &reply, &why), rows[i].want, &why, rows[i].bytes.p);
		if (rows[i].want != OK) {
			assert_true(rest.p == rows[i].bytes.p);
			continue;
		}
		assert_int_equal(reply.answer, rows[i].reply.answer);
		unit_same(reply.text, rows[i].reply.text, "text");
	}
}

static void writing_requests(void **state)
{
	static const struct {
		struct socketmap_request request;
		err want;
		str bytes;
	} rows[] = {
		{ { STR("sts"), STR("mail.example") }, OK, STR("16:sts mail.example,") },
		{ { STR("sts"), STR("") }, OK, STR("4:sts ,") },
		{ { STR("sts"), STR("a b") }, OK, STR("7:sts a b,") },
		{ { STR(""), STR("a") }, E_SYNTAX, STR("") },
		{ { STR("a b"), STR("c") }, E_SYNTAX, STR("") },
	};

	(void)state;
	for (size_t i = 0; i < ARRAY_N(rows); i++) {
		struct out out = OUT(text);
		struct why why = { 0 };

		unit_err(socketmap_write_request(&rows[i].request, &out, &why), rows[i].want, &why, rows[i].bytes.p);
		unit_same(out_done(&out), rows[i].bytes, "written");
	}
}

/* The largest that may be written is written whole and read again; one byte more is refused. */
static void ceilings(void **state)
{
	struct socketmap_request request = { STR("sts"), { big, LIMIT_SOCKETMAP_QUERY_BYTES - 4 } };
	struct socketmap_reply reply = { SOCKETMAP_OK, { big, LIMIT_SOCKETMAP_REPLY_BYTES - 4 } };
	struct out out = OUT(text);
	str rest;

	(void)state;
	memset(big, 'x', sizeof big);
	assert_int_equal(socketmap_write_request(&request, &out, NULL), OK);
	rest = out_done(&out);
	assert_int_equal(rest.n, SOCKETMAP_REQUEST_BYTES);
	assert_int_equal(socketmap_read_request(&rest, &request, NULL), OK);
	request.key = (str){ big, LIMIT_SOCKETMAP_QUERY_BYTES - 3 };
	assert_int_equal(socketmap_write_request(&request, &out, NULL), E_LIMIT);
	request = (struct socketmap_request){ { big, LIMIT_SOCKETMAP_QUERY_BYTES + 1 }, STR("") };
	assert_int_equal(socketmap_write_request(&request, &out, NULL), E_LIMIT);
	out.n = 0;
	assert_int_equal(socketmap_write_reply(&reply, &out, NULL), OK);
	rest = out_done(&out);
	assert_int_equal(rest.n, SOCKETMAP_REPLY_BYTES);
	assert_int_equal(socketmap_read_reply(&rest, &reply, NULL), OK);
	reply.text = (str){ big, LIMIT_SOCKETMAP_REPLY_BYTES - 3 };
	out.n = 0;
	assert_int_equal(socketmap_write_reply(&reply, &out, NULL), E_LIMIT);
	assert_int_equal(out.n, 0);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(requests),
		cmocka_unit_test(byte_by_byte),
		cmocka_unit_test(replies),
		cmocka_unit_test(replies_of_others),
		cmocka_unit_test(writing_requests),
		cmocka_unit_test(ceilings),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
