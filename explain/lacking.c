/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Single facts that are not there, with a name for people and a position:
 * the object that lacks the fact, or the statement that leaves it open.
 */
#include "explain/evaluator.h"

#include <stdlib.h>

static bool is_same(const struct missing *a, const struct missing *b)
{
	return a->kind == b->kind && a->entity == b->entity &&
	    a->attribute == b->attribute && a->of == b->of &&
	    str_equal(a->text, b->text);
}

static void add(struct missing_list *list, struct missing missing)
{
	list->named++;
	for (size_t i = 0; i < list->items.count; i++) {
		if (is_same(&list->items.items[i], &missing))
			return;
	}
	*VEC_PUSH(list->arena, &list->items) = missing;
}

static struct str entity_name(struct missing_list *list, entity_id entity)
{
	return graph_entity_name(list->ev->graph, list->arena, entity);
}

static struct str attribute_name(const struct missing_list *list,
    uint16_t attribute)
{
	return list->ev->tree->schema->attributes.items[attribute].name;
}

static void add_fact(struct missing_list *list, enum missing_kind kind,
    uint16_t attribute, entity_id entity, const char *format, struct span span)
{
	struct str owner = entity_name(list, entity);
	struct str name = attribute_name(list, attribute);
	struct str full = arena_printf(list->arena, "%.*s.%.*s",
	    STR_ARG(owner), STR_ARG(name));
	struct text text;

	text_init(&text, list->arena);
	text_add(&text, str_of(format));
	text_add(&text, full);
	add(list, (struct missing){ kind, entity, attribute, SCHEMA_NONE,
	    text_str(&text), span });
}

static struct span object_of(const struct missing_list *list, entity_id entity)
{
	return list->ev->graph->entities[entity].origin.span;
}

/* Where one of those that disagree speaks. */
static struct span dispute_of(const struct missing_list *list,
    uint16_t attribute, entity_id entity)
{
	const struct graph *g = list->ev->graph;

	for (size_t i = 0; i < g->disputes.count; i++) {
		const struct dispute *d = &g->disputes.items[i];

		if (d->attribute == attribute && d->entity == entity &&
		    !d->outranked)
			return d->origin.span;
	}
	return object_of(list, entity);
}

static void lacks_value(struct missing_list *list, uint16_t attribute,
    entity_id entity, uint32_t row)
{
	const struct column *c = &list->ev->graph->columns[attribute];

	if (bit_get(c->known, row) || bit_get(c->absent, row))
		return;
	if (c->disputed && bit_get(c->disputed, row))
		add_fact(list, MISSING_CONFLICT, attribute, entity, "",
		    dispute_of(list, attribute, entity));
	else
		add_fact(list, MISSING_VALUE, attribute, entity, "",
		    object_of(list, entity));
}

static void lacks_link(struct missing_list *list, uint16_t attribute,
    entity_id entity, uint32_t element)
{
	const struct link *l = &list->ev->graph->links[attribute];
	struct str owner = entity_name(list, entity);
	struct str name = attribute_name(list, attribute), value;
	struct missing missing = { MISSING_LINK, entity, attribute, SCHEMA_NONE,
		STR(""), l->origins[element].span };

	if (l->disputed && bit_get(l->disputed, element))
		missing.kind = MISSING_CONFLICT;
	if (l->spelled)
		value = symbol_text(list->ev->graph->symbols, l->spelled[element]);
	else if (l->type.tag == TYPE_ENTITY)
		value = entity_name(list, (entity_id)link_cell(l, element));
	else
		value = graph_cell_text(list->ev->graph, list->arena, l->type,
		    link_cell(l, element));
	missing.text = arena_printf(list->arena, "whether %.*s.%.*s has %.*s",
	    STR_ARG(owner), STR_ARG(name), STR_ARG(value));
	add(list, missing);
}

static void lacks_rest(struct missing_list *list, uint16_t attribute,
    entity_id entity, uint32_t row)
{
	const struct link *l = &list->ev->graph->links[attribute];

	if (bit_get(l->closed, row))
		return;
	if (bit_get(l->stated, row))
		add_fact(list, MISSING_REST, attribute, entity, "rest of ",
		    l->row_origins[row].span);
	else
		add_fact(list, MISSING_ROW, attribute, entity, "",
		    object_of(list, entity));
}

static void lacks_elements(struct missing_list *list, uint16_t attribute,
    entity_id entity, uint32_t row, struct part part)
{
	const struct link *l = &list->ev->graph->links[attribute];
	bool listed = false;

	for (uint32_t i = l->offsets[row]; i < l->offsets[row + 1]; i++) {
		bool asked = !part.only || link_cell(l, i) == part.cell;

		listed |= part.only && asked;
		if (asked && part.possible && !bit_get(l->certain, i))
			lacks_link(list, attribute, entity, i);
	}
	if (part.rest && !listed)
		lacks_rest(list, attribute, entity, row);
}

void lacks_attribute(struct missing_list *list, uint16_t attribute,
    entity_id entity, struct part part)
{
	uint32_t row;

	if (!fact_row(list->ev, attribute, entity, &row))
		return;
	if (list->ev->tree->schema->attributes.items[attribute].type.set)
		lacks_elements(list, attribute, entity, row, part);
	else
		lacks_value(list, attribute, entity, row);
}

void lacks_entity(struct missing_list *list, entity_id entity)
{
	const struct entity *e = &list->ev->graph->entities[entity];
	struct str kind = list->ev->tree->schema->kinds.items[e->kind].name;
	struct str name = entity_name(list, entity);

	add(list, (struct missing){ MISSING_LINK, entity, SCHEMA_NONE,
	    SCHEMA_NONE, arena_printf(list->arena, "whether %.*s %.*s exists",
	    STR_ARG(kind), STR_ARG(name)), object_of(list, entity) });
}

void lacks_extent(struct missing_list *list, uint16_t kind)
{
	struct str name = list->ev->tree->schema->kinds.items[kind].name;

	add(list, (struct missing){ MISSING_EXTENT, ENTITY_NONE, SCHEMA_NONE,
	    kind, arena_printf(list->arena, "rest of %.*s", STR_ARG(name)),
	    SPAN_NONE });
}

void lacks_today(struct missing_list *list)
{
	add(list, (struct missing){ MISSING_TODAY, ENTITY_NONE, SCHEMA_NONE,
	    SCHEMA_NONE, STR("today"), SPAN_NONE });
}

/* An overflow, a division by zero, a search that gave up: no fact helps. */
void lacks_sense(struct missing_list *list, const struct expr *e)
{
	struct str text = STR("a calculation");

	if (!span_is_none(e->span))
		text = source_text(diagnostics_sources(list->ev->tree->all),
		    e->span);
	add(list, (struct missing){ MISSING_TROUBLE, ENTITY_NONE, SCHEMA_NONE,
	    SCHEMA_NONE, arena_printf(list->arena, "a value of %.*s",
	    STR_ARG(text)), e->span });
}

/* --- order ---------------------------------------------------------------- */

static int missing_compare(const void *a, const void *b)
{
	const struct missing *x = a, *y = b;

	if (x->span.file != y->span.file)
		return x->span.file < y->span.file ? -1 : 1;
	if (x->span.start != y->span.start)
		return x->span.start < y->span.start ? -1 : 1;
	return str_compare(x->text, y->text);
}

void missing_sort(struct missing_list *list)
{
	if (list->items.count > 0)
		qsort(list->items.items, list->items.count,
		    sizeof(*list->items.items), missing_compare);
}
