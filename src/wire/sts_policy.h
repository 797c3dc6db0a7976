/*
 * sts_policy - the MTA-STS policy file that a policy host serves.    RFC 8461 section 3.2
 *
 *   version: STSv1          required once, exactly this value
 *   mode: enforce           required once: enforce | testing | none
 *   mx: mail.example.com    one line per pattern; required unless mode is none
 *   max_age: 604800         required once: seconds, 0 .. 31557600
 *
 * Fields come in any order.  Unknown fields are ignored.  When a field other
 * than mx is repeated, the first one counts.  Lines end in LF or CRLF.
 *
 * Two readings (DECISIONS 8): strict, for lint and check; and the sender's,
 * which takes empty lines at the very end and brings a max_age above the
 * maximum down to it, because refusing would leave the mail unprotected.
 *
 * Pure: no I/O, no clock, no global state.
 */
#ifndef WIRE_STS_POLICY_H
#define WIRE_STS_POLICY_H

#include "base/arena.h"
#include "base/err.h"
#include "base/limits.h"
#include "base/out.h"

enum sts_policy_mode { STS_POLICY_NONE, STS_POLICY_TESTING, STS_POLICY_ENFORCE };
enum sts_policy_reading { STS_POLICY_STRICT, STS_POLICY_SENDER };

struct sts_policy {
	enum sts_policy_mode mode;
	uint32_t max_age_s;      /* seconds, 0 .. LIMIT_MAX_AGE_S */
	str *mx;                 /* mx_n patterns as written; arena memory */
	size_t mx_n;             /* 0 only when mode is STS_POLICY_NONE */
	bool max_age_clamped;    /* sender's reading only: it was above the maximum */
	bool final_empty_lines;  /* sender's reading only */
};

/*
 * Read a policy file.
 *
 *   text    the whole HTTP body; every str in *policy points into it, so it
 *           must live as long as *policy does
 *   mem     where policy->mx is taken from
 *   policy  written only on OK
 *   why     filled only on failure; may be NULL
 *
 * OK        *policy is complete and valid
 * E_SYNTAX  a line is not "name: value", or a value breaks the grammar
 * E_RULE    a required field is missing, or a value is out of range
 * E_LIMIT   text is longer than LIMIT_POLICY_BYTES, or mem is full
 */
err sts_policy_read(str text, enum sts_policy_reading reading, struct arena *mem,
    struct sts_policy *policy, struct why *why) MUST_USE;

/* Write the policy in canonical field order, CRLF line ends.  Check out->full. */
void sts_policy_write(const struct sts_policy *policy, struct out *out);

str sts_policy_mode_name(enum sts_policy_mode mode);

/* Does the MX host match one of the patterns?  [STS-4.1-a] */
bool sts_policy_match(const struct sts_policy *policy, str mx_host);

#endif
