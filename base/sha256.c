/* SPDX-License-Identifier: Apache-2.0 */
/*
 * SHA-256 (FIPS 180-4) with the instructions that processors have for it;
 * libsodium, which is several times slower, does it where there are none.
 */
#include "base/sha256.h"

#include <sodium.h>
#include <string.h>

#if defined(__x86_64__)
#include <cpuid.h>
#include <immintrin.h>

#define BLOCK 64

static const uint32_t constants[64] = {
	0x428a2f98, 0x71374491, 0xb5c0fbcf, 0xe9b5dba5,
	0x3956c25b, 0x59f111f1, 0x923f82a4, 0xab1c5ed5,
	0xd807aa98, 0x12835b01, 0x243185be, 0x550c7dc3,
	0x72be5d74, 0x80deb1fe, 0x9bdc06a7, 0xc19bf174,
	0xe49b69c1, 0xefbe4786, 0x0fc19dc6, 0x240ca1cc,
	0x2de92c6f, 0x4a7484aa, 0x5cb0a9dc, 0x76f988da,
	0x983e5152, 0xa831c66d, 0xb00327c8, 0xbf597fc7,
	0xc6e00bf3, 0xd5a79147, 0x06ca6351, 0x14292967,
	0x27b70a85, 0x2e1b2138, 0x4d2c6dfc, 0x53380d13,
	0x650a7354, 0x766a0abb, 0x81c2c92e, 0x92722c85,
	0xa2bfe8a1, 0xa81a664b, 0xc24b8b70, 0xc76c51a3,
	0xd192e819, 0xd6990624, 0xf40e3585, 0x106aa070,
	0x19a4c116, 0x1e376c08, 0x2748774c, 0x34b0bcb5,
	0x391c0cb3, 0x4ed8aa4a, 0x5b9cca4f, 0x682e6ff3,
	0x748f82ee, 0x78a5636f, 0x84c87814, 0x8cc70208,
	0x90befffa, 0xa4506ceb, 0xbef9a3f7, 0xc67178f2,
};

static const uint32_t start[8] = {
	0x6a09e667, 0xbb67ae85, 0x3c6ef372, 0xa54ff53a,
	0x510e527f, 0x9b05688c, 0x1f83d9ab, 0x5be0cd19,
};

/* One for four rounds, and the next four words but of the last. */
#define ROUNDS(r) do { \
	__m128i both = _mm_add_epi32(w[(r) & 3], _mm_loadu_si128( \
	    (const __m128i *)(constants + (size_t)4 * (r)))); \
	cdgh = _mm_sha256rnds2_epu32(cdgh, abef, both); \
	abef = _mm_sha256rnds2_epu32(abef, cdgh, \
	    _mm_shuffle_epi32(both, 0x0e)); \
	if ((r) < 12) \
		w[(r) & 3] = _mm_sha256msg2_epu32(_mm_add_epi32( \
		    _mm_sha256msg1_epu32(w[(r) & 3], w[((r) + 1) & 3]), \
		    _mm_alignr_epi8(w[((r) + 3) & 3], w[((r) + 2) & 3], 4)), \
		    w[((r) + 3) & 3]); \
} while (0)

__attribute__((target("sha,sse4.1,ssse3")))
static void add_blocks(uint32_t state[8], const char *bytes, size_t count)
{
	const __m128i order = _mm_set_epi64x(0x0c0d0e0f08090a0b,
	    0x0405060700010203);
	__m128i low = _mm_shuffle_epi32(_mm_loadu_si128(
	    (const __m128i *)state), 0xb1);
	__m128i high = _mm_shuffle_epi32(_mm_loadu_si128(
	    (const __m128i *)(state + 4)), 0x1b);
	__m128i abef = _mm_alignr_epi8(low, high, 8);
	__m128i cdgh = _mm_blend_epi16(high, low, 0xf0);

	for (; count; count--, bytes += BLOCK) {
		__m128i abef_before = abef, cdgh_before = cdgh, w[4];

		for (int i = 0; i < 4; i++)
			w[i] = _mm_shuffle_epi8(_mm_loadu_si128(
			    (const __m128i *)(bytes + (size_t)16 * i)), order);
		ROUNDS(0); ROUNDS(1); ROUNDS(2); ROUNDS(3);
		ROUNDS(4); ROUNDS(5); ROUNDS(6); ROUNDS(7);
		ROUNDS(8); ROUNDS(9); ROUNDS(10); ROUNDS(11);
		ROUNDS(12); ROUNDS(13); ROUNDS(14); ROUNDS(15);
		abef = _mm_add_epi32(abef, abef_before);
		cdgh = _mm_add_epi32(cdgh, cdgh_before);
	}
	low = _mm_shuffle_epi32(abef, 0x1b);
	high = _mm_shuffle_epi32(cdgh, 0xb1);
	_mm_storeu_si128((__m128i *)state, _mm_blend_epi16(low, high, 0xf0));
	_mm_storeu_si128((__m128i *)(state + 4),
	    _mm_alignr_epi8(high, low, 8));
}

static void put_big(unsigned char *at, uint64_t word, unsigned bytes)
{
	while (bytes--) {
		at[bytes] = (unsigned char)word;
		word >>= 8;
	}
}

/* A one, zeros, and the number of bits, to the end of a block. */
static void add_rest(uint32_t state[8], const char *rest, size_t length)
{
	char last[2 * BLOCK] = { 0 };
	size_t left = length % BLOCK;
	size_t blocks = left < BLOCK - 8 ? 1 : 2;

	if (left)
		memcpy(last, rest, left);
	last[left] = (char)0x80;
	put_big((unsigned char *)last + blocks * BLOCK - 8,
	    (uint64_t)length * 8, 8);
	add_blocks(state, last, blocks);
}

/* SHA is bit 29 of EBX of leaf 7; SSSE3 and SSE4.1 bits 9 and 19 of ECX. */
static int has_instructions(void)
{
	unsigned a, b, c, d;

	if (!__get_cpuid(1, &a, &b, &c, &d) || !(c & 1u << 9) ||
	    !(c & 1u << 19))
		return 0;
	return __get_cpuid_count(7, 0, &a, &b, &c, &d) && (b & 1u << 29);
}

void sha256(const char *bytes, size_t length, unsigned char digest[32])
{
	size_t whole = length / BLOCK;
	uint32_t state[8];

	if (!has_instructions()) {
		crypto_hash_sha256(digest, (const unsigned char *)bytes,
		    length);
		return;
	}
	memcpy(state, start, sizeof(state));
	add_blocks(state, bytes, whole);
	add_rest(state, bytes + whole * BLOCK, length);
	for (int i = 0; i < 8; i++)
		put_big(digest + (size_t)4 * i, state[i], 4);
}

#else

void sha256(const char *bytes, size_t length, unsigned char digest[32])
{
	crypto_hash_sha256(digest, (const unsigned char *)bytes, length);
}

#endif
