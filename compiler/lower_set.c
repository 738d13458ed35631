/* SPDX-License-Identifier: Apache-2.0 */
/* Sets, and what opens a frame over one: quantifiers and folds. */
#include <assert.h>
#include <stdlib.h>

#include "compiler/lower.h"

static const struct type truth_type = { .tag = TYPE_BOOL };

/* Number of values of a finite type of elements; else 0. */
static uint32_t clip_of(struct lowering *l, struct type type)
{
	if (type.tag == TYPE_BOOL)
		return 2;
	if (type.tag == TYPE_ENUM)
		return l->tree->schema->enums.items[type.of].value_count;
	return 0;
}

/* The register of one element of a set. */
static enum register_type element_register(struct type type)
{
	return type_is_number(type) ? REGISTER_NUMBER : REGISTER_SCALAR;
}

static bool of_numbers(const struct expr *set)
{
	return plan_register(set->type) == REGISTER_NUMBERS;
}

/* --- constants ------------------------------------------------------------ */

static int compare_cells(const void *a, const void *b)
{
	int64_t x = *(const int64_t *)a, y = *(const int64_t *)b;

	return (x > y) - (x < y);
}

static int compare_texts(const void *a, const void *b)
{
	return str_compare(*(const struct str *)a, *(const struct str *)b);
}

static void sort_texts(struct plan_constant *c)
{
	uint32_t kept = 0;

	qsort(c->texts, c->count, sizeof(*c->texts), compare_texts);
	for (uint32_t i = 0; i < c->count; i++)
		if (i == 0 || !str_equal(c->texts[i], c->texts[i - 1]))
			c->texts[kept++] = c->texts[i];
	c->count = kept;
}

static void sort_cells(struct plan_constant *c)
{
	uint32_t kept = 0;

	qsort(c->cells, c->count, sizeof(*c->cells), compare_cells);
	for (uint32_t i = 0; i < c->count; i++)
		if (i == 0 || c->cells[i] != c->cells[i - 1])
			c->cells[kept++] = c->cells[i];
	c->count = kept;
}

/* The constants among the items of E as a set; `none` is never an element. */
static plan_ref constant_set(struct lowering *l, const struct expr *e,
    struct scope *scope)
{
	struct plan_constant c = { .state = CONSTANT_VALUE, .type = e->type };

	c.texts = ARENA_ARRAY(l->arena, struct str, e->count);
	c.cells = ARENA_ARRAY(l->arena, int64_t, e->count);
	for (uint32_t i = 0; i < e->count; i++)
		if (e->items[i]->op == EXPR_CONST) {
			c.texts[c.count] = e->items[i]->text;
			c.cells[c.count++] = e->items[i]->cell;
		}
	if (type_is_text(e->type))
		sort_texts(&c);
	else
		sort_cells(&c);
	return plan_value(l->plan, scope->frame, &c);
}

/* --- operators ------------------------------------------------------------ */

static plan_ref make(struct lowering *l, enum opcode op, struct scope *scope,
    struct type of, plan_ref a, plan_ref b, uint32_t imm)
{
	return plan_make(l->plan, op, scope->frame, of, a, b, PLAN_NONE, imm);
}

static plan_ref lower_single(struct lowering *l, const struct expr *element,
    struct type set,
    struct environment *env, struct scope *scope)
{
	enum register_type reg = element_register(set);
	plan_ref value = lower_as(l, element, env, scope, reg);

	return make(l, reg == REGISTER_NUMBER ? OPCODE_SINGLE_M : OPCODE_SINGLE_W,
	    scope, set, value, PLAN_NONE, element->type.optional);
}

/* { a, b, ... }: the constants at once, the others added one by one. */
static plan_ref lower_literal(struct lowering *l, const struct expr *e,
    struct environment *env, struct scope *scope)
{
	plan_ref all = constant_set(l, e, scope);
	bool empty = plan_constant_of(l->plan, all)->count == 0;

	for (uint32_t i = 0; i < e->count; i++) {
		const struct expr *item = e->items[i];
		plan_ref one;

		if (item->op == EXPR_CONST)
			continue;
		one = lower_single(l, item, e->type, env, scope);
		all = empty ? one : make(l, of_numbers(e) ? OPCODE_UNION_M
		    : OPCODE_UNION_W, scope, e->type, all, one, 0);
		empty = false;
	}
	return all;
}

static plan_ref lower_in(struct lowering *l, const struct expr *e,
    struct environment *env, struct scope *scope)
{
	bool numbers = of_numbers(e->arg[1]);
	plan_ref value = lower_as(l, e->arg[0], env, scope,
	    element_register(e->arg[1]->type));
	plan_ref set = lower(l, e->arg[1], env, scope);

	return make(l, numbers ? OPCODE_IN_M : OPCODE_IN_W, scope, truth_type,
	    value, set, 0);
}

struct set_ops { enum opcode words, numbers; };

static struct set_ops ops_of(enum expr_op op)
{
	if (op == EXPR_SUBSET)
		return (struct set_ops){ OPCODE_SUBSET_W, OPCODE_SUBSET_M };
	if (op == EXPR_SAME)
		return (struct set_ops){ OPCODE_SAME_W, OPCODE_SAME_M };
	if (op == EXPR_UNION)
		return (struct set_ops){ OPCODE_UNION_W, OPCODE_UNION_M };
	if (op == EXPR_INTERSECT)
		return (struct set_ops){ OPCODE_INTERSECT_W, OPCODE_INTERSECT_M };
	return (struct set_ops){ OPCODE_WITHOUT_W, OPCODE_WITHOUT_M };
}

static plan_ref lower_two_sets(struct lowering *l, const struct expr *e,
    struct environment *env, struct scope *scope)
{
	struct set_ops ops = ops_of(e->op);
	bool numbers = of_numbers(e->arg[0]);
	bool compares = e->op == EXPR_SUBSET || e->op == EXPR_SAME;
	plan_ref a = lower(l, e->arg[0], env, scope);
	plan_ref b = lower(l, e->arg[1], env, scope);

	return make(l, numbers ? ops.numbers : ops.words, scope, e->type, a, b,
	    compares && !numbers ? clip_of(l, e->arg[0]->type) : 0);
}

plan_ref lower_set(struct lowering *l, const struct expr *e,
    struct environment *env,
    struct scope *scope)
{
	bool numbers;
	plan_ref a;

	if (e->op == EXPR_CONST_SET)
		return constant_set(l, e, scope);
	if (e->op == EXPR_SET)
		return lower_literal(l, e, env, scope);
	if (e->op == EXPR_IN)
		return lower_in(l, e, env, scope);
	if (e->op != EXPR_COUNT && e->op != EXPR_ASSUME_COMPLETE)
		return lower_two_sets(l, e, env, scope);
	numbers = of_numbers(e->arg[0]);
	a = lower(l, e->arg[0], env, scope);
	if (e->op == EXPR_ASSUME_COMPLETE && environment_hides(l, env, e->arg[0]))
		return a;
	if (e->op == EXPR_ASSUME_COMPLETE)
		return make(l, numbers ? OPCODE_CLOSE_M : OPCODE_CLOSE_W, scope,
		    e->type, a, PLAN_NONE, 0);
	return make(l, numbers ? OPCODE_COUNT_M : OPCODE_COUNT_W, scope, e->type,
	    a, PLAN_NONE, numbers ? 0 : clip_of(l, e->arg[0]->type));
}

/* --- folds ---------------------------------------------------------------- */

/* By whether the set, and then whether the elements collected, are numbers. */
static const enum opcode collects[2][2] = {
	{ OPCODE_COLLECT_WW, OPCODE_COLLECT_WM }, { OPCODE_COLLECT_MW,
	    OPCODE_COLLECT_MM } };
static const enum opcode flattens[2][2] = {
	{ OPCODE_FLATTEN_WW, OPCODE_FLATTEN_WM }, { OPCODE_FLATTEN_MW,
	    OPCODE_FLATTEN_MM } };

/* The opcode of E over a set of words; of numbers if NUMBERS. */
static enum opcode fold_op(const struct expr *e, bool numbers)
{
	if (e->op == EXPR_ANY || e->op == EXPR_ALL)
		return numbers ? OPCODE_ANY_M : OPCODE_ANY_W;
	if (e->op == EXPR_COUNT_WHERE)
		return numbers ? OPCODE_COUNT_IF_M : OPCODE_COUNT_IF_W;
	if (e->op == EXPR_SUM)
		return numbers ? OPCODE_SUM_M : OPCODE_SUM_W;
	if (e->op == EXPR_MIN)
		return numbers ? OPCODE_MIN_M : OPCODE_MIN_W;
	if (e->op == EXPR_MAX)
		return numbers ? OPCODE_MAX_M : OPCODE_MAX_W;
	if (e->arg[1]->type.set)
		return flattens[numbers][type_is_number(e->arg[1]->type)];
	return collects[numbers][type_is_number(e->arg[1]->type)];
}

/* Membership, and CONDITION (may be NULL) where it is NEGATED or not. */
static plan_ref lower_condition(struct lowering *l,
    const struct expr *condition, bool negated,
    struct environment *env, struct scope *inner)
{
	plan_ref member = plan_make(l->plan, OPCODE_MEMBER, inner->frame,
	    truth_type,
	    PLAN_NONE, PLAN_NONE, PLAN_NONE, 0);

	if (!condition)
		return member;
	return plan_and(l->plan, member, lower(l, condition, env,
	    inner) ^ negated);
}

/* What is folded: a truth becomes a word to be an element. */
static plan_ref lower_folded(struct lowering *l, const struct expr *value,
    struct environment *env, struct scope *inner)
{
	plan_ref folded = lower(l, value, env, inner);

	return type_is_truth(value->type) ? plan_as(l->plan, folded,
	    REGISTER_SCALAR) : folded;
}

/* any, all and how many take their condition second, the others third. */
plan_ref lower_fold(struct lowering *l, const struct expr *e,
    struct environment *env,
    struct scope *scope)
{
	bool test = e->op == EXPR_ANY || e->op == EXPR_ALL ||
	    e->op == EXPR_COUNT_WHERE;
	bool all = e->op == EXPR_ALL;
	plan_ref set = lower(l, e->arg[0], env, scope);
	struct scope *inner = lower_binder(l, e->variable, set, env, scope,
	    e->span);
	plan_ref condition, value = PLAN_NONE, result;
	uint32_t optional = 0;

	if (!inner)
		return plan_unknown(l->plan, scope->frame, e->type);
	condition = lower_condition(l, e->arg[test ? 1 : 2], all, env, inner);
	if (!test)
		value = lower_folded(l, e->arg[1], env, inner);
	if (e->op == EXPR_COLLECT && !e->arg[1]->type.set)
		optional = e->arg[1]->type.optional;
	result = plan_make(l->plan, fold_op(e, of_numbers(e->arg[0])),
	    scope->frame,
	    e->type, condition, set, value, optional);
	return all ? plan_not(result) : result;
}
