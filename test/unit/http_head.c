#include "io/http_head.h"

#include "test/unit/unit.h"

static void heads(void **state)
{
	static const struct {
		const char *name, *lines[6];
		unsigned status;
		const char *content_type, *location, *age;
	} rows[] = {
		{ "plain", { "HTTP/1.1 200 OK\r\n", "Content-Type: text/plain\r\n", "\r\n" }, 200, "text/plain", "", "" },
		{ "no words", { "HTTP/1.1 404\r\n" }, 404, "", "", "" },
		{ "HTTP/2", { "HTTP/2 200 \r\n" }, 200, "", "", "" },
		{ "any case, no blank", { "HTTP/1.1 200 OK\n", "CONTENT-TYPE:text/html\n" }, 200, "text/html", "", "" },
		{ "twice", { "HTTP/1.1 200 OK\r\n", "Age: 1\r\n", "Age: 2\r\n" }, 200, "", "", "2" },
		{ "interim", { "HTTP/1.1 103 Hints\r\n", "Age: 1\r\n", "\r\n", "HTTP/1.1 301 Go\r\n", "Location: /x\r\n" },
		    301, "", "/x", "" },
		{ "control bytes", { "HTTP/1.1 301 Go\r\n", "Location: a\x1b[1m\xff\r\n" }, 301, "", "a?[1m?", "" },
		{ "no number", { "HTTP/1.1 2OO OK\r\n" }, 0, "", "", "" },
		{ "too large a number", { "HTTP/1.1 2000 OK\r\n" }, 0, "", "", "" },
		{ "no head", { "220 mail\r\n", "Age\r\n", ": x\r\n" }, 0, "", "", "" },
		{ "other names", { "HTTP/1.1 200 OK\r\n", "X-Age: 1\r\n", "Age : 2\r\n" }, 200, "", "", "" },
	};

	(void)state;
	for (size_t i = 0; i < ARRAY_N(rows); i++) {
		struct http_head head;

		http_head_begin(&head);
		for (size_t j = 0; j < ARRAY_N(rows[i].lines) && rows[i].lines[j]; j++)
			assert_true(http_head_line(&head, str_of(rows[i].lines[j])));
		assert_int_equal(head.status, rows[i].status);
		unit_same(head.content_type, str_of(rows[i].content_type), rows[i].name);
		unit_same(head.location, str_of(rows[i].location), rows[i].name);
		unit_same(head.age, str_of(rows[i].age), rows[i].name);
	}
}

static void limits(void **state)
{
	static char line[2 * LIMIT_HTTP_FIELD_BYTES];
	struct http_head head;
	size_t fed = 0;

	(void)state;
	memset(line, 'x', sizeof line);
	memcpy(line, "Location: ", 10);
	http_head_begin(&head);
	while (http_head_line(&head, (str){ line, sizeof line }))
		fed += sizeof line;
	assert_int_equal(fed, LIMIT_HTTP_HEAD_BYTES);
	assert_int_equal(head.location.n, LIMIT_HTTP_FIELD_BYTES);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(heads),
		cmocka_unit_test(limits),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
