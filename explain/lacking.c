/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Single facts that are not there, with a name for people and a position:
 * the object that lacks the fact, or the statement that leaves it open.
 */
#include "explain/conflict.h"
#include "explain/evaluator.h"

#include <assert.h>
#include <stdlib.h>

struct missing_list missing_list_of(struct evaluator *ev, struct arena *arena,
    struct pool *pool, uint64_t steps)
{
	return (struct missing_list){ .ev = ev, .arena = arena, .pool = pool,
		.places = map_new(ev->scratch), .asked = map_new(ev->scratch),
		.until = ev->steps + steps };
}

/* The bound is met.  One fact at least is named, whatever it takes. */
bool missing_is_enough(const struct missing_list *list)
{
	return list->ev->steps > list->until && list->items.count > 0;
}

/* Each fact once. */
static void add(struct missing_list *list, struct missing missing)
{
	int64_t key[] = { missing.kind, missing.entity, missing.attribute,
		missing.of, missing.cell };
	bool is_new;

	list->named++;
	map_at(list->places, (struct str){ (const char *)key, sizeof(key) },
	    &is_new);
	if (is_new)
		*VEC_PUSH(list->arena, &list->items) = missing;
}

static void add_fact(struct missing_list *list, enum missing_kind kind,
    uint16_t attribute, entity_id entity, struct span span)
{
	add(list, (struct missing){ .kind = kind, .entity = entity,
	    .attribute = attribute, .of = SCHEMA_NONE, .span = span });
}

static struct span object_of(const struct missing_list *list, entity_id entity)
{
	return entity_origin(list->ev->graph, entity).span;
}

/* Where one of those that disagree speaks. */
static struct span dispute_of(const struct missing_list *list,
    uint16_t attribute, entity_id entity)
{
	const struct dispute *d = conflict_first(list->ev, attribute, entity);

	trace_break(list->ev->trace);
	return d ? d->origin.span : object_of(list, entity);
}

static void lacks_value(struct missing_list *list, uint16_t attribute,
    entity_id entity, uint32_t row)
{
	const struct column *c = &list->ev->graph->columns[attribute];
	struct value v = fact_attribute(list->ev, attribute, entity);

	trace_row(list->ev->trace, attribute, entity);
	if (value_is_known(&v))
		return;
	if (c->disputed && bit_get(c->disputed, row))
		add_fact(list, MISSING_CONFLICT, attribute, entity,
		    dispute_of(list, attribute, entity));
	else
		add_fact(list, MISSING_VALUE, attribute, entity,
		    object_of(list, entity));
}

/* The other side is certain of it, if only the entity exists. */
static bool hangs_on_entity(const struct evaluator *ev, uint16_t attribute,
    int64_t cell)
{
	const struct schema_attribute *a =
	    &ev->tree->schema->attributes.items[attribute];

	return a->back &&
	    fact_exists(ev, (entity_id)cell) == TRUTH_UNKNOWN;
}

static void lacks_link(struct missing_list *list, uint16_t attribute,
    entity_id entity, uint32_t element)
{
	const struct link *l = &list->ev->graph->links[attribute];
	bool disputed = l->disputed && bit_get(l->disputed, element);

	if (hangs_on_entity(list->ev, attribute, link_cell(l, element))) {
		lacks_entity(list, (entity_id)link_cell(l, element));
		return;
	}
	add(list, (struct missing){
	    .kind = disputed ? MISSING_CONFLICT : MISSING_LINK,
	    .entity = entity, .attribute = attribute, .of = SCHEMA_NONE,
	    .cell = link_cell(l, element),
	    .span = link_origin(list->ev->graph, l, element).span });
}

static void lacks_rest(struct missing_list *list, uint16_t attribute,
    entity_id entity, uint32_t row)
{
	const struct link *l = &list->ev->graph->links[attribute];

	if (fact_row_closed(list->ev, attribute, entity, row))
		return;
	trace_state(list->ev->trace, attribute, entity);
	if (bit_get(l->stated, row))
		add_fact(list, MISSING_REST, attribute, entity,
		    link_row_origin(list->ev->graph, l, row).span);
	else
		add_fact(list, MISSING_ROW, attribute, entity,
		    object_of(list, entity));
}

static void lacks_elements(struct missing_list *list, uint16_t attribute,
    entity_id entity, uint32_t row, struct part part)
{
	const struct link *l = &list->ev->graph->links[attribute];
	bool listed = false;

	trace_row(list->ev->trace, attribute, entity);
	for (uint32_t i = l->offsets[row]; i < l->offsets[row + 1]; i++) {
		bool asked = !part.only || link_cell(l, i) == part.cell;

		listed |= part.only && asked;
		if (asked && part.possible && fact_holds(list->ev, attribute,
		    entity, i) == TRUTH_UNKNOWN)
			lacks_link(list, attribute, entity, i);
	}
	if (part.rest && !listed)
		lacks_rest(list, attribute, entity, row);
}

static void lacks_own(struct missing_list *list, uint16_t attribute,
    entity_id entity, struct part part)
{
	uint32_t row = fact_row(list->ev, attribute, entity);

	if (list->ev->tree->schema->attributes.items[attribute].type.set)
		lacks_elements(list, attribute, entity, row, part);
	else
		lacks_value(list, attribute, entity, row);
}

/* --- links that are told from their other side ---------------------------- */

static bool is_stated(const struct graph *g, uint16_t attribute)
{
	const struct link *l = &g->links[attribute];
	uint64_t any = 0;

	for (size_t w = 0; w < BITS_WORDS(l->rows); w++)
		any |= l->stated[w];
	return any != 0;
}

/* Files state the other side, and nobody thought of this one: it is not what
 * can be collected. */
static bool is_told_elsewhere(const struct missing_list *list,
    uint16_t attribute)
{
	const struct schema_attribute *a =
	    &list->ev->tree->schema->attributes.items[attribute];

	return a->back && a->type.set && !is_stated(list->ev->graph, attribute);
}

/* Whether one source leads to ENTITY, as its own side leaves it open. */
static void lacks_source(struct missing_list *list, uint16_t inverse,
    entity_id source, entity_id entity, struct part part)
{
	struct part self = { part.rest, part.possible, true, entity };

	if (fact_may_link(list->ev, inverse, source, entity))
		lacks_own(list, inverse, source, self);
}

/* Links of all sources that may be, and what keeps the row from being whole:
 * it is when every source is known, and all that it leads to. */
static void lacks_sources(struct missing_list *list, uint16_t attribute,
    entity_id entity, struct part part)
{
	struct evaluator *ev = list->ev;
	const struct schema_attribute *a =
	    &ev->tree->schema->attributes.items[attribute];
	const struct extent *x = &ev->graph->extents[a->type.of];

	trace_break(ev->trace);
	for (entity_id s = x->first; open_rows_next(ev, a->inverse, &s); s++) {
		lacks_source(list, a->inverse, s, entity, part);
		if (part.rest)
			lacks_own(list, a->inverse, s, PART_REST);
		ev->steps++;
		list->cut |= missing_is_enough(list);
	}
	if (part.rest)
		lacks_extent(list, a->type.of);
}

static void lacks_back(struct missing_list *list, uint16_t attribute,
    entity_id entity, struct part part)
{
	const struct schema_attribute *a =
	    &list->ev->tree->schema->attributes.items[attribute];
	uint64_t before = list->named;

	pool_add(list->pool, (struct type){ .tag = TYPE_ENTITY, .of = a->kind },
	    entity);
	if (part.only)
		lacks_source(list, a->inverse, (entity_id)part.cell, entity, part);
	if (list->named == before)
		lacks_sources(list, attribute, entity, part);
}

void lacks_attribute(struct missing_list *list, uint16_t attribute,
    entity_id entity, struct part part)
{
	const struct schema_attribute *a =
	    &list->ev->tree->schema->attributes.items[attribute];
	uint64_t before = list->named;

	if (part.only)
		pool_add(list->pool, a->type, part.cell);
	if (is_told_elsewhere(list, attribute))
		lacks_back(list, attribute, entity, part);
	if (list->named == before)
		lacks_own(list, attribute, entity, part);
}

/* What is owned is there if its owner has it. */
static bool lacks_owned(struct missing_list *list, entity_id entity)
{
	const struct graph *g = list->ev->graph;
	entity_id owner = entity_owner(g, entity);
	uint16_t row = list->ev->tree->schema->kinds.items[
	    entity_kind(g, entity)].owner;
	struct part part = PART_POSSIBLE(entity);
	uint64_t before = list->named;

	trace_owner(list->ev->trace, entity);
	if (owner != ENTITY_NONE)
		lacks_own(list, row, owner, part);
	return list->named > before;
}

void lacks_entity(struct missing_list *list, entity_id entity)
{
	if (fact_exists(list->ev, entity) == TRUTH_UNKNOWN &&
	    !lacks_owned(list, entity))
		add(list, (struct missing){ .kind = MISSING_LINK,
		    .entity = entity, .attribute = SCHEMA_NONE,
		    .of = SCHEMA_NONE, .span = object_of(list, entity) });
}

/* Rows that are all there is to close, if they are few. */
#define ROWS_OF_OWNERS 20

/* How far owners may own owners. */
#define OWNER_DEPTH 8

/* What is owned is open because some owners' rows are, or because there may be
 * more owners: that is what can be collected. */
static bool lacks_owners(struct missing_list *list, uint16_t kind)
{
	struct evaluator *ev = list->ev;
	const struct schema *schema = ev->tree->schema;
	uint16_t row = schema->kinds.items[kind].owner, owner;
	const struct extent *x;
	unsigned open = 0;

	if (row == SCHEMA_NONE)
		return false;
	owner = schema->attributes.items[row].kind;
	x = &ev->graph->extents[owner];
	trace_break(ev->trace);
	for (entity_id e = x->first; open <= ROWS_OF_OWNERS &&
	    open_rows_next(ev, row, &e); e++)
		open += !fact_row_closed(ev, row, e,
		    e - ev->graph->links[row].first);
	if (open > ROWS_OF_OWNERS || list->owners >= OWNER_DEPTH)
		return false;
	list->owners++;
	if (!fact_extent_closed(ev, owner)) {
		lacks_extent(list, owner);
		open++;
	}
	list->owners--;
	for (entity_id e = x->first; open_rows_next(ev, row, &e); e++)
		lacks_rest(list, row, e, e - ev->graph->links[row].first);
	return open > 0;
}

void lacks_extent(struct missing_list *list, uint16_t kind)
{
	if (!fact_extent_closed(list->ev, kind) && !lacks_owners(list, kind))
		add(list, (struct missing){ .kind = MISSING_EXTENT,
		    .entity = ENTITY_NONE, .attribute = SCHEMA_NONE, .of = kind,
		    .span = SPAN_NONE });
}

void lacks_today(struct missing_list *list)
{
	add(list, (struct missing){ .kind = MISSING_TODAY,
	    .entity = ENTITY_NONE, .attribute = SCHEMA_NONE,
	    .of = SCHEMA_NONE, .span = SPAN_NONE });
}

/* An overflow, a division by zero, a search that gave up: no fact helps. */
void lacks_sense(struct missing_list *list, const struct expr *e)
{
	add(list, (struct missing){ .kind = MISSING_TROUBLE,
	    .entity = ENTITY_NONE, .attribute = SCHEMA_NONE,
	    .of = SCHEMA_NONE, .cell = e->span.start, .span = e->span });
}

/* The element of a row that is asked about. */
static uint32_t element_of(const struct link *l, const struct missing *m)
{
	uint32_t row = m->entity - l->first, i = l->offsets[row];

	assert(i < l->offsets[row + 1]);
	for (; link_cell(l, i) != m->cell; i++)
		assert(i + 1 < l->offsets[row + 1]);
	return i;
}

static struct span link_span(const struct graph *g, const struct missing *m)
{
	const struct link *l = &g->links[m->attribute];

	return m->kind == MISSING_REST ? link_row_origin(g, l, m->entity - l->first).span
	    : link_origin(g, l, element_of(l, m)).span;
}

struct span missing_span(const struct evaluator *ev, const struct missing *m)
{
	const struct graph *g = ev->graph;

	switch (m->kind) {
	case MISSING_VALUE: case MISSING_ROW:
		return entity_origin(g, m->entity).span;
	case MISSING_REST:
		return link_span(g, m);
	case MISSING_LINK:
		return m->attribute == SCHEMA_NONE ? entity_origin(g, m->entity).span
		    : link_span(g, m);
	case MISSING_CONFLICT: case MISSING_EXTENT: case MISSING_TODAY:
	case MISSING_TROUBLE:
		break;
	}
	return m->span;
}

/* --- names ---------------------------------------------------------------- */

/* "db01.shares" */
static struct str path_text(const struct evaluator *ev, struct arena *arena,
    const struct missing *m)
{
	struct str owner = graph_entity_name(ev->graph, arena, m->entity);
	struct str name =
	    ev->tree->schema->attributes.items[m->attribute].name;

	return arena_printf(arena, "%.*s.%.*s", STR_ARG(owner), STR_ARG(name));
}

static symbol spelling_of(const struct link *l, const struct missing *m)
{
	return l->spelled ? l->spelled[element_of(l, m)] : SYMBOL_NONE;
}

static struct str element_text(const struct evaluator *ev, struct arena *arena,
    const struct missing *m)
{
	const struct link *l = &ev->graph->links[m->attribute];
	symbol spelled = spelling_of(l, m);

	if (spelled != SYMBOL_NONE)
		return symbol_text(ev->graph->symbols, spelled);
	if (l->type.tag == TYPE_ENTITY)
		return graph_entity_name(ev->graph, arena, (entity_id)m->cell);
	return graph_cell_text(ev->graph, arena, l->type, m->cell);
}

static struct str link_text(const struct evaluator *ev, struct arena *arena,
    const struct missing *m)
{
	struct str name;

	if (m->attribute == SCHEMA_NONE) {
		name = graph_entity_name(ev->graph, arena, m->entity);
		return arena_printf(arena, "whether %.*s %.*s exists",
		    STR_ARG(ev->tree->schema->kinds.items[
		    entity_kind(ev->graph, m->entity)].name), STR_ARG(name));
	}
	name = element_text(ev, arena, m);
	return arena_printf(arena, "whether %.*s has %.*s",
	    STR_ARG(path_text(ev, arena, m)), STR_ARG(name));
}

static struct str trouble_text(const struct evaluator *ev, struct arena *arena,
    const struct missing *m)
{
	struct str text = STR("a calculation");

	if (!span_is_none(m->span))
		text = source_text(diagnostics_sources(ev->tree->all), m->span);
	return arena_printf(arena, "a value of %.*s", STR_ARG(text));
}

static bool is_link(const struct evaluator *ev, const struct missing *m)
{
	return m->kind == MISSING_LINK || (m->kind == MISSING_CONFLICT &&
	    ev->tree->schema->attributes.items[m->attribute].type.set);
}

void missing_name(const struct evaluator *ev, struct arena *arena,
    struct missing *m)
{
	if (is_link(ev, m))
		m->text = link_text(ev, arena, m);
	else if (m->kind == MISSING_REST)
		m->text = arena_printf(arena, "rest of %.*s",
		    STR_ARG(path_text(ev, arena, m)));
	else if (m->kind == MISSING_EXTENT)
		m->text = arena_printf(arena, "rest of %.*s", STR_ARG(
		    ev->tree->schema->kinds.items[m->of].name));
	else if (m->kind == MISSING_TODAY)
		m->text = STR("today");
	else if (m->kind == MISSING_TROUBLE)
		m->text = trouble_text(ev, arena, m);
	else
		m->text = path_text(ev, arena, m);
}

/* --- order ---------------------------------------------------------------- */

bool missing_before(const struct missing *x, const struct missing *y)
{
	if (x->span.file != y->span.file)
		return x->span.file < y->span.file;
	return x->span.start < y->span.start;
}

int missing_compare(const void *a, const void *b)
{
	const struct missing *x = a, *y = b;

	if (missing_before(x, y) || missing_before(y, x))
		return missing_before(x, y) ? -1 : 1;
	return str_compare(x->text, y->text);
}
