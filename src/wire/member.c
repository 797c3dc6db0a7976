#include "wire/member.h"

#define NAME(s) { s, sizeof(s) - 1 }

struct name {
	const char *text;
	size_t n;
};

static const struct name names[][MEMBER_N] = {
	[MEMBER_OF_REPORT] = {
		[MEMBER_ORGANIZATION] = NAME("organization-name"),
		[MEMBER_DATE_RANGE] = NAME("date-range"),
		[MEMBER_CONTACT_INFO] = NAME("contact-info"),
		[MEMBER_REPORT_ID] = NAME("report-id"),
		[MEMBER_POLICIES] = NAME("policies"),
	},
	[MEMBER_OF_RANGE] = {
		[MEMBER_START] = NAME("start-datetime"),
		[MEMBER_END] = NAME("end-datetime"),
	},
	[MEMBER_OF_ENTRY] = {
		[MEMBER_POLICY] = NAME("policy"),
		[MEMBER_SUMMARY] = NAME("summary"),
		[MEMBER_FAILURES] = NAME("failure-details"),
	},
	[MEMBER_OF_POLICY] = {
		[MEMBER_POLICY_TYPE] = NAME("policy-type"),
		[MEMBER_POLICY_STRING] = NAME("policy-string"),
		[MEMBER_POLICY_DOMAIN] = NAME("policy-domain"),
		[MEMBER_MX_HOST] = NAME("mx-host"),
		[MEMBER_MX_HOST_PATTERN] = NAME("mx-host-pattern"),
	},
	[MEMBER_OF_SUMMARY] = {
		[MEMBER_SUCCESSES] = NAME("total-successful-session-count"),
		[MEMBER_FAILED] = NAME("total-failure-session-count"),
	},
	[MEMBER_OF_FAILURE] = {
		[MEMBER_RESULT_TYPE] = NAME("result-type"),
		[MEMBER_SENDING_MTA_IP] = NAME("sending-mta-ip"),
		[MEMBER_RECEIVING_MX_HOSTNAME] = NAME("receiving-mx-hostname"),
		[MEMBER_RECEIVING_MX_HELO] = NAME("receiving-mx-helo"),
		[MEMBER_RECEIVING_IP] = NAME("receiving-ip"),
		[MEMBER_SESSIONS] = NAME("failed-session-count"),
		[MEMBER_ADDITIONAL_INFORMATION] = NAME("additional-information"),
		[MEMBER_FAILURE_REASON_CODE] = NAME("failure-reason-code"),
		[MEMBER_RECEIVING_MX_HOST_NAME] = NAME("receiving-mx-host-name"),
	},
};

bool member_find(enum member_object object, const struct json *v, struct member_values *values)
{
	const struct name *name = names[object];
	struct json_walk walk = json_walk(v);
	str key;

	*values = (struct member_values){ 0 };
	while (json_next(&walk, &key, &v)) {
		for (size_t i = 0; i < MEMBER_N && name[i].n > 0; i++) {
			/* nearly always the length alone tells */
			if (name[i].n == key.n && memcmp(name[i].text, key.p, key.n) == 0) {
				values->v[i] = v;
				break;
			}
		}
	}
	return walk.members;
}

const char *member_name(enum member_object object, unsigned member)
{
	return names[object][member].text;
}
