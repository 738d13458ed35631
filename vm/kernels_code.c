/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Columns by their codes: conditions on one cell, asked once for each code that
 * the column has, and kept with the instruction; and codes written down as
 * words or numbers, for those who need them.
 */
#include "vm/machine.h"

/* --- writing down --------------------------------------------------------- */

#define DECODE(codes_type, row) \
	for (uint32_t i = 0; i < count; i++) \
		out[i] = (out_type)column_decode(c, \
		    (int64_t)((const codes_type *)c->codes)[row]); \
	break

/* Truths are words. */
#define DECODE_WORDS(row) \
	case 4: DECODE(uint32_t, row); \
	default: \
		for (uint32_t i = 0; i < count; i++) \
			out[i] = bit_get(c->codes, row)
/* Numbers that take 8 bytes are there already: is_plain. */
#define DECODE_NUMBERS(row) \
	default: DECODE(uint32_t, row)

/* COUNT rows; ROW is that of the i-th. */
#define DECODER(name, type, parameter, row, other) \
static void name(const struct column *c, parameter, uint32_t count, type *out) \
{ \
	typedef type out_type; \
\
	assert(c->width <= 4); \
	switch (c->width) { \
	case 1: DECODE(uint8_t, row); \
	case 2: DECODE(uint16_t, row); \
	other(row); \
	} \
}
DECODER(words_from, uint32_t, uint32_t start, start + i, DECODE_WORDS)
DECODER(numbers_from, int64_t, uint32_t start, start + i, DECODE_NUMBERS)
DECODER(words_at, uint32_t, const uint32_t *at, at[i], DECODE_WORDS)
DECODER(numbers_at, int64_t, const uint32_t *at, at[i], DECODE_NUMBERS)

void column_gather_words(const struct column *c, const uint32_t *at, uint32_t count,
    uint32_t *words)
{
	words_at(c, at, count, words);
}

void column_gather_numbers(const struct column *c, const uint32_t *at, uint32_t count,
    int64_t *numbers)
{
	numbers_at(c, at, count, numbers);
}

const struct scalar *scalar_write(struct machine *m, uint16_t operand)
{
	struct scalar *s = &machine_value(m, operand)->scalar;
	uint32_t count = machine_frame(m, operand)->count, *words;

	if (s->constant) {
		s->word = constant_words(m, s->constant, count);
	} else if (s->is_row) {
		s->word = machine_iota(m) + s->start;
	} else {
		words = SCRATCH(m, uint32_t, count + (size_t)1);
		words_from(s->column, s->start, count, words);
		s->word = words;
	}
	return s;
}

const struct numbers *numbers_write(struct machine *m, uint16_t operand)
{
	struct numbers *n = &machine_value(m, operand)->numbers;
	uint32_t count = machine_frame(m, operand)->count;
	int64_t *numbers;

	if (n->constant) {
		n->low = constant_numbers(m, n->constant, count);
	} else {
		numbers = SCRATCH(m, int64_t, count + (size_t)1);
		numbers_from(n->column, n->start, count, numbers);
		n->low = numbers;
	}
	n->high = n->low;
	return n;
}

/* --- conditions ---------------------------------------------------------- */

/* How a choice is made: by a condition, or between two cells. */
struct choosing {
	const struct column *column;
	code_condition condition;	/* or NULL */
	void *context;
	int64_t low, high;
};

static struct code_choice *choice_of(struct machine *m)
{
	return __atomic_load_n(&m->choices[m->now], __ATOMIC_ACQUIRE);
}

static void make_choice(struct machine *m, void *context)
{
	const struct choosing *how = context;
	struct code_choice *choice;

	if (choice_of(m))
		return;			/* another member was quicker */
	choice = ARENA_NEW(m->common, struct code_choice);
	*choice = how->condition ?
	    code_choose(m->common, how->column, how->condition, how->context) :
	    code_between(how->column, how->low, how->high);
	__atomic_store_n(&m->choices[m->now], choice, __ATOMIC_RELEASE);
}

static const struct code_choice *choose_by(struct machine *m, struct choosing *how)
{
	if (!choice_of(m))
		machine_once(m, make_choice, how);
	return choice_of(m);
}

static const struct code_choice *choose(struct machine *m, const struct column *column,
    code_condition condition, void *context)
{
	return choose_by(m, &(struct choosing){ column, condition, context, 0, 0 });
}

static const struct code_choice *choose_between(struct machine *m,
    const struct column *column, int64_t low, int64_t high)
{
	return choose_by(m, &(struct choosing){ column, NULL, NULL, low, high });
}

/* A piece of a column. */
struct piece {
	const struct column *column;
	uint32_t start;
	const uint64_t *known, *absent;
};

static struct piece piece_of(const struct scalar *s)
{
	return (struct piece){ s->column, s->start, s->known, s->absent };
}

static struct truths apply(struct machine *m, const struct instruction *in, struct piece a,
    const struct code_choice *choice)
{
	const struct frame *frame = machine_frame(m, in->dst);
	struct truths out = truth_new(m, in->dst);

	code_select(m->code_kernels, a.column, a.start, frame->count, &choice->t, a.known,
	    out);
	/* Some known rows are neither: what is false is chosen by itself. */
	if (!choice->exact)
		code_select(m->code_kernels, a.column, a.start, frame->count, &choice->f,
		    a.known, (struct truths){ out.f, plane_new(m, frame->count) });
	return out;
}

/* What is none is not what is compared with. */
static void refute_absent(struct machine *m, const struct instruction *in,
    struct truths out, const uint64_t *absent)
{
	size_t words = machine_frame(m, in->dst)->words;

	for (size_t w = 0; w < words; w++)
		out.f[w] |= absent[w];
}

/* --- comparisons with constants ------------------------------------------ */

static bool is_value(const struct constant *c)
{
	return c && c->state == CONSTANT_VALUE;
}

struct interval { int64_t low, high; };

static enum truth is_between(void *context, int64_t cell)
{
	const struct interval *i = context;

	return cell >= i->low && cell <= i->high ? TRUTH_TRUE : TRUTH_FALSE;
}

static const struct code_choice *choose_interval(struct machine *m,
    const struct column *column, struct interval i)
{
	if (column->dictionary || column->width == 0)
		return choose(m, column, is_between, &i);
	return choose_between(m, column, i.low, i.high);
}

bool code_equal(struct machine *m, const struct instruction *in)
{
	const struct scalar *a = scalar_as_is(m, in->a), *b = scalar_as_is(m, in->b);

	if (a->constant) {
		const struct scalar *swapped = a;

		a = b;
		b = swapped;
	}
	if (!a->column || !is_value(b->constant))
		return false;
	refute_absent(m, in, apply(m, in, piece_of(a), choose_interval(m, a->column,
	    (struct interval){ b->constant->cell, b->constant->cell })), a->absent);
	return true;
}

/* The numbers x for which x OP K holds; or, TURNED, K OP x.  No constant is an
 * end of the numbers (invariant 41). */
static struct interval interval_of(enum opcode op, int64_t k, bool turned)
{
	assert(k > NUMBER_LOW && k < NUMBER_HIGH);
	if (op == OPCODE_EQ_N)
		return (struct interval){ k, k };
	if (turned)
		return (struct interval){ op == OPCODE_LT_N ? k + 1 : k, INT64_MAX };
	return (struct interval){ INT64_MIN, op == OPCODE_LT_N ? k - 1 : k };
}

bool code_compare(struct machine *m, const struct instruction *in)
{
	const struct numbers *a = numbers_as_is(m, in->a), *b = numbers_as_is(m, in->b);
	enum opcode op = (enum opcode)in->op;
	bool turned = a->constant != NULL;
	struct truths out;

	if (turned) {
		const struct numbers *swapped = a;

		a = b;
		b = swapped;
	}
	if (!a->column || !is_value(b->constant))
		return false;
	if (op == OPCODE_LE_N && fault_is(FAULT_LE_STRICT))
		op = OPCODE_LT_N;
	out = apply(m, in, (struct piece){ a->column, a->start, a->known, a->absent },
	    choose_interval(m, a->column, interval_of(op, b->constant->cell, turned)));
	if (op == OPCODE_EQ_N)
		refute_absent(m, in, out, a->absent);
	return true;
}

/* --- texts ---------------------------------------------------------------- */

struct text_condition {
	struct machine *m;
	enum opcode op;
	const struct pattern *pattern;
	struct str constant;
	bool turned;
};

static enum truth matches(void *context, int64_t cell)
{
	const struct text_condition *c = context;
	enum regex_answer answer = pattern_match(c->m, c->pattern, (symbol)cell);

	if (answer == REGEX_MATCH)
		return TRUTH_TRUE;
	return answer == REGEX_NO_MATCH ? TRUTH_FALSE : TRUTH_UNKNOWN;
}

bool code_match(struct machine *m, const struct instruction *in)
{
	const struct scalar *a = scalar_as_is(m, in->a);
	struct text_condition c = { .m = m, .pattern = machine_pattern(m, in->imm) };

	if (!a->column || !column_is_coded(a->column))
		return false;
	apply(m, in, piece_of(a), choose(m, a->column, matches, &c));
	return true;
}

static enum truth relates(void *context, int64_t cell)
{
	const struct text_condition *c = context;
	struct str text = symbol_text(c->m->graph->symbols, (symbol)cell);

	return scalar_relates(c->op, c->turned ? c->constant : text,
	    c->turned ? text : c->constant) ? TRUTH_TRUE : TRUTH_FALSE;
}

bool code_relate(struct machine *m, const struct instruction *in)
{
	const struct scalar *a = scalar_as_is(m, in->a), *b = scalar_as_is(m, in->b);
	struct text_condition c = { .m = m, .op = (enum opcode)in->op,
		.turned = a->constant != NULL };

	if (c.turned) {
		const struct scalar *swapped = a;

		a = b;
		b = swapped;
	}
	if (!a->column || !column_is_coded(a->column) || !is_value(b->constant))
		return false;
	c.constant = symbol_text(m->graph->symbols, (symbol)b->constant->cell);
	apply(m, in, piece_of(a), choose(m, a->column, relates, &c));
	return true;
}

/* --- sets and enums ------------------------------------------------------- */

static enum truth is_member(void *context, int64_t cell)
{
	return sets_member(context, 0, cell);
}

bool code_in_set(struct machine *m, const struct instruction *in)
{
	const struct scalar *a = scalar_as_is(m, in->a);
	const struct sets *b = sets_of(m, in->b);
	const struct frame *frame = machine_frame(m, in->dst);
	struct truths out;

	if (!a->column || !column_is_coded(a->column) || !b->uniform)
		return false;
	out = apply(m, in, piece_of(a), choose(m, a->column, is_member,
	    (void *)(uintptr_t)b));
	refute_absent(m, in, out, a->absent);
	/* Nothing is an element of the empty set. */
	if (b->from[0] == b->to[0] && !sets_rest(b, 0))
		for (size_t w = 0; w < frame->words; w++)
			out.f[w] |= frame->all[w] & ~out.t[w];
	return true;
}

static enum truth field_is(void *context, int64_t cell)
{
	const struct table *table = context;

	if ((uint64_t)cell >= table->rows)
		return TRUTH_UNKNOWN;
	if (bit_get(table->t, (size_t)cell))
		return TRUTH_TRUE;
	return bit_get(table->f, (size_t)cell) ? TRUTH_FALSE : TRUTH_UNKNOWN;
}

bool code_field(struct machine *m, const struct instruction *in, const struct table *table)
{
	const struct scalar *a = scalar_as_is(m, in->a);

	if (!a->column || !column_is_coded(a->column))
		return false;
	apply(m, in, piece_of(a), choose(m, a->column, field_is,
	    (void *)(uintptr_t)table));
	return true;
}
