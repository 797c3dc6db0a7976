/* report_name: what is read as a name, subject or id is written and read again as the same. */
#include "wire/report_name.h"

#include <stdlib.h>

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t n);

static void must(bool holds)
{
	if (!holds)
		abort();
}

static void check_name(str text)
{
	char written[LIMIT_FILE_NAME_BYTES];
	struct out out = OUT(written);
	struct report_name a, b;
	struct why why = { 0 };
	err e = report_name_read(text, &a, &why);

	must(e == OK || e == E_SYNTAX || e == E_LIMIT);
	must(e == OK || (why.rule && why.at <= text.n));
	if (e != OK)
		return;
	must(!memchr(text.p, '/', text.n) && !memchr(text.p, '\0', text.n)); /* never a path [RPT-6.3-a] */
	report_name_write(&a, &out);
	must(!out.full && out.n <= text.n);
	must(report_name_read(out_done(&out), &b, NULL) == OK);
	must(str_eq(a.sender, b.sender) && str_eq(a.policy_domain, b.policy_domain));
	must(a.begin == b.begin && a.end == b.end && a.gzip == b.gzip && str_eq(a.unique_id, b.unique_id));
}

static void check_subject(str text)
{
	char written[LIMIT_REPORT_NAME_BYTES];
	struct out out = OUT(written);
	struct report_name_subject a, b;
	struct why why = { 0 };
	err e = report_name_read_subject(text, &a, &why);

	must(e == OK || e == E_SYNTAX || e == E_RULE || e == E_LIMIT);
	must(e == OK || (why.rule && why.at <= text.n));
	if (e != OK)
		return;
	must(report_name_check_id(a.id, NULL) == OK);
	report_name_write_subject(&a, &out);
	must(!out.full && out.n <= text.n);
	must(!memchr(written, '\r', out.n) && !memchr(written, '\n', out.n));
	must(report_name_read_subject(out_done(&out), &b, NULL) == OK);
	must(str_eq(a.domain, b.domain) && str_eq(a.submitter, b.submitter) && str_eq(a.id, b.id));
}

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t n)
{
	char made[256];
	struct out out = OUT(made);
	str text = { (const char *)bytes, n };
	struct why why = { 0 };

	check_name(text);
	check_subject(text);
	must(report_name_check_id(text, &why) == OK || why.at <= n);
	if (n > 0 && n <= 64) {
		report_name_write_id(text, S("a.example"), &out);
		must(!out.full && report_name_check_id(out_done(&out), NULL) == OK);
	}
	return 0;
}
