/* SPDX-License-Identifier: Apache-2.0 */
/* Runs under pressure: small batches, little memory, none. */
#include "tests/unit/world.h"

#include "base/guard.h"
#include "base/limits.h"
#include "vm/container.h"
#include "vm/timings.h"
#include "vm/verify.h"

#define NONE OPERAND_NONE
#define RULES 3

static void facts(struct world *w)
{
	world_facts(w, NODE_FLAG, "true|false|?");
	world_facts(w, NODE_COLOR, "red|blue|-|?");
	world_facts(w, NODE_NAME, "az|b|-|?");
	world_facts(w, NODE_NUMBER, "9|-|?");
	world_facts(w, NODE_TINTS, "red ~green|blue|...|");
	world_facts(w, NODE_WORDS, "a b|~c|...");
	world_facts(w, NODE_LINKS, "1 2|~3|140 ...|5 6 7 8 9 10 11 12");
	world_possible(w, 2);
}

static struct world *ready(struct arena *arena)
{
	struct world *w = world_new(arena);
	struct str why;

	world_sample(w);
	facts(w);
	ck_assert_msg(program_verify(arena, &w->program, &why), "%.*s", STR_ARG(why));
	return w;
}

/* A sum over outcomes that does not depend on their order. */
struct tasted {
	uint64_t count, taste;
};

static void taste(void *context, const struct outcome *o)
{
	struct tasted *tasted = context;
	uint64_t one = o->rule * 7919u + o->verdict * 31u + o->reason * 101u + (uint64_t)(o->rest + 2);

	for (int i = 0; i < o->count; i++)
		one = one * 6364136223846793005u + (uint64_t)o->cells[i] + 1;
	tasted->count++;
	tasted->taste += one * one;
}

static struct tasted run(struct arena *arena, struct world *w, const struct run_options *options,
    struct tally *tallies)
{
	struct tasted tasted = { 0 };
	struct verdict_sink sink = { taste, &tasted, ~0u };

	memset(tallies, 0, RULES * sizeof(*tallies));
	run_program(arena, &w->program, &w->graph, options, tallies, &sink);
	return tasted;
}

START_TEST(batches_change_nothing)
{
	static const struct run_options all[] = { { .batch = 64 }, { .batch = 128 },
		{ .batch = 16384, .baseline = true }, { .children = 1 }, { .children = 7 },
		{ .batch = 64, .children = 20 }, { .batch = 128, .children = 400 } };
	struct arena *arena = arena_new();
	struct world *w = ready(arena);
	struct tally first[RULES], again[RULES];
	struct tasted whole = run(arena, w, NULL, first);

	ck_assert_uint_gt(whole.count, 400);
	for (size_t i = 0; i < sizeof(all) / sizeof(*all); i++) {
		struct tasted part = run(arena, w, &all[i], again);

		ck_assert_uint_eq(part.count, whole.count);
		ck_assert_uint_eq(part.taste, whole.taste);
		for (int r = 0; r < RULES - 1; r++)
			ck_assert_int_eq(memcmp(&first[r], &again[r], sizeof(*first)), 0);
	}
	arena_free(arena);
} END_TEST

/* Whether the first rows meet it, which are run before threads share the others,
 * or one of those. */
START_TEST(limits_are_met_alike_by_several_threads)
{
	struct arena *arena = arena_new();
	struct world *w = world_new(arena);
	struct run_options one = { .batch = 64 }, several = { .batch = 64 };
	struct tally tallies[RULES], again[RULES];
	unsigned errors = 0;
	uint16_t links, back;
	struct str why;

	facts(w);
	world_facts(w, NODE_BACK, "4 5|~3|");
	links = world_load(w, NODE_LINKS);
	back = world_load(w, NODE_BACK);
	world_rule(w, "a", w->yes, world_do(w, OPCODE_IN_W, type_truth, w->row,
	    world_do(w, OPCODE_UNION_W, type_set_node, links, back)));
	world_rule(w, "b", w->yes, world_load(w, NODE_FLAG));
	ck_assert_msg(program_verify(arena, &w->program, &why), "%.*s", STR_ARG(why));
	several.crew = crew_new(arena, 3);
	for (uint64_t rows = 1; rows < 4000; rows += 1 + rows / 5) {
		struct tasted alone, shared;

		limit_set(STR("rows"), rows);
		alone = run(arena, w, &one, tallies);
		shared = run(arena, w, &several, again);
		limit_set(STR("rows"), 1u << 30);
		ck_assert_uint_eq(alone.count, shared.count);
		ck_assert_uint_eq(alone.taste, shared.taste);
		for (int r = 0; r < RULES - 1; r++) {
			ck_assert_int_eq(memcmp(&tallies[r], &again[r], sizeof(*again)), 0);
			errors += tallies[r].failed;
		}
	}
	ck_assert_uint_gt(errors, 3);
	arena_free(arena);
} END_TEST

/* With less and less memory: an answer is right, or its rule is in error. */
START_TEST(too_little_memory_gives_errors_not_answers)
{
	struct arena *arena = arena_new();
	struct world *w = ready(arena);
	struct tally right[RULES], tallies[RULES];
	unsigned errors = 0, raised = 0, complete = 0;

	run(arena, w, NULL, right);
	for (uint64_t spare = 1u << 23; spare > 1u << 12; spare -= spare / 8) {
		struct guard guard;
		struct arena *own = arena_new();

		limit_set(STR("memory"), arena_total() + spare);
		if (!GUARD_SET(&guard)) {
			ck_assert_str_eq(guard_reason(), "memory");
			raised++;
		} else {
			run(own, w, NULL, tallies);
			guard_clear(&guard);
			for (int r = 0; r < RULES - 1; r++) {
				errors += tallies[r].failed;
				complete += !tallies[r].failed;
				if (!tallies[r].failed)
					ck_assert_int_eq(memcmp(&right[r], &tallies[r],
					    sizeof(*right)), 0);
			}
		}
		limit_set(STR("memory"), 16ull << 30);
		arena_free(own);
	}
	ck_assert(errors > 0 && raised > 0 && complete > 0);
	arena_free(arena);
} END_TEST

static void write_read_run(struct arena *arena)
{
	struct packed_source source = { STR(""), STR("a.scarp"), STR("pack a \"A\"\n") };
	struct world *w = world_new(arena);
	struct container container = { &w->program, STR("a"), STR("1"), &source, 1,
	    STR(""), NULL, 0 };
	struct tally tallies[RULES];
	struct str why;

	world_sample(w);
	facts(w);
	if (!program_verify(arena, &w->program, &why) ||
	    !container_read(arena, container_write(arena, &container), &container, &why))
		ck_abort_msg("%.*s", STR_ARG(why));
	run(arena, w, NULL, tallies);
}

START_TEST(each_refused_allocation_is_survived)
{
	ck_assert_uint_gt(unit_refuse_each(write_read_run), 20);
} END_TEST

/* What one unit counted must not show up in the next. */
START_TEST(rest_subjects_are_counted_per_rule)
{
	struct arena *arena = arena_new();
	struct world *w = world_new(arena);
	struct tally tallies[RULES];
	struct str why;

	world_facts(w, NODE_LINKS, "...|0");
	for (int i = 0; i < 2; i++) {
		uint16_t links, child;
		struct program_rule *rule;

		world_unit(w, KIND_NODE, SCHEMA_NONE);
		links = world_load(w, NODE_LINKS);
		world_op(w, OPCODE_REST, w->frame, type_truth, w->yes, links, NONE,
		    (uint32_t)i * SUBJECT_BINDERS + 1);
		child = world_expand(w, w->frame, links);
		w->yes = world_op(w, OPCODE_MEMBER, child, type_truth, NONE, NONE, NONE, 0);
		w->frame = child;
		world_rule(w, i ? "b" : "a", w->yes, w->yes);
		rule = VEC_LAST(&w->program.rules);
		rule->binders = 2;
		rule->subject[1] = world_op(w, OPCODE_ELEMENT, child, type_node, NONE, NONE, NONE, 0);
		/* The EMIT stands last. */
		{
			struct instruction *last = VEC_LAST(&w->program.code), swap = last[-1];

			last[-1] = *last;
			*last = swap;
		}
	}
	ck_assert_msg(program_verify(arena, &w->program, &why), "%.*s", STR_ARG(why));
	run(arena, w, NULL, tallies);
	for (int r = 0; r < 2; r++) {
		ck_assert_uint_eq(tallies[r].verdicts[VERDICT_PASS], WORLD_NODES / 2);
		ck_assert_uint_eq(tallies[r].verdicts[VERDICT_UNKNOWN], WORLD_NODES / 2);
	}
	arena_free(arena);
} END_TEST

/* A rule with a verdict for each element of a link, of which only the node that
 * has it is told. */
START_TEST(a_subject_may_be_what_is_above)
{
	struct arena *arena = arena_new();
	struct world *w = world_new(arena);
	uint16_t root = w->frame, row = w->row, links;
	struct tally tallies[RULES];
	struct tasted tasted;
	struct str why;

	world_facts(w, NODE_LINKS, "1 2 3|");
	links = world_load(w, NODE_LINKS);
	w->frame = world_expand(w, root, links);
	world_rule(w, "a", world_op(w, OPCODE_MEMBER, w->frame, type_truth, NONE, NONE, NONE, 0),
	    world_op(w, OPCODE_UP, w->frame, type_truth, w->yes, NONE, NONE, 0));
	ck_assert_uint_eq(VEC_LAST(&w->program.rules)->subject[0], row);
	ck_assert_msg(program_verify(arena, &w->program, &why), "%.*s", STR_ARG(why));
	tasted = run(arena, w, NULL, tallies);
	ck_assert_uint_eq(tasted.count, 3 * WORLD_NODES / 2);
	ck_assert_uint_eq(tallies[0].verdicts[VERDICT_PASS], 3 * WORLD_NODES / 2);
	arena_free(arena);
} END_TEST

/* A text of each pair of nodes, of unit 0; the node that is next, of unit 1. */
static uint16_t name_of_pairs(struct world *w, uint16_t *next)
{
	uint16_t store;

	world_facts(w, NODE_NAME, "a|b");
	world_facts(w, NODE_NEXT, "0|1|2");
	w->program = (struct program){ .schema = &w->schema };
	world_unit(w, KIND_NODE, KIND_NODE);
	store = world_store(w, world_load(w, NODE_NAME), false);
	world_unit(w, KIND_NODE, SCHEMA_NONE);
	*next = world_load(w, NODE_NEXT);
	return store;
}

/* Nothing else of the rule rests on what met the limit. */
START_TEST(a_rule_whose_subject_met_a_limit_is_in_error)
{
	struct arena *arena = arena_new();
	struct world *w = world_new(arena);
	struct tally tallies[RULES];
	uint16_t next, store;
	struct str why;

	store = name_of_pairs(w, &next);
	next = world_op(w, OPCODE_FETCH_S, w->frame, type_string, w->row, next, NONE, store);
	world_rule(w, "a", w->yes, w->yes);
	VEC_LAST(&w->program.rules)->subject[0] = next;
	world_rule(w, "b", w->yes, w->yes);
	ck_assert_msg(program_verify(arena, &w->program, &why), "%.*s", STR_ARG(why));
	run(arena, w, NULL, tallies);
	ck_assert(!tallies[0].failed && !tallies[1].failed);
	limit_set(STR("rows"), 1);
	run(arena, w, NULL, tallies);
	limit_set(STR("rows"), 1u << 30);
	ck_assert(tallies[0].failed && !tallies[1].failed);
	ck_assert_str_eq(tallies[0].trouble, "rows");
	ck_assert_uint_eq(tallies[1].verdicts[VERDICT_PASS], WORLD_NODES);
	arena_free(arena);
} END_TEST

/* Of one unit, one store is in error before the other has all its pairs. */
START_TEST(a_store_goes_on_beside_one_that_met_a_limit)
{
	struct run_options options = { .batch = 64 };
	struct arena *arena = arena_new();
	struct world *w = world_new(arena);
	uint16_t next, name, links;
	struct tally tallies[RULES] = { 0 };
	struct str why;

	world_facts(w, NODE_LINKS, "1 2 3 4 5 6 7 8 9 10 11 12 13 14 15 16");
	world_facts(w, NODE_NAME, "a");
	world_facts(w, NODE_NEXT, "0|1|2");
	w->program = (struct program){ .schema = &w->schema };
	world_unit(w, KIND_NODE, KIND_NODE);
	name = world_store(w, world_load(w, NODE_NAME), false);
	links = world_load(w, NODE_LINKS);
	links = world_store(w, world_do(w, OPCODE_UNION_W, type_set_node, links, links), false);
	world_unit(w, KIND_NODE, SCHEMA_NONE);
	next = world_load(w, NODE_NEXT);
	world_rule(w, "a", w->yes, world_do(w, OPCODE_EQ_S, type_truth,
	    world_op(w, OPCODE_FETCH_S, w->frame, type_string, w->row, next, NONE, name),
	    world_text(w, type_string, "a")));
	world_rule(w, "b", w->yes, world_do(w, OPCODE_IN_W, type_truth, w->row,
	    world_op(w, OPCODE_FETCH_W, w->frame, type_set_node, w->row, next, NONE, links)));
	ck_assert_msg(program_verify(arena, &w->program, &why), "%.*s", STR_ARG(why));
	limit_set(STR("rows"), 1000);
	run(arena, w, &options, tallies);
	limit_set(STR("rows"), 1u << 30);
	ck_assert(!tallies[0].failed && tallies[1].failed);
	ck_assert_uint_eq(tallies[0].verdicts[VERDICT_PASS], WORLD_NODES);
	arena_free(arena);
} END_TEST

/* More truths than fit a cache with as many rows as a batch has at least. */
START_TEST(thousands_of_truths_may_live_at_one_time)
{
	enum { TRUTHS = 4200 };
	struct arena *arena = arena_new();
	struct world *w = world_new(arena);
	struct tally tallies[RULES];
	uint16_t number, all, first;
	struct str why;

	world_facts(w, NODE_NUMBER, "-1|7|?");
	number = world_load(w, NODE_NUMBER);
	first = (uint16_t)(number + 2);
	for (int i = 0; i < TRUTHS; i++)
		world_do(w, OPCODE_LT_N, type_truth, number, world_value(w, type_int, i));
	all = w->yes;
	for (int i = 0; i < TRUTHS; i++)
		all = world_do(w, OPCODE_AND, type_truth, all, (uint16_t)(first + 2 * i));
	world_rule(w, "a", w->yes, all);
	ck_assert_msg(program_verify(arena, &w->program, &why), "%.*s", STR_ARG(why));
	run(arena, w, NULL, tallies);
	ck_assert_uint_eq(tallies[0].verdicts[VERDICT_PASS], WORLD_NODES / 3);
	ck_assert_uint_eq(tallies[0].verdicts[VERDICT_FAIL], WORLD_NODES / 3);
	ck_assert_uint_eq(tallies[0].verdicts[VERDICT_UNKNOWN], WORLD_NODES / 3);
	arena_free(arena);
} END_TEST

/* Numbers of all pairs of nodes: more memory than is there when a run begins. */
static void run_large_stores(struct arena *arena)
{
	struct world *w = world_new(arena);
	struct tally tallies[RULES];
	uint16_t number;
	struct str why;

	world_facts(w, NODE_NUMBER, "1|2");
	w->program = (struct program){ .schema = &w->schema };
	world_unit(w, KIND_NODE, KIND_NODE);
	number = world_load(w, NODE_NUMBER);
	world_store(w, number, false);
	world_rule(w, "a", w->yes, world_do(w, OPCODE_EQ_N, type_truth, number, number));
	if (!program_verify(arena, &w->program, &why))
		ck_abort_msg("%.*s", STR_ARG(why));
	run(arena, w, NULL, tallies);
	ck_assert_uint_eq(tallies[0].verdicts[VERDICT_PASS], (uint64_t)WORLD_NODES * WORLD_NODES);
}

START_TEST(each_refused_allocation_of_a_large_store_is_survived)
{
	ck_assert_uint_gt(unit_refuse_each(run_large_stores), 5);
} END_TEST

START_TEST(outcomes_that_were_added_in_any_order_are_told_in_order)
{
	static const int64_t order[] = { 5, 7, 3, 9, 1, 4 };
	struct arena *arena = arena_new();
	struct outcomes *outcomes = outcomes_new(arena, 1, ~0u, NULL);
	struct outcome_cursor cursor;
	struct outcome outcome;
	int64_t last = 0;

	for (size_t i = 0; i < 6; i++)
		outcomes_add(outcomes, &(struct outcome){ 0, VERDICT_FAIL, REASON_NONE, 1, -1,
		    { order[i] } });
	outcomes_start(outcomes, 0, ~0u, arena, &cursor);
	for (int i = 0; i < 6; i++) {
		ck_assert(outcomes_next(&cursor, &outcome));
		ck_assert_int_gt(outcome.cells[0], last);
		last = outcome.cells[0];
	}
	ck_assert(!outcomes_next(&cursor, &outcome));
	arena_free(arena);
} END_TEST

/* The clock of a machine may be coarse, and a pack without rules. */
START_TEST(a_run_that_took_no_time_has_timings)
{
	struct arena *arena = arena_new();
	struct program nothing = { 0 };
	struct world *w = ready(arena);
	struct text out;

	text_init(&out, arena);
	timings_print(&w->program, NULL, ARENA_ARRAY(arena, struct run_timing,
	    w->program.code.count), &out);
	ck_assert(str_starts(text_str(&out), STR("timings: 0.000 ms in ")));
	ck_assert_uint_lt(str_find(text_str(&out), '%'), out.length);
	out.length = 0;
	nothing.schema = w->program.schema;
	timings_print(&nothing, NULL, NULL, &out);
	ck_assert(str_starts(text_str(&out), STR("timings: 0.000 ms in 0 instructions")));
	arena_free(arena);
} END_TEST

UNIT_MAIN(batches_change_nothing, limits_are_met_alike_by_several_threads,
    too_little_memory_gives_errors_not_answers,
    each_refused_allocation_is_survived, rest_subjects_are_counted_per_rule,
    a_subject_may_be_what_is_above, a_rule_whose_subject_met_a_limit_is_in_error,
    a_store_goes_on_beside_one_that_met_a_limit, thousands_of_truths_may_live_at_one_time,
    each_refused_allocation_of_a_large_store_is_survived,
    outcomes_that_were_added_in_any_order_are_told_in_order,
    a_run_that_took_no_time_has_timings)
