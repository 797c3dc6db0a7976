#include "core/tls_fault.h"

static const struct {
	enum result_type type;
	str reason;
} certs[TLS_FAULT_CERT_N] = {
	[TLS_FAULT_EXPIRED] = { RESULT_TYPE_CERTIFICATE_EXPIRED, STR("X509_V_ERR_CERT_HAS_EXPIRED") },
	[TLS_FAULT_NOT_YET_VALID] = { RESULT_TYPE_CERTIFICATE_NOT_TRUSTED,
		STR("X509_V_ERR_CERT_NOT_YET_VALID") },
	[TLS_FAULT_UNKNOWN_CA] = { RESULT_TYPE_CERTIFICATE_NOT_TRUSTED,
		STR("X509_V_ERR_UNABLE_TO_GET_ISSUER_CERT_LOCALLY") },
	[TLS_FAULT_SELF_SIGNED] = { RESULT_TYPE_CERTIFICATE_NOT_TRUSTED,
		STR("X509_V_ERR_DEPTH_ZERO_SELF_SIGNED_CERT") },
	[TLS_FAULT_CHAIN_MISSING] = { RESULT_TYPE_CERTIFICATE_NOT_TRUSTED,
		STR("X509_V_ERR_UNABLE_TO_VERIFY_LEAF_SIGNATURE") },
	[TLS_FAULT_CONSTRAINTS] = { RESULT_TYPE_CERTIFICATE_NOT_TRUSTED,
		STR("X509_V_ERR_PERMITTED_VIOLATION") },
	[TLS_FAULT_WEAK_KEY] = { RESULT_TYPE_CERTIFICATE_NOT_TRUSTED, STR("X509_V_ERR_EE_KEY_TOO_SMALL") },
	[TLS_FAULT_REVOKED] = { RESULT_TYPE_CERTIFICATE_NOT_TRUSTED, STR("X509_V_ERR_CERT_REVOKED") },
	[TLS_FAULT_NAME_MISMATCH] = { RESULT_TYPE_CERTIFICATE_HOST_MISMATCH,
		STR("X509_V_ERR_HOSTNAME_MISMATCH") },
	[TLS_FAULT_NO_DNS_ID] = { RESULT_TYPE_CERTIFICATE_HOST_MISMATCH,
		STR("X509_V_ERR_HOSTNAME_MISMATCH") },
};

void tls_fault_write(const struct tls_fault *fault, struct out *out)
{
	static const str reasons[] = {
		[TLS_FAULT_ALERT] = STR("tls-alert-"),
		[TLS_FAULT_VERSION] = STR("tls-version"),
		[TLS_FAULT_CIPHER] = STR("tls-cipher"),
		[TLS_FAULT_TIMEOUT] = STR("tls-timeout"),
		[TLS_FAULT_CLOSED] = STR("tls-closed"),
	};

	out_str(out, reasons[fault->kind]);
	if (fault->kind == TLS_FAULT_ALERT)
		out_u64(out, fault->alert);
}

str tls_fault_cert_reason(enum tls_fault_cert fault)
{
	return certs[fault].reason;
}

enum result_type tls_fault_cert_type(enum tls_fault_cert fault)
{
	return certs[fault].type;
}
