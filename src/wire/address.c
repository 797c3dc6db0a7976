#include "wire/address.h"

bool address_is_ipv4(str text)
{
	str octet;
	uint64_t v;
	size_t n = 0;
	bool more = true;

	while (more) {
		more = str_cut(text, '.', &octet, &text);
		if (!str_u64(octet, 255, &v) || (octet.n > 1 && octet.p[0] == '0'))
			return false;
		n++;
	}
	return n == 4;
}

static bool is_group(str s)
{
	for (size_t i = 0; i < s.n; i++) {
		char c = str_lower(s.p[i]);

		if (!str_is_digit(c) && (c < 'a' || c > 'f'))
			return false;
	}
	return s.n >= 1 && s.n <= 4;
}

/* Groups of 16 bits parted by ":"; an IPv4 address may stand as the last two.  -1: no. */
static int count_groups(str text, bool last)
{
	bool more = true;
	int n = 0;

	if (text.n == 0)
		return 0;
	while (more) {
		str group;

		more = str_cut(text, ':', &group, &text);
		if (is_group(group))
			n++;
		else if (last && !more && address_is_ipv4(group))
			n += 2;
		else
			return -1;
		if (n > 8)
			return -1;
	}
	return n;
}

bool address_is_ipv6(str text)
{
	size_t gap = str_find(text, S("::"));
	int before, behind;

	if (gap == text.n)
		return count_groups(text, true) == 8;
	before = count_groups(str_head(text, gap), false);
	behind = count_groups(str_skip(text, gap + 2), true);
	return before >= 0 && behind >= 0 && before + behind <= 7;
}
