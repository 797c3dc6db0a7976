#include "test/unit/judge_kit.h"

static char list_memory[1 << 18];

static struct finding_list judged(const struct kit *kit, struct judge_verdict *verdict)
{
	struct arena mem = ARENA(list_memory);
	struct finding_list list;

	assert_int_equal(judge_all(&kit->i, &mem, &list, verdict, NULL), OK);
	return list;
}

static void expired(struct kit *kit, const char *mode)
{
	kit_in_mode(kit, mode);
	for (size_t k = 0; k < 4; k++) {
		struct inspection_probe *p = &kit->i.host[k / 2].probe[k % 2];

		kit->i.host[k / 2].dane.state = DANE_DI; /* where DANE holds, dates do not count */
		p->session.pkix_faults = p->cert.faults = TLS_FAULT_BIT(TLS_FAULT_EXPIRED);
		p->cert.not_after = KIT_NOW - DATE_DAY_S;
		kit->i.host[k / 2].dane.state = DANE_DI; /* which would not mind */
	}
}

/* One MX host takes the mail. */
static void one_expired(struct kit *kit, const char *mode)
{
	expired(kit, mode);
	kit->i.host[1].probe[0].session.pkix_faults = kit->i.host[1].probe[0].cert.faults = 0;
}

static void bogus_tlsa(struct kit *kit, const char *hosts)
{
	for (size_t k = 0; k < strlen(hosts); k++) {
		kit->i.host[k].tlsa = kit_status(DNS_BOGUS);
		kit->i.host[k].dane.state = DANE_DE;
		kit->i.host[k].dane.error = DNS_BOGUS;
		kit->i.host[k].dane.error_in = DANE_WANT_TLSA;
		kit->i.host[k].probe_n = 0;
	}
}

/* DECISIONS 16: the same fault weighs as the policy in force says. */
static void verdicts(void **state)
{
	static const struct {
		const char *name;
		void (*change)(struct kit *kit, const char *argument);
		const char *argument;
		enum finding_severity want;
	} rows[] = {
		{ "perfect", NULL, "", FINDING_INFO },
		{ "two records", kit_with_sts, KIT_STS "|" KIT_STS, FINDING_ERROR },
		{ "enforce, expired", expired, "enforce", FINDING_FATAL },
		{ "enforce, one of two expired", one_expired, "enforce", FINDING_ERROR },
		{ "bogus TLSA", bogus_tlsa, "..", FINDING_FATAL },
		{ "bogus TLSA of one host", bogus_tlsa, ".", FINDING_ERROR },
		{ "testing, expired", expired, "testing", FINDING_ERROR },
		{ "none, expired", expired, "none", FINDING_WARNING },
		{ "no mail possible", kit_with_policy,
			"version: STSv1\nmode: enforce\nmx: other.example.org\nmax_age: 2592000\n",
			    FINDING_FATAL },
	};

	(void)state;
	for (size_t k = 0; k < ARRAY_N(rows); k++) {
		struct kit *kit = kit_start();
		struct judge_verdict verdict;
		struct finding_list list;

		if (rows[k].change)
			rows[k].change(kit, rows[k].argument);
		kit_settle(kit);
		list = judged(kit, &verdict);
		if (verdict.verdict != rows[k].want)
			fail_msg("%s: %.*s", rows[k].name, STR_ARG(finding_severity_name(verdict.verdict)));
		assert_true(verdict.senders_will.n > 0);
		for (size_t n = 1; n < list.finding_n; n++)
			assert_true(list.finding[n - 1].severity >= list.finding[n].severity);
	}
}

static void every_arena_size(void **state)
{
	struct kit *kit = kit_start();
	struct judge_verdict verdict;
	struct finding_list whole;
	size_t found;

	(void)state;
	expired(kit, "enforce");
	kit_settle(kit);
	whole = judged(kit, &verdict);
	found = whole.finding_n;
	for (size_t cap = 0; cap < sizeof list_memory; cap += cap < 30000 ? 97 : 8191) {
		struct arena mem = { list_memory, cap, 0 };
		struct finding_list list;
		struct why why;
		err e = judge_all(&kit->i, &mem, &list, &verdict, &why);

		assert_true(e == E_LIMIT ||
		    (e == OK && list.finding_n == found && verdict.verdict == FINDING_FATAL));
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(verdicts),
		cmocka_unit_test(every_arena_size),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
