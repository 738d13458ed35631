/* SPDX-License-Identifier: Apache-2.0 */
/* Closures as paths, and their atoms. */
#include "base/limits.h"
#include "compiler/closure.h"

static const struct type truth_type = { .tag = TYPE_BOOL };

/* --- the path ------------------------------------------------------------- */

/* The automaton with sets of states as states, so that each step leads to one:
 * the closure of a link is then as small as the path `link+`. */
struct subsets {
	uint64_t states[CLOSURE_STATES];
	unsigned count, most;
	VEC(struct path_move) moves;
};

/* Is a move one of PART? */
static bool is_of(const struct closure_move *move, unsigned part)
{
	return move->part == part || (move->part == 0 && move->to != CLOSURE_END);
}

static uint64_t step_from(const struct closure *c, unsigned part, uint64_t states,
    uint16_t step)
{
	uint64_t to = 0;

	for (size_t i = 0; i < c->moves.count; i++) {
		const struct closure_move *move = &c->moves.items[i];

		if (move->step == step && is_of(move, part) && (states >> move->from & 1))
			to |= (uint64_t)1 << move->to;
	}
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

static bool find_subsets(const struct closure *c, unsigned part, struct subsets *s)
{
	uint64_t most = limit_get(LIMIT_PATH_STATES);
	unsigned to;

	/* One is left for an end that nothing leads to. */
	s->most = (most < CLOSURE_STATES ? (unsigned)most : CLOSURE_STATES) - 1;
	s->states[s->count++] = 1u << CLOSURE_START;
	for (unsigned i = 0; i < s->count; i++)
		for (uint16_t step = 0; step < c->steps.count; step++) {
			uint64_t states = step_from(c, part, s->states[i], step);

			if (states == 0)
				continue;
			if (!find_subset(s, states, &to))
				return false;
			*VEC_PUSH(c->l->arena, &s->moves) =
			    (struct path_move){ (uint8_t)i, (uint8_t)to, step };
		}
	return true;
}

/* Only the steps that are walked. */
static void keep_steps(const struct closure *c, struct path *path, uint32_t *stores)
{
	uint16_t *number = ARENA_ARRAY(c->l->arena, uint16_t, c->steps.count);

	path->steps = ARENA_ARRAY(c->l->arena, struct path_step, c->steps.count);
	for (uint16_t step = 0; step < c->steps.count; step++)
		for (uint16_t i = 0; i < path->move_count; i++) {
			if (path->moves[i].step != step)
				continue;
			number[step] = path->step_count;
			stores[path->step_count] = c->stores.items[step];
			path->steps[path->step_count++] = c->steps.items[step];
			break;
		}
	for (uint16_t i = 0; i < path->move_count; i++)
		path->moves[i].step = number[path->moves[i].step];
}

static uint32_t make_path(const struct closure *c, unsigned part)
{
	struct path *path = ARENA_NEW(c->l->arena, struct path);
	uint32_t *stores = ARENA_ARRAY(c->l->arena, uint32_t, c->steps.count);
	struct subsets s = { .count = 0 };

	/* Both are counted in 16 bits. */
	if (c->steps.count >= SCHEMA_NONE || !find_subsets(c, part, &s) ||
	    s.moves.count >= SCHEMA_NONE)
		return PLAN_NONE;
	path->span = c->f->span;
	path->from = c->walks->type.of;
	path->to = c->stays->type.of;
	path->states = (uint8_t)s.count;
	for (unsigned i = 0; i < s.count; i++)
		if (s.states[i] & c->parts[part].accepting)
			path->accepting |= (uint64_t)1 << i;
	if (path->accepting == 0)
		path->accepting = (uint64_t)1 << path->states++;
	path->moves = s.moves.items;
	path->move_count = (uint16_t)s.moves.count;
	keep_steps(c, path, stores);
	return plan_path(c->l->plan, path, stores);
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

static bool make_paths(struct relation_value *value)
{
	const struct closure *c = value->closure;

	for (unsigned part = 0; part < c->count; part++) {
		value->paths[part] = make_path(c, part);
		if (value->paths[part] == PLAN_NONE)
			return false;
	}
	return true;
}

bool closure_is(struct lowering *l, uint16_t relation)
{
	const struct function *f = &l->tree->relations.items[relation];
	struct relation_value *value = &l->relations[relation];
	uint16_t outer = l->component;

	if (value->read)
		return value->closure != NULL;
	value->read = true;
	if (!f->recursive || f->count != 2 || l->plan->options.unoptimised || !is_alone(l, f))
		return false;
	value->paths = ARENA_ARRAY(l->arena, uint32_t, CLOSURE_PARTS);
	l->component = SCHEMA_NONE;
	for (uint32_t walking = 0; walking < 2 && !value->closure; walking++) {
		value->closure = closure_read(l, relation, walking);
		if (value->closure && !make_paths(value))
			value->closure = NULL;
	}
	l->component = outer;
	return value->closure != NULL;
}

/* --- atoms ---------------------------------------------------------------- */

/* What E says of the one who stays, who is STAYS in SCOPE. */
static plan_ref of_stays(const struct closure *c, const struct expr *e, plan_ref stays,
    const struct scope *scope)
{
	struct lowering *l = c->l;
	struct environment *env = environment_new(l, c->f->variables);
	struct instance *instance = instance_new(l, c->stays->type);
	uint16_t outer = l->component;
	struct scope *root;
	plan_ref value;

	environment_bind(env, c->stays, instance);
	root = scope_root(l, instance, NULL);
	l->component = SCHEMA_NONE;
	value = lower(l, e, env, root);
	if (type_is_truth(e->type))
		value = plan_as(l->plan, value, REGISTER_TRUTH);
	else if (!e->type.set)
		value = closure_single(l, root, value, e->type);
	l->component = outer;
	return plan_fetch(l->plan, scope->frame, value, stays);
}

static plan_ref part_atom(const struct closure *c, unsigned part, uint32_t path,
    const plan_ref ends[2], struct type stays, const struct scope *scope)
{
	const struct closure_part *p = &c->parts[part];
	struct plan *plan = c->l->plan;
	plan_ref to = ends[!c->walking], value;

	to = p->targets ? of_stays(c, p->targets, to, scope) :
	    closure_single(c->l, scope, to, stays);
	value = plan_make(plan, OPCODE_CLOSURE, scope->frame, truth_type, ends[c->walking],
	    to, PLAN_NONE, path);
	for (size_t i = 0; i < p->conditions.count; i++)
		value = plan_and(plan, value, of_stays(c, p->conditions.items[i],
		    ends[!c->walking], scope));
	return value;
}

/* Unknown where the one who stays is, and who walks is not none; else false. */
static plan_ref unknown_end(struct plan *plan, const plan_ref ends[2], unsigned walking,
    uint32_t frame)
{
	plan_ref walks = ends[walking], stays = ends[!walking];
	plan_ref value = plan_not(plan_make(plan, OPCODE_EQ_S, frame, truth_type, stays,
	    stays, PLAN_NONE, 0));

	if (plan_is_certain(plan, walks))
		return value;
	return plan_and(plan, value, plan_not(plan_make(plan, OPCODE_ABSENT_S, frame,
	    truth_type, walks, PLAN_NONE, PLAN_NONE, 0)));
}

plan_ref closure_atom(struct lowering *l, uint16_t relation, plan_ref a, plan_ref b,
    const struct type types[2], const struct scope *scope)
{
	const struct relation_value *value = &l->relations[relation];
	const struct closure *c = value->closure;
	const plan_ref ends[2] = { a, b };
	plan_ref all = PLAN_NONE;

	for (unsigned part = 0; part < c->count; part++) {
		plan_ref one = part_atom(c, part, value->paths[part], ends,
		    types[!c->walking], scope);

		all = all == PLAN_NONE ? one : plan_or(l->plan, all, one);
	}
	if (plan_is_certain(l->plan, ends[!c->walking]))
		return all;
	return plan_or(l->plan, all, unknown_end(l->plan, ends, c->walking, scope->frame));
}
