#include "core/judge_groups.h"

#include "core/judge_text.h"

#define SHOWN 120 /* bytes of a record that a message quotes */

static bool is_ours(str txt)
{
	return str_starts(txt, S("v=STSv1;"));
}

/* The version, with white space between it and the ";" at most. */
static bool begins_as_ours(str txt)
{
	return str_starts(txt, S("v=STSv1")) && str_starts(str_trim(str_skip(txt, 7)), S(";"));
}

/* Some form of "STSv1" in any case, or something that the hints can mend. */
static bool is_meant_as_ours(str txt)
{
	struct hints hints = { 0 };

	for (size_t k = 0; k + 5 <= txt.n; k++)
		if (str_eq_nocase((str){ txt.p + k, 5 }, S("STSv1")))
			return true;
	hint_record(RECORD_STS, txt, &hints);
	return hints.instead_n > 0;
}

/* Characters that no panel should have stored: where they begin and how many there are in a run. */
static bool find_strays(str txt, size_t *at, size_t *n)
{
	*n = 0;
	for (size_t k = 0; k < txt.n; k++) {
		bool stray = txt.p[k] < 0x20 || txt.p[k] > 0x7e || txt.p[k] == '"' || txt.p[k] == '\\' ||
		    ((k == 0 || str_trim(str_skip(txt, k)).n == 0) && str_is_wsp(txt.p[k])) ||
		    (txt.p[k] == ';' && k > 0 && txt.p[k - 1] == ';');

		if (stray && *n == 0)
			*at = k;
		if (!stray && *n > 0)
			return true;
		*n += stray;
	}
	/* a blank behind the last ";" is a legal delimiter */
	return *n > 0 &&
	    !(*at > 0 && *at + *n == txt.n && txt.p[*at - 1] == ';' && str_trim(str_skip(txt, *at)).n == 0);
}

static bool has_policy_fields(str txt)
{
	static const str words[] = { STR("mode:"), STR("mx:"), STR("max_age"), STR("mode="), STR("mx=") };

	for (size_t k = 0; k < ARRAY_N(words); k++)
		if (str_find(txt, words[k]) < txt.n)
			return true;
	return false;
}

/* The offset lies in the id field, or nothing is left that could be one. */
static bool is_in_id(str txt, size_t at)
{
	size_t start = at;

	while (start > 0 && txt.p[start - 1] != ';')
		start--;
	return at >= txt.n || str_eq_nocase(str_head(str_trim(str_skip(txt, start)), 2), S("id"));
}

static enum finding_id fault_of(str txt, size_t at)
{
	size_t stray_at, stray_n;

	if (has_policy_fields(txt))
		return FINDING_T06;
	if (find_strays(txt, &stray_at, &stray_n))
		return FINDING_T07;
	if (!begins_as_ours(txt))
		return FINDING_T04;
	return is_in_id(txt, at) ? FINDING_T05 : FINDING_T06;
}

/* One record that does not count although it was meant to. */
static void judge_broken(str name, str txt, struct finding_list *list)
{
	struct record_sts record;
	struct hints hints = { 0 };
	struct why why = { .text = "it does not begin with \"v=STSv1;\"" };
	struct finding *f;
	enum finding_id id;
	size_t at = 0, n = 0;

	if (record_read_sts(txt, &record, &why) == OK)
		return;
	hint_record(RECORD_STS, txt, &hints);
	id = fault_of(txt, why.at);
	if (id == FINDING_T07 && find_strays(txt, &at, &n)) {
		char hex[32];
		struct out out = OUT(hex);

		out_hex(&out, (str){ txt.p + at, n < 8 ? n : 8 });
		f = finding_add(list, id, name, "The record \"%.*s\" holds stray characters at offset %zu (bytes %.*s).",
		    STR_ARG(str_head(txt, SHOWN)), at, STR_ARG(out_done(&out)));
	} else {
		f = finding_add(list, id, name, "The record \"%.*s\" does not count: %s (offset %zu).",
		    STR_ARG(str_head(txt, SHOWN)), why.text, why.at);
	}
	judge_text_hint(list, f, &hints);
}

static void judge_failed(const struct inspection *i, str name, struct finding_list *list)
{
	const struct inspection_lookup *l = &i->sts;
	struct finding *f;

	if (l->alias_loop || (l->answer.status == DNS_MALFORMED && l->alias_n > 0)) {
		f = finding_add(list, FINDING_T10, name, "The alias at %.*s %s.", STR_ARG(name),
		    l->alias_loop ? "leads in a circle" : "is the first of too many");
		finding_remedy(list, f, "Publish the TXT record at %.*s directly.", STR_ARG(name));
		return;
	}
	f = finding_add(list, FINDING_T02, name, "The TXT lookup of %.*s %s%s%.*s%s.", STR_ARG(name),
	    judge_text_failure(l->answer.status), l->note.n > 0 ? " (" : "", STR_ARG(str_head(l->note, SHOWN)),
	    l->note.n > 0 ? ")" : "");
	if (!inspection_silent(i))
		return;
	f->severity = FINDING_UNKNOWN;
	finding_remedy(list, f, "Check this host's resolver, or name another one; then try again.");
}

/* The record is there, at a name where no sender looks. */
static bool judge_elsewhere(const struct inspection *i, str name, struct finding_list *list)
{
	static const char *const prefixes[] = {
		[INSPECTION_AT_APEX] = "",
		[INSPECTION_AT_POLICY_HOST] = "mta-sts.",
		[INSPECTION_AT_DOUBLED] = "_mta-sts.",
		[INSPECTION_AT_UNDERSCORED] = "_mta_sts.",
	};
	str domain = domain_str(&i->domain);
	bool found = false;

	for (size_t k = 0; k < ARRAY_N(prefixes); k++) {
		for (size_t n = 0; n < i->place[k].record_n; n++) {
			char room[JUDGE_TEXT_NAME_BYTES];
			str place = judge_text_name(room, prefixes[k], domain);
			str txt = i->place[k].record[n].text;
			bool doubled = k == INSPECTION_AT_DOUBLED;

			if (!begins_as_ours(txt))
				continue;
			found = true;
			finding_add(list, FINDING_T09, name, "The record \"%.*s\" is at %.*s%s%.*s, where no sender looks.",
			    STR_ARG(str_head(txt, SHOWN)), STR_ARG(place), doubled ? "." : "",
			    STR_ARG(doubled ? domain : S("")));
		}
	}
	return found;
}

/* Some name servers have lost the record, and the resolver asked one of them. */
static bool judge_lost(const struct inspection *i, str name, struct finding_list *list)
{
	for (size_t k = 0; k < INSPECTION_NS_N && k < i->ns.record_n; k++) {
		const struct inspection_lookup *l = &i->ns_sts[k];
		struct finding *f;

		if (l->record_n == 0 || !begins_as_ours(l->record[0].text))
			continue;
		f = finding_add(list, FINDING_T12, i->ns.record[k].text,
		    "Name server %.*s has a record at %.*s, another one has none.",
		    STR_ARG(i->ns.record[k].text), STR_ARG(name));
		f->severity = FINDING_ERROR;
		return true;
	}
	return false;
}

static void judge_missing(const struct inspection *i, str name, struct finding_list *list)
{
	const struct inspection_lookup *l = &i->sts;
	str target = l->alias_n > 0 ? l->alias[l->alias_n - 1] : (str){ 0 };
	bool exists = l->answer.status != DNS_NXDOMAIN, served = i->policy_read && i->served->status == 200;
	struct finding *f;

	if (l->alias_n > 0 && l->record_n == 0) {
		finding_add(list, FINDING_T10, name, "%.*s is an alias of %.*s, which %s.", STR_ARG(name),
		    STR_ARG(target),
		    exists ? "has no TXT record" : "does not exist");
		return;
	}
	if (judge_lost(i, name, list) || judge_elsewhere(i, name, list) || i->null_mx ||
	    i->mx.answer.status == DNS_NXDOMAIN)
		return;
	f = finding_add(list, FINDING_T01, name, "%s%.*s%s%s.", exists ? "" : "The name ", STR_ARG(name),
	    l->record_n > 0 ? " has other TXT records only" : exists ? " has no TXT record" : " does not exist",
	    served ? ", yet the policy host serves a policy, which no new sender will look for" : "");
	if (served)
		f->severity = FINDING_ERROR;
}

static void judge_several(const struct inspection *i, str name, struct finding_list *list)
{
	const struct inspection_record *first = NULL, *second = NULL;
	size_t n = 0;

	for (size_t k = 0; k < i->sts.record_n; k++) {
		if (!is_ours(i->sts.record[k].text))
			continue;
		if (n == 0)
			first = &i->sts.record[k];
		else if (n == 1)
			second = &i->sts.record[k];
		n++;
	}
	if (!second)
		return;
	finding_add(list, FINDING_T03, name, "%zu records begin with \"v=STSv1;\": \"%.*s\" and \"%.*s\"%s.", n,
	    STR_ARG(str_head(first->text, SHOWN)), STR_ARG(str_head(second->text, SHOWN)),
	    n > 2 ? " and others" : str_eq(first->text, second->text) ? ", the same twice" : "");
}

/* Everything at the name that is none of ours; broken ones of ours too when no record counts. */
static void judge_others(const struct inspection *i, str name, struct finding_list *list)
{
	size_t other_n = 0, other = 0;

	for (size_t k = 0; k < i->sts.record_n; k++) {
		str txt = i->sts.record[k].text;

		if (is_ours(txt) || (k == i->txt_which && i->txt.class != STS_TXT_ABSENT))
			continue;
		if (i->txt.class == STS_TXT_ABSENT && is_meant_as_ours(txt)) {
			judge_broken(name, txt, list);
			continue;
		}
		other = k;
		other_n++;
	}
	if (other_n > 0)
		finding_add(list, FINDING_T08, name, "%zu other TXT record%s at this name: \"%.*s\"%s.",
		    other_n,
		    other_n > 1 ? "s are" : " is", STR_ARG(str_head(i->sts.record[other].text, SHOWN)),
		    other_n > 1 ? " and others" : "");
}

/* As it is published: what a resolver kept has lost seconds already. */
static void judge_ttl(const struct inspection *i, str name, struct finding_list *list)
{
	uint32_t ttl_s = 0;
	bool published = false;

	for (size_t k = 0; k < INSPECTION_NS_N; k++) {
		const struct inspection_lookup *l = &i->ns_sts[k];

		if (!l->asked || l->answer.status != DNS_FOUND || l->alias_n > 0)
			continue;
		published = true;
		if (l->answer.ttl_s > ttl_s)
			ttl_s = l->answer.ttl_s;
	}
	if (!published)
		ttl_s = i->sts.answer.ttl_s;
	if (ttl_s > DATE_DAY_S)
		finding_add(list, FINDING_T11, name,
		    "A TTL of %lu s means every policy change needs that long before it may be relied on.",
		    (unsigned long)ttl_s);
	else if (published && ttl_s < 60)
		finding_add(list, FINDING_T11, name, "A TTL of %lu s makes senders ask before nearly every delivery.",
		    (unsigned long)ttl_s);
}

static bool same_texts(const struct inspection_lookup *a, const struct inspection_lookup *b)
{
	if (a->record_n != b->record_n)
		return false;
	for (size_t k = 0; k < a->record_n; k++) {
		size_t n = 0;

		while (n < b->record_n && !str_eq(a->record[k].text, b->record[n].text))
			n++;
		if (n == b->record_n)
			return false;
	}
	return true;
}

static void judge_server(const struct inspection *i, size_t k, bool any_answers, str name,
    struct finding_list *list)
{
	const struct inspection_lookup *l = &i->ns_sts[k];
	str server = i->ns.record[k].text;
	struct finding *f;

	if (dns_failed(l->answer.status)) {
		if (!any_answers)
			return;
		f = finding_add(list, FINDING_T12, server, "Name server %.*s: the TXT lookup of %.*s %s.",
		    STR_ARG(server), STR_ARG(name), judge_text_failure(l->answer.status));
		if (l->answer.status == DNS_TIMEOUT)
			f->severity = FINDING_UNKNOWN;
		finding_remedy(list, f, "Mend this name server or take it out of the delegation.");
	} else if (l->record_n == 0) {
		f = finding_add(list, FINDING_T12, server, "Name server %.*s does not have the record at %.*s.",
		    STR_ARG(server), STR_ARG(name));
		f->severity = FINDING_ERROR;
	} else if (!same_texts(l, &i->sts)) {
		finding_add(list, FINDING_T12, server, "Name server %.*s still serves \"%.*s\".",
		    STR_ARG(server), STR_ARG(str_head(l->record[0].text, SHOWN)));
	}
}

static void judge_servers(const struct inspection *i, str name, struct finding_list *list)
{
	bool any_answers = false;

	if (i->sts.alias_n > 0) /* other servers hold the record */
		return;
	for (size_t k = 0; k < INSPECTION_NS_N; k++)
		any_answers |= i->ns_sts[k].asked && !dns_failed(i->ns_sts[k].answer.status);
	for (size_t k = 0; k < INSPECTION_NS_N && k < i->ns.record_n; k++)
		if (i->ns_sts[k].asked)
			judge_server(i, k, any_answers, name, list);
}

/* Ids that stand in RFC 8461 and in providers' instructions. */
static bool is_copied(str id)
{
	static const str examples[] = { STR("20160831085700Z"), STR("20190425085700"), STR("20190429T010101") };

	for (size_t k = 0; k < ARRAY_N(examples); k++)
		if (str_eq(id, examples[k]))
			return true;
	return false;
}

static void judge_valid(const struct inspection *i, str name, struct finding_list *list)
{
	str txt = i->sts.record[i->txt_which].text, id = str_of(i->txt.id);
	struct finding *f;

	if (!is_ours(txt)) { /* */
		f = finding_add(list, FINDING_T04, name,
		    "A blank is before the first \";\" of \"%.*s\"; some senders discard it.",
		    STR_ARG(str_head(txt, SHOWN)));
		f->severity = FINDING_WARNING;
	}
	if (has_policy_fields(txt)) {
		f = finding_add(list, FINDING_T06, name,
		    "The record \"%.*s\" holds the policy's fields, which senders ignore here.",
		    STR_ARG(str_head(txt, SHOWN)));
		f->severity = FINDING_WARNING;
	}
	if (id.n <= 3 || is_copied(id))
		finding_add(list, FINDING_T13, name,
		    "The id \"%.*s\" looks like %s, not like one that changes with the policy.",
		    STR_ARG(id), is_copied(id) ? "that of an example" : "a constant");
}

void judge_record(const struct inspection *i, struct finding_list *list)
{
	char room[JUDGE_TEXT_NAME_BYTES];
	str name = judge_text_name(room, "_mta-sts.", domain_str(&i->domain));
	size_t before = list->finding_n;

	if (!i->sts.asked)
		return;
	switch (i->txt.class) {
	case STS_TXT_ERROR:
		judge_failed(i, name, list);
		return;
	case STS_TXT_ABSENT:
	case STS_TXT_NOT_ASKED:
		judge_others(i, name, list);
		/* a broken record says more than a missing one */
		if (list->finding_n == before || list->finding[before].id == FINDING_T08)
			judge_missing(i, name, list);
		return;
	case STS_TXT_SEVERAL:
		judge_several(i, name, list);
		break;
	case STS_TXT_SYNTAX:
		judge_broken(name, i->sts.record[i->txt_which].text, list);
		break;
	case STS_TXT_ONE:
		judge_valid(i, name, list);
		break;
	}
	judge_others(i, name, list);
	judge_ttl(i, name, list);
	judge_servers(i, name, list);
}
