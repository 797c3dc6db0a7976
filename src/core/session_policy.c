#include "core/session_policy.h"

#include "wire/domain.h"

static err no_memory(struct why *why)
{
	return why_set(why, E_LIMIT, "", 0, "no memory left for a session's policies");
}

static size_t count_lines(str text)
{
	size_t n = 0;
	str line;

	while (str_line(&text, &line))
		n++;
	return n;
}

/* Lines as served, errors and all; what is no text is left out.  [RPT-4.5-b] */
static err set_lines(struct report_policy *p, str text, struct arena *mem, struct why *why)
{
	str line;

	if (!str_utf8(text, NULL))
		return OK;
	p->policy_string = arena_take(mem, count_lines(text), sizeof *p->policy_string);
	if (!p->policy_string)
		return no_memory(why);
	while (str_line(&text, &line))
		p->policy_string[p->policy_string_n++] = line;
	return OK;
}

/* The "mx:" value of a line, if it is a pattern. */
static bool read_pattern(str line, str *pattern)
{
	str name, value;

	if (!str_cut(line, ':', &name, &value) || !str_eq(name, S("mx")))
		return false;
	*pattern = str_trim(value);
	return domain_check_pattern(*pattern, NULL) == OK;
}

/* The patterns of a policy that was refused. */
static err set_patterns_that_read(struct report_policy *p, struct arena *mem, struct why *why)
{
	p->mx_host = arena_take(mem, p->policy_string_n, sizeof *p->mx_host);
	if (!p->mx_host)
		return no_memory(why);
	for (size_t i = 0; i < p->policy_string_n; i++)
		p->mx_host_n += read_pattern(p->policy_string[i], &p->mx_host[p->mx_host_n]);
	return OK;
}

/* One string per record.  [RPT-4.5-a] */
static err set_records(struct report_policy *p, const struct dane *dane, struct arena *mem, struct why *why)
{
	p->policy_string = arena_take(mem, dane->record_n, sizeof *p->policy_string);
	if (!p->policy_string)
		return no_memory(why);
	for (size_t i = 0; i < dane->record_n; i++) {
		struct out o = { .cap = 2 * dane->record[i].association.n + sizeof "255 255 255 " };

		o.p = arena_take_raw(mem, o.cap, 1);
		if (!o.p)
			return no_memory(why);
		tlsa_write(&dane->record[i], &o);
		p->policy_string[p->policy_string_n++] = out_done(&o);
	}
	return OK;
}

/* A detail about the session itself.  (RFC 8460 4.4) */
static void set_detail(const struct session_policy_facts *facts, const struct mx_check_failure *failure,
    struct report_failure *detail)
{
	*detail = (struct report_failure){
		.type = failure->type,
		.result_type = result_type_name(failure->type),
		.sending_mta_ip = facts->sending_mta_ip,
		.receiving_mx_hostname = facts->mx_host,
		.receiving_mx_helo = facts->receiving_mx_helo,
		.receiving_ip = facts->receiving_ip,
		.failure_reason_code = str_of(failure->reason),
		.sessions = 1,
	};
}

/* The detail about the policy's fetch names no host: all of a day merge into one. */
static err add_fetch_detail(struct report_policy *p, const struct sts_discovery *sts, struct arena *mem,
    struct why *why)
{
	struct report_failure *detail = &p->failure[p->failure_n];
	char text[MX_CHECK_REASON_BYTES];
	struct out reason = OUT(text);

	sts_discovery_reason(sts, &reason);
	*detail = (struct report_failure){
		.type = sts->report,
		.result_type = result_type_name(sts->report),
		.sessions = 1,
	};
	if (!arena_copy(mem, out_done(&reason), &detail->failure_reason_code))
		return no_memory(why);
	p->failure_n++;
	return OK;
}

/* One session in the counts and details; fetch: the failure to tell besides, or NULL. */
static err set_counts(const struct session_policy_facts *facts, const struct mx_check_count *count,
    const struct sts_discovery *fetch, struct arena *mem, struct report_policy *p, struct why *why)
{
	bool failed = count->failure_n > 0 || (fetch && fetch->verdict == STS_DISCOVERY_NO_POLICY);

	p->type_text = report_policy_type_name(p->type);
	p->failures = failed;
	p->successes = !failed;
	p->failure = arena_take(mem, count->failure_n + 1, sizeof *p->failure);
	if (!p->failure)
		return no_memory(why);
	if (fetch)
		TRY(add_fetch_detail(p, fetch, mem, why));
	for (size_t i = 0; i < count->failure_n; i++)
		set_detail(facts, &count->failure[i], &p->failure[p->failure_n++]);
	return OK;
}

static err make_sts(const struct session_policy_facts *facts, const struct sts_discovery *fetch,
    struct arena *mem, struct report_policy *p, struct why *why)
{
	const struct mx_check_verdict *mx = facts->mx;

	*p = (struct report_policy){ .type = REPORT_POLICY_STS, .domain = facts->domain };
	if (mx->sts.counted) {
		TRY(set_lines(p, facts->policy_text, mem, why));
		p->mx_host = facts->policy ? facts->policy->mx : NULL;
		p->mx_host_n = facts->policy ? facts->policy->mx_n : 0;
		return set_counts(facts, &mx->sts, fetch, mem, p, why);
	}
	if (facts->sts->fetch.cause == STS_FETCH_POLICY_SYNTAX) {
		TRY(set_lines(p, facts->policy_text, mem, why));
		TRY(set_patterns_that_read(p, mem, why));
	}
	return set_counts(facts, &mx->no_policy, fetch, mem, p, why);
}

static err make_tlsa(const struct session_policy_facts *facts, struct arena *mem, struct report_policy *p,
    struct why *why)
{
	const struct dane *dane = facts->dane;

	*p = (struct report_policy){ .type = REPORT_POLICY_TLSA, .domain = facts->mx_host };
	if (dane->state == DANE_DU || dane->state == DANE_DX) {
		p->domain = domain_str(&dane->base);
		TRY(set_records(p, dane, mem, why));
	}
	p->mx_host = arena_take(mem, 1, sizeof *p->mx_host);
	if (!p->mx_host)
		return no_memory(why);
	p->mx_host[p->mx_host_n++] = facts->mx_host;
	return set_counts(facts, &facts->mx->tlsa, NULL, mem, p, why);
}

err session_policy_list(const struct session_policy_facts *facts, struct arena *mem,
    struct report_policy entry[SESSION_POLICY_N], size_t *entry_n, struct why *why)
{
	const struct mx_check_verdict *mx = facts->mx;
	bool counted = mx->sts.counted || mx->tlsa.counted || mx->no_policy.counted;
	/* the failure under which the session ran: with a policy applied, or in place of one */
	bool under_failure = facts->sts && facts->sts->report != RESULT_TYPE_OTHER;
	const struct sts_discovery *fetch = under_failure ? facts->sts : NULL;
	size_t n = 0;

	if (mx->sts.counted || (counted && fetch && fetch->verdict == STS_DISCOVERY_NO_POLICY))
		TRY(make_sts(facts, fetch, mem, &entry[n++], why));
	if (mx->tlsa.counted)
		TRY(make_tlsa(facts, mem, &entry[n++], why));
	if (mx->no_policy.counted && n == 0) {
		entry[n] = (struct report_policy){ .type = REPORT_POLICY_NONE_FOUND, .domain = facts->domain };
		TRY(set_counts(facts, &mx->no_policy, NULL, mem, &entry[n++], why));
	}
	*entry_n = n;
	return OK;
}
