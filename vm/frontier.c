/* SPDX-License-Identifier: Apache-2.0 */
/*
 * In a component truths flow from a FETCH of one of its stores to a STORE
 * through AND, OR, COPY, UP and ANY alone (invariant 71).  Where no AND has
 * two operands that rise, a stored row is
 *
 *	base or any link: gate(link) and truth(row looked up)
 *
 * in Kleene's logic, as AND distributes over OR and ANY: a gate is what the
 * operands that do not rise say along the way, and base what the row is when
 * nothing holds yet, which it was when it was run.  So gates are computed once,
 * from the STORE backward; links whose gate is false are left out, and those
 * whose gate is true are marked.  Then the rows that are true are those
 * which true ones lead to along marked links, and those not false the ones
 * that those not false lead to along any.
 */
#include "vm/frontier.h"

#include "base/guard.h"

struct strand_link {
	uint32_t looked;		/* row of the store that is looked up */
	uint32_t rests;			/* row that rests on it; the low bit: the gate is true */
};

/* The links of one FETCH to one STORE. */
struct strand {
	uint32_t fetch, store;		/* instructions */
	VEC(struct strand_link) links;
	uint16_t unit;
	uint32_t *offsets, *rests;	/* the same, by row looked up */
};

/* A store of the component. */
struct rising {
	uint32_t store;
	uint32_t low, end;		/* rows that may still rise */
	VEC(uint32_t) rows;		/* that did, in that order */
	size_t followed;		/* of them */
};

struct frontier {
	struct arena *arena;		/* of what is written down */
	struct arena_mark start;
	size_t first, end;		/* units */
	bool fits;			/* its rows can be told so */
	bool joint;			/* an AND has two operands that rise */
	bool lost;
	struct strand *strands;
	size_t strand_count;
	struct rising *stores;
	size_t store_count;
	bool *rises;			/* per register of a unit, for the unit at hand */
};

/* Rows that a word holds beside a bit. */
#define ROWS_MOST (UINT32_MAX / 2)

/* A row of any of the stores can be told so. */
static bool has_few_rows(const struct machine *m, const struct frontier *f)
{
	for (size_t i = 0; i < f->store_count; i++)
		if (m->stores[f->stores[i].store].rows > ROWS_MOST)
			return false;
	return true;
}

/* Then there is nothing to be said. */
static bool is_poisoned(const struct machine *m, const struct frontier *f)
{
	for (size_t i = 0; i < f->store_count; i++)
		if (m->stores[f->stores[i].store].poison)
			return true;
	return false;
}

/* A store that is fetched in the component is of that or one before. */
static bool is_inner(const struct machine *m, const struct frontier *f, uint32_t store)
{
	uint16_t unit = m->program->stores.items[store].unit;

	return unit >= f->first;
}

static bool is_inner_fetch(const struct machine *m, const struct frontier *f,
    const struct instruction *in)
{
	return in->op == OPCODE_FETCH_T && is_inner(m, f, in->imm);
}

/* --- which registers rise -------------------------------------------------- */

static bool rises(const struct frontier *f, uint16_t operand)
{
	return OPERAND_REGISTER(operand) != OPERAND_NONE &&
	    f->rises[OPERAND_REGISTER(operand)];
}

/* False: two that rise are joined by an AND. */
static bool find_rising(const struct machine *m, struct frontier *f,
    const struct program_unit *unit)
{
	bool is_plain = true;

	memset(f->rises, 0, unit->register_count * sizeof(*f->rises));
	for (size_t i = unit->first; i < unit->first + unit->count; i++) {
		const struct instruction *in = &m->program->code.items[i];

		if (in->dst == OPERAND_NONE)
			continue;
		f->rises[in->dst] = is_inner_fetch(m, f, in) || rises(f, in->a) ||
		    rises(f, in->b);
		if (in->op == OPCODE_AND && rises(f, in->a) && rises(f, in->b))
			is_plain = false;
	}
	return is_plain;
}

/* --- what there is ---------------------------------------------------------- */

static size_t count_code(const struct machine *m, const struct frontier *f,
    const struct program_unit *unit, bool stores)
{
	size_t count = 0;

	for (size_t i = unit->first; i < unit->first + unit->count; i++) {
		const struct instruction *in = &m->program->code.items[i];

		count += stores ? in->op == OPCODE_STORE : is_inner_fetch(m, f, in);
	}
	return count;
}

static void add_strands(struct machine *m, struct frontier *f, const struct program_unit *unit)
{
	const struct instruction *code = m->program->code.items;

	for (size_t s = unit->first; s < unit->first + unit->count; s++) {
		if (code[s].op != OPCODE_STORE)
			continue;
		f->stores[f->store_count++].store = code[s].imm;
		for (size_t i = unit->first; i < s; i++)
			if (is_inner_fetch(m, f, &code[i]))
				f->strands[f->strand_count++] = (struct strand){
				    .fetch = (uint32_t)i, .store = (uint32_t)s,
				    .unit = m->program->stores.items[code[s].imm].unit };
	}
}

static void make(struct machine *m, struct frontier *f)
{
	const struct program_unit *units = m->program->units.items;
	size_t strands = 0, stores = 0;

	f->rises = ARENA_ARRAY(m->arena, bool, m->most_registers + (size_t)1);
	for (size_t u = f->first; u < f->end; u++) {
		size_t own = count_code(m, f, &units[u], true);

		f->joint |= !find_rising(m, f, &units[u]);
		stores += own;
		strands += own * count_code(m, f, &units[u], false);
	}
	f->strands = ARENA_ARRAY(m->arena, struct strand, strands);
	f->stores = ARENA_ARRAY(m->arena, struct rising, stores);
	for (size_t u = f->first; u < f->end; u++)
		add_strands(m, f, &units[u]);
	f->arena = arena_new_in(m->arena);
	f->start = arena_here(f->arena);
}

/* Memory that the machine does not have is not ours to mend. */
static void lose(struct frontier *f)
{
	if (guard_reason() != limit_name(LIMIT_MEMORY))
		guard_raise(guard_reason());
	frontier_reset(f);
	f->lost = true;
}

struct frontier *frontier_new(struct machine *m, size_t first, size_t end)
{
	struct frontier *f;
	struct guard guard;

	if (!GUARD_SET(&guard)) {
		if (guard_reason() != limit_name(LIMIT_MEMORY))
			guard_raise(guard_reason());
		return NULL;
	}
	f = ARENA_NEW(m->arena, struct frontier);
	f->fits = true;
	f->first = first;
	f->end = end;
	make(m, f);
	f->fits &= has_few_rows(m, f);
	guard_clear(&guard);
	return f;
}

void frontier_reset(struct frontier *f)
{
	for (size_t i = 0; i < f->strand_count; i++) {
		struct strand *s = &f->strands[i];

		*s = (struct strand){ .fetch = s->fetch, .store = s->store, .unit = s->unit };
	}
	for (size_t i = 0; i < f->store_count; i++)
		f->stores[i] = (struct rising){ .store = f->stores[i].store };
	arena_rollback(f->arena, f->start);
	f->lost = false;
}

bool frontier_fits(const struct frontier *f)
{
	return f->fits;
}

/* Rows below are final, and nothing needs to be known of them. */
static uint32_t first_rising(const struct machine *m, const struct frontier *f, uint32_t store)
{
	const struct table *table = &m->stores[store];

	if (table->asked)
		return table->asked->done;
	return m->settled[f->first] ? table->rows : 0;
}

/* --- gates ------------------------------------------------------------------ */

/* Of a unit's registers that rise; NULL planes: not on the way to the STORE. */
struct gates {
	struct machine *m;
	struct frontier *f;
	struct truths *of;		/* by register */
};

static struct truths planes_new(struct machine *m, uint32_t rows)
{
	return (struct truths){ plane_new(m, rows), plane_new(m, rows) };
}

/* A register may reach the STORE on several ways. */
static void add_gate(struct gates *g, uint16_t operand, struct truths way)
{
	struct truths *gate = &g->of[OPERAND_REGISTER(operand)], sum;
	const struct frame *frame = machine_frame(g->m, operand);

	if (!gate->t) {
		*gate = way;
		return;
	}
	sum = planes_new(g->m, frame->count);
	for (size_t w = 0; w < frame->words; w++) {
		sum.t[w] = gate->t[w] | way.t[w];
		sum.f[w] = gate->f[w] & way.f[w];
	}
	*gate = sum;
}

/* Through an AND, whose other operand is OTHER; that one may rise, too. */
static void gate_and(struct gates *g, uint16_t operand, struct truths gate, uint16_t other)
{
	const struct frame *frame = machine_frame(g->m, operand);
	struct truths sum = planes_new(g->m, frame->count), o = truth_of(g->m, other);

	if (rises(g->f, other)) {
		add_gate(g, operand, gate);
		return;
	}
	for (size_t w = 0; w < frame->words; w++) {
		sum.t[w] = gate.t[w] & o.t[w];
		sum.f[w] = gate.f[w] | o.f[w];
	}
	add_gate(g, operand, sum);
}

/* From a parent's row to its children. */
static void gate_down(struct gates *g, uint16_t child, uint16_t parent, struct truths gate)
{
	struct frame *frame = machine_frame(g->m, child);
	const uint32_t *up = frame_rows_above(g->m, frame, machine_frame(g->m, parent));
	struct truths wide = { plane_new_zero(g->m, frame->count),
		plane_new_zero(g->m, frame->count) };

	for (uint32_t i = 0; i < frame->count; i++) {
		bit_put(wide.t, i, bit_get(gate.t, up[i]));
		bit_put(wide.f, i, bit_get(gate.f, up[i]));
	}
	add_gate(g, child, wide);
}

/* From children to a row above: the best of them. */
static void gate_up(struct gates *g, uint16_t above, uint16_t child, struct truths gate)
{
	struct frame *frame = machine_frame(g->m, child), *to = machine_frame(g->m, above);
	const uint32_t *up = frame_rows_above(g->m, frame, to);
	struct truths sum = { plane_new_zero(g->m, to->count), plane_new(g->m, to->count) };

	plane_ones(sum.f, to->count);
	for (uint32_t i = 0; i < frame->count; i++) {
		if (bit_get(gate.t, i))
			bit_set(sum.t, up[i]);
		if (!bit_get(gate.f, i))
			bit_clear(sum.f, up[i]);
	}
	add_gate(g, above, sum);
}

/* The gate of a result becomes those of its operands that rise. */
static void gate_back(struct gates *g, const struct instruction *in)
{
	struct truths gate = g->of[in->dst];
	bool a = rises(g->f, in->a), b = rises(g->f, in->b);

	switch ((unsigned)in->op) {
	case OPCODE_AND:
		if (a)
			gate_and(g, in->a, gate, in->b);
		if (b)
			gate_and(g, in->b, gate, in->a);
		break;
	case OPCODE_OR: case OPCODE_COPY:
		if (a)
			add_gate(g, in->a, gate);
		if (b)
			add_gate(g, in->b, gate);
		break;
	case OPCODE_UP:
		gate_up(g, in->a, in->dst, gate);
		break;
	default:
		CHECKED(in->op == OPCODE_ANY_W || in->op == OPCODE_ANY_M);
		gate_down(g, in->a, in->dst, gate);
		break;
	}
}

/* --- writing down ------------------------------------------------------------ */

static void write_links(struct machine *m, struct frontier *f, struct strand *s,
    struct truths gate)
{
	const struct instruction *in = &m->program->code.items[s->fetch];
	const struct value *v = machine_value(m, in->dst);
	struct frame *frame = machine_frame(m, in->dst), *root = &m->frames[m->unit->frame];
	const uint32_t *above = frame == root ? NULL : frame_rows_above(m, frame, root);
	uint32_t low = first_rising(m, f, in->imm);

	for (size_t w = 0; w < frame->words; w++) {
		uint64_t bits = v->looked_known[w] & ~gate.f[w];

		for (; bits; bits &= bits - 1) {
			uint32_t i = (uint32_t)(w * 64) + (uint32_t)__builtin_ctzll(bits);
			uint32_t row = (uint32_t)root->base + (above ? above[i] : i);

			if (v->looked[i] >= low)
				*VEC_PUSH(f->arena, &s->links) = (struct strand_link){
				    v->looked[i], row << 1 | (bit_get(gate.t, i) ||
				    fault_is(FAULT_RISE_CERTAIN)) };
		}
	}
}

static void record_store(struct machine *m, struct frontier *f, size_t store)
{
	const struct instruction *code = m->program->code.items;
	struct frame *root = &m->frames[m->unit->frame];
	size_t registers = m->unit->register_count;
	struct gates g = { m, f, SCRATCH(m, struct truths, registers) };
	struct strand *s = f->strands;

	if (!rises(f, code[store].a))
		return;
	memset(g.of, 0, registers * sizeof(*g.of));
	g.of[OPERAND_REGISTER(code[store].a)] = (struct truths){ root->all,
		plane_new_zero(m, root->count) };
	for (size_t i = store; i-- > m->unit->first;) {
		if (code[i].dst == OPERAND_NONE || !g.of[code[i].dst].t)
			continue;
		if (!is_inner_fetch(m, f, &code[i])) {
			gate_back(&g, &code[i]);
			continue;
		}
		while (s->fetch != i || s->store != store)
			s = s + 1 < f->strands + f->strand_count ? s + 1 : f->strands;
		write_links(m, f, s, g.of[code[i].dst]);
	}
}

/* Not a part of who is jumped back to: what that has in registers is lost. */
static __attribute__((noinline)) void record_stores(struct machine *m, struct frontier *f)
{
	find_rising(m, f, m->unit);
	for (size_t i = m->unit->first; i < m->unit->first + m->unit->count; i++)
		if (m->program->code.items[i].op == OPCODE_STORE)
			record_store(m, f, i);
}

void frontier_record(struct machine *m, struct frontier *f)
{
	struct guard guard;

	if (f->lost)
		return;
	if (is_poisoned(m, f)) {
		frontier_reset(f);
		f->lost = true;
		return;
	}
	if (!GUARD_SET(&guard)) {
		lose(f);
		return;
	}
	record_stores(m, f);
	guard_clear(&guard);
}

/* --- rising ------------------------------------------------------------------ */

static struct rising *rising_of(const struct frontier *f, uint32_t store)
{
	struct rising *r = f->stores;

	while (r->store != store)
		r++;
	return r;
}

/* The links by the row that is looked up. */
static void turn(struct frontier *f, struct strand *s, const struct rising *looked)
{
	uint32_t rows = looked->end - looked->low, sum = 0;

	s->offsets = ARENA_ARRAY(f->arena, uint32_t, rows + (size_t)2);
	s->rests = arena_alloc_raw(f->arena, (s->links.count + 1) * sizeof(*s->rests));
	for (size_t i = 0; i < s->links.count; i++)
		s->offsets[s->links.items[i].looked - looked->low + 2]++;
	for (uint32_t r = 0; r < rows + 2; r++)
		s->offsets[r] = sum += s->offsets[r];
	for (size_t i = 0; i < s->links.count; i++)
		s->rests[s->offsets[s->links.items[i].looked - looked->low + 1]++] =
		    s->links.items[i].rests;
}

/* What rests on rows [FROM, TO) of those that rose.  Rows may be added to the
 * very list that is gone through. */
static void follow(struct machine *m, struct frontier *f, const struct strand *s,
    const struct rising *looked, size_t from, size_t to, bool must)
{
	struct rising *rests = rising_of(f, m->program->code.items[s->store].imm);
	const struct table *table = &m->stores[rests->store];
	uint64_t *plane = must ? table->t : table->f;

	for (size_t i = from; i < to; i++) {
		uint32_t r = looked->rows.items[i] - looked->low;

		for (uint32_t at = s->offsets[r]; at < s->offsets[r + 1]; at++) {
			uint32_t row = s->rests[at] >> 1;

			if ((must && !(s->rests[at] & 1)) || bit_get(plane, row) == must)
				continue;
			*VEC_PUSH(f->arena, &rests->rows) = row;
			bit_put(plane, row, must);
		}
	}
}

/* Those that are true, or not false, by now. */
static void list_risen(struct machine *m, struct frontier *f, struct rising *r, bool must)
{
	const struct table *table = &m->stores[r->store];
	const uint64_t *plane = must ? table->t : table->f;

	r->rows.count = r->followed = 0;
	for (uint32_t row = r->low; row < r->end; row++)
		if (bit_get(plane, row) == must)
			*VEC_PUSH(f->arena, &r->rows) = row;
}

/* In one plane: of the true rows, or of the false ones, which they leave. */
static void spread(struct machine *m, struct frontier *f, bool must)
{
	bool news = true;

	for (size_t i = 0; i < f->store_count; i++)
		list_risen(m, f, &f->stores[i], must);
	while (news) {
		news = false;
		for (size_t i = 0; i < f->store_count; i++) {
			struct rising *r = &f->stores[i];
			size_t from = r->followed, to = r->rows.count;

			r->followed = to;
			news |= from < to;
			for (size_t s = 0; s < f->strand_count && from < to; s++)
				if (m->program->code.items[f->strands[s].fetch].imm == r->store)
					follow(m, f, &f->strands[s], r, from, to, must);
		}
	}
}

/* --- rising, where truths are joined ------------------------------------------ */

/* A unit's rows that rest on what rose. */
struct stirred {
	uint64_t *is;
	VEC(uint32_t) rows;
};

static void stir(struct machine *m, struct frontier *f, const struct strand *s,
    struct stirred *stirred, const struct rising *looked)
{
	const uint64_t *final = m->stores[m->program->code.items[s->store].imm].t;

	for (size_t i = looked->followed; i < looked->rows.count; i++) {
		uint32_t r = looked->rows.items[i] - looked->low;

		for (uint32_t at = s->offsets[r]; at < s->offsets[r + 1]; at++) {
			uint32_t row = s->rests[at] >> 1;

			if (bit_get(final, row) || bit_get(stirred->is, row))
				continue;
			bit_set(stirred->is, row);
			*VEC_PUSH(f->arena, &stirred->rows) = row;
		}
	}
}

static void stir_all(struct machine *m, struct frontier *f, struct stirred *stirred)
{
	for (size_t i = 0; i < f->strand_count; i++) {
		struct strand *s = &f->strands[i];

		stir(m, f, s, &stirred[s->unit - f->first],
		    rising_of(f, m->program->code.items[s->fetch].imm));
	}
	for (size_t i = 0; i < f->store_count; i++)
		f->stores[i].rows.count = f->stores[i].followed = 0;
}

static void run_stirred(struct machine *m, struct frontier *f, struct stirred *stirred)
{
	for (size_t u = f->first; u < f->end; u++) {
		struct stirred *s = &stirred[u - f->first];

		for (size_t i = 0; i < s->rows.count; i++)
			bit_clear(s->is, s->rows.items[i]);
		if (s->rows.count)
			batch_run_listed(m, u, s->rows.items, s->rows.count);
		s->rows.count = 0;
	}
}

static bool any_rose(const struct frontier *f)
{
	for (size_t i = 0; i < f->store_count; i++)
		if (f->stores[i].rows.count)
			return true;
	return false;
}

/* Rows that rest on what rose are run again, until none rises: of a store that is
 * poisoned none does. */
static void spread_joint(struct machine *m, struct frontier *f)
{
	struct stirred *stirred = ARENA_ARRAY(f->arena, struct stirred, f->end - f->first);

	for (size_t i = 0; i < f->store_count; i++) {
		struct rising *r = &f->stores[i];
		struct stirred *s = &stirred[m->program->stores.items[r->store].unit - f->first];

		list_risen(m, f, r, false);
		if (!s->is)
			s->is = ARENA_ARRAY(f->arena, uint64_t, BITS_WORDS(r->end) + 1);
	}
	while (any_rose(f)) {
		stir_all(m, f, stirred);
		run_stirred(m, f, stirred);
	}
}

void frontier_store(struct machine *m, uint32_t store, struct truths a,
    const struct frame *root)
{
	struct frontier *f = m->frontiers[m->groups[m->program->stores.items[store].unit]];
	struct rising *r = rising_of(f, store);
	struct table *table = &m->stores[store];

	for (uint32_t i = 0; i < root->count; i++) {
		uint32_t row = root->rows[i];

		if (bit_get(table->t, row) == bit_get(a.t, i) &&
		    bit_get(table->f, row) == bit_get(a.f, i))
			continue;
		/* First, as the push may be refused, and the batch done again. */
		*VEC_PUSH(f->arena, &r->rows) = row;
		bit_put(table->t, row, bit_get(a.t, i));
		bit_put(table->f, row, bit_get(a.f, i));
	}
}

/* --- all ----------------------------------------------------------------------- */

static void prepare(struct machine *m, struct frontier *f)
{
	for (size_t i = 0; i < f->store_count; i++) {
		struct rising *r = &f->stores[i];
		const struct table *table = &m->stores[r->store];

		r->low = first_rising(m, f, r->store);
		r->end = table->asked ? table->asked->count : table->rows;
	}
	for (size_t i = 0; i < f->strand_count; i++)
		turn(f, &f->strands[i], rising_of(f,
		    m->program->code.items[f->strands[i].fetch].imm));
}

/* Who is true is not false, so the false ones come first. */
static void spread_plain(struct machine *m, struct frontier *f)
{
	if (!fault_is(FAULT_RISE_POSSIBLE))
		spread(m, f, false);
	spread(m, f, true);
}

bool frontier_spread(struct machine *m, struct frontier *f)
{
	struct guard guard;

	if (f->lost)
		return false;
	if (!GUARD_SET(&guard)) {
		lose(f);
		return false;
	}
	prepare(m, f);
	if (f->joint)
		spread_joint(m, f);
	else
		spread_plain(m, f);
	guard_clear(&guard);
	return !is_poisoned(m, f);
}
