/* resolver: every way an answer can come or not, from the servers of resolver.py. */
#include "io/resolver.h"

#include <stdio.h>
#include <stdlib.h>

#include "test/unit/unit.h"

static char *port[4]; /* good, good too, silent, nobody there */
static struct loop *loop;
static struct resolver *resolver;

/* What a call saw, copied. */
struct seen {
	unsigned calls;
	struct dns_message m;
	char first[512], tag[64], last_name[256], ede_text[64];
	size_t first_n;
	bool stop;
};

static void copy(char *to, size_t cap, str s)
{
	size_t n = s.n < cap - 1 ? s.n : cap - 1;

	if (n > 0)
		memcpy(to, s.p, n);
	to[n] = '\0';
}

static void call(void *arg, const struct dns_message *m)
{
	struct seen *seen = arg;

	seen->calls++;
	seen->m = *m;
	if (m->records_n > 0) {
		seen->first_n = m->records[0].value.n;
		copy(seen->first, sizeof seen->first, m->records[0].value);
		copy(seen->tag, sizeof seen->tag, m->records[0].tag);
	}
	copy(seen->last_name, sizeof seen->last_name, m->names[m->names_n - 1]);
	copy(seen->ede_text, sizeof seen->ede_text, m->ede_text);
	if (seen->stop)
		loop_stop(loop);
}

static struct resolver *open_with(const char *servers, struct resolver_settings settings)
{
	struct resolver *r = NULL;
	struct why why = { 0 };

	settings.servers = str_of(servers);
	if (settings.timeout_ms == 0)
		settings.timeout_ms = 2000;
	unit_err(resolver_open(loop, &settings, &r, &why), OK, &why, servers);
	return r;
}

static const char *at(int a, int b)
{
	static char text[64];

	if (b < 0)
		(void)snprintf(text, sizeof text, "127.0.0.1@%s", port[a]);
	else
		(void)snprintf(text, sizeof text, "127.0.0.1@%s, 127.0.0.1@%s", port[a], port[b]);
	return text;
}

static struct seen ask_of(struct resolver *r, const char *name, enum dns_type type)
{
	struct seen seen = { .stop = true };

	(void)resolver_ask(r, str_of(name), type, call, &seen);
	assert_int_equal(seen.calls, 0);
	loop_run(loop);
	assert_int_equal(seen.calls, 1);
	return seen;
}

static struct seen ask(const char *name, enum dns_type type)
{
	return ask_of(resolver, name, type);
}

static void statuses(void **state)
{
	static const struct {
		const char *name;
		enum dns_status status;
		uint32_t ttl_s;
		const char *last_name;
	} rows[] = {
		{ "here.test", DNS_FOUND, 300, "here.test" },
		{ "Here2.TEST.", DNS_NODATA, 60, "here2.test" },
		{ "nodata.test", DNS_NODATA, 60, "nodata.test" },
		{ "bare.test", DNS_NODATA, 0, "bare.test" },
		{ "nx.test", DNS_NXDOMAIN, 60, "nx.test" },
		{ "servfail.test", DNS_SERVFAIL, 0, "servfail.test" },
		{ "unreachable.test", DNS_SERVFAIL, 0, "unreachable.test" },
		{ "refused.test", DNS_SERVFAIL, 0, "refused.test" },
		{ "lame.test", DNS_SERVFAIL, 0, "lame.test" },
		{ "bogus.test", DNS_BOGUS, 0, "bogus.test" },
		{ "unsigned.test", DNS_BOGUS, 0, "unsigned.test" },
		{ "flaky.test", DNS_FOUND, 300, "flaky.test" },
		{ "large.test", DNS_FOUND, 300, "large.test" },
		{ "cuttcp.test", DNS_MALFORMED, 0, "cuttcp.test" },
		{ "counts.test", DNS_MALFORMED, 0, "counts.test" },
		{ "junk.test", DNS_MALFORMED, 0, "junk.test" },
		{ "other.test", DNS_NODATA, 60, "other.test" },
		{ "chain1.test", DNS_FOUND, 300, "l1.test" },
		{ "chain8.test", DNS_FOUND, 293, "l8.test" },
		{ "chain9.test", DNS_MALFORMED, 0, "l8.test" },
		{ "dangling.test", DNS_NXDOMAIN, 60, "gone.provider.test" },
		{ "loop.test", DNS_MALFORMED, 0, "b.test" },
		{ "no name.test", DNS_MALFORMED, 0, "no name.test" },
		{ "a..test", DNS_MALFORMED, 0, "a..test" },
	};

	(void)state;
	for (size_t i = 0; i < ARRAY_N(rows); i++) {
		struct seen seen = ask(rows[i].name, DNS_TYPE_TXT);

		if (seen.m.answer.status != rows[i].status || seen.m.answer.ttl_s != rows[i].ttl_s)
			fail_msg("%s: status %d, ttl %u (%s)", rows[i].name, seen.m.answer.status,
			    (unsigned)seen.m.answer.ttl_s, seen.m.why.text);
		assert_string_equal(seen.last_name, rows[i].last_name);
		assert_int_equal(dns_failed(seen.m.answer.status), seen.m.why.text[0] != '\0');
	}
}

static void details(void **state)
{
	struct seen seen = ask("here.test", DNS_TYPE_TXT);

	(void)state;
	assert_string_equal(seen.first, "v=STSv1; id=1"); /* [STS-3.1-n] */
	assert_int_equal(seen.m.records_n, 1);
	seen = ask("large.test", DNS_TYPE_TXT);
	assert_int_equal(seen.m.records_n, 200);
	seen = ask("unreachable.test", DNS_TYPE_TXT);
	assert_int_equal(seen.m.ede, 22);
	assert_string_equal(seen.ede_text, "nobody ? home");
	assert_int_equal(ask("nodata.test", DNS_TYPE_TXT).m.zone.n, 4);
	assert_int_equal(ask("chain3.test", DNS_TYPE_TXT).m.names_n, 4);
	assert_int_equal(ask("cname.test", DNS_TYPE_CNAME).m.names_n, 1);
	assert_string_equal(ask("cname.test", DNS_TYPE_CNAME).first, "target.test");
}

static void types(void **state)
{
	struct seen seen = ask("any.test", DNS_TYPE_MX);

	(void)state;
	assert_string_equal(seen.first, "mx1.test");
	assert_int_equal(seen.m.records_n, 2);
	assert_int_equal(ask("any.test", DNS_TYPE_A).first_n, 4);
	assert_int_equal(ask("any.test", DNS_TYPE_AAAA).first_n, 16);
	assert_int_equal(ask("any.test", DNS_TYPE_TLSA).first_n, 35);
	assert_int_equal(ask("any.test", DNS_TYPE_DS).first_n, 36);
	assert_string_equal(ask("any.test", DNS_TYPE_NS).first, "ns.test");
	assert_string_equal(ask("any.test", DNS_TYPE_PTR).first, "host.test");
	seen = ask("any.test", DNS_TYPE_SOA);
	assert_string_equal(seen.first, "ns.test");
	assert_string_equal(seen.tag, "mail.test");
	seen = ask("any.test", DNS_TYPE_CAA);
	assert_string_equal(seen.first, "ca.test");
	assert_string_equal(seen.tag, "issue");
}

/* [D-01]: what speaks of loopback here speaks of port[] everywhere; the reader's test has the rest. */
static void secure(void **state)
{
	(void)state;
	assert_true(ask("ad.test", DNS_TYPE_TXT).m.answer.secure);
	assert_true(ask("adnx.test", DNS_TYPE_TXT).m.answer.secure);
	assert_false(ask("here.test", DNS_TYPE_TXT).m.answer.secure);
}

static void fail_over(void **state)
{
	struct resolver *r = open_with(at(0, 1), (struct resolver_settings){ .timeout_ms = 150 });
	char text[64];
	struct out out = OUT(text);

	(void)state;
	assert_true(resolver_describe(r, &out));
	assert_int_equal(ask_of(r, "elsewhere.test", DNS_TYPE_TXT).m.answer.status, DNS_FOUND);
	assert_int_equal(ask_of(r, "half.test", DNS_TYPE_TXT).m.answer.status, DNS_FOUND);
	assert_int_equal(resolver_count(r).timeouts, 1);
	resolver_close(r);

	r = open_with(at(2, 0), (struct resolver_settings){ .timeout_ms = 150 });
	assert_int_equal(ask_of(r, "here.test", DNS_TYPE_TXT).m.answer.status, DNS_FOUND);
	assert_int_equal(ask_of(r, "any.test", DNS_TYPE_MX).m.answer.status, DNS_FOUND);
	assert_int_equal(resolver_count(r).timeouts, 1); /* the silent one is no longer first */
	resolver_close(r);

	r = open_with(at(3, 0), (struct resolver_settings){ .timeout_ms = 1000 });
	assert_int_equal(ask_of(r, "here.test", DNS_TYPE_TXT).m.answer.status, DNS_FOUND);
	assert_int_equal(resolver_count(r).timeouts, 0);
	resolver_close(r);
}

static void nobody(void **state)
{
	struct resolver *r = open_with(at(2, -1), (struct resolver_settings){ .timeout_ms = 150 });
	struct seen seen = ask_of(r, "here.test", DNS_TYPE_TXT);

	(void)state;
	assert_int_equal(seen.m.answer.status, DNS_TIMEOUT);
	assert_int_equal(resolver_count(r).timeouts, 2); /* rounds */
	resolver_close(r);
	r = open_with(at(3, -1), (struct resolver_settings){ .timeout_ms = 1000 });
	seen = ask_of(r, "here.test", DNS_TYPE_TXT);
	assert_int_equal(seen.m.answer.status, DNS_TIMEOUT);
	assert_non_null(strstr(seen.m.why.text, "does not listen"));
	resolver_close(r);
}

/* Together, from memory, until the TTL ends, never failures. */
static void known(void **state)
{
	struct resolver *r = open_with(at(0, -1), (struct resolver_settings){ 0 });
	struct seen a = { 0 }, b = { .stop = true };

	(void)state;
	(void)resolver_ask(r, S("slow.test"), DNS_TYPE_TXT, call, &a);
	(void)resolver_ask(r, S("SLOW.test."), DNS_TYPE_TXT, call, &b);
	loop_run(loop);
	assert_int_equal(a.calls, 1);
	assert_int_equal(resolver_count(r).sent, 1);
	assert_string_equal(b.first, "1");
	assert_string_equal(ask_of(r, "slow.test", DNS_TYPE_TXT).first, "1");
	assert_int_equal(resolver_count(r).sent, 1);
	assert_int_equal(resolver_count(r).known, 2);
	(void)ask_of(r, "slow.test", DNS_TYPE_MX);
	assert_int_equal(resolver_count(r).sent, 2);

	assert_string_equal(ask_of(r, "count.zero.test", DNS_TYPE_TXT).first, "1");
	assert_string_equal(ask_of(r, "count.zero.test", DNS_TYPE_TXT).first, "2");
	(void)ask_of(r, "refused.test", DNS_TYPE_TXT);
	(void)ask_of(r, "refused.test", DNS_TYPE_TXT);
	assert_int_equal(resolver_count(r).sent, 6);
	resolver_close(r);
}

static void keeps_little(void **state)
{
	struct resolver *r = open_with(at(0, -1), (struct resolver_settings){ .keep_bytes = 1 });

	(void)state;
	(void)ask_of(r, "here.test", DNS_TYPE_TXT);
	(void)ask_of(r, "here.test", DNS_TYPE_TXT);
	assert_int_equal(resolver_count(r).sent, 2);
	resolver_close(r);
}

static void one_server(void **state)
{
	struct resolver_at q = { .name = S("rd.test"), .type = DNS_TYPE_TXT };
	struct seen seen = { .stop = true };
	struct why why = { 0 };

	(void)state;
	q.server.port = 53;
	unit_err(network_read_endpoint(str_of(at(1, -1)), &q.server, &why), OK, &why, "endpoint");
	(void)resolver_ask_at(resolver, &q, call, &seen);
	loop_run(loop);
	assert_string_equal(seen.first, "no rd");
	assert_true(seen.m.authoritative);
}

/* Of three who wait one gives up; another does when the first is called. */
static struct resolver_question *second;

static void call_and_cancel(void *arg, const struct dns_message *m)
{
	call(arg, m);
	resolver_cancel(&second);
}

static void cancel(void **state)
{
	struct resolver *r = open_with(at(0, -1), (struct resolver_settings){ .open_max = 1 });
	struct seen a = { 0 }, b = { 0 }, c = { 0 }, d = { 0 }, e = { .stop = true };
	struct resolver_question *first = resolver_ask(r, S("here.test"), DNS_TYPE_TXT, call, &a), *queued;

	(void)state;
	(void)resolver_ask(r, S("here.test"), DNS_TYPE_TXT, call_and_cancel, &b);
	second = resolver_ask(r, S("here.test"), DNS_TYPE_TXT, call, &c);
	queued = resolver_ask(r, S("nx.test"), DNS_TYPE_TXT, call, &d);
	(void)resolver_ask(r, S("any.test"), DNS_TYPE_MX, call, &e);
	resolver_cancel(&first);
	resolver_cancel(&first);
	resolver_cancel(&queued);
	loop_run(loop);
	assert_int_equal(a.calls + c.calls + d.calls, 0);
	assert_int_equal(b.calls + e.calls, 2);
	assert_int_equal(resolver_count(r).sent, 2);
	second = resolver_ask(r, S("silent.test"), DNS_TYPE_TXT, call, &a);
	resolver_close(r); /* with a question under way */
	assert_int_equal(a.calls, 0);
}

/* More than fit at once, asked from calls too. */
#define BULK_N 3000

static size_t bulk_asked, bulk_right;
static bool bulk_again;

static void bulk_next(struct resolver *r);

static void bulk_call(void *arg, const struct dns_message *m)
{
	bulk_right += m->answer.status == DNS_FOUND && str_eq(m->records[0].value, m->names[0]);
	if (bulk_right == BULK_N)
		loop_stop(loop);
	bulk_next(arg);
}

static void bulk_next(struct resolver *r)
{
	char name[32];

	if (bulk_asked == BULK_N)
		return;
	(void)snprintf(name, sizeof name, "bulk.%zu.test", bulk_asked++ / (bulk_again ? 2 : 1));
	(void)resolver_ask(r, str_of(name), DNS_TYPE_TXT, bulk_call, r);
}

static void bulk(void **state)
{
	struct resolver *r = open_with(at(0, 1), (struct resolver_settings){ .open_max = 50 });

	(void)state;
	for (size_t i = 0; i < 200; i++)
		bulk_next(r);
	loop_run(loop);
	assert_int_equal(bulk_right, BULK_N);
	bulk_asked = bulk_right = 0;
	bulk_again = true;
	bulk_next(r);
	loop_run(loop);
	assert_int_equal(bulk_right, BULK_N);
	assert_int_equal(resolver_count(r).known, BULK_N);
	resolver_close(r);
}

static void settings(void **state)
{
	struct resolver_settings bad = { .servers = S("127.0.0.1, example.com") };
	struct resolver *r = NULL;
	struct why why = { 0 };

	(void)state;
	assert_int_equal(resolver_open(loop, &bad, &r, &why), E_SYNTAX);
	assert_null(r);
	bad = (struct resolver_settings){ .conf_file = "/nonexistent" };
	assert_int_equal(resolver_open(loop, &bad, &r, &why), OK);
	resolver_close(r);
	resolver_close(NULL);
}

int main(int argc, char **argv)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(statuses),
		cmocka_unit_test(details),
		cmocka_unit_test(types),
		cmocka_unit_test(secure),
		cmocka_unit_test(fail_over),
		cmocka_unit_test(nobody),
		cmocka_unit_test(known),
		cmocka_unit_test(keeps_little),
		cmocka_unit_test(one_server),
		cmocka_unit_test(cancel),
		cmocka_unit_test(bulk),
		cmocka_unit_test(settings),
	};
	int failed;

	if (argc != 5) {
		(void)fputs("usage: resolver.py io_resolver\n", stderr);
		return 2;
	}
	for (int i = 0; i < 4; i++)
		port[i] = argv[i + 1];
	loop = loop_open();
	resolver = open_with(at(0, -1), (struct resolver_settings){ 0 });
	failed = cmocka_run_group_tests(tests, NULL, NULL);
	resolver_close(resolver);
	loop_close(loop);
	return failed;
}
