#include "core/zone.h"

#include <stdarg.h>
#include <stdio.h>

#include "wire/address.h"

#define ROOM_N 512 /* records; more are not written */

/* While the records are collected. */
struct work {
	const struct inspection *i;
	const struct zone_wish *wish;
	struct arena *mem;
	struct zone zone;
	bool full;
};

str zone_state_name(enum zone_state state)
{
	static const str names[] = {
		[ZONE_SAME] = STR("same"),
		[ZONE_KEPT] = STR("kept"),
		[ZONE_MISSING] = STR("missing"),
		[ZONE_DIFFERS] = STR("differs"),
		[ZONE_SURPLUS] = STR("surplus"),
		[ZONE_UNKNOWN] = STR("unknown"),
	};

	return names[state];
}

/* A text in the arena; empty when it is full. */
static str text_of(struct work *w, const char *fmt, ...) PRINTF(2, 3);

static str text_of(struct work *w, const char *fmt, ...)
{
	char text[1024];
	str copy = { 0 };
	va_list ap;
	int n;

	va_start(ap, fmt);
	n = vsnprintf(text, sizeof text, fmt, ap);
	va_end(ap);
	if (n < 0 || (size_t)n >= sizeof text || !arena_copy(w->mem, (str){ text, (size_t)n }, &copy))
		w->full = true;
	return copy;
}

static struct zone_record *add(struct work *w, str name, enum dns_type type, str value, enum zone_state state)
{
	static const struct zone_record none;
	struct zone_record *r = &w->zone.record[w->zone.record_n];

	if (w->zone.record_n == ROOM_N) {
		w->full = true;
		r--;
	} else {
		w->zone.record_n++;
	}
	*r = none;
	r->name = name;
	r->type = type;
	r->value = value;
	r->state = state;
	return r;
}

static str below(struct work *w, const char *label)
{
	return text_of(w, "%s.%s", label, w->i->domain.text);
}

static bool not_known(const struct inspection_lookup *l)
{
	return !l->asked || dns_failed(l->answer.status);
}

/* A name that is an alias is its target's business.  False: it is none. */
static bool delegated(struct work *w, str name, const struct inspection_lookup *l, const char *what)
{
	struct zone_record *r;

	if (l->alias_n == 0)
		return false;
	r = add(w, name, DNS_TYPE_CNAME, l->alias[0], ZONE_SAME);
	r->note = text_of(w, "delegated: %s there", what);
	return true;
}

/*
 * One TXT record at a name, beside whatever else is there.  ours: the version
 * with which all of its kind begin.
 */
static struct zone_record *one_txt(struct work *w, str name, const struct inspection_lookup *l, str ours, str value)
{
	struct zone_record *r = NULL;
	size_t of_kind = 0, same = l->record_n, last = 0;

	for (size_t k = 0; k < l->record_n; k++) {
		if (!str_starts(l->record[k].text, ours))
			continue;
		of_kind++;
		last = k;
		if (same == l->record_n && str_eq(l->record[k].text, value))
			same = k;
	}
	r = add(w, name, DNS_TYPE_TXT, value,
	    not_known(l)             ? ZONE_UNKNOWN
		: of_kind == 0       ? ZONE_MISSING
		: same < l->record_n ? ZONE_SAME
		: of_kind == 1       ? ZONE_DIFFERS
				     : ZONE_MISSING);
	if (r->state == ZONE_DIFFERS)
		r->live = l->record[last].text;
	for (size_t k = 0; k < l->record_n; k++) {
		str text = l->record[k].text;
		struct zone_record *other;

		if (k == same || (r->state == ZONE_DIFFERS && k == last))
			continue;
		other = add(w, name, DNS_TYPE_TXT, text, str_starts(text, ours) ? ZONE_SURPLUS : ZONE_KEPT);
		other->note = text_of(w,
		    other->state == ZONE_KEPT
			? "no %.*s record: senders pass over it"
			: "a second record that begins \"%.*s\" voids both (RFC 8461 3.1, RFC 8460 3)",
		    STR_ARG(ours));
	}
	return r;
}

/* The TLSRPT record of these destinations. */
static str report_text(struct work *w, str rua)
{
	struct out out = { .cap = rua.n + 32 };

	out.p = arena_take_raw(w->mem, out.cap, 1);
	if (!out.p) {
		w->full = true;
		return (str){ 0 };
	}
	out_str(&out, S("v=TLSRPTv1; rua="));
	out_str(&out, rua);
	return out_done(&out);
}

/* A live record that says where reports go stays as it is written. */
static void reports(struct work *w)
{
	const struct inspection *i = w->i;
	const struct inspection_lookup *l = &i->tlsrpt, here = { .asked = l->asked, .answer = l->answer };
	str name = below(w, "_smtp._tls"), rua = w->wish->rua;
	bool valid = rua.n == 0 && i->tlsrpt_err == OK, made_up = rua.n == 0 && w->wish->publication->rua.n == 0;
	struct zone_record *r;

	if (rua.n == 0 && delegated(w, name, l, "where reports go is said"))
		return;
	if (rua.n == 0)
		rua = w->wish->publication->rua;
	if (made_up)
		rua = text_of(w, "mailto:tlsrpt@%s", i->domain.text);
	r = one_txt(w, name, l->alias_n > 0 ? &here : l, S("v=TLSRPTv1"),
	    valid ? l->record[i->tlsrpt_which].text : report_text(w, rua));
	if (made_up)
		r->note = S("no --rua was given: is there such a mailbox?");
	if (l->alias_n > 0)
		add(w, name, DNS_TYPE_CNAME, l->alias[0], ZONE_SURPLUS)->note = S("the record takes the alias' place");
}

/* Is the address among the live ones? */
static bool is_live(const struct inspection_lookup *l, str ip)
{
	for (size_t k = 0; k < l->record_n; k++)
		if (str_eq(l->record[k].text, ip))
			return true;
	return false;
}

static bool is_wished(const struct zone_wish *wish, str ip)
{
	for (size_t k = 0; k < wish->host_n; k++)
		if (str_eq_nocase(wish->host[k], ip))
			return true;
	return false;
}

static void live_host(struct work *w, str name, const struct inspection_lookup *l, enum dns_type type)
{
	for (size_t k = 0; k < l->record_n; k++)
		(void)add(w, name, type, l->record[k].text, ZONE_SAME);
}

static void surplus_host(struct work *w, str name, const struct inspection_lookup *l, enum dns_type type)
{
	for (size_t k = 0; k < l->record_n; k++)
		if (!is_wished(w->wish, l->record[k].text))
			(void)add(w, name, type, l->record[k].text, ZONE_SURPLUS);
}

static void wished_address(struct work *w, str name, str ip, bool aliased, bool unknown)
{
	bool six = address_is_ipv6(ip);
	const struct inspection_lookup *l = six ? &w->i->host_aaaa : &w->i->host_a;

	(void)add(w, name, six ? DNS_TYPE_AAAA : DNS_TYPE_A, ip,
	    unknown                          ? ZONE_UNKNOWN
		: !aliased && is_live(l, ip) ? ZONE_SAME
					     : ZONE_MISSING);
}

/* The policy host: as live, or as wished. */
static void policy_host(struct work *w)
{
	const struct inspection *i = w->i;
	const struct zone_wish *wish = w->wish;
	const struct inspection_lookup *aliased = i->host_a.alias_n > 0 ? &i->host_a : &i->host_aaaa;
	bool unknown = not_known(&i->host_a) || not_known(&i->host_aaaa);
	str alias = aliased->alias_n > 0 ? aliased->alias[0] : (str){ 0 }, name = below(w, "mta-sts");
	bool by_name = wish->host_n > 0 && !address_is_ipv4(wish->host[0]) && !address_is_ipv6(wish->host[0]);

	if (wish->host_n == 0 && alias.n == 0 && i->host_a.record_n + i->host_aaaa.record_n == 0) {
		add(w, name, DNS_TYPE_A, (str){ 0 }, unknown ? ZONE_UNKNOWN : ZONE_MISSING)->note = S(
		    "it has no address: say where the web server is with --policy-host");
		return;
	}
	if (wish->host_n == 0) {
		if (alias.n > 0) {
			(void)add(w, name, DNS_TYPE_CNAME, alias, ZONE_SAME);
		} else {
			live_host(w, name, &i->host_aaaa, DNS_TYPE_AAAA);
			live_host(w, name, &i->host_a, DNS_TYPE_A);
		}
		return;
	}
	if (by_name) {
		struct zone_record *r = add(w, name, DNS_TYPE_CNAME, wish->host[0],
		    unknown                                   ? ZONE_UNKNOWN
			: alias.n == 0                        ? ZONE_MISSING
			: str_eq_nocase(alias, wish->host[0]) ? ZONE_SAME
							      : ZONE_DIFFERS);

		if (r->state == ZONE_DIFFERS)
			r->live = alias;
	} else {
		for (size_t k = 0; k < wish->host_n; k++)
			wished_address(w, name, wish->host[k], alias.n > 0, unknown);
		if (alias.n > 0)
			(void)add(w, name, DNS_TYPE_CNAME, alias, ZONE_SURPLUS);
	}
	if (alias.n == 0) {
		surplus_host(w, name, &i->host_aaaa, DNS_TYPE_AAAA);
		surplus_host(w, name, &i->host_a, DNS_TYPE_A);
	}
}

/* A live TLSA record in presentation form. */
static str tlsa_text(struct work *w, str rdata)
{
	size_t cap = 2 * rdata.n + 16;
	char *text = arena_take_raw(w->mem, cap, 1);
	struct out out = { .p = text, .cap = cap };
	struct tlsa tlsa;

	w->full |= !text;
	if (!text || tlsa_read_wire(rdata, &tlsa, NULL) != OK)
		return (str){ 0 };
	tlsa_write(&tlsa, &out);
	return (str){ text, out.n };
}

/* Where the value is among the records from "from" on; record_n: nowhere. */
static size_t find_record(const struct zone *zone, size_t from, str value)
{
	while (from < zone->record_n && !str_eq(zone->record[from].value, value))
		from++;
	return from;
}

/* TLSA 3 1 1 of every certificate that the host showed; others that are live stay: they may be the next ones. */
static void tlsa_of(struct work *w, const struct inspection_mx *mx)
{
	str name = text_of(w, "_25._tcp.%.*s", STR_ARG(mx->host)), domain = domain_str(&w->i->domain);
	bool outside = mx->host.n < domain.n || !str_eq(str_skip(mx->host, mx->host.n - domain.n), domain) ||
	    (mx->host.n > domain.n && mx->host.p[mx->host.n - domain.n - 1] != '.');
	bool secure = mx->a.answer.secure || mx->aaaa.answer.secure || mx->tlsa.answer.secure;
	size_t from = w->zone.record_n;

	for (size_t k = 0; k < mx->probe_n; k++) {
		str value = mx->probe[k].cert.spki.n > 0
		    ? text_of(w, "3 1 1 %.*s", STR_ARG(mx->probe[k].cert.spki))
		    : (str){ 0 };

		if (value.n > 0 && find_record(&w->zone, from, value) == w->zone.record_n)
			(void)add(w, name, DNS_TYPE_TLSA, value, ZONE_MISSING);
	}
	if (w->zone.record_n == from)
		add(w, name, DNS_TYPE_TLSA, (str){ 0 }, ZONE_UNKNOWN)->note = S("the host showed no certificate");
	for (size_t k = 0; k < mx->tlsa.record_n; k++) {
		str value = tlsa_text(w, mx->tlsa.record[k].text);
		size_t at;

		if (value.n == 0)
			continue;
		at = find_record(&w->zone, from, value);
		if (at < w->zone.record_n)
			w->zone.record[at].state = ZONE_SAME;
		else
			add(w, name, DNS_TYPE_TLSA, value, ZONE_KEPT)->note = S(
			    "of no key that the host shows: right for the next key or an issuer, else remove it");
	}
	for (size_t k = from; k < w->zone.record_n; k++) {
		struct zone_record *r = &w->zone.record[k];

		r->outside = outside;
		if (!secure && r->note.n == 0)
			r->note = S("senders heed it only in a signed zone, and this one is not known to be");
	}
}

/* The live _mta-sts record stays as it is written when its id stays. */
static void policy_record(struct work *w)
{
	const struct inspection *i = w->i;
	const struct publication *p = w->wish->publication;
	bool kept = p->id_kept && !w->wish->fresh;
	str name = below(w, "_mta-sts");
	struct zone_record *r;
	char text[LIMIT_ID_BYTES + 1];
	struct out id = { .p = text, .cap = LIMIT_ID_BYTES };

	if (delegated(w, name, &i->sts, "the id is said")) /* [STS-8.2-a] */
		return;
	if (p->id_kept && w->wish->fresh)
		publication_write_id(i->now, &p->policy, &id);
	else
		out_str(&id, str_of(p->id));
	r = one_txt(w, name, &i->sts, S("v=STSv1"),
	    kept ? i->sts.record[i->txt_which].text : text_of(w, "v=STSv1; id=%.*s;", STR_ARG(out_done(&id))));
	r->wait = !p->ready && r->state != ZONE_SAME;
	if (r->wait)
		r->note = text_of(w,
		    "last: once https://mta-sts.%s/.well-known/mta-sts.txt serves the policy", i->domain.text);
}

err zone_of(const struct inspection *i, const struct zone_wish *wish, struct arena *mem, struct zone *zone,
    struct why *why)
{
	struct work w = { .i = i, .wish = wish, .mem = mem };

	w.zone.domain = i->domain;
	w.zone.ttl_s = wish->ttl_s ? wish->ttl_s : ZONE_TTL_S;
	w.zone.record = arena_take(mem, ROOM_N, sizeof *w.zone.record);
	if (!w.zone.record)
		return why_set(why, E_LIMIT, "", 0, "no memory left");
	reports(&w);
	policy_host(&w);
	for (size_t k = 0; wish->tlsa && k < i->host_n; k++)
		tlsa_of(&w, &i->host[k]);
	policy_record(&w);
	if (w.full)
		return why_set(why, E_LIMIT, "", 0, "too many records, or no memory left");
	w.zone.equal = true;
	for (size_t k = 0; k < w.zone.record_n; k++) {
		enum zone_state state = w.zone.record[k].state;

		w.zone.unknown |= state == ZONE_UNKNOWN;
		w.zone.equal &= state == ZONE_SAME || state == ZONE_KEPT;
	}
	*zone = w.zone;
	return OK;
}
