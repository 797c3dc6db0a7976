/*
 * member - the objects of a TLSRPT report and the names of their members.     RFC 8460 4.4
 *
 *   report   organization-name, date-range, contact-info, report-id, policies
 *   range    start-datetime, end-datetime
 *   entry    policy, summary, failure-details            one of policies[]
 *   policy   policy-type, policy-string, policy-domain, mx-host
 *   summary  total-successful-session-count, total-failure-session-count
 *   failure  result-type, sending-mta-ip, ...            one of failure-details[]
 *
 * The enumerators stand in the order in which members are written.  Pure.
 */
#ifndef WIRE_MEMBER_H
#define WIRE_MEMBER_H

#include "wire/json.h"

enum member_object {
	MEMBER_OF_REPORT,
	MEMBER_OF_RANGE,
	MEMBER_OF_ENTRY,
	MEMBER_OF_POLICY,
	MEMBER_OF_SUMMARY,
	MEMBER_OF_FAILURE,
};

/* Of a report */
enum { MEMBER_ORGANIZATION, MEMBER_DATE_RANGE, MEMBER_CONTACT_INFO, MEMBER_REPORT_ID, MEMBER_POLICIES };
/* Of a range */
enum { MEMBER_START, MEMBER_END };
/* Of an entry */
enum { MEMBER_POLICY, MEMBER_SUMMARY, MEMBER_FAILURES };
/* Of a policy; the last is a name that some reporters use */
enum {
	MEMBER_POLICY_TYPE,
	MEMBER_POLICY_STRING,
	MEMBER_POLICY_DOMAIN,
	MEMBER_MX_HOST,
	MEMBER_MX_HOST_PATTERN,
};
/* Of a summary */
enum { MEMBER_SUCCESSES, MEMBER_FAILED };
/* Of a failure; the last is a name that some reporters use */
enum {
	MEMBER_RESULT_TYPE,
	MEMBER_SENDING_MTA_IP,
	MEMBER_RECEIVING_MX_HOSTNAME,
	MEMBER_RECEIVING_MX_HELO,
	MEMBER_RECEIVING_IP,
	MEMBER_SESSIONS,
	MEMBER_ADDITIONAL_INFORMATION,
	MEMBER_FAILURE_REASON_CODE,
	MEMBER_RECEIVING_MX_HOST_NAME,
};

#define MEMBER_N 9 /* the most members that one object has */

/* The values of v's members by enumerator; NULL where absent, the last where repeated. */
struct member_values {
	const struct json *v[MEMBER_N];
};

/* Sort v's members; false when v is no object (then all are absent).  Unknown members are passed over. */
bool member_find(enum member_object object, const struct json *v, struct member_values *values);

const char *member_name(enum member_object object, unsigned member);

#endif
