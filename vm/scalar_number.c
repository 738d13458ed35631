/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Intervals of numbers.  An end beyond the range is held at the range's, and
 * only the end that is kept is asked whether it is; one without a bound stays
 * without.
 */
#include "base/wide.h"
#include "vm/fault.h"
#include "vm/scalar.h"

struct end {
	int64_t value;		/* 0 when infinite */
	int infinite;		/* -1, 0 or 1 */
};

static struct end end_of(int64_t value)
{
	if (value == NUMBER_LOW)
		return (struct end){ 0, -1 };
	if (value == NUMBER_HIGH)
		return (struct end){ 0, 1 };
	return (struct end){ value, 0 };
}

static bool end_less(struct end a, struct end b)
{
	if (a.infinite != b.infinite)
		return a.infinite < b.infinite;
	return a.value < b.value;
}

static int sign_of(struct end a)
{
	return a.infinite ? a.infinite : (a.value > 0) - (a.value < 0);
}

static struct number unknown(void)
{
	return (struct number){ 0, 0, false, false };
}

static bool is_beyond(struct end a)
{
	return a.value == NUMBER_LOW || a.value == NUMBER_HIGH;
}

/* A low end never is above all numbers, nor a high one below: an infinite
 * end points outwards. */
static struct number interval(struct end low, struct end high)
{
	struct number n = { NUMBER_LOW, NUMBER_HIGH, true, false };

	if (!low.infinite) {
		if (is_beyond(low))
			return unknown();
		n.low = low.value;
	}
	if (!high.infinite) {
		if (is_beyond(high))
			return unknown();
		n.high = high.value;
	}
	return n;
}

struct number number_of(int64_t value)
{
	return (struct number){ value, value, true, false };
}

struct number number_unknown(void)
{
	return unknown();
}

struct number number_none(void)
{
	return (struct number){ 0, 0, false, true };
}

static struct end end_add(struct end a, struct end b)
{
	if (a.infinite || b.infinite)
		return (struct end){ 0, a.infinite ? a.infinite : b.infinite };
	return (struct end){ number_add_clamped(a.value, b.value), 0 };
}

static struct end end_negate(struct end a)
{
	return (struct end){ -a.value, -a.infinite };
}

struct number number_add(struct number a, struct number b)
{
	if (!a.known || !b.known)
		return unknown();
	return interval(end_add(end_of(a.low), end_of(b.low)),
	    end_add(end_of(a.high), end_of(b.high)));
}

struct number number_subtract(struct number a, struct number b)
{
	if (!a.known || !b.known)
		return unknown();
	return interval(end_add(end_of(a.low), end_negate(end_of(b.high))),
	    end_add(end_of(a.high), end_negate(end_of(b.low))));
}

static struct end end_multiply(struct end a, struct end b)
{
	if (a.infinite || b.infinite)
		return (struct end){ 0, sign_of(a) * sign_of(b) };
	return (struct end){ number_multiply_clamped(a.value, b.value), 0 };
}

/* B is not zero.  What is divided by no bound comes as near to zero as any. */
static struct end end_divide(struct end a, struct end b)
{
	if (b.infinite)
		return (struct end){ 0, 0 };
	if (a.infinite)
		return (struct end){ 0, a.infinite * sign_of(b) };
	if (fault_is(FAULT_SCALAR_DIVIDE) && a.value < 0)
		return (struct end){ a.value / b.value - 1, 0 };
	/* NOLINTNEXTLINE(clang-analyzer-core.DivideZero): as said above */
	return (struct end){ a.value / b.value, 0 };
}

/* The span of an operation that is monotone in each operand. */
static struct number corners(struct number a, struct number b,
    struct end (*operation)(struct end, struct end))
{
	struct end low, high;

	low = high = operation(end_of(a.low), end_of(b.low));
	for (int i = 1; i < 4; i++) {
		struct end e = operation(end_of(i & 1 ? a.high : a.low),
		    end_of(i & 2 ? b.high : b.low));

		if (end_less(e, low))
			low = e;
		if (end_less(high, e))
			high = e;
	}
	return interval(low, high);
}

struct number number_multiply(struct number a, struct number b)
{
	if (!a.known || !b.known)
		return unknown();
	return corners(a, b, end_multiply);
}

struct number number_divide(struct number a, struct number b)
{
	if (!a.known || !b.known || (b.low <= 0 && b.high >= 0))
		return unknown();
	return corners(a, b, end_divide);
}

static bool is_single(struct number n)
{
	return n.known && n.low == n.high;
}

enum truth number_equal(struct number a, struct number b)
{
	if ((!a.known && !a.absent) || (!b.known && !b.absent))
		return TRUTH_UNKNOWN;
	if (a.absent || b.absent)
		return a.absent == b.absent ? TRUTH_TRUE : TRUTH_FALSE;
	if (is_single(a) && is_single(b))
		return a.low == b.low ? TRUTH_TRUE : TRUTH_FALSE;
	return a.high < b.low || b.high < a.low ? TRUTH_FALSE : TRUTH_UNKNOWN;
}

enum truth number_less(struct number a, struct number b)
{
	if (!a.known || !b.known)
		return TRUTH_UNKNOWN;
	if (a.high < b.low)
		return TRUTH_TRUE;
	return a.low >= b.high ? TRUTH_FALSE : TRUTH_UNKNOWN;
}

enum truth number_at_most(struct number a, struct number b)
{
	if (!a.known || !b.known)
		return TRUTH_UNKNOWN;
	if (a.high <= b.low)
		return TRUTH_TRUE;
	return a.low > b.high ? TRUTH_FALSE : TRUTH_UNKNOWN;
}

bool number_is_decided(struct number n)
{
	return n.absent || is_single(n);
}
