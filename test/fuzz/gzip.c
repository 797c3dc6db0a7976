/*
 * gzip: what is read, written and read again is the same; deflate_size agrees with the library.
 * The input is read as a gzip file and as a bare deflate stream.
 */
#include "wire/gzip.h"

#include "test/fuzz/fuzz.h"
#include "wire/deflate_size.h"

#define CEILING (1u << 16)

static char text_mem[CEILING + 64], again_mem[CEILING + 64], file_mem[2 * CEILING];

static void round_trip(const struct gzip *g, str text)
{
	struct arena again = ARENA(again_mem);
	struct out file = OUT(file_mem);
	struct gzip_text t;

	fuzz_must(gzip_bound(text.n) <= sizeof file_mem);
	gzip_write(g, text, &file);
	fuzz_must(!file.full && gzip_read(g, out_done(&file), &again, &t, NULL) == OK);
	fuzz_must(str_eq(t.text, text) && t.members_n == 1 && !t.bad_check && !t.trailing && t.name.n == 0);
}

static void bare(const struct gzip *g, str stream)
{
	struct out out = { .p = again_mem, .cap = CEILING };
	size_t size = 0, used_n = 0, measured_n = 0;
	err measured = deflate_size(stream, CEILING, &size, &measured_n);
	err e = gzip_inflate(g, stream, &out, &used_n, NULL);

	fuzz_must(e == OK || e == E_SYNTAX || e == E_LIMIT);
	fuzz_must(measured == OK || measured == E_SYNTAX || measured == E_LIMIT);
	if (e == OK)
		fuzz_must(measured == OK && size == out.n && measured_n == used_n && used_n <= stream.n);
	if (e == E_LIMIT)
		fuzz_must(measured != OK && out.n == 0);
}

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t n)
{
	static struct gzip g;
	str file = { (const char *)bytes, n };
	struct arena mem = ARENA(text_mem);
	struct gzip_text t;
	struct why why = { 0 };
	err e;

	if (!g.reader)
		fuzz_must(gzip_open(&g, GZIP_READING_AND_WRITING, NULL) == OK);
	g.ceiling_bytes = CEILING;
	e = gzip_read(&g, file, &mem, &t, &why);
	if (e == OK) {
		fuzz_must(t.text.n <= CEILING && t.members_n >= 1 && t.members_n <= LIMIT_GZIP_MEMBERS_N);
		fuzz_must(fuzz_inside(t.name, file) && mem.used <= sizeof text_mem);
		round_trip(&g, t.text);
	} else {
		fuzz_must((e == E_SYNTAX || e == E_LIMIT) && mem.used == 0);
		fuzz_must_say_why(&why, file);
	}
	bare(&g, file);
	if (n <= CEILING / 2)
		round_trip(&g, file);
	return 0;
}
