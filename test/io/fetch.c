/* fetch: every way a GET of a policy can end, from the servers of fetch.py. */
#include "io/fetch.h"

#include <stdio.h>
#include <stdlib.h>

#include "test/unit/unit.h"

enum { TLS, OLD, CLIENT, PLAIN, HANG_UP, SILENT, DEAD, STUCK, PORTS_N };

static const struct network loopback = { { 4, { 127 } }, 8 };
static struct loop *loop;
static struct cert_store *store;
static uint16_t ports[PORTS_N];
static struct fetch *fetch;

struct seen {
	unsigned calls;
	bool stop;
	struct fetch_result r;
	char body[64], content_type[64], content_encoding[64], location[64], age[16], cache_control[32];
	size_t chain_n;
	unsigned faults;
};

static void copy(char *to, size_t cap, str s)
{
	size_t n = s.n < cap - 1 ? s.n : cap - 1;

	if (n > 0)
		memcpy(to, s.p, n);
	to[n] = '\0';
}

static void call(void *arg, const struct fetch_result *r)
{
	struct seen *seen = arg;

	seen->calls++;
	seen->r = *r;
	seen->chain_n = r->chain->n;
	seen->faults = r->verdict->faults;
	copy(seen->body, sizeof seen->body, r->reply.body);
	copy(seen->content_type, sizeof seen->content_type, r->reply.content_type);
	copy(seen->content_encoding, sizeof seen->content_encoding, r->head->content_encoding);
	copy(seen->location, sizeof seen->location, r->head->location);
	copy(seen->age, sizeof seen->age, r->head->age);
	copy(seen->cache_control, sizeof seen->cache_control, r->head->cache_control);
	if (seen->stop)
		loop_stop(loop);
}

static struct fetch *open_with(struct fetch_settings settings)
{
	struct fetch *f = NULL;
	struct why why = { 0 };

	settings.store = store;
	settings.user_agent = "postseal-test";
	settings.allow = (struct network_list){ &loopback, 1 };
	unit_err(fetch_open(loop, &settings, &f, &why), OK, &why, "fetch_open");
	return f;
}

static const struct network_address here = { 4, { 127, 0, 0, 1 } }, there = { 4, { 127, 0, 0, 2 } },
                                    private = { 4, { 10, 0, 0, 1 } };

static struct seen get_at(struct fetch *f, const char *what, const struct network_address *addresses, size_t n)
{
	struct seen seen = { .stop = true };
	char name[64];

	(void)snprintf(name, sizeof name, "mta-sts.%s.test", what);
	(void)fetch_start(f, &(struct fetch_request){ str_of(name), addresses, n }, call, &seen);
	assert_int_equal(seen.calls, 0);
	loop_run(loop);
	assert_int_equal(seen.calls, 1);
	return seen;
}

static struct seen get(const char *what)
{
	return get_at(fetch, what, &here, 1);
}

static void causes(void **state)
{
	static const struct {
		const char *what;
		enum sts_fetch_cause cause;
		unsigned status;
	} rows[] = {
		{ "good", STS_FETCH_OK, 200 },
		{ "http10", STS_FETCH_OK, 200 },
		{ "chunked", STS_FETCH_OK, 200 },
		{ "interim", STS_FETCH_OK, 200 },
		{ "wild", STS_FETCH_OK, 200 },         /* [STS-3.3-d] */
		{ "404", STS_FETCH_OK, 404 },          /* judged by sts_fetch_check  [STS-3.3-f] */
		{ "204", STS_FETCH_OK, 204 },
		{ "301", STS_FETCH_OK, 301 },          /* [STS-3.3-g] */
		{ "500", STS_FETCH_OK, 500 },
		{ "large", STS_FETCH_OK, 200 },
		{ "exact", STS_FETCH_OK, 200 },
		{ "endless", STS_FETCH_OK, 200 },
		{ "html", STS_FETCH_OK, 200 },
		{ "gzip", STS_FETCH_OK, 200 },
		{ "short", STS_FETCH_HTTP_IO, 200 },
		{ "gone", STS_FETCH_HTTP_IO, 0 },
		{ "junk", STS_FETCH_HTTP_IO, 0 },
		{ "odd", STS_FETCH_HTTP_IO, 0 },
		{ "heads", STS_FETCH_HTTP_IO, 200 },
		{ "wrong", STS_FETCH_CERTIFICATE, 0 }, /* [STS-3.3-a] */
		{ "expired", STS_FETCH_CERTIFICATE, 0 },
		{ "cnonly", STS_FETCH_CERTIFICATE, 0 },
		{ "alert", STS_FETCH_TLS, 0 },
	};

	(void)state;
	for (size_t i = 0; i < ARRAY_N(rows); i++) {
		struct seen seen = get(rows[i].what);

		if (seen.r.fetch.cause != rows[i].cause ||
		    (rows[i].cause == STS_FETCH_OK && seen.r.reply.status != rows[i].status))
			fail_msg("%s: cause %d, status %u (%s)", rows[i].what, seen.r.fetch.cause,
			    seen.r.reply.status, seen.r.why.text);
		assert_int_equal(seen.r.fetch.cause == STS_FETCH_OK, seen.r.why.text[0] == '\0');
	}
}

static void replies(void **state)
{
	struct seen seen = get("good");

	(void)state;
	assert_int_equal(memcmp(seen.body, "version: STSv1\r\n", 16), 0);
	assert_string_equal(seen.content_type, "text/plain; charset=utf-8");
	assert_string_equal(seen.r.tls_version, "TLSv1.3");
	assert_int_equal(seen.chain_n, 1);
	assert_int_equal(seen.faults, 0);
	assert_true(seen.r.connect_ms > 0 && seen.r.tls_ms >= seen.r.connect_ms && seen.r.total_ms > 0);
	assert_memory_equal(&seen.r.address, &here, sizeof here);
	seen = get("interim");
	assert_string_equal(seen.content_type, "text/plain; charset=utf-8");
	assert_string_equal(seen.age, "");
	assert_string_equal(get("gzip").content_encoding, "gzip");
	assert_int_equal(get("gzip").body[0], 0x1f); /* not inflated */
	assert_string_equal(get("301").location, "https://www.301.test/?[31m");
	assert_string_equal(get("html").content_type, "text/html");
	assert_string_equal(get("none").content_type, "");
	seen = get("fields");
	assert_string_equal(seen.age, "3600");
	assert_string_equal(seen.cache_control, "max-age=86400");
	assert_int_equal(get("large").r.reply.body.n, LIMIT_POLICY_BYTES + 1); /* [STS-3.3-j] */
	assert_int_equal(get("exact").r.reply.body.n, LIMIT_POLICY_BYTES);
	assert_int_equal(get("endless").r.reply.body.n, LIMIT_POLICY_BYTES + 1);
	assert_int_equal(get("404").r.reply.body.n, 4096);
}

/* [STS-3.3-a] [STS-3.3-c] [STS-3.3-d] */
static void certificates(void **state)
{
	static const struct {
		const char *what;
		unsigned faults;
	} rows[] = {
		{ "wrong", TLS_FAULT_BIT(TLS_FAULT_NAME_MISMATCH) },
		{ "expired", TLS_FAULT_BIT(TLS_FAULT_EXPIRED) },
		{ "notyet", TLS_FAULT_BIT(TLS_FAULT_NOT_YET_VALID) },
		{ "both", TLS_FAULT_BIT(TLS_FAULT_NAME_MISMATCH) | TLS_FAULT_BIT(TLS_FAULT_EXPIRED) },
		{ "self", TLS_FAULT_BIT(TLS_FAULT_SELF_SIGNED) },
		{ "cnonly", TLS_FAULT_BIT(TLS_FAULT_NO_DNS_ID) },
		{ "partial", TLS_FAULT_BIT(TLS_FAULT_NAME_MISMATCH) },
		{ "deep", TLS_FAULT_BIT(TLS_FAULT_NAME_MISMATCH) },
	};

	(void)state;
	for (size_t i = 0; i < ARRAY_N(rows); i++) {
		struct seen seen = get(rows[i].what);

		if (seen.r.fetch.cause != STS_FETCH_CERTIFICATE || seen.r.fetch.cert != rows[i].faults)
			fail_msg("%s: cause %d, faults %x", rows[i].what, seen.r.fetch.cause, seen.r.fetch.cert);
		assert_int_equal(seen.faults, rows[i].faults);
		assert_int_equal(seen.chain_n, 1);
		assert_int_equal(seen.r.reply.status, 0);
	}
}

static void handshakes(void **state)
{
	struct fetch *f = open_with((struct fetch_settings){ .port = ports[OLD] });
	struct seen seen = get_at(f, "tls11", &here, 1);

	(void)state;
	fetch_close(f);
	assert_int_equal(seen.r.fetch.cause, STS_FETCH_TLS);
	assert_int_equal(seen.r.fetch.tls.kind, TLS_FAULT_VERSION); /* [STS-7.2-a] */
	seen = get("alert");
	assert_int_equal(seen.r.fetch.tls.kind, TLS_FAULT_ALERT);
	assert_int_equal(seen.r.fetch.tls.alert, 112);
	f = open_with((struct fetch_settings){ .port = ports[CLIENT] });
	seen = get_at(f, "client", &here, 1);
	fetch_close(f);
	assert_int_equal(seen.r.fetch.tls.kind, TLS_FAULT_ALERT);
	assert_int_equal(seen.r.fetch.tls.alert, 116);
	for (int i = PLAIN; i <= SILENT; i++) {
		f = open_with((struct fetch_settings){ .port = ports[i], .timeout_ms = 300 });
		seen = get_at(f, "good", &here, 1);
		assert_int_equal(seen.r.fetch.cause, STS_FETCH_TLS);
		assert_int_equal(seen.r.fetch.tls.kind, i == SILENT ? TLS_FAULT_TIMEOUT : TLS_FAULT_CLOSED);
		fetch_close(f);
	}
}

static void connects(void **state)
{
	static const struct network_address both[] = { { 4, { 127, 0, 0, 2 } }, { 4, { 127, 0, 0, 1 } } };
	struct network_address mixed[] = { private, there, here };
	struct fetch *f = open_with((struct fetch_settings){ .port = ports[DEAD] });
	struct seen seen = get_at(f, "good", both, 2);

	(void)state;
	assert_int_equal(seen.r.fetch.cause, STS_FETCH_CONNECT);
	assert_int_equal(seen.r.connect, FETCH_CONNECT_REFUSED);
	assert_int_equal(seen.r.skipped_n, 1);
	assert_memory_equal(&seen.r.address, &here, sizeof here);
	fetch_close(f);

	f = open_with((struct fetch_settings){ .port = ports[STUCK], .connect_ms = 200 });
	seen = get_at(f, "good", &here, 1);
	assert_int_equal(seen.r.fetch.cause, STS_FETCH_CONNECT);
	assert_int_equal(seen.r.connect, FETCH_CONNECT_TIMEOUT);
	assert_true(seen.r.total_ms >= 190 && seen.r.total_ms < 2000);
	fetch_close(f);

	seen = get_at(fetch, "good", mixed, 3);
	assert_int_equal(seen.r.fetch.cause, STS_FETCH_OK);
	assert_int_equal(seen.r.skipped_n, 1);
	assert_memory_equal(&seen.r.address, &here, sizeof here);
	seen = get_at(fetch, "good", &private, 1);
	assert_int_equal(seen.r.fetch.cause, STS_FETCH_CONNECT);
	assert_int_equal(seen.r.connect, FETCH_CONNECT_PRIVATE);
	assert_int_equal(get_at(fetch, "good", NULL, 0).r.connect, FETCH_CONNECT_NOWHERE);
	assert_int_equal(get_at(fetch, "a/b", &here, 1).r.connect, FETCH_CONNECT_NOWHERE);
}

/* [STS-3.3-j] */
static void time_outs(void **state)
{
	struct fetch *f = open_with((struct fetch_settings){ .port = ports[TLS], .timeout_ms = 400 });
	static const char *const slow[] = { "drip", "stall" };

	(void)state;
	for (size_t i = 0; i < ARRAY_N(slow); i++) {
		struct seen seen = get_at(f, slow[i], &here, 1);

		assert_int_equal(seen.r.fetch.cause, STS_FETCH_TIMEOUT);
		assert_true(seen.r.total_ms >= 390 && seen.r.total_ms < 2000);
	}
	fetch_close(f);
}

static void cancel(void **state)
{
	struct fetch *f = open_with((struct fetch_settings){ .port = ports[TLS], .open_max = 2 });
	struct fetch_request slow = { S("mta-sts.stall.test"), &here, 1 }, good = { S("mta-sts.good.test"), &here, 1 };
	struct seen a = { 0 }, b = { 0 }, c = { .stop = true }, d = { 0 };
	struct fetch_job *first = fetch_start(f, &slow, call, &a), *second = fetch_start(f, &slow, call, &b), *queued;

	(void)state;
	(void)fetch_start(f, &good, call, &c);
	queued = fetch_start(f, &good, call, &d);
	for (int i = 0; i < 3; i++) { /* let the slow ones connect */
		struct seen other = get_at(fetch, "good", &here, 1);

		assert_int_equal(other.r.fetch.cause, STS_FETCH_OK);
	}
	assert_int_equal(c.calls, 0); /* no more than open_max at once */
	fetch_cancel(&queued);
	fetch_cancel(&first);
	fetch_cancel(&first);
	loop_run(loop);
	assert_int_equal(c.calls, 1);
	fetch_cancel(&second);
	(void)fetch_start(f, &slow, call, &b);
	(void)fetch_start(f, &good, call, &d);
	fetch_close(f);
	fetch_close(NULL);
	assert_int_equal(a.calls + b.calls + d.calls, 0);
}

static struct seen ask(struct fetch *f, enum fetch_kind kind, const char *target, uint16_t port)
{
	struct seen seen = { .stop = true };
	struct fetch_request request = { .host = S("mta-sts.good.test"), .addresses = &here, .addresses_n = 1, .kind = kind,
		.target = str_of(target), .port = port, .timeout_ms = 5000 };

	(void)fetch_start(f, &request, call, &seen);
	loop_run(loop);
	assert_int_equal(seen.calls, 1);
	return seen;
}

/* An issuer's certificate in clear text, a report by POST, and policies with the same handle before and after. */
static void other_kinds(void **state)
{
	struct fetch *f = open_with((struct fetch_settings){ .port = ports[TLS], .open_max = 1 });
	struct seen seen;

	(void)state;
	for (int round = 0; round < 2; round++) {
		seen = ask(f, FETCH_ISSUER, "/ca/issuer.der?v=1", ports[PLAIN]);
		assert_int_equal(seen.r.fetch.cause, STS_FETCH_OK);
		assert_int_equal(seen.r.reply.status, 200);
		assert_string_equal(seen.body, "a certificate");
		assert_true(seen.r.connect_ms > 0 && !seen.r.tls_version && seen.chain_n == 0);
		assert_int_equal(ask(f, FETCH_ISSUER, "/other", ports[PLAIN]).r.reply.status, 400);
		assert_int_equal(ask(f, FETCH_ISSUER, "/", ports[HANG_UP]).r.fetch.cause, STS_FETCH_HTTP_IO);
		assert_int_equal(ask(f, FETCH_ISSUER, "/", ports[DEAD]).r.fetch.cause, STS_FETCH_CONNECT);
		seen = ask(f, FETCH_REPORT, "/v1/reports?k=1", ports[TLS]);
		assert_int_equal(seen.r.fetch.cause, STS_FETCH_OK);
		assert_int_equal(seen.r.reply.status, 201);
		assert_int_equal(ask(f, FETCH_REPORT, "", ports[TLS]).r.reply.status, 400);
		assert_int_equal(get_at(f, "expired", &here, 1).r.fetch.cause, STS_FETCH_CERTIFICATE);
		assert_int_equal(get_at(f, "good", &here, 1).r.reply.status, 200);
	}
	fetch_close(f);
}

/* A list of revocations may be larger than a policy. */
static void ceilings(void **state)
{
	(void)state;
	assert_int_equal(ask(fetch, FETCH_CRL, "/large", ports[PLAIN]).r.reply.body.n, 70000);
	assert_int_equal(ask(fetch, FETCH_ISSUER, "/large", ports[PLAIN]).r.reply.body.n, LIMIT_POLICY_BYTES + 1);
	assert_string_equal(ask(fetch, FETCH_CRL, "/ca/issuer.der?v=1", ports[PLAIN]).body, "a certificate");
}

static struct seen get_without_sni(struct fetch *f, str host)
{
	struct seen seen = { .stop = true };
	struct fetch_request request = { .host = host, .addresses = &here, .addresses_n = 1, .no_sni = true };

	(void)fetch_start(f, &request, call, &seen);
	loop_run(loop);
	return seen;
}

/* Whoever does not say whom they want gets the certificate of "good", with the same handle as before and after. */
static void without_sni(void **state)
{
	struct fetch *f = open_with((struct fetch_settings){ .port = ports[TLS], .open_max = 1 });

	(void)state;
	for (int round = 0; round < 2; round++) {
		assert_int_equal(get_at(f, "wild", &here, 1).r.reply.status, 200);
		assert_int_equal(get_without_sni(f, S("mta-sts.good.test")).r.reply.status, 200);
		assert_int_equal(get_without_sni(f, S("mta-sts.wild.test")).faults, TLS_FAULT_BIT(TLS_FAULT_NAME_MISMATCH));
	}
	fetch_close(f);
}

/* Handles are used again and again, for jobs that end in every way. */
#define MANY_N 300

static unsigned many_left, many_right;

static void many_call(void *arg, const struct fetch_result *r)
{
	static const enum sts_fetch_cause want[] = { STS_FETCH_OK, STS_FETCH_CERTIFICATE, STS_FETCH_OK, STS_FETCH_TLS };

	many_right += r->fetch.cause == want[(size_t)(uintptr_t)arg % 4];
	if (--many_left == 0)
		loop_stop(loop);
}

static void many(void **state)
{
	static const str hosts[] = { STR("mta-sts.good.test"), STR("mta-sts.expired.test"), STR("mta-sts.404.test"),
		STR("mta-sts.alert.test") };
	struct fetch *f = open_with((struct fetch_settings){ .port = ports[TLS], .open_max = 20 });

	(void)state;
	many_left = MANY_N;
	for (size_t i = 0; i < MANY_N; i++)
		(void)fetch_start(f, &(struct fetch_request){ hosts[i % 4], &here, 1 }, many_call, (void *)i);
	loop_run(loop);
	assert_int_equal(many_right, MANY_N);
	fetch_close(f);
}

int main(int argc, char **argv)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(causes),
		cmocka_unit_test(replies),
		cmocka_unit_test(certificates),
		cmocka_unit_test(handshakes),
		cmocka_unit_test(connects),
		cmocka_unit_test(time_outs),
		cmocka_unit_test(cancel),
		cmocka_unit_test(other_kinds),
		cmocka_unit_test(ceilings),
		cmocka_unit_test(without_sni),
		cmocka_unit_test(many),
	};
	struct why why = { 0 };
	int failed;

	if (argc != 2 + PORTS_N) {
		(void)fputs("usage: fetch.py io_fetch\n", stderr);
		return 2;
	}
	for (int i = 0; i < PORTS_N; i++)
		ports[i] = (uint16_t)strtoul(argv[i + 2], NULL, 10);
	loop = loop_open();
	if (cert_store_open(argv[1], &store, &why) != OK) {
		(void)fprintf(stderr, "%s\n", why.text);
		return 2;
	}
	fetch = open_with((struct fetch_settings){ .port = ports[TLS], .timeout_ms = 20000 });
	failed = cmocka_run_group_tests(tests, NULL, NULL);
	fetch_close(fetch);
	cert_store_close(store);
	loop_close(loop);
	return failed;
}
