#include "core/judge_cert.h"

#include "base/out.h"
#include "core/judge_text.h"

#define NAMES_SHOWN_N 6
#define SOON_S (30 * DATE_DAY_S) /* ACME clients renew 90-day certificates with 30 days left */
#define LEAD_BYTES 640

struct ids {
	enum finding_id name, expired, early, self_signed, unknown, chain, weak, revoked, soon;
};

static const struct ids policy_host_ids = { FINDING_W04, FINDING_W05, FINDING_W06, FINDING_W07, FINDING_W08,
	FINDING_W09, FINDING_W10, FINDING_W11, FINDING_W12 };
static const struct ids mx_ids = { FINDING_Y08, FINDING_Y06, FINDING_Y07, FINDING_Y09, FINDING_Y10,
	FINDING_Y11, FINDING_Y12, FINDING_Y13, FINDING_Y14 };

struct view {
	const struct judge_cert *c;
	const struct inspection_cert *cert;
	const struct ids *ids;
	struct finding_list *list;
	const char *lead;  /* "The certificate", or "At 192.0.2.1 the certificate" */
	char date[24];
};

static bool has(const struct view *v, enum tls_fault_cert fault)
{
	return (v->c->faults & TLS_FAULT_BIT(fault)) != 0;
}

static const char *day(struct view *v, unix_s t)
{
	struct out out = { .p = v->date, .cap = sizeof v->date - 1 };

	date_write_day(t, &out);
	v->date[out_done(&out).n] = '\0';
	return v->date;
}

static str issuer(const struct view *v)
{
	return v->cert->issuer.n > 0 ? str_head(v->cert->issuer, 100) : S("an unnamed issuer");
}

/* An alias into another party's domain: whoever runs that serves the policy. */
static bool has_provider(const struct judge_cert *c)
{
	return c->alias.n > 0 && !str_eq_nocase(judge_text_party(c->alias), judge_text_party(c->host));
}

/* ---- names ---- */

static str without_star(str name)
{
	return str_starts(name, S("*.")) ? str_skip(name, 2) : name;
}

/* The first name that passes; empty: none. */
static str find_name(const struct view *v, bool (*passes)(const struct view *, str))
{
	for (size_t k = 0; k < v->cert->name_n; k++)
		if (passes(v, v->cert->name[k]))
			return str_head(v->cert->name[k], LIMIT_DOMAIN_BYTES);
	return (str){ 0 };
}

/* *.example.com for mta-sts.mail.example.com */
static bool is_too_high_a_wildcard(const struct view *v, str name)
{
	return str_starts(name, S("*.")) && judge_text_below(v->c->host, str_skip(name, 2));
}

static bool is_for_alias(const struct view *v, str name)
{
	return v->c->alias.n > 0 && (str_eq_nocase(name, v->c->alias) || domain_match(name, v->c->alias));
}

static bool is_of_domain(const struct view *v, str name)
{
	return judge_text_below(without_star(name), domain_str(&v->c->i->domain));
}

static bool is_of_same_party(const struct view *v, str name)
{
	return str_eq_nocase(judge_text_party(without_star(name)), judge_text_party(v->c->host));
}

static bool is_other_policy_host(const struct view *v, str name)
{
	(void)v;
	return str_starts(name, S("mta-sts."));
}

/* A name of the public DNS, not "localhost" or what an installer made up. */
static bool is_public(const struct view *v, str name)
{
	str top = name;

	(void)v;
	while (str_find(top, S(".")) < top.n)
		top = str_skip(top, str_find(top, S(".")) + 1);
	return top.n < name.n && !str_eq_nocase(top, S("localdomain")) && !str_eq_nocase(top, S("local")) &&
	    !str_eq_nocase(top, S("invalid")) && !str_eq_nocase(top, S("internal"));
}

static void remedy_policy_host(struct view *v, struct finding *f)
{
	str host = v->c->host, party = judge_text_party(v->c->alias), name;

	if (has(v, TLS_FAULT_NO_DNS_ID))
		return;
	if ((name = find_name(v, is_too_high_a_wildcard)).n > 0)
		finding_remedy(v->list, f, "A wildcard stands for one label: %.*s does not cover %.*s. Add that name "
		    "to the certificate.", STR_ARG(name), STR_ARG(host));
	else if (find_name(v, is_of_domain).n > 0 || find_name(v, is_of_same_party).n > 0)
		finding_remedy(v->list, f, "Add the mta-sts name to your web certificate: %.*s.", STR_ARG(host));
	else if (has_provider(v->c))
		finding_remedy(v->list, f, "Finish the sign-up at %.*s, so that it requests a certificate for %.*s, or "
		    "remove both the alias and the _mta-sts record.", STR_ARG(party), STR_ARG(host));
	else if ((name = find_name(v, is_other_policy_host)).n > 0)
		finding_remedy(v->list, f, "Set up %.*s on this server and add that name to the certificate; the policy "
		    "host of one domain (%.*s) cannot stand in for another.", STR_ARG(host), STR_ARG(name));
	else if (find_name(v, is_public).n == 0)
		finding_remedy(v->list, f, "This looks like the web server's default certificate: set up a site for %.*s "
		    "and request a certificate for it (HTTP-01 works, DNS points here).", STR_ARG(host));
	else
		finding_remedy(v->list, f, "The server has no site for this name: set one up with a certificate for %.*s "
		    "(HTTP-01 works, DNS points here), or point the name at the host that serves the policy.",
		    STR_ARG(host));
}

static void remedy_mx(struct view *v, struct finding *f)
{
	str host = v->c->host, name;

	if (has(v, TLS_FAULT_NO_DNS_ID))
		return;
	if (find_name(v, is_for_alias).n > 0)
		finding_remedy(v->list, f, "The MX record names an alias; name %.*s itself in the MX record and in the "
		    "policy, or add %.*s to the certificate.", STR_ARG(v->c->alias), STR_ARG(host));
	else if ((name = find_name(v, is_too_high_a_wildcard)).n > 0)
		finding_remedy(v->list, f, "A wildcard stands for one label: %.*s does not cover %.*s. Add that name to "
		    "the certificate.", STR_ARG(name), STR_ARG(host));
	else if (find_name(v, is_public).n == 0)
		finding_remedy(v->list, f, "This looks like the certificate that came with the mail server: request one "
		    "for %.*s and let the server load it.", STR_ARG(host));
	else if ((name = find_name(v, is_of_same_party)).n > 0)
		finding_remedy(v->list, f, "Add %.*s to the certificate, or name the MX host as the certificate does "
		    "(%.*s).", STR_ARG(host), STR_ARG(name));
}

static void judge_names(struct view *v)
{
	const struct inspection_cert *cert = v->cert;
	size_t most = cert->name_n < NAMES_SHOWN_N ? cert->name_n : NAMES_SHOWN_N;
	str host = v->c->host;
	char text[NAMES_SHOWN_N * (LIMIT_DOMAIN_BYTES + 8)];
	struct out names = OUT(text);
	struct finding *f;

	for (size_t k = 0; k < cert->names_total && k <= cert->name_n; k++)
		judge_text_list(&names, k < cert->name_n ? cert->name[k] : S(""), k, cert->names_total, most);
	if (has(v, TLS_FAULT_NO_DNS_ID))
		f = finding_add(v->list, v->ids->name, host,
		    "%s has %.*s only as its common name; senders look at DNS names alone, and it has none.", v->lead,
		    STR_ARG(host));
	else if (cert->names_total == 0)
		f = finding_add(v->list, v->ids->name, host, "%s has no DNS names, only the common name \"%.*s\".", v->lead,
		    STR_ARG(str_head(cert->subject, 100)));
	else if (cert->names_total == 1)
		f = finding_add(v->list, v->ids->name, host, "%s is for %.*s, not for %.*s.", v->lead,
		    STR_ARG(out_done(&names)), STR_ARG(host));
	else
		f = finding_add(v->list, v->ids->name, host, "%s is for %.*s; none of these is %.*s.", v->lead,
		    STR_ARG(out_done(&names)), STR_ARG(host));
	if (v->c->mx)
		remedy_mx(v, f);
	else
		remedy_policy_host(v, f);
}

/* ---- dates ---- */

static void ask_provider(struct view *v, struct finding *f, const char *what)
{
	if (has_provider(v->c))
		finding_remedy(v->list, f, "Ask %.*s, where this name points, to %s.", STR_ARG(judge_text_party(v->c->alias)),
		    what);
}

static void judge_expired(struct view *v)
{
	long long days = (v->c->i->now - v->cert->not_after) / DATE_DAY_S;
	struct finding *f;

	if (v->cert->not_after >= v->c->i->now)
		f = finding_add(v->list, v->ids->expired, v->c->host,
		    "%s is sent with a certificate of its chain that has expired (issuer %.*s).", v->lead,
		    STR_ARG(issuer(v)));
	else
		f = finding_add(v->list, v->ids->expired, v->c->host, "%s expired on %s, %lld day%s ago (issuer %.*s).",
		    v->lead, day(v, v->cert->not_after), days, days == 1 ? "" : "s", STR_ARG(issuer(v)));
	ask_provider(v, f, "renew the certificate");
}

static void judge_soon(struct view *v)
{
	unix_s life = v->cert->not_after - v->cert->not_before, left = v->cert->not_after - v->c->i->now;
	unix_s due = life / 3 < SOON_S ? life / 3 : SOON_S;
	long long days = left / DATE_DAY_S;
	struct finding *f;

	if (has(v, TLS_FAULT_EXPIRED) || left < 0 || left + DATE_DAY_S >= due) /* a client that looks once a day may be late */
		return;
	f = finding_add(v->list, v->ids->soon, v->c->host, "%s expires on %s, in %lld day%s (issuer %.*s).", v->lead,
	    day(v, v->cert->not_after), days, days == 1 ? "" : "s", STR_ARG(issuer(v)));
	ask_provider(v, f, "renew the certificate");
}

/* ---- issuer ---- */

static void judge_chain(struct view *v)
{
	struct finding *f = finding_add(v->list, v->ids->chain, v->c->host, v->cert->chain_mended ?
	    "%s is sent without the intermediate certificate of %.*s; with it the chain is complete." :
	    "%s is sent without the certificate of its issuer, %.*s.", v->lead, STR_ARG(issuer(v)));

	ask_provider(v, f, "send the full chain");
}

static void judge_issuer(struct view *v)
{
	str host = v->c->host;

	if (has(v, TLS_FAULT_SELF_SIGNED)) {
		finding_add(v->list, v->ids->self_signed, host, "%s is signed by itself (\"%.*s\").", v->lead,
		    STR_ARG(str_head(v->cert->subject, 100)));
		return;
	}
	if (has(v, TLS_FAULT_CHAIN_MISSING))
		judge_chain(v);
	else if (has(v, TLS_FAULT_UNKNOWN_CA))
		finding_add(v->list, v->ids->unknown, host,
		    "%s was issued by \"%.*s\", which leads to no root that senders trust.", v->lead, STR_ARG(issuer(v)));
	if (has(v, TLS_FAULT_CONSTRAINTS)) {
		struct finding *f = finding_add(v->list, v->c->mx ? v->ids->weak : v->ids->unknown, host,
		    "%s may not be used for this host: its purposes or a constraint of its chain (issuer %.*s) forbid it.",
		    v->lead, STR_ARG(issuer(v)));

		finding_remedy(v->list, f, "Request a certificate for server authentication with this name from a public "
		    "certificate authority.");
	}
}

/* ---- key, revocation ---- */

/* The row speaks of a remark, but here senders refuse the certificate. */
static void refused(const struct view *v, struct finding *f)
{
	f->severity = FINDING_ERROR;
	f->result_type = v->c->mx ? RESULT_TYPE_CERTIFICATE_NOT_TRUSTED : RESULT_TYPE_STS_WEBPKI_INVALID;
}

static void judge_strength(struct view *v)
{
	const struct inspection_cert *cert = v->cert;

	if (has(v, TLS_FAULT_WEAK_KEY)) {
		refused(v, finding_add(v->list, v->ids->weak, v->c->host,
		    "%s (%.*s, %.*s) or one of its chain is too weak: senders refuse it.", v->lead,
		    STR_ARG(str_head(cert->key, 60)), STR_ARG(str_head(cert->signature, 60))));
	} else if (cert->weak_key || cert->weak_signature) {
		finding_add(v->list, v->ids->weak, v->c->host, "%s has a weak %s (%.*s).", v->lead,
		    cert->weak_key ? "key" : "signature",
		    STR_ARG(str_head(cert->weak_key ? cert->key : cert->signature, 60)))->result_type = RESULT_TYPE_OTHER;
	}
}

static void judge_revoked(struct view *v)
{
	const struct inspection_cert *cert = v->cert;
	struct finding *f;

	if (has(v, TLS_FAULT_REVOKED) || cert->revoked) {
		f = finding_add(v->list, v->ids->revoked, v->c->host, "%s was revoked by its issuer, %.*s%s%s.", v->lead,
		    STR_ARG(issuer(v)), cert->revoked_at ? ", on " : "", cert->revoked_at ? day(v, cert->revoked_at) : "");
		f->result_type = RESULT_TYPE_OTHER;
		if (has(v, TLS_FAULT_REVOKED))
			refused(v, f);
	} else if (v->c->mx && cert->must_staple && !cert->stapled) {
		f = finding_add(v->list, v->ids->revoked, v->c->host,
		    "%s demands a stapled OCSP answer (must-staple), and the server sends none.", v->lead);
		finding_remedy(v->list, f, "Switch OCSP stapling on, or request a certificate without must-staple.");
		f->result_type = RESULT_TYPE_OTHER;
	}
}

void judge_cert(const struct judge_cert *c, struct finding_list *list)
{
	struct view v = { .c = c, .cert = c->cert, .ids = c->mx ? &mx_ids : &policy_host_ids, .list = list };
	char lead[LEAD_BYTES] = "The certificate";
	struct out out = { .p = lead, .cap = sizeof lead - 1 };

	if (!c->cert->there && c->faults == 0)
		return;
	if (c->at.n > 0) {
		out_fmt(&out, "At %.*s the certificate", STR_ARG(c->at));
		lead[out_done(&out).n] = '\0';
	}
	v.lead = lead;
	if (!c->cert->there) {
		finding_add(list, v.ids->unknown, c->host, "%s cannot be read.", v.lead);
		return;
	}
	if (has(&v, TLS_FAULT_NAME_MISMATCH) || has(&v, TLS_FAULT_NO_DNS_ID))
		judge_names(&v);
	if (has(&v, TLS_FAULT_EXPIRED))
		judge_expired(&v);
	if (has(&v, TLS_FAULT_NOT_YET_VALID))
		finding_add(list, v.ids->early, c->host, "%s is valid only from %s on (issuer %.*s).", v.lead,
		    day(&v, c->cert->not_before), STR_ARG(issuer(&v)));
	judge_issuer(&v);
	judge_strength(&v);
	judge_revoked(&v);
	judge_soon(&v);
}
