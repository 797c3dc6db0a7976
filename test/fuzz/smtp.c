/*
 * smtp: the first byte says which plan and how to cut; the rest is what the
 * server says, however it comes.  Cut in pieces and at once end alike.
 */
#include "wire/smtp.h"

#include "test/fuzz/fuzz.h"

static struct smtp whole, pieces;

static void must_be_harmless(const char *text, size_t cap)
{
	fuzz_must(memchr(text, '\0', cap) != NULL);
	for (; *text; text++)
		fuzz_must(*text >= 0x20 && *text <= 0x7e);
}

static void must_be_a_command(str bytes)
{
	fuzz_must(bytes.n > 2 && bytes.p[bytes.n - 2] == '\r' && bytes.p[bytes.n - 1] == '\n');
}

static void talk(struct smtp *m, const struct smtp_plan *plan, str server, size_t step)
{
	fuzz_must(smtp_start(m, plan, NULL) == OK);
	for (unsigned commands = 0; m->want != SMTP_DONE;) {
		if (m->want == SMTP_WRITE) {
			fuzz_must(++commands < 12); /* whatever it is told, it comes to an end */
			must_be_a_command(smtp_to_write(m));
			smtp_written(m);
		} else if (m->want == SMTP_TLS) {
			smtp_secured(m, false);
		} else if (server.n == 0) {
			smtp_lost(m);
		} else {
			str piece = str_head(server, step);
			size_t n = piece.n;

			smtp_read(m, &piece);
			fuzz_must(piece.n < n); /* it always goes on */
			server = str_skip(server, n - piece.n);
		}
	}
}

static bool same_reply(const struct smtp_reply *a, const struct smtp_reply *b)
{
	must_be_harmless(a->text, sizeof a->text);
	fuzz_must(a->code == 0 || (a->code >= 200 && a->code <= 599));
	return a->code == b->code && strcmp(a->text, b->text) == 0;
}

static bool same_ehlo(const struct smtp_ehlo *a, const struct smtp_ehlo *b)
{
	must_be_harmless(a->name, sizeof a->name);
	must_be_harmless(a->words, sizeof a->words);
	return same_reply(&a->reply, &b->reply) && a->helo == b->helo && strcmp(a->name, b->name) == 0 &&
	    a->keywords == b->keywords && a->size == b->size && strcmp(a->words, b->words) == 0;
}

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t n)
{
	struct smtp_plan plan = { .name = S("probe.example") };
	str server = str_skip((str){ (const char *)bytes, n }, 1);
	unsigned how = n > 0 ? bytes[0] : 0;

	plan.no_tls = how & 1;
	plan.again = how & 2;
	plan.inject = how & 4;
	if (how & 8)
		plan.recipient = S("postmaster@example.com");
	talk(&whole, &plan, server, SIZE_MAX);
	talk(&pieces, &plan, server, 1 + (how >> 4));
	fuzz_must(whole.phase == pieces.phase && whole.fault == pieces.fault);
	fuzz_must(whole.secured == pieces.secured && whole.late == pieces.late);
	fuzz_must(whole.injected == pieces.injected && (!whole.injected || plan.inject));
	fuzz_must(!whole.secured || (!plan.no_tls && (whole.clear.keywords & SMTP_STARTTLS)));
	fuzz_must(same_reply(&whole.greeting, &pieces.greeting));
	fuzz_must(same_reply(&whole.starttls, &pieces.starttls));
	fuzz_must(same_reply(&whole.mail, &pieces.mail) && same_reply(&whole.recipient, &pieces.recipient));
	fuzz_must(same_ehlo(&whole.clear, &pieces.clear) && same_ehlo(&whole.tls, &pieces.tls));
	return 0;
}
