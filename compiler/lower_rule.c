/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Rules: a frame for the binders, the conditions in it, and rest subjects.
 *
 * Binders over whole kinds are the rows of the root frame, two at most; each
 * other binder opens a child frame over its set.  W0 is membership and every
 * `when`, W also no `except`, R every requirement.
 */
#include <assert.h>

#include "compiler/lower.h"

/* A rule on its way: the binders bound so far, outermost first. */
struct rule_state {
	struct lowering *l;
	const struct rule *rule;
	struct environment *env;
	struct scope *scope;
	struct join member;		/* membership of every binder so far */
	uint32_t bound;
	struct plan_rule *out;
};

static const struct type truth_type = { .tag = TYPE_BOOL };

/* --- what holds of a subject ---------------------------------------------- */

static void add_each(struct lowering *l, struct join *join,
    struct expr *const *all,
    size_t count, bool negated)
{
	for (size_t i = 0; i < count; i++)
		join_add(l, join, all[i], negated);
}

static plan_ref exceptions(struct rule_state *s)
{
	struct join join = { .any = false };

	add_each(s->l, &join, s->rule->except.items, s->rule->except.count, true);
	return lower_join(s->l, &join, s->env, s->scope);
}

static plan_ref requirements(struct rule_state *s)
{
	struct join join = { .any = false };

	for (size_t i = 0; i < s->rule->requirements.count; i++)
		join_add(s->l, &join, s->rule->requirements.items[i].condition,
		    false);
	return lower_join(s->l, &join, s->env, s->scope);
}

/* --- environments --------------------------------------------------------- */

static void delay_lets(struct rule_state *s, struct environment *env)
{
	for (size_t i = 0; i < s->rule->lets.count; i++) {
		const struct variable *let = s->rule->lets.items[i];

		environment_delay(env, let, let->let, env);
	}
}

/* The binders so far as they are; those from the next one on unknown. */
static struct environment *partly_unknown(struct rule_state *s)
{
	struct environment *env = environment_new(s->l, s->rule->variables);

	for (size_t i = 0; i < s->rule->binders.count; i++) {
		uint32_t index = s->rule->binders.items[i].variable->index;

		if (i < s->bound)
			env->entries[index] = s->env->entries[index];
		else
			env->entries[index].kind = ENTRY_UNKNOWN;
	}
	delay_lets(s, env);
	return env;
}

/* --- binders -------------------------------------------------------------- */

static const struct binder *binder_at(const struct rule *rule, size_t i)
{
	return i < rule->binders.count ? &rule->binders.items[i] : NULL;
}

static bool is_extent(const struct binder *binder)
{
	return binder && binder->set->op == EXPR_EXTENT;
}

/* An instance of the I-th binder, whose set is a whole kind. */
static struct instance *bind_row(struct rule_state *s, size_t i)
{
	const struct binder *binder = &s->rule->binders.items[i];
	struct type type = { .tag = TYPE_ENTITY,
	    .of = (uint16_t)binder->set->index };
	struct instance *instance = instance_new(s->l, type);

	environment_bind(s->env, binder->variable, instance);
	s->bound++;
	return instance;
}

static void bind_root(struct rule_state *s)
{
	struct instance *first = NULL, *second = NULL;

	if (is_extent(binder_at(s->rule, 0)))
		first = bind_row(s, 0);
	if (first && is_extent(binder_at(s->rule, 1)))
		second = bind_row(s, 1);
	s->scope = first ? scope_root(s->l, first, second) : s->l->ground;
	for (uint32_t i = 0; i < s->bound; i++) {
		s->out->subject[i] = s->scope->value[i];
		join_add_value(s->l, &s->member, plan_make(s->l->plan,
		    OPCODE_EXISTS,
		    s->scope->frame, truth_type, PLAN_NONE, PLAN_NONE,
		    PLAN_NONE, i),
		    s->scope);
	}
}

/* One rest subject for each row of the binders so far where SET is open,
 * unless the conditions are false whatever it holds. */
static void lower_rest(struct rule_state *s, plan_ref set)
{
	struct environment *env = partly_unknown(s);
	struct join join = { .any = false };
	struct plan_rest rest = { .binder = (uint8_t)s->bound, .set = set };

	for (size_t i = 0; i < s->member.items.count; i++)
		join_add_value(s->l, &join, s->member.items.items[i].value,
		    s->member.items.items[i].home);
	add_each(s->l, &join, s->rule->when.items, s->rule->when.count, false);
	add_each(s->l, &join, s->rule->except.items, s->rule->except.count, true);
	rest.applies = lower_join(s->l, &join, env, s->scope);
	if (!plan_is_truth(s->l->plan, rest.applies, false))
		*VEC_PUSH(s->l->arena, &s->out->rests) = rest;
}

static bool is_constant_set(const struct lowering *l, plan_ref set)
{
	const struct plan_constant *c = plan_constant_of(l->plan, set);

	return c && c->state == CONSTANT_VALUE;
}

static void bind_child(struct rule_state *s)
{
	struct lowering *l = s->l;
	const struct binder *binder = &s->rule->binders.items[s->bound];
	plan_ref set = lower(l, binder->set, s->env, s->scope);
	struct scope *inner;

	if (!is_extent(binder) && !is_constant_set(l, set))
		lower_rest(s, set);
	inner = lower_binder(l, binder->variable, set, s->env, s->scope,
	    binder->set->span);
	if (!inner)
		return;
	s->scope = inner;
	join_add_value(l, &s->member, plan_make(l->plan, OPCODE_MEMBER,
	    inner->frame,
	    truth_type, PLAN_NONE, PLAN_NONE, PLAN_NONE, 0), inner);
	s->out->subject[s->bound++] = inner->value[0];
}

/* --- rules ---------------------------------------------------------------- */

static void lower_verdict(struct rule_state *s)
{
	struct lowering *l = s->l;

	add_each(l, &s->member, s->rule->when.items, s->rule->when.count, false);
	s->out->frame = s->scope->frame;
	s->out->unexcepted = lower_join(l, &s->member, s->env, s->scope);
	s->out->applies = s->out->unexcepted;
	if (s->rule->except.count > 0)
		s->out->applies = plan_and(l->plan, s->out->unexcepted,
		    exceptions(s));
	s->out->required = requirements(s);
}

static void lower_rule(struct lowering *l, const struct rule *rule)
{
	struct plan_rule out = { .binders = (uint8_t)rule->binders.count };
	struct rule_state state = { .l = l, .rule = rule, .out = &out,
		.env = environment_new(l, rule->variables) };

	assert(rule->binders.count <= SUBJECT_BINDERS);
	l->plan->span = rule->span;
	delay_lets(&state, state.env);
	bind_root(&state);
	while (!l->failed && state.bound < rule->binders.count)
		bind_child(&state);
	if (!l->failed)
		lower_verdict(&state);
	*VEC_PUSH(l->arena, &l->plan->rules) = out;
}

bool lower_tree(struct plan *plan)
{
	const struct tree *tree = plan->tree;
	struct lowering l = { .plan = plan, .tree = tree, .arena = plan->arena,
		.component = SCHEMA_NONE };

	l.facts_index = map_new(l.arena);
	l.derived = ARENA_ARRAY(l.arena, struct derived_value,
	    tree->schema->attributes.count);
	l.relations = ARENA_ARRAY(l.arena, struct relation_value,
	    tree->relations.count);
	l.ground = scope_root(&l, NULL, NULL);
	for (size_t i = 0; !l.failed && i < tree->rules.count; i++)
		lower_rule(&l, &tree->rules.items[i]);
	return !l.failed;
}
