#include "core/judge_seen.h"

bool judge_seen_binds(const struct inspection *i, const struct inspection_mx *mx)
{
	return i->options.dane && mx->dane_known && mx->dane.want == DANE_DONE && mx->dane.state != DANE_DI;
}

struct mx_check_session judge_seen_session(const struct inspection_probe *probe)
{
	struct mx_check_session session = probe->session;

	if (session.outcome == MX_CHECK_TLS && probe->old_tls && !str_eq(probe->tls, S("TLSv1.2")) &&
	    !str_eq(probe->tls, S("TLSv1.3"))) {
		session.outcome = MX_CHECK_HANDSHAKE_FAILED;
		session.handshake = (struct tls_fault){ .kind = TLS_FAULT_VERSION };
	}
	return session;
}

/* False: no connection is made; verdict says what is reported of that. */
static bool ask(const struct mx_check_rules *rules, const struct mx_check_session *session,
    struct mx_check_verdict *verdict)
{
	mx_check_before(rules, verdict);
	if (verdict->action == MX_CHECK_NEXT)
		return false;
	mx_check_after(rules, session, verdict);
	return true;
}

void judge_seen_look(const struct inspection *i, const struct inspection_mx *mx, const struct inspection_probe *probe,
    enum sts_policy_mode mode, struct judge_seen *seen)
{
	struct mx_check_rules both = { .sts = mode, .sts_matched = mx->matched, .dane = DANE_DI, .has_address = true,
		.mx_secure = i->mx.answer.secure };
	struct mx_check_rules sts = both, dane;
	struct mx_check_verdict verdict;
	bool intended = i->policy_read && i->policy.mode != STS_POLICY_NONE;

	*seen = (struct judge_seen){ .session = judge_seen_session(probe) };
	seen->reached = probe->asked && probe->reach == INSPECTION_REACHED && seen->session.outcome != MX_CHECK_UNREACHED;
	if (!seen->reached)
		return;
	if (judge_seen_binds(i, mx)) {
		both.dane = mx->dane.state;
		both.dane_error = mx->dane.error;
	}
	dane = both;
	dane.sts = STS_POLICY_NONE;
	seen->sts_refuses = ask(&sts, &seen->session, &verdict) && verdict.action == MX_CHECK_NEXT;
	seen->dane_refuses = both.dane != DANE_DI && ask(&dane, &seen->session, &verdict) && verdict.action == MX_CHECK_NEXT;
	seen->pkix_matters = mode != STS_POLICY_NONE || intended || both.dane != DANE_DU;
	if (ask(&both, &seen->session, &seen->verdict))
		return;
	if (both.dane != DANE_DE || !ask(&sts, &seen->session, &seen->verdict)) /* those without DANE may connect */
		seen->verdict = (struct mx_check_verdict){ 0 };
}

enum finding_severity judge_seen_severity(const struct judge_seen *seen, enum sts_policy_mode mode, bool dane_all,
    bool pkix)
{
	if (seen->sts_refuses || (seen->dane_refuses && dane_all && !pkix))
		return FINDING_FATAL;
	return mode != STS_POLICY_NONE || (seen->dane_refuses && !pkix) ? FINDING_ERROR : FINDING_WARNING;
}

static bool lists(const struct mx_check_count *count, enum result_type type)
{
	for (size_t k = 0; k < count->failure_n; k++)
		if (count->failure[k].type == type)
			return true;
	return false;
}

enum result_type judge_seen_type(const struct judge_seen *seen, enum result_type type)
{
	const struct mx_check_verdict *v = &seen->verdict;

	return lists(&v->sts, type) || lists(&v->tlsa, type) || lists(&v->no_policy, type) ? type : RESULT_TYPE_OTHER;
}
