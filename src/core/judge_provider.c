#include "core/judge_groups.h"

#include "core/judge_text.h"
#include "core/provider.h"

/* Where an alias leads, when it leaves the domain; empty: nowhere. */
static str leads_to(const struct inspection_lookup *lookup, str domain)
{
	str end = lookup->alias_n > 0 ? lookup->alias[lookup->alias_n - 1] : (str){ 0 };

	return judge_text_below(end, domain) ? (str){ 0 } : end;
}

static str host_leads_to(const struct inspection *i)
{
	return leads_to(i->host_a.alias_n > 0 ? &i->host_a : &i->host_aaaa, domain_str(&i->domain));
}

static void judge_delegation(const struct inspection *i, str host, struct finding_list *list)
{
	char room[JUDGE_TEXT_NAME_BYTES];
	str domain = domain_str(&i->domain), name = judge_text_name(room, "_mta-sts.", domain);
	str record_at = leads_to(&i->sts, domain), host_at = host_leads_to(i);
	struct finding *f;

	if (record_at.n > 0 && host_at.n > 0 &&
	    !str_eq_nocase(judge_text_party(record_at), judge_text_party(host_at))) {
		finding_add(list, FINDING_G01, name,
		    "%.*s is an alias of %.*s, but the policy host one of %.*s.", STR_ARG(name),
		    STR_ARG(record_at), STR_ARG(host_at));
	} else if (record_at.n > 0 && host_at.n == 0 && i->fetch_n > 0) {
		finding_add(list, FINDING_G01, name,
		    "%.*s is an alias of %.*s, but the policy host is not: the id does not follow the policy.",
		    STR_ARG(name), STR_ARG(record_at));
	} else if (record_at.n == 0 && host_at.n > 0 && i->sts.answer.status == DNS_FOUND) {
		f = finding_add(list, FINDING_G01, name,
		    "The policy host is an alias of %.*s, but %.*s is not an alias: change the id whenever "
		    "that party changes the policy.",
		    STR_ARG(host_at), STR_ARG(name));
		f->severity = FINDING_INFO;
		finding_remedy(list, f, "Delegate both when the other party writes the policy; keep this when it is yours.");
	}
	if (record_at.n > 0 && host_at.n > 0)
		finding_add(list, FINDING_G02, host, "Record and policy are %.*s's, by aliases.",
		    STR_ARG(judge_text_party(host_at)));
}

/* Another party's policy about a third party's hosts. */
static void judge_hands(const struct inspection *i, str host, struct finding_list *list)
{
	str domain = domain_str(&i->domain), at = host_leads_to(i), mx;

	if (at.n == 0 || i->host_n == 0 || i->null_mx || i->implicit_mx || leads_to(&i->sts, domain).n == 0)
		return;
	mx = i->host[0].host;
	if (judge_text_below(mx, domain) || str_eq_nocase(judge_text_party(mx), judge_text_party(at)))
		return;
	finding_add(list, FINDING_G03, host, "%.*s serves the policy and %.*s receives the mail: two parties must agree.",
	    STR_ARG(judge_text_party(at)), STR_ARG(judge_text_party(mx)));
}

static void judge_certificate(const struct inspection *i, str host, struct finding_list *list)
{
	const struct inspection_cert *c = i->served ? &i->served->cert : NULL;
	str at = host_leads_to(i);

	if (at.n == 0 || !c || !(c->faults & TLS_FAULT_BIT(TLS_FAULT_NAME_MISMATCH)))
		return;
	for (size_t k = 0; k < c->name_n; k++) {
		if (!domain_match(c->name[k], at))
			continue;
		finding_add(list, FINDING_G04, host, "The certificate is for %.*s, where the alias leads, not for %.*s.",
		    STR_ARG(at), STR_ARG(host));
		return;
	}
}

/* The patterns that a provider recommends and the policy does not have. */
static void judge_recommended(const struct inspection *i, const struct inspection_mx *mx,
    struct finding_list *list)
{
	const struct provider *p = provider_of(mx->host);
	char text[PROVIDER_MX_N * 64 + LIMIT_DOMAIN_BYTES];
	struct out lines = OUT(text);
	bool has_all = true;
	struct finding *f;
	str label, parent;

	if (!p->mx[0]) {
		str_cut(mx->host, '.', &label, &parent);
		out_str(&lines, S("\"mx: *."));
		out_str(&lines, parent);
		out_char(&lines, '"');
		has_all = mx->matched;
	}
	for (size_t k = 0; k < PROVIDER_MX_N && p->mx[k]; k++) {
		bool has = false;

		for (size_t n = 0; n < i->policy.mx_n; n++)
			has |= str_eq_nocase(i->policy.mx[n], str_of(p->mx[k]));
		has_all &= has;
		out_fmt(&lines, "%s\"mx: %s\"", k > 0 ? ", " : "", p->mx[k]);
	}
	if (has_all)
		return;
	f = finding_add(list, FINDING_X08, mx->host, "%.*s belongs to %s, which recommends other mx lines.",
	    STR_ARG(mx->host), p->name);
	finding_remedy(list, f, "Use the provider's pattern: %.*s.", STR_ARG(out_done(&lines)));
}

void judge_provider(const struct inspection *i, struct finding_list *list)
{
	char room[JUDGE_TEXT_NAME_BYTES];
	str host = judge_text_name(room, "mta-sts.", domain_str(&i->domain));
	const struct provider *said = NULL;

	if (i->sts.asked && i->txt.class != STS_TXT_ABSENT) {
		judge_delegation(i, host, list);
		judge_hands(i, host, list);
		judge_certificate(i, host, list);
	}
	if (!i->policy_read || i->served->status != 200 || i->policy.mode == STS_POLICY_NONE)
		return;
	for (size_t k = 0; k < i->host_n; k++) {
		const struct provider *p = provider_of(i->host[k].host);

		if (p && p != said)
			judge_recommended(i, &i->host[k], list);
		said = p ? p : said;
	}
}
