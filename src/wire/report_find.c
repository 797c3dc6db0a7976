#include "wire/report_find.h"

#include "wire/report_warning.h"

#define RULE "RFC 8460 5"

enum odd { BAD_GZIP = 1, BAD_ZIP = 2, TRAILING = 4 };

#define HEAD_BYTES 256 /* decoded to see what a part is; blanks before "{" are rarely more */

static str skip_blanks(str s)
{
	size_t i = str_starts(s, S("\xef\xbb\xbf")) ? 3 : 0;

	while (i < s.n && (str_is_wsp(s.p[i]) || s.p[i] == '\r' || s.p[i] == '\n'))
		i++;
	return str_skip(s, i);
}

/* "From " of an mbox, or a field with a name as mail has them. */
static bool begins_as_mail(str s)
{
	struct mime_field field;

	if (str_starts(s, S("From ")))
		return true;
	if (!mime_field_next(&s, &field))
		return false;
	for (size_t i = 0; i < field.name.n; i++)
		if (!str_is_alnum(field.name.p[i]) && !strchr("-_.", field.name.p[i]))
			return false;
	return true;
}

static enum report_find_kind kind_of(str bytes)
{
	str text = skip_blanks(bytes);

	return gzip_is(bytes)                  ? REPORT_FIND_GZIP :
	       zip_is(bytes)                   ? REPORT_FIND_ZIP :
	       str_starts(text, S("{"))        ? REPORT_FIND_JSON :
	       begins_as_mail(skip_blanks(text)) ? REPORT_FIND_MAIL :
	                                         REPORT_FIND_OTHER;
}

static bool ends_nocase(str s, str end)
{
	return s.n >= end.n && str_eq_nocase(str_skip(s, s.n - end.n), end);
}

static bool is_report_type(str type)
{
	return str_eq(type, S("application/tlsrpt+gzip")) || str_eq(type, S("application/tlsrpt+json"));
}

static bool is_sure_type(str type)
{
	return is_report_type(type) || str_eq(type, S("application/tlsrpt"));
}

/* The gzip of the owner, with the ceiling of what may still be unpacked. */
static struct gzip gzip_now(const struct report_find *f)
{
	struct gzip g = *f->gzip;

	if (g.ceiling_bytes > f->left_bytes)
		g.ceiling_bytes = f->left_bytes;
	return g;
}

static err charge(struct report_find *f, size_t bytes, struct why *why)
{
	if (bytes > f->left_bytes)
		return why_set(why, E_LIMIT, "", 0, "unpacks to more than %d bytes", LIMIT_CARRIER_BYTES);
	f->left_bytes -= bytes;
	return OK;
}

void report_find_open(struct report_find *find, str bytes, const struct gzip *gzip, struct arena *mem)
{
	find->kind = REPORT_FIND_OTHER;
	find->gzip = gzip;
	find->mem = mem;
	find->left_bytes = LIMIT_CARRIER_BYTES;
	find->input = (struct report_find_piece){ .bytes = bytes, .sure = true, .typed = true };
	find->begun = false;
	find->too_deep = false;
	find->level_n = 0;
	find->hit_n = 0;
}

static err open_level(struct report_find *f, enum report_find_kind kind, const struct report_find_piece *piece,
    struct why *why)
{
	struct report_find_level *l;

	if (f->level_n == LIMIT_CARRIER_DEPTH_N || piece->depth == LIMIT_CARRIER_DEPTH_N)
		return why_set(why, E_LIMIT, "", 0, "carriers more than %d deep", LIMIT_CARRIER_DEPTH_N);
	l = &f->level[f->level_n];
	l->kind = kind;
	l->piece = *piece;
	l->piece.depth++;
	l->others = l->others_seen = false;
	if (kind == REPORT_FIND_ZIP)
		TRY(zip_open(piece->bytes, &l->zip, why));
	else
		TRY(mime_open(skip_blanks(piece->bytes), f->mem, &l->mime, why));
	f->level_n++;
	return OK;
}

/* The next member of a zip that is no directory. */
static err next_member(struct report_find *f, struct report_find_level *l, struct report_find_piece *piece,
    struct why *why)
{
	struct gzip g = gzip_now(f);
	struct zip_member m;
	bool bad = false;

	do {
		err e = zip_next(&l->zip, &m, why);

		if (e != OK) {
			f->level_n--;
			return e;
		}
	} while (m.size_bytes == 0 || ends_nocase(m.name, S("/")));
	*piece = l->piece;
	piece->sure = false;
	piece->name = m.name; /* a label [RPT-6.3-a] */
	piece->mark = f->mem->used;
	TRY(zip_read(&m, &g, f->mem, &piece->bytes, &bad, why));
	piece->odd |= bad ? BAD_ZIP : 0;
	return charge(f, piece->bytes.n, why);
}

/* Is a part worth decoding?  A look at its head tells. */
static bool is_worth(const struct mime_part *part)
{
	bool human = str_starts(part->content.type, S("text/")) && part->content.name.n == 0;
	char memory[HEAD_BYTES + 64];
	struct arena mem = ARENA(memory);
	struct mime_part head = *part;
	str body;

	head.raw = str_head(part->raw, HEAD_BYTES);
	if (mime_body(&head, &mem, &body, NULL) != OK)
		return false;
	switch (kind_of(body)) {
	case REPORT_FIND_GZIP:
	case REPORT_FIND_ZIP:
		return true;
	case REPORT_FIND_JSON:
		return !human;
	case REPORT_FIND_MAIL: /* as text often looks; a mail that is not encoded was opened by the walk itself */
		return (str_starts(part->content.type, S("message/")) &&
		           part->content.encoding != MIME_IDENTITY) ||
		       ends_nocase(part->content.name, S(".eml"));
	case REPORT_FIND_OTHER:
		break;
	}
	return false;
}

/* Is it this walk's turn to look at the part? */
static bool is_wanted(struct report_find_level *l, const struct mime_part *part)
{
	if (is_sure_type(part->content.type))
		return !l->others;
	if (l->others)
		return is_worth(part);
	l->others_seen = l->others_seen || is_worth(part);
	return false;
}

/* The next part of a mail that may be a report: first those whose type says so, then the others.  [RPT-5.3-g] */
static err next_part(struct report_find *f, struct report_find_level *l, struct report_find_piece *piece,
    struct why *why)
{
	struct mime_part part;

	for (;;) {
		err e = mime_next(&l->mime, &part, why);

		if (e == E_ABSENT && l->others_seen && !l->others) {
			l->others = true;
			e = mime_open(skip_blanks(l->piece.bytes), f->mem, &l->mime, why);
			if (e == OK)
				continue;
		}
		if (e != OK) {
			f->too_deep |= l->mime.too_deep;
			f->level_n--;
			return e;
		}
		if (is_wanted(l, &part))
			break;
	}
	*piece = l->piece;
	piece->type = part.content.type;
	piece->name = part.content.name;
	piece->sure = !l->others;
	piece->typed = is_report_type(piece->type);
	piece->mark = f->mem->used;
	TRY(mime_body(&part, f->mem, &piece->bytes, why));
	return charge(f, f->mem->used - piece->mark, why);
}

static err unpack_gzip(struct report_find *f, struct report_find_piece *piece, struct why *why)
{
	struct gzip g = gzip_now(f);
	struct gzip_text t;

	if (piece->depth++ == LIMIT_CARRIER_DEPTH_N)
		return why_set(why, E_LIMIT, "", 0, "carriers more than %d deep", LIMIT_CARRIER_DEPTH_N);
	TRY(gzip_read(&g, piece->bytes, f->mem, &t, why));
	piece->bytes = t.text;
	piece->odd |= (t.bad_check ? BAD_GZIP : 0) | (t.trailing ? TRAILING : 0);
	return charge(f, t.text.n, why);
}

/* The first hit's checksum is not taken before there is a second. */
static bool is_known(struct report_find *f, str json, uint32_t *crc32)
{
	if (f->hit_n == 0)
		return false;
	if (f->hit_n == 1)
		f->hit_crc32[0] = gzip_crc32(f->hit[0]);
	*crc32 = gzip_crc32(json);
	for (size_t i = 0; i < f->hit_n; i++)
		if (f->hit_crc32[i] == *crc32 && str_eq(f->hit[i], json))
			return true;
	return false;
}

static err keep_hit(struct report_find *f, const struct report_find_piece *piece, struct report_find_hit *hit,
    struct why *why)
{
	struct report_find_hit h = { .json = piece->bytes, .type = piece->type, .name = piece->name };
	str prefix = report_warning_code(REPORT_WARNING_CONTENT_TYPE);
	char *p;

	if (!piece->typed) {
		p = arena_take_raw(f->mem, prefix.n + piece->type.n, 1);
		if (!p)
			return why_set(why, E_LIMIT, "", 0, "no memory left for a warning");
		memcpy(p, prefix.p, prefix.n);
		memcpy(p + prefix.n, piece->type.p, piece->type.n);
		h.warning[h.warning_n++] = (str){ p, prefix.n + piece->type.n };
	}
	if (piece->odd & BAD_GZIP)
		h.warning[h.warning_n++] = report_warning_code(REPORT_WARNING_BAD_GZIP);
	if (piece->odd & BAD_ZIP)
		h.warning[h.warning_n++] = report_warning_code(REPORT_WARNING_BAD_ZIP);
	if (piece->odd & TRAILING)
		h.warning[h.warning_n++] = report_warning_code(REPORT_WARNING_GZIP_TRAILING);
	*hit = h;
	return OK;
}

/* JSON: E_ABSENT when it is not wanted. */
static err take_json(struct report_find *f, const struct report_find_piece *piece, struct report_find_hit *hit,
    struct why *why)
{
	uint32_t crc32 = 0;

	if (!piece->sure && str_find(piece->bytes, S("\"policies\"")) == piece->bytes.n)
		return E_ABSENT;
	if (piece->bytes.n > f->gzip->ceiling_bytes)
		return why_set(why, E_LIMIT, "", 0, "a report of more than %zu bytes", f->gzip->ceiling_bytes);
	if (is_known(f, piece->bytes, &crc32))
		return E_ABSENT;
	if (f->hit_n == LIMIT_REPORTS_N)
		return why_set(why, E_LIMIT, "", 0, "more than %d reports in one input", LIMIT_REPORTS_N);
	TRY(keep_hit(f, piece, hit, why));
	f->hit_crc32[f->hit_n] = crc32;
	f->hit[f->hit_n++] = piece->bytes;
	return OK;
}

/* See what a piece is.  E_ABSENT: no report here, or a carrier was opened that may hold one. */
static err look(struct report_find *f, struct report_find_piece *piece, enum report_find_kind kind,
    struct report_find_hit *hit, struct why *why)
{
	err e;

	while (kind == REPORT_FIND_GZIP) {
		TRY(unpack_gzip(f, piece, why));
		kind = kind_of(piece->bytes);
	}
	switch (kind) {
	case REPORT_FIND_JSON:
		return take_json(f, piece, hit, why);
	case REPORT_FIND_ZIP:
	case REPORT_FIND_MAIL:
		e = open_level(f, kind, piece, why);
		return e == OK ? E_ABSENT : e;
	case REPORT_FIND_GZIP:
	case REPORT_FIND_OTHER:
		break;
	}
	if (piece->sure && piece->type.n > 0)
		return why_set(why, E_SYNTAX, RULE, 0, "a part of type %.*s holds no report",
		    STR_ARG(piece->type));
	return E_ABSENT;
}

static err next_piece(struct report_find *f, struct report_find_piece *piece, struct why *why)
{
	struct report_find_level *l = &f->level[f->level_n - 1];

	return l->kind == REPORT_FIND_ZIP ? next_member(f, l, piece, why) : next_part(f, l, piece, why);
}

err report_find_next(struct report_find *find, struct report_find_hit *hit, struct why *why)
{
	struct report_find_piece piece = find->input;
	err e;

	if (!find->begun) {
		find->begun = true;
		if (piece.bytes.n > LIMIT_MAIL_BYTES)
			return why_set(why, E_LIMIT, "", 0, "more than %d bytes", LIMIT_MAIL_BYTES);
		find->kind = kind_of(piece.bytes);
		e = look(find, &piece, find->kind, hit, why);
		if (e != E_ABSENT)
			return e;
	}
	while (find->level_n > 0) {
		unsigned level_n = find->level_n;

		e = next_piece(find, &piece, why);
		if (e == OK) {
			e = look(find, &piece, kind_of(piece.bytes), hit, why);
			if (e != OK && find->level_n == level_n)
				find->mem->used = piece.mark; /* nothing of it is kept */
		}
		if (e != E_ABSENT)
			return e;
	}
	return why_set(why, E_ABSENT, RULE, 0,
	    find->kind == REPORT_FIND_OTHER ? "neither JSON, gzip, zip nor mail" :
	    find->too_deep                  ? "no report, as far as it was opened: parts are nested too deep" :
	                                      "no report in it");
}
