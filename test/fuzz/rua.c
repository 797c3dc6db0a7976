/* rua: a destination holds nothing that could end an envelope or a request, and reads the same again. */
#include "wire/rua.h"

#include "base/out.h"
#include "test/fuzz/fuzz.h"

static void must_be_visible(str s)
{
	for (size_t i = 0; i < s.n; i++)
		fuzz_must(s.p[i] > 0x20 && s.p[i] < 0x7f);
}

static void mailto(const struct rua *rua)
{
	static char mem[4 * LIMIT_URI_BYTES];
	struct out out = OUT(mem);
	struct rua again;
	str address = str_of(rua->address), host = domain_str(&rua->host);

	fuzz_must(memchr(rua->address, '\0', sizeof rua->address));
	must_be_visible(address);
	fuzz_must(address.n > host.n + 1 && address.p[address.n - host.n - 1] == '@');
	fuzz_must(str_eq(str_skip(address, address.n - host.n), host));
	out_str(&out, S("mailto:"));
	for (size_t i = 0; i < address.n; i++) {
		out_char(&out, '%');
		out_hex(&out, (str){ address.p + i, 1 });
	}
	if (out.n > LIMIT_URI_BYTES)
		return;
	fuzz_must(rua_read(out_done(&out), &again, NULL) == OK);
	fuzz_must(again.kind == RUA_MAILTO && str_eq(str_of(again.address), address));
}

static void https(const struct rua *rua, str uri)
{
	static char mem[2 * LIMIT_URI_BYTES];
	struct out out = OUT(mem);
	struct rua again;

	fuzz_must(rua->port > 0 && rua->authority.n > 0);
	fuzz_must(fuzz_inside(rua->authority, uri) && fuzz_inside(rua->target, uri));
	fuzz_must(rua->target.n == 0 || rua->target.p[0] == '/' || rua->target.p[0] == '?');
	must_be_visible(rua->authority);
	must_be_visible(rua->target);
	out_str(&out, S("https://"));
	out_str(&out, rua->authority);
	out_str(&out, rua->target);
	fuzz_must(rua_read(out_done(&out), &again, NULL) == OK);
	fuzz_must(again.kind == RUA_HTTPS && again.port == rua->port);
	fuzz_must(str_eq(again.authority, rua->authority) && str_eq(again.target, rua->target));
	fuzz_must(str_eq(domain_str(&again.host), domain_str(&rua->host)));
}

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t n)
{
	str uri = { (const char *)bytes, n };
	struct rua rua;
	struct why why = { 0 };
	err e = rua_read(uri, &rua, &why), is_uri = rua_check(uri, NULL);

	if (e != OK) {
		fuzz_must(e == E_SYNTAX || e == E_RULE || e == E_LIMIT);
		fuzz_must_say_why(&why, uri);
		fuzz_must((e == E_SYNTAX) == (is_uri == E_SYNTAX));
		return 0;
	}
	fuzz_must(is_uri == OK);
	if (rua.kind == RUA_MAILTO)
		mailto(&rua);
	else
		https(&rua, uri);
	return 0;
}
