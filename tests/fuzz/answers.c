/* SPDX-License-Identifier: Apache-2.0 */
/* Runs compared: what VM and reference say, in any order of work. */
#include <stdlib.h>

#include "base/limits.h"
#include "explain/evaluate.h"
#include "tests/fuzz/fuzz.h"
#include "vm/run.h"

struct sink_state { struct arena *arena; struct answers *out; };

static void keep(void *context, const struct outcome *outcome)
{
	struct sink_state *state = context;

	*VEC_PUSH(state->arena, &state->out->all) = *outcome;
}

static void sort(struct answers *out)
{
	if (out->all.count)
		qsort(out->all.items, out->all.count, sizeof(*out->all.items),
		    outcome_compare);
}

void answers_of(struct arena *arena, const struct program *program,
    const struct graph *graph, uint32_t batch, struct answers *out)
{
	struct sink_state state = { arena, out };
	struct verdict_sink sink = { keep, &state, ~0u };
	struct run_options options = { .batch = batch };

	*out = (struct answers){ .rules = program->rules.count };
	out->tallies = ARENA_ARRAY(arena, struct tally, out->rules);
	run_program(arena, program, graph, &options, out->tallies, &sink);
	sort(out);
}

static bool is_compared(const struct answers *a, const struct answers *b, uint32_t rule)
{
	return !a->tallies[rule].failed && !b->tallies[rule].failed;
}

/* Where in ALL the next outcome of a rule that can be compared stands. */
static size_t skip(const struct answers *of, const struct answers *a,
    const struct answers *b, size_t i)
{
	while (i < of->all.count && !is_compared(a, b, of->all.items[i].rule))
		i++;
	return i;
}

void answers_compare(const struct answers *a, const struct answers *b, const char *what)
{
	size_t i = skip(a, a, b, 0), j = skip(b, a, b, 0);

	while (i < a->all.count && j < b->all.count) {
		const struct outcome *x = &a->all.items[i], *y = &b->all.items[j];

		if (outcome_compare(x, y) != 0 || x->verdict != y->verdict ||
		    x->reason != y->reason)
			fuzz_fail("%s: rule %u, subject %lld: %s (%d); rule %u, "
			    "subject %lld: %s (%d)", what, x->rule,
			    (long long)x->cells[0], verdict_text(x->verdict), x->reason,
			    y->rule, (long long)y->cells[0], verdict_text(y->verdict),
			    y->reason);
		i = skip(a, a, b, i + 1);
		j = skip(b, a, b, j + 1);
	}
	if (i < a->all.count || j < b->all.count)
		fuzz_fail("%s: one of them has more outcomes", what);
}

/* What is in error for rows or rounds is so in batches of any size. */
static void compare_errors(const struct answers *a, const struct answers *b)
{
	for (size_t r = 0; r < a->rules; r++) {
		const struct tally *x = &a->tallies[r], *y = &b->tallies[r];
		const char *memory = limit_name(LIMIT_MEMORY);

		if (x->failed != y->failed && x->trouble != memory && y->trouble != memory)
			fuzz_fail("rule %zu is in error in batches of one size only", r);
	}
}

void answers_check(struct arena *arena, const struct tree *tree,
    const struct program *program, const struct graph *graph)
{
	struct answers vm, small, reference = { 0 };
	struct sink_state state = { arena, &reference };
	struct verdict_sink sink = { keep, &state, ~0u };

	answers_of(arena, program, graph, 0, &vm);
	answers_of(arena, program, graph, 64, &small);
	compare_errors(&vm, &small);
	answers_compare(&vm, &small, "batches of 64 rows");
	reference.rules = tree->rules.count;
	reference.tallies = ARENA_ARRAY(arena, struct tally, reference.rules);
	evaluate_all(evaluator_new(arena, tree, graph), reference.tallies, &sink);
	sort(&reference);
	answers_compare(&vm, &reference, "VM and reference");
}
