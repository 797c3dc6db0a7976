#include "core/mx_check.h"

/* What a session can meet that a rule may forbid. */
enum event { NO_STARTTLS, NO_HANDSHAKE, PKIX_FAILS, DANE_FAILS, ALL_OK, EVENT_N };

#define DELIVER MX_CHECK_DELIVER
#define CLEAR MX_CHECK_CLEAR_TEXT
#define RETRY MX_CHECK_CLEAR_RETRY
#define NEXT MX_CHECK_NEXT

/* [STS-2-a] [STS-5-a] [STS-5-b] [D-12] [D-13] [D-14]; DU with enforce: both must pass */
static const enum mx_check_action actions[3][3][EVENT_N] = {
	[DANE_DI] = {                 /* no STARTTLS, no handshake, PKIX fails, DANE fails, all ok */
		[STS_POLICY_NONE] =    { CLEAR,       RETRY,        DELIVER,    DELIVER,    DELIVER },
		[STS_POLICY_TESTING] = { CLEAR,       RETRY,        DELIVER,    DELIVER,    DELIVER },
		[STS_POLICY_ENFORCE] = { NEXT,        NEXT,         NEXT,       DELIVER,    DELIVER },
	},
	[DANE_DU] = {
		[STS_POLICY_NONE] =    { NEXT,        NEXT,         DELIVER,    NEXT,       DELIVER },
		[STS_POLICY_TESTING] = { NEXT,        NEXT,         DELIVER,    NEXT,       DELIVER },
		[STS_POLICY_ENFORCE] = { NEXT,        NEXT,         NEXT,       NEXT,       DELIVER },
	},
	[DANE_DX] = {
		[STS_POLICY_NONE] =    { NEXT,        NEXT,         DELIVER,    DELIVER,    DELIVER },
		[STS_POLICY_TESTING] = { NEXT,        NEXT,         DELIVER,    DELIVER,    DELIVER },
		[STS_POLICY_ENFORCE] = { NEXT,        NEXT,         NEXT,       DELIVER,    DELIVER },
	},
};

static void add(struct mx_check_count *count, enum result_type type, str reason)
{
	struct mx_check_failure *f = &count->failure[count->failure_n];

	if (count->failure_n == MX_CHECK_FAILURES_N)
		return;
	f->type = type;
	reason = str_head(reason, sizeof f->reason - 1);
	if (reason.n > 0)
		memcpy(f->reason, reason.p, reason.n);
	count->failure_n++;
}

static void add_mismatch(const struct mx_check_rules *rules, struct mx_check_count *sts)
{
	if (!rules->sts_matched)
		add(sts, RESULT_TYPE_VALIDATION_FAILURE, S("mx-mismatch")); /* */
}

/* [RPT-4.3.1-a]: the umbrella type says more; the others speak for themselves */
static void add_cert_faults(struct mx_check_count *count, unsigned faults)
{
	for (unsigned i = 0; i < TLS_FAULT_CERT_N; i++) {
		enum tls_fault_cert fault = (enum tls_fault_cert)i;
		enum result_type type = tls_fault_cert_type(fault);

		if (!(faults & TLS_FAULT_BIT(i)))
			continue;
		add(count, type, type == RESULT_TYPE_CERTIFICATE_NOT_TRUSTED ?
		    tls_fault_cert_reason(fault) : S(""));
	}
}

/* What no policy is needed for to call it a failure.  [RPT-4.3.3-a] */
static void add_no_tls(struct mx_check_count *count, const struct mx_check_session *session)
{
	char text[MX_CHECK_REASON_BYTES];
	struct out reason = OUT(text);

	if (session->outcome == MX_CHECK_STARTTLS_MISSING) {
		add(count, RESULT_TYPE_STARTTLS_NOT_SUPPORTED, S(""));
	} else if (session->outcome == MX_CHECK_STARTTLS_REFUSED) {
		out_fmt(&reason, "starttls-%u", session->smtp_code);
		add(count, RESULT_TYPE_STARTTLS_NOT_SUPPORTED, out_done(&reason));
	} else if (session->outcome == MX_CHECK_HANDSHAKE_FAILED) {
		tls_fault_write(&session->handshake, &reason);
		add(count, RESULT_TYPE_VALIDATION_FAILURE, out_done(&reason));
	}
}

/* The failures that lie in DNS, whether or not there is a session. */
static void add_dane_state(const struct mx_check_rules *rules, struct mx_check_count *tlsa)
{
	if (rules->dane == DANE_DX)
		add(tlsa, RESULT_TYPE_TLSA_INVALID, S("all-unusable")); /* */
	else if (rules->dane == DANE_DE)
		add(tlsa, RESULT_TYPE_DNSSEC_INVALID, dns_reason(rules->dane_error));
	else if (rules->dane == DANE_DR)
		add(tlsa, RESULT_TYPE_DANE_REQUIRED, S(""));
}

static bool dane_passes(const struct mx_check_rules *rules, const struct mx_check_session *session)
{
	return rules->dane == DANE_DU && session->outcome == MX_CHECK_TLS &&
	    (session->tlsa == MX_CHECK_TLSA_EE ||
	    (session->tlsa == MX_CHECK_TLSA_TA && session->ta_faults == 0));
}

static void count_tlsa(const struct mx_check_rules *rules, const struct mx_check_session *session,
    struct mx_check_count *tlsa)
{
	tlsa->counted = true;
	add_dane_state(rules, tlsa);
	add_no_tls(tlsa, session);
	if (rules->dane != DANE_DU || session->outcome != MX_CHECK_TLS)
		return;
	if (session->tlsa == MX_CHECK_TLSA_NO_MATCH)
		add(tlsa, RESULT_TYPE_VALIDATION_FAILURE, S("dane-no-match")); /* */
	else if (session->tlsa == MX_CHECK_TLSA_TA)
		add_cert_faults(tlsa, session->ta_faults);
}

static void count_sts(const struct mx_check_rules *rules, const struct mx_check_session *session,
    struct mx_check_count *sts)
{
	sts->counted = true;
	add_mismatch(rules, sts);
	add_no_tls(sts, session);
	if (session->outcome == MX_CHECK_TLS)
		add_cert_faults(sts, session->pkix_faults);
}

static bool tls_no(const struct mx_check_rules *rules)
{
	return rules->demand == MX_CHECK_TLS_NO;
}

/* RFC 8689 4.2.1 step 2: the name of the host is trusted by DNSSEC or by a policy.  [D-29] */
static bool name_trusted(const struct mx_check_rules *rules)
{
	return rules->mx_secure || (rules->sts != STS_POLICY_NONE && rules->sts_matched);
}

void mx_check_before(const struct mx_check_rules *rules, struct mx_check_verdict *verdict)
{
	bool mismatch = rules->sts != STS_POLICY_NONE && !rules->sts_matched;

	*verdict = (struct mx_check_verdict){ .action = MX_CHECK_NEXT };
	if (mismatch && rules->sts == STS_POLICY_ENFORCE && !tls_no(rules)) { /* [STS-4-a] [STS-8.4-a] */
		verdict->sts.counted = true;
		add_mismatch(rules, &verdict->sts);
	} else if (!rules->has_address) {
		verdict->tlsa.counted = rules->dane == DANE_DE && rules->dane_error == DNS_BOGUS;
		if (verdict->tlsa.counted)
			add_dane_state(rules, &verdict->tlsa);
	} else if ((rules->dane == DANE_DE || rules->dane == DANE_DR) && !tls_no(rules)) { /* [D-04] [D-26] */
		verdict->tlsa.counted = true;
		add_dane_state(rules, &verdict->tlsa);
		verdict->sts.counted = mismatch;
		if (mismatch)
			add_mismatch(rules, &verdict->sts);
	} else if (rules->demand != MX_CHECK_REQUIRETLS || name_trusted(rules)) {
		verdict->action = MX_CHECK_CONNECT;
	}
}

static enum mx_check_action worst(enum mx_check_action a, enum mx_check_action b)
{
	return a > b ? a : b;
}

static enum mx_check_action decide(const struct mx_check_rules *rules,
    const struct mx_check_session *session)
{
	bool dane = dane_passes(rules, session), pkix = session->pkix_faults == 0;
	/* DE and DR come here only when the message forgives them */
	const enum mx_check_action *row =
	    actions[rules->dane <= DANE_DX ? rules->dane : DANE_DI][rules->sts];
	enum mx_check_action action = row[ALL_OK];

	if (session->outcome == MX_CHECK_HANDSHAKE_FAILED)
		return row[NO_HANDSHAKE];
	if (session->outcome != MX_CHECK_TLS)
		return row[NO_STARTTLS];
	if (!pkix && !(dane && rules->dane_overrides_sts))
		action = worst(action, row[PKIX_FAILS]);
	if (rules->dane == DANE_DU && !dane)
		action = worst(action, row[DANE_FAILS]);
	return action;
}

/* TLS-Required: No, RFC 8689 4.2.2: deliver all the same, with as much TLS as there is. */
static enum mx_check_action forgive(const struct mx_check_session *session)
{
	if (session->outcome == MX_CHECK_TLS)
		return MX_CHECK_DELIVER;
	return session->outcome == MX_CHECK_HANDSHAKE_FAILED ? MX_CHECK_CLEAR_RETRY : MX_CHECK_CLEAR_TEXT;
}

void mx_check_after(const struct mx_check_rules *rules, const struct mx_check_session *session,
    struct mx_check_verdict *verdict)
{
	*verdict = (struct mx_check_verdict){ .action = MX_CHECK_NEXT };
	if (session->outcome == MX_CHECK_UNREACHED) /* [RPT-4.3.4-a]: says nothing about TLS */
		return;
	verdict->action = tls_no(rules) ? forgive(session) : decide(rules, session);
	if (rules->demand == MX_CHECK_REQUIRETLS &&
	    (session->outcome != MX_CHECK_TLS || !session->requiretls_offered ||
	    (session->pkix_faults != 0 && !dane_passes(rules, session)))) /* [D-29] */
		verdict->action = MX_CHECK_NEXT;
	if (rules->sts != STS_POLICY_NONE) /* [STS-6-c] */
		count_sts(rules, session, &verdict->sts);
	if (rules->dane != DANE_DI)
		count_tlsa(rules, session, &verdict->tlsa);
	verdict->no_policy.counted = !verdict->sts.counted && !verdict->tlsa.counted;
	if (verdict->no_policy.counted)
		add_no_tls(&verdict->no_policy, session);
}
