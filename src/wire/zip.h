/*
 * zip - find and read the members of a zip archive.      APPNOTE.TXT 6.3 (the field's one description)
 *
 *   | local header, bytes | ... | central directory | end of central directory |
 *                                 one header a member, says where its local header is
 *
 * The central directory decides what is in the archive.  Names are labels, never
 * paths: nothing is ever written under them.  Stored and deflated members can be
 * read; the others are named with the reason why not.
 *
 * Pure; slices point into the archive or into the arena.
 */
#ifndef WIRE_ZIP_H
#define WIRE_ZIP_H

#include "wire/gzip.h"

struct zip {
	str file;
	str directory; /* what is left of the central directory */
	size_t seen_n; /* members already walked over */
};

struct zip_member {
	str name;           /* as written, any bytes */
	str packed;         /* the bytes in the archive */
	unsigned method;    /* 0 stored, 8 deflated */
	bool encrypted;
	bool zip64;         /* a size or a place stands in a zip64 field */
	uint32_t size_bytes; /* as the directory claims */
	uint32_t crc32;      /* as the directory claims */
};

bool zip_is(str file); /* begins with a local header */

/* E_SYNTAX: the end of the central directory is missing (cut short), or points outside. */
err zip_open(str file, struct zip *zip, struct why *why) MUST_USE;

/*
 * The next member.
 *
 * E_ABSENT  no more
 * E_SYNTAX  the directory is damaged; nothing can be read behind it
 * E_LIMIT   LIMIT_ZIP_MEMBERS_N members were looked at, and there are more
 */
err zip_next(struct zip *zip, struct zip_member *member, struct why *why) MUST_USE;

/*
 * The bytes of a member, bounded by gzip->ceiling_bytes and by the size that the
 * directory claims; a stored one is not copied.
 * *bad_check: the CRC-32 or the size is not what the directory claims.
 *
 * E_RULE    encrypted, zip64, or an unknown method: not for us
 * E_SYNTAX  damaged
 * E_LIMIT   over the ceiling, or mem is full
 */
err zip_read(const struct zip_member *member, const struct gzip *gzip, struct arena *mem, str *bytes,
    bool *bad_check, struct why *why) MUST_USE;

#endif
