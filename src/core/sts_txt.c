#include "core/sts_txt.h"

#include "wire/record.h"

struct sts_txt sts_txt_of(const struct dns_answer *answer, const str *txt, size_t txt_n, struct why *why)
{
	struct sts_txt t = { .class = STS_TXT_ABSENT };
	struct record_sts record;
	size_t which;
	err e;

	if (dns_failed(answer->status)) { /* [D-02] never "no record" */
		t.class = STS_TXT_ERROR;
		t.error = answer->status;
		return t;
	}
	if (answer->status != DNS_FOUND || txt_n == 0)
		return t;
	e = record_choose(RECORD_STS, txt, txt_n, &which, why);
	if (e != OK) { /* [STS-3.1-k] [STS-3.1-l] */
		t.class = e == E_ABSENT ? STS_TXT_ABSENT : STS_TXT_SEVERAL;
		return t;
	}
	if (record_read_sts(txt[which], &record, why) != OK || record.id.n > LIMIT_ID_BYTES) {
		t.class = STS_TXT_SYNTAX;
		return t;
	}
	t.class = STS_TXT_ONE;
	memcpy(t.id, record.id.p, record.id.n);
	return t;
}

str sts_txt_reason(const struct sts_txt *txt)
{
	static const str reasons[] = {
		[STS_TXT_ONE] = STR(""),
		[STS_TXT_ABSENT] = STR("txt-absent"),
		[STS_TXT_SEVERAL] = STR("txt-several"),
		[STS_TXT_SYNTAX] = STR("txt-syntax"),
		[STS_TXT_ERROR] = STR(""),
		[STS_TXT_NOT_ASKED] = STR(""),
	};

	return txt->class == STS_TXT_ERROR ? dns_reason(txt->error) : reasons[txt->class];
}
