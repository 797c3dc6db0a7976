#include "app/postseal/facts.h"

static str hex(const uint8_t *bytes, size_t n, struct arena *mem)
{
	struct out out = { .p = arena_take_raw(mem, 2 * n, 1), .cap = 2 * n };

	if (!out.p)
		return (str){ 0 };
	out_hex(&out, (str){ (const char *)bytes, n });
	return out_done(&out);
}

static str key_text(const struct cert *c, struct arena *mem)
{
	char text[64];
	struct out out = OUT(text);
	str copy = { 0 };

	out_str(&out, c->key);
	out_char(&out, ' ');
	out_u64(&out, c->key_bits);
	(void)arena_copy(mem, out_done(&out), &copy);
	return copy;
}

struct inspection_cert facts_cert(const struct cert_chain *chain, const struct cert_verdict *verdict, bool stapled,
    struct arena *mem)
{
	struct inspection_cert to = { .faults = verdict->faults, .chain_n = chain->n, .chain_mended = verdict->proven,
		.stapled = stapled };
	struct cert *c = arena_take(mem, 1, sizeof *c);

	if (!c || chain->n == 0 || cert_read(chain->der[0], mem, c, NULL) != OK)
		return to;
	to.there = true;
	to.subject = c->subject;
	to.issuer = c->issuer.n > 0 ? c->issuer : c->issuer_organization;
	to.name = c->dns;
	to.name_n = c->dns_n;
	to.names_total = c->dns_all_n;
	to.not_before = c->not_before;
	to.not_after = c->not_after;
	to.sha256 = hex(c->digest, sizeof c->digest, mem);
	to.spki = hex(c->spki, sizeof c->spki, mem);
	to.key = key_text(c, mem);
	to.signature = c->signature;
	to.weak_key = c->weak_key;
	to.weak_signature = c->weak_signature;
	to.must_staple = c->must_staple;
	return to;
}

static void copy(struct arena *mem, str *s)
{
	str to = { 0 };

	(void)arena_copy(mem, *s, &to);
	*s = to;
}

struct inspection_cert facts_copy(const struct inspection_cert *cert, struct arena *mem)
{
	struct inspection_cert to = *cert;

	copy(mem, &to.subject);
	copy(mem, &to.issuer);
	copy(mem, &to.sha256);
	copy(mem, &to.spki);
	copy(mem, &to.key);
	copy(mem, &to.signature);
	to.name = arena_take(mem, to.name_n + 1, sizeof *to.name);
	if (!to.name)
		to.name_n = 0;
	for (size_t k = 0; k < to.name_n; k++) {
		to.name[k] = cert->name[k];
		copy(mem, &to.name[k]);
	}
	return to;
}

enum inspection_reach facts_of_probe(const struct probe_result *r)
{
	switch (r->trouble) {
	case PROBE_FORBIDDEN:
		return INSPECTION_PRIVATE;
	case PROBE_NO_WAY:
	case PROBE_UNREACHABLE:
	case PROBE_LOCAL:
		return r->outcome == MX_CHECK_UNREACHED ? INSPECTION_UNREACHABLE : INSPECTION_REACHED;
	case PROBE_REFUSED:
		return INSPECTION_REFUSED;
	case PROBE_CONNECT_TIMEOUT:
		return INSPECTION_TIMEOUT;
	case PROBE_TIMEOUT:
		return r->outcome == MX_CHECK_UNREACHED ? INSPECTION_TIMEOUT : INSPECTION_REACHED;
	case PROBE_LOST:
		return r->outcome == MX_CHECK_UNREACHED ? INSPECTION_RESET : INSPECTION_REACHED;
	case PROBE_NO_TROUBLE:
	case PROBE_JUNK:
	case PROBE_GREETED_LATER:
	case PROBE_GREETED_AWAY:
	case PROBE_EHLO_REFUSED:
		break;
	}
	return INSPECTION_REACHED;
}

enum inspection_reach facts_of_fetch(const struct fetch_result *r)
{
	static const enum inspection_reach reaches[] = {
		[FETCH_CONNECT_OK] = INSPECTION_REACHED,
		[FETCH_CONNECT_NOWHERE] = INSPECTION_NOT_TRIED,
		[FETCH_CONNECT_PRIVATE] = INSPECTION_PRIVATE,
		[FETCH_CONNECT_REFUSED] = INSPECTION_REFUSED,
		[FETCH_CONNECT_UNREACHABLE] = INSPECTION_UNREACHABLE,
		[FETCH_CONNECT_TIMEOUT] = INSPECTION_TIMEOUT,
	};

	return r->fetch.cause == STS_FETCH_CONNECT ? reaches[r->connect] : INSPECTION_REACHED;
}
