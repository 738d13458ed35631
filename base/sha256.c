/* SPDX-License-Identifier: Apache-2.0 */
/*
 * SHA-256 (FIPS 180-4) with the instructions that processors have for it;
 * libsodium, which is several times slower, does it where there are none.
 */
#include "base/sha256.h"

#include <stdatomic.h>
#include <stdbool.h>
#include <string.h>

#define BLOCK 64

#if defined(__x86_64__)
#include <cpuid.h>
#include <immintrin.h>

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

/* SHA is bit 29 of EBX of leaf 7; SSSE3 and SSE4.1 bits 9 and 19 of ECX. */
static bool ask_processor(void)
{
	unsigned a, b, c, d;

	if (!__get_cpuid(1, &a, &b, &c, &d) || !(c & 1u << 9) ||
	    !(c & 1u << 19))
		return false;
	return __get_cpuid_count(7, 0, &a, &b, &c, &d) && (b & 1u << 29);
}

/* Asked once: a virtual machine answers slowly. */
static bool has_instructions(void)
{
	enum { NOT_ASKED, NO, YES };
	static atomic_int known;
	int now = atomic_load_explicit(&known, memory_order_relaxed);

	if (now == NOT_ASKED) {
		now = ask_processor() ? YES : NO;
		atomic_store_explicit(&known, now, memory_order_relaxed);
	}
	return now == YES;
}

/* A one, zeros, and the number of bits, to the end of a block. */
static void add_last(struct sha256 *all)
{
	char last[2 * BLOCK] = { 0 };
	size_t left = all->length % BLOCK;
	size_t blocks = left < BLOCK - 8 ? 1 : 2;

	memcpy(last, all->rest, left);
	last[left] = (char)0x80;
	put_big((unsigned char *)last + blocks * BLOCK - 8, all->length * 8, 8);
	add_blocks(all->state, last, blocks);
}

static void add_quickly(struct sha256 *all, const char *bytes, size_t length)
{
	size_t have = all->length % BLOCK, first = BLOCK - have;

	all->length += length;
	if (have && length >= first) {
		memcpy(all->rest + have, bytes, first);
		add_blocks(all->state, all->rest, 1);
		bytes += first;
		length -= first;
		have = 0;
	}
	if (have == 0) {
		add_blocks(all->state, bytes, length / BLOCK);
		bytes += length / BLOCK * BLOCK;
		length %= BLOCK;
	}
	memcpy(all->rest + have, bytes, length);
}

static void end_quickly(struct sha256 *all, unsigned char digest[32])
{
	add_last(all);
	for (int i = 0; i < 8; i++)
		put_big(digest + (size_t)4 * i, all->state[i], 4);
}

#else

static bool has_instructions(void)
{
	return false;
}

static void add_quickly(struct sha256 *all, const char *bytes, size_t length)
{
	(void)all, (void)bytes, (void)length;
}

static void end_quickly(struct sha256 *all, unsigned char digest[32])
{
	(void)all, (void)digest;
}

#endif

void sha256_start(struct sha256 *all)
{
	static const uint32_t start[8] = {
		0x6a09e667, 0xbb67ae85, 0x3c6ef372, 0xa54ff53a,
		0x510e527f, 0x9b05688c, 0x1f83d9ab, 0x5be0cd19,
	};

	memcpy(all->state, start, sizeof(start));
	all->length = 0;
	if (!has_instructions())
		crypto_hash_sha256_init(&all->slow);
}

void sha256_add(struct sha256 *all, const char *bytes, size_t length)
{
	if (length == 0)
		return;
	if (has_instructions())
		add_quickly(all, bytes, length);
	else
		crypto_hash_sha256_update(&all->slow,
		    (const unsigned char *)bytes, length);
}

void sha256_end(struct sha256 *all, unsigned char digest[32])
{
	if (has_instructions())
		end_quickly(all, digest);
	else
		crypto_hash_sha256_final(&all->slow, digest);
}

void sha256(const char *bytes, size_t length, unsigned char digest[32])
{
	struct sha256 all;

	sha256_start(&all);
	sha256_add(&all, bytes, length);
	sha256_end(&all, digest);
}
