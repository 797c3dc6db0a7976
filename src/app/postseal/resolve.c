/* resolve - the walk of a sender that knows nothing yet: discovery, MX hosts, DANE, and what Postfix would be told. */
#include <stdarg.h>
#include <stdio.h>
#include <sys/mman.h>

#include "app/postseal/inspect.h"
#include "app/postseal/option.h"
#include "app/postseal/say.h"
#include "app/postseal/verb.h"
#include "core/sts_answer.h"
#include "core/sts_discovery.h"
#include "io/clock.h"
#include "wire/json_out.h"
#include "wire/postfix_tls.h"

static const struct option_row options[] = {
	WORLD_OPTIONS,
	{ "json", 'j', false, NULL, "print one JSON object (see postseal-resolve(1))" },
	{ "help", 'h', true, NULL, "this text" },
	{ 0 },
};

static char memory[8 << 20];
static char answers[2][LIMIT_SOCKETMAP_REPLY_BYTES];

/* What came out, for text and JSON alike. */
struct walk {
	struct inspection i;
	struct arena mem;
	struct sts_discovery discovery;
	enum sts_answer answer;
	str text[2]; /* as Postfix gets it: maps sts and sts-tlsrpt */
	struct world world;
};

static struct walk w;

static int help(void)
{
	say_in(SAY_STRONG, "postseal resolve");
	printf(" - what a sender does with mail for a domain now, step by step\n\n"
	       "Usage: postseal resolve [OPTION]... DOMAIN\n\n");
	option_help(options);
	printf("\nThe sender is one that knows nothing of the domain yet; no mail server is connected to.\n"
	       "The answers are those that Postfix would get as smtp_tls_policy_maps.\n\n"
	       "Exit codes: 0 resolved, with or without a policy, 2 wrong usage,\n"
	       "3 a question that matters could not be answered.\n");
	return VERB_FINE;
}

static str dane_name_of(enum dane_state state)
{
	static const str names[] = {
		[DANE_DI] = STR("none"),
		[DANE_DU] = STR("mandatory"),
		[DANE_DX] = STR("unusable"),
		[DANE_DE] = STR("lookup-failed"),
		[DANE_DR] = STR("required"),
	};

	return names[state];
}

/* The discovery machine, told what was seen. */
static void discover(void)
{
	const struct sts_known nothing = { 0 };
	struct sts_discovery *d = &w.discovery;
	struct sts_fetch none = { .cause = STS_FETCH_DNS, .dns = DNS_NODATA };

	sts_discovery_start(d, STS_DISCOVERY_DELIVERY, STS_DISCOVERY_ON_BOGUS_DELIVER, &nothing);
	while (d->want == STS_DISCOVERY_WANT_TXT)
		sts_discovery_txt(d, &w.i.txt, w.i.now);
	if (d->want != STS_DISCOVERY_WANT_POLICY)
		return;
	if (w.i.host_a.asked && dns_failed(w.i.host_a.answer.status))
		none.dns = w.i.host_a.answer.status;
	else if (w.i.host_a.asked)
		none.dns = w.i.host_a.answer.status == DNS_FOUND ? DNS_NODATA : w.i.host_a.answer.status;
	sts_discovery_policy(d, w.i.served ? &w.i.served->fetch : &none, &w.i.policy, false, w.i.now);
}

static void decide(void)
{
	struct sts_answer_host host[INSPECTION_MX_N];
	struct sts_answer_facts facts = {
		.mode = w.discovery.mode,
		.dane_on = w.i.options.dane,
		.mx_failed = dns_failed(w.i.mx.answer.status),
		.mx_secure = w.i.mx.answer.secure,
		.host = host,
		.host_n = w.i.host_n,
	};

	for (size_t k = 0; k < w.i.host_n; k++) {
		const struct inspection_mx *mx = &w.i.host[k];

		host[k].has_address = mx->ip_total > 0;
		host[k].dane = mx->dane_known ? mx->dane.state : DANE_DI;
	}
	w.answer = sts_answer_of(&facts);
	for (size_t k = 0; k < ARRAY_N(answers); k++) {
		struct postfix_tls tls = {
			.level = w.answer == STS_ANSWER_DANE_ONLY ? POSTFIX_TLS_DANE_ONLY : POSTFIX_TLS_SECURE,
			.form = k == 0 ? POSTFIX_TLS_FORM_STS : POSTFIX_TLS_FORM_TLSRPT,
			.domain = domain_str(&w.i.domain), .mx = w.i.policy.mx, .mx_n = w.i.policy.mx_n,
			.policy = w.i.served ? w.i.served->body : (str){ 0 }, .protocols = S(POSTFIX_TLS_PROTOCOLS),
		};
		struct out out = OUT(answers[k]);

		if (w.answer == STS_ANSWER_NOTFOUND || postfix_tls_write(&tls, &out, NULL) != OK)
			w.text[k] = S("NOTFOUND");
		else
			w.text[k] = out_done(&out);
	}
}

static void step(const char *what, const char *fmt, ...) PRINTF(2, 3);

static void step(const char *what, const char *fmt, ...)
{
	static int number;
	char line[512];
	va_list ap;

	va_start(ap, fmt);
	(void)vsnprintf(line, sizeof line, fmt, ap);
	va_end(ap);
	printf("%d. %-46s ", ++number, what);
	(void)say_text(str_of(line));
	putchar('\n');
}

static const char *status_text(const struct inspection_lookup *l)
{
	static const char *const words[] = {
		[DNS_FOUND] = "found", [DNS_NODATA] = "no such record", [DNS_NXDOMAIN] = "no such name",
		[DNS_TIMEOUT] = "no answer", [DNS_SERVFAIL] = "the name servers fail", [DNS_BOGUS] = "DNSSEC validation fails",
		[DNS_MALFORMED] = "the answer cannot be read",
	};

	return l->asked ? words[l->answer.status] : "not asked";
}

static void txt_text(void)
{
	char what[300];

	(void)snprintf(what, sizeof what, "TXT _mta-sts.%s", w.i.domain.text);
	if (w.i.txt.class == STS_TXT_ONE)
		step(what, "id=%s%s", w.i.txt.id, w.i.sts.answer.secure ? ", DNSSEC" : "");
	else if (w.i.txt.class == STS_TXT_ERROR || w.i.sts.record_n == 0)
		step(what, "%s", status_text(&w.i.sts));
	else
		step(what, "no usable record: %s", w.i.txt_why.text);
}

static void fetch_text(void)
{
	char what[300], reason[96] = "";
	struct out out = { .p = reason, .cap = sizeof reason - 1 };

	if (w.i.txt.class != STS_TXT_ONE)
		return;
	(void)snprintf(what, sizeof what, "GET https://mta-sts.%s/.well-known/mta-sts.txt", w.i.domain.text);
	sts_discovery_reason(&w.discovery, &out);
	reason[out.full ? 0 : out.n] = '\0';
	if (w.i.has_policy)
		step(what, "mode %.*s, max_age %u", STR_ARG(sts_policy_mode_name(w.i.policy.mode)), w.i.policy.max_age_s);
	else
		step(what, "no policy: %s", reason);
}

static void hosts_text(void)
{
	char what[300];

	(void)snprintf(what, sizeof what, "MX %s", w.i.domain.text);
	if (w.i.null_mx)
		step(what, "null MX: the domain takes no mail");
	else if (w.i.implicit_mx)
		step(what, "none; the domain itself is the host");
	else
		step(what, "%s%s", w.i.host_n > 0 ? "" : status_text(&w.i.mx), w.i.host_n == 0 ? "" : w.i.mx.answer.secure ?
		    "found, DNSSEC" : "found, without DNSSEC");
	for (size_t k = 0; k < w.i.host_n; k++) {
		const struct inspection_mx *mx = &w.i.host[k];
		str state = dane_name_of(mx->dane_known ? mx->dane.state : DANE_DI);

		printf("     %5u ", mx->preference);
		(void)say_text(mx->host);
		if (w.discovery.mode != STS_POLICY_NONE)
			printf(", %s", mx->matched ? "in the policy" : "not in the policy");
		printf(", %s, DANE: %.*s\n", mx->ip_total > 0 ? "has addresses" : "no address", STR_ARG(state));
	}
}

static void print_text(void)
{
	static const char *const verdicts[] = {
		[STS_DISCOVERY_NO_POLICY] = "none: mail is delivered as if there were no MTA-STS",
		[STS_DISCOVERY_USE_KNOWN] = "the one that was known",
		[STS_DISCOVERY_USE_NEW] = "the one just fetched",
		[STS_DISCOVERY_DEFER] = "unknown: mail waits",
	};

	say_in(SAY_STRONG, "%s\n", w.i.domain.text);
	txt_text();
	fetch_text();
	step("Policy in force", "%s%s", verdicts[w.discovery.verdict],
	    w.discovery.verdict == STS_DISCOVERY_USE_NEW && w.discovery.mode == STS_POLICY_TESTING
	        ? "; mode testing: failures are reported, mail goes out" : "");
	if (w.discovery.report != RESULT_TYPE_OTHER)
		step("To be reported", "%.*s", STR_ARG(result_type_name(w.discovery.report)));
	hosts_text();
	if (!w.i.options.dane)
		printf("     The resolver's word on DNSSEC does not count (not on loopback): DANE is not used.\n");
	step("Answer to Postfix, map sts", "%.*s", STR_ARG(str_head(w.text[0], 400)));
	step("Answer to Postfix 3.10 and later, map sts-tlsrpt", "%.*s", STR_ARG(str_head(w.text[1], 400)));
	if (w.answer == STS_ANSWER_NOTFOUND)
		printf("     NOTFOUND: Postfix's own level (dane, may) counts.\n");
}

static void print_json(void)
{
	static const str verdicts[] = {
		[STS_DISCOVERY_NO_POLICY] = STR("none"), [STS_DISCOVERY_USE_KNOWN] = STR("known"),
		[STS_DISCOVERY_USE_NEW] = STR("fetched"), [STS_DISCOVERY_DEFER] = STR("defer"),
	};
	static char text[1 << 20];
	struct out o = OUT(text);
	char reason[96];
	struct out why = OUT(reason);
	bool first = true;

	sts_discovery_reason(&w.discovery, &why);
	out_char(&o, '{');
	json_out_key(&o, &first, "domain");
	json_out_str(&o, domain_str(&w.i.domain));
	json_out_key(&o, &first, "id");
	if (w.i.txt.id[0])
		json_out_str(&o, str_of(w.i.txt.id));
	else
		out_str(&o, S("null"));
	json_out_key(&o, &first, "policy");
	json_out_str(&o, verdicts[w.discovery.verdict]);
	json_out_key(&o, &first, "mode");
	json_out_str(&o, sts_policy_mode_name(w.discovery.mode));
	json_out_key(&o, &first, "result_type");
	if (w.discovery.report != RESULT_TYPE_OTHER)
		json_out_str(&o, result_type_name(w.discovery.report));
	else
		out_str(&o, S("null"));
	json_out_key(&o, &first, "reason");
	json_out_str(&o, out_done(&why));
	json_out_key(&o, &first, "mx");
	out_char(&o, '[');
	for (size_t k = 0; k < w.i.host_n; k++) {
		const struct inspection_mx *mx = &w.i.host[k];

		out_str(&o, k ? S(",{\"host\":") : S("{\"host\":"));
		json_out_str(&o, mx->host);
		out_fmt(&o, ",\"preference\":%u,\"matched\":%s,\"addresses\":%zu,\"dane\":", mx->preference,
		    w.i.policy_read ? mx->matched ? "true" : "false" : "null", mx->ip_total);
		json_out_str(&o, dane_name_of(mx->dane_known ? mx->dane.state : DANE_DI));
		out_char(&o, '}');
	}
	out_str(&o, S("],\"answer\":"));
	json_out_str(&o, w.text[0]);
	out_str(&o, S(",\"answer_tlsrpt\":"));
	json_out_str(&o, w.text[1]);
	out_str(&o, S("}\n"));
	(void)fwrite(out_done(&o).p, 1, out_done(&o).n, stdout);
}

static void settled(void *arg, struct inspection *i)
{
	(void)arg;
	(void)i;
	discover();
	decide();
}

static void released(void *arg, struct inspection *i)
{
	(void)arg;
	(void)i;
	loop_stop(w.world.loop);
}

static int run(const struct domain *domain, const struct world_settings *settings)
{
	struct inspection_options ask = { .groups = INSPECTION_STS | INSPECTION_MX | INSPECTION_DANE, .no_probe = true };
	struct inspect_run job = { &w.i, settled, released, NULL };
	struct inspect *inspect;
	int code = world_open(&w.world, settings);

	if (code != VERB_FINE)
		return code;
	ask.dane = w.world.secure;
	w.mem = ARENA(memory);
	inspect = inspect_open(&w.world, false);
	inspection_start(&w.i, domain, &ask, clock_now(), &w.mem);
	inspect_start(inspect, &job);
	loop_run(w.world.loop);
	inspect_close(inspect);
	world_close(&w.world);
	return VERB_FINE;
}

int verb_resolve(int argc, char **argv)
{
	struct world_settings settings = { 0 };
	struct domain domain;
	struct why why = { 0 };
	const char *value;
	bool json = false;
	int letter, first, code;

	while ((letter = option_next("resolve", options, argc, argv, &value, &first)) != OPTION_END) {
		if (letter == OPTION_WRONG)
			return VERB_USAGE;
		if (letter == 'h')
			return help();
		code = world_option(&settings, "resolve", letter, value);
		if (code > VERB_FINE)
			return code;
		json |= letter == 'j';
	}
	if (argc - first != 1)
		return say_usage("resolve", "exactly one domain is resolved at a time");
	if (domain_read(str_of(argv[first]), &domain, &why) != OK)
		return say_usage("resolve", "\"%s\" is no domain: %s", argv[first], why.text);
	code = run(&domain, &settings);
	if (code != VERB_FINE)
		return code;
	if (json)
		print_json();
	else
		print_text();
	return w.i.txt.class == STS_TXT_ERROR || dns_failed(w.i.mx.answer.status) ? VERB_UNKNOWN : VERB_FINE;
}
