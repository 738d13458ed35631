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
uint32_t relation_place(struct evaluator *ev, uint16_t relation,
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

enum truth relation_evaluate(struct evaluator *ev, uint32_t place)
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

/* The body of a tuple once more, unless it is final.  True when it rose. */
static bool solve_tuple(struct evaluator *ev, size_t place)
{
	enum truth truth;

	if (ev->tuples.items[place].final)
		return false;
	truth = relation_evaluate(ev, (uint32_t)place);
	if (rank(truth) <= rank(ev->tuples.items[place].truth))
		return false;
	ev->tuples.items[place].truth = truth;
	return true;
}

/* The tuples from FIRST on, and those that they ask about, each once. */
static void explore(struct evaluator *ev, size_t first)
{
	for (size_t i = first; i < ev->tuples.count; i++)
		solve_tuple(ev, i);
}

/* One round over the tuples from FIRST on that are not final, the newest
 * first, as older ones depend on them.  True when anything changed. */
static bool solve_round(struct evaluator *ev, uint32_t first)
{
	size_t count = ev->tuples.count;
	bool changed = false;

	for (size_t i = count; i-- > first;)
		changed |= solve_tuple(ev, i);
	explore(ev, count);
	return changed || ev->tuples.count > count;
}

static void solve(struct evaluator *ev, uint32_t first, const struct function *f)
{
	bool solving = ev->solving;
	uint16_t component = ev->component;

	ev->solving = solving || f->recursive;
	ev->component = f->stratum;
	explore(ev, first);
	while (f->recursive && solve_round(ev, first))
		;
	for (size_t i = first; i < ev->tuples.count; i++)
		ev->tuples.items[i].final = true;
	ev->solving = solving;
	ev->component = component;
}

/* A tuple that a level asks about and no solving did: solved as any other. */
static void solve_apart(struct evaluator *ev, uint32_t place,
    const struct function *f)
{
	uint32_t level = ev->level;
	uint64_t generation = ev->generation, steps = ev->steps;

	ev->level = 0;
	solve(ev, place, f);
	ev->level = level;
	if (!ev->overlay)
		ev->steps = steps;	/* once for all subjects */
	ev->generation = generation;
}

enum truth relation_holds(struct evaluator *ev, uint16_t relation,
    const int64_t *arguments)
{
	const struct function *f = function_of(ev, relation);
	bool is_new;
	uint32_t place;

	if (ev->overlay && !relation_is_touched(ev, relation))
		return relation_holds(evaluator_under(ev), relation, arguments);
	place = relation_place(ev, relation, arguments, &is_new);
	if (!ev->overlay)
		trace_pause(ev->trace);
	/* Of the component that is being solved: its rounds come to it. */
	if (is_new && !(ev->solving && f->recursive && ev->component == f->stratum))
		solve_apart(ev, place, f);
	if (!ev->overlay) {
		trace_resume(ev->trace);
		trace_tuple(ev->trace, relation, arguments, f->count);
	}
	ev->recursions += f->recursive;
	if (ev->level && f->recursive && ev->component == f->stratum) {
		ev->unsettled++;
		return height_holds(ev, place);
	}
	ev->unsettled += !ev->tuples.items[place].final;
	return ev->tuples.items[place].truth;
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
