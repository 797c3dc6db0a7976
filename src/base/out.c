#include "base/out.h"

#include <stdarg.h>
#include <stdio.h>

void out_str(struct out *o, str s)
{
	if (o->full || s.n > o->cap - o->n) {
		o->full = true;
		return;
	}
	if (s.n > 0)
		memcpy(o->p + o->n, s.p, s.n);
	o->n += s.n;
}

void out_u64(struct out *o, uint64_t v)
{
	char digits[20];
	size_t i = sizeof digits;

	do {
		digits[--i] = (char)('0' + v % 10);
		v /= 10;
	} while (v > 0);
	out_str(o, (str){ digits + i, sizeof digits - i });
}

void out_hex(struct out *o, str bytes)
{
	static const char digit[] = "0123456789abcdef";

	for (size_t i = 0; i < bytes.n; i++) {
		unsigned char c = (unsigned char)bytes.p[i];

		out_char(o, digit[c >> 4]);
		out_char(o, digit[c & 15]);
	}
}

void out_fmt(struct out *o, const char *fmt, ...)
{
	char line[512];
	va_list ap;
	int n;

	va_start(ap, fmt);
	n = vsnprintf(line, sizeof line, fmt, ap);
	va_end(ap);
	if (n < 0 || (size_t)n >= sizeof line)
		o->full = true;
	else
		out_str(o, (str){ line, (size_t)n });
}
