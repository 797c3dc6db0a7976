/*
 * postfix_tls: a key reads as a canonical destination; whatever the policy, the
 * answer holds what was asked for and nothing else.
 *
 * Input: a byte of choices, a byte of room, then lines: policy domain (also
 * tried as a key), protocols, and a policy whose lines are its patterns as well.
 */
#include "wire/postfix_tls.h"

#include <stdlib.h>

#include "test/unit/postfix_answer.h"

#define MX_N 64

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t n);

static void must(bool holds)
{
	if (!holds)
		abort();
}

static void check_key(str text)
{
	struct postfix_tls_key key;
	struct why why = { 0 };
	err e = postfix_tls_key_read(text, &key, &why);

	must(e == OK || e == E_SYNTAX || e == E_LIMIT);
	must(e == OK || why.at <= text.n);
	if (e != OK)
		return;
	must(key.kind <= POSTFIX_TLS_PARENT);
	must((key.kind == POSTFIX_TLS_ADDRESS) == (key.domain.n == 0));
	must(key.domain.n == 0 || domain_check(domain_str(&key.domain), NULL) == OK);
	must(key.kind != POSTFIX_TLS_PARENT || key.port == 0);
}

/* The patterns: every line, and what stands behind "mx:" in it. */
static size_t find_patterns(str policy, str mx[MX_N])
{
	size_t n = 0;
	str line;

	while (n < MX_N && str_line(&policy, &line))
		mx[n++] = str_starts(line, S("mx:")) ? str_trim(str_skip(line, 3)) : line;
	return n;
}

static void check_answer(const struct postfix_tls *asked, size_t cap)
{
	static char text[1 << 17];
	struct out out = { text, cap, 0, false };
	struct postfix_answer answer;
	struct why why = { 0 };
	err e = postfix_tls_write(asked, &out, &why);

	must(e == OK || e == E_RULE || e == E_LIMIT);
	if (e != OK) {
		must(out.n == 0 && !out.full && why.rule);
		return;
	}
	must(!out.full && out.n > 0 && out.n + 3 < LIMIT_SOCKETMAP_REPLY_BYTES);
	must(postfix_answer_read(asked, out_done(&out), &answer));
}

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t n)
{
	struct postfix_tls asked = { 0 };
	str mx[MX_N], text;

	if (n < 2)
		return 0;
	text = (str){ (const char *)bytes + 2, n - 2 };
	asked.level = POSTFIX_TLS_SECURE;
	if (bytes[0] & 8)
		asked.level = (enum postfix_tls_level)(bytes[0] % (POSTFIX_TLS_SECURE + 1));
	asked.form = bytes[0] & 16 ? POSTFIX_TLS_FORM_STS : POSTFIX_TLS_FORM_TLSRPT;
	asked.failure = bytes[0] & 32 ? (enum result_type)(bytes[0] % 8 + 3) : RESULT_TYPE_OTHER;
	str_cut(text, '\n', &asked.domain, &text);
	str_cut(text, '\n', &asked.protocols, &text);
	asked.policy = text;
	asked.mx = mx;
	asked.mx_n = find_patterns(text, mx);
	check_key(asked.domain);
	check_answer(&asked, bytes[1] ? (size_t)bytes[1] * 4 : 1 << 17);
	return 0;
}
