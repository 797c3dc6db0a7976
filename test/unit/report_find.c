#include "wire/report_find.h"

#include "test/unit/carrier.h"
#include "test/unit/unit.h"

#define A "{\"report-id\":\"a\",\"policies\":[]}"
#define B "{\"report-id\":\"b\",\"policies\":[]}"
#define NONE "{\"policy\":1}"

static char memory[1 << 18], file[1 << 17], said[1 << 16];
static struct gzip g;
static struct report_find find;

static int open_gzip(void **state)
{
	(void)state;
	return gzip_open(&g, GZIP_READING_AND_WRITING, NULL) == OK ? 0 : -1;
}

static int close_gzip(void **state)
{
	(void)state;
	gzip_close(&g);
	return 0;
}

static const char *word(err e)
{
	return e == E_SYNTAX ? "!syntax" : e == E_RULE ? "!rule" : e == E_LIMIT ? "!limit" : "!?";
}

/* All that is found, one after the other: [type|name|warning,|json], !refusal. */
static str walk(str bytes, struct arena *mem)
{
	struct out out = OUT(said);
	struct report_find_hit hit;
	struct why why = { 0 };
	err e;

	report_find_open(&find, bytes, &g, mem);
	while ((e = report_find_next(&find, &hit, &why)) != E_ABSENT) {
		if (e != OK) {
			out_fmt(&out, "%s", word(e));
			assert_true(why.text[0]);
			continue;
		}
		out_char(&out, '[');
		out_str(&out, hit.type);
		out_char(&out, '|');
		out_str(&out, hit.name);
		out_char(&out, '|');
		for (size_t i = 0; i < hit.warning_n; i++) {
			out_str(&out, hit.warning[i]);
			out_char(&out, ',');
		}
		out_char(&out, '|');
		out_str(&out, hit.json);
		out_char(&out, ']');
	}
	return out_done(&out);
}

#define PART(type, more, body) "--b\n" type more "\n" body "\n"
#define TYPE(t) "Content-Type: " t "\n"
#define NAME(n) "Content-Disposition: attachment; filename=" n "\n"
#define MAIL(parts) "Subject: x\nContent-Type: multipart/report; boundary=b\n\n" parts "--b--\n"
#define GZIP_TYPE TYPE("application/tlsrpt+gzip")
#define JSON_TYPE TYPE("application/tlsrpt+json")
#define HUMAN TYPE("text/plain")

static const struct {
	const char *label;
	str bytes, want;
	enum report_find_kind kind;
} rows[] = {
	{ "JSON", STR(A), STR("[|||" A "]"), REPORT_FIND_JSON },
	{ "JSON after a BOM and blanks", STR("\xef\xbb\xbf \r\n\t" A), STR("[|||\xef\xbb\xbf \r\n\t" A "]"),
	    REPORT_FIND_JSON },
	{ "JSON of another kind is for the reader to judge", STR(NONE), STR("[|||" NONE "]"), REPORT_FIND_JSON },
	{ "nothing", STR(""), STR(""), REPORT_FIND_OTHER },
	{ "null", STR("null"), STR(""), REPORT_FIND_OTHER },
	{ "an array", STR("[" A "]"), STR(""), REPORT_FIND_OTHER },
	{ "UTF-16", STR("\xff\xfe{\0\"\0"), STR(""), REPORT_FIND_OTHER },
	{ "text", STR("Dear all,\nnothing here: nothing\n"), STR(""), REPORT_FIND_OTHER },
	{ "gzip cut short", STR("\x1f\x8b\x08"), STR("!syntax"), REPORT_FIND_GZIP },
	{ "zip cut short", STR("PK\3\4"), STR("!syntax"), REPORT_FIND_ZIP },

	{ "a mail that is the report", STR(JSON_TYPE "\n" A), STR("[application/tlsrpt+json|||" A "]"), REPORT_FIND_MAIL },
	{ "mbox, blank lines before", STR("\r\n\nFrom x\n" JSON_TYPE "\n" A),
	    STR("[application/tlsrpt+json|||" A "]"), REPORT_FIND_MAIL },
	{ "type and body disagree", STR(GZIP_TYPE NAME("r.json.gz") "\n" A),
	    STR("[application/tlsrpt+gzip|r.json.gz||" A "]"), REPORT_FIND_MAIL },
	{ "human part, then the report", STR(MAIL(PART(HUMAN, "", "x") PART(JSON_TYPE, NAME("r.json"), A))),
	    STR("[application/tlsrpt+json|r.json||" A "]"), REPORT_FIND_MAIL },
	{ "text for humans never counts", STR(MAIL(PART(HUMAN, "", A) PART(TYPE("text/html"), "", B))),
	    STR(""), REPORT_FIND_MAIL },
	{ "text with a file name does", STR(MAIL(PART(HUMAN, NAME("r.json"), A))),
	    STR("[text/plain|r.json|content-type:text/plain,|" A "]"), REPORT_FIND_MAIL },
	{ "no suffix", STR(MAIL(PART(TYPE("Application/TLSRPT"), "", A))),
	    STR("[application/tlsrpt||content-type:application/tlsrpt,|" A "]"), REPORT_FIND_MAIL },
	{ "the right types come first", STR(MAIL(PART(TYPE("application/json"), "", A) PART(JSON_TYPE, "", B))),
	    STR("[application/tlsrpt+json|||" B "][application/json||content-type:application/json,|" A "]"),
	    REPORT_FIND_MAIL },
	{ "the same text once, as the right type",
	    STR(MAIL(PART(TYPE("application/json"), "", A) PART(JSON_TYPE, "", A))),
	    STR("[application/tlsrpt+json|||" A "]"), REPORT_FIND_MAIL },
	{ "other JSON is no report [RPT-5.3-g]",
	    STR(MAIL(PART(JSON_TYPE, "", A) PART(TYPE("application/json"), "", NONE))),
	    STR("[application/tlsrpt+json|||" A "]"), REPORT_FIND_MAIL },
	{ "the right type without a report",
	    STR(MAIL(PART(GZIP_TYPE, "", "x") PART(TYPE("application/json"), "", B))),
	    STR("!syntax[application/json||content-type:application/json,|" B "]"), REPORT_FIND_MAIL },
	{ "forwarded", STR(MAIL(PART(HUMAN, "", "see") PART(TYPE("message/rfc822"), "", JSON_TYPE "\n" A))),
	    STR("[application/tlsrpt+json|||" A "]"), REPORT_FIND_MAIL },
	{ "forwarded as an encoded part",
	    STR(MAIL(PART(TYPE("message/rfc822"),
		"Content-Transfer-Encoding: "
		"quoted-printable\n",
		"Content-Type: application/tlsrpt+json\n\n{=22policies=22:[]}"))),
	    STR("[application/tlsrpt+json|||{\"policies\":[]}]"), REPORT_FIND_MAIL },
	{ "forwarded as a file", STR(MAIL(PART(TYPE("application/octet-stream"), NAME("x.EML"), JSON_TYPE "\n" A))),
	    STR("[application/tlsrpt+json|||" A "]"), REPORT_FIND_MAIL },
	{ "a status of delivery",
	    STR(MAIL(PART(HUMAN, "", "full")
		    PART(TYPE("message/delivery-status"), "", "Reporting-MTA: dns; mx.example\n"))),
	    STR(""), REPORT_FIND_MAIL },
	{ "a mail without anything", STR("Subject: x\n\nYour mailbox is full.\n"), STR(""), REPORT_FIND_MAIL },
};

static void inputs(void **state)
{
	(void)state;
	for (size_t i = 0; i < ARRAY_N(rows); i++) {
		struct arena mem = ARENA(memory);

		unit_same(walk(rows[i].bytes, &mem), rows[i].want, rows[i].label);
		if (find.kind != rows[i].kind)
			fail_msg("%s: kind %d", rows[i].label, (int)find.kind);
	}
}

/* What is wrapped in what: from the inside out, "g" gzip, "z" zip, "m" mail. */
static void wrapped(void **state)
{
	static const struct {
		const char *wrappers;
		str want;
	} cases[] = {
		{ "", STR("[|||" A "]") },
		{ "g", STR("[|||" A "]") },
		{ "z", STR("[|r.json||" A "]") },
		{ "m", STR("[application/octet-stream|r|content-type:application/octet-stream,|" A "]") },
		{ "gm", STR("[application/octet-stream|r|content-type:application/octet-stream,|" A "]") },
		{ "zm", STR("[application/octet-stream|r.json|content-type:application/octet-stream,|" A "]") },
		{ "gzm", STR("[application/octet-stream|r.json|content-type:application/octet-stream,|" A "]") },
		{ "mg", STR("[application/octet-stream|r|content-type:application/octet-stream,|" A "]") },
		{ "mz", STR("[application/octet-stream|r|content-type:application/octet-stream,|" A "]") },
		{ "gggg", STR("[|||" A "]") },
		{ "zzzz", STR("[|r.json||" A "]") },
		{ "gzgz", STR("[|r.json||" A "]") },
		{ "ggggg", STR("!limit") },
		{ "zzzzz", STR("!limit") },
		{ "gzgzg", STR("!limit") },
		{ "zgzgz", STR("!limit") },
	};

	(void)state;
	for (size_t i = 0; i < ARRAY_N(cases); i++) {
		static char inner[1 << 16];
		struct arena mem = ARENA(memory);
		struct out out = OUT(file);

		out_str(&out, S(A));
		for (const char *w = cases[i].wrappers; *w; w++) {
			str bytes = { inner, out.n };
			struct carrier_member member = { S("r.json"), bytes, .deflated = true };

			memcpy(inner, file, out.n);
			out.n = 0;
			if (*w == 'g')
				gzip_write(&g, bytes, &out);
			if (*w == 'z')
				carrier_zip(&g, &member, 1, &out);
			if (*w != 'm')
				continue;
			out_str(&out,
			    S("Content-Type: application/octet-stream; name=r\nContent-Transfer-Encoding: base64\n\n"));
			carrier_base64(bytes, &out);
		}
		assert_false(out.full);
		unit_same(walk(out_done(&out), &mem), cases[i].want, cases[i].wrappers);
	}
}

static void every_member_of_a_zip(void **state)
{
	static const struct carrier_member all[] = {
		{ STR("readme.txt"), STR("hello\n") },
		{ STR("d/"), STR("") },
		{ STR("no.json"), STR(NONE) },
		{ STR("secret"), STR(A), .flags = 1 },
		{ STR("a.json"), STR(A), .deflated = true },
		{ STR("again.json"), STR(A) },
		{ STR("lie.json"), STR(B), .size_lie = 3 },
	};
	struct arena mem = ARENA(memory);
	struct out out = OUT(file);

	(void)state;
	carrier_zip(&g, all, ARRAY_N(all), &out);
	unit_same(walk(out_done(&out), &mem), S("!rule[|a.json||" A "][|lie.json|bad-zip,|" B "]"), "zip");
}

static void odd_gzips(void **state)
{
	struct arena mem = ARENA(memory);
	struct out out = OUT(file);

	(void)state;
	gzip_write(&g, S(A), &out);
	out_str(&out, S("\r\n"));
	unit_same(walk(out_done(&out), &mem), S("[||gzip-trailing-data,|" A "]"), "line end behind");
	file[out.n - 8] ^= 1;
	unit_same(walk(out_done(&out), &mem), S("[||bad-gzip,gzip-trailing-data,|" A "]"), "both");
}

static void ceilings(void **state)
{
	static char large[LIMIT_MAIL_BYTES + 1];
	struct gzip small = g;
	struct report_find_hit hit;
	struct arena mem = ARENA(memory);
	struct out out = OUT(file), many = OUT(file);
	err e;

	(void)state;
	unit_same(walk((str){ large, sizeof large }, &mem), S("!limit"), "input");
	small.ceiling_bytes = sizeof A - 2;
	report_find_open(&find, S(A), &small, &mem);
	assert_int_equal(report_find_next(&find, &hit, NULL), E_LIMIT);
	assert_int_equal(report_find_next(&find, &hit, NULL), E_ABSENT);
	gzip_write(&g, S(A), &out);
	for (size_t left = 0; left < 64; left++) {
		report_find_open(&find, out_done(&out), &g, &mem);
		find.left_bytes = left;
		e = report_find_next(&find, &hit, NULL);
		assert_int_equal(e, left < sizeof A - 1 ? E_LIMIT : OK);
		assert_true(e == E_LIMIT || find.left_bytes == left - (sizeof A - 1));
	}
	out_str(&many, S("Content-Type: multipart/mixed; boundary=b\n\n"));
	for (int i = 0; i <= LIMIT_REPORTS_N; i++)
		out_fmt(&many, "--b\nContent-Type: application/tlsrpt+json\n\n{%d}\n", i);
	report_find_open(&find, out_done(&many), &g, &mem);
	for (int i = 0; i < LIMIT_REPORTS_N; i++)
		assert_int_equal(report_find_next(&find, &hit, NULL), OK);
	assert_int_equal(report_find_next(&find, &hit, NULL), E_LIMIT);
	assert_int_equal(report_find_next(&find, &hit, NULL), E_ABSENT);
}

/* Less memory finds less, and says so; it never finds something else. */
static void every_arena_size(void **state)
{
	static const struct carrier_member all[] = { { STR("a.json"), STR(A), .deflated = true } };
	static const char want[] = "[application/x-zip|a.json|content-type:application/x-zip,|" A "]";
	static char zip[4096];
	struct out archive = OUT(zip), out = OUT(file);
	str got = { 0 };

	(void)state;
	carrier_zip(&g, all, 1, &archive);
	out_str(&out, S("Content-Type: APPLICATION/X-ZIP; name=\"x.zip\"\nContent-Transfer-Encoding: base64\n\n"));
	carrier_base64(out_done(&archive), &out);
	for (size_t cap = 0; cap < 4096; cap += 8) {
		struct arena mem = { memory, cap, 0 };

		got = walk(out_done(&out), &mem);
		assert_true(str_eq(got, S("!limit")) || str_eq(got, S(want)));
	}
	unit_same(got, S(want), "with enough");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(inputs),
		cmocka_unit_test(wrapped),
		cmocka_unit_test(every_member_of_a_zip),
		cmocka_unit_test(odd_gzips),
		cmocka_unit_test(ceilings),
		cmocka_unit_test(every_arena_size),
	};

	return cmocka_run_group_tests(tests, open_gzip, close_gzip);
}
