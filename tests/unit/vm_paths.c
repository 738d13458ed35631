/* SPDX-License-Identifier: Apache-2.0 */
/* Paths: what must and what may be reached (docs/semantics.md, "Paths"). */
#include "tests/unit/world_each.h"

static struct program_step step(uint8_t kind, uint16_t index, bool inverse)
{
	return (struct program_step){ kind, inverse, index, KIND_NODE, KIND_NODE };
}

/* One step or more; with STAR also none. */
static uint32_t path_of(struct program_step s, bool star)
{
	*VEC_PUSH(arena, &w->program.steps) = s;
	*VEC_PUSH(arena, &w->program.moves) = (struct program_move){ 0, 1, 0 };
	*VEC_PUSH(arena, &w->program.moves) = (struct program_move){ 1, 1, 0 };
	*VEC_PUSH(arena, &w->program.paths) = (struct program_path){ KIND_NODE, KIND_NODE, 2,
		star ? 3 : 2, (uint32_t)w->program.steps.count - 1, 1,
		(uint32_t)w->program.moves.count - 2, 2 };
	return (uint32_t)w->program.paths.count - 1;
}

/* Does each row reach an element of its `back`? */
static uint16_t reach(uint32_t path)
{
	return world_op(w, OPCODE_REACH, w->frame, type_truth, w->row,
	    world_load(w, NODE_BACK), NONE, path);
}

START_TEST(certain_links_must_be_walked)
{
	uint32_t plus, star;
	const char *have;

	begin();
	world_facts(w, NODE_LINKS, "1|2||4|3");
	world_facts(w, NODE_BACK, "2");
	plus = path_of(step(STEP_LINK, NODE_LINKS, false), false);
	star = path_of(step(STEP_LINK, NODE_LINKS, false), true);
	world_expect(w, reach(plus), "TTFFF");
	have = world_truths(w, reach(star));
	ck_assert_int_eq(have[2], 'T');
	ck_assert_int_eq(have[7], 'F');
	world_facts(w, NODE_BACK, "3|4|");
	world_expect(w, reach(plus), "FFFTTFFFFTFFFTF");
	end();
} END_TEST

START_TEST(possible_links_and_targets_may_be)
{
	uint32_t plus;

	begin();
	plus = path_of(step(STEP_LINK, NODE_LINKS, false), false);
	world_facts(w, NODE_LINKS, "1|~2||4 1|3");
	world_facts(w, NODE_BACK, "2");
	world_expect(w, reach(plus), "UUFUU");
	world_facts(w, NODE_LINKS, "1|2||4 1|3");
	world_facts(w, NODE_BACK, "~2");
	world_expect(w, reach(plus), "UUFUU");
	/* What may not exist is not stepped onto for certain. */
	world_facts(w, NODE_BACK, "2");
	world_expect(w, reach(plus), "TTFTT");
	world_possible(w, 1);
	world_expect(w, reach(plus), "UTFUU");
	end();
} END_TEST

START_TEST(an_open_row_may_lead_anywhere)
{
	uint32_t plus;

	begin();
	plus = path_of(step(STEP_LINK, NODE_LINKS, false), false);
	world_facts(w, NODE_LINKS, "1|...||3|0");
	world_facts(w, NODE_BACK, "2");
	world_expect(w, reach(plus), "UUFFU");
	/* From the start without a link nothing is reached, whatever it is. */
	world_facts(w, NODE_BACK, "...");
	world_expect(w, reach(plus), "UUFUU");
	world_facts(w, NODE_BACK, "");
	world_expect(w, reach(plus), "F");
	end();
} END_TEST

START_TEST(a_phantom_stands_for_what_no_file_names)
{
	uint32_t plus;

	begin();
	plus = path_of(step(STEP_LINK, NODE_LINKS, false), false);
	world_facts(w, NODE_LINKS, "1|1 ...|2");
	/* Closed extents: an open target still needs a walk to some node. */
	world_facts(w, NODE_BACK, "...");
	world_expect(w, reach(plus), "U");
	world_facts(w, NODE_LINKS, "|1 ...|");
	world_expect(w, reach(plus), "FUF");
	w->graph.extents[KIND_NODE].closed = false;
	world_expect(w, reach(plus), "FUF");
	end();
} END_TEST

START_TEST(links_are_walked_against_their_direction)
{
	uint32_t plus;

	begin();
	plus = path_of(step(STEP_LINK, NODE_LINKS, true), false);
	/* 3 is an element of rows 0, 5, 10...; 0 of rows 1, 6, ... */
	world_facts(w, NODE_LINKS, "3|0||~4|");
	world_facts(w, NODE_BACK, "1");
	ck_assert_int_eq(world_truths(w, reach(plus))[3], 'T');
	ck_assert_int_eq(world_truths(w, reach(plus))[0], 'T');
	ck_assert_int_eq(world_truths(w, reach(plus))[1], 'F');
	ck_assert_int_eq(world_truths(w, reach(plus))[4], 'U');
	world_facts(w, NODE_LINKS, "3|0||~4|...");
	ck_assert_int_eq(world_truths(w, reach(plus))[1], 'U');
	end();
} END_TEST

START_TEST(an_inverse_link_has_rows_of_its_own)
{
	uint32_t plus;

	begin();
	w->schema.attributes.items[NODE_LINKS].inverse = NODE_BACK;
	w->schema.attributes.items[NODE_BACK].inverse = NODE_LINKS;
	plus = path_of(step(STEP_LINK, NODE_LINKS, true), false);
	/* Walking links backwards is walking back forwards. */
	world_facts(w, NODE_BACK, "1|2|||3");
	world_facts(w, NODE_LINKS, "0");
	world_facts(w, NODE_TINTS, "");
	world_expect(w, world_op(w, OPCODE_REACH, w->frame, type_truth, w->row,
	    world_op(w, OPCODE_SINGLE_W, w->frame, type_set_node, world_load(w, NODE_NEXT), NONE,
		NONE, 0), NONE, plus), "UUFFU");
	world_facts(w, NODE_NEXT, "2");
	world_expect(w, world_op(w, OPCODE_REACH, w->frame, type_truth, w->row,
	    world_op(w, OPCODE_SINGLE_W, w->frame, type_set_node, world_load(w, NODE_NEXT), NONE,
		NONE, 0), NONE, plus), "TTFFF");
	end();
} END_TEST

START_TEST(single_links_are_walked_too)
{
	uint32_t forward, back;

	begin();
	forward = path_of(step(STEP_LINK, NODE_NEXT, false), false);
	back = path_of(step(STEP_LINK, NODE_NEXT, true), false);
	world_facts(w, NODE_NEXT, "1|2|-|?|4");
	world_facts(w, NODE_BACK, "2");
	world_expect(w, reach(forward), "TTFUF");
	world_facts(w, NODE_BACK, "3");
	ck_assert_int_eq(world_truths(w, reach(back))[2], 'U');
	world_facts(w, NODE_NEXT, "1|2|-|-|4");
	world_facts(w, NODE_BACK, "0");
	ck_assert_int_eq(world_truths(w, reach(back))[2], 'T');
	ck_assert_int_eq(world_truths(w, reach(back))[1], 'T');
	ck_assert_int_eq(world_truths(w, reach(back))[0], 'F');
	end();
} END_TEST

START_TEST(stored_sets_are_walked)
{
	uint32_t forward, back;
	uint16_t set;

	begin();
	world_facts(w, NODE_LINKS, "1|2||~4|3");
	set = world_store(w, world_load(w, NODE_LINKS), false);
	world_unit(w, KIND_NODE, SCHEMA_NONE);
	forward = path_of(step(STEP_STORE_SET, set, false), false);
	back = path_of(step(STEP_STORE_SET, set, true), false);
	world_facts(w, NODE_BACK, "2");
	world_expect(w, reach(forward), "TTFFF");
	world_facts(w, NODE_BACK, "4");
	world_expect(w, reach(forward), "FFFUU");
	world_facts(w, NODE_BACK, "0");
	ck_assert_int_eq(world_truths(w, reach(back))[2], 'T');
	ck_assert_int_eq(world_truths(w, reach(back))[3], 'F');
	world_facts(w, NODE_LINKS, "1|2||...|3");
	world_facts(w, NODE_BACK, "3");
	ck_assert_int_eq(world_truths(w, reach(back))[3], 'U');
	end();
} END_TEST

/* near(a, b): b is in a.links. */
START_TEST(relations_are_walked)
{
	uint32_t forward, back;
	uint16_t second, near;

	begin();
	world_facts(w, NODE_LINKS, "1|2||~4|3");
	world_unit(w, KIND_NODE, KIND_NODE);
	second = world_op(w, OPCODE_ROW, w->frame, type_node, NONE, NONE, NONE, 1);
	near = world_store(w, world_do(w, OPCODE_IN_W, type_truth, second,
	    world_op(w, OPCODE_LOAD_W, w->frame, type_set_node, w->row, NONE, NONE, NODE_LINKS)),
	    true);
	world_unit(w, KIND_NODE, SCHEMA_NONE);
	forward = path_of(step(STEP_STORE_TRUTH, near, false), false);
	back = path_of(step(STEP_STORE_TRUTH, near, true), false);
	world_facts(w, NODE_BACK, "2");
	world_expect(w, reach(forward), "TTFFF");
	world_facts(w, NODE_BACK, "4");
	world_expect(w, reach(forward), "FFFUU");
	world_facts(w, NODE_BACK, "0");
	ck_assert_int_eq(world_truths(w, reach(back))[2], 'T');
	ck_assert_int_eq(world_truths(w, reach(back))[4], 'F');
	end();
} END_TEST

START_TEST(a_source_that_is_none_or_unknown)
{
	uint32_t plus;
	uint16_t next;

	begin();
	plus = path_of(step(STEP_LINK, NODE_LINKS, false), true);
	world_facts(w, NODE_LINKS, "");
	world_facts(w, NODE_NEXT, "2|-|?|3");
	world_facts(w, NODE_BACK, "2");
	next = world_load(w, NODE_NEXT);
	world_expect(w, world_op(w, OPCODE_REACH, w->frame, type_truth, next,
	    world_load(w, NODE_BACK), NONE, plus), "TFUF");
	end();
} END_TEST

/* Is each row related to an element of its `back`? */
static uint16_t related(uint32_t path)
{
	return world_op(w, OPCODE_CLOSURE, w->frame, type_truth, w->row,
	    world_load(w, NODE_BACK), NONE, path);
}

START_TEST(a_closure_goes_by_what_is_listed)
{
	uint32_t plus, star;

	begin();
	plus = path_of(step(STEP_LINK, NODE_LINKS, false), false);
	star = path_of(step(STEP_LINK, NODE_LINKS, false), true);
	world_facts(w, NODE_LINKS, "1|2||4|3");
	world_facts(w, NODE_BACK, "2");
	world_expect(w, related(plus), "TTFFF");
	ck_assert_int_eq(world_truths(w, related(star))[2], 'T');
	ck_assert_int_eq(world_truths(w, related(star))[7], 'F');
	world_facts(w, NODE_LINKS, "1|~2||4 1|3");
	world_expect(w, related(plus), "UUFUU");
	/* An element is one, whether or not it exists. */
	world_facts(w, NODE_LINKS, "1|2||4 1|3");
	world_possible(w, 1);
	world_expect(w, related(plus), "TTFTT");
	world_facts(w, NODE_BACK, "~2");
	world_expect(w, related(plus), "UUFUU");
	end();
} END_TEST

START_TEST(an_open_row_relates_to_everybody)
{
	uint32_t plus, single;

	begin();
	/* Not even what the other side excludes is excluded. */
	w->schema.attributes.items[NODE_LINKS].inverse = NODE_BACK;
	w->schema.attributes.items[NODE_BACK].inverse = NODE_LINKS;
	plus = path_of(step(STEP_LINK, NODE_LINKS, false), false);
	world_facts(w, NODE_LINKS, "1|...||3|0");
	world_facts(w, NODE_BACK, "2");
	world_expect(w, related(plus), "UUFFU");
	world_facts(w, NODE_BACK, "2|3|...|~4|0");
	world_expect(w, related(plus), "UUFFT");
	/* To nobody at all nobody is related; to who is not listed anybody may be. */
	world_facts(w, NODE_BACK, "");
	world_expect(w, related(plus), "F");
	world_facts(w, NODE_BACK, "...");
	world_expect(w, related(plus), "UUFUU");
	single = path_of(step(STEP_LINK, NODE_NEXT, false), false);
	world_facts(w, NODE_NEXT, "1|2|-|?|4");
	world_facts(w, NODE_BACK, "2");
	world_expect(w, related(single), "TTFUF");
	end();
} END_TEST

START_TEST(a_closure_from_none_and_to_nobody_is_false)
{
	uint32_t star;
	uint16_t next;

	begin();
	star = path_of(step(STEP_LINK, NODE_LINKS, false), true);
	world_facts(w, NODE_LINKS, "");
	world_facts(w, NODE_NEXT, "2|-|?|3");
	next = world_load(w, NODE_NEXT);
	world_facts(w, NODE_BACK, "2");
	world_expect(w, world_op(w, OPCODE_CLOSURE, w->frame, type_truth, next,
	    world_load(w, NODE_BACK), NONE, star), "TFUF");
	world_facts(w, NODE_BACK, "");
	world_expect(w, world_op(w, OPCODE_CLOSURE, w->frame, type_truth, next,
	    world_load(w, NODE_BACK), NONE, star), "F");
	world_facts(w, NODE_BACK, "...");
	world_expect(w, world_op(w, OPCODE_CLOSURE, w->frame, type_truth, next,
	    world_load(w, NODE_BACK), NONE, star), "UFUU");
	end();
} END_TEST

UNIT_MAIN(certain_links_must_be_walked, possible_links_and_targets_may_be,
    an_open_row_may_lead_anywhere, a_phantom_stands_for_what_no_file_names,
    links_are_walked_against_their_direction, an_inverse_link_has_rows_of_its_own,
    single_links_are_walked_too, stored_sets_are_walked, relations_are_walked,
    a_source_that_is_none_or_unknown, a_closure_goes_by_what_is_listed,
    an_open_row_relates_to_everybody, a_closure_from_none_and_to_nobody_is_false)
