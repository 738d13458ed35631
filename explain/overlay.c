/* SPDX-License-Identifier: Apache-2.0 */
#include "explain/overlay.h"

#include "explain/footprint.h"
#include "explain/trace.h"

#include <assert.h>

/* What is assumed of one row or value. */
struct spot {
	bool closed, known, absent;
	int64_t cell;		/* known */
	struct overlay_effect *effects;
};

struct overlay {
	struct arena *arena;
	const struct schema *schema;
	const struct graph *graph;
	const uint32_t *unclosed;
	struct map *places;	/* (attribute, entity) -> index of a spot */
	VEC(struct spot *) spots;
	uint32_t *closings;	/* per attribute: rows that are now closed */
	bool *extents;		/* per kind: closed, assumed or concluded */
	bool *told;		/* per attribute: its inverse tells all rows */
	struct trace *trace;
	uint64_t *touched;	/* attributes that something is assumed of */
	bool exists;		/* or of an entity, whether it exists */
	bool settles;		/* anything that a conclusion may rest on */
	bool has_today;
	int64_t today;
};

/* Entities as an attribute that no schema has. */
#define EXISTENCE (SCHEMA_NONE - 1)

uint32_t *overlay_unclosed(struct arena *arena, const struct graph *g)
{
	size_t count = g->schema->attributes.count;
	uint32_t *unclosed = ARENA_ARRAY(arena, uint32_t, count);

	for (size_t a = 0; a < count; a++) {
		const struct column *c = &g->columns[a];
		const struct link *l = &g->links[a];

		unclosed[a] = c->rows + l->rows;
		for (size_t i = 0; i < BITS_WORDS(c->rows); i++)
			unclosed[a] -= (uint32_t)__builtin_popcountll(
			    c->known[i] | c->absent[i]);
		for (size_t i = 0; i < BITS_WORDS(l->rows); i++)
			unclosed[a] -= (uint32_t)__builtin_popcountll(
			    l->closed[i]);
	}
	return unclosed;
}

struct overlay *overlay_new(struct arena *arena, const struct schema *schema,
    const struct graph *graph, const uint32_t *unclosed)
{
	struct overlay *o = ARENA_NEW(arena, struct overlay);

	o->arena = arena;
	o->schema = schema;
	o->graph = graph;
	o->unclosed = unclosed;
	o->places = map_new(arena);
	o->closings = ARENA_ARRAY(arena, uint32_t, schema->attributes.count);
	o->extents = ARENA_ARRAY(arena, bool, schema->kinds.count);
	o->told = ARENA_ARRAY(arena, bool, schema->attributes.count);
	o->touched = ARENA_ARRAY(arena, uint64_t,
	    BITS_WORDS(schema->attributes.count));
	return o;
}

void overlay_trace(struct overlay *o, struct trace *trace)
{
	o->trace = trace;
}

static const struct schema_attribute *attribute_of(const struct overlay *o,
    uint16_t attribute)
{
	return &o->schema->attributes.items[attribute];
}

static uint16_t inverse_of(const struct overlay *o, uint16_t attribute)
{
	return attribute_of(o, attribute)->inverse;
}

/* --- spots ---------------------------------------------------------------- */

static const struct spot *find(const struct overlay *o, uint16_t attribute,
    entity_id entity)
{
	uint32_t key[2] = { attribute, entity };
	const uint32_t *place = map_find(o->places,
	    (struct str){ (const char *)key, sizeof(key) });

	return place ? o->spots.items[*place] : NULL;
}

static struct spot *spot_of(struct overlay *o, uint16_t attribute,
    entity_id entity)
{
	uint32_t key[2] = { attribute, entity };
	bool is_new;
	uint32_t *place = map_at(o->places,
	    (struct str){ (const char *)key, sizeof(key) }, &is_new);

	if (is_new) {
		*place = (uint32_t)o->spots.count;
		if (attribute == EXISTENCE)
			o->exists = true;
		else
			bit_set(o->touched, attribute);
		*VEC_PUSH(o->arena, &o->spots) = ARENA_NEW(o->arena, struct spot);
		return *VEC_LAST(&o->spots);
	}
	return o->spots.items[*place];
}

static enum truth effect_on(const struct spot *spot, int64_t cell)
{
	for (const struct overlay_effect *e = spot ? spot->effects : NULL; e;
	    e = e->next) {
		if (e->cell == cell)
			return e->holds ? TRUTH_TRUE : TRUTH_FALSE;
	}
	return TRUTH_UNKNOWN;
}

static bool is_row_closed(const struct overlay *o, uint16_t attribute,
    entity_id entity)
{
	const struct link *l = &o->graph->links[attribute];
	uint32_t row = entity - l->first;

	trace_state(o->trace, attribute, entity);
	assert(entity >= l->first && row < l->rows);
	return bit_get(l->closed, row);
}

static bool is_value_open(const struct overlay *o, uint16_t attribute,
    entity_id entity)
{
	const struct column *c = &o->graph->columns[attribute];
	uint32_t row = entity - c->first;

	trace_row(o->trace, attribute, entity);
	assert(entity >= c->first && row < c->rows);
	return !bit_get(c->known, row) && !bit_get(c->absent, row);
}

/* --- one side of a link --------------------------------------------------- */

static bool know(struct overlay *o, uint16_t attribute, entity_id entity,
    int64_t cell)
{
	struct spot *spot = spot_of(o, attribute, entity);

	if (spot->absent || (spot->known && spot->cell != cell))
		return false;
	o->closings[attribute] += !spot->known;
	spot->known = true;
	spot->cell = cell;
	return true;
}

static bool put_effect(struct overlay *o, uint16_t attribute,
    entity_id entity, int64_t cell, bool holds)
{
	struct spot *spot = spot_of(o, attribute, entity);
	enum truth already = effect_on(spot, cell);
	struct overlay_effect *effect;

	if (already != TRUTH_UNKNOWN)
		return (already == TRUTH_TRUE) == holds;
	effect = ARENA_NEW(o->arena, struct overlay_effect);
	*effect = (struct overlay_effect){ cell, holds, spot->effects };
	spot->effects = effect;
	return true;
}

/* The link between S and T by ATTRIBUTE, as this side has it.  A single value
 * that is refuted leaves the others. */
static bool put_side(struct overlay *o, uint16_t attribute, entity_id s,
    int64_t t, bool holds)
{
	if (attribute_of(o, attribute)->type.set)
		return put_effect(o, attribute, s, t, holds);
	if (!is_value_open(o, attribute, s)) {
		const struct column *c = &o->graph->columns[attribute];

		return !holds || (bit_get(c->known, s - c->first) &&
		    column_cell(c, s - c->first) == t);
	}
	return !holds || know(o, attribute, s, t);
}

static bool put_link(struct overlay *o, uint16_t attribute, entity_id s,
    int64_t t, bool holds)
{
	uint16_t inverse = inverse_of(o, attribute);

	return put_side(o, attribute, s, t, holds) &&
	    (inverse == SCHEMA_NONE ||
	    put_side(o, inverse, (entity_id)t, s, holds));
}

/* --- assuming ------------------------------------------------------------- */

static bool assume_none(struct overlay *o, uint16_t attribute,
    entity_id entity)
{
	struct spot *spot = spot_of(o, attribute, entity);

	if (spot->known)
		return false;
	o->closings[attribute] += !spot->absent;
	spot->absent = true;
	return true;
}

static bool assume_value(struct overlay *o, const struct filling *f)
{
	if (!is_value_open(o, f->attribute, f->entity))
		return false;
	if (f->absent)
		return assume_none(o, f->attribute, f->entity);
	if (attribute_of(o, f->attribute)->type.tag == TYPE_ENTITY &&
	    !overlay_may_link(o, f->attribute, f->entity, (entity_id)f->cell))
		return false;
	return put_link(o, f->attribute, f->entity, f->cell, true);
}

static bool assume_row(struct overlay *o, const struct filling *f)
{
	bool entities = attribute_of(o, f->attribute)->type.tag == TYPE_ENTITY;
	struct spot *spot;

	if (is_row_closed(o, f->attribute, f->entity))
		return false;
	for (uint32_t i = 0; i < f->added_count; i++) {
		if ((entities && !overlay_may_link(o, f->attribute, f->entity,
		    (entity_id)f->added[i])) ||
		    !put_link(o, f->attribute, f->entity, f->added[i], true))
			return false;
	}
	spot = spot_of(o, f->attribute, f->entity);
	o->closings[f->attribute] += !spot->closed;
	spot->closed = true;
	return true;
}

static bool assume_link(struct overlay *o, const struct filling *f)
{
	if (f->attribute == SCHEMA_NONE)
		return put_effect(o, EXISTENCE, f->entity, 0, f->holds);
	if (attribute_of(o, f->attribute)->owned && !put_effect(o, EXISTENCE,
	    (entity_id)f->cell, 0, f->holds))
		return false;
	return put_link(o, f->attribute, f->entity, f->cell, f->holds);
}

bool overlay_assume(struct overlay *o, const struct filling *f)
{
	bool set = f->attribute != SCHEMA_NONE &&
	    attribute_of(o, f->attribute)->type.set;

	o->settles = true;
	switch (f->kind) {
	case MISSING_CONFLICT:
		return set ? assume_link(o, f) : assume_value(o, f);
	case MISSING_VALUE:
		return assume_value(o, f);
	case MISSING_ROW: case MISSING_REST:
		return assume_row(o, f);
	case MISSING_LINK:
		return assume_link(o, f);
	case MISSING_EXTENT:
		o->extents[f->of] = true;
		return true;
	case MISSING_TODAY:
		o->has_today = true;
		o->today = f->cell;
		return true;
	case MISSING_TROUBLE:
		break;
	}
	return false;
}

/* --- what follows --------------------------------------------------------- */

static bool is_extent_closed(const struct overlay *o, uint16_t kind)
{
	return o->graph->extents[kind].closed || o->extents[kind];
}

static bool are_rows_closed(const struct overlay *o, uint16_t attribute)
{
	return o->closings[attribute] >= o->unclosed[attribute];
}

static bool concludes_extent(const struct overlay *o, uint16_t kind)
{
	const struct schema_kind *k = &o->schema->kinds.items[kind];

	if (is_extent_closed(o, kind))
		return false;
	if (k->base != SCHEMA_NONE && is_extent_closed(o, k->base))
		return true;
	return k->owner != SCHEMA_NONE && is_extent_closed(o,
	    attribute_of(o, k->owner)->kind) && are_rows_closed(o, k->owner);
}

void overlay_conclude(struct overlay *o)
{
	bool again = o->settles;

	while (again) {
		again = false;
		for (size_t k = 0; k < o->schema->kinds.count; k++) {
			if (!concludes_extent(o, (uint16_t)k))
				continue;
			o->extents[k] = true;
			again = true;
		}
	}
	for (size_t a = 0; a < o->schema->attributes.count; a++) {
		uint16_t inverse = inverse_of(o, (uint16_t)a);

		o->told[a] = inverse != SCHEMA_NONE && is_extent_closed(o,
		    attribute_of(o, inverse)->kind) && are_rows_closed(o, inverse);
		/* Where all rows are closed anyway nothing follows. */
		if (o->told[a] && o->unclosed[a] > 0)
			bit_set(o->touched, a);
	}
}

/* --- asking --------------------------------------------------------------- */

/* Told whole, and nobody names it: then it has none. */
static bool is_left_out(const struct overlay *o, uint16_t attribute,
    entity_id entity)
{
	uint16_t inverse = inverse_of(o, attribute);
	const struct extent *sources;
	const struct column *c = &o->graph->columns[attribute];

	if (!o->told[attribute] || !attribute_of(o, attribute)->type.optional ||
	    (c->disputed && bit_get(c->disputed, entity - c->first)))
		return false;
	trace_break(o->trace);
	sources = &o->graph->extents[attribute_of(o, inverse)->kind];
	for (entity_id s = sources->first; s < sources->first + sources->count; s++) {
		if (graph_may_link(o->graph, inverse, s, entity) &&
		    overlay_may_link(o, inverse, s, entity))
			return false;
	}
	return true;
}

enum overlay_state overlay_value(const struct overlay *o, uint16_t attribute,
    entity_id entity, int64_t *cell)
{
	const struct spot *spot = find(o, attribute, entity);

	if (spot && spot->known) {
		*cell = spot->cell;
		return OVERLAY_KNOWN;
	}
	if ((spot && spot->absent) || is_left_out(o, attribute, entity))
		return OVERLAY_ABSENT;
	return OVERLAY_SILENT;
}

/* What the other side, a single value, says of a link. */
static enum truth single_says(const struct overlay *o, uint16_t attribute,
    entity_id s, int64_t t)
{
	const struct spot *spot = find(o, attribute, s);

	if (spot && spot->known)
		return spot->cell == t ? TRUTH_TRUE : TRUTH_FALSE;
	return spot && spot->absent ? TRUTH_FALSE : TRUTH_UNKNOWN;
}

/* Does the graph have the link by its row, for certain? */
static bool is_certain(const struct overlay *o, uint16_t attribute, entity_id s,
    int64_t t)
{
	const struct column *c = &o->graph->columns[attribute];
	const struct link *l = &o->graph->links[attribute];

	trace_has(o->trace, attribute, s, t);
	if (!attribute_of(o, attribute)->type.set)
		return bit_get(c->known, s - c->first) &&
		    column_cell(c, s - c->first) == t;
	for (uint32_t i = l->offsets[s - l->first];
	    i < l->offsets[s - l->first + 1]; i++) {
		if (link_cell(l, i) == t)
			return bit_get(l->certain, i);
	}
	return false;
}

/* What leads to an entity that does not exist is not there; what that entity
 * itself is sure of is there with it. */
static enum truth by_existence(const struct overlay *o, uint16_t attribute,
    entity_id entity, int64_t cell)
{
	uint16_t inverse = inverse_of(o, attribute);
	enum truth exists;

	if (attribute_of(o, attribute)->type.tag != TYPE_ENTITY)
		return TRUTH_UNKNOWN;
	trace_entity(o->trace, cell);
	if (!entity_is_possible(o->graph, cell))
		return TRUTH_UNKNOWN;
	exists = effect_on(find(o, EXISTENCE, (entity_id)cell), 0);
	if (exists == TRUTH_TRUE && (inverse == SCHEMA_NONE ||
	    !is_certain(o, inverse, (entity_id)cell, entity)))
		return TRUTH_UNKNOWN;
	return exists;
}

enum truth overlay_possible(const struct overlay *o, uint16_t attribute,
    entity_id entity, int64_t cell)
{
	uint16_t inverse = inverse_of(o, attribute);
	enum truth here = effect_on(find(o, attribute, entity), cell);

	if (here == TRUTH_UNKNOWN)
		here = by_existence(o, attribute, entity, cell);

	if (here == TRUTH_UNKNOWN && inverse != SCHEMA_NONE &&
	    !attribute_of(o, inverse)->type.set)
		return single_says(o, inverse, (entity_id)cell, entity);
	return here;
}

bool overlay_closes(const struct overlay *o, uint16_t attribute,
    entity_id entity)
{
	const struct spot *spot;

	if (o->told[attribute])
		return true;
	spot = find(o, attribute, entity);
	return spot && spot->closed;
}

const struct overlay_effect *overlay_effects(const struct overlay *o,
    uint16_t attribute, entity_id entity)
{
	const struct spot *spot = find(o, attribute, entity);

	return spot ? spot->effects : NULL;
}

bool overlay_touches(const struct overlay *o, const struct footprint *f)
{
	const struct schema *schema = o->schema;

	if (f->all || o->exists || (f->today && o->has_today))
		return true;
	for (size_t w = 0; w < BITS_WORDS(schema->attributes.count); w++)
		if (f->attributes[w] & o->touched[w])
			return true;
	for (size_t k = 0; k < schema->kinds.count; k++)
		if (o->extents[k] && bit_get(f->kinds, k))
			return true;
	return false;
}

bool overlay_closes_extent(const struct overlay *o, uint16_t kind)
{
	return o->extents[kind];
}

enum truth overlay_exists(const struct overlay *o, entity_id entity)
{
	return effect_on(find(o, EXISTENCE, entity), 0);
}

bool overlay_today(const struct overlay *o, int64_t *days)
{
	*days = o->today;
	return o->has_today;
}

/* Does this side, by what is assumed, exclude the link? */
static bool excludes(const struct overlay *o, uint16_t attribute, entity_id s,
    entity_id t)
{
	const struct spot *spot = find(o, attribute, s);
	const struct link *l = &o->graph->links[attribute];

	if (!attribute_of(o, attribute)->type.set)
		return spot && (spot->absent || (spot->known && spot->cell != t));
	if (effect_on(spot, t) != TRUTH_UNKNOWN)
		return effect_on(spot, t) == TRUTH_FALSE;
	if (!overlay_closes(o, attribute, s))
		return false;
	trace_has(o->trace, attribute, s, t);
	for (uint32_t i = l->offsets[s - l->first];
	    i < l->offsets[s - l->first + 1]; i++) {
		if (link_cell(l, i) == t)
			return false;
	}
	return true;
}

bool overlay_may_link(const struct overlay *o, uint16_t attribute,
    entity_id s, entity_id t)
{
	uint16_t inverse = inverse_of(o, attribute);

	trace_may(o->trace, attribute, s, t);
	return graph_may_link(o->graph, attribute, s, t) &&
	    !excludes(o, attribute, s, t) && (inverse == SCHEMA_NONE ||
	    !excludes(o, inverse, t, s));
}
