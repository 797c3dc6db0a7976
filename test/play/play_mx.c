/* The sentences about one MX host, the report's entries, and Postfix's answer. */
#include "test/play/play.h"

static const char *const state_names[] = { "DI", "DU", "DX", "DE", "DR" };
static const char *const mode_names[] = { "none", "testing", "enforce" };

static void do_mode(struct play *p, struct words *w)
{
	if (play_take(w, "found")) {
		p->rules.sts = p->discovery.mode;
		return;
	}
	p->rules.sts = (enum sts_policy_mode)play_choice(p, play_word(w), mode_names, ARRAY_N(mode_names));
	p->discovered = false;
	p->policy = (struct sts_policy){ 0 };
	if (w->at < w->n)
		play_policy(p, p->rules.sts, w);
}

static void do_dane(struct play *p, struct words *w)
{
	if (play_take(w, "found")) {
		p->rules.dane = p->dane.state;
		p->rules.dane_error = p->dane.error;
		p->rules.has_address = p->dane.has_address;
		p->rules.mx_secure = p->dane.host.route == DANE_MX_SECURE;
		return;
	}
	p->rules.dane = (enum dane_state)play_choice(p, play_word(w), state_names, ARRAY_N(state_names));
	p->rules.dane_error = w->at < w->n ? play_dns(p, play_word(w)) : DNS_FOUND;
	p->rules.has_address = true;
}

static void do_demand(struct play *p, struct words *w)
{
	static const char *const names[] = { "ordinary", "tls-no", "requiretls" };

	p->rules.demand = (enum mx_check_demand)play_choice(p, play_word(w), names, ARRAY_N(names));
}

static void do_option(struct play *p, struct words *w)
{
	p->rules.dane_overrides_sts = play_take(w, "dane-overrides-sts");
	p->rules.mx_secure = play_take(w, "mx-secure");
	p->rules.has_address = !play_take(w, "no-address");
}

static void do_mx(struct play *p, struct words *w)
{
	p->mx_host = play_keep(p, play_word(w));
	p->rules.sts_matched = sts_policy_match(&p->policy, p->mx_host);
	mx_check_before(&p->rules, &p->verdict);
}

static void do_session(struct play *p, struct words *w)
{
	static const char *const names[] = { "unreached", "starttls-missing", "starttls-refused", "handshake",
		"tls" };
	struct mx_check_session session = {
		.outcome = (enum mx_check_outcome)play_choice(p, play_word(w), names, ARRAY_N(names)),
	};

	if (session.outcome == MX_CHECK_STARTTLS_REFUSED)
		session.smtp_code = (unsigned)play_number(p, play_word(w));
	else if (session.outcome == MX_CHECK_HANDSHAKE_FAILED)
		session.handshake = play_handshake(p, w);
	if (play_take(w, "pkix"))
		session.pkix_faults = play_faults(p, w);
	if (play_take(w, "ee")) {
		session.tlsa = MX_CHECK_TLSA_EE;
	} else if (play_take(w, "ta")) {
		session.tlsa = MX_CHECK_TLSA_TA;
		session.ta_faults = play_faults(p, w);
	} else if (play_take(w, "no-match")) {
		session.tlsa = MX_CHECK_TLSA_NO_MATCH;
	}
	session.requiretls_offered = play_take(w, "requiretls");
	mx_check_after(&p->rules, &session, &p->verdict);
}

static void do_does(struct play *p, struct words *w)
{
	static const char *const names[] = { "connect", "deliver", "clear-text", "clear-retry", "next" };

	play_same(p, str_of(names[p->verdict.action]), play_word(w), "action");
}

static void write_failure(enum result_type type, str reason, struct out *out)
{
	out_str(out, S(" "));
	out_str(out, result_type_name(type));
	if (reason.n > 0)
		out_str(out, S("/"));
	out_str(out, reason);
}

static void write_count(const char *name, const struct mx_check_count *count, struct out *out)
{
	if (!count->counted)
		return;
	if (out->n > 0)
		out_str(out, S(", "));
	out_fmt(out, "%s %s", name, count->failure_n > 0 ? "failure" : "success");
	for (size_t i = 0; i < count->failure_n; i++)
		write_failure(count->failure[i].type, str_of(count->failure[i].reason), out);
}

static void do_counts(struct play *p, struct words *w)
{
	char text[2048];
	struct out o = OUT(text);

	write_count("sts", &p->verdict.sts, &o);
	write_count("tlsa", &p->verdict.tlsa, &o);
	write_count("no-policy-found", &p->verdict.no_policy, &o);
	w->at = w->n;
	play_same(p, o.n > 0 ? out_done(&o) : S("nothing"), w->rest, "counted");
}

static void do_entries(struct play *p, struct words *w)
{
	struct session_policy_facts facts = {
		.domain = S("example.com"),
		.mx_host = p->mx_host,
		.sending_mta_ip = S("192.0.2.1"),
		.receiving_ip = S("192.0.2.2"),
		.receiving_mx_helo = p->mx_host,
		.sts = p->discovered ? &p->discovery : NULL,
		.policy_text = p->policy_text,
		.policy = p->rules.sts != STS_POLICY_NONE ? &p->policy : NULL,
		.dane = &p->dane,
		.mx = &p->verdict,
	};

	p->entry_at = p->entry_n = 0;
	if (session_policy_list(&facts, &p->mem, p->entry, &p->entry_n, NULL) != OK)
		play_broken(p, "no memory", w->rest);
	play_count(p, p->entry_n, play_number(p, play_word(w)), "entries");
}

static void write_mx_hosts(const struct report_policy *entry, struct out *out)
{
	if (entry->mx_host_n == 0)
		out_str(out, S("-"));
	for (size_t i = 0; i < entry->mx_host_n; i++) {
		if (i > 0)
			out_str(out, S(","));
		out_str(out, entry->mx_host[i]);
	}
}

static void do_entry(struct play *p, struct words *w)
{
	const struct report_policy *entry = &p->entry[p->entry_at];
	char text[2048];
	struct out o = OUT(text);

	w->at = w->n;
	if (p->entry_at == p->entry_n) {
		play_broken(p, "there is no further entry", w->rest);
		return;
	}
	p->entry_at++;
	out_str(&o, entry->type_text);
	out_str(&o, S(" "));
	out_str(&o, entry->domain);
	out_fmt(&o, " %zu ", entry->policy_string_n);
	write_mx_hosts(entry, &o);
	out_str(&o, entry->successes == 1 ? S(" success") : S(""));
	out_str(&o, entry->failures == 1 ? S(" failure") : S(""));
	for (size_t i = 0; i < entry->failure_n; i++)
		write_failure(entry->failure[i].type, entry->failure[i].failure_reason_code, &o);
	play_same(p, out_done(&o), w->rest, "entry");
}

static void do_line(struct play *p, struct words *w)
{
	const struct report_policy *entry = &p->entry[p->entry_at > 0 ? p->entry_at - 1 : 0];
	size_t i = 0;

	w->at = w->n;
	while (i < entry->policy_string_n && !str_eq(entry->policy_string[i], w->rest))
		i++;
	play_same(p, i < entry->policy_string_n ? entry->policy_string[i] : S("(absent)"), w->rest,
	    "policy-string");
}

static void do_override(struct play *p, struct words *w)
{
	static const char *const names[] = { "as-found", "skip", "enforce", "fixed" };

	p->facts.override = (enum sts_answer_override)play_choice(p, play_word(w), names, ARRAY_N(names));
}

static void do_postfix(struct play *p, struct words *w)
{
	static const char *const dane[] = { "no-dane", "dane" };
	static const char *const lookups[] = { "mx-insecure", "mx-secure", "mx-failed" };
	size_t lookup;

	p->facts.dane_on = play_choice(p, play_word(w), dane, ARRAY_N(dane)) == 1;
	lookup = play_choice(p, play_word(w), lookups, ARRAY_N(lookups));
	p->facts.mx_secure = lookup == 1;
	p->facts.mx_failed = lookup == 2;
	p->facts.host = p->host;
	p->facts.host_n = 0;
	while (w->at < w->n && p->facts.host_n < ARRAY_N(p->host)) {
		struct sts_answer_host *host = &p->host[p->facts.host_n++];

		host->has_address = !play_take(w, "no-address");
		host->dane = DANE_DI;
		if (host->has_address)
			host->dane = (enum dane_state)play_choice(p, play_word(w), state_names,
			    ARRAY_N(state_names));
	}
}

static void do_answers(struct play *p, struct words *w)
{
	static const char *const names[] = { "notfound", "level", "dane-only", "secure" };

	p->facts.mode = p->rules.sts;
	play_same(p, str_of(names[sts_answer_of(&p->facts)]), play_word(w), "answer");
}

const struct verb play_mx_verbs[] = {
	{ "mode", do_mode },
	{ "dane", do_dane },
	{ "demand", do_demand },
	{ "option", do_option },
	{ "mx", do_mx },
	{ "session", do_session },
	{ "does", do_does },
	{ "counts", do_counts },
	{ "entries", do_entries },
	{ "entry", do_entry },
	{ "line", do_line },
	{ "override", do_override },
	{ "postfix", do_postfix },
	{ "answers", do_answers },
	{ 0 },
};
