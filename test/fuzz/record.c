/* record: what was read and is written again reads the same.  Input: the TXT records of a name, LF between. */
#include "wire/record.h"

#include "base/out.h"
#include "test/fuzz/fuzz.h"
#include "wire/rua.h"

#define TXT_N 8

static void read_sts(str txt)
{
	char mem[128];
	struct out out = OUT(mem);
	struct record_sts record, again;
	struct why why = { 0 };
	err e = record_read_sts(txt, &record, &why);

	if (e != OK) {
		fuzz_must(e == E_SYNTAX || e == E_RULE || e == E_LIMIT);
		fuzz_must_say_why(&why, txt);
		return;
	}
	fuzz_must(record.id.n >= 1 && record.id.n <= 32 && fuzz_inside(record.id, txt)); /* [STS-3.1-d] */
	for (size_t i = 0; i < record.id.n; i++)
		fuzz_must(str_is_alnum(record.id.p[i]));
	out_fmt(&out, "v=STSv1; id=%.*s;", STR_ARG(record.id));
	fuzz_must(record_read_sts(out_done(&out), &again, NULL) == OK);
	fuzz_must(str_eq(record.id, again.id) && !again.spaced_version);
}

static void read_tlsrpt(str txt)
{
	static char mem[LIMIT_TXT_BYTES];
	struct out out = OUT(mem);
	struct record_tlsrpt record, again;
	struct why why = { 0 };
	err e = record_read_tlsrpt(txt, &record, &why);

	if (e != OK) {
		fuzz_must(e == E_SYNTAX || e == E_RULE || e == E_LIMIT);
		fuzz_must_say_why(&why, txt);
		return;
	}
	fuzz_must(record.rua_n >= 1 && record.rua_n <= LIMIT_RUA_N);
	out_str(&out, S("v=TLSRPTv1; rua="));
	for (size_t i = 0; i < record.rua_n; i++) {
		fuzz_must(fuzz_inside(record.rua[i], txt) && rua_check(record.rua[i], NULL) == OK); /* [RPT-3-n] */
		if (i > 0)
			out_str(&out, S(" , "));
		out_str(&out, record.rua[i]);
	}
	if (out.full)
		return;
	fuzz_must(record_read_tlsrpt(out_done(&out), &again, NULL) == OK);
	fuzz_must(again.rua_n == record.rua_n && !again.rua_dropped && !again.rua_repeated);
	for (size_t i = 0; i < record.rua_n; i++)
		fuzz_must(str_eq(record.rua[i], again.rua[i]));
}

static void choose(enum record_kind kind, const str *txt, size_t txt_n)
{
	size_t which = txt_n;
	err e = record_choose(kind, txt, txt_n, &which, NULL);

	fuzz_must(e == OK || e == E_ABSENT || e == E_RULE);
	fuzz_must((e == OK) == (which < txt_n));
}

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t n)
{
	str rest = { (const char *)bytes, n }, txt[TXT_N];
	size_t txt_n = 0;
	bool more = true;

	while (more && txt_n < TXT_N) {
		more = str_cut(rest, '\n', &txt[txt_n], &rest);
		read_sts(txt[txt_n]);
		read_tlsrpt(txt[txt_n]);
		txt_n++;
	}
	choose(RECORD_STS, txt, txt_n);
	choose(RECORD_TLSRPT, txt, txt_n);
	return 0;
}
