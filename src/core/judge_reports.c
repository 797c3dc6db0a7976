#include "core/judge_groups.h"

#include "core/judge_reach.h"
#include "core/judge_senders.h"
#include "core/judge_text.h"
#include "wire/rua.h"

#define SHOWN 120 /* bytes of a record that a message quotes */

static bool is_ours(str txt)
{
	return str_starts(txt, S("v=TLSRPTv1;"));
}

/* Some spelling of TLSRPT, or something that the hints can mend. */
static bool is_meant_as_ours(str txt, struct hints *hints)
{
	str word;

	hint_record(RECORD_TLSRPT, txt, hints);
	if (hints->instead_n > 0)
		return true;
	str_cut(txt, ';', &word, &(str){ 0 });
	return str_distance(str_trim(word), S("v=TLSRPTv1")) <= 3;
}

static void judge_failed(const struct inspection *i, str name, struct finding_list *list)
{
	struct finding *f = finding_add(list, FINDING_R01, name, "The TXT lookup of %.*s %s.", STR_ARG(name),
	    judge_text_failure(i->tlsrpt.answer.status));

	f->severity = i->tlsrpt.answer.status == DNS_TIMEOUT ? FINDING_UNKNOWN : FINDING_ERROR;
	finding_remedy(list, f, "Mend the name servers for this name; until then nobody sends reports.");
}

/* The record is there, at a name where no sender looks. */
static bool judge_place(const struct inspection *i, const struct inspection_lookup *place, const char *prefix,
    str name,
    struct finding_list *list)
{
	for (size_t n = 0; n < place->record_n; n++) {
		str txt = place->record[n].text;

		if (!str_starts(txt, S("v=TLSRPTv1")))
			continue;
		finding_add(list, FINDING_R05, name, "The record \"%.*s\" is at %s%.*s, where no sender looks.",
		    STR_ARG(str_head(txt, SHOWN)), prefix, STR_ARG(domain_str(&i->domain)));
		return true;
	}
	return false;
}

static bool judge_elsewhere(const struct inspection *i, str name, struct finding_list *list)
{
	const struct inspection_lookup *apex = i->spf.asked ? &i->spf : &i->place[INSPECTION_AT_APEX];

	return judge_place(i, apex, "", name, list) ||
	    judge_place(i, &i->place[INSPECTION_AT_SMTP], "_smtp.", name, list) ||
	    judge_place(i, &i->place[INSPECTION_AT_TLSRPT], "_tlsrpt.", name, list) ||
	    judge_place(i, &i->place[INSPECTION_AT_SMTP_TLSRPT], "_smtp-tlsrpt.", name, list);
}

static void judge_missing(const struct inspection *i, str name, struct finding_list *list)
{
	const struct inspection_lookup *l = &i->tlsrpt;
	bool found = false;

	for (size_t k = 0; k < l->record_n; k++) {
		struct hints hints = { 0 };
		struct finding *f;

		if (!is_meant_as_ours(l->record[k].text, &hints))
			continue;
		found = true;
		f = finding_add(list, FINDING_R05, name, "The record \"%.*s\" does not begin with \"v=TLSRPTv1;\".",
		    STR_ARG(str_head(l->record[k].text, SHOWN)));
		judge_text_hint(list, f, &hints);
	}
	if (found || judge_elsewhere(i, name, list) || i->null_mx || i->mx.answer.status == DNS_NXDOMAIN)
		return;
	finding_add(list, FINDING_R01, name, "%.*s has no %sTXT record%s: nobody reports failures of TLS.",
	    STR_ARG(name),
	    l->record_n > 0 ? "such " : "", l->alias_n > 0 ? " where its alias leads" : "");
}

static size_t ours_n(const struct inspection *i)
{
	size_t n = 0;

	for (size_t k = 0; k < i->tlsrpt.record_n; k++)
		n += is_ours(i->tlsrpt.record[k].text);
	return n;
}

/* Which finding a broken record is: by the field that the fault is in. */
static enum finding_id fault_of(str txt, size_t at)
{
	size_t start = at < txt.n ? at : txt.n, end;
	str field;

	while (start > 0 && txt.p[start - 1] != ';')
		start--;
	field = str_trim(str_skip(txt, start));
	end = str_find(field, S(";"));
	field = str_head(field, end);
	if (at < txt.n && (txt.p[at] == '!' || txt.p[at] == ','))
		return FINDING_R04;
	if (at >= txt.n || str_eq_nocase(str_head(field, 3), S("rua")) || str_eq_nocase(str_head(field, 3), S("ruf")))
		return FINDING_R03;
	/* a ";" between two destinations ended the field */
	return str_find(field, S("@")) < field.n || str_find(field, S("://")) < field.n ? FINDING_R04 :
	    FINDING_R05;
}

static void judge_broken(const struct inspection *i, str name, struct finding_list *list)
{
	str txt = i->tlsrpt.record[i->tlsrpt_which].text;
	struct hints hints = { 0 };
	struct finding *f;

	if (ours_n(i) > 1) {
		finding_add(list, FINDING_R02, name, "%zu records begin with \"v=TLSRPTv1;\".", ours_n(i));
		return;
	}
	hint_record(RECORD_TLSRPT, txt, &hints);
	f = finding_add(list, fault_of(txt, i->tlsrpt_why.at), name, "The record \"%.*s\" does not count: %s (offset %zu).",
	    STR_ARG(str_head(txt, SHOWN)), i->tlsrpt_why.text, i->tlsrpt_why.at);
	judge_text_hint(list, f, &hints);
}

/* Can mail reach the domain of a mailto? */
static void judge_mailto(const struct inspection *i, size_t k, const struct rua *rua, struct finding_list *list)
{
	const struct inspection_lookup *l = &i->rua_mx[k];
	str host = domain_str(&rua->host), uri = i->rua.rua[k];
	bool null_mx = l->record_n == 1 && l->record[0].text.n == 0;
	struct finding *f;

	if (!l->asked || (l->record_n > 0 && !null_mx))
		return;
	if (l->answer.status == DNS_TIMEOUT) {
		f = finding_add(list, FINDING_R06, uri,
		    "Whether reports to %s can arrive is open: the lookup was not answered.",
		    rua->address);
		f->severity = FINDING_UNKNOWN;
		return;
	}
	finding_add(list, FINDING_R06, uri, "Reports to %s cannot arrive: %.*s %s.", rua->address,
	    STR_ARG(host),
	    null_mx ? "says that it receives no mail (null MX)" :
	    dns_failed(l->answer.status) ? "cannot be looked up" :
	    l->answer.status == DNS_NXDOMAIN ? "does not exist" : "has neither MX record nor address");
}

/* ---- with options.reports: would they take one? ---- */

/* A refusal by policy (5.7.x, RFC 3463 3.8) that does not name the address is about who asks. */
static bool blames_us(const struct inspection_destination *d, str address)
{
	size_t k = 0;

	while (k + address.n <= d->text.n && !str_eq_nocase((str){ d->text.p + k, address.n }, address))
		k++;
	return d->before_recipient || (str_starts(d->text, S("5.7.")) && k + address.n > d->text.n);
}

static void judge_recipient(const struct inspection_destination *d, str uri, const char *address,
    struct finding_list *list)
{
	str text = str_head(d->text, SHOWN);
	struct finding *f;

	if (d->code / 100 == 2 && !d->before_recipient)
		return;
	if (d->code / 100 == 5 && !blames_us(d, str_of(address))) {
		f = finding_add(list, FINDING_R06, uri, "Reports to %s cannot arrive: %.*s refuses the recipient (%u \"%.*s\").",
		    address, STR_ARG(d->host), d->code, STR_ARG(text));
		finding_remedy(list, f, "Create the mailbox %s, or name an address that exists.", address);
		return;
	}
	if (d->code > 0)
		f = finding_add(list, FINDING_R06, uri,
		    "Whether reports to %s can arrive is open: %.*s gives this host no answer that counts (%u \"%.*s\").",
		    address, STR_ARG(d->host), d->code, STR_ARG(text));
	else
		f = finding_add(list, FINDING_R06, uri,
		    "Whether reports to %s can arrive is open: none of its MX hosts could be asked from here.", address);
	f->severity = FINDING_UNKNOWN;
	finding_remedy(list, f, "Check again later, or from a host that sends mail; this says nothing about the address.");
}

/* Why no HTTP answer came, as the end of a sentence. */
static void write_obstacle(const struct inspection_destination *d, struct out *out)
{
	if (d->reach == INSPECTION_NOT_TRIED)
		out_str(out, S("its host has no address"));
	else if (d->reach == INSPECTION_PRIVATE)
		out_str(out, S("its host has a private address"));
	else if (d->reach != INSPECTION_REACHED)
		out_fmt(out, "connections %s", judge_reach(d->reach));
	else if (d->fetch.cause == STS_FETCH_CERTIFICATE)
		out_str(out, S("its certificate is not valid, which only some senders overlook ("));
	else if (d->fetch.cause == STS_FETCH_TLS)
		out_str(out, S("the TLS handshake fails ("));
	else
		out_str(out, S("no complete HTTP answer comes ("));
	if (d->reach != INSPECTION_REACHED)
		return;
	sts_fetch_write(&d->fetch, out);
	out_char(out, ')');
}

static void judge_endpoint(const struct inspection_destination *d, str uri, struct finding_list *list)
{
	str shown = str_head(uri, SHOWN);
	char text[160];
	struct out obstacle = OUT(text);
	struct finding *f;

	if (d->fetch.cause != STS_FETCH_OK || d->reach != INSPECTION_REACHED) {
		write_obstacle(d, &obstacle);
		f = finding_add(list, FINDING_R07, uri, "Reports to %.*s cannot arrive: %.*s.", STR_ARG(shown),
		    STR_ARG(out_done(&obstacle)));
		if (d->fetch.cause == STS_FETCH_CERTIFICATE)
			finding_remedy(list, f, "Renew the certificate of %.*s, for this name and with its full chain.",
			    STR_ARG(d->host));
	} else if (d->code == 404 || d->code == 405 || d->code == 410) {
		f = finding_add(list, FINDING_R07, uri, "Nothing takes reports at %.*s: an empty POST gets HTTP status %u.",
		    STR_ARG(shown), d->code);
		finding_remedy(list, f, "Correct the path in the record, or let the endpoint accept POST there.");
	} else if (d->code >= 500) {
		f = finding_add(list, FINDING_R07, uri, "The endpoint %.*s fails: an empty POST gets HTTP status %u.",
		    STR_ARG(shown), d->code);
		finding_remedy(list, f, "Look into the endpoint's log.");
	} else if (d->code >= 300 && d->code < 400) {
		f = finding_add(list, FINDING_R07, uri,
		    "The endpoint %.*s redirects an empty POST (HTTP status %u); senders need not follow.", STR_ARG(shown),
		    d->code);
		finding_remedy(list, f, "Name the address in the record where reports are taken.");
	}
}

static void judge_destination(const struct inspection *i, size_t k, const struct rua *rua, struct finding_list *list)
{
	const struct inspection_destination *d = i->destination ? &i->destination[k] : NULL;
	size_t from = list->finding_n;

	if (rua->kind == RUA_MAILTO) {
		judge_mailto(i, k, rua, list);
		if (d && d->asked && list->finding_n == from) /* else it is known why */
			judge_recipient(d, i->rua.rua[k], rua->address, list);
	} else if (d && d->asked) {
		judge_endpoint(d, i->rua.rua[k], list);
	}
}

/* ---- all destinations ---- */

static bool is_repeated(const struct inspection *i, size_t k)
{
	for (size_t n = 0; n < k; n++)
		if (str_eq_nocase(i->rua.rua[n], i->rua.rua[k]))
			return true;
	return false;
}

static void judge_several(const struct inspection *i, str name, struct finding_list *list)
{
	struct finding *f;

	for (size_t k = 0; k < i->rua.rua_n; k++) {
		if (!is_repeated(i, k))
			continue;
		f = finding_add(list, FINDING_R08, name, "The destination %.*s is given twice.",
		    STR_ARG(str_head(i->rua.rua[k], SHOWN)));
		finding_remedy(list, f, "Remove the repetition.");
		return;
	}
	if (i->rua.rua_repeated)
		finding_add(list, FINDING_R08, name, "The record has two rua fields; some senders use the first only.");
	else if (i->rua.rua_n > 1)
		finding_add(list, FINDING_R08, name, "%zu%s destinations are named; only one of them is sure to get reports.",
		    i->rua.rua_n, i->rua.rua_dropped ? " and more" : "");
}

static bool refuses_somewhere(const struct inspection *i)
{
	for (size_t k = 0; k < i->host_n; k++)
		if (judge_senders_at(i, &i->host[k], JUDGE_SENDERS_STS) == JUDGE_SENDERS_REFUSE)
			return true;
	return false;
}

static void judge_destinations(const struct inspection *i, str name, struct finding_list *list)
{
	str domain = domain_str(&i->domain);
	size_t usable = 0, own = 0;
	struct finding *external = NULL;

	for (size_t k = 0; k < i->rua.rua_n; k++) {
		struct rua rua;
		struct why why;

		if (rua_read(i->rua.rua[k], &rua, &why) != OK) {
			struct finding *f = finding_add(list, FINDING_R03, i->rua.rua[k],
			    "No report can be sent to \"%.*s\": %s.",
			    STR_ARG(str_head(i->rua.rua[k], SHOWN)), why.text);

			f->severity = i->rua.rua_n > 1 ? FINDING_WARNING : FINDING_ERROR;
			continue;
		}
		usable++;
		judge_destination(i, k, &rua, list);
		if (rua.kind != RUA_MAILTO)
			continue;
		own += str_eq(domain_str(&rua.host), domain);
		if (!external && rua.host.n > 0 && !judge_text_below(domain_str(&rua.host), domain)) {
			external = finding_add(list, FINDING_R09, i->rua.rua[k],
			    "Reports go to another domain, %.*s; unlike DMARC, TLSRPT needs no permission there.",
			    STR_ARG(domain_str(&rua.host)));
			external->remedy = (str){ 0 };
		}
	}
	if (usable > 0 && own == usable && i->has_policy && i->policy.mode == STS_POLICY_ENFORCE &&
	    refuses_somewhere(i))
		finding_add(list, FINDING_R11, name,
		    "Reports go to %.*s itself, whose MX hosts fail; not all senders deliver them all the "
		    "same.", STR_ARG(domain));
}

/* DANE reports may name the MX host as their policy domain. */
static void judge_hosts(const struct inspection *i, struct finding_list *list)
{
	for (size_t k = 0; k < i->host_n; k++) {
		const struct inspection_mx *mx = &i->host[k];
		char room[JUDGE_TEXT_NAME_BYTES];
		bool found = false;

		if (!mx->tlsrpt.asked || dns_failed(mx->tlsrpt.answer.status))
			continue;
		for (size_t n = 0; n < mx->tlsrpt.record_n; n++)
			found |= is_ours(mx->tlsrpt.record[n].text);
		if (!found)
			finding_add(list, FINDING_R10, judge_text_name(room, "_smtp._tls.", mx->host),
			    "MX host %.*s has TLSA records, but no TLSRPT record of its own.",
			    STR_ARG(mx->host));
	}
}

void judge_reports(const struct inspection *i, struct finding_list *list)
{
	char room[JUDGE_TEXT_NAME_BYTES];
	str name = judge_text_name(room, "_smtp._tls.", domain_str(&i->domain));

	if (!i->tlsrpt.asked || (i->sts.asked && inspection_silent(i))) /* T02 has said it */
		return;
	if (i->tlsrpt_err == E_TEMP) {
		judge_failed(i, name, list);
	} else if (i->tlsrpt_err == E_ABSENT) {
		judge_missing(i, name, list);
	} else if (i->tlsrpt_err != OK) {
		judge_broken(i, name, list);
	} else {
		judge_destinations(i, name, list);
		judge_several(i, name, list);
	}
	judge_hosts(i, list);
}
