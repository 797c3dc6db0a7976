/*
 * judge_kit - a perfect domain, to change one fact of and see what a judge finds.
 *
 *   example.com, mode enforce, DNSSEC everywhere
 *     MX hosts mx1 and mx2.example.com, 10 both, each A, AAAA and 3 1 1 TLSA, matched
 *     mta-sts.example.com with A and AAAA, both serving the same policy
 *     _smtp._tls with one mailto: in another domain; SPF and DMARC; no DKIM selector
 *
 * A row is: what is changed (with a text or a number as its argument), and every
 * finding that follows, in catalogue order:
 *
 *   { "two records", with_sts, "v=STSv1; id=1|v=STSv1; id=1", "T03 error" }
 *   { "no STARTTLS", without_starttls, "", "Y02 fatal starttls-not-supported, Y15 ..." }
 *
 * A result type that is not there must not be there.  Besides, every finding
 * has a subject and full sentences.
 */
#ifndef TEST_UNIT_JUDGE_KIT_H
#define TEST_UNIT_JUDGE_KIT_H

#include "core/finding.h"
#include "core/inspection_keep.h"
#include "core/inspection_read.h"
#include "core/judge.h"
#include "core/judge_groups.h"
#include "test/unit/unit.h"

#define KIT_NOW ((unix_s)1795262400) /* 2026-11-21T12:00:00Z */
#define KIT_STS "v=STSv1; id=20261101T120000Z;"
#define KIT_TLSRPT "v=TLSRPTv1; rua=mailto:tls-reports@reports.example"
#define KIT_POLICY(mode, max_age) "version: STSv1\r\nmode: " mode "\r\nmx: mx1.example.com\r\n" \
	"mx: mx2.example.com\r\nmax_age: " max_age "\r\n"

struct kit {
	struct inspection i;
	struct finding_list list;
	struct arena mem, finding_mem;
	char memory[1 << 20], finding_memory[1 << 18];
};

struct kit_row {
	const char *name;
	void (*change)(struct kit *kit, const char *argument);
	const char *argument;
	const char *want; /* "ID severity [result-type], ..." or "" */
};

static struct kit kit_room; /* too large for a stack */

/* An answer with the texts between "|"; "" is an empty answer: NODATA. */
static inline struct inspection_lookup kit_answer(struct kit *kit, const char *texts)
{
	struct inspection_lookup l = { .asked = true, .answer = { .status = DNS_NODATA, .secure = true, .ttl_s = 3600 } };
	str rest = str_of(texts), text;

	l.record = inspection_keep_take(&kit->i, 16, sizeof *l.record);
	assert_non_null(l.record);
	for (bool more = rest.n > 0; more && l.record_n < 16; l.record_n++) {
		more = str_cut(rest, '|', &text, &rest);
		l.record[l.record_n].text = text;
		l.answer.status = DNS_FOUND;
	}
	return l;
}

/* The lookup failed, or the name is not there. */
static inline struct inspection_lookup kit_status(enum dns_status status)
{
	return (struct inspection_lookup){ .asked = true, .answer = { .status = status, .ttl_s = 300 } };
}

/* An alias in front of what the lookup already has. */
static inline void kit_alias(struct kit *kit, struct inspection_lookup *lookup, const char *targets)
{
	struct inspection_lookup names = kit_answer(kit, targets);

	lookup->alias_n = names.record_n;
	lookup->alias = inspection_read_texts(&kit->i, &names);
	assert_non_null(lookup->alias);
}

static inline struct inspection_cert kit_cert(struct kit *kit, const char *names)
{
	struct inspection_lookup list = kit_answer(kit, names);

	return (struct inspection_cert){
		.there = true, .subject = list.record[0].text, .issuer = S("Test CA R1"),
		.name = inspection_read_texts(&kit->i, &list), .name_n = list.record_n, .names_total = list.record_n,
		.not_before = KIT_NOW - 20 * DATE_DAY_S, .not_after = KIT_NOW + 70 * DATE_DAY_S,
		.sha256 = S("000102030405060708090a0b0c0d0e0f101112131415161718191a1b1c1d1e1f"),
		.key = S("EC P-256"), .signature = S("ecdsa-with-SHA256"), .chain_n = 2,
	};
}

/* What the policy host serves, at every address. */
static inline void kit_policy(struct kit *kit, const char *body)
{
	for (size_t k = 0; k < kit->i.fetch_n; k++) {
		struct inspection_fetch *f = &kit->i.fetch[k];
		struct sts_fetch_reply reply = { 200, f->content_type, str_of(body) };
		struct sts_policy policy;

		f->body = reply.body;
		f->bytes = f->body.n;
		f->fetch = sts_fetch_check(&reply, &kit->mem, &policy, NULL);
	}
}

static inline struct inspection_mx kit_mx(struct kit *kit, const char *host, const char *a, const char *aaaa)
{
	struct inspection_mx mx = { .host = str_of(host), .preference = 10, .dane_known = true };
	struct inspection_probe probe = {
		.asked = true, .reach = INSPECTION_REACHED, .greeting = 220, .greeting_text = S("220 ready"), .ehlo = 250,
		.starttls_offered = true, .starttls = 220,
		.session = { .outcome = MX_CHECK_TLS, .tlsa = MX_CHECK_TLSA_EE },
		.tls = S("TLSv1.3"), .group = S("X25519MLKEM768"), .cert = kit_cert(kit, host),
	};

	mx.a = kit_answer(kit, a);
	mx.aaaa = kit_answer(kit, aaaa);
	mx.tlsa = kit_answer(kit, "\x03\x01\x01" "0123456789abcdef0123456789abcdef");
	mx.tlsrpt = kit_answer(kit, KIT_TLSRPT);
	mx.dane.want = DANE_DONE;
	mx.dane.state = DANE_DU;
	mx.dane.has_address = true;
	mx.dane.host = (struct dane_host){ .port = 25, .route = DANE_MX_SECURE };
	assert_int_equal(domain_read(mx.host, &mx.dane.host.name, NULL), OK);
	mx.dane.base = mx.dane.host.name;
	mx.dane.record_n = 1;
	mx.dane.may_match[0] = true;
	mx.dane.ttl_s = 3600;
	assert_int_equal(tlsa_read_wire(mx.tlsa.record[0].text, &mx.dane.record[0], NULL), OK);
	mx.probe_n = mx.ip_total = 2;
	mx.probe[0] = mx.probe[1] = probe;
	mx.probe[0].ip = str_of(aaaa);
	mx.probe[1].ip = str_of(a);
	return mx;
}

/* The perfect domain. */
static inline struct kit *kit_start(void)
{
	static const char *const addresses[] = { "2001:db8::10", "192.0.2.10" };
	struct kit *kit = &kit_room;
	struct inspection *i = &kit->i;

	kit->mem = ARENA(kit->memory);
	kit->finding_mem = ARENA(kit->finding_memory);
	*i = (struct inspection){ .now = KIT_NOW, .mem = &kit->mem, .options = { .groups = INSPECTION_ALL, .dane = true },
		.went_on = true, .settled = true, .fetch_n = 2, .host_ip_total = 2, .host_n = 2, .mx_total = 2 };
	assert_int_equal(domain_read(S("example.com"), &i->domain, NULL), OK);
	i->sts = kit_answer(kit, KIT_STS);
	i->tlsrpt = kit_answer(kit, KIT_TLSRPT);
	i->mx = kit_answer(kit, "mx1.example.com|mx2.example.com");
	i->mx.record[0].number = i->mx.record[1].number = 10;
	i->host_aaaa = kit_answer(kit, addresses[0]);
	i->host_a = kit_answer(kit, addresses[1]);
	i->caa = kit_answer(kit, "testca.example");
	i->caa.record[0].tag = S("issue");
	i->caa_name = S("example.com");
	i->ns = kit_answer(kit, "ns1.example.net|ns2.example.net");
	for (size_t k = 0; k < 2; k++) {
		i->ns_a[k] = kit_answer(kit, k ? "192.0.2.54" : "192.0.2.53");
		i->ns_sts[k] = i->sts;
		i->fetch[k] = (struct inspection_fetch){ .asked = true, .ip = str_of(addresses[k]), .tls = S("TLSv1.3"),
			.cert = kit_cert(kit, "mta-sts.example.com"), .status = 200, .content_type = S("text/plain"), .ms = 80 };
	}
	i->spf = kit_answer(kit, "v=spf1 mx -all");
	i->dmarc = kit_answer(kit, "v=DMARC1; p=reject; rua=mailto:dmarc@example.com");
	i->rua_mx[0] = kit_answer(kit, "mx.reports.example");
	kit_policy(kit, KIT_POLICY("enforce", "2592000"));
	i->host = inspection_keep_take(i, 4, sizeof *i->host); /* two more fit */
	assert_non_null(i->host);
	i->host[0] = kit_mx(kit, "mx1.example.com", "192.0.2.25", "2001:db8::25");
	i->host[1] = kit_mx(kit, "mx2.example.com", "192.0.2.26", "2001:db8::26");
	return kit;
}

/* What follows from records and policy as they are now. */
static inline void kit_settle(struct kit *kit)
{
	inspection_read_sts(&kit->i);
	inspection_read_tlsrpt(&kit->i);
	inspection_read_policy(&kit->i);
	assert_false(kit->i.full);
}

/* Changes that both judges' tests need. */
static inline void kit_with_policy(struct kit *kit, const char *body)
{
	kit_policy(kit, body);
}

static inline void kit_with_sts(struct kit *kit, const char *texts)
{
	kit->i.sts = kit->i.ns_sts[0] = kit->i.ns_sts[1] = kit_answer(kit, texts);
}

static inline void kit_in_mode(struct kit *kit, const char *mode)
{
	kit_policy(kit, mode[0] == 'e' ? KIT_POLICY("enforce", "2592000")
	                : mode[0] == 't' ? KIT_POLICY("testing", "604800") : KIT_POLICY("none", "86400"));
}

/* Nothing published but MX records. */
static inline void kit_without_sts(struct kit *kit, const char *unused)
{
	(void)unused;
	kit->i.sts = kit->i.host_a = kit->i.host_aaaa = kit_status(DNS_NXDOMAIN);
	kit->i.ns = kit->i.caa = (struct inspection_lookup){ 0 };
	kit->i.fetch_n = kit->i.host_ip_total = 0;
}

static inline void kit_check_text(const struct finding *f, str text, const char *row)
{
	const char *id = finding_row(f->id)->id;

	for (size_t k = 0; k < text.n; k++)
		if (text.p[k] < 0x20 || text.p[k] > 0x7e)
			fail_msg("%s: %s: not printable: %.*s", row, id, STR_ARG(text));
	if (text.n > 0 && text.p[text.n - 1] != '.' && text.p[text.n - 1] != '?')
		fail_msg("%s: %s: no full stop: %.*s", row, id, STR_ARG(text));
	if (str_find(text, S("DOMAIN")) < text.n || str_find(text, S("..")) < text.n)
		fail_msg("%s: %s: odd: %.*s", row, id, STR_ARG(text));
}

/* "ID severity [result-type], ..." in catalogue order. */
static inline str kit_found(const struct finding_list *list, struct out *out)
{
	for (int id = 0; id < FINDING_N; id++) {
		for (size_t k = 0; k < list->finding_n; k++) {
			const struct finding *f = &list->finding[k];

			if ((int)f->id != id)
				continue;
			out_str(out, out->n > 0 ? S(", ") : S(""));
			out_str(out, str_of(finding_row(f->id)->id));
			out_char(out, ' ');
			out_str(out, finding_severity_name(f->severity));
			out_str(out, f->result_type != RESULT_TYPE_OTHER ? S(" ") : S(""));
			out_str(out, result_type_name(f->result_type));
		}
	}
	return out_done(out);
}

/* Judge the kit as it is now; the list's findings are in kit->list. */
static inline void kit_judge(struct kit *kit, void (*judge)(const struct inspection *, struct finding_list *))
{
	kit_settle(kit);
	assert_int_equal(finding_list_open(&kit->list, domain_str(&kit->i.domain),
	                     kit->i.has_policy ? kit->i.policy.mode : STS_POLICY_NONE, &kit->finding_mem), OK);
	judge(&kit->i, &kit->list);
	assert_int_equal(kit->list.dropped_n, 0);
}

static inline void kit_rows(const struct kit_row *rows, size_t rows_n,
    void (*judge)(const struct inspection *, struct finding_list *))
{
	for (size_t k = 0; k < rows_n; k++) {
		struct kit *kit = kit_start();
		char text[2048];
		struct out found = OUT(text);

		if (rows[k].change)
			rows[k].change(kit, rows[k].argument);
		kit_judge(kit, judge);
		unit_same(kit_found(&kit->list, &found), str_of(rows[k].want), rows[k].name);
		for (size_t n = 0; n < kit->list.finding_n; n++) {
			assert_true(kit->list.finding[n].subject.n > 0 && kit->list.finding[n].message.n > 0);
			kit_check_text(&kit->list.finding[n], kit->list.finding[n].message, rows[k].name);
			kit_check_text(&kit->list.finding[n], kit->list.finding[n].remedy, rows[k].name);
		}
	}
}

/* The message or remedy of the first finding with this id; empty: none. */
static inline str kit_message(const struct kit *kit, enum finding_id id)
{
	for (size_t n = 0; n < kit->list.finding_n; n++)
		if (kit->list.finding[n].id == id)
			return kit->list.finding[n].message;
	return (str){ 0 };
}

static inline str kit_remedy(const struct kit *kit, enum finding_id id)
{
	for (size_t n = 0; n < kit->list.finding_n; n++)
		if (kit->list.finding[n].id == id)
			return kit->list.finding[n].remedy;
	return (str){ 0 };
}

#endif
