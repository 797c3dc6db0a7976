/* report - what the unit tests of reports share: one right report, and the same with one thing changed. */
#ifndef UNIT_REPORT_H
#define UNIT_REPORT_H

#include "test/unit/unit.h"
#include "wire/report.h"

/* RFC 8460 Appendix B with erratum 6241, shortened */
static const str unit_report = STR(
    "{\"organization-name\":\"Company-X\","
    "\"date-range\":{\"start-datetime\":\"2016-04-01T00:00:00Z\","
    "\"end-datetime\":\"2016-04-01T23:59:59Z\"},"
    "\"contact-info\":\"sts-reporting@company-x.example\","
    "\"report-id\":\"5065427c-23d3\","
    "\"policies\":[{\"policy\":{\"policy-type\":\"sts\","
    "\"policy-string\":[\"version: STSv1\",\"mode: testing\",\"mx: *.mail.company-y.example\","
    "\"max_age: 86400\"],\"policy-domain\":\"company-y.example\",\"mx-host\":[\"*.mail.company-y.example\"]},"
    "\"summary\":{\"total-successful-session-count\":5326,\"total-failure-session-count\":303},"
    "\"failure-details\":[{\"result-type\":\"certificate-expired\",\"sending-mta-ip\":\"2001:db8:abcd:12::1\","
    "\"receiving-mx-hostname\":\"mx1.mail.company-y.example\",\"receiving-mx-helo\":\"mx1\","
    "\"receiving-ip\":\"203.0.113.56\",\"failed-session-count\":303,"
    "\"additional-information\":\"https://reports.company-x.example/info?id=5065427c#x\","
    "\"failure-reason-code\":\"X509_V_ERR_CERT_HAS_EXPIRED\"}]}]}");

#define DOMAIN "\"policy-domain\":\"company-y.example\""
#define STRINGS                                                                                            \
	"\"policy-string\":[\"version: STSv1\",\"mode: testing\",\"mx: *.mail.company-y.example\","         \
	"\"max_age: 86400\"]"
#define HOSTS "\"mx-host\":[\"*.mail.company-y.example\"]"
#define POLICY "\"policy\":{\"policy-type\":\"sts\"," STRINGS "," DOMAIN "," HOSTS "}"
#define SUMMARY "\"summary\":{\"total-successful-session-count\":5326,\"total-failure-session-count\":303}"
#define START "\"start-datetime\":\"2016-04-01T00:00:00Z\""
#define END "\"end-datetime\":\"2016-04-01T23:59:59Z\""
#define SENDER "\"sending-mta-ip\":\"2001:db8:abcd:12::1\""
#define HOSTNAME "\"receiving-mx-hostname\":\"mx1.mail.company-y.example\""
#define URI "\"https://reports.company-x.example/info?id=5065427c#x\""

/* The report with what comes first in it instead of from; valid until the next call. */
static inline str unit_report_with(str from, str to)
{
	static char text[8192];
	struct out o = OUT(text);
	size_t at = str_find(unit_report, from);

	assert_true(from.n == 0 || at < unit_report.n);
	out_str(&o, str_head(unit_report, at));
	out_str(&o, to);
	out_str(&o, str_skip(unit_report, at + from.n));
	assert_false(o.full);
	return out_done(&o);
}

/* The warnings with blanks between them; valid until the next call. */
static inline str unit_report_warnings(const struct report *report)
{
	static char codes[4096];
	struct out o = OUT(codes);

	for (size_t i = 0; i < report->warning_n; i++) {
		if (i > 0)
			out_char(&o, ' ');
		out_str(&o, report->warning[i]);
	}
	assert_false(o.full);
	return out_done(&o);
}

#endif
