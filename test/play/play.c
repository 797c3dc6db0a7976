/*
 * play - run one .play script against the machines of core.  No network, no clock.
 *
 * One sentence a line; "#" begins a comment.  Sentences that tell something
 * come before those that expect something; every expectation is one TAP test.
 *
 *   at TIME | after TIME                          the virtual clock: 90, 5m, 2h, 7d
 *
 *   FAULT: expired not-yet-valid unknown-ca self-signed chain-missing constraints weak-key revoked
 *          mismatch no-dns-id, in this order      HANDSHAKE: alert N, version, cipher, timeout, closed
 *
 * Discovery (core/sts_discovery).  What it knows afterwards is known to the next "ask".
 *   known nothing | known ID MODE MAX_AGE [PATTERN...]   held, fetched now
 *   on-bogus deliver|defer
 *   ask delivery|refresh|bounce
 *   txt one ID | absent | several | syntax | not-asked | timeout | servfail | bogus | malformed
 *   records TXT | TXT ...                         the same, from records
 *   policy MODE MAX_AGE [same-body]               the fetch brought this
 *   fetch dns STATUS | connect | tls HANDSHAKE | certificate FAULT... | timeout | http-io
 *   body LINE, body-bytes N                       append to the body of the next "http"
 *   http STATUS [CONTENT-TYPE]                    the fetch brought that reply
 *     wants txt|fresh-txt|policy|nothing
 *     says no-policy|use-known|use-new|defer MODE
 *     reports nothing | TYPE REASON
 *     notes nothing | [alert] [txt-lost] [body-changed]
 *     knows nothing | ID MODE MAX_AGE fetched TIME expires TIME
 *     marked nothing | ID TIMES
 *     due never|TIME
 *
 * DANE (core/dane)
 *   host NAME mx-secure|mx-insecure|no-mx [port N] [per-host] [required]
 *   address ANSWER [aaaa ANSWER] [alias NAME]     ANSWER: secure, insecure, nodata, servfail, ...
 *   cname ANSWER
 *   tlsa ANSWER [U:S:M[:BYTES]]...                records with data of the right (or that) length
 *     wants address|cname|tlsa NAME | nothing
 *     state DU|DX|DI|DE|DR [BASE]                 base domain, or "-"
 *     reachable yes|no
 *     sni NAME
 *     references NEXT-HOP EXPANDED are NAME...
 *     may-match U:S:M...
 *
 * One MX host (core/mx_check)
 *   mode none|testing|enforce [PATTERN...]        the policy in force; "mode found": the one discovered
 *   dane STATE [STATUS] | dane found              found: what the DANE machine ended in
 *   demand ordinary|tls-no|requiretls
 *   option dane-overrides-sts | mx-secure | no-address
 *   mx NAME                                       before connecting
 *   session unreached | starttls-missing | starttls-refused CODE | handshake HANDSHAKE
 *   session tls [pkix FAULT...] [ee | ta FAULT... | no-match] [requiretls]
 *     does connect|deliver|clear-text|clear-retry|next
 *     counts nothing | sts|tlsa|no-policy-found success|failure TYPE[/REASON]... , ...
 *
 * The report's entries (core/session_policy)
 *   entries N
 *     entry TYPE DOMAIN LINES MX-HOST[,MX-HOST]|- success|failure [TYPE[/REASON]]...
 *     line TEXT                                   a policy-string of that entry
 *
 * Postfix's answer (core/sts_answer)
 *   override as-found|skip|enforce|fixed
 *   postfix dane|no-dane mx-secure|mx-insecure|mx-failed STATE|no-address...
 *     answers notfound|level|dane-only|secure
 */
#include "test/play/play.h"

#include <stdio.h>

static void result(struct play *p, bool ok, const char *what)
{
	p->checks_n++;
	p->failed_n += !ok;
	printf("%s %u - line %u: %s\n", ok ? "ok" : "not ok", p->checks_n, p->line, what);
}

void play_same(struct play *p, str got, str want, const char *what)
{
	bool ok = str_eq(got, want);

	result(p, ok, what);
	if (!ok)
		printf("# got  \"%.*s\"\n# want \"%.*s\"\n", STR_ARG(got), STR_ARG(want));
}

void play_count(struct play *p, uint64_t got, uint64_t want, const char *what)
{
	result(p, got == want, what);
	if (got != want)
		printf("# got  %llu\n# want %llu\n", (unsigned long long)got, (unsigned long long)want);
}

void play_broken(struct play *p, const char *what, str word)
{
	result(p, false, what);
	printf("# at \"%.*s\"\n", STR_ARG(word));
}

str play_word(struct words *w)
{
	return w->at < w->n ? w->word[w->at++] : (str){ 0 };
}

bool play_take(struct words *w, const char *word)
{
	if (w->at >= w->n || !str_eq(w->word[w->at], str_of(word)))
		return false;
	w->at++;
	return true;
}

uint64_t play_number(struct play *p, str word)
{
	uint64_t n = 0;

	if (!str_u64(word, UINT32_MAX, &n))
		play_broken(p, "not a number", word);
	return n;
}

unix_s play_seconds(struct play *p, str word)
{
	static const struct {
		char name;
		unix_s s;
	} units[] = { { 's', 1 }, { 'm', 60 }, { 'h', 3600 }, { 'd', DATE_DAY_S } };
	str digits = word;
	unix_s unit = 1;

	for (size_t i = 0; word.n > 0 && i < ARRAY_N(units); i++) {
		if (word.p[word.n - 1] == units[i].name) {
			digits.n--;
			unit = units[i].s;
		}
	}
	return (unix_s)play_number(p, digits) * unit;
}

size_t play_choice(struct play *p, str word, const char *const *names, size_t n)
{
	for (size_t i = 0; i < n; i++)
		if (str_eq(word, str_of(names[i])))
			return i;
	play_broken(p, "not one of the words known here", word);
	return 0;
}

str play_keep(struct play *p, str s)
{
	str copy = { 0 };

	if (!arena_copy(&p->mem, s, &copy))
		play_broken(p, "the script is too long", s);
	return copy;
}

enum dns_status play_dns(struct play *p, str word)
{
	static const char *const names[] = { "found", "nodata", "nxdomain", "timeout", "servfail", "bogus",
		"malformed" };

	return (enum dns_status)play_choice(p, word, names, ARRAY_N(names));
}

unsigned play_faults(struct play *p, struct words *w)
{
	static const char *const names[TLS_FAULT_CERT_N] = { "expired", "not-yet-valid", "unknown-ca",
		"self-signed", "chain-missing", "constraints", "weak-key", "revoked", "mismatch",
		"no-dns-id" };
	unsigned faults = 0;

	(void)p;
	for (size_t i = 0; i < ARRAY_N(names); i++)
		if (play_take(w, names[i]))
			faults |= TLS_FAULT_BIT(i);
	return faults;
}

struct tls_fault play_handshake(struct play *p, struct words *w)
{
	static const char *const names[] = { "alert", "version", "cipher", "timeout", "closed" };
	struct tls_fault fault = {
		.kind = (enum tls_fault_handshake)play_choice(p, play_word(w), names, ARRAY_N(names)),
	};

	if (fault.kind == TLS_FAULT_ALERT)
		fault.alert = (unsigned)play_number(p, play_word(w));
	return fault;
}

static void do_at(struct play *p, struct words *w)
{
	p->now = play_seconds(p, play_word(w));
}

static void do_after(struct play *p, struct words *w)
{
	p->now += play_seconds(p, play_word(w));
}

static const struct verb clock_verbs[] = { { "at", do_at }, { "after", do_after }, { 0 } };

static bool run_verb(struct play *p, const struct verb *verbs, str name, struct words *w)
{
	for (; verbs->name; verbs++) {
		if (!str_eq(name, str_of(verbs->name)))
			continue;
		verbs->run(p, w);
		if (w->at < w->n)
			play_broken(p, "words left over", w->word[w->at]);
		return true;
	}
	return false;
}

static void run_line(struct play *p, str line)
{
	struct words w = { 0 };
	str word, comment, name;

	str_cut(line, '#', &line, &comment);
	line = str_trim(line);
	if (line.n == 0)
		return;
	str_cut(line, ' ', &name, &w.rest);
	w.rest = str_trim(w.rest);
	for (str left = w.rest; left.n > 0 && w.n < PLAY_WORDS_N; left = str_trim(left)) {
		str_cut(left, ' ', &word, &left);
		w.word[w.n++] = word;
	}
	if (!run_verb(p, clock_verbs, name, &w) && !run_verb(p, play_sts_verbs, name, &w) &&
	    !run_verb(p, play_dane_verbs, name, &w) && !run_verb(p, play_mx_verbs, name, &w))
		play_broken(p, "no such sentence", name);
}

int main(int argc, char **argv)
{
	static char text[1 << 16], memory[1 << 21];
	static struct play p = { .now = DATE_DAY_S };
	FILE *f = argc == 2 ? fopen(argv[1], "r") : NULL;
	str rest, line;

	if (!f)
		return 2;
	rest = (str){ text, fread(text, 1, sizeof text, f) };
	(void)fclose(f);
	p.mem = ARENA(memory);
	printf("# %s\n", argv[1]);
	while (str_line(&rest, &line)) {
		p.line++;
		run_line(&p, line);
	}
	printf("1..%u\n", p.checks_n);
	return p.failed_n > 0;
}
