#include "base/err.h"

#include <stdarg.h>
#include <stdio.h>

err why_set(struct why *w, err e, const char *rule, size_t at, const char *fmt, ...)
{
	va_list ap;

	if (!w)
		return e;
	w->rule = rule;
	w->at = at;
	va_start(ap, fmt);
	(void)vsnprintf(w->text, sizeof w->text, fmt, ap);
	va_end(ap);
	for (char *c = w->text; *c; c++)
		if (*c < 0x20 || *c > 0x7e)
			*c = '?';
	return e;
}
