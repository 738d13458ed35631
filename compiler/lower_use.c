/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Uses of what is declared by name.
 *
 * A definition is put in where it is called, over the expressions of its
 * arguments.  A derived attribute is a value of ROOT(kind), made once, and
 * fetched at the entity it is asked of.  A relation is a truth of ROOT(A) or
 * ROOT(A, B); relations that depend on each other are lowered together, each
 * atom among them a fetch from a store that is still growing.
 */
#include <assert.h>

#include "compiler/lower.h"

static const struct type truth_type = { .tag = TYPE_BOOL };

plan_ref lower_call(struct lowering *l, const struct expr *e,
    struct environment *env,
    struct scope *scope)
{
	const struct function *f = &l->tree->definitions.items[e->index];
	struct environment *inner = environment_new(l, f->variables);

	assert(e->count == f->count);
	for (uint32_t i = 0; i < f->count; i++)
		environment_delay(inner, f->parameters[i], e->items[i], env);
	return lower_as(l, f->body, inner, scope, plan_register(e->type));
}

/* --- attributes ----------------------------------------------------------- */

/* A body over its parameters, in the root of their kinds. */
static plan_ref lower_body(struct lowering *l, const struct function *f,
    enum register_type reg, uint16_t component)
{
	struct environment *env = environment_new(l, f->variables);
	struct instance *self[2] = { NULL, NULL };
	uint16_t outer = l->component;
	plan_ref value;

	assert(f->count == 1 || f->count == 2);
	for (uint32_t i = 0; i < f->count; i++) {
		self[i] = instance_new(l, f->parameters[i]->type);
		environment_bind(env, f->parameters[i], self[i]);
	}
	l->component = component;
	value = lower_as(l, f->body, env, scope_root(l, self[0], self[1]), reg);
	l->component = outer;
	return value;
}

static plan_ref derived_value(struct lowering *l, uint16_t attribute)
{
	struct derived_value *derived = &l->derived[attribute];
	struct type type = l->tree->schema->attributes.items[attribute].type;

	assert(derived->progress != PROGRESS_RUNNING);	/* the checker refuses cycles */
	if (derived->progress == PROGRESS_NONE) {
		derived->progress = PROGRESS_RUNNING;
		derived->value = lower_body(l, tree_derived(l->tree, attribute),
		    plan_register(type), SCHEMA_NONE);
		derived->progress = PROGRESS_DONE;
	}
	return derived->value;
}

static enum opcode load_op(enum register_type reg)
{
	switch (reg) {
	case REGISTER_TRUTH: return OPCODE_LOAD_T;
	case REGISTER_SCALAR: return OPCODE_LOAD_S;
	case REGISTER_NUMBER: return OPCODE_LOAD_N;
	case REGISTER_WORDS: return OPCODE_LOAD_W;
	case REGISTER_NUMBERS: return OPCODE_LOAD_M;
	}
	return OPCODE_COUNT;
}

/* Of an entity that may be none, a truth may be none too: it is kept as a word. */
plan_ref lower_attribute(struct lowering *l, const struct expr *e,
    struct environment *env,
    struct scope *scope)
{
	bool derived = l->tree->schema->attributes.items[e->index].derived;
	enum register_type reg = plan_register(e->type);
	plan_ref entity = lower(l, e->arg[0], env, scope);
	plan_ref value;

	if (!derived)
		return plan_make(l->plan, load_op(reg), scope->frame, e->type,
		    entity, PLAN_NONE, PLAN_NONE, e->index);
	value = derived_value(l, (uint16_t)e->index);
	if (reg == REGISTER_SCALAR)
		value = plan_as(l->plan, value, reg);
	value = plan_fetch(l->plan, scope->frame, value, entity);
	return plan_as(l->plan, value, reg);
}

/* --- relations ------------------------------------------------------------ */

static bool is_together(const struct function *a, const struct function *b)
{
	return a == b || (a->recursive && b->recursive &&
	    a->stratum == b->stratum);
}

/* A closure by name, as a path walks it: the truth of each pair. */
static void lower_as_store(struct lowering *l, uint32_t index)
{
	const struct function *f = &l->tree->relations.items[index];
	struct relation_value *relation = &l->relations[index];
	struct type types[2] = { f->parameters[0]->type, f->parameters[1]->type };
	struct scope *scope = scope_root(l, instance_new(l, types[0]), instance_new(l, types[1]));
	struct plan_store *store;
	plan_ref body;

	relation->store = plan_relation_store(l->plan, scope->frame, SCHEMA_NONE);
	body = closure_atom(l, (uint16_t)index, scope->value[0], scope->value[1], types, scope);
	store = &l->plan->stores.items[relation->store];
	store->body = body;
	store->node = PLAN_NODE(body);
	relation->progress = PROGRESS_DONE;
}

/* Stores come first, so that the bodies can name each other. */
static void lower_component(struct lowering *l, const struct function *of)
{
	uint16_t component = of->recursive ? of->stratum : SCHEMA_NONE;
	const struct function *all = l->tree->relations.items;

	for (size_t i = 0; i < l->tree->relations.count; i++)
		if (is_together(of, &all[i])) {
			const struct function *f = &all[i];
			uint16_t second = f->count == 2 ? f->parameters[1]->type.of : SCHEMA_NONE;

			l->relations[i].progress = PROGRESS_RUNNING;
			l->relations[i].store = plan_relation_store(l->plan,
			    plan_root(l->plan, f->parameters[0]->type.of,
			    second), component);
		}
	for (size_t i = 0; i < l->tree->relations.count; i++)
		if (is_together(of, &all[i])) {
			plan_ref body = lower_body(l, &all[i], REGISTER_TRUTH,
			    component);
			struct plan_store *store =
			    &l->plan->stores.items[l->relations[i].store];

			store->body = body;
			store->node = PLAN_NODE(body);
			l->relations[i].progress = PROGRESS_DONE;
		}
}

static uint32_t relation_store(struct lowering *l, uint32_t index)
{
	struct relation_value *relation = &l->relations[index];
	const struct function *f = &l->tree->relations.items[index];

	if (relation->progress == PROGRESS_NONE &&
	    closure_is(l, (uint16_t)index))
		lower_as_store(l, index);
	if (relation->progress == PROGRESS_NONE)
		lower_component(l, f);
	assert(relation->progress == PROGRESS_DONE ||
	    (f->recursive && f->stratum == l->component));
	return relation->store;
}

plan_ref lower_atom(struct lowering *l, const struct expr *e,
    struct environment *env,
    struct scope *scope)
{
	const struct function *f = &l->tree->relations.items[e->index];
	bool inside = f->recursive && f->stratum == l->component;
	bool closure = closure_is(l, (uint16_t)e->index);
	uint32_t store = closure ? PLAN_NONE : relation_store(l, e->index);
	plan_ref a, b = PLAN_NONE;

	if (l->failed)
		return plan_unknown(l->plan, scope->frame, truth_type);
	a = lower(l, e->items[0], env, scope);
	if (e->count == 2)
		b = lower(l, e->items[1], env, scope);
	if (closure) {
		struct type types[2] = { e->items[0]->type, e->items[1]->type };

		return closure_atom(l, (uint16_t)e->index, a, b, types, scope);
	}
	return plan_atom(l->plan, scope->frame, store, a, b,
	    inside ? f->stratum : SCHEMA_NONE);
}

/* --- paths ---------------------------------------------------------------- */

/* The store of the set that a derived link is. */
static uint32_t derived_link_store(struct lowering *l, uint16_t attribute)
{
	struct type type = l->tree->schema->attributes.items[attribute].type;
	plan_ref value = derived_value(l, attribute);

	if (!type.set) {
		struct type set = { .tag = type.tag, .set = true, .of = type.of };

		value = plan_make(l->plan, OPCODE_SINGLE_W, plan_at(l->plan,
		    value)->frame,
		    set, value, PLAN_NONE, PLAN_NONE, type.optional);
	}
	return plan_store(l->plan, PLAN_NODE(value));
}

static uint32_t step_store(struct lowering *l, const struct path_step *step)
{
	if (step->kind == PATH_RELATION)
		return relation_store(l, step->index);
	if (l->tree->schema->attributes.items[step->index].derived)
		return derived_link_store(l, step->index);
	return PLAN_NONE;
}

static uint32_t lower_path(struct lowering *l, const struct path *path)
{
	uint32_t *stores = ARENA_ARRAY(l->arena, uint32_t, path->step_count);

	for (uint16_t i = 0; i < path->step_count; i++)
		stores[i] = step_store(l, &path->steps[i]);
	return plan_path(l->plan, path, stores);
}

plan_ref lower_reaches(struct lowering *l, const struct expr *e,
    struct environment *env,
    struct scope *scope)
{
	struct type type = e->arg[1]->type;
	uint32_t path = lower_path(l, e->path);
	plan_ref from = lower(l, e->arg[0], env, scope);
	plan_ref to = lower(l, e->arg[1], env, scope);

	if (!type.set) {
		struct type set = { .tag = type.tag, .set = true, .of = type.of };

		to = plan_make(l->plan, OPCODE_SINGLE_W, scope->frame, set, to,
		    PLAN_NONE, PLAN_NONE, type.optional);
	}
	return plan_make(l->plan, OPCODE_REACH, scope->frame, truth_type, from,
	    to,
	    PLAN_NONE, path);
}
