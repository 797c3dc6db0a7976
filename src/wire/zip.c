#include "wire/zip.h"

#define RULE "APPNOTE 4.3"

#define LOCAL_BYTES 30
#define CENTRAL_BYTES 46
#define END_BYTES 22
#define COMMENT_BYTES 65535
#define LOCAL_MAGIC "PK\3\4"
#define CENTRAL_MAGIC "PK\1\2"
#define END_MAGIC "PK\5\6"
#define STORED 0
#define DEFLATED 8
#define IN_ZIP64 UINT32_MAX /* a 32-bit field that says: look in the zip64 field */

static unsigned u16_at(str s, size_t i)
{
	return (unsigned)(unsigned char)s.p[i] | (unsigned)(unsigned char)s.p[i + 1] << 8;
}

static uint32_t u32_at(str s, size_t i)
{
	return (uint32_t)u16_at(s, i) | (uint32_t)u16_at(s, i + 2) << 16;
}

bool zip_is(str file)
{
	return str_starts(file, S(LOCAL_MAGIC));
}

/* The end record stands last, before a comment of its own length.  file.n when there is none. */
static size_t find_end(str file)
{
	size_t most = END_BYTES + COMMENT_BYTES;

	if (file.n < END_BYTES)
		return file.n;
	for (size_t back = END_BYTES; back <= file.n && back <= most; back++) {
		str tail = str_skip(file, file.n - back);

		if (str_starts(tail, S(END_MAGIC)) && u16_at(tail, 20) <= back - END_BYTES)
			return file.n - back;
	}
	return file.n;
}

err zip_open(str file, struct zip *zip, struct why *why)
{
	size_t end = find_end(file);
	str tail = str_skip(file, end);
	uint32_t n, at;

	if (end == file.n)
		return why_set(why, E_SYNTAX, RULE ".16", end, "the zip archive is cut short");
	n = u32_at(tail, 12);
	at = u32_at(tail, 16);
	if (at > end || n > end - at)
		return why_set(why, E_SYNTAX, RULE ".16", end, "the zip directory is outside the archive");
	*zip = (struct zip){ .file = file, .directory = { file.p + at, n } };
	return OK;
}

/* The bytes of a member: behind its local header, which has its own lengths of name and extra field. */
static bool find_packed(str file, uint32_t at, uint32_t n, str *packed)
{
	str local = str_skip(file, at);
	size_t skip;

	if (local.n < LOCAL_BYTES || !zip_is(local))
		return false;
	skip = LOCAL_BYTES + (size_t)u16_at(local, 26) + u16_at(local, 28);
	local = str_skip(local, skip);
	if (n > local.n)
		return false;
	*packed = str_head(local, n);
	return true;
}

err zip_next(struct zip *zip, struct zip_member *member, struct why *why)
{
	struct zip_member m = { 0 };
	str head = zip->directory;
	size_t at = (size_t)(head.p - zip->file.p), name_n, n;
	uint32_t packed_n, place;

	if (head.n == 0)
		return why_set(why, E_ABSENT, "", at, "no more members");
	zip->directory = (str){ zip->file.p, 0 }; /* whatever goes wrong now, nothing is behind it */
	if (zip->seen_n == LIMIT_ZIP_MEMBERS_N)
		return why_set(why, E_LIMIT, "", at, "more than %d zip members", LIMIT_ZIP_MEMBERS_N);
	if (head.n < CENTRAL_BYTES || !str_starts(head, S(CENTRAL_MAGIC)))
		return why_set(why, E_SYNTAX, RULE ".12", at, "the zip directory is damaged");
	name_n = u16_at(head, 28);
	n = CENTRAL_BYTES + name_n + u16_at(head, 30) + u16_at(head, 32);
	if (n > head.n)
		return why_set(why, E_SYNTAX, RULE ".12", at, "the zip directory is cut short");
	m.name = str_head(str_skip(head, CENTRAL_BYTES), name_n);
	m.encrypted = u16_at(head, 8) & 1;
	m.method = u16_at(head, 10);
	m.crc32 = u32_at(head, 16);
	packed_n = u32_at(head, 20);
	m.size_bytes = u32_at(head, 24);
	place = u32_at(head, 42);
	m.zip64 = packed_n == IN_ZIP64 || m.size_bytes == IN_ZIP64 || place == IN_ZIP64;
	if (!m.zip64 && !find_packed(zip->file, place, packed_n, &m.packed))
		return why_set(why, E_SYNTAX, RULE ".7", at, "a zip member is outside the archive");
	zip->directory = str_skip(head, n);
	zip->seen_n++;
	*member = m;
	return OK;
}

err zip_read(const struct zip_member *member, const struct gzip *gzip, struct arena *mem, str *bytes,
    bool *bad_check, struct why *why)
{
	size_t mark = mem->used, used_n;
	str b = member->packed;
	struct out out;
	err e;

	if (member->encrypted)
		return why_set(why, E_RULE, "", 0, "the zip member is encrypted");
	if (member->zip64)
		return why_set(why, E_RULE, "", 0, "the zip member is of the zip64 kind");
	if (member->method != STORED && member->method != DEFLATED)
		return why_set(why, E_RULE, "", 0, "the zip member is packed by method %u", member->method);
	if (member->size_bytes > gzip->ceiling_bytes || (member->method == STORED && b.n > gzip->ceiling_bytes))
		return why_set(why, E_LIMIT, "", 0, "inflates to more than %zu bytes", gzip->ceiling_bytes);
	if (member->method == DEFLATED) {
		out = (struct out){ .p = arena_take_raw(mem, member->size_bytes, 1), .cap = member->size_bytes };
		if (!out.p)
			return why_set(why, E_LIMIT, "", 0, "no memory left to inflate into");
		e = gzip_inflate(gzip, member->packed, &out, &used_n, why);
		if (e != OK) {
			mem->used = mark;
			return e;
		}
		b = out_done(&out);
	}
	*bad_check = b.n != member->size_bytes || gzip_crc32(b) != member->crc32;
	*bytes = b;
	return OK;
}
