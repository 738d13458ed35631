/* SPDX-License-Identifier: Apache-2.0 */
/* Reading the graph: columns, links, extents, and the tables of enums. */
#include "explain/evaluator.h"

static const struct schema_attribute *attribute_of(const struct evaluator *ev,
    uint16_t attribute)
{
	return &ev->tree->schema->attributes.items[attribute];
}

bool fact_is_kind(const struct evaluator *ev, entity_id entity, uint16_t kind)
{
	return schema_is_a(ev->tree->schema, ev->graph->entities[entity].kind,
	    kind);
}

bool fact_row(const struct evaluator *ev, uint16_t attribute, entity_id entity,
    uint32_t *row)
{
	const struct graph *g = ev->graph;
	bool set = attribute_of(ev, attribute)->type.set;
	entity_id first = set ? g->links[attribute].first
	    : g->columns[attribute].first;
	uint32_t rows = set ? g->links[attribute].rows
	    : g->columns[attribute].rows;

	*row = entity - first;
	return entity >= first && *row < rows;
}

static struct value column_value(struct evaluator *ev, uint16_t attribute,
    uint32_t row)
{
	const struct column *c = &ev->graph->columns[attribute];
	struct type type = attribute_of(ev, attribute)->type;

	if (bit_get(c->known, row))
		return value_element(type, column_cell(c, row),
		    c->spelled ? c->spelled[row] : SYMBOL_NONE);
	return bit_get(c->absent, row) ? value_none(type) : value_unknown(type);
}

static struct value link_value(struct evaluator *ev, uint16_t attribute,
    uint32_t row)
{
	const struct link *l = &ev->graph->links[attribute];
	struct set_builder b = members_begin(ev->scratch,
	    attribute_of(ev, attribute)->type);

	for (uint32_t i = l->offsets[row]; i < l->offsets[row + 1]; i++)
		members_add(&b, link_cell(l, i),
		    l->spelled ? l->spelled[i] : SYMBOL_NONE,
		    bit_get(l->certain, i) ? TRUTH_TRUE : TRUTH_UNKNOWN);
	b.open = !bit_get(l->closed, row);
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

static struct value derived_value(struct evaluator *ev, uint16_t attribute,
    entity_id entity)
{
	struct memo *memo;

	if (!ev->derived[attribute])
		ev->derived[attribute] = ARENA_ARRAY(ev->arena, struct memo,
		    ev->graph->entity_count);
	memo = &ev->derived[attribute][entity];
	if (!is_remembered(ev, memo)) {
		uint64_t unsettled = ev->unsettled, recursions = ev->recursions;
		struct value value = compute_derived(ev, attribute, entity);

		remember(ev, memo, value, ev->unsettled == unsettled);
		memo->recursive = ev->recursions > recursions;
	}
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
	if (!fact_row(ev, attribute, entity, &row))
		return value_unknown(a->type);
	return a->type.set ? link_value(ev, attribute, row)
	    : column_value(ev, attribute, row);
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
	b = members_begin(ev->scratch, type);
	for (uint32_t i = 0; i < v->count; i++)
		members_add(&b, schema_cell(ev, type,
		    schema->cells.items[v->first + i]), SYMBOL_NONE, TRUTH_TRUE);
	return value_set(members_end(&b));
}

struct set fact_extent(struct evaluator *ev, uint16_t kind)
{
	const struct extent *x = &ev->graph->extents[kind];
	struct set_builder b = members_begin(ev->scratch,
	    (struct type){ .tag = TYPE_ENTITY, .of = kind });

	for (entity_id e = x->first; e < x->first + x->count; e++)
		members_add(&b, e, SYMBOL_NONE, ev->graph->entities[e].possible
		    ? TRUTH_UNKNOWN : TRUTH_TRUE);
	b.open = !x->closed;
	return members_end(&b);
}
