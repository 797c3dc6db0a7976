/*
 * judge_senders - what the kinds of senders do at the MX hosts that were seen.
 *                                                RFC 8461 sections 4 and 5, RFC 7672 2.2
 *
 * A sender can honour MTA-STS, DANE, both or neither; core/mx_check says what
 * each does at one address, here it is summed up over all of them.
 *
 * Pure.
 */
#ifndef CORE_JUDGE_SENDERS_H
#define CORE_JUDGE_SENDERS_H

#include "base/out.h"
#include "core/inspection.h"

enum judge_senders_kind { JUDGE_SENDERS_STS = 1, JUDGE_SENDERS_DANE = 2, JUDGE_SENDERS_BOTH = 3,
    JUDGE_SENDERS_PLAIN = 0 };

enum judge_senders_act {
	JUDGE_SENDERS_TLS,     /* deliver over TLS */
	JUDGE_SENDERS_CLEAR,   /* deliver, in clear text */
	JUDGE_SENDERS_REFUSE,  /* go to the next MX host */
	JUDGE_SENDERS_UNKNOWN, /* the host could not be tested */
	JUDGE_SENDERS_ACT_N
};

/* At one MX host: the best of its addresses. */
enum judge_senders_act judge_senders_at(const struct inspection *i, const struct inspection_mx *mx,
    enum judge_senders_kind kind);

/* Some MX host takes the mail of a sender by the letter of both RFCs, or none could be tested. */
bool judge_senders_deliver(const struct inspection *i);

/* "Senders that honour MTA-STS deliver ...": one sentence, or more where kinds differ. */
void judge_senders_say(const struct inspection *i, struct out *out);

#endif
