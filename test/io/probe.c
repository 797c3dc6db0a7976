/* probe: the hosts of probe.py, each with what is to be found there. */
#include "io/probe.h"

#include "io/clock.h"

#include <netinet/in.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/socket.h>
#include <unistd.h>

#include "test/unit/unit.h"

#define HOSTS_N 64
#define MX "mx.example.test"

static struct {
	char name[32];
	uint16_t port;
} hosts[HOSTS_N];
static size_t hosts_n;

static struct loop *loop;
static struct tls *tls;
static struct cert_store *store;
static struct network network;

/* What a call saw, copied. */
struct seen {
	unsigned calls;
	struct probe_result r;
	struct smtp dialogue;
	struct mx_check_session session;
	unsigned faults;
	char key[16];
	size_t *left;
};

static void judge(const struct probe_result *r, struct seen *seen)
{
	static char memory[1 << 16];
	struct arena mem = ARENA(memory);
	struct cert_verdict v;
	struct cert c;

	cert_judge(&(struct cert_question){ store, &r->tls.chain, S(MX), clock_now(), NULL, 0 }, &v);
	seen->faults = v.faults;
	assert_int_equal(cert_read(r->tls.chain.der[0], &mem, &c, NULL), OK);
	(void)snprintf(seen->key, sizeof seen->key, "%.*s", STR_ARG(c.key));
}

static void on_result(void *arg, const struct probe_result *r)
{
	struct seen *seen = arg;

	seen->calls++;
	seen->r = *r;
	seen->dialogue = *r->dialogue;
	probe_session(r, &seen->session);
	if (r->outcome == MX_CHECK_TLS)
		judge(r, seen);
	if (--*seen->left == 0)
		loop_stop(loop);
}

static struct probe_order order_for(const char *host)
{
	struct probe_order order = { .to = { .address = { 4, { 127, 0, 0, 1 } } } };

	for (size_t i = 0; i < hosts_n; i++)
		if (strcmp(hosts[i].name, host) == 0)
			order.to.port = hosts[i].port;
	if (order.to.port == 0)
		fail_msg("no host %s", host);
	assert_int_equal(domain_read(S(MX), &order.name, NULL), OK);
	return order;
}

static int connected(const char *host)
{
	struct sockaddr_in to = { .sin_family = AF_INET, .sin_addr.s_addr = htonl(INADDR_LOOPBACK) };
	int fd = socket(AF_INET, SOCK_STREAM, 0);

	to.sin_port = htons(order_for(host).to.port);
	assert_int_equal(connect(fd, (struct sockaddr *)&to, sizeof to), 0);
	return fd;
}

static struct probes *open_with(struct probe_rules rules)
{
	struct probes *probes = NULL;
	struct why why = { 0 };

	rules.name = S("checker.example.test");
	if (rules.allow.n == 0)
		rules.allow = (struct network_list){ &network, 1 };
	unit_err(probe_open(loop, tls, &rules, &probes, &why), OK, &why, "probe_open");
	return probes;
}

static const struct probe_rules quick = {
	.connect_ms = 1500, .greeting_ms = 1500, .reply_ms = 3000, .handshake_ms = 1500, .total_ms = 7000,
	.per_host_n = 99,
};

static struct seen ask(const struct probe_order *order)
{
	struct probes *probes = open_with(quick);
	size_t left = 1;
	struct seen seen = { .left = &left };

	probe_start(probes, order, on_result, &seen);
	assert_int_equal(seen.calls, 0);
	loop_run(loop);
	assert_int_equal(seen.calls, 1);
	probe_close(probes);
	return seen;
}

/* Y01 to Y11, in one go */
static void kinds(void **state)
{
	static const struct {
		const char *host;
		enum mx_check_outcome outcome;
		enum probe_trouble trouble;
		unsigned detail; /* REFUSED: code; HANDSHAKE_FAILED: kind; TLS: faults */
	} rows[] = {
		{ "good", MX_CHECK_TLS, PROBE_NO_TROUBLE, 0 },
		{ "rsa", MX_CHECK_TLS, PROBE_NO_TROUBLE, 0 },
		{ "old", MX_CHECK_TLS, PROBE_NO_TROUBLE, 0 },
		{ "self", MX_CHECK_TLS, PROBE_NO_TROUBLE, TLS_FAULT_BIT(TLS_FAULT_SELF_SIGNED) },
		{ "mismatch", MX_CHECK_TLS, PROBE_NO_TROUBLE, TLS_FAULT_BIT(TLS_FAULT_NAME_MISMATCH) },
		{ "strange", MX_CHECK_TLS, PROBE_NO_TROUBLE, TLS_FAULT_BIT(TLS_FAULT_UNKNOWN_CA) },
		{ "nochain", MX_CHECK_TLS, PROBE_NO_TROUBLE, TLS_FAULT_BIT(TLS_FAULT_CHAIN_MISSING) },
		{ "none", MX_CHECK_STARTTLS_MISSING, PROBE_NO_TROUBLE, 0 },
		{ "stripped", MX_CHECK_STARTTLS_MISSING, PROBE_NO_TROUBLE, 0 },
		{ "helo", MX_CHECK_STARTTLS_MISSING, PROBE_NO_TROUBLE, 0 },
		{ "later", MX_CHECK_STARTTLS_REFUSED, PROBE_NO_TROUBLE, 454 },
		{ "long", MX_CHECK_STARTTLS_REFUSED, PROBE_NO_TROUBLE, 454 },
		{ "closed", MX_CHECK_HANDSHAKE_FAILED, PROBE_LOST, TLS_FAULT_CLOSED },
		{ "closed_before", MX_CHECK_HANDSHAKE_FAILED, PROBE_LOST, TLS_FAULT_CLOSED },
		{ "garbage", MX_CHECK_HANDSHAKE_FAILED, PROBE_LOST, TLS_FAULT_CLOSED },
		{ "clear", MX_CHECK_HANDSHAKE_FAILED, PROBE_NO_TROUBLE, TLS_FAULT_CLOSED },
		{ "alert", MX_CHECK_HANDSHAKE_FAILED, PROBE_LOST, TLS_FAULT_ALERT },
		{ "mute", MX_CHECK_HANDSHAKE_FAILED, PROBE_TIMEOUT, TLS_FAULT_TIMEOUT },
		{ "refused", MX_CHECK_UNREACHED, PROBE_REFUSED, 0 },
		{ "full", MX_CHECK_UNREACHED, PROBE_CONNECT_TIMEOUT, 0 },
		{ "grey", MX_CHECK_UNREACHED, PROBE_GREETED_LATER, 0 },
		{ "away", MX_CHECK_UNREACHED, PROBE_GREETED_AWAY, 0 },
		{ "junk", MX_CHECK_UNREACHED, PROBE_JUNK, 0 },
		{ "silent", MX_CHECK_UNREACHED, PROBE_TIMEOUT, 0 },
		{ "drip", MX_CHECK_UNREACHED, PROBE_TIMEOUT, 0 },
		{ "dropped", MX_CHECK_UNREACHED, PROBE_LOST, 0 },
	};
	static struct seen seen[ARRAY_N(rows)];
	struct probes *probes = open_with(quick);
	size_t left = ARRAY_N(rows);

	(void)state;
	for (size_t i = 0; i < ARRAY_N(rows); i++) {
		struct probe_order order = order_for(rows[i].host);

		seen[i].left = &left;
		probe_start(probes, &order, on_result, &seen[i]);
	}
	loop_run(loop);
	for (size_t i = 0; i < ARRAY_N(rows); i++) {
		const struct seen *s = &seen[i];
		unsigned detail = s->r.outcome == MX_CHECK_TLS ? s->faults :
		    s->r.outcome == MX_CHECK_HANDSHAKE_FAILED ? s->session.handshake.kind :
		    s->r.outcome == MX_CHECK_STARTTLS_REFUSED ? s->session.smtp_code : 0;

		if (s->calls != 1 || s->r.outcome != rows[i].outcome || s->r.trouble != rows[i].trouble ||
		    detail != rows[i].detail)
			fail_msg("%s: outcome %d, trouble %d, detail %#x, \"%s\" \"%s\"", rows[i].host, s->r.outcome,
			    s->r.trouble, detail, s->r.text, s->r.handshake.text);
		if (rows[i].outcome == MX_CHECK_HANDSHAKE_FAILED && rows[i].detail == TLS_FAULT_ALERT)
			assert_int_equal(s->session.handshake.alert, 40);
	}
	probe_close(probes);
}

static void facts(void **state)
{
	struct probe_order order = order_for("good");
	struct seen s = ask(&order);

	(void)state;
	assert_string_equal(s.r.tls.version, "TLSv1.3");
	assert_string_equal(s.r.tls.cipher, "TLS_AES_256_GCM_SHA384");
	assert_int_equal(s.r.tls.chain.n, 2);
	assert_int_equal(s.r.tls.chain_all_n, 2);
	assert_false(s.r.tls.stapled);
	assert_int_equal(s.dialogue.greeting.code, 220);
	assert_string_equal(s.dialogue.clear.name, "mx.example.test");
	assert_int_equal(s.dialogue.clear.keywords, SMTP_SIZE | SMTP_STARTTLS);
	assert_true(s.session.requiretls_offered);
	assert_true(s.r.connect_ms && s.r.greeting_ms && s.r.handshake_ms && s.r.total_ms >= s.r.connect_ms);

	order = order_for("old");
	s = ask(&order);
	assert_string_equal(s.r.tls.version, "TLSv1.1");
	order = order_for("stripped");
	s = ask(&order);
	assert_true(s.dialogue.clear.keywords & SMTP_STRIPPED);
	order = order_for("long");
	s = ask(&order);
	assert_int_equal(s.dialogue.clear.keywords, SMTP_STARTTLS);
}

/* Y05, Y16, Y17, Y02, Y18, R06 */
static void wishes(void **state)
{
	struct probe_order order;
	struct seen s;

	(void)state;
	order = order_for("new");
	order.versions = TLS_VERSIONS_OLD;
	s = ask(&order);
	assert_int_equal(s.r.outcome, MX_CHECK_HANDSHAKE_FAILED);
	assert_int_equal(s.r.handshake.fault.kind, TLS_FAULT_VERSION);
	order = order_for("old");
	order.versions = TLS_VERSIONS_NEW;
	s = ask(&order);
	assert_int_equal(s.r.handshake.fault.kind, TLS_FAULT_VERSION);

	order = order_for("both");
	order.keys = TLS_KEYS_RSA;
	s = ask(&order);
	assert_string_equal(s.key, "RSA");
	order.keys = TLS_KEYS_ECDSA;
	order.classic = true;
	s = ask(&order);
	assert_string_equal(s.key, "EC");
	order = order_for("good");
	order.keys = TLS_KEYS_RSA;
	s = ask(&order);
	assert_int_equal(s.r.outcome, MX_CHECK_HANDSHAKE_FAILED);

	order = order_for("sni");
	s = ask(&order);
	assert_int_equal(s.r.outcome, MX_CHECK_TLS);
	order.name = (struct domain){ 0 };
	s = ask(&order);
	assert_int_equal(s.r.handshake.fault.kind, TLS_FAULT_ALERT);
	assert_int_equal(s.r.handshake.fault.alert, 112);

	order = order_for("late");
	order.again = true;
	s = ask(&order);
	assert_true(s.r.outcome == MX_CHECK_TLS && s.dialogue.late);
	order = order_for("good");
	order.inject = true;
	s = ask(&order);
	assert_true(s.r.outcome == MX_CHECK_TLS && !s.dialogue.injected);
	order = order_for("vulnerable");
	order.inject = true;
	s = ask(&order);
	assert_true(s.r.outcome == MX_CHECK_TLS && s.dialogue.injected);

	order = order_for("good");
	order.recipient = S("nobody@example.test");
	s = ask(&order);
	assert_int_equal(s.dialogue.recipient.code, 550);
	order.recipient = S("some body@example.test");
	s = ask(&order);
	assert_int_equal(s.r.trouble, PROBE_LOCAL);
}

static void addresses(void **state)
{
	struct probe_order order = order_for("good");
	struct probes *probes;
	struct network other = { { 4, { 10 } }, 8 };
	size_t left = 1;
	struct seen s = { .left = &left };

	(void)state;
	probes = open_with((struct probe_rules){ .allow = { &other, 1 } });
	probe_start(probes, &order, on_result, &s);
	loop_run(loop);
	assert_int_equal(s.r.trouble, PROBE_FORBIDDEN);
	probe_close(probes);
	for (size_t i = 0; i < hosts_n; i++) {
		if (strcmp(hosts[i].name, "six") != 0 || hosts[i].port == 0)
			continue;
		other = (struct network){ { 16, { 0 } }, 0 };
		order.to = (struct network_endpoint){ { 16, { [15] = 1 } }, hosts[i].port };
		probes = open_with((struct probe_rules){ .allow = { &other, 1 } });
		left = 1;
		probe_start(probes, &order, on_result, &s);
		loop_run(loop);
		assert_int_equal(s.r.outcome, MX_CHECK_TLS);
		probe_close(probes);
	}
}

/* One host with many orders takes its time; another is not held up. */
static void manners(void **state)
{
	static struct seen seen[6];
	struct probe_order order = order_for("none");
	struct probes *probes = open_with((struct probe_rules){ .per_host_n = 1, .pause_ms = 150, .open_n = 4 });
	size_t left = ARRAY_N(seen);
	uint64_t start = clock_ms();

	(void)state;
	for (size_t i = 0; i < ARRAY_N(seen); i++) {
		if (i == ARRAY_N(seen) - 1)
			order.to.address.bytes[3] = 2;
		seen[i] = (struct seen){ .left = &left };
		probe_start(probes, &order, on_result, &seen[i]);
	}
	loop_run(loop);
	assert_in_range(clock_ms() - start, 4 * 150, 5000);
	for (size_t i = 0; i + 1 < ARRAY_N(seen); i++)
		assert_int_equal(seen[i].r.outcome, MX_CHECK_STARTTLS_MISSING);
	assert_int_equal(seen[ARRAY_N(seen) - 1].r.trouble, PROBE_REFUSED);
	probe_close(probes);
}

static void stop(void *arg, unsigned what)
{
	(void)arg, (void)what;
	loop_stop(loop);
}

static void closing(void **state)
{
	static struct seen seen;
	struct probe_order order = order_for("silent");
	struct probes *probes = open_with((struct probe_rules){ .per_host_n = 1 });
	struct loop_watch *timer;
	size_t left = 9;

	(void)state;
	seen = (struct seen){ .left = &left };
	for (size_t i = 0; i < 5; i++)
		probe_start(probes, &order, on_result, &seen);
	timer = loop_timer(loop, 50, stop, NULL);
	loop_run(loop);
	loop_drop(&timer);
	probe_close(probes);
	probe_close(NULL);
	assert_int_equal(seen.calls, 0);
}

static void many(void **state)
{
	static struct seen seen[200];
	struct probe_order order = order_for("good");
	struct probes *probes = open_with((struct probe_rules){ .per_host_n = 8, .open_n = 16 });
	size_t left = ARRAY_N(seen);

	(void)state;
	for (size_t i = 0; i < ARRAY_N(seen); i++) {
		seen[i] = (struct seen){ .left = &left };
		probe_start(probes, &order, on_result, &seen[i]);
	}
	loop_run(loop);
	for (size_t i = 0; i < ARRAY_N(seen); i++)
		assert_true(seen[i].calls == 1 && seen[i].r.outcome == MX_CHECK_TLS && seen[i].faults == 0);
	probe_close(probes);
}

/* [STS-7.1-a] [STS-7.2-a]: a strict client has a session or it has not */
static void strict(void **state)
{
	static const struct {
		const char *host, *name;
		enum tls_step step;
	} rows[] = {
		{ "tls_good", MX, TLS_OK },
		{ "tls_good", "other.example.test", TLS_FAILED },
		{ "tls_self", MX, TLS_FAILED },
		{ "tls_old", MX, TLS_FAILED },
	};
	struct tls *other;

	(void)state;
	assert_int_equal(tls_open(TLS_STRICT, NULL, store, &other, NULL), OK);
	for (size_t i = 0; i < ARRAY_N(rows); i++) {
		struct tls_wish wish = { .name = str_of(rows[i].name) };
		struct tls_session *session;
		struct tls_failure failure;
		char answer[16];
		size_t n = 0;
		int fd = connected(rows[i].host);
		enum tls_step step;

		assert_int_equal(tls_start(other, fd, &wish, &session, NULL), OK);
		step = tls_handshake(session);
		if (step != rows[i].step)
			fail_msg("%s as %s: step %d", rows[i].host, rows[i].name, step);
		if (step == TLS_OK) {
			assert_int_equal(tls_write(session, S("hello")), TLS_OK);
			assert_int_equal(tls_read(session, answer, sizeof answer, &n), TLS_OK);
			unit_same((str){ answer, n }, S("HELLO"), "echo");
			assert_int_equal(tls_read(session, answer, sizeof answer, &n), TLS_CLOSED);
		} else {
			tls_failure(session, &failure);
			assert_true(failure.text[0] != '\0');
		}
		tls_end(&session, true);
		(void)close(fd);
	}
	tls_close(other);
}

static void refused(void **state)
{
	struct probes *probes;
	struct tls *other;

	(void)state;
	assert_int_equal(probe_open(loop, tls, &(struct probe_rules){ .name = S("a b") }, &probes, NULL), E_SYNTAX);
	assert_int_equal(tls_open(TLS_PROBING, "no such group", NULL, &other, NULL), E_SYNTAX);
	tls_close(NULL);
}

int main(int argc, char **argv)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(kinds), cmocka_unit_test(facts), cmocka_unit_test(wishes), cmocka_unit_test(addresses),
		cmocka_unit_test(manners), cmocka_unit_test(closing), cmocka_unit_test(many), cmocka_unit_test(strict),
		cmocka_unit_test(refused),
	};
	char root[512];
	int failed;

	for (int i = 2; i < argc && hosts_n < HOSTS_N; i++) {
		str name, port;
		uint64_t number;

		if (!str_cut(str_of(argv[i]), '=', &name, &port) || !str_u64(port, UINT16_MAX, &number))
			return 2;
		(void)snprintf(hosts[hosts_n].name, sizeof hosts[0].name, "%.*s", STR_ARG(name));
		hosts[hosts_n++].port = (uint16_t)number;
	}
	if (argc < 3)
		return 2;
	(void)snprintf(root, sizeof root, "%s/root.pem", argv[1]);
	network = (struct network){ { 4, { 127 } }, 8 };
	loop = loop_open();
	if (cert_store_open(root, &store, NULL) != OK || tls_open(TLS_PROBING, NULL, NULL, &tls, NULL) != OK)
		return 2;
	failed = cmocka_run_group_tests(tests, NULL, NULL);
	tls_close(tls);
	cert_store_close(store);
	loop_close(loop);
	return failed;
}
