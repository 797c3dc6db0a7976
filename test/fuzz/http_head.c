/* http_head: the lines of a head; values stay within bounds and printable. */
#include "io/http_head.h"

#include "test/fuzz/fuzz.h"

static void must_be_value(str value)
{
	fuzz_must(value.n <= LIMIT_HTTP_FIELD_BYTES);
	for (size_t i = 0; i < value.n; i++)
		fuzz_must(value.p[i] >= 0x20 && value.p[i] < 0x7f);
}

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t n)
{
	static struct http_head head;
	str rest = { (const char *)bytes, n }, line;

	http_head_begin(&head);
	while (rest.n > 0) {
		const char *end = memchr(rest.p, '\n', rest.n);

		line = str_head(rest, end ? (size_t)(end - rest.p) + 1 : rest.n);
		rest = str_skip(rest, line.n);
		if (!http_head_line(&head, line))
			break;
		fuzz_must(head.status <= 999);
		must_be_value(head.content_type);
		must_be_value(head.content_encoding);
		must_be_value(head.cache_control);
		must_be_value(head.age);
		must_be_value(head.location);
	}
	fuzz_must(head.bytes <= n);
	return 0;
}
