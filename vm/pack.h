/* SPDX-License-Identifier: Apache-2.0 */
/*
 * pack - from a byte per row to a bit per row.
 *
 * Comparisons are written into 64 bytes first, which a compiler can do many
 * at a time, and packed here: a multiplication moves the low bit of byte k to
 * bit 56 + k, and no two bits of the product meet (8 j - 7 k is different
 * for every j, k below 8).
 */
#ifndef SCARP_VM_PACK_H
#define SCARP_VM_PACK_H

#include <stdint.h>
#include <string.h>

#if defined(__SSE2__) && defined(__GNUC__)
#include <emmintrin.h>
#endif

static inline uint64_t pack_word(const uint8_t bytes[64])
{
	uint64_t word = 0;

	for (int i = 0; i < 8; i++) {
		uint64_t eight;

		memcpy(&eight, bytes + i * 8, 8);
#if __BYTE_ORDER__ == __ORDER_BIG_ENDIAN__
		eight = __builtin_bswap64(eight);
#endif
		word |= (eight * 0x0102040810204080u >> 56) << (i * 8);
	}
	return word;
}

/* The same of the highest bit of each byte. */
static inline uint64_t pack_mask(const uint8_t bytes[64])
{
#if defined(__SSE2__) && defined(__GNUC__)
	uint64_t word = 0;

	for (int i = 0; i < 4; i++)
		word |= (uint64_t)(uint16_t)_mm_movemask_epi8(
		    _mm_loadu_si128((const void *)(bytes + i * 16))) << (i * 16);
	return word;
#else
	uint8_t ones[64];

	for (int i = 0; i < 64; i++)
		ones[i] = bytes[i] >> 7;
	return pack_word(ones);
#endif
}

#endif
