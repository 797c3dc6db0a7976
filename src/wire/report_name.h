/*
 * report_name - what a report is called: file name, Subject, report-id.
 *                                        RFC 8460 sections 5.1, 5.3, 5.6; RFC 5322 3.6.4
 *
 *   sender.example!example.net!1470013200!1470099599!001.json.gz      file name
 *   Report Domain: example.net Submitter: sender.example Report-ID: <left@right>
 *
 * Names only: what the JSON says holds when they disagree [RPT-5.6-a], and a
 * file name is never a path [RPT-6.3-a].
 *
 * Pure; slices of results point into the text that was read.
 */
#ifndef WIRE_REPORT_NAME_H
#define WIRE_REPORT_NAME_H

#include "base/err.h"
#include "base/limits.h"
#include "base/out.h"

struct report_name {
	str sender;         /* domain of contact-info, as written */
	str policy_domain;  /* as written */
	uint64_t begin;     /* seconds since 1970 */
	uint64_t end;
	str unique_id;      /* letters and digits; empty when there is none */
	bool gzip;          /* json.gz; otherwise json */
};

struct report_name_subject {
	str domain;         /* what the report is about, as written */
	str submitter;      /* who made it, as written */
	str id;             /* left@right without the angle brackets */
};

/*
 * Read a file name.  [RPT-5.1-a]  Letters of the extension count in either case.
 *
 * E_SYNTAX  not the RFC's form (why->at: where)
 * E_LIMIT   longer than LIMIT_FILE_NAME_BYTES, a name too long, or a time beyond 64 bits
 */
err report_name_read(str text, struct report_name *name, struct why *why) MUST_USE;

/* Write a file name, lower-case extension.  The parts must be what report_name_read accepts. */
void report_name_write(const struct report_name *name, struct out *out);

/*
 * Read the text of a Subject field, folded or not; encoded words are the mail reader's work.
 *
 * E_SYNTAX  not the RFC's form: words, order, angle brackets (why->at: where)
 * E_RULE    the form, but a domain of one label or none at all, or an id that is no msg-id
 * E_LIMIT   longer than LIMIT_REPORT_NAME_BYTES
 */
err report_name_read_subject(str text, struct report_name_subject *subject, struct why *why) MUST_USE;

/* Write it on one line; it may be folded at every blank.  [RPT-5.3-e] */
void report_name_write_subject(const struct report_name_subject *subject, struct out *out);

/* The text is left@right as a msg-id has it: dot-atoms, or a literal in brackets at the right.  E_SYNTAX. */
err report_name_check_id(str id, struct why *why) MUST_USE;

/*
 * Write a report-id from bytes that stay the same for the same report (a hash of
 * submitter, domain and day): hex digits, "@", submitter.  So retries, other
 * destinations and a report made again carry the same id.  [G-08]
 */
void report_name_write_id(str bytes, str submitter, struct out *out);

#endif
