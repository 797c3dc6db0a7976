/*
 * cert_openssl - what cert.c, cert_judge.c, cert_tlsa.c and crl.c share.
 *
 * The one header with OpenSSL's types in it: for those four files only.
 */
#ifndef IO_CERT_OPENSSL_H
#define IO_CERT_OPENSSL_H

#include "io/cert.h"

#include <openssl/x509v3.h>

struct cert_store {
	X509_STORE *roots;
};

/* What one verification found. */
struct cert_look {
	unsigned faults, own_faults;
	bool no_issuer; /* the chain ends in a certificate whose issuer is not there */
	int top_depth;  /* of its last certificate */
	char issuer[CERT_TEXT_BYTES], url[CERT_TEXT_BYTES];
};

/* auth_level: 2 asks for 112 bits of keys and signatures, 1 for 80 */
struct cert_path {
	X509_STORE *roots;
	STACK_OF(X509) *sent, *extra; /* the host's own first */
	unsigned long flags;
	int auth_level;
	unix_s now;
};


X509 *cert_x509(str der); /* NULL: no certificate.  The caller's. */
void cert_issuer(const X509 *x, char name[CERT_TEXT_BYTES], char url[CERT_TEXT_BYTES]); /* harmless; "" none */
void cert_take_spki(const X509 *x, unsigned char **der, size_t *n); /* OPENSSL_free */

/* What can be read of a chain; nothing when that is not the host's own certificate.  The caller's. */
STACK_OF(X509) *cert_read_chain(const struct cert_chain *chain);

/* Build and verify the path from the first of path->sent. */
void cert_look(const struct cert_path *path, bool with_extra, struct cert_look *look);
void cert_note(struct cert_look *look, enum tls_fault_cert fault, int depth);

/* flags: what X509_check_host may look at besides whole-label DNS-IDs */
bool cert_fits_name(X509 *x, str name, unsigned flags);

#endif
