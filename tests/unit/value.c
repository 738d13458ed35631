/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The algebra of sets against what it stands for.  A set with possible,
 * anonymous or further elements stands for many plain sets; every operator is
 * tried on all of them over a small universe: its answer must cover each
 * (sound), and may only narrow when an operand does (monotone).
 */
#include "tests/unit/unit.h"

#include "explain/value.h"

#define UNIVERSE 5		/* cells of plain sets */
#define PLAIN (1u << UNIVERSE)
#define LISTED 3		/* cells that the sets tried on list */

/* Small enough to be enumerated: which cells are certain, which possible. */
struct small {
	unsigned certain, possible, anonymous;
	bool open;
};

static struct arena *arena;
static const struct schema schema;

static bool covers(const struct small *s, unsigned plain)
{
	unsigned others = plain & ~(s->certain | s->possible);

	if ((s->certain & plain) != s->certain ||
	    (s->anonymous > 0 && plain == 0))
		return false;
	return s->open || (unsigned)__builtin_popcount(others) <= s->anonymous;
}

static struct set set_of(const struct small *s)
{
	struct set_builder b = members_begin(arena,
	    (struct type){ .tag = TYPE_STRING }, NULL);

	for (unsigned cell = 0; cell < UNIVERSE; cell++) {
		if (s->possible >> cell & 1)
			members_add(&b, cell, SYMBOL_NONE, TRUTH_UNKNOWN);
		if (s->certain >> cell & 1)
			members_add(&b, cell, SYMBOL_NONE, TRUTH_TRUE);
	}
	b.anonymous = s->anonymous;
	b.open = s->open;
	return members_end(&b);
}

static struct small small_of(const struct set *set)
{
	struct small s = { .anonymous = (unsigned)set->anonymous,
		.open = set->open };

	for (uint32_t i = 0; i < set->count; i++) {
		if (set->members[i].certain)
			s.certain |= 1u << set->members[i].cell;
		else
			s.possible |= 1u << set->members[i].cell;
	}
	return s;
}

/* Every small set over LISTED cells, with up to one anonymous element. */
static size_t all_small(struct small *out)
{
	size_t count = 0;

	for (unsigned c = 0; c < 1u << LISTED; c++)
		for (unsigned q = 0; q < 1u << LISTED; q++)
			for (unsigned rest = 0; rest < 4 && !(c & q); rest++)
				out[count++] = (struct small){ c, q, rest & 1,
					rest >> 1 };
	return count;
}

/* What a set may turn into when one more thing is known about it. */
static size_t refinements(const struct small *s, struct small *out)
{
	size_t count = 0;

	for (unsigned cell = 0; cell < UNIVERSE; cell++) {
		unsigned bit = 1u << cell;
		struct small r = *s;

		r.possible &= ~bit;
		if (s->possible & bit) {
			out[count++] = r;
			r.certain |= bit;
			out[count++] = r;
		}
		if (s->anonymous > 0) {
			r.certain |= bit;
			r.anonymous = s->anonymous - 1;
			out[count++] = r;
		}
	}
	if (s->open) {
		out[count] = *s;
		out[count++].open = false;
	}
	return count;
}

/* --- operators, on sets and on what they stand for ------------------------- */

struct operator {
	struct set (*abstract)(struct arena *, const struct set *,
	    const struct set *);
	unsigned (*plain)(unsigned, unsigned);
};

static unsigned plain_union(unsigned a, unsigned b) { return a | b; }
static unsigned plain_intersect(unsigned a, unsigned b) { return a & b; }
static unsigned plain_without(unsigned a, unsigned b) { return a & ~b; }

static const struct operator operators[] = {
	{ members_union, plain_union }, { members_intersect, plain_intersect },
	{ members_without, plain_without },
};

struct predicate {
	enum truth (*abstract)(const struct schema *, const struct set *,
	    const struct set *);
	bool (*plain)(unsigned, unsigned);
};

static bool plain_subset(unsigned a, unsigned b) { return !(a & ~b); }
static bool plain_same(unsigned a, unsigned b) { return a == b; }

static const struct predicate predicates[] = {
	{ members_subset, plain_subset }, { members_same, plain_same },
};

#define COUNT(table) (sizeof(table) / sizeof(*(table)))

static struct small apply(const struct operator *op, const struct small *a,
    const struct small *b)
{
	struct set x = set_of(a), y = set_of(b);
	struct set z = op->abstract(arena, &x, &y);

	return small_of(&z);
}

static enum truth ask(const struct predicate *p, const struct small *a,
    const struct small *b)
{
	struct set x = set_of(a), y = set_of(b);

	return p->abstract(&schema, &x, &y);
}

static void each_pair(void (*look)(const struct small *, const struct small *))
{
	struct small all[200];
	size_t count = all_small(all);

	arena = arena_new();
	for (size_t i = 0; i < count; i++) {
		for (size_t j = 0; j < count; j++) {
			struct arena_mark mark = arena_here(arena);

			look(&all[i], &all[j]);
			arena_rollback(arena, mark);
		}
	}
	arena_free(arena);
}

static void look_for_unsoundness(const struct small *a, const struct small *b)
{
	struct small results[COUNT(operators)];
	enum truth answers[COUNT(predicates)];

	for (size_t i = 0; i < COUNT(operators); i++)
		results[i] = apply(&operators[i], a, b);
	for (size_t i = 0; i < COUNT(predicates); i++)
		answers[i] = ask(&predicates[i], a, b);
	for (unsigned x = 0; x < PLAIN; x++) {
		for (unsigned y = 0; y < PLAIN && covers(a, x); y++) {
			if (!covers(b, y))
				continue;
			for (size_t i = 0; i < COUNT(operators); i++)
				ck_assert_quietly(covers(&results[i],
				    operators[i].plain(x, y)));
			for (size_t i = 0; i < COUNT(predicates); i++)
				ck_assert_quietly(answers[i] == TRUTH_UNKNOWN ||
				    answers[i] == kleene_of(
					predicates[i].plain(x, y)));
		}
	}
}

START_TEST(operators_cover_every_plain_set)
{
	each_pair(look_for_unsoundness);
}
END_TEST

static void expect_narrower(const struct small *now, const struct small *before)
{
	for (unsigned x = 0; x < PLAIN; x++)
		ck_assert_quietly(!covers(now, x) || covers(before, x));
}

static void compare_results(const struct small *a, const struct small *b,
    const struct small *c, const struct small *d)
{
	for (size_t i = 0; i < COUNT(operators); i++) {
		struct small before = apply(&operators[i], a, b);
		struct small now = apply(&operators[i], c, d);

		expect_narrower(&now, &before);
	}
	for (size_t i = 0; i < COUNT(predicates); i++) {
		enum truth before = ask(&predicates[i], a, b);

		ck_assert_quietly(before == TRUTH_UNKNOWN ||
		    before == ask(&predicates[i], c, d));
	}
}

static void look_for_flips(const struct small *a, const struct small *b)
{
	struct small refined[3 * UNIVERSE + 1];
	size_t count = refinements(a, refined);

	for (size_t i = 0; i < count; i++) {
		compare_results(a, b, &refined[i], b);
		compare_results(b, a, b, &refined[i]);
	}
}

START_TEST(refined_operands_only_narrow_results)
{
	each_pair(look_for_flips);
}
END_TEST

START_TEST(counts_and_membership_cover_and_narrow)
{
	struct small all[200], refined[3 * UNIVERSE + 1];
	size_t count = all_small(all);

	arena = arena_new();
	for (size_t i = 0; i < count; i++) {
		struct set s = set_of(&all[i]);
		struct number size = members_count(&schema, &s);
		size_t steps = refinements(&all[i], refined);

		for (unsigned x = 0; x < PLAIN; x++) {
			if (!covers(&all[i], x))
				continue;
			ck_assert_int_le(size.low, __builtin_popcount(x));
			ck_assert_int_ge(size.high, __builtin_popcount(x));
			for (unsigned cell = 0; cell < UNIVERSE; cell++) {
				enum truth in = members_has_cell(&s, cell);

				ck_assert(in == TRUTH_UNKNOWN ||
				    in == kleene_of(x >> cell & 1));
			}
		}
		for (size_t j = 0; j < steps; j++) {
			struct set t = set_of(&refined[j]);
			struct number then = members_count(&schema, &t);

			ck_assert_int_ge(then.low, size.low);
			ck_assert_int_le(then.high, size.high);
		}
	}
	arena_free(arena);
}
END_TEST

START_TEST(a_set_of_one_follows_its_value)
{
	static const struct type text = { .tag = TYPE_STRING };
	struct set_builder b;
	struct set s;

	arena = arena_new();
	b = members_begin(arena, text, NULL);
	members_add_value(&b, value_none(text), false, TRUTH_TRUE);
	s = members_end(&b);
	ck_assert(members_is_empty(&s));
	members_add_value(&b, value_unknown(text), false, TRUTH_TRUE);
	s = members_end(&b);
	ck_assert_uint_eq(s.anonymous, 1);
	ck_assert(!s.open);
	members_add_value(&b, value_unknown(text), true, TRUTH_TRUE);
	s = members_end(&b);
	ck_assert(s.open);
	b = members_begin(arena, text, NULL);
	members_add_value(&b, value_unknown(text), false, TRUTH_UNKNOWN);
	s = members_end(&b);
	ck_assert_uint_eq(s.anonymous, 0);
	ck_assert(s.open);
	b = members_begin(arena, (struct type){ .tag = TYPE_INT }, NULL);
	members_add_value(&b, value_number((struct number){ 1, 2, true, false }),
	    false, TRUTH_TRUE);
	s = members_end(&b);
	ck_assert_uint_eq(s.anonymous, 1);
	arena_free(arena);
}
END_TEST

/* IN is ANY y in S: y == x, also for what is not known. */
START_TEST(membership_of_unknown_values)
{
	static const struct type text = { .tag = TYPE_STRING };
	struct small nothing = { 0 }, open = { .open = true };
	struct small one = { .certain = 2 };
	struct set a, b, c;

	arena = arena_new();
	a = set_of(&nothing);
	b = set_of(&open);
	c = set_of(&one);
	ck_assert_int_eq(members_has(&a, value_unknown(text)), TRUTH_FALSE);
	ck_assert_int_eq(members_has(&c, value_unknown(text)), TRUTH_UNKNOWN);
	ck_assert_int_eq(members_has(&b, value_none(text)), TRUTH_FALSE);
	ck_assert_int_eq(members_has(&c, value_number(number_of(1))), TRUTH_TRUE);
	ck_assert_int_eq(members_has(&c, value_number(number_of(2))), TRUTH_FALSE);
	ck_assert_int_eq(members_has(&c, value_number(
	    (struct number){ 0, 1, true, false })), TRUTH_UNKNOWN);
	ck_assert_int_eq(members_has(&c, value_number(
	    (struct number){ 2, NUMBER_HIGH, true, false })), TRUTH_FALSE);
	ck_assert_int_eq(members_has(&a, value_number(number_unknown())),
	    TRUTH_FALSE);
	arena_free(arena);
}
END_TEST

UNIT_MAIN(operators_cover_every_plain_set, refined_operands_only_narrow_results,
    counts_and_membership_cover_and_narrow, a_set_of_one_follows_its_value,
    membership_of_unknown_values)
