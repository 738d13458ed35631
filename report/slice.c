/* SPDX-License-Identifier: Apache-2.0 */
#include "report/slice.h"

#include <assert.h>
#include <stdlib.h>

struct slice_edge {
	entity_id from, to;
	uint16_t attribute;
	bool certain;
};

struct slicer {
	struct arena *arena;
	const struct graph *graph;
	const struct slice_choice *choice;
	uint64_t *wanted;		/* attributes, one of each pair */
	VEC(struct slice_edge) edges;
	uint32_t *distance;		/* by entity, 1 in the middle; 0: not shown */
};

static const struct schema_attribute *attribute_of(const struct slicer *s, size_t i)
{
	return &s->graph->schema->attributes.items[i];
}

uint16_t slice_drawn_as(const struct schema *schema, uint16_t attribute)
{
	const struct schema_attribute *a = &schema->attributes.items[attribute];
	const struct schema_attribute *b;

	if (a->inverse == SCHEMA_NONE || a->owned)
		return attribute;
	b = &schema->attributes.items[a->inverse];
	if (a->back || b->owned)
		return a->inverse;
	assert(b->back);	/* one of the two is declared as the inverse */
	return attribute;
}

static uint16_t drawn_as(const struct slicer *s, size_t attribute)
{
	return slice_drawn_as(s->graph->schema, (uint16_t)attribute);
}

static void choose_links(struct slicer *s)
{
	size_t count = s->graph->schema->attributes.count;

	s->wanted = ARENA_ARRAY(s->arena, uint64_t, BITS_WORDS(count));
	for (size_t i = 0; i < count && s->choice->attributes.count == 0; i++)
		if (attribute_of(s, i)->type.tag == TYPE_ENTITY && !attribute_of(s, i)->derived)
			bit_set(s->wanted, drawn_as(s, i));
	for (size_t i = 0; i < s->choice->attributes.count; i++)
		bit_set(s->wanted, drawn_as(s, s->choice->attributes.items[i]));
}

/* --- edges -------------------------------------------------------------------- */

static void add_edge(struct slicer *s, uint16_t attribute, entity_id from,
    entity_id to, bool certain)
{
	uint16_t as = drawn_as(s, attribute);

	*VEC_PUSH(s->arena, &s->edges) = as == attribute ?
	    (struct slice_edge){ from, to, as, certain } :
	    (struct slice_edge){ to, from, as, certain };
}

static void add_link(struct slicer *s, uint16_t attribute)
{
	const struct link *l = &s->graph->links[attribute];
	const struct column *c = &s->graph->columns[attribute];

	for (uint32_t row = 0; row < l->rows; row++)
		for (uint32_t i = l->offsets[row]; i < l->offsets[row + 1]; i++)
			add_edge(s, attribute, l->first + row,
			    (entity_id)link_cell(l, i), bit_get(l->certain, i));
	for (uint32_t row = 0; row < c->rows; row++)
		if (bit_get(c->known, row))
			add_edge(s, attribute, c->first + row,
			    (entity_id)column_cell(c, row), true);
}

/* Those that are certain first, of the same. */
static int compare_edges(const void *a, const void *b)
{
	const struct slice_edge *x = a, *y = b;

	if (x->from != y->from)
		return x->from < y->from ? -1 : 1;
	if (x->attribute != y->attribute)
		return x->attribute < y->attribute ? -1 : 1;
	if (x->to != y->to)
		return x->to < y->to ? -1 : 1;
	return (int)y->certain - (int)x->certain;
}

static void gather_edges(struct slicer *s)
{
	for (size_t i = 0; i < s->graph->schema->attributes.count; i++)
		if (attribute_of(s, i)->type.tag == TYPE_ENTITY &&
		    !attribute_of(s, i)->derived &&
		    bit_get(s->wanted, drawn_as(s, i)))
			add_link(s, (uint16_t)i);
	if (s->edges.count)
		qsort(s->edges.items, s->edges.count, sizeof(struct slice_edge),
		    compare_edges);
}

/* --- what is shown -------------------------------------------------------------- */

/* One more step from what has distance FROM; false: nothing new. */
static bool spread(struct slicer *s, uint32_t from)
{
	bool any = false;

	for (size_t i = 0; i < s->edges.count; i++) {
		entity_id a = s->edges.items[i].from, b = s->edges.items[i].to;

		if (s->distance[a] == from && s->distance[b] == 0) {
			s->distance[b] = from + 1;
			any = true;
		} else if (s->distance[b] == from && s->distance[a] == 0) {
			s->distance[a] = from + 1;
			any = true;
		}
	}
	return any;
}

static void choose_entities(struct slicer *s)
{
	const struct slice_choice *choice = s->choice;

	s->distance = ARENA_ARRAY(s->arena, uint32_t, s->graph->entity_count);
	for (size_t i = 0; i < choice->around.count; i++)
		s->distance[choice->around.items[i]] = 1;
	if (choice->around.count) {
		for (uint32_t n = 1; n <= choice->steps && spread(s, n); n++)
			continue;
		return;
	}
	if (choice->attributes.count == 0)
		for (uint32_t e = 0; e < s->graph->entity_count; e++)
			s->distance[e] = 1;
	for (size_t i = 0; i < s->edges.count; i++)
		s->distance[s->edges.items[i].from] =
		    s->distance[s->edges.items[i].to] = 1;
}

/* --- drawing -------------------------------------------------------------------- */

/* What is not known of an entity's row: of links that were asked for, or of
 * lists that a file leaves open.  NULL: nothing. */
static const char *what_is_open(const struct slicer *s, size_t attribute, entity_id e)
{
	const struct link *l = &s->graph->links[attribute];
	const struct column *c = &s->graph->columns[attribute];
	bool asked = s->choice->attributes.count > 0;
	uint32_t row = e - l->first;

	if (e >= l->first && row < l->rows && !bit_get(l->closed, row)) {
		if (bit_get(l->stated, row) ||
		    (asked && l->offsets[row] < l->offsets[row + 1]))
			return "there may be more";
		return asked ? "not collected" : NULL;
	}
	row = e - c->first;
	if (asked && e >= c->first && row < c->rows && !bit_get(c->known, row) &&
	    !bit_get(c->absent, row))
		return c->disputed && bit_get(c->disputed, row) ?
		    "sources disagree" : "not collected";
	return NULL;
}

static void say_open(struct slicer *s, struct drawing_node *node, entity_id e)
{
	for (size_t a = 0; a < s->graph->schema->attributes.count; a++) {
		const char *open = attribute_of(s, a)->type.tag == TYPE_ENTITY &&
		    !attribute_of(s, a)->derived &&
		    bit_get(s->wanted, drawn_as(s, a)) ? what_is_open(s, a, e) : NULL;

		if (open)
			*VEC_PUSH(s->arena, &node->lines) = arena_printf(s->arena,
			    "%.*s: %s", STR_ARG(attribute_of(s, a)->name), open);
	}
}

static void draw_nodes(struct slicer *s, struct drawing *drawing)
{
	for (entity_id e = 0; e < s->graph->entity_count; e++) {
		struct drawing_node *node;
		uint32_t n;
		bool is_new;

		if (s->distance[e] == 0)
			continue;
		n = drawing_node(drawing, e, &is_new);
		node = &drawing->nodes.items[n];
		node->name = graph_entity_name(s->graph, s->arena, e);
		node->kind = s->graph->schema->kinds.items[entity_kind(s->graph, e)].name;
		node->possible = entity_is_possible(s->graph, e);
		say_open(s, node, e);
	}
}

/* Around something, links between what is farthest are drawn too: both ends
 * are there, and without the link they would look apart. */
static void draw_edges(struct slicer *s, struct drawing *drawing)
{
	bool is_new;

	for (size_t i = 0; i < s->edges.count; i++) {
		const struct slice_edge *edge = &s->edges.items[i];

		if (s->distance[edge->from] && s->distance[edge->to])
			drawing_edge(drawing, (struct drawing_edge){
			    drawing_node(drawing, edge->from, &is_new),
			    drawing_node(drawing, edge->to, &is_new),
			    attribute_of(s, edge->attribute)->name,
			    !edge->certain, false });
	}
}

struct drawing slice_draw(struct arena *arena, const struct graph *graph,
    const struct slice_choice *choice)
{
	struct slicer s = { .arena = arena, .graph = graph, .choice = choice };
	struct drawing drawing;

	drawing_init(&drawing, arena);
	choose_links(&s);
	gather_edges(&s);
	choose_entities(&s);
	draw_nodes(&s, &drawing);
	draw_edges(&s, &drawing);
	drawing.title = arena_printf(arena, "%zu of %.*s, %.*s; "
	    "dashed: not certain", drawing.nodes.count,
	    STR_ARG(text_count(arena, graph->entity_count, "entity")),
	    STR_ARG(text_count(arena, drawing.edges.count, "link")));
	return drawing;
}
