/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What instructions give at the edges: columns of every width, sums at the ends
 * of the numbers, sets that are mostly unlisted, tables of every type over
 * pairs, and runs that a limit ends at each place where it may.
 */
#include <stdio.h>

#include "tests/unit/world_each.h"

#include "base/limits.h"
#include "vm/verify.h"

/* COUNT numbers, STEP apart, from LOW on, as rows. */
static const char *numbers_from(int64_t low, int64_t step, int count)
{
	struct text rows;

	text_init(&rows, arena);
	for (int i = 0; i < count; i++)
		text_printf(&rows, "%s%lld", i ? "|" : "", (long long)(low + i * step));
	text_add_char(&rows, '\0');
	return rows.at;
}

/* A number is CELL in row AT of each PERIOD rows. */
static void expect_only(uint16_t number, int64_t cell, uint32_t at, uint32_t period)
{
	const char *have = world_truths(w, world_do(w, OPCODE_EQ_N, type_truth, number,
	    world_value(w, type_int, cell)));

	for (uint32_t i = 0; i < WORLD_NODES; i++)
		ck_assert_int_eq(have[i], i % period == at ? 'T' : 'F');
}

/* --- widths --------------------------------------------------------------- */

START_TEST(numbers_of_every_width_are_written_down)
{
	static const struct { int64_t low, step; uint8_t width; } all[] = {
		{ 3, 1, 1 }, { 3, 1000, 2 }, { -9, 1000000, 4 }, { 7, INT64_C(1) << 55, 8 },
	};

	for (size_t i = 0; i < sizeof(all) / sizeof(*all); i++) {
		uint16_t n;

		begin();
		world_facts(w, NODE_NUMBER, numbers_from(all[i].low, all[i].step, 60));
		ck_assert_uint_eq(w->graph.columns[NODE_NUMBER].width, all[i].width);
		n = world_load(w, NODE_NUMBER);
		expect_only(world_do(w, OPCODE_ADD, type_int, n, world_value(w, type_int, 0)),
		    all[i].low + 41 * all[i].step, 41, 60);
		/* Where a link leads. */
		world_facts(w, NODE_NEXT, "5|41|59");
		n = world_op(w, OPCODE_LOAD_N, w->frame, type_int, world_load(w, NODE_NEXT), NONE,
		    NONE, NODE_NUMBER);
		expect_only(n, all[i].low + 41 * all[i].step, 1, 3);
		end();
	}
} END_TEST

/* COUNT texts, after each of which GAP other ones were seen. */
static const char *texts_apart(int count, int gap)
{
	struct text rows;

	text_init(&rows, arena);
	for (int i = 0; i < count; i++) {
		text_printf(&rows, "%st%d", i ? "|" : "", i);
		symbol_of(w->graph.symbols, arena_printf(arena, "t%d", i));
		for (int k = 0; k < gap; k++)
			symbol_of(w->graph.symbols, arena_printf(arena, "g%d.%d", i, k));
	}
	text_add_char(&rows, '\0');
	return rows.at;
}

/* Nothing writes it so, but a snapshot may: wide codes are distances, too. */
static void count_from_least(struct column *c)
{
	uint32_t *codes = c->codes, least = UINT32_MAX;

	for (uint32_t i = 0; i < c->rows; i++)
		least = codes[i] < least ? codes[i] : least;
	for (uint32_t i = 0; i < c->rows; i++)
		codes[i] -= least;
	c->base = least;
	ck_assert_uint_gt(least, 0);
}

START_TEST(words_of_every_width_are_written_down)
{
	static const struct { int gap; uint8_t width; bool far; } all[] = {
		{ 0, 1, false }, { 9, 2, false }, { 1200, 4, false }, { 1200, 4, true },
	};

	for (size_t i = 0; i < sizeof(all) / sizeof(*all); i++) {
		uint16_t a, b;

		begin();
		world_facts(w, NODE_NAME, texts_apart(60, all[i].gap));
		world_facts(w, NODE_OTHER, "t0|t7|t2|t58");
		ck_assert_uint_eq(w->graph.columns[NODE_NAME].width, all[i].width);
		if (all[i].far)
			count_from_least(&w->graph.columns[NODE_NAME]);
		a = world_load(w, NODE_NAME);
		b = world_load(w, NODE_OTHER);
		ck_assert_str_eq(arena_printf(arena, "%.8s", world_truths(w,
		    world_do(w, OPCODE_EQ_S, type_truth, a, b))).at, "TFTFFFFF");
		world_facts(w, NODE_NEXT, "0|58");
		a = world_op(w, OPCODE_LOAD_S, w->frame, type_string, world_load(w, NODE_NEXT),
		    NONE, NONE, NODE_NAME);
		world_expect(w, world_do(w, OPCODE_EQ_S, type_truth, a,
		    world_text(w, type_string, "t58")), "FT");
		end();
	}
} END_TEST

/* Nothing writes it so, but a snapshot may: no set of codes is made of it. */
START_TEST(an_enum_may_be_as_wide_as_a_number)
{
	struct column *c;
	uint32_t *codes;
	uint16_t color;

	begin();
	world_facts(w, NODE_COLOR, "red|green|blue|-|?");
	c = &w->graph.columns[NODE_COLOR];
	codes = ARENA_ARRAY(arena, uint32_t, c->rows);
	for (uint32_t i = 0; i < c->rows; i++)
		codes[i] = bit_get(c->known, i) ? (uint32_t)column_cell(c, i) : 0;
	c->codes = codes;
	c->width = 4;
	color = world_load(w, NODE_COLOR);
	world_expect(w, world_op(w, OPCODE_FIELD_T, w->frame, type_truth, color, NONE, NONE,
	    FIELD_WARM), "TFUUU");
	world_expect(w, world_do(w, OPCODE_EQ_S, type_truth, color,
	    world_value(w, type_color, 1)), "FTFFU");
	world_expect(w, world_do(w, OPCODE_IN_W, type_truth, color,
	    world_set(w, type_set_color, (const int64_t[]){ 0, 2 }, 2)), "TFTFU");
	end();
} END_TEST

START_TEST(a_bool_that_may_be_none_equals_a_constant)
{
	uint16_t maybe;

	begin();
	world_facts(w, NODE_MAYBE, "true|false|-|?");
	maybe = world_load(w, NODE_MAYBE);
	world_expect(w, world_do(w, OPCODE_EQ_S, type_truth, maybe,
	    world_value(w, type_bool_maybe, 1)), "TFFU");
	world_expect(w, world_do(w, OPCODE_EQ_S, type_truth, world_value(w, type_bool_maybe, 0),
	    maybe), "FTFU");
	end();
} END_TEST

/* Its rows begin where those of the kind above do, and end before. */
START_TEST(a_lower_kind_may_come_first)
{
	const char *have;

	begin();
	w->graph.extents[KIND_LEAF].first = 0;
	world_facts(w, LEAF_SIZE, "2|5|-");
	have = world_truths(w, world_do(w, OPCODE_EQ_N, type_truth, world_op(w, OPCODE_LOAD_N,
	    w->frame, type_int, w->row, NONE, NONE, LEAF_SIZE), world_value(w, type_int, 2)));
	for (uint32_t i = 0; i < WORLD_NODES; i++)
		ck_assert_int_eq(have[i], i >= WORLD_LEAVES ? 'U' : i % 3 == 0 ? 'T' : 'F');
	end();
} END_TEST

/* --- texts ----------------------------------------------------------------- */

/* What was answered of two texts is kept by a few bits of their numbers. */
START_TEST(texts_that_share_a_place_are_not_taken_for_each_other)
{
	uint16_t name, other;

	begin();
	for (int i = 0; i <= 512; i++)
		symbol_of(w->graph.symbols, arena_printf(arena, "t%d", i));
	ck_assert_uint_eq(symbol_find(w->graph.symbols, STR("t257")) -
	    symbol_find(w->graph.symbols, STR("t1")), 256);
	world_facts(w, NODE_NAME, "t257");
	world_facts(w, NODE_OTHER, "t1|t257|t1|t2|t258");
	name = world_load(w, NODE_NAME);
	other = world_load(w, NODE_OTHER);
	world_expect(w, world_do(w, OPCODE_ENDS, type_truth, name, other), "FTFFF");
	world_expect(w, world_do(w, OPCODE_STARTS, type_truth, name, other), "FTFTF");
	end();
} END_TEST

/* The verifier compiles it too, and refuses the program; where memory is short
 * afterwards nothing is said of any text. */
START_TEST(a_pattern_that_cannot_be_compiled_is_unknown)
{
	struct tally tallies[2] = { 0 };
	uint16_t name, next, far;
	struct str why;

	begin();
	world_facts(w, NODE_NAME, "az|b|-|?");
	world_facts(w, NODE_NEXT, "1|0");
	name = world_load(w, NODE_NAME);
	next = world_load(w, NODE_NEXT);
	far = world_op(w, OPCODE_LOAD_S, w->frame, type_string, next, NONE, NONE, NODE_NAME);
	world_rule(w, "a.near", w->yes, world_op(w, OPCODE_MATCH, w->frame, type_truth, name,
	    NONE, NONE, world_pattern(w, PATTERN_REGEX, "[a-z]{900}")));
	world_rule(w, "b.far", w->yes, world_op(w, OPCODE_MATCH, w->frame, type_truth, far,
	    NONE, NONE, 0));
	ck_assert_msg(program_verify(arena, &w->program, &why), "%.*s", STR_ARG(why));
	ck_assert(limit_set(STR("regex-memory"), 4096));
	run_program(arena, &w->program, &w->graph, NULL, tallies, NULL);
	limit_set(STR("regex-memory"), 1u << 20);
	for (int r = 0; r < 2; r++)
		ck_assert_uint_eq(tallies[r].verdicts[VERDICT_UNKNOWN], WORLD_NODES);
	end();
} END_TEST

START_TEST(a_constant_may_stand_on_either_side)
{
	uint16_t name, ab;

	begin();
	world_facts(w, NODE_NAME, "a|ab|abc|b|-|?");
	name = world_load(w, NODE_NAME);
	ab = world_text(w, type_string, "ab");
	world_expect(w, world_do(w, OPCODE_STARTS, type_truth, ab, name), "TTFFUU");
	world_expect(w, world_do(w, OPCODE_STARTS, type_truth, name, ab), "FTTFUU");
	world_expect(w, world_do(w, OPCODE_ENDS, type_truth, ab, name), "FTFTUU");
	world_expect(w, world_do(w, OPCODE_ENDS, type_truth, name, ab), "FTFFUU");
	world_facts(w, NODE_OTHER, "ab|a|a|b|a|a");
	world_expect(w, world_do(w, OPCODE_STARTS, type_truth, world_load(w, NODE_OTHER), name),
	    "TFFTUU");
	end();
} END_TEST

START_TEST(a_number_that_is_not_single_has_no_text)
{
	uint16_t count, text;

	begin();
	world_facts(w, NODE_TINTS, "red|red ~green|...|");
	count = world_op(w, OPCODE_COUNT_W, w->frame, type_int, world_load(w, NODE_TINTS),
	    NONE, NONE, 3);
	text = world_op(w, OPCODE_TEXT_N, w->frame, type_string, count, NONE, NONE,
	    program_type_imm(type_int));
	world_expect(w, world_do(w, OPCODE_EQ_S, type_truth, text,
	    world_text(w, type_string, "1")), "TUUF");
	end();
} END_TEST

/* Two texts of a pack may be the same. */
START_TEST(a_set_that_says_a_text_twice_has_it_once)
{
	int64_t first, texts[3];

	begin();
	world_facts(w, NODE_WORDS, "a|b|a b|");
	first = (int64_t)w->program.texts.count;
	for (int i = 0; i < 3; i++) {
		*VEC_PUSH(arena, &w->program.texts) = i == 1 ? STR("b") : STR("a");
		texts[i] = first + i;
	}
	world_expect(w, world_do(w, OPCODE_SAME_W, type_truth, world_load(w, NODE_WORDS),
	    world_set(w, type_set_string, texts, 3)), "FFTF");
	end();
} END_TEST

/* --- numbers ---------------------------------------------------------------- */

/* op of c over the elements of the links of a row; c is the number there. */
static uint16_t fold_of(enum opcode op, uint16_t attribute)
{
	uint16_t links = world_load(w, NODE_LINKS), child, member, element, c;

	child = world_expand(w, w->frame, links);
	member = world_op(w, OPCODE_MEMBER, child, type_truth, NONE, NONE, NONE, 0);
	element = world_op(w, OPCODE_ELEMENT, child, type_node, NONE, NONE, NONE, 0);
	c = attribute == NODE_WORDS ? world_op(w, OPCODE_COUNT_W, child, type_int,
	    world_op(w, OPCODE_LOAD_W, child, type_set_string, element, NONE, NONE, attribute),
	    NONE, NONE, 0) :
	    world_op(w, OPCODE_LOAD_N, child, type_int, element, NONE, NONE, attribute);
	return world_op(w, op, w->frame, type_int, member, links, c, 0);
}

START_TEST(a_sum_that_is_an_end_of_the_numbers_is_unknown)
{
	begin();
	/* 0: least + 2; 1: -1; 2: greatest - 2; 3: 1; 4: -2; 5: 2; 6: -9; 7: 9 */
	world_facts(w, NODE_NUMBER,
	    "-9223372036854775806|-1|9223372036854775805|1|-2|2|-9|9");
	world_facts(w, NODE_LINKS, "0|0 4|0 6|2|2 5|2 7|0 2|2 ~5|0 ~4|2 ~5 ~1|0 2 ~3");
	world_expect_number(w, fold_of(OPCODE_SUM_W, NODE_NUMBER),
	    "-9223372036854775806|?|?|9223372036854775805|?|?|-1|?|?|?|-1..0");
	end();
} END_TEST

/* One date is before a constant, the other after one. */
static void expect_less(uint16_t date, int64_t than, const char *wanted, uint16_t other,
    int64_t above, const char *then)
{
	world_expect(w, world_do(w, OPCODE_LT_N, type_truth, date,
	    world_value(w, type_date, than)), wanted);
	world_expect(w, world_do(w, OPCODE_LT_N, type_truth, world_value(w, type_date, above),
	    other), then);
}

/* Days of which there may be any number. */
START_TEST(a_date_moves_by_days_without_bound)
{
	static const struct type duration = { .tag = TYPE_DURATION };
	uint16_t days, back;

	begin();
	world_facts(w, NODE_WORDS, "a b|a ~b|a ...|");
	days = world_do(w, OPCODE_MULTIPLY, duration, world_value(w, duration, 86400),
	    world_do(w, OPCODE_COUNT_W, type_int, world_load(w, NODE_WORDS), NONE));
	back = world_do(w, OPCODE_NEGATE, duration, days, NONE);
	days = world_op(w, OPCODE_ADD, w->frame, type_date, world_value(w, type_date, 100), days,
	    NONE, UNIT_DAYS);
	back = world_op(w, OPCODE_ADD, w->frame, type_date, world_value(w, type_date, 100), back,
	    NONE, UNIT_DAYS);
	/* 102, 101 or 102, 101 or more, 100; and as many the other way. */
	expect_less(days, 101, "FFFT", back, 99, "FFFT");
	expect_less(days, 102, "FUUT", back, 98, "FUUT");
	expect_less(days, 103, "TTUT", back, 97, "TTUT");
	expect_less(days, INT64_MAX - 1, "TTUT", back, INT64_MIN + 1, "TTUT");
	end();
} END_TEST

START_TEST(what_is_none_is_in_no_sum)
{
	begin();
	world_facts(w, NODE_NUMBER, "4|-|?|9");
	world_facts(w, NODE_LINKS, "0|0 1|1|0 2|0 ~3|1 3|");
	world_expect_number(w, fold_of(OPCODE_SUM_W, NODE_NUMBER), "4|4|0|?|4..13|9|0");
	end();
} END_TEST

START_TEST(the_greatest_may_have_no_bound)
{
	begin();
	world_facts(w, NODE_WORDS, "a|a b|...|");
	world_facts(w, NODE_LINKS, "0|0 1|0 2|1 ~2|2");
	world_expect_number(w, fold_of(OPCODE_MAX_W, NODE_WORDS), "1|2|1..*|2..*|0..*");
	world_expect_number(w, fold_of(OPCODE_MIN_W, NODE_WORDS), "1|1|0..1|0..2|0..*");
	end();
} END_TEST

/* --- sets -------------------------------------------------------------------- */

static uint16_t expect_in(uint16_t set, int64_t cell, const char *wanted)
{
	world_expect(w, world_do(w, OPCODE_IN_M, type_truth, world_value(w, type_int, cell), set),
	    wanted);
	return set;
}

START_TEST(an_interval_is_in_no_set_for_certain)
{
	uint16_t count, numbers;

	begin();
	world_facts(w, NODE_TINTS, "red|red ~green|red ~green ~blue|...");
	world_facts(w, NODE_NUMBERS, "1 7|2|7|1 2 3");
	count = world_op(w, OPCODE_COUNT_W, w->frame, type_int, world_load(w, NODE_TINTS),
	    NONE, NONE, 3);
	numbers = world_load(w, NODE_NUMBERS);
	world_expect(w, world_do(w, OPCODE_IN_M, type_truth, count, numbers), "TUFU");
	expect_in(numbers, 7, "TFTF");
	end();
} END_TEST

START_TEST(what_is_collected_of_an_interval_exists)
{
	uint16_t links, child, member, element, count, set;

	begin();
	world_facts(w, NODE_TINTS, "red|red ~green");
	world_facts(w, NODE_LINKS, "0|0 1|~1|");
	links = world_load(w, NODE_LINKS);
	child = world_expand(w, w->frame, links);
	member = world_op(w, OPCODE_MEMBER, child, type_truth, NONE, NONE, NONE, 0);
	element = world_op(w, OPCODE_ELEMENT, child, type_node, NONE, NONE, NONE, 0);
	count = world_op(w, OPCODE_COUNT_W, child, type_int, world_op(w, OPCODE_LOAD_W, child,
	    type_set_color, element, NONE, NONE, NODE_TINTS), NONE, NONE, 3);
	set = world_op(w, OPCODE_COLLECT_WM, w->frame, type_set_int, member, links, count, 0);
	expect_in(set, 1, "TTUF");
	expect_in(set, 2, "FUUF");
	world_expect_number(w, world_do(w, OPCODE_COUNT_M, type_int, set, NONE), "1|1..2|0..*|0");
	end();
} END_TEST

START_TEST(more_elements_than_there_may_be_are_no_subset)
{
	uint16_t words, one;

	begin();
	world_facts(w, NODE_WORDS, "a|a b|a ~b|");
	words = world_load(w, NODE_WORDS);
	/* One text, which nobody knows. */
	one = world_op(w, OPCODE_SINGLE_W, w->frame, type_set_string,
	    world_unknown(w, type_string), NONE, NONE, 0);
	world_expect(w, world_do(w, OPCODE_SUBSET_W, type_truth, words, one), "UFUT");
	world_expect(w, world_do(w, OPCODE_SAME_W, type_truth, words, one), "UFUF");
	/* A constant among what nobody knows. */
	world_expect(w, world_do(w, OPCODE_IN_W, type_truth, world_text(w, type_string, "a"),
	    world_do(w, OPCODE_UNION_W, type_set_string, words, one)), "TTTU");
	end();
} END_TEST

START_TEST(a_set_that_is_not_known_has_what_is_asked_for)
{
	uint16_t color, set;

	begin();
	world_facts(w, NODE_COLOR, "red|-|?");
	color = world_load(w, NODE_COLOR);
	set = world_op(w, OPCODE_CONST, w->frame, type_set_color, NONE, NONE, NONE,
	    world_constant(w, type_set_color, CONSTANT_UNKNOWN, 0));
	world_expect(w, world_do(w, OPCODE_IN_W, type_truth, color, set), "UFU");
	set = world_set(w, type_set_color, NULL, 0);
	world_expect(w, world_do(w, OPCODE_IN_W, type_truth, color, set), "F");
	end();
} END_TEST

/* has X, has Y, or has Z, of elements of the links of each node. */
static void has_many(const char *links, uint16_t attribute, const int64_t cells[3],
    const char *wanted)
{
	struct type type = w->schema.attributes.items[attribute].type;
	bool wide = type_is_number(type);
	uint16_t of = world_load(w, NODE_LINKS), root = w->frame, set, any = NONE;

	world_facts(w, NODE_LINKS, links);
	w->frame = world_expand(w, root, of);
	set = world_op(w, wide ? OPCODE_LOAD_M : OPCODE_LOAD_W, w->frame, type,
	    world_do(w, OPCODE_ELEMENT, type_node, NONE, NONE), NONE, NONE, attribute);
	type.set = false;
	for (int i = 0; i < 3; i++) {
		uint16_t is = world_do(w, wide ? OPCODE_IN_M : OPCODE_IN_W, type_truth,
		    world_value(w, type, cells[i]), set);

		any = any == NONE ? is : world_do(w, OPCODE_OR, type_truth, any, is);
	}
	any = world_op(w, OPCODE_ANY_W, root, type_truth, any, of, NONE, 0);
	w->frame = root;
	world_expect(w, any, wanted);
}

START_TEST(many_things_are_asked_of_nobody)
{
	begin();
	world_facts(w, NODE_TINTS, "red|green|");
	has_many("", NODE_TINTS, (const int64_t[]){ 0, 1, 2 }, "F");
	has_many("0|2|1", NODE_TINTS, (const int64_t[]){ 0, 1, 2 }, "TFT");
	end();
} END_TEST

/* Numbers are looked for by a few of their bits. */
START_TEST(numbers_that_share_a_place_are_not_taken_for_each_other)
{
	begin();
	world_facts(w, NODE_NUMBERS, numbers_from(0, 1, WORLD_NODES));
	for (int64_t at = 0; at < WORLD_NODES; at += 29) {
		struct text wanted;

		text_init(&wanted, arena);
		for (int64_t i = 0; i < WORLD_NODES; i++)
			text_add_char(&wanted, i == at || i == 7 ? 'T' : 'F');
		text_add_char(&wanted, '\0');
		has_many(numbers_from(0, 1, WORLD_NODES), NODE_NUMBERS,
		    (const int64_t[]){ at, 7, -5 }, wanted.at);
	}
	end();
} END_TEST

/* Frames of more rows than a batch ever has. */
START_TEST(many_children_compare_with_a_constant)
{
	struct text all;
	uint16_t links, child, deep, element, any, back;

	begin();
	text_init(&all, arena);
	for (int i = 0; i < 20; i++)
		text_printf(&all, "%d ", i);
	text_add_char(&all, '\0');
	world_facts(w, NODE_LINKS, all.at);
	world_facts(w, NODE_BACK, all.at);
	world_facts(w, NODE_OTHER, "a|b|?");
	world_facts(w, NODE_NUMBER, "1|2|?");
	links = world_load(w, NODE_LINKS);
	child = world_expand(w, w->frame, links);
	element = world_op(w, OPCODE_ELEMENT, child, type_node, NONE, NONE, NONE, 0);
	back = world_op(w, OPCODE_LOAD_W, child, type_set_node, element, NONE, NONE, NODE_BACK);
	deep = world_expand(w, child, back);
	element = world_op(w, OPCODE_ELEMENT, deep, type_node, NONE, NONE, NONE, 0);
	any = world_op(w, OPCODE_EQ_S, deep, type_truth,
	    world_op(w, OPCODE_LOAD_S, deep, type_string, element, NONE, NONE, NODE_OTHER),
	    world_op(w, OPCODE_UP, deep, type_string, world_text(w, type_string, "c"), NONE, NONE,
		0), NONE, 0);
	any = world_op(w, OPCODE_ANY_W, child, type_truth, any, back, NONE, 0);
	any = world_op(w, OPCODE_ANY_W, w->frame, type_truth, any, links, NONE, 0);
	world_expect(w, any, "U");
	any = world_op(w, OPCODE_EQ_S, deep, type_truth,
	    world_op(w, OPCODE_LOAD_S, deep, type_string, element, NONE, NONE, NODE_OTHER),
	    world_op(w, OPCODE_CONST, deep, type_string, NONE, NONE, NONE,
		world_constant(w, type_string, CONSTANT_VALUE,
		    (int64_t)w->program.texts.count)), NONE, 0);
	*VEC_PUSH(arena, &w->program.texts) = STR("b");
	any = world_op(w, OPCODE_ANY_W, child, type_truth, any, back, NONE, 0);
	any = world_op(w, OPCODE_ANY_W, w->frame, type_truth, any, links, NONE, 0);
	world_expect(w, any, "T");
	any = world_op(w, OPCODE_LT_N, deep, type_truth, world_op(w, OPCODE_ADD, deep, type_int,
	    world_op(w, OPCODE_LOAD_N, deep, type_int, element, NONE, NONE, NODE_NUMBER),
	    world_op(w, OPCODE_CONST, deep, type_int, NONE, NONE, NONE,
		world_constant(w, type_int, CONSTANT_VALUE, 1)), NONE, 0),
	    world_op(w, OPCODE_CONST, deep, type_int, NONE, NONE, NONE,
		world_constant(w, type_int, CONSTANT_VALUE, 3)), NONE, 0);
	any = world_op(w, OPCODE_ANY_W, child, type_truth, any, back, NONE, 0);
	any = world_op(w, OPCODE_ANY_W, w->frame, type_truth, any, links, NONE, 0);
	world_expect(w, any, "T");
	end();
} END_TEST

/* --- pairs -------------------------------------------------------------------- */

/* A store of every type of register over the pairs of a kind and nodes, then a
 * unit over nodes; *SECOND: the node that is the second of its pairs. */
static void store_pairs(uint16_t kind, uint16_t stores[5], uint16_t *second)
{
	uint16_t b, r[5];

	world_unit(w, kind, KIND_NODE);
	b = world_op(w, OPCODE_ROW, w->frame, type_node, NONE, NONE, NONE, 1);
	r[0] = world_op(w, OPCODE_LOAD_T, w->frame, type_truth, b, NONE, NONE, NODE_FLAG);
	r[1] = world_op(w, OPCODE_LOAD_S, w->frame, type_string, b, NONE, NONE, NODE_NAME);
	r[2] = world_op(w, OPCODE_LOAD_N, w->frame, type_int, b, NONE, NONE, NODE_NUMBER);
	r[3] = world_op(w, OPCODE_LOAD_W, w->frame, type_set_string, b, NONE, NONE, NODE_WORDS);
	r[4] = world_op(w, OPCODE_LOAD_M, w->frame, type_set_int, b, NONE, NONE, NODE_NUMBERS);
	for (int i = 0; i < 5; i++)
		stores[i] = world_store(w, r[i], false);
	world_unit(w, KIND_NODE, SCHEMA_NONE);
	*second = world_load(w, NODE_NEXT);
}

static uint16_t fetch(enum opcode op, struct type of, uint16_t first, uint16_t second,
    uint16_t store)
{
	return world_op(w, op, w->frame, of, first, second, NONE, store);
}

START_TEST(values_of_pairs_are_computed_when_they_are_asked_for)
{
	uint16_t s[5], next;

	begin();
	world_facts(w, NODE_FLAG, "true|false|?");
	world_facts(w, NODE_NAME, "a|-|?");
	world_facts(w, NODE_NUMBER, "5|-|?");
	world_facts(w, NODE_WORDS, "a b|~a|...");
	world_facts(w, NODE_NUMBERS, "1|~2|...");
	world_facts(w, NODE_NEXT, "0|1|2|-|?");
	store_pairs(KIND_NODE, s, &next);
	world_expect(w, fetch(OPCODE_FETCH_T, type_truth, w->row, next, s[0]), "TFUUU");
	world_expect(w, world_do(w, OPCODE_EQ_S, type_truth,
	    fetch(OPCODE_FETCH_S, type_string, w->row, next, s[1]),
	    world_text(w, type_string, "a")), "TFUFU");
	world_expect_number(w, fetch(OPCODE_FETCH_N, type_int, w->row, next, s[2]), "5|-|?|-|?");
	world_expect_number(w, world_do(w, OPCODE_COUNT_W, type_int,
	    fetch(OPCODE_FETCH_W, type_set_string, w->row, next, s[3]), NONE),
	    "2|0..1|0..*|0|0..*");
	world_expect_number(w, world_do(w, OPCODE_COUNT_M, type_int,
	    fetch(OPCODE_FETCH_M, type_set_int, w->row, next, s[4]), NONE),
	    "1|0..1|0..*|0|0..*");
	end();
} END_TEST

START_TEST(a_pair_of_another_kind_is_unknown)
{
	uint16_t s[5], next;
	const char *have;

	begin();
	world_facts(w, NODE_FLAG, "true");
	world_facts(w, NODE_NEXT, "0|?");
	store_pairs(KIND_LEAF, s, &next);
	have = world_truths(w, fetch(OPCODE_FETCH_T, type_truth, w->row, next, s[0]));
	/* The first of the pairs are leaves, which are the last of the nodes. */
	for (uint32_t i = 0; i < WORLD_NODES; i++)
		ck_assert_int_eq(have[i], i >= WORLD_NODES - WORLD_LEAVES && i % 2 == 0 ?
		    'T' : 'U');
	end();
} END_TEST

/* The truth of store 0 about the element of a row of CHILD. */
static uint16_t far_below(uint16_t child)
{
	return world_op(w, OPCODE_FETCH_T, child, type_truth, world_op(w, OPCODE_ELEMENT, child,
	    type_node, NONE, NONE, NONE, 0), NONE, NONE, 0);
}

/* far(a) = a exists, and a.flag or any b in a.links: far(b) and far(b) */
static uint16_t far_of_those_that_exist(void)
{
	uint16_t links, child, far;

	world_unit(w, KIND_NODE, SCHEMA_NONE);
	VEC_LAST(&w->program.units)->component = 0;
	links = world_load(w, NODE_LINKS);
	child = world_expand(w, w->frame, links);
	far = world_op(w, OPCODE_AND, child, type_truth, far_below(child), far_below(child),
	    NONE, 0);
	far = world_op(w, OPCODE_ANY_W, w->frame, type_truth, far, links, NONE, 0);
	far = world_do(w, OPCODE_OR, type_truth, world_load(w, NODE_FLAG), far);
	return world_store(w, world_do(w, OPCODE_AND, type_truth, far,
	    world_do(w, OPCODE_EXISTS, type_truth, NONE, NONE)), true);
}

/* So long a chain that the rows that rise are run by themselves; where two that
 * rise are joined. */
START_TEST(truths_do_not_rise_past_what_may_not_exist)
{
	const char *have;
	uint16_t far;

	begin();
	world_facts(w, NODE_LINKS, arena_printf(arena, "%s|", numbers_from(1, 1,
	    WORLD_NODES - 1)).at);
	world_facts(w, NODE_FLAG, "false");
	bit_set((uint64_t *)w->graph.columns[NODE_FLAG].codes, WORLD_NODES - 1);
	world_possible(w, 60);
	far = far_of_those_that_exist();
	world_unit(w, KIND_NODE, SCHEMA_NONE);
	have = world_truths(w, fetch(OPCODE_FETCH_T, type_truth, w->row, NONE, far));
	for (uint32_t i = 0; i < WORLD_NODES; i++)
		ck_assert_int_eq(have[i], i <= 60 ? 'U' : 'T');
	end();
} END_TEST

/* --- paths between kinds ----------------------------------------------------------- */

/* One step or more over a store. */
static uint32_t path_over(uint8_t kind, uint16_t store)
{
	*VEC_PUSH(arena, &w->program.steps) =
	    (struct program_step){ kind, false, store, KIND_NODE, KIND_NODE };
	*VEC_PUSH(arena, &w->program.moves) = (struct program_move){ 0, 1, 0 };
	*VEC_PUSH(arena, &w->program.moves) = (struct program_move){ 1, 1, 0 };
	*VEC_PUSH(arena, &w->program.paths) = (struct program_path){ KIND_NODE, KIND_NODE, 2, 2,
		(uint32_t)w->program.steps.count - 1, 1, (uint32_t)w->program.moves.count - 2, 2 };
	return (uint32_t)w->program.paths.count - 1;
}

/* Whatever a step goes over, its edges: what must be one, and what may. */
struct edges {
	bool must[WORLD_NODES][WORLD_NODES], may[WORLD_NODES][WORLD_NODES];
};

static bool is_of(uint16_t kind, uint32_t e)
{
	return kind == KIND_NODE || e >= WORLD_NODES - WORLD_LEAVES;
}

/* A truth of `links` of X about Y; who is not of ROWS has no row, and may have
 * any element. */
static void find_edge(bool out[2], uint32_t x, uint32_t y, uint16_t rows)
{
	const struct link *l = &w->graph.links[NODE_LINKS];

	out[0] = false;
	out[1] = !is_of(rows, x);
	for (uint32_t i = l->offsets[x]; !out[1] && i < l->offsets[x + 1]; i++) {
		out[1] = link_cell(l, i) == y;
		out[0] = out[1] && bit_get(l->certain, i);
	}
}

/* What a row lists is walked to whatever its kind; what is looked for, among
 * those of the kind that the step is to (docs/semantics.md, "Paths"). */
static void find_edges(struct edges *edges, const struct program_step *s, uint16_t rows)
{
	bool listed = !s->inverse && s->kind != STEP_STORE_TRUTH, out[2];

	for (uint32_t x = 0; x < WORLD_NODES; x++)
		for (uint32_t y = 0; y < WORLD_NODES; y++) {
			find_edge(out, s->inverse ? y : x, s->inverse ? x : y, rows);
			if (!is_of(s->from, x) || (!is_of(s->to, y) &&
			    !(listed && is_of(rows, x))))
				out[0] = out[1] = false;
			edges->must[x][y] = out[0];
			edges->may[x][y] = out[1];
		}
}

/* Does a walk of a step or more from X, or also of none, end where TARGETS say? */
static bool walks(bool edges[WORLD_NODES][WORLD_NODES], uint32_t x, bool star,
    const bool *targets)
{
	bool seen[WORLD_NODES] = { false };
	uint32_t stack[WORLD_NODES], count = 0;

	if (star && targets[x])
		return true;
	for (uint32_t at = x;; at = stack[--count]) {
		for (uint32_t y = 0; y < WORLD_NODES; y++) {
			if (!edges[at][y] || seen[y])
				continue;
			if (targets[y])
				return true;
			seen[y] = true;
			stack[count++] = y;
		}
		if (count == 0)
			return false;
	}
}

/* Reaches a leaf or, with OWN, what its `back` names. */
static void compare_paths(const struct program_step *s, uint16_t rows, bool star, bool own)
{
	static struct edges edges;
	const struct link *back = &w->graph.links[NODE_BACK];
	uint32_t path = path_over(s->kind, s->index);
	const char *have;
	uint16_t targets;

	*VEC_LAST(&w->program.steps) = *s;
	w->program.paths.items[path].accepting = star ? 3 : 2;
	w->program.paths.items[path].from = w->program.paths.items[path].to = KIND_NODE;
	targets = own ? world_load(w, NODE_BACK) : world_op(w, OPCODE_CONST, w->frame,
	    type_set_node, NONE, NONE, NONE, world_constant(w, type_set_node,
	    CONSTANT_EXTENT, KIND_LEAF));
	have = world_truths(w, world_op(w, OPCODE_REACH, w->frame, type_truth, w->row, targets,
	    NONE, path));
	find_edges(&edges, s, rows);
	for (uint32_t x = 0; x < WORLD_NODES; x++) {
		bool wanted[WORLD_NODES] = { false };

		for (uint32_t y = 0; y < WORLD_NODES; y++)
			wanted[y] = !own && is_of(KIND_LEAF, y);
		for (uint32_t i = back->offsets[x]; own && i < back->offsets[x + 1]; i++)
			wanted[link_cell(back, i)] = true;
		ck_assert_msg(have[x] == (walks(edges.must, x, star, wanted) ? 'T' :
		    walks(edges.may, x, star, wanted) ? 'U' : 'F'), "%u: %c, step %d %d of %d, "
		    "%d to %d, %d %d", x, have[x], s->kind, s->inverse, rows, s->from, s->to,
		    star, own);
	}
}

static void links_of_both_kinds(void)
{
	world_facts(w, NODE_LINKS, "1 ~30|2 111|149|~110|112 3||5 120|~4|130 131|||7");
	world_facts(w, NODE_BACK, "2|149|120 7||113|5 111");
}

START_TEST(steps_join_a_kind_and_what_is_below_it)
{
	for (unsigned way = 0; way < 32; way++) {
		struct program_step s = { STEP_LINK, way & 1, NODE_LINKS,
			way & 2 ? KIND_LEAF : KIND_NODE, way & 4 ? KIND_LEAF : KIND_NODE };

		begin();
		links_of_both_kinds();
		compare_paths(&s, KIND_NODE, way & 8, way & 16);
		end();
	}
} END_TEST

START_TEST(who_has_no_row_may_lead_anywhere)
{
	for (unsigned way = 0; way < 64; way++) {
		struct program_step s = { way & 1 ? STEP_STORE_TRUTH : STEP_STORE_SET, way & 2,
			0, way & 4 ? KIND_LEAF : KIND_NODE, KIND_NODE };
		uint16_t rows = way & 8 ? KIND_LEAF : KIND_NODE, second;

		/* Backward from who has no row nothing can be told. */
		if (s.inverse && (rows == KIND_LEAF || s.kind == STEP_STORE_SET))
			continue;
		begin();
		links_of_both_kinds();
		world_unit(w, rows, s.kind == STEP_STORE_TRUTH ? KIND_NODE : SCHEMA_NONE);
		if (s.kind == STEP_STORE_TRUTH) {
			second = world_op(w, OPCODE_ROW, w->frame, type_node, NONE, NONE, NONE, 1);
			s.index = world_store(w, world_do(w, OPCODE_IN_W, type_truth, second,
			    world_load(w, NODE_LINKS)), true);
		} else {
			s.index = world_store(w, world_load(w, NODE_LINKS), false);
		}
		world_unit(w, KIND_NODE, SCHEMA_NONE);
		compare_paths(&s, rows, way & 16, way & 32);
		end();
	}
} END_TEST

/* --- limits -------------------------------------------------------------------- */

/* A rule that holds where a set is as large as it should be. */
static void require_count(const char *id, uint16_t set, bool wide, int64_t count)
{
	uint16_t n = world_do(w, wide ? OPCODE_COUNT_M : OPCODE_COUNT_W, type_int, set, NONE);

	world_rule(w, id, w->yes, world_do(w, OPCODE_EQ_N, type_truth, n,
	    world_value(w, type_int, count)));
}

static void set_makers(void)
{
	uint16_t links, words, name, number, child, member, element, names, set;

	world_facts(w, NODE_LINKS, "0 1 2");
	world_facts(w, NODE_WORDS, "a b");
	world_facts(w, NODE_NAME, "x|y|z");
	world_facts(w, NODE_NUMBER, "1|2|3");
	words = world_load(w, NODE_WORDS);
	name = world_load(w, NODE_NAME);
	number = world_load(w, NODE_NUMBER);
	set = world_op(w, OPCODE_SINGLE_W, w->frame, type_set_string, name, NONE, NONE, 0);
	require_count("a.single", set, false, 1);
	require_count("b.numbers", world_op(w, OPCODE_SINGLE_M, w->frame, type_set_int, number,
	    NONE, NONE, 0), true, 1);
	require_count("c.union", world_do(w, OPCODE_UNION_W, type_set_string, words, set), false, 3);
	links = world_load(w, NODE_LINKS);
	child = world_expand(w, w->frame, links);
	member = world_op(w, OPCODE_MEMBER, child, type_truth, NONE, NONE, NONE, 0);
	element = world_op(w, OPCODE_ELEMENT, child, type_node, NONE, NONE, NONE, 0);
	names = world_op(w, OPCODE_LOAD_S, child, type_string, element, NONE, NONE, NODE_NAME);
	set = world_op(w, OPCODE_COLLECT_WW, w->frame, type_set_string, member, links, names, 0);
	require_count("d.collect", set, false, 3);
	words = world_op(w, OPCODE_LOAD_W, child, type_set_string, element, NONE, NONE, NODE_WORDS);
	require_count("e.flatten", world_op(w, OPCODE_FLATTEN_WW, w->frame, type_set_string, member,
	    links, words, 0), false, 2);
	/* What was only loaded is first charged for where it is stored. */
	links = world_store(w, links, false);
	world_unit(w, KIND_NODE, SCHEMA_NONE);
	require_count("f.stored", world_op(w, OPCODE_FETCH_W, w->frame, type_set_node, w->row,
	    NONE, NONE, links), false, 3);
}

START_TEST(every_limit_gives_an_error_or_the_verdict)
{
	enum { RULES = 6 };
	unsigned failed[RULES] = { 0 }, right[RULES] = { 0 };
	struct str why;

	begin();
	set_makers();
	ck_assert_msg(program_verify(arena, &w->program, &why), "%.*s", STR_ARG(why));
	for (uint64_t rows = 1; rows < 6000; rows += 1 + rows / 7) {
		struct run_options options = { .batch = 64 };
		struct tally tallies[RULES] = { 0 };

		ck_assert(limit_set(STR("rows"), rows));
		run_program(arena, &w->program, &w->graph, &options, tallies, NULL);
		for (int r = 0; r < RULES; r++) {
			failed[r] += tallies[r].failed;
			if (tallies[r].failed) {
				ck_assert_str_eq(tallies[r].trouble, "rows");
				continue;
			}
			right[r]++;
			ck_assert_uint_eq(tallies[r].verdicts[VERDICT_PASS], WORLD_NODES);
		}
	}
	limit_set(STR("rows"), 1u << 30);
	for (int r = 0; r < RULES; r++)
		ck_assert_msg(failed[r] > 0 && right[r] > 0, "rule %d: %u, %u", r, failed[r],
		    right[r]);
	end();
} END_TEST

static void require_reach(const char *id, uint8_t kind, uint16_t store)
{
	world_rule(w, id, w->yes, world_op(w, OPCODE_REACH, w->frame, type_truth, w->row,
	    world_load(w, NODE_BACK), NONE, path_over(kind, store)));
}

/* Paths over what was stored, subjects and rest subjects that come of it. */
static void rest_on_stores(void)
{
	uint16_t root, row, set, pairs, element;
	struct program_rule *rule;

	world_facts(w, NODE_LINKS, "1 2|2|0 ...|");
	world_facts(w, NODE_BACK, "2|3");
	set = world_store(w, world_do(w, OPCODE_UNION_W, type_set_node,
	    world_load(w, NODE_LINKS), world_load(w, NODE_BACK)), false);
	world_unit(w, KIND_NODE, KIND_NODE);
	element = world_op(w, OPCODE_ROW, w->frame, type_node, NONE, NONE, NONE, 1);
	pairs = world_store(w, world_do(w, OPCODE_IN_W, type_truth, element, world_op(w,
	    OPCODE_LOAD_W, w->frame, type_set_node, w->row, NONE, NONE, NODE_LINKS)), true);
	world_unit(w, KIND_NODE, SCHEMA_NONE);
	require_reach("a.set", STEP_STORE_SET, set);
	require_reach("b.pairs", STEP_STORE_TRUTH, pairs);
	root = w->frame;
	row = w->row;
	set = world_op(w, OPCODE_FETCH_W, root, type_set_node, row, NONE, NONE, set);
	w->frame = world_expand(w, root, set);
	element = world_op(w, OPCODE_ELEMENT, w->frame, type_node, NONE, NONE, NONE, 0);
	world_rule(w, "c.elements", world_op(w, OPCODE_MEMBER, w->frame, type_truth, NONE, NONE,
	    NONE, 0), world_op(w, OPCODE_UP, w->frame, type_truth, w->yes, NONE, NONE, 0));
	rule = VEC_LAST(&w->program.rules);
	rule->binders = 2;
	rule->subject[0] = row;
	rule->subject[1] = element;
	w->frame = root;
	world_op(w, OPCODE_REST, root, type_truth, w->yes, set, NONE,
	    ((uint32_t)w->program.rules.count - 1) * SUBJECT_BINDERS + 1);
}

START_TEST(what_rests_on_a_limit_is_in_error)
{
	enum { RULES = 3 };
	struct tally right[RULES] = { 0 };
	unsigned failed[RULES] = { 0 };
	struct str why;

	begin();
	rest_on_stores();
	ck_assert_msg(program_verify(arena, &w->program, &why), "%.*s", STR_ARG(why));
	run_program(arena, &w->program, &w->graph, NULL, right, NULL);
	for (uint64_t rows = 1; rows < 30000; rows += 1 + rows / 5) {
		struct run_options options = { .batch = 64 };
		struct tally tallies[RULES] = { 0 };

		ck_assert(limit_set(STR("rows"), rows));
		run_program(arena, &w->program, &w->graph, &options, tallies, NULL);
		for (int r = 0; r < RULES; r++) {
			ck_assert(!right[r].failed);
			failed[r] += tallies[r].failed;
			if (!tallies[r].failed)
				ck_assert_int_eq(memcmp(&right[r], &tallies[r], sizeof(*right)),
				    0);
		}
	}
	limit_set(STR("rows"), 1u << 30);
	for (int r = 0; r < RULES; r++)
		ck_assert_msg(failed[r] > 2, "rule %d: %u", r, failed[r]);
	end();
} END_TEST

UNIT_MAIN(numbers_of_every_width_are_written_down, words_of_every_width_are_written_down,
    a_set_that_says_a_text_twice_has_it_once,
    an_enum_may_be_as_wide_as_a_number, a_bool_that_may_be_none_equals_a_constant,
    a_lower_kind_may_come_first, texts_that_share_a_place_are_not_taken_for_each_other,
    a_pattern_that_cannot_be_compiled_is_unknown, a_constant_may_stand_on_either_side,
    a_number_that_is_not_single_has_no_text, a_sum_that_is_an_end_of_the_numbers_is_unknown,
    a_date_moves_by_days_without_bound, what_is_none_is_in_no_sum,
    many_things_are_asked_of_nobody, numbers_that_share_a_place_are_not_taken_for_each_other,
    the_greatest_may_have_no_bound,
    an_interval_is_in_no_set_for_certain, what_is_collected_of_an_interval_exists,
    more_elements_than_there_may_be_are_no_subset, a_set_that_is_not_known_has_what_is_asked_for,
    many_children_compare_with_a_constant, values_of_pairs_are_computed_when_they_are_asked_for,
    a_pair_of_another_kind_is_unknown, truths_do_not_rise_past_what_may_not_exist,
    steps_join_a_kind_and_what_is_below_it, who_has_no_row_may_lead_anywhere,
    every_limit_gives_an_error_or_the_verdict, what_rests_on_a_limit_is_in_error)
