/* SPDX-License-Identifier: Apache-2.0 */
/*
 * From a child frame back to its parent: quantifiers, counts, sums, least and
 * greatest, collected sets.  Operand A is the truth w of each child row
 * (membership and condition), B the set that was expanded: its openness and
 * anonymous elements stand for what has no row.
 */
#include "base/wide.h"
#include "vm/machine.h"
#include "vm/sort.h"

/* A fold that is being made. */
struct fold {
	const struct frame *child, *parent;
	struct truths w;
	const struct sets *b;
};

static struct fold fold_of(struct machine *m, const struct instruction *in)
{
	return (struct fold){ machine_frame(m, in->a), machine_frame(m, in->dst),
	    truth_of(m, in->a), sets_of(m, in->b) };
}

/* The children of a row are [first_child, last_child). */
static uint32_t first_child(const struct fold *f, uint32_t row)
{
	return f->child->child[row];
}

static uint32_t last_child(const struct fold *f, uint32_t row)
{
	return f->child->child[row + 1];
}

/* The next child at or after CHILD, before END, whose truth is not false. */
static uint32_t next_possible(const struct fold *f, uint32_t child, uint32_t end)
{
	while (child < end && bit_get(f->w.f, child))
		child++;
	return child;
}

/* --- any and count ------------------------------------------------------- */

void kernel_fold_any(struct machine *m, const struct instruction *in)
{
	struct fold f = fold_of(m, in);
	struct truths out = truth_new(m, in->dst);
	const struct pieces *pieces = frame_pieces(m, machine_frame(m, in->a));
	uint64_t *possible = plane_new(m, f.parent->count);
	uint64_t *dense = plane_new(m, f.parent->count + (size_t)64);

	m->code_kernels->fold(f.w.t, pieces, 0, dense, out.t);
	m->code_kernels->fold(f.w.f, pieces, ~UINT64_C(0), dense, possible);
	if (!fault_is(FAULT_ANY_OPEN))
		for (size_t w = 0; w < f.parent->words; w++)
			possible[w] |= f.b->open[w];
	if (f.b->anonymous)
		for (uint32_t i = 0; i < f.parent->count; i++)
			if (f.b->anonymous[i])
				bit_set(possible, i);
	for (size_t w = 0; w < f.parent->words; w++)
		out.f[w] = f.parent->all[w] & ~possible[w] & ~out.t[w];
}

void kernel_fold_count(struct machine *m, const struct instruction *in)
{
	struct fold f = fold_of(m, in);
	struct numbers_out out = numbers_new(m, in->dst);
	uint64_t *all = out.known;

	plane_ones(all, f.parent->count);
	for (uint32_t i = 0; i < f.parent->count; i++) {
		uint32_t from = first_child(&f, i), to = last_child(&f, i);

		out.low[i] = (int64_t)plane_count_range(f.w.t, from, to);
		out.high[i] = to - from - (int64_t)plane_count_range(f.w.f, from, to) +
		    sets_anonymous(f.b, i);
	}
	for (size_t i = plane_next(f.b->open, f.parent->count, 0); i < f.parent->count;
	    i = plane_next(f.b->open, f.parent->count, i + 1))
		out.high[i] = NUMBER_HIGH;
}

/* --- sum ----------------------------------------------------------------- */

struct sum {
	struct wide low, high;
	bool no_low, no_high;		/* an end without bound */
};

static void sum_add(struct sum *sum, struct number n, bool certain)
{
	certain |= fault_is(FAULT_SUM_CERTAIN);
	if (!certain && n.low > 0)
		n.low = 0;
	if (!certain && n.high < 0)
		n.high = 0;
	sum->no_low |= n.low == NUMBER_LOW;
	sum->no_high |= n.high == NUMBER_HIGH;
	wide_add(&sum->low, n.low);
	wide_add(&sum->high, n.high);
}

/* An end of a sum, unless it is beyond the numbers. */
static bool read_end(struct wide end, int64_t *number)
{
	return wide_number(end, number) && *number != NUMBER_LOW &&
	    *number != NUMBER_HIGH;
}

static struct number sum_number(const struct sum *sum)
{
	struct number n = { NUMBER_LOW, NUMBER_HIGH, true, false };

	if ((!sum->no_low && !read_end(sum->low, &n.low)) ||
	    (!sum->no_high && !read_end(sum->high, &n.high)))
		return number_unknown();
	return n;
}

static struct number sum_row(const struct fold *f, const struct numbers *c, uint32_t row)
{
	uint32_t end = last_child(f, row);
	struct sum sum = { .no_low = sets_rest(f->b, row) };

	sum.no_high = sum.no_low;
	for (uint32_t i = next_possible(f, first_child(f, row), end); i < end;
	    i = next_possible(f, i + 1, end)) {
		struct number n = numbers_get(c, i);

		if (n.absent)
			continue;
		if (!n.known)
			return number_unknown();
		sum_add(&sum, n, bit_get(f->w.t, i));
	}
	return sum_number(&sum);
}

void kernel_fold_sum(struct machine *m, const struct instruction *in)
{
	struct fold f = fold_of(m, in);
	const struct numbers *c = numbers_of(m, in->c);
	struct numbers_out out = numbers_new(m, in->dst);

	for (uint32_t i = 0; i < f.parent->count; i++)
		numbers_put(&out, i, sum_row(&f, c, i));
}

/* --- least and greatest -------------------------------------------------- */

static int64_t lesser(int64_t a, int64_t b) { return a < b ? a : b; }

/* The greatest is the least of the mirrored numbers. */
static struct number mirror(struct number n)
{
	struct number turned = n;

	turned.low = n.high == NUMBER_HIGH ? NUMBER_LOW : -n.high;
	turned.high = n.low == NUMBER_LOW ? NUMBER_HIGH : -n.low;
	return turned;
}

static struct number least_row(const struct fold *f, const struct numbers *c,
    uint32_t row, bool greatest)
{
	uint32_t end = last_child(f, row);
	bool rest = sets_rest(f->b, row), certain = false, possible = false;
	int64_t low = rest ? NUMBER_LOW : NUMBER_HIGH, high = NUMBER_HIGH;

	for (uint32_t i = next_possible(f, first_child(f, row), end); i < end;
	    i = next_possible(f, i + 1, end)) {
		struct number n = numbers_get(c, i);

		if (n.absent || (!n.known && fault_is(FAULT_MIN_UNKNOWN)))
			continue;
		if (greatest && n.known)
			n = mirror(n);
		low = lesser(low, n.known ? n.low : NUMBER_LOW);
		if (n.known && bit_get(f->w.t, i)) {
			certain = true;
			high = lesser(high, n.high);
		} else
			possible = true;
	}
	if (!certain)
		return possible || rest ? number_unknown() : number_none();
	return (struct number){ low, high, .known = true };
}

void kernel_fold_extreme(struct machine *m, const struct instruction *in)
{
	struct fold f = fold_of(m, in);
	const struct numbers *c = numbers_of(m, in->c);
	struct numbers_out out = numbers_new(m, in->dst);
	bool greatest = in->op == OPCODE_MAX_W || in->op == OPCODE_MAX_M;

	for (uint32_t i = 0; i < f.parent->count; i++) {
		struct number n = least_row(&f, c, i, greatest);

		numbers_put(&out, i, greatest && n.known ? mirror(n) : n);
	}
}

/* --- sets ---------------------------------------------------------------- */

/* Elements of one row, gathered before they are sorted. */
struct gathered {
	struct element *items;
	uint32_t count, anonymous;
	bool open;
};

static void gather(struct gathered *g, int64_t cell, bool certain)
{
	g->items[g->count++] = (struct element){ cell, !certain };
}

static void put_gathered(struct sets_out *out, uint32_t row, struct gathered *g)
{
	sort_elements(g->items, g->count);
	sets_start(out, row);
	for (uint32_t i = 0; i < g->count; i++)
		if (i == 0 || g->items[i].cell != g->items[i - 1].cell)
			sets_add(out, g->items[i].cell, !g->items[i].possible);
	sets_end(out, row, g->anonymous, g->open);
}

/* The scalar or number register C at a row, as a set takes it: a number that
 * is not single counts as unknown. */
static struct number element_of(struct machine *m, uint16_t operand, uint32_t row)
{
	const struct scalar *c;
	struct number n;

	if (machine_register(m, operand)->type == REGISTER_NUMBER) {
		n = numbers_get(numbers_of(m, operand), row);
		n.known = n.known && n.low == n.high;
		return n;
	}
	c = scalar_of(m, operand);
	n = number_of(c->word[row]);
	n.known = bit_get(c->known, row);
	n.absent = bit_get(c->absent, row);
	return n;
}

static void collect_row(struct machine *m, const struct instruction *in,
    const struct fold *f, uint32_t row, struct gathered *g)
{
	uint32_t end = last_child(f, row);

	for (uint32_t i = next_possible(f, first_child(f, row), end); i < end;
	    i = next_possible(f, i + 1, end)) {
		struct number e = element_of(m, in->c, i);
		bool certain = bit_get(f->w.t, i);

		if (e.absent)
			continue;
		if (e.known)
			gather(g, e.low, certain);
		else if (fault_is(FAULT_COLLECT_UNKNOWN))
			continue;
		else if (in->imm || !certain)
			g->open = true;
		else
			g->anonymous++;
	}
}

static uint32_t most_children(const struct fold *f)
{
	uint32_t most = 0;

	for (uint32_t i = 0; i < f->parent->count; i++)
		if (last_child(f, i) - first_child(f, i) > most)
			most = last_child(f, i) - first_child(f, i);
	return most;
}

void kernel_fold_collect(struct machine *m, const struct instruction *in)
{
	struct fold f = fold_of(m, in);
	struct element *items;
	struct sets_out out;

	if (!sets_new(m, in->dst, f.child->count, &out))
		return;
	items = SCRATCH(m, struct element, most_children(&f));
	for (uint32_t i = 0; i < f.parent->count; i++) {
		struct gathered g = { .items = items };

		g.open = sets_rest(f.b, i) && !fault_is(FAULT_COLLECT_CLOSED);
		collect_row(m, in, &f, i, &g);
		put_gathered(&out, i, &g);
	}
}

static void flatten_row(const struct fold *f, const struct sets *c, uint32_t row,
    struct gathered *g)
{
	uint32_t end = last_child(f, row);

	for (uint32_t i = next_possible(f, first_child(f, row), end); i < end;
	    i = next_possible(f, i + 1, end)) {
		bool certain = bit_get(f->w.t, i);

		for (uint32_t e = c->from[i]; e < c->to[i]; e++)
			gather(g, sets_cell(c, e), certain &&
			    (bit_get(c->certain, e) || fault_is(FAULT_FLATTEN_CERTAIN)));
		g->open |= bit_get(c->open, i);
		if (!certain)
			g->open |= sets_anonymous(c, i) > 0;
		else
			g->anonymous = anonymous_add(g->anonymous, sets_anonymous(c, i),
			    &g->open);
	}
}

/* Elements that the children of a row bring at most; in all, and the most of
 * any row. */
static uint64_t flatten_room(const struct fold *f, const struct sets *c, uint64_t *most)
{
	uint64_t all = 0;

	*most = 0;
	for (uint32_t row = 0; row < f->parent->count; row++) {
		uint64_t of_row = 0;

		for (uint32_t i = first_child(f, row); i < last_child(f, row); i++)
			of_row += c->to[i] - c->from[i];
		all += of_row;
		if (of_row > *most)
			*most = of_row;
	}
	return all;
}

void kernel_fold_flatten(struct machine *m, const struct instruction *in)
{
	struct fold f = fold_of(m, in);
	const struct sets *c = sets_of(m, in->c);
	struct element *items;
	struct sets_out out;
	uint64_t most, all = flatten_room(&f, c, &most);

	if (!sets_new(m, in->dst, all, &out))
		return;
	items = SCRATCH(m, struct element, (size_t)most);
	for (uint32_t i = 0; i < f.parent->count; i++) {
		struct gathered g = { .items = items, .open = sets_rest(f.b, i) };

		flatten_row(&f, c, i, &g);
		put_gathered(&out, i, &g);
	}
}
