/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Numbers are intervals.  The comparisons say on words of rows what
 * number_equal, number_less and number_at_most of scalar.h say of one.
 */
#include "vm/machine.h"
#include "vm/pack.h"

#define SECONDS_PER_DAY 86400

struct numbers_out numbers_new(struct machine *m, uint16_t dst)
{
	uint32_t count = machine_frame(m, dst)->count;
	struct value *v = machine_value(m, dst);
	struct numbers_out out = {
		SCRATCH(m, int64_t, count), SCRATCH(m, int64_t, count),
		plane_new_zero(m, count), plane_new_zero(m, count)
	};

	v->numbers = (struct numbers){ out.low, out.high, out.known, out.absent,
	    .uniform = false };
	v->ready = true;
	return out;
}

void kernel_number_known(struct machine *m, const struct instruction *in)
{
	const struct numbers *a = numbers_of(m, in->a);
	struct truths out = truth_new(m, in->dst);
	const struct frame *frame = machine_frame(m, in->dst);

	plane_zero(out.t, frame->count);
	for (uint32_t i = 0; i < frame->count; i++)
		if (a->low[i] == a->high[i])
			bit_set(out.t, i);
	for (size_t w = 0; w < frame->words; w++) {
		out.t[w] = (out.t[w] & a->known[w]) | a->absent[w];
		out.f[w] = frame->all[w] & ~out.t[w];
	}
}

void kernel_number_is_absent(struct machine *m, const struct instruction *in)
{
	const struct numbers *a = numbers_as_is(m, in->a);
	struct truths out = truth_new(m, in->dst);
	size_t size = machine_frame(m, in->dst)->words * sizeof(uint64_t);

	memcpy(out.t, a->absent, size);
	memcpy(out.f, a->known, size);
}

void kernel_number_assume(struct machine *m, const struct instruction *in)
{
	const struct numbers *a = numbers_of(m, in->a), *b = numbers_of(m, in->b);
	uint32_t count = machine_frame(m, in->dst)->count;
	struct numbers_out out = numbers_new(m, in->dst);

	for (uint32_t i = 0; i < count; i++) {
		struct number n = numbers_get(a, i);

		numbers_put(&out, i, number_is_decided(n) ? n : numbers_get(b, i));
	}
}

/* --- comparisons --------------------------------------------------------- */

/* Of COUNT rows: where X is less than Y.  Whole words, with a count that is
 * known, are what a compiler does many at a time. */
static uint64_t less_word(const int64_t *x, const int64_t *y, uint32_t count)
{
	uint8_t bytes[64] = { 0 };

	if (count == 64)
		for (int j = 0; j < 64; j++)
			bytes[j] = x[j] < y[j];
	else
		for (uint32_t j = 0; j < count; j++)
			bytes[j] = x[j] < y[j];
	return pack_word(bytes);
}

static uint64_t at_most_word(const int64_t *x, const int64_t *y, uint32_t count)
{
	return ~less_word(y, x, count);
}

static uint64_t same_word(const struct numbers *a, const struct numbers *b,
    size_t at, uint32_t count)
{
	uint8_t bytes[64] = { 0 };

	for (uint32_t j = 0; j < count; j++)
		bytes[j] = (a->low[at + j] == a->high[at + j]) &
		    (b->low[at + j] == b->high[at + j]) &
		    (a->low[at + j] == b->low[at + j]);
	return pack_word(bytes);
}

/* Every number that is known is one value: columns and constants are. */
static bool is_single(const struct numbers *n)
{
	return n->low == n->high;
}

static uint64_t compare_word(enum opcode op, const struct numbers *a, const struct numbers *b,
    size_t at, uint32_t n)
{
	if (op == OPCODE_EQ_N)
		return same_word(a, b, at, n);
	if (op == OPCODE_LT_N)
		return less_word(a->high + at, b->low + at, n);
	return at_most_word(a->high + at, b->low + at, n);
}

/* Where the comparison is certainly false, of intervals. */
static uint64_t refute_word(enum opcode op, const struct numbers *a, const struct numbers *b,
    size_t at, uint32_t n)
{
	if (op == OPCODE_EQ_N)
		return less_word(a->high + at, b->low + at, n) |
		    less_word(b->high + at, a->low + at, n);
	if (op == OPCODE_LT_N)
		return at_most_word(b->high + at, a->low + at, n);
	return less_word(b->high + at, a->low + at, n);
}

void kernel_number_compare(struct machine *m, const struct instruction *in)
{
	const struct frame *frame = machine_frame(m, in->dst);
	enum opcode op = (enum opcode)in->op;
	const struct numbers *a, *b;
	struct truths out;
	bool single;

	if (code_compare(m, in))
		return;
	a = numbers_of(m, in->a);
	b = numbers_of(m, in->b);
	out = truth_new(m, in->dst);
	single = is_single(a) && is_single(b);
	if (op == OPCODE_LE_N && fault_is(FAULT_LE_STRICT))
		op = OPCODE_LT_N;
	for (size_t w = 0; w < frame->words; w++) {
		size_t at = w * 64;
		uint32_t n = frame->count - at < 64 ? frame->count - (uint32_t)at : 64;
		uint64_t both = a->known[w] & b->known[w];
		uint64_t holds = compare_word(op, a, b, at, n);

		out.t[w] = both & holds;
		out.f[w] = both & (single ? ~holds : refute_word(op, a, b, at, n));
		if (op == OPCODE_EQ_N) {
			out.t[w] |= a->absent[w] & b->absent[w];
			out.f[w] |= (a->known[w] & b->absent[w]) | (a->absent[w] & b->known[w]);
		}
	}
}

/* --- arithmetic ---------------------------------------------------------- */

/* A duration counts as whole days, truncated; no bound stays none. */
static struct number to_days(struct number n)
{
	if (n.low != NUMBER_LOW)
		n.low /= SECONDS_PER_DAY;
	if (n.high != NUMBER_HIGH)
		n.high /= SECONDS_PER_DAY;
	return n;
}

static struct number calculate(const struct instruction *in, struct number a, struct number b)
{
	if (in->imm == UNIT_DAYS)
		b = to_days(b);
	if (in->op == OPCODE_ADD)
		return number_add(a, b);
	if (in->op == OPCODE_MULTIPLY)
		return number_multiply(a, b);
	if (in->op == OPCODE_DIVIDE)
		return number_divide(a, b);
	a = number_subtract(a, b);
	return in->imm == UNIT_DATES ? number_multiply(a, number_of(SECONDS_PER_DAY)) : a;
}

void kernel_number_arithmetic(struct machine *m, const struct instruction *in)
{
	const struct numbers *a = numbers_of(m, in->a);
	const struct numbers *b = in->op == OPCODE_NEGATE ? a : numbers_of(m, in->b);
	uint32_t count = machine_frame(m, in->dst)->count;
	struct numbers_out out = numbers_new(m, in->dst);

	for (uint32_t i = 0; i < count; i++) {
		struct number x = numbers_get(a, i), y = numbers_get(b, i);

		numbers_put(&out, i, in->op == OPCODE_NEGATE ?
		    number_subtract(number_of(0), x) : calculate(in, x, y));
	}
}
