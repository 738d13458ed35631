/* SPDX-License-Identifier: Apache-2.0 */
#include "vm/snapshot_texts.h"

#include <stdlib.h>

static void use(uint64_t *used, symbol s)
{
	if (s != SYMBOL_NONE)
		bit_set(used, s);
}

static void use_column(uint64_t *used, const struct column *c)
{
	for (uint32_t row = 0; row < c->rows; row++) {
		if (!bit_get(c->known, row))
			continue;
		if (type_is_text(c->type))
			use(used, (symbol)column_cell(c, row));
		if (c->spelled)
			use(used, c->spelled[row]);
	}
}

static void use_link(uint64_t *used, const struct link *l)
{
	uint32_t count = l->rows ? l->offsets[l->rows] : 0;

	for (uint32_t i = 0; i < count; i++) {
		if (type_is_text(l->type))
			use(used, (symbol)link_cell(l, i));
		if (l->spelled)
			use(used, l->spelled[i]);
	}
}

static void use_graph(uint64_t *used, const struct graph *g)
{
	for (uint32_t i = 0; i < g->entity_count; i++)
		use(used, g->keys[i]);
	for (size_t a = 0; a < g->schema->attributes.count; a++) {
		use_column(used, &g->columns[a]);
		use_link(used, &g->links[a]);
	}
	for (size_t i = 0; i < g->disputes.count; i++) {
		const struct dispute *d = &g->disputes.items[i];

		if (!dispute_is_none(d) && type_is_text(g->schema->attributes.items[
		    d->attribute].type))
			use(used, (symbol)d->cell);
	}
}

/* --- sorting ------------------------------------------------------------- */

/* The first bytes of a text as a number decide most comparisons. */
struct ranked {
	uint64_t prefix;
	struct str text;
	symbol number;
};

static uint64_t prefix_of(struct str text)
{
	uint64_t prefix = 0;

	for (size_t i = 0; i < sizeof(prefix); i++)
		prefix = prefix << 8 |
		    (i < text.length ? (unsigned char)text.at[i] : 0);
	return prefix;
}

static int compare_ranked(const void *a, const void *b)
{
	const struct ranked *x = a, *y = b;

	if (x->prefix != y->prefix)
		return x->prefix < y->prefix ? -1 : 1;
	return str_compare(x->text, y->text);
}

static struct ranked *rank_texts(struct snapshot_texts *t, struct arena *arena,
    const uint64_t *used)
{
	uint32_t all = symbols_count(t->graph->symbols), n = 0;
	struct ranked *ranked;

	for (uint32_t s = 0; s < all; s++)
		if (bit_get(used, s))
			t->numbers[s] = t->count++;
	ranked = ARENA_ARRAY(arena, struct ranked, t->count);
	for (uint32_t s = 0; s < all; s++) {
		struct str text;

		if (!bit_get(used, s))
			continue;
		text = symbol_text(t->graph->symbols, s);
		ranked[n++] = (struct ranked){ prefix_of(text), text, s };
	}
	qsort(ranked, n, sizeof(*ranked), compare_ranked);
	return ranked;
}

static bool lay_out(struct snapshot_texts *t, const struct ranked *ranked, struct str *why)
{
	uint64_t total = 0;

	for (uint32_t i = 0; i < t->count; i++)
		total += ranked[i].text.length + 1;
	if (total > UINT32_MAX) {
		*why = STR("its texts take more than 4 gigabytes");
		return false;
	}
	t->starts = ARENA_ARRAY(t->arena, uint32_t, (size_t)t->count + 1);
	t->places = ARENA_ARRAY(t->arena, uint32_t, t->count);
	t->bytes = arena_alloc(t->arena, (size_t)total);
	for (uint32_t i = 0; i < t->count; i++) {
		struct str text = ranked[i].text;

		if (text.length)
			memcpy(t->bytes + t->starts[i], text.at, text.length);
		t->starts[i + 1] = t->starts[i] + (uint32_t)text.length + 1;
		t->places[t->numbers[ranked[i].number]] = i;
	}
	return true;
}

static struct symbols *new_symbols(const struct snapshot_texts *t)
{
	uint32_t *numbers = ARENA_ARRAY(t->arena, uint32_t, t->count);
	const struct sorted_texts texts = { t->bytes, t->starts, t->places, numbers,
		t->count };

	for (uint32_t s = 0; s < t->count; s++)
		numbers[t->places[s]] = s;
	return symbols_new_on(t->arena, &texts);
}

bool snapshot_texts_sort(struct snapshot_texts *t, const symbol *extra,
    size_t extra_count, struct str *why)
{
	const struct symbols *symbols = t->graph->symbols;
	uint32_t all = symbols_count(symbols);
	struct arena *scratch = arena_new_in(t->arena);
	uint64_t *used = ARENA_ARRAY(scratch, uint64_t, BITS_WORDS(all));
	bool fits;

	use_graph(used, t->graph);
	for (size_t i = 0; i < extra_count; i++)
		use(used, extra[i]);
	t->numbers = ARENA_ARRAY(t->arena, uint32_t, all);
	memset(t->numbers, 0xff, all * sizeof(*t->numbers));
	fits = lay_out(t, rank_texts(t, scratch, used), why);
	if (fits)
		t->symbols = new_symbols(t);
	arena_free(scratch);
	return fits;
}

symbol snapshot_text_number(const struct snapshot_texts *t, symbol s)
{
	return s == SYMBOL_NONE ? s : t->numbers[s];
}

/* --- columns and links ---------------------------------------------------- */

struct column snapshot_column(const struct snapshot_texts *t, const struct column *c)
{
	struct column to = *c;
	int64_t *cells;

	if (c->spelled) {
		to.spelled = ARENA_ARRAY(t->arena, symbol, c->rows);
		for (uint32_t row = 0; row < c->rows; row++)
			if (bit_get(c->known, row))
				to.spelled[row] = snapshot_text_number(t, c->spelled[row]);
	}
	if (!type_is_text(c->type) || c->rows == 0)
		return to;
	cells = ARENA_ARRAY(t->arena, int64_t, c->rows);
	for (uint32_t row = 0; row < c->rows; row++)
		if (bit_get(c->known, row))
			cells[row] = t->numbers[column_cell(c, row)];
	column_fill(t->arena, t->symbols, &to, cells);
	return to;
}

struct link snapshot_link(const struct snapshot_texts *t, const struct link *l)
{
	uint32_t count = l->rows ? l->offsets[l->rows] : 0, *cells;
	struct link to = *l;

	if (!type_is_text(l->type) || count == 0)
		return to;
	to.cells = cells = ARENA_ARRAY(t->arena, uint32_t, count);
	if (l->spelled)
		to.spelled = ARENA_ARRAY(t->arena, symbol, count);
	for (uint32_t i = 0; i < count; i++) {
		cells[i] = t->numbers[link_cell(l, i)];
		if (l->spelled)
			to.spelled[i] = snapshot_text_number(t, l->spelled[i]);
	}
	return to;
}
