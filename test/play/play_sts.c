/* The sentences about discovery. */
#include "test/play/play.h"

static const char *const mode_names[] = { "none", "testing", "enforce" };

static struct sts_policy take_policy(struct play *p, struct words *w)
{
	struct sts_policy policy = { 0 };

	policy.mode = (enum sts_policy_mode)play_choice(p, play_word(w), mode_names, ARRAY_N(mode_names));
	policy.max_age_s = (uint32_t)play_seconds(p, play_word(w));
	return policy;
}

void play_policy(struct play *p, enum sts_policy_mode mode, struct words *w)
{
	struct sts_policy policy = { .mode = mode, .max_age_s = 604800 };
	char text[1024];
	struct out o = OUT(text);
	str mx[PLAY_WORDS_N];

	policy.mx = mx;
	while (w->at < w->n)
		mx[policy.mx_n++] = play_word(w);
	sts_policy_write(&policy, &o);
	p->policy_text = play_keep(p, out_done(&o));
	if (sts_policy_read(p->policy_text, STS_POLICY_SENDER, &p->mem, &p->policy, NULL) != OK)
		play_broken(p, "not a policy", p->policy_text);
}

static void do_known(struct play *p, struct words *w)
{
	str id = play_word(w);
	struct sts_policy policy;

	p->known = (struct sts_known){ 0 };
	if (str_eq(id, S("nothing")))
		return;
	policy = take_policy(p, w);
	sts_known_keep(&p->known, id, &policy, false, p->now);
	if (w->at < w->n)
		play_policy(p, policy.mode, w);
}

static void do_on_bogus(struct play *p, struct words *w)
{
	static const char *const names[] = { "deliver", "defer" };

	p->on_bogus = (enum sts_discovery_on_bogus)play_choice(p, play_word(w), names, ARRAY_N(names));
}

static void do_ask(struct play *p, struct words *w)
{
	static const char *const names[] = { "delivery", "refresh", "bounce" };
	size_t purpose = play_choice(p, play_word(w), names, ARRAY_N(names));

	sts_discovery_start(&p->discovery, (enum sts_discovery_purpose)purpose, p->on_bogus, &p->known);
	p->dane_asked = false;
	p->discovered = true;
}

static void told(struct play *p)
{
	if (p->discovery.want == STS_DISCOVERY_DONE)
		p->known = p->discovery.known;
}

static void do_txt(struct play *p, struct words *w)
{
	static const char *const names[] = { "one", "absent", "several", "syntax", "not-asked" };
	static const enum sts_txt_class classes[] = { STS_TXT_ONE, STS_TXT_ABSENT, STS_TXT_SEVERAL,
		STS_TXT_SYNTAX, STS_TXT_NOT_ASKED };
	struct sts_txt txt = { .class = STS_TXT_ERROR };
	str word = play_word(w), id;
	bool named = false;

	for (size_t i = 0; i < ARRAY_N(names); i++) {
		if (str_eq(word, str_of(names[i]))) {
			txt.class = classes[i];
			named = true;
		}
	}
	if (!named)
		txt.error = play_dns(p, word);
	if (txt.class == STS_TXT_ONE) {
		id = play_word(w);
		memcpy(txt.id, id.p, id.n < LIMIT_ID_BYTES ? id.n : LIMIT_ID_BYTES);
	}
	sts_discovery_txt(&p->discovery, &txt, p->now);
	told(p);
}

static void do_records(struct play *p, struct words *w)
{
	struct dns_answer answer = { .status = DNS_FOUND };
	str records[PLAY_WORDS_N], rest = w->rest;
	struct sts_txt txt;
	size_t n = 0;

	w->at = w->n;
	while (rest.n > 0 && n < ARRAY_N(records)) {
		str_cut(rest, '|', &records[n], &rest);
		records[n] = str_trim(records[n]);
		n++;
	}
	txt = sts_txt_of(&answer, records, n, NULL);
	sts_discovery_txt(&p->discovery, &txt, p->now);
	told(p);
}

static void tell_policy(struct play *p, const struct sts_fetch *fetch, bool same_body)
{
	sts_discovery_policy(&p->discovery, fetch, &p->policy, same_body, p->now);
	told(p);
}

static void do_policy(struct play *p, struct words *w)
{
	struct sts_fetch fetch = { .cause = STS_FETCH_OK };

	p->policy = take_policy(p, w);
	tell_policy(p, &fetch, play_take(w, "same-body"));
}

static void do_fetch(struct play *p, struct words *w)
{
	static const char *const names[] = { "dns", "connect", "tls", "certificate", "timeout", "http-io" };
	struct sts_fetch fetch = {
		.cause = (enum sts_fetch_cause)(STS_FETCH_DNS +
		    play_choice(p, play_word(w), names, ARRAY_N(names))),
	};

	if (fetch.cause == STS_FETCH_DNS)
		fetch.dns = play_dns(p, play_word(w));
	else if (fetch.cause == STS_FETCH_TLS)
		fetch.tls = play_handshake(p, w);
	else if (fetch.cause == STS_FETCH_CERTIFICATE)
		fetch.cert = play_faults(p, w);
	tell_policy(p, &fetch, false);
}

static void append_body(struct play *p, str s)
{
	if (s.n > sizeof p->body - p->body_n) {
		play_broken(p, "the body is too long", s);
		return;
	}
	memcpy(p->body + p->body_n, s.p, s.n);
	p->body_n += s.n;
}

static void do_body(struct play *p, struct words *w)
{
	w->at = w->n;
	append_body(p, w->rest);
	append_body(p, S("\r\n"));
}

static void do_body_bytes(struct play *p, struct words *w)
{
	for (uint64_t n = play_number(p, play_word(w)); n > 0; n--)
		append_body(p, S("x"));
}

static void do_http(struct play *p, struct words *w)
{
	struct sts_fetch_reply reply = { .status = (unsigned)play_number(p, play_word(w)) };
	struct sts_fetch fetch;
	str left, type;

	w->at = w->n;
	str_cut(w->rest, ' ', &left, &type);
	reply.content_type = str_trim(type);
	reply.body = play_keep(p, (str){ p->body, p->body_n });
	p->body_n = 0;
	fetch = sts_fetch_check(&reply, &p->mem, &p->policy, NULL);
	tell_policy(p, &fetch, false);
	if (p->discovery.verdict != STS_DISCOVERY_USE_KNOWN)
		p->policy_text = reply.body;
}

static void do_says(struct play *p, struct words *w)
{
	static const char *const names[] = { "no-policy", "use-known", "use-new", "defer" };
	const struct sts_discovery *d = &p->discovery;

	play_same(p, d->want == STS_DISCOVERY_DONE ? str_of(names[d->verdict]) : S("(not done)"),
	    play_word(w), "verdict");
	play_same(p, str_of(mode_names[d->mode]), play_word(w), "mode in force");
}

static void do_reports(struct play *p, struct words *w)
{
	const struct sts_discovery *d = &p->discovery;
	char text[64];
	struct out reason = OUT(text);
	str type = play_word(w);

	sts_discovery_reason(d, &reason);
	play_same(p, d->report == RESULT_TYPE_OTHER ? S("nothing") : result_type_name(d->report), type,
	    "reported type");
	play_same(p, out_done(&reason), play_word(w), "reported reason");
}

static void do_notes(struct play *p, struct words *w)
{
	bool nothing = play_take(w, "nothing");

	(void)nothing;
	play_count(p, p->discovery.alert, play_take(w, "alert"), "alert");
	play_count(p, p->discovery.txt_lost, play_take(w, "txt-lost"), "txt-lost");
	play_count(p, p->discovery.body_changed, play_take(w, "body-changed"), "body-changed");
}

static void do_knows(struct play *p, struct words *w)
{
	const struct sts_known *k = &p->known;
	struct sts_policy policy;

	play_same(p, k->id[0] ? str_of(k->id) : S("nothing"), play_word(w), "known id");
	if (!k->id[0])
		return;
	policy = take_policy(p, w);
	play_count(p, k->mode, policy.mode, "known mode");
	play_count(p, k->max_age_s, policy.max_age_s, "known max_age");
	if (play_take(w, "fetched"))
		play_count(p, (uint64_t)k->fetched, (uint64_t)play_seconds(p, play_word(w)), "fetched");
	if (play_take(w, "expires"))
		play_count(p, (uint64_t)sts_known_expires(k), (uint64_t)play_seconds(p, play_word(w)), "expires");
}

static void do_marked(struct play *p, struct words *w)
{
	const struct sts_known_failure *f = &p->known.failed;

	play_same(p, f->n ? str_of(f->id) : S("nothing"), play_word(w), "mark");
	if (f->n)
		play_count(p, f->n, play_number(p, play_word(w)), "failures in a row");
}

static void do_due(struct play *p, struct words *w)
{
	unix_s want = play_take(w, "never") ? 0 : play_seconds(p, play_word(w));

	play_count(p, (uint64_t)sts_known_due(&p->known), (uint64_t)want, "refresh due");
}

const struct verb play_sts_verbs[] = {
	{ "known", do_known },
	{ "on-bogus", do_on_bogus },
	{ "ask", do_ask },
	{ "txt", do_txt },
	{ "records", do_records },
	{ "policy", do_policy },
	{ "fetch", do_fetch },
	{ "body", do_body },
	{ "body-bytes", do_body_bytes },
	{ "http", do_http },
	{ "says", do_says },
	{ "reports", do_reports },
	{ "notes", do_notes },
	{ "knows", do_knows },
	{ "marked", do_marked },
	{ "due", do_due },
	{ 0 },
};
