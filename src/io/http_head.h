/*
 * http_head - what is kept of an HTTP response's head.             RFC 9110, RFC 9112 4, RFC 9111 5
 *
 *   HTTP/1.1 100 Continue        a head begins anew with each status line
 *   HTTP/1.1 301 Moved           status 301
 *   Location: https://...        location
 *
 * Fed line by line, as libcurl gives them.  Values are printable ASCII, cut at
 * LIMIT_HTTP_FIELD_BYTES; of a field that is repeated the last counts.  Pure.
 */
#ifndef IO_HTTP_HEAD_H
#define IO_HTTP_HEAD_H

#include "base/arena.h"
#include "base/limits.h"
#include "base/str.h"

struct http_head {
	unsigned status;      /* 0: none yet, or no number */
	str content_type;     /* "" absent, as all of them */
	str content_encoding;
	str cache_control;
	str age;
	str location;
	size_t bytes;         /* of all lines so far, earlier heads included */
	struct arena mem;
	char kept[8 * LIMIT_HTTP_FIELD_BYTES];
};

/* Nothing has come yet.  A head must stay where it is from then on. */
void http_head_begin(struct http_head *head);

/* One line with its end.  False: more than LIMIT_HTTP_HEAD_BYTES. */
bool http_head_line(struct http_head *head, str line);

#endif
