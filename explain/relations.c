/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Recursive relations, on demand.  A relation is asked about one tuple; all
 * tuples that its body asks about in turn are gathered, start at false, and
 * are evaluated again and again until nothing changes.  As bodies are positive
 * in their component, truths only rise, so this ends in the least fixpoint:
 * for certain facts (true) and for possible ones (not false) at once.  Tuples
 * that nobody asks about cannot change it.
 */
#include "explain/evaluator.h"

static const struct function *function_of(const struct evaluator *ev,
    uint16_t relation)
{
	return &ev->tree->relations.items[relation];
}

struct env relation_env(struct evaluator *ev, const struct function *relation,
    const int64_t *arguments)
{
	struct env env = env_new(ev, relation->variables);

	for (uint32_t i = 0; i < relation->count; i++)
		env_bind(&env, relation->parameters[i], value_element(
		    relation->parameters[i]->type, arguments[i], SYMBOL_NONE));
	return env;
}

/* The place of a tuple; one that is new is false and not final. */
static uint32_t tuple_place(struct evaluator *ev, uint16_t relation,
    const int64_t *arguments, bool *is_new)
{
	uint32_t count = function_of(ev, relation)->count, *place;
	size_t size = (count + 1) * sizeof(int64_t);
	int64_t *key = arena_alloc_raw(ev->scratch, size);

	key[0] = relation;
	for (uint32_t i = 0; i < count; i++)
		key[i + 1] = arguments[i];
	place = map_at(ev->tuple_places,
	    (struct str){ (const char *)key, size }, is_new);
	if (*is_new) {
		struct tuple *t = VEC_PUSH(ev->arena, &ev->tuples);

		*place = (uint32_t)ev->tuples.count - 1;
		t->relation = relation;
		t->arguments = ARENA_ARRAY(ev->arena, int64_t, count);
		memcpy(t->arguments, arguments, count * sizeof(int64_t));
	}
	return *place;
}

static enum truth evaluate_tuple(struct evaluator *ev, uint32_t place)
{
	const struct tuple *t = &ev->tuples.items[place];
	const struct function *f = function_of(ev, t->relation);
	struct arena_mark mark = arena_here(ev->scratch);
	struct arena_mark interim = arena_here(ev->interim);
	uint64_t generation = ev->generation;
	struct env env = relation_env(ev, f, t->arguments);
	enum truth truth;

	ev->generation = ++ev->generations;
	truth = evaluate_truth(ev, &env, f->body);
	ev->generation = generation;
	arena_rollback(ev->interim, interim);
	arena_rollback(ev->scratch, mark);
	return truth;
}

static int rank(enum truth t)
{
	return t == TRUTH_FALSE ? 0 : t == TRUTH_UNKNOWN ? 1 : 2;
}

/* One round over the tuples from FIRST on that are not final, the newest
 * first, as older ones depend on them.  True when anything changed. */
static bool solve_round(struct evaluator *ev, uint32_t first)
{
	size_t count = ev->tuples.count;
	bool changed = false;

	for (size_t i = count; i-- > first;) {
		enum truth truth;

		if (ev->tuples.items[i].final)
			continue;
		truth = evaluate_tuple(ev, (uint32_t)i);
		if (rank(truth) <= rank(ev->tuples.items[i].truth))
			continue;
		ev->tuples.items[i].truth = truth;
		changed = true;
	}
	return changed || ev->tuples.count > count;
}

static void solve(struct evaluator *ev, uint32_t first, const struct function *f)
{
	bool solving = ev->solving;
	uint16_t component = ev->component;

	ev->solving = solving || f->recursive;
	ev->component = f->stratum;
	while (solve_round(ev, first) && f->recursive)
		;
	for (size_t i = first; i < ev->tuples.count; i++)
		ev->tuples.items[i].final = true;
	ev->solving = solving;
	ev->component = component;
}

/* While heights are looked for, only tuples that are lower than the present
 * level are true. */
static enum truth truth_below(const struct evaluator *ev, const struct tuple *t)
{
	return kleene_of(t->height > 0 && t->height < ev->level);
}

/* A tuple that a level asks about and no solving did: solved as any other. */
static void solve_apart(struct evaluator *ev, uint32_t place,
    const struct function *f)
{
	uint32_t level = ev->level;
	uint64_t generation = ev->generation;

	ev->level = 0;
	solve(ev, place, f);
	ev->level = level;
	ev->generation = generation;
}

enum truth relation_holds(struct evaluator *ev, uint16_t relation,
    const int64_t *arguments)
{
	const struct function *f = function_of(ev, relation);
	bool is_new;
	uint32_t place = tuple_place(ev, relation, arguments, &is_new);

	/* Of the component that is being solved: its rounds come to it. */
	if (is_new && !(ev->solving && f->recursive && ev->component == f->stratum))
		solve_apart(ev, place, f);
	ev->recursions += f->recursive;
	if (ev->level && f->recursive && ev->component == f->stratum) {
		ev->unsettled++;
		return truth_below(ev, &ev->tuples.items[place]);
	}
	ev->unsettled += !ev->tuples.items[place].final;
	return ev->tuples.items[place].truth;
}

/* --- heights -------------------------------------------------------------- */

void relation_level(struct evaluator *ev, uint32_t level, uint16_t component)
{
	ev->level = level;
	ev->component = component;
	ev->generation = level ? ++ev->generations : 0;
}

/* True, of the component, and not lifted yet. */
static bool lacks_height(const struct evaluator *ev, size_t i, uint16_t component)
{
	const struct tuple *t = &ev->tuples.items[i];
	const struct function *f = function_of(ev, t->relation);

	return f->recursive && f->stratum == component &&
	    t->truth == TRUTH_TRUE && t->height == 0;
}

/* One round: of the true tuples those whose bodies are true by lower ones.
 * Heights are given after the round, or it would lift by its own.  How many
 * are left: *LEFT. */
static bool lift_tuples(struct evaluator *ev, uint32_t level,
    uint16_t component, size_t *left)
{
	size_t count = ev->tuples.count, lifted = 0;
	uint32_t *places = ARENA_ARRAY(ev->scratch, uint32_t, count);

	*left = 0;
	for (size_t i = 0; i < count; i++) {
		if (!lacks_height(ev, i, component))
			continue;
		relation_level(ev, level, component);
		if (evaluate_tuple(ev, (uint32_t)i) == TRUTH_TRUE)
			places[lifted++] = (uint32_t)i;
		else
			++*left;
	}
	for (size_t i = 0; i < lifted; i++)
		ev->tuples.items[places[i]].height = level;
	return lifted > 0;
}

/* Tuples that a round asks about for the first time have no height that it
 * could count on, so the rounds begin again with them. */
static void find_heights(struct evaluator *ev, uint16_t component)
{
	size_t count, left;
	uint32_t level;

	do {
		count = ev->tuples.count;
		level = 0;
		for (size_t i = 0; i < count; i++) {
			if (!ev->tuples.items[i].lifted)
				ev->tuples.items[i].height = 0;
		}
		while (lift_tuples(ev, ++level, component, &left) ||
		    level <= ev->highest) {
			if (left == 0)
				break;
		}
	} while (ev->tuples.count > count);
	for (size_t i = 0; i < count; i++) {
		struct tuple *t = &ev->tuples.items[i];

		t->lifted |= t->height > 0;
		if (t->height > ev->highest)
			ev->highest = t->height;
	}
}

uint32_t relation_height(struct evaluator *ev, uint16_t relation,
    const int64_t *arguments)
{
	uint32_t level = ev->level, place;
	uint16_t component = ev->component;
	const struct function *f = function_of(ev, relation);
	struct arena_mark mark = arena_here(ev->scratch);
	bool is_new;

	relation_level(ev, 0, 0);
	relation_holds(ev, relation, arguments);
	place = tuple_place(ev, relation, arguments, &is_new);
	if (lacks_height(ev, place, f->stratum))
		find_heights(ev, f->stratum);
	relation_level(ev, level, component);
	arena_rollback(ev->scratch, mark);
	return ev->tuples.items[place].height;
}

struct value evaluate_relation(struct evaluator *ev, struct env *env,
    const struct expr *e)
{
	int64_t *arguments = ARENA_ARRAY(ev->scratch, int64_t, e->count);
	enum truth all = TRUTH_TRUE;

	for (uint32_t i = 0; i < e->count; i++) {
		symbol spelled;

		switch (value_state(evaluate_expr(ev, env, e->items[i]),
		    &arguments[i], &spelled)) {
		case STATE_NONE:
			all = TRUTH_FALSE;
			break;
		case STATE_UNKNOWN:
			all = kleene_and(all, TRUTH_UNKNOWN);
			break;
		case STATE_KNOWN:
			break;
		}
	}
	if (all == TRUTH_TRUE)
		all = relation_holds(ev, (uint16_t)e->index, arguments);
	return value_truth(all);
}
