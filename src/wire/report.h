/*
 * report - a TLSRPT report: JSON text <-> struct report.   RFC 8460 sections 4.4, 4.5, App. B
 *
 *   organization, contact_info, report_id, start .. end
 *   policy[]   what was applied (type, strings, domain, mx_host[])
 *              successes, failures: counts of sessions
 *              failure[]: result type, hosts and addresses, count of sessions
 *
 * Two readings.  Strict judges by the RFC alone: for lint --strict and for what
 * we write.  Tolerant is what intake uses: an odd field never loses a report;
 * it becomes a warning, a bad policy or detail is skipped and said.
 *
 * The tolerant reading says what was odd in codes; they are listed in
 * wire/report_warning.h.
 *
 * A report is a stranger's claim.  Texts are kept as written (any bytes, any
 * case); whoever shows or compares them makes them safe or canonical.
 *
 * Pure; everything lives in the arena.
 */
#ifndef WIRE_REPORT_H
#define WIRE_REPORT_H

#include "base/arena.h"
#include "base/date.h"
#include "base/err.h"
#include "base/limits.h"
#include "base/out.h"
#include "wire/result_type.h"

enum report_reading { REPORT_STRICT, REPORT_TOLERANT };

enum report_policy_type {
	REPORT_POLICY_OTHER, /* type_text says what */
	REPORT_POLICY_STS,
	REPORT_POLICY_TLSA,
	REPORT_POLICY_NONE_FOUND,
};

#define REPORT_COUNT_MAX INT64_MAX /* larger counts are read as this, with a warning */

/* Absent members are empty strings; see the warnings for which were absent. */
struct report_failure {
	enum result_type type;
	str result_type; /* strict: as written; tolerant: lower case, "unknown" when absent */
	str sending_mta_ip;
	str receiving_mx_hostname;
	str receiving_mx_helo;
	str receiving_ip;
	str additional_information;
	str failure_reason_code;
	uint64_t sessions; /* failed-session-count */
};

struct report_policy {
	enum report_policy_type type;
	str type_text; /* lower case; tolerant: "unknown" when absent */
	str domain;
	str *policy_string;
	size_t policy_string_n;
	str *mx_host;
	size_t mx_host_n;
	uint64_t successes; /* sessions */
	uint64_t failures;  /* sessions */
	struct report_failure *failure;
	size_t failure_n;
};

struct report {
	str organization;
	str contact_info;
	str report_id;
	bool start_known, end_known;
	unix_s start, end; /* first and last second of the period */
	struct report_policy *policy;
	size_t policy_n;
	str *warning; /* codes such as "mx-host-string", each once, in byte order; none when strict */
	size_t warning_n;
};

/*
 * Read the JSON text of a report.  Takes memory of at most 24 bytes for each
 * byte of text, and 16 MiB besides; why->at is 0 unless the text is no JSON.
 *
 * E_SYNTAX  no JSON
 * E_RULE    strict: a rule of the RFC is broken (why->text names the member by its path);
 *           tolerant: no "policies" that could be read
 * E_LIMIT   over a ceiling of base/limits.h, or mem is full
 */
err report_read(str json, enum report_reading reading, struct arena *mem, struct report *report,
    struct why *why) MUST_USE;

/*
 * Write I-JSON as RFC 8460 4.4 wants it, one line, members in the RFC's order.
 * policies, policy-string, mx-host and failure-details are always arrays; empty
 * strings of a failure, an empty policy-domain and unknown dates are left out.
 * Check out->full.
 */
void report_write(const struct report *report, struct out *out);

/* Note a warning; each code is kept once, LIMIT_WARNINGS_N at most.  E_LIMIT: mem is full. */
err report_warn(struct report *report, struct arena *mem, str code) MUST_USE;

str report_policy_type_name(enum report_policy_type type);    /* "" for OTHER */
enum report_policy_type report_policy_type_of(str lower_case); /* OTHER when unknown */

#endif
