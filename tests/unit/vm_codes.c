/* SPDX-License-Identifier: Apache-2.0 */
/* Codes of columns: every width keeps its cells, and every kernel, on every set
 * of instructions, says of a row what the cell says. */
#include "tests/unit/unit.h"

#include "vm/code_set.h"
#include "vm/plane.h"

#define ROWS 2085		/* more than a block, and a tail */

static uint64_t state = 1;

static uint64_t random_word(void)
{
	uint64_t z = state += UINT64_C(0x9e3779b97f4a7c15);

	z = (z ^ (z >> 30)) * UINT64_C(0xbf58476d1ce4e5b9);
	z = (z ^ (z >> 27)) * UINT64_C(0x94d049bb133111eb);
	return z ^ (z >> 31);
}

static int64_t cells[ROWS];

/* Cells from LOW on, SPREAD wide; each a multiple of STEP from it. */
static struct column column(struct arena *arena, struct symbols *symbols, uint8_t tag,
    int64_t low, uint64_t spread, uint64_t step)
{
	struct column c = { .type = { .tag = tag }, .rows = ROWS };
	uint64_t *known = ARENA_ARRAY(arena, uint64_t, BITS_WORDS(ROWS));

	for (uint32_t i = 0; i < ROWS; i++) {
		uint64_t word = random_word();

		if (i > 1)
			word = spread ? word % spread / step * step : word;
		else
			word = i && spread ? (spread - 1) / step * step : 0;
		cells[i] = (int64_t)((uint64_t)low + word);
		if (i < 2 || random_word() % 8)
			bit_set(known, i);
	}
	c.known = known;
	column_fill(arena, symbols, &c, cells);
	return c;
}

struct interval { int64_t low, high; };

static enum truth is_between(void *context, int64_t cell)
{
	const struct interval *i = context;

	if (cell % 7 == 3 && cell > i->high)
		return TRUTH_UNKNOWN;
	return cell >= i->low && cell <= i->high ? TRUTH_TRUE : TRUTH_FALSE;
}

static enum truth is_spotted(void *context, int64_t cell)
{
	(void)context;
	return cell % 3 == 0 ? TRUTH_TRUE : TRUTH_FALSE;
}

/* The rows from START on, by both sets of kernels: those that are known are
 * either where a condition holds or where it does not. */
static void compare(const struct column *c, uint32_t start, const struct code_choice *choice,
    code_condition condition, void *context)
{
	uint64_t t[BITS_WORDS(ROWS)], f[BITS_WORDS(ROWS)], known[BITS_WORDS(ROWS)];
	size_t n = ROWS - start;

	plane_take(known, c->known, start, n);
	for (int way = 0; way < 4; way++) {
		bool of_false = way & 2;

		if (of_false && choice->exact)
			continue;
		code_select(code_kernels(way & 1), c, start, n,
		    of_false ? &choice->f : &choice->t, known, (struct truths){ t, f });
		for (size_t i = 0; i < BITS_WORDS(n) * 64; i++) {
			bool is_known = i < n && bit_get(known, i);
			bool held = is_known && condition(context, cells[start + i]) ==
			    (of_false ? TRUTH_FALSE : TRUTH_TRUE);

			ck_assert_int_eq(bit_get(t, i), held);
			ck_assert_int_eq(bit_get(f, i), is_known && !held);
		}
	}
}

static enum truth lies_between(void *context, int64_t cell)
{
	const struct interval *i = context;

	return cell >= i->low && cell <= i->high ? TRUTH_TRUE : TRUTH_FALSE;
}

static void check(struct arena *arena, const struct column *c)
{
	static const uint32_t starts[] = { 0, 61, 122, ROWS % 64 };
	struct interval halves[] = {
		{ INT64_MIN, cells[7] }, { cells[8], INT64_MAX }, { cells[3], cells[3] },
		{ INT64_MIN, INT64_MAX }, { 1, 0 }, { cells[5] < cells[6] ? cells[5] : cells[6],
		cells[5] < cells[6] ? cells[6] : cells[5] }, { INT64_MIN, INT64_MIN + 1 },
		{ INT64_MAX - 1, INT64_MAX },
	};

	for (uint32_t i = 0; i < ROWS; i++)
		if (bit_get(c->known, i))
			ck_assert_int_eq(column_cell(c, i), cells[i]);
	for (size_t i = 0; i < sizeof(halves) / sizeof(*halves); i++) {
		/* Some that leave a tail, and what is left of whole words. */
		for (size_t k = 0; k < sizeof(starts) / sizeof(*starts); k++) {
			struct code_choice choice;
			uint32_t start = starts[k];

			if (column_is_coded(c)) {
				choice = code_choose(arena, c, is_between, &halves[i]);
				compare(c, start, &choice, is_between, &halves[i]);
				choice = code_choose(arena, c, is_spotted, NULL);
				compare(c, start, &choice, is_spotted, NULL);
			}
			if (c->dictionary || c->width == 0)
				continue;
			choice = code_between(c, halves[i].low, halves[i].high);
			ck_assert(choice.exact);
			compare(c, start, &choice, lies_between, &halves[i]);
		}
	}
}

START_TEST(every_width_keeps_its_cells)
{
	static const struct { uint8_t tag; int64_t low; uint64_t spread, step; unsigned width; bool listed; } kinds[] = {
		{ TYPE_BOOL, 0, 2, 1, 0, false },
		{ TYPE_ENUM, 0, 200, 1, 1, false },
		{ TYPE_INT, -100, 256, 1, 1, false },
		{ TYPE_DATE, 20000, 60000, 300, 1, true },
		{ TYPE_INT, INT64_MAX - 70000, 65536, 1, 2, false },
		{ TYPE_DURATION, -5000000, 10000000, 20000, 2, true },
		{ TYPE_INT, INT64_MIN, UINT64_C(1) << 32, 1, 4, false },
		{ TYPE_ENTITY, 5, UINT64_C(1) << 30, 1, 4, false },
		{ TYPE_INT, INT64_MIN, 0, 1, 8, false },
		{ TYPE_INT, INT64_MIN, UINT64_MAX, UINT64_MAX / 100, 1, true },
	};
	struct arena *arena = arena_new();
	struct symbols *symbols = symbols_new(arena);

	for (size_t i = 0; i < sizeof(kinds) / sizeof(*kinds); i++) {
		struct column c = column(arena, symbols, kinds[i].tag, kinds[i].low,
		    kinds[i].spread, kinds[i].step);

		ck_assert_msg(c.width == kinds[i].width && (c.dictionary != NULL) ==
		    kinds[i].listed, "%zu: width %u", i, c.width);
		check(arena, &c);
	}
	arena_free(arena);
} END_TEST

START_TEST(texts_are_listed_in_order)
{
	static const char *const words[] = { "10.0", "9.1", "b", "a" };
	struct arena *arena = arena_new();
	struct symbols *symbols = symbols_new(arena);
	struct column c = { .type = { .tag = TYPE_STRING }, .rows = ROWS };
	uint64_t *known = ARENA_ARRAY(arena, uint64_t, BITS_WORDS(ROWS));

	plane_ones(known, ROWS);
	c.known = known;
	for (uint32_t i = 0; i < ROWS; i++)
		cells[i] = symbol_of(symbols, str_of(words[i % 4]));
	column_fill(arena, symbols, &c, cells);
	ck_assert_uint_eq(c.dictionary_count, 4);
	for (uint32_t i = 1; i < 4; i++)
		ck_assert_int_lt(str_compare(
		    symbol_text(symbols, (symbol)c.dictionary[i - 1]),
		    symbol_text(symbols, (symbol)c.dictionary[i])), 0);
	check(arena, &c);
	c.type.tag = TYPE_VERSION;
	for (uint32_t i = 0; i < ROWS; i++)
		cells[i] = symbol_of(symbols, str_of(words[i % 2]));
	column_fill(arena, symbols, &c, cells);
	ck_assert_int_eq(c.dictionary[0], symbol_find(symbols, STR("9.1")));
	arena_free(arena);
} END_TEST

START_TEST(planes_are_counted_and_joined_alike)
{
	uint64_t a[BITS_WORDS(ROWS) * 4], b[BITS_WORDS(ROWS) * 4], t[2][BITS_WORDS(ROWS) * 4];
	uint64_t f[2][BITS_WORDS(ROWS) * 4];
	size_t words = sizeof(a) / sizeof(*a);

	for (size_t w = 0; w < words; w++) {
		a[w] = random_word() & random_word();
		b[w] = random_word();
	}
	for (size_t n = 0; n <= words; n += 1 + n / 9) {
		uint64_t both = 0, first = 0;

		for (size_t w = 0; w < n; w++) {
			both += plane_bits(a[w] & b[w]);
			first += plane_bits(a[w] & ~b[w]);
		}
		for (int way = 0; way < 2; way++) {
			const struct code_kernels *k = code_kernels(way);

			ck_assert_uint_eq(k->count_both(n, a, b), both);
			ck_assert_uint_eq(k->count_first(n, a, b), first);
			k->both(n, t[way], f[way], (struct truth_planes){ a, b },
			    (struct truth_planes){ b, a });
			for (size_t w = 0; w < n; w++)
				ck_assert(t[way][w] == (a[w] & b[w]) && f[way][w] == (a[w] | b[w]));
			k->mask(n, t[way], f[way], b);
			for (size_t w = 0; w < n; w++)
				ck_assert(t[way][w] == (a[w] & b[w]) && f[way][w] == (b[w] & ~a[w]));
		}
	}
} END_TEST

/* Truths of the words of a link, some of which have no row. */
START_TEST(truths_are_looked_up_alike)
{
	enum { FIRST = 1000 };
	static uint64_t t[BITS_WORDS(ROWS)], f[BITS_WORDS(ROWS)];
	static uint32_t words[ROWS], looks[LOOK_WORDS(ROWS)];
	uint64_t is_true[BITS_WORDS(ROWS)], is_false[BITS_WORDS(ROWS)];

	for (size_t w = 0; w < BITS_WORDS(ROWS); w++) {
		t[w] = random_word();		/* past the last row, too */
		f[w] = random_word() & ~t[w];
	}
	for (uint32_t rows = 1; rows <= ROWS; rows += 1 + rows / 5) {
		for (uint32_t i = 0; i < ROWS; i++)
			words[i] = i % 9 == 0 ? (uint32_t)random_word() : i % 31 == 0 ?
			    FIRST + rows : FIRST + (uint32_t)(random_word() % rows);
		for (int way = 0; way < 4; way++) {
			bool both = way & 1;
			size_t n = rows % 7 ? rows : rows / 64 * 64;

			memset(looks, 0xff, sizeof(looks));
			looks_make(t, both ? f : NULL, rows, looks);
			code_kernels(way & 2)->gather(words, n, FIRST, rows, looks, is_true,
			    is_false);
			for (size_t i = 0; i < BITS_WORDS(n) * 64; i++) {
				uint32_t at = i < n ? words[i] - FIRST : rows;

				ck_assert_int_eq(bit_get(is_true, i), at < rows && bit_get(t, at));
				ck_assert_int_eq(bit_get(is_false, i), both && at < rows &&
				    bit_get(f, at));
			}
		}
	}
	looks_make(f, NULL, ROWS, looks);
	look_add(looks, 77, LOOK_T);
	ck_assert_int_eq(looks[77 / LOOK_ROWS] >> 2 * (77 % LOOK_ROWS) & 3, LOOK_T);
} END_TEST

UNIT_MAIN(every_width_keeps_its_cells, texts_are_listed_in_order,
    planes_are_counted_and_joined_alike, truths_are_looked_up_alike)
