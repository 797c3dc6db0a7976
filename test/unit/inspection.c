#include "core/inspection.h"

#include <stdlib.h>

#include "base/out.h"
#include "test/unit/unit.h"

#define NOW ((unix_s)1795262400)
#define STS { "_mta-sts.example.com", DNS_TYPE_TXT, "v=STSv1; id=20261101T120000Z;" }
#define TLSRPT { "_smtp._tls.example.com", DNS_TYPE_TXT, "v=TLSRPTv1; rua=mailto:a@r.example,https://r.example/" }
#define POLICY "version: STSv1\nmode: enforce\nmx: mx1.example.com\nmax_age: 2592000\n"
#define ONE_MX { "example.com", DNS_TYPE_MX, "10 mx1.example.com" }, { "mx1.example.com", DNS_TYPE_A, "192.0.2.25" }, \
	{ "mx1.example.com", DNS_TYPE_AAAA, "" }
#define HOST { "mta-sts.example.com", DNS_TYPE_A, "192.0.2.10" }, { "mta-sts.example.com", DNS_TYPE_AAAA, "" }
#define WHOLE_TLSA "\x03\x01\x01" "0123456789abcdef0123456789abcdef"

/*
 * A world of DNS: what is not in it is NXDOMAIN.  texts: records between "|", MX
 * with its preference; "" NODATA; "?" SERVFAIL; "~..." insecure; ">target ..." an alias first.
 */
struct fact {
	const char *name;
	unsigned type;
	const char *texts;
};

struct script {
	const char *name;
	struct inspection_options options;
	struct fact world[16];
	const char *asks; /* every question, in the order of asking when answers come in that order */
};

static char memory[1 << 20], answer_memory[1 << 16];

static const char *type_name(unsigned type)
{
	switch (type) {
	case DNS_TYPE_A:
		return "A";
	case DNS_TYPE_AAAA:
		return "AAAA";
	case DNS_TYPE_MX:
		return "MX";
	case DNS_TYPE_TXT:
		return "TXT";
	case DNS_TYPE_NS:
		return "NS";
	case DNS_TYPE_CNAME:
		return "CNAME";
	case DNS_TYPE_TLSA:
		return "TLSA";
	case DNS_TYPE_CAA:
		return "CAA";
	default:
		return "?";
	}
}

static const struct fact *find(const struct fact *world, str name, unsigned type)
{
	for (size_t k = 0; k < 16 && world[k].name; k++)
		if (str_eq(str_of(world[k].name), name) && world[k].type == type)
			return &world[k];
	return NULL;
}

/* Arena memory that is given away right after the telling: everything must have been copied. */
static struct inspection_lookup answer_of(const struct fact *fact, unsigned type, struct arena *mem)
{
	struct inspection_lookup l = { .answer = { .status = DNS_NXDOMAIN, .secure = true, .ttl_s = 300 } };
	str rest = fact ? str_of(fact->texts) : (str){ 0 }, text;

	if (!fact)
		return l;
	l.answer.status = DNS_NODATA;
	l.answer.secure = !str_starts(rest, S("~"));
	rest = str_skip(rest, str_starts(rest, S("~")));
	if (str_starts(rest, S("?"))) {
		l.answer.status = DNS_SERVFAIL;
		return l;
	}
	l.record = arena_take(mem, 40, sizeof *l.record);
	l.alias = arena_take(mem, 1, sizeof *l.alias);
	assert_true(l.record && l.alias);
	if (str_starts(rest, S(">"))) {
		str_cut(str_skip(rest, 1), ' ', &text, &rest);
		assert_true(arena_copy(mem, text, &l.alias[l.alias_n++]));
	}
	for (bool more = rest.n > 0; more; l.record_n++) {
		struct inspection_record *r = &l.record[l.record_n];
		str number;
		uint64_t n = 0;

		more = str_cut(rest, '|', &text, &rest);
		if (type == DNS_TYPE_MX && str_cut(text, ' ', &number, &text))
			assert_true(str_u64(number, 65535, &n));
		r->number = (unsigned)n;
		assert_true(arena_copy(mem, text, &r->text));
		l.answer.status = DNS_FOUND;
	}
	return l;
}

static void note(struct out *log, const struct inspection_question *q)
{
	out_str(log, log->n > 0 ? S("\n") : S(""));
	if (q->ask == INSPECTION_ASK_FETCH)
		out_fmt(log, "GET %.*s %.*s%s", STR_ARG(q->name), STR_ARG(q->ip),
		    q->pause_ms > 0 ? " later" : q->no_sni ? " without SNI" : "");
	else if (q->ask == INSPECTION_ASK_DEEP)
		out_fmt(log, "DEEP %.*s %.*s", STR_ARG(q->name), STR_ARG(q->ip));
	else if (q->ask == INSPECTION_ASK_DESTINATION)
		out_fmt(log, "REPORT %.*s", STR_ARG(q->name));
	else if (q->ask == INSPECTION_ASK_PROBE)
		out_fmt(log, "SMTP %.*s %.*s", STR_ARG(q->name), STR_ARG(q->ip));
	else
		out_fmt(log, "%s %.*s%s%.*s", type_name(q->type), STR_ARG(q->name),
		    q->ask == INSPECTION_ASK_DNS_AT ? " at " : "",
		    STR_ARG(q->ask == INSPECTION_ASK_DNS_AT ? q->ip : S("")));
}

/* What the costly questions bring. */
static void tell_costly(struct inspection *i, const struct inspection_question *q, struct arena *mem)
{
	struct inspection_destination d = { .reach = INSPECTION_REACHED, .code = 550 };
	struct inspection_probe p = { .reach = INSPECTION_REFUSED, .greeting = 554, .old_tls = true,
		.without_sni = INSPECTION_FAILS, .with_rsa = INSPECTION_OTHER, .rsa.there = true };

	if (q->ask == INSPECTION_ASK_DEEP) {
		assert_true(arena_copy(mem, S("RSA 2048"), &p.rsa.key));
		inspection_tell_deep(i, q->place, &p);
		return;
	}
	assert_true(arena_copy(mem, S("mx.r.example"), &d.host) && arena_copy(mem, S("5.1.1 nobody"), &d.text));
	inspection_tell_destination(i, q->place, &d);
}

static void tell(struct inspection *i, const struct fact *world, const struct inspection_question *q)
{
	struct arena mem = ARENA(answer_memory);

	if (q->ask == INSPECTION_ASK_FETCH) {
		struct inspection_fetch f = { .reach = INSPECTION_REACHED, .status = 200, .content_type = S("text/plain"),
			.tls = S("TLSv1.3") };

		assert_true(arena_copy(&mem, S(POLICY), &f.body));
		f.bytes = f.body.n;
		inspection_tell_fetch(i, q->place, &f);
	} else if (q->ask == INSPECTION_ASK_PROBE) {
		struct inspection_probe p = { .reach = INSPECTION_REACHED, .greeting = 220, .session.outcome = MX_CHECK_TLS };

		assert_true(arena_copy(&mem, S("220 ready"), &p.greeting_text));
		inspection_tell_probe(i, q->place, &p);
	} else if (q->ask == INSPECTION_ASK_DEEP || q->ask == INSPECTION_ASK_DESTINATION) {
		tell_costly(i, q, &mem);
	} else {
		struct inspection_lookup l = answer_of(find(world, q->name, q->type), q->type, &mem);

		inspection_tell_dns(i, q->place, &l);
	}
	memset(answer_memory, '#', mem.used);
}

/* Ask and tell until nothing is left; the last question of those open first when backwards. */
static void run(struct inspection *i, const struct script *script, struct arena *mem, bool backwards,
    struct out *log)
{
	struct inspection_question open[512];
	size_t open_n = 0;
	struct domain domain;

	assert_int_equal(domain_read(S("example.com"), &domain, NULL), OK);
	inspection_start(i, &domain, &script->options, NOW, mem);
	for (;;) {
		struct inspection_question q;

		while (open_n < ARRAY_N(open) && inspection_next(i, &open[open_n]))
			note(log, &open[open_n++]);
		if (open_n == 0)
			break;
		q = backwards ? open[open_n - 1] : open[0];
		open_n--;
		if (!backwards)
			memmove(open, open + 1, open_n * sizeof *open);
		tell(i, script->world, &q);
	}
	assert_int_equal(i->open, 0);
	assert_true(i->settled);
}

static const struct script scripts[] = {
	{ "quick, nothing there", { .quick = true }, { { NULL } },
	  "TXT _mta-sts.example.com\n"
	  "TXT _smtp._tls.example.com" },
	{ "quick, a policy", { .quick = true }, { STS, ONE_MX, HOST },
	  "TXT _mta-sts.example.com\n"
	  "TXT _smtp._tls.example.com\n"
	  "MX example.com\n"
	  "AAAA mta-sts.example.com\n"
	  "A mta-sts.example.com\n"
	  "AAAA mx1.example.com\n"
	  "A mx1.example.com\n"
	  "GET mta-sts.example.com 192.0.2.10\n"
	  "TLSA _25._tcp.mx1.example.com\n"
	  "SMTP mx1.example.com 192.0.2.25" },
	{ "quick, reports only", { .quick = true, .groups = INSPECTION_TLSRPT }, { TLSRPT },
	  "TXT _smtp._tls.example.com" },
	{ "full, nothing there", { .groups = INSPECTION_STS | INSPECTION_TLSRPT }, { { NULL } },
	  "TXT _mta-sts.example.com\n"
	  "TXT _smtp._tls.example.com\n"
	  "MX example.com\n"
	  "AAAA mta-sts.example.com\n"
	  "A mta-sts.example.com\n"
	  "TXT example.com\n"
	  "TXT mta-sts.example.com\n"
	  "TXT _mta-sts.example.com.example.com\n"
	  "TXT _mta_sts.example.com\n"
	  "TXT _smtp.example.com\n"
	  "TXT _tlsrpt.example.com\n"
	  "TXT _smtp-tlsrpt.example.com" },
	{ "the policy only", { .groups = INSPECTION_STS },
	  { STS, HOST, ONE_MX, { "example.com", DNS_TYPE_NS, "ns1.example.net|ns2.example.net" },
	    { "ns1.example.net", DNS_TYPE_A, "192.0.2.53" }, { "example.com", DNS_TYPE_CAA, "ca.example" } },
	  "TXT _mta-sts.example.com\n"
	  "MX example.com\n"
	  "AAAA mta-sts.example.com\n"
	  "A mta-sts.example.com\n"
	  "NS example.com\n"
	  "GET mta-sts.example.com 192.0.2.10\n"
	  "CAA mta-sts.example.com\n"
	  "A ns1.example.net\n"
	  "A ns2.example.net\n"
	  "CAA example.com\n"
	  "TXT _mta-sts.example.com at 192.0.2.53" },
	{ "an orphan", { .groups = INSPECTION_STS },
	  { { "mta-sts.example.com", DNS_TYPE_A, "192.0.2.10|192.0.2.11" },
	  { "mta-sts.example.com", DNS_TYPE_AAAA, "" } },
	  "TXT _mta-sts.example.com\n"
	  "MX example.com\n"
	  "AAAA mta-sts.example.com\n"
	  "A mta-sts.example.com\n"
	  "TXT example.com\n"
	  "TXT mta-sts.example.com\n"
	  "TXT _mta-sts.example.com.example.com\n"
	  "TXT _mta_sts.example.com\n"
	  "GET mta-sts.example.com 192.0.2.10\n"
	  "NS example.com" },
	{ "reports only", { .groups = INSPECTION_TLSRPT }, { TLSRPT, { "r.example", DNS_TYPE_MX, "" },
	  { "r.example", DNS_TYPE_A, "" } },
	  "TXT _smtp._tls.example.com\n"
	  "MX r.example\n"
	  "A r.example\n"
	  "AAAA r.example" },
	{ "MX only", { .groups = INSPECTION_MX }, { ONE_MX },
	  "MX example.com\n"
	  "AAAA mx1.example.com\n"
	  "A mx1.example.com\n"
	  "SMTP mx1.example.com 192.0.2.25" },
	{ "MX without connecting", { .groups = INSPECTION_MX, .no_probe = true }, { ONE_MX },
	  "MX example.com\n"
	  "AAAA mx1.example.com\n"
	  "A mx1.example.com" },
	{ "null MX", { .groups = INSPECTION_MX }, { { "example.com", DNS_TYPE_MX, "0 " } }, "MX example.com" },
	{ "implicit MX", { .groups = INSPECTION_MX },
	  { { "example.com", DNS_TYPE_MX, "" }, { "example.com", DNS_TYPE_A, "192.0.2.1" },
	    { "example.com", DNS_TYPE_AAAA, "2001:db8::1" } },
	  "MX example.com\n"
	  "AAAA example.com\n"
	  "A example.com\n"
	  "SMTP example.com 2001:db8::1\n"
	  "SMTP example.com 192.0.2.1" },
	{ "MX SERVFAIL", { .groups = INSPECTION_MX }, { { "example.com", DNS_TYPE_MX, "?" } },
		"MX example.com" },
	{ "the same host twice", { .groups = INSPECTION_MX, .no_probe = true },
	  { { "example.com", DNS_TYPE_MX, "20 b.example.com|10 a.example.com|30 b.example.com" } },
	  "MX example.com\n"
	  "AAAA a.example.com\n"
	  "A a.example.com\n"
	  "AAAA b.example.com\n"
	  "A b.example.com" },
	{ "DANE binds", { .groups = INSPECTION_DANE },
	  { ONE_MX, { "_25._tcp.mx1.example.com", DNS_TYPE_TLSA, WHOLE_TLSA } },
	  "MX example.com\n"
	  "AAAA mx1.example.com\n"
	  "A mx1.example.com\n"
	  "TLSA _25._tcp.mx1.example.com\n"
	  "TXT _smtp._tls.mx1.example.com\n"
	  "SMTP mx1.example.com 192.0.2.25" },
	{ "DANE denied", { .groups = INSPECTION_DANE }, { ONE_MX },
	  "MX example.com\n"
	  "AAAA mx1.example.com\n"
	  "A mx1.example.com\n"
	  "TLSA _25._tcp.mx1.example.com\n"
	  "SMTP mx1.example.com 192.0.2.25" },
	{ "insecure address", { .groups = INSPECTION_DANE },
	  { { "example.com", DNS_TYPE_MX, "10 mx1.example.com" },
	  { "mx1.example.com", DNS_TYPE_A, "~192.0.2.25" } },
	  "MX example.com\n"
	  "AAAA mx1.example.com\n"
	  "A mx1.example.com\n"
	  "SMTP mx1.example.com 192.0.2.25" },
	{ "signed alias of an unsigned host", { .groups = INSPECTION_DANE },
	  { { "example.com", DNS_TYPE_MX, "10 mx1.example.com" },
	    { "mx1.example.com", DNS_TYPE_A, "~>host.example.net 192.0.2.25" },
	    { "mx1.example.com", DNS_TYPE_CNAME, "host.example.net" } },
	  "MX example.com\n"
	  "AAAA mx1.example.com\n"
	  "A mx1.example.com\n"
	  "CNAME mx1.example.com\n"
	  "TLSA _25._tcp.mx1.example.com\n"
	  "SMTP mx1.example.com 192.0.2.25" },
	{ "deep", { .groups = INSPECTION_STS | INSPECTION_MX, .deep = true }, { STS, HOST, ONE_MX },
	  "TXT _mta-sts.example.com\n"
	  "MX example.com\n"
	  "AAAA mta-sts.example.com\n"
	  "A mta-sts.example.com\n"
	  "NS example.com\n"
	  "AAAA mx1.example.com\n"
	  "A mx1.example.com\n"
	  "GET mta-sts.example.com 192.0.2.10\n"
	  "CAA mta-sts.example.com\n"
	  "SMTP mx1.example.com 192.0.2.25\n"
	  "GET mta-sts.example.com 192.0.2.10 without SNI\n"
	  "GET mta-sts.example.com 192.0.2.10 later\n"
	  "CAA example.com\n"
	  "DEEP mx1.example.com 192.0.2.25" },
	{ "destinations asked", { .groups = INSPECTION_TLSRPT, .reports = true },
	  { TLSRPT, { "r.example", DNS_TYPE_MX, "10 mx" } },
	  "TXT _smtp._tls.example.com\n"
	  "MX r.example\n"
	  "REPORT mailto:a@r.example\n"
	  "REPORT https://r.example/" },
	{ "mail authentication", { .groups = INSPECTION_MAIL_AUTH, .dkim_selector = STR("s1") }, { { NULL } },
	  "TXT example.com\n"
	  "TXT _dmarc.example.com\n"
	  "TXT s1._domainkey.example.com" },
};

static void questions(void **state)
{
	(void)state;
	for (size_t k = 0; k < ARRAY_N(scripts); k++) {
		struct arena mem = ARENA(memory);
		struct inspection i;
		char text[4096];
		struct out log = OUT(text);

		run(&i, &scripts[k], &mem, false, &log);
		unit_same(out_done(&log), str_of(scripts[k].asks), scripts[k].name);
		assert_false(i.full);
	}
}

static int by_line(const void *a, const void *b)
{
	return strcmp(*(const char *const *)a, *(const char *const *)b);
}

static void sort_lines(char *text, struct out *out)
{
	const char *line[64];
	size_t n = 0;

	for (char *at = strtok(text, "\n"); at && n < ARRAY_N(line); at = strtok(NULL, "\n"))
		line[n++] = at;
	qsort(line, n, sizeof *line, by_line);
	for (size_t k = 0; k < n; k++)
		out_fmt(out, "%s\n", line[k]);
}

/* Answers in any order lead to the same questions and the same facts. */
static void the_order_of_answers(void **state)
{
	(void)state;
	for (size_t k = 0; k < ARRAY_N(scripts); k++) {
		struct arena mem = ARENA(memory);
		struct inspection i;
		char there[4096], back[4096], a[4096], b[4096];
		struct out log = OUT(there), again = OUT(back), sorted = OUT(a), sorted_again = OUT(b);
		bool has_policy, read;
		size_t host_n;

		run(&i, &scripts[k], &mem, false, &log);
		has_policy = i.has_policy;
		read = i.policy_read;
		host_n = i.host_n;
		arena_reset(&mem);
		run(&i, &scripts[k], &mem, true, &again);
		out_char(&log, '\0');
		out_char(&again, '\0');
		sort_lines(there, &sorted);
		sort_lines(back, &sorted_again);
		unit_same(out_done(&sorted_again), out_done(&sorted), scripts[k].name);
		assert_true(i.has_policy == has_policy && i.policy_read == read && i.host_n == host_n);
	}
}

static const struct script *script_of(const char *name)
{
	for (size_t k = 0; k < ARRAY_N(scripts); k++)
		if (strcmp(scripts[k].name, name) == 0)
			return &scripts[k];
	fail_msg("no script %s", name);
	return NULL;
}

static void facts(void **state)
{
	char text[4096];
	struct arena mem = ARENA(memory);
	struct out log = OUT(text);
	struct inspection i;

	(void)state;
	run(&i, script_of("quick, a policy"), &mem, false, &log);
	assert_true(i.policy_read && i.has_policy && i.host_n == 1 && i.host[0].matched);
	assert_ptr_equal(i.served, &i.fetch[0]);
	assert_int_equal(i.txt.class, STS_TXT_ONE);
	unit_same(i.served->body, S(POLICY), "body");
	unit_same(i.host[0].probe[0].greeting_text, S("220 ready"), "greeting");
	assert_int_equal(i.tlsrpt_err, E_ABSENT);
	run(&i, script_of("null MX"), &mem, false, &log);
	assert_true(i.null_mx && i.host_n == 0);
	run(&i, script_of("implicit MX"), &mem, false, &log);
	assert_true(i.implicit_mx && i.host_n == 1 && i.host[0].probe_n == 2 && i.host[0].ip_total == 2);
	run(&i, script_of("the same host twice"), &mem, false, &log);
	assert_true(i.host_n == 2 && i.mx_total == 2);
	unit_same(i.host[0].host, S("a.example.com"), "by preference");
	assert_int_equal(i.host[1].preference, 20);
	run(&i, script_of("DANE binds"), &mem, false, &log);
	assert_true(i.host[0].dane_known && i.host[0].dane.state == DANE_DU);
	run(&i, script_of("the policy only"), &mem, false, &log);
	unit_same(i.caa_name, S("example.com"), "nearest CAA");
	assert_true(i.has_policy && i.ns_sts[0].record_n == 0 + i.ns_sts[0].asked && !i.ns_sts[1].asked);
	run(&i, script_of("an orphan"), &mem, false, &log);
	assert_true(i.policy_read && !i.has_policy && i.host_ip_total == 2 && i.fetch_n == 1);
}

/* What comes later adds to what was seen, and takes nothing away. */
static void costly_facts(void **state)
{
	char text[4096];
	struct arena mem = ARENA(memory);
	struct out log = OUT(text);
	const struct inspection_probe *p;
	struct inspection i;

	(void)state;
	run(&i, script_of("deep"), &mem, false, &log);
	p = &i.host[0].probe[0];
	assert_true(p->reach == INSPECTION_REACHED && p->greeting == 220 && p->session.outcome == MX_CHECK_TLS);
	assert_true(p->old_tls && p->without_sni == INSPECTION_FAILS && p->with_rsa == INSPECTION_OTHER && p->rsa.there);
	unit_same(p->rsa.key, S("RSA 2048"), "the other certificate");
	assert_ptr_equal(i.again_of, &i.fetch[0]);
	assert_true(i.again.asked);
	unit_same(i.again.body, S(POLICY), "once more");
	assert_true(i.without_sni.asked);
	unit_same(i.without_sni.ip, i.again.ip, "without SNI");
	run(&i, script_of("destinations asked"), &mem, false, &log);
	assert_non_null(i.destination);
	for (size_t k = 0; k < 2; k++) {
		assert_true(i.destination[k].asked && i.destination[k].code == 550);
		unit_same(i.destination[k].host, S("mx.r.example"), "host");
		unit_same(i.destination[k].text, S("5.1.1 nobody"), "text");
	}
	run(&i, script_of("reports only"), &mem, false, &log);
	assert_null(i.destination);
}

static void more_than_is_asked(void **state)
{
	static char mx[LIMIT_DOMAIN_BYTES * 8], addresses[512], text[1 << 14];
	struct script many = { "many", { .groups = INSPECTION_MX }, { { "example.com", DNS_TYPE_MX, mx } },
	    "" };
	struct out list = OUT(mx), ips = OUT(addresses), log = OUT(text);
	struct arena mem = ARENA(memory);
	struct inspection i;

	(void)state;
	for (int k = 0; k < INSPECTION_MX_N + 3; k++)
		out_fmt(&list, "%s%d mx%d.example.com", k ? "|" : "", k, k);
	out_char(&list, '\0');
	for (int k = 0; k < INSPECTION_IP_N + 2; k++)
		out_fmt(&ips, "%s192.0.2.%d", k ? "|" : "", k + 1);
	out_char(&ips, '\0');
	many.world[1] = (struct fact){ "mx0.example.com", DNS_TYPE_A, addresses };
	assert_false(list.full || ips.full);
	run(&i, &many, &mem, false, &log);
	assert_int_equal(i.host_n, INSPECTION_MX_N);
	assert_int_equal(i.mx_total, INSPECTION_MX_N + 3);
	assert_int_equal(i.host[0].probe_n, INSPECTION_IP_N);
	assert_int_equal(i.host[0].ip_total, INSPECTION_IP_N + 2);
}

static void time_is_up(void **state)
{
	struct arena mem = ARENA(memory);
	struct inspection_question q;
	struct inspection i;
	struct domain domain;

	(void)state;
	assert_int_equal(domain_read(S("example.com"), &domain, NULL), OK);
	inspection_start(&i, &domain, &(struct inspection_options){ 0 }, NOW, &mem);
	assert_true(inspection_next(&i, &q));
	inspection_end(&i);
	assert_true(i.settled && !i.has_policy && !i.served);
	assert_false(inspection_next(&i, &q));
}

/* A full arena ends the asking, says so, and leaves what was seen. */
static void every_arena_size(void **state)
{
	const struct script *script = script_of("quick, a policy");

	(void)state;
	for (size_t cap = 0; cap < 40000; cap += 61) { /* the costly questions: that nothing breaks */
		struct arena mem = { memory, cap, 0 };
		struct inspection i;
		char text[4096];
		struct out log = OUT(text);

		run(&i, script_of(cap % 3 ? "deep" : "destinations asked"), &mem, cap % 2, &log);
		assert_true(i.full || cap % 3 == 0 ? true : i.host[0].probe[0].rsa.there);
	}
	for (size_t cap = 0; cap < 40000; cap += 61) {
		struct arena mem = { memory, cap, 0 };
		struct inspection i;
		char text[4096];
		struct out log = OUT(text);

		run(&i, script, &mem, cap % 2, &log);
		if (!i.full)
			assert_true(i.has_policy && i.host_n == 1 && i.host[0].matched &&
			    i.host[0].probe[0].asked);
		else if (i.has_policy)
			assert_true(str_eq(i.served->body, S(POLICY)) && str_eq(str_of(i.txt.id), S("20261101T120000Z")));
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(questions),
		cmocka_unit_test(the_order_of_answers),
		cmocka_unit_test(facts),
		cmocka_unit_test(costly_facts),
		cmocka_unit_test(more_than_is_asked),
		cmocka_unit_test(time_is_up),
		cmocka_unit_test(every_arena_size),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
