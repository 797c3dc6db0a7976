#include "app/postseal/say.h"

#include <stdarg.h>
#include <stdlib.h>
#include <unistd.h>

#define PLACE_BYTES 72 /* what is shown of a long line */

static bool colourful(void)
{
	static int known = -1;

	if (known < 0) {
		const char *no = getenv("NO_COLOR");

		known = isatty(STDOUT_FILENO) && !(no && *no);
	}
	return known;
}

void say_in(enum say_colour colour, const char *fmt, ...)
{
	static const char *const begin[] = {
		[SAY_PLAIN] = "", [SAY_GOOD] = "\033[32m", [SAY_BAD] = "\033[31m", [SAY_NOTE] = "\033[33m",
		[SAY_STRONG] = "\033[1m",
	};
	bool paint = colour != SAY_PLAIN && colourful();
	va_list ap;

	if (paint)
		(void)fputs(begin[colour], stdout);
	va_start(ap, fmt);
	(void)vprintf(fmt, ap);
	va_end(ap);
	if (paint)
		(void)fputs("\033[0m", stdout);
}

/* Bytes of the character at the head of s that may be shown as they are; 0: none. */
static size_t harmless_n(str s)
{
	unsigned char c = (unsigned char)s.p[0];
	size_t n = c < 0x80 ? 1 : c < 0xe0 ? 2 : c < 0xf0 ? 3 : 4;
	str one = str_head(s, n);

	if (c < 0x80)
		return c >= 0x20 && c != 0x7f;
	if (!str_utf8(one, NULL) || (c == 0xc2 && (unsigned char)s.p[1] < 0xa0)) /* C1 controls */
		return 0;
	/* U+200B..200F, 2028..202E, 2060..206F: invisible, or they turn the line around */
	if (n == 3 && c == 0xe2 && ((unsigned char)s.p[1] == 0x80 || (unsigned char)s.p[1] == 0x81)) {
		unsigned char last = (unsigned char)s.p[2];

		if ((unsigned char)s.p[1] == 0x81)
			return last >= 0xa0 && last <= 0xaf ? 0 : n;
		return (last >= 0x8b && last <= 0x8f) || (last >= 0xa8 && last <= 0xae) ? 0 : n;
	}
	return n == 3 && str_eq(one, S("\xef\xbb\xbf")) ? 0 : n;
}

static size_t print_text(str text, bool print)
{
	size_t columns = 0;

	for (size_t i = 0; i < text.n;) {
		size_t n = harmless_n(str_skip(text, i));

		if (n == 0 && print)
			printf("\\x%02x", (unsigned char)text.p[i]);
		else if (print)
			(void)fwrite(text.p + i, 1, n, stdout);
		columns += n ? 1 : 4;
		i += n ? n : 1;
	}
	return columns;
}

size_t say_text(str text)
{
	return print_text(text, true);
}

/* Does a character begin here? */
static bool on_boundary(str line, size_t at)
{
	return at >= line.n || (line.p[at] & 0xc0) != 0x80;
}

void say_place(str text, size_t at)
{
	size_t start = 0, end, number = 1, from = 0;
	bool several = text.n > 0 && str_find(text, S("\n")) + 1 < text.n;
	str line, shown;

	if (at > text.n)
		at = text.n;
	for (size_t i = 0; i < at; i++) {
		if (text.p[i] == '\n' && i + 1 < text.n) {
			start = i + 1;
			number++;
		}
	}
	end = start + str_find(str_skip(text, start), S("\n"));
	line = (str){ text.p + start, end - start };
	if (line.n > 0 && line.p[line.n - 1] == '\r' && end < text.n)
		line.n--;
	at -= start;
	if (at > line.n)
		at = line.n;
	if (line.n > PLACE_BYTES && at > PLACE_BYTES / 2)
		from = at - PLACE_BYTES / 2;
	while (!on_boundary(line, from))
		from++;
	shown = str_head(str_skip(line, from), PLACE_BYTES);
	while (shown.n > 0 && !on_boundary(line, from + shown.n))
		shown.n--;
	if (several)
		printf("    line %zu:\n", number);
	printf("    %s", from > 0 ? "... " : "");
	(void)say_text(shown);
	printf("%s\n    %s", from + shown.n < line.n ? " ..." : "", from > 0 ? "    " : "");
	for (size_t columns = print_text(str_head(shown, at - from), false); columns > 0; columns--)
		putchar(' ');
	say_in(SAY_BAD, "^");
	putchar('\n');
}

int say_usage(const char *verb, const char *fmt, ...)
{
	va_list ap;

	(void)fputs("postseal: ", stderr);
	va_start(ap, fmt);
	(void)vfprintf(stderr, fmt, ap);
	va_end(ap);
	(void)fprintf(stderr, "\nTry: postseal %s%s--help\n", verb, *verb ? " " : "");
	return 2;
}
