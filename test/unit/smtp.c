#include "wire/smtp.h"

#include "base/out.h"
#include "test/unit/unit.h"

#define HELLO "220 mx.example.com ESMTP\r\n"
#define OFFER "250-mx.example.com Hello\r\n250-SIZE 1000\r\n250 STARTTLS\r\n"
#define PLAIN "250-mx.example.com\r\n250 SIZE 1000\r\n"
#define AFTER "250-mx.example.com\r\n250 REQUIRETLS\r\n"

struct end {
	struct smtp m;
	char sent[1024]; /* what we wrote; <TLS> where the handshake was */
	size_t handshakes;
};

/* Everything the server will say, one reply after the other; step bytes at a time. */
static void talk(const struct smtp_plan *plan, str server, size_t step, struct end *e)
{
	struct out sent = OUT(e->sent);

	*e = (struct end){ 0 };
	assert_int_equal(smtp_start(&e->m, plan, NULL), OK);
	while (e->m.want != SMTP_DONE) {
		if (e->m.want == SMTP_WRITE) {
			out_str(&sent, smtp_to_write(&e->m));
			smtp_written(&e->m);
		} else if (e->m.want == SMTP_TLS) {
			out_str(&sent, S("<TLS>"));
			smtp_secured(&e->m, false);
		} else if (server.n == 0) {
			smtp_lost(&e->m);
		} else {
			str piece = str_head(server, step);
			size_t n = piece.n;

			smtp_read(&e->m, &piece);
			server = str_skip(server, n - piece.n);
		}
	}
	out_char(&sent, '\0');
	assert_false(sent.full);
}

static void dialogues(void **state)
{
	static const struct {
		const char *name;
		struct smtp_plan plan;
		str server;
		const char *sent;
		enum smtp_fault fault;
		enum smtp_phase phase;
	} rows[] = {
		{ "good", { 0 }, STR(HELLO OFFER "220 go\r\n" AFTER "221 bye\r\n"),
			"EHLO me\r\nSTARTTLS\r\n<TLS>EHLO me\r\nQUIT\r\n", SMTP_FAULT_NONE, SMTP_PHASE_QUIT },
		{ "no STARTTLS", { 0 }, STR(HELLO PLAIN "221 bye\r\n"), "EHLO me\r\nQUIT\r\n",
			SMTP_FAULT_NONE, SMTP_PHASE_QUIT },
		{ "no STARTTLS, asked again", { .again = true }, STR(HELLO PLAIN PLAIN "221 bye\r\n"),
			"EHLO me\r\nEHLO me\r\nQUIT\r\n", SMTP_FAULT_NONE, SMTP_PHASE_QUIT },
		{ "late STARTTLS", { .again = true }, STR(HELLO PLAIN OFFER "220 go\r\n" AFTER "221 bye\r\n"),
			"EHLO me\r\nEHLO me\r\nSTARTTLS\r\n<TLS>EHLO me\r\nQUIT\r\n", SMTP_FAULT_NONE,
			SMTP_PHASE_QUIT },
		{ "454", { 0 }, STR(HELLO OFFER "454 no\r\n221 bye\r\n"), "EHLO me\r\nSTARTTLS\r\nQUIT\r\n",
			SMTP_FAULT_NONE, SMTP_PHASE_QUIT },
		{ "greylisted", { 0 }, STR("450 later\r\n221 bye\r\n"), "QUIT\r\n", SMTP_FAULT_NONE,
			SMTP_PHASE_QUIT },
		{ "refused", { 0 }, STR("554-go\r\n554 away\r\n"), "QUIT\r\n", SMTP_FAULT_NONE,
			SMTP_PHASE_QUIT },
		{ "no EHLO", { 0 }, STR(HELLO "502 what\r\n250 mx\r\n221 bye\r\n"),
			"EHLO me\r\nHELO me\r\nQUIT\r\n", SMTP_FAULT_NONE, SMTP_PHASE_QUIT },
		{ "no hello at all", { 0 }, STR(HELLO "502 what\r\n502 what\r\n221 bye\r\n"),
			"EHLO me\r\nHELO me\r\nQUIT\r\n", SMTP_FAULT_NONE, SMTP_PHASE_QUIT },
		{ "EHLO later", { 0 }, STR(HELLO "451 busy\r\n221 bye\r\n"), "EHLO me\r\nQUIT\r\n",
			SMTP_FAULT_NONE, SMTP_PHASE_QUIT },
		{ "bare LF", { 0 }, STR("220 mx\n250-mx\n250 starttls\n220\n250 mx\n221\n"),
			"EHLO me\r\nSTARTTLS\r\n<TLS>EHLO me\r\nQUIT\r\n", SMTP_FAULT_NONE, SMTP_PHASE_QUIT },
		{ "junk greeting", { 0 }, STR("SSH-2.0-OpenSSH_9.2\r\n"), "", SMTP_FAULT_JUNK,
			SMTP_PHASE_GREETING },
		{ "code too long", { 0 }, STR("2200 x\r\n"), "", SMTP_FAULT_JUNK, SMTP_PHASE_GREETING },
		{ "code too small", { 0 }, STR("120 x\r\n"), "", SMTP_FAULT_JUNK, SMTP_PHASE_GREETING },
		{ "code too large", { 0 }, STR("620 x\r\n"), "", SMTP_FAULT_JUNK, SMTP_PHASE_GREETING },
		{ "empty line", { 0 }, STR("\r\n"), "", SMTP_FAULT_JUNK, SMTP_PHASE_GREETING },
		{ "silent", { 0 }, STR(""), "", SMTP_FAULT_LOST, SMTP_PHASE_GREETING },
		{ "cut short", { 0 }, STR(HELLO "250-mx"), "EHLO me\r\n", SMTP_FAULT_LOST, SMTP_PHASE_EHLO },
		{ "closed after QUIT", { 0 }, STR(HELLO PLAIN), "EHLO me\r\nQUIT\r\n", SMTP_FAULT_NONE,
			SMTP_PHASE_QUIT },
		{ "EHLO refused in TLS", { 0 }, STR(HELLO OFFER "220 go\r\n421 no\r\n221 bye\r\n"),
			"EHLO me\r\nSTARTTLS\r\n<TLS>EHLO me\r\nQUIT\r\n", SMTP_FAULT_NONE, SMTP_PHASE_QUIT },
		{ "without TLS", { .no_tls = true }, STR(HELLO OFFER "221 bye\r\n"), "EHLO me\r\nQUIT\r\n",
			SMTP_FAULT_NONE, SMTP_PHASE_QUIT },
		{ "recipient", { .recipient = STR("a@b.example") },
			STR(HELLO OFFER "220 go\r\n" AFTER "250 ok\r\n550 no\r\n250 ok\r\n221 bye\r\n"),
			"EHLO me\r\nSTARTTLS\r\n<TLS>EHLO me\r\nMAIL FROM:<>\r\nRCPT TO:<a@b.example>\r\n"
			"RSET\r\nQUIT\r\n", SMTP_FAULT_NONE, SMTP_PHASE_QUIT },
		{ "sender refused", { .recipient = STR("a@b.example"), .no_tls = true },
			STR(HELLO OFFER "550 no\r\n221 bye\r\n"),
			"EHLO me\r\nMAIL FROM:<>\r\nQUIT\r\n", SMTP_FAULT_NONE, SMTP_PHASE_QUIT },
		{ "injected", { .inject = true },
			STR(HELLO OFFER "220 go\r\n250 NOOP\r\n" AFTER "221 bye\r\n"),
			"EHLO me\r\nSTARTTLS\r\nNOOP\r\n<TLS>EHLO me\r\nQUIT\r\n", SMTP_FAULT_NONE,
			SMTP_PHASE_QUIT },
	};

	(void)state;
	for (size_t i = 0; i < ARRAY_N(rows); i++) {
		for (size_t step = 1; step < 40; step++) {
			struct smtp_plan plan = rows[i].plan;
			struct end e;

			plan.name = S("me");
			talk(&plan, rows[i].server, step, &e);
			unit_same(str_of(e.sent), str_of(rows[i].sent), rows[i].name);
			if (e.m.fault != rows[i].fault || e.m.phase != rows[i].phase)
				fail_msg("%s: fault %d in phase %d", rows[i].name, e.m.fault, e.m.phase);
		}
	}
}

static void results(void **state)
{
	struct end e;

	(void)state;
	talk(&(struct smtp_plan){ .name = S("me") },
	    S("220-mx\x1b[31m\r\n220 x\r\n250-mx.example.com at\r\n250-size 77\r\n250-XXXXXXXA\r\n"
	      "250 STARTTLS\r\n220 go ahead\r\n250-inner\r\n250 REQUIRETLS\r\n221 bye\r\n"), 99, &e);
	assert_int_equal(e.m.greeting.code, 220);
	assert_string_equal(e.m.greeting.text, "mx?[31m");
	assert_string_equal(e.m.clear.name, "mx.example.com");
	assert_int_equal(e.m.clear.keywords, SMTP_SIZE | SMTP_STARTTLS | SMTP_STRIPPED);
	assert_int_equal(e.m.clear.size, 77);
	assert_string_equal(e.m.clear.words, "size 77, XXXXXXXA, STARTTLS");
	assert_int_equal(e.m.starttls.code, 220);
	assert_true(e.m.secured);
	assert_string_equal(e.m.tls.name, "inner");
	assert_int_equal(e.m.tls.keywords, SMTP_REQUIRETLS);

	talk(&(struct smtp_plan){ .name = S("me") }, S(HELLO "500 no\r\n250 old\r\n"), 99, &e);
	assert_true(e.m.clear.helo);
	assert_string_equal(e.m.clear.name, "old");
	assert_int_equal(e.m.clear.reply.code, 250);

	talk(&(struct smtp_plan){ .name = S("me"), .again = true }, S(HELLO PLAIN OFFER), 99, &e);
	assert_true(e.m.late);
	talk(&(struct smtp_plan){ .name = S("me"), .again = true }, S(HELLO PLAIN PLAIN), 99, &e);
	assert_false(e.m.late);

	talk(&(struct smtp_plan){ .name = S("me"), .recipient = S("a@b") },
	    S(HELLO PLAIN "250 ok\r\n550 5.1.1 nobody\r\n"), 99, &e);
	assert_int_equal(e.m.mail.code, 250);
	assert_int_equal(e.m.recipient.code, 550);
	assert_string_equal(e.m.recipient.text, "5.1.1 nobody");
}

/* CVE-2011-0411 and its relatives on both sides (Y18) */
static void injection(void **state)
{
	struct smtp_plan plan = { .name = S("me"), .inject = true };
	struct end e;
	str bytes = S(HELLO);

	(void)state;
	talk(&plan, S(HELLO OFFER "220 go\r\n" AFTER "221 bye\r\n"), 99, &e);
	assert_false(e.m.injected);
	talk(&plan, S(HELLO OFFER "220 go\r\n250 NOOP\r\n" AFTER "221 bye\r\n"), 99, &e);
	assert_true(e.m.injected);

	assert_int_equal(smtp_start(&e.m, &(struct smtp_plan){ .name = S("me") }, NULL), OK);
	smtp_read(&e.m, &bytes);
	smtp_written(&e.m);
	bytes = S(OFFER);
	smtp_read(&e.m, &bytes);
	smtp_written(&e.m);
	bytes = S("220 go\r\n250 more\r\n");
	smtp_read(&e.m, &bytes);
	assert_int_equal(e.m.want, SMTP_TLS);
	unit_same(bytes, S("250 more\r\n"), "surplus");
	smtp_secured(&e.m, true);
	assert_int_equal(e.m.want, SMTP_DONE);
	assert_int_equal(e.m.fault, SMTP_FAULT_PLAINTEXT);
	assert_false(e.m.secured);
}

static void ceilings(void **state)
{
	static char text[(LIMIT_SMTP_LINES_N + 2) * 16];
	static char line[LIMIT_SMTP_LINE_BYTES + 2];
	struct smtp_plan plan = { .name = S("me") };

	(void)state;
	for (size_t lines = LIMIT_SMTP_LINES_N - 1; lines <= LIMIT_SMTP_LINES_N + 1; lines++) {
		struct out o = OUT(text);
		struct end e;

		for (size_t i = 1; i < lines; i++)
			out_str(&o, S("220-x\r\n"));
		out_str(&o, S("220 x\r\n" PLAIN));
		talk(&plan, out_done(&o), 1000, &e);
		assert_int_equal(e.m.fault, lines > LIMIT_SMTP_LINES_N ? SMTP_FAULT_LIMIT : SMTP_FAULT_NONE);
	}
	memset(line, 'x', sizeof line);
	for (size_t n = sizeof line - 3; n < sizeof line; n++) {
		struct end e;

		memcpy(line, "220 ", 4);
		line[n] = '\n';
		talk(&plan, (str){ line, n + 1 }, 1000, &e);
		assert_int_equal(e.m.fault, n > LIMIT_SMTP_LINE_BYTES ? SMTP_FAULT_LIMIT : SMTP_FAULT_LOST);
		line[n] = 'x';
	}
}

static void refused_plans(void **state)
{
	static char longest[LIMIT_SMTP_PATH_BYTES + 1];
	struct smtp m;

	(void)state;
	memset(longest, 'a', sizeof longest);
	assert_int_equal(smtp_start(&m, &(struct smtp_plan){ 0 }, NULL), E_SYNTAX);
	assert_int_equal(smtp_start(&m, &(struct smtp_plan){ .name = S("a\r\nMAIL") }, NULL), E_SYNTAX);
	assert_int_equal(smtp_start(&m, &(struct smtp_plan){ .name = { longest, 254 } }, NULL), E_LIMIT);
	assert_int_equal(smtp_start(&m, &(struct smtp_plan){ .name = S("a"), .recipient = S("a>b@c") }, NULL),
	    E_SYNTAX);
	assert_int_equal(smtp_start(&m, &(struct smtp_plan){ .name = S("a"),
	    .recipient = { longest, sizeof longest } }, NULL), E_LIMIT);
	assert_int_equal(smtp_start(&m, &(struct smtp_plan){ .name = { longest, 253 },
	    .recipient = { longest, sizeof longest - 1 } }, NULL), OK);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(dialogues),
		cmocka_unit_test(results),
		cmocka_unit_test(injection),
		cmocka_unit_test(ceilings),
		cmocka_unit_test(refused_plans),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
