/* socketmap: what is read of a stream is written again byte for byte, and no byte less was enough for it. */
#include "wire/socketmap.h"

#include <stdlib.h>

static char text[SOCKETMAP_REPLY_BYTES];

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t n);

static void must(bool holds)
{
	if (!holds)
		abort();
}

static void check_request(str taken, const struct socketmap_request *request)
{
	struct socketmap_request none;
	struct out out = OUT(text);
	err e = socketmap_write_request(request, &out, NULL);

	must(e == OK || request->map.n == 0 || request->map.n == LIMIT_SOCKETMAP_QUERY_BYTES);
	must(e != OK || str_eq(out_done(&out), taken) || request->key.n == 0); /* without its blank */
	for (size_t cut = taken.n > 64 ? taken.n - 64 : 0; cut < taken.n; cut++) {
		str part = str_head(taken, cut);

		must(socketmap_read_request(&part, &none, NULL) == E_MORE);
	}
}

static void check_reply(str taken, const struct socketmap_reply *reply)
{
	struct out out = OUT(text);

	if (socketmap_write_reply(reply, &out, NULL) == OK)
		must(str_eq(out_done(&out), taken) || reply->text.n == 0);
	else
		must(taken.n >= LIMIT_SOCKETMAP_REPLY_BYTES);
}

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t n)
{
	str whole = { (const char *)bytes, n }, rest = whole, before = whole;
	struct socketmap_request request;
	struct socketmap_reply reply;
	struct why why = { 0 };
	err e;

	while ((e = socketmap_read_request(&rest, &request, &why)) == OK) {
		must(rest.n < before.n);
		check_request(str_head(before, before.n - rest.n), &request);
		before = rest;
	}
	must(e == E_MORE || e == E_SYNTAX || e == E_LIMIT);
	must(rest.n == before.n && why.at <= rest.n);
	must(e != E_MORE || rest.n < SOCKETMAP_REQUEST_BYTES);
	rest = before = whole;
	while ((e = socketmap_read_reply(&rest, &reply, &why)) == OK) {
		must(rest.n < before.n);
		check_reply(str_head(before, before.n - rest.n), &reply);
		before = rest;
	}
	must(e == E_MORE || e == E_SYNTAX || e == E_LIMIT);
	must(rest.n == before.n && why.at <= rest.n);
	must(e != E_MORE || rest.n < SOCKETMAP_REPLY_BYTES);
	return 0;
}
