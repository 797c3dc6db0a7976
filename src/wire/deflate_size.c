#include "wire/deflate_size.h"

#define CODE_BITS 15     /* the longest code */
#define SYMBOLS_N 288    /* literals and lengths; distances need 30 */
#define END_OF_BLOCK 256
#define NONE UINT32_MAX

struct bits {
	str in;
	size_t at;      /* next byte of in */
	uint64_t held;  /* the next bit lowest */
	unsigned held_n;
	bool short_of;  /* more was asked for than there is */
};

/* A canonical code, RFC 1951 3.2.2: the symbols in the order of their codes. */
struct code {
	uint16_t count[CODE_BITS + 1]; /* codes of each length */
	uint16_t symbol[SYMBOLS_N];
	bool single; /* one symbol or none: it costs one bit, whichever */
};

static void fill(struct bits *b)
{
	while (b->held_n <= 56 && b->at < b->in.n) {
		b->held |= (uint64_t)(unsigned char)b->in.p[b->at++] << b->held_n;
		b->held_n += 8;
	}
}

static void drop(struct bits *b, unsigned n)
{
	b->short_of |= n > b->held_n;
	b->held >>= n;
	b->held_n = n < b->held_n ? b->held_n - n : 0;
}

static uint32_t take(struct bits *b, unsigned n)
{
	uint32_t v;

	fill(b);
	v = (uint32_t)(b->held & ((1u << n) - 1));
	drop(b, n);
	return v;
}

/* False when there are more codes than bits can tell apart. */
static bool build(struct code *c, const unsigned char *length, unsigned n)
{
	uint16_t next[CODE_BITS + 1] = { 0 };
	int32_t left = 1;

	memset(c->count, 0, sizeof c->count);
	for (unsigned i = 0; i < n; i++)
		c->count[length[i]]++;
	c->single = c->count[0] + 1 >= (int)n;
	c->count[0] = 0;
	for (unsigned i = 1; i <= CODE_BITS; i++) {
		left = left * 2 - c->count[i];
		if (left < 0)
			return false;
		next[i] = (uint16_t)(next[i - 1] + c->count[i - 1]);
	}
	c->symbol[0] = 0;
	for (unsigned i = 0; i < n; i++)
		if (length[i] > 0)
			c->symbol[next[length[i]]++] = (uint16_t)i;
	return true;
}

/* NONE when no symbol has that code. */
static uint32_t take_symbol(struct bits *b, const struct code *c)
{
	uint32_t code = 0, first = 0, before = 0;
	uint64_t held;

	fill(b);
	if (c->single) {
		drop(b, 1);
		return c->symbol[0];
	}
	held = b->held;
	for (unsigned n = 1; n <= CODE_BITS; n++) {
		code |= held & 1;
		held >>= 1;
		if (code < first + c->count[n]) {
			drop(b, n);
			return c->symbol[before + code - first];
		}
		before += c->count[n];
		first = (first + c->count[n]) << 1;
		code <<= 1;
	}
	return NONE;
}

/* RFC 1951 3.2.6 */
static bool fixed_codes(struct code *literal, struct code *distance)
{
	unsigned char length[SYMBOLS_N];

	memset(length, 8, 144);
	memset(length + 144, 9, 112);
	memset(length + 256, 7, 24);
	memset(length + 280, 8, 8);
	if (!build(literal, length, SYMBOLS_N))
		return false;
	memset(length, 5, 32);
	return build(distance, length, 32);
}

/* RFC 1951 3.2.7 */
static bool dynamic_codes(struct bits *b, struct code *literal, struct code *distance)
{
	static const unsigned char order[19] = { 16, 17, 18, 0, 8, 7, 9, 6, 10, 5, 11, 4, 12, 3, 13, 2, 14, 1,
		15 };
	unsigned literal_n = take(b, 5) + 257, distance_n = take(b, 5) + 1, lengths_n = take(b, 4) + 4;
	unsigned char length[SYMBOLS_N + 32] = { 0 };
	unsigned i = 0;

	if (literal_n > SYMBOLS_N)
		return false;
	for (unsigned k = 0; k < lengths_n; k++)
		length[order[k]] = (unsigned char)take(b, 3);
	if (!build(literal, length, 19))
		return false;
	memset(length, 0, 19);
	while (i < literal_n + distance_n) {
		uint32_t symbol = take_symbol(b, literal);
		unsigned again = symbol < 16 ? 1 : symbol == 16 ? 3 + take(b, 2) :
		                 symbol == 17 ? 3 + take(b, 3) : 11 + take(b, 7);

		if (b->short_of || symbol == NONE || (symbol == 16 && i == 0))
			return false;
		again = again < literal_n + distance_n - i ? again : literal_n + distance_n - i;
		memset(length + i, symbol < 16 ? (int)symbol : symbol == 16 ? length[i - 1] : 0, again);
		i += again;
	}
	return build(literal, length, literal_n) && build(distance, length + literal_n, distance_n);
}

/*
 * RFC 1951 3.2.5: length and distance have extra bits after their symbol.  The
 * symbols that never occur there count as the last that does, as for the library.
 */
static bool add_codes(struct bits *b, const struct code *literal, const struct code *distance, size_t most,
    size_t *size)
{
	static const unsigned char base[28] = { 3, 4, 5, 6, 7, 8, 9, 10, 11, 13, 15, 17, 19, 23, 27, 31, 35, 43,
		51, 59, 67, 83, 99, 115, 131, 163, 195, 227 };
	uint32_t symbol;

	while (!b->short_of && *size <= most) {
		symbol = take_symbol(b, literal);
		if (symbol == END_OF_BLOCK)
			return !b->short_of;
		if (symbol < END_OF_BLOCK) {
			++*size;
			continue;
		}
		if (symbol == NONE)
			return false;
		symbol -= END_OF_BLOCK + 1;
		*size += symbol >= 28 ? 258 : base[symbol] + take(b, symbol < 8 ? 0 : symbol / 4 - 1);
		symbol = take_symbol(b, distance);
		if (symbol == NONE)
			return false;
		fill(b);
		drop(b, symbol < 4 ? 0 : symbol < 30 ? symbol / 2 - 1 : 13);
	}
	return !b->short_of;
}

/* RFC 1951 3.2.4: on a byte boundary, LEN and its complement, bytes */
static bool add_stored(struct bits *b, size_t *size)
{
	uint32_t n, complement;

	drop(b, b->held_n % 8);
	n = take(b, 16);
	complement = take(b, 16);
	b->at -= b->held_n / 8;
	b->held = b->held_n = 0;
	if (b->short_of || (n ^ complement) != 0xffff || n > b->in.n - b->at)
		return false;
	b->at += n;
	*size += n;
	return true;
}

err deflate_size(str deflated, size_t most, size_t *size, size_t *used_n)
{
	struct bits b = { .in = deflated };
	struct code literal, distance;
	uint32_t last = 0;
	size_t n = 0;

	while (!last) {
		uint32_t kind;
		bool right;

		last = take(&b, 1);
		kind = take(&b, 2);
		if (kind == 0)
			right = add_stored(&b, &n);
		else
			right = (kind == 1 ? fixed_codes(&literal, &distance) :
			                     kind == 2 && dynamic_codes(&b, &literal, &distance)) &&
			        add_codes(&b, &literal, &distance, most, &n);
		if (!right || b.short_of)
			return E_SYNTAX;
		if (n > most)
			return E_LIMIT;
	}
	*size = n;
	*used_n = b.at - b.held_n / 8;
	return OK;
}
