#include "wire/gzip.h"

#include <libdeflate.h>

#define RULE "RFC 1952 2.3"

#define HEAD_BYTES 10
#define TAIL_BYTES 8
#define LEVEL 6             /* what gzip(1) takes; more costs time and saves 2 % */
#define DEFLATE_RATIO 1032  /* RFC 1951: 258 bytes out of two bits is the most */

enum flag { FHCRC = 2, FEXTRA = 4, FNAME = 8, FCOMMENT = 16, RESERVED = 0xe0 };

static unsigned byte_at(str s, size_t i)
{
	return (unsigned char)s.p[i];
}

static uint32_t u32_at(str s, size_t i)
{
	return (uint32_t)byte_at(s, i) | (uint32_t)byte_at(s, i + 1) << 8 | (uint32_t)byte_at(s, i + 2) << 16 |
	       (uint32_t)byte_at(s, i + 3) << 24;
}

err gzip_open(struct gzip *g, enum gzip_use use, struct why *why)
{
	struct gzip opened = { .reader = libdeflate_alloc_decompressor(), .ceiling_bytes = LIMIT_REPORT_BYTES };

	if (use == GZIP_READING_AND_WRITING)
		opened.writer = libdeflate_alloc_compressor(LEVEL);
	if (!opened.reader || (use == GZIP_READING_AND_WRITING && !opened.writer)) {
		gzip_close(&opened);
		return why_set(why, E_LIMIT, "", 0, "no memory for gzip");
	}
	*g = opened;
	return OK;
}

void gzip_close(struct gzip *g)
{
	libdeflate_free_decompressor(g->reader);
	libdeflate_free_compressor(g->writer);
	*g = (struct gzip){ 0 };
}

bool gzip_is(str file)
{
	return str_starts(file, S("\x1f\x8b\x08"));
}

uint32_t gzip_crc32(str bytes)
{
	return libdeflate_crc32(0, bytes.p, bytes.n);
}

/* All that the ceiling and the arena allow, lent until keep_room or drop_room.  Untouched pages cost nothing. */
static err take_room(const struct gzip *g, struct arena *mem, struct out *room, struct why *why)
{
	size_t left = mem->cap - mem->used, most = left > 15 ? left - 15 : 0; /* 15: alignment */
	size_t n = most < g->ceiling_bytes ? most : g->ceiling_bytes;

	*room = (struct out){ .p = arena_take_raw(mem, n, 1), .cap = n };
	return room->p ? OK : why_set(why, E_LIMIT, "", 0, "no memory left to inflate into");
}

static str keep_room(struct arena *mem, const struct out *room)
{
	return (str){ arena_grow(mem, room->p, room->cap, room->n), room->n };
}

static err inflate(const struct gzip *g, str deflated, struct out *room, size_t *used, struct why *why)
{
	size_t made;

	switch (libdeflate_deflate_decompress_ex(g->reader, deflated.p, deflated.n, room->p + room->n,
	    room->cap - room->n, used, &made)) {
	case LIBDEFLATE_SUCCESS:
		room->n += made;
		return OK;
	case LIBDEFLATE_INSUFFICIENT_SPACE:
		return room->cap < g->ceiling_bytes ?
		           why_set(why, E_LIMIT, "", 0, "no memory left to inflate into") :
		           why_set(why, E_LIMIT, "", 0, "inflates to more than %zu bytes", g->ceiling_bytes);
	case LIBDEFLATE_BAD_DATA:
	case LIBDEFLATE_SHORT_OUTPUT:
		break;
	}
	return why_set(why, E_SYNTAX, "RFC 1951", 0, "the compressed data is damaged or cut short");
}

/* A NUL-terminated field of the header. */
static bool take_text(str *rest, str *text)
{
	return str_cut(*rest, '\0', text, rest);
}

/* The header of one member; *rest is moved behind it. */
static bool take_head(str *rest, str *name)
{
	str unused;
	unsigned flags;

	if (rest->n < HEAD_BYTES || !gzip_is(*rest))
		return false;
	flags = byte_at(*rest, 3);
	*rest = str_skip(*rest, HEAD_BYTES);
	if (flags & RESERVED)
		return false;
	if (flags & FEXTRA) {
		size_t n = rest->n < 2 ? rest->n : 2 + byte_at(*rest, 0) + (byte_at(*rest, 1) << 8);

		if (n < 2 || n > rest->n)
			return false;
		*rest = str_skip(*rest, n);
	}
	if ((flags & FNAME) && !take_text(rest, name))
		return false;
	if ((flags & FCOMMENT) && !take_text(rest, &unused))
		return false;
	if ((flags & FHCRC) && rest->n < 2)
		return false;
	*rest = str_skip(*rest, flags & FHCRC ? 2 : 0);
	return true;
}

static err take_member(const struct gzip *g, str *rest, struct out *room, struct gzip_text *t, struct why *why)
{
	size_t start = room->n, used;
	str made, name = { 0 };

	if (!take_head(rest, &name))
		return why_set(why, E_SYNTAX, RULE, 0, "the gzip header is damaged or cut short");
	if (t->members_n == 0)
		t->name = name; /* a label: nobody opens a file of this name [RPT-6.3-a] */
	TRY(inflate(g, *rest, room, &used, why));
	*rest = str_skip(*rest, used);
	if (rest->n < TAIL_BYTES)
		return why_set(why, E_SYNTAX, RULE, 0, "cut short: the checksum is missing");
	made = (str){ room->p + start, room->n - start };
	if (u32_at(*rest, 0) != gzip_crc32(made) || u32_at(*rest, 4) != (uint32_t)made.n)
		t->bad_check = true;
	*rest = str_skip(*rest, TAIL_BYTES);
	t->members_n++;
	return OK;
}

/*
 * What ISIZE, the last four bytes, says of a file of one member.  Not believed
 * when line ends stand in its place, or when deflate cannot reach it.
 */
static bool says_too_large(const struct gzip *g, str file)
{
	char last = file.p[file.n - 1];
	uint32_t isize;

	if (file.n < HEAD_BYTES + TAIL_BYTES || last == '\n' || last == '\r')
		return false;
	isize = u32_at(file, file.n - 4);
	return isize > g->ceiling_bytes && isize / DEFLATE_RATIO <= file.n;
}

static err take_members(const struct gzip *g, str file, struct out *room, struct gzip_text *t, struct why *why)
{
	str rest = file;

	do {
		size_t at = file.n - rest.n;
		err e;

		if (t->members_n == LIMIT_GZIP_MEMBERS_N)
			return why_set(why, E_LIMIT, "", at, "more than %d gzip members", LIMIT_GZIP_MEMBERS_N);
		e = take_member(g, &rest, room, t, why);
		if (e != OK) {
			if (why)
				why->at = at;
			return e;
		}
	} while (gzip_is(rest));
	t->trailing = rest.n > 0;
	return OK;
}

err gzip_read(const struct gzip *g, str file, struct arena *mem, struct gzip_text *text, struct why *why)
{
	struct gzip_text t = { 0 };
	size_t mark = mem->used;
	struct out room;
	err e;

	if (!gzip_is(file))
		return why_set(why, E_SYNTAX, RULE, 0, "no gzip file");
	if (says_too_large(g, file)) /* [RPT-7-a] */
		return why_set(why, E_LIMIT, "", file.n - 4, "inflates to more than %zu bytes", g->ceiling_bytes);
	TRY(take_room(g, mem, &room, why));
	e = take_members(g, file, &room, &t, why);
	if (e != OK) {
		mem->used = mark;
		return e;
	}
	t.text = keep_room(mem, &room);
	*text = t;
	return OK;
}

err gzip_inflate(const struct gzip *g, str deflated, struct arena *mem, str *text, struct why *why)
{
	size_t mark = mem->used, used;
	struct out room;
	err e;

	TRY(take_room(g, mem, &room, why));
	e = inflate(g, deflated, &room, &used, why);
	if (e != OK) {
		mem->used = mark;
		return e;
	}
	*text = keep_room(mem, &room);
	return OK;
}

void gzip_write(const struct gzip *g, str text, struct out *out)
{
	size_t made = 0;

	if (!out->full)
		made = libdeflate_gzip_compress(g->writer, text.p, text.n, out->p + out->n, out->cap - out->n);
	if (made == 0)
		out->full = true;
	out->n += made;
}

size_t gzip_bound(size_t text_bytes)
{
	return libdeflate_gzip_compress_bound(NULL, text_bytes);
}
