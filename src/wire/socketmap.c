#include "wire/socketmap.h"

#define RULE "socketmap_table(5)"

static const str words[] = {
	[SOCKETMAP_OK] = STR("OK"),
	[SOCKETMAP_NOTFOUND] = STR("NOTFOUND"),
	[SOCKETMAP_TEMP] = STR("TEMP"),
	[SOCKETMAP_TIMEOUT] = STR("TIMEOUT"),
	[SOCKETMAP_PERM] = STR("PERM"),
};

/* The "LEN:" in front of a netstring: *head bytes that announce *n, at most max. */
static err read_length(str s, size_t max, size_t *head, size_t *n, struct why *why)
{
	size_t length = 0, i = 0;

	for (; i < s.n && str_is_digit(s.p[i]); i++) {
		if (i == 1 && s.p[0] == '0')
			return why_set(why, E_SYNTAX, RULE, 0, "the length begins with a zero");
		length = length * 10 + (size_t)(s.p[i] - '0');
		if (length > max)
			return why_set(why, E_LIMIT, RULE, 0, "a netstring of more than %zu bytes", max);
	}
	if (i == s.n)
		return why_set(why, E_MORE, RULE, i, "the length is not complete");
	if (i == 0 || s.p[i] != ':')
		return why_set(why, E_SYNTAX, RULE, i, "no netstring: a length and \":\" must come first");
	*head = i + 1;
	*n = length;
	return OK;
}

static err take(str *rest, size_t max, str *string, struct why *why)
{
	size_t head = 0, n = 0;

	TRY(read_length(*rest, max, &head, &n, why));
	if (rest->n - head < n + 1)
		return why_set(why, E_MORE, RULE, rest->n, "the netstring is not complete");
	if (rest->p[head + n] != ',')
		return why_set(why, E_SYNTAX, RULE, head + n, "no \",\" behind the netstring");
	*string = (str){ rest->p + head, n };
	*rest = str_skip(*rest, head + n + 1);
	return OK;
}

/* Two texts with a blank between them. */
static void put(str left, str right, struct out *out)
{
	out_u64(out, left.n + 1 + right.n);
	out_char(out, ':');
	out_str(out, left);
	out_char(out, ' ');
	out_str(out, right);
	out_char(out, ',');
}

err socketmap_read_request(str *rest, struct socketmap_request *request, struct why *why)
{
	str string;

	TRY(take(rest, LIMIT_SOCKETMAP_QUERY_BYTES, &string, why));
	str_cut(string, ' ', &request->map, &request->key);
	return OK;
}

err socketmap_write_reply(const struct socketmap_reply *reply, struct out *out, struct why *why)
{
	str word = words[reply->answer];

	if (reply->text.n >= LIMIT_SOCKETMAP_REPLY_BYTES - word.n - 1)
		return why_set(why, E_LIMIT, RULE, 0, "a reply of %zu bytes", reply->text.n);
	put(word, reply->text, out);
	return OK;
}

err socketmap_write_request(const struct socketmap_request *request, struct out *out, struct why *why)
{
	if (request->map.n == 0 || memchr(request->map.p, ' ', request->map.n))
		return why_set(why, E_SYNTAX, RULE, 0, "a map name is one word");
	if (request->map.n >= LIMIT_SOCKETMAP_QUERY_BYTES ||
	    request->key.n >= LIMIT_SOCKETMAP_QUERY_BYTES - request->map.n)
		return why_set(why, E_LIMIT, RULE, 0, "a request of more than %d bytes",
		    LIMIT_SOCKETMAP_QUERY_BYTES);
	put(request->map, request->key, out);
	return OK;
}

err socketmap_read_reply(str *rest, struct socketmap_reply *reply, struct why *why)
{
	str after = *rest, string, word, text;

	TRY(take(&after, LIMIT_SOCKETMAP_REPLY_BYTES - 1, &string, why));
	str_cut(string, ' ', &word, &text);
	for (size_t i = 0; i < ARRAY_N(words); i++) {
		if (!str_eq(word, words[i]))
			continue;
		*reply = (struct socketmap_reply){ (enum socketmap_answer)i, text };
		*rest = after;
		return OK;
	}
	return why_set(why, E_SYNTAX, RULE, 0, "an unknown answer");
}
