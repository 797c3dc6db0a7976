#include "core/session_policy.h"

#include "test/unit/unit.h"

#define TEXT "version: STSv1\r\nmode: enforce\r\nmx: mx.example.com\r\nmax_age: 604800\r\n"

static struct dane du(void)
{
	static char rdata[35] = { 3, 1, 1 };
	struct dane d = { .state = DANE_DU, .record_n = 1 };

	assert_int_equal(domain_read(S("mx.example.com"), &d.base, NULL), OK);
	assert_int_equal(tlsa_read_wire((str){ rdata, sizeof rdata }, &d.record[0], NULL), OK);
	return d;
}

/* What a session's detail says of itself, and a fetch's does not.  (8460 4.4) */
static void details(void **state)
{
	static char memory[4096];
	struct arena mem = ARENA(memory);
	struct sts_discovery d = { .want = STS_DISCOVERY_DONE, .verdict = STS_DISCOVERY_USE_KNOWN,
		.mode = STS_POLICY_TESTING, .report = RESULT_TYPE_STS_POLICY_FETCH_ERROR,
		.fetch = { .cause = STS_FETCH_TIMEOUT } };
	struct mx_check_verdict v = { .sts = { .counted = true, .failure_n = 1,
		.failure = { { RESULT_TYPE_CERTIFICATE_EXPIRED, "" } } } };
	struct session_policy_facts facts = { .domain = S("example.com"), .mx_host = S("mx.example.com"),
		.sending_mta_ip = S("192.0.2.1"), .receiving_ip = S("192.0.2.2"), .receiving_mx_helo = S("helo"),
		.sts = &d, .policy_text = S(TEXT), .mx = &v };
	struct report_policy entry[SESSION_POLICY_N];
	const struct report_failure *f;
	size_t n;

	(void)state;
	assert_int_equal(session_policy_list(&facts, &mem, entry, &n, NULL), OK);
	assert_int_equal(n, 1);
	assert_int_equal(entry[0].failure_n, 2);
	f = &entry[0].failure[0];
	unit_same(f->result_type, S("sts-policy-fetch-error"), "fetch");
	unit_same(f->failure_reason_code, S("timeout"), "fetch reason");
	assert_int_equal(f->sending_mta_ip.n + f->receiving_mx_hostname.n + f->receiving_ip.n, 0);
	assert_int_equal(f->sessions, 1);
	f = &entry[0].failure[1];
	unit_same(f->result_type, S("certificate-expired"), "session");
	unit_same(f->sending_mta_ip, S("192.0.2.1"), "sending_mta_ip");
	unit_same(f->receiving_mx_hostname, S("mx.example.com"), "receiving_mx_hostname");
	unit_same(f->receiving_mx_helo, S("helo"), "receiving_mx_helo");
	unit_same(f->receiving_ip, S("192.0.2.2"), "receiving_ip");
	assert_int_equal(f->sessions, 1);
	assert_int_equal(entry[0].failures, 1);
	assert_int_equal(entry[0].successes, 0);
}

/* A broken policy that is no text is not quoted. */
static void refused_bytes(void **state)
{
	static char memory[4096];
	struct arena mem = ARENA(memory);
	struct sts_discovery d = { .want = STS_DISCOVERY_DONE, .verdict = STS_DISCOVERY_NO_POLICY,
		.report = RESULT_TYPE_STS_POLICY_INVALID,
		.fetch = { .cause = STS_FETCH_POLICY_SYNTAX, .number = 1 } };
	struct mx_check_verdict v = { .no_policy = { .counted = true } };
	struct session_policy_facts facts = { .domain = S("example.com"), .sts = &d,
		.policy_text = S("mx: mx.example.com\n\xff\xfe"), .mx = &v };
	struct report_policy entry[SESSION_POLICY_N];
	size_t n;

	(void)state;
	assert_int_equal(session_policy_list(&facts, &mem, entry, &n, NULL), OK);
	assert_int_equal(n, 1);
	assert_int_equal(entry[0].policy_string_n, 0);
	assert_int_equal(entry[0].mx_host_n, 0);
	assert_int_equal(entry[0].failures, 1);
}

static void every_memory(void **state)
{
	struct sts_discovery d = { .want = STS_DISCOVERY_DONE, .verdict = STS_DISCOVERY_NO_POLICY,
		.report = RESULT_TYPE_STS_POLICY_INVALID,
		.fetch = { .cause = STS_FETCH_POLICY_SYNTAX, .number = 9 } };
	struct mx_check_verdict v = { .tlsa = { .counted = true } };
	struct dane dane = du();
	struct session_policy_facts facts = { .domain = S("example.com"), .mx_host = S("mx.example.com"),
		.sts = &d, .policy_text = S(TEXT "x"), .dane = &dane, .mx = &v };
	size_t ok_n = 0;

	(void)state;
	for (size_t cap = 0; cap < 2048; cap++) {
		char memory[2048];
		struct arena mem = { memory, cap, 0 };
		struct report_policy entry[SESSION_POLICY_N];
		struct why why = { 0 };
		size_t n;
		err e = session_policy_list(&facts, &mem, entry, &n, &why);

		assert_true(e == OK || e == E_LIMIT);
		if (e != OK)
			continue;
		ok_n++;
		assert_int_equal(n, 2);
		assert_int_equal(entry[0].policy_string_n, 5);
		assert_int_equal(entry[0].mx_host_n, 1);
		assert_int_equal(entry[1].policy_string_n, 1);
	}
	assert_true(ok_n > 0);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(details),
		cmocka_unit_test(refused_bytes),
		cmocka_unit_test(every_memory),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
