/*
 * smtp - the client's side of an SMTP dialogue up to STARTTLS, and a little beyond.
 *                                          RFC 5321 4.1 and 4.2, RFC 3207, RFC 8689
 *
 *   greeting -> EHLO -+-> STARTTLS -> (TLS) -> EHLO -+-> MAIL -> RCPT -> RSET -+-> QUIT
 *                |    |                              |                         |
 *                +-> HELO                            +-------------------------+
 *
 * A machine: it says what it wants, a driver gets it and tells it.
 *
 *   SMTP_READ    bytes from the server: smtp_read
 *   SMTP_WRITE   send smtp_to_write, then smtp_written
 *   SMTP_TLS     a handshake on the same connection, then smtp_secured
 *   SMTP_DONE    close
 *
 * At any time smtp_lost: the connection ended, or time ran out.  No mail is
 * ever sent.  QUIT ends every dialogue with a server that speaks SMTP.  As
 * senders do, every 2xx is taken for a yes and a bare LF for an end of line.
 * Texts kept are harmless: other bytes than printable ASCII are '?'.
 *
 * Pure.  Copies what it keeps.
 */
#ifndef WIRE_SMTP_H
#define WIRE_SMTP_H

#include "base/err.h"
#include "base/limits.h"
#include "base/str.h"

enum smtp_want { SMTP_READ, SMTP_WRITE, SMTP_TLS, SMTP_DONE };

#define SMTP_TEXT_BYTES 128 /* of a reply, with the NUL */

/* Of which command the reply is awaited. */
enum smtp_phase {
	SMTP_PHASE_GREETING,
	SMTP_PHASE_EHLO,
	SMTP_PHASE_HELO,
	SMTP_PHASE_STARTTLS,
	SMTP_PHASE_TLS,
	SMTP_PHASE_MAIL,
	SMTP_PHASE_RCPT,
	SMTP_PHASE_RSET,
	SMTP_PHASE_QUIT,
};

/* Why a dialogue ended before its QUIT. */
enum smtp_fault {
	SMTP_FAULT_NONE,
	SMTP_FAULT_JUNK,      /* what came is no SMTP reply */
	SMTP_FAULT_LIMIT,     /* longer than we read */
	SMTP_FAULT_LOST,
	SMTP_FAULT_PLAINTEXT, /* clear text behind the 220 to STARTTLS */
};

struct smtp_plan {
	str name;      /* ours, for EHLO */
	bool no_tls;   /* do not ask for STARTTLS */
	bool again;    /* without STARTTLS in the answer to EHLO, ask once more  (Y02) */
	bool inject;   /* a command in clear text right behind STARTTLS, which must be dropped  (Y18) */
	str recipient; /* ask whether it would be accepted; "" do not */
};

struct smtp_reply {
	unsigned code;              /* 200..599; 0: there was none */
	char text[SMTP_TEXT_BYTES]; /* of its first line, cut */
};

#define SMTP_STARTTLS 1u
#define SMTP_REQUIRETLS 2u
#define SMTP_SIZE 4u
#define SMTP_PIPELINING 8u
#define SMTP_8BITMIME 16u
#define SMTP_SMTPUTF8 32u
#define SMTP_STRIPPED 64u /* a word like XXXXXXXA: something on the way has blotted out a keyword */

struct smtp_ehlo {
	struct smtp_reply reply;
	bool helo;                            /* EHLO was refused, this answers HELO */
	char name[LIMIT_DOMAIN_BYTES + 1];    /* what the server calls itself */
	unsigned keywords;                    /* SMTP_ bits */
	uint64_t size;                        /* SIZE's; 0 not given */
	char words[LIMIT_SMTP_WORDS_BYTES];   /* the keyword lines, ", " between, cut */
};

struct smtp {
	enum smtp_want want;
	enum smtp_phase phase;

	/* the results so far */
	enum smtp_fault fault;        /* in phase */
	bool secured;                 /* TLS was had */
	bool late;                    /* STARTTLS came only with the second answer to EHLO */
	bool injected;                /* the server obeyed what stood in clear text behind STARTTLS */
	struct smtp_reply greeting;
	struct smtp_ehlo clear, tls;  /* the answers to EHLO before and after STARTTLS */
	struct smtp_reply starttls;
	struct smtp_reply mail, recipient;

	/* the way there */
	struct smtp_reply reply;
	size_t line_n, lines_n;
	size_t send_n;
	bool no_tls, again, asked_again, inject;
	char line[LIMIT_SMTP_LINE_BYTES];
	char send[LIMIT_SMTP_PATH_BYTES + 16];
	char own_name[LIMIT_DOMAIN_BYTES + 1];
	char to[LIMIT_SMTP_PATH_BYTES + 1];
};

/* E_SYNTAX: name or recipient holds what would end a command; E_LIMIT: too long. */
err smtp_start(struct smtp *smtp, const struct smtp_plan *plan, struct why *why) MUST_USE;

/*
 * Bytes came.  Takes from the front of *bytes up to the end of the reply that
 * is awaited; what is left belongs to the next one.
 */
void smtp_read(struct smtp *smtp, str *bytes);

str smtp_to_write(const struct smtp *smtp);
void smtp_written(struct smtp *smtp);

/*
 * The handshake is done.  surplus: clear text had come behind the 220; then the
 * driver does no handshake and says so at once.  RFC 3207 4.2 (CVE-2011-0411)
 */
void smtp_secured(struct smtp *smtp, bool surplus);

void smtp_lost(struct smtp *smtp);

#endif
