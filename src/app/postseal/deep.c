#include "app/postseal/deep.h"

#include <stdlib.h>

#include "app/postseal/facts.h"
#include "io/clock.h"
#include "io/memory.h"

#define MEMORY_BYTES (96u << 10) /* of three certificates with LIMIT_CERT_NAMES_N names each */

#define PATIENCE_MS 20000 /* no step begins later than this: a tarpit would cost minutes */

enum step { WITHOUT_SNI, WITH_RSA, WITH_ECDSA, OLD_TLS, INJECTION, STEPS_N };

struct deep {
	struct world *world;
	struct issuers *issuers;
	struct deep_order order;
	enum step step;
	uint64_t begin_ms;
	struct inspection_probe result;
	struct inspection_cert cert;
	deep_call *call;
	void *arg;
	struct arena mem;
	char memory[MEMORY_BYTES];
};

static void next(struct deep *d);

static bool is_key(const struct inspection_cert *cert, const char *kind)
{
	return str_starts(cert->key, str_of(kind));
}

/* What the first connection has shown already. */
static bool is_known(struct deep *d)
{
	const struct inspection_cert *cert = &d->order.seen->cert;

	switch (d->step) {
	case WITHOUT_SNI:
		return d->order.first.name.n == 0;
	case WITH_RSA:
		if (!is_key(cert, "RSA"))
			return false;
		d->result.with_rsa = INSPECTION_SAME;
		d->result.rsa = *cert;
		return true;
	case WITH_ECDSA:
		if (!is_key(cert, "EC"))
			return false;
		d->result.with_ecdsa = INSPECTION_SAME;
		d->result.ecdsa = *cert;
		return true;
	case OLD_TLS:
		return d->order.seen->old_tls;
	case INJECTION:
	case STEPS_N:
		break;
	}
	return false;
}

/* The certificate of this step is judged. */
static void judged(void *arg, const struct cert_verdict *verdict)
{
	struct deep *d = arg;
	bool same;

	d->cert.faults = verdict->faults;
	d->cert.chain_mended = verdict->proven;
	same = str_eq(d->cert.sha256, d->order.seen->cert.sha256);
	if (d->step == WITHOUT_SNI) {
		/* another good one for this name is what one of several servers shows */
		d->result.without_sni = same || d->cert.faults == 0 ? INSPECTION_SAME : INSPECTION_OTHER;
	} else if (d->step == WITH_RSA) {
		d->result.with_rsa = same ? INSPECTION_SAME : INSPECTION_OTHER;
		d->result.rsa = d->cert;
	} else {
		d->result.with_ecdsa = same ? INSPECTION_SAME : INSPECTION_OTHER;
		d->result.ecdsa = d->cert;
	}
	next(d);
}

static void judge(struct deep *d, const struct probe_result *r)
{
	struct cert_verdict none = { 0 };

	d->cert = facts_cert(&r->tls.chain, &none, r->tls.stapled, &d->mem);
	issuer_judge(d->issuers, &r->tls.chain, d->order.name, d->order.now, judged, d);
}

static void failed(struct deep *d, const struct probe_result *r)
{
	bool tells = r->outcome == MX_CHECK_HANDSHAKE_FAILED && r->handshake.fault.kind != TLS_FAULT_TIMEOUT;

	if (d->step == WITHOUT_SNI && tells)
		d->result.without_sni = INSPECTION_FAILS;
	if (d->step == WITH_RSA && tells)
		d->result.with_rsa = INSPECTION_FAILS;
	if (d->step == WITH_ECDSA && tells)
		d->result.with_ecdsa = INSPECTION_FAILS;
	next(d);
}

static void came(void *arg, const struct probe_result *r)
{
	struct deep *d = arg;

	if (r->outcome == MX_CHECK_UNREACHED) {
		d->step = INJECTION; /* the last one */
		next(d);
	} else if (d->step == INJECTION || d->step == OLD_TLS) {
		d->result.old_tls = d->result.old_tls || (d->step == OLD_TLS && r->outcome == MX_CHECK_TLS);
		d->result.injection_accepted = d->step == INJECTION && r->dialogue->injected;
		next(d);
	} else if (r->outcome == MX_CHECK_TLS) {
		judge(d, r);
	} else {
		failed(d, r);
	}
}

/* False: there is nothing left, or no time for it. */
static bool start_step(struct deep *d)
{
	struct probe_order order = d->order.first;

	while (d->step < STEPS_N && is_known(d))
		d->step++;
	if (d->step == STEPS_N || clock_ms() - d->begin_ms > PATIENCE_MS)
		return false;
	if (d->step == WITHOUT_SNI)
		order.name = (struct domain){ 0 };
	if (d->step == WITH_RSA)
		order.keys = TLS_KEYS_RSA;
	if (d->step == WITH_ECDSA)
		order.keys = TLS_KEYS_ECDSA;
	if (d->step == OLD_TLS)
		order.versions = TLS_VERSIONS_OLD;
	order.inject = d->step == INJECTION;
	probe_start(d->world->probes, &order, came, d);
	return true;
}

static void next(struct deep *d)
{
	d->step++;
	if (start_step(d))
		return;
	d->call(d->arg, &d->result);
	deep_close(d);
}

struct deep *deep_start(struct world *world, struct issuers *issuers, const struct deep_order *order, deep_call *call,
    void *arg)
{
	struct deep *d = memory_must(malloc(sizeof *d));

	memset(d, 0, offsetof(struct deep, memory));
	d->world = world;
	d->issuers = issuers;
	d->order = *order;
	d->call = call;
	d->arg = arg;
	d->begin_ms = clock_ms();
	d->mem = ARENA(d->memory);
	(void)start_step(d); /* INJECTION at the latest */
	return d;
}

void deep_close(struct deep *deep)
{
	free(deep);
}
