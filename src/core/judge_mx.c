#include "core/judge_groups.h"

#include "core/judge_cert.h"
#include "core/judge_dane.h"
#include "core/judge_reach.h"
#include "core/judge_seen.h"
#include "core/judge_text.h"
#include "wire/address.h"

#define ALERT_PROTOCOL_VERSION 70
#define LEAD_BYTES (JUDGE_REACH_BYTES + 16)
#define REPLY_SHOWN 120
#define HOSTS_NAMED_N 4

/* One MX host and what was seen at its addresses. */
struct host {
	const struct inspection *i;
	const struct inspection_mx *mx;
	struct finding_list *list;
	str ip[INSPECTION_IP_N];
	struct judge_seen seen[INSPECTION_IP_N];
	unsigned reached;  /* bit k: probe k says something about TLS */
	bool dane_all;     /* DANE refuses all that were reached */
};

/* Addresses that did the same. */
struct group {
	const struct host *h;
	const struct inspection_probe *probe;
	const struct judge_seen *seen;
	str at;            /* the addresses, when not all that were reached; or empty */
	char room[JUDGE_REACH_BYTES], lead[LEAD_BYTES];
};

static void look(struct host *h)
{
	h->dane_all = true;
	for (size_t k = 0; k < h->mx->probe_n; k++) {
		const struct inspection_probe *p = &h->mx->probe[k];

		h->ip[k] = p->ip;
		judge_seen_look(h->i, h->mx, p, h->list->mode, &h->seen[k]);
		h->reached |= h->seen[k].reached ? 1u << k : 0;
		h->dane_all = h->dane_all && (!h->seen[k].reached || h->seen[k].dane_refuses);
	}
}

/* ---- sessions: Y02 to Y14 ---- */

/* What follows from a fault gets the severity and the type that senders give it. */
static void settle(const struct group *g, size_t from, bool pkix)
{
	struct finding_list *list = g->h->list;

	for (size_t k = from; k < list->finding_n; k++) {
		struct finding *f = &list->finding[k];

		if (f->result_type == RESULT_TYPE_OTHER)
			continue;
		f->severity = judge_seen_severity(g->seen, list->mode,
		    g->h->dane_all && g->h->mx->dane.state == DANE_DU, pkix);
		f->result_type = judge_seen_type(g->seen, f->result_type);
	}
}

static void judge_missing(const struct group *g)
{
	struct finding *f;

	if (!g->probe->starttls_masked) {
		finding_add(g->h->list, FINDING_Y02, g->h->mx->host, "%sSTARTTLS is not offered.", g->lead);
		return;
	}
	f = finding_add(g->h->list, FINDING_Y02, g->h->mx->host,
	    "%sSTARTTLS is blotted out in the answer to EHLO (\"XXXXXXXA\"): a firewall removes it.", g->lead);
	finding_remedy(g->h->list, f, "Switch the firewall's inspection of SMTP off (in front of this host, or in front of "
	    "the one that tested).");
}

static void judge_refused(const struct group *g)
{
	unsigned code = g->seen->session.smtp_code ? g->seen->session.smtp_code : g->probe->starttls;
	struct finding *f = finding_add(g->h->list, FINDING_Y03, g->h->mx->host, code / 100 == 4 ?
	    "%sSTARTTLS is offered and then refused for now (%u): TLS is not available." : code >= 500 && code <= 504 ?
	    "%sSTARTTLS is offered and then not understood (%u)." : "%sSTARTTLS is offered and then refused (%u).",
	    g->lead, code);

	if (code / 100 == 4)
		finding_remedy(g->h->list, f, "Look into the log of the mail server: certificate or key may be missing or "
		    "unreadable for it.");
}

static void judge_handshake(const struct group *g)
{
	const struct tls_fault *fault = &g->seen->session.handshake;
	char text[MX_CHECK_REASON_BYTES];
	struct out reason = OUT(text);

	if (fault->kind == TLS_FAULT_VERSION || (fault->kind == TLS_FAULT_ALERT && fault->alert == ALERT_PROTOCOL_VERSION)) {
		finding_add(g->h->list, FINDING_Y05, g->h->mx->host, "%sThe host speaks neither TLS 1.2 nor TLS 1.3%s.",
		    g->lead, g->probe->old_tls ? ", only what came before" : "");
		return;
	}
	tls_fault_write(fault, &reason);
	finding_add(g->h->list, FINDING_Y04, g->h->mx->host, fault->kind == TLS_FAULT_TIMEOUT ?
	    "%sThe TLS handshake does not end in time (%.*s)." : fault->kind == TLS_FAULT_CLOSED ?
	    "%sThe host ends the connection during the TLS handshake (%.*s)." : fault->kind == TLS_FAULT_CIPHER ?
	    "%sThe host has no cipher suite in common with senders (%.*s)." :
	    "%sThe host ends the TLS handshake with an alert (%.*s).", g->lead, STR_ARG(out_done(&reason)));
}

static void judge_certificate(const struct group *g)
{
	const struct inspection_lookup *l = g->h->mx->a.alias_n > 0 ? &g->h->mx->a : &g->h->mx->aaaa;
	struct judge_cert cert = { .i = g->h->i, .cert = &g->probe->cert, .faults = g->seen->session.pkix_faults,
		.host = g->h->mx->host, .at = g->at, .mx = true };

	if (!g->seen->pkix_matters)
		return;
	if (l->alias_n > 0)
		cert.alias = l->alias[l->alias_n - 1];
	judge_cert(&cert, g->h->list);
}

static void remark(struct finding *f, enum finding_severity severity)
{
	f->severity = severity;
	f->result_type = RESULT_TYPE_OTHER;
}

static const char *words_of(unsigned faults)
{
	static const char *const words[TLS_FAULT_CERT_N] = {
		[TLS_FAULT_EXPIRED] = "expired",
		[TLS_FAULT_NOT_YET_VALID] = "not yet valid",
		[TLS_FAULT_UNKNOWN_CA] = "from an unknown issuer",
		[TLS_FAULT_SELF_SIGNED] = "signed by itself",
		[TLS_FAULT_CHAIN_MISSING] = "sent without its intermediate certificate",
		[TLS_FAULT_CONSTRAINTS] = "not meant for this use",
		[TLS_FAULT_WEAK_KEY] = "too weak",
		[TLS_FAULT_REVOKED] = "revoked",
		[TLS_FAULT_NAME_MISMATCH] = "for another name",
		[TLS_FAULT_NO_DNS_ID] = "without a DNS name",
	};
	size_t k = 0;

	while (k + 1 < TLS_FAULT_CERT_N && !(faults & TLS_FAULT_BIT(k)))
		k++;
	return words[k];
}

/* One of two certificates is not valid: which one senders see is a matter of what they ask for. */
static void judge_two_kinds(const struct group *g)
{
	const struct inspection_probe *p = g->probe;
	bool rsa = p->rsa.faults != 0;

	if (!p->rsa.there || !p->ecdsa.there || (p->rsa.faults == 0) == (p->ecdsa.faults == 0))
		return;
	finding_add(g->h->list, FINDING_Y16, g->h->mx->host,
	    "%sThe host has an RSA and an ECDSA certificate, and the %s one is not valid (%s): what senders see depends on what "
	    "they ask for.", g->lead, rsa ? "RSA" : "ECDSA", words_of(rsa ? p->rsa.faults : p->ecdsa.faults));
}

/* EHLO inside TLS, and commands slipped in before it.  RFC 3207 4.2 */
static void judge_after_starttls(const struct group *g)
{
	struct finding *f;

	if (g->probe->injection_accepted)
		finding_add(g->h->list, FINDING_Y18, g->h->mx->host,
		    "%sCommands sent in clear text behind STARTTLS are obeyed inside TLS: whoever sits on the way can slip "
		    "some in.", g->lead);
	if (!g->probe->ehlo_refused_inside)
		return;
	f = finding_add(g->h->list, FINDING_Y18, g->h->mx->host,
	    "%sInside TLS the host refuses EHLO, which every sender says again there.", g->lead);
	finding_remedy(g->h->list, f, "Let the mail server answer EHLO after STARTTLS as it does before.");
	f->severity = FINDING_WARNING;
}

/* Tests that need options.deep, and TLS 1.0. */
static void judge_manners(const struct group *g)
{
	const struct inspection_probe *p = g->probe;
	str host = g->h->mx->host;

	if (p->old_tls)
		remark(finding_add(g->h->list, FINDING_Y05, host, "%sTLS 1.0 or 1.1 is accepted as well.", g->lead),
		    FINDING_INFO);
	judge_two_kinds(g);
	if (p->without_sni == INSPECTION_FAILS)
		finding_add(g->h->list, FINDING_Y17, host, "%sWithout SNI the host refuses the TLS handshake.", g->lead);
	if (p->without_sni == INSPECTION_OTHER)
		finding_add(g->h->list, FINDING_Y17, host, "%sWithout SNI the host shows another certificate.", g->lead);
	judge_after_starttls(g);
}

static void judge_group(const struct group *g)
{
	size_t from = g->h->list->finding_n;

	switch (g->seen->session.outcome) {
	case MX_CHECK_STARTTLS_MISSING:
		judge_missing(g);
		break;
	case MX_CHECK_STARTTLS_REFUSED:
		judge_refused(g);
		break;
	case MX_CHECK_HANDSHAKE_FAILED:
		judge_handshake(g);
		break;
	case MX_CHECK_TLS:
		judge_certificate(g);
		settle(g, from, true);
		judge_manners(g);
		return;
	case MX_CHECK_UNREACHED:
		return;
	}
	settle(g, from, false);
}

static bool same(const struct host *h, size_t a, size_t b)
{
	const struct inspection_probe *p = &h->mx->probe[a], *q = &h->mx->probe[b];
	const struct mx_check_session *s = &h->seen[a].session, *t = &h->seen[b].session;

	return s->outcome == t->outcome && s->smtp_code == t->smtp_code && s->pkix_faults == t->pkix_faults &&
	    s->handshake.kind == t->handshake.kind && s->handshake.alert == t->handshake.alert &&
	    p->starttls_masked == q->starttls_masked && p->old_tls == q->old_tls &&
	    str_eq(p->cert.sha256, q->cert.sha256) && p->without_sni == q->without_sni &&
	    p->rsa.faults == q->rsa.faults && p->ecdsa.faults == q->ecdsa.faults &&
	    p->injection_accepted == q->injection_accepted && p->ehlo_refused_inside == q->ehlo_refused_inside;
}

static void judge_sessions(struct host *h)
{
	unsigned told = 0;

	for (size_t k = 0; k < h->mx->probe_n; k++) {
		struct group g = { .h = h, .probe = &h->mx->probe[k], .seen = &h->seen[k] };
		struct out out = { .p = g.lead, .cap = sizeof g.lead - 1 };
		unsigned chosen = 0;

		if (!((h->reached >> k) & 1) || ((told >> k) & 1))
			continue;
		for (size_t n = k; n < h->mx->probe_n; n++)
			if (((h->reached >> n) & 1) && same(h, k, n))
				chosen |= 1u << n;
		told |= chosen;
		if (chosen != h->reached) {
			g.at = judge_reach_list(g.room, h->ip, h->mx->probe_n, chosen);
			out_fmt(&out, "At %.*s: ", STR_ARG(g.at));
			g.lead[out_done(&out).n] = '\0';
		}
		judge_group(&g);
	}
}

/* ---- agreement: Y15 ---- */

static bool is_good(const struct judge_seen *s)
{
	return s->session.outcome == MX_CHECK_TLS && !s->dane_refuses && (s->session.pkix_faults == 0 || !s->pkix_matters);
}

static void judge_agreement(const struct host *h)
{
	char good_room[JUDGE_REACH_BYTES], bad_room[JUDGE_REACH_BYTES];
	enum finding_severity worst = FINDING_WARNING;
	unsigned good = 0, bad = 0;

	for (size_t k = 0; k < h->mx->probe_n; k++) {
		enum finding_severity one;

		if (!h->seen[k].reached)
			continue;
		if (is_good(&h->seen[k])) {
			good |= 1u << k;
			continue;
		}
		bad |= 1u << k;
		one = judge_seen_severity(&h->seen[k], h->list->mode, false, false);
		worst = one > worst ? one : worst;
	}
	if (good && bad)
		finding_add(h->list, FINDING_Y15, h->mx->host,
		    "The addresses of this host differ: all is well at %.*s, but not at %.*s.",
		    STR_ARG(judge_reach_list(good_room, h->ip, h->mx->probe_n, good)),
		    STR_ARG(judge_reach_list(bad_room, h->ip, h->mx->probe_n, bad)))->severity = worst;
}

/* ---- what could not be tested: Y01, Y19 ---- */

static bool is_silent(const struct inspection_probe *p)
{
	return p->reach == INSPECTION_TIMEOUT || p->reach == INSPECTION_REFUSED || p->reach == INSPECTION_UNREACHABLE;
}

static bool says_something(const struct inspection *i, const struct inspection_probe *p)
{
	return p->asked && p->reach != INSPECTION_NOT_TRIED && p->reach != INSPECTION_PRIVATE &&
	    !judge_reach_no_ipv6(i, p->ip, p->reach);
}

/* No host at all can be reached: port 25 is probably blocked here, and that is said once. */
static bool judge_blocked(const struct inspection *i, struct finding_list *list)
{
	size_t count = 0, refused = 0;

	for (size_t n = 0; n < i->host_n; n++) {
		for (size_t k = 0; k < i->host[n].probe_n; k++) {
			const struct inspection_probe *p = &i->host[n].probe[k];

			if (!says_something(i, p))
				continue;
			if (!is_silent(p))
				return false;
			count++;
			refused += p->reach == INSPECTION_REFUSED;
		}
	}
	if (count == 0 || (count == 1 && refused == 1))
		return false;
	finding_add(list, FINDING_Y01, S("this host"),
	    "None of the MX hosts could be reached on port 25 (%zu address%s, %zu refused, %zu without an answer): either "
	    "this host may not open connections to port 25, as many networks forbid, or all of them are down.", count,
	    count == 1 ? "" : "es", refused, count - refused);
	return true;
}

static bool was_cut_short(const struct inspection_probe *p)
{
	return !p->asked || p->reach == INSPECTION_NOT_TRIED;
}

static bool same_silence(const struct inspection_probe *p, const struct inspection_probe *q)
{
	return was_cut_short(p) == was_cut_short(q) && p->reach == q->reach && p->greeting == q->greeting &&
	    p->ehlo == q->ehlo && address_is_ipv6(p->ip) == address_is_ipv6(q->ip);
}

static void say_unknown(const struct host *h, const struct inspection_probe *p, str at)
{
	str host = h->mx->host, text = str_head(p->greeting_text, REPLY_SHOWN);
	struct finding *f;

	if (was_cut_short(p)) {
		f = finding_add(h->list, FINDING_Y01, host, "Not tested, because time ran out: %.*s.", STR_ARG(at));
		finding_remedy(h->list, f, "Check again, with a longer time limit.");
	} else if (p->reach == INSPECTION_PRIVATE) {
		return; /* X01 says it */
	} else if (p->reach != INSPECTION_REACHED) {
		finding_add(h->list, FINDING_Y01, host, "Connections to port 25 at %.*s %s.", STR_ARG(at),
		    judge_reach(p->reach));
	} else if (p->greeting / 100 == 4) {
		f = finding_add(h->list, FINDING_Y01, host,
		    "The greeting at %.*s asks to come back later (%u \"%.*s\"): greylisting or too much to do.", STR_ARG(at),
		    p->greeting, STR_ARG(text));
		finding_remedy(h->list, f, "Check again in some minutes; this says nothing about the domain.");
	} else if (p->greeting / 100 == 5) {
		f = finding_add(h->list, FINDING_Y01, host, "The greeting at %.*s turns this host away (%u \"%.*s\").",
		    STR_ARG(at), p->greeting, STR_ARG(text));
		finding_remedy(h->list, f,
		    "Check from another network, one that sends mail; this says nothing about the domain.");
	} else if (p->greeting == 0) {
		finding_add(h->list, FINDING_Y01, host, "What answers on port 25 at %.*s sends no SMTP greeting.",
		    STR_ARG(at));
	} else {
		finding_add(h->list, FINDING_Y01, host, "EHLO gets no good answer at %.*s (%u).", STR_ARG(at),
		    p->ehlo);
	}
}

/* An IPv6 address that does not work, while the host can be reached otherwise. */
static void say_ipv6(const struct host *h, const struct inspection_probe *p, str at)
{
	finding_add(h->list, FINDING_Y19, h->mx->host,
	    "Connections to port 25 at the IPv6 address %.*s %s; senders that prefer IPv6 try it first.", STR_ARG(at),
	    judge_reach(p->reach))
	    ->severity = FINDING_WARNING;
}

static void judge_silent(struct host *h)
{
	unsigned told = 0;

	for (size_t k = 0; k < h->mx->probe_n; k++) {
		const struct inspection_probe *p = &h->mx->probe[k];
		char room[JUDGE_REACH_BYTES];
		unsigned chosen = 0;
		str at;

		if (h->seen[k].reached || ((told >> k) & 1) || (p->asked && judge_reach_no_ipv6(h->i, p->ip, p->reach)))
			continue;
		for (size_t n = k; n < h->mx->probe_n; n++)
			if (!h->seen[n].reached && same_silence(p, &h->mx->probe[n]))
				chosen |= 1u << n;
		told |= chosen;
		at = judge_reach_list(room, h->ip, h->mx->probe_n, chosen);
		if (h->reached && address_is_ipv6(p->ip) && p->asked && (is_silent(p) || p->reach == INSPECTION_RESET))
			say_ipv6(h, p, at);
		else
			say_unknown(h, p, at);
	}
}

/* Said once for the domain, whatever its hosts are. */
static void judge_no_ipv6(const struct inspection *i, struct finding_list *list)
{
	size_t missing = 0, others = 0;

	for (size_t n = 0; n < i->host_n; n++) {
		for (size_t k = 0; k < i->host[n].probe_n; k++) {
			const struct inspection_probe *p = &i->host[n].probe[k];

			if (p->asked && judge_reach_no_ipv6(i, p->ip, p->reach))
				missing++;
			else
				others++;
		}
	}
	if (missing == 0)
		return;
	if (others > 0) {
		finding_remedy(list, finding_add(list, FINDING_Y19, S("this host"),
		    "The IPv6 addresses of the MX hosts (%zu) could not be tested: this host has no IPv6.", missing),
		    "Check from a host with IPv6 to see them too.");
		return;
	}
	finding_remedy(list, finding_add(list, FINDING_Y01, S("this host"),
	    "The MX hosts have IPv6 addresses only (%zu), and this host has no IPv6.", missing),
	    "Check from a host with IPv6.");
}

/* ---- key exchange: Y20 ---- */

static void judge_key_exchange(const struct inspection *i, struct finding_list *list)
{
	size_t count = 0, at = 0;
	char text[(HOSTS_NAMED_N + 1) * (LIMIT_DOMAIN_BYTES + 8)];
	struct out out = OUT(text);
	str group = { 0 };

	for (int round = 0; round < 2; round++) {
		for (size_t n = 0; n < i->host_n; n++) {
			const struct inspection_mx *mx = &i->host[n];
			size_t k = 0;

			while (k < mx->probe_n && (mx->probe[k].group.n == 0 ||
			    str_find(mx->probe[k].group, S("MLKEM")) < mx->probe[k].group.n))
				k++;
			if (k == mx->probe_n)
				continue;
			group = group.n > 0 ? group : mx->probe[k].group;
			if (round == 0)
				count++;
			else
				judge_text_list(&out, mx->host, at++, count, HOSTS_NAMED_N);
		}
	}
	if (count > 0)
		finding_add(list, FINDING_Y20, domain_str(&i->domain), "The key exchange with %.*s is %.*s, without ML-KEM.",
		    STR_ARG(out_done(&out)), STR_ARG(str_head(group, 40)));
}

void judge_mx(const struct inspection *i, struct finding_list *list)
{
	bool wants_y = (i->options.groups & INSPECTION_MX) != 0, blocked;

	blocked = wants_y && judge_blocked(i, list);
	for (size_t n = 0; n < i->host_n; n++) {
		struct host h = { .i = i, .mx = &i->host[n], .list = list };

		look(&h);
		if (wants_y) {
			judge_sessions(&h);
			judge_agreement(&h);
		}
		if (wants_y && !blocked)
			judge_silent(&h);
		if (i->options.groups & INSPECTION_DANE)
			judge_dane(i, &i->host[n], h.seen, list);
	}
	if (!wants_y)
		return;
	judge_no_ipv6(i, list);
	judge_key_exchange(i, list);
}
