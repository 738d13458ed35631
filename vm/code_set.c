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
	if (!baseline && __builtin_cpu_supports("avx2"))
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
	bool of_zero = set->form == CODES_TABLE ? set->table[0] : set->low == 0;
	bool of_one = set->form == CODES_TABLE ? set->table[1] : set->low + set->span >= 1;

	plane_take(out, c->codes, start, n);
	for (size_t w = 0; w < BITS_WORDS(n); w++)
		out[w] = ((of_one ? out[w] : 0) | (of_zero ? ~out[w] : 0)) & plane_mask(n, w);
}

void code_select(const struct code_kernels *kernels, const struct column *c,
    size_t start, size_t n, const struct code_set *set, uint64_t *out)
{
	const char *codes = (const char *)c->codes + start * c->width;

	if (set->form == CODES_NONE)
		plane_zero(out, n);
	else if (set->form == CODES_ALL)
		plane_ones(out, n);
	else if (c->width == 0)
		select_bits(c, start, n, set, out);
	else if (set->form == CODES_RANGE)
		kernels->range[code_type(c)](codes, n, set->low, set->span, out);
	else
		kernels->table[code_type(c)](codes, n, set->table, out);
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
	return code_count(c) > 0 && (c->dictionary || !type_is_text(c->type));
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
