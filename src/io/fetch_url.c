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

char *fetch_url(const struct fetch_request *request, const char *host, uint16_t port)
{
	bool clear = request->kind == FETCH_ISSUER || request->kind == FETCH_CRL;
	char *text = calloc(1, ROOM + 1);
	struct out url = { .p = text, .cap = ROOM };

	if (!text)
		return NULL;
	out_str(&url, clear ? S("http://") : S("https://"));
	out_str(&url, str_of(host));
	if (request->kind == FETCH_POLICY) {
		out_str(&url, S(PATH));
		return text;
	}
	if (port != (clear ? 80 : 443))
		out_fmt(&url, ":%u", port);
	write_target(request->target, &url);
	return text;
}
