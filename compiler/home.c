/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Where an expression is computed.
 *
 * Its home follows from the binders that its variables lead to:
 *
 *	none			ROOT(): once for the whole inventory
 *	one, an entity of K	ROOT(K): once for each entity of the kind, however
 *				many rows use it (a derived plane or column)
 *	else			the frame of the innermost of them
 *
 * The second line is the pass that matters most.  Loads, comparisons of
 * numbers and the like are not worth a store and stay where they are used;
 * every truth that is more than a load moves, and so does what needs a fold.
 * An atom of the recursive component being lowered is not ready yet, so what
 * holds one stays in its frame.
 */
#include <assert.h>

#include "compiler/lower.h"
#include "vm/bits.h"

/* --- environments --------------------------------------------------------- */

struct environment *environment_new(struct lowering *l, uint32_t count)
{
	struct environment *env = ARENA_NEW(l->arena, struct environment);

	env->entries = ARENA_ARRAY(l->arena, struct entry, count);
	env->count = count;
	return env;
}

void environment_bind(struct environment *env, const struct variable *variable,
    struct instance *instance)
{
	assert(variable->index < env->count);
	env->entries[variable->index] =
	    (struct entry){ .kind = ENTRY_INSTANCE, .instance = instance };
}

void environment_delay(struct environment *env, const struct variable *variable,
    const struct expr *expr, struct environment *of)
{
	assert(variable->index < env->count);
	env->entries[variable->index] =
	    (struct entry){ .kind = ENTRY_LAZY, .expr = expr, .environment = of };
}

struct instance *instance_new(struct lowering *l, struct type type)
{
	struct instance *instance = ARENA_NEW(l->arena, struct instance);

	instance->id = l->instances++;
	instance->type = type;
	return instance;
}

/* --- facts ---------------------------------------------------------------- */

static bool binds(enum expr_op op)
{
	return op == EXPR_ANY || op == EXPR_ALL || op == EXPR_COLLECT ||
	    op == EXPR_COUNT_WHERE || op == EXPR_SUM || op == EXPR_MIN ||
	    op == EXPR_MAX;
}

static bool is_heavy(enum expr_op op)
{
	return binds(op) || op == EXPR_CALL || op == EXPR_REACHES ||
	    op == EXPR_LIKE || op == EXPR_MATCHES || op == EXPR_STARTS ||
	    op == EXPR_ENDS || op == EXPR_IN_NET || op == EXPR_CONCAT ||
	    op == EXPR_TEXT || op == EXPR_LOWER || op == EXPR_UNION ||
	    op == EXPR_INTERSECT || op == EXPR_WITHOUT || op == EXPR_SUBSET ||
	    op == EXPR_SAME || op == EXPR_COUNT;
}

static const struct facts *facts_of(struct lowering *l, const struct expr *e,
    uint32_t count);

static void include(struct facts *to, const struct facts *from)
{
	for (uint32_t i = 0; i < to->words; i++)
		to->free[i] |= from->free[i];
	to->heavy |= from->heavy;
	if (from->component > to->component)
		to->component = from->component;
}

/* What a name that is used brings along from elsewhere. */
static void include_use(struct lowering *l, struct facts *facts,
    const struct expr *e)
{
	const struct function *f;

	if (e->op == EXPR_CALL) {
		const struct facts *body;

		f = &l->tree->definitions.items[e->index];
		body = facts_of(l, f->body, f->variables);
		if (body->component > facts->component)
			facts->component = body->component;
	} else if (e->op == EXPR_RELATION) {
		f = &l->tree->relations.items[e->index];
		if (f->recursive && f->stratum + 1u > facts->component)
			facts->component = f->stratum + 1u;
	}
}

static void facts_find(struct lowering *l, struct facts *facts,
    const struct expr *e, uint32_t count)
{
	facts->heavy = is_heavy(e->op);
	if (e->op == EXPR_VARIABLE)
		bit_set(facts->free, e->variable->index);
	for (int i = expr_op_arity(e->op) - 1; i >= 0; i--) {
		if (i == 0 && binds(e->op))
			bit_clear(facts->free, e->variable->index);
		if (e->arg[i])
			include(facts, facts_of(l, e->arg[i], count));
	}
	for (uint32_t i = 0; i < e->count; i++)
		include(facts, facts_of(l, e->items[i], count));
	include_use(l, facts, e);
}

/* COUNT: the variables of the scope that the expression stands in. */
static const struct facts *facts_of(struct lowering *l, const struct expr *e,
    uint32_t count)
{
	struct str key = { (const char *)&e, sizeof(e) };
	uint32_t *found = map_find(l->facts_index, key);
	struct facts *facts;
	bool is_new;

	if (found)
		return l->facts.items[*found];
	facts = ARENA_NEW(l->arena, struct facts);
	facts->words = count / 64 + 1;
	facts->free = ARENA_ARRAY(l->arena, uint64_t, facts->words);
	if (lower_enter(l, e->span))
		facts_find(l, facts, e, count);
	lower_leave(l);
	*map_at(l->facts_index, key, &is_new) = (uint32_t)l->facts.count;
	*VEC_PUSH(l->arena, &l->facts) = facts;
	return facts;
}

uint32_t home_component(struct lowering *l, const struct expr *e, uint32_t count)
{
	return facts_of(l, e, count)->component;
}

bool home_rests_on(struct lowering *l, const struct expr *e, uint32_t count,
    const struct variable *x, const struct variable *y)
{
	const struct facts *facts = facts_of(l, e, count);

	for (size_t i = 0; (i = bits_next(facts->free, count, i)) < count; i++)
		if (x->index != i && (!y || y->index != i))
			return false;
	return true;
}

/* --- dependencies --------------------------------------------------------- */

static void depend(struct dependencies *all, struct instance *instance)
{
	uint32_t at = all->count;

	for (uint32_t i = 0; i < all->count; i++)
		if (all->items[i] == instance)
			return;
	assert(all->count < SCOPE_INSTANCES);
	while (at > 0 && all->items[at - 1]->id > instance->id) {
		all->items[at] = all->items[at - 1];
		at--;
	}
	all->items[at] = instance;
	all->count++;
}

static const struct dependencies *entry_dependencies(struct lowering *l,
    struct entry *entry);

/* In the room that there is once; there are many more of what it is copied to. */
static struct dependencies gather(struct lowering *l, const uint64_t *free,
    struct environment *env)
{
	struct dependencies all = { l->room, 0 };

	for (size_t i = 0; (i = bits_next(free, env->count, i)) < env->count; i++) {
		const struct entry *entry = &env->entries[i];

		if (entry->kind == ENTRY_INSTANCE)
			depend(&all, entry->instance);
		for (uint32_t k = 0; entry->kind == ENTRY_LAZY &&
		    k < entry->dependencies->count; k++)
			depend(&all, entry->dependencies->items[k]);
	}
	return all;
}

/* Valid until it is asked again. */
static struct dependencies depend_on_variables(struct lowering *l,
    const uint64_t *free, struct environment *env)
{
	for (size_t i = 0; (i = bits_next(free, env->count, i)) < env->count; i++)
		if (env->entries[i].kind == ENTRY_LAZY)
			entry_dependencies(l, &env->entries[i]);
	return gather(l, free, env);
}

static const struct dependencies *entry_dependencies(struct lowering *l,
    struct entry *entry)
{
	struct dependencies *all;

	if (entry->dependencies)
		return entry->dependencies;
	all = ARENA_NEW(l->arena, struct dependencies);
	if (lower_enter(l, entry->expr->span)) {
		const struct facts *facts =
		    facts_of(l, entry->expr, entry->environment->count);
		struct dependencies found = depend_on_variables(l, facts->free,
		    entry->environment);

		all->items = ARENA_ARRAY(l->arena, struct instance *, found.count);
		all->count = found.count;
		for (uint32_t i = 0; i < found.count; i++)
			all->items[i] = found.items[i];
	}
	lower_leave(l);
	entry->dependencies = all;
	return all;
}

static bool is_tied(struct lowering *l, const struct expr *e,
    struct environment *env);

static bool is_entry_tied(struct lowering *l, struct entry *entry)
{
	if (entry->tied == TIED_UNASKED)
		entry->tied = is_tied(l, entry->expr, entry->environment) ?
		    TIED_YES : TIED_NO;
	return entry->tied == TIED_YES;
}

/* Does it hold an atom of the component being lowered? */
static bool is_tied(struct lowering *l, const struct expr *e,
    struct environment *env)
{
	const struct facts *facts;

	if (l->component == SCHEMA_NONE)
		return false;
	facts = facts_of(l, e, env->count);
	if (facts->component == l->component + 1u)
		return true;
	for (size_t i = 0; (i = bits_next(facts->free, env->count, i)) < env->count; i++)
		if (env->entries[i].kind == ENTRY_LAZY &&
		    is_entry_tied(l, &env->entries[i]))
			return true;
	return false;
}

static bool is_entry_hidden(struct lowering *l, struct entry *entry)
{
	if (entry->kind != ENTRY_LAZY)
		return entry->kind == ENTRY_UNKNOWN;
	if (entry->hidden == HIDDEN_UNASKED) {
		entry->hidden = HIDDEN_NO;
		if (lower_enter(l, entry->expr->span) && environment_hides(l,
		    entry->environment, entry->expr))
			entry->hidden = HIDDEN_YES;
		lower_leave(l);
	}
	return entry->hidden == HIDDEN_YES;
}

bool environment_hides(struct lowering *l, struct environment *env,
    const struct expr *e)
{
	const struct facts *facts = facts_of(l, e, env->count);

	for (size_t i = 0; (i = bits_next(facts->free, env->count, i)) < env->count; i++)
		if (is_entry_hidden(l, &env->entries[i]))
			return true;
	return false;
}

/* --- scopes --------------------------------------------------------------- */

static plan_ref row(struct lowering *l, uint32_t frame,
    struct instance *instance, uint32_t dimension)
{
	return plan_make(l->plan, OPCODE_ROW, frame, instance->type,
	    PLAN_NONE, PLAN_NONE, PLAN_NONE, dimension);
}

struct scope *scope_root(struct lowering *l, struct instance *first,
    struct instance *second)
{
	struct scope *scope = ARENA_NEW(l->arena, struct scope);

	scope->frame = plan_root(l->plan, first ? first->type.of : SCHEMA_NONE,
	    second ? second->type.of : SCHEMA_NONE);
	scope->bound[0] = first;
	scope->bound[1] = second;
	if (first)
		scope->value[0] = row(l, scope->frame, first, 0);
	if (second)
		scope->value[1] = row(l, scope->frame, second, 1);
	if (first && !second)
		first->hoisted = scope;
	return scope;
}

struct scope *scope_child(struct lowering *l, struct scope *outer, plan_ref set,
    struct instance *instance)
{
	struct scope *scope = ARENA_NEW(l->arena, struct scope);
	bool number = plan_at(l->plan, set)->reg == REGISTER_NUMBERS;
	struct type type = instance->type;

	type.optional = type.tag == TYPE_BOOL;	/* a word: see plan_register */
	scope->outer = outer;
	scope->frame = plan_child(l->plan, outer->frame, set);
	scope->bound[0] = instance;
	scope->value[0] = plan_make(l->plan,
	    number ? OPCODE_ELEMENT_N : OPCODE_ELEMENT,
	    scope->frame, type, PLAN_NONE, PLAN_NONE, PLAN_NONE, 0);
	return scope;
}

static struct scope *outermost(struct scope *scope)
{
	while (scope->outer)
		scope = scope->outer;
	return scope;
}

static bool scope_binds(const struct scope *scope,
    const struct instance *instance)
{
	return scope->bound[0] == instance || scope->bound[1] == instance;
}

static struct scope *binding(struct scope *scope, const struct instance *instance)
{
	while (!scope_binds(scope, instance)) {
		scope = scope->outer;
		assert(scope);
	}
	return scope;
}

plan_ref scope_value(struct lowering *l, struct scope *scope,
    const struct instance *instance)
{
	struct scope *at = binding(scope, instance);

	return plan_up(l->plan, at->value[at->bound[0] != instance],
	    scope->frame);
}

/* --- homes ---------------------------------------------------------------- */

static struct scope *innermost(const struct dependencies *all,
    struct scope *scope)
{
	for (; scope->outer; scope = scope->outer)
		for (uint32_t i = 0; i < all->count; i++)
			if (scope_binds(scope, all->items[i]))
				return scope;
	return scope;
}

static struct scope *hoisted(struct lowering *l, struct instance *instance,
    struct scope *scope)
{
	struct scope *root = outermost(scope);

	if (root->bound[0] == instance && !root->bound[1])
		return root;
	return instance->hoisted ? instance->hoisted : scope_root(l, instance,
	    NULL);
}

static struct scope *ground(struct lowering *l, struct scope *scope)
{
	struct scope *root = outermost(scope);

	return root->bound[0] ? l->ground : root;
}

/* Worth a store: a truth beyond one load, or anything with a fold in it. */
static bool is_worth_hoisting(struct lowering *l, const struct expr *e,
    const struct facts *facts)
{
	while (e->op == EXPR_NOT)
		e = e->arg[0];
	if (!type_is_truth(e->type))
		return facts->heavy;
	return e->op != EXPR_ATTRIBUTE || e->arg[0]->op != EXPR_VARIABLE ||
	    l->tree->schema->attributes.items[e->index].derived;
}

struct scope *home_of(struct lowering *l, const struct expr *e,
    struct environment *env, struct scope *scope)
{
	struct dependencies all;
	const struct facts *facts;

	if (l->plan->options.unoptimised || l->failed)
		return scope;
	facts = facts_of(l, e, env->count);
	all = depend_on_variables(l, facts->free, env);
	if (l->failed || is_tied(l, e, env))
		return innermost(&all, scope);
	if (all.count == 0)
		return ground(l, scope);
	if (all.count == 1 && all.items[0]->type.tag == TYPE_ENTITY &&
	    is_worth_hoisting(l, e, facts))
		return hoisted(l, all.items[0], scope);
	return innermost(&all, scope);
}

struct scope *home_of_entry(struct lowering *l, struct entry *entry,
    struct scope *scope)
{
	const struct dependencies *all;

	if (l->plan->options.unoptimised || l->failed)
		return scope;
	all = entry_dependencies(l, entry);
	if (all->count == 0 && !is_entry_tied(l, entry))
		return ground(l, scope);
	return innermost(all, scope);
}

plan_ref carry(struct lowering *l, plan_ref value, struct scope *home,
    struct scope *scope)
{
	struct scope *at = scope;

	assert(scope);
	while (at && at != home)
		at = at->outer;
	if (at)
		return plan_up(l->plan, value, scope->frame);
	if (!home->bound[0])
		return plan_fetch(l->plan, scope->frame, value, PLAN_NONE);
	at = binding(scope, home->bound[0]);
	value = plan_fetch(l->plan, at->frame, value,
	    at->value[at->bound[0] != home->bound[0]]);
	return plan_up(l->plan, value, scope->frame);
}
