/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Verdicts that are kept (vm/kept.c): those of a run over a changed site, made of
 * those before, are those of a full run, whatever a subject is made of and however
 * far a change reaches; and as words from elsewhere.
 */
#include "tests/unit/world_each.h"

#include "base/limits.h"
#include "vm/kept.h"
#include "vm/verify.h"

#define RULES 2			/* at most */

/* --- what a change reaches ------------------------------------------------------- */

/* Of pairs of a node and a leaf: the number of the one is that of the other. */
static void rule_of_pairs(void)
{
	struct program_rule *rule;
	uint16_t leaf, size;

	world_unit(w, KIND_NODE, KIND_LEAF);
	leaf = world_op(w, OPCODE_ROW, w->frame, (struct type){ .tag = TYPE_ENTITY,
	    .of = KIND_LEAF }, NONE, NONE, NONE, 1);
	size = world_op(w, OPCODE_LOAD_N, w->frame, type_int, leaf, NONE, NONE, LEAF_SIZE);
	world_rule(w, "a.pairs", w->yes, world_do(w, OPCODE_EQ_N, type_truth, size,
	    world_load(w, NODE_NUMBER)));
	rule = VEC_LAST(&w->program.rules);
	rule->binders = 2;
	rule->subject[1] = leaf;
}

static struct world_told told_of(const struct outcomes *outcomes)
{
	struct world_told told = { 0 };
	struct verdict_sink sink = { world_tell, &told, ~0u };

	outcomes_tell(outcomes, &sink);
	return told;
}

static struct world_told kept_told(const struct world *of, const struct kept *kept)
{
	struct outcomes *outcomes = outcomes_new(arena, RULES, ~0u, of->graph.symbols);

	kept_tell(&w->program, kept, &of->graph, outcomes);
	return told_of(outcomes);
}

static void verify(void)
{
	struct str why;

	ck_assert_msg(program_verify(arena, &w->program, &why), "%.*s", STR_ARG(why));
}

/* Who wants failures alone is told no others, and as many. */
static void differ_in_failures(const struct world *now, const struct delta *delta,
    const struct kept *former, const struct kept *again, const struct world_told all[2])
{
	struct outcomes *told[2];

	for (int i = 0; i < 2; i++)
		told[i] = outcomes_new(arena, RULES, 1u << VERDICT_FAIL, i ? now->graph.symbols :
		    w->graph.symbols);
	kept_differ(&w->program, delta, former, again, told[0], told[1]);
	for (int i = 0; i < 2; i++) {
		struct world_told failures = told_of(told[i]);

		ck_assert_uint_eq(failures.others, 0);
		ck_assert_uint_eq(failures.count, all[i].count - all[i].others);
	}
}

/* What is made of the former verdicts is a full run, and what differs fills the
 * gap between the two.  Answers whether everything was run. */
static bool since(struct world *now, bool exact, uint64_t most)
{
	struct tally first[RULES] = { 0 }, part[RULES] = { 0 }, whole[RULES] = { 0 };
	struct outcomes *before = outcomes_new(arena, RULES, ~0u, w->graph.symbols);
	struct outcomes *after = outcomes_new(arena, RULES, ~0u, now->graph.symbols);
	const struct delta *delta = delta_find(arena, &w->graph, &now->graph);
	struct kept *kept = kept_run(arena, &w->program, &w->graph, NULL, first), *again, *full;
	struct world_told old, new, gap[2];
	struct kept_figures figures;

	ck_assert_ptr_nonnull(delta);
	again = kept_since(arena, &w->program, NULL, kept, delta, &now->graph, exact, part,
	    &figures);
	full = kept_run(arena, &w->program, &now->graph, NULL, whole);
	ck_assert_int_eq(memcmp(part, whole, sizeof(part)), 0);
	old = kept_told(w, kept);
	new = kept_told(now, full);
	ck_assert(kept_told(now, again).sum == new.sum);
	kept_differ(&w->program, delta, kept, again, before, after);
	gap[0] = told_of(before);
	gap[1] = told_of(after);
	ck_assert_uint_eq(old.count - gap[0].count, new.count - gap[1].count);
	ck_assert(old.sum - gap[0].sum == new.sum - gap[1].sum);
	ck_assert_uint_le(gap[1].count, most);
	differ_in_failures(now, delta, kept, again, gap);
	return figures.whole;
}

static struct world *changed(uint16_t attribute, const char *rows)
{
	struct world *now = world_new(arena);

	world_facts(now, NODE_NUMBER, "1|2|?|3");
	world_facts(now, LEAF_SIZE, "2|5|-");
	world_facts(now, attribute, rows);
	return now;
}

START_TEST(pairs_that_a_change_reaches_are_run_again)
{
	for (int exact = 0; exact < 2; exact++) {
		begin();
		world_facts(w, NODE_NUMBER, "1|2|?|3");
		world_facts(w, LEAF_SIZE, "2|5|-");
		rule_of_pairs();
		verify();
		since(changed(NODE_FLAG, "true"), exact, 0);
		/* One leaf of forty, a fact of every fourth node, and both. */
		since(changed(LEAF_SIZE, "2|5|-|2|5|-|2|5|-|2|5|-|2|5|-|2|5|-|2|5|-|2|3|-|2|5|-"
		    "|2|5|-|2|5|-|2|5|-|2|5|-|2"), exact, 150);
		since(changed(NODE_NUMBER, "1|2|?|5"), exact, 6000);
		since(changed(LEAF_SIZE, "?"), exact, 6000);
		end();
	}
} END_TEST

/* Is some entity both linked and linked back flagged? */
static void rule_of_intersection(void)
{
	uint16_t both = world_op(w, OPCODE_INTERSECT_W, w->frame, type_set_node,
	    world_load(w, NODE_LINKS), world_load(w, NODE_BACK), NONE, 0);
	uint16_t root = w->frame, inner = world_expand(w, root, both);
	uint16_t element = world_op(w, OPCODE_ELEMENT, inner, type_node, NONE, NONE, NONE, 0);
	uint16_t flag = world_op(w, OPCODE_LOAD_T, inner, type_truth, element, NONE, NONE,
	    NODE_FLAG);
	uint16_t is = world_op(w, OPCODE_AND, inner, type_truth, flag, world_op(w,
	    OPCODE_MEMBER, inner, type_truth, NONE, NONE, NONE, 0), NONE, 0);

	world_rule(w, "a.both", w->yes, world_op(w, OPCODE_ANY_W, root, type_truth, is, both,
	    NONE, 0));
}

START_TEST(what_one_open_set_shares_with_another_is_reached)
{
	static const char *const rows[2] = { "...", "3" };
	struct world *now;

	for (int way = 0; way < 2; way++) {
		begin();
		world_facts(w, NODE_FLAG, "true");
		world_facts(w, NODE_LINKS, rows[way]);
		world_facts(w, NODE_BACK, rows[!way]);
		rule_of_intersection();
		verify();
		now = world_new(arena);
		world_facts(now, NODE_FLAG, "true|true|true|false|true");
		world_facts(now, NODE_LINKS, rows[way]);
		world_facts(now, NODE_BACK, rows[!way]);
		since(now, true, 6000);
		end();
	}
} END_TEST

/* --- every kind of subject --------------------------------------------------------- */

/* Of a node: the number, and what else a rule looks at. */
static void numbers(struct world *of, const char *rows)
{
	world_facts(of, NODE_NUMBER, rows);
	world_facts(of, NODE_NUMBERS, "1 2|~70000000000|-9|");
	world_facts(of, NODE_WORDS, "a b|~c||d");
	world_facts(of, NODE_LINKS, "0 149|~7|");
	world_facts(of, NODE_NEXT, "1|2|149");
	world_facts(of, NODE_FLAG, "true|false");
}

static uint16_t is_large(void)
{
	return world_do(w, OPCODE_LT_N, type_truth, world_value(w, type_int, 2),
	    world_load(w, NODE_NUMBER));
}

static void large_row(void)
{
	world_rule(w, "a.row", w->yes, is_large());
}

/* Two that look at the same. */
static void large_twice(void)
{
	large_row();
	world_rule(w, "b.row", w->yes, is_large() | OPERAND_NEGATE);
}

static void large_next(void)
{
	uint16_t next = world_load(w, NODE_NEXT);

	world_rule(w, "a.next", w->yes, is_large());
	VEC_LAST(&w->program.rules)->subject[0] = next;
}

/* Each node once for every leaf. */
static void large_pair(void)
{
	world_unit(w, KIND_NODE, KIND_LEAF);
	world_rule(w, "a.pair", w->yes, is_large());
}

/* For each element of a set; of it the subject is OF, behind BINDERS - 1 others. */
static void large_element(uint16_t attribute, unsigned binders, bool truth)
{
	struct type element = w->schema.attributes.items[attribute].type;
	uint16_t root = w->frame, row = w->row, flag, large, of;
	bool wide = type_is_number(element);
	struct program_rule *rule;

	element.set = false;
	flag = world_do(w, OPCODE_TRUTH_S, type_truth, world_load(w, NODE_FLAG), NONE);
	large = is_large();
	w->frame = world_expand(w, root, world_load(w, attribute));
	of = world_op(w, wide ? OPCODE_ELEMENT_N : OPCODE_ELEMENT, w->frame, element, NONE,
	    NONE, NONE, 0);
	world_rule(w, "a.element", world_op(w, OPCODE_MEMBER, w->frame, type_truth, NONE, NONE,
	    NONE, 0), world_op(w, OPCODE_UP, w->frame, type_truth, large, NONE, NONE, 0));
	rule = VEC_LAST(&w->program.rules);
	rule->binders = (uint8_t)binders;
	rule->subject[0] = row;
	rule->subject[1] = binders < 2 ? 0 : truth ? flag : of;
	w->frame = root;
}

static void large_numbers(void)
{
	large_element(NODE_NUMBERS, 2, false);
}

static void large_words(void)
{
	large_element(NODE_WORDS, 2, false);
}

static void large_links(void)
{
	large_element(NODE_LINKS, 2, false);
}

static void large_flags(void)
{
	large_element(NODE_LINKS, 2, true);
}

/* The row alone, as often as it has links. */
static void large_again(void)
{
	large_element(NODE_LINKS, 1, false);
}

/* Behind the rule a recursive unit that nobody asks. */
static void large_before_recursion(void)
{
	uint16_t links, child, element, far;

	large_row();
	world_unit(w, KIND_NODE, SCHEMA_NONE);
	VEC_LAST(&w->program.units)->component = 0;
	links = world_load(w, NODE_LINKS);
	child = world_expand(w, w->frame, links);
	element = world_op(w, OPCODE_ELEMENT, child, type_node, NONE, NONE, NONE, 0);
	far = world_op(w, OPCODE_FETCH_T, child, type_truth, element, NONE, NONE, 0);
	far = world_op(w, OPCODE_ANY_W, w->frame, type_truth, far, links, NONE, 0);
	world_store(w, world_do(w, OPCODE_OR, type_truth, is_large(), far), true);
}

/* Is the next node large, as far away as sixteen units? */
static void large_far_away(void)
{
	uint16_t next = world_store(w, world_load(w, NODE_NEXT), false), number;

	for (int i = 0; i < 16; i++) {
		world_unit(w, KIND_NODE, SCHEMA_NONE);
		next = world_store(w, world_op(w, OPCODE_FETCH_S, w->frame, type_node, w->row,
		    NONE, NONE, next), false);
	}
	world_unit(w, KIND_NODE, SCHEMA_NONE);
	number = world_op(w, OPCODE_LOAD_N, w->frame, type_int, world_op(w, OPCODE_FETCH_S,
	    w->frame, type_node, w->row, NONE, NONE, next), NONE, NONE, NODE_NUMBER);
	world_rule(w, "a.far", w->yes, world_do(w, OPCODE_LT_N, type_truth,
	    world_value(w, type_int, 2), number));
}

static void (*const rules[])(void) = { large_row, large_twice, large_next, large_pair,
	large_numbers, large_words, large_links, large_flags, large_again,
	large_before_recursion, large_far_away };

/* Rows of all nodes: the first COUNT of them are large, by AT. */
static const char *first_large(uint32_t count, int at)
{
	struct text rows;

	text_init(&rows, arena);
	for (uint32_t i = 0; i < WORLD_NODES; i++)
		text_printf(&rows, "%s%d", i ? "|" : "", i < count ? at : (int)(i % 5));
	text_add_char(&rows, '\0');
	return rows.at;
}

/* Of some the last entity is another one. */
START_TEST(verdicts_of_any_subject_are_made_anew)
{
	static const uint32_t counts[] = { 0, 1, 63, 64, 100, 149, 150 };

	for (size_t r = 0; r < sizeof(rules) / sizeof(*rules); r++)
		for (size_t i = 0; i < 2 * sizeof(counts) / sizeof(*counts); i++) {
			struct world *now;

			begin();
			numbers(w, first_large(0, 0));
			rules[r]();
			verify();
			now = world_new(arena);
			numbers(now, first_large(counts[i / 2], 7));
			if (counts[i / 2] > 64)
				now->graph.keys[WORLD_NODES - 1] =
				    symbol_of(now->graph.symbols, STR("another"));
			since(now, i & 1, UINT64_MAX);
			end();
		}
} END_TEST

/* Another link of some nodes, as many as before. */
static struct world *linked(const char *rows)
{
	struct world *now = world_new(arena);

	numbers(now, first_large(0, 0));
	world_facts(now, NODE_LINKS, rows);
	return now;
}

/* What was spent on all rows, and what on a few again, may come to more than a
 * limit allows that a whole run does not meet. */
START_TEST(near_a_limit_all_is_run)
{
	begin();
	numbers(w, first_large(0, 0));
	world_facts(w, NODE_LINKS, "0 149");
	large_links();
	verify();
	ck_assert(!since(linked("0 149|0 149|0 149|0 149|0 148"), true, UINT64_MAX));
	ck_assert(limit_set(STR("rows"), UINT64_C(2) * WORLD_NODES));
	ck_assert(since(linked("0 149|0 149|0 149|0 149|0 148"), true, UINT64_MAX));
	limit_set(STR("rows"), 1u << 30);
	end();
} END_TEST

START_TEST(after_an_error_all_is_run)
{
	struct tally first[RULES] = { 0 }, part[RULES] = { 0 }, whole[RULES] = { 0 };
	struct kept_figures figures;
	struct world *now;
	struct kept *kept;

	begin();
	numbers(w, first_large(0, 0));
	world_facts(w, NODE_LINKS, "0 149");
	large_links();
	verify();
	ck_assert(limit_set(STR("rows"), UINT64_C(2) * WORLD_NODES - 1));
	kept = kept_run(arena, &w->program, &w->graph, NULL, first);
	ck_assert(!kept->sound && first->failed);
	now = linked("0 149|0|3");
	kept_since(arena, &w->program, NULL, kept, delta_find(arena, &w->graph, &now->graph),
	    &now->graph, false, part, &figures);
	kept_run(arena, &w->program, &now->graph, NULL, whole);
	ck_assert(figures.whole && !whole->failed);
	ck_assert_int_eq(memcmp(part, whole, sizeof(part)), 0);
	limit_set(STR("rows"), 1u << 30);
	end();
} END_TEST

/* --- verdicts from elsewhere ----------------------------------------------------- */

/* Over the colors of a node, its numbers, or its links. */
static void rule_of(uint16_t attribute, struct type element)
{
	uint16_t root = w->frame, row = w->row, set = world_load(w, attribute);
	bool wide = type_is_number(element);
	struct program_rule *rule;
	uint16_t of;

	w->frame = world_expand(w, root, set);
	of = world_op(w, wide ? OPCODE_ELEMENT_N : OPCODE_ELEMENT, w->frame, element, NONE,
	    NONE, NONE, 0);
	world_rule(w, wide ? "c.numbers" : "b.words", world_op(w, OPCODE_MEMBER, w->frame,
	    type_truth, NONE, NONE, NONE, 0), world_op(w, OPCODE_UP, w->frame, type_truth,
	    w->yes, NONE, NONE, 0));
	rule = VEC_LAST(&w->program.rules);
	rule->binders = 2;
	rule->subject[0] = row;
	rule->subject[1] = of;
	w->frame = root;
}

struct looked {
	struct type second;
	uint64_t count;
};

static void look(void *context, const struct outcome *o)
{
	struct looked *looked = context;

	looked->count++;
	ck_assert_quietly(o->verdict != VERDICT_UNSET && o->verdict < VERDICT_COUNT);
	ck_assert_quietly(o->cells[0] >= 0 && o->cells[0] < WORLD_NODES);
	if (looked->second.tag == TYPE_ENUM)
		ck_assert_quietly(o->cells[1] >= 0 && o->cells[1] < 3);
	else if (looked->second.tag == TYPE_ENTITY)
		ck_assert_quietly(o->cells[1] >= 0 && o->cells[1] < WORLD_NODES);
	else
		ck_assert_quietly(o->cells[1] > INT64_MIN && o->cells[1] < INT64_MAX);
}

/* Each word in turn another one: refused, or of subjects that exist. */
static void change_words(struct type second)
{
	static const uint64_t others[] = { 0, 1, 3, 7, 255, WORLD_NODES, UINT32_MAX,
		UINT64_C(1) << 32, INT64_MAX, (uint64_t)INT64_MIN, UINT64_MAX };
	struct tally tallies[RULES] = { 0 };
	struct kept *kept = kept_run(arena, &w->program, &w->graph, NULL, tallies);
	unsigned refused = 0, taken = 0;
	uint64_t *words, old;
	size_t count;

	words = kept_write(arena, &w->program, kept, &count);
	for (size_t i = 0; i < count; i += 1 + i / 64)
		for (size_t k = 0; k < sizeof(others) / sizeof(*others); k++) {
			struct outcomes *outcomes = outcomes_new(arena, RULES, ~0u, w->graph.symbols);
			struct looked looked = { .second = second };
			struct verdict_sink sink = { look, &looked, ~0u };

			old = words[i];
			words[i] = others[k];
			kept = kept_read(arena, &w->program, &w->graph, words, count);
			words[i] = old;
			refused += !kept;
			if (!kept)
				continue;
			taken++;
			kept_tell(&w->program, kept, &w->graph, outcomes);
			outcomes_tell(outcomes, &sink);
			ck_assert_uint_gt(looked.count, 0);
		}
	for (size_t cut = 0; cut < count; cut++)
		ck_assert_ptr_null(kept_read(arena, &w->program, &w->graph, words, cut));
	ck_assert(refused > 0 && taken > 0);
}

START_TEST(verdicts_that_are_read_are_of_subjects_that_exist)
{
	for (int i = 0; i < 3; i++) {
		static const uint16_t attributes[] = { NODE_TINTS, NODE_NUMBERS, NODE_LINKS };
		struct type element;

		begin();
		world_facts(w, NODE_TINTS, "red|green ~blue|");
		world_facts(w, NODE_NUMBERS, "1 2|~70000000000|");
		world_facts(w, NODE_LINKS, "0 149|~7|");
		element = w->schema.attributes.items[attributes[i]].type;
		element.set = false;
		rule_of(attributes[i], element);
		verify();
		change_words(element);
		end();
	}
} END_TEST

START_TEST(verdicts_of_rows_and_truths_that_are_read_are_such)
{
	for (int i = 0; i < 2; i++) {
		begin();
		numbers(w, "1|9|?");
		if (i)
			large_flags();
		else
			large_row();
		verify();
		change_words(i ? type_truth : type_node);
		end();
	}
} END_TEST

UNIT_MAIN(pairs_that_a_change_reaches_are_run_again,
    what_one_open_set_shares_with_another_is_reached, verdicts_of_any_subject_are_made_anew,
    near_a_limit_all_is_run, after_an_error_all_is_run,
    verdicts_that_are_read_are_of_subjects_that_exist,
    verdicts_of_rows_and_truths_that_are_read_are_such)
