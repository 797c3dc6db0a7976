#include "core/mx_check.h"

#include "test/unit/unit.h"

enum { NO_STARTTLS, NO_HANDSHAKE, PKIX, DANE, ALL_OK };

static struct mx_check_rules rules_of(enum dane_state dane, enum sts_policy_mode sts)
{
	return (struct mx_check_rules){ .sts = sts, .sts_matched = true, .dane = dane,
		.dane_error = dane == DANE_DE ? DNS_SERVFAIL : DNS_FOUND, .has_address = true };
}

static struct mx_check_session session_of(int event)
{
	struct mx_check_session s = { .outcome = MX_CHECK_TLS, .tlsa = MX_CHECK_TLSA_EE };

	if (event == NO_STARTTLS)
		s.outcome = MX_CHECK_STARTTLS_MISSING;
	else if (event == NO_HANDSHAKE)
		s.outcome = MX_CHECK_HANDSHAKE_FAILED;
	else if (event == PKIX)
		s.pkix_faults = TLS_FAULT_BIT(TLS_FAULT_EXPIRED);
	else if (event == DANE)
		s.tlsa = MX_CHECK_TLSA_NO_MATCH;
	return s;
}

/* '-' not counted, 'S' success, 'F' failure */
static char letter(const struct mx_check_count *count)
{
	return !count->counted ? '-' : count->failure_n > 0 ? 'F' : 'S';
}

/* Every cell of the combination table; the letters: sts, tlsa, no-policy-found. */
static void combination(void **state)
{
	static const struct {
		enum dane_state dane;
		enum sts_policy_mode sts;
		struct {
			enum mx_check_action action;
			const char *counts;
		} cell[5]; /* no STARTTLS, no handshake, PKIX fails, DANE fails, all ok */
	} rows[] = {
#define C MX_CHECK_CLEAR_TEXT
#define R MX_CHECK_CLEAR_RETRY
#define D MX_CHECK_DELIVER
#define N MX_CHECK_NEXT
		{ DANE_DI, STS_POLICY_NONE,
		  { { C, "--F" }, { R, "--F" }, { D, "--S" }, { D, "--S" }, { D, "--S" } } },
		{ DANE_DI, STS_POLICY_TESTING,
		  { { C, "F--" }, { R, "F--" }, { D, "F--" }, { D, "S--" }, { D, "S--" } } },
		{ DANE_DI, STS_POLICY_ENFORCE,
		  { { N, "F--" }, { N, "F--" }, { N, "F--" }, { D, "S--" }, { D, "S--" } } },
		{ DANE_DX, STS_POLICY_NONE,
		  { { N, "-F-" }, { N, "-F-" }, { D, "-F-" }, { D, "-F-" }, { D, "-F-" } } },
		{ DANE_DX, STS_POLICY_TESTING,
		  { { N, "FF-" }, { N, "FF-" }, { D, "FF-" }, { D, "SF-" }, { D, "SF-" } } },
		{ DANE_DX, STS_POLICY_ENFORCE,
		  { { N, "FF-" }, { N, "FF-" }, { N, "FF-" }, { D, "SF-" }, { D, "SF-" } } },
		{ DANE_DU, STS_POLICY_NONE,
		  { { N, "-F-" }, { N, "-F-" }, { D, "-S-" }, { N, "-F-" }, { D, "-S-" } } },
		{ DANE_DU, STS_POLICY_TESTING,
		  { { N, "FF-" }, { N, "FF-" }, { D, "FS-" }, { N, "SF-" }, { D, "SS-" } } },
		{ DANE_DU, STS_POLICY_ENFORCE,
		  { { N, "FF-" }, { N, "FF-" }, { N, "FS-" }, { N, "SF-" }, { D, "SS-" } } },
#undef C
#undef R
#undef D
#undef N
	};

	(void)state;
	for (size_t i = 0; i < ARRAY_N(rows); i++) {
		for (int event = NO_STARTTLS; event <= ALL_OK; event++) {
			struct mx_check_rules rules = rules_of(rows[i].dane, rows[i].sts);
			struct mx_check_session session = session_of(event);
			struct mx_check_verdict v;
			char counts[4] = { 0 };

			mx_check_before(&rules, &v);
			assert_int_equal(v.action, MX_CHECK_CONNECT);
			mx_check_after(&rules, &session, &v);
			counts[0] = letter(&v.sts);
			counts[1] = letter(&v.tlsa);
			counts[2] = letter(&v.no_policy);
			if (v.action != rows[i].cell[event].action)
				fail_msg("row %zu event %d: action %d", i, event, (int)v.action);
			assert_string_equal(counts, rows[i].cell[event].counts);
		}
	}
}

static void de_and_dr_do_not_connect(void **state)
{
	(void)state;
	for (int sts = STS_POLICY_NONE; sts <= STS_POLICY_ENFORCE; sts++) {
		for (int dane = DANE_DE; dane <= DANE_DR; dane++) {
			struct mx_check_rules rules =
			    rules_of((enum dane_state)dane, (enum sts_policy_mode)sts);
			struct mx_check_verdict v;

			mx_check_before(&rules, &v);
			assert_int_equal(v.action, MX_CHECK_NEXT);
			assert_int_equal(letter(&v.tlsa), 'F');
			assert_int_equal(v.tlsa.failure[0].type,
			    dane == DANE_DE ? RESULT_TYPE_DNSSEC_INVALID : RESULT_TYPE_DANE_REQUIRED);
		}
	}
}

static void check_promises(const struct mx_check_rules *r, const struct mx_check_session *s)
{
	bool tls = s->outcome == MX_CHECK_TLS;
	bool dane = tls && (s->tlsa == MX_CHECK_TLSA_EE || (s->tlsa == MX_CHECK_TLSA_TA && !s->ta_faults));
	struct mx_check_verdict v;
	bool clear, deliver;

	mx_check_before(r, &v);
	if (v.action != MX_CHECK_CONNECT) {
		assert_int_equal(v.action, MX_CHECK_NEXT);
		return;
	}
	assert_false(v.sts.counted || v.tlsa.counted || v.no_policy.counted);
	mx_check_after(r, s, &v);
	clear = v.action == MX_CHECK_CLEAR_TEXT || v.action == MX_CHECK_CLEAR_RETRY;
	deliver = clear || v.action == MX_CHECK_DELIVER;
	assert_int_not_equal(v.action, MX_CHECK_CONNECT);
	assert_true(clear == (deliver && !tls));
	if (s->outcome == MX_CHECK_UNREACHED) {
		assert_false(deliver || v.sts.counted || v.tlsa.counted || v.no_policy.counted);
		return;
	}
	if (r->demand == MX_CHECK_TLS_NO)
		assert_true(deliver);
	else if (r->sts == STS_POLICY_ENFORCE && !(r->dane_overrides_sts && r->dane == DANE_DU)) /* [STS-5-a] */
		assert_true(!deliver || (tls && r->sts_matched && !s->pkix_faults));
	if (r->demand != MX_CHECK_TLS_NO && r->dane == DANE_DU) /* [STS-2-a] [D-12] */
		assert_true(!deliver || dane);
	if (r->demand != MX_CHECK_TLS_NO && r->dane == DANE_DX) /* [D-13] */
		assert_false(clear);
	if (r->demand == MX_CHECK_REQUIRETLS)
		assert_true(!deliver || (tls && s->requiretls_offered));
	assert_true(v.sts.counted == (r->sts != STS_POLICY_NONE)); /* [STS-5-c] */
	assert_true(v.tlsa.counted == (r->dane != DANE_DI));
	assert_true(v.no_policy.counted == (!v.sts.counted && !v.tlsa.counted));
}

/* The next digit of a number that counts through all combinations. */
static unsigned digit(unsigned *n, unsigned base)
{
	unsigned d = *n % base;

	*n /= base;
	return d;
}

/* What must never happen, in every combination of rules and sessions. */
static void promises(void **state)
{
	static const unsigned faults[] = { 0, TLS_FAULT_BIT(TLS_FAULT_EXPIRED),
		TLS_FAULT_BIT(TLS_FAULT_UNKNOWN_CA) | TLS_FAULT_BIT(TLS_FAULT_NAME_MISMATCH) };

	(void)state;
	for (unsigned all = 0; all < 3 * 2 * 5 * 3 * 2 * 2 * 5 * 3 * 3 * 3 * 2; all++) {
		struct mx_check_rules r = { .has_address = true, .dane_error = DNS_TIMEOUT };
		struct mx_check_session s = { 0 };
		unsigned n = all;

		r.sts = (enum sts_policy_mode)digit(&n, 3);
		r.sts_matched = digit(&n, 2);
		r.dane = (enum dane_state)digit(&n, 5);
		r.demand = (enum mx_check_demand)digit(&n, 3);
		r.mx_secure = digit(&n, 2);
		r.dane_overrides_sts = digit(&n, 2);
		s.outcome = (enum mx_check_outcome)digit(&n, 5);
		s.pkix_faults = faults[digit(&n, 3)];
		s.tlsa = (enum mx_check_tlsa)digit(&n, 3);
		s.ta_faults = faults[digit(&n, 3)];
		s.requiretls_offered = digit(&n, 2);
		check_promises(&r, &s);
	}
}

/* Every fault at once fits, and none is lost.  (8460 4) */
static void all_faults(void **state)
{
	struct mx_check_rules rules = rules_of(DANE_DU, STS_POLICY_TESTING);
	struct mx_check_session session = { .outcome = MX_CHECK_TLS, .tlsa = MX_CHECK_TLSA_TA };
	struct mx_check_verdict v;

	(void)state;
	rules.sts_matched = false;
	session.pkix_faults = session.ta_faults = TLS_FAULT_BIT(TLS_FAULT_CERT_N) - 1;
	mx_check_after(&rules, &session, &v);
	assert_int_equal(v.sts.failure_n, TLS_FAULT_CERT_N + 1);
	assert_int_equal(v.tlsa.failure_n, TLS_FAULT_CERT_N);
	for (size_t i = 0; i < v.tlsa.failure_n; i++) /* [RPT-4.3.1-a] */
		assert_true((v.tlsa.failure[i].type == RESULT_TYPE_CERTIFICATE_NOT_TRUSTED) ==
		    (v.tlsa.failure[i].reason[0] != '\0'));
	for (unsigned i = 0; i < TLS_FAULT_CERT_N; i++)
		assert_true(tls_fault_cert_reason((enum tls_fault_cert)i).n < MX_CHECK_REASON_BYTES);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(combination),
		cmocka_unit_test(de_and_dr_do_not_connect),
		cmocka_unit_test(promises),
		cmocka_unit_test(all_faults),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
