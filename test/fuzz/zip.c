/* zip: every member lies inside the archive and under the ceiling; what is put in comes out. */
#include "wire/zip.h"

#include "test/fuzz/fuzz.h"
#include "test/unit/carrier.h"

#define CEILING (1u << 16)

static char mem_mem[4 * CEILING], file_mem[4 * CEILING];

static void walk(const struct gzip *g, str file)
{
	struct zip zip;
	struct zip_member m;
	struct why why = { 0 };
	size_t members_n = 0;
	err e = zip_open(file, &zip, &why);

	fuzz_must(e == OK || e == E_SYNTAX);
	while (e == OK && (e = zip_next(&zip, &m, &why)) == OK) {
		struct arena mem = ARENA(mem_mem);
		bool bad_check;
		str bytes;

		fuzz_must(++members_n <= LIMIT_ZIP_MEMBERS_N);
		fuzz_must(fuzz_inside(m.name, file) && fuzz_inside(m.packed, file));
		e = zip_read(&m, g, &mem, &bytes, &bad_check, &why);
		fuzz_must(e == OK || e == E_RULE || e == E_SYNTAX || e == E_LIMIT);
		fuzz_must(e != OK || bytes.n <= CEILING);
		fuzz_must(e == OK || mem.used == 0);
		e = OK;
	}
	fuzz_must(e == E_ABSENT || e == E_SYNTAX || e == E_LIMIT);
	if (e != E_ABSENT)
		fuzz_must_say_why(&why, file);
}

static void round_trip(const struct gzip *g, str bytes, bool deflated)
{
	struct carrier_member members[] = { { S("first"), S("1") }, { S("second"), bytes, .deflated = deflated } };
	struct arena mem = ARENA(mem_mem);
	struct out out = OUT(file_mem);
	struct zip zip;
	struct zip_member m;
	bool bad_check = true;
	str again = { 0 };

	carrier_zip(g, members, ARRAY_N(members), &out);
	fuzz_must(!out.full && zip_open(out_done(&out), &zip, NULL) == OK);
	fuzz_must(zip_next(&zip, &m, NULL) == OK && zip_next(&zip, &m, NULL) == OK);
	fuzz_must(zip_read(&m, g, &mem, &again, &bad_check, NULL) == OK);
	fuzz_must(str_eq(again, bytes) && !bad_check && zip_next(&zip, &m, NULL) == E_ABSENT);
}

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t n)
{
	static struct gzip g;
	str file = { (const char *)bytes, n };

	if (!g.reader)
		fuzz_must(gzip_open(&g, GZIP_READING_AND_WRITING, NULL) == OK);
	g.ceiling_bytes = CEILING;
	walk(&g, file);
	if (n <= CEILING / 2) {
		round_trip(&g, file, false);
		round_trip(&g, file, true);
	}
	return 0;
}
