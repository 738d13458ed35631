/* SPDX-License-Identifier: Apache-2.0 */
/* bits - sets of small numbers as 64-bit words; bits past the end are zero. */
#ifndef SCARP_VM_BITS_H
#define SCARP_VM_BITS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define BITS_WORDS(count) (((size_t)(count) + 63) / 64)

static inline bool bit_get(const uint64_t *bits, size_t i)
{
	return bits[i >> 6] >> (i & 63) & 1;
}

static inline void bit_set(uint64_t *bits, size_t i)
{
	bits[i >> 6] |= (uint64_t)1 << (i & 63);
}

static inline void bit_clear(uint64_t *bits, size_t i)
{
	bits[i >> 6] &= ~((uint64_t)1 << (i & 63));
}

static inline void bit_put(uint64_t *bits, size_t i, bool on)
{
	if (on)
		bit_set(bits, i);
	else
		bit_clear(bits, i);
}

/* The first of the set from FROM on, of COUNT; COUNT if there is none. */
static inline size_t bits_next(const uint64_t *bits, size_t count, size_t from)
{
	while (from < count) {
		uint64_t word = bits[from >> 6] >> (from & 63);

		if (word)
			return from + (size_t)__builtin_ctzll(word);
		from = (from | 63) + 1;
	}
	return count;
}

#endif
