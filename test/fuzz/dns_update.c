/* dns_update: a server's answer and a key file; an answer that was not signed is never believed. */
#include "io/dns_update.h"

#include "test/fuzz/fuzz.h"

#define NOW 1795293900

static void read_key(str text)
{
	struct dns_update_key key;
	struct why why = { 0 };
	err e = dns_update_read_key(text, &key, &why);

	fuzz_must(e == OK || e == E_SYNTAX || e == E_RULE || e == E_LIMIT);
	if (e != OK) {
		fuzz_must_say_why(&why, text);
		return;
	}
	fuzz_must(key.secret_n > 0 && key.secret_n <= DNS_UPDATE_KEY_BYTES);
	fuzz_must(key.name[0] && memchr(key.name, '\0', sizeof key.name) &&
	    memchr(key.algorithm, '\0', sizeof key.algorithm));
}

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t n)
{
	str text = { (const char *)bytes, n };
	struct dns_update_key key = { .name = "k.test", .algorithm = "hmac-sha256", .secret = "secret", .secret_n = 6 };
	struct dns_update_stamp stamp = {
		.id = n >= 2 ? (uint16_t)(bytes[0] << 8 | bytes[1]) : 0, .now = NOW, .mac = { 1 },
	};
	struct why why = { 0 };
	err e = dns_update_read(text, &key, &stamp, &why);

	fuzz_must(e == E_SYNTAX || e == E_RULE || e == E_PERM);
	fuzz_must_say_why(&why, text);
	read_key(text);
	return 0;
}
