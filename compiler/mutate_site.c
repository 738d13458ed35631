/* SPDX-License-Identifier: Apache-2.0 */
/* What the checked tree says of a place in the text. */
#include "compiler/mutate_walk.h"

static struct str key_of(const struct span *span)
{
	return (struct str){ (const char *)span, sizeof(*span) };
}

static bool is_wanted(const struct expr *e)
{
	return e->op == EXPR_CONST || e->op == EXPR_ATTRIBUTE ||
	    e->op == EXPR_FIELD;
}

static void index_path(struct mutator *m, const struct path *path)
{
	for (uint16_t s = 0; s < path->step_count; s++) {
		bool is_new;
		uint32_t *at = map_at(m->steps, key_of(&path->steps[s].span), &is_new);

		if (!is_new)
			continue;
		*at = (uint32_t)m->walked.count;
		*VEC_PUSH(m->arena, &m->walked) = &path->steps[s];
	}
}

/* Trees are as deep as their text: LIMIT_EXPRESSION_DEPTH. */
static void index_expr(struct mutator *m, const struct expr *e)
{
	if (is_wanted(e)) {
		bool is_new;
		uint32_t *at = map_at(m->exprs, key_of(&e->span), &is_new);

		if (is_new) {
			*at = (uint32_t)m->found.count;
			*VEC_PUSH(m->arena, &m->found) = e;
		}
	}
	if (e->op == EXPR_REACHES)
		index_path(m, e->path);
	for (int i = 0; i < 3; i++)
		if (e->arg[i])
			index_expr(m, e->arg[i]);
	for (uint32_t i = 0; i < e->count; i++)
		index_expr(m, e->items[i]);
}

static void index_rule(struct mutator *m, const struct rule *rule)
{
	for (size_t i = 0; i < rule->binders.count; i++)
		index_expr(m, rule->binders.items[i].set);
	for (size_t i = 0; i < rule->lets.count; i++)
		index_expr(m, rule->lets.items[i]->let);
	for (size_t i = 0; i < rule->when.count; i++)
		index_expr(m, rule->when.items[i]);
	for (size_t i = 0; i < rule->except.count; i++)
		index_expr(m, rule->except.items[i]);
	for (size_t i = 0; i < rule->requirements.count; i++)
		index_expr(m, rule->requirements.items[i].condition);
}

static void index_functions(struct mutator *m, const struct function *items,
    size_t count)
{
	for (size_t i = 0; i < count; i++)
		index_expr(m, items[i].body);
}

void site_index(struct mutator *m)
{
	const struct tree *tree = m->tree;

	m->exprs = map_new(m->arena);
	m->steps = map_new(m->arena);
	for (size_t i = 0; i < tree->params.count; i++)
		index_expr(m, tree->params.items[i].value);
	index_functions(m, tree->definitions.items, tree->definitions.count);
	index_functions(m, tree->derived.items, tree->derived.count);
	index_functions(m, tree->relations.items, tree->relations.count);
	for (size_t i = 0; i < tree->rules.count; i++)
		index_rule(m, &tree->rules.items[i]);
}

const struct expr *site_expr(const struct mutator *m, struct span span)
{
	const uint32_t *at = map_find(m->exprs, key_of(&span));

	return at ? m->found.items[*at] : NULL;
}

/* --- others of the same type ----------------------------------------------- */

/* The next attribute of an entity of KIND after A, round and round, that has
 * its type; derived ones too.  A key says who something is: nobody mistakes it. */
static struct str next_attribute(const struct schema *schema, uint16_t a,
    uint16_t kind)
{
	const struct schema_attribute *all = schema->attributes.items;
	size_t count = schema->attributes.count;

	for (size_t i = 1; i < count; i++) {
		const struct schema_attribute *other = &all[(a + i) % count];

		if (schema_is_a(schema, kind, other->kind) &&
		    type_equal(other->type, all[a].type) && !other->key)
			return other->name;
	}
	return STR("");
}

static struct str next_field(const struct schema *schema, uint16_t field,
    uint16_t enumeration)
{
	const struct schema_enum *e = &schema->enums.items[enumeration];
	struct type type = schema->fields.items[field].type;

	for (uint16_t i = 1; i < e->field_count; i++) {
		uint16_t other = (uint16_t)(e->first_field +
		    (field - e->first_field + i) % e->field_count);

		if (type_equal(schema->fields.items[other].type, type))
			return schema->fields.items[other].name;
	}
	return STR("");
}

struct str site_other_name(const struct mutator *m, struct span span)
{
	const struct expr *e = site_expr(m, span);

	if (e && e->op == EXPR_ATTRIBUTE)
		return next_attribute(m->tree->schema, (uint16_t)e->index,
		    e->arg[0]->type.of);
	if (e && e->op == EXPR_FIELD)
		return next_field(m->tree->schema, (uint16_t)e->index,
		    e->arg[0]->type.of);
	return STR("");
}

/* A name that is a constant is a value of an enum. */
struct str site_other_value(const struct mutator *m, struct span span)
{
	const struct expr *e = site_expr(m, span);
	const struct schema *schema = m->tree->schema;
	uint16_t count;

	if (!e || e->op != EXPR_CONST)
		return STR("");
	count = schema->enums.items[e->type.of].value_count;
	if (count < 2)
		return STR("");
	return schema_value_name(schema, e->type.of, (e->cell + 1) % count);
}

struct str site_other_link(const struct mutator *m, struct span span)
{
	const uint32_t *at = map_find(m->steps, key_of(&span));
	const struct path_step *step = m->walked.items[*at];

	if (step->kind != PATH_LINK)
		return STR("");
	return next_attribute(m->tree->schema, step->index,
	    step->inverse ? step->to : step->from);
}
