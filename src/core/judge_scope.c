#include "core/judge_groups.h"

#include "core/judge_text.h"

#define WEEKS_S 1209600 /* two: the least that mode enforce makes sense with */
#define WEEK_S 604800

static void judge_sub_domain(const struct inspection *i, struct finding_list *list)
{
	const struct inspection_lookup *above = &i->place[INSPECTION_AT_PARENT];
	str label, parent;

	if (i->txt.class != STS_TXT_ABSENT || i->mx.answer.status != DNS_FOUND || !i->mx.asked || i->null_mx)
		return;
	str_cut(domain_str(&i->domain), '.', &label, &parent);
	for (size_t k = 0; k < above->record_n; k++) {
		if (!str_starts(above->record[k].text, S("v=STSv1;")))
			continue;
		finding_add(list, FINDING_K01, domain_str(&i->domain),
		    "%.*s has MX records of its own and no policy; that of %.*s does not cover it.",
		    STR_ARG(domain_str(&i->domain)), STR_ARG(parent));
		return;
	}
}

/* The certificate is another domain's: one policy host, several domains. */
static void judge_alias_domain(const struct inspection *i, struct finding_list *list)
{
	char room[JUDGE_TEXT_NAME_BYTES];
	str host = judge_text_name(room, "mta-sts.", domain_str(&i->domain));
	const struct inspection_cert *c = i->served ? &i->served->cert : NULL;

	if (!c || !(c->faults & TLS_FAULT_BIT(TLS_FAULT_NAME_MISMATCH)))
		return;
	for (size_t k = 0; k < c->name_n; k++) {
		if (!str_starts(c->name[k], S("mta-sts.")) || (i->host_a.alias_n > 0 &&
		    str_eq_nocase(c->name[k], i->host_a.alias[i->host_a.alias_n - 1])))
			continue; /* an alias' own name is a matter of the provider: G04 */
		finding_add(list, FINDING_K03, host, "The policy host is set up for %.*s, but not for %.*s.",
		    STR_ARG(str_head(str_skip(c->name[k], 8), LIMIT_DOMAIN_BYTES)),
		    STR_ARG(domain_str(&i->domain)));
		return;
	}
}

static void judge_name_form(const struct inspection *i, struct finding_list *list)
{
	str domain = domain_str(&i->domain);

	if (i->txt.class == STS_TXT_ABSENT ||
	    (!str_starts(domain, S("xn--")) && str_find(domain, S(".xn--")) == domain.n))
		return;
	finding_add(list, FINDING_K04, domain, "The domain is internationalised; senders ask for its A-label form, %.*s.",
	    STR_ARG(domain));
}

static void judge_age(const struct inspection *i, struct finding_list *list)
{
	char room[JUDGE_TEXT_NAME_BYTES];
	str host = judge_text_name(room, "mta-sts.", domain_str(&i->domain));
	str mode = sts_policy_mode_name(i->policy.mode);
	unsigned long age = i->policy.max_age_s;
	struct finding *f;

	if (i->policy.mode == STS_POLICY_NONE) {
		if (age > WEEK_S)
			finding_add(list, FINDING_M04, host,
			    "Mode none with a max_age of %lu s keeps senders from a later policy's protection that long.", age);
	} else if (age < DATE_DAY_S) {
		f = finding_add(list, FINDING_M01, host, "A max_age of %lu s is less than a day; some senders ignore it.", age);
		if (i->policy.mode == STS_POLICY_TESTING)
			finding_remedy(list, f, "Choose one or two weeks for mode testing, e.g. \"max_age: 604800\".");
	} else if (i->policy.mode == STS_POLICY_ENFORCE && age < WEEKS_S) {
		finding_add(list, FINDING_M01, host,
		    "A max_age of %lu s is short for mode %.*s: senders that write less often are not protected.", age,
		    STR_ARG(mode));
	}
}

void judge_scope(const struct inspection *i, struct finding_list *list)
{
	str domain = domain_str(&i->domain);
	bool policy = i->policy_read && i->served->status == 200;

	judge_sub_domain(i, list);
	if (policy && i->null_mx && i->policy.mode != STS_POLICY_NONE)
		finding_add(list, FINDING_K02, domain,
		    "The domain says that it receives no mail (null MX), yet its policy says %.*s.",
		    STR_ARG(sts_policy_mode_name(i->policy.mode)));
	judge_alias_domain(i, list);
	judge_name_form(i, list);
	if (i->implicit_mx && i->txt.class == STS_TXT_ONE)
		finding_add(list, FINDING_K05, domain,
		    "Without MX records this policy is for mail to %.*s itself and mail routed to it by name.",
		    STR_ARG(domain));
	if (policy && !i->null_mx)
		judge_age(i, list);
	if (i->has_policy && i->policy.mode == STS_POLICY_TESTING && i->tlsrpt.asked && i->tlsrpt_err != OK &&
	    i->tlsrpt_err != E_ABSENT && i->tlsrpt_err != E_TEMP)
		finding_add(list, FINDING_M02, domain,
		    "Mode testing is published, but no reports come: the TLSRPT record is broken.");
}
