/* SPDX-License-Identifier: Apache-2.0 */
/* Reading the graph: columns, links, extents, and the tables of enums. */
#include <assert.h>

#include "explain/evaluator.h"

static const struct schema_attribute *attribute_of(const struct evaluator *ev,
    uint16_t attribute)
{
	return &ev->tree->schema->attributes.items[attribute];
}

bool fact_is_kind(const struct evaluator *ev, entity_id entity, uint16_t kind)
{
	trace_entity(ev->trace, entity);
	return schema_is_a(ev->tree->schema, entity_kind(ev->graph, entity),
	    kind);
}

uint32_t fact_row(const struct evaluator *ev, uint16_t attribute,
    entity_id entity)
{
	const struct graph *g = ev->graph;
	bool set = attribute_of(ev, attribute)->type.set;
	entity_id first = set ? g->links[attribute].first
	    : g->columns[attribute].first;

	assert(graph_holds(g, attribute));
	assert(entity >= first && entity - first < (set ?
	    g->links[attribute].rows : g->columns[attribute].rows));
	return entity - first;
}

bool fact_extent_closed(const struct evaluator *ev, uint16_t kind)
{
	return ev->graph->extents[kind].closed || (ev->overlay &&
	    overlay_closes_extent(ev->overlay, kind));
}

enum truth fact_exists(const struct evaluator *ev, entity_id entity)
{
	trace_entity(ev->trace, entity);
	if (!entity_is_possible(ev->graph, entity))
		return TRUTH_TRUE;
	return ev->overlay ? overlay_exists(ev->overlay, entity) : TRUTH_UNKNOWN;
}

bool fact_row_closed(const struct evaluator *ev, uint16_t attribute,
    entity_id entity, uint32_t row)
{
	trace_state(ev->trace, attribute, entity);
	return bit_get(ev->graph->links[attribute].closed, row) ||
	    (ev->overlay && overlay_closes(ev->overlay, attribute, entity));
}

enum truth fact_holds(const struct evaluator *ev, uint16_t attribute,
    entity_id entity, uint32_t element)
{
	const struct link *l = &ev->graph->links[attribute];

	if (bit_get(l->certain, element))
		return TRUTH_TRUE;
	return ev->overlay ? overlay_possible(ev->overlay, attribute, entity,
	    link_cell(l, element)) : TRUTH_UNKNOWN;
}

bool fact_may_link(const struct evaluator *ev, uint16_t attribute,
    entity_id s, entity_id t)
{
	trace_may(ev->trace, attribute, s, t);
	return ev->overlay ? overlay_may_link(ev->overlay, attribute, s, t)
	    : graph_may_link(ev->graph, attribute, s, t);
}

static struct value assumed_value(const struct evaluator *ev,
    uint16_t attribute, entity_id entity, struct type type)
{
	int64_t cell;

	switch (overlay_value(ev->overlay, attribute, entity, &cell)) {
	case OVERLAY_KNOWN:
		return value_element(type, cell, SYMBOL_NONE);
	case OVERLAY_ABSENT:
		return value_none(type);
	case OVERLAY_SILENT:
		break;
	}
	return value_unknown(type);
}

static struct value column_value(struct evaluator *ev, uint16_t attribute,
    entity_id entity, uint32_t row)
{
	const struct column *c = &ev->graph->columns[attribute];
	struct type type = attribute_of(ev, attribute)->type;

	trace_row(ev->trace, attribute, entity);
	if (bit_get(c->known, row))
		return value_element(type, column_cell(c, row),
		    c->spelled ? c->spelled[row] : SYMBOL_NONE);
	if (bit_get(c->absent, row))
		return value_none(type);
	return ev->overlay ? assumed_value(ev, attribute, entity, type)
	    : value_unknown(type);
}

static void add_assumed(struct set_builder *b, const struct evaluator *ev,
    uint16_t attribute, entity_id entity)
{
	const struct overlay_effect *e = overlay_effects(ev->overlay, attribute,
	    entity);

	for (; e; e = e->next) {
		if (e->holds)
			members_add(b, e->cell, SYMBOL_NONE, TRUTH_TRUE);
	}
}

static struct value link_value(struct evaluator *ev, uint16_t attribute,
    entity_id entity, uint32_t row)
{
	const struct link *l = &ev->graph->links[attribute];
	struct set_builder b = members_begin(ev->scratch,
	    attribute_of(ev, attribute)->type, ev->graph->symbols);

	trace_row(ev->trace, attribute, entity);
	for (uint32_t i = l->offsets[row]; i < l->offsets[row + 1]; i++)
		members_add(&b, link_cell(l, i),
		    l->spelled ? l->spelled[i] : SYMBOL_NONE,
		    fact_holds(ev, attribute, entity, i));
	if (ev->overlay)
		add_assumed(&b, ev, attribute, entity);
	b.open = !fact_row_closed(ev, attribute, entity, row);
	return value_set(members_end(&b));
}

static struct value compute_derived(struct evaluator *ev, uint16_t attribute,
    entity_id entity)
{
	const struct function *f = tree_derived(ev->tree, attribute);
	struct env env = env_new(ev, f->variables);

	env_bind(&env, f->parameters[0], value_cell(entity, SYMBOL_NONE));
	return value_as(evaluate_expr(ev, &env, f->body),
	    attribute_of(ev, attribute)->type);
}

/* What rests on a recursive relation that is being solved may change with its
 * next round, and is remembered for this evaluation of a body only. */
static void remember(struct evaluator *ev, struct memo *memo,
    struct value value, bool settled)
{
	memo->known = settled;
	memo->generation = ev->generation;
	memo->value = value_copy(settled ? ev->arena : ev->interim, value);
}

/* At a level what rests on a recursive relation has another value than at
 * last. */
static bool is_remembered(const struct evaluator *ev, const struct memo *memo)
{
	if (memo->known && !(ev->level && memo->recursive))
		return true;
	return (ev->solving || ev->level) && memo->generation == ev->generation;
}

/* Entities whose memos are made together: a report looks at few of a large
 * site, and what was never touched is not there. */
#define MEMO_PAGE 32u

static struct memo *page_of(struct evaluator *ev, uint16_t attribute,
    entity_id entity)
{
	struct memo **pages = ev->derived[attribute];

	if (!pages)
		pages = ev->derived[attribute] = ARENA_ARRAY(ev->arena,
		    struct memo *, ev->graph->entity_count / MEMO_PAGE + 1);
	if (!pages[entity / MEMO_PAGE])
		pages[entity / MEMO_PAGE] = ARENA_ARRAY(ev->arena, struct memo,
		    MEMO_PAGE);
	return pages[entity / MEMO_PAGE];
}

static struct memo *memo_of(struct evaluator *ev, uint16_t attribute,
    entity_id entity)
{
	uint32_t key[2] = { attribute, entity }, *place;
	bool is_new;

	if (!ev->overlay)
		return &page_of(ev, attribute, entity)[entity % MEMO_PAGE];
	place = map_at(ev->memo_places,
	    (struct str){ (const char *)key, sizeof(key) }, &is_new);
	if (is_new) {
		*place = (uint32_t)ev->memos.count;
		*VEC_PUSH(ev->arena, &ev->memos) = ARENA_NEW(ev->arena,
		    struct memo);
	}
	return ev->memos.items[*place];
}

/* Once for all subjects, so no step of a search; what is assumed is of one. */
static void compute_memo(struct evaluator *ev, struct memo *memo,
    uint16_t attribute, entity_id entity)
{
	uint64_t unsettled = ev->unsettled, recursions = ev->recursions;
	uint64_t steps = ev->steps;
	struct arena_mark mark = arena_here(ev->scratch);
	struct value value;

	if (!ev->overlay)
		trace_pause(ev->trace);
	value = compute_derived(ev, attribute, entity);
	if (!ev->overlay)
		trace_resume(ev->trace);
	remember(ev, memo, value, ev->unsettled == unsettled);
	memo->recursive = ev->recursions > recursions;
	arena_rollback(ev->scratch, mark);
	if (!ev->overlay)
		ev->steps = steps;
}

static struct value derived_value(struct evaluator *ev, uint16_t attribute,
    entity_id entity)
{
	struct memo *memo;

	if (ev->overlay && !attribute_is_touched(ev, attribute))
		return derived_value(evaluator_under(ev), attribute, entity);
	memo = memo_of(ev, attribute, entity);
	if (!is_remembered(ev, memo))
		compute_memo(ev, memo, attribute, entity);
	if (!ev->overlay)
		trace_derived(ev->trace, attribute, entity);
	ev->unsettled += !memo->known;
	ev->recursions += memo->recursive;
	return memo->value;
}

struct value fact_attribute(struct evaluator *ev, uint16_t attribute,
    entity_id entity)
{
	const struct schema_attribute *a = attribute_of(ev, attribute);
	uint32_t row;

	if (a->derived)
		return derived_value(ev, attribute, entity);
	row = fact_row(ev, attribute, entity);
	return a->type.set ? link_value(ev, attribute, entity, row)
	    : column_value(ev, attribute, entity, row);
}

/* In the schema's tables a text is an index into its texts. */
static int64_t schema_cell(const struct evaluator *ev, struct type type,
    int64_t cell)
{
	if (!type_is_text(type))
		return cell;
	return symbol_of(ev->graph->symbols, ev->tree->schema->texts.items[cell]);
}

struct value fact_field(struct evaluator *ev, uint16_t field, int64_t ordinal)
{
	const struct schema *schema = ev->tree->schema;
	struct type type = schema->fields.items[field].type;
	const struct schema_value *v = schema_field_value(schema, field, ordinal);
	struct set_builder b;

	if (!v->present)
		return value_none(type);
	if (!type.set)
		return value_element(type, schema_cell(ev, type, v->cell),
		    SYMBOL_NONE);
	b = members_begin(ev->scratch, type, ev->graph->symbols);
	for (uint32_t i = 0; i < v->count; i++)
		members_add(&b, schema_cell(ev, type,
		    schema->cells.items[v->first + i]), SYMBOL_NONE, TRUTH_TRUE);
	return value_set(members_end(&b));
}

static struct set make_extent(struct evaluator *ev, struct arena *arena, uint16_t kind)
{
	const struct extent *x = &ev->graph->extents[kind];
	struct set_builder b = members_begin(arena,
	    (struct type){ .tag = TYPE_ENTITY, .of = kind }, NULL);

	for (entity_id e = x->first; e < x->first + x->count; e++)
		members_add(&b, e, SYMBOL_NONE, fact_exists(ev, e));
	return members_end(&b);
}

/* Without what is assumed, and in memory that lasts as long as what shares it:
 * a large site is not listed anew for each of its findings. */
static void keep_extent(struct evaluator *ev, uint16_t kind, struct extent_set *kept)
{
	const struct extent *x = &ev->graph->extents[kind];

	for (entity_id e = x->first; e < x->first + x->count; e++)
		kept->doubted |= entity_is_possible(ev->graph, e);
	kept->set = make_extent(ev, ev->lasting, kind);
	kept->made = true;
}

struct set fact_extent(struct evaluator *ev, uint16_t kind)
{
	struct extent_set *kept = &ev->extents[kind];
	struct set all;

	trace_break(ev->trace);
	if (!kept->made)
		keep_extent(ev->overlay ? evaluator_under(ev) : ev, kind, kept);
	if (ev->overlay && kept->doubted)
		all = make_extent(ev, ev->scratch, kind);
	else
		all = kept->set;
	all.open = !fact_extent_closed(ev, kind);
	return all;
}
