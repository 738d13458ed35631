/* SPDX-License-Identifier: Apache-2.0 */
/* sha256 - the digest of many bytes, as fast as the processor can. */
#ifndef SCARP_BASE_SHA256_H
#define SCARP_BASE_SHA256_H

#include <stddef.h>
#include <stdint.h>
#include <sodium.h>

/* What was added so far; of the fields nobody but sha256.c knows. */
struct sha256 {
	crypto_hash_sha256_state slow;	/* where the processor has no instructions */
	uint32_t state[8];
	uint64_t length;
	char rest[64];			/* length % 64 bytes of it */
};

void sha256_start(struct sha256 *all);
void sha256_add(struct sha256 *all, const char *bytes, size_t length);
void sha256_end(struct sha256 *all, unsigned char digest[32]);
/* All three of BYTES. */
void sha256(const char *bytes, size_t length, unsigned char digest[32]);

#endif
