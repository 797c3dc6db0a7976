/*
 * gzip - a gzip file <-> bytes, bounded.                        RFC 1952, RFC 1951
 *
 *   | 1f 8b 08 FLG MTIME XFL OS [extra] [name] [comment] | deflate | CRC-32 ISIZE |  member
 *   | ...                                                                         |  member
 *   | zeros, line ends, anything                                                  |  trailing
 *
 * A file that inflates to more than the ceiling is refused before it costs memory:
 * by its own word (ISIZE), or, where that is missing or not to be believed, by
 * wire/deflate_size.
 *
 * A gzip file cut short is refused.  A wrong checksum is only noted: the text may
 * still be read by someone who judges it.  Names in the file are labels, never paths.
 *
 * Pure but for the library's own memory, taken by gzip_open; the only file that
 * knows libdeflate.  One struct gzip serves one thread, any number of files.
 */
#ifndef WIRE_GZIP_H
#define WIRE_GZIP_H

#include "base/arena.h"
#include "base/err.h"
#include "base/limits.h"
#include "base/out.h"

enum gzip_use { GZIP_READING, GZIP_READING_AND_WRITING };

/* Zero-initialised is closed. */
struct gzip {
	void *reader;         /* the library's */
	void *writer;         /* the library's; NULL when only reading */
	size_t ceiling_bytes; /* inflated, of one file; LIMIT_REPORT_BYTES unless the owner sets it */
};

struct gzip_text {
	str text;          /* all members, one after the other; arena memory */
	str name;          /* FNAME of the first member, "" when absent; points into the file */
	size_t members_n;  /* 1 .. LIMIT_GZIP_MEMBERS_N */
	bool bad_check;    /* a CRC-32 or a size is wrong */
	bool trailing;     /* something follows the last member */
};

/* E_LIMIT: the library got no memory.  Afterwards g needs gzip_close. */
err gzip_open(struct gzip *g, enum gzip_use use, struct why *why) MUST_USE;
void gzip_close(struct gzip *g);

bool gzip_is(str file); /* begins as a gzip member does */

/*
 * Read all members of a file.
 *
 * E_SYNTAX  no gzip, damaged, or cut short (why->at: the member)
 * E_LIMIT   inflates to more than g->ceiling_bytes, more than LIMIT_GZIP_MEMBERS_N
 *           members, or mem is full
 */
err gzip_read(const struct gzip *g, str file, struct arena *mem, struct gzip_text *text,
    struct why *why) MUST_USE;

/*
 * A bare deflate stream at the head of deflated, appended to out; *used_n: its bytes.
 * E_SYNTAX as above; E_LIMIT: it does not fit in out, which stays as it was.
 */
err gzip_inflate(const struct gzip *g, str deflated, struct out *out, size_t *used_n, struct why *why) MUST_USE;

uint32_t gzip_crc32(str bytes);

/* One member without name and time; g was opened for writing.  gzip_bound: room that always suffices. */
void gzip_write(const struct gzip *g, str text, struct out *out);
size_t gzip_bound(size_t text_bytes);

#endif
