/* SPDX-License-Identifier: Apache-2.0 */
/* The laws of compiler/rewrite.c: which hold, and which must not be used. */
#include "compiler/plan.h"

#include "tests/unit/unit.h"

#define ATOMS 3

static const struct type truth_type = { .tag = TYPE_BOOL };
static const struct type int_type = { .tag = TYPE_INT };
static const struct type text_type = { .tag = TYPE_STRING };

struct fixture {
	struct arena *arena;
	struct plan *plan;
	uint32_t root;
	plan_ref row, atoms[ATOMS];
};

static struct fixture set_up(bool unoptimised)
{
	struct fixture f = { .arena = arena_new() };
	struct type entity = { .tag = TYPE_ENTITY };

	f.plan = plan_new(f.arena, NULL, (struct plan_options){ unoptimised });
	f.root = plan_root(f.plan, 0, SCHEMA_NONE);
	f.row = plan_make(f.plan, OPCODE_ROW, f.root, entity, PLAN_NONE,
	    PLAN_NONE, PLAN_NONE, 0);
	for (uint32_t i = 0; i < ATOMS; i++)
		f.atoms[i] = plan_make(f.plan, OPCODE_LOAD_T, f.root, truth_type,
		    f.row, PLAN_NONE, PLAN_NONE, i);
	return f;
}

static plan_ref load(struct fixture *f, enum opcode op, struct type type,
    uint32_t attribute)
{
	return plan_make(f->plan, op, f->root, type, f->row, PLAN_NONE,
	    PLAN_NONE, attribute);
}

static plan_ref make2(struct fixture *f, enum opcode op, struct type type,
    plan_ref a, plan_ref b)
{
	return plan_make(f->plan, op, f->root, type, a, b, PLAN_NONE, 0);
}

static plan_ref number(struct fixture *f, int64_t cell)
{
	struct plan_constant c = { .state = CONSTANT_VALUE, .type = int_type,
	    .cell = cell };

	return plan_value(f->plan, f->root, &c);
}

static plan_ref text(struct fixture *f, const char *s)
{
	struct plan_constant c = { .state = CONSTANT_VALUE, .type = text_type,
	    .text = str_of(s) };

	return plan_value(f->plan, f->root, &c);
}

static plan_ref set(struct fixture *f, enum constant_state state,
    int64_t *cells, uint32_t count)
{
	struct plan_constant c = { .state = state, .cells = cells, .count = count,
		.type = { .tag = TYPE_ENUM, .set = true } };

	return plan_value(f->plan, f->root, &c);
}

/* --- what a graph of truths means ----------------------------------------- */

/* By assignment: the three atoms as digits to the base three. */
static enum truth atom_value(unsigned assignment, uint32_t atom)
{
	for (uint32_t i = 0; i < atom; i++)
		assignment /= 3;
	return (enum truth)(assignment % 3);
}

static enum truth negated(enum truth t, bool negate)
{
	if (t == TRUTH_UNKNOWN || !negate)
		return t;
	return t == TRUTH_TRUE ? TRUTH_FALSE : TRUTH_TRUE;
}

static enum truth both(enum truth a, enum truth b)
{
	if (a == TRUTH_FALSE || b == TRUTH_FALSE)
		return TRUTH_FALSE;
	return a == TRUTH_TRUE && b == TRUTH_TRUE ? TRUTH_TRUE : TRUTH_UNKNOWN;
}

static enum truth equal(enum truth a, enum truth b)
{
	if (a == TRUTH_UNKNOWN || b == TRUTH_UNKNOWN)
		return TRUTH_UNKNOWN;
	return a == b ? TRUTH_TRUE : TRUTH_FALSE;
}

static enum truth value_of(const struct plan *plan, plan_ref ref,
    unsigned assignment)
{
	const struct plan_node *node = plan_at(plan, ref);
	const struct plan_constant *c = plan_constant_of(plan, ref);
	enum truth t;

	if (c)
		t = c->state == CONSTANT_UNKNOWN ? TRUTH_UNKNOWN : TRUTH_TRUE;
	else if (node->op == OPCODE_LOAD_T)
		t = atom_value(assignment, node->imm);
	else if (node->op == OPCODE_AND)
		t = both(value_of(plan, node->a, assignment), value_of(plan,
		    node->b, assignment));
	else if (node->op == OPCODE_EQ_T)
		t = equal(value_of(plan, node->a, assignment), value_of(plan,
		    node->b, assignment));
	else if (node->op == OPCODE_KNOWN_T)
		t = value_of(plan, node->a,
		    assignment) == TRUTH_UNKNOWN ? TRUTH_FALSE : TRUTH_TRUE;
	else
		ck_abort_msg("an opcode that no truth here is made of");
	return negated(t, PLAN_NEGATED(ref));
}

static uint32_t next(uint32_t *state)
{
	*state = *state * 1664525u + 1013904223u;
	return *state >> 16;
}

/* One step of the same random construction, in either plan. */
static plan_ref grow(struct fixture *f, uint32_t op, plan_ref a, plan_ref b)
{
	switch (op % 8) {
	case 0: case 1: case 2: return plan_and(f->plan, a, b);
	case 3: case 4: case 5: return plan_or(f->plan, a, b);
	case 6: return plan_make(f->plan, OPCODE_EQ_T, f->root, truth_type, a,
	    b, PLAN_NONE, 0);
	default: return plan_make(f->plan, OPCODE_KNOWN_T, f->root, truth_type, a,
	    PLAN_NONE, PLAN_NONE, 0);
	}
}

#define POOL 40

static void start(struct fixture *f, plan_ref *pool)
{
	for (uint32_t i = 0; i < ATOMS; i++)
		pool[i] = f->atoms[i];
	pool[ATOMS] = plan_truth(f->plan, f->root, true);
	pool[ATOMS + 1] = plan_unknown(f->plan, f->root, truth_type);
}

static void compare_once(uint32_t seed)
{
	struct fixture plain = set_up(true), rewritten = set_up(false);
	plan_ref p[POOL], r[POOL];

	start(&plain, p);
	start(&rewritten, r);
	for (uint32_t i = ATOMS + 2; i < POOL; i++) {
		uint32_t op = next(&seed), a = next(&seed) % i,
		    b = next(&seed) % i;
		uint32_t not_a = next(&seed) & 1, not_b = next(&seed) & 1;

		p[i] = grow(&plain, op, p[a] ^ not_a, p[b] ^ not_b);
		r[i] = grow(&rewritten, op, r[a] ^ not_a, r[b] ^ not_b);
	}
	for (unsigned i = 0; i < POOL; i += 7)
		for (unsigned x = 0; x < 27; x++)
			ck_assert_int_eq(value_of(plain.plan, p[i], x),
			    value_of(rewritten.plan, r[i], x));
	arena_free(plain.arena);
	arena_free(rewritten.arena);
}

START_TEST(rewritten_truths_mean_the_same)
{
	for (uint32_t seed = 1; seed <= 300; seed++)
		compare_once(seed);
}
END_TEST

START_TEST(and_commutes_associates_and_repeats)
{
	struct fixture f = set_up(false);
	plan_ref a = f.atoms[0], b = f.atoms[1], c = f.atoms[2];

	ck_assert_uint_eq(plan_and(f.plan, a, a), a);
	ck_assert_uint_eq(plan_and(f.plan, a, b), plan_and(f.plan, b, a));
	ck_assert_uint_eq(plan_and(f.plan, plan_and(f.plan, c, a), b),
	    plan_and(f.plan, a, plan_and(f.plan, b, c)));
	ck_assert_uint_eq(plan_and(f.plan, a, plan_or(f.plan, b, a)), a);
	ck_assert_uint_eq(plan_or(f.plan, a, plan_and(f.plan, a, b)), a);
	ck_assert_uint_eq(plan_or(f.plan, a, b),
	    plan_not(plan_and(f.plan, plan_not(a), plan_not(b))));
	arena_free(f.arena);
}
END_TEST

START_TEST(constants_are_ends_of_the_order)
{
	struct fixture f = set_up(false);
	plan_ref a = f.atoms[0], t = plan_truth(f.plan, f.root, true);
	plan_ref u = plan_unknown(f.plan, f.root, truth_type);

	ck_assert_uint_eq(plan_and(f.plan, a, t), a);
	ck_assert_uint_eq(plan_and(f.plan, plan_not(t), a), plan_not(t));
	ck_assert_uint_eq(plan_or(f.plan, t, a), t);
	ck_assert_uint_eq(plan_and(f.plan, u, plan_not(u)), u);
	ck_assert_uint_ne(plan_and(f.plan, a, u), u);
	ck_assert(plan_is_truth(f.plan, plan_not(t), false));
	arena_free(f.arena);
}
END_TEST

START_TEST(laws_of_two_values_are_not_used)
{
	struct fixture f = set_up(false);
	plan_ref a = f.atoms[0], b = f.atoms[1];
	plan_ref zone = load(&f, OPCODE_LOAD_S, text_type, 7);

	ck_assert_int_eq(plan_at(f.plan, plan_and(f.plan, a, plan_not(a)))->op,
	    OPCODE_AND);
	ck_assert_int_eq(plan_at(f.plan, plan_or(f.plan, a, plan_not(a)))->op,
	    OPCODE_AND);
	ck_assert_int_eq(plan_at(f.plan, make2(&f, OPCODE_EQ_S, truth_type,
	    zone, zone))->op,
	    OPCODE_EQ_S);
	ck_assert_uint_ne(plan_and(f.plan, a, plan_or(f.plan, plan_not(a), b)),
	    plan_and(f.plan, a, b));
	arena_free(f.arena);
}
END_TEST

START_TEST(constants_fold_by_the_shared_functions)
{
	struct fixture f = set_up(false);
	plan_ref two = number(&f, 2), three = number(&f, 3), zero = number(&f, 0);
	plan_ref most = number(&f, INT64_MAX - 1);

	ck_assert_uint_eq(make2(&f, OPCODE_ADD, int_type, two, three),
	    number(&f, 5));
	ck_assert_uint_eq(make2(&f, OPCODE_SUBTRACT, int_type, two, three),
	    number(&f, -1));
	ck_assert_uint_eq(make2(&f, OPCODE_ADD, int_type, most, three),
	    plan_unknown(f.plan, f.root, int_type));
	ck_assert_uint_eq(make2(&f, OPCODE_DIVIDE, int_type, two, zero),
	    plan_unknown(f.plan, f.root, int_type));
	ck_assert(plan_is_truth(f.plan, make2(&f, OPCODE_LT_N, truth_type, two,
	    three), true));
	ck_assert(plan_is_truth(f.plan, make2(&f, OPCODE_EQ_N, truth_type, two,
	    three), false));
	ck_assert(plan_is_truth(f.plan,
	    make2(&f, OPCODE_EQ_S, truth_type, text(&f, "a"), text(&f, "a")),
	    true));
	arena_free(f.arena);
}
END_TEST

START_TEST(membership_folds_only_where_it_is_decided)
{
	struct fixture f = set_up(false);
	struct type type = { .tag = TYPE_ENUM };
	struct plan_constant one = { .state = CONSTANT_VALUE, .type = type,
	    .cell = 1 };
	int64_t cells[] = { 1, 4 };
	plan_ref value = plan_value(f.plan, f.root, &one);
	plan_ref loaded = load(&f, OPCODE_LOAD_S, type, 3);
	plan_ref some = set(&f, CONSTANT_VALUE, cells, 2);
	plan_ref none = set(&f, CONSTANT_VALUE, NULL, 0);
	plan_ref open = set(&f, CONSTANT_UNKNOWN, NULL, 0);
	plan_ref u = plan_unknown(f.plan, f.root, truth_type);

	ck_assert(plan_is_truth(f.plan, make2(&f, OPCODE_IN_W, truth_type,
	    value, some), true));
	ck_assert(plan_is_truth(f.plan, make2(&f, OPCODE_IN_W, truth_type,
	    loaded, none), false));
	ck_assert_uint_eq(make2(&f, OPCODE_IN_W, truth_type, value, open), u);
	/* A load may be none, and `none in S` is false. */
	ck_assert_int_eq(plan_at(f.plan, make2(&f, OPCODE_IN_W, truth_type,
	    loaded, open))->op,
	    OPCODE_IN_W);
	arena_free(f.arena);
}
END_TEST

START_TEST(a_quantifier_over_an_empty_open_set_is_unknown)
{
	struct fixture f = set_up(false);
	plan_ref open = set(&f, CONSTANT_UNKNOWN, NULL, 0);
	uint32_t child = plan_child(f.plan, f.root, open);
	plan_ref member = plan_make(f.plan, OPCODE_MEMBER, child, truth_type,
	    PLAN_NONE, PLAN_NONE, PLAN_NONE, 0);
	plan_ref never = plan_and(f.plan, member, plan_truth(f.plan, child,
	    false));

	ck_assert_uint_eq(plan_make(f.plan, OPCODE_ANY_W, f.root, truth_type,
	    never, open,
	    PLAN_NONE, 0), plan_unknown(f.plan, f.root, truth_type));
	arena_free(f.arena);
}
END_TEST

START_TEST(any_element_equal_to_a_value_is_membership)
{
	struct fixture f = set_up(false);
	struct type type = { .tag = TYPE_ENUM }, maybe = { .tag = TYPE_ENUM,
	    .optional = true };
	struct type many = { .tag = TYPE_ENUM, .set = true };
	plan_ref values[2] = { load(&f, OPCODE_LOAD_S, type, 3), load(&f,
	    OPCODE_LOAD_S, maybe, 4) };
	plan_ref roles = load(&f, OPCODE_LOAD_W, many, 5);
	uint32_t child = plan_child(f.plan, f.root, roles);
	plan_ref member = plan_make(f.plan, OPCODE_MEMBER, child, truth_type,
	    PLAN_NONE, PLAN_NONE, PLAN_NONE, 0);
	plan_ref element = plan_make(f.plan, OPCODE_ELEMENT, child, type,
	    PLAN_NONE, PLAN_NONE, PLAN_NONE, 0);

	for (int i = 0; i < 2; i++) {
		plan_ref eq = plan_make(f.plan, OPCODE_EQ_S, child, truth_type,
		    element,
		    plan_up(f.plan, values[i], child), PLAN_NONE, 0);
		plan_ref any = plan_make(f.plan, OPCODE_ANY_W, f.root, truth_type,
		    plan_and(f.plan, member, eq), roles, PLAN_NONE, 0);

		ck_assert_int_eq(plan_at(f.plan, any)->op,
		    i ? OPCODE_ANY_W : OPCODE_IN_W);
	}
	arena_free(f.arena);
}
END_TEST

UNIT_MAIN(rewritten_truths_mean_the_same, and_commutes_associates_and_repeats,
    constants_are_ends_of_the_order, laws_of_two_values_are_not_used,
    constants_fold_by_the_shared_functions,
    membership_folds_only_where_it_is_decided,
    a_quantifier_over_an_empty_open_set_is_unknown,
    any_element_equal_to_a_value_is_membership)
