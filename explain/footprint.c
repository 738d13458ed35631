/* SPDX-License-Identifier: Apache-2.0 */
#include "explain/footprint.h"

#include "base/intern.h"
#include "vm/bits.h"

/* What is read and not yet looked into, each once. */
struct reader {
	struct arena *arena;
	const struct tree *tree;
	struct footprint *print;	/* NULL: bodies of others do not matter */
	struct map *read;
	VEC(const struct expr *) queue;
	struct names used, bound;
};

static void read_later(struct reader *r, const struct expr *e)
{
	bool is_new;

	map_at(r->read, (struct str){ (const char *)&e, sizeof(e) }, &is_new);
	if (is_new)
		*VEC_PUSH(r->arena, &r->queue) = e;
}

static void read_attribute(struct reader *r, uint16_t attribute)
{
	const struct schema_attribute *a =
	    &r->tree->schema->attributes.items[attribute];

	bit_set(r->print->attributes, attribute);
	if (a->inverse != SCHEMA_NONE)
		bit_set(r->print->attributes, a->inverse);
	if (a->derived)
		read_later(r, tree_derived(r->tree, attribute)->body);
}

static void read_variable(struct reader *r, const struct variable *v)
{
	if (v->let)
		read_later(r, v->let);
	else
		*VEC_PUSH(r->arena, &r->used) = v;
}

static void read_fact(struct reader *r, const struct expr *e)
{
	if (e->op == EXPR_ATTRIBUTE)
		read_attribute(r, (uint16_t)e->index);
	else if (e->op == EXPR_CALL)
		read_later(r, r->tree->definitions.items[e->index].body);
	else if (e->op == EXPR_RELATION)
		read_later(r, r->tree->relations.items[e->index].body);
	else if (e->op == EXPR_EXTENT)
		bit_set(r->print->kinds, e->index);
	else if (e->op == EXPR_TODAY)
		r->print->today = true;
	else if (e->op == EXPR_REACHES)
		r->print->all = true;
}

static void read_node(struct reader *r, const struct expr *e)
{
	if (e->op == EXPR_VARIABLE)
		read_variable(r, e->variable);
	else if (e->variable)
		*VEC_PUSH(r->arena, &r->bound) = e->variable;
	else if (r->print)
		read_fact(r, e);
}

/* As deep as expressions may nest. */
static void read_expr(struct reader *r, const struct expr *e)
{
	read_node(r, e);
	for (int i = 0; i < 3; i++)
		if (e->arg[i])
			read_expr(r, e->arg[i]);
	for (uint32_t i = 0; i < e->count; i++)
		read_expr(r, e->items[i]);
}

static void read_all(struct reader *r, const struct expr *e)
{
	r->read = map_new(r->arena);
	read_later(r, e);
	for (size_t i = 0; i < r->queue.count; i++)
		read_expr(r, r->queue.items[i]);
}

static bool has_name(const struct names *names, const struct variable *v)
{
	for (size_t i = 0; i < names->count; i++)
		if (names->items[i] == v)
			return true;
	return false;
}

struct names expr_names(struct arena *arena, struct arena *scratch,
    const struct expr *e)
{
	struct reader r = { .arena = scratch };
	struct names free = { 0 };

	read_all(&r, e);
	for (size_t i = 0; i < r.used.count; i++)
		if (!has_name(&r.bound, r.used.items[i]) &&
		    !has_name(&free, r.used.items[i]))
			*VEC_PUSH(arena, &free) = r.used.items[i];
	return free;
}

struct footprint *footprint_of_expr(struct arena *arena,
    const struct tree *tree, const struct expr *e)
{
	struct reader r = { .arena = arena, .tree = tree };
	const struct schema *schema = tree->schema;

	r.print = ARENA_NEW(arena, struct footprint);
	r.print->attributes = ARENA_ARRAY(arena, uint64_t,
	    BITS_WORDS(schema->attributes.count));
	r.print->kinds = ARENA_ARRAY(arena, uint64_t,
	    BITS_WORDS(schema->kinds.count));
	read_all(&r, e);
	return r.print;
}
