/*
 * finding - what can be found out about a domain: the catalogue, and lists of findings.
 *
 * The table in finding.c is the one source of ids, severities, RFC sections and
 * remedies; the man page and the tests are held against it.  An id such as "H02"
 * is an interface and never changes its meaning.
 *
 * Severity depends on the policy that is in force: what refuses mail under mode
 * enforce voids the evidence under testing and is worth a remark without a
 * policy.  "unknown" is not a severity of the catalogue: it is said when a
 * question could not be answered, and is never a failure.
 *
 * Pure.
 */
#ifndef CORE_FINDING_H
#define CORE_FINDING_H

#include "base/arena.h"
#include "base/err.h"
#include "wire/result_type.h"
#include "wire/sts_policy.h"

enum finding_severity {
	FINDING_INFO,
	FINDING_WARNING,
	FINDING_UNKNOWN,
	FINDING_ERROR,
	FINDING_FATAL,
};

enum finding_id {
	FINDING_T01, FINDING_T02, FINDING_T03, FINDING_T04, FINDING_T05, FINDING_T06, FINDING_T07, FINDING_T08,
	FINDING_T09, FINDING_T10, FINDING_T11, FINDING_T12, FINDING_T13,
	FINDING_H01, FINDING_H02, FINDING_H03, FINDING_H04, FINDING_H05, FINDING_H06, FINDING_H07, FINDING_H08,
	FINDING_W01, FINDING_W02, FINDING_W03, FINDING_W04, FINDING_W05, FINDING_W06, FINDING_W07, FINDING_W08,
	FINDING_W09, FINDING_W10, FINDING_W11, FINDING_W12, FINDING_W13,
	FINDING_P01, FINDING_P02, FINDING_P03, FINDING_P04, FINDING_P05, FINDING_P06, FINDING_P07, FINDING_P08,
	FINDING_S01, FINDING_S02, FINDING_S03, FINDING_S04, FINDING_S05, FINDING_S06, FINDING_S07, FINDING_S08,
	FINDING_S09, FINDING_S10, FINDING_S11, FINDING_S12,
	FINDING_X01, FINDING_X02, FINDING_X03, FINDING_X04, FINDING_X05, FINDING_X06, FINDING_X07, FINDING_X08,
	FINDING_Y01, FINDING_Y02, FINDING_Y03, FINDING_Y04, FINDING_Y05, FINDING_Y06, FINDING_Y07, FINDING_Y08,
	FINDING_Y09, FINDING_Y10, FINDING_Y11, FINDING_Y12, FINDING_Y13, FINDING_Y14, FINDING_Y15, FINDING_Y16,
	FINDING_Y17, FINDING_Y18, FINDING_Y19, FINDING_Y20,
	FINDING_R01, FINDING_R02, FINDING_R03, FINDING_R04, FINDING_R05, FINDING_R06, FINDING_R07, FINDING_R08,
	FINDING_R09, FINDING_R10, FINDING_R11,
	FINDING_D01, FINDING_D02, FINDING_D03, FINDING_D04, FINDING_D05, FINDING_D06,
	FINDING_G01, FINDING_G02, FINDING_G03, FINDING_G04,
	FINDING_K01, FINDING_K02, FINDING_K03, FINDING_K04, FINDING_K05,
	FINDING_M01, FINDING_M02, FINDING_M04,
	FINDING_A01, FINDING_A02, FINDING_A03, /* SPF, DMARC, DKIM */
	FINDING_N
};

/* A row of the catalogue. */
struct finding_row {
	const char *id;      /* "T01" */
	const char *title;   /* what is looked at: "the _mta-sts record is present" */
	const char *rfc;     /* "RFC 8461 3.1"; "" when no RFC says it */
	enum finding_severity enforce, testing, none; /* by mode of the policy in force; none: no policy too */
	enum result_type result_type; /* what senders report; OTHER: nothing */
	const char *remedy;  /* the usual one; a judge may say a better one */
};

struct finding {
	enum finding_id id;
	enum finding_severity severity;
	str subject;  /* the name, host or address it is about */
	str message;  /* one sentence: what was seen */
	str remedy;   /* one sentence: what to do, or empty */
	enum result_type result_type;
};

#define FINDING_LIST_N 200      /* of one domain; more are counted only */
#define FINDING_TEXT_BYTES 1024 /* of a message or a remedy; longer ones are cut */

struct finding_list {
	struct arena *mem;
	str domain;                /* stands for DOMAIN in remedies */
	enum sts_policy_mode mode; /* of the policy in force, for severities */
	struct finding *finding;   /* finding_n, in the order they were made */
	size_t finding_n;
	size_t dropped_n;
	bool full;                 /* mem ran out */
	struct finding scratch;    /* takes what is dropped */
};

const struct finding_row *finding_row(enum finding_id id);
str finding_severity_name(enum finding_severity severity); /* "fatal" ... */

/* Take room for FINDING_LIST_N findings.  E_LIMIT: mem is full. */
err finding_list_open(struct finding_list *list, str domain, enum sts_policy_mode mode, struct arena *mem) MUST_USE;

/*
 * Add a finding about subject with the catalogue's severity for list->mode and
 * the catalogue's remedy for list->domain; message is a printf format.  Strangers' bytes in it
 * become printable ASCII.  Returns the finding, to change severity, remedy or
 * result_type; when the list or the memory is full a scratch one that is dropped.
 */
struct finding *finding_add(struct finding_list *list, enum finding_id id, str subject, const char *fmt, ...) PRINTF(4, 5);

/* Another remedy than the catalogue's, as a printf format; the word DOMAIN becomes the domain here too. */
void finding_remedy(struct finding_list *list, struct finding *finding, const char *fmt, ...) PRINTF(3, 4);

/* Worst first, otherwise in catalogue order. */
void finding_list_sort(struct finding_list *list);

#endif
