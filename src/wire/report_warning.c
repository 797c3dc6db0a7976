#include "wire/report_warning.h"

#include "wire/member.h"

#define MISSING(member) [REPORT_WARNING_MISSING + (member)]
#define NULLED(member) [REPORT_WARNING_NULL + (member)]
#define IN_REPORT(member) [REPORT_WARNING_BAD_IN_REPORT + (member)]
#define IN_ENTRY(member) [REPORT_WARNING_BAD_IN_ENTRY + (member)]
#define IN_POLICY(member) [REPORT_WARNING_BAD_IN_POLICY + (member)]
#define IN_FAILURE(member) [REPORT_WARNING_BAD_IN_FAILURE + (member)]

#define ABSENT STR("a required member is missing")
#define IS_NULL STR("a required member is null")
#define WRONG_TYPE STR("a value of the wrong JSON type was left out")

static const struct {
	str code;
	str text;
} table[REPORT_WARNING_N] = {
	MISSING(MEMBER_ORGANIZATION) = { STR("missing:organization-name"), ABSENT },
	MISSING(MEMBER_DATE_RANGE) = { STR("missing:date-range"), ABSENT },
	MISSING(MEMBER_CONTACT_INFO) = { STR("missing:contact-info"), ABSENT },
	MISSING(MEMBER_REPORT_ID) = { STR("missing:report-id"), ABSENT },
	NULLED(MEMBER_ORGANIZATION) = { STR("null:organization-name"), IS_NULL },
	NULLED(MEMBER_DATE_RANGE) = { STR("null:date-range"), IS_NULL },
	NULLED(MEMBER_CONTACT_INFO) = { STR("null:contact-info"), IS_NULL },
	NULLED(MEMBER_REPORT_ID) = { STR("null:report-id"), IS_NULL },
	IN_REPORT(MEMBER_ORGANIZATION) = { STR("bad:organization-name"), WRONG_TYPE },
	IN_REPORT(MEMBER_DATE_RANGE) = { STR("bad:date-range"), WRONG_TYPE },
	IN_REPORT(MEMBER_CONTACT_INFO) = { STR("bad:contact-info"), WRONG_TYPE },
	IN_REPORT(MEMBER_REPORT_ID) = { STR("bad:report-id"), WRONG_TYPE },
	IN_REPORT(MEMBER_POLICIES) = { STR("bad:policies"),
		STR("an element that is no object was left out") },
	IN_ENTRY(MEMBER_POLICY) = { STR("bad:policy"), WRONG_TYPE },
	IN_ENTRY(MEMBER_SUMMARY) = { STR("bad:summary"), WRONG_TYPE },
	IN_ENTRY(MEMBER_FAILURES) = { STR("bad:failure-details"),
		STR("failure-details, or one of them, of the wrong JSON type was left out") },
	IN_POLICY(MEMBER_POLICY_TYPE) = { STR("bad:policy-type"), WRONG_TYPE },
	IN_POLICY(MEMBER_POLICY_STRING) = { STR("bad:policy-string"),
		STR("policy-string, or a part of it, of the wrong JSON type was left out") },
	IN_POLICY(MEMBER_POLICY_DOMAIN) = { STR("bad:policy-domain"), WRONG_TYPE },
	IN_POLICY(MEMBER_MX_HOST) = { STR("bad:mx-host"),
		STR("mx-host, or a part of it, of the wrong JSON type was left out") },
	IN_FAILURE(MEMBER_RESULT_TYPE) = { STR("bad:result-type"), WRONG_TYPE },
	IN_FAILURE(MEMBER_SENDING_MTA_IP) = { STR("bad:sending-mta-ip"), WRONG_TYPE },
	IN_FAILURE(MEMBER_RECEIVING_MX_HOSTNAME) = { STR("bad:receiving-mx-hostname"), WRONG_TYPE },
	IN_FAILURE(MEMBER_RECEIVING_MX_HELO) = { STR("bad:receiving-mx-helo"), WRONG_TYPE },
	IN_FAILURE(MEMBER_RECEIVING_IP) = { STR("bad:receiving-ip"), WRONG_TYPE },
	IN_FAILURE(MEMBER_ADDITIONAL_INFORMATION) = { STR("bad:additional-information"), WRONG_TYPE },
	IN_FAILURE(MEMBER_FAILURE_REASON_CODE) = { STR("bad:failure-reason-code"), WRONG_TYPE },
	[REPORT_WARNING_ALIAS] = { STR("alias:receiving-mx-host-name"),
		STR("receiving-mx-hostname under another name") },
	[REPORT_WARNING_BOM] = { STR("bom"), STR("a byte order mark stands before the report") },
	[REPORT_WARNING_CONTACT_MAILTO] = { STR("contact-mailto"),
		STR("contact-info is a mailto URI instead of an address") },
	[REPORT_WARNING_CONTROL_CHAR] = { STR("control-char-in-string"),
		STR("raw control characters in a string were read as blanks") },
	[REPORT_WARNING_COUNT_BAD_SUCCESS] = { STR("count-bad:success"),
		STR("total-successful-session-count is no count; read as 0") },
	[REPORT_WARNING_COUNT_BAD_FAILURE] = { STR("count-bad:failure"),
		STR("total-failure-session-count is no count; read as 0") },
	[REPORT_WARNING_COUNT_BAD_FAILED] = { STR("count-bad:failed"),
		STR("failed-session-count is no count; read as 0") },
	[REPORT_WARNING_COUNT_MISSING_SUCCESS] = { STR("count-missing:success"),
		STR("total-successful-session-count is missing; read as 0") },
	[REPORT_WARNING_COUNT_MISSING_FAILURE] = { STR("count-missing:failure"),
		STR("total-failure-session-count is missing; read as 0") },
	[REPORT_WARNING_COUNT_MISSING_FAILED] = { STR("count-missing:failed"),
		STR("failed-session-count is missing; read as 0") },
	[REPORT_WARNING_COUNT_HUGE] = { STR("count-huge"),
		STR("a count above 9223372036854775807 was brought down to it") },
	[REPORT_WARNING_COUNT_STRING] = { STR("count-string"),
		STR("a count is a string instead of a number") },
	[REPORT_WARNING_DATE_BAD_START] = { STR("date-bad:start"), STR("start-datetime is no date-time") },
	[REPORT_WARNING_DATE_BAD_END] = { STR("date-bad:end"), STR("end-datetime is no date-time") },
	[REPORT_WARNING_DATE_MISSING_START] = { STR("date-missing:start"), STR("start-datetime is missing") },
	[REPORT_WARNING_DATE_MISSING_END] = { STR("date-missing:end"), STR("end-datetime is missing") },
	[REPORT_WARNING_DATE_INVERTED] = { STR("date-inverted"), STR("the period ends before it starts") },
	[REPORT_WARNING_DATE_NO_ZONE] = { STR("date-no-zone"),
		STR("a date-time without time zone was read as UTC") },
	[REPORT_WARNING_DATE_ONLY] = { STR("date-only"),
		STR("a date without time was read as its first second") },
	[REPORT_WARNING_DATE_SPACE] = { STR("date-space"), STR("a blank instead of \"T\" in a date-time") },
	[REPORT_WARNING_DUP_KEY] = { STR("dup-key"),
		STR("a member stands twice in one object; the last one counts") },
	[REPORT_WARNING_FAILURES_OBJECT] = { STR("failure-details-object"),
		STR("failure-details is one object instead of an array") },
	[REPORT_WARNING_HALF_SURROGATE] = { STR("half-surrogate"),
		STR("an escape of half a character was read as U+FFFD") },
	[REPORT_WARNING_MX_HOST_PATTERN_KEY] = { STR("mx-host-pattern-key"),
		STR("mx-host under the name mx-host-pattern") },
	[REPORT_WARNING_MX_HOST_STRING] = { STR("mx-host-string"),
		STR("mx-host is one string instead of an array") },
	[REPORT_WARNING_NO_POLICIES] = { STR("no-policies"), STR("the report has no policy") },
	[REPORT_WARNING_NO_RECEIVING_IP] = { STR("no-receiving-ip"),
		STR("failure-details without receiving-ip") },
	[REPORT_WARNING_NO_RECEIVING_MX_HOSTNAME] = { STR("no-receiving-mx-hostname"),
		STR("failure-details without receiving-mx-hostname") },
	[REPORT_WARNING_NO_SENDING_MTA_IP] = { STR("no-sending-mta-ip"),
		STR("failure-details without sending-mta-ip") },
	[REPORT_WARNING_NOT_UTF8] = { STR("not-utf-8"), STR("the report is not UTF-8") },
	[REPORT_WARNING_POLICIES_OBJECT] = { STR("policies-object"),
		STR("policies is one object instead of an array") },
	[REPORT_WARNING_POLICY_DOMAIN_MISSING] = { STR("policy-domain-missing"),
		STR("a policy without policy-domain") },
	[REPORT_WARNING_POLICY_MISSING] = { STR("policy-missing"),
		STR("an element of policies without policy") },
	[REPORT_WARNING_POLICY_STRING_NESTED] = { STR("policy-string-nested-json"),
		STR("policy-string holds JSON inside a string") },
	[REPORT_WARNING_POLICY_STRING_STRING] = { STR("policy-string-string"),
		STR("policy-string is one string instead of an array") },
	[REPORT_WARNING_POLICY_TYPE_UNKNOWN] = { STR("policy-type-unknown:"),
		STR("a policy-type that is not sts, tlsa or no-policy-found") },
	[REPORT_WARNING_RESULT_TYPE_UNKNOWN] = { STR("result-type-unknown:"),
		STR("a result-type that is not registered") },
	[REPORT_WARNING_STS_WITHOUT_POLICY_STRING] = { STR("sts-without-policy-string"),
		STR("an sts policy without policy-string") },
	[REPORT_WARNING_SUM_MISMATCH] = { STR("sum-mismatch"),
		STR("failed-session-counts do not add up to total-failure-session-count (they need not)") },
	[REPORT_WARNING_SUMMARY_MISSING] = { STR("summary-missing"), STR("a policy without summary") },
	[REPORT_WARNING_TRAILING_DATA] = { STR("trailing-data"), STR("text behind the report was left out") },
	[REPORT_WARNING_CONTENT_TYPE] = { STR("content-type:"),
		STR("the part of the mail has another media type than RFC 8460 wants") },
	[REPORT_WARNING_BAD_GZIP] = { STR("bad-gzip"), STR("checksum or size of the gzip file are wrong") },
	[REPORT_WARNING_BAD_ZIP] = { STR("bad-zip"), STR("checksum or size of the zip member are wrong") },
	[REPORT_WARNING_GZIP_TRAILING] = { STR("gzip-trailing-data"),
		STR("something follows the last gzip member") },
};

str report_warning_code(enum report_warning warning)
{
	return table[warning].code;
}

str report_warning_text(str code)
{
	for (size_t i = 0; i < REPORT_WARNING_N; i++) {
		str entry = table[i].code;
		bool open = entry.n > 0 && entry.p[entry.n - 1] == ':';

		if (open ? str_starts(code, entry) : str_eq(code, entry))
			return table[i].text;
	}
	return (str){ 0 };
}
