/*
 * record - the TXT records that announce a policy and ask for reports.
 *                                          RFC 8461 section 3.1, RFC 8460 section 3
 *
 *   _mta-sts.example.com    v=STSv1; id=20160831085700Z;
 *   _smtp._tls.example.com  v=TLSRPTv1; rua=mailto:reports@example.com,https://r.example/v1
 *
 * A name may hold several TXT records; those that do not begin "v=STSv1;"
 * (or "v=TLSRPTv1;") are discarded and exactly one must remain.  Each record is
 * given as one str: its character-strings joined without anything between.
 *
 * Reading: strict ABNF.  One exception, DECISIONS A-15: white space between the
 * version and its ";" is read when the record is the only TXT record of the name.
 *
 * Pure; slices of the results point into the records.
 */
#ifndef WIRE_RECORD_H
#define WIRE_RECORD_H

#include "base/err.h"
#include "base/limits.h"
#include "base/str.h"

enum record_kind { RECORD_STS, RECORD_TLSRPT };

struct record_sts {
	str id;              /* 1..32 letters and digits */
	bool spaced_version; /* "v=STSv1 ;": some senders discard it */
};

struct record_tlsrpt {
	str rua[LIMIT_RUA_N]; /* URIs as written, in order; each passes rua_check */
	size_t rua_n;         /* 1..LIMIT_RUA_N */
	bool rua_dropped;     /* there were more than LIMIT_RUA_N */
	bool rua_repeated;    /* more than one rua field: senders differ */
	bool spaced_version;
};

/*
 * Find the one record that counts.                          [STS-3.1-k] [RPT-3-p]
 *
 *   txt    the txt_n records of the name
 *   which  index into txt
 *
 * E_ABSENT  none begins with the version (why->at 0)
 * E_RULE    more than one does             [STS-3.1-l] [RPT-3-q]
 */
err record_choose(enum record_kind kind, const str *txt, size_t txt_n, size_t *which,
    struct why *why) MUST_USE;

/*
 * Read the record that record_choose found.
 *
 * E_SYNTAX  breaks the ABNF (why->at: where)
 * E_RULE    grammar fine, but id (or rua) is missing
 * E_LIMIT   longer than LIMIT_TXT_BYTES
 */
err record_read_sts(str txt, struct record_sts *record, struct why *why) MUST_USE;
err record_read_tlsrpt(str txt, struct record_tlsrpt *record, struct why *why) MUST_USE;

#endif
