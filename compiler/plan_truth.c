/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Constants, and truths joined by and and or; the laws that hold for them
 * stand in rewrite.c.
 */
#include <assert.h>
#include <stdlib.h>

#include "compiler/plan.h"
#include "vm/fault.h"

#define CONJUNCTS 64

static const struct type truth_type = { .tag = TYPE_BOOL };

/* --- constants ------------------------------------------------------------ */

plan_ref plan_not(plan_ref a)
{
	return a ^ 1u;
}

const struct plan_constant *plan_constant_of(const struct plan *plan,
    plan_ref ref)
{
	const struct plan_node *node = plan_at(plan, ref);

	return node->op == OPCODE_CONST ? &plan->constants.items[node->imm] : NULL;
}

bool plan_is_truth(const struct plan *plan, plan_ref ref, bool truth)
{
	const struct plan_constant *c = plan_constant_of(plan, ref);

	return c && type_is_truth(c->type) && c->state == CONSTANT_VALUE &&
	    truth == !PLAN_NEGATED(ref);
}

bool plan_is_state(const struct plan *plan, plan_ref ref,
    enum constant_state state)
{
	const struct plan_constant *c = plan_constant_of(plan, ref);

	return c && c->state == state;
}

bool plan_is_unknown(const struct plan *plan, plan_ref ref)
{
	return plan_is_state(plan, ref, CONSTANT_UNKNOWN);
}

/* There is one true constant; false is its negation. */
plan_ref plan_value(struct plan *plan, uint32_t frame,
    const struct plan_constant *constant)
{
	struct plan_constant value = *constant;
	bool truth = type_is_truth(value.type) && value.state == CONSTANT_VALUE;
	struct plan_node node = { .op = OPCODE_CONST, .frame = frame,
	    .a = PLAN_NONE,
		.b = PLAN_NONE, .c = PLAN_NONE, .of = value.type,
		    .component = SCHEMA_NONE };

	if (truth)
		value.cell = 1;
	node.imm = plan_constant(plan, &value);
	return plan_intern(plan, &node) ^ (truth && !constant->cell);
}

plan_ref plan_truth(struct plan *plan, uint32_t frame, bool truth)
{
	struct plan_constant constant = { .state = CONSTANT_VALUE,
		.type = truth_type, .cell = truth };

	return plan_value(plan, frame, &constant);
}

plan_ref plan_unknown(struct plan *plan, uint32_t frame, struct type type)
{
	struct plan_constant constant = { .state = CONSTANT_UNKNOWN,
	    .type = type };

	return plan_value(plan, frame, &constant);
}

bool plan_is_certain(const struct plan *plan, plan_ref ref)
{
	const struct plan_node *node = plan_at(plan, ref);

	if (node->op == OPCODE_UP)
		node = plan_at(plan, node->a);
	return node->op == OPCODE_ROW || node->op == OPCODE_ELEMENT ||
	    node->op == OPCODE_ELEMENT_N || plan_is_state(plan, ref,
	    CONSTANT_VALUE);
}

/* --- truth ---------------------------------------------------------------- */

struct conjuncts {
	plan_ref items[CONJUNCTS];
	size_t count;
};

/* The conjuncts of a chain of ands.  False: more than fit. */
static bool gather(const struct plan *plan, plan_ref ref, struct conjuncts *all)
{
	while (!PLAN_NEGATED(ref) && plan_at(plan, ref)->op == OPCODE_AND) {
		if (!gather(plan, plan_at(plan, ref)->b, all))
			return false;
		ref = plan_at(plan, ref)->a;
	}
	if (all->count == CONJUNCTS)
		return false;
	all->items[all->count++] = ref;
	return true;
}

static int compare_refs(const void *a, const void *b)
{
	plan_ref x = *(const plan_ref *)a, y = *(const plan_ref *)b;

	return (x > y) - (x < y);
}

static bool holds(const struct conjuncts *all, plan_ref ref)
{
	return bsearch(&ref, all->items, all->count, sizeof(ref),
	    compare_refs) != NULL;
}

/* Is REF an or with an alternative among ALL? */
static bool is_absorbed(const struct plan *plan, const struct conjuncts *all,
    plan_ref ref)
{
	struct conjuncts inner = { .count = 0 };

	if (!PLAN_NEGATED(ref) || plan_at(plan, ref)->op != OPCODE_AND ||
	    !gather(plan, plan_not(ref), &inner))
		return false;
	for (size_t i = 0; i < inner.count; i++)
		if (holds(all, plan_not(inner.items[i])) ||
		    (fault_is(FAULT_PLAN_ABSORB) && holds(all, inner.items[i])))
			return true;
	return false;
}

static void drop_repeated(struct conjuncts *all)
{
	size_t kept = 0;

	for (size_t i = 0; i < all->count; i++)
		if (i == 0 || all->items[i] != all->items[i - 1])
			all->items[kept++] = all->items[i];
	all->count = kept;
}

static void drop_absorbed(const struct plan *plan, struct conjuncts *all)
{
	struct conjuncts whole = *all;

	all->count = 0;
	for (size_t i = 0; i < whole.count; i++)
		if (!is_absorbed(plan, &whole, whole.items[i]))
			all->items[all->count++] = whole.items[i];
}

static plan_ref intern_and(struct plan *plan, plan_ref a, plan_ref b, bool as_or)
{
	struct plan_node node = { .op = OPCODE_AND, .frame = plan_at(plan,
	    a)->frame,
		.a = a, .b = b, .c = PLAN_NONE, .of = truth_type,
		.as_or = as_or, .component = SCHEMA_NONE };

	assert(plan_at(plan, a)->reg == REGISTER_TRUTH);
	assert(plan_at(plan, b)->reg == REGISTER_TRUTH);
	assert(node.frame == plan_at(plan, b)->frame);
	return plan_intern(plan, &node);
}

/* Chains are sorted, so that equal ones are one node and those with a common
 * start share it. */
static plan_ref chain(struct plan *plan, struct conjuncts *all, bool as_or)
{
	plan_ref result;

	qsort(all->items, all->count, sizeof(*all->items), compare_refs);
	drop_repeated(all);
	drop_absorbed(plan, all);
	result = all->items[0];
	for (size_t i = 1; i < all->count; i++)
		result = intern_and(plan, result, all->items[i], as_or);
	return result;
}

static plan_ref and_or(struct plan *plan, plan_ref a, plan_ref b, bool as_or)
{
	struct conjuncts all = { .count = 0 };

	if (plan->options.unoptimised)
		return intern_and(plan, a, b, as_or);
	if (plan_is_unknown(plan, a))
		a = PLAN_REF(PLAN_NODE(a));
	if (plan_is_unknown(plan, b))
		b = PLAN_REF(PLAN_NODE(b));
	if (plan_is_truth(plan, a, false) || plan_is_truth(plan, b, true))
		return a;
	if (plan_is_truth(plan, b, false) || plan_is_truth(plan, a, true))
		return b;
	if (!gather(plan, a, &all) || !gather(plan, b, &all))
		return a == b ? a : intern_and(plan, a, b, as_or);
	return chain(plan, &all, as_or);
}

plan_ref plan_and(struct plan *plan, plan_ref a, plan_ref b)
{
	return and_or(plan, a, b, false);
}

plan_ref plan_or(struct plan *plan, plan_ref a, plan_ref b)
{
	return plan_not(and_or(plan, plan_not(a), plan_not(b), true));
}
