#include "core/dane.h"

static void finish(struct dane *d, enum dane_state state)
{
	bool insecure_mx = d->host.route == DANE_MX_INSECURE;

	if (d->host.required && state != DANE_DE && (state != DANE_DU || insecure_mx))
		state = DANE_DR; /* [D-26] */
	d->state = state;
	d->want = DANE_DONE;
}

static void finish_error(struct dane *d, enum dns_status status)
{
	d->error = status;
	d->error_in = d->want;
	finish(d, DANE_DE); /* [D-02] [D-04] */
}

static void use_ttl(struct dane *d, const struct dns_answer *answer)
{
	if (answer->ttl_s < d->ttl_s)
		d->ttl_s = answer->ttl_s;
}

static void write_tlsa_name(uint16_t port, const struct domain *base, struct out *name)
{
	out_str(name, S("_"));
	out_u64(name, port);
	out_str(name, S("._tcp."));
	out_str(name, domain_str(base));
}

/* A candidate too long for its TLSA name can have none. */
static void add_candidate(struct dane *d, const struct domain *base)
{
	char text[LIMIT_DOMAIN_BYTES];
	struct out name = OUT(text);

	write_tlsa_name(d->host.port, base, &name);
	if (!name.full)
		d->candidate[d->candidate_n++] = *base;
}

static void next_candidate(struct dane *d, size_t at)
{
	d->candidate_at = at;
	d->want = DANE_WANT_TLSA;
	if (at >= d->candidate_n)
		finish(d, DANE_DI); /* [D-14] */
}

void dane_start(struct dane *d, const struct dane_host *host)
{
	*d = (struct dane){ .want = DANE_WANT_ADDRESS, .host = *host, .ttl_s = UINT32_MAX };
	if (domain_is_address(domain_str(&host->name))) { /* [D-15] */
		d->has_address = true;
		finish(d, DANE_DI);
	}
}

void dane_name(const struct dane *d, struct out *name)
{
	if (d->want == DANE_WANT_TLSA)
		write_tlsa_name(d->host.port, &d->candidate[d->candidate_at], name);
	else
		out_str(name, domain_str(&d->host.name));
}

/* No family gave an address.  Of two failures bogus is the one to tell. */
static void unreachable(struct dane *d, enum dns_status a, enum dns_status aaaa)
{
	enum dns_status status = !dns_failed(a) || aaaa == DNS_BOGUS ? aaaa : a;

	if (dns_failed(status))
		finish_error(d, status);
	else
		finish(d, DANE_DI);
}

void dane_address(struct dane *d, const struct dane_address *address)
{
	const struct dns_answer *family[] = { &address->a, &address->aaaa };
	bool secure = true;

	if (d->want != DANE_WANT_ADDRESS)
		return;
	for (size_t i = 0; i < ARRAY_N(family); i++) {
		if (family[i]->status != DNS_FOUND)
			continue; /* one family that fails leaves the other */
		d->has_address = true;
		secure = secure && family[i]->secure;
		use_ttl(d, family[i]);
	}
	if (!d->has_address) {
		unreachable(d, address->a.status, address->aaaa.status);
	} else if (d->host.route == DANE_MX_INSECURE && !d->host.per_host) { /* [D-11] */
		finish(d, DANE_DI);
	} else if (secure) {
		if (address->alias) /* [D-07] */
			add_candidate(d, &address->expanded);
		add_candidate(d, &d->host.name);
		next_candidate(d, 0);
	} else if (address->alias) { /* [D-06] */
		d->want = DANE_WANT_CNAME;
	} else {
		finish(d, DANE_DI); /* [D-05] */
	}
}

void dane_cname(struct dane *d, const struct dns_answer *answer)
{
	if (d->want != DANE_WANT_CNAME)
		return;
	if (dns_failed(answer->status)) {
		finish_error(d, answer->status);
		return;
	}
	use_ttl(d, answer);
	if (answer->secure) {
		add_candidate(d, &d->host.name);
		next_candidate(d, 0);
	} else {
		finish(d, DANE_DI);
	}
}

static unsigned strength(uint8_t matching)
{
	return matching == TLSA_SHA512 ? 2 : matching == TLSA_SHA256 ? 1 : 0;
}

/* Digest algorithm agility, RFC 7671 9: a digest steps back behind a stronger usable one.  [D-21] */
static void let_strongest_match(struct dane *d, const bool *usable)
{
	for (size_t i = 0; i < d->record_n; i++) {
		const struct tlsa *r = &d->record[i];

		d->may_match[i] = usable[i];
		for (size_t k = 0; k < d->record_n && r->matching != TLSA_FULL; k++) {
			const struct tlsa *other = &d->record[k];

			if (usable[k] && other->usage == r->usage && other->selector == r->selector &&
			    strength(other->matching) > strength(r->matching))
				d->may_match[i] = false;
		}
	}
}

/* A secure RRset: the candidate is the TLSA base domain, be the TLSA name an alias or not.  [D-09] [D-16] */
static void adopt(struct dane *d, const str *rdata, size_t n)
{
	bool usable[LIMIT_TLSA_N] = { false }, any = false;

	for (size_t i = 0; i < n; i++) {
		struct tlsa *r = &d->record[d->record_n];

		if (tlsa_read_wire(rdata[i], r, NULL) != OK)
			continue; /* malformed among others: as if it were not there */
		usable[d->record_n] = tlsa_usable(r, NULL);
		any = any || usable[d->record_n];
		d->record_n++;
	}
	d->base = d->candidate[d->candidate_at];
	let_strongest_match(d, usable);
	finish(d, any ? DANE_DU : DANE_DX); /* [D-12] [D-13] */
}

void dane_tlsa(struct dane *d, const struct dns_answer *answer, const str *rdata, size_t rdata_n)
{
	if (d->want != DANE_WANT_TLSA)
		return;
	if (dns_failed(answer->status)) {
		finish_error(d, answer->status);
		return;
	}
	use_ttl(d, answer);
	if (answer->status != DNS_FOUND || !answer->secure || rdata_n == 0)
		next_candidate(d, d->candidate_at + 1);
	else if (rdata_n > LIMIT_TLSA_N)
		finish_error(d, DNS_MALFORMED);
	else
		adopt(d, rdata, rdata_n);
}

str dane_sni(const struct dane *d)
{
	return domain_str(d->state == DANE_DU ? &d->base : &d->host.name);
}

static size_t add_reference(str names[3], size_t n, const struct domain *name)
{
	for (size_t i = 0; i < n; i++)
		if (str_eq(names[i], domain_str(name)))
			return n;
	names[n] = domain_str(name);
	return n + 1;
}

size_t dane_references(const struct dane *d, const struct domain *next_hop, const struct domain *expanded,
    str names[3])
{
	size_t n;

	if (d->state != DANE_DU)
		return 0;
	n = add_reference(names, 0, &d->base);
	if (d->host.route == DANE_MX_INSECURE) /* erratum 6283 */
		return n;
	n = add_reference(names, n, next_hop);
	if (d->host.route == DANE_MX_SECURE)
		n = add_reference(names, n, expanded);
	return n;
}
