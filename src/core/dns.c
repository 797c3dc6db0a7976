#include "core/dns.h"

str dns_reason(enum dns_status status)
{
	static const str reasons[] = {
		[DNS_FOUND] = STR(""),
		[DNS_NODATA] = STR("dns-nodata"),
		[DNS_NXDOMAIN] = STR("dns-nxdomain"),
		[DNS_TIMEOUT] = STR("dns-timeout"),
		[DNS_SERVFAIL] = STR("dns-servfail"),
		[DNS_BOGUS] = STR("dns-bogus"),
		[DNS_MALFORMED] = STR("dns-malformed"),
	};

	return reasons[status];
}
