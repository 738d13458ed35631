/* SPDX-License-Identifier: Apache-2.0 */
/* The steps of a closure: stored links, or sets that are kept by entity. */
#include "compiler/closure.h"

static const struct type truth_type = { .tag = TYPE_BOOL };

/* --- what may be a step --------------------------------------------------- */

static bool is_recursive(struct closure *c, const struct expr *e)
{
	return home_component(c->l, e, c->f->variables) > c->f->stratum;
}

bool closure_rests_on(struct closure *c, const struct expr *e, const struct variable *x,
    const struct variable *y)
{
	return !is_recursive(c, e) && home_rests_on(c->l, e, c->f->variables, x, y);
}

bool closure_is_variable(const struct expr *e, const struct variable *v)
{
	return e->op == EXPR_VARIABLE && e->variable == v;
}

/* --- steps ---------------------------------------------------------------- */

/* A link of AT, as it is stored. */
static const struct schema_attribute *link_of(struct closure *c, const struct reading *p,
    const struct expr *set)
{
	const struct schema_attribute *a;

	if (p->gates.count || p->filters.count || set->op != EXPR_ATTRIBUTE ||
	    !closure_is_variable(set->arg[0], p->at))
		return NULL;
	a = &c->l->tree->schema->attributes.items[set->index];
	return a->derived || a->type.tag != TYPE_ENTITY ? NULL : a;
}

static plan_ref all_of(struct lowering *l, const expr_list *conditions, plan_ref value,
    struct environment *env, struct scope *scope)
{
	for (size_t i = 0; i < conditions->count; i++)
		value = plan_and(l->plan, value,
		    lower_as(l, conditions->items[i], env, scope, REGISTER_TRUTH));
	return value;
}

static plan_ref member(struct lowering *l, const struct scope *inner)
{
	return plan_make(l->plan, OPCODE_MEMBER, inner->frame, truth_type, PLAN_NONE,
	    PLAN_NONE, PLAN_NONE, 0);
}

static struct type set_of(struct type element)
{
	return (struct type){ .tag = element.tag, .set = true, .of = element.of };
}

plan_ref closure_single(struct lowering *l, const struct scope *scope, plan_ref value,
    struct type type)
{
	return plan_make(l->plan, OPCODE_SINGLE_W, scope->frame, set_of(type), value,
	    PLAN_NONE, PLAN_NONE, type.optional);
}

/* { element for element in SET where all filters } */
static plan_ref filter(struct lowering *l, const struct reading *p, plan_ref set,
    struct environment *env, struct scope *scope, struct span span)
{
	struct scope *inner = lower_binder(l, p->element, set, env, scope, span);

	if (!inner)
		return set;
	return plan_make(l->plan, OPCODE_COLLECT_WW, scope->frame, set_of(p->element->type),
	    all_of(l, &p->filters, member(l, inner), env, inner), set,
	    scope_value(l, inner, inner->bound[0]), 0);
}

/* { SET for x in { at } where all gates } */
static plan_ref gate(struct lowering *l, const struct reading *p, plan_ref set,
    struct type type, struct environment *env, struct scope *scope)
{
	plan_ref one = closure_single(l, scope, scope->value[0], p->at->type);
	struct scope *inner = scope_child(l, scope, one, instance_new(l, p->at->type));

	return plan_make(l->plan, OPCODE_FLATTEN_WW, scope->frame, set_of(type),
	    plan_and(l->plan, member(l, inner), plan_up(l->plan, all_of(l, &p->gates,
	    plan_truth(l->plan, scope->frame, true), env, scope), inner->frame)),
	    one, plan_up(l->plan, set, inner->frame), 0);
}

/* { c for c in SET where c in K and all filters of the tail } */
static plan_ref cut(struct lowering *l, const struct closure_tail *tail, plan_ref set,
    uint16_t of, struct environment *env, struct scope *scope)
{
	const struct type type = { .tag = TYPE_ENTITY, .of = of };
	const struct plan_constant kind = { .state = CONSTANT_EXTENT,
		.type = set_of(tail->variable->type), .cell = tail->kind };
	struct instance *instance = instance_new(l, type);
	struct scope *inner = scope_child(l, scope, set, instance);
	plan_ref condition;

	environment_bind(env, tail->variable, instance);
	condition = plan_and(l->plan, member(l, inner), plan_make(l->plan, OPCODE_IN_W,
	    inner->frame, truth_type, inner->value[0],
	    plan_value(l->plan, inner->frame, &kind), PLAN_NONE, 0));
	return plan_make(l->plan, OPCODE_COLLECT_WW, scope->frame, set_of(type),
	    all_of(l, &tail->filters, condition, env, inner), set, inner->value[0], 0);
}

/* The store of the set of a step, by entity of the kind of AT; as far as it
 * leads on to TAIL, unless that is NULL. */
static uint32_t step_set(struct closure *c, const struct reading *p, const struct expr *e,
    const struct closure_tail *tail)
{
	struct lowering *l = c->l;
	struct environment *env = environment_new(l, c->f->variables);
	struct instance *instance = instance_new(l, p->at->type);
	struct span outer = l->plan->span;
	struct scope *scope;
	plan_ref set;

	l->plan->span = e->span;
	environment_bind(env, p->at, instance);
	scope = scope_root(l, instance, NULL);
	set = lower(l, e, env, scope);
	if (!e->type.set)
		set = closure_single(l, scope, set, e->type);
	if (p->filters.count)
		set = filter(l, p, set, env, scope, e->span);
	if (tail)
		set = cut(l, tail, set, e->type.of, env, scope);
	if (p->gates.count)
		set = gate(l, p, set, e->type, env, scope);
	l->plan->span = outer;
	return l->failed ? PLAN_NONE : plan_store(l->plan, PLAN_NODE(set));
}

static uint16_t add_step(struct closure *c, const struct path_step *step, uint32_t store)
{
	for (size_t i = 0; i < c->steps.count; i++) {
		const struct path_step *s = &c->steps.items[i];

		if (c->stores.items[i] == store && s->index == step->index &&
		    s->from == step->from && s->to == step->to)
			return (uint16_t)i;
	}
	*VEC_PUSH(c->l->arena, &c->steps) = *step;
	*VEC_PUSH(c->l->arena, &c->stores) = store;
	return (uint16_t)(c->steps.count - 1);
}

static void add_move(struct closure *c, const struct reading *p, unsigned to,
    const struct path_step *step, uint32_t store)
{
	*VEC_PUSH(c->l->arena, &c->moves) = (struct closure_move){ (uint8_t)p->state,
		(uint8_t)to, add_step(c, step, store), (uint8_t)p->part };
}

bool closure_step(struct closure *c, const struct reading *p, const struct expr *e,
    unsigned to)
{
	const struct schema_attribute *link = link_of(c, p, e);
	struct path_step step = { .kind = PATH_LINK, .from = p->at->type.of,
		.to = e->type.of, .span = e->span };
	uint32_t store = PLAN_NONE;

	if (e->type.tag != TYPE_ENTITY || !closure_rests_on(c, e, p->at, NULL))
		return false;
	if (link) {
		step.index = (uint16_t)e->index;
		step.from = link->kind;
		step.to = link->type.of;
	} else {
		store = step_set(c, p, e, NULL);
		if (store == PLAN_NONE)
			return false;
	}
	add_move(c, p, to, &step, store);
	if (to == CLOSURE_END) {
		c->parts[p->part].accepting |= 1u << CLOSURE_END;
		*VEC_PUSH(c->l->arena, &c->ends) = (struct closure_end){ *p, e };
	}
	return true;
}

/* --- from the left -------------------------------------------------------- */

/* A step to the end leads on to the tail as well, if its entity is of the kind. */
static bool go_on(struct closure *c, const struct closure_end *end,
    const struct closure_tail *tail)
{
	const struct schema *schema = c->l->tree->schema;
	uint16_t to = end->set->type.of;
	struct path_step step = { .kind = PATH_LINK, .from = end->at.at->type.of,
		.to = to, .span = end->set->span };
	uint32_t store;

	if (!schema_is_a(schema, to, tail->kind) && !schema_is_a(schema, tail->kind, to))
		return false;
	store = step_set(c, &end->at, end->set, tail);
	if (store == PLAN_NONE)
		return false;
	add_move(c, &end->at, tail->state, &step, store);
	return true;
}

/* `any c in K` is unknown where K is open: a set without an element, and open
 * where K is. */
static bool open_tail(struct closure *c, const struct closure_tail *tail)
{
	struct lowering *l = c->l;
	const struct reading start = { .state = CLOSURE_START, .at = c->walks };
	struct path_step step = { .kind = PATH_LINK, .from = c->walks->type.of,
		.to = tail->kind, .span = c->f->span };
	struct type type = set_of(tail->variable->type);
	const struct plan_constant kind = { .state = CONSTANT_EXTENT, .type = type,
		.cell = tail->kind };
	plan_ref all = plan_value(l->plan, l->ground->frame, &kind), none;
	struct scope *inner = scope_child(l, l->ground, all,
	    instance_new(l, tail->variable->type));
	struct scope *scope = scope_root(l, instance_new(l, c->walks->type), NULL);

	none = plan_make(l->plan, OPCODE_COLLECT_WW, l->ground->frame, type,
	    plan_truth(l->plan, inner->frame, false), all, inner->value[0], 0);
	none = plan_fetch(l->plan, scope->frame, none, PLAN_NONE);
	add_move(c, &start, tail->state, &step, plan_store(l->plan, PLAN_NODE(none)));
	return !l->failed;
}

bool closure_join_tails(struct closure *c)
{
	const struct reading start = { .state = CLOSURE_START, .at = c->walks };
	struct expr *walker = ARENA_NEW(c->l->arena, struct expr);
	const struct closure_end empty = { start, walker };

	walker->op = EXPR_VARIABLE;
	walker->type = c->walks->type;
	walker->span = c->walks->span;
	walker->index = c->walks->index;
	walker->variable = (struct variable *)c->walks;
	for (size_t t = 0; t < c->tails.count; t++) {
		const struct closure_tail *tail = &c->tails.items[t];

		if (c->count > 1 || !open_tail(c, tail) ||
		    ((c->parts[0].accepting & 1) && tail->state != CLOSURE_START &&
		    !go_on(c, &empty, tail)))
			return false;
		for (size_t i = 0; i < c->ends.count; i++)
			if (!go_on(c, &c->ends.items[i], tail))
				return false;
	}
	return true;
}

