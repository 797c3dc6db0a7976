#include "core/sts_fetch.h"

static const struct {
	enum result_type type;
	str reason; /* or how it begins */
} causes[] = {
	[STS_FETCH_OK] = { RESULT_TYPE_OTHER, STR("") },
	[STS_FETCH_DNS] = { RESULT_TYPE_STS_POLICY_FETCH_ERROR, STR("") },
	[STS_FETCH_CONNECT] = { RESULT_TYPE_STS_POLICY_FETCH_ERROR, STR("connect") },
	[STS_FETCH_TLS] = { RESULT_TYPE_STS_POLICY_FETCH_ERROR, STR("") },
	[STS_FETCH_CERTIFICATE] = { RESULT_TYPE_STS_WEBPKI_INVALID, STR("") },
	[STS_FETCH_TIMEOUT] = { RESULT_TYPE_STS_POLICY_FETCH_ERROR, STR("timeout") },
	[STS_FETCH_HTTP_IO] = { RESULT_TYPE_STS_POLICY_FETCH_ERROR, STR("http-io") },
	[STS_FETCH_HTTP_STATUS] = { RESULT_TYPE_STS_POLICY_FETCH_ERROR, STR("http-") },
	[STS_FETCH_BODY_TOO_LARGE] = { RESULT_TYPE_STS_POLICY_FETCH_ERROR, STR("body-too-large") },
	[STS_FETCH_POLICY_SYNTAX] = { RESULT_TYPE_STS_POLICY_INVALID, STR("policy-syntax-line-") },
	[STS_FETCH_CONTENT_TYPE] = { RESULT_TYPE_STS_POLICY_INVALID, STR("content-type") },
};

/* The media type alone counts; its parameters do not.  [STS-3.2-b] [STS-3.2-c] */
static bool is_text_plain(str content_type)
{
	str type, parameters;

	str_cut(content_type, ';', &type, &parameters);
	return str_eq_nocase(str_trim(type), S("text/plain"));
}

static unsigned line_of(str text, size_t at)
{
	unsigned line = 1;

	for (size_t i = 0; i < at && i < text.n; i++)
		line += text.p[i] == '\n';
	return line;
}

struct sts_fetch sts_fetch_check(const struct sts_fetch_reply *reply, struct arena *mem,
    struct sts_policy *policy, struct why *why)
{
	struct sts_fetch fetch = { .cause = STS_FETCH_OK };
	struct why here = { 0 };
	struct sts_policy read;
	err e = OK;

	if (reply->status != 200) { /* [STS-3.3-f] [STS-3.3-g] */
		fetch.cause = STS_FETCH_HTTP_STATUS;
		fetch.number = reply->status;
		e = why_set(&here, E_RULE, "RFC 8461 3.3", 0, "HTTP status %u", reply->status);
	} else if ((e = sts_policy_read(reply->body, STS_POLICY_SENDER, mem, &read, &here)) == E_LIMIT) {
		fetch.cause = STS_FETCH_BODY_TOO_LARGE; /* [STS-3.3-j] */
	} else if (e != OK) {
		fetch.cause = STS_FETCH_POLICY_SYNTAX;
		fetch.number = line_of(reply->body, here.at);
	} else if (!is_text_plain(reply->content_type)) {
		fetch.cause = STS_FETCH_CONTENT_TYPE;
		e = why_set(&here, E_RULE, "RFC 8461 3.2", 0, "the media type is not text/plain");
	}
	if (e == OK)
		*policy = read;
	else if (why)
		*why = here;
	return fetch;
}

enum result_type sts_fetch_type(const struct sts_fetch *fetch)
{
	return causes[fetch->cause].type;
}

static void write_first_fault(unsigned faults, struct out *out)
{
	for (unsigned i = 0; i < TLS_FAULT_CERT_N; i++) {
		if (faults & TLS_FAULT_BIT(i)) {
			out_str(out, tls_fault_cert_reason((enum tls_fault_cert)i));
			return;
		}
	}
}

void sts_fetch_write(const struct sts_fetch *fetch, struct out *out)
{
	out_str(out, causes[fetch->cause].reason);
	if (fetch->cause == STS_FETCH_DNS)
		out_str(out, dns_reason(fetch->dns));
	else if (fetch->cause == STS_FETCH_TLS)
		tls_fault_write(&fetch->tls, out);
	else if (fetch->cause == STS_FETCH_CERTIFICATE)
		write_first_fault(fetch->cert, out);
	else if (fetch->cause == STS_FETCH_HTTP_STATUS || fetch->cause == STS_FETCH_POLICY_SYNTAX)
		out_u64(out, fetch->number);
}
