/* SPDX-License-Identifier: Apache-2.0 */
/*
 * wide - sums of 64-bit numbers that may leave their range on the way, and
 * products of twice their width, on machines without such a type too.
 */
#ifndef SCARP_BASE_WIDE_H
#define SCARP_BASE_WIDE_H

#include <stdbool.h>
#include <stdint.h>

/* high * 2^64 + low; { 0, 0 } is zero.  Room for 2^64 numbers. */
struct wide {
	int64_t high;
	uint64_t low;
};

static inline void wide_add(struct wide *sum, int64_t number)
{
	uint64_t low = sum->low + (uint64_t)number;

	sum->high += (number < 0 ? -1 : 0) + (low < sum->low);
	sum->low = low;
}

/* Whether it is a number of 64 bits again, and which. */
static inline bool wide_number(struct wide sum, int64_t *number)
{
	*number = (int64_t)sum.low;
	return sum.high == (*number < 0 ? -1 : 0);
}

/* A + B, or the end of the range that it is beyond. */
static inline int64_t number_add_clamped(int64_t a, int64_t b)
{
	int64_t sum;

	if (!__builtin_add_overflow(a, b, &sum))
		return sum;
	return a < 0 ? INT64_MIN : INT64_MAX;
}

/* A * B, likewise. */
static inline int64_t number_multiply_clamped(int64_t a, int64_t b)
{
	int64_t product;

	if (!__builtin_mul_overflow(a, b, &product))
		return product;
	return (a < 0) != (b < 0) ? INT64_MIN : INT64_MAX;
}

/* Both halves of A * B in one word, by parts: for machines of 32 bits. */
static inline uint64_t multiply_folded_by_parts(uint64_t a, uint64_t b)
{
	uint64_t low = (a & 0xffffffff) * (b & 0xffffffff);
	uint64_t middle = (a >> 32) * (b & 0xffffffff) + (low >> 32);
	uint64_t other = (a & 0xffffffff) * (b >> 32) + (middle & 0xffffffff);
	uint64_t high = (a >> 32) * (b >> 32) + (middle >> 32) + (other >> 32);

	return (a * b) ^ high;
}

/* The same as fast as the machine can: for hashes. */
static inline uint64_t multiply_folded(uint64_t a, uint64_t b)
{
#ifdef __SIZEOF_INT128__
	__extension__ typedef unsigned __int128 product;
	product whole = (product)a * b;

	return (uint64_t)whole ^ (uint64_t)(whole >> 64);
#else
	return multiply_folded_by_parts(a, b);
#endif
}

#endif
