#include "core/sts_answer.h"

#include "test/unit/unit.h"

/* Every pair of hosts: dane-only exactly when DANE binds all that can be reached.  [STS-2-a] */
static void pairs_of_hosts(void **state)
{
	(void)state;
	for (unsigned n = 0; n < 6 * 6; n++) {
		struct sts_answer_host host[2] = {
			{ .has_address = n % 6 < 5, .dane = (enum dane_state)(n % 6 % 5) },
			{ .has_address = n / 6 < 5, .dane = (enum dane_state)(n / 6 % 5) },
		};
		struct sts_answer_facts facts = { .mode = STS_POLICY_ENFORCE, .dane_on = true,
			.mx_secure = true, .host = host, .host_n = 2 };
		bool reached = false, bound = true;

		for (size_t i = 0; i < 2; i++) {
			reached = reached || host[i].has_address;
			bound = bound && (!host[i].has_address || host[i].dane == DANE_DU ||
			    host[i].dane == DANE_DE);
		}
		assert_int_equal(sts_answer_of(&facts),
		    reached && bound ? STS_ANSWER_DANE_ONLY : STS_ANSWER_SECURE);
		facts.mx_secure = false;
		assert_int_equal(sts_answer_of(&facts), STS_ANSWER_SECURE);
		facts.mode = STS_POLICY_TESTING;
		assert_int_equal(sts_answer_of(&facts), STS_ANSWER_NOTFOUND);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(pairs_of_hosts),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
