#include "core/judge_reach.h"

#include "core/judge_text.h"
#include "wire/address.h"

static bool shows_ipv6(str ip, enum inspection_reach reach)
{
	return address_is_ipv6(ip) &&
	    (reach == INSPECTION_REACHED || reach == INSPECTION_REFUSED || reach == INSPECTION_RESET);
}

/* Some IPv6 address of this domain's hosts answered in some way. */
static bool ipv6_works(const struct inspection *i)
{
	for (size_t k = 0; k < i->fetch_n; k++)
		if (i->fetch[k].asked && shows_ipv6(i->fetch[k].ip, i->fetch[k].reach))
			return true;
	for (size_t n = 0; n < i->host_n; n++)
		for (size_t k = 0; k < i->host[n].probe_n; k++)
			if (i->host[n].probe[k].asked && shows_ipv6(i->host[n].probe[k].ip, i->host[n].probe[k].reach))
				return true;
	return false;
}

bool judge_reach_no_ipv6(const struct inspection *i, str ip, enum inspection_reach reach)
{
	return reach == INSPECTION_UNREACHABLE && address_is_ipv6(ip) && !ipv6_works(i);
}

const char *judge_reach(enum inspection_reach reach)
{
	switch (reach) {
	case INSPECTION_REFUSED:
		return "are refused";
	case INSPECTION_UNREACHABLE:
		return "find no way there";
	case INSPECTION_TIMEOUT:
		return "get no answer";
	case INSPECTION_RESET:
		return "are cut at once";
	case INSPECTION_PRIVATE:
	case INSPECTION_NOT_TRIED:
		return "were not tried";
	case INSPECTION_REACHED:
		break;
	}
	return "are answered";
}

str judge_reach_list(char room[JUDGE_REACH_BYTES], const str ip[INSPECTION_IP_N], size_t ip_n, unsigned chosen)
{
	struct out out = { .p = room, .cap = JUDGE_REACH_BYTES };
	size_t count = 0, at = 0;

	for (size_t k = 0; k < ip_n; k++)
		count += (chosen >> k) & 1;
	for (size_t k = 0; k < ip_n; k++)
		if ((chosen >> k) & 1)
			judge_text_list(&out, ip[k], at++, count, INSPECTION_IP_N);
	return out_done(&out);
}
