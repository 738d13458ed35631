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

static inline uint64_t plane_count(const uint64_t *plane, size_t n)
{
	uint64_t count = 0;

	for (size_t w = 0; w < BITS_WORDS(n); w++)
		count += (uint64_t)__builtin_popcountll(plane[w]);
	return count;
}

/* 64 bits from bit AT on, of a plane of WORDS words. */
static inline uint64_t plane_word(const uint64_t *plane, size_t words, size_t at)
{
	size_t w = at >> 6;
	unsigned shift = at & 63;
	uint64_t low = w < words ? plane[w] >> shift : 0;

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

	if (from >= to)
		return 0;
	for (size_t w = from >> 6; w <= (to - 1) >> 6; w++)
		count += (uint64_t)__builtin_popcountll(plane[w] & plane_range(w, from, to));
	return count;
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
