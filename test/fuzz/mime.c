/* mime: parts lie in the mail one after the other; less memory never tells another story; base64 comes back. */
#include "wire/mime.h"

#include "test/fuzz/fuzz.h"
#include "test/unit/carrier.h"

static char mem_mem[1 << 20], small_mem[1 << 10], mail_mem[1 << 20];

static void fields(str header, struct arena *mem)
{
	struct mime_field f;
	str rest = header, value;

	while (mime_field_next(&rest, &f)) {
		err e = mime_field_find(header, f.name, mem, &value, NULL);

		fuzz_must(fuzz_inside(f.raw, header) && fuzz_inside(f.name, f.raw) && fuzz_inside(f.value, f.raw));
		fuzz_must(f.name.n > 0 && (e == OK || e == E_LIMIT));
		fuzz_must(e != OK || value.n == 0 || !memchr(value.p, '\n', value.n));
		fuzz_must(rest.p == f.raw.p + f.raw.n);
	}
}

static size_t walk(str mail, struct arena *mem, bool *whole)
{
	struct mime m;
	struct mime_part part;
	struct why why = { 0 };
	size_t parts_n = 0;
	const char *behind = mail.p;
	str body;
	err e = mime_open(mail, mem, &m, &why);

	*whole = false;
	if (e == OK) {
		fuzz_must(fuzz_inside(m.header, mail) && fuzz_inside(m.body, mail));
		fields(m.header, mem);
	}
	while (e == OK && (e = mime_next(&m, &part, &why)) == OK) {
		fuzz_must(++parts_n <= LIMIT_MIME_PARTS_N);
		fuzz_must(fuzz_inside(part.raw, mail) && fuzz_inside(part.header, mail) && part.content.type.n > 0);
		for (size_t i = 0; i < part.content.type.n; i++)
			fuzz_must(part.content.type.p[i] == str_lower(part.content.type.p[i]));
		if (part.raw.n > 0) {
			fuzz_must(part.raw.p >= behind);
			behind = part.raw.p + part.raw.n;
		}
		e = mime_body(&part, mem, &body, &why);
		fuzz_must(e == E_LIMIT || (e == OK && body.n <= part.raw.n));
	}
	fuzz_must(e == E_ABSENT || e == E_LIMIT);
	fuzz_must_say_why(&why, mail);
	*whole = e == E_ABSENT;
	return parts_n;
}

static void round_trip(str bytes)
{
	struct arena mem = ARENA(mem_mem);
	struct out mail = OUT(mail_mem);
	struct mime m;
	struct mime_part part;
	str body;

	out_str(&mail,
	    S("Content-Type: multipart/mixed; boundary=b\r\n\r\n--b\r\n\r\nx\r\n--b\r\n"
	      "Content-Transfer-Encoding: base64\r\n\r\n"));
	carrier_base64(bytes, &mail);
	out_str(&mail, S("--b--\r\n"));
	fuzz_must(!mail.full && mime_open(out_done(&mail), &mem, &m, NULL) == OK);
	fuzz_must(mime_next(&m, &part, NULL) == OK && str_eq(part.raw, S("x")));
	fuzz_must(mime_next(&m, &part, NULL) == OK && mime_body(&part, &mem, &body, NULL) == OK);
	fuzz_must(str_eq(body, bytes) && mime_next(&m, &part, NULL) == E_ABSENT);
}

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t n)
{
	str mail = { (const char *)bytes, n };
	struct arena mem = ARENA(mem_mem), small = ARENA(small_mem);
	bool whole, small_whole;
	size_t parts_n = walk(mail, &mem, &whole), small_n;

	small.cap = n % sizeof small_mem;
	small_n = walk(mail, &small, &small_whole);
	fuzz_must(small_n <= parts_n && (!small_whole || (whole && small_n == parts_n)));
	if (n <= sizeof mail_mem / 2)
		round_trip(mail);
	return 0;
}
