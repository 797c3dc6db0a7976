#include "wire/smtp.h"

#include "base/out.h"

static const struct {
	str word;
	unsigned bit;
} keywords[] = {
	{ STR("STARTTLS"), SMTP_STARTTLS },     { STR("REQUIRETLS"), SMTP_REQUIRETLS },
	{ STR("SIZE"), SMTP_SIZE },             { STR("PIPELINING"), SMTP_PIPELINING },
	{ STR("8BITMIME"), SMTP_8BITMIME },     { STR("SMTPUTF8"), SMTP_SMTPUTF8 },
};

static char harmless(char c)
{
	return c >= 0x20 && c <= 0x7e ? c : '?';
}

/* Append to the NUL-terminated text of cap bytes, cut. */
static void append(char *text, size_t cap, str more)
{
	size_t n = strlen(text);

	for (size_t i = 0; i < more.n && n + 1 < cap; i++)
		text[n++] = harmless(more.p[i]);
	text[n] = '\0';
}

static struct smtp_ehlo *ehlo_of(struct smtp *m)
{
	return m->secured ? &m->tls : &m->clear;
}

static void end(struct smtp *m, enum smtp_fault fault)
{
	if (m->phase != SMTP_PHASE_QUIT) /* who has said all may go without a word */
		m->fault = fault;
	m->want = SMTP_DONE;
}

static void send(struct smtp *m, enum smtp_phase phase, const char *verb, const char *arg, const char *tail)
{
	struct out o = OUT(m->send);

	out_fmt(&o, "%s%s%s\r\n", verb, arg, tail);
	m->send_n = out_done(&o).n;
	m->phase = phase;
	m->want = SMTP_WRITE;
}

static void quit(struct smtp *m)
{
	send(m, SMTP_PHASE_QUIT, "QUIT", "", "");
}

static err check_text(str text, size_t max, const char *what, struct why *why)
{
	if (text.n > max)
		return why_set(why, E_LIMIT, "RFC 5321 4.5.3.1", max, "%s is too long", what);
	for (size_t i = 0; i < text.n; i++)
		if (text.p[i] <= 0x20 || text.p[i] > 0x7e || text.p[i] == '<' || text.p[i] == '>')
			return why_set(why, E_SYNTAX, "RFC 5321 4.1.2", i, "%s: a forbidden byte", what);
	return OK;
}

err smtp_start(struct smtp *m, const struct smtp_plan *plan, struct why *why)
{
	TRY(check_text(plan->name, sizeof m->own_name - 1, "the name for EHLO", why));
	TRY(check_text(plan->recipient, sizeof m->to - 1, "the recipient", why));
	if (plan->name.n == 0)
		return why_set(why, E_SYNTAX, "RFC 5321 4.1.1.1", 0, "EHLO needs a name");
	*m = (struct smtp){ .want = SMTP_READ, .no_tls = plan->no_tls, .again = plan->again,
		.inject = plan->inject };
	append(m->own_name, sizeof m->own_name, plan->name);
	append(m->to, sizeof m->to, plan->recipient);
	return OK;
}

/* XXXXXXXA: how some firewalls overwrite STARTTLS. */
static bool blotted(str word)
{
	return word.n > 4 && str_starts(word, S("XXXX"));
}

static void read_keyword(struct smtp_ehlo *e, str line)
{
	str word, rest;

	str_cut(line, ' ', &word, &rest);
	if (e->words[0])
		append(e->words, sizeof e->words, S(", "));
	append(e->words, sizeof e->words, line);
	for (size_t i = 0; i < ARRAY_N(keywords); i++)
		if (str_eq_nocase(word, keywords[i].word))
			e->keywords |= keywords[i].bit;
	if (blotted(word))
		e->keywords |= SMTP_STRIPPED;
	if (str_eq_nocase(word, S("SIZE")))
		(void)str_u64(str_trim(rest), UINT64_MAX, &e->size);
}

static void read_ehlo_line(struct smtp *m, str text)
{
	struct smtp_ehlo *e = ehlo_of(m);
	str word, rest;

	if (m->lines_n > 1) {
		read_keyword(e, text);
		return;
	}
	*e = (struct smtp_ehlo){ .helo = m->phase == SMTP_PHASE_HELO };
	str_cut(text, ' ', &word, &rest);
	append(e->name, sizeof e->name, word);
}

static void after_hello(struct smtp *m)
{
	if (m->secured && m->inject)
		quit(m);
	else if (m->to[0])
		send(m, SMTP_PHASE_MAIL, "MAIL FROM:<>", "", "");
	else
		quit(m);
}

static void on_ehlo(struct smtp *m)
{
	struct smtp_ehlo *e = ehlo_of(m);

	if (m->reply.code / 100 != 2)
		*e = (struct smtp_ehlo){ .helo = e->helo };
	e->reply = m->reply;
	if (m->reply.code / 100 == 5 && !e->helo) {
		send(m, SMTP_PHASE_HELO, "HELO ", m->own_name, ""); /* RFC 5321 4.1.1.1 */
	} else if (m->reply.code / 100 != 2) {
		quit(m);
	} else if (m->secured || m->no_tls) {
		after_hello(m);
	} else if (e->keywords & SMTP_STARTTLS) {
		m->late = m->asked_again;
		send(m, SMTP_PHASE_STARTTLS, "STARTTLS", "", m->inject ? "\r\nNOOP" : "");
	} else if (m->again && !e->helo && !m->asked_again) {
		m->asked_again = true;
		send(m, SMTP_PHASE_EHLO, "EHLO ", m->own_name, "");
	} else {
		after_hello(m);
	}
}

/* The reply in m->reply is complete. */
static void on_reply(struct smtp *m)
{
	bool yes = m->reply.code / 100 == 2;

	m->want = SMTP_DONE;

	switch (m->phase) {
	case SMTP_PHASE_GREETING:
		m->greeting = m->reply;
		if (yes)
			send(m, SMTP_PHASE_EHLO, "EHLO ", m->own_name, "");
		else
			quit(m);
		break;
	case SMTP_PHASE_EHLO:
	case SMTP_PHASE_HELO:
		on_ehlo(m);
		break;
	case SMTP_PHASE_STARTTLS:
		m->starttls = m->reply;
		if (yes) {
			m->phase = SMTP_PHASE_TLS;
			m->want = SMTP_TLS;
		} else {
			after_hello(m);
		}
		break;
	case SMTP_PHASE_MAIL:
		m->mail = m->reply;
		if (yes)
			send(m, SMTP_PHASE_RCPT, "RCPT TO:<", m->to, ">");
		else
			quit(m);
		break;
	case SMTP_PHASE_RCPT:
		m->recipient = m->reply;
		send(m, SMTP_PHASE_RSET, "RSET", "", "");
		break;
	case SMTP_PHASE_RSET:
		quit(m);
		break;
	case SMTP_PHASE_QUIT:
		/* one reply too many: this answers EHLO, what EHLO got answered the clear text */
		m->injected = m->secured && m->inject && yes && m->reply.code != 221;
		break;
	case SMTP_PHASE_TLS:
		break;
	}
}

static bool read_code(str line, unsigned *code)
{
	uint64_t v;

	if (line.n < 3 || !str_u64(str_head(line, 3), 599, &v) || v < 200)
		return false;
	*code = (unsigned)v;
	return line.n == 3 || line.p[3] == ' ' || line.p[3] == '-';
}

/* One line without its end.  Of a reply with several codes the last counts, as with senders. */
static void on_line(struct smtp *m, str line)
{
	str text = str_skip(line, 4);
	bool last = line.n < 4 || line.p[3] == ' ';

	m->lines_n++;
	if (!read_code(line, &m->reply.code)) {
		end(m, SMTP_FAULT_JUNK);
		return;
	}
	if (m->lines_n == 1) {
		m->reply.text[0] = '\0';
		append(m->reply.text, sizeof m->reply.text, text);
	}
	if (m->phase == SMTP_PHASE_EHLO || m->phase == SMTP_PHASE_HELO)
		read_ehlo_line(m, text);
	if (last)
		on_reply(m);
	else if (m->lines_n == LIMIT_SMTP_LINES_N)
		end(m, SMTP_FAULT_LIMIT);
}

void smtp_read(struct smtp *m, str *bytes)
{
	while (m->want == SMTP_READ && bytes->n > 0) {
		char c = bytes->p[0];

		*bytes = str_skip(*bytes, 1);
		if (c != '\n' && m->line_n == sizeof m->line) {
			end(m, SMTP_FAULT_LIMIT);
		} else if (c != '\n') {
			m->line[m->line_n++] = c;
		} else {
			str line = { m->line, m->line_n };

			if (line.n > 0 && line.p[line.n - 1] == '\r')
				line.n--;
			m->line_n = 0;
			on_line(m, line);
		}
	}
}

str smtp_to_write(const struct smtp *m)
{
	return (str){ m->send, m->want == SMTP_WRITE ? m->send_n : 0 };
}

void smtp_written(struct smtp *m)
{
	if (m->want != SMTP_WRITE)
		return;
	m->want = SMTP_READ;
	m->lines_n = 0;
}

void smtp_secured(struct smtp *m, bool surplus)
{
	if (m->want != SMTP_TLS)
		return;
	if (surplus) {
		end(m, SMTP_FAULT_PLAINTEXT);
		return;
	}
	m->secured = true;
	send(m, SMTP_PHASE_EHLO, "EHLO ", m->own_name, ""); /* RFC 3207 4.2: what it said before is void */
}

void smtp_lost(struct smtp *m)
{
	if (m->want != SMTP_DONE)
		end(m, SMTP_FAULT_LOST);
}
