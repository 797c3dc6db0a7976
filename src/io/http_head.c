#include "io/http_head.h"

#include "base/err.h"

static void forget(struct http_head *head)
{
	head->status = 0;
	head->content_type = head->content_encoding = S("");
	head->cache_control = head->age = head->location = S("");
	head->mem = ARENA(head->kept);
}

void http_head_begin(struct http_head *head)
{
	forget(head);
	head->bytes = 0;
}

static str *field_of(struct http_head *head, str name)
{
	const struct {
		str name;
		str *value;
	} fields[] = {
		{ STR("content-type"), &head->content_type },
		{ STR("content-encoding"), &head->content_encoding },
		{ STR("cache-control"), &head->cache_control },
		{ STR("age"), &head->age },
		{ STR("location"), &head->location },
	};

	for (size_t i = 0; i < ARRAY_N(fields); i++)
		if (str_eq_nocase(name, fields[i].name))
			return fields[i].value;
	return NULL;
}

static void keep_field(struct http_head *head, str line)
{
	str name, value, *field;
	char *kept;

	if (!str_cut(line, ':', &name, &value))
		return;
	field = field_of(head, name);
	value = str_head(str_trim(value), LIMIT_HTTP_FIELD_BYTES);
	kept = field ? arena_take_raw(&head->mem, value.n, 1) : NULL;
	if (!kept)
		return; /* a field repeated over and over: the first ones do */
	for (size_t i = 0; i < value.n; i++)
		kept[i] = value.p[i] >= 0x20 && value.p[i] < 0x7f ? value.p[i] : '?';
	*field = (str){ kept, value.n };
}

bool http_head_line(struct http_head *head, str line)
{
	str version, rest, number;
	uint64_t status = 0;

	head->bytes += line.n;
	if (head->bytes > LIMIT_HTTP_HEAD_BYTES)
		return false;
	while (line.n > 0 && (line.p[line.n - 1] == '\n' || line.p[line.n - 1] == '\r'))
		line.n--;
	if (!str_starts(line, S("HTTP/"))) {
		keep_field(head, line);
		return true;
	}
	forget(head);
	(void)str_cut(line, ' ', &version, &rest);
	(void)str_cut(str_trim(rest), ' ', &number, &rest);
	if (str_u64(number, 999, &status))
		head->status = (unsigned)status;
	return true;
}
