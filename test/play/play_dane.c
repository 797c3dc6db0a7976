/* The sentences about DANE, and "wants" of both asking machines. */
#include "test/play/play.h"

static struct domain name_of(struct play *p, str word)
{
	struct domain d = { 0 };

	if (domain_read(word, &d, NULL) != OK)
		play_broken(p, "not a name", word);
	return d;
}

static struct dns_answer answer_of(struct play *p, str word)
{
	struct dns_answer answer = { .ttl_s = 3600 };

	answer.secure = str_eq(word, S("secure"));
	if (!answer.secure && !str_eq(word, S("insecure")))
		answer.status = play_dns(p, word);
	return answer;
}

static void do_host(struct play *p, struct words *w)
{
	static const char *const routes[] = { "mx-secure", "mx-insecure", "no-mx" };
	struct dane_host host = { .port = 25 };

	host.name = name_of(p, play_word(w));
	host.route = (enum dane_route)play_choice(p, play_word(w), routes, ARRAY_N(routes));
	if (play_take(w, "port"))
		host.port = (uint16_t)play_number(p, play_word(w));
	host.per_host = play_take(w, "per-host");
	host.required = play_take(w, "required");
	dane_start(&p->dane, &host);
	p->dane_asked = true;
}

static void do_address(struct play *p, struct words *w)
{
	struct dane_address address = { .a = answer_of(p, play_word(w)) };

	address.aaaa = play_take(w, "aaaa") ? answer_of(p, play_word(w)) : address.a;
	address.alias = play_take(w, "alias");
	if (address.alias)
		address.expanded = name_of(p, play_word(w));
	dane_address(&p->dane, &address);
}

static void do_cname(struct play *p, struct words *w)
{
	struct dns_answer answer = answer_of(p, play_word(w));

	dane_cname(&p->dane, &answer);
}

/* A DER SEQUENCE of n bytes, 2 <= n < 130, when matching is Full(0). */
static void fill_data(char *data, size_t n, bool der)
{
	memset(data, 'd', n);
	if (der && n >= 2 && n < 130) {
		data[0] = 0x30;
		data[1] = (char)(n - 2);
	}
}

/* "3:1:1" or "3:1:1:7" */
static str rdata_of(struct play *p, str word, char *text, size_t cap)
{
	static const size_t lengths[] = { 64, 32, 64 };
	uint64_t v[4] = { 0 };
	size_t n = 0;
	str number;

	while (word.n > 0 && n < ARRAY_N(v)) {
		str_cut(word, ':', &number, &word);
		if (!str_u64(number, n < 3 ? 255 : cap - 3, &v[n]))
			play_broken(p, "not U:S:M", number);
		n++;
	}
	if (n < 4)
		v[3] = v[2] < ARRAY_N(lengths) ? lengths[v[2]] : 32;
	for (size_t i = 0; i < 3; i++)
		text[i] = (char)v[i];
	fill_data(text + 3, v[3], v[2] == TLSA_FULL && n < 4);
	return (str){ text, 3 + v[3] };
}

static void do_tlsa(struct play *p, struct words *w)
{
	struct dns_answer answer = answer_of(p, play_word(w));
	str rdata[PLAY_WORDS_N];
	size_t n = 0;

	while (w->at < w->n) {
		rdata[n] = rdata_of(p, play_word(w), p->rdata[n], sizeof p->rdata[n]);
		n++;
	}
	dane_tlsa(&p->dane, &answer, rdata, n);
}

static void do_wants(struct play *p, struct words *w)
{
	static const char *const sts[] = { "txt", "fresh-txt", "policy", "nothing" };
	static const char *const dane[] = { "address", "cname", "tlsa", "nothing" };
	char text[300];
	struct out name = OUT(text);

	if (!p->dane_asked) {
		play_same(p, str_of(sts[p->discovery.want]), play_word(w), "wants");
		return;
	}
	play_same(p, str_of(dane[p->dane.want]), play_word(w), "wants");
	if (p->dane.want == DANE_DONE)
		return;
	dane_name(&p->dane, &name);
	play_same(p, out_done(&name), play_word(w), "about");
}

static void do_state(struct play *p, struct words *w)
{
	static const char *const names[] = { "DI", "DU", "DX", "DE", "DR" };
	str base = domain_str(&p->dane.base);

	play_same(p, p->dane.want == DANE_DONE ? str_of(names[p->dane.state]) : S("(not done)"), play_word(w),
	    "state");
	if (w->at < w->n)
		play_same(p, base.n ? base : S("-"), play_word(w), "TLSA base domain");
}

static void do_reachable(struct play *p, struct words *w)
{
	play_same(p, p->dane.has_address ? S("yes") : S("no"), play_word(w), "reachable");
}

static void do_sni(struct play *p, struct words *w)
{
	play_same(p, dane_sni(&p->dane), play_word(w), "SNI");
}

static void do_references(struct play *p, struct words *w)
{
	struct domain next_hop = name_of(p, play_word(w)), expanded = name_of(p, play_word(w));
	str names[3];
	size_t n = dane_references(&p->dane, &next_hop, &expanded, names);

	if (!play_take(w, "are"))
		play_broken(p, "\"are\" is missing", w->rest);
	play_count(p, n, w->n - w->at, "reference names");
	for (size_t i = 0; i < n; i++)
		play_same(p, names[i], play_word(w), "reference name");
}

static void do_may_match(struct play *p, struct words *w)
{
	for (size_t i = 0; i < p->dane.record_n; i++) {
		const struct tlsa *r = &p->dane.record[i];
		char text[32];
		struct out o = OUT(text);

		if (!p->dane.may_match[i])
			continue;
		out_fmt(&o, "%u:%u:%u", r->usage, r->selector, r->matching);
		play_same(p, out_done(&o), play_word(w), "may match");
	}
}

const struct verb play_dane_verbs[] = {
	{ "host", do_host },
	{ "address", do_address },
	{ "cname", do_cname },
	{ "tlsa", do_tlsa },
	{ "wants", do_wants },
	{ "state", do_state },
	{ "reachable", do_reachable },
	{ "sni", do_sni },
	{ "references", do_references },
	{ "may-match", do_may_match },
	{ 0 },
};
