/* play - what the files of the play program share.  The language is described in play.c. */
#ifndef TEST_PLAY_H
#define TEST_PLAY_H

#include "base/arena.h"
#include "core/mx_check.h"
#include "core/session_policy.h"
#include "core/sts_answer.h"
#include "core/sts_discovery.h"

#define PLAY_WORDS_N 32
#define PLAY_BODY_BYTES (2 * LIMIT_POLICY_BYTES)

struct words {
	str word[PLAY_WORDS_N];
	size_t n;
	size_t at; /* the next to take */
	str rest;  /* the line after its first word */
};

struct play {
	unsigned line;
	unsigned checks_n, failed_n;
	unix_s now;
	bool dane_asked; /* the machine that "wants" speaks of */

	enum sts_discovery_on_bogus on_bogus;
	struct sts_known known;
	struct sts_discovery discovery;
	char body[PLAY_BODY_BYTES];
	size_t body_n;
	str policy_text;
	struct sts_policy policy; /* read last, or made by play_policy */

	struct dane dane;
	char rdata[LIMIT_TLSA_N][512];

	struct mx_check_rules rules;
	struct mx_check_verdict verdict;
	str mx_host;

	struct sts_answer_facts facts;
	struct sts_answer_host host[16];
	bool discovered; /* session facts take in the discovery */

	struct report_policy entry[SESSION_POLICY_N];
	size_t entry_n, entry_at;

	struct arena mem;
};

typedef void play_verb(struct play *p, struct words *w);

struct verb {
	const char *name;
	play_verb *run;
};

extern const struct verb play_sts_verbs[], play_dane_verbs[], play_mx_verbs[]; /* end with NULL */

str play_word(struct words *w);                 /* the next word; empty at the end */
bool play_take(struct words *w, const char *word); /* the next word is this: take it */
uint64_t play_number(struct play *p, str word);
unix_s play_seconds(struct play *p, str word);  /* 90, 90s, 5m, 2h, 7d */
size_t play_choice(struct play *p, str word, const char *const *names, size_t n);
void play_same(struct play *p, str got, str want, const char *what);
void play_count(struct play *p, uint64_t got, uint64_t want, const char *what);
void play_broken(struct play *p, const char *what, str word); /* the script is wrong */
str play_keep(struct play *p, str s);           /* a copy that lives as long as the play */
void play_policy(struct play *p, enum sts_policy_mode mode, struct words *w); /* its patterns follow */
enum dns_status play_dns(struct play *p, str word);
unsigned play_faults(struct play *p, struct words *w); /* names of certificate faults, as many as follow */
struct tls_fault play_handshake(struct play *p, struct words *w);

#endif
