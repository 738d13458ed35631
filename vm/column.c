/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Choosing the codes of a column: a bit, the distance from the least cell, or
 * a place in a dictionary of its own, whichever takes the fewest bytes.
 */
#include <stdlib.h>

#include "vm/graph.h"
#include "vm/scalar.h"

#define CODES_MOST (1u << 16)

/* A dictionary is made where a cell stands in so many rows on average. */
#define ROWS_PER_CELL 4

struct word {
	int64_t cell;
	struct str text;
};

/* The different cells of a column, while they are counted. */
struct distinct {
	int64_t *cells;
	uint32_t count, most;
	uint32_t *slots, slot_count;	/* place in cells + 1; a power of two of them */
};

size_t column_bytes(const struct column *c)
{
	return c->width ? c->rows * (size_t)c->width : BITS_WORDS(c->rows) * 8;
}

static void put_code(struct column *c, uint32_t row, uint64_t code)
{
	switch (c->width) {
	case 0:
		bit_put(c->codes, row, code != 0);
		break;
	case 1:
		((uint8_t *)c->codes)[row] = (uint8_t)code;
		break;
	case 2:
		((uint16_t *)c->codes)[row] = (uint16_t)code;
		break;
	case 4:
		((uint32_t *)c->codes)[row] = (uint32_t)code;
		break;
	default:
		((int64_t *)c->codes)[row] = (int64_t)code;
	}
}

/* --- dictionaries -------------------------------------------------------- */

static struct distinct distinct_new(struct arena *arena, uint32_t most)
{
	struct distinct d = { .most = most, .slot_count = 64 };

	while (d.slot_count < 2 * most)
		d.slot_count *= 2;
	d.cells = ARENA_ARRAY(arena, int64_t, most);
	d.slots = ARENA_ARRAY(arena, uint32_t, d.slot_count);
	return d;
}

/* Where CELL is, or would be put. */
static uint32_t *slot_of(const struct distinct *d, int64_t cell)
{
	uint64_t at = (uint64_t)cell * UINT64_C(0x9e3779b97f4a7c15) >> 32;

	for (;; at++) {
		uint32_t *slot = &d->slots[at & (d->slot_count - 1)];

		if (*slot == 0 || d->cells[*slot - 1] == cell)
			return slot;
	}
}

/* False when there are too many. */
static bool count_cells(struct distinct *d, const struct column *c, const int64_t *cells)
{
	for (uint32_t row = 0; row < c->rows; row++) {
		uint32_t *slot;

		if (!bit_get(c->known, row))
			continue;
		slot = slot_of(d, cells[row]);
		if (*slot)
			continue;
		if (d->count == d->most)
			return false;
		d->cells[d->count++] = cells[row];
		*slot = d->count;
	}
	return true;
}

static int compare_cells(const void *a, const void *b)
{
	int64_t x = ((const struct word *)a)->cell, y = ((const struct word *)b)->cell;

	return (x > y) - (x < y);
}

static int compare_texts(const void *a, const void *b)
{
	return str_compare(((const struct word *)a)->text, ((const struct word *)b)->text);
}

static int compare_versions(const void *a, const void *b)
{
	const struct word *x = a, *y = b;

	/* They are canonical: none is equal to another. */
	return scalar_compare_versions(x->text, y->text);
}

static void sort_words(const struct column *c, const struct symbols *symbols,
    struct word *words, uint32_t count)
{
	bool text = type_is_text(c->type);

	for (uint32_t i = 0; text && i < count; i++)
		words[i].text = symbol_text(symbols, (symbol)words[i].cell);
	qsort(words, count, sizeof(*words), !text ? compare_cells :
	    c->type.tag == TYPE_VERSION ? compare_versions : compare_texts);
}

static void fill_dictionary(struct arena *arena, struct arena *region,
    const struct symbols *symbols, struct column *c, const int64_t *cells,
    struct distinct *d)
{
	struct word *words = ARENA_ARRAY(region, struct word, d->count);

	for (uint32_t i = 0; i < d->count; i++)
		words[i].cell = d->cells[i];
	sort_words(c, symbols, words, d->count);
	/* Rows that are not known have code 0, which is looked up as well. */
	c->dictionary = ARENA_ARRAY(arena, int64_t, d->count + (size_t)1);
	c->dictionary_count = d->count;
	/* From the order of appearance to that of the dictionary. */
	memset(d->slots, 0, d->slot_count * sizeof(*d->slots));
	for (uint32_t i = 0; i < d->count; i++) {
		c->dictionary[i] = d->cells[i] = words[i].cell;
		*slot_of(d, words[i].cell) = i + 1;
	}
	c->width = d->count <= 256 ? 1 : 2;
	c->codes = arena_alloc(arena, column_bytes(c));
	for (uint32_t row = 0; row < c->rows; row++)
		if (bit_get(c->known, row))
			put_code(c, row, *slot_of(d, cells[row]) - 1);
}

static bool try_dictionary(struct arena *arena, const struct symbols *symbols,
    struct column *c, const int64_t *cells, uint32_t most)
{
	struct arena *region;
	struct distinct d;
	bool few;

	if (most > c->rows / ROWS_PER_CELL)
		most = c->rows / ROWS_PER_CELL;
	if (most == 0)
		return false;
	region = arena_new_in(arena);
	d = distinct_new(region, most);
	few = count_cells(&d, c, cells);
	if (few)
		fill_dictionary(arena, region, symbols, c, cells, &d);
	arena_free(region);
	return few;
}

/* --- distances ----------------------------------------------------------- */

static void find_range(const struct column *c, const int64_t *cells, int64_t *least,
    uint64_t *distance)
{
	int64_t low = INT64_MAX, high = INT64_MIN;

	for (uint32_t row = 0; row < c->rows; row++) {
		if (!bit_get(c->known, row))
			continue;
		if (cells[row] < low)
			low = cells[row];
		if (cells[row] > high)
			high = cells[row];
	}
	*least = low <= high ? low : 0;
	*distance = low <= high ? (uint64_t)high - (uint64_t)low : 0;
}

static uint8_t width_of(uint64_t distance)
{
	if (distance <= UINT8_MAX)
		return 1;
	if (distance <= UINT16_MAX)
		return 2;
	return distance <= UINT32_MAX ? 4 : 8;
}

static void fill_distances(struct arena *arena, struct column *c, const int64_t *cells,
    int64_t least, uint8_t width)
{
	c->width = width;
	c->base = width == 8 || (width == 4 && least >= 0 && !type_is_number(c->type)) ?
	    0 : least;
	c->codes = arena_alloc(arena, column_bytes(c));
	for (uint32_t row = 0; row < c->rows; row++)
		if (bit_get(c->known, row))
			put_code(c, row, (uint64_t)cells[row] - (uint64_t)c->base);
}

void column_fill(struct arena *arena, const struct symbols *symbols,
    struct column *c, const int64_t *cells)
{
	uint64_t distance;
	int64_t least;
	uint8_t width;

	c->base = 0;
	c->dictionary = NULL;
	c->dictionary_count = 0;
	find_range(c, cells, &least, &distance);
	width = width_of(distance);
	if (c->type.tag == TYPE_BOOL)
		fill_distances(arena, c, cells, 0, 0);
	else if (c->type.tag == TYPE_ENUM)
		fill_distances(arena, c, cells, 0, 1);
	else if ((width == 1 && !type_is_text(c->type)) ||
	    !try_dictionary(arena, symbols, c, cells, width <= 2 &&
	    !type_is_text(c->type) ? 256 : CODES_MOST))
		fill_distances(arena, c, cells, least, width);
}
