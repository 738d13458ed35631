/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Simplification.  Each law holds exactly, for every combination of true,
 * false and unknown, of open sets and of anonymous elements; docs/semantics.md
 * is what they were held against.
 *
 *	not not a = a; a or b = not (not a and not b)	Kleene's negation swaps true
 *							and false, no more
 *	and: commutes, associates, a and a = a		it is a minimum
 *	a and (a or b) = a				min(a, max(a, b)) = a
 *	true and a = a; false and a = false		ends of the order
 *	EQ, UNION, INTERSECT, SAME, ADD, MULTIPLY	commute by their definitions
 *	EQ of truths: (not a) == b is not (a == b)	unknown if either is, both ways
 *	EQ(a, true) = a					unknown stays unknown
 *	op of constants = constant			by the functions of vm/scalar.h that
 *							both evaluators use
 *	op of unknown = unknown				where semantics.md says so for any
 *							other operand
 *	IN(x, {}) = false				none, known or unknown alike
 *	ANY x in S: x == e is IN(e, S)			IN's definition; not for an e that
 *							may be none: `none in S` is false even
 *							where S is open, the quantifier is not
 *	KNOWN, ABSENT of a binder			an element that is visited is known
 *	a load at a hoisted row = the load		a fetch of it reads the same cell
 *
 * What looks like a law and is none:
 *
 *	p or not p, p and not p, x == x			unknown where p or x is
 *	a and (not a or b) = a and b			a unknown, b false
 *	any x in S: (A and P(x)) = A and any x in S: P(x)
 *							A false, S open: unknown, not false
 *	any x in S: false = false			S open: unknown
 *	union, intersect of a set with itself		anonymous elements: counts differ
 *	{ x for x in S } = S				anonymous elements become openness
 *	count { a, b } = 2				a and b may be equal
 *
 * any x in S: (P or Q) = any x in S: P or any x in S: Q does hold, but buys
 * nothing: what depends on x alone is hoisted from inside the quantifier
 * anyway, and one fold is cheaper than two.
 */
#include <assert.h>

#include "compiler/plan.h"

/* --- constants ------------------------------------------------------------ */

static plan_ref number_value(struct plan *plan, uint32_t frame,
    struct type type, int64_t cell)
{
	struct plan_constant constant = { .state = CONSTANT_VALUE, .type = type,
	    .cell = cell };

	return plan_value(plan, frame, &constant);
}

/* A constant number; false when REF is none or may be anything. */
static bool constant_number(const struct plan *plan, plan_ref ref,
    struct number *n)
{
	const struct plan_constant *c = plan_constant_of(plan, ref);

	if (!c || c->state != CONSTANT_VALUE)
		return false;
	*n = number_of(c->cell);
	return true;
}

/* --- the laws ------------------------------------------------------------- */

static void sort_operands(struct plan_node *d)
{
	if (d->a > d->b) {
		plan_ref a = d->a;

		d->a = d->b;
		d->b = a;
	}
}

static plan_ref rewrite_eq_truth(struct plan *plan, struct plan_node *d)
{
	plan_ref flip = PLAN_NEGATED(d->a) ^ PLAN_NEGATED(d->b);
	struct plan_node plain = *d;

	if (plan_is_unknown(plan, d->a) || plan_is_unknown(plan, d->b))
		return plan_unknown(plan, d->frame, d->of);
	if (plan_is_state(plan, d->b, CONSTANT_VALUE))
		return d->a ^ PLAN_NEGATED(d->b);
	if (plan_is_state(plan, d->a, CONSTANT_VALUE))
		return d->b ^ PLAN_NEGATED(d->a);
	plain.a = PLAN_REF(PLAN_NODE(d->a));
	plain.b = PLAN_REF(PLAN_NODE(d->b));
	sort_operands(&plain);
	return plan_intern(plan, &plain) ^ flip;
}

static bool equal_constants(const struct plan_constant *a,
    const struct plan_constant *b)
{
	return type_is_text(a->type) ? str_equal(a->text,
	    b->text) : a->cell == b->cell;
}

static plan_ref rewrite_eq(struct plan *plan, struct plan_node *d)
{
	const struct plan_constant *a = plan_constant_of(plan, d->a);
	const struct plan_constant *b = plan_constant_of(plan, d->b);

	if (plan_is_unknown(plan, d->a) || plan_is_unknown(plan, d->b))
		return plan_unknown(plan, d->frame, d->of);
	if (a && b && a->state == CONSTANT_VALUE && b->state == CONSTANT_VALUE)
		return plan_truth(plan, d->frame, equal_constants(a, b));
	sort_operands(d);
	return PLAN_NONE;
}

static plan_ref rewrite_order(struct plan *plan, struct plan_node *d)
{
	struct number a, b;

	if (plan_is_unknown(plan, d->a) || plan_is_unknown(plan, d->b))
		return plan_unknown(plan, d->frame, d->of);
	if (!constant_number(plan, d->a, &a) || !constant_number(plan, d->b, &b))
		return PLAN_NONE;
	return plan_truth(plan, d->frame, (d->op == OPCODE_LT_N ?
	    number_less(a, b) : number_at_most(a, b)) == TRUTH_TRUE);
}

static plan_ref rewrite_version_order(struct plan *plan, struct plan_node *d)
{
	const struct plan_constant *a = plan_constant_of(plan, d->a);
	const struct plan_constant *b = plan_constant_of(plan, d->b);
	int order;

	if (plan_is_unknown(plan, d->a) || plan_is_unknown(plan, d->b))
		return plan_unknown(plan, d->frame, d->of);
	if (!a || !b)	/* no version is none here */
		return PLAN_NONE;
	order = scalar_compare_versions(a->text, b->text);
	return plan_truth(plan, d->frame,
	    d->op == OPCODE_LT_V ? order < 0 : order <= 0);
}

static bool set_holds(const struct plan_constant *set,
    const struct plan_constant *value)
{
	for (uint32_t i = 0; i < set->count; i++)
		if (type_is_text(set->type) ? str_equal(set->texts[i],
		    value->text)
		    : set->cells[i] == value->cell)
			return true;
	return false;
}

static plan_ref rewrite_in(struct plan *plan, struct plan_node *d)
{
	const struct plan_constant *value = plan_constant_of(plan, d->a);
	const struct plan_constant *set = plan_constant_of(plan, d->b);

	if (value && value->state == CONSTANT_NONE)
		return plan_truth(plan, d->frame, false);
	if (!set || set->state == CONSTANT_EXTENT)
		return PLAN_NONE;
	if (set->state == CONSTANT_UNKNOWN)
		return plan_is_certain(plan, d->a) || plan_is_unknown(plan,
		    d->a) ?
		    plan_unknown(plan, d->frame, d->of) : PLAN_NONE;
	if (set->count == 0)
		return plan_truth(plan, d->frame, false);
	if (value && value->state == CONSTANT_UNKNOWN)
		return plan_unknown(plan, d->frame, d->of);
	if (value && value->state == CONSTANT_VALUE)
		return plan_truth(plan, d->frame, set_holds(set, value));
	return PLAN_NONE;
}

static plan_ref rewrite_known(struct plan *plan, struct plan_node *d)
{
	d->a = PLAN_REF(PLAN_NODE(d->a));
	if (plan_is_unknown(plan, d->a))
		return plan_truth(plan, d->frame, false);
	if (plan_is_certain(plan, d->a) || plan_is_state(plan, d->a,
	    CONSTANT_NONE))
		return plan_truth(plan, d->frame, true);
	return PLAN_NONE;
}

static plan_ref rewrite_absent(struct plan *plan, struct plan_node *d)
{
	if (plan_is_unknown(plan, d->a))
		return plan_unknown(plan, d->frame, d->of);
	if (plan_is_state(plan, d->a, CONSTANT_NONE))
		return plan_truth(plan, d->frame, true);
	return plan_is_certain(plan, d->a) ? plan_truth(plan, d->frame,
	    false) : PLAN_NONE;
}

static plan_ref rewrite_assume(struct plan *plan, struct plan_node *d)
{
	if (plan_is_unknown(plan, d->a))
		return d->b;
	if (plan_is_certain(plan, d->a) || plan_is_state(plan, d->a,
	    CONSTANT_NONE))
		return d->a;
	return PLAN_NONE;
}

/* Of a constant, or of one that is unknown. */
static plan_ref rewrite_read(struct plan *plan, struct plan_node *d)
{
	return plan_is_unknown(plan, d->a) ? plan_unknown(plan, d->frame,
	    d->of) : PLAN_NONE;
}

static struct number calculate(enum opcode op, struct number a, struct number b)
{
	if (op == OPCODE_ADD)
		return number_add(a, b);
	if (op == OPCODE_MULTIPLY)
		return number_multiply(a, b);
	return op == OPCODE_DIVIDE ? number_divide(a, b) : number_subtract(a, b);
}

static plan_ref rewrite_arithmetic(struct plan *plan, struct plan_node *d)
{
	struct number a, b = number_of(0), result;
	bool negate = d->op == OPCODE_NEGATE;

	if (plan_is_unknown(plan, d->a) || (!negate && plan_is_unknown(plan,
	    d->b)))
		return plan_unknown(plan, d->frame, d->of);
	if (d->op == OPCODE_MULTIPLY || (d->op == OPCODE_ADD &&
	    d->imm == UNIT_PLAIN))
		sort_operands(d);
	if (d->imm != UNIT_PLAIN || !constant_number(plan, d->a, &a) ||
	    (!negate && !constant_number(plan, d->b, &b)))
		return PLAN_NONE;
	result = negate ? number_subtract(b, a) : calculate(d->op, a, b);
	if (!result.known)
		return plan_unknown(plan, d->frame, d->of);
	return number_value(plan, d->frame, d->of, result.low);
}

static plan_ref rewrite_count(struct plan *plan, struct plan_node *d)
{
	const struct plan_constant *set = plan_constant_of(plan, d->a);

	if (!set || set->state != CONSTANT_VALUE)
		return PLAN_NONE;
	return number_value(plan, d->frame, d->of, set->count);
}

static plan_ref rewrite_close(struct plan *plan, struct plan_node *d)
{
	struct plan_constant empty = { .state = CONSTANT_VALUE, .type = d->of };

	if (plan_is_unknown(plan, d->a))
		return plan_value(plan, d->frame, &empty);
	return plan_is_state(plan, d->a, CONSTANT_VALUE) ? d->a : PLAN_NONE;
}

static plan_ref rewrite_truth_word(struct plan *plan, struct plan_node *d)
{
	const struct plan_node *a = plan_at(plan, d->a);

	if (d->op == OPCODE_SCALAR_T && a->op == OPCODE_TRUTH_S)
		return a->a;
	if (d->op == OPCODE_TRUTH_S && a->op == OPCODE_SCALAR_T &&
	    !PLAN_NEGATED(d->a) && plan_is_certain(plan, a->a))
		return a->a;
	return PLAN_NONE;
}

/* EQ with what the element is compared to, or PLAN_NONE. */
static plan_ref compared_element(const struct plan *plan, plan_ref test)
{
	const struct plan_node *eq = plan_at(plan, test);

	if (PLAN_NEGATED(test) || eq->op != OPCODE_EQ_S)
		return PLAN_NONE;
	if (plan_at(plan, eq->a)->op == OPCODE_ELEMENT)
		return eq->b;
	return plan_at(plan, eq->b)->op == OPCODE_ELEMENT ? eq->a : PLAN_NONE;
}

/* What a value of a child frame is in FRAME, its parent; PLAN_NONE: nothing. */
static plan_ref outside(struct plan *plan, plan_ref value, uint32_t frame)
{
	const struct plan_node *node = plan_at(plan, value);

	if (node->op == OPCODE_CONST)
		return plan_value(plan, frame, plan_constant_of(plan, value));
	if (node->op != OPCODE_UP ||
	    !plan_encloses(plan, plan_at(plan, node->a)->frame, frame))
		return PLAN_NONE;
	return plan_up(plan, node->a, frame);
}

/* x == e for an element x of the set: the set's own test. */
static plan_ref rewrite_any_equal(struct plan *plan, struct plan_node *d)
{
	const struct plan_node *and = plan_at(plan, d->a);
	plan_ref value;

	if (PLAN_NEGATED(d->a) || and->op != OPCODE_AND ||
	    PLAN_NEGATED(and->a) || plan_at(plan, and->a)->op != OPCODE_MEMBER)
		return PLAN_NONE;
	value = compared_element(plan, and->b);
	if (value == PLAN_NONE || plan_at(plan, value)->of.optional)
		return PLAN_NONE;
	value = outside(plan, value, d->frame);
	if (value == PLAN_NONE)
		return PLAN_NONE;
	return plan_make(plan, OPCODE_IN_W, d->frame, d->of, value, d->b,
	    PLAN_NONE, 0);
}

static plan_ref rewrite_any(struct plan *plan, struct plan_node *d)
{
	const struct plan_constant *set = plan_constant_of(plan, d->b);

	if (set && set->state == CONSTANT_UNKNOWN)
		return plan_unknown(plan, d->frame, d->of);
	if (set && set->state == CONSTANT_VALUE && set->count == 0)
		return plan_truth(plan, d->frame, false);
	return d->op == OPCODE_ANY_W ? rewrite_any_equal(plan, d) : PLAN_NONE;
}

static plan_ref rewrite(struct plan *plan, struct plan_node *d)
{
	switch (d->op) {
	case OPCODE_EQ_T:
		return rewrite_eq_truth(plan, d);
	case OPCODE_EQ_S: case OPCODE_EQ_N:
		return rewrite_eq(plan, d);
	case OPCODE_LT_N: case OPCODE_LE_N:
		return rewrite_order(plan, d);
	case OPCODE_LT_V: case OPCODE_LE_V:
		return rewrite_version_order(plan, d);
	case OPCODE_IN_W: case OPCODE_IN_M:
		return rewrite_in(plan, d);
	case OPCODE_KNOWN_T: case OPCODE_KNOWN_S: case OPCODE_KNOWN_N:
	case OPCODE_KNOWN_W: case OPCODE_KNOWN_M:
		return rewrite_known(plan, d);
	case OPCODE_ABSENT_S: case OPCODE_ABSENT_N:
		return rewrite_absent(plan, d);
	case OPCODE_ASSUME_T: case OPCODE_ASSUME_S: case OPCODE_ASSUME_N:
		return rewrite_assume(plan, d);
	case OPCODE_LOAD_T: case OPCODE_LOAD_S: case OPCODE_LOAD_N:
	case OPCODE_LOAD_W: case OPCODE_LOAD_M:
	case OPCODE_FIELD_T: case OPCODE_FIELD_S: case OPCODE_FIELD_N:
	case OPCODE_FIELD_W: case OPCODE_FIELD_M:
		return rewrite_read(plan, d);
	case OPCODE_NEGATE: case OPCODE_ADD: case OPCODE_SUBTRACT:
	case OPCODE_MULTIPLY: case OPCODE_DIVIDE:
		return rewrite_arithmetic(plan, d);
	case OPCODE_COUNT_W: case OPCODE_COUNT_M:
		return rewrite_count(plan, d);
	case OPCODE_CLOSE_W: case OPCODE_CLOSE_M:
		return rewrite_close(plan, d);
	case OPCODE_TRUTH_S: case OPCODE_SCALAR_T:
		return rewrite_truth_word(plan, d);
	case OPCODE_ANY_W: case OPCODE_ANY_M:
		return rewrite_any(plan, d);
	case OPCODE_SAME_W: case OPCODE_SAME_M:
	case OPCODE_UNION_W: case OPCODE_UNION_M:
	case OPCODE_INTERSECT_W: case OPCODE_INTERSECT_M:
		sort_operands(d);
		return PLAN_NONE;
	default:
		return PLAN_NONE;
	}
}

plan_ref plan_make(struct plan *plan, enum opcode op, uint32_t frame,
    struct type of, plan_ref a, plan_ref b, plan_ref c, uint32_t imm)
{
	struct plan_node draft = { .op = op, .frame = frame, .a = a, .b = b,
		.c = c, .imm = imm, .of = of, .component = SCHEMA_NONE };
	plan_ref result = PLAN_NONE;

	assert(op != OPCODE_AND && op != OPCODE_OR && op != OPCODE_UP);
	if (!plan->options.unoptimised)
		result = rewrite(plan, &draft);
	return result == PLAN_NONE ? plan_intern(plan, &draft) : result;
}
