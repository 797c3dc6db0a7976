#include "core/draft.h"

#include <stdarg.h>
#include <stdio.h>

static bool is_listed(const struct sts_policy *policy, str pattern)
{
	for (size_t k = 0; k < policy->mx_n; k++)
		if (str_eq_nocase(policy->mx[k], pattern))
			return true;
	return false;
}

/* A name that a pattern can stand for. */
static bool can_be_listed(str host)
{
	return domain_check(host, NULL) == OK && !domain_is_address(host);
}

err draft_of(const struct inspection *i, const struct draft_wish *wish, struct arena *mem,
    struct sts_policy *policy, struct why *why)
{
	struct sts_policy p = { .mode = wish->mode, .max_age_s = wish->max_age_s };

	p.mx = arena_take(mem, wish->mx_n + i->host_n + 1, sizeof *p.mx);
	if (!p.mx)
		return why_set(why, E_LIMIT, "", 0, "no memory left");
	for (size_t k = 0; k < wish->mx_n; k++)
		if (!is_listed(&p, wish->mx[k]))
			p.mx[p.mx_n++] = wish->mx[k];
	for (size_t k = 0; k < i->host_n && wish->mx_n == 0; k++)
		if (can_be_listed(i->host[k].host) && !is_listed(&p, i->host[k].host))
			p.mx[p.mx_n++] = i->host[k].host;
	if (p.mx_n == 0 && p.mode != STS_POLICY_NONE) { /* [STS-3.2-j] */
		if (!i->mx.asked || dns_failed(i->mx.answer.status))
			return why_set(why, E_TEMP, "", 0,
			    "the MX records of %s could not be looked up; give the hosts with --mx", i->domain.text);
		if (i->null_mx)
			return why_set(why, E_ABSENT, "RFC 7505 3", 0,
			    "%s takes no mail (null MX): it needs no policy", i->domain.text);
		return why_set(why, E_ABSENT, "", 0, "%s has no MX host that could be listed", i->domain.text);
	}
	*policy = p;
	return OK;
}

static void object(struct draft_judgement *j, enum finding_severity severity, const char *fmt, ...) PRINTF(3, 4);

static void object(struct draft_judgement *j, enum finding_severity severity, const char *fmt, ...)
{
	struct draft_objection *o = &j->objection[j->objection_n];
	va_list ap;

	if (severity > j->worst)
		j->worst = severity;
	if (j->objection_n == DRAFT_OBJECTIONS_N)
		return;
	j->objection_n++;
	o->severity = severity;
	va_start(ap, fmt);
	(void)vsnprintf(o->text, sizeof o->text, fmt, ap);
	va_end(ap);
	for (char *c = o->text; *c; c++)
		if (*c < 0x20 || *c > 0x7e)
			*c = '?';
}

/* The MX records themselves. */
static void judge_records(const struct inspection *i, struct draft_judgement *j)
{
	const char *domain = i->domain.text;

	if (!i->mx.asked || dns_failed(i->mx.answer.status))
		object(j, FINDING_UNKNOWN,
		    "the MX records of %s could not be looked up, so nothing is known of its hosts", domain);
	else if (i->mx.answer.status == DNS_NXDOMAIN)
		object(j, FINDING_ERROR, "the domain %s does not exist", domain);
	else if (i->null_mx)
		object(j, FINDING_ERROR, "%s takes no mail (null MX): it needs no policy", domain);
	if (i->mx_total > i->host_n)
		object(j, FINDING_UNKNOWN, "%s has %zu MX hosts; only the first %zu were looked at", domain,
		    i->mx_total, i->host_n);
}

static void judge_host(const struct inspection_mx *mx, const struct sts_policy *policy, struct draft_judgement *j)
{
	if (!can_be_listed(mx->host))
		object(j, FINDING_ERROR, "the MX record names %.*s, which is no host name: no pattern can match it",
		    STR_ARG(mx->host));
	else if (!sts_policy_match(policy, mx->host)) /* [STS-4.1-a] */
		object(j, FINDING_ERROR, "the live MX host %.*s is not in the policy: under enforce no mail goes to it",
		    STR_ARG(mx->host));
	if (mx->ip_total > 0 || !mx->a.asked || !mx->aaaa.asked)
		return;
	if (dns_failed(mx->a.answer.status) || dns_failed(mx->aaaa.answer.status))
		object(j, FINDING_UNKNOWN, "the addresses of MX host %.*s could not be looked up", STR_ARG(mx->host));
	else
		object(j, FINDING_ERROR, "the MX host %.*s has no address: no mail can reach it", STR_ARG(mx->host));
}

static void judge_pattern(const struct inspection *i, str pattern, struct draft_judgement *j)
{
	size_t hosts = 0;

	for (size_t k = 0; k < i->host_n; k++)
		hosts += domain_match(pattern, i->host[k].host);
	if (domain_is_address(pattern))
		object(j, FINDING_ERROR, "the pattern %.*s is an IP address: it matches no MX host",
		    STR_ARG(pattern));
	else if (hosts == 0 && i->host_n > 0 && i->mx_total == i->host_n)
		object(j, FINDING_ERROR, "the pattern %.*s matches no live MX host", STR_ARG(pattern));
	if (str_starts(pattern, S("*.")) && str_find(str_skip(pattern, 2), S(".")) == pattern.n - 2)
		object(j, FINDING_WARNING, "the pattern %.*s allows every name below a top-level domain",
		    STR_ARG(pattern));
}

/* What is lost or dared by going from what is live to this policy. */
static void judge_change(const struct inspection *i, const struct sts_policy *policy, struct draft_judgement *j)
{
	bool unsure = i->txt.class == STS_TXT_ERROR || (i->txt.class == STS_TXT_ONE && i->served && !i->has_policy);

	if (policy->mode == STS_POLICY_ENFORCE && !i->has_policy)
		object(j, unsure ? FINDING_UNKNOWN : FINDING_ERROR,
		    unsure ? "whether %s has a policy now could not be found out: enforce should follow a time of testing"
			   : "%s has no policy yet: begin with --mode testing and read the reports before enforce",
		    i->domain.text);
	if (i->has_policy && i->policy.mode == STS_POLICY_ENFORCE && policy->mode == STS_POLICY_TESTING)
		object(j, FINDING_WARNING, "the live policy is in mode enforce: this one takes the protection away");
	if (policy->max_age_s < DATE_DAY_S)
		object(j, FINDING_WARNING, "a max_age below a day hardly protects; senders fetch at most once a day");
	if (policy->mode == STS_POLICY_NONE && policy->max_age_s > DATE_DAY_S) /* [STS-8.3-a] */
		object(j, FINDING_WARNING,
		    "mode none wants a short max_age, such as a day: it is how long the way back takes");
}

void draft_judge(const struct inspection *i, const struct sts_policy *policy, struct draft_judgement *judgement)
{
	*judgement = (struct draft_judgement){ .worst = FINDING_INFO };
	judge_change(i, policy, judgement);
	if (policy->mode == STS_POLICY_NONE) /* asks nothing of MX hosts */
		return;
	judge_records(i, judgement);
	for (size_t k = 0; k < i->host_n; k++)
		judge_host(&i->host[k], policy, judgement);
	for (size_t k = 0; k < policy->mx_n; k++)
		judge_pattern(i, policy->mx[k], judgement);
}
