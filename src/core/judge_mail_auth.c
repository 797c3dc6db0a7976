#include "core/judge_groups.h"

#include "core/judge_text.h"

/* The records that begin so, any case; *first is one of them. */
static size_t count(const struct inspection_lookup *lookup, str begin, str *first)
{
	size_t n = 0;

	for (size_t k = 0; k < lookup->record_n; k++) {
		str txt = lookup->record[k].text;

		if (!str_eq_nocase(str_head(txt, begin.n), begin) ||
		    (txt.n > begin.n && str_is_alnum(txt.p[begin.n])))
			continue;
		if (n++ == 0)
			*first = txt;
	}
	return n;
}

/* The value of "name=" in a record of fields parted by ";"; false: not there. */
static bool field(str txt, str name, str *value)
{
	for (bool more = true; more;) {
		str one, key;

		more = str_cut(txt, ';', &one, &txt);
		if (str_cut(str_trim(one), '=', &key, value) && str_eq_nocase(str_trim(key), name)) {
			*value = str_trim(*value);
			return true;
		}
	}
	return false;
}

static bool was_answered(const struct inspection_lookup *lookup)
{
	return lookup->asked && !dns_failed(lookup->answer.status);
}

static void judge_spf(const struct inspection *i, struct finding_list *list)
{
	str domain = domain_str(&i->domain), txt;
	size_t n = count(&i->spf, S("v=spf1"), &txt);
	struct finding *f;

	if (n == 0) {
		f = finding_add(list, FINDING_A01, domain, "%.*s has no SPF record.", STR_ARG(domain));
		if (i->null_mx)
			finding_remedy(list, f,
			    "Publish \"v=spf1 -all\" when the domain sends no mail either.");
	} else if (n > 1) {
		f = finding_add(list, FINDING_A01, domain, "%.*s has %zu SPF records; receivers then use none.",
		    STR_ARG(domain), n);
		finding_remedy(list, f, "Merge them into one record.");
	} else if (str_find(txt, S(" +all")) < txt.n || str_find(txt, S(" all")) < txt.n) {
		f = finding_add(list, FINDING_A01, domain, "The SPF record lets every host in the world send: \"%.*s\".",
		    STR_ARG(str_head(txt, 200)));
		finding_remedy(list, f, "End the record with -all or ~all.");
	}
}

static void judge_dmarc(const struct inspection *i, struct finding_list *list)
{
	char room[JUDGE_TEXT_NAME_BYTES];
	str name = judge_text_name(room, "_dmarc.", domain_str(&i->domain)), txt, p;
	size_t n = count(&i->dmarc, S("v=DMARC1"), &txt);
	struct finding *f;

	if (n == 0) {
		finding_add(list, FINDING_A02, name, "%.*s has no DMARC record%s.", STR_ARG(name),
		    judge_text_party(domain_str(&i->domain)).n < i->domain.n ?
		    "; that of the domain above applies, if there is one" : "");
	} else if (n > 1) {
		f = finding_add(list, FINDING_A02, name, "%.*s has %zu DMARC records; receivers then use none.",
		    STR_ARG(name), n);
		finding_remedy(list, f, "Delete all but one.");
	} else if (!field(txt, S("p"), &p)) {
		f = finding_add(list, FINDING_A02, name, "The DMARC record has no policy (p=).");
		finding_remedy(list, f, "Add p=none, p=quarantine or p=reject behind v=DMARC1.");
	} else if (str_eq_nocase(p, S("none"))) {
		f = finding_add(list, FINDING_A02, name, "The DMARC record asks receivers to do nothing (p=none).");
		finding_remedy(list, f, "Move on to p=quarantine and p=reject when the reports show your own mail only.");
	}
}

static void judge_dkim(const struct inspection *i, struct finding_list *list)
{
	str selector = str_head(i->options.dkim_selector, 64), domain = domain_str(&i->domain), p = { 0 }, t;
	struct finding *f;
	bool key = false;

	for (size_t k = 0; k < i->dkim.record_n && !key; k++) {
		key = field(i->dkim.record[k].text, S("p"), &p);
		if (key && field(i->dkim.record[k].text, S("t"), &t) && str_find(t, S("y")) < t.n) {
			f = finding_add(list, FINDING_A03, selector, "The DKIM key of selector %.*s is marked as a test (t=y).",
			    STR_ARG(selector));
			finding_remedy(list, f, "Remove t=y when signing works.");
		}
	}
	if (!key)
		finding_add(list, FINDING_A03, selector, "There is no DKIM key at %.*s._domainkey.%.*s.",
		    STR_ARG(selector), STR_ARG(domain));
	else if (p.n == 0)
		finding_add(list, FINDING_A03, selector, "The DKIM key of selector %.*s is revoked (p= is empty).",
		    STR_ARG(selector));
}

void judge_mail_auth(const struct inspection *i, struct finding_list *list)
{
	if (i->mx.answer.status == DNS_NXDOMAIN)
		return;
	if (was_answered(&i->spf))
		judge_spf(i, list);
	if (was_answered(&i->dmarc))
		judge_dmarc(i, list);
	if (was_answered(&i->dkim))
		judge_dkim(i, list);
}
