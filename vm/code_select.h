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

/* What the bytes of the word W say of its rows, those that are known. */
#define SAY(w) do { \
	uint64_t held = PACK(bytes); \
\
	t[w] = held & known[w]; \
	f[w] = known[w] & ~held; \
} while (0)

/*
 * HELD is the byte of row j.  Mostly the next batch goes on where this one ends:
 * to ask for its lines while bytes are compared makes a scan cost what is
 * slower of the two, and not both.  Wider codes wait for memory anyway.
 */
#define ROWS(type, held) do { \
	uint8_t bytes[64]; \
	size_t w = 0; \
\
	for (; w < n / 64; w++, codes += 64) { \
		__builtin_prefetch(known + n / 64 + w, 0, 2); \
		if (sizeof(type) <= 2) \
			for (size_t k = 0; k < sizeof(type); k++) \
				__builtin_prefetch((const char *)(codes + n) + 64 * k, 0, 2); \
		for (int j = 0; j < 64; j++) \
			bytes[j] = (held); \
		SAY(w); \
	} \
	if (n % 64 == 0) \
		return; \
	memset(bytes, 0, sizeof(bytes)); \
	for (size_t j = 0; j < n % 64; j++) \
		bytes[j] = (held); \
	SAY(w); \
} while (0)

#define CODES(name, type) \
TARGET static void NAME(range_##name)(const void *from, size_t n, uint64_t low, \
    uint64_t span, const uint64_t *restrict known, uint64_t *restrict t, \
    uint64_t *restrict f) \
{ \
	const type *restrict codes = from; \
	type least = (type)low, most = (type)span; \
\
	ROWS(type, (uint8_t)-((type)(codes[j] - least) <= most)); \
}
#include "vm/codes.def"
#undef CODES

/* Wider codes have no tables. */
#define TABLE(name, type) \
TARGET static void NAME(table_##name)(const void *from, size_t n, const uint8_t *table, \
    const uint64_t *restrict known, uint64_t *restrict t, uint64_t *restrict f) \
{ \
	const type *restrict codes = from; \
\
	ROWS(type, table[codes[j]]); \
}
TABLE(U8, uint8_t)
TABLE(U16, uint16_t)
#undef TABLE
#undef ROWS
#undef SAY

/* --- planes -------------------------------------------------------------- */

TARGET static void NAME(both)(size_t words, uint64_t *restrict t, uint64_t *restrict f,
    struct truth_planes a, struct truth_planes b)
{
	for (size_t w = 0; w < words; w++) {
		t[w] = a.t[w] & b.t[w];
		f[w] = a.f[w] | b.f[w];
	}
}

TARGET static void NAME(mask)(size_t words, uint64_t *restrict t, uint64_t *restrict f,
    const uint64_t *restrict known)
{
	for (size_t w = 0; w < words; w++) {
		uint64_t bits = known[w], held = t[w];

		t[w] = bits & held;
		f[w] = bits & ~held;
	}
}

/* The sums of a block: eight times LANES words are added up bit by bit before
 * anything is counted (Harley and Seal; Mula, Kurz and Lemire, "Faster
 * population counts", 2018). */
TARGET static inline void NAME(add)(lanes *sum, const lanes *a, const lanes *b,
    lanes *carry)
{
	lanes half = *sum ^ *a, both = *sum & *a;

	*carry = both | (half & *b);
	*sum = half ^ *b;
}

TARGET static inline uint64_t NAME(bits)(const lanes *of)
{
	const lanes fives = { FILL(0x5555555555555555u) }, threes = { FILL(0x3333333333333333u) };
	const lanes nibbles = { FILL(0x0f0f0f0f0f0f0f0fu) };
	lanes v = *of - (*of >> 1 & fives);
	uint64_t count = 0;

	/* analyzer: gcc 12 takes a vector's lanes for its bits */
	v = (v & threes) + (v >> 2 & threes);
	/* analyzer: the same */
	v = (v + (v >> 4)) & nibbles;
	for (int i = 0; i < LANES; i++)
		count += v[i] * 0x0101010101010101u >> 56;
	return count;
}

#define COUNT(name, expression) \
TARGET static uint64_t NAME(name)(size_t words, const uint64_t *x, const uint64_t *y) \
{ \
	lanes ones = { 0 }, twos = { 0 }, fours = { 0 }; \
	uint64_t eights = 0, rest = 0; \
	size_t w = 0; \
\
	for (; w + 8 * LANES <= words; w += 8 * LANES) { \
		lanes v[8], a, b, c, d; \
\
		for (size_t k = 0; k < 8; k++) { \
			lanes p, q; \
\
			memcpy(&p, x + w + k * LANES, sizeof(p)); \
			memcpy(&q, y + w + k * LANES, sizeof(q)); \
			v[k] = (expression); \
		} \
		NAME(add)(&ones, &v[0], &v[1], &a); \
		NAME(add)(&ones, &v[2], &v[3], &b); \
		NAME(add)(&twos, &a, &b, &c); \
		NAME(add)(&ones, &v[4], &v[5], &a); \
		NAME(add)(&ones, &v[6], &v[7], &b); \
		NAME(add)(&twos, &a, &b, &d); \
		NAME(add)(&fours, &c, &d, &a); \
		eights += NAME(bits)(&a); \
	} \
	for (; w < words; w++) { \
		uint64_t p = x[w], q = y[w]; \
\
		rest += plane_bits(expression); \
	} \
	return 8 * eights + 4 * NAME(bits)(&fours) + 2 * NAME(bits)(&twos) + \
	    NAME(bits)(&ones) + rest; \
}
COUNT(count_both, p & q)
COUNT(count_first, p & ~q)
#undef COUNT

static const struct code_kernels NAME(kernels) = {
	.gather = NAME(gather), .fold = NAME(fold), .both = NAME(both), .mask = NAME(mask),
	.count_both = NAME(count_both), .count_first = NAME(count_first),
	.table = { NAME(table_U8), NAME(table_U16) },
#define CODES(name, type) .range[CODE_##name] = NAME(range_##name),
#include "vm/codes.def"
#undef CODES
};
