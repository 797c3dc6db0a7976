#include "wire/mime.h"

#include "base/out.h"
#include "test/unit/unit.h"

static char memory[1 << 16], text[1 << 20];

/* The parts of a mail, one after the other: [type|name|body] */
static err walk(str mail, struct arena *mem, struct out *out)
{
	struct mime m;
	struct mime_part part;
	str body;
	err e = mime_open(mail, mem, &m, NULL);

	while (e == OK && (e = mime_next(&m, &part, NULL)) == OK) {
		e = mime_body(&part, mem, &body, NULL);
		if (e != OK)
			break;
		out_char(out, '[');
		out_str(out, part.content.type);
		out_char(out, '|');
		out_str(out, part.content.name);
		out_char(out, '|');
		out_str(out, body);
		out_char(out, ']');
	}
	return e == E_ABSENT ? OK : e;
}

#define MULTI "Content-Type: multipart/mixed; boundary=b\n\n"

static const struct {
	const char *label;
	str mail, want;
} rows[] = {
	{ "no header at all", STR("\nbody\n"), STR("[text/plain||body\n]") },
	{ "nothing", STR(""), STR("[text/plain||]") },
	{ "only a header", STR("Subject: x"), STR("[text/plain||]") },
	{ "no empty line before the body", STR("Subject: x\n{\"a\":1}\nb: c\n"),
	    STR("[text/plain||{\"a\":1}\nb: c\n]") },
	{ "From line of an mbox", STR("From a@b Mon\nContent-Type: a/b\n\nx"), STR("[a/b||x]") },
	{ "CRLF", STR("Content-Type: a/b\r\n\r\nx\r\n"), STR("[a/b||x\r\n]") },
	{ "upper case", STR("CONTENT-TYPE: APPLICATION/TLSRPT+GZIP\n\nx"), STR("[application/tlsrpt+gzip||x]") },
	{ "blank before the colon", STR("Content-Type : a/b\n\nx"), STR("[a/b||x]") },
	{ "field name with a typo", STR("ContentType: a/b\n\nx"), STR("[text/plain||x]") },
	{ "type without subtype", STR("Content-Type: foo\n\nx"), STR("[text/plain||x]") },
	{ "comments", STR("Content-Type: (a (b) \\) c) a/b (c); (d) name=(e)\"n\" (f)\n\nx"), STR("[a/b|n|x]") },
	{ "the first of two counts", STR("Content-Type: a/b\nContent-Type: c/d\n\nx"), STR("[a/b||x]") },

	{ "two parts", STR(MULTI "preamble\n--b\n\none\n--b\nContent-Type: a/b\n\ntwo\n\n--b--\nepilogue\n"),
	    STR("[text/plain||one][a/b||two\n]") },
	{ "two parts, CRLF",
	    STR("Content-Type: multipart/mixed;\r\n\tboundary=\"b\"\r\n\r\n--b \r\n\r\none\r\n--b\t\r\n\r\n\r\n--b--"),
	    STR("[text/plain||one][text/plain||]") },
	{ "no final boundary", STR(MULTI "--b\n\none\n--b\n\ntwo\n"), STR("[text/plain||one][text/plain||two\n]") },
	{ "no boundary at all", STR(MULTI "text\n"), STR("") },
	{ "boundary parameter missing", STR("Content-Type: multipart/mixed\n\n--b\n\none\n"),
	    STR("[multipart/mixed||--b\n\none\n]") },
	{ "part without a body", STR(MULTI "--b\nContent-Type: a/b\n--b--\n"), STR("[a/b||]") },
	{ "a boundary that begins the same", STR(MULTI "--b\n\none\n--bb\ntwo\n--b-\nthree\n--b--\n"),
	    STR("[text/plain||one\n--bb\ntwo\n--b-\nthree]") },
	{ "a boundary like a field",
	    STR("Content-Type: multipart/mixed; boundary=\"=:\"\n\n--=:\nA: b\n--=:\n\nx\n--=:--"),
	    STR("[text/plain||][text/plain||x]") },
	{ "multipart in multipart",
	    STR(MULTI "--b\nContent-Type: multipart/alternative; boundary=c\n\n--c\n\none\n--c\n\n"
		      "two\n--c--\n--b\n\nthree\n--b--\n"),
	    STR("[text/plain||one][text/plain||two][text/plain||three]") },
	{ "the inner one is not closed",
	    STR(MULTI "--b\nContent-Type: multipart/alternative; boundary=c\n\n--c\n\none\n"
		      "--b\n\ntwo\n--b--\n"),
	    STR("[text/plain||one][text/plain||two]") },
	{ "mail in mail",
	    STR(MULTI "--b\nContent-Type: message/rfc822\n\nSubject: x\nContent-Type: a/b\n\none\n--b\n\ntwo\n"),
	    STR("[a/b||one][text/plain||two\n]") },
	{ "mail in mail, encoded, is yielded as it stands",
	    STR("Content-Type: message/rfc822\nContent-Transfer-Encoding: base64\n\nQTogYgoKeA==\n"),
	    STR("[message/rfc822||A: b\n\nx]") },
	{ "digest", STR("Content-Type: multipart/digest; boundary=b\n\n--b\n\nContent-Type: a/b\n\nx\n--b--\n"),
	    STR("[a/b||x]") },

	{ "base64", STR("Content-Transfer-Encoding: BASE64 (c)\n\n e yJ\thI\r\njoxfQ==\nthe end"),
	    STR("[text/plain||{\"a\":1}]") },
	{ "base64, one and two letters left", STR("Content-Transfer-Encoding: base64\n\nYWJjZ\n"),
	    STR("[text/plain||abc]") },
	{ "base64 without padding", STR("Content-Transfer-Encoding: base64\n\nYWJjZA\n"), STR("[text/plain||abcd]") },
	{ "base64, odd bytes", STR("Content-Transfer-Encoding: base64\n\nY-W\xff_Jj!\n"), STR("[text/plain||abc]") },
	{ "quoted-printable", STR("Content-Transfer-Encoding: quoted-printable\n\n=7B=22a=\n=22:=  \r\n1=7d=3D\n"),
	    STR("[text/plain||{\"a\":1}=\n]") },
	{ "quoted-printable, broken", STR("Content-Transfer-Encoding: quoted-printable\n\n=zz=4=\r\n="),
	    STR("[text/plain||=zz=4]") },
	{ "an encoding nobody knows", STR("Content-Transfer-Encoding: x-none\n\na=3Db"), STR("[text/plain||a=3Db]") },

	{ "name of the type", STR("Content-Type: a/b; name=n.json.gz\n\n"), STR("[a/b|n.json.gz|]") },
	{ "the disposition's name wins",
	    STR("Content-Type: a/b; name=n\nContent-Disposition: attachment; filename=\"f\"\n\n"), STR("[a/b|f|]") },
	{ "folded in its quotes [M-06]",
	    STR("Content-Disposition: attachment; filename=\"a!b!\r\n        1!2.json.gz\"\r\n\r\n"),
	    STR("[text/plain|a!b!1!2.json.gz|]") },
	{ "quoted pairs", STR("Content-Type: a/b; name=\"a\\\"b\\\\c;d\"\n\n"), STR("[a/b|a\"b\\c;d|]") },
	{ "quotes without an end", STR("Content-Type: a/b; name=\"n\n\nx"), STR("[a/b|n|x]") },
	{ "pieces", STR("Content-Type: a/b; name*0=\"a b\"; name*1=c;\n name*2=d\n\n"), STR("[a/b|a bcd|]") },
	{ "a piece is missing", STR("Content-Type: a/b; name*0=a; name*2=c\n\n"), STR("[a/b|a|]") },
	{ "extended", STR("Content-Disposition: x; filename=no; filename*=utf-8'en'a%20b%c3%bC%zz\n\n"),
	    STR("[text/plain|a b\xc3\xbc%zz|]") },
	{ "extended pieces",
	    STR("Content-Disposition: x; filename*0*=utf-8''a%2e; filename*1=\"b%2e\"; filename*2*=c%2E\n\n"),
	    STR("[text/plain|a.b%2ec.|]") },
	{ "boundary in pieces", STR("Content-Type: multipart/mixed; boundary*0=b; boundary*1=c\n\n--bc\n\nx\n--bc--\n"),
	    STR("[text/plain||x]") },
	{ "parameters that are none", STR("Content-Type: a/b;;; =x; \"y\"; name; name=; name=n; z\0=1\n\n"),
	    STR("[a/b|n|]") },
};

static void mails(void **state)
{
	(void)state;
	for (size_t i = 0; i < ARRAY_N(rows); i++) {
		struct arena mem = ARENA(memory);
		struct out out = OUT(text);

		unit_err(walk(rows[i].mail, &mem, &out), OK, NULL, rows[i].label);
		unit_same(out_done(&out), rows[i].want, rows[i].label);
	}
}

static void every_arena_size(void **state)
{
	(void)state;
	for (size_t i = 0; i < ARRAY_N(rows); i++) {
		err e = E_LIMIT;

		for (size_t cap = 0; e != OK; cap += 8) {
			struct arena mem = { memory, cap, 0 };
			struct out out = OUT(text);

			e = walk(rows[i].mail, &mem, &out);
			assert_true(e == OK || e == E_LIMIT);
			assert_true(cap < 4096);
			if (e == OK)
				unit_same(out_done(&out), rows[i].want, rows[i].label);
		}
	}
}

static void fields(void **state)
{
	static const str mail = STR("From x\r\nSubject:  Report Domain: a.example\r\n Submitter: b.example\r\n"
				    "TLS-Report-Domain:a.example\r\nEmpty:\r\nsubject: second\r\n\r\nTo: body\r\n");
	static const struct {
		str name;
		err want;
		str value;
	} wanted[] = {
		{ STR("subject"), OK, STR("Report Domain: a.example Submitter: b.example") },
		{ STR("TLS-Report-Domain"), OK, STR("a.example") },
		{ STR("Empty"), OK, STR("") },
		{ STR("To"), E_ABSENT, STR("") },
		{ STR("Sub"), E_ABSENT, STR("") },
	};
	struct arena mem = ARENA(memory);
	struct mime m;
	struct mime_field f;
	str value, rest;

	(void)state;
	assert_int_equal(mime_open(mail, &mem, &m, NULL), OK);
	unit_same(m.body, S("To: body\r\n"), "body");
	for (size_t i = 0; i < ARRAY_N(wanted); i++) {
		value = S("");
		assert_int_equal(mime_field_find(m.header, wanted[i].name, &mem, &value, NULL), wanted[i].want);
		unit_same(value, wanted[i].value, wanted[i].name.p);
	}
	mem.cap = mem.used;
	assert_int_equal(mime_field_find(m.header, S("Subject"), &mem, &value, NULL), E_LIMIT);
	rest = m.header;
	assert_true(mime_field_next(&rest, &f));
	unit_same(f.raw, S("Subject:  Report Domain: a.example\r\n Submitter: b.example\r\n"), "raw");
	unit_same(f.name, S("Subject"), "name");
	unit_same(f.value, S("Report Domain: a.example\r\n Submitter: b.example"), "value");
	for (size_t i = 0; i < 3; i++)
		assert_true(mime_field_next(&rest, &f));
	assert_false(mime_field_next(&rest, &f));
	assert_int_equal(rest.n, 0);
}

/* Ceilings of base/limits.h, each just met and just passed. */
static void ceilings(void **state)
{
	static const struct {
		const char *label;
		int parts_n, depth, header_bytes;
		err want;
		bool too_deep;
	} limits[] = {
		{ "parts", LIMIT_MIME_PARTS_N - 1, 1, 0, OK, false },
		{ "too many parts", LIMIT_MIME_PARTS_N, 1, 0, E_LIMIT, false },
		{ "depth", 1, LIMIT_MIME_DEPTH_N, 0, OK, false },
		{ "too deep", 1, LIMIT_MIME_DEPTH_N + 1, 0, OK, true },
		{ "header", 1, 1, LIMIT_MIME_HEADER_BYTES - 100, OK, false },
		{ "header too long", 1, 1, LIMIT_MIME_HEADER_BYTES + 1, E_LIMIT, false },
	};

	(void)state;
	for (size_t i = 0; i < ARRAY_N(limits); i++) {
		struct arena mem = ARENA(memory);
		struct out mail = OUT(text);
		struct mime m;
		struct mime_part part;
		err e;

		if (limits[i].header_bytes > 0) {
			out_str(&mail, S("X: "));
			for (int k = 0; k < limits[i].header_bytes; k++)
				out_char(&mail, 'x');
			out_char(&mail, '\n');
		}
		for (int k = 0; k < limits[i].depth; k++)
			out_fmt(&mail, "Content-Type: multipart/mixed; boundary=b%d\n\n--b%d\n", k, k);
		for (int k = 0; k < limits[i].parts_n; k++)
			out_fmt(&mail, "\n%d\n--b%d\n", k, limits[i].depth - 1);
		mail.n -= limits[i].parts_n > 1 ? 5 : 0;
		assert_false(mail.full);
		e = mime_open(out_done(&mail), &mem, &m, NULL);
		while (e == OK)
			e = mime_next(&m, &part, NULL);
		unit_err(e, limits[i].want == OK ? E_ABSENT : E_LIMIT, NULL, limits[i].label);
		assert_int_equal(limits[i].want == OK && m.too_deep, limits[i].too_deep);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(mails),
		cmocka_unit_test(every_arena_size),
		cmocka_unit_test(fields),
		cmocka_unit_test(ceilings),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
