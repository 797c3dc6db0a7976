#include "test/unit/judge_kit.h"

static void with(struct kit *kit, const char *texts)
{
	kit->i.tlsrpt = kit_answer(kit, texts);
}

static void absent_in(struct kit *kit, const char *mode)
{
	kit_in_mode(kit, mode);
	kit->i.tlsrpt = kit_status(DNS_NXDOMAIN);
}

static void absent_without_policy(struct kit *kit, const char *unused)
{
	kit_without_sts(kit, unused);
	kit->i.tlsrpt = kit_status(DNS_NXDOMAIN);
}

static void parked(struct kit *kit, const char *unused)
{
	absent_without_policy(kit, unused);
	kit->i.null_mx = true;
	kit->i.host_n = 0;
}

static void fails(struct kit *kit, const char *status)
{
	kit->i.tlsrpt = kit_status(status[0] == 't' ? DNS_TIMEOUT : DNS_SERVFAIL);
}

static void elsewhere(struct kit *kit, const char *place)
{
	kit->i.tlsrpt = kit_status(DNS_NXDOMAIN);
	kit->i.place[INSPECTION_AT_SMTP + (place[0] - '0')] = kit_answer(kit, KIT_TLSRPT);
}

static void at_the_apex(struct kit *kit, const char *texts)
{
	kit->i.tlsrpt = kit_status(DNS_NXDOMAIN);
	kit->i.spf = kit_answer(kit, texts);
}

static void rua_at(struct kit *kit, const char *status)
{
	kit->i.rua_mx[0] = status[0] == 'n' ? kit_status(DNS_NXDOMAIN) : status[0] == 't' ?
	    kit_status(DNS_TIMEOUT) :
	    status[0] == 's' ? kit_status(DNS_SERVFAIL) : kit_answer(kit, "");
	if (status[0] != '0')
		return;
	kit->i.rua_mx[0].record_n = 1; /* with an empty name */
	kit->i.rua_mx[0].answer.status = DNS_FOUND;
}

static void own_domain(struct kit *kit, const char *broken)
{
	kit->i.tlsrpt = kit_answer(kit, "v=TLSRPTv1; rua=mailto:tls@example.com");
	if (broken[0])
		kit->i.host[0].probe[0].session.pkix_faults = kit->i.host[0].probe[1].session.pkix_faults =
		    TLS_FAULT_BIT(TLS_FAULT_EXPIRED);
}

static void host_record(struct kit *kit, const char *texts)
{
	kit->i.host[1].tlsrpt = kit_answer(kit, texts);
}

static void reports(void **state)
{
	static const struct kit_row rows[] = {
		{ "perfect", NULL, "", "R09 info" },
		{ "absent, enforce", absent_in, "enforce", "R01 warning" },
		{ "absent, testing", absent_in, "testing", "R01 error" },
		{ "absent, no policy", absent_without_policy, "", "R01 warning" },
		{ "parked", parked, "", "" },
		{ "timeout", fails, "t", "R01 unknown" },
		{ "SERVFAIL", fails, "s", "R01 error" },
		{ "others only", with, "v=spf1 -all", "R01 warning" },
		{ "two", with, KIT_TLSRPT "|" KIT_TLSRPT, "R02 error" },
		{ "no rua", with, "v=TLSRPTv1;", "R03 error" },
		{ "no mailto", with, "v=TLSRPTv1; rua=tls@reports.example", "R03 error" },
		{ "http", with, "v=TLSRPTv1; rua=http://reports.example/v1", "R03 error" },
		{ "one of two is usable", with, "v=TLSRPTv1; rua=tel:+1555,https://reports.example/v1",
			"R03 warning, R08 warning" },
		{ "size limit", with, "v=TLSRPTv1; rua=mailto:tls@reports.example!10m", "R04 error" },
		{ "semicolon between", with,
			"v=TLSRPTv1; rua=mailto:a@reports.example; mailto:b@reports.example", "R04 error" },
		{ "spelling", with, "v=TSLRPTv1; rua=mailto:tls@reports.example", "R05 error" },
		{ "lower case", with, "v=tlsrptv1; rua=mailto:tls@reports.example", "R05 error" },
		{ "other field broken", with, "v=TLSRPTv1; x; rua=mailto:tls@reports.example", "R05 error" },
		{ "at the apex", at_the_apex, "v=spf1 -all|" KIT_TLSRPT, "R05 error" },
		{ "_smtp", elsewhere, "0", "R05 error" },
		{ "_tlsrpt", elsewhere, "1", "R05 error" },
		{ "_smtp-tlsrpt", elsewhere, "2", "R05 error" },
		{ "rua does not exist", rua_at, "n", "R06 warning, R09 info" },
		{ "rua takes no mail", rua_at, "0", "R06 warning, R09 info" },
		{ "rua has nothing", rua_at, "-", "R06 warning, R09 info" },
		{ "rua times out", rua_at, "t", "R06 unknown, R09 info" },
		{ "rua SERVFAIL", rua_at, "s", "R06 warning, R09 info" },
		{ "https", with, "v=TLSRPTv1; rua=https://reports.example/v1", "" },
		{ "two destinations", with, "v=TLSRPTv1; rua=mailto:tls@reports.example,https://reports.example/v1",
			"R08 warning, R09 info" },
		{ "twice the same", with, KIT_TLSRPT ",mailto:tls-reports@reports.example", "R08 warning, R09 info" },
		{ "two rua fields", with, KIT_TLSRPT "; rua=https://reports.example/",
			"R08 warning, R09 info" },
		{ "no record of the host", host_record, "", "R09 info, R10 info" },
		{ "own domain", own_domain, "", "" },
		{ "own domain, broken", own_domain, "b", "R11 warning" },
	};

	(void)state;
	kit_rows(rows, ARRAY_N(rows), judge_reports);
}

static void words(void **state)
{
	struct kit *kit = kit_start();

	(void)state;
	with(kit, "v=TLSRPTv1; rua=tls@reports.example");
	kit_judge(kit, judge_reports);
	unit_same(kit_remedy(kit, FINDING_R03), S("A mail address needs mailto: before it. Publish instead: "
	    "\"v=TLSRPTv1; rua=mailto:tls@reports.example\"."), "R03");
	kit = kit_start();
	absent_in(kit, "testing");
	kit_judge(kit, judge_reports);
	unit_same(kit_remedy(kit, FINDING_R01),
	    S("Publish _smtp._tls.example.com TXT \"v=TLSRPTv1; rua=mailto:ADDRESS\" before MTA-STS."), "R01");
}

static void spf(struct kit *kit, const char *texts)
{
	kit->i.spf = kit_answer(kit, texts);
}

static void dmarc(struct kit *kit, const char *texts)
{
	kit->i.dmarc = kit_answer(kit, texts);
}

static void dkim(struct kit *kit, const char *texts)
{
	kit->i.options.dkim_selector = S("s1");
	kit->i.dkim = kit_answer(kit, texts);
}

static void mail_auth_fails(struct kit *kit, const char *unused)
{
	(void)unused;
	kit->i.spf = kit->i.dmarc = kit->i.dkim = kit_status(DNS_TIMEOUT);
}

static void mail_authentication(void **state)
{
	static const struct kit_row rows[] = {
		{ "perfect", NULL, "", "" },
		{ "not found out", mail_auth_fails, "", "" },
		{ "no SPF", spf, "google-site-verification=x|v=spf10", "A01 info" },
		{ "two SPF", spf, "v=spf1 mx -all|v=spf1 a -all", "A01 info" },
		{ "everybody", spf, "v=spf1 mx +all", "A01 info" },
		{ "no DMARC", dmarc, "", "A02 info" },
		{ "two DMARC", dmarc, "v=DMARC1; p=none|v=DMARC1; p=reject", "A02 info" },
		{ "DMARC without p", dmarc, "v=DMARC1; rua=mailto:a@example.com", "A02 info" },
		{ "p=none", dmarc, "v=DMARC1; p=none", "A02 info" },
		{ "p=quarantine", dmarc, "v=DMARC1;p=quarantine", "" },
		{ "no key", dkim, "", "A03 info" },
		{ "key", dkim, "v=DKIM1; k=rsa; p=MIGf", "" },
		{ "revoked", dkim, "v=DKIM1; p=", "A03 info" },
		{ "test", dkim, "v=DKIM1; t=y; p=MIGf", "A03 info" },
	};

	(void)state;
	kit_rows(rows, ARRAY_N(rows), judge_mail_auth);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(reports),
		cmocka_unit_test(words),
		cmocka_unit_test(mail_authentication),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
