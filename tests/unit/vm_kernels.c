/* SPDX-License-Identifier: Apache-2.0 */
/* What each instruction gives, on programs made by hand. */
#include "tests/unit/world_each.h"

#include "base/limits.h"
#include "vm/verify.h"

static uint16_t not(uint16_t operand)
{
	return operand ^ OPERAND_NEGATE;
}

/* Two truths of nine rows: all pairs. */
static void two_truths(uint16_t *a, uint16_t *b)
{
	world_facts(w, NODE_FLAG, "true|true|true|false|false|false|?|?|?");
	world_facts(w, NODE_MAYBE, "true|false|?|true|false|?|true|false|?");
	*a = world_load(w, NODE_FLAG);
	*b = world_do(w, OPCODE_SCALAR_T, type_truth, world_load(w, NODE_MAYBE), NONE);
}

START_TEST(truths_are_strong_kleene)
{
	uint16_t a, b;

	begin();
	two_truths(&a, &b);
	world_expect(w, a, "TTTFFFUUU");
	world_expect(w, b, "TFUTFUTFU");
	world_expect(w, not(a), "FFFTTTUUU");
	world_expect(w, world_do(w, OPCODE_AND, type_truth, a, b), "TFUFFFUFU");
	world_expect(w, world_do(w, OPCODE_OR, type_truth, a, b), "TTTTFUTUU");
	world_expect(w, world_do(w, OPCODE_AND, type_truth, not(a), b), "FFFTFUUFU");
	world_expect(w, world_do(w, OPCODE_OR, type_truth, a, not(b)), "TTTFTUUTU");
	world_expect(w, world_do(w, OPCODE_EQ_T, type_truth, a, b), "TFUFTUUUU");
	world_expect(w, world_do(w, OPCODE_COPY, type_truth, not(a), NONE), "FFFTTTUUU");
	world_expect(w, world_do(w, OPCODE_KNOWN_T, type_truth, a, NONE), "TTTTTTFFF");
	world_expect(w, world_do(w, OPCODE_ASSUME_T, type_truth, a, b), "TTTFFFTFU");
	end();
} END_TEST

START_TEST(a_truth_is_a_scalar_and_back)
{
	uint16_t a, b, s, none = 0;

	begin();
	two_truths(&a, &b);
	s = world_do(w, OPCODE_TRUTH_S, type_truth, a, NONE);
	world_expect(w, world_do(w, OPCODE_SCALAR_T, type_truth, s, NONE), "TTTFFFUUU");
	none = world_op(w, OPCODE_CONST, w->frame, type_bool_maybe, NONE, NONE, NONE,
	    world_constant(w, type_bool_maybe, CONSTANT_NONE, 0));
	world_expect(w, world_do(w, OPCODE_SCALAR_T, type_truth, none, NONE), "U");
	world_expect(w, world_do(w, OPCODE_ABSENT_S, type_truth, none, NONE), "T");
	end();
} END_TEST

START_TEST(scalars_are_known_absent_or_unknown)
{
	uint16_t a, red;

	begin();
	world_facts(w, NODE_COLOR, "red|green|-|?");
	a = world_load(w, NODE_COLOR);
	red = world_value(w, type_color, 0);
	world_expect(w, world_do(w, OPCODE_KNOWN_S, type_truth, a, NONE), "TTTF");
	world_expect(w, world_do(w, OPCODE_ABSENT_S, type_truth, a, NONE), "FFTU");
	world_expect(w, world_do(w, OPCODE_EQ_S, type_truth, a, red), "TFFU");
	world_expect(w, world_do(w, OPCODE_EQ_S, type_truth, red, a), "TFFU");
	world_expect(w, world_do(w, OPCODE_EQ_S, type_truth, a, a), "TTTU");
	a = world_do(w, OPCODE_ASSUME_S, type_color, a, red);
	world_expect(w, world_do(w, OPCODE_EQ_S, type_truth, a, red), "TFFT");
	world_expect(w, world_do(w, OPCODE_EQ_S, type_truth, a, world_unknown(w, type_color)), "U");
	end();
} END_TEST

START_TEST(fields_of_an_enum_are_read)
{
	uint16_t color, rank, label, shades;

	begin();
	world_facts(w, NODE_COLOR, "red|green|blue|-|?");
	color = world_load(w, NODE_COLOR);
	world_expect(w, world_op(w, OPCODE_FIELD_T, w->frame, type_truth, color, NONE, NONE,
	    FIELD_WARM), "TFUUU");
	rank = world_op(w, OPCODE_FIELD_N, w->frame, type_int, color, NONE, NONE, FIELD_RANK);
	world_expect_number(w, rank, "1|2|-|-|?");
	label = world_op(w, OPCODE_FIELD_S, w->frame, type_string, color, NONE, NONE, FIELD_LABEL);
	world_expect(w, world_do(w, OPCODE_EQ_S, type_truth, label,
	    world_text(w, type_string, "hot")), "TFFFU");
	shades = world_op(w, OPCODE_FIELD_W, w->frame, type_set_string, color, NONE, NONE,
	    FIELD_SHADES);
	world_expect(w, world_do(w, OPCODE_IN_W, type_truth,
	    world_text(w, type_string, "crimson"), shades), "TFFFU");
	world_expect_number(w, world_do(w, OPCODE_COUNT_W, type_int, shades, NONE),
	    "2|1|0|0|0..*");
	end();
} END_TEST

START_TEST(numbers_compare_as_intervals)
{
	uint16_t n, five;

	begin();
	world_facts(w, NODE_NUMBER, "4|5|6|-|?");
	n = world_load(w, NODE_NUMBER);
	five = world_value(w, type_int, 5);
	world_expect_number(w, n, "4|5|6|-|?");
	world_expect(w, world_do(w, OPCODE_LT_N, type_truth, n, five), "TFFUU");
	world_expect(w, world_do(w, OPCODE_LE_N, type_truth, n, five), "TTFUU");
	world_expect(w, world_do(w, OPCODE_EQ_N, type_truth, n, five), "FTFFU");
	world_expect(w, world_do(w, OPCODE_KNOWN_N, type_truth, n, NONE), "TTTTF");
	world_expect(w, world_do(w, OPCODE_ABSENT_N, type_truth, n, NONE), "FFFTU");
	world_expect_number(w, world_do(w, OPCODE_ASSUME_N, type_int, n, five), "4|5|6|-|5");
	end();
} END_TEST

START_TEST(arithmetic_is_total)
{
	uint16_t n, c, three;

	begin();
	world_facts(w, NODE_NUMBER, "7|-7|0|9223372036854775000|-|?");
	world_facts(w, NODE_TINTS, "red|red ~green|...|red green|red|red");
	n = world_load(w, NODE_NUMBER);
	c = world_op(w, OPCODE_COUNT_W, w->frame, type_int, world_load(w, NODE_TINTS), NONE,
	    NONE, 3);
	three = world_value(w, type_int, 3);
	world_expect_number(w, c, "1|1..2|0..3|2|1|1");
	world_expect_number(w, world_do(w, OPCODE_NEGATE, type_int, n, NONE),
	    "-7|7|0|-9223372036854775000|?|?");
	world_expect_number(w, world_do(w, OPCODE_ADD, type_int, n, c),
	    "8|-6..-5|0..3|9223372036854775002|?|?");
	world_expect_number(w, world_do(w, OPCODE_SUBTRACT, type_int, c, n),
	    "-6|8..9|0..3|-9223372036854774998|?|?");
	world_expect_number(w, world_do(w, OPCODE_MULTIPLY, type_int, n, c),
	    "7|-14..-7|0|?|?|?");
	world_expect_number(w, world_do(w, OPCODE_DIVIDE, type_int, n, three),
	    "2|-2|0|3074457345618258333|?|?");
	world_expect_number(w, world_do(w, OPCODE_DIVIDE, type_int, three, c),
	    "3|1..3|?|1|3|3");
	end();
} END_TEST

START_TEST(dates_move_by_whole_days)
{
	struct type duration = { .tag = TYPE_DURATION };
	uint16_t day, later;

	begin();
	day = world_value(w, type_date, 100);
	later = world_op(w, OPCODE_ADD, w->frame, type_date, day,
	    world_value(w, duration, 2 * 86400 + 5), NONE, UNIT_DAYS);
	world_expect(w, world_do(w, OPCODE_EQ_N, type_truth, later,
	    world_value(w, type_date, 102)), "T");
	day = world_op(w, OPCODE_SUBTRACT, w->frame, duration, later, day, NONE, UNIT_DATES);
	world_expect(w, world_do(w, OPCODE_EQ_N, type_truth, day,
	    world_value(w, duration, 2 * 86400)), "T");
	end();
} END_TEST

START_TEST(today_is_the_date_of_the_run)
{
	uint16_t today;

	begin();
	today = world_op(w, OPCODE_CONST, w->frame, type_date, NONE, NONE, NONE,
	    world_constant(w, type_date, CONSTANT_TODAY, 0));
	today = world_do(w, OPCODE_EQ_N, type_truth, today, world_value(w, type_date, 20000));
	world_expect(w, today, "U");
	w->graph.has_as_of = true;
	w->graph.as_of = 20000;
	world_expect(w, today, "T");
	end();
} END_TEST

START_TEST(texts_are_matched_once_and_joined)
{
	uint16_t a, b, joined;

	begin();
	world_facts(w, NODE_NAME, "web01|web02|db|-|?");
	world_facts(w, NODE_OTHER, "web|02|db|x|y");
	a = world_load(w, NODE_NAME);
	b = world_load(w, NODE_OTHER);
	world_expect(w, world_op(w, OPCODE_MATCH, w->frame, type_truth, a, NONE, NONE,
	    world_pattern(w, PATTERN_GLOB, "web*")), "TTFUU");
	world_expect(w, world_op(w, OPCODE_MATCH, w->frame, type_truth, a, NONE, NONE,
	    world_pattern(w, PATTERN_REGEX, "[0-9]2$")), "FTFUU");
	world_expect(w, world_do(w, OPCODE_STARTS, type_truth, a, b), "TFTUU");
	world_expect(w, world_do(w, OPCODE_ENDS, type_truth, a, b), "FTTUU");
	joined = world_do(w, OPCODE_CONCAT, type_string, b, a);
	world_expect(w, world_do(w, OPCODE_EQ_S, type_truth, joined,
	    world_text(w, type_string, "webweb01")), "TFFUU");
	end();
} END_TEST

START_TEST(values_become_texts)
{
	uint16_t n, c, text;

	begin();
	world_facts(w, NODE_NUMBER, "42|-|?");
	world_facts(w, NODE_COLOR, "green|-|?");
	world_facts(w, NODE_NAME, "LOUD|quiet|?");
	n = world_load(w, NODE_NUMBER);
	c = world_load(w, NODE_COLOR);
	text = world_op(w, OPCODE_TEXT_N, w->frame, type_string, n, NONE, NONE,
	    program_type_imm(type_int));
	world_expect(w, world_do(w, OPCODE_EQ_S, type_truth, text,
	    world_text(w, type_string, "42")), "TUU");
	text = world_op(w, OPCODE_TEXT_S, w->frame, type_string, c, NONE, NONE,
	    program_type_imm(type_color));
	world_expect(w, world_do(w, OPCODE_EQ_S, type_truth, text,
	    world_text(w, type_string, "green")), "TUU");
	text = world_do(w, OPCODE_FOLD, type_string, world_load(w, NODE_NAME), NONE);
	world_expect(w, world_do(w, OPCODE_EQ_S, type_truth, text,
	    world_text(w, type_string, "loud")), "TFU");
	end();
} END_TEST

START_TEST(versions_and_addresses_compare)
{
	struct type ip = { .tag = TYPE_IP }, net = { .tag = TYPE_NET };
	uint16_t v, ten;

	begin();
	world_facts(w, NODE_VERSION, "9.9|10|10.0.1|-|?");
	v = world_load(w, NODE_VERSION);
	ten = world_text(w, type_version, "10");
	world_expect(w, world_do(w, OPCODE_LT_V, type_truth, v, ten), "TFFUU");
	world_expect(w, world_do(w, OPCODE_LE_V, type_truth, v, ten), "TTFUU");
	world_expect(w, world_do(w, OPCODE_IN_NET, type_truth, world_text(w, ip, "10.1.2.3"),
	    world_text(w, net, "10.1.0.0/16")), "T");
	world_expect(w, world_do(w, OPCODE_IN_NET, type_truth, world_text(w, ip, "10.2.2.3"),
	    world_text(w, net, "10.1.0.0/16")), "F");
	end();
} END_TEST

/* --- entities ------------------------------------------------------------ */

START_TEST(attributes_are_read_through_a_link)
{
	uint16_t next, far;

	begin();
	world_facts(w, NODE_FLAG, "true|false|?|true");
	world_facts(w, NODE_NEXT, "1|0|3|2|-|?");
	next = world_load(w, NODE_NEXT);
	world_expect(w, world_op(w, OPCODE_LOAD_T, w->frame, type_truth, next, NONE, NONE,
	    NODE_FLAG), "FTTUUU");
	world_facts(w, NODE_NUMBER, "10|11|-|?");
	far = world_op(w, OPCODE_LOAD_N, w->frame, type_int, next, NONE, NONE, NODE_NUMBER);
	world_expect_number(w, far, "11|10|?|-|-|?");
	world_facts(w, NODE_TINTS, "red|red ~green|blue ...|");
	far = world_op(w, OPCODE_LOAD_W, w->frame, type_set_color, next, NONE, NONE, NODE_TINTS);
	world_expect_set_at(w, far, type_color, (const int64_t[]){ 0, 1, 2 }, 3,
	    "TUF|TFF|FFF|UUT|FFF|UUU", __FILE__, __LINE__);
	world_facts(w, NODE_COLOR, "red|green|-|?");
	far = world_op(w, OPCODE_LOAD_S, w->frame, type_color, next, NONE, NONE, NODE_COLOR);
	world_expect(w, world_do(w, OPCODE_EQ_S, type_truth, far, world_value(w, type_color, 1)),
	    "TFUFFU");
	end();
} END_TEST

/* Leaves are the last 40 of 150. */
START_TEST(a_row_of_another_kind_is_unknown)
{
	uint16_t size;
	const char *have;

	begin();
	world_facts(w, LEAF_SIZE, "1");
	size = world_load(w, LEAF_SIZE);
	have = world_truths(w, world_do(w, OPCODE_EQ_N, type_truth, size,
	    world_value(w, type_int, 1)));
	ck_assert_uint_eq(strspn(have, "U"), WORLD_NODES - WORLD_LEAVES);
	ck_assert_uint_eq(strspn(have + WORLD_NODES - WORLD_LEAVES, "T"), WORLD_LEAVES);
	have = world_truths(w, world_op(w, OPCODE_IS_KIND, w->frame, type_truth, w->row, NONE,
	    NONE, KIND_LEAF));
	ck_assert_uint_eq(strspn(have, "F"), WORLD_NODES - WORLD_LEAVES);
	world_unit(w, KIND_LEAF, SCHEMA_NONE);
	world_facts(w, NODE_NUMBER, "1|2|3");
	/* Row 110 of the column is the first leaf. */
	world_expect_number(w, world_load(w, NODE_NUMBER), "3|1|2");
	end();
} END_TEST

START_TEST(an_entity_may_be_only_possible)
{
	const char *have;

	begin();
	world_possible(w, 70);
	have = world_truths(w, world_op(w, OPCODE_EXISTS, w->frame, type_truth, NONE, NONE,
	    NONE, 0));
	ck_assert_uint_eq(strspn(have, "T"), 70);
	ck_assert_int_eq(have[70], 'U');
	ck_assert_uint_eq(strspn(have + 71, "T"), WORLD_NODES - 71);
	end();
} END_TEST

/* --- sets ---------------------------------------------------------------- */

#define COLORS (const int64_t[]){ 0, 1, 2 }, 3

static uint16_t two_sets(uint16_t *b)
{
	world_facts(w, NODE_TINTS, "red green|red ~green|...||red|red green ...|~red");
	world_facts(w, NODE_COLOR, "red|?|blue|-|?|green|red");
	*b = world_op(w, OPCODE_SINGLE_W, w->frame, type_set_color, world_load(w, NODE_COLOR),
	    NONE, NONE, 0);
	return world_load(w, NODE_TINTS);
}

START_TEST(sets_have_elements_and_sizes)
{
	uint16_t a, b;

	begin();
	a = two_sets(&b);
	world_expect_set_at(w, a, type_color, COLORS, "TTF|TUF|UUU|FFF|TFF|TTU|UFF",
	    __FILE__, __LINE__);
	world_expect_set_at(w, b, type_color, COLORS, "TFF|UUU|FFT|FFF|UUU|FTF|TFF",
	    __FILE__, __LINE__);
	world_expect_number(w, world_op(w, OPCODE_COUNT_W, w->frame, type_int, a, NONE, NONE, 3),
	    "2|1..2|0..3|0|1|2..3|0..1");
	world_expect_number(w, world_op(w, OPCODE_COUNT_W, w->frame, type_int, b, NONE, NONE, 3),
	    "1|1|1|0|1|1|1");
	world_expect(w, world_do(w, OPCODE_KNOWN_W, type_truth, a, NONE), "TFFTTFF");
	world_expect(w, world_do(w, OPCODE_KNOWN_W, type_truth, b, NONE), "TFTTFTT");
	world_expect(w, world_do(w, OPCODE_KNOWN_W, type_truth,
	    world_do(w, OPCODE_CLOSE_W, type_set_color, a, NONE), NONE), "TFTTTTF");
	end();
} END_TEST

/* Three or more tests of one set share their work: postings.c. */
static void expect_members(uint16_t set, struct type of, const char *const expected[4])
{
	bool colors = of.tag == type_color.tag;
	uint16_t in[4];

	for (int i = 0; i < 4; i++)
		in[i] = world_do(w, colors ? OPCODE_IN_W : OPCODE_IN_M, type_truth,
		    world_value(w, of, colors ? i % 3 : 10 * i), set);
	for (int i = 0; i < 4; i++)
		world_expect(w, in[i], expected[i]);
}

START_TEST(many_constants_are_asked_of_one_set)
{
	static const char *const in_tints[] = { "TTFUTFU", "FUTFTFU", "FFFFTFU", "TTFUTFU" };
	static const char *const in_both[] = { "TTUUTFU", "FUTFTFU", "FFUFTFU", "TTUUTFU" };
	static const char *const in_numbers[] = { "FUUFF", "TUTFU", "FUTFF", "FTUFF" };
	uint16_t tints, color;

	begin();
	world_facts(w, NODE_TINTS, "red|red ~green|green|~red|red green blue||...");
	world_facts(w, NODE_COLOR, "red|red|?|-|red|-|-");
	world_facts(w, NODE_NUMBERS, "10|30 ...|10 20 ...||~10");
	tints = world_load(w, NODE_TINTS);
	expect_members(tints, type_color, in_tints);
	/* An unknown color is an anonymous element. */
	color = world_op(w, OPCODE_SINGLE_W, w->frame, type_set_color,
	    world_load(w, NODE_COLOR), NONE, NONE, 0);
	expect_members(world_do(w, OPCODE_UNION_W, type_set_color, tints, color), type_color,
	    in_both);
	expect_members(world_load(w, NODE_NUMBERS), type_int, in_numbers);
	end();
} END_TEST

START_TEST(elements_that_are_none_or_unknown)
{
	uint16_t a, x, one;

	begin();
	world_facts(w, NODE_TINTS, "red|red|red|||...|~red");
	world_facts(w, NODE_COLOR, "red|-|?|red|?|?|?");
	a = world_load(w, NODE_TINTS);
	x = world_load(w, NODE_COLOR);
	world_expect(w, world_do(w, OPCODE_IN_W, type_truth, x, a), "TFUFFUU");
	/* Of an optional type, an unknown element opens the set. */
	one = world_op(w, OPCODE_SINGLE_W, w->frame, type_set_color, x, NONE, NONE, 1);
	world_expect_number(w, world_op(w, OPCODE_COUNT_W, w->frame, type_int, one, NONE, NONE, 3),
	    "1|0|0..3|1|0..3|0..3|0..3");
	end();
} END_TEST

START_TEST(sets_combine_element_by_element)
{
	uint16_t a, b;

	begin();
	a = two_sets(&b);
	world_expect_set_at(w, world_do(w, OPCODE_UNION_W, type_set_color, a, b), type_color,
	    COLORS, "TTF|TUU|UUT|FFF|TUU|TTU|TFF", __FILE__, __LINE__);
	world_expect_set_at(w, world_do(w, OPCODE_INTERSECT_W, type_set_color, a, b), type_color,
	    COLORS, "TFF|UUF|FFU|FFF|UFF|FTF|UFF", __FILE__, __LINE__);
	world_expect_set_at(w, world_do(w, OPCODE_WITHOUT_W, type_set_color, a, b), type_color,
	    COLORS, "FTF|UUF|UUU|FFF|UFF|TUU|FFF", __FILE__, __LINE__);
	/* What only the right side lists is not made an element by an open left one. */
	a = world_do(w, OPCODE_WITHOUT_W, type_set_color, b, a);
	a = world_do(w, OPCODE_CLOSE_W, type_set_color, a, NONE);
	world_expect_number(w, world_op(w, OPCODE_COUNT_W, w->frame, type_int, a, NONE, NONE, 3),
	    "0|0|0..1|0|0|0|0..1");
	end();
} END_TEST

START_TEST(sets_compare_soundly)
{
	uint16_t a, b;

	begin();
	a = two_sets(&b);
	world_expect(w, world_op(w, OPCODE_SUBSET_W, w->frame, type_truth, a, b, NONE, 3),
	    "FUUTUFT");
	world_expect(w, world_op(w, OPCODE_SUBSET_W, w->frame, type_truth, b, a, NONE, 3),
	    "TUUTUTU");
	world_expect(w, world_op(w, OPCODE_SAME_W, w->frame, type_truth, a, b, NONE, 3),
	    "FUUTUFU");
	world_expect(w, world_op(w, OPCODE_SAME_W, w->frame, type_truth, a, a, NONE, 3),
	    "TUUTTUU");
	end();
} END_TEST

START_TEST(sets_of_numbers_are_wide)
{
	uint16_t a, b, n, count;

	begin();
	world_facts(w, NODE_NUMBERS, "1 -5000000000|7 ~8|...|1 2 3");
	world_facts(w, NODE_NUMBER, "1|8|?|-");
	world_facts(w, NODE_TINTS, "red|red|red|red ~green ~blue");
	a = world_load(w, NODE_NUMBERS);
	n = world_load(w, NODE_NUMBER);
	count = world_op(w, OPCODE_COUNT_W, w->frame, type_int, world_load(w, NODE_TINTS),
	    NONE, NONE, 3);
	world_expect(w, world_do(w, OPCODE_IN_M, type_truth, n, a), "TUUF");
	world_expect(w, world_do(w, OPCODE_IN_M, type_truth, count, a), "TFUU");
	b = world_op(w, OPCODE_SINGLE_M, w->frame, type_set_int, n, NONE, NONE, 0);
	world_expect_number(w, world_do(w, OPCODE_COUNT_M, type_int, b, NONE), "1|1|1|0");
	world_expect_set_at(w, world_do(w, OPCODE_UNION_M, type_set_int, a, b), type_int,
	    (const int64_t[]){ -5000000000, 1, 8 }, 3, "TTF|FFT|UUU|FTF", __FILE__, __LINE__);
	world_expect_set_at(w, world_do(w, OPCODE_INTERSECT_M, type_set_int, a, b), type_int,
	    (const int64_t[]){ -5000000000, 1, 8 }, 3, "FTF|FFU|UUU|FFF", __FILE__, __LINE__);
	world_expect_set_at(w, world_do(w, OPCODE_WITHOUT_M, type_set_int, a, b), type_int,
	    (const int64_t[]){ -5000000000, 1, 8 }, 3, "TFF|FFF|UUU|FTF", __FILE__, __LINE__);
	world_expect(w, world_do(w, OPCODE_SUBSET_M, type_truth, b, a), "TUUT");
	world_expect(w, world_do(w, OPCODE_SAME_M, type_truth, b, a), "FFUF");
	world_expect(w, world_do(w, OPCODE_KNOWN_M, type_truth, a, NONE), "TFFT");
	world_expect(w, world_do(w, OPCODE_KNOWN_M, type_truth,
	    world_do(w, OPCODE_CLOSE_M, type_set_int, a, NONE), NONE), "TFTT");
	end();
} END_TEST

START_TEST(an_extent_is_a_set)
{
	uint16_t all;

	begin();
	world_possible(w, 3);
	all = world_op(w, OPCODE_CONST, w->frame, type_set_node, NONE, NONE, NONE,
	    world_constant(w, type_set_node, CONSTANT_EXTENT, KIND_NODE));
	world_expect_number(w, world_do(w, OPCODE_COUNT_W, type_int, all, NONE), "149..150");
	ck_assert_int_eq(world_truths(w, world_do(w, OPCODE_IN_W, type_truth, w->row, all))[3],
	    'U');
	w->graph.extents[KIND_NODE].closed = false;
	world_expect_number(w, world_do(w, OPCODE_COUNT_W, type_int, all, NONE), "149..*");
	world_expect(w, world_do(w, OPCODE_KNOWN_W, type_truth,
	    world_unknown(w, type_set_node), NONE), "F");
	world_expect(w, world_do(w, OPCODE_IN_W, type_truth, world_value(w, type_color, 1),
	    world_set(w, type_set_color, (const int64_t[]){ 0, 1 }, 2)), "T");
	end();
} END_TEST

/* --- folds --------------------------------------------------------------- */

/* The truth of each element of a set of nodes: is it a member, with its flag? */
static uint16_t member_with_flag(uint16_t child)
{
	uint16_t member = world_op(w, OPCODE_MEMBER, child, type_truth, NONE, NONE, NONE, 0);
	uint16_t element = world_op(w, OPCODE_ELEMENT, child, type_node, NONE, NONE, NONE, 0);
	uint16_t flag = world_op(w, OPCODE_LOAD_T, child, type_truth, element, NONE, NONE,
	    NODE_FLAG);

	return world_op(w, OPCODE_AND, child, type_truth, member, flag, NONE, 0);
}

static void links_and_flags(void)
{
	/* 0 and 4: true; 1 and 5: false; 2: unknown; ... */
	world_facts(w, NODE_FLAG, "true|false|?|true|false|true");
	world_facts(w, NODE_LINKS, "0 1|1 4|1 2||1 ...|0 ...|~0 1|2 ~3|0 3 5");
}

START_TEST(any_looks_at_every_element)
{
	uint16_t links, child, none;

	begin();
	links_and_flags();
	links = world_load(w, NODE_LINKS);
	child = world_expand(w, w->frame, links);
	world_expect(w, world_op(w, OPCODE_ANY_W, w->frame, type_truth, member_with_flag(child),
	    links, NONE, 0), "TFUFUTUUT");
	world_expect_number(w, world_op(w, OPCODE_COUNT_IF_W, w->frame, type_int,
	    member_with_flag(child), links, NONE, 0), "1|0|0..1|0|0..*|1..*|0..1|0..2|3");
	/* all x: flag is not any x: member and not flag. */
	none = world_op(w, OPCODE_AND, child, type_truth,
	    world_op(w, OPCODE_MEMBER, child, type_truth, NONE, NONE, NONE, 0),
	    not(world_op(w, OPCODE_LOAD_T, child, type_truth,
		world_op(w, OPCODE_ELEMENT, child, type_node, NONE, NONE, NONE, 0), NONE, NONE,
		NODE_FLAG)), NONE, 0);
	world_expect(w, not(world_op(w, OPCODE_ANY_W, w->frame, type_truth, none, links, NONE, 0)),
	    "FFFTFUFUT");
	end();
} END_TEST

START_TEST(values_of_the_parent_reach_its_children)
{
	uint16_t links, child, grand, own, inner, flag, count, words;

	begin();
	links_and_flags();
	world_facts(w, NODE_NUMBER, "0|1|2|3|4|5|6|7|8");
	links = world_load(w, NODE_LINKS);
	child = world_expand(w, w->frame, links);
	inner = world_op(w, OPCODE_LOAD_W, child, type_set_node,
	    world_op(w, OPCODE_ELEMENT, child, type_node, NONE, NONE, NONE, 0), NONE, NONE,
	    NODE_LINKS);
	grand = world_expand(w, child, inner);
	/* Of each grandchild: is it the row we started from? */
	own = world_op(w, OPCODE_UP, grand, type_node, w->row, NONE, NONE, 0);
	flag = world_op(w, OPCODE_EQ_S, grand, type_truth, own,
	    world_op(w, OPCODE_ELEMENT, grand, type_node, NONE, NONE, NONE, 0), NONE, 0);
	flag = world_op(w, OPCODE_ANY_W, child, type_truth, flag, inner, NONE, 0);
	flag = world_op(w, OPCODE_ANY_W, w->frame, type_truth, flag, links, NONE, 0);
	/* Row 0 links to 0 and 1, and 0 links to 0. */
	ck_assert_int_eq(world_truths(w, flag)[0], 'T');
	ck_assert_int_eq(world_truths(w, flag)[3], 'F');
	ck_assert_int_eq(world_truths(w, flag)[8], 'U');
	count = world_op(w, OPCODE_UP, child, type_int, world_load(w, NODE_NUMBER), NONE, NONE, 0);
	count = world_op(w, OPCODE_SUM_W, w->frame, type_int,
	    world_op(w, OPCODE_MEMBER, child, type_truth, NONE, NONE, NONE, 0), links, count, 0);
	world_expect_number(w, count, "0|2|4|0|*..*|*..*|6..12|7..14|24");
	words = world_op(w, OPCODE_UP, child, type_set_node, links, NONE, NONE, 0);
	flag = world_op(w, OPCODE_IN_W, child, type_truth,
	    world_op(w, OPCODE_ELEMENT, child, type_node, NONE, NONE, NONE, 0), words, NONE, 0);
	world_expect(w, world_op(w, OPCODE_ANY_W, w->frame, type_truth, flag, links, NONE, 0),
	    "TTTFTTTTT");
	flag = world_op(w, OPCODE_UP, child, type_truth, world_load(w, NODE_FLAG), NONE, NONE, 0);
	world_expect(w, world_op(w, OPCODE_ANY_W, w->frame, type_truth, flag, links, NONE, 0),
	    "TFUFUTTFUTFTFUUTFT");
	end();
} END_TEST

START_TEST(sums_and_extremes_are_intervals)
{
	uint16_t links, child, n, member, number = 0;

	begin();
	world_facts(w, NODE_NUMBER, "10|-3|5|-|?");
	world_facts(w, NODE_LINKS, "0 1|0 ~2|~1 2|3||...|2 ...|0 4|~4 0|3 ~0");
	links = world_load(w, NODE_LINKS);
	child = world_expand(w, w->frame, links);
	member = world_op(w, OPCODE_MEMBER, child, type_truth, NONE, NONE, NONE, 0);
	n = world_op(w, OPCODE_LOAD_N, child, type_int,
	    world_op(w, OPCODE_ELEMENT, child, type_node, NONE, NONE, NONE, 0), NONE, NONE,
	    NODE_NUMBER);
	number = world_op(w, OPCODE_SUM_W, w->frame, type_int, member, links, n, 0);
	world_expect_number(w, number, "7|10..15|2..5|0|0|*..*|*..*|?|?|0..10");
	number = world_op(w, OPCODE_MIN_W, w->frame, type_int, member, links, n, 0);
	world_expect_number(w, number, "-3|5..10|-3..5|-|-|?|*..5|*..10|*..10|?");
	number = world_op(w, OPCODE_MAX_W, w->frame, type_int, member, links, n, 0);
	world_expect_number(w, number, "10|10|5|-|-|?|5..*|10..*|10..*|?");
	end();
} END_TEST

START_TEST(sets_are_collected_from_children)
{
	uint16_t links, child, member, colors, element;

	begin();
	world_facts(w, NODE_COLOR, "red|green|-|?|red");
	world_facts(w, NODE_TINTS, "red|~green|blue ...||red ~green");
	world_facts(w, NODE_LINKS, "0 1|0 ~1|~0 4|2|3|~3||...|0 2 3");
	links = world_load(w, NODE_LINKS);
	child = world_expand(w, w->frame, links);
	member = world_op(w, OPCODE_MEMBER, child, type_truth, NONE, NONE, NONE, 0);
	element = world_op(w, OPCODE_ELEMENT, child, type_node, NONE, NONE, NONE, 0);
	colors = world_op(w, OPCODE_LOAD_S, child, type_color, element, NONE, NONE, NODE_COLOR);
	colors = world_op(w, OPCODE_COLLECT_WW, w->frame, type_set_color, member, links, colors, 0);
	world_expect_set_at(w, colors, type_color, COLORS,
	    "TTF|TUF|TFF|FFF|UUU|UUU|FFF|UUU|TUU", __FILE__, __LINE__);
	world_expect_number(w, world_op(w, OPCODE_COUNT_W, w->frame, type_int, colors, NONE,
	    NONE, 3), "2|1..2|1|0|1|0..3|0|0..3|1..2");
	colors = world_op(w, OPCODE_LOAD_W, child, type_set_color, element, NONE, NONE, NODE_TINTS);
	colors = world_op(w, OPCODE_FLATTEN_WW, w->frame, type_set_color, member, links, colors, 0);
	world_expect_set_at(w, colors, type_color, COLORS,
	    "TUF|TUF|TUF|UUT|FFF|FFF|FFF|UUU|TUT", __FILE__, __LINE__);
	end();
} END_TEST

START_TEST(numbers_are_expanded_and_collected)
{
	uint16_t numbers, child, member, n, set;

	begin();
	world_facts(w, NODE_NUMBERS, "1 2|~1 3|...|");
	numbers = world_load(w, NODE_NUMBERS);
	child = world_expand(w, w->frame, numbers);
	member = world_op(w, OPCODE_MEMBER, child, type_truth, NONE, NONE, NONE, 0);
	n = world_op(w, OPCODE_ELEMENT_N, child, type_int, NONE, NONE, NONE, 0);
	set = world_op(w, OPCODE_ADD, child, type_int, n, n, NONE, 0);
	set = world_op(w, OPCODE_COLLECT_MM, w->frame, type_set_int, member, numbers, set, 0);
	world_expect_set_at(w, set, type_int, (const int64_t[]){ 2, 4, 6 }, 3,
	    "TTF|UFT|UUU|FFF", __FILE__, __LINE__);
	set = world_op(w, OPCODE_SINGLE_M, child, type_set_int, n, NONE, NONE, 0);
	set = world_op(w, OPCODE_FLATTEN_MM, w->frame, type_set_int, member, numbers, set, 0);
	world_expect_set_at(w, set, type_int, (const int64_t[]){ 1, 2, 3 }, 3,
	    "TTF|UFT|UUU|FFF", __FILE__, __LINE__);
	world_expect(w, world_op(w, OPCODE_ANY_M, w->frame, type_truth, member, numbers, NONE, 0),
	    "TTUF");
	world_expect_number(w, world_op(w, OPCODE_COUNT_IF_M, w->frame, type_int, member, numbers,
	    NONE, 0), "2|1..2|0..*|0");
	world_expect_number(w, world_op(w, OPCODE_SUM_M, w->frame, type_int, member, numbers, n, 0),
	    "3|3..4|*..*|0");
	world_expect_number(w, world_op(w, OPCODE_MIN_M, w->frame, type_int, member, numbers, n, 0),
	    "1|1..3|?|-");
	world_expect_number(w, world_op(w, OPCODE_MAX_M, w->frame, type_int, member, numbers, n, 0),
	    "2|3|?|-");
	end();
} END_TEST

/* --- stores and units ---------------------------------------------------- */

START_TEST(units_read_what_earlier_ones_kept)
{
	uint16_t t, s, n, set, next;

	begin();
	world_facts(w, NODE_FLAG, "true|false|?");
	world_facts(w, NODE_COLOR, "red|-|?");
	world_facts(w, NODE_NUMBER, "1|2|?");
	world_facts(w, NODE_TINTS, "red|~green ...|");
	world_facts(w, NODE_NEXT, "1|2|0|-|?");
	t = world_store(w, world_load(w, NODE_FLAG), false);
	s = world_store(w, world_load(w, NODE_COLOR), false);
	n = world_store(w, world_load(w, NODE_NUMBER), false);
	set = world_store(w, world_op(w, OPCODE_WITHOUT_W, w->frame, type_set_color,
	    world_load(w, NODE_TINTS), world_set(w, type_set_color, COLORS), NONE, 0), false);
	world_unit(w, KIND_NODE, SCHEMA_NONE);
	next = world_load(w, NODE_NEXT);
	world_expect(w, world_op(w, OPCODE_FETCH_T, w->frame, type_truth, w->row, NONE, NONE, t),
	    "TFU");
	/* Through the link: 150 is 5 times 30, and 3 times 50: 15 rows. */
	world_expect(w, world_op(w, OPCODE_FETCH_T, w->frame, type_truth, next, NONE, NONE, t),
	    "FUTUU");
	s = world_op(w, OPCODE_FETCH_S, w->frame, type_color, next, NONE, NONE, s);
	world_expect(w, world_do(w, OPCODE_ABSENT_S, type_truth, s, NONE), "TUFTU");
	n = world_op(w, OPCODE_FETCH_N, w->frame, type_int, next, NONE, NONE, n);
	world_expect_number(w, n, "2|?|1|-|?");
	s = world_op(w, OPCODE_FETCH_W, w->frame, type_set_color, next, NONE, NONE, set);
	world_expect_number(w, world_op(w, OPCODE_COUNT_W, w->frame, type_int, s, NONE, NONE, 3),
	    "0..3|0|0|0|0..3");
	end();
} END_TEST

START_TEST(one_row_is_read_by_all)
{
	uint16_t all;

	begin();
	world_unit(w, SCHEMA_NONE, SCHEMA_NONE);
	all = world_store(w, world_set(w, type_set_color, COLORS), false);
	world_unit(w, KIND_NODE, SCHEMA_NONE);
	all = world_op(w, OPCODE_FETCH_W, w->frame, type_set_color, NONE, NONE, NONE, all);
	world_expect_number(w, world_op(w, OPCODE_COUNT_W, w->frame, type_int, all, NONE, NONE, 3),
	    "3");
	end();
} END_TEST

/* edge(a, b): b is in a.links. */
static uint16_t edges(bool relation)
{
	uint16_t links, second;

	world_unit(w, KIND_NODE, KIND_NODE);
	second = world_op(w, OPCODE_ROW, w->frame, type_node, NONE, NONE, NONE, 1);
	links = world_op(w, OPCODE_LOAD_W, w->frame, type_set_node, w->row, NONE, NONE, NODE_LINKS);
	return world_store(w, world_do(w, OPCODE_IN_W, type_truth, second, links), relation);
}

START_TEST(pairs_are_stored_and_read)
{
	uint16_t store, next;

	begin();
	world_facts(w, NODE_LINKS, "1|~2|...|");
	world_facts(w, NODE_NEXT, "1|2|3|-|?|0");
	store = edges(true);
	world_unit(w, KIND_NODE, SCHEMA_NONE);
	next = world_load(w, NODE_NEXT);
	world_expect(w, world_op(w, OPCODE_FETCH_T, w->frame, type_truth, next, next, NONE, store),
	    "FUFFUF");
	world_expect(w, world_op(w, OPCODE_FETCH_T, w->frame, type_truth, next, w->row, NONE,
	    store), "FUFFUF");
	end();
} END_TEST

/* reach(a) = a.flag or any b in a.links: reach(b), over a chain and a cycle. */
START_TEST(a_component_rises_until_nothing_changes)
{
	uint16_t flag, links, child, far, self;

	begin();
	world_facts(w, NODE_FLAG, "false|false|false|true|false|false|?|false|false|false");
	world_facts(w, NODE_LINKS, "1|2|3||4|~3|7|6|...|9");
	world_unit(w, KIND_NODE, SCHEMA_NONE);
	VEC_LAST(&w->program.units)->component = 0;
	self = (uint16_t)w->program.stores.count;
	flag = world_load(w, NODE_FLAG);
	links = world_load(w, NODE_LINKS);
	child = world_expand(w, w->frame, links);
	far = world_op(w, OPCODE_FETCH_T, child, type_truth,
	    world_op(w, OPCODE_ELEMENT, child, type_node, NONE, NONE, NONE, 0), NONE, NONE, self);
	far = world_op(w, OPCODE_AND, child, type_truth, far,
	    world_op(w, OPCODE_MEMBER, child, type_truth, NONE, NONE, NONE, 0), NONE, 0);
	far = world_op(w, OPCODE_ANY_W, w->frame, type_truth, far, links, NONE, 0);
	world_store(w, world_do(w, OPCODE_OR, type_truth, flag, far), true);
	world_unit(w, KIND_NODE, SCHEMA_NONE);
	world_expect(w, world_op(w, OPCODE_FETCH_T, w->frame, type_truth, w->row, NONE, NONE,
	    self), "TTTTFUUUUF");
	end();
} END_TEST

/* --- budgets ------------------------------------------------------------- */

struct seen {
	uint64_t outcomes[3];
};

static void count_outcome(void *context, const struct outcome *outcome)
{
	struct seen *seen = context;

	seen->outcomes[outcome->rule]++;
}

START_TEST(a_limit_fails_only_what_depends_on_it)
{
	struct tally tallies[3] = { 0 };
	struct seen seen = { 0 };
	struct verdict_sink sink = { count_outcome, &seen, ~0u };
	struct run_options options = { .batch = 64 };
	uint16_t links, child, any;
	struct str why;

	begin();
	world_facts(w, NODE_LINKS, "0 1 2");
	links = world_load(w, NODE_LINKS);
	world_rule(w, "a.free", w->yes, w->yes);
	child = world_expand(w, w->frame, links);
	any = world_op(w, OPCODE_ANY_W, w->frame, type_truth,
	    world_op(w, OPCODE_MEMBER, child, type_truth, NONE, NONE, NONE, 0), links, NONE, 0);
	world_rule(w, "b.tripped", w->yes, any);
	world_store(w, any, false);
	world_unit(w, KIND_LEAF, SCHEMA_NONE);
	any = world_op(w, OPCODE_FETCH_T, w->frame, type_truth, w->row, NONE, NONE, 0);
	world_rule(w, "c.later", w->yes, any);
	ck_assert_msg(program_verify(arena, &w->program, &why), "%.*s", STR_ARG(why));
	/* Two batches have 384 elements, the third goes over. */
	ck_assert(limit_set(STR("rows"), 400));
	run_program(arena, &w->program, &w->graph, &options, tallies, &sink);
	limit_set(STR("rows"), 1u << 30);
	ck_assert(!tallies[0].failed && tallies[1].failed && tallies[2].failed);
	ck_assert_str_eq(tallies[1].trouble, "rows");
	ck_assert_uint_eq(seen.outcomes[0], WORLD_NODES);
	ck_assert_uint_eq(seen.outcomes[1] + seen.outcomes[2], 0);
	ck_assert_uint_eq(tallies[1].verdicts[VERDICT_PASS], 0);
	end();
} END_TEST

START_TEST(rows_of_pairs_are_bounded)
{
	struct tally tallies[1] = { 0 };
	struct run_options options = { 0 };
	struct str why;

	begin();
	edges(true);
	world_unit(w, KIND_NODE, SCHEMA_NONE);
	world_rule(w, "a.pairs", w->yes, world_op(w, OPCODE_FETCH_T, w->frame, type_truth, w->row,
	    w->row, NONE, 0));
	ck_assert_msg(program_verify(arena, &w->program, &why), "%.*s", STR_ARG(why));
	/* Only the pairs that are asked for count. */
	limit_set(STR("rows"), WORLD_NODES);
	run_program(arena, &w->program, &w->graph, &options, tallies, NULL);
	ck_assert(!tallies[0].failed);
	limit_set(STR("rows"), WORLD_NODES - 1);
	run_program(arena, &w->program, &w->graph, &options, tallies, NULL);
	limit_set(STR("rows"), 1u << 30);
	ck_assert(tallies[0].failed);
	end();
} END_TEST

/* --- verdicts ------------------------------------------------------------ */

START_TEST(verdicts_and_rest_subjects_are_counted)
{
	struct tally tallies[1] = { 0 };
	struct seen seen = { 0 };
	struct verdict_sink sink = { count_outcome, &seen, 1u << VERDICT_UNKNOWN };
	struct run_options options = { 0 };
	uint16_t links, child, a, b, fed;
	struct program_rule *rule;
	struct str why;

	begin();
	two_truths(&a, &b);
	/* W and R take all nine pairs; W0 is W or unknown. */
	world_facts(w, NODE_LINKS, "0|0 ...|~0");
	links = world_load(w, NODE_LINKS);
	child = world_expand(w, w->frame, links);
	a = world_op(w, OPCODE_UP, child, type_truth, a, NONE, NONE, 0);
	b = world_op(w, OPCODE_UP, child, type_truth, b, NONE, NONE, 0);
	fed = world_op(w, OPCODE_ELEMENT, child, type_node, NONE, NONE, NONE, 0);
	world_rule(w, "a.rule", w->yes, w->yes);
	rule = VEC_LAST(&w->program.rules);
	rule->binders = 2;
	rule->frame = child;
	rule->subject[1] = fed;
	VEC_LAST(&w->program.code)->a = a;
	VEC_LAST(&w->program.code)->b = b;
	VEC_LAST(&w->program.code)->c = world_op(w, OPCODE_MEMBER, child, type_truth, NONE, NONE,
	    NONE, 0);
	/* The EMIT stands behind what it reads. */
	{
		struct instruction *last = VEC_LAST(&w->program.code), swap = last[-1];

		last[-1] = *last;
		*last = swap;
		last[0].c = last[-1].dst;
	}
	world_op(w, OPCODE_REST, w->frame, type_truth, world_load(w, NODE_FLAG), links, NONE, 1);
	ck_assert_msg(program_verify(arena, &w->program, &why), "%.*s", STR_ARG(why));
	run_program(arena, &w->program, &w->graph, &options, tallies, &sink);
	/* 150 elements: the first six of nine pairs 17 times, the others 16. */
	ck_assert_uint_eq(tallies[0].verdicts[VERDICT_FAIL], 17);
	ck_assert_uint_eq(tallies[0].verdicts[VERDICT_PASS], 33);
	ck_assert_uint_eq(tallies[0].verdicts[VERDICT_NOT_APPLICABLE], 51);
	ck_assert_uint_eq(tallies[0].exceptions, 51);
	/* 17 require, 32 when; the rest of 17 true and 16 unknown rows. */
	ck_assert_uint_eq(tallies[0].verdicts[VERDICT_UNKNOWN], 17 + 32 + 17 + 16);
	ck_assert_uint_eq(seen.outcomes[0], 17 + 32 + 17 + 16);
	end();
} END_TEST

UNIT_MAIN(truths_are_strong_kleene, a_truth_is_a_scalar_and_back,
    scalars_are_known_absent_or_unknown, fields_of_an_enum_are_read,
    numbers_compare_as_intervals, arithmetic_is_total, dates_move_by_whole_days,
    today_is_the_date_of_the_run, texts_are_matched_once_and_joined, values_become_texts,
    versions_and_addresses_compare, attributes_are_read_through_a_link,
    a_row_of_another_kind_is_unknown, an_entity_may_be_only_possible,
    sets_have_elements_and_sizes, many_constants_are_asked_of_one_set,
    elements_that_are_none_or_unknown,
    sets_combine_element_by_element, sets_compare_soundly, sets_of_numbers_are_wide,
    an_extent_is_a_set, any_looks_at_every_element, values_of_the_parent_reach_its_children,
    sums_and_extremes_are_intervals, sets_are_collected_from_children,
    numbers_are_expanded_and_collected, units_read_what_earlier_ones_kept,
    one_row_is_read_by_all, pairs_are_stored_and_read,
    a_component_rises_until_nothing_changes, a_limit_fails_only_what_depends_on_it,
    rows_of_pairs_are_bounded, verdicts_and_rest_subjects_are_counted)
