#include "core/judge_dane.h"

#include "core/judge_reach.h"
#include "core/judge_text.h"

#define RECORDS_SHOWN_N 3
#define DIGITS_SHOWN 16

struct view {
	const struct inspection *i;
	const struct inspection_mx *mx;
	const struct judge_seen *seen;
	struct finding_list *list;
	str name;           /* _25._tcp. and the TLSA base domain */
	char records[RECORDS_SHOWN_N * 48]; /* NUL-terminated */
};

/* "3 1 1 (0123456789abcdef)", the first digits only, of the records that are or are not usable. */
static void write_records(struct view *v, bool usable)
{
	const struct dane *d = &v->mx->dane;
	struct out out = { .p = v->records, .cap = sizeof v->records - 1 };
	size_t count = 0, at = 0;

	for (size_t k = 0; k < d->record_n; k++)
		count += tlsa_usable(&d->record[k], NULL) == usable;
	for (size_t k = 0; k < d->record_n; k++) {
		const struct tlsa *r = &d->record[k];
		char text[48];
		struct out one = OUT(text);

		if (tlsa_usable(r, NULL) != usable)
			continue;
		out_fmt(&one, "%u %u %u (", r->usage, r->selector, r->matching);
		out_hex(&one, str_head(r->association, DIGITS_SHOWN / 2));
		out_char(&one, ')');
		judge_text_list(&out, out_done(&one), at++, count, RECORDS_SHOWN_N);
	}
	v->records[out_done(&out).n] = '\0';
}

/* ---- lookups: D01, D06 ---- */

static void judge_lookup(const struct view *v)
{
	const struct dane *d = &v->mx->dane;
	struct mx_check_rules rules = { .dane = d->state, .dane_error = d->error, .has_address = d->has_address };
	struct mx_check_verdict verdict;
	struct finding *f;

	if (d->error_in != DANE_WANT_TLSA && d->error != DNS_BOGUS)
		return; /* an address that cannot be found is no matter of DANE's alone */
	f = finding_add(v->list, FINDING_D01, v->mx->host, d->error_in == DANE_WANT_TLSA ?
	    "The TLSA lookup of _25._tcp.%.*s %s; senders with DANE do not connect to this host." :
	    "The address lookup of %.*s %s; senders with DANE do not connect to this host.", STR_ARG(v->mx->host),
	    judge_text_failure(d->error));
	if (d->error != DNS_BOGUS)
		finding_remedy(v->list, f, "Let the name servers answer questions for TLSA records too, if only with \"no such "
		    "record\".");
	mx_check_before(&rules, &verdict);
	if (verdict.tlsa.failure_n == 0 || verdict.tlsa.failure[0].type != f->result_type)
		f->result_type = RESULT_TYPE_OTHER;
}

static void judge_unsigned(const struct view *v)
{
	const struct inspection_lookup *l = &v->mx->tlsa;

	if (l->asked && l->record_n > 0 && !l->answer.secure)
		finding_add(v->list, FINDING_D06, v->mx->host,
		    "There are TLSA records for %.*s, but the zone is not signed (or its DS record is missing): they have no "
		    "effect.", STR_ARG(v->mx->host));
}

/* ---- records: D02, D04 ---- */

static void judge_unusable(struct view *v)
{
	const struct dane *d = &v->mx->dane;
	const char *reason = "";
	struct finding *f;
	size_t count = 0;

	for (size_t k = 0; k < d->record_n; k++) {
		const char *why;

		if (tlsa_usable(&d->record[k], &why))
			continue;
		reason = count++ == 0 ? why : reason;
	}
	if (count == 0 && d->record_n > 0)
		return;
	write_records(v, false);
	if (d->record_n == 0)
		f = finding_add(v->list, FINDING_D02, v->mx->host,
		    "The TLSA records at %.*s are malformed; senders with DANE demand TLS and check no certificate.",
		    STR_ARG(v->name));
	else
		f = finding_add(v->list, FINDING_D02, v->mx->host, d->state == DANE_DX ?
		    "No TLSA record at %.*s is usable: %s (%s); senders with DANE demand TLS and check no certificate." :
		    "Senders ignore TLSA records at %.*s that are not usable: %s (%s).", STR_ARG(v->name), v->records, reason);
	if (d->state == DANE_DX)
		return;
	f->severity = FINDING_WARNING;
	f->result_type = RESULT_TYPE_OTHER;
}

static bool passes_dane(const struct judge_seen *s)
{
	return s->reached && s->session.outcome == MX_CHECK_TLS && !s->dane_refuses;
}

/* Two records of one kind: the key of today and another. */
static void judge_roll_over(struct view *v)
{
	const struct dane *d = &v->mx->dane;
	size_t count = 0;

	for (size_t k = 0; k < d->record_n; k++) {
		size_t alike = 0;

		for (size_t n = 0; n < d->record_n; n++)
			alike += d->may_match[k] && d->may_match[n] && d->record[n].usage == d->record[k].usage &&
			    d->record[n].selector == d->record[k].selector && d->record[n].matching == d->record[k].matching &&
			    !str_eq(d->record[n].association, d->record[k].association);
		count = alike + 1 > count && d->may_match[k] ? alike + 1 : count;
	}
	for (size_t k = 0; count > 1 && k < v->mx->probe_n; k++) {
		if (!passes_dane(&v->seen[k]))
			continue;
		write_records(v, true);
		finding_add(v->list, FINDING_D04, v->mx->host,
		    "%zu TLSA records of one kind are published and one matches, as in a change of keys: %s.", count,
		    v->records);
		return;
	}
}

/* ---- certificates: D03, D05 ---- */

static bool has_shadowed(const struct dane *d)
{
	for (size_t k = 0; k < d->record_n; k++)
		if (!d->may_match[k] && tlsa_usable(&d->record[k], NULL))
			return true;
	return false;
}

static enum result_type first_type(const struct mx_check_verdict *verdict)
{
	return verdict->tlsa.failure_n > 0 ? verdict->tlsa.failure[0].type : RESULT_TYPE_OTHER;
}

/* The addresses where tlsa is what came of the comparison, and DANE refuses. */
static void judge_refused(struct view *v, enum mx_check_tlsa tlsa)
{
	char room[JUDGE_REACH_BYTES];
	str ip[INSPECTION_IP_N] = { 0 };
	const struct judge_seen *first = NULL;
	unsigned chosen = 0;
	bool all = true, pkix = false;
	struct finding *f;

	for (size_t k = 0; k < v->mx->probe_n; k++) {
		const struct judge_seen *s = &v->seen[k];

		ip[k] = v->mx->probe[k].ip;
		all = all && (!s->reached || s->dane_refuses);
		if (!s->reached || !s->dane_refuses || s->session.outcome != MX_CHECK_TLS || s->session.tlsa != tlsa)
			continue;
		first = first ? first : s;
		chosen |= 1u << k;
		pkix = pkix || (s->session.pkix_faults == 0 && v->list->mode != STS_POLICY_NONE);
	}
	if (!first)
		return;
	write_records(v, true);
	f = finding_add(v->list, FINDING_D03, v->mx->host, tlsa == MX_CHECK_TLSA_NO_MATCH ?
	    "No TLSA record matches the certificate at %.*s: %s.%s%s" :
	    "A TLSA record of usage 2 matches at %.*s, but the chain below it is not valid for this host: %s.%s%s",
	    STR_ARG(judge_reach_list(room, ip, v->mx->probe_n, chosen)), v->records,
	    has_shadowed(&v->mx->dane) ? " Records with a weaker digest do not count beside one with a stronger." : "",
	    pkix ? " That the certificate is valid for MTA-STS does not help." : "");
	f->severity = all ? FINDING_FATAL : FINDING_ERROR;
	f->result_type = first_type(&first->verdict);
	if (tlsa == MX_CHECK_TLSA_TA)
		finding_remedy(v->list, f, "Let the certificate have this host's name and be in date, or publish 3 1 1 records, "
		    "which need neither.");
}

/* Fine for DANE, refused by those who honour the policy.  RFC 8461 2 */
static void judge_both(const struct view *v)
{
	for (size_t k = 0; k < v->mx->probe_n; k++) {
		const struct judge_seen *s = &v->seen[k];

		if (v->list->mode == STS_POLICY_NONE || !passes_dane(s) || s->session.pkix_faults == 0)
			continue;
		finding_add(v->list, FINDING_D05, v->mx->host,
		    "The certificate at %.*s passes DANE but not MTA-STS: a private or broken chain is enough for the one, not "
		    "for the other.", STR_ARG(v->mx->probe[k].ip))->result_type = RESULT_TYPE_OTHER;
		return;
	}
}

void judge_dane(const struct inspection *i, const struct inspection_mx *mx, const struct judge_seen *seen,
    struct finding_list *list)
{
	char name[JUDGE_TEXT_NAME_BYTES];
	struct view v = { .i = i, .mx = mx, .seen = seen, .list = list };

	if (!i->options.dane || !mx->dane_known)
		return;
	if (!judge_seen_binds(i, mx)) {
		judge_unsigned(&v);
		return;
	}
	v.name = judge_text_name(name, "_25._tcp.", domain_str(&mx->dane.base));
	if (mx->dane.state == DANE_DE)
		judge_lookup(&v);
	if (mx->dane.state != DANE_DU && mx->dane.state != DANE_DX)
		return;
	judge_unusable(&v);
	if (mx->dane.state == DANE_DX)
		return;
	judge_refused(&v, MX_CHECK_TLSA_NO_MATCH);
	judge_refused(&v, MX_CHECK_TLSA_TA);
	judge_roll_over(&v);
	judge_both(&v);
}
