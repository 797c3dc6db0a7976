/* carrier - what tests wrap bytes with: gzip, zip, base64. */
#ifndef TEST_CARRIER_H
#define TEST_CARRIER_H

#include "base/out.h"
#include "wire/gzip.h"

#define CARRIER_REPORT "{\"report-id\":\"%s\",\"policies\":[]}"

static inline void carrier_u16(struct out *out, unsigned v)
{
	out_char(out, (char)v);
	out_char(out, (char)(v >> 8));
}

static inline void carrier_u32(struct out *out, uint32_t v)
{
	carrier_u16(out, v & 0xffff);
	carrier_u16(out, v >> 16);
}

/* A bare deflate stream: the inside of a gzip member. */
static inline str carrier_deflate(const struct gzip *g, str text, struct out *room)
{
	gzip_write(g, text, room);
	return (str){ room->p + 10, room->n - 18 };
}

struct carrier_member {
	str name, bytes;
	bool deflated;
	unsigned flags;  /* 1: says it is encrypted */
	unsigned method; /* over the right one, when not 0 */
	int size_lie;    /* added to the size */
};

static inline void carrier_zip(const struct gzip *g, const struct carrier_member *m, size_t n, struct out *out)
{
	char central_memory[65536], deflated_memory[65536];
	struct out central = OUT(central_memory);
	uint32_t at;

	for (size_t i = 0; i < n; i++) {
		struct out deflated = OUT(deflated_memory);
		str packed = m[i].deflated ? carrier_deflate(g, m[i].bytes, &deflated) : m[i].bytes;
		unsigned method = m[i].method ? m[i].method : m[i].deflated ? 8 : 0;
		struct out *both[] = { out, &central };

		at = (uint32_t)out->n;
		for (size_t k = 0; k < 2; k++) {
			out_str(both[k], k ? S("PK\1\2\24\0") : S("PK\3\4"));
			carrier_u16(both[k], 20);
			carrier_u16(both[k], m[i].flags);
			carrier_u16(both[k], method);
			carrier_u32(both[k], 0);
			carrier_u32(both[k], gzip_crc32(m[i].bytes));
			carrier_u32(both[k], (uint32_t)packed.n);
			carrier_u32(both[k], (uint32_t)((int64_t)m[i].bytes.n + m[i].size_lie));
			carrier_u16(both[k], (unsigned)m[i].name.n);
			carrier_u16(both[k], 0);
		}
		out_str(out, m[i].name);
		out_str(out, packed);
		out_str(&central, S("\0\0\0\0\0\0\0\0\0\0"));
		carrier_u32(&central, at);
		out_str(&central, m[i].name);
	}
	at = (uint32_t)out->n;
	out_str(out, out_done(&central));
	out_str(out, S("PK\5\6\0\0\0\0"));
	carrier_u16(out, (unsigned)n);
	carrier_u16(out, (unsigned)n);
	carrier_u32(out, (uint32_t)central.n);
	carrier_u32(out, at);
	carrier_u16(out, 0);
}

/* Lines of 76 letters, CRLF. */
static inline void carrier_base64(str bytes, struct out *out)
{
	static const char letter[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";

	for (size_t i = 0; i < bytes.n; i += 3) {
		uint32_t v = 0;

		for (size_t k = 0; k < 3; k++)
			v = v << 8 | (i + k < bytes.n ? (unsigned char)bytes.p[i + k] : 0);
		for (size_t k = 0; k < 4; k++)
			out_char(out, i + k > bytes.n ? '=' : letter[v >> (18 - 6 * k) & 63]);
		if (i % 57 == 54 || i + 3 >= bytes.n)
			out_str(out, S("\r\n"));
	}
}

#endif
