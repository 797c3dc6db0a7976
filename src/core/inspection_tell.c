/* inspection_tell - answers from hosts: policies, STARTTLS, destinations of reports.  The contract is inspection.h's. */
#include "core/inspection_keep.h"
#include "core/inspection_queue.h"

static struct inspection_question *fetch_once_more(struct inspection *i, const struct inspection_pending *told,
    struct inspection_fetch *to)
{
	struct inspection_pending *p = inspection_queue_push(i);

	if (!p)
		return NULL;
	to->ip = told->fetch->ip;
	p->fetch = to;
	p->question = told->question;
	p->question.place = p;
	return &p->question;
}

/* One address that serves a policy is asked for it again: without SNI, and does it stay the same? */
static void fetch_again(struct inspection *i, const struct inspection_pending *told)
{
	struct inspection_question *q;

	if (!i->options.deep || i->again_of || told->fetch->fetch.cause != STS_FETCH_OK)
		return;
	i->again_of = told->fetch;
	q = fetch_once_more(i, told, &i->without_sni);
	if (q)
		q->no_sni = true;
	q = fetch_once_more(i, told, &i->again);
	if (q)
		q->pause_ms = INSPECTION_PAUSE_MS;
}

void inspection_tell_fetch(struct inspection *i, void *place, const struct inspection_fetch *answer)
{
	struct inspection_pending *p = place;
	struct inspection_fetch f = *answer;

	i->open--;
	f.asked = true;
	f.ip = p->fetch->ip;
	f.tls = inspection_keep(i, f.tls);
	f.content_type = inspection_keep(i, f.content_type);
	f.content_encoding = inspection_keep(i, f.content_encoding);
	f.location = inspection_keep(i, f.location);
	f.age = inspection_keep(i, f.age);
	f.cache_control = inspection_keep(i, f.cache_control);
	f.body = inspection_keep(i, f.body);
	inspection_keep_cert(i, &f.cert);
	if (i->full) /* half a body would be another one */
		return;
	*p->fetch = f;
	fetch_again(i, p);
}

/* What costs more connections, once it is known that there is TLS. */
static void go_deeper(struct inspection *i, const struct inspection_pending *told)
{
	struct inspection_pending *p;

	if (!i->options.deep || told->probe->session.outcome != MX_CHECK_TLS)
		return;
	p = inspection_queue_push(i);
	if (!p)
		return;
	p->mx = told->mx;
	p->probe = told->probe;
	p->question = told->question;
	p->question.ask = INSPECTION_ASK_DEEP;
	p->question.place = p;
}

void inspection_tell_probe(struct inspection *i, void *place, const struct inspection_probe *answer)
{
	struct inspection_pending *p = place;
	struct inspection_probe r = *answer;

	i->open--;
	r.asked = true;
	r.ip = p->probe->ip;
	r.greeting_text = inspection_keep(i, r.greeting_text);
	r.tls = inspection_keep(i, r.tls);
	r.group = inspection_keep(i, r.group);
	inspection_keep_cert(i, &r.cert);
	inspection_keep_cert(i, &r.rsa);
	inspection_keep_cert(i, &r.ecdsa);
	if (i->full)
		return;
	*p->probe = r;
	go_deeper(i, p);
}

void inspection_tell_deep(struct inspection *i, void *place, const struct inspection_probe *answer)
{
	struct inspection_pending *p = place;
	struct inspection_probe r = *p->probe;

	i->open--;
	r.old_tls = r.old_tls || answer->old_tls;
	r.without_sni = answer->without_sni;
	r.with_rsa = answer->with_rsa;
	r.with_ecdsa = answer->with_ecdsa;
	r.rsa = answer->rsa;
	r.ecdsa = answer->ecdsa;
	r.injection_accepted = answer->injection_accepted;
	inspection_keep_cert(i, &r.rsa);
	inspection_keep_cert(i, &r.ecdsa);
	if (!i->full)
		*p->probe = r;
}

void inspection_tell_destination(struct inspection *i, void *place, const struct inspection_destination *answer)
{
	struct inspection_pending *p = place;
	struct inspection_destination d = *answer;

	i->open--;
	d.asked = true;
	d.host = inspection_keep(i, d.host);
	d.text = inspection_keep(i, d.text);
	inspection_keep_cert(i, &d.cert);
	if (!i->full)
		*p->destination = d;
}
