/* SPDX-License-Identifier: Apache-2.0 */
/* sha256 - the digest of many bytes, as fast as the processor can. */
#ifndef SCARP_BASE_SHA256_H
#define SCARP_BASE_SHA256_H

#include <stddef.h>
#include <stdint.h>

void sha256(const char *bytes, size_t length, unsigned char digest[32]);

#endif
