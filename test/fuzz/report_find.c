/* report_find: what is found begins as JSON does, once each, and the walk ends; a report in a mail comes back. */
#include "wire/report_find.h"

#include "test/fuzz/fuzz.h"
#include "test/unit/carrier.h"

#define CEILING (1u << 16)

static char mem_mem[1 << 22], text_mem[CEILING], gzip_mem[2 * CEILING], mail_mem[4 * CEILING];
static struct report_find find;

static void must_be_json(const struct report_find_hit *hit)
{
	size_t at = str_find(hit->json, S("{"));

	fuzz_must(at < hit->json.n && hit->json.n <= CEILING);
	for (size_t i = 0; i < at; i++)
		fuzz_must(strchr(" \t\r\n\xef\xbb\xbf", hit->json.p[i]));
	fuzz_must(hit->warning_n <= REPORT_FIND_WARNINGS_N);
	for (size_t i = 0; i < hit->warning_n; i++)
		fuzz_must(hit->warning[i].n > 0);
}

static void walk(const struct gzip *g, str bytes, size_t cap)
{
	static str seen[LIMIT_REPORTS_N];
	struct arena mem = { mem_mem, cap, 0 };
	struct report_find_hit hit;
	struct why why = { 0 };
	size_t seen_n = 0, calls_n = 0;
	err e;

	report_find_open(&find, bytes, g, &mem);
	while ((e = report_find_next(&find, &hit, &why)) != E_ABSENT) {
		fuzz_must(++calls_n <= bytes.n +
			LIMIT_CARRIER_DEPTH_N * (LIMIT_ZIP_MEMBERS_N + LIMIT_MIME_PARTS_N) * LIMIT_ZIP_MEMBERS_N);
		fuzz_must(mem.used <= cap);
		if (e != OK) {
			fuzz_must(e == E_SYNTAX || e == E_RULE || e == E_LIMIT);
			fuzz_must(why.text[0]);
			continue;
		}
		must_be_json(&hit);
		for (size_t i = 0; i < seen_n; i++)
			fuzz_must(!str_eq(seen[i], hit.json));
		fuzz_must(seen_n < LIMIT_REPORTS_N);
		seen[seen_n++] = hit.json;
	}
	fuzz_must(report_find_next(&find, &hit, &why) == E_ABSENT);
}

/* "{" and the bytes, as a reporter would send them. */
static void round_trip(const struct gzip *g, str bytes)
{
	struct arena mem = ARENA(mem_mem);
	struct out text = OUT(text_mem), file = OUT(gzip_mem), mail = OUT(mail_mem);
	struct report_find_hit hit;

	out_char(&text, '{');
	out_str(&text, bytes);
	gzip_write(g, out_done(&text), &file);
	out_str(&mail,
	    S("Content-Type: multipart/report; boundary=b\r\n\r\n--b\r\nContent-Type: application/tlsrpt+gzip\r\n"
	      "Content-Transfer-Encoding: base64\r\n\r\n"));
	carrier_base64(out_done(&file), &mail);
	out_str(&mail, S("--b--\r\n"));
	fuzz_must(!mail.full);
	report_find_open(&find, out_done(&mail), g, &mem);
	fuzz_must(report_find_next(&find, &hit, NULL) == OK && str_eq(hit.json, out_done(&text)));
	fuzz_must(hit.warning_n == 0 && report_find_next(&find, &hit, NULL) == E_ABSENT);
}

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t n)
{
	static struct gzip g;
	str input = { (const char *)bytes, n };

	if (!g.reader)
		fuzz_must(gzip_open(&g, GZIP_READING_AND_WRITING, NULL) == OK);
	g.ceiling_bytes = CEILING;
	walk(&g, input, sizeof mem_mem);
	walk(&g, input, n % 4096);
	if (n < CEILING / 2)
		round_trip(&g, input);
	return 0;
}
