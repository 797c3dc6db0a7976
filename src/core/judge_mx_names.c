#include "core/judge_groups.h"

#include "core/judge_text.h"
#include "core/provider.h"
#include "wire/address.h"

#define NAMED_N 4 /* hosts or patterns named in one sentence */

static bool has_policy_to_meet(const struct inspection *i)
{
	return i->policy_read && i->served->status == 200 && i->policy.mode != STS_POLICY_NONE && !i->null_mx;
}

static bool has_addresses(const struct inspection_mx *mx)
{
	return mx->a.record_n + mx->aaaa.record_n > 0;
}

static void judge_lookup(const struct inspection *i, struct finding_list *list)
{
	str domain = domain_str(&i->domain);
	struct finding *f;

	if (i->mx.answer.status == DNS_NXDOMAIN) {
		f = finding_add(list, FINDING_X01, domain, "The domain %.*s does not exist.", STR_ARG(domain));
		f->severity = FINDING_ERROR;
		finding_remedy(list, f, "Check the spelling and the registration of the domain.");
		return;
	}
	f = finding_add(list, FINDING_X01, domain, "The MX lookup of %.*s %s; senders hold mail back until it works.",
	    STR_ARG(domain), judge_text_failure(i->mx.answer.status));
	f->severity = i->mx.answer.status == DNS_TIMEOUT ? FINDING_UNKNOWN : FINDING_ERROR;
	finding_remedy(list, f, "Mend the name servers of the domain.");
}

/* No MX records: the domain itself is the MX host.  RFC 5321 5.1 */
static void judge_implicit(const struct inspection *i, struct finding_list *list)
{
	str domain = domain_str(&i->domain);
	bool exists = has_addresses(&i->host[0]);
	struct finding *f = finding_add(list, FINDING_X01, domain, "%.*s has no MX record%s.", STR_ARG(domain),
	    exists ? "; senders deliver to its own address" : " and no address; it receives no mail");

	if (!exists || !has_policy_to_meet(i) || i->host[0].matched)
		f->severity = FINDING_WARNING;
	if (exists && has_policy_to_meet(i) && !i->host[0].matched)
		finding_remedy(list, f,
		    "Without MX the domain itself is the MX host: list %.*s in the policy or add MX records.",
		    STR_ARG(domain));
	else if (!exists)
		finding_remedy(list, f, "Publish MX records, or a null MX (\"MX 0 .\") when the domain shall receive no mail.");
}

/* What an MX record must not name; false: it names a host. */
static bool judge_no_host(const struct inspection_mx *mx, struct finding_list *list, struct finding **f)
{
	str host = mx->host;

	if (domain_is_address(host) || address_is_ipv6(host)) {
		*f = finding_add(list, FINDING_X01, host, "The MX record names the IP address %.*s instead of a host.",
		    STR_ARG(host));
		finding_remedy(list, *f, "Name a host in the MX record, and give that host the address.");
		return true;
	}
	if (domain_check(host, NULL) == OK)
		return false;
	*f = finding_add(list, FINDING_X01, host, "The MX record names \"%.*s\", which is no host name.", STR_ARG(host));
	finding_remedy(list, *f, "Rename the host: letters, digits and hyphens only.");
	return true;
}

/* D01 says what does not validate. */
static bool is_left_to_dane(const struct inspection_mx *mx)
{
	return mx->dane_known && mx->dane.state == DANE_DE && mx->dane.error == DNS_BOGUS;
}

static struct finding *judge_no_address(const struct inspection_mx *mx, struct finding_list *list)
{
	enum dns_status a = mx->a.answer.status, status = dns_failed(a) ? a : mx->aaaa.answer.status;
	struct finding *f;

	if (!dns_failed(status)) {
		f = finding_add(list, FINDING_X01, mx->host, "MX host %.*s %s.", STR_ARG(mx->host),
		    a == DNS_NXDOMAIN ? "does not exist" : "has no address");
		finding_remedy(list, f, "Give %.*s an address or remove its MX record.", STR_ARG(mx->host));
		return f;
	}
	if (is_left_to_dane(mx))
		return NULL;
	f = finding_add(list, FINDING_X01, mx->host, "The address lookup of MX host %.*s %s.",
	    STR_ARG(mx->host), judge_text_failure(status));
	f->severity = FINDING_UNKNOWN;
	finding_remedy(list, f, "Mend the name servers for %.*s.", STR_ARG(mx->host));
	return NULL;
}

/* Every address is one that only its own network reaches. */
static bool is_private(const struct inspection_mx *mx)
{
	for (size_t k = 0; k < mx->probe_n; k++)
		if (!mx->probe[k].asked || mx->probe[k].reach != INSPECTION_PRIVATE)
			return false;
	return mx->probe_n > 0;
}

static struct finding *judge_private(const struct inspection_mx *mx, struct finding_list *list)
{
	struct finding *f;

	if (!is_private(mx))
		return NULL;
	f = finding_add(list, FINDING_X01, mx->host, "MX host %.*s has private addresses only, such as %.*s.",
	    STR_ARG(mx->host), STR_ARG(mx->probe[0].ip));
	f->severity = FINDING_ERROR; /* where nobody connects, no policy refuses */
	finding_remedy(list, f, "Publish the public address of %.*s, or check from inside the network.",
	    STR_ARG(mx->host));
	return f;
}

static void judge_alias(const struct inspection_mx *mx, struct finding_list *list)
{
	const struct inspection_lookup *l = mx->a.alias_n > 0 ? &mx->a : &mx->aaaa;
	struct finding *f;
	str target;

	if (l->alias_n == 0)
		return;
	target = l->alias[l->alias_n - 1];
	f = finding_add(list, FINDING_X01, mx->host,
	    "MX host %.*s is an alias of %.*s; an MX record must not name an alias.", STR_ARG(mx->host),
	    STR_ARG(target));
	f->severity = FINDING_WARNING;
	finding_remedy(list, f, "Name %.*s in the MX record.", STR_ARG(target));
}

static void judge_host(const struct inspection *i, const struct inspection_mx *mx, bool others_work,
    struct finding_list *list)
{
	struct finding *f = NULL;

	if (!judge_no_host(mx, list, &f)) {
		if (!mx->a.asked || !mx->aaaa.asked || i->implicit_mx)
			return;
		if (has_addresses(mx)) {
			judge_alias(mx, list);
			f = judge_private(mx, list);
		} else {
			f = judge_no_address(mx, list);
		}
	}
	if (f && others_work && f->severity > FINDING_WARNING)
		f->severity = FINDING_WARNING;
}

static void judge_hosts(const struct inspection *i, struct finding_list *list)
{
	str domain = domain_str(&i->domain);
	struct finding *f;

	for (size_t k = 0; k < i->mx.record_n && i->mx.record_n > 1; k++) {
		if (i->mx.record[k].text.n > 0)
			continue;
		f = finding_add(list, FINDING_X01, domain, "A null MX (\"MX 0 .\") is published beside other MX records.");
		f->severity = FINDING_WARNING;
		finding_remedy(list, f, "Remove the null MX, or all others when the domain shall receive no mail.");
	}
	for (size_t k = 0; k < i->host_n; k++) {
		bool others_work = false;

		for (size_t n = 0; n < i->host_n; n++)
			others_work |= n != k && !is_private(&i->host[n]) &&
			    (has_addresses(&i->host[n]) || !i->host[n].a.asked);
		if (i->host[k].host.n > 0)
			judge_host(i, &i->host[k], others_work, list);
	}
}

static size_t matched_n(const struct inspection *i)
{
	size_t n = 0;

	for (size_t k = 0; k < i->host_n; k++)
		n += i->host[k].matched;
	return n;
}

/* The label before the last dot is the same: only the TLD differs. */
static bool differs_in_tld(str pattern, str host)
{
	size_t p = pattern.n, h = host.n;

	while (p > 0 && pattern.p[p - 1] != '.')
		p--;
	while (h > 0 && host.p[h - 1] != '.')
		h--;
	return p > 1 && h > 1 && str_eq_nocase(str_head(pattern, p), str_head(host, h));
}

/* Why this pattern does not match this host, when it is likely to be meant for it. */
static bool is_cause(const struct inspection *i, str pattern, str host, struct hints *hints)
{
	char room[JUDGE_TEXT_NAME_BYTES];
	str name = str_starts(pattern, S("*.")) ? str_skip(pattern, 2) : pattern;
	size_t far = str_distance(pattern, host);

	if (str_eq_nocase(pattern, judge_text_name(room, "mta-sts.", domain_str(&i->domain))))
		hint_say(hints, "The policy lists the policy host %.*s where the MX host belongs.",
		    STR_ARG(pattern));
	else if (pattern.n < 100 && host.n < 100 && differs_in_tld(pattern, host))
		hint_say(hints, "The policy lists %.*s: only the top-level domain differs from %.*s.",
		    STR_ARG(pattern), STR_ARG(host));
	else
		hint_mx(pattern, host, hints);
	if (hints->n == 0 && far <= 3)
		hint_say(hints, "%.*s in the policy differs from %.*s by %zu characters: a typing error?",
		    STR_ARG(pattern), STR_ARG(host), far);
	if (hints->n == 0 && judge_text_below(host, name) && name.n > 0)
		hint_say(hints, "%.*s in the policy stands above %.*s.", STR_ARG(pattern), STR_ARG(host));
	return hints->n > 0;
}

static bool shares_party(const struct inspection *i, str host)
{
	for (size_t k = 0; k < i->policy.mx_n; k++)
		if (str_eq_nocase(judge_text_party(i->policy.mx[k]), judge_text_party(host)))
			return true;
	return false;
}

static void judge_cause(const struct inspection *i, const struct inspection_mx *mx, struct finding_list *list)
{
	struct hints hints = { 0 };
	struct finding *f;

	for (size_t k = 0; k < i->policy.mx_n; k++) {
		if (!is_cause(i, i->policy.mx[k], mx->host, &hints))
			continue;
		f = finding_add(list, FINDING_X05, mx->host, "%s", hints.hint[0].text);
		finding_remedy(list, f, "Replace \"mx: %.*s\" by \"mx: %.*s\" in the policy.",
		    STR_ARG(i->policy.mx[k]), STR_ARG(mx->host));
		return;
	}
	if (i->policy.mx_n > 0 && !shares_party(i, mx->host) && !domain_is_address(mx->host))
		finding_add(list, FINDING_X05, mx->host,
		    "The policy lists hosts of %.*s, the MX record names one of %.*s: was the mail moved without the policy?",
		    STR_ARG(str_head(judge_text_party(i->policy.mx[0]), LIMIT_DOMAIN_BYTES)),
		    STR_ARG(judge_text_party(mx->host)));
}

static void judge_unmatched(const struct inspection *i, struct finding_list *list)
{
	char text[NAMED_N * (LIMIT_DOMAIN_BYTES + 2) + 40];
	struct out names = OUT(text);
	size_t unmatched = i->host_n - matched_n(i), at = 0;
	struct finding *f;

	for (size_t k = 0; k < i->host_n; k++) {
		const struct inspection_mx *mx = &i->host[k];

		if (mx->matched)
			continue;
		f = finding_add(list, FINDING_X02, mx->host, "MX host %.*s is matched by no mx line of the policy.",
		    STR_ARG(mx->host));
		finding_remedy(list, f, "Add \"mx: %.*s\" to the policy and change the id, or remove that MX record.",
		    STR_ARG(mx->host));
		judge_cause(i, mx, list);
		judge_text_list(&names, mx->host, at++, unmatched, NAMED_N);
	}
	if (unmatched == 0 || unmatched < i->host_n)
		return;
	finding_add(list, FINDING_X03, domain_str(&i->domain),
	    "The policy matches none of the MX hosts (%.*s): no sender that honours MTA-STS can deliver.",
	    STR_ARG(out_done(&names)));
}

/* The patterns that a provider wants for this host: its row's, or one made from the host. */
static bool is_recommended(str pattern, str host)
{
	const struct provider *p = provider_of(host);
	str label, parent;

	if (!p)
		return false;
	str_cut(host, '.', &label, &parent);
	if (!p->mx[0])
		return str_starts(pattern, S("*.")) && str_eq_nocase(str_skip(pattern, 2), parent);
	for (size_t k = 0; k < PROVIDER_MX_N && p->mx[k]; k++)
		if (str_eq_nocase(pattern, str_of(p->mx[k])))
			return true;
	return false;
}

static void judge_patterns(const struct inspection *i, struct finding_list *list)
{
	bool any_matched = matched_n(i) > 0;

	for (size_t k = 0; k < i->policy.mx_n; k++) {
		str pattern = i->policy.mx[k], above = str_skip(pattern, 2);
		bool used = false;

		for (size_t n = 0; n < i->host_n && !used; n++)
			used = domain_match(pattern, i->host[n].host) ||
			    is_recommended(pattern, i->host[n].host);
		if (any_matched && !used)
			finding_add(list, FINDING_X04, pattern, "No MX record leads to \"mx: %.*s\" of the policy.",
			    STR_ARG(str_head(pattern, LIMIT_DOMAIN_BYTES)));
		if (str_starts(pattern, S("*.")) && (str_eq_nocase(above, domain_str(&i->domain)) ||
		    str_find(above, S(".")) == above.n))
			finding_add(list, FINDING_X06, pattern,
			    "\"mx: %.*s\" lets any host under %.*s with a certificate receive the mail.",
			    STR_ARG(str_head(pattern, LIMIT_DOMAIN_BYTES)),
			    STR_ARG(str_head(above, LIMIT_DOMAIN_BYTES)));
	}
}

/* Providers' backup hosts are met by others' mail every day. */
static bool is_backup(const struct inspection *i, const struct inspection_mx *mx)
{
	return mx->preference > i->host[0].preference && !provider_of(mx->host);
}

static void judge_backups(const struct inspection *i, struct finding_list *list)
{
	char text[NAMED_N * (LIMIT_DOMAIN_BYTES + 2) + 40];
	struct out names = OUT(text);
	size_t n = 0, at = 0;

	for (size_t k = 0; k < i->host_n; k++)
		n += is_backup(i, &i->host[k]);
	for (size_t k = 0; k < i->host_n; k++)
		if (is_backup(i, &i->host[k]))
			judge_text_list(&names, i->host[k].host, at++, n, NAMED_N);
	if (n > 0)
		finding_add(list, FINDING_X07, domain_str(&i->domain), "Senders meet %.*s only when %.*s does not answer.",
		    STR_ARG(out_done(&names)), STR_ARG(i->host[0].host));
}

void judge_mx_names(const struct inspection *i, struct finding_list *list)
{
	if (!i->mx.asked || i->null_mx || (i->sts.asked && inspection_silent(i))) /* T02 has said it */
		return;
	if (i->mx.answer.status != DNS_FOUND && i->mx.answer.status != DNS_NODATA) {
		judge_lookup(i, list);
		return;
	}
	if (i->implicit_mx && i->host_n > 0)
		judge_implicit(i, list);
	else
		judge_hosts(i, list);
	if (!has_policy_to_meet(i) || i->host_n == 0 || (i->implicit_mx && !has_addresses(&i->host[0])))
		return;
	judge_unmatched(i, list);
	judge_patterns(i, list);
	judge_backups(i, list);
}
