#include "core/hint.h"

#include <stdarg.h>
#include <stdio.h>

#include "wire/domain.h"

void hint_say(struct hints *hints, const char *fmt, ...)
{
	char *text;
	va_list ap;

	if (hints->n == HINT_N)
		return;
	text = hints->hint[hints->n].text;
	va_start(ap, fmt);
	(void)vsnprintf(text, sizeof hints->hint[0].text, fmt, ap);
	va_end(ap);
	for (char *c = text; *c; c++)
		if (*c < 0x20 || *c > 0x7e)
			*c = '?';
	for (size_t i = 0; i < hints->n; i++)
		if (strcmp(hints->hint[i].text, text) == 0)
			return;
	hints->n++;
}

static size_t labels_n(str name)
{
	size_t n = name.n > 0;

	for (size_t i = 0; i < name.n; i++)
		n += name.p[i] == '.';
	return n;
}

/* host ends in "." and parent */
static bool is_below(str host, str parent)
{
	return host.n > parent.n + 1 && host.p[host.n - parent.n - 1] == '.' &&
	    str_eq_nocase(str_skip(host, host.n - parent.n), parent);
}

static void hint_wildcard(str parent, str host, struct hints *hints)
{
	if (str_eq_nocase(host, parent)) {
		hint_say(hints, "\"*.\" stands for exactly one label; %.*s itself has none. List it on its own line too.",
		    STR_ARG(host));
		return;
	}
	if (is_below(host, parent)) {
		str above = host;
		size_t n = labels_n(host) - labels_n(parent);

		hint_say(hints, "\"*.\" stands for exactly one label; %.*s is %zu labels below %.*s.", STR_ARG(host), n,
		    STR_ARG(parent));
		for (size_t i = 1; i < n; i++) {
			str label;

			str_cut(above, '.', &label, &above);
			if (i == 1)
				hint_say(hints, "A pattern that matches: *.%.*s", STR_ARG(above));
		}
	}
}

void hint_mx(str pattern, str mx_host, struct hints *hints)
{
	str host = mx_host;
	size_t far;

	if (host.n > 0 && host.p[host.n - 1] == '.')
		host.n--;
	if (host.n > LIMIT_DOMAIN_BYTES || pattern.n > LIMIT_DOMAIN_BYTES)
		return;
	if (pattern.n > 1 && pattern.p[pattern.n - 1] == '.' && domain_match(str_head(pattern, pattern.n - 1), host)) {
		hint_say(hints, "Without the dot at its end the pattern would match.");
		return;
	}
	if (pattern.n > 1 && pattern.p[0] == '.' && is_below(host, str_skip(pattern, 1))) {
		hint_say(hints, "A wildcard is written *%.*s.", STR_ARG(pattern));
		return;
	}
	if (domain_check_pattern(pattern, NULL) != OK)
		return;
	if (domain_is_address(pattern)) {
		hint_say(hints, "The pattern is an IP address; patterns are compared with the host names of the MX records.");
		return;
	}
	if (str_starts(pattern, S("*."))) {
		hint_wildcard(str_skip(pattern, 2), host, hints);
		return;
	}
	if (is_below(host, pattern)) {
		hint_say(hints, "A pattern without \"*.\" is the whole name; hosts below it need *.%.*s.", STR_ARG(pattern));
		return;
	}
	far = str_distance(pattern, host);
	if (far > 0 && far <= 2)
		hint_say(hints, "%.*s differs from %.*s by %zu character%s: a typing error?", STR_ARG(pattern),
		    STR_ARG(host), far, far == 1 ? "" : "s");
}
