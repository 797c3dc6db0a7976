#include "core/inspection.h"

#include "base/out.h"
#include "core/inspection_keep.h"
#include "core/inspection_queue.h"
#include "core/inspection_read.h"

/* What a question is for; says where its answer goes and what follows from it. */
enum purpose {
	FOR_STS,
	FOR_TLSRPT,
	FOR_MX,
	FOR_HOST_ADDRESS, /* at: lookup */
	FOR_PLACE,
	FOR_CAA,
	FOR_NS,
	FOR_NS_ADDRESS,   /* n: which name server */
	FOR_NS_STS,
	FOR_RUA_MX,       /* n: which rua */
	FOR_MX_ADDRESS,   /* mx */
	FOR_MX_CNAME,
	FOR_MX_TLSA,
	FOR_RECORD,       /* nothing follows */
};

static bool wants(const struct inspection *i, unsigned groups)
{
	return (i->options.groups & groups) != 0;
}

/* The MX hosts and the policy host: what every full check asks, and a quick one where a record exists. */
static void go_on(struct inspection *i)
{
	str domain = domain_str(&i->domain);

	if (i->went_on)
		return;
	i->went_on = true;
	if (wants(i, INSPECTION_STS | INSPECTION_MX | INSPECTION_DANE))
		(void)inspection_queue_dns(i, FOR_MX, &i->mx, "", domain, DNS_TYPE_MX);
	if (wants(i, INSPECTION_STS)) {
		(void)inspection_queue_dns(i, FOR_HOST_ADDRESS, &i->host_aaaa, "mta-sts.", domain, DNS_TYPE_AAAA);
		(void)inspection_queue_dns(i, FOR_HOST_ADDRESS, &i->host_a, "mta-sts.", domain, DNS_TYPE_A);
	}
	if (wants(i, INSPECTION_MAIL_AUTH) && !i->options.quick) {
		char prefix[80];
		struct out out = OUT(prefix);

		(void)inspection_queue_dns(i, FOR_RECORD, &i->spf, "", domain, DNS_TYPE_TXT);
		(void)inspection_queue_dns(i, FOR_RECORD, &i->dmarc, "_dmarc.", domain, DNS_TYPE_TXT);
		out_str(&out, i->options.dkim_selector);
		out_str(&out, S("._domainkey."));
		out_char(&out, '\0');
		if (i->options.dkim_selector.n > 0 && !out.full)
			(void)inspection_queue_dns(i, FOR_RECORD, &i->dkim, prefix, domain, DNS_TYPE_TXT);
	}
}

void inspection_start(struct inspection *i, const struct domain *domain, const struct inspection_options *options,
    unix_s now, struct arena *mem)
{
	*i = (struct inspection){ .domain = *domain, .options = *options, .now = now, .mem = mem };
	if (i->options.groups == 0)
		i->options.groups = INSPECTION_ALL;
	i->txt.class = STS_TXT_NOT_ASKED;
	i->tlsrpt_err = E_ABSENT;
	if (wants(i, INSPECTION_STS))
		(void)inspection_queue_dns(i, FOR_STS, &i->sts, "_mta-sts.", domain_str(domain), DNS_TYPE_TXT);
	if (wants(i, INSPECTION_TLSRPT))
		(void)inspection_queue_dns(i, FOR_TLSRPT, &i->tlsrpt, "_smtp._tls.", domain_str(domain), DNS_TYPE_TXT);
	if (!i->options.quick)
		go_on(i);
}

/* Where a missing record is looked for. */
static void ask_places(struct inspection *i, enum inspection_place first, enum inspection_place last)
{
	static const char *const prefixes[INSPECTION_PLACE_N] = {
		[INSPECTION_AT_APEX] = "",
		[INSPECTION_AT_POLICY_HOST] = "mta-sts.",
		[INSPECTION_AT_DOUBLED] = "_mta-sts.",
		[INSPECTION_AT_UNDERSCORED] = "_mta_sts.",
		[INSPECTION_AT_PARENT] = "_mta-sts.",
		[INSPECTION_AT_SMTP] = "_smtp.",
		[INSPECTION_AT_TLSRPT] = "_tlsrpt.",
		[INSPECTION_AT_SMTP_TLSRPT] = "_smtp-tlsrpt.",
	};
	str domain = domain_str(&i->domain), label, parent;

	str_cut(domain, '.', &label, &parent);
	for (enum inspection_place k = first; k <= last; k++) {
		str name = domain;
		char doubled[2 * LIMIT_DOMAIN_BYTES + 2];
		struct out out = OUT(doubled);

		if (k == INSPECTION_AT_PARENT) {
			if (str_find(parent, S(".")) == parent.n)
				continue;
			name = parent;
		} else if (k == INSPECTION_AT_DOUBLED) {
			out_str(&out, domain);
			out_char(&out, '.');
			out_str(&out, domain);
			name = out_done(&out);
		}
		(void)inspection_queue_dns(i, FOR_PLACE, &i->place[k], prefixes[k], name, DNS_TYPE_TXT);
	}
}

static void told_sts(struct inspection *i)
{
	inspection_read_sts(i);
	if (i->txt.class != STS_TXT_ABSENT || i->sts.record_n > 0)
		go_on(i);
	if (i->txt.class == STS_TXT_ABSENT && !i->options.quick)
		ask_places(i, INSPECTION_AT_APEX, INSPECTION_AT_PARENT);
	if (i->txt.class != STS_TXT_ABSENT && i->txt.class != STS_TXT_ERROR && !i->options.quick)
		(void)inspection_queue_dns(i, FOR_NS, &i->ns, "", domain_str(&i->domain), DNS_TYPE_NS);
}

/* MX, else address, of every mailto's domain: can a report get there at all? */
static void ask_rua(struct inspection *i)
{
	for (size_t k = 0; k < i->rua.rua_n; k++) {
		str scheme, address, local, domain;
		struct domain name;

		str_cut(i->rua.rua[k], ':', &scheme, &address);
		str_cut(address, '?', &address, &(str){ 0 });
		if (!str_eq_nocase(scheme, S("mailto")) || !str_cut(address, '@', &local, &domain) ||
		    domain_read(domain, &name, NULL) != OK)
			continue;
		struct inspection_pending *p =
		    inspection_queue_dns(i, FOR_RUA_MX, &i->rua_mx[k], "", domain_str(&name), DNS_TYPE_MX);

		if (p)
			p->n = k;
	}
}

static void told_tlsrpt(struct inspection *i)
{
	inspection_read_tlsrpt(i);
	if (i->tlsrpt.record_n > 0)
		go_on(i);
	if (i->options.quick)
		return;
	if (i->tlsrpt_err == E_ABSENT)
		ask_places(i, INSPECTION_AT_SMTP, INSPECTION_AT_SMTP_TLSRPT);
	if (i->tlsrpt_err == OK)
		ask_rua(i);
	if (i->tlsrpt_err == OK && i->options.reports)
		inspection_queue_destinations(i);
}

/* MX records by preference, each host once. */
static void take_hosts(struct inspection *i)
{
	const struct inspection_lookup *l = &i->mx;

	i->host = inspection_keep_take(i, l->record_n < INSPECTION_MX_N ? l->record_n : INSPECTION_MX_N, sizeof *i->host);
	for (size_t k = 0; i->host && k < l->record_n; k++) {
		struct inspection_mx mx = { .host = l->record[k].text, .preference = l->record[k].number };
		size_t at = 0;

		if (mx.host.n == 0) /* a null MX among others */
			continue;
		while (at < i->host_n && !str_eq(i->host[at].host, mx.host))
			at++;
		i->mx_total += at == i->host_n;
		if (at < i->host_n || i->host_n == INSPECTION_MX_N)
			continue;
		for (at = i->host_n++; at > 0 && i->host[at - 1].preference > mx.preference; at--)
			i->host[at] = i->host[at - 1];
		i->host[at] = mx;
	}
}

static void ask_host(struct inspection *i, struct inspection_mx *mx)
{
	struct inspection_pending *aaaa = inspection_queue_dns(i, FOR_MX_ADDRESS, &mx->aaaa, "", mx->host, DNS_TYPE_AAAA);
	struct inspection_pending *a = inspection_queue_dns(i, FOR_MX_ADDRESS, &mx->a, "", mx->host, DNS_TYPE_A);

	if (a)
		a->mx = mx;
	if (aaaa)
		aaaa->mx = mx;
}

static void told_mx(struct inspection *i)
{
	if (i->mx.answer.status == DNS_FOUND) {
		i->null_mx = i->mx.record_n == 1 && i->mx.record[0].text.n == 0; /* RFC 7505 */
		if (!i->null_mx)
			take_hosts(i);
	} else if (i->mx.answer.status == DNS_NODATA) {
		i->implicit_mx = true;
		i->host = inspection_keep_take(i, 1, sizeof *i->host);
		if (!i->host)
			return;
		i->host[0].host = inspection_keep(i, domain_str(&i->domain));
		i->host_n = i->mx_total = 1;
	}
	if (!wants(i, INSPECTION_MX | INSPECTION_DANE))
		return;
	for (size_t k = 0; k < i->host_n; k++)
		ask_host(i, &i->host[k]);
}

static void probe_family(struct inspection *i, struct inspection_mx *mx, const struct inspection_lookup *lookup)
{
	for (size_t k = 0; k < lookup->record_n; k++) {
		struct inspection_pending *p;

		mx->ip_total++;
		if (i->options.no_probe || mx->probe_n == INSPECTION_IP_N)
			continue;
		p = inspection_queue_push(i);
		if (!p)
			return;
		p->mx = mx;
		p->probe = &mx->probe[mx->probe_n++];
		p->probe->ip = lookup->record[k].text;
		p->question.ask = INSPECTION_ASK_PROBE;
		p->question.name = mx->host;
		p->question.ip = p->probe->ip;
		p->question.mx = mx;
	}
}

/* What DANE wants next of this host; when it is done, the addresses are connected to. */
static void go_on_dane(struct inspection *i, struct inspection_mx *mx)
{
	char text[LIMIT_DOMAIN_BYTES + 16];
	struct out name = OUT(text);
	struct inspection_pending *p;

	if (mx->dane_known && mx->dane.want != DANE_DONE) {
		bool tlsa = mx->dane.want == DANE_WANT_TLSA;

		dane_name(&mx->dane, &name);
		p = inspection_queue_dns(i, tlsa ? FOR_MX_TLSA : FOR_MX_CNAME, tlsa ? &mx->tlsa : &mx->cname, "", out_done(&name),
		    tlsa ? DNS_TYPE_TLSA : DNS_TYPE_CNAME);
		if (p) {
			p->mx = mx;
			return;
		}
		mx->dane_known = false;
	}
	if (mx->dane_known && mx->dane.state == DANE_DU)
		(void)inspection_queue_dns(i, FOR_RECORD, &mx->tlsrpt, "_smtp._tls.", mx->host, DNS_TYPE_TXT); /* [RPT-1.1-a] */
	probe_family(i, mx, &mx->aaaa);
	probe_family(i, mx, &mx->a);
}

static void told_mx_address(struct inspection *i, struct inspection_mx *mx)
{
	struct dane_host host = { .port = 25 };
	struct dane_address address = { .a = mx->a.answer, .aaaa = mx->aaaa.answer };
	const struct inspection_lookup *aliased = mx->a.alias_n > 0 ? &mx->a : &mx->aaaa;

	if (!mx->a.asked || !mx->aaaa.asked)
		return;
	host.route = i->implicit_mx ? DANE_NO_MX : i->mx.answer.secure ? DANE_MX_SECURE : DANE_MX_INSECURE;
	if (wants(i, INSPECTION_DANE) && domain_read(mx->host, &host.name, NULL) == OK) {
		address.alias = aliased->alias_n > 0;
		if (address.alias && domain_read(aliased->alias[aliased->alias_n - 1], &address.expanded, NULL) != OK)
			address.alias = false;
		dane_start(&mx->dane, &host);
		mx->dane_known = true;
		if (mx->dane.want == DANE_WANT_ADDRESS)
			dane_address(&mx->dane, &address);
	}
	go_on_dane(i, mx);
}

static void told_mx_tlsa(struct inspection *i, struct inspection_mx *mx)
{
	str *rdata = inspection_read_texts(i, &mx->tlsa);

	if (!rdata)
		return;
	dane_tlsa(&mx->dane, &mx->tlsa.answer, rdata, mx->tlsa.record_n);
	go_on_dane(i, mx);
}

static void fetch_family(struct inspection *i, const struct inspection_lookup *lookup, size_t most)
{
	for (size_t k = 0; k < lookup->record_n; k++) {
		struct inspection_pending *p;

		i->host_ip_total++;
		if (i->fetch_n >= most)
			continue;
		p = inspection_queue_push(i);
		if (!p)
			return;
		p->fetch = &i->fetch[i->fetch_n++];
		p->fetch->ip = lookup->record[k].text;
		p->question.ask = INSPECTION_ASK_FETCH;
		p->question.name = inspection_queue_name(i, "mta-sts.", domain_str(&i->domain));
		p->question.ip = p->fetch->ip;
	}
}

/* Every address of the policy host; one is enough to see an orphan. */
static void told_host_address(struct inspection *i)
{
	size_t most = i->txt.class == STS_TXT_ABSENT ? 1 : INSPECTION_IP_N;

	if (!i->host_a.asked || !i->host_aaaa.asked || !i->sts.asked)
		return;
	fetch_family(i, &i->host_aaaa, most);
	fetch_family(i, &i->host_a, most);
	/* perhaps one name server only has lost the record */
	if (i->fetch_n > 0 && i->txt.class == STS_TXT_ABSENT && !i->options.quick)
		(void)inspection_queue_dns(i, FOR_NS, &i->ns, "", domain_str(&i->domain), DNS_TYPE_NS);
	if (i->fetch_n > 0 && i->txt.class != STS_TXT_ABSENT && !i->options.quick) {
		i->caa_name = inspection_queue_name(i, "mta-sts.", domain_str(&i->domain));
		(void)inspection_queue_dns(i, FOR_CAA, &i->caa, "", i->caa_name, DNS_TYPE_CAA);
	}
}

/* No CAA here: one label up, to the last but one.  RFC 8659 3 */
static void told_caa(struct inspection *i)
{
	str label, parent;

	if (i->caa.answer.status != DNS_NODATA && i->caa.answer.status != DNS_NXDOMAIN)
		return;
	if (!str_cut(i->caa_name, '.', &label, &parent) || str_find(parent, S(".")) == parent.n)
		return;
	i->caa_name = parent;
	(void)inspection_queue_dns(i, FOR_CAA, &i->caa, "", parent, DNS_TYPE_CAA);
}

static void told_ns(struct inspection *i)
{
	for (size_t k = 0; k < i->ns.record_n && k < INSPECTION_NS_N; k++) {
		struct inspection_pending *p =
		    inspection_queue_dns(i, FOR_NS_ADDRESS, &i->ns_a[k], "", i->ns.record[k].text, DNS_TYPE_A);

		if (p)
			p->n = k;
	}
}

static void told_ns_address(struct inspection *i, size_t k)
{
	struct inspection_pending *p;

	if (i->ns_a[k].record_n == 0)
		return;
	p = inspection_queue_dns(i, FOR_NS_STS, &i->ns_sts[k], "_mta-sts.", domain_str(&i->domain), DNS_TYPE_TXT);
	if (!p)
		return;
	p->question.ask = INSPECTION_ASK_DNS_AT;
	p->question.ip = i->ns_a[k].record[0].text;
}

static void told_rua_mx(struct inspection *i, const struct inspection_pending *told)
{
	enum dns_type type = told->question.type;
	struct inspection_pending *p;

	if (told->lookup->answer.status != DNS_NODATA || type == DNS_TYPE_AAAA)
		return;
	type = type == DNS_TYPE_MX ? DNS_TYPE_A : DNS_TYPE_AAAA;
	p = inspection_queue_dns(i, FOR_RUA_MX, told->lookup, "", told->question.name, type);
	if (p)
		p->n = told->n;
}

void inspection_tell_dns(struct inspection *i, void *place, const struct inspection_lookup *answer)
{
	struct inspection_pending *p = place;

	i->open--;
	if (!answer)
		return;
	inspection_keep_lookup(i, answer, p->lookup);
	switch (p->purpose) {
	case FOR_STS:
		told_sts(i);
		told_host_address(i); /* the addresses may have been there first */
		break;
	case FOR_TLSRPT:
		told_tlsrpt(i);
		break;
	case FOR_MX:
		told_mx(i);
		break;
	case FOR_HOST_ADDRESS:
		told_host_address(i);
		break;
	case FOR_CAA:
		told_caa(i);
		break;
	case FOR_NS:
		told_ns(i);
		break;
	case FOR_NS_ADDRESS:
		told_ns_address(i, p->n);
		break;
	case FOR_RUA_MX:
		told_rua_mx(i, p);
		break;
	case FOR_MX_ADDRESS:
		told_mx_address(i, p->mx);
		break;
	case FOR_MX_CNAME:
		dane_cname(&p->mx->dane, &p->mx->cname.answer);
		go_on_dane(i, p->mx);
		break;
	case FOR_MX_TLSA:
		told_mx_tlsa(i, p->mx);
		break;
	case FOR_NS_STS:
	case FOR_PLACE:
	case FOR_RECORD:
		break;
	}
}

/* Everything is told: what follows from several answers together. */
static void settle(struct inspection *i)
{
	i->settled = true;
	inspection_read_policy(i);
}

bool inspection_next(struct inspection *i, struct inspection_question *question)
{
	struct inspection_pending *p = i->queue;

	if (!p) {
		if (i->open == 0 && !i->settled)
			settle(i);
		return false;
	}
	i->queue = p->next;
	if (!i->queue)
		i->queue_last = NULL;
	i->open++;
	*question = p->question;
	return true;
}

static bool late(struct inspection_lookup *l)
{
	if (l->asked)
		return false;
	*l = (struct inspection_lookup){ .asked = true, .answer.status = DNS_TIMEOUT };
	return true;
}

/* What is still under way counts as a time-out: unknown, and said, not silently left out. */
static void time_out(struct inspection *i)
{
	if (wants(i, INSPECTION_STS) && late(&i->sts))
		i->txt = (struct sts_txt){ .class = STS_TXT_ERROR, .error = DNS_TIMEOUT };
	if (wants(i, INSPECTION_TLSRPT) && late(&i->tlsrpt))
		i->tlsrpt_err = E_TEMP;
	if (i->went_on && wants(i, INSPECTION_STS | INSPECTION_MX | INSPECTION_DANE))
		(void)late(&i->mx);
	if (i->went_on && wants(i, INSPECTION_STS)) {
		(void)late(&i->host_a);
		(void)late(&i->host_aaaa);
	}
	for (size_t k = 0; k < i->fetch_n; k++) {
		struct inspection_fetch *f = &i->fetch[k];

		if (!f->asked)
			*f = (struct inspection_fetch){ .asked = true, .ip = f->ip, .reach = INSPECTION_TIMEOUT,
				.fetch.cause = STS_FETCH_TIMEOUT };
	}
	for (size_t h = 0; h < i->host_n; h++) {
		for (size_t k = 0; k < i->host[h].probe_n; k++) {
			struct inspection_probe *p = &i->host[h].probe[k];

			if (!p->asked)
				*p = (struct inspection_probe){ .asked = true, .ip = p->ip, .reach = INSPECTION_TIMEOUT };
		}
	}
}

void inspection_end(struct inspection *i)
{
	i->queue = i->queue_last = NULL;
	time_out(i);
	if (!i->settled)
		settle(i);
}

bool inspection_silent(const struct inspection *i)
{
	const struct inspection_lookup *all[] = { &i->sts, &i->tlsrpt, &i->mx };

	for (size_t k = 0; k < ARRAY_N(all); k++)
		if (all[k]->asked && all[k]->answer.status != DNS_TIMEOUT)
			return false;
	return true;
}
