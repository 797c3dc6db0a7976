#include "core/dane.h"

#include "test/unit/chance.h"
#include "test/unit/unit.h"

static struct domain name_of(const char *text)
{
	struct domain d;

	assert_int_equal(domain_read(str_of(text), &d, NULL), OK);
	return d;
}

static struct dns_answer any_answer(struct chance *c)
{
	return (struct dns_answer){ .status = chance_in(c, 2) ? DNS_FOUND : (enum dns_status)chance_of(c, 7),
		.secure = chance_in(c, 2), .ttl_s = 1 + chance_of(c, 3600) };
}

struct seen {
	unsigned questions_n;
	bool address_insecure, cname_asked, tlsa_asked, failed, secure_records;
	bool required, insecure_mx;
};

static void tell_address(struct chance *c, struct dane *d, struct seen *seen)
{
	struct dane_address address = { .a = any_answer(c), .aaaa = any_answer(c), .alias = chance_in(c, 2) };

	if (address.alias)
		address.expanded = name_of("mail.example.net");
	seen->address_insecure = (address.a.status == DNS_FOUND && !address.a.secure) ||
	    (address.aaaa.status == DNS_FOUND && !address.aaaa.secure);
	seen->failed = address.a.status != DNS_FOUND && address.aaaa.status != DNS_FOUND &&
	    (dns_failed(address.a.status) || dns_failed(address.aaaa.status));
	dane_address(d, &address);
}

static void tell_tlsa(struct chance *c, struct dane *d, struct seen *seen)
{
	static char bytes[3][35];
	static str rdata[3];
	struct dns_answer answer = any_answer(c);
	size_t n = chance_of(c, 4);

	for (size_t i = 0; i < n; i++) {
		bytes[i][0] = (char)chance_of(c, 5);
		bytes[i][1] = (char)chance_of(c, 3);
		bytes[i][2] = (char)chance_of(c, 4);
		rdata[i] = (str){ bytes[i], chance_in(c, 5) ? chance_of(c, 35) : 35 };
	}
	seen->tlsa_asked = true;
	seen->failed = dns_failed(answer.status);
	seen->secure_records = answer.status == DNS_FOUND && answer.secure && n > 0;
	dane_tlsa(d, &answer, rdata, n);
}

static void tell(struct chance *c, struct dane *d, struct seen *seen)
{
	struct dns_answer answer;

	seen->questions_n++;
	if (d->want == DANE_WANT_ADDRESS) {
		tell_address(c, d, seen);
	} else if (d->want == DANE_WANT_CNAME) {
		assert_true(seen->address_insecure); /* [D-06] */
		answer = any_answer(c);
		seen->cname_asked = true;
		seen->failed = dns_failed(answer.status);
		dane_cname(d, &answer);
	} else {
		assert_true(!seen->address_insecure || seen->cname_asked); /* [D-05] */
		tell_tlsa(c, d, seen);
	}
}

static void check_end(const struct dane *d, const struct seen *seen)
{
	size_t may_match_n = 0;

	for (size_t i = 0; i < d->record_n; i++)
		may_match_n += d->may_match[i];
	assert_true((d->state == DANE_DE) == seen->failed); /* [D-02] */
	if (seen->failed) {
		assert_true(dns_failed(d->error));
		return;
	}
	assert_true(!seen->tlsa_asked || d->has_address);
	assert_true((d->base.n > 0) == seen->secure_records);
	assert_true((d->state == DANE_DU) == (may_match_n > 0 && !(seen->required && seen->insecure_mx)));
	if (seen->required) /* [D-26] */
		assert_true(d->state == DANE_DU || d->state == DANE_DR);
	else
		assert_true((d->state == DANE_DX) == (seen->secure_records && may_match_n == 0));
}

/* Whatever DNS says, the machine ends within four questions in a state the answers allow. */
static void random_worlds(void **state)
{
	struct chance c = { 7672 };

	(void)state;
	for (unsigned i = 0; i < 200000; i++) {
		struct dane_host host = { .name = name_of("mx.example.com"), .port = 25,
			.route = (enum dane_route)chance_of(&c, 3), .per_host = chance_in(&c, 2),
			.required = chance_in(&c, 4) };
		struct seen seen = { .required = host.required, .insecure_mx = host.route == DANE_MX_INSECURE };
		struct dane d;

		dane_start(&d, &host);
		while (d.want != DANE_DONE) {
			tell(&c, &d, &seen);
			assert_true(seen.questions_n <= 4);
		}
		if (host.route == DANE_MX_INSECURE && !host.per_host)
			assert_false(seen.tlsa_asked); /* [D-11] */
		check_end(&d, &seen);
	}
}

static void too_many_records(void **state)
{
	struct dane_host host = { .name = name_of("mx.example.com"), .port = 25 };
	struct dns_answer yes = { .status = DNS_FOUND, .secure = true, .ttl_s = 60 };
	struct dane_address address = { .a = yes, .aaaa = { .status = DNS_NODATA } };
	char bytes[35] = { 3, 1, 1 };
	str rdata[LIMIT_TLSA_N + 1];
	struct dane d;

	(void)state;
	for (size_t i = 0; i < ARRAY_N(rdata); i++)
		rdata[i] = (str){ bytes, sizeof bytes };
	dane_start(&d, &host);
	dane_address(&d, &address);
	dane_tlsa(&d, &yes, rdata, LIMIT_TLSA_N);
	assert_int_equal(d.state, DANE_DU);
	assert_int_equal(d.record_n, LIMIT_TLSA_N);
	dane_start(&d, &host);
	dane_address(&d, &address);
	dane_tlsa(&d, &yes, rdata, LIMIT_TLSA_N + 1);
	assert_int_equal(d.state, DANE_DE);
	assert_int_equal(d.error, DNS_MALFORMED);
}

/* A verdict lives no longer than the shortest answer it rests on. */
static void ttl(void **state)
{
	struct dane_host host = { .name = name_of("mx.example.com"), .port = 25 };
	struct dns_answer yes = { .status = DNS_FOUND, .secure = true, .ttl_s = 60 };
	struct dane_address address = { .a = yes, .aaaa = { .status = DNS_FOUND, .secure = true, .ttl_s = 50 } };
	char bytes[35] = { 3, 1, 1 };
	str rdata = { bytes, sizeof bytes };
	struct dane d;

	(void)state;
	dane_start(&d, &host);
	dane_address(&d, &address);
	assert_int_equal(d.ttl_s, 50);
	yes.ttl_s = 40;
	dane_tlsa(&d, &yes, &rdata, 1);
	assert_int_equal(d.ttl_s, 40);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(random_worlds),
		cmocka_unit_test(too_many_records),
		cmocka_unit_test(ttl),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
