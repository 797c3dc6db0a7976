#include "wire/result_type.h"

#include "base/err.h"

static const struct {
	str name;
	unsigned number; /* tlsrpt_failure_t of libtlsrpt */
} types[RESULT_TYPE_N] = {
	[RESULT_TYPE_OTHER] = { STR(""), 0 },
	[RESULT_TYPE_STARTTLS_NOT_SUPPORTED] = { STR("starttls-not-supported"), 201 },
	[RESULT_TYPE_CERTIFICATE_HOST_MISMATCH] = { STR("certificate-host-mismatch"), 202 },
	[RESULT_TYPE_CERTIFICATE_NOT_TRUSTED] = { STR("certificate-not-trusted"), 203 },
	[RESULT_TYPE_CERTIFICATE_EXPIRED] = { STR("certificate-expired"), 204 },
	[RESULT_TYPE_VALIDATION_FAILURE] = { STR("validation-failure"), 205 },
	[RESULT_TYPE_STS_POLICY_FETCH_ERROR] = { STR("sts-policy-fetch-error"), 301 },
	[RESULT_TYPE_STS_POLICY_INVALID] = { STR("sts-policy-invalid"), 302 },
	[RESULT_TYPE_STS_WEBPKI_INVALID] = { STR("sts-webpki-invalid"), 303 },
	[RESULT_TYPE_TLSA_INVALID] = { STR("tlsa-invalid"), 304 },
	[RESULT_TYPE_DNSSEC_INVALID] = { STR("dnssec-invalid"), 305 },
	[RESULT_TYPE_DANE_REQUIRED] = { STR("dane-required"), 306 },
};

str result_type_name(enum result_type type)
{
	return types[type].name;
}

enum result_type result_type_of(str name, bool any_case)
{
	for (size_t i = 1; i < ARRAY_N(types); i++)
		if (any_case ? str_eq_nocase(name, types[i].name) : str_eq(name, types[i].name))
			return (enum result_type)i;
	return RESULT_TYPE_OTHER;
}

unsigned result_type_number(enum result_type type)
{
	return types[type].number;
}

enum result_type result_type_of_number(uint64_t number)
{
	for (size_t i = 1; i < ARRAY_N(types); i++)
		if (types[i].number == number)
			return (enum result_type)i;
	return RESULT_TYPE_OTHER;
}
