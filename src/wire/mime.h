/*
 * mime - walk over the leaf parts of a mail.              RFC 5322, 2045, 2046, 2231
 *
 *   [From ...]            mbox line, skipped
 *   Name: value           header block; a value may go on in lines that begin with a blank
 *                         empty line
 *   body                  leaf, or multipart: --boundary, part, --boundary, part, --boundary--
 *                               or message/rfc822: a mail again
 *
 * Tolerant, for strangers' mails: LF and CRLF, missing final boundaries, missing
 * or broken Content-Type (text/plain), a header block that ends without an empty
 * line.  Multiparts and mails deeper than LIMIT_MIME_DEPTH_N are not opened but
 * yielded as they stand.  Work is linear in the message.
 *
 * Slices point into the message, or into the arena where bytes had to be changed
 * (decoded, unfolded, lower-cased).  Nothing is decoded before it is asked for.
 * Pure.
 */
#ifndef WIRE_MIME_H
#define WIRE_MIME_H

#include "base/arena.h"
#include "base/err.h"
#include "base/limits.h"

enum mime_encoding {
	MIME_IDENTITY, /* 7bit, 8bit, binary, absent, and what we do not know */
	MIME_BASE64,
	MIME_QUOTED_PRINTABLE,
};

/* One field of a header block. */
struct mime_field {
	str raw;   /* with its line ends: what DKIM signs */
	str name;
	str value; /* folded as it stands, blanks and line ends at both ends dropped */
};

struct mime_content {
	str type;     /* "application/tlsrpt+gzip", lower case */
	str name;     /* file name, "" when none; a label, never a path */
	str boundary; /* "" when none */
	enum mime_encoding encoding;
};

struct mime_part {
	struct mime_content content;
	str header; /* raw, without the empty line */
	str raw;    /* the body as it stands in the message */
};

struct mime_level {
	str boundary; /* "" for a mail inside the mail: it ends where its part ends */
	bool digest;  /* parts without a type are mails, RFC 2046 5.1.5 */
};

struct mime {
	str header; /* the mail's own header block, raw, without the empty line */
	str body;   /* what follows it */
	bool too_deep; /* something was not opened */
	str rest;
	struct arena *mem;
	struct mime_level level[LIMIT_MIME_DEPTH_N];
	unsigned level_n;
	size_t parts_n;
	bool at_head; /* rest begins with a header block */
};

/* E_LIMIT: the header block is longer than LIMIT_MIME_HEADER_BYTES. */
err mime_open(str message, struct arena *mem, struct mime *mime, struct why *why) MUST_USE;

/*
 * The next leaf part.
 *
 * E_ABSENT  no more
 * E_LIMIT   more than LIMIT_MIME_PARTS_N parts, a header block that is too long,
 *           or mem is full; the walk ends here
 */
err mime_next(struct mime *mime, struct mime_part *part, struct why *why) MUST_USE;

/* The body of a part, decoded: part->raw itself for MIME_IDENTITY.  E_LIMIT: mem is full. */
err mime_body(const struct mime_part *part, struct arena *mem, str *body, struct why *why) MUST_USE;

/* Take the first field of a header block; false when it does not begin with one. */
bool mime_field_next(str *header, struct mime_field *field);

/* The value of the first field of that name, unfolded.  E_ABSENT, or E_LIMIT: mem is full. */
err mime_field_find(str header, str name, struct arena *mem, str *value, struct why *why) MUST_USE;

/* What a header block says about the body behind it.  E_LIMIT: mem is full. */
err mime_field_content(str header, bool in_digest, struct arena *mem, struct mime_content *content,
    struct why *why) MUST_USE;

#endif
