#include "core/inspection_keep.h"

str inspection_keep(struct inspection *i, str s)
{
	str copy = { 0 };

	if (s.n > 0 && !arena_copy(i->mem, s, &copy))
		i->full = true;
	return copy;
}

void *inspection_keep_take(struct inspection *i, size_t n, size_t size)
{
	void *p = arena_take(i->mem, n ? n : 1, size);

	if (!p)
		i->full = true;
	return p;
}

void inspection_keep_lookup(struct inspection *i, const struct inspection_lookup *answer, struct inspection_lookup *to)
{
	struct inspection_lookup l = *answer;

	l.asked = true;
	l.note = inspection_keep(i, answer->note);
	l.record = inspection_keep_take(i, l.record_n, sizeof *l.record);
	l.alias = inspection_keep_take(i, l.alias_n, sizeof *l.alias);
	if (!l.record || !l.alias)
		l.record_n = l.alias_n = 0;
	for (size_t k = 0; k < l.record_n; k++) {
		l.record[k] = answer->record[k];
		l.record[k].text = inspection_keep(i, answer->record[k].text);
		l.record[k].tag = inspection_keep(i, answer->record[k].tag);
	}
	for (size_t k = 0; k < l.alias_n; k++)
		l.alias[k] = inspection_keep(i, answer->alias[k]);
	if (i->full) /* fewer records would be another answer */
		l = (struct inspection_lookup){ .answer = { .status = DNS_MALFORMED } };
	*to = l;
}

void inspection_keep_cert(struct inspection *i, struct inspection_cert *c)
{
	const str *name = c->name;

	c->subject = inspection_keep(i, c->subject);
	c->issuer = inspection_keep(i, c->issuer);
	c->sha256 = inspection_keep(i, c->sha256);
	c->spki = inspection_keep(i, c->spki);
	c->key = inspection_keep(i, c->key);
	c->signature = inspection_keep(i, c->signature);
	c->name = inspection_keep_take(i, c->name_n, sizeof *c->name);
	if (!c->name)
		c->name_n = 0;
	for (size_t k = 0; k < c->name_n; k++)
		c->name[k] = inspection_keep(i, name[k]);
}
