/* SPDX-License-Identifier: Apache-2.0 */
/*
 * code_select - the kernels over codes of columns, for one set of instructions.
 * Included once for each by code_set.c, which defines NAME(of a kernel),
 * TARGET (what the compiler may use) and PACK (64 bytes of zeros or ones in all
 * bits to 64 bits).
 *
 * Plain loops of 64 rows, whose count is known, are what a compiler makes
 * vectors of.
 */
#define CODES(name, type) \
TARGET static void NAME(range_##name)(const void *from, size_t n, uint64_t low, \
    uint64_t span, uint64_t *out) \
{ \
	const type *codes = from; \
	type least = (type)low, most = (type)span; \
	uint8_t bytes[64]; \
\
	for (size_t w = 0; w < n / 64; w++, codes += 64) { \
		for (int j = 0; j < 64; j++) \
			bytes[j] = (uint8_t)-((type)(codes[j] - least) <= most); \
		out[w] = PACK(bytes); \
	} \
	if (n % 64 == 0) \
		return; \
	memset(bytes, 0, sizeof(bytes)); \
	for (size_t j = 0; j < n % 64; j++) \
		bytes[j] = (uint8_t)-((type)(codes[j] - least) <= most); \
	out[n / 64] = PACK(bytes); \
}
#include "vm/codes.def"
#undef CODES

#define CODES(name, type) \
TARGET static void NAME(table_##name)(const void *from, size_t n, const uint8_t *table, \
    uint64_t *out) \
{ \
	const type *codes = from; \
	uint8_t bytes[64]; \
\
	for (size_t w = 0; w < n / 64; w++, codes += 64) { \
		for (int j = 0; j < 64; j++) \
			bytes[j] = table[codes[j]]; \
		out[w] = PACK(bytes); \
	} \
	if (n % 64 == 0) \
		return; \
	memset(bytes, 0, sizeof(bytes)); \
	for (size_t j = 0; j < n % 64; j++) \
		bytes[j] = table[codes[j]]; \
	out[n / 64] = PACK(bytes); \
}
#include "vm/codes.def"
#undef CODES

static const struct code_kernels NAME(kernels) = {
#define CODES(name, type) .range[CODE_##name] = NAME(range_##name), \
	.table[CODE_##name] = NAME(table_##name),
#include "vm/codes.def"
#undef CODES
};
