#include "core/judge_senders.h"

#include "core/judge_seen.h"
#include "core/judge_text.h"

#define NAMED_N 3 /* hosts named in one sentence */

/* What one kind of sender does at all MX hosts. */
struct sum {
	size_t n[JUDGE_SENDERS_ACT_N];
	size_t host_n;
};

static enum sts_policy_mode mode_of(const struct inspection *i)
{
	return i->has_policy ? i->policy.mode : STS_POLICY_NONE;
}

/* Addresses that were seen but not connected to leave it open. */
static enum judge_senders_act act_at(const struct inspection_probe *probe, const struct mx_check_rules *rules)
{
	struct mx_check_session session = judge_seen_session(probe);
	struct mx_check_verdict verdict;

	if (!probe->asked || probe->reach != INSPECTION_REACHED || session.outcome == MX_CHECK_UNREACHED)
		return JUDGE_SENDERS_UNKNOWN;
	mx_check_after(rules, &session, &verdict);
	switch (verdict.action) {
	case MX_CHECK_DELIVER:
	case MX_CHECK_CONNECT:
		return JUDGE_SENDERS_TLS;
	case MX_CHECK_CLEAR_TEXT:
	case MX_CHECK_CLEAR_RETRY:
		return JUDGE_SENDERS_CLEAR;
	case MX_CHECK_NEXT:
		break;
	}
	return JUDGE_SENDERS_REFUSE;
}

enum judge_senders_act judge_senders_at(const struct inspection *i, const struct inspection_mx *mx,
    enum judge_senders_kind kind)
{
	struct mx_check_rules rules = { .sts = STS_POLICY_NONE, .dane = DANE_DI,
	    .mx_secure = i->mx.answer.secure };
	struct mx_check_verdict verdict;
	size_t n[JUDGE_SENDERS_ACT_N] = { 0 };

	rules.has_address = mx->a.record_n + mx->aaaa.record_n > 0;
	rules.sts_matched = mx->matched;
	if (kind & JUDGE_SENDERS_STS)
		rules.sts = mode_of(i);
	if ((kind & JUDGE_SENDERS_DANE) && judge_seen_binds(i, mx)) {
		rules.dane = mx->dane.state;
		rules.dane_error = mx->dane.error;
	}
	mx_check_before(&rules, &verdict);
	if (verdict.action == MX_CHECK_NEXT) {
		bool open = rules.sts_matched && rules.dane == DANE_DI &&
		    (dns_failed(mx->a.answer.status) || dns_failed(mx->aaaa.answer.status));

		return !rules.has_address && open ? JUDGE_SENDERS_UNKNOWN : JUDGE_SENDERS_REFUSE;
	}
	for (size_t k = 0; k < mx->probe_n; k++)
		n[act_at(&mx->probe[k], &rules)]++;
	for (int act = JUDGE_SENDERS_TLS; act <= JUDGE_SENDERS_CLEAR; act++)
		if (n[act] > 0)
			return (enum judge_senders_act)act;
	return n[JUDGE_SENDERS_REFUSE] > 0 && n[JUDGE_SENDERS_UNKNOWN] == 0 ? JUDGE_SENDERS_REFUSE :
	    JUDGE_SENDERS_UNKNOWN;
}

static struct sum sum_of(const struct inspection *i, enum judge_senders_kind kind)
{
	struct sum sum = { .host_n = i->host_n };

	for (size_t k = 0; k < i->host_n; k++)
		sum.n[judge_senders_at(i, &i->host[k], kind)]++;
	return sum;
}

static bool any_reached(const struct inspection *i)
{
	for (size_t k = 0; k < i->host_n; k++)
		for (size_t n = 0; n < i->host[k].probe_n; n++)
			if (i->host[k].probe[n].asked &&
			    i->host[k].probe[n].session.outcome != MX_CHECK_UNREACHED)
				return true;
	return false;
}

bool judge_senders_deliver(const struct inspection *i)
{
	struct sum sum = sum_of(i, JUDGE_SENDERS_BOTH);

	if (sum.n[JUDGE_SENDERS_UNKNOWN] > 0 && !any_reached(i)) /* it may be this host that reaches nobody */
		return true;
	return sum.n[JUDGE_SENDERS_TLS] + sum.n[JUDGE_SENDERS_CLEAR] > 0;
}

static void say_hosts(const struct inspection *i, enum judge_senders_kind kind, enum judge_senders_act act,
    struct out *out)
{
	size_t count = sum_of(i, kind).n[act], at = 0;

	for (size_t k = 0; k < i->host_n; k++)
		if (judge_senders_at(i, &i->host[k], kind) == act)
			judge_text_list(out, i->host[k].host, at++, count, NAMED_N);
}

/* "... deliver to mx1 and skip mx2": for senders that refuse what does not pass. */
static void say_strict(const struct inspection *i, enum judge_senders_kind kind, const char *who,
    const char *how,
    struct out *out)
{
	struct sum sum = sum_of(i, kind);
	size_t good = sum.n[JUDGE_SENDERS_TLS] + sum.n[JUDGE_SENDERS_CLEAR];

	out_fmt(out, "Senders that honour %s ", who);
	if (sum.host_n > 0 && sum.n[JUDGE_SENDERS_REFUSE] == sum.host_n) {
		out_str(out, S("hold mail back and return it in the end, because no MX host passes."));
	} else if (good == 0) {
		out_fmt(out, "deliver only %s; whether they can was not found out.", how);
	} else if (sum.n[JUDGE_SENDERS_REFUSE] > 0) {
		out_fmt(out, "deliver only %s and skip ", how);
		say_hosts(i, kind, JUDGE_SENDERS_REFUSE, out);
		out_char(out, '.');
	} else {
		out_fmt(out, "deliver only %s, and can.", how);
	}
}

/* Would mode enforce refuse a host? */
static bool would_refuse(const struct inspection *i)
{
	struct inspection enforced = *i;

	enforced.policy.mode = STS_POLICY_ENFORCE;
	return sum_of(&enforced, JUDGE_SENDERS_STS).n[JUDGE_SENDERS_REFUSE] > 0;
}

static void say_sts(const struct inspection *i, struct out *out)
{
	if (!i->sts.asked)
		return;
	if (i->has_policy && i->policy.mode == STS_POLICY_ENFORCE) {
		say_strict(i, JUDGE_SENDERS_STS, "MTA-STS", "over TLS with a valid certificate", out);
	} else if (i->has_policy && i->policy.mode == STS_POLICY_TESTING) {
		out_str(out, would_refuse(i) ?
		    S("Senders that honour MTA-STS deliver all the same and report the failures (mode "
		    "testing).") :
		    S("Senders that honour MTA-STS check the policy, but insist on nothing (mode testing)."));
	} else if (i->has_policy) {
		out_str(out, S("Senders that honour MTA-STS find mode none and deliver as without a policy."));
	} else if (i->txt.class == STS_TXT_ABSENT && !i->policy_read) {
		out_str(out, S("Senders find no MTA-STS policy."));
	} else {
		out_str(out, S("Senders that honour MTA-STS get no usable policy and deliver as without one; "
		               "those that hold an earlier policy go on applying it until it expires."));
	}
}

static bool any_dane(const struct inspection *i)
{
	for (size_t k = 0; k < i->host_n; k++)
		if (judge_seen_binds(i, &i->host[k]))
			return true;
	return false;
}

static void say_dane(const struct inspection *i, struct out *out)
{
	size_t both;

	if (!any_dane(i))
		return;
	out_char(out, ' ');
	say_strict(i, JUDGE_SENDERS_DANE, "DANE, such as Postfix,", "over TLS as the TLSA records demand", out);
	if (!i->has_policy || i->policy.mode != STS_POLICY_ENFORCE)
		return;
	both = sum_of(i, JUDGE_SENDERS_BOTH).n[JUDGE_SENDERS_REFUSE];
	if (both > sum_of(i, JUDGE_SENDERS_STS).n[JUDGE_SENDERS_REFUSE])
		out_str(out, S(" A sender that honours both needs both to pass."));
	else if (both > sum_of(i, JUDGE_SENDERS_DANE).n[JUDGE_SENDERS_REFUSE])
		out_str(out, S(" A sender that honours both needs both to pass, unless it lets DANE alone "
		    "suffice."));
}

static void say_plain(const struct inspection *i, struct out *out)
{
	struct sum sum = sum_of(i, JUDGE_SENDERS_PLAIN);
	bool others = any_dane(i) || (i->has_policy && i->policy.mode != STS_POLICY_NONE);

	if (sum.n[JUDGE_SENDERS_TLS] + sum.n[JUDGE_SENDERS_CLEAR] == 0)
		return;
	out_fmt(out, "%s%s deliver ", out->n > 0 ? " " : "", others ? "All others" : "They");
	if (sum.n[JUDGE_SENDERS_CLEAR] == 0) {
		out_str(out, S("over TLS, without checking the certificate."));
	} else if (sum.n[JUDGE_SENDERS_TLS] == 0) {
		out_str(out, S("in clear text."));
	} else {
		out_str(out, S("over TLS, and in clear text to "));
		say_hosts(i, JUDGE_SENDERS_PLAIN, JUDGE_SENDERS_CLEAR, out);
		out_char(out, '.');
	}
}

void judge_senders_say(const struct inspection *i, struct out *out)
{
	if (i->null_mx)
		out_str(out, S("Senders return mail at once: the domain says that it receives none (null "
		    "MX)."));
	else if (i->mx.asked && i->mx.answer.status == DNS_NXDOMAIN)
		out_str(out, S("Senders return mail at once: the domain does not exist."));
	else if (i->mx.asked && dns_failed(i->mx.answer.status))
		out_str(out, S("Senders hold mail back and try again: the MX lookup fails."));
	if (out->n > 0)
		return;
	say_sts(i, out);
	say_dane(i, out);
	say_plain(i, out);
}
