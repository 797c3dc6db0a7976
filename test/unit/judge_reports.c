#include "test/unit/judge_kit.h"

#include <stdio.h>

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

static struct inspection_destination *asked(struct kit *kit, const char *uri)
{
	static char record[200];

	(void)snprintf(record, sizeof record, "v=TLSRPTv1; rua=%s", uri);
	kit->i.tlsrpt = kit_answer(kit, record);
	kit->i.destination = inspection_keep_take(&kit->i, 1, sizeof *kit->i.destination);
	assert_non_null(kit->i.destination);
	kit->i.destination->asked = true;
	kit->i.destination->host = S("mx.reports.example");
	return kit->i.destination;
}

/* The answer to RCPT; "MAIL ..." came before it. */
static void recipient(struct kit *kit, const char *answer)
{
	struct inspection_destination *d = asked(kit, "mailto:a@reports.example");
	str text = str_of(answer), code;
	uint64_t number = 0;

	d->before_recipient = str_starts(text, S("MAIL "));
	text = str_skip(text, d->before_recipient ? 5 : 0);
	str_cut(text, ' ', &code, &d->text);
	assert_true(code.n == 0 || str_u64(code, 599, &number));
	d->code = (unsigned)number;
	d->reach = number > 0 ? INSPECTION_REACHED : INSPECTION_TIMEOUT;
}

static void recipient_without_mx(struct kit *kit, const char *unused)
{
	(void)unused;
	recipient(kit, "");
	kit->i.rua_mx[0] = kit_status(DNS_NXDOMAIN);
}

/* The answer to a POST: a status, or what was in the way. */
static void endpoint(struct kit *kit, const char *how)
{
	static const struct {
		const char *how;
		enum inspection_reach reach;
		struct sts_fetch fetch;
	} ways[] = {
		{ "nowhere", INSPECTION_NOT_TRIED, { .cause = STS_FETCH_CONNECT } },
		{ "private", INSPECTION_PRIVATE, { .cause = STS_FETCH_CONNECT } },
		{ "refused", INSPECTION_REFUSED, { .cause = STS_FETCH_CONNECT } },
		{ "certificate", INSPECTION_REACHED,
		    { .cause = STS_FETCH_CERTIFICATE, .cert = TLS_FAULT_BIT(TLS_FAULT_EXPIRED) } },
		{ "alert", INSPECTION_REACHED, { .cause = STS_FETCH_TLS, .tls = { TLS_FAULT_ALERT, 112 } } },
		{ "lost", INSPECTION_REACHED, { .cause = STS_FETCH_HTTP_IO } },
		{ "slow", INSPECTION_REACHED, { .cause = STS_FETCH_TIMEOUT } },
	};
	struct inspection_destination *d = asked(kit, "https://r.example/v1");
	uint64_t number = 0;

	if (str_u64(str_of(how), 599, &number))
		d->code = (unsigned)number;
	for (size_t k = 0; k < ARRAY_N(ways); k++) {
		if (strcmp(ways[k].how, how) != 0)
			continue;
		d->reach = ways[k].reach;
		d->fetch = ways[k].fetch;
	}
}

static void destinations(void **state)
{
	static const struct kit_row rows[] = {
		{ "accepted", recipient, "250 2.1.5 ok", "R09 info" },
		{ "no such user", recipient, "550 5.1.1 <a@reports.example>: no such user", "R06 warning, R09 info" },
		{ "no enhanced code", recipient, "550 no such user", "R06 warning, R09 info" },
		{ "denied for this address", recipient, "554 5.7.1 <A@reports.example>: Access denied", "R06 warning, R09 info" },
		{ "we are denied", recipient, "554 5.7.1 your host is blocked", "R06 unknown, R09 info" },
		{ "greylisted", recipient, "450 4.2.0 later", "R06 unknown, R09 info" },
		{ "null sender refused", recipient, "MAIL 550 no", "R06 unknown, R09 info" },
		{ "greeted only", recipient, "MAIL 220 hello", "R06 unknown, R09 info" },
		{ "silent", recipient, "", "R06 unknown, R09 info" },
		{ "domain away", recipient_without_mx, "", "R06 warning, R09 info" },
		{ "201", endpoint, "201", "" },
		{ "400", endpoint, "400", "" },
		{ "415", endpoint, "415", "" },
		{ "404", endpoint, "404", "R07 warning" },
		{ "405", endpoint, "405", "R07 warning" },
		{ "410", endpoint, "410", "R07 warning" },
		{ "500", endpoint, "500", "R07 warning" },
		{ "302", endpoint, "302", "R07 warning" },
		{ "no address", endpoint, "nowhere", "R07 warning" },
		{ "private", endpoint, "private", "R07 warning" },
		{ "refused", endpoint, "refused", "R07 warning" },
		{ "expired", endpoint, "certificate", "R07 warning" },
		{ "alert", endpoint, "alert", "R07 warning" },
		{ "lost", endpoint, "lost", "R07 warning" },
		{ "slow", endpoint, "slow", "R07 warning" },
	};

	(void)state;
	kit_rows(rows, ARRAY_N(rows), judge_reports);
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
		cmocka_unit_test(destinations),
		cmocka_unit_test(words),
		cmocka_unit_test(mail_authentication),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
