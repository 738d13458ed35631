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
 * From the left,
 *
 *	r(walks, stays) = P or any c in K where r(walks, c): Q(c, stays)
 *
 * is read as r = P + r K Q = P (K Q)*: who is reached is c, if it is of the kind
 * K, as far as it exists and K is listed, and Q is read of it; r(c, stays) in
 * place of Q is state 0 of c.  Where K is open all that is not true is unknown.
 *
 * What is anything else is left to the fixpoint.
 */
#include "compiler/closure.h"

#include <assert.h>

/* The step of P, if there is one, to a state of its own. */
static bool settle(struct closure *c, const struct reading *p, struct reading *there)
{
	*there = *p;
	if (!p->set)
		return true;
	if (c->states >= CLOSURE_STATES || !closure_step(c, p, p->set, c->states))
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

static void list_conjuncts(struct closure *c, const struct expr *e, expr_list *list)
{
	if (e->op == EXPR_AND) {
		list_conjuncts(c, e->arg[0], list);
		list_conjuncts(c, e->arg[1], list);
	} else
		*VEC_PUSH(c->l->arena, list) = e;
}

static bool is_atom(const struct closure *c, const struct expr *e,
    const struct variable *walks, const struct variable *stays)
{
	return e->op == EXPR_RELATION && e->index == c->relation &&
	    closure_is_variable(e->items[c->walking], walks) &&
	    closure_is_variable(e->items[!c->walking], stays);
}

/* any c in K: r(walks, c) and filters and REST */
static bool is_from_left(struct closure *c, const struct expr *e,
    struct closure_tail *tail, const struct expr **rest)
{
	expr_list list = { 0 };
	bool is_left = false;

	*tail = (struct closure_tail){ .variable = e->variable,
		.kind = (uint16_t)e->arg[0]->index, .state = CLOSURE_START };
	*rest = NULL;
	list_conjuncts(c, e->arg[1], &list);
	for (size_t i = 0; i < list.count; i++) {
		const struct expr *item = list.items[i];

		if (is_atom(c, item, c->walks, e->variable))
			is_left = true;
		else if (closure_rests_on(c, item, e->variable, NULL))
			*VEC_PUSH(c->l->arena, &tail->filters) = item;
		else if (*rest)
			return false;
		else
			*rest = item;
	}
	return is_left && *rest;
}

static bool read_tail(struct closure *c, struct closure_tail *tail, const struct expr *rest)
{
	struct reading there = { .at = tail->variable };

	if (!is_atom(c, rest, tail->variable, c->stays)) {
		if (c->states >= CLOSURE_STATES)
			return false;
		there.state = tail->state = c->states++;
		if (!read_part(c, &there, rest))
			return false;
	}
	*VEC_PUSH(c->l->arena, &c->tails) = *tail;
	return true;
}

static bool read_any(struct closure *c, const struct reading *p, const struct expr *e,
    const struct expr *set)
{
	struct closure_tail tail;
	const struct expr *rest;
	struct reading there;

	if (set->op == EXPR_EXTENT && set == e->arg[0] && !p->set &&
	    p->state == CLOSURE_START && !p->part && !p->gates.count &&
	    is_from_left(c, e, &tail, &rest))
		return read_tail(c, &tail, rest);
	if (set->op == EXPR_UNION)
		return read_any(c, p, e, set->arg[0]) && read_any(c, p, e, set->arg[1]);
	if (!settle(c, p, &there))
		return false;
	there.set = set;
	there.element = e->variable;
	return read_part(c, &there, e->arg[1]);
}

static bool has_moves(const struct closure *c, unsigned part)
{
	for (size_t i = 0; i < c->moves.count; i++)
		if (c->moves.items[i].part == part)
			return true;
	return false;
}

/* WALKER, who is at P, is (in) a set of who stays.  Where that is empty, what a
 * set with a rest leads to is told by part 0 alone: so no step to it is of its
 * own part. */
static bool read_targets(struct closure *c, const struct reading *p,
    const struct expr *walker, const struct expr *targets)
{
	struct reading there;
	struct closure_part *part;

	if (!closure_is_variable(walker, p->set ? p->element : p->at) ||
	    targets->type.tag != TYPE_ENTITY || !closure_rests_on(c, targets, c->stays, NULL) ||
	    !settle(c, p, &there) || (!there.part && !part_new(c, &there)))
		return false;
	part = &c->parts[there.part];
	if (part->accepting || has_moves(c, there.part))
		return false;
	assert(!part->targets);	/* where others end, or step */
	part->targets = targets;
	if (there.gates.count)
		return closure_step(c, &there, walker, CLOSURE_END);
	end_here(c, &there);
	return true;
}

static bool read_in(struct closure *c, const struct reading *p, const struct expr *set)
{
	struct reading there;

	if (set->op == EXPR_UNION)
		return read_in(c, p, set->arg[0]) && read_in(c, p, set->arg[1]);
	return settle(c, p, &there) && closure_step(c, &there, set, CLOSURE_END);
}

/* To the entity that E is, then to STATE. */
static bool read_entity(struct closure *c, const struct reading *p, const struct expr *e,
    unsigned state)
{
	struct reading there;

	if (p->set && closure_is_variable(e, p->element))
		return closure_step(c, p, p->set, state);
	return settle(c, p, &there) && closure_step(c, &there, e, state);
}

static bool read_equal(struct closure *c, const struct reading *p, const struct expr *e)
{
	const struct expr *other = closure_is_variable(e->arg[0], c->stays) ? e->arg[1] : e->arg[0];

	if (!closure_is_variable(e->arg[0], c->stays) && !closure_is_variable(e->arg[1], c->stays))
		return read_targets(c, p, e->arg[0], e->arg[1]) ||
		    read_targets(c, p, e->arg[1], e->arg[0]);
	if (!p->set && p->gates.count == 0 && closure_is_variable(other, p->at)) {
		end_here(c, p);
		return true;
	}
	return read_entity(c, p, other, CLOSURE_END);
}

/* Of who is at the start that is what is being said. */
static bool read_atom(struct closure *c, const struct reading *p, const struct expr *e)
{
	const struct expr *walker = e->items[c->walking];

	if (p->part || e->index != c->relation || !closure_is_variable(e->items[!c->walking], c->stays))
		return false;
	if (!p->set && p->state == CLOSURE_START && closure_is_variable(walker, p->at))
		return true;
	return read_entity(c, p, walker, CLOSURE_START);
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

	if (e->op == EXPR_OR)
		return read_under(c, p, conditions, e->arg[0]) &&
		    read_under(c, p, conditions, e->arg[1]);
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

		if (p->set && closure_rests_on(c, item, p->element, p->at))
			there.filters = and_also(c, &there.filters, item);
		else if (!p->set && closure_rests_on(c, item, p->at, NULL))
			there.gates = and_also(c, &there.gates, item);
		else if (closure_rests_on(c, item, c->stays, NULL))
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
	if (e->op == EXPR_IN && closure_is_variable(e->arg[0], c->stays))
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
	return read_part(c, &start, f->body) && closure_join_tails(c) ? c : NULL;
}
