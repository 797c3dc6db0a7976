#include "core/judge_fetch.h"

#include "core/judge_cert.h"
#include "core/judge_reach.h"
#include "core/judge_text.h"

#define ALERT_HANDSHAKE_FAILURE 40
#define ALERT_PROTOCOL_VERSION 70
#define ALERT_UNRECOGNIZED_NAME 112

#define USUAL_BYTES 4096  /* a policy with 60 mx lines */
#define SLOW_MS 5000
#define FRESH_S 60
#define HTML_LOOKED_AT 4096
#define URL_SHOWN 300

struct view {
	const struct inspection *i;
	const struct inspection_fetch *f;
	struct finding_list *list;
	str host;        /* mta-sts.DOMAIN */
	str provider;    /* whom the host's alias belongs to; empty: no alias into another domain */
	str alias;
	bool again;      /* one of them was asked once more */
	str at;          /* the addresses, when not all do the same; or empty */
	const char *lead; /* "", or "At 192.0.2.1: " */
};

str judge_fetch_alias(const struct inspection *i)
{
	const struct inspection_lookup *l = i->host_a.alias_n > 0 ? &i->host_a : &i->host_aaaa;

	return l->alias_n > 0 ? l->alias[l->alias_n - 1] : (str){ 0 };
}

/* The result type is what senders report of this fetch, whatever the finding is called. */
static struct finding *settle(const struct view *v, struct finding *finding)
{
	finding->result_type = sts_fetch_type(&v->f->fetch);
	return finding;
}

static struct finding *remark(struct finding *finding, enum finding_severity severity)
{
	finding->severity = severity;
	finding->result_type = RESULT_TYPE_OTHER;
	return finding;
}

/* ---- TLS: W02, W03, H02 ---- */

static void judge_no_certificate(const struct view *v)
{
	struct finding *f;
	unsigned alert = v->f->fetch.tls.alert;

	f = settle(v, finding_add(v->list, FINDING_W02, v->host, alert == ALERT_UNRECOGNIZED_NAME ?
	    "%sThe server knows no site of this name (TLS alert unrecognized_name, %u)." :
	    alert == ALERT_HANDSHAKE_FAILURE ?
	    "%sThe server refuses the handshake for this name (TLS alert handshake_failure, %u)." :
	    "%sThe server ends the handshake with TLS alert %u.", v->lead, alert));
	if (v->provider.n == 0)
		return;
	finding_remedy(v->list, f, "Ask %.*s for a certificate for %.*s.", STR_ARG(v->provider), STR_ARG(v->host));
	f = settle(v, finding_add(v->list, FINDING_H02, v->host,
	    "%.*s is an alias of %.*s, which has no certificate for this name: never set up there, or given up.",
	    STR_ARG(v->host), STR_ARG(v->alias)));
	finding_remedy(v->list, f, "You point at %.*s but it does not serve you: finish the sign-up or remove both the "
	    "alias and the _mta-sts record.", STR_ARG(v->provider));
}

static void judge_handshake(const struct view *v)
{
	const struct tls_fault *fault = &v->f->fetch.tls;

	if (fault->kind == TLS_FAULT_VERSION ||
	    (fault->kind == TLS_FAULT_ALERT && fault->alert == ALERT_PROTOCOL_VERSION))
		settle(v, finding_add(v->list, FINDING_W03, v->host, "%sThe server speaks neither TLS 1.2 nor TLS 1.3.",
		    v->lead));
	else if (fault->kind == TLS_FAULT_ALERT)
		judge_no_certificate(v);
	else if (fault->kind == TLS_FAULT_CIPHER)
		finding_remedy(v->list, settle(v, finding_add(v->list, FINDING_W02, v->host,
		    "%sThe server has no cipher suite in common with senders.", v->lead)),
		    "Enable the cipher suites of TLS 1.3 and ECDHE with AES-GCM for TLS 1.2.");
	else
		finding_remedy(v->list, settle(v, finding_add(v->list, FINDING_W02, v->host,
		    fault->kind == TLS_FAULT_TIMEOUT ? "%sThe TLS handshake does not end in time." :
		    "%sThe server ends the connection during the TLS handshake, or speaks no TLS on port 443.", v->lead)),
		    "Let the web server speak TLS on port 443 with a certificate for %.*s.", STR_ARG(v->host));
}

/* ---- HTTP ---- */

static bool holds(str text, const char *word)
{
	str w = str_of(word);

	for (size_t k = 0; k + w.n <= text.n; k++)
		if (str_eq_nocase((str){ text.p + k, w.n }, w))
			return true;
	return false;
}

static bool is_html(str body)
{
	while (body.n > 0 && (str_is_wsp(body.p[0]) || body.p[0] == '\r' || body.p[0] == '\n'))
		body = str_skip(body, 1);
	return body.n > 0 && body.p[0] == '<';
}

/* A page that wants to see a browser or a human. */
static bool is_challenge(str body)
{
	static const char *const words[] = { "captcha", "checking your browser", "just a moment", "are you a human",
		"are you human", "verify you are", "unusual traffic", "attention required", "/challenge" };

	body = str_head(body, HTML_LOOKED_AT);
	for (size_t k = 0; is_html(body) && k < ARRAY_N(words); k++)
		if (holds(body, words[k]))
			return true;
	return false;
}

static void judge_protected(const struct view *v)
{
	unsigned status = v->f->status;
	struct finding *f;

	if (is_challenge(v->f->body)) {
		f = settle(v, finding_add(v->list, FINDING_P06, v->host,
		    "%sA page that tests for a human comes instead of the policy (HTTP status %u).", v->lead, status));
		finding_remedy(v->list, f, "Your CDN's bot protection answers senders with a challenge; exempt "
		    "/.well-known/mta-sts.txt.");
		return;
	}
	f = settle(v, finding_add(v->list, FINDING_P06, v->host, status == 403 ?
	    "%sAccess is denied (HTTP status %u)." : status == 429 ?
	    "%sThe server says that there are too many requests (HTTP status %u)." :
	    "%sThe server says that it is not available (HTTP status %u).", v->lead, status));
	if (status == 403)
		finding_remedy(v->list, f, "Let everyone read /.well-known/mta-sts.txt: check access rules and file "
		    "permissions, and exempt the path from bot protection.");
	else if (status == 503)
		finding_remedy(v->list, f, "Start the service behind the web server, or serve a static file, and exempt "
		    "/.well-known/mta-sts.txt from bot protection.");
}

static bool is_about_the_request(unsigned status)
{
	return status == 400 || status == 401 || status == 405 || status == 406 || status == 407 || status == 421 ||
	    status == 426 || status == 505;
}

static void judge_redirect(const struct view *v)
{
	str to = str_head(v->f->location, URL_SHOWN);
	struct finding *f = settle(v, finding_add(v->list, FINDING_P02, v->host,
	    "%sThe server redirects (HTTP status %u) to %.*s.", v->lead, v->f->status,
	    STR_ARG(to.n > 0 ? to : S("nowhere"))));

	if (to.n > 0)
		finding_remedy(v->list, f, "Serve the file directly; senders do not follow redirects (here: to %.*s).",
		    STR_ARG(to));
}

static void judge_status(const struct view *v)
{
	unsigned status = v->f->status;
	struct finding *f;

	if (status >= 300 && status < 400) {
		judge_redirect(v);
	} else if (status == 403 || status == 429 || status == 503 || is_challenge(v->f->body)) {
		judge_protected(v);
	} else if (status == 401 || status == 407) {
		settle(v, finding_add(v->list, FINDING_P08, v->host, "%sThe server asks for a login (HTTP status %u).",
		    v->lead, status));
	} else if (is_about_the_request(status)) {
		settle(v, finding_add(v->list, FINDING_P08, v->host,
		    "%sThe server refuses a plain HTTP/1.1 GET (HTTP status %u).", v->lead, status));
	} else if (status == 404 || status == 410) {
		f = settle(v, finding_add(v->list, FINDING_P01, v->host,
		    "%sThere is no policy at https://%.*s/.well-known/mta-sts.txt (HTTP status %u).", v->lead,
		    STR_ARG(v->host), status));
		if (v->provider.n > 0)
			finding_remedy(v->list, f, "You point at %.*s but it has no policy for you: finish the sign-up or remove "
			    "both the alias and the _mta-sts record.", STR_ARG(v->provider));
	} else if (status >= 500) {
		finding_remedy(v->list, settle(v, finding_add(v->list, FINDING_P01, v->host,
		    "%sThe web server fails (HTTP status %u).", v->lead, status)),
		    "Look into the web server's log; a static file needs no program that can fail.");
	} else {
		finding_remedy(v->list, settle(v, finding_add(v->list, FINDING_P01, v->host,
		    "%sThe HTTP status is %u; only 200 counts.", v->lead, status)),
		    "Answer with status 200 and the policy as body.");
	}
}

static bool is_text_plain(str content_type)
{
	str type, parameters;

	str_cut(content_type, ';', &type, &parameters);
	return str_eq_nocase(str_trim(type), S("text/plain"));
}

static void judge_type(const struct view *v)
{
	str type = str_head(v->f->content_type, 100);

	if (is_text_plain(type) || is_html(v->f->body)) /* a page is no policy whatever its type is */
		return;
	settle(v, finding_add(v->list, FINDING_P03, v->host, "%sThe media type is %.*s, not text/plain.", v->lead,
	    STR_ARG(type.n > 0 ? type : S("not given"))));
}

/* The number behind name= in a Cache-Control field; 0: none. */
static uint64_t directive(str field, str name)
{
	str one;

	for (bool more = field.n > 0; more;) {
		str key, value;
		uint64_t n;

		more = str_cut(field, ',', &one, &field);
		if (str_cut(str_trim(one), '=', &key, &value) && str_eq_nocase(key, name) && str_u64(value, UINT32_MAX, &n))
			return n;
	}
	return 0;
}

static void judge_freshness(const struct view *v)
{
	const struct inspection_fetch *f = v->f;
	uint64_t age = 0, keep = directive(f->cache_control, S("s-maxage"));

	if (keep == 0)
		keep = directive(f->cache_control, S("max-age"));
	if (f->content_encoding.n > 0 && !str_eq_nocase(f->content_encoding, S("identity"))) {
		struct finding *finding = remark(finding_add(v->list, FINDING_P07, v->host,
		    "%sThe policy comes with Content-Encoding: %.*s, which senders do not ask for.", v->lead,
		    STR_ARG(str_head(f->content_encoding, 60))), FINDING_WARNING);

		finding_remedy(v->list, finding, "Serve /.well-known/mta-sts.txt without compression.");
		if (f->fetch.cause != STS_FETCH_OK)
			settle(v, finding)->severity = FINDING_ERROR;
	}
	if (str_u64(str_trim(f->age), UINT32_MAX, &age) && age > FRESH_S)
		finding_add(v->list, FINDING_P07, v->host, "%sThe policy comes out of a cache, %llu seconds old.", v->lead,
		    (unsigned long long)age);
	else if (keep > FRESH_S)
		remark(finding_add(v->list, FINDING_P07, v->host,
		    "%sCaches may keep the policy for %llu seconds (Cache-Control), so that a new one shows late.", v->lead,
		    (unsigned long long)keep), FINDING_INFO);
}

/* The same address once more, after a pause. */
static void judge_again(const struct view *v)
{
	const struct inspection_fetch *again = &v->i->again;
	unsigned pause_s = INSPECTION_PAUSE_MS / 1000;
	char text[96];
	struct out cause = OUT(text);
	struct finding *f;

	if (!v->again || !again->asked || str_eq(again->body, v->i->again_of->body))
		return;
	if (again->fetch.cause == STS_FETCH_OK) {
		f = finding_add(v->list, FINDING_P07, v->host,
		    "%sThe policy changes by itself: another one came %u seconds later.", v->lead, pause_s);
		finding_remedy(v->list, f, "Finish the deployment, so that every request gets the same policy; a change needs a "
		    "new id in the record.");
		return;
	}
	sts_fetch_write(&again->fetch, &cause);
	f = finding_add(v->list, FINDING_P07, v->host, "%sThe policy came once, but not %u seconds later (%.*s).", v->lead,
	    pause_s, STR_ARG(out_done(&cause)));
	finding_remedy(v->list, f, "Serve the policy to every request; check rate limits and whether all servers behind this "
	    "address have it.");
}

/* The same address without SNI.  Another good certificate is what one of several servers shows. */
static void judge_without_sni(const struct view *v)
{
	const struct inspection_fetch *f = &v->i->without_sni;

	if (!v->again || !f->asked)
		return;
	if (f->fetch.cause == STS_FETCH_CERTIFICATE)
		finding_add(v->list, FINDING_W13, v->host,
		    "%sWithout SNI the server shows another certificate, which is not good for this host; HTTPS allows that.",
		    v->lead);
	else if (f->fetch.cause == STS_FETCH_TLS && f->fetch.tls.kind != TLS_FAULT_TIMEOUT)
		finding_add(v->list, FINDING_W13, v->host,
		    "%sThe server works only with SNI: without, it ends the handshake; HTTPS allows that.", v->lead);
}

/* Status 200: what came with it. */
static void judge_reply(const struct view *v)
{
	const struct inspection_fetch *f = v->f;

	if (is_challenge(f->body)) {
		judge_protected(v);
		return;
	}
	judge_type(v);
	judge_freshness(v);
	judge_again(v);
	judge_without_sni(v);
	if (f->fetch.cause == STS_FETCH_BODY_TOO_LARGE)
		settle(v, finding_add(v->list, FINDING_P04, v->host, "%sThe policy has more than %u bytes.", v->lead,
		    LIMIT_POLICY_BYTES));
	else if (f->bytes > USUAL_BYTES && !is_html(f->body))
		remark(finding_add(v->list, FINDING_P04, v->host, "%sThe policy has %zu bytes; a usual one has some hundred.",
		    v->lead, f->bytes), FINDING_WARNING);
	if (f->ms > SLOW_MS)
		remark(finding_add(v->list, FINDING_P05, v->host,
		    "%sThe policy took %u.%u seconds; some senders do not wait so long.", v->lead, f->ms / 1000,
		    f->ms % 1000 / 100), FINDING_WARNING);
}

/* ---- one address ---- */

static void judge_one(const struct view *v)
{
	const struct inspection_fetch *f = v->f;
	struct judge_cert cert = { .i = v->i, .cert = &f->cert, .host = v->host, .alias = v->alias, .at = v->at,
		.faults = f->cert.faults | (f->fetch.cause == STS_FETCH_CERTIFICATE ? f->fetch.cert : 0) };

	judge_cert(&cert, v->list);
	switch (f->fetch.cause) {
	case STS_FETCH_TLS:
		judge_handshake(v);
		break;
	case STS_FETCH_TIMEOUT:
		settle(v, finding_add(v->list, FINDING_P05, v->host, "%sThe policy did not come in time.", v->lead));
		break;
	case STS_FETCH_HTTP_IO:
		settle(v, finding_add(v->list, FINDING_P08, v->host,
		    "%sThe server's answer breaks off, or is no HTTP/1.1 answer.", v->lead));
		break;
	case STS_FETCH_HTTP_STATUS:
		judge_status(v);
		break;
	case STS_FETCH_OK:
	case STS_FETCH_BODY_TOO_LARGE:
	case STS_FETCH_POLICY_SYNTAX:
	case STS_FETCH_CONTENT_TYPE:
		judge_reply(v);
		break;
	case STS_FETCH_DNS:
	case STS_FETCH_CONNECT:
	case STS_FETCH_CERTIFICATE:
		break;
	}
}

static bool same(const struct inspection_fetch *a, const struct inspection_fetch *b)
{
	return a->fetch.cause == b->fetch.cause && a->fetch.tls.kind == b->fetch.tls.kind &&
	    a->fetch.tls.alert == b->fetch.tls.alert && a->status == b->status &&
	    a->cert.there == b->cert.there && a->cert.faults == b->cert.faults &&
	    str_eq(a->cert.sha256, b->cert.sha256) && str_eq(a->content_type, b->content_type) &&
	    str_eq(a->content_encoding, b->content_encoding) && str_eq(a->location, b->location) &&
	    str_eq(a->cache_control, b->cache_control) && (a->age.n > 0) == (b->age.n > 0) &&
	    (a->ms > SLOW_MS) == (b->ms > SLOW_MS) && (a->bytes > USUAL_BYTES) == (b->bytes > USUAL_BYTES);
}

static bool counts(const struct inspection_fetch *f)
{
	return f->asked && f->reach == INSPECTION_REACHED;
}

void judge_fetch(const struct inspection *i, size_t which, struct finding_list *list)
{
	char name[JUDGE_TEXT_NAME_BYTES], room[JUDGE_REACH_BYTES], lead[JUDGE_REACH_BYTES + 16] = "";
	struct view v = { .i = i, .f = &i->fetch[which], .list = list, .alias = judge_fetch_alias(i), .lead = lead,
		.host = judge_text_name(name, "mta-sts.", domain_str(&i->domain)) };
	struct out out = { .p = lead, .cap = sizeof lead - 1 };
	str ip[INSPECTION_IP_N] = { 0 };
	unsigned chosen = 0, all = 0;

	if (!counts(v.f))
		return;
	for (size_t k = 0; k < i->fetch_n; k++) {
		bool alike = counts(&i->fetch[k]) && same(&i->fetch[k], v.f);

		if (alike && k < which)
			return;
		ip[k] = i->fetch[k].ip;
		chosen |= alike ? 1u << k : 0;
		v.again = v.again || (alike && i->again_of == &i->fetch[k]);
		all |= counts(&i->fetch[k]) ? 1u << k : 0;
	}
	if (v.alias.n > 0 && !str_eq_nocase(judge_text_party(v.alias), judge_text_party(v.host)))
		v.provider = judge_text_party(v.alias);
	if (chosen != all) {
		v.at = judge_reach_list(room, ip, i->fetch_n, chosen);
		out_fmt(&out, "At %.*s: ", STR_ARG(v.at));
		lead[out_done(&out).n] = '\0';
	}
	judge_one(&v);
}
