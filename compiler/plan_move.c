/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Values in other frames and other registers: from an outer frame inwards,
 * from a root through its store, between truths and words.
 */
#include <assert.h>

#include "compiler/plan.h"

static const struct type truth_type = { .tag = TYPE_BOOL };

static plan_ref move(struct plan *plan, enum opcode op, uint32_t frame,
    plan_ref value, plan_ref a, plan_ref b, uint32_t imm)
{
	struct plan_node node = { .op = op, .frame = frame, .a = a, .b = b,
		.c = PLAN_NONE, .imm = imm, .of = plan_at(plan, value)->of,
		.component = SCHEMA_NONE };

	return plan_intern(plan, &node) | PLAN_NEGATED(value);
}

static enum opcode fetch_op(uint8_t reg)
{
	switch ((enum register_type)reg) {
	case REGISTER_TRUTH: return OPCODE_FETCH_T;
	case REGISTER_SCALAR: return OPCODE_FETCH_S;
	case REGISTER_NUMBER: return OPCODE_FETCH_N;
	case REGISTER_WORDS: return OPCODE_FETCH_W;
	case REGISTER_NUMBERS: return OPCODE_FETCH_M;
	}
	return OPCODE_COUNT;
}

static bool is_fetch(enum opcode op)
{
	return op >= OPCODE_FETCH_T && op <= OPCODE_FETCH_M;
}

/* One row for the whole inventory: as cheap to repeat as a constant. */
static bool is_splat(const struct plan_node *node)
{
	return node->op == OPCODE_CONST || (is_fetch(node->op) &&
	    node->a == PLAN_NONE);
}

plan_ref plan_up(struct plan *plan, plan_ref value, uint32_t frame)
{
	struct plan_node node = *plan_at(plan, value);

	if (node.frame == frame)
		return value;
	assert(plan_encloses(plan, node.frame, frame));
	if (is_splat(&node)) {
		node.frame = frame;
		return plan_intern(plan, &node) | PLAN_NEGATED(value);
	}
	if (node.op == OPCODE_UP)
		return move(plan, OPCODE_UP, frame, value, node.a, PLAN_NONE, 0);
	return move(plan, OPCODE_UP, frame, value, PLAN_REF(PLAN_NODE(value)),
	    PLAN_NONE, 0);
}

/* Is REF the entity of the row of the root frame ROOT? */
static bool is_row_of(const struct plan *plan, plan_ref ref, uint32_t root)
{
	const struct plan_node *node = plan_at(plan, ref);

	if (node->op == OPCODE_UP)
		node = plan_at(plan, node->a);
	return node->op == OPCODE_ROW && node->frame == root &&
	    plan->frames.items[root].kinds[1] == SCHEMA_NONE;
}

/* A load or fetch at the row of its root: the same at any other entity. */
static bool is_load_of_row(const struct plan *plan, const struct plan_node *node)
{
	return ((node->op >= OPCODE_LOAD_T && node->op <= OPCODE_LOAD_M) ||
	    (is_fetch(node->op) && node->a != PLAN_NONE &&
	    node->b == PLAN_NONE)) &&
	    is_row_of(plan, node->a, node->frame);
}

/* The value of a root frame at entity A, without a store; PLAN_NONE: needs one. */
static plan_ref fetch_directly(struct plan *plan, uint32_t frame,
    plan_ref value, plan_ref a)
{
	struct plan_node node = *plan_at(plan, value);

	if (a == PLAN_NONE && plan_encloses(plan, node.frame, frame))
		return plan_up(plan, value, frame);
	if (a != PLAN_NONE && is_row_of(plan, a, node.frame))
		return plan_up(plan, value, frame);
	if (a != PLAN_NONE && plan_is_unknown(plan, a))
		return plan_unknown(plan, frame, node.of);
	if (is_splat(&node) && (a == PLAN_NONE || plan_is_certain(plan, a))) {
		node.frame = frame;
		return plan_intern(plan, &node) | PLAN_NEGATED(value);
	}
	if (a != PLAN_NONE && is_load_of_row(plan, &node))
		return move(plan, node.op, frame, value, a, PLAN_NONE, node.imm);
	return PLAN_NONE;
}

plan_ref plan_fetch(struct plan *plan, uint32_t frame, plan_ref value, plan_ref a)
{
	const struct plan_node *node = plan_at(plan, value);

	assert(node->component == SCHEMA_NONE);
	if (!plan->options.unoptimised) {
		plan_ref direct = fetch_directly(plan, frame, value, a);

		if (direct != PLAN_NONE)
			return direct;
	}
	return move(plan, fetch_op(node->reg), frame, value, a, PLAN_NONE,
	    plan_store(plan, PLAN_NODE(value)));
}

/* Unknown, unless another argument that is none makes it false. */
static bool is_unknown_atom(const struct plan *plan, plan_ref a, plan_ref b)
{
	if (b == PLAN_NONE)
		return plan_is_unknown(plan, a);
	return (plan_is_unknown(plan, a) && (plan_is_unknown(plan, b) ||
	    plan_is_certain(plan, b))) ||
	    (plan_is_unknown(plan, b) && plan_is_certain(plan, a));
}

plan_ref plan_atom(struct plan *plan, uint32_t frame, uint32_t store,
    plan_ref a, plan_ref b, uint16_t component)
{
	struct plan_node node = { .op = OPCODE_FETCH_T, .frame = frame, .a = a,
		.b = b, .c = PLAN_NONE, .imm = store, .of = truth_type,
		.component = component };

	if (!plan->options.unoptimised && component == SCHEMA_NONE &&
	    is_unknown_atom(plan, a, b))
		return plan_unknown(plan, frame, node.of);
	return plan_intern(plan, &node);
}

plan_ref plan_as(struct plan *plan, plan_ref value, enum register_type reg)
{
	const struct plan_node *node = plan_at(plan, value);
	/* Optional, as a word that is a bool is: see plan_register. */
	struct type type = { .tag = TYPE_BOOL,
	    .optional = reg != REGISTER_TRUTH };

	if (node->reg == reg)
		return value;
	assert(node->reg == REGISTER_TRUTH || node->reg == REGISTER_SCALAR);
	return plan_make(plan,
	    reg == REGISTER_TRUTH ? OPCODE_SCALAR_T : OPCODE_TRUTH_S, node->frame,
	    type, value, PLAN_NONE, PLAN_NONE, 0);
}
