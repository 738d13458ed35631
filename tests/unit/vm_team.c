/* SPDX-License-Identifier: Apache-2.0 */
/* The batches of a unit on several threads (vm/team.c), with enough memory and without. */
#include <stdatomic.h>

#include "tests/unit/world.h"

#include "base/guard.h"
#include "base/limits.h"
#include "vm/verify.h"

#define NONE OPERAND_NONE
#define RULES 2

static struct world_told run(struct arena *arena, struct world *w,
    const struct run_options *options, struct tally *tallies)
{
	struct world_told told = { 0 };
	struct verdict_sink sink = { world_tell, &told, ~0u };

	memset(tallies, 0, RULES * sizeof(*tallies));
	run_program(arena, &w->program, &w->graph, options, tallies, &sink);
	return told;
}

static void verify(struct world *w)
{
	struct str why;

	ck_assert_msg(program_verify(w->arena, &w->program, &why), "%.*s", STR_ARG(why));
}

/* For each element of a set of the row: it is large.  The subject is both. */
static void rule_of_elements(struct world *w, uint16_t set)
{
	uint16_t root = w->frame, row = w->row, child = world_expand(w, root, set), element, large;
	struct program_rule *rule;

	element = world_op(w, OPCODE_ELEMENT, child, type_node, NONE, NONE, NONE, 0);
	large = world_op(w, OPCODE_LT_N, child, type_truth, world_op(w, OPCODE_CONST, child,
	    type_int, NONE, NONE, NONE, world_constant(w, type_int, CONSTANT_VALUE, 2)),
	    world_op(w, OPCODE_LOAD_N, child, type_int, element, NONE, NONE, NODE_NUMBER), NONE, 0);
	w->frame = child;
	world_rule(w, "b.elements", world_op(w, OPCODE_MEMBER, child, type_truth, NONE, NONE,
	    NONE, 0), large);
	rule = VEC_LAST(&w->program.rules);
	rule->binders = 2;
	rule->subject[0] = row;
	rule->subject[1] = element;
	w->frame = root;
}

/* NODES of them, the first three quarters leaves, so that all rows of the first
 * batches have a size and later ones have not; a set that is stored. */
static struct world *crowd(struct arena *arena, uint32_t nodes)
{
	struct world *w = world_new(arena);
	uint16_t set;

	world_grow(w, nodes, nodes - nodes / 4);
	world_facts(w, LEAF_SIZE, "1|5|?");
	world_facts(w, NODE_NUMBER, "9|-|?|1|3");
	world_facts(w, NODE_LINKS, "1 2|~3|140 ...|5 6 7 8 9 10 11 12");
	world_facts(w, NODE_BACK, "7|");
	set = world_store(w, world_do(w, OPCODE_UNION_W, type_set_node,
	    world_load(w, NODE_LINKS), world_load(w, NODE_BACK)), false);
	world_unit(w, KIND_NODE, SCHEMA_NONE);
	world_rule(w, "a.size", w->yes, world_do(w, OPCODE_LT_N, type_truth,
	    world_value(w, type_int, 2), world_op(w, OPCODE_LOAD_N, w->frame, type_int, w->row,
	    NONE, NONE, LEAF_SIZE)));
	rule_of_elements(w, world_op(w, OPCODE_FETCH_W, w->frame, type_set_node, w->row, NONE,
	    NONE, set));
	verify(w);
	return w;
}

static uint64_t ticks(void)
{
	static atomic_uint_fast64_t now;

	return atomic_fetch_add(&now, 1);
}

START_TEST(threads_change_nothing)
{
	struct arena *arena = arena_new();
	struct world *w = crowd(arena, 20000);
	struct tally first[RULES] = { 0 }, again[RULES];
	struct world_told whole = run(arena, w, NULL, first);
	struct run_timing *timings = ARENA_ARRAY(arena, struct run_timing, w->program.code.count);
	struct run_options all[] = { { .batch = 512 }, { .batch = 1024 }, { .batch = 16384 },
		{ .batch = 512, .children = 100 },
		{ .batch = 512, .timings = timings, .clock = ticks } };

	for (size_t i = 0; i < sizeof(all) / sizeof(*all); i++) {
		struct world_told part;

		all[i].crew = crew_new(arena, 4);
		part = run(arena, w, &all[i], again);
		ck_assert_uint_eq(part.count, whole.count);
		ck_assert_uint_eq(part.sum, whole.sum);
		ck_assert_int_eq(memcmp(first, again, sizeof(first)), 0);
		/* Who wants no verdict wants them to be counted. */
		memset(again, 0, sizeof(again));
		run_program(arena, &w->program, &w->graph, &all[i], again, NULL);
		ck_assert_int_eq(memcmp(first, again, sizeof(first)), 0);
	}
	for (size_t i = 0; i < w->program.code.count; i++)
		ck_assert_uint_gt(timings[i].nanoseconds, 0);
	arena_free(arena);
} END_TEST

/* What several have no memory for one is asked to do. */
START_TEST(threads_that_lack_memory_leave_it_to_one)
{
	struct arena *arena = arena_new();
	struct world *w = crowd(arena, 6000);
	struct run_options options = { .batch = 512 };
	struct tally right[RULES], tallies[RULES];
	volatile unsigned complete = 0, raised = 0;

	run(arena, w, NULL, right);
	for (uint64_t spare = 1u << 23; spare > 1u << 14; spare -= spare / 40) {
		struct guard guard;
		struct arena *own = arena_new();

		options.crew = crew_new(own, 3);
		limit_set(STR("memory"), arena_total() + spare);
		if (!GUARD_SET(&guard)) {
			ck_assert_str_eq(guard_reason(), "memory");
			raised++;
		} else {
			run(own, w, &options, tallies);
			guard_clear(&guard);
			for (int r = 0; r < RULES; r++) {
				complete += !tallies[r].failed;
				if (!tallies[r].failed)
					ck_assert_int_eq(memcmp(&right[r], &tallies[r],
					    sizeof(*right)), 0);
			}
		}
		limit_set(STR("memory"), 16ull << 30);
		arena_free(own);
	}
	ck_assert(complete > 0 && raised > 0);
	arena_free(arena);
} END_TEST

static struct world *shared;

static void run_by_threads(struct arena *arena)
{
	struct run_options options = { .batch = 128, .crew = crew_new(arena, 3) };
	struct tally tallies[RULES];

	run(arena, shared, &options, tallies);
}

START_TEST(each_allocation_that_is_refused_to_a_thread_ends_the_run)
{
	struct arena *arena = arena_new();

	shared = crowd(arena, 3000);
	ck_assert_uint_gt(unit_refuse_each(run_by_threads), 20);
	arena_free(arena);
} END_TEST

/* --- many pairs ----------------------------------------------------------------- */

/* Of a recursive relation that a path walks, so that all pairs are wanted. */
START_TEST(more_pairs_than_are_numbered_are_an_error)
{
	struct arena *arena = arena_new();
	struct world *w = world_new(arena);
	struct tally tallies[RULES];
	uint16_t second;

	world_grow(w, 50000, 10);
	world_facts(w, NODE_FLAG, "true");
	world_unit(w, KIND_NODE, KIND_NODE);
	VEC_LAST(&w->program.units)->component = 0;
	second = world_op(w, OPCODE_ROW, w->frame, type_node, NONE, NONE, NONE, 1);
	second = world_op(w, OPCODE_FETCH_T, w->frame, type_truth, second, w->row, NONE, 0);
	world_store(w, world_do(w, OPCODE_OR, type_truth, world_load(w, NODE_FLAG), second), true);
	world_unit(w, KIND_NODE, SCHEMA_NONE);
	*VEC_PUSH(arena, &w->program.steps) =
	    (struct program_step){ STEP_STORE_TRUTH, false, 0, KIND_NODE, KIND_NODE };
	*VEC_PUSH(arena, &w->program.moves) = (struct program_move){ 0, 0, 0 };
	*VEC_PUSH(arena, &w->program.paths) =
	    (struct program_path){ KIND_NODE, KIND_NODE, 1, 1, 0, 1, 0, 1 };
	world_rule(w, "a.pairs", w->yes, world_op(w, OPCODE_REACH, w->frame, type_truth, w->row,
	    world_load(w, NODE_LINKS), NONE, 0));
	verify(w);
	run(arena, w, NULL, tallies);
	ck_assert(tallies[0].failed);
	ck_assert_str_eq(tallies[0].trouble, "rows");
	arena_free(arena);
} END_TEST

UNIT_MAIN(threads_change_nothing, threads_that_lack_memory_leave_it_to_one,
    each_allocation_that_is_refused_to_a_thread_ends_the_run,
    more_pairs_than_are_numbered_are_an_error)
