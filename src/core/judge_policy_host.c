#include "core/judge_groups.h"

#include "core/judge_caa.h"
#include "core/judge_fetch.h"
#include "core/judge_reach.h"
#include "core/judge_text.h"
#include "wire/address.h"

struct host {
	const struct inspection *i;
	struct finding_list *list;
	str name;  /* mta-sts.DOMAIN */
	str alias; /* the end of its CNAME chain, or empty */
	str ip[INSPECTION_IP_N];
	char room[JUDGE_REACH_BYTES];
};

static bool is_private(const struct inspection_fetch *f)
{
	return f->asked && f->reach == INSPECTION_PRIVATE;
}

static bool answered(const struct inspection_fetch *f)
{
	return f->asked && f->reach == INSPECTION_REACHED;
}

static bool untried(const struct inspection_fetch *f)
{
	return !f->asked || f->reach == INSPECTION_NOT_TRIED;
}

/* ---- DNS: H01, H02 ---- */

static void judge_alias_end(const struct host *h, const struct inspection_lookup *l)
{
	struct finding *f;

	if (l->alias_loop) {
		finding_remedy(h->list, finding_add(h->list, FINDING_H02, h->name,
		    "%.*s is an alias that leads in a circle.", STR_ARG(h->name)),
		    "Point the alias at the host that serves the policy.");
		return;
	}
	f = finding_add(h->list, FINDING_H02, h->name, l->answer.status == DNS_NXDOMAIN ?
	    "%.*s is an alias of %.*s, which does not exist; whoever gets hold of that name can publish a "
	    "policy for the domain." : "%.*s is an alias of %.*s, which has no address.", STR_ARG(h->name),
	    STR_ARG(h->alias));
	if (!judge_text_below(h->alias, domain_str(&h->i->domain)))
		finding_remedy(h->list, f, "You point at %.*s but it does not serve you: finish the sign-up or remove both "
		    "the alias and the _mta-sts record.", STR_ARG(judge_text_party(h->alias)));
	else
		finding_remedy(h->list, f, "Create %.*s or point the alias at the host that serves the policy.",
		    STR_ARG(h->alias));
}

static void judge_failed_lookup(const struct host *h, enum dns_status status, const char *types)
{
	struct finding *f;

	if (inspection_silent(h->i)) /* T02 has said it */
		return;
	f = finding_add(h->list, FINDING_H01, h->name, "The lookup of %.*s (%s) %s.", STR_ARG(h->name), types,
	    judge_text_failure(status));
	finding_remedy(h->list, f, "Mend the name servers for this name, so that every question about it is answered.");
	if (h->i->fetch_n > 0) {
		f->severity = FINDING_WARNING;
		f->result_type = RESULT_TYPE_OTHER;
	} else if (status == DNS_TIMEOUT) {
		f->severity = FINDING_UNKNOWN;
		f->result_type = RESULT_TYPE_OTHER;
	}
}

/* False: there are no addresses. */
static bool judge_dns(const struct host *h)
{
	const struct inspection_lookup *a = &h->i->host_a, *aaaa = &h->i->host_aaaa;
	const struct inspection_lookup *l = dns_failed(a->answer.status) || !dns_failed(aaaa->answer.status) ? a : aaaa;

	if (a->alias_loop || aaaa->alias_loop)
		judge_alias_end(h, a->alias_loop ? a : aaaa);
	else if (dns_failed(a->answer.status) && dns_failed(aaaa->answer.status))
		judge_failed_lookup(h, a->answer.status, "A and AAAA");
	else if (dns_failed(l->answer.status))
		judge_failed_lookup(h, l->answer.status, l == a ? "A" : "AAAA");
	else if (h->i->host_ip_total == 0 && h->alias.n > 0)
		judge_alias_end(h, l);
	else if (h->i->host_ip_total == 0)
		finding_add(h->list, FINDING_H01, h->name, l->answer.status == DNS_NXDOMAIN ?
		    "%.*s does not exist." : "%.*s has no address (neither A nor AAAA).", STR_ARG(h->name));
	return h->i->host_ip_total > 0;
}

/* ---- addresses: W01, H03, H05 ---- */

static void judge_private(struct host *h)
{
	unsigned chosen = 0;

	for (size_t k = 0; k < h->i->fetch_n; k++)
		chosen |= is_private(&h->i->fetch[k]) ? 1u << k : 0;
	if (chosen)
		finding_add(h->list, FINDING_H05, h->name, "The name resolves to a private address: %.*s.",
		    STR_ARG(judge_reach_list(h->room, h->ip, h->i->fetch_n, chosen)));
}

/* All addresses that share one way of being out of reach. */
static unsigned alike(const struct host *h, size_t first, bool some_answer)
{
	const struct inspection_fetch *fetch = h->i->fetch;
	bool by_family = some_answer || fetch[first].reach == INSPECTION_UNREACHABLE;
	unsigned chosen = 0;

	for (size_t k = first; k < h->i->fetch_n; k++)
		if (!answered(&fetch[k]) && untried(&fetch[k]) == untried(&fetch[first]) &&
		    (untried(&fetch[k]) || fetch[k].reach == fetch[first].reach) &&
		    (!by_family || address_is_ipv6(fetch[k].ip) == address_is_ipv6(fetch[first].ip)))
			chosen |= 1u << k;
	return chosen;
}

static void judge_dead(struct host *h, size_t first, unsigned chosen, bool some_answer)
{
	const struct inspection_fetch *f = &h->i->fetch[first];
	enum finding_id id = some_answer ? FINDING_H03 : FINDING_W01;
	str at = judge_reach_list(h->room, h->ip, h->i->fetch_n, chosen);
	struct finding *finding;

	if (judge_reach_no_ipv6(h->i, f->ip, f->reach)) {
		finding = finding_add(h->list, id, h->name,
		    "The IPv6 address %.*s could not be tried: this host has no IPv6.", STR_ARG(at));
		finding_remedy(h->list, finding, "Check from a host with IPv6 to see this address too.");
		finding->severity = some_answer ? FINDING_INFO : FINDING_UNKNOWN;
	} else if (untried(f)) {
		finding = finding_add(h->list, id, h->name, "Not tried, because time ran out: %.*s.", STR_ARG(at));
		finding_remedy(h->list, finding, "Check again, with a longer time limit.");
		finding->severity = FINDING_UNKNOWN;
	} else if (some_answer) {
		bool ipv6 = address_is_ipv6(f->ip);

		finding = finding_add(h->list, id, h->name, ipv6 ?
		    "Connections to port 443 at the IPv6 address %.*s %s; senders that prefer IPv6 are slowed down or lose the "
		    "policy." : "Connections to port 443 at %.*s %s, while another address answers.", STR_ARG(at),
		    judge_reach(f->reach));
		finding->severity = ipv6 ? FINDING_WARNING : FINDING_ERROR;
	} else {
		finding_add(h->list, id, h->name, f->reach == INSPECTION_REFUSED ?
		    "Nothing listens on port 443 at %.*s: connections %s." : "Connections to port 443 at %.*s %s.", STR_ARG(at),
		    judge_reach(f->reach));
		return;
	}
	finding->result_type = RESULT_TYPE_OTHER; /* senders take the next address */
}

static void judge_addresses_of(struct host *h)
{
	const struct inspection *i = h->i;
	bool some_answer = false;
	unsigned told = 0;

	for (size_t k = 0; k < i->fetch_n; k++)
		some_answer = some_answer || answered(&i->fetch[k]);
	for (size_t k = 0; k < i->fetch_n; k++) {
		unsigned chosen = answered(&i->fetch[k]) || is_private(&i->fetch[k]) ? 0 : alike(h, k, some_answer);

		if (chosen && !((told >> k) & 1))
			judge_dead(h, k, chosen, some_answer);
		told |= chosen;
	}
	judge_private(h);
}

/* ---- agreement: H04 ---- */

static void judge_agreement(struct host *h)
{
	const struct inspection *i = h->i;
	const struct inspection_fetch *good = NULL;
	unsigned bad = 0, other = 0;
	struct finding *f;

	for (size_t k = 0; k < i->fetch_n; k++) {
		if (!answered(&i->fetch[k]))
			continue;
		if (i->fetch[k].fetch.cause != STS_FETCH_OK)
			bad |= 1u << k;
		else if (!good)
			good = &i->fetch[k];
		else if (!str_eq(good->body, i->fetch[k].body))
			other |= 1u << k;
	}
	if (good && bad) {
		f = finding_add(h->list, FINDING_H04, h->name,
		    "The addresses disagree: a policy that senders accept is served at %.*s, but not at %.*s.", STR_ARG(good->ip),
		    STR_ARG(judge_reach_list(h->room, h->ip, i->fetch_n, bad)));
		f->severity = FINDING_ERROR;
	}
	if (other)
		finding_add(h->list, FINDING_H04, h->name, "Different policies are served: one at %.*s, another at %.*s.",
		    STR_ARG(good->ip), STR_ARG(judge_reach_list(h->room, h->ip, i->fetch_n, other)));
}

/* ---- DNSSEC: H08 ---- */

static void judge_dnssec(const struct host *h)
{
	const struct inspection *i = h->i;
	const struct {
		const struct inspection_lookup *lookup;
		const char *what;
	} answers[] = {
		{ &i->sts, "the _mta-sts record" },
		{ &i->mx, "the MX records" },
		{ i->host_a.record_n > 0 ? &i->host_a : &i->host_aaaa, "the policy host's address" },
	};
	char text[128];
	struct out names = OUT(text);
	size_t count = 0, at = 0;

	if (!i->options.dane) /* the resolver's word on DNSSEC is not believed */
		return;
	for (size_t k = 0; k < ARRAY_N(answers); k++)
		count += answers[k].lookup->answer.status == DNS_FOUND && !answers[k].lookup->answer.secure;
	for (size_t k = 0; count > 0 && k < ARRAY_N(answers); k++)
		if (answers[k].lookup->answer.status == DNS_FOUND && !answers[k].lookup->answer.secure)
			judge_text_list(&names, str_of(answers[k].what), at++, count, ARRAY_N(answers));
	if (count > 0)
		finding_add(h->list, FINDING_H08, domain_str(&i->domain), "Not signed with DNSSEC: %.*s.",
		    STR_ARG(out_done(&names)));
}

/* ---- all ---- */

/* Nobody looks for the policy: what is wrong with it matters only to who is about to publish the record. */
static void lower(struct finding_list *list, size_t from)
{
	for (size_t k = from; k < list->finding_n; k++) {
		if (list->finding[k].severity == FINDING_ERROR)
			list->finding[k].severity = FINDING_WARNING;
		list->finding[k].result_type = RESULT_TYPE_OTHER;
	}
}

static void judge_served(struct host *h)
{
	judge_addresses_of(h);
	for (size_t k = 0; k < h->i->fetch_n; k++)
		judge_fetch(h->i, k, h->list);
	judge_agreement(h);
	judge_caa(h->i, h->list);
}

void judge_policy_host(const struct inspection *i, struct finding_list *list)
{
	char name[JUDGE_TEXT_NAME_BYTES];
	struct host h = { .i = i, .list = list, .name = judge_text_name(name, "mta-sts.", domain_str(&i->domain)) };
	size_t from = list->finding_n;

	if (!i->host_a.asked || !i->host_aaaa.asked || i->txt.class == STS_TXT_NOT_ASKED)
		return;
	h.alias = judge_fetch_alias(i);
	for (size_t k = 0; k < i->fetch_n; k++)
		h.ip[k] = i->fetch[k].ip;
	if (i->txt.class == STS_TXT_ABSENT) {
		if (!i->policy_read)
			return;
		finding_add(list, FINDING_H06, h.name, "%.*s serves a policy, but there is no _mta-sts record.",
		    STR_ARG(h.name));
		judge_served(&h);
		lower(list, from);
		return;
	}
	if (judge_dns(&h))
		judge_served(&h);
	judge_dnssec(&h);
}
