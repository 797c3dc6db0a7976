/*
 * report_tolerant - the tolerant reading of a report; see wire/report.h.
 *
 * A value that cannot be used is left out and said (wire/report_warning.h).
 * Policy and result types come in lower case; "unknown" stands for an absent one.
 */
#ifndef WIRE_REPORT_TOLERANT_H
#define WIRE_REPORT_TOLERANT_H

#include "wire/report.h"

/* Errors of report_read. */
err report_tolerant_read(str json, struct arena *mem, struct report *report, struct why *why) MUST_USE;

#endif
