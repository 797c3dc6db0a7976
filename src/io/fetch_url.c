#include "io/fetch_url.h"

#include <stdlib.h>

#define PATH "/.well-known/mta-sts.txt"
#define ROOM (LIMIT_URI_BYTES + LIMIT_DOMAIN_BYTES + 32)

static void write_target(str target, struct out *url)
{
	if (!str_starts(target, S("/")))
		out_char(url, '/');
	for (size_t k = 0; k < target.n && target.n <= LIMIT_URI_BYTES; k++)
		out_char(url, target.p[k] > ' ' && target.p[k] <= '~' ? target.p[k] : '?');
}

bool fetch_url_is_clear(enum fetch_kind kind)
{
	return kind == FETCH_ISSUER || kind == FETCH_CRL;
}

/* An address as host: libcurl sends no SNI for one.  Where it connects to is not decided here. */
static void write_host(const struct fetch_request *request, const char *host, struct out *url)
{
	bool is_v6 = request->addresses_n > 0 && request->addresses[0].n == 16;

	if (!request->no_sni || request->addresses_n == 0) {
		out_str(url, str_of(host));
		return;
	}
	out_str(url, is_v6 ? S("[") : S(""));
	network_write_address(&request->addresses[0], url);
	out_str(url, is_v6 ? S("]") : S(""));
}

char *fetch_url(const struct fetch_request *request, const char *host, uint16_t port)
{
	bool clear = fetch_url_is_clear(request->kind);
	char *text = calloc(1, ROOM + 1);
	struct out url = { .p = text, .cap = ROOM };

	if (!text)
		return NULL;
	out_str(&url, clear ? S("http://") : S("https://"));
	write_host(request, host, &url);
	if (request->kind == FETCH_POLICY) {
		out_str(&url, S(PATH));
		return text;
	}
	if (port != (clear ? 80 : 443))
		out_fmt(&url, ":%u", port);
	write_target(request->target, &url);
	return text;
}
