#include "wire/gzip.h"

#include <libdeflate.h>

#include "wire/deflate_size.h"

#define RULE "RFC 1952 2.3"

#define DAMAGED "the compressed data is damaged or cut short"

#define HEAD_BYTES 10
#define TAIL_BYTES 8
#define LEVEL 6             /* what gzip(1) takes; more costs time and saves 2 % */
#define DEFLATE_RATIO 1032  /* RFC 1951: 258 bytes out of two bits is the most */
#define BELIEVED 1048576    /* a file's own word up to here: a lie costs no more than this */

enum flag { FHCRC = 2, FEXTRA = 4, FNAME = 8, FCOMMENT = 16, RESERVED = 0xe0 };

static unsigned byte_at(str s, size_t i)
{
	return (unsigned char)s.p[i];
}

static uint32_t u32_at(str s, size_t i)
{
	return (uint32_t)byte_at(s, i) | (uint32_t)byte_at(s, i + 1) << 8 |
	       (uint32_t)byte_at(s, i + 2) << 16 | (uint32_t)byte_at(s, i + 3) << 24;
}

err gzip_open(struct gzip *g, enum gzip_use use, struct why *why)
{
	struct gzip opened = { .ceiling_bytes = LIMIT_REPORT_BYTES };

	opened.reader = libdeflate_alloc_decompressor();
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

static err too_large(const struct gzip *g, struct why *why)
{
	return why_set(why, E_LIMIT, "", 0, "inflates to more than %zu bytes", g->ceiling_bytes);
}

err gzip_inflate(const struct gzip *g, str deflated, struct out *out, size_t *used_n, struct why *why)
{
	size_t made_n;

	switch (libdeflate_deflate_decompress_ex(g->reader, deflated.p, deflated.n, out->p + out->n,
	    out->cap - out->n, used_n, &made_n)) {
	case LIBDEFLATE_SUCCESS:
		out->n += made_n;
		return OK;
	case LIBDEFLATE_INSUFFICIENT_SPACE:
		return why_set(why, E_LIMIT, "", 0, "inflates to more than was said");
	case LIBDEFLATE_BAD_DATA:
	case LIBDEFLATE_SHORT_OUTPUT:
		break;
	}
	return why_set(why, E_SYNTAX, "RFC 1951", 0, DAMAGED);
}

/* A walk over the members of a file. */
struct walk {
	str file, rest;
	size_t members_n;
};

static size_t at(const struct walk *w)
{
	return w->file.n - w->rest.n;
}

/* Move behind the header; *name is FNAME, "" when absent.  False: damaged or cut short. */
static bool skip_head(str *rest, str *name)
{
	str unused;
	unsigned flags;

	*name = (str){ 0 };
	if (rest->n < HEAD_BYTES || !gzip_is(*rest))
		return false;
	flags = byte_at(*rest, 3);
	*rest = str_skip(*rest, HEAD_BYTES);
	if (flags & RESERVED)
		return false;
	if (flags & FEXTRA) {
		size_t n = rest->n < 2 ? SIZE_MAX : 2 + byte_at(*rest, 0) + (byte_at(*rest, 1) << 8);

		if (n > rest->n)
			return false;
		*rest = str_skip(*rest, n);
	}
	if ((flags & FNAME) && !str_cut(*rest, '\0', name, rest))
		return false;
	if ((flags & FCOMMENT) && !str_cut(*rest, '\0', &unused, rest))
		return false;
	if ((flags & FHCRC) && rest->n < 2)
		return false;
	*rest = str_skip(*rest, flags & FHCRC ? 2 : 0);
	return true;
}

static err take_head(struct walk *w, str *name, struct why *why)
{
	size_t start = at(w);

	if (w->members_n == LIMIT_GZIP_MEMBERS_N)
		return why_set(why, E_LIMIT, "", start, "more than %d gzip members", LIMIT_GZIP_MEMBERS_N);
	w->members_n++;
	if (!skip_head(&w->rest, name))
		return why_set(why, E_SYNTAX, RULE, start, "the gzip header is damaged or cut short");
	return OK;
}

/* CRC-32 and ISIZE behind the used_n bytes of deflate. */
static err take_tail(struct walk *w, size_t used_n, uint32_t *crc32, uint32_t *isize, struct why *why)
{
	w->rest = str_skip(w->rest, used_n);
	if (w->rest.n < TAIL_BYTES)
		return why_set(why, E_SYNTAX, RULE, at(w), "cut short: the checksum is missing");
	*crc32 = u32_at(w->rest, 0);
	*isize = u32_at(w->rest, 4);
	w->rest = str_skip(w->rest, TAIL_BYTES);
	return OK;
}

/* What all members inflate to, without inflating them. */
static err measure(const struct gzip *g, str file, size_t *size, struct why *why)
{
	struct walk w = { .file = file, .rest = file };
	size_t sum = 0, n = 0, used_n = 0;
	uint32_t crc32, isize;
	str name;
	err e;

	do {
		TRY(take_head(&w, &name, why));
		e = deflate_size(w.rest, g->ceiling_bytes - sum, &n, &used_n);
		if (e == E_LIMIT)
			return too_large(g, why);
		if (e != OK)
			return why_set(why, e, "RFC 1951", at(&w), DAMAGED);
		sum += n;
		TRY(take_tail(&w, used_n, &crc32, &isize, why));
	} while (gzip_is(w.rest));
	*size = sum;
	return OK;
}

static err inflate_members(const struct gzip *g, str file, struct out *out, struct gzip_text *text,
    struct why *why)
{
	struct walk w = { .file = file, .rest = file };
	struct gzip_text t = { 0 };
	uint32_t crc32, isize;
	size_t used_n = 0;
	str name;

	do {
		size_t start = out->n;
		str made;

		TRY(take_head(&w, &name, why));
		if (w.members_n == 1)
			t.name = name; /* a label: nobody opens a file of this name [RPT-6.3-a] */
		TRY(gzip_inflate(g, w.rest, out, &used_n, why));
		TRY(take_tail(&w, used_n, &crc32, &isize, why));
		made = (str){ out->p + start, out->n - start };
		t.bad_check |= crc32 != gzip_crc32(made) || isize != (uint32_t)made.n;
	} while (gzip_is(w.rest));
	t.text = out_done(out);
	t.members_n = w.members_n;
	t.trailing = w.rest.n > 0;
	*text = t;
	return OK;
}

/* Inflate into size bytes of the arena: E_LIMIT when that is too little, or the arena is. */
static err inflate_into(const struct gzip *g, str file, size_t size, struct arena *mem, struct gzip_text *text,
    struct why *why)
{
	size_t mark = mem->used;
	struct out out = { .p = arena_take_raw(mem, size, 1), .cap = size };
	err e;

	if (!out.p)
		return why_set(why, E_LIMIT, "", 0, "no memory left to inflate into");
	e = inflate_members(g, file, &out, text, why);
	if (e != OK)
		mem->used = mark;
	return e;
}

/*
 * Is it too large by its own word?  ISIZE of a file of one member are its last
 * four bytes.  Not believed when line ends stand there, or when deflate cannot
 * reach it.
 */
static bool says_too_large(const struct gzip *g, str file, uint32_t isize)
{
	char last = file.p[file.n - 1];

	return last != '\n' && last != '\r' && isize > g->ceiling_bytes && isize / DEFLATE_RATIO <= file.n;
}

err gzip_read(const struct gzip *g, str file, struct arena *mem, struct gzip_text *text, struct why *why)
{
	uint32_t isize;
	size_t size = 0;
	err e;

	if (!gzip_is(file))
		return why_set(why, E_SYNTAX, RULE, 0, "no gzip file");
	if (file.n < HEAD_BYTES + TAIL_BYTES)
		return why_set(why, E_SYNTAX, RULE, file.n, "the gzip file is cut short");
	isize = u32_at(file, file.n - 4);
	if (says_too_large(g, file, isize)) /* [RPT-7-a] */
		return too_large(g, why);
	if (isize <= BELIEVED && isize <= g->ceiling_bytes) {
		e = inflate_into(g, file, isize, mem, text, why);
		if (e != E_LIMIT)
			return e;
	}
	/* several members, bytes behind the last, a large report, or a lie */
	TRY(measure(g, file, &size, why));
	return inflate_into(g, file, size, mem, text, why);
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
