/*
 * report_find - find the TLSRPT reports in bytes of unknown kind.   RFC 8460 section 5
 *
 *   { ... }               JSON: the report itself
 *   1f 8b                 gzip of any of these
 *   PK 3 4                zip of any of these
 *   Name: value           mail: parts with any of these
 *
 * What bytes are is seen from the bytes; media types and file names only say
 * where to look, and in which order: parts of type application/tlsrpt first.
 * Other parts and the members of a zip count when their JSON has "policies" in it;
 * text for humans never counts.  The same text is yielded once.
 *
 * Carriers stand inside one another at most LIMIT_CARRIER_DEPTH_N deep; one report
 * has at most gzip->ceiling_bytes, all that is unpacked of one input at most
 * LIMIT_CARRIER_BYTES.  Whether a text is a report is for wire/report to say.
 *
 * Pure; slices point into the input, or into the arena.  The owner of the arena
 * may take from it between two calls, but not give back.
 */
#ifndef WIRE_REPORT_FIND_H
#define WIRE_REPORT_FIND_H

#include "wire/mime.h"
#include "wire/zip.h"

enum report_find_kind {
	REPORT_FIND_OTHER,
	REPORT_FIND_JSON,
	REPORT_FIND_GZIP,
	REPORT_FIND_ZIP,
	REPORT_FIND_MAIL,
};

#define REPORT_FIND_WARNINGS_N 4

/* One report's text, and where it was. */
struct report_find_hit {
	str json;
	str type; /* media type of the part, lower case; "" when no mail was around it */
	str name; /* file name of the part, or of the member of a zip; a label, never a path; "" when none */
	/*
	 * "content-type:TYPE"   not one of the two types of RFC 8460
	 * "bad-gzip" "bad-zip"  checksum or size are wrong
	 * "gzip-trailing-data"  bytes behind the last gzip member
	 */
	str warning[REPORT_FIND_WARNINGS_N];
	size_t warning_n;
};

/* Something that may be or hold a report. */
struct report_find_piece {
	str bytes;
	str type;
	str name;
	bool sure;    /* its place says it is a report: the input itself, or a part of the right type */
	bool typed;   /* the type is right, or there is none to be wrong */
	unsigned odd; /* warnings gathered on the way */
	unsigned depth;
	size_t mark; /* of the arena, before the bytes were made */
};

/* A carrier whose contents are being walked over. */
struct report_find_level {
	enum report_find_kind kind;
	struct report_find_piece piece;
	struct mime mime;
	struct zip zip;
	bool others_seen; /* mail: there are parts of other types that may be reports */
	bool others;      /* mail: second walk, for these */
};

struct report_find {
	enum report_find_kind kind; /* of the input, after the first call; OTHER is "not-a-mail" */
	const struct gzip *gzip;
	struct arena *mem;
	size_t left_bytes; /* that may still be unpacked */
	struct report_find_piece input;
	bool begun;
	bool too_deep; /* parts nested too deep were not opened */
	struct report_find_level level[LIMIT_CARRIER_DEPTH_N];
	unsigned level_n;
	str hit[LIMIT_REPORTS_N];
	uint32_t hit_crc32[LIMIT_REPORTS_N];
	size_t hit_n;
};

/* gzip and mem must live as long as the walk. */
void report_find_open(struct report_find *find, str bytes, const struct gzip *gzip, struct arena *mem);

/*
 * The next report.  After E_SYNTAX, E_RULE and E_LIMIT the walk may go on: they
 * speak of one carrier or part, and each call gets nearer to E_ABSENT.
 *
 * E_ABSENT  no more
 * E_SYNTAX  a gzip or zip is damaged or cut short; a part of a report's type holds no report
 * E_RULE    a zip member that we do not read: encrypted, zip64, unknown method
 * E_LIMIT   over a ceiling, or mem is full
 */
err report_find_next(struct report_find *find, struct report_find_hit *hit, struct why *why) MUST_USE;

#endif
