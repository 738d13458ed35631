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
 * What is anything else is left to the fixpoint.
 */
#include "base/limits.h"
#include "compiler/lower.h"
#include "vm/bits.h"

static const struct type truth_type = { .tag = TYPE_BOOL };

#define STATES 64

/* A state 0 to go on from, and the end. */
enum { START, END, FIRST_FREE };

struct move {
	uint8_t from, to;
	uint16_t step;
};

struct closure {
	struct lowering *l;
	const struct function *f;
	uint16_t relation;
	const struct variable *walks, *stays;
	uint32_t walking;		/* which parameter: 0 or 1 */
	unsigned states;
	bool empty_walk;		/* state 0 accepts */
	VEC(struct path_step) steps;
	VEC(uint32_t) stores;
	VEC(struct move) moves;
};

typedef VEC(const struct expr *) expr_list;

/* Where a part of the body is read: of AT in a state; or of ELEMENT, behind a
 * step along SET from there that is not taken yet. */
struct reading {
	unsigned state;
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

static plan_ref single(struct lowering *l, const struct scope *scope, plan_ref value,
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
	plan_ref one = single(l, scope, scope->value[0], p->at->type);
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
		set = single(l, scope, set, e->type);
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
	*VEC_PUSH(c->l->arena, &c->moves) = (struct move){
		(uint8_t)p->state, (uint8_t)to, add_step(c, &step, store) };
	return true;
}

/* The step of P, if there is one, to a state of its own. */
static bool settle(struct closure *c, const struct reading *p, struct reading *there)
{
	*there = *p;
	if (!p->set)
		return true;
	if (c->states >= STATES || !step_along(c, p, p->set, c->states))
		return false;
	*there = (struct reading){ .state = c->states++, .at = p->element };
	return true;
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

static bool read_in(struct closure *c, const struct reading *p, const struct expr *set)
{
	struct reading there;

	if (set->op == EXPR_UNION)
		return read_in(c, p, set->arg[0]) && read_in(c, p, set->arg[1]);
	return settle(c, p, &there) && step_along(c, &there, set, END);
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
		return false;
	if (!p->set && p->gates.count == 0 && is_variable(other, p->at)) {
		c->empty_walk = true;
		return p->state == START;
	}
	return read_entity(c, p, other, END);
}

/* Of who is at the start that is what is being said. */
static bool read_atom(struct closure *c, const struct reading *p, const struct expr *e)
{
	const struct expr *walker = e->items[c->walking];

	if (e->index != c->relation || !is_variable(e->items[!c->walking], c->stays))
		return false;
	if (!p->set && p->state == START && is_variable(walker, p->at))
		return true;
	return read_entity(c, p, walker, START);
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

/* Conditions, and one part that speaks of the one who stays. */
static bool read_and(struct closure *c, const struct reading *p, const struct expr *e)
{
	const struct expr *part = NULL;
	struct reading there = *p;
	expr_list list = { 0 };

	list_conjuncts(c, e, &list);
	for (size_t i = 0; i < list.count; i++) {
		const struct expr *item = list.items[i];

		if (p->set && rests_on(c, item, p->element, p->at))
			there.filters = and_also(c, &there.filters, item);
		else if (!p->set && rests_on(c, item, p->at, NULL))
			there.gates = and_also(c, &there.gates, item);
		else if (part)
			return false;
		else
			part = item;
	}
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

/* --- the path ------------------------------------------------------------- */

/* The automaton with sets of states as states, so that each step leads to one:
 * the closure of a link is then as small as the path `link+`. */
struct subsets {
	uint64_t states[STATES];
	unsigned count, most;
	VEC(struct path_move) moves;
};

static uint64_t step_from(const struct closure *c, uint64_t states, uint16_t step)
{
	uint64_t to = 0;

	for (size_t i = 0; i < c->moves.count; i++)
		if (c->moves.items[i].step == step && (states >> c->moves.items[i].from & 1))
			to |= (uint64_t)1 << c->moves.items[i].to;
	return to;
}

static bool find_subset(struct subsets *s, uint64_t states, unsigned *at)
{
	for (*at = 0; *at < s->count; ++*at)
		if (s->states[*at] == states)
			return true;
	if (s->count >= s->most)
		return false;
	s->states[s->count++] = states;
	return true;
}

static bool find_subsets(const struct closure *c, struct subsets *s)
{
	uint64_t most = limit_get(LIMIT_PATH_STATES);
	unsigned to;

	s->most = most < STATES ? (unsigned)most : STATES;
	s->states[s->count++] = (uint64_t)1 << START;
	for (unsigned i = 0; i < s->count; i++)
		for (uint16_t step = 0; step < c->steps.count; step++) {
			uint64_t states = step_from(c, s->states[i], step);

			if (states == 0)
				continue;
			if (!find_subset(s, states, &to))
				return false;
			*VEC_PUSH(c->l->arena, &s->moves) =
			    (struct path_move){ (uint8_t)i, (uint8_t)to, step };
		}
	return true;
}

static bool accepts(const struct closure *c, uint64_t states)
{
	return states >> END & 1 || (c->empty_walk && (states >> START & 1));
}

static uint32_t make_path(const struct closure *c)
{
	struct path *path = ARENA_NEW(c->l->arena, struct path);
	struct subsets s = { .count = 0 };

	if (!find_subsets(c, &s))
		return PLAN_NONE;
	path->span = c->f->span;
	path->from = c->walks->type.of;
	path->to = c->stays->type.of;
	path->states = (uint8_t)s.count;
	for (unsigned i = 0; i < s.count; i++)
		path->accepting |= (uint64_t)accepts(c, s.states[i]) << i;
	path->steps = c->steps.items;
	path->step_count = (uint16_t)c->steps.count;
	path->moves = s.moves.items;
	path->move_count = (uint16_t)s.moves.count;
	return path->accepting ? plan_path(c->l->plan, path, c->stores.items) : PLAN_NONE;
}

/* --- all ------------------------------------------------------------------ */

static bool is_alone(const struct lowering *l, const struct function *f)
{
	for (size_t i = 0; i < l->tree->relations.count; i++) {
		const struct function *other = &l->tree->relations.items[i];

		if (other != f && other->recursive && other->stratum == f->stratum)
			return false;
	}
	return true;
}

static uint32_t read_walking(struct lowering *l, uint16_t relation, uint32_t walking)
{
	const struct function *f = &l->tree->relations.items[relation];
	struct closure c = { .l = l, .f = f, .relation = relation,
		.walks = f->parameters[walking], .stays = f->parameters[!walking],
		.walking = walking, .states = FIRST_FREE };
	struct reading start = { .state = START, .at = c.walks };

	return read_part(&c, &start, f->body) ? make_path(&c) : PLAN_NONE;
}

uint32_t closure_path(struct lowering *l, uint16_t relation)
{
	const struct function *f = &l->tree->relations.items[relation];
	struct relation_value *value = &l->relations[relation];
	uint16_t outer = l->component;

	if (value->read)
		return value->path;
	value->read = true;
	value->path = PLAN_NONE;
	if (!f->recursive || f->count != 2 || l->plan->options.unoptimised || !is_alone(l, f))
		return PLAN_NONE;
	l->component = SCHEMA_NONE;
	for (value->walking = 0; value->walking < 2; value->walking++) {
		value->path = read_walking(l, relation, value->walking);
		if (value->path != PLAN_NONE)
			break;
	}
	l->component = outer;
	return value->path;
}

plan_ref closure_atom(struct lowering *l, uint16_t relation, plan_ref a, plan_ref b,
    struct type types[2], const struct scope *scope)
{
	const struct relation_value *value = &l->relations[relation];
	plan_ref ends[2] = { a, b };
	unsigned walking = value->walking;

	return plan_make(l->plan, OPCODE_CLOSURE, scope->frame, truth_type, ends[walking],
	    single(l, scope, ends[!walking], types[!walking]), PLAN_NONE, value->path);
}
