/*
 * result_type - the IANA "STARTTLS Validation Result Types".   RFC 8460 sections 4.3 and 6.6
 *
 * One list for reports (names) and datagrams (libtlsrpt's numbers).  Pure.
 */
#ifndef WIRE_RESULT_TYPE_H
#define WIRE_RESULT_TYPE_H

#include "base/str.h"

enum result_type {
	RESULT_TYPE_OTHER, /* not in the registry; the text says what */
	RESULT_TYPE_STARTTLS_NOT_SUPPORTED,
	RESULT_TYPE_CERTIFICATE_HOST_MISMATCH,
	RESULT_TYPE_CERTIFICATE_NOT_TRUSTED,
	RESULT_TYPE_CERTIFICATE_EXPIRED,
	RESULT_TYPE_VALIDATION_FAILURE,
	RESULT_TYPE_STS_POLICY_FETCH_ERROR,
	RESULT_TYPE_STS_POLICY_INVALID,
	RESULT_TYPE_STS_WEBPKI_INVALID,
	RESULT_TYPE_TLSA_INVALID,
	RESULT_TYPE_DNSSEC_INVALID,
	RESULT_TYPE_DANE_REQUIRED,
	RESULT_TYPE_N
};

str result_type_name(enum result_type type);                   /* "" for OTHER */
enum result_type result_type_of(str name, bool any_case);      /* OTHER when unknown */
unsigned result_type_number(enum result_type type);            /* libtlsrpt's; 0 for OTHER */
enum result_type result_type_of_number(uint64_t number);       /* OTHER when unknown */

#endif
