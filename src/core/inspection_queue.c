#include "core/inspection_queue.h"

#include "base/out.h"
#include "core/inspection_keep.h"

struct inspection_pending *inspection_queue_push(struct inspection *i)
{
	struct inspection_pending *p = inspection_keep_take(i, 1, sizeof *p);

	if (!p)
		return NULL;
	p->question.place = p;
	if (i->queue_last)
		i->queue_last->next = p;
	else
		i->queue = p;
	i->queue_last = p;
	return p;
}

str inspection_queue_name(struct inspection *i, const char *prefix, str name)
{
	char text[LIMIT_DOMAIN_BYTES + 1];
	struct out out = OUT(text);

	out_str(&out, str_of(prefix));
	out_str(&out, name);
	return inspection_keep(i, out_done(&out));
}

struct inspection_pending *inspection_queue_dns(struct inspection *i, int purpose, struct inspection_lookup *lookup,
    const char *prefix, str name, enum dns_type type)
{
	str whole = inspection_queue_name(i, prefix, name);
	struct inspection_pending *p = whole.n > 0 ? inspection_queue_push(i) : NULL;

	if (!p)
		return NULL;
	p->purpose = purpose;
	p->question.ask = INSPECTION_ASK_DNS;
	p->question.name = whole;
	p->question.type = type;
	p->lookup = lookup;
	return p;
}

void inspection_queue_destinations(struct inspection *i)
{
	i->destination = inspection_keep_take(i, i->rua.rua_n, sizeof *i->destination);
	for (size_t k = 0; i->destination && k < i->rua.rua_n; k++) {
		struct inspection_pending *p = inspection_queue_push(i);

		if (!p)
			return;
		p->destination = &i->destination[k];
		p->question.ask = INSPECTION_ASK_DESTINATION;
		p->question.name = i->rua.rua[k];
	}
}
