/* SPDX-License-Identifier: Apache-2.0 */
#include "cli/repair_search.h"

#include <stdlib.h>

#include "base/limits.h"
#include "explain/repair.h"
#include "report/identity.h"
#include "vm/run.h"

/* What one inventory costs of the limit, besides its entities. */
#define TRY_COST 1000

struct state {
	uint64_t cost;
	struct str *changes;		/* sorted */
	uint32_t count;
	struct str key;			/* all of them */
};

struct finder {
	const struct repair_task *task;
	struct arena *arena;
	struct str target;		/* fingerprint */
	struct map *failing;		/* fingerprints, without changes */
	struct map *seen;		/* states, by key */
	VEC(struct state) queue;	/* a heap, the next one first */
	uint64_t spent;			/* of the limit */
	struct repair found;
};

/* --- the queue ------------------------------------------------------------ */

static bool comes_before(const struct state *a, const struct state *b)
{
	if (a->cost != b->cost)
		return a->cost < b->cost;
	if (a->count != b->count)
		return a->count < b->count;
	return str_compare(a->key, b->key) < 0;
}

static void swap(struct state *a, struct state *b)
{
	struct state kept = *a;

	*a = *b;
	*b = kept;
}

static void push(struct finder *f, struct state state)
{
	struct state *heap;
	size_t i;

	*VEC_PUSH(f->arena, &f->queue) = state;
	heap = f->queue.items;
	for (i = f->queue.count - 1; i > 0 &&
	    comes_before(&heap[i], &heap[(i - 1) / 2]); i = (i - 1) / 2)
		swap(&heap[i], &heap[(i - 1) / 2]);
}

static struct state pop(struct finder *f)
{
	struct state *heap = f->queue.items, first = heap[0];
	size_t i = 0, next;

	heap[0] = heap[--f->queue.count];
	while ((next = 2 * i + 1) < f->queue.count) {
		if (next + 1 < f->queue.count &&
		    comes_before(&heap[next + 1], &heap[next]))
			next++;
		if (!comes_before(&heap[next], &heap[i]))
			break;
		swap(&heap[i], &heap[next]);
		i = next;
	}
	return first;
}

/* --- states --------------------------------------------------------------- */

static int by_text(const void *left, const void *right)
{
	return str_compare(*(const struct str *)left, *(const struct str *)right);
}

/* What a change sets: up to its `=`; of lists the whole line. */
static struct str subject_of(struct str change)
{
	for (size_t i = 0; i + 3 <= change.length; i++)
		if (memcmp(change.at + i, " = ", 3) == 0)
			return str_slice(change, 0, i);
		else if (change.at[i] == '\n')
			break;
	return change;
}

/* Setting one thing twice, or adding what was taken away, leads nowhere. */
static bool clashes(const struct state *state, struct str change)
{
	for (uint32_t i = 0; i < state->count; i++)
		if (str_equal(subject_of(state->changes[i]), subject_of(change)))
			return true;
	return false;
}

static void extend(struct finder *f, const struct state *state,
    const struct repair_change *change)
{
	struct state next = { state->cost + change->cost, NULL,
		state->count + 1, { NULL, 0 } };
	struct text key;
	bool is_new;

	if (clashes(state, change->lines))
		return;
	next.changes = ARENA_ARRAY(f->arena, struct str, next.count);
	if (state->count)
		memcpy(next.changes, state->changes,
		    state->count * sizeof(*next.changes));
	next.changes[state->count] = arena_copy(f->arena, change->lines);
	qsort(next.changes, next.count, sizeof(*next.changes), by_text);
	text_init(&key, f->arena);
	for (uint32_t i = 0; i < next.count; i++)
		text_add(&key, next.changes[i]);
	next.key = text_str(&key);
	map_at(f->seen, next.key, &is_new);
	if (is_new)
		push(f, next);
}

/* --- one inventory -------------------------------------------------------- */

struct world {
	struct finder *finder;
	struct arena *arena;
	const struct graph *graph;
	struct tally *tallies;
	bool has_target;
	struct outcome target;		/* what has become of it */
	bool has_harm;
	struct outcome harm;		/* the first failure that is new */
};

static struct str fingerprint(const struct world *w, const struct outcome *o)
{
	const struct tree *tree = w->finder->task->pack->tree;

	return identity_of(w->arena, tree, w->graph, o,
	    tree->rules.items[o->rule].id);
}

static void look(void *context, const struct outcome *outcome)
{
	struct world *w = context;
	struct finder *f = w->finder;
	bool of_rule = outcome->rule == f->task->target.rule;
	struct str id;

	if (outcome->verdict != VERDICT_FAIL && !of_rule)
		return;
	id = fingerprint(w, outcome);
	if (of_rule && str_equal(id, f->target)) {
		w->has_target = true;
		w->target = *outcome;
	} else if (outcome->verdict == VERDICT_FAIL &&
	    !map_find(f->failing, id) && (!w->has_harm ||
	    outcome_compare(outcome, &w->harm) < 0)) {
		w->has_harm = true;
		w->harm = *outcome;
	}
}

static void run(struct world *w)
{
	const struct repair_task *task = w->finder->task;
	struct verdict_sink sink = { look, w, ~0u };
	struct run_options options = { 0 };

	w->tallies = ARENA_ARRAY(w->arena, struct tally,
	    task->pack->tree->rules.count);
	run_program(w->arena, task->pack->program, w->graph, &options,
	    w->tallies, &sink);
}

/* A rule that meets a limit now may hide a failure. */
static bool is_whole(const struct world *w)
{
	for (size_t i = 0; i < w->finder->task->pack->tree->rules.count; i++)
		if (w->tallies[i].failed)
			return false;
	return true;
}

static bool is_mended(const struct world *w)
{
	if (w->finder->task->resolve && (!w->has_target ||
	    w->target.verdict == VERDICT_NOT_APPLICABLE))
		return true;
	return w->has_target && w->target.verdict == VERDICT_PASS;
}

static void extend_all(struct world *w, const struct state *state)
{
	struct finder *f = w->finder;
	const struct outcome *wrong = !is_mended(w) ?
	    (w->has_target ? &w->target : NULL) : &w->harm;
	struct repair_changes changes;
	struct evaluator *ev;

	if (!wrong || state->count >= f->task->most ||
	    (wrong->verdict != VERDICT_FAIL && wrong->verdict != VERDICT_UNKNOWN))
		return;
	ev = evaluator_new(w->arena, f->task->pack->tree, w->graph);
	changes = repair_changes_of(ev, w->arena, wrong);
	for (size_t i = 0; i < changes.items.count; i++)
		extend(f, state, &changes.items.items[i]);
}

/* --- trying --------------------------------------------------------------- */

static struct edits *parse(struct finder *f, struct arena *arena,
    struct diagnostics *all, struct str lines)
{
	struct edits *edits = NULL;
	uint32_t file = source_add(f->task->session->sources, STR("repair"),
	    lines);

	return edits_parse(arena, all, file, &edits) ? edits : NULL;
}

/* True when the state is a repair; else it has been extended. */
static bool is_repair(struct finder *f, const struct state *state)
{
	struct arena *arena = arena_new_in(f->task->session->arena);
	struct diagnostics *all = diagnostics_new(arena,
	    f->task->session->sources);
	struct world w = { .finder = f, .arena = arena,
		.graph = f->task->graph };
	struct edits *edits = NULL;
	bool good = false;

	if (state->count) {
		edits = parse(f, arena, all, state->key);
		w.graph = edits ? inventory_graph(f->task->inventory, arena,
		    all, edits) : NULL;
	}
	f->found.tried++;
	f->spent += f->task->graph->entity_count + TRY_COST;
	if (w.graph) {
		run(&w);
		good = is_whole(&w) && is_mended(&w) && !w.has_harm;
		if (!good && is_whole(&w))
			extend_all(&w, state);
	}
	arena_free(arena);
	return good;
}

static void search(struct finder *f)
{
	uint64_t limit = limit_get(LIMIT_REPAIR);

	push(f, (struct state){ 0, NULL, 0, STR("") });
	while (f->queue.count > 0) {
		struct state state;

		if (f->spent >= limit)
			return;
		state = pop(f);
		if (!is_repair(f, &state))
			continue;
		f->found.found = true;
		f->found.cost = state.cost;
		f->found.changes = state.changes;
		f->found.count = state.count;
		f->found.edits = parse(f, f->arena, diagnostics_new(f->arena,
		    f->task->session->sources), state.key);
		return;
	}
	f->found.exhausted = true;
}

static void keep_failing(void *context, const struct outcome *outcome)
{
	struct world *w = context;
	bool is_new;

	map_at(w->finder->failing, fingerprint(w, outcome), &is_new);
}

struct repair repair_search(const struct repair_task *task)
{
	struct finder f = { .task = task, .arena = task->session->arena,
		.failing = map_new(task->session->arena),
		.seen = map_new(task->session->arena) };
	struct world w = { .finder = &f, .arena = f.arena,
		.graph = task->graph };
	struct verdict_sink sink = { keep_failing, &w, 1u << VERDICT_FAIL };
	struct run_options options = { 0 };

	f.target = fingerprint(&w, &task->target);
	w.tallies = ARENA_ARRAY(f.arena, struct tally,
	    task->pack->tree->rules.count);
	run_program(f.arena, task->pack->program, task->graph, &options,
	    w.tallies, &sink);
	search(&f);
	return f.found;
}
