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

static void tell_fetch(struct inspection *i, const struct world *w, const struct inspection_question *q)
{
	struct inspection_fetch f = { .status = wrong(w, 4) & 1 ? 404 : 200, .content_type = S("text/plain"),
		.body = w->part[POLICY], .bytes = w->part[POLICY].n };

	f.reach = (enum inspection_reach)(wrong(w, 4) / 2 % (INSPECTION_NOT_TRIED + 1));
	f.cert.there = true;
	f.cert.faults = wrong(w, 5);
	f.fetch.cause = f.cert.faults ? STS_FETCH_CERTIFICATE : STS_FETCH_OK;
	inspection_tell_fetch(i, q->place, &f);
}

static void tell_probe(struct inspection *i, const struct world *w, const struct inspection_question *q)
{
	struct inspection_probe p = { .greeting = 220, .greeting_text = w->part[OTHER], .ehlo = 250 };

	p.reach = (enum inspection_reach)(wrong(w, 6) % (INSPECTION_NOT_TRIED + 1));
	p.session.outcome = (enum mx_check_outcome)(wrong(w, 7) % (MX_CHECK_TLS + 1));
	p.session.pkix_faults = p.cert.faults = wrong(w, 8);
	p.cert.there = p.session.outcome == MX_CHECK_TLS;
	p.starttls_offered = p.session.outcome > MX_CHECK_STARTTLS_MISSING;
	inspection_tell_probe(i, q->place, &p);
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
