#include "app/postseal/check.h"

#include "io/digest.h"
#include "wire/json_out.h"

static void member(struct out *o, bool *first, const char *key, str value)
{
	json_out_key(o, first, key);
	json_out_str(o, value);
}

static void member_or_null(struct out *o, bool *first, const char *key, str value)
{
	json_out_key(o, first, key);
	if (value.n > 0)
		json_out_str(o, value);
	else
		out_str(o, S("null"));
}

static void member_number(struct out *o, bool *first, const char *key, uint64_t value)
{
	json_out_key(o, first, key);
	out_u64(o, value);
}

static void member_bool(struct out *o, bool *first, const char *key, int value) /* -1: null */
{
	json_out_key(o, first, key);
	out_str(o, value < 0 ? S("null") : value ? S("true") : S("false"));
}

static void member_date(struct out *o, bool *first, const char *key, unix_s t)
{
	char text[32];
	struct out date = OUT(text);

	date_write(t, &date);
	member(o, first, key, out_done(&date));
}

static str reach_name(enum inspection_reach reach)
{
	static const str names[] = {
		[INSPECTION_REACHED] = STR("open"),
		[INSPECTION_REFUSED] = STR("refused"),
		[INSPECTION_UNREACHABLE] = STR("unreachable"),
		[INSPECTION_TIMEOUT] = STR("timeout"),
		[INSPECTION_RESET] = STR("reset"),
		[INSPECTION_PRIVATE] = STR("private"),
		[INSPECTION_NOT_TRIED] = STR("not-tried"),
	};

	return names[reach];
}

static void cert_json(struct out *o, bool *first, const struct inspection_cert *c)
{
	bool inner = true;

	json_out_key(o, first, "certificate");
	if (!c->there) {
		out_str(o, S("null"));
		return;
	}
	out_char(o, '{');
	member(o, &inner, "subject", c->subject);
	json_out_key(o, &inner, "names");
	json_out_strs(o, c->name, c->name_n);
	member(o, &inner, "issuer", c->issuer);
	member_date(o, &inner, "not_before", c->not_before);
	member_date(o, &inner, "not_after", c->not_after);
	member(o, &inner, "sha256", c->sha256);
	member(o, &inner, "key", c->key);
	out_char(o, '}');
}

/* {"version": "TLSv1.3"} or null without TLS */
static void tls_json(struct out *o, bool *first, str version)
{
	bool inner = true;

	json_out_key(o, first, "tls");
	if (version.n == 0) {
		out_str(o, S("null"));
		return;
	}
	out_char(o, '{');
	member(o, &inner, "version", version);
	out_char(o, '}');
}

static void policy_json(struct out *o, bool *first, const struct inspection *i)
{
	char hex[2 * DIGEST_SHA256_BYTES];
	struct out sum = OUT(hex);
	unsigned char digest[DIGEST_SHA256_BYTES];
	bool inner = true;

	json_out_key(o, first, "policy");
	if (!i->policy_read) {
		out_str(o, S("null"));
		return;
	}
	digest_sha256(i->served->body, digest);
	out_hex(&sum, (str){ (const char *)digest, sizeof digest });
	out_char(o, '{');
	member(o, &inner, "mode", sts_policy_mode_name(i->policy.mode));
	member_number(o, &inner, "max_age", i->policy.max_age_s);
	json_out_key(o, &inner, "mx");
	json_out_strs(o, i->policy.mx, i->policy.mx_n);
	member(o, &inner, "sha256", out_done(&sum));
	out_char(o, '}');
}

static void fetch_json(struct out *o, const struct inspection_fetch *f)
{
	char text[96];
	struct out error = OUT(text);
	bool first = true;

	sts_fetch_write(&f->fetch, &error);
	out_char(o, '{');
	member(o, &first, "ip", f->ip);
	member(o, &first, "tcp", reach_name(f->reach));
	tls_json(o, &first, f->tls);
	cert_json(o, &first, &f->cert);
	if (f->status > 0)
		member_number(o, &first, "http_status", f->status);
	else
		member_or_null(o, &first, "http_status", (str){ 0 });
	member_or_null(o, &first, "content_type", f->content_type);
	member_number(o, &first, "bytes", f->bytes);
	member_or_null(o, &first, "error", out_done(&error));
	out_char(o, '}');
}

static void policy_host_json(struct out *o, bool *first, const struct inspection *i)
{
	const struct inspection_lookup *l = i->host_a.alias_n > 0 ? &i->host_a : &i->host_aaaa;
	char text[LIMIT_DOMAIN_BYTES + 16];
	struct out name = OUT(text);
	bool inner = true;

	out_str(&name, S("mta-sts."));
	out_str(&name, domain_str(&i->domain));
	json_out_key(o, first, "policy_host");
	out_char(o, '{');
	member(o, &inner, "name", out_done(&name));
	member_or_null(o, &inner, "cname", l->alias_n > 0 ? l->alias[l->alias_n - 1] : (str){ 0 });
	json_out_key(o, &inner, "addresses");
	out_char(o, '[');
	for (size_t k = 0; k < i->fetch_n; k++) {
		if (k > 0)
			out_char(o, ',');
		fetch_json(o, &i->fetch[k]);
	}
	out_str(o, S("]}"));
}

/* The record that counts or would count, else null. */
static str record_of(const struct inspection_lookup *l, bool there, size_t which)
{
	return there && which < l->record_n ? l->record[which].text : (str){ 0 };
}

static void sts_json(struct out *o, bool *first, const struct inspection *i)
{
	bool inner = true;

	json_out_key(o, first, "sts");
	out_char(o, '{');
	member_or_null(o, &inner, "record",
	    record_of(&i->sts, i->txt.class == STS_TXT_ONE || i->txt.class == STS_TXT_SYNTAX, i->txt_which));
	member_or_null(o, &inner, "id", str_of(i->txt.id));
	policy_json(o, &inner, i);
	policy_host_json(o, &inner, i);
	out_char(o, '}');
}

static void tlsrpt_json(struct out *o, bool *first, const struct inspection *i)
{
	bool inner = true, there = i->tlsrpt_err == OK || i->tlsrpt_err == E_SYNTAX;

	json_out_key(o, first, "tlsrpt");
	out_char(o, '{');
	member_or_null(o, &inner, "record", record_of(&i->tlsrpt, there, i->tlsrpt_which));
	json_out_key(o, &inner, "rua");
	json_out_strs(o, i->rua.rua, i->tlsrpt_err == OK ? i->rua.rua_n : 0);
	out_char(o, '}');
}

/* What a sender would report of this session; null when all is well or nothing was seen. */
static str reported_type(const struct inspection *i, const struct inspection_mx *mx, const struct inspection_probe *p)
{
	struct mx_check_rules rules = {
		.sts = i->has_policy ? i->policy.mode : STS_POLICY_NONE,
		.sts_matched = mx->matched,
		.dane = mx->dane_known ? mx->dane.state : DANE_DI,
		.dane_error = mx->dane.error,
		.has_address = true,
		.mx_secure = i->mx.answer.secure,
	};
	struct mx_check_verdict v;
	const struct mx_check_count *counts[] = { &v.sts, &v.tlsa, &v.no_policy };

	if (p->reach != INSPECTION_REACHED)
		return (str){ 0 };
	mx_check_before(&rules, &v);
	if (v.action == MX_CHECK_CONNECT)
		mx_check_after(&rules, &p->session, &v);
	for (size_t k = 0; k < ARRAY_N(counts); k++)
		if (counts[k]->failure_n > 0)
			return result_type_name(counts[k]->failure[0].type);
	return (str){ 0 };
}

static void probe_json(struct out *o, const struct inspection *i, const struct inspection_mx *mx,
    const struct inspection_probe *p)
{
	bool first = true, inner = true;

	out_char(o, '{');
	member(o, &first, "ip", p->ip);
	member(o, &first, "tcp", reach_name(p->reach));
	json_out_key(o, &first, "starttls");
	out_char(o, '{');
	member_bool(o, &inner, "offered", p->reach == INSPECTION_REACHED && p->ehlo > 0 ? p->starttls_offered : -1);
	out_char(o, '}');
	tls_json(o, &first, p->tls);
	cert_json(o, &first, &p->cert);
	member_or_null(o, &first, "result_type", reported_type(i, mx, p));
	out_char(o, '}');
}

static void mx_json(struct out *o, bool *first, const struct inspection *i)
{
	json_out_key(o, first, "mx");
	out_char(o, '[');
	for (size_t k = 0; k < i->host_n; k++) {
		const struct inspection_mx *mx = &i->host[k];
		bool inner = true;

		out_str(o, k ? S(",{") : S("{"));
		member(o, &inner, "host", mx->host);
		member_number(o, &inner, "preference", mx->preference);
		member_bool(o, &inner, "matched", i->policy_read ? mx->matched : -1);
		json_out_key(o, &inner, "addresses");
		out_char(o, '[');
		for (size_t n = 0; n < mx->probe_n; n++) {
			if (n > 0)
				out_char(o, ',');
			probe_json(o, i, mx, &mx->probe[n]);
		}
		out_str(o, S("]}"));
	}
	out_char(o, ']');
}

static void dane_json(struct out *o, bool *first, const struct inspection *i)
{
	bool comma = false;

	json_out_key(o, first, "dane");
	out_char(o, '[');
	for (size_t k = 0; k < i->host_n; k++) {
		const struct inspection_mx *mx = &i->host[k];
		bool inner = true;
		int match = -1;

		if (!mx->tlsa.asked)
			continue;
		for (size_t n = 0; n < mx->probe_n && mx->dane.state == DANE_DU; n++) {
			const struct inspection_probe *p = &mx->probe[n];

			if (p->session.outcome == MX_CHECK_TLS && p->reach == INSPECTION_REACHED && match != 0)
				match = p->session.tlsa != MX_CHECK_TLSA_NO_MATCH;
		}
		out_str(o, comma ? S(",{") : S("{"));
		comma = true;
		member(o, &inner, "mx", mx->host);
		member_bool(o, &inner, "secure", mx->tlsa.answer.secure);
		json_out_key(o, &inner, "records");
		out_char(o, '[');
		for (size_t n = 0; n < mx->tlsa.record_n; n++) {
			char text[2 * LIMIT_TLSA_BYTES + 32];
			struct out line = OUT(text);
			struct tlsa tlsa;

			if (tlsa_read_wire(mx->tlsa.record[n].text, &tlsa, NULL) == OK)
				tlsa_write(&tlsa, &line);
			if (n > 0)
				out_char(o, ',');
			json_out_str(o, out_done(&line));
		}
		out_char(o, ']');
		member_bool(o, &inner, "usable", mx->dane_known && mx->dane.state == DANE_DU);
		member_bool(o, &inner, "match", match);
		out_char(o, '}');
	}
	out_char(o, ']');
}

static void findings_json(struct out *o, bool *first, const struct finding_list *list)
{
	json_out_key(o, first, "findings");
	out_char(o, '[');
	for (size_t k = 0; k < list->finding_n; k++) {
		const struct finding *f = &list->finding[k];
		const struct finding_row *row = finding_row(f->id);
		bool inner = true;

		out_str(o, k ? S(",{") : S("{"));
		member(o, &inner, "id", str_of(row->id));
		member(o, &inner, "severity", finding_severity_name(f->severity));
		member(o, &inner, "subject", f->subject);
		member(o, &inner, "message", f->message);
		member(o, &inner, "remedy", f->remedy);
		member(o, &inner, "rfc", str_of(row->rfc));
		member_or_null(o, &inner, "result_type", result_type_name(f->result_type));
		out_char(o, '}');
	}
	out_char(o, ']');
}

void check_json(const struct check_result *r, struct out *o)
{
	const struct inspection *i = r->inspection;
	bool first = true;

	out_char(o, '{');
	member(o, &first, "domain", domain_str(&i->domain));
	member_date(o, &first, "checked_at", i->now);
	member(o, &first, "verdict",
	    r->verdict.verdict == FINDING_INFO ? S("ok") : finding_severity_name(r->verdict.verdict));
	member(o, &first, "senders_will", r->verdict.senders_will);
	sts_json(o, &first, i);
	tlsrpt_json(o, &first, i);
	mx_json(o, &first, i);
	dane_json(o, &first, i);
	findings_json(o, &first, &r->list);
	out_str(o, S("}\n"));
}
