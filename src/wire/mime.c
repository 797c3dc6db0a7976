#include "wire/mime.h"

#define RULE "RFC 2046 5.1"

static void skip_line(str *rest)
{
	str line;

	(void)str_line(rest, &line);
}

/*
 * Does rest begin with a delimiter line of an open level?  Then *level is that
 * level, and *rest is moved behind the line.  The innermost level wins.
 */
static bool take_delimiter(const struct mime *m, str *rest, unsigned *level, bool *closing)
{
	str after = *rest, line;

	if (rest->n < 2 || rest->p[0] != '-' || rest->p[1] != '-')
		return false;
	(void)str_line(&after, &line);
	line = str_skip(line, 2);
	for (unsigned i = m->level_n; i-- > 0;) {
		str boundary = m->level[i].boundary, tail;

		if (boundary.n == 0 || !str_starts(line, boundary))
			continue;
		tail = str_trim(str_skip(line, boundary.n));
		*closing = str_eq(tail, S("--"));
		if (tail.n > 0 && !*closing)
			continue; /* a longer boundary that begins the same */
		*level = i;
		*rest = after;
		return true;
	}
	return false;
}

/*
 * Move to the next delimiter; *raw is what stands before it, without the line
 * end that belongs to the delimiter.  Levels inside the delimiter's are closed,
 * whether they said so or not.
 */
static void take_body(struct mime *m, str *raw)
{
	str start = m->rest, rest = start;
	size_t n = start.n;
	unsigned level;
	bool closing;

	m->at_head = false;
	while (rest.n > 0) {
		n = start.n - rest.n;
		if (take_delimiter(m, &rest, &level, &closing)) {
			m->level_n = closing ? level : level + 1;
			m->at_head = !closing;
			break;
		}
		skip_line(&rest);
		n = start.n;
	}
	m->rest = rest;
	if (n < start.n && n > 0 && start.p[n - 1] == '\n')
		n -= n > 1 && start.p[n - 2] == '\r' ? 2 : 1;
	*raw = str_head(start, n);
}

/* The header block at the head of rest; rest is moved to the body. */
static err take_header(struct mime *m, str *header, struct why *why)
{
	str start, rest;
	struct mime_field field;
	unsigned level;
	bool closing;
	size_t n;

	if (str_starts(m->rest, S("From ")) || str_starts(m->rest, S(">From ")))
		skip_line(&m->rest);
	start = rest = m->rest;
	do {
		n = start.n - rest.n;
		if (n > LIMIT_MIME_HEADER_BYTES)
			return why_set(why, E_LIMIT, "", 0, "a header block of more than %d bytes",
			    LIMIT_MIME_HEADER_BYTES);
	} while (!take_delimiter(m, &rest, &level, &closing) && mime_field_next(&rest, &field));
	*header = str_head(start, n);
	m->rest = str_skip(start, n);
	if (str_starts(m->rest, S("\n")) || str_starts(m->rest, S("\r\n")))
		skip_line(&m->rest);
	return OK;
}

static bool is_mail(const struct mime_content *c)
{
	return c->encoding == MIME_IDENTITY &&
	       (str_eq(c->type, S("message/rfc822")) || str_eq(c->type, S("message/global")));
}

/* Is this part a container, and can it be opened?  Then rest is moved to what it holds. */
static bool open_level(struct mime *m, const struct mime_content *c)
{
	bool multipart = str_starts(c->type, S("multipart/"));
	struct mime_level level = { 0 };
	str preamble;

	if (!multipart && !is_mail(c))
		return false;
	if (multipart && (c->boundary.n == 0 || c->boundary.n > LIMIT_MIME_BOUNDARY_BYTES))
		return false;
	if (m->level_n == LIMIT_MIME_DEPTH_N) {
		m->too_deep = true;
		return false;
	}
	if (multipart)
		level = (struct mime_level){ c->boundary, str_eq(c->type, S("multipart/digest")) };
	m->level[m->level_n++] = level;
	m->at_head = true;
	if (multipart)
		take_body(m, &preamble);
	return true;
}

err mime_open(str message, struct arena *mem, struct mime *mime, struct why *why)
{
	struct mime m = { .rest = message, .mem = mem };

	TRY(take_header(&m, &m.header, why));
	m.body = m.rest;
	m.rest = message; /* mime_next begins with the same header */
	m.at_head = true;
	*mime = m;
	return OK;
}

err mime_next(struct mime *mime, struct mime_part *part, struct why *why)
{
	struct mime_part p = { 0 };
	bool in_digest;
	str between;

	for (;;) {
		while (!mime->at_head && mime->rest.n > 0 && mime->level_n > 0)
			take_body(mime, &between); /* an epilogue */
		if (!mime->at_head)
			return why_set(why, E_ABSENT, "", 0, "no more parts");
		mime->at_head = false;
		if (mime->parts_n == LIMIT_MIME_PARTS_N)
			return why_set(why, E_LIMIT, RULE, 0, "more than %d parts", LIMIT_MIME_PARTS_N);
		mime->parts_n++;
		in_digest = mime->level_n > 0 && mime->level[mime->level_n - 1].digest;
		TRY(take_header(mime, &p.header, why));
		TRY(mime_field_content(p.header, in_digest, mime->mem, &p.content, why));
		if (open_level(mime, &p.content))
			continue;
		take_body(mime, &p.raw);
		*part = p;
		return OK;
	}
}
