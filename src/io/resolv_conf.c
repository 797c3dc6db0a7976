#include "io/resolv_conf.h"

#include <stdio.h>
#include <stdlib.h>

#include "io/file.h"

#define PORT 53
#define FILE_BYTES 65536

static bool is_blank(char c)
{
	return str_is_wsp(c) || c == '\n' || c == '\r';
}

/* The next word, up to a blank or, with commas, one of them.  False: none is left. */
static bool next_word(str *rest, bool commas, str *word)
{
	size_t at = 0, end;

	while (at < rest->n && (is_blank(rest->p[at]) || (commas && rest->p[at] == ',')))
		at++;
	for (end = at; end < rest->n && !is_blank(rest->p[end]) && !(commas && rest->p[end] == ','); end++)
		;
	*word = (str){ rest->p + at, end - at };
	*rest = str_skip(*rest, end);
	return word->n > 0;
}

err resolv_conf_read_list(str text, struct network_endpoint *at, size_t *n, struct why *why)
{
	struct network_endpoint found[LIMIT_NAMESERVERS_N];
	str rest = text, word;
	size_t found_n = 0;

	while (next_word(&rest, true, &word)) {
		if (found_n == LIMIT_NAMESERVERS_N)
			return why_set(why, E_LIMIT, "", 0, "more than %d name servers", LIMIT_NAMESERVERS_N);
		found[found_n].port = PORT;
		TRY(network_read_endpoint(word, &found[found_n++], why));
	}
	if (found_n == 0)
		return why_set(why, E_SYNTAX, "", 0, "no name server is named");
	memcpy(at, found, found_n * sizeof *at);
	*n = found_n;
	return OK;
}

void resolv_conf_read(str text, struct network_endpoint *at, size_t *n)
{
	str line, word;

	*n = 0;
	while (*n < LIMIT_NAMESERVERS_N && str_line(&text, &line)) {
		if (!next_word(&line, false, &word) || !str_eq(word, S("nameserver")) ||
		    !next_word(&line, false, &word))
			continue;
		if (network_read_address(word, &at[*n].address))
			at[(*n)++].port = PORT;
	}
}

void resolv_conf_load(const char *path, struct network_endpoint *at, size_t *n)
{
	size_t cap = 4 * FILE_BYTES;
	struct arena mem = { malloc(cap), cap, 0 };
	str text;

	*n = 0;
	if (mem.base && file_read(path ? path : "/etc/resolv.conf", FILE_BYTES, &mem, &text, NULL) == OK)
		resolv_conf_read(text, at, n);
	free(mem.base);
	if (*n > 0)
		return;
	at[0] = (struct network_endpoint){ { 4, { 127, 0, 0, 1 } }, PORT };
	*n = 1;
}
