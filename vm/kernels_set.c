/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Sets: certain elements, possible ones, anonymous ones, open or closed.
 * The rules are those of docs/semantics.md, "Sets", row by row; the elements
 * of a row ascend, so two sets are walked side by side.
 */
#include "vm/machine.h"

bool sets_new(struct machine *m, uint16_t dst, uint64_t most, struct sets_out *out)
{
	const struct frame *frame = machine_frame(m, dst);
	struct value *v = machine_value(m, dst);
	uint32_t *rows;

	if (!machine_charge(m, most))
		return false;
	rows = SCRATCH(m, uint32_t, 3 * (size_t)frame->count);
	*out = (struct sets_out){
		.from = rows, .to = rows + frame->count,
		.anonymous = rows + 2 * (size_t)frame->count,
		.wide = machine_register(m, dst)->type == REGISTER_NUMBERS,
		.certain = plane_new_zero(m, (size_t)most),
		.open = plane_new_zero(m, frame->count),
	};
	out->cells = scratch_get(m->scratch, (size_t)most * (out->wide ? 8 : 4));
	v->sets = (struct sets){ out->from, out->to, out->cells, out->certain,
	    out->anonymous, out->open, .wide = out->wide };
	v->ready = true;
	return true;
}

/* --- one row ------------------------------------------------------------- */

/* The first element of the row that is not below CELL. */
static uint32_t seek(const struct sets *s, uint32_t row, int64_t cell)
{
	uint32_t low = s->from[row], high = s->to[row];

	while (low < high) {
		uint32_t middle = low + (high - low) / 2;

		if (sets_cell(s, middle) < cell)
			low = middle + 1;
		else
			high = middle;
	}
	return low;
}

bool sets_lists(const struct sets *s, uint32_t row, int64_t cell, bool *certain)
{
	uint32_t at = seek(s, row, cell);

	if (at == s->to[row] || sets_cell(s, at) != cell)
		return false;
	*certain = bit_get(s->certain, at);
	return true;
}

enum truth sets_member(const struct sets *s, uint32_t row, int64_t cell)
{
	bool certain;

	if (sets_lists(s, row, cell, &certain))
		return certain ? TRUTH_TRUE : TRUTH_UNKNOWN;
	return sets_rest(s, row) ? TRUTH_UNKNOWN : TRUTH_FALSE;
}

static bool is_empty(const struct sets *s, uint32_t row)
{
	return s->from[row] == s->to[row] && !sets_rest(s, row);
}

struct number sets_count(const struct sets *s, uint32_t row, uint32_t clip)
{
	int64_t certain = (int64_t)plane_count_range(s->certain, s->from[row], s->to[row]);
	int64_t u = sets_anonymous(s, row), listed = s->to[row] - s->from[row];
	struct number n = number_of(certain);

	if (u > 0 && certain == 0)
		n.low = 1;
	n.high = listed + u;
	if (fault_is(FAULT_COUNT_POSSIBLE))
		n.high = certain + u;
	if (bit_get(s->open, row) && !fault_is(FAULT_COUNT_OPEN))
		n.high = NUMBER_HIGH;
	if (clip && n.high > clip)
		n.high = clip;
	return n;
}

/* --- states -------------------------------------------------------------- */

static void put_truth(struct truths out, uint32_t row, enum truth truth)
{
	bit_put(out.t, row, truth == TRUTH_TRUE);
	bit_put(out.f, row, truth == TRUTH_FALSE);
}

/* Truths that are put row by row: the tail must be zero. */
static struct truths rows_new(struct machine *m, uint16_t dst)
{
	struct truths out = truth_new(m, dst);
	uint32_t count = machine_frame(m, dst)->count;

	plane_zero(out.t, count);
	plane_zero(out.f, count);
	return out;
}

void kernel_set_known(struct machine *m, const struct instruction *in)
{
	const struct sets *a = sets_of(m, in->a);
	struct truths out = rows_new(m, in->dst);
	uint32_t count = machine_frame(m, in->dst)->count;

	for (uint32_t i = 0; i < count; i++) {
		uint64_t certain = plane_count_range(a->certain, a->from[i], a->to[i]);
		bool known = (fault_is(FAULT_KNOWN_OPEN) || !sets_rest(a, i)) && certain == a->to[i] - a->from[i];

		put_truth(out, i, known ? TRUTH_TRUE : TRUTH_FALSE);
	}
}

void kernel_set_close(struct machine *m, const struct instruction *in)
{
	struct value *v = machine_value(m, in->dst);

	v->sets = *sets_of(m, in->a);
	v->sets.open = plane_new_zero(m, machine_frame(m, in->dst)->count);
	v->ready = true;
}

void kernel_set_single_word(struct machine *m, const struct instruction *in)
{
	const struct scalar *a = scalar_of(m, in->a);
	uint32_t count = machine_frame(m, in->dst)->count;
	struct sets_out out;

	if (!sets_new(m, in->dst, count, &out))
		return;
	for (uint32_t i = 0; i < count; i++) {
		bool unknown = !bit_get(a->known, i) && !bit_get(a->absent, i);

		sets_start(&out, i);
		if (bit_get(a->known, i))
			sets_add(&out, a->word[i], true);
		sets_end(&out, i, unknown && !in->imm, unknown && in->imm);
	}
}

void kernel_set_single_number(struct machine *m, const struct instruction *in)
{
	const struct numbers *a = numbers_of(m, in->a);
	uint32_t count = machine_frame(m, in->dst)->count;
	struct sets_out out;

	if (!sets_new(m, in->dst, count, &out))
		return;
	for (uint32_t i = 0; i < count; i++) {
		bool unknown = !number_is_decided(numbers_get(a, i));

		sets_start(&out, i);
		if (!unknown && !bit_get(a->absent, i))
			sets_add(&out, a->low[i], true);
		sets_end(&out, i, unknown && !in->imm, unknown && in->imm);
	}
}

/* --- elements ------------------------------------------------------------ */

/*
 * One word in the rows of a table, which stand in one piece: all elements are
 * compared with it, and the rows that have one found.
 */
static bool has_word(struct machine *m, const struct instruction *in)
{
	const struct scalar *a = scalar_as_is(m, in->a);
	const struct sets *b = sets_of(m, in->b);
	const struct frame *frame = machine_frame(m, in->dst);
	uint64_t *equal, *certain, *dense;
	struct pieces pieces;
	struct truths out;
	uint32_t first, count;

	/* Where they stand in one piece, there is a row. */
	if (!a->constant || a->constant->state != CONSTANT_VALUE || b->to != b->from + 1)
		return false;
	assert(frame->count > 0);
	first = b->from[0];
	count = b->to[frame->count - 1] - first;
	out = truth_new(m, in->dst);
	equal = plane_new(m, count + (size_t)1);
	certain = plane_new(m, count + (size_t)1);
	/* Each element is known; which are not equal nobody asks. */
	plane_ones(certain, count);
	m->code_kernels->range[CODE_U32]((const uint32_t *)b->cells + first, count,
	    (uint32_t)a->constant->cell, 0, certain, equal,
	    plane_new(m, count + (size_t)1));
	if (count)
		plane_take(certain, b->certain, first, count);
	for (size_t w = 0; w < BITS_WORDS(count); w++)
		certain[w] &= equal[w];
	pieces = (struct pieces){ .from = b->from, .to = b->to, .first = first,
		.count = frame->count, .bits = count };
	pieces_find(&pieces, plane_new(m, count + (size_t)1), plane_new(m, frame->count));
	dense = plane_new(m, frame->count + (size_t)64);
	m->code_kernels->fold(certain, &pieces, 0, dense, out.t);
	m->code_kernels->fold(equal, &pieces, 0, dense, out.f);
	for (size_t w = 0; w < frame->words; w++)
		out.f[w] = frame->all[w] & ~out.f[w] & ~b->open[w];
	for (uint32_t i = 0; b->anonymous && i < frame->count; i++)
		if (b->anonymous[i])
			bit_clear(out.f, i);
	return true;
}

void kernel_set_in_words(struct machine *m, const struct instruction *in)
{
	const struct sets *b = sets_of(m, in->b);
	uint32_t count = machine_frame(m, in->dst)->count;
	const struct scalar *a;
	struct truths out;

	if (code_in_set(m, in) || postings_has(m, in) || has_word(m, in))
		return;
	a = scalar_of(m, in->a);
	out = rows_new(m, in->dst);
	for (uint32_t i = 0; i < count; i++) {
		if (bit_get(a->known, i))
			put_truth(out, i, sets_member(b, i, a->word[i]));
		else if (bit_get(a->absent, i) || (is_empty(b, i) && !fault_is(FAULT_IN_EMPTY)))
			put_truth(out, i, TRUTH_FALSE);
	}
}

static enum truth number_in(struct number x, const struct sets *s, uint32_t row)
{
	bool maybe = sets_rest(s, row);

	if (x.absent || is_empty(s, row))
		return TRUTH_FALSE;
	if (!x.known)
		return TRUTH_UNKNOWN;
	if (x.low == x.high)
		return sets_member(s, row, x.low);
	for (uint32_t e = seek(s, row, x.low); e < s->to[row] && !maybe; e++)
		maybe = sets_cell(s, e) <= x.high;
	return maybe ? TRUTH_UNKNOWN : TRUTH_FALSE;
}

void kernel_set_in_numbers(struct machine *m, const struct instruction *in)
{
	const struct sets *b = sets_of(m, in->b);
	uint32_t count = machine_frame(m, in->dst)->count;
	const struct numbers *a;
	struct truths out;

	if (postings_has(m, in))
		return;
	a = numbers_of(m, in->a);
	out = rows_new(m, in->dst);
	for (uint32_t i = 0; i < count; i++)
		put_truth(out, i, number_in(numbers_get(a, i), b, i));
}

/* --- comparison ---------------------------------------------------------- */

static enum truth subset(const struct sets *a, const struct sets *b, uint32_t row, uint32_t clip)
{
	bool certain = !sets_rest(a, row), closed = !sets_rest(b, row);
	uint32_t y = b->from[row];

	for (uint32_t x = a->from[row]; x < a->to[row]; x++) {
		int64_t cell = sets_cell(a, x);
		bool listed;

		while (y < b->to[row] && sets_cell(b, y) < cell)
			y++;
		listed = y < b->to[row] && sets_cell(b, y) == cell;
		if (!listed || (!bit_get(b->certain, y) && !fault_is(FAULT_SUBSET_POSSIBLE)))
			certain = false;
		if (!listed && closed && bit_get(a->certain, x))
			return TRUTH_FALSE;
	}
	if (certain)
		return TRUTH_TRUE;
	return sets_count(a, row, clip).low > sets_count(b, row, clip).high ?
	    TRUTH_FALSE : TRUTH_UNKNOWN;
}

void kernel_set_subset(struct machine *m, const struct instruction *in)
{
	const struct sets *a = sets_of(m, in->a), *b = sets_of(m, in->b);
	struct truths out = rows_new(m, in->dst);
	uint32_t count = machine_frame(m, in->dst)->count;

	for (uint32_t i = 0; i < count; i++)
		put_truth(out, i, subset(a, b, i, in->imm));
}

void kernel_set_same(struct machine *m, const struct instruction *in)
{
	const struct sets *a = sets_of(m, in->a), *b = sets_of(m, in->b);
	struct truths out = rows_new(m, in->dst);
	uint32_t count = machine_frame(m, in->dst)->count;

	for (uint32_t i = 0; i < count; i++) {
		enum truth there = subset(a, b, i, in->imm);
		enum truth back = subset(b, a, i, in->imm);

		if (there == TRUTH_TRUE && back == TRUTH_TRUE)
			bit_set(out.t, i);
		else if (there == TRUTH_FALSE || back == TRUTH_FALSE)
			bit_set(out.f, i);
	}
}

void kernel_set_count(struct machine *m, const struct instruction *in)
{
	const struct sets *a = sets_of(m, in->a);
	uint32_t count = machine_frame(m, in->dst)->count;
	struct numbers_out out = numbers_new(m, in->dst);

	for (uint32_t i = 0; i < count; i++)
		numbers_put(&out, i, sets_count(a, i, in->imm));
}

/* --- union, intersect, without ------------------------------------------- */

/* Is an element in the result, given whether it is in A and in B? */
typedef enum truth (*combination)(enum truth in_a, enum truth in_b);

static enum truth in_both(enum truth a, enum truth b)
{
	if (a == TRUTH_FALSE || b == TRUTH_FALSE)
		return TRUTH_FALSE;
	return a == TRUTH_TRUE && b == TRUTH_TRUE ? TRUTH_TRUE : TRUTH_UNKNOWN;
}

static enum truth in_first(enum truth a, enum truth b)
{
	if (a == TRUTH_FALSE || (b == TRUTH_TRUE && !fault_is(FAULT_WITHOUT_KEEPS)))
		return TRUTH_FALSE;
	return a == TRUTH_TRUE && b == TRUTH_FALSE ? TRUTH_TRUE : TRUTH_UNKNOWN;
}

/* Of a union, only elements that are listed somewhere are asked for. */
static enum truth in_either(enum truth a, enum truth b)
{
	return a == TRUTH_TRUE || b == TRUTH_TRUE ? TRUTH_TRUE : TRUTH_UNKNOWN;
}

static enum truth listed(const struct sets *s, uint32_t at)
{
	return bit_get(s->certain, at) ? TRUTH_TRUE : TRUTH_UNKNOWN;
}

static void combine_row(struct sets_out *out, const struct sets *a,
    const struct sets *b, uint32_t row, combination combine)
{
	enum truth no_a = sets_rest(a, row) ? TRUTH_UNKNOWN : TRUTH_FALSE;
	enum truth no_b = sets_rest(b, row) ? TRUTH_UNKNOWN : TRUTH_FALSE;
	uint32_t x = a->from[row], y = b->from[row];

	while (x < a->to[row] || y < b->to[row]) {
		bool take_a = x < a->to[row], take_b = y < b->to[row];
		int64_t cell_a = take_a ? sets_cell(a, x) : 0;
		int64_t cell_b = take_b ? sets_cell(b, y) : 0;
		enum truth truth;

		if (take_a && take_b) {
			take_a = cell_a <= cell_b;
			take_b = cell_b <= cell_a;
		}
		truth = combine(take_a ? listed(a, x) : no_a, take_b ? listed(b, y) : no_b);
		/* An open A does not list what B takes away. */
		if (combine == in_first && !take_a)
			truth = TRUTH_FALSE;
		if (truth != TRUTH_FALSE)
			sets_add(out, take_a ? cell_a : cell_b, truth == TRUTH_TRUE);
		x += take_a;
		y += take_b;
	}
}

static uint64_t elements(const struct sets *s, uint32_t rows)
{
	uint64_t count = 0;

	for (uint32_t i = 0; i < rows; i++)
		count += s->to[i] - s->from[i];
	return count;
}

static void combine_rest(struct sets_out *out, const struct sets *a,
    const struct sets *b, uint32_t row, enum opcode op)
{
	bool rest_a = sets_rest(a, row), open;
	uint32_t anonymous;

	if (op == OPCODE_UNION_W || op == OPCODE_UNION_M) {
		open = (bit_get(a->open, row) && !fault_is(FAULT_UNION_OPEN)) ||
		    bit_get(b->open, row);
		anonymous = anonymous_add(sets_anonymous(a, row), sets_anonymous(b, row),
		    &open);
		sets_end(out, row, anonymous, open);
	} else if (op == OPCODE_INTERSECT_W || op == OPCODE_INTERSECT_M)
		sets_end(out, row, 0, rest_a && sets_rest(b, row));
	else
		sets_end(out, row, 0, rest_a);
}

/* One row was computed and is that of all others too. */
static void repeat_row(struct machine *m, uint16_t dst, struct sets_out *out, uint32_t count)
{
	for (uint32_t i = 1; i < count; i++) {
		out->from[i] = out->from[0];
		out->to[i] = out->to[0];
		out->anonymous[i] = out->anonymous[0];
		bit_put(out->open, i, bit_get(out->open, 0));
	}
	machine_value(m, dst)->sets.uniform = true;
}

void kernel_set_combine(struct machine *m, const struct instruction *in)
{
	const struct sets *a = sets_of(m, in->a), *b = sets_of(m, in->b);
	uint32_t count = machine_frame(m, in->dst)->count;
	bool uniform = a->uniform && b->uniform && count > 0;
	uint32_t rows = uniform ? 1 : count;
	enum opcode op = (enum opcode)in->op;
	combination combine = in_first;
	struct sets_out out;

	if (op == OPCODE_UNION_W || op == OPCODE_UNION_M)
		combine = in_either;
	else if (op == OPCODE_INTERSECT_W || op == OPCODE_INTERSECT_M)
		combine = in_both;
	if (!sets_new(m, in->dst, elements(a, rows) + elements(b, rows), &out))
		return;
	for (uint32_t i = 0; i < rows; i++) {
		sets_start(&out, i);
		combine_row(&out, a, b, i, combine);
		combine_rest(&out, a, b, i, op);
	}
	if (uniform)
		repeat_row(m, in->dst, &out, count);
}
