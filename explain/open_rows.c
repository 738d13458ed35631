/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Rows of which something is lacking, as a plane for each attribute: values
 * that are not known, sets that are not closed or have an element that is only
 * possible.  Made when it is first asked for, as most are not.
 *
 * They are those of the graph alone.  What is assumed closes rows and opens
 * none, so that a row that is not among them lacks nothing in any trial.
 */
#include "explain/evaluator.h"

static bool has_possible(const struct link *l, uint32_t row)
{
	for (uint32_t i = l->offsets[row]; i < l->offsets[row + 1]; i++)
		if (!bit_get(l->certain, i))
			return true;
	return false;
}

static uint64_t *rows_of_link(struct arena *arena, const struct link *l)
{
	uint64_t *rows = ARENA_ARRAY(arena, uint64_t, BITS_WORDS(l->rows));

	for (uint32_t row = 0; row < l->rows; row++)
		bit_put(rows, row, !bit_get(l->closed, row) || has_possible(l, row));
	return rows;
}

static uint64_t *rows_of_column(struct arena *arena, const struct column *c)
{
	uint64_t *rows = ARENA_ARRAY(arena, uint64_t, BITS_WORDS(c->rows));

	for (uint32_t row = 0; row < c->rows; row++)
		bit_put(rows, row, !bit_get(c->known, row) && !bit_get(c->absent, row));
	return rows;
}

static const uint64_t *rows_of(struct evaluator *ev, uint16_t attribute)
{
	const struct graph *g = ev->graph;
	const uint64_t **kept = &ev->open_rows[attribute];

	if (!*kept)
		*kept = g->schema->attributes.items[attribute].type.set
		    ? rows_of_link(ev->lasting, &g->links[attribute])
		    : rows_of_column(ev->lasting, &g->columns[attribute]);
	return *kept;
}

bool open_rows_next(struct evaluator *ev, uint16_t attribute, entity_id *entity)
{
	const uint64_t *rows = rows_of(ev, attribute);
	bool set = ev->graph->schema->attributes.items[attribute].type.set;
	entity_id first = set ? ev->graph->links[attribute].first
	    : ev->graph->columns[attribute].first;
	uint32_t count = set ? ev->graph->links[attribute].rows
	    : ev->graph->columns[attribute].rows;
	size_t row = bits_next(rows, count, *entity - first);

	*entity = first + (entity_id)row;
	return row < count;
}
