/* session: what is read and written is the same session when it is read again, and then the same bytes. */
#include "wire/session.h"

#include <stdlib.h>

static char first_mem[1 << 22], second_mem[1 << 22], first_text[1 << 20], second_text[1 << 20];

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t n);

static void must(bool holds)
{
	if (!holds)
		abort();
}

static bool inside(str part, str whole)
{
	return part.n == 0 || (part.p >= whole.p && part.p + part.n <= whole.p + whole.n);
}

static void check_policy(const struct session_policy *a, const struct session_policy *b)
{
	must(a->type == b->type && a->failed == b->failed && !b->result_odd);
	must(a->policy_string_n == b->policy_string_n && a->mx_host_n == b->mx_host_n);
	must(a->failure_n == b->failure_n && a->failure_n <= LIMIT_SESSION_FAILURES_N);
	for (size_t i = 0; i < a->mx_host_n; i++)
		must(str_eq(a->mx_host[i], b->mx_host[i]));
	for (size_t i = 0; i < a->failure_n; i++) {
		str whole = a->failure[i].receiving_mx_helo, helo = session_helo(whole);

		must(a->failure[i].number == b->failure[i].number);
		must(a->failure[i].type == b->failure[i].type);
		must(str_eq(a->failure[i].failure_reason_code, b->failure[i].failure_reason_code));
		must(!a->failure[i].receiving_ip.p == !b->failure[i].receiving_ip.p);
		must(inside(helo, whole) && (helo.n == 0 || !memchr(helo.p, '\n', helo.n)));
	}
}

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t n)
{
	str text = { (const char *)bytes, n }, written;
	struct arena mem = ARENA(first_mem), again_mem = ARENA(second_mem);
	struct out out = OUT(first_text);
	struct session session, again;
	struct why why = { 0 };
	err e = session_read(text, &mem, &session, &why);

	must(e == OK || e == E_SYNTAX || e == E_RULE || e == E_LIMIT);
	must(e == OK || (why.rule && why.at <= n && memchr(why.text, '\0', sizeof why.text)));
	if (e != OK)
		return 0;
	must(session.policy_n > 0 && session.policy_n <= LIMIT_SESSION_POLICIES_N && session.domain.n > 0);
	session_write(&session, &out);
	written = out_done(&out);
	if (out.full || written.n > LIMIT_DATAGRAM_BYTES)
		return 0;
	must(session_read(written, &again_mem, &again, &why) == OK);
	must(!again.version_odd && again.policy_n == session.policy_n);
	must(str_eq(again.domain, session.domain) && str_eq(again.record, session.record));
	for (size_t i = 0; i < session.policy_n; i++)
		check_policy(&session.policy[i], &again.policy[i]);
	out = OUT(second_text);
	session_write(&again, &out);
	must(str_eq(out_done(&out), written));
	return 0;
}
