/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Postings: many constants asked of one set register, `h.roles has a`,
 * `h.roles has b`, ...  Each by itself would look at every element.  Where a
 * unit asks for several, known before it runs, the elements of a batch are
 * looked at once, and for each constant the rows that have it written down:
 * a test then costs the rows it finds, and its planes.
 *
 * Lists are made for a batch and go with it.  So they fit the cache, take part
 * in the limit on memory as all of a batch does, and need neither be shared
 * nor know which rows a batch has.
 */
#include "vm/vectorize.h"

#include "vm/machine.h"

/* Tests of one register from which postings pay; bench/vm, "has". */
#define TESTS_LEAST 3

/* The constants that a unit asks of one of its set registers. */
struct inquiry {
	uint32_t count;
	uint32_t *constants;
	struct lookup *lookup;		/* made when first asked for; members share it */
};

/* From a cell to its slot; 0: nobody asks for it. */
struct lookup {
	unsigned shift;			/* of a product, to a place */
	uint32_t mask;			/* places, a power of two, less one */
	uint16_t *places;		/* open addressing: a slot, or 0 */
	uint32_t slots;
	int64_t *cells;			/* by slot */
	uint16_t *slot_of;		/* by constant of the inquiry */
};

/* Two lists for each slot: rows that have it, and rows that may. */
struct postings {
	const uint32_t *starts;		/* of list 2 * slot + certain; and one more */
	const uint32_t *rows;
	const uint64_t *closed;		/* rows that have what they list and no more */
};

/* --- what is asked for ---------------------------------------------------- */

static bool is_test(const struct instruction *in)
{
	return in->op == OPCODE_IN_W || in->op == OPCODE_IN_M;
}

/* The constant of an IN, or NULL.  WRITERS: by register, the instruction. */
static const struct instruction *constant_of(struct machine *m,
    const struct instruction *in, const uint32_t *writers)
{
	const struct instruction *a, *b;

	if (!is_test(in))
		return NULL;
	a = &m->program->code.items[writers[OPERAND_REGISTER(in->a)]];
	b = &m->program->code.items[writers[OPERAND_REGISTER(in->b)]];
	return a->op == OPCODE_CONST && b->op != OPCODE_CONST &&
	    m->program->constants.items[a->imm].state == CONSTANT_VALUE ? a : NULL;
}

static void link_inquiries(struct machine *m, const struct program_unit *unit,
    uint32_t *writers, struct inquiry **by_register)
{
	const struct instruction *code = m->program->code.items;
	uint32_t end = (uint32_t)(unit->first + unit->count);
	uint32_t *tests = ARENA_ARRAY(m->common, uint32_t, unit->register_count);

	memset(by_register, 0, unit->register_count * sizeof(struct inquiry *));
	for (uint32_t at = unit->first; at < end; at++) {
		if (code[at].dst != OPERAND_NONE)
			writers[code[at].dst] = at;
		if (constant_of(m, &code[at], writers))
			tests[OPERAND_REGISTER(code[at].b)]++;
	}
	for (uint32_t at = unit->first; at < end; at++) {
		const struct instruction *a = constant_of(m, &code[at], writers);
		uint16_t set = OPERAND_REGISTER(code[at].b);
		struct inquiry *inquiry;

		if (!a || tests[set] < TESTS_LEAST)
			continue;
		if (!by_register[set]) {
			by_register[set] = ARENA_NEW(m->common, struct inquiry);
			by_register[set]->constants = ARENA_ARRAY(m->common, uint32_t,
			    tests[set]);
		}
		inquiry = by_register[set];
		m->tests[at] = (struct membership){ inquiry, inquiry->count };
		inquiry->constants[inquiry->count++] = a->imm;
	}
}

void postings_link(struct machine *m)
{
	const struct program *p = m->program;
	uint32_t *writers;
	struct inquiry **by_register;

	m->tests = ARENA_ARRAY(m->common, struct membership, p->code.count);
	writers = ARENA_ARRAY(m->common, uint32_t, m->most_registers);
	by_register = ARENA_ARRAY(m->common, struct inquiry *, m->most_registers);
	for (size_t i = 0; i < p->units.count; i++)
		link_inquiries(m, &p->units.items[i], writers, by_register);
}

/* --- cells to slots ------------------------------------------------------- */

/* Multiplicative hashing (Knuth, volume 3, section 6.4). */
static inline uint32_t first_place(const struct lookup *l, int64_t cell)
{
	return (uint32_t)((uint64_t)cell * UINT64_C(0x9e3779b97f4a7c15) >> l->shift);
}

static uint32_t find_place(const struct lookup *l, int64_t cell)
{
	uint32_t at = first_place(l, cell);

	while (l->places[at] && l->cells[l->places[at]] != cell)
		at = (at + 1) & l->mask;
	return at;
}

static void make_lookup(struct machine *m, void *context)
{
	struct inquiry *inquiry = context;
	struct lookup *l;
	unsigned bits = 3;

	if (__atomic_load_n(&inquiry->lookup, __ATOMIC_ACQUIRE))
		return;			/* another member was quicker */
	while ((1u << bits) < 8 * inquiry->count)
		bits++;
	l = ARENA_NEW(m->common, struct lookup);
	*l = (struct lookup){ .shift = 64 - bits, .mask = (1u << bits) - 1, .slots = 1,
	    .places = ARENA_ARRAY(m->common, uint16_t, (size_t)1 << bits),
	    .cells = ARENA_ARRAY(m->common, int64_t, inquiry->count + (size_t)1),
	    .slot_of = ARENA_ARRAY(m->common, uint16_t, inquiry->count) };
	for (uint32_t i = 0; i < inquiry->count; i++) {
		int64_t cell = machine_constant(m, inquiry->constants[i])->cell;
		uint32_t at = find_place(l, cell);

		if (!l->places[at]) {
			l->cells[l->slots] = cell;
			l->places[at] = (uint16_t)l->slots++;
		}
		l->slot_of[i] = l->places[at];
	}
	__atomic_store_n(&inquiry->lookup, l, __ATOMIC_RELEASE);
}

static const struct lookup *lookup_of(struct machine *m, struct inquiry *inquiry)
{
	if (!__atomic_load_n(&inquiry->lookup, __ATOMIC_ACQUIRE))
		machine_once(m, make_lookup, inquiry);
	return __atomic_load_n(&inquiry->lookup, __ATOMIC_ACQUIRE);
}

/* --- lists ---------------------------------------------------------------- */

/* Elements somebody may ask for: those whose first place is taken.  Without
 * a jump in the loop, and WIDE is known where this is called. */
static inline uint32_t find_likely(const struct lookup *l, const struct sets *s,
    uint32_t from, uint32_t to, bool wide, uint32_t *likely)
{
	uint32_t count = 0;

	for (uint32_t e = from; e < to; e++) {
		int64_t cell = wide ? ((const int64_t *)s->cells)[e] :
		    ((const uint32_t *)s->cells)[e];

		likely[count] = e;
		count += l->places[first_place(l, cell)] != 0;
	}
	return count;
}

/* Elements that somebody asks for, in the order of rows. */
struct found {
	uint32_t count;
	uint32_t *list, *row;
	uint32_t *sizes;		/* by list */
};

static void find_elements(const struct lookup *l, const struct sets *s,
    const uint32_t *likely, uint32_t count, struct found *f)
{
	uint32_t row = 0;

	for (uint32_t i = 0; i < count; i++) {
		uint32_t e = likely[i], slot = l->places[find_place(l, sets_cell(s, e))];

		if (slot == 0)
			continue;
		while (s->to[row] <= e)
			row++;
		f->row[f->count] = row;
		f->list[f->count] = 2 * slot + bit_get(s->certain, e);
		f->sizes[f->list[f->count++]]++;
	}
}

static const uint64_t *closed_rows(struct machine *m, const struct sets *s,
    const struct frame *frame)
{
	uint64_t *closed = plane_new(m, frame->count);

	for (size_t w = 0; w < frame->words; w++)
		closed[w] = frame->all[w] & ~s->open[w];
	for (uint32_t i = 0; s->anonymous && i < frame->count; i++)
		if (s->anonymous[i])
			bit_clear(closed, i);
	return closed;
}

static const struct postings *make_postings(struct machine *m, const struct lookup *l,
    const struct sets *s, const struct frame *frame)
{
	uint32_t from = s->from[0], to = s->to[frame->count - 1], lists = 2 * l->slots;
	uint32_t *likely = SCRATCH(m, uint32_t, to - from + (size_t)1);
	uint32_t count = s->wide ? find_likely(l, s, from, to, true, likely) :
	    find_likely(l, s, from, to, false, likely);
	struct found f = { .list = SCRATCH(m, uint32_t, count),
		.row = SCRATCH(m, uint32_t, count),
		.sizes = SCRATCH(m, uint32_t, lists) };
	uint32_t *starts = SCRATCH(m, uint32_t, lists + (size_t)1), *at = f.sizes;
	struct postings *p = SCRATCH(m, struct postings, 1);
	uint32_t *rows;

	memset(f.sizes, 0, lists * sizeof(*f.sizes));
	find_elements(l, s, likely, count, &f);
	/* Nobody asks for slot 0. */
	starts[0] = starts[1] = starts[2] = 0;
	for (uint32_t i = 2; i < lists; i++) {
		starts[i + 1] = starts[i] + f.sizes[i];
		at[i] = starts[i];
	}
	rows = SCRATCH(m, uint32_t, f.count);
	for (uint32_t i = 0; i < f.count; i++)
		rows[at[f.list[i]]++] = f.row[i];
	*p = (struct postings){ starts, rows, closed_rows(m, s, frame) };
	return p;
}

static void add_list(const struct postings *p, uint32_t list, uint64_t *plane)
{
	for (uint32_t i = p->starts[list]; i < p->starts[list + 1]; i++)
		bit_set(plane, p->rows[i]);
}

/* What a row neither has nor may have, it has not. */
static void refute(size_t words, const uint64_t *restrict closed, struct truths out)
{
	const uint64_t *restrict t = out.t;
	uint64_t *restrict f = out.f;

	for (size_t w = 0; w < words; w++)
		f[w] = closed[w] & ~t[w] & ~f[w];
}

bool postings_has(struct machine *m, const struct instruction *in)
{
	const struct membership *test = &m->tests[m->now];
	const struct frame *frame = machine_frame(m, in->dst);
	struct value *b = machine_value(m, in->b);
	const struct postings *p;
	const struct lookup *l;
	struct truths out;
	uint32_t list;

	if (!test->inquiry || frame->count == 0 || !sets_is_one_piece(&b->sets, frame->count))
		return false;
	l = lookup_of(m, test->inquiry);
	if (!b->postings)
		b->postings = make_postings(m, l, &b->sets, frame);
	p = b->postings;
	out = truth_new(m, in->dst);
	list = 2 * (uint32_t)l->slot_of[test->number];
	plane_zero(out.t, frame->count);
	plane_zero(out.f, frame->count);
	add_list(p, list, fault_is(FAULT_HAS_POSSIBLE) ? out.t : out.f);
	add_list(p, list + 1, out.t);
	refute(frame->words, p->closed, out);
	return true;
}
