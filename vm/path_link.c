/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What a step of a path leads to, prepared once: tables turned round, and
 * graph_may_link answered for all pairs with an open row at once.
 */
#include "vm/path.h"

static void count_element(struct reverse *r, entity_id e)
{
	if (e - r->first < r->count)
		r->offsets[e - r->first + 1]++;
}

static void place_element(struct reverse *r, uint32_t *next, entity_id e,
    entity_id source, bool certain)
{
	uint32_t at;

	if (e - r->first >= r->count)
		return;
	at = next[e - r->first]++;
	r->sources[at] = source;
	bit_put(r->certain, at, certain);
}

static void reverse_fill(struct reverse *r, const struct table *t, uint32_t *next)
{
	bool certain;

	for (uint32_t row = 0; row < t->rows; row++) {
		entity_id source = t->first[0] + row;

		for (uint32_t i = 0; i < row_elements(t, row); i++) {
			entity_id e = row_element(t, row, i, &certain);

			place_element(r, next, e, source, certain);
		}
		if (row_has_rest(t, row))
			r->rest[r->rest_count++] = source;
	}
}

/* A counting sort of the elements of T that are entities of EXTENT. */
struct reverse *path_reverse(struct machine *m, const struct table *t,
    const struct extent *extent)
{
	struct reverse *r = ARENA_NEW(m->common, struct reverse);
	uint32_t *next;
	bool certain;

	r->first = extent->first;
	r->count = extent->count;
	r->offsets = ARENA_ARRAY(m->common, uint32_t, r->count + (size_t)1);
	for (uint32_t row = 0; row < t->rows; row++)
		for (uint32_t i = 0; i < row_elements(t, row); i++)
			count_element(r, row_element(t, row, i, &certain));
	for (uint32_t i = 0; i < r->count; i++)
		r->offsets[i + 1] += r->offsets[i];
	next = ARENA_ARRAY(m->common, uint32_t, r->count);
	memcpy(next, r->offsets, r->count * sizeof(*next));
	r->sources = ARENA_ARRAY(m->common, entity_id, r->offsets[r->count]);
	r->certain = ARENA_ARRAY(m->common, uint64_t, BITS_WORDS(r->offsets[r->count]));
	r->rest = ARENA_ARRAY(m->common, entity_id, t->rows);
	reverse_fill(r, t, next);
	return r;
}

/* Does the side of target T, which is a row of TABLE, say nothing of the rest? */
static bool is_silent(const struct table *table, entity_id t)
{
	uint32_t row = t - table->first[0];

	return row < table->rows && row_has_rest(table, row);
}

static bool has_open_rows(const struct table *table)
{
	for (uint32_t row = 0; row < table->rows; row++)
		if (row_has_rest(table, row))
			return true;
	return false;
}

/*
 * graph_may_link of an open row, for all targets at once: those whose own
 * side is silent, and those whose own side lists the source.
 */
static void link_open_rows(struct machine *m, struct step_link *link)
{
	const struct schema_attribute *a =
	    &m->program->schema->attributes.items[link->attribute];
	const struct extent *to = &m->graph->extents[link->step->to];
	const struct extent *of = &m->graph->extents[a->type.of];
	const struct table *back = NULL;

	if (!has_open_rows(link->table))
		return;
	if (a->inverse != SCHEMA_NONE) {
		back = machine_attribute(m, a->inverse, false);
		link->listing = path_reverse(m, back, &m->graph->extents[link->step->from]);
	}
	link->silent = ARENA_ARRAY(m->common, uint64_t, BITS_WORDS(m->graph->entity_count));
	for (uint32_t i = 0; i < to->count; i++) {
		entity_id t = to->first + i;

		if (t - of->first < of->count && (!back || is_silent(back, t)))
			bit_set(link->silent, t);
	}
}

void path_link(struct machine *m, const struct program_path *path,
    struct step_link *link, uint32_t number, bool closure)
{
	const struct program_step *s = &m->program->steps.items[path->first_step + number];
	uint16_t inverse;

	*link = (struct step_link){ .step = s, .attribute = s->index, .forward = !s->inverse };
	if (s->kind == STEP_LINK) {
		inverse = m->program->schema->attributes.items[s->index].inverse;
		if (s->inverse && inverse != SCHEMA_NONE) {
			link->attribute = inverse;
			link->forward = true;
		}
		link->table = machine_attribute(m, link->attribute, false);
	} else
		link->table = &m->stores[s->index];
	if (!link->forward && s->kind != STEP_STORE_TRUTH)
		link->reverse = path_reverse(m, link->table, &m->graph->extents[s->from]);
	if (link->forward && s->kind == STEP_LINK && !closure)
		link_open_rows(m, link);
}
