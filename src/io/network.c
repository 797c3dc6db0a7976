#include "io/network.h"

#include <arpa/inet.h>

#define TEXT_BYTES 64 /* the longest IPv6 address needs 45, its brackets two */

bool network_read_address(str text, struct network_address *address)
{
	struct network_address a = { 0 };
	char z[TEXT_BYTES];

	if (text.n >= 2 && text.p[0] == '[' && text.p[text.n - 1] == ']') {
		text = (str){ text.p + 1, text.n - 2 };
		a.n = 16;
	}
	if (text.n == 0 || text.n >= sizeof z || memchr(text.p, '\0', text.n))
		return false;
	memcpy(z, text.p, text.n);
	z[text.n] = '\0';
	if (a.n != 16 && inet_pton(AF_INET, z, a.bytes) == 1)
		a.n = 4;
	else if (inet_pton(AF_INET6, z, a.bytes) == 1)
		a.n = 16;
	else
		return false;
	*address = a;
	return true;
}

void network_write_address(const struct network_address *address, struct out *out)
{
	char z[INET6_ADDRSTRLEN];
	int family = address->n == 4 ? AF_INET : AF_INET6;

	if (address->n > 0)
		out_str(out, str_of(inet_ntop(family, address->bytes, z, sizeof z)));
}

err network_read_endpoint(str text, struct network_endpoint *endpoint, struct why *why)
{
	str ip, digits;
	bool has_port = str_cut(text, '@', &ip, &digits);
	struct network_address a;
	uint64_t wide = 0;

	if (!network_read_address(ip, &a))
		return why_set(why, E_SYNTAX, "", 0, "not an IP address: %.*s",
		    STR_ARG(str_head(ip, TEXT_BYTES)));
	if (has_port && (!str_u64(digits, UINT16_MAX, &wide) || wide == 0))
		return why_set(why, E_SYNTAX, "", ip.n + 1, "not a port: %.*s",
		    STR_ARG(str_head(digits, 16)));
	endpoint->address = a;
	if (has_port)
		endpoint->port = (uint16_t)wide;
	return OK;
}

void network_write_endpoint(const struct network_endpoint *endpoint, struct out *out)
{
	network_write_address(&endpoint->address, out);
	out_char(out, '@');
	out_u64(out, endpoint->port);
}

static bool has_prefix(const struct network_address *a, const uint8_t *prefix, unsigned bits)
{
	unsigned whole = bits / 8, rest = bits % 8;

	if (memcmp(a->bytes, prefix, whole) != 0)
		return false;
	return rest == 0 || (a->bytes[whole] ^ prefix[whole]) >> (8 - rest) == 0;
}

static bool read_network(str text, struct network *network)
{
	str ip, digits;
	bool has_bits = str_cut(text, '/', &ip, &digits);
	struct network w = { 0 };
	uint64_t bits;

	if (!network_read_address(ip, &w.address))
		return false;
	bits = w.address.n * 8u;
	if (has_bits && !str_u64(digits, bits, &bits))
		return false;
	w.bits = (uint8_t)bits;
	*network = w;
	return true;
}

static bool is_separator(char c)
{
	return c == ',' || c == '\n' || str_is_wsp(c);
}

err network_read_list(str text, struct arena *mem, struct network_list *list, struct why *why)
{
	struct network found[LIMIT_NETWORKS_N], *kept;
	size_t n = 0;

	for (size_t at = 0, end; at < text.n; at = end + 1) {
		for (end = at; end < text.n && !is_separator(text.p[end]); end++)
			;
		if (end == at)
			continue;
		if (n == LIMIT_NETWORKS_N)
			return why_set(why, E_LIMIT, "", at, "more than %d networks", LIMIT_NETWORKS_N);
		if (!read_network((str){ text.p + at, end - at }, &found[n++]))
			return why_set(why, E_SYNTAX, "", at, "not a network: %.*s",
			    STR_ARG(str_head((str){ text.p + at, end - at }, TEXT_BYTES)));
	}
	kept = arena_take_raw(mem, n, sizeof *kept);
	if (!kept)
		return why_set(why, E_LIMIT, "", 0, "no memory for %zu networks", n);
	if (n > 0)
		memcpy(kept, found, n * sizeof *kept);
	*list = (struct network_list){ kept, n };
	return OK;
}

static bool is_private_4(const struct network_address *a)
{
	static const struct {
		uint8_t prefix[4];
		unsigned bits;
	} rows[] = {
		{ { 0 }, 8 },  /* unspecified, "this network" */
		{ { 10 }, 8 }, /* RFC 1918 */
		{ { 172, 16 }, 12 },
		{ { 192, 168 }, 16 },
		{ { 100, 64 }, 10 },  /* CGNAT */
		{ { 127 }, 8 },       /* loopback */
		{ { 169, 254 }, 16 }, /* link-local */
		{ { 224 }, 4 },       /* multicast */
		{ { 255, 255, 255, 255 }, 32 },
	};

	for (size_t i = 0; i < ARRAY_N(rows); i++)
		if (has_prefix(a, rows[i].prefix, rows[i].bits))
			return true;
	return false;
}

/* An IPv4 address inside an IPv6 one. */
static bool take_carried(const struct network_address *a, struct network_address *carried)
{
	static const struct {
		uint8_t prefix[12];
		unsigned bits, at;
	} rows[] = {
		{ { 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0xff, 0xff }, 96, 12 }, /* mapped */
		{ { 0 }, 96, 12 },                                        /* compatible; :: and ::1 too */
		{ { 0, 0x64, 0xff, 0x9b }, 96, 12 },                      /* NAT64 */
		{ { 0x20, 0x02 }, 16, 2 },                                /* 6to4 */
	};

	if (a->n != 16)
		return false;
	for (size_t i = 0; i < ARRAY_N(rows); i++) {
		if (has_prefix(a, rows[i].prefix, rows[i].bits)) {
			*carried = (struct network_address){ .n = 4 };
			memcpy(carried->bytes, a->bytes + rows[i].at, 4);
			return true;
		}
	}
	return false;
}

bool network_is_loopback(const struct network_address *address)
{
	static const uint8_t one[16] = { [15] = 1 }, mapped[13] = { [10] = 0xff, [11] = 0xff, [12] = 127 };

	if (address->n == 4)
		return address->bytes[0] == 127;
	return address->n == 16 && (has_prefix(address, one, 128) || has_prefix(address, mapped, 104));
}

bool network_is_private(const struct network_address *address)
{
	static const struct {
		uint8_t prefix[2];
		unsigned bits;
	} rows[] = {
		{ { 0xfc, 0 }, 7 },     /* ULA */
		{ { 0xfe, 0x80 }, 10 }, /* link-local */
		{ { 0xfe, 0xc0 }, 10 }, /* site-local, RFC 3879 */
		{ { 0xff, 0 }, 8 },     /* multicast */
	};
	struct network_address carried;

	if (address->n == 4)
		return is_private_4(address);
	if (take_carried(address, &carried))
		return is_private_4(&carried);
	for (size_t i = 0; i < ARRAY_N(rows); i++)
		if (has_prefix(address, rows[i].prefix, rows[i].bits))
			return true;
	return false;
}

bool network_may_connect(const struct network_address *address, const struct network_list *allow)
{
	if (address->n == 0)
		return false;
	if (!network_is_private(address))
		return true;
	for (size_t i = 0; i < allow->n; i++) {
		const struct network *w = &allow->networks[i];

		if (w->address.n == address->n && has_prefix(address, w->address.bytes, w->bits))
			return true;
	}
	return false;
}
