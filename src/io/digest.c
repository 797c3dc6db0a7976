#include "io/digest.h"

#include <openssl/evp.h>
#include <stdio.h>
#include <stdlib.h>

void digest_sha256(str bytes, unsigned char digest[DIGEST_SHA256_BYTES])
{
	if (EVP_Digest(bytes.p ? bytes.p : "", bytes.n, digest, NULL, EVP_sha256(), NULL) != 1) {
		(void)fputs("postseal: SHA-256 is not to be had\n", stderr);
		abort();
	}
}
