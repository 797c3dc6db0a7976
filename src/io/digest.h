/* digest - SHA-256 of some bytes.                                        FIPS 180-4 */
#ifndef IO_DIGEST_H
#define IO_DIGEST_H

#include "base/str.h"

#define DIGEST_SHA256_BYTES 32

void digest_sha256(str bytes, unsigned char digest[DIGEST_SHA256_BYTES]);

#endif
