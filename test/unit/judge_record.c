#include "test/unit/judge_kit.h"

static void with_status(struct kit *kit, const char *status)
{
	kit->i.sts = kit_status(status[0] == 't' ? DNS_TIMEOUT : status[0] == 's' ? DNS_SERVFAIL :
	    status[0] == 'b' ? DNS_BOGUS : DNS_MALFORMED);
	kit->i.sts.note = S("signature expired");
}

static void with_everything_timed_out(struct kit *kit, const char *unused)
{
	(void)unused;
	kit->i.sts = kit->i.tlsrpt = kit->i.mx = kit_status(DNS_TIMEOUT);
}

static void with_alias(struct kit *kit, const char *targets)
{
	kit_alias(kit, &kit->i.sts, targets);
}

static void with_dangling_alias(struct kit *kit, const char *targets)
{
	kit->i.sts = kit_status(DNS_NXDOMAIN);
	kit_alias(kit, &kit->i.sts, targets);
}

static void with_alias_loop(struct kit *kit, const char *targets)
{
	kit->i.sts = kit_status(DNS_MALFORMED);
	kit_alias(kit, &kit->i.sts, targets);
	kit->i.sts.alias_loop = targets[0] == 'l';
}

static void without_record(struct kit *kit, const char *unused)
{
	kit_without_sts(kit, unused);
}

static void orphaned(struct kit *kit, const char *unused)
{
	(void)unused;
	kit->i.sts = kit_status(DNS_NODATA);
	kit->i.ns = (struct inspection_lookup){ 0 };
}

static void lost_by_one_server(struct kit *kit, const char *unused)
{
	(void)unused;
	kit->i.sts = kit->i.ns_sts[1] = kit_status(DNS_NODATA);
}

static void elsewhere(struct kit *kit, const char *place)
{
	without_record(kit, "");
	kit->i.place[place[0] - '0'] = kit_answer(kit, KIT_STS);
}

static void parked(struct kit *kit, const char *unused)
{
	without_record(kit, unused);
	kit->i.null_mx = true;
	kit->i.host_n = 0;
}

static void unregistered(struct kit *kit, const char *unused)
{
	without_record(kit, unused);
	kit->i.mx = kit_status(DNS_NXDOMAIN);
	kit->i.host_n = 0;
}

static void with_ttl(struct kit *kit, const char *ttl)
{
	uint64_t s;

	assert_true(str_u64(str_of(ttl), UINT32_MAX, &s));
	kit->i.sts.answer.ttl_s = 17; /* what a cache left of it */
	kit->i.ns_sts[1].answer.ttl_s = kit->i.ns_sts[0].answer.ttl_s = (uint32_t)s;
}

static void with_cached_ttl(struct kit *kit, const char *unused)
{
	(void)unused;
	kit->i.sts.answer.ttl_s = 17;
	kit->i.ns = kit->i.ns_sts[0] = kit->i.ns_sts[1] = (struct inspection_lookup){ 0 };
}

static void second_server(struct kit *kit, const char *texts)
{
	kit->i.ns_sts[1] = kit_answer(kit, texts);
}

static void second_server_fails(struct kit *kit, const char *status)
{
	kit->i.ns_sts[1] = kit_status(status[0] == 't' ? DNS_TIMEOUT : DNS_SERVFAIL);
}

static void no_server_answers(struct kit *kit, const char *unused)
{
	(void)unused;
	kit->i.ns_sts[0] = kit->i.ns_sts[1] = kit_status(DNS_TIMEOUT);
}

static void records(void **state)
{
	static const struct kit_row rows[] = {
		{ "perfect", NULL, "", "" },
		{ "absent", without_record, "", "T01 info" },
		{ "absent, policy served", orphaned, "", "T01 error" },
		{ "absent at one server", lost_by_one_server, "", "T12 error" },
		{ "parked", parked, "", "" },
		{ "unregistered", unregistered, "", "" },
		{ "timeout", with_status, "t", "T02 error" },
		{ "SERVFAIL", with_status, "s", "T02 error" },
		{ "bogus", with_status, "b", "T02 error" },
		{ "malformed", with_status, "m", "T02 error" },
		{ "no DNS at all", with_everything_timed_out, "", "T02 unknown" },
		{ "two", kit_with_sts, "v=STSv1; id=20261101T120000Z|v=STSv1; id=20261102T120000Z",
			"T03 error" },
		{ "the same twice", kit_with_sts, KIT_STS "|" KIT_STS, "T03 error" },
		{ "two and a stranger", kit_with_sts, KIT_STS "|" KIT_STS "|x", "T03 error, T08 info" },
		{ "lower case", kit_with_sts, "v=stsv1; id=20261101T120000Z", "T04 error" },
		{ "other version", kit_with_sts, "v=STSv10; id=20261101T120000Z", "T04 error" },
		{ "id first", kit_with_sts, "id=20261101T120000Z; v=STSv1", "T04 error" },
		{ "comma", kit_with_sts, "v=STSv1, id=20261101T120000Z", "T04 error" },
		{ "spaced version", kit_with_sts, "v=STSv1 ; id=20261101T120000Z", "T04 warning" },
		{ "no id", kit_with_sts, "v=STSv1;", "T05 error" },
		{ "dashes", kit_with_sts, "v=STSv1; id=2026-11-01", "T05 error" },
		{ "long id", kit_with_sts, "v=STSv1; id=aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa", "T05 error" },
		{ "blank before =", kit_with_sts, "v=STSv1; id =20261101T120000Z", "T05 error" },
		{ "policy in TXT", kit_with_sts,
			"v=STSv1; id=20261101T120000Z; mode: enforce; mx: mx1.example.com", "T06 error" },
		{ "only the policy in TXT", kit_with_sts, "version: STSv1 mode: enforce mx: mx1.example.com max_age: 86400",
			"T06 error" },
		{ "policy as extensions", kit_with_sts, "v=STSv1; id=20261101T120000Z; mode=enforce; mx=mx1.example.com",
			"T06 warning" },
		{ "bad extension", kit_with_sts, "v=STSv1; id=20261101T120000Z; x=a=b", "T06 error" },
		{ "good extension", kit_with_sts, "v=STSv1; id=20261101T120000Z; x=a", "" },
		{ "double semicolon", kit_with_sts, "v=STSv1; id=20261101T120000Z;;", "T07 error" },
		{ "escaped", kit_with_sts, "v=STSv1\\; id=20261101T120000Z\\;", "T07 error" },
		{ "smart quotes", kit_with_sts, "\xe2\x80\x9cv=STSv1; id=20261101T120000Z;\xe2\x80\x9d", "T07 error" },
		{ "leading blank", kit_with_sts, " v=STSv1; id=20261101T120000Z", "T07 error" },
		{ "trailing blank", kit_with_sts, "v=STSv1; id=20261101T120000Z ", "T07 error" },
		{ "trailing blank behind ;", kit_with_sts, "v=STSv1; id=20261101T120000Z; ", "" },
		{ "stranger beside", kit_with_sts, KIT_STS "|v=spf1 -all", "T08 info" },
		{ "strangers only", kit_with_sts, "v=spf1 -all|google-site-verification=x", "T01 error, T08 info" },
		{ "at the apex", elsewhere, "0", "T09 error" },
		{ "at the policy host", elsewhere, "1", "T09 error" },
		{ "doubled", elsewhere, "2", "T09 error" },
		{ "underscored", elsewhere, "3", "T09 error" },
		{ "alias", with_alias, "_mta-sts.provider.example", "" },
		{ "dangling alias", with_dangling_alias, "_mta-sts.provider.example", "T10 error" },
		{ "alias loop", with_alias_loop, "loop.example.com", "T10 error" },
		{ "alias too long", with_alias_loop, "a.example.com|b.example.com", "T10 error" },
		{ "long TTL", with_ttl, "172800", "T11 warning" },
		{ "short TTL", with_ttl, "5", "T11 warning" },
		{ "good TTL", with_ttl, "60", "" },
		{ "cached TTL", with_cached_ttl, "", "" },
		{ "older secondary", second_server, "v=STSv1; id=20250101T000000Z", "T12 warning" },
		{ "empty secondary", second_server, "", "T12 error" },
		{ "lame secondary", second_server_fails, "s", "T12 warning" },
		{ "silent secondary", second_server_fails, "t", "T12 unknown" },
		{ "all silent", no_server_answers, "", "" },
		{ "constant id", kit_with_sts, "v=STSv1; id=1", "T13 warning" },
		{ "copied id", kit_with_sts, "v=STSv1; id=20160831085700Z", "T13 warning" },
	};

	(void)state;
	kit_rows(rows, ARRAY_N(rows), judge_record);
}

static void words(void **state)
{
	struct kit *kit = kit_start();

	(void)state;
	kit_with_sts(kit, "\xe2\x80\x9cv=STSv1; id=20261101T120000Z;\xe2\x80\x9d");
	kit_judge(kit, judge_record);
	unit_same(kit_message(kit, FINDING_T07),
	    S("The record \"???v=STSv1; id=20261101T120000Z;???\" holds stray characters at offset 0 (bytes e2809c)."), "T07");
	unit_same(kit_remedy(kit, FINDING_T07), S("The value holds typographic quotation marks; type it again without. "
	    "Publish instead: \"v=STSv1; id=20261101T120000Z;\"."), "T07");
	kit = kit_start();
	elsewhere(kit, "2");
	kit_judge(kit, judge_record);
	unit_same(kit_message(kit, FINDING_T09),
	    S("The record \"" KIT_STS "\" is at _mta-sts.example.com.example.com, where no sender looks."), "T09");
}

static void with_parent(struct kit *kit, const char *unused)
{
	without_record(kit, unused);
	assert_int_equal(domain_read(S("sub.example.com"), &kit->i.domain, NULL), OK);
	kit->i.place[INSPECTION_AT_PARENT] = kit_answer(kit, KIT_STS);
}

static void with_parent_no_mx(struct kit *kit, const char *unused)
{
	with_parent(kit, unused);
	kit->i.mx = kit_answer(kit, "");
	kit->i.implicit_mx = true;
}

static void null_mx_with(struct kit *kit, const char *mode)
{
	kit_in_mode(kit, mode);
	kit->i.null_mx = true;
	kit->i.host_n = 0;
}

static void served_for(struct kit *kit, const char *names)
{
	for (size_t k = 0; k < 2; k++) {
		kit->i.fetch[k].cert = kit_cert(kit, names);
		kit->i.fetch[k].cert.faults = TLS_FAULT_BIT(TLS_FAULT_NAME_MISMATCH);
	}
}

static void idn(struct kit *kit, const char *name)
{
	assert_int_equal(domain_read(str_of(name), &kit->i.domain, NULL), OK);
}

static void implicit(struct kit *kit, const char *unused)
{
	(void)unused;
	kit->i.implicit_mx = true;
	kit->i.host_n = 1;
}

static void testing_with(struct kit *kit, const char *texts)
{
	kit_in_mode(kit, "testing");
	kit->i.tlsrpt = kit_answer(kit, texts);
}

static void scope(void **state)
{
	static const struct kit_row rows[] = {
		{ "perfect", NULL, "", "" },
		{ "perfect in testing", kit_in_mode, "testing", "" },
		{ "perfect in none", kit_in_mode, "none", "" },
		{ "sub-domain", with_parent, "", "K01 warning" },
		{ "sub-domain without MX", with_parent_no_mx, "", "" },
		{ "parked and enforcing", null_mx_with, "enforce", "K02 warning" },
		{ "parked and none", null_mx_with, "none", "" },
		{ "alias domain", served_for, "www.example.org|mta-sts.example.org", "K03 info" },
		{ "other certificate", served_for, "www.example.com", "" },
		{ "U-label", idn, "b\xc3\xbc" "cher.example", "K04 info" },
		{ "implicit MX", implicit, "", "K05 info" },
		{ "an hour", kit_with_policy, KIT_POLICY("enforce", "3600"), "M01 warning" },
		{ "an hour of testing", kit_with_policy, KIT_POLICY("testing", "3600"), "M01 warning" },
		{ "a day", kit_with_policy, KIT_POLICY("enforce", "86400"), "M01 warning" },
		{ "a day of testing", kit_with_policy, KIT_POLICY("testing", "86400"), "" },
		{ "two weeks", kit_with_policy, KIT_POLICY("enforce", "1209600"), "" },
		{ "testing, broken record", testing_with, "v=TLSRPTv1; rua=x@example.com", "M02 warning" },
		{ "testing, no record", testing_with, "", "" },
		{ "none for a year", kit_with_policy, KIT_POLICY("none", "31557600"), "M04 warning" },
	};

	(void)state;
	kit_rows(rows, ARRAY_N(rows), judge_scope);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(records),
		cmocka_unit_test(words),
		cmocka_unit_test(scope),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
