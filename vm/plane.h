/* SPDX-License-Identifier: Apache-2.0 */
/*
 * plane - a bit per row of a frame, 64 rows to a word.
 *
 * Bits past the last row are always zero: every operation below keeps them so,
 * and the kernels rely on it.  A truth register is two planes, of the rows
 * where it is true and of those where it is false; never both.
 */
#ifndef SCARP_VM_PLANE_H
#define SCARP_VM_PLANE_H

#include <string.h>

#include "vm/bits.h"

/* The bits of the word W that stand for rows, of N rows. */
static inline uint64_t plane_mask(size_t n, size_t w)
{
	return n - w * 64 >= 64 ? ~(uint64_t)0 : ((uint64_t)1 << (n & 63)) - 1;
}

static inline void plane_zero(uint64_t *plane, size_t n)
{
	memset(plane, 0, BITS_WORDS(n) * sizeof(*plane));
}

static inline void plane_ones(uint64_t *plane, size_t n)
{
	for (size_t w = 0; w < BITS_WORDS(n); w++)
		plane[w] = plane_mask(n, w);
}

/* The bits set in a word; without an instruction for it, which the least
 * x86-64 does not have (Hacker's Delight, section 5-1). */
static inline uint64_t plane_bits(uint64_t word)
{
	word -= word >> 1 & 0x5555555555555555u;
	word = (word & 0x3333333333333333u) + (word >> 2 & 0x3333333333333333u);
	word = (word + (word >> 4)) & 0x0f0f0f0f0f0f0f0fu;
	return word * 0x0101010101010101u >> 56;
}

/* Adds three bits in each of 64 places: answers the carries. */
static inline uint64_t plane_add(uint64_t *sum, uint64_t a, uint64_t b)
{
	uint64_t half = *sum ^ a, carry = (*sum & a) | (half & b);

	*sum = half ^ b;
	return carry;
}

/* Eight words are added up bit by bit before anything is counted (Harley and
 * Seal; Mula, Kurz and Lemire, "Faster population counts", 2018). */
static inline uint64_t plane_count(const uint64_t *plane, size_t n)
{
	uint64_t ones = 0, twos = 0, fours = 0, eights = 0, rest = 0;
	size_t w = 0, words = BITS_WORDS(n);

	for (; w + 8 <= words; w += 8) {
		const uint64_t *p = plane + w;
		uint64_t a = plane_add(&ones, p[0], p[1]), b = plane_add(&ones, p[2], p[3]);
		uint64_t c = plane_add(&twos, a, b);

		a = plane_add(&ones, p[4], p[5]);
		b = plane_add(&ones, p[6], p[7]);
		a = plane_add(&twos, a, b);
		eights += plane_bits(plane_add(&fours, c, a));
	}
	for (; w < words; w++)
		rest += plane_bits(plane[w]);
	return 8 * eights + 4 * plane_bits(fours) + 2 * plane_bits(twos) +
	    plane_bits(ones) + rest;
}

/* 64 bits from bit AT on, which it has, of a plane of WORDS words. */
static inline uint64_t plane_word(const uint64_t *plane, size_t words, size_t at)
{
	size_t w = at >> 6;
	unsigned shift = at & 63;
	uint64_t low = plane[w] >> shift;

	if (shift == 0 || w + 1 >= words)
		return low;
	return low | plane[w + 1] << (64 - shift);
}

/* N bits of FROM, bit AT on, become the bits of TO. */
static inline void plane_take(uint64_t *to, const uint64_t *from, size_t at, size_t n)
{
	size_t words = BITS_WORDS(at + n);

	for (size_t w = 0; w < BITS_WORDS(n); w++)
		to[w] = plane_word(from, words, at + w * 64) & plane_mask(n, w);
}

/* Writes COUNT (1 .. 64) low bits of BITS at bit AT. */
static inline void plane_write(uint64_t *plane, size_t at, uint64_t bits, unsigned count)
{
	unsigned shift = at & 63;
	uint64_t mask = count == 64 ? ~(uint64_t)0 : ((uint64_t)1 << count) - 1;
	uint64_t *word = plane + (at >> 6);

	word[0] = (word[0] & ~(mask << shift)) | bits << shift;
	if (shift + count > 64)
		word[1] = (word[1] & ~(mask >> (64 - shift))) | bits >> (64 - shift);
}

/* The N bits of FROM become the bits of TO, bit AT on. */
static inline void plane_put(uint64_t *to, size_t at, const uint64_t *from, size_t n)
{
	for (size_t i = 0; i < n; i += 64)
		plane_write(to, at + i, from[i >> 6], n - i < 64 ? (unsigned)(n - i) : 64);
}

/* The word W of a plane with bits [from, to) set. */
static inline uint64_t plane_range(size_t w, size_t from, size_t to)
{
	size_t low = w * 64, high = low + 64;
	uint64_t bits = ~(uint64_t)0;

	if (from > low)
		bits &= ~(uint64_t)0 << (from - low);
	if (to < high)
		bits &= ~(uint64_t)0 >> (high - to);
	return bits;
}

static inline void plane_fill(uint64_t *plane, size_t from, size_t to)
{
	if (from >= to)
		return;
	for (size_t w = from >> 6; w <= (to - 1) >> 6; w++)
		plane[w] |= plane_range(w, from, to);
}

static inline uint64_t plane_count_range(const uint64_t *plane, size_t from, size_t to)
{
	uint64_t count = 0;
	unsigned shift = from & 63;

	if (from >= to)
		return 0;
	if (to - from <= 64)
		return plane_bits((plane[from >> 6] >> shift |
		    plane[(to - 1) >> 6] << 1 << (63 - shift)) &
		    ~(uint64_t)0 >> (64 - (to - from)));
	for (size_t w = from >> 6; w <= (to - 1) >> 6; w++)
		count += plane_bits(plane[w] & plane_range(w, from, to));
	return count;
}

/* Is a bit of [from, to), which is not empty, set in PLANE ^ FLIP? */
static inline bool plane_any_range(const uint64_t *plane, size_t from, size_t to,
    uint64_t flip)
{
	size_t w = from >> 6, last = (to - 1) >> 6;
	unsigned shift = from & 63;
	uint64_t bits;

	if (to - from <= 64) {
		/* Of a range in one word, what the second adds is cut off. */
		bits = (plane[w] ^ flip) >> shift | (plane[last] ^ flip) << 1 << (63 - shift);
		return (bits & ~(uint64_t)0 >> (64 - (to - from))) != 0;
	}
	for (bits = 0; w <= last && bits == 0; w++)
		bits = (plane[w] ^ flip) & plane_range(w, from, to);
	return bits != 0;
}

/* The first bit set at or after FROM, or N. */
static inline size_t plane_next(const uint64_t *plane, size_t n, size_t from)
{
	size_t w = from >> 6, words = BITS_WORDS(n);
	uint64_t word;

	if (from >= n)
		return n;
	word = plane[w] & ~(uint64_t)0 << (from & 63);
	while (word == 0) {
		if (++w == words)
			return n;
		word = plane[w];
	}
	return w * 64 + (size_t)__builtin_ctzll(word);
}

#endif
