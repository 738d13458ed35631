/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Recursive relations of pairs that are closures.
 *
 *	relation r(a: A, b: B) = b in first(a) or any c in next(a): r(c, b)
 *
 * One parameter stays (b), the other walks (a, c, ...): whom r relates to b is
 * found along a path whose steps are the sets.  So the body is read as an
 * automaton, state 0 for "r of the one who walks and of the one who stays":
 *
 *	P or Q			both
 *	any x in S: P		a step along S, then P of x
 *	C and P			P, where C says nothing of the one who stays
 *	r(e, stays)		a step to e, back to state 0
 *	stays in S		a step along S to the end
 *	stays == e		a step to e, to the end
 *	walks in T(stays)	the end, of a part of its own
 *	C(stays) and P		P, as a part of its own, where P is not recursive
 *
 * This is exact.  `any` distributes over `or` in strong Kleene logic, and over
 * a union; `x in S` is by definition `any y in S: y == x`; and
 *
 *	any x in S: (C and P(x))  is  any x in { x for x in S where C }: P(x)
 *	C and any x in S: P(x)    is  any x in { S for any one where C }: P(x)
 *
 * as the sets on the right are certain, possible and open where the left sides
 * are true, unknown and not false.  So the body is a disjunction over steps that
 * are listed, and one that is unknown for each set with a rest.  Its least
 * fixpoint over what is certain holds of those who are reached along certain
 * elements; that over what is possible also of those who are reached along
 * possible ones, and, once a set with a rest is reached, of everybody.  That is
 * what CLOSURE finds.  (It is not what REACH finds: a path asks the other side
 * of a link that is open and never steps onto an entity that may not exist.)
 *
 * What depends on the one who stays is the same on the whole walk, so that a
 * disjunct with such a condition, or whose end is told by a set of the one who
 * stays, is a CLOSURE of its own, under that condition, to that set, with the
 * steps that lead back to state 0.  What a set with a rest on these leads to
 * does not depend on the end: part 0, to the one who stays, always says so,
 * even if it has no end.
 *
 * What is anything else is left to the fixpoint.
 */
#include "compiler/closure.h"

static const struct type truth_type = { .tag = TYPE_BOOL };

/* Where a part of the body is read: of AT in a state; or of ELEMENT, behind a
 * step along SET from there that is not taken yet. */
struct reading {
	unsigned part, state;
	const struct variable *at;
	expr_list gates;		/* conditions on AT, before the step */
	const struct expr *set;		/* or NULL */
	const struct variable *element;
	expr_list filters;		/* conditions on ELEMENT and AT */
};

/* --- what may be a step --------------------------------------------------- */

static bool is_recursive(struct closure *c, const struct expr *e)
{
	return home_component(c->l, e, c->f->variables) > c->f->stratum;
}

/* Does E rest on nothing but X and Y (either may be NULL)? */
static bool rests_on(struct closure *c, const struct expr *e, const struct variable *x,
    const struct variable *y)
{
	return !is_recursive(c, e) && home_rests_on(c->l, e, c->f->variables, x, y);
}

static bool is_variable(const struct expr *e, const struct variable *v)
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
	    !is_variable(set->arg[0], p->at))
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

/* The store of the set of a step, by entity of the kind of AT. */
static uint32_t step_set(struct closure *c, const struct reading *p, const struct expr *e)
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
	if (p->gates.count)
		set = gate(l, p, set, e->type, env, scope);
	l->plan->span = outer;
	return l->failed ? PLAN_NONE : plan_store(l->plan, PLAN_NODE(set));
}

static uint16_t add_step(struct closure *c, const struct path_step *step, uint32_t store)
{
	for (uint16_t i = 0; i < c->steps.count; i++) {
		const struct path_step *s = &c->steps.items[i];

		if (c->stores.items[i] == store && s->index == step->index &&
		    s->from == step->from && s->to == step->to)
			return i;
	}
	*VEC_PUSH(c->l->arena, &c->steps) = *step;
	*VEC_PUSH(c->l->arena, &c->stores) = store;
	return (uint16_t)(c->steps.count - 1);
}

/* A step along E (a set, or an entity), of who is at P in its state. */
static bool step_along(struct closure *c, const struct reading *p, const struct expr *e,
    unsigned to)
{
	const struct schema_attribute *link = link_of(c, p, e);
	struct path_step step = { .kind = PATH_LINK, .from = p->at->type.of,
		.to = e->type.of, .span = e->span };
	uint32_t store = PLAN_NONE;

	if (e->type.tag != TYPE_ENTITY || !rests_on(c, e, p->at, NULL))
		return false;
	if (link) {
		step.index = (uint16_t)e->index;
		step.from = link->kind;
		step.to = link->type.of;
	} else {
		store = step_set(c, p, e);
		if (store == PLAN_NONE)
			return false;
	}
	*VEC_PUSH(c->l->arena, &c->moves) = (struct closure_move){ (uint8_t)p->state,
		(uint8_t)to, add_step(c, &step, store), (uint8_t)p->part };
	if (to == CLOSURE_END)
		c->parts[p->part].accepting |= 1u << CLOSURE_END;
	return true;
}

/* The step of P, if there is one, to a state of its own. */
static bool settle(struct closure *c, const struct reading *p, struct reading *there)
{
	*there = *p;
	if (!p->set)
		return true;
	if (c->states >= CLOSURE_STATES || !step_along(c, p, p->set, c->states))
		return false;
	*there = (struct reading){ .part = p->part, .state = c->states++,
		.at = p->element };
	return true;
}

/* A part of its own, for who is at P. */
static bool part_new(struct closure *c, struct reading *p)
{
	if (p->part || c->count == CLOSURE_PARTS)
		return false;
	p->part = c->count++;
	return true;
}

/* Here a walk of the part may end. */
static void end_here(struct closure *c, const struct reading *p)
{
	c->parts[p->part].accepting |= (uint64_t)1 << p->state;
}

/* --- the body ------------------------------------------------------------- */

static bool read_part(struct closure *c, const struct reading *p, const struct expr *e);

static bool read_any(struct closure *c, const struct reading *p, const struct expr *e,
    const struct expr *set)
{
	struct reading there;

	if (set->op == EXPR_UNION)
		return read_any(c, p, e, set->arg[0]) && read_any(c, p, e, set->arg[1]);
	if (!settle(c, p, &there))
		return false;
	there.set = set;
	there.element = e->variable;
	return read_part(c, &there, e->arg[1]);
}

/* WALKER, who is at P, is (in) a set of who stays. */
static bool read_targets(struct closure *c, const struct reading *p,
    const struct expr *walker, const struct expr *targets)
{
	struct reading there;
	struct closure_part *part;

	if (!is_variable(walker, p->set ? p->element : p->at) ||
	    targets->type.tag != TYPE_ENTITY || !rests_on(c, targets, c->stays, NULL) ||
	    !settle(c, p, &there) || (!there.part && !part_new(c, &there)))
		return false;
	part = &c->parts[there.part];
	if (part->targets || part->accepting)
		return false;
	part->targets = targets;
	if (there.gates.count)
		return step_along(c, &there, walker, CLOSURE_END);
	end_here(c, &there);
	return true;
}

static bool read_in(struct closure *c, const struct reading *p, const struct expr *set)
{
	struct reading there;

	if (set->op == EXPR_UNION)
		return read_in(c, p, set->arg[0]) && read_in(c, p, set->arg[1]);
	return settle(c, p, &there) && step_along(c, &there, set, CLOSURE_END);
}

/* To the entity that E is, then to STATE. */
static bool read_entity(struct closure *c, const struct reading *p, const struct expr *e,
    unsigned state)
{
	struct reading there;

	if (p->set && is_variable(e, p->element))
		return step_along(c, p, p->set, state);
	return settle(c, p, &there) && step_along(c, &there, e, state);
}

static bool read_equal(struct closure *c, const struct reading *p, const struct expr *e)
{
	const struct expr *other = is_variable(e->arg[0], c->stays) ? e->arg[1] : e->arg[0];

	if (!is_variable(e->arg[0], c->stays) && !is_variable(e->arg[1], c->stays))
		return read_targets(c, p, e->arg[0], e->arg[1]) ||
		    read_targets(c, p, e->arg[1], e->arg[0]);
	if (!p->set && p->gates.count == 0 && is_variable(other, p->at)) {
		end_here(c, p);
		return true;
	}
	return read_entity(c, p, other, CLOSURE_END);
}

/* Of who is at the start that is what is being said. */
static bool read_atom(struct closure *c, const struct reading *p, const struct expr *e)
{
	const struct expr *walker = e->items[c->walking];

	if (p->part || e->index != c->relation || !is_variable(e->items[!c->walking], c->stays))
		return false;
	if (!p->set && p->state == CLOSURE_START && is_variable(walker, p->at))
		return true;
	return read_entity(c, p, walker, CLOSURE_START);
}

static void list_conjuncts(struct closure *c, const struct expr *e, expr_list *list)
{
	if (e->op == EXPR_AND) {
		list_conjuncts(c, e->arg[0], list);
		list_conjuncts(c, e->arg[1], list);
	} else
		*VEC_PUSH(c->l->arena, list) = e;
}

static expr_list and_also(struct closure *c, const expr_list *list, const struct expr *e)
{
	expr_list new = { 0 };

	for (size_t i = 0; i < list->count; i++)
		*VEC_PUSH(c->l->arena, &new) = list->items[i];
	*VEC_PUSH(c->l->arena, &new) = e;
	return new;
}

/* Reads E under conditions on the one who stays, as a part of its own. */
static bool read_under(struct closure *c, const struct reading *p,
    const expr_list *conditions, const struct expr *e)
{
	struct reading there;

	if (!settle(c, p, &there) || !part_new(c, &there))
		return false;
	c->parts[there.part].conditions = *conditions;
	return read_part(c, &there, e);
}

/* Conditions, and one part that speaks of both. */
static bool read_and(struct closure *c, const struct reading *p, const struct expr *e)
{
	const struct expr *part = NULL;
	struct reading there = *p;
	expr_list list = { 0 }, conditions = { 0 };

	list_conjuncts(c, e, &list);
	for (size_t i = 0; i < list.count; i++) {
		const struct expr *item = list.items[i];

		if (p->set && rests_on(c, item, p->element, p->at))
			there.filters = and_also(c, &there.filters, item);
		else if (!p->set && rests_on(c, item, p->at, NULL))
			there.gates = and_also(c, &there.gates, item);
		else if (rests_on(c, item, c->stays, NULL))
			conditions = and_also(c, &conditions, item);
		else if (part)
			return false;
		else
			part = item;
	}
	if (part && conditions.count)
		return read_under(c, &there, &conditions, part);
	return part && read_part(c, &there, part);
}

static bool read_whole(struct closure *c, const struct reading *p, const struct expr *e)
{
	if (e->op == EXPR_OR)
		return read_part(c, p, e->arg[0]) && read_part(c, p, e->arg[1]);
	if (e->op == EXPR_AND)
		return read_and(c, p, e);
	if (e->op == EXPR_ANY)
		return read_any(c, p, e, e->arg[0]);
	if (e->op == EXPR_IN && is_variable(e->arg[0], c->stays))
		return read_in(c, p, e->arg[1]);
	if (e->op == EXPR_IN)
		return read_targets(c, p, e->arg[0], e->arg[1]);
	if (e->op == EXPR_EQ)
		return read_equal(c, p, e);
	return e->op == EXPR_RELATION && e->count == 2 && read_atom(c, p, e);
}

static bool read_part(struct closure *c, const struct reading *p, const struct expr *e)
{
	bool could = lower_enter(c->l, e->span) && read_whole(c, p, e);

	lower_leave(c->l);
	return could;
}

struct closure *closure_read(struct lowering *l, uint16_t relation, uint32_t walking)
{
	const struct function *f = &l->tree->relations.items[relation];
	struct closure *c = ARENA_NEW(l->arena, struct closure);
	struct reading start = { .state = CLOSURE_START, .at = f->parameters[walking] };

	*c = (struct closure){ .l = l, .f = f, .relation = relation, .walking = walking,
		.walks = start.at, .stays = f->parameters[!walking],
		.states = CLOSURE_FREE, .count = 1 };
	return read_part(c, &start, f->body) ? c : NULL;
}
