/* SPDX-License-Identifier: Apache-2.0 */
#include "vm/vectorize.h"

#include "vm/code_set.h"

#include <string.h>

#if defined(__x86_64__) && defined(__GNUC__)
#include <immintrin.h>
#endif

#include "vm/pack.h"
#include "vm/plane.h"

/* --- kernels ------------------------------------------------------------- */

/* As many words as the widest registers hold. */
#define LANES 4
#define FILL(word) word, word, word, word
typedef uint64_t lanes __attribute__((vector_size(LANES * 8)));

static void baseline_fold(const uint64_t *plane, const struct pieces *p, uint64_t flip,
    uint64_t *dense, uint64_t *out)
{
	(void)dense;
	for (size_t w = 0; w < BITS_WORDS(p->count); w++) {
		size_t end = p->count - w * 64 < 64 ? p->count : w * 64 + 64;
		uint64_t bits = 0;

		for (size_t i = w * 64; i < end; i++)
			if (p->to[i] > p->from[i])
				bits |= (uint64_t)plane_any_range(plane, p->from[i] - p->first,
				    p->to[i] - p->first, flip) << (i & 63);
		out[w] = bits;
	}
}

static void baseline_gather(const uint32_t *words, size_t n, uint32_t first,
    uint32_t rows, const uint32_t *looks, uint64_t *restrict t, uint64_t *restrict f)
{
	for (size_t w = 0; w < BITS_WORDS(n); w++, words += 64) {
		size_t count = n - w * 64 < 64 ? n - w * 64 : 64;
		uint8_t found[64] = { 0 };

		for (size_t j = 0; j < count; j++) {
			uint32_t at = words[j] - first, row = at < rows ? at : rows;

			found[j] = (uint8_t)(looks[row / LOOK_ROWS] >>
			    2 * (row % LOOK_ROWS) << 6);
		}
		t[w] = pack_mask(found);
		for (int j = 0; j < 64; j++)
			found[j] = (uint8_t)(found[j] << 1);
		f[w] = pack_mask(found);
	}
}

#define NAME(kernel) baseline_##kernel
#define TARGET
#define PACK pack_mask
#include "vm/code_select.h"
#undef NAME
#undef TARGET
#undef PACK

#if defined(__x86_64__) && defined(__GNUC__)
#define AVX2 __attribute__((target("avx2")))

AVX2 static inline uint64_t pack_avx2(const uint8_t bytes[64])
{
	__m256i low = _mm256_loadu_si256((const void *)bytes);
	__m256i high = _mm256_loadu_si256((const void *)(bytes + 32));

	return (uint32_t)_mm256_movemask_epi8(low) |
	    (uint64_t)(uint32_t)_mm256_movemask_epi8(high) << 32;
}

/*
 * To add the bits of a piece to ones everywhere but at its end carries into the
 * end unless there are none; over the ends of words the carry goes on.  What
 * stands at the ends is then pressed together, and spread over the pieces that
 * are not empty.
 */
__attribute__((target("bmi2,popcnt")))
static void avx2_fold(const uint64_t *plane, const struct pieces *p, uint64_t flip,
    uint64_t *dense, uint64_t *out)
{
	unsigned char carry = 0;
	size_t at = 0;

	memset(dense, 0, (BITS_WORDS(p->count) + 1) * sizeof(*dense));
	for (size_t w = 0; w < BITS_WORDS(p->bits); w++) {
		uint64_t ends = p->ends[w], bits = plane[w] ^ flip;
		unsigned long long sum = 0;
		unsigned shift = at & 63;
		uint64_t found;

		carry = _addcarry_u64(carry, ~ends, bits & ~ends, &sum);
		found = _pext_u64(sum | bits, ends);
		dense[at >> 6] |= found << shift;
		dense[(at >> 6) + 1] |= found >> 1 >> (63 - shift);
		at += (size_t)__builtin_popcountll(ends);
	}
	at = 0;
	for (size_t w = 0; w < BITS_WORDS(p->count); w++) {
		uint64_t filled = p->filled[w];
		unsigned shift = at & 63;

		out[w] = _pdep_u64(dense[at >> 6] >> shift |
		    dense[(at >> 6) + 1] << 1 << (63 - shift), filled);
		at += (size_t)__builtin_popcountll(filled);
	}
}

/* Eight rows at a time: their words are fetched together, and the bits of each
 * shifted to the top. */
AVX2 static void avx2_gather(const uint32_t *words, size_t n, uint32_t first,
    uint32_t rows, const uint32_t *looks, uint64_t *restrict t, uint64_t *restrict f)
{
	const __m256i low = _mm256_set1_epi32((int)first), most = _mm256_set1_epi32((int)rows);
	const __m256i top = _mm256_set1_epi32(2 * (LOOK_ROWS - 1));

	for (size_t w = 0; w < n / 64; w++, words += 64) {
		uint64_t is_true = 0, is_false = 0;

		for (int j = 0; j < 64; j += 8) {
			__m256i at = _mm256_sub_epi32(_mm256_loadu_si256(
			    (const void *)(words + j)), low);
			__m256i row = _mm256_min_epu32(at, most);
			__m256i look = _mm256_i32gather_epi32((const int *)looks,
			    _mm256_srli_epi32(row, 4), 4);

			look = _mm256_sllv_epi32(look,
			    _mm256_andnot_si256(_mm256_slli_epi32(row, 1), top));
			is_true |= (uint64_t)(unsigned)_mm256_movemask_ps(
			    _mm256_castsi256_ps(look)) << j;
			is_false |= (uint64_t)(unsigned)_mm256_movemask_ps(
			    _mm256_castsi256_ps(_mm256_slli_epi32(look, 1))) << j;
		}
		t[w] = is_true;
		f[w] = is_false;
	}
	if (n % 64)
		baseline_gather(words, n % 64, first, rows, looks, t + n / 64, f + n / 64);
}

#define NAME(kernel) avx2_##kernel
#define TARGET AVX2
#define PACK pack_avx2
#include "vm/code_select.h"
#undef NAME
#undef TARGET
#undef PACK
#endif

const struct code_kernels *code_kernels(bool baseline)
{
#if defined(__x86_64__) && defined(__GNUC__)
	/* Zen 2 and before it have pext, but slowly. */
	if (!baseline && __builtin_cpu_supports("avx2") && __builtin_cpu_supports("bmi2") &&
	    !__builtin_cpu_is("znver1") && !__builtin_cpu_is("znver2"))
		return &avx2_kernels;
#endif
	(void)baseline;
	return &baseline_kernels;
}

static unsigned code_type(const struct column *column)
{
	switch (column->width) {
	case 1: return CODE_U8;
	case 2: return CODE_U16;
	case 4: return CODE_U32;
	default: return CODE_U64;
	}
}

static void select_bits(const struct column *c, size_t start, size_t n,
    const struct code_set *set, uint64_t *out)
{
	/* Of two codes some are a range. */
	bool of_zero = set->low == 0, of_one = set->low + set->span >= 1;

	plane_take(out, c->codes, start, n);
	for (size_t w = 0; w < BITS_WORDS(n); w++)
		out[w] = (of_one ? out[w] : 0) | (of_zero ? ~out[w] : 0);
}

void code_select(const struct code_kernels *kernels, const struct column *c,
    size_t start, size_t n, const struct code_set *set, const uint64_t *known,
    struct truths out)
{
	const char *codes = (const char *)c->codes + start * c->width;

	if (c->width > 0 && set->form == CODES_RANGE) {
		kernels->range[code_type(c)](codes, n, set->low, set->span, known, out.t, out.f);
		return;
	}
	if (c->width > 0 && set->form == CODES_TABLE) {
		kernels->table[code_type(c)](codes, n, set->table, known, out.t, out.f);
		return;
	}
	if (set->form == CODES_NONE)
		plane_zero(out.t, n);
	else if (set->form == CODES_ALL)
		plane_ones(out.t, n);
	else
		select_bits(c, start, n, set, out.t);
	kernels->mask(BITS_WORDS(n), out.t, out.f, known);
}

/* --- pieces -------------------------------------------------------------- */

static void find_filled(const struct pieces *p, uint64_t *filled)
{
	uint8_t bytes[64];

	for (size_t w = 0; w < p->count / 64; w++) {
		const uint32_t *from = p->from + w * 64, *to = p->to + w * 64;

		for (int j = 0; j < 64; j++)
			bytes[j] = (uint8_t)-(to[j] > from[j]);
		filled[w] = pack_mask(bytes);
	}
	if (p->count % 64)
		filled[p->count / 64] = 0;
	for (size_t i = p->count & ~(size_t)63; i < p->count; i++)
		filled[i >> 6] |= (uint64_t)(p->to[i] > p->from[i]) << (i & 63);
}

/* An empty piece names the end of the one before it once more. */
void pieces_find(struct pieces *p, uint64_t *ends, uint64_t *filled)
{
	uint64_t bits = 0;
	uint32_t at = 0, i = 0;

	plane_zero(ends, p->bits);
	while (i < p->count && p->to[i] == p->first)
		i++;
	for (; i < p->count; i++) {
		uint32_t end = p->to[i] - p->first - 1;

		if (end >> 6 != at) {
			ends[at] = bits;
			at = end >> 6;
			bits = 0;
		}
		bits |= (uint64_t)1 << (end & 63);
	}
	if (p->bits)
		ends[at] = bits;
	find_filled(p, filled);
	p->ends = ends;
	p->filled = filled;
}

/* Bits of 0 .. 15 to every second of 32. */
static uint32_t spread(uint32_t bits)
{
	bits = (bits | bits << 8) & 0x00ff00ffu;
	bits = (bits | bits << 4) & 0x0f0f0f0fu;
	bits = (bits | bits << 2) & 0x33333333u;
	return (bits | bits << 1) & 0x55555555u;
}

void looks_make(const uint64_t *t, const uint64_t *f, size_t rows, uint32_t *looks)
{
	for (size_t w = 0; w < LOOK_WORDS(rows); w++) {
		size_t word = w / 4, shift = w % 4 * LOOK_ROWS;
		bool in = word < BITS_WORDS(rows);

		looks[w] = in ? spread((uint16_t)(t[word] >> shift)) * LOOK_T : 0;
		if (in && f)
			looks[w] |= spread((uint16_t)(f[word] >> shift)) * LOOK_F;
	}
	looks[rows / LOOK_ROWS] &= ~(3u << 2 * (rows % LOOK_ROWS));
}

/* --- choosing ------------------------------------------------------------ */

/* Codes there may be; 0: too many. */
static uint32_t code_count(const struct column *c)
{
	if (c->dictionary)
		return c->dictionary_count;
	if (c->width == 0)
		return 2;
	return c->width == 1 ? 1u << 8 : c->width == 2 ? 1u << 16 : 0;
}

bool column_is_coded(const struct column *c)
{
	uint32_t count = code_count(c);

	return count > 0 && (count <= 256 || count <= c->rows) &&
	    (c->dictionary || !type_is_text(c->type));
}

/* The shortest way to say it: COUNT bytes of TABLE, some of them set. */
static struct code_set simplify(uint8_t *table, uint32_t count)
{
	struct code_set set = { .form = CODES_TABLE, .table = table };
	uint32_t low = 0, high = count, held = 0;

	while (low < count && !table[low])
		low++;
	while (high > low && !table[high - 1])
		high--;
	for (uint32_t code = low; code < high; code++)
		held += table[code] != 0;
	if (held == 0)
		set.form = CODES_NONE;
	else if (held == count)
		set.form = CODES_ALL;
	else if (held == high - low)
		set = (struct code_set){ .form = CODES_RANGE, .low = low, .span = held - 1 };
	return set;
}

struct code_choice code_choose(struct arena *arena, const struct column *c,
    code_condition condition, void *context)
{
	uint32_t count = code_count(c), room = c->width == 2 ? 1u << 16 : 1u << 8;
	uint8_t *t = arena_alloc(arena, room), *f = arena_alloc(arena, room);
	struct code_choice choice = { .exact = true };

	for (uint32_t code = 0; code < count; code++) {
		enum truth truth = condition(context, column_decode(c, code));

		t[code] = truth == TRUTH_TRUE ? 0xff : 0;
		f[code] = truth == TRUTH_FALSE ? 0xff : 0;
		choice.exact &= truth != TRUTH_UNKNOWN;
	}
	choice.t = simplify(t, count);
	choice.f = simplify(f, count);
	return choice;
}

struct code_choice code_between(const struct column *c, int64_t low, int64_t high)
{
	uint64_t most = c->width == 8 ? UINT64_MAX : ((uint64_t)1 << 8 * c->width) - 1;
	struct code_choice choice = { .exact = true };
	int64_t base = c->base;

	if (c->width < 8 && low < base)
		low = base;
	if (low > high || (c->width < 8 && (uint64_t)low - (uint64_t)base > most))
		return choice;
	choice.t = (struct code_set){ .form = CODES_RANGE,
	    .low = (uint64_t)low - (uint64_t)base, .span = (uint64_t)high - (uint64_t)low };
	if (c->width < 8 && choice.t.span > most - choice.t.low)
		choice.t.span = most - choice.t.low;
	return choice;
}
