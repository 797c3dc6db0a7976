/*
 * judge - whatever strangers publish, the inspection ends and every finding can be printed.
 *
 * Input: parts with a NUL byte between.  _mta-sts records | _smtp._tls records | MX
 * hosts | policy file | all other TXT records | TLSA records | what goes wrong;
 * records of one part with LF between.
 */
#include "core/judge.h"

#include "base/out.h"
#include "test/fuzz/fuzz.h"

enum part { STS, TLSRPT, MX, POLICY, OTHER, TLSA, WRONG, PART_N };

struct world {
	str part[PART_N];
};

static char memory[1 << 22], finding_memory[1 << 20], answer_memory[1 << 20];

/* The n-th byte of what goes wrong; 0: nothing does. */
static unsigned wrong(const struct world *w, size_t n)
{
	return n < w->part[WRONG].n ? (unsigned char)w->part[WRONG].p[n] : 0;
}

static void add_records(struct inspection_lookup *l, str part, struct arena *mem)
{
	l->record = arena_take(mem, 64, sizeof *l->record);
	l->alias = arena_take(mem, 1, sizeof *l->alias);
	fuzz_must(l->record && l->alias);
	for (bool more = part.n > 0; more && l->record_n < 64; l->record_n++) {
		more = str_cut(part, '\n', &l->record[l->record_n].text, &part);
		l->record[l->record_n].number = (unsigned)(l->record_n % 3);
	}
	l->answer.status = l->record_n > 0 ? DNS_FOUND : DNS_NODATA;
}

static void tell_dns(struct inspection *i, const struct world *w, const struct inspection_question *q)
{
	struct arena mem = ARENA(answer_memory);
	struct inspection_lookup l = { .answer = { .secure = true, .ttl_s = 60 * (wrong(w, 3) + 1) } };
	enum part part = q->type == DNS_TYPE_TLSA ? TLSA : q->type == DNS_TYPE_MX ? MX :
	    str_starts(q->name, S("_mta-sts.")) ? STS : str_starts(q->name, S("_smtp._tls.")) ? TLSRPT : OTHER;

	if (q->type == DNS_TYPE_A || q->type == DNS_TYPE_AAAA)
		add_records(&l, q->type == DNS_TYPE_A ? S("192.0.2.1\n192.0.2.2") : S(""), &mem);
	else
		add_records(&l, w->part[part], &mem);
	if (wrong(w, 0) % 8 == part + 1)
		l.answer.status = (enum dns_status)(wrong(w, 1) % (DNS_MALFORMED + 1));
	if (l.answer.status != DNS_FOUND)
		l.record_n = 0;
	l.answer.secure = (wrong(w, 2) & 1) == 0;
	if (wrong(w, 2) & 2)
		l.alias[l.alias_n++] = S("alias.example.net");
	inspection_tell_dns(i, q->place, &l);
}

/* A certificate with the other texts as names. */
static struct inspection_cert cert(const struct world *w, size_t at, str names[8])
{
	struct inspection_cert c = { .there = true, .faults = wrong(w, at) >> 1 | (wrong(w, at + 1) & 7) << 7 };
	str rest = w->part[OTHER];

	for (bool more = rest.n > 0; more && c.name_n < 8; c.name_n++)
		more = str_cut(rest, '\n', &names[c.name_n], &rest);
	c.name = names;
	c.names_total = c.name_n + wrong(w, at + 1) / 16;
	c.subject = c.issuer = c.key = c.signature = c.name_n > 0 ? names[0] : S("R3");
	c.not_after = 1795262400 - 1000000 + wrong(w, at + 2) * 20000;
	c.not_before = c.not_after - 7776000;
	c.weak_key = c.revoked = c.must_staple = wrong(w, at + 2) & 1;
	return c;
}

static void tell_fetch(struct inspection *i, const struct world *w, const struct inspection_question *q)
{
	static const unsigned statuses[] = { 200, 404, 301, 403, 503, 401, 500, 204 };
	char policy_memory[4096];
	struct arena mem = ARENA(policy_memory);
	struct inspection_fetch f = { .status = statuses[wrong(w, 4) % 8], .content_type = S("text/plain"),
		.body = w->part[POLICY], .bytes = w->part[POLICY].n };
	struct sts_fetch_reply reply = { f.status, f.content_type, f.body };
	struct sts_policy policy;
	str names[8];

	f.reach = (enum inspection_reach)(wrong(w, 4) / 8 % (INSPECTION_NOT_TRIED + 1));
	f.cert = cert(w, 10, names);
	f.location = f.age = f.cache_control = f.content_encoding = wrong(w, 5) & 1 ? w->part[OTHER] : S("");
	f.ms = wrong(w, 5) * 100;
	f.fetch = sts_fetch_check(&reply, &mem, &policy, NULL);
	if (f.cert.faults) {
		f.fetch = (struct sts_fetch){ .cause = STS_FETCH_CERTIFICATE, .cert = f.cert.faults };
	} else if (wrong(w, 5) > 128) {
		f.fetch = (struct sts_fetch){ .cause = wrong(w, 5) & 2 ? STS_FETCH_TLS : STS_FETCH_TIMEOUT };
		f.fetch.tls.kind = (enum tls_fault_handshake)(wrong(w, 5) / 4 % (TLS_FAULT_CLOSED + 1));
	}
	if (f.reach != INSPECTION_REACHED)
		f.fetch = (struct sts_fetch){ .cause = STS_FETCH_CONNECT };
	if (f.fetch.cause == STS_FETCH_CERTIFICATE || f.fetch.cause == STS_FETCH_TLS ||
	    f.fetch.cause == STS_FETCH_TIMEOUT || f.fetch.cause == STS_FETCH_CONNECT) {
		f.status = 0;
		f.body = (str){ 0 };
		f.bytes = 0;
	}
	inspection_tell_fetch(i, q->place, &f);
}

static void tell_probe(struct inspection *i, const struct world *w, const struct inspection_question *q)
{
	struct inspection_probe p = { .greeting = 220, .greeting_text = w->part[OTHER], .ehlo = 250 };
	str names[8];

	p.reach = (enum inspection_reach)(wrong(w, 6) % (INSPECTION_NOT_TRIED + 1));
	p.session.outcome = p.reach != INSPECTION_REACHED ? MX_CHECK_UNREACHED :
	    (enum mx_check_outcome)(wrong(w, 7) % (MX_CHECK_TLS + 1));
	p.session.tlsa = (enum mx_check_tlsa)(wrong(w, 7) / 8 % (MX_CHECK_TLSA_TA + 1));
	p.session.ta_faults = wrong(w, 7) / 32;
	if (p.session.outcome == MX_CHECK_TLS) {
		p.cert = cert(w, 13, names);
		p.session.pkix_faults = p.cert.faults;
		p.tls = S("TLSv1.3");
		p.group = S("X25519");
	}
	p.starttls_offered = p.session.outcome > MX_CHECK_STARTTLS_MISSING;
	inspection_tell_probe(i, q->place, &p);
}

/* What a literal sender refuses is never judged lightly, and what it cannot get never called fine. */
static void must_agree(const struct inspection *i, enum finding_severity verdict)
{
	if (i->txt.class == STS_TXT_ONE && !i->has_policy && i->host_a.asked && i->host_aaaa.asked)
		fuzz_must(verdict >= FINDING_UNKNOWN);
	for (size_t n = 0; i->has_policy && n < i->host_n; n++) {
		for (size_t k = 0; k < i->host[n].probe_n; k++) {
			struct mx_check_rules rules = { .sts = i->policy.mode, .sts_matched = true, .has_address = true };
			struct mx_check_verdict v = { .action = MX_CHECK_DELIVER };

			if (i->host[n].matched && i->host[n].probe[k].session.outcome != MX_CHECK_UNREACHED)
				mx_check_after(&rules, &i->host[n].probe[k].session, &v);
			fuzz_must(v.action != MX_CHECK_NEXT || verdict == FINDING_FATAL);
		}
	}
}

static void must_print(str s)
{
	for (size_t k = 0; k < s.n; k++)
		fuzz_must(s.p[k] >= 0x20 && s.p[k] <= 0x7e);
}

static void judge(const struct inspection *i)
{
	struct arena mem = ARENA(finding_memory);
	struct judge_verdict verdict;
	struct finding_list list;
	bool error = false;

	fuzz_must(judge_all(i, &mem, &list, &verdict, NULL) == OK);
	must_print(verdict.senders_will);
	fuzz_must(list.finding_n > 0 || verdict.verdict == FINDING_INFO);
	for (size_t k = 0; k < list.finding_n; k++) {
		const struct finding *f = &list.finding[k];

		fuzz_must(f->message.n > 0 && f->severity <= verdict.verdict);
		must_print(f->subject);
		must_print(f->message);
		must_print(f->remedy);
		error |= f->severity >= FINDING_ERROR;
	}
	if (list.dropped_n == 0)
		must_agree(i, verdict.verdict);
	/* a policy that strict senders refuse is never fine */
	if (i->served && i->served->status == 200 && i->policy_why.text[0])
		fuzz_must(error || list.dropped_n > 0);
}

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t n)
{
	struct arena mem = ARENA(memory);
	struct inspection_options options = { .dane = true };
	struct inspection_question q;
	struct inspection i;
	struct domain domain;
	struct world w = { 0 };
	str rest = { (const char *)bytes, n < 8192 ? n : 8192 };

	for (size_t k = 0; k < PART_N; k++)
		str_cut(rest, '\0', &w.part[k], &rest);
	options.quick = wrong(&w, 9) & 1;
	options.dkim_selector = wrong(&w, 9) & 2 ? S("s1") : S("");
	fuzz_must(domain_read(wrong(&w, 9) & 4 ? S("sub.example.com") : S("example.com"), &domain, NULL) == OK);
	inspection_start(&i, &domain, &options, 1795262400, &mem);
	while (inspection_next(&i, &q)) {
		if (q.ask == INSPECTION_ASK_FETCH)
			tell_fetch(&i, &w, &q);
		else if (q.ask == INSPECTION_ASK_PROBE)
			tell_probe(&i, &w, &q);
		else
			tell_dns(&i, &w, &q);
	}
	fuzz_must(i.open == 0 && i.settled);
	judge(&i);
	return 0;
}
