/* SPDX-License-Identifier: Apache-2.0 */
/* From what is touched to what must be run: backward through the units, so that
 * who fetches is known before those that store. */
#include "vm/plane.h"
#include "vm/touch.h"

/* Rows between two that are touched and are run with them: a batch of a few
 * rows costs as much as one of some hundreds. */
#define ROWS_NEAR 512

struct parts {
	struct arena *arena;
	const struct program *program;
	const struct graph *graph;
	const struct touched *touched;
	bool exact;
	struct run_part *part;
	bool *stores;			/* wanted by a unit that is run */
	bool *frames;			/* per frame: an instruction inside is needed */
	bool *registers;		/* of the unit at hand */
};

/* --- instructions --------------------------------------------------------- */

static void need_operand(struct parts *p, uint16_t operand)
{
	if (OPERAND_REGISTER(operand) != OPERAND_NONE)
		p->registers[OPERAND_REGISTER(operand)] = true;
}

static void need_path(struct parts *p, uint32_t number)
{
	const struct program_path *path = &p->program->paths.items[number];

	for (uint32_t i = 0; i < path->step_count; i++) {
		const struct program_step *s =
		    &p->program->steps.items[path->first_step + i];

		if (s->kind != STEP_LINK)
			p->stores[s->index] = true;
	}
}

static void need_subject(struct parts *p, const struct instruction *in)
{
	uint32_t rule;
	int rest;
	unsigned count = touch_cells(p->program, in, &rule, &rest);

	for (unsigned i = 0; i < count; i++)
		need_operand(p, p->program->rules.items[rule].subject[i]);
}

static bool is_needed(const struct parts *p, size_t at, const struct instruction *in)
{
	if (touch_is_result(in))
		return !touch_is_none(&p->touched->results[at]);
	if (in->op == OPCODE_STORE)
		return p->stores[in->imm];
	if (in->dst == OPERAND_NONE)
		return p->frames[in->imm];
	return p->registers[in->dst];
}

static void need(struct parts *p, const struct program_unit *unit,
    const struct instruction *in)
{
	enum imm_kind imm = (enum imm_kind)opcode_info((enum opcode)in->op)->imm;
	uint16_t inner = in->dst != OPERAND_NONE ? in->dst : in->a;

	need_operand(p, in->a);
	need_operand(p, in->b);
	need_operand(p, in->c);
	for (uint16_t f = program_operand(p->program, unit, inner)->frame;
	    f != SCHEMA_NONE; f = p->program->frames.items[f].parent)
		p->frames[f] = true;
	if (imm == IMM_STORE && in->op != OPCODE_STORE)
		p->stores[in->imm] = true;
	if (imm == IMM_PATH)
		need_path(p, in->imm);
	if (touch_is_result(in))
		need_subject(p, in);
}

/* Marks what is needed of a unit and of the stores before it. */
static void need_unit(struct parts *p, const struct program_unit *unit)
{
	memset(p->registers, 0, unit->register_count * sizeof(*p->registers));
	for (size_t at = unit->first + unit->count; at-- > unit->first;) {
		const struct instruction *in = &p->program->code.items[at];

		p->part->skip[at] = !is_needed(p, at, in);
		if (!p->part->skip[at])
			need(p, unit, in);
	}
}

/* --- rows ----------------------------------------------------------------- */

static void add_rows(struct parts *p, struct run_piece *piece, uint64_t low, uint64_t end)
{
	if (piece->rows.count > 0 &&
	    low <= VEC_LAST(&piece->rows)->end + (p->exact ? 0 : ROWS_NEAR))
		VEC_LAST(&piece->rows)->end = end;
	else
		*VEC_PUSH(p->arena, &piece->rows) = (struct run_rows){ low, end };
}

static void add_entities(struct parts *p, struct run_piece *piece,
    const struct extent *extent, const uint64_t *plane, uint64_t base, uint64_t factor)
{
	size_t end = extent->first + (size_t)extent->count;

	for (size_t e = plane_next(plane, end, extent->first); e < end;
	    e = plane_next(plane, end, e + 1)) {
		uint64_t row = base + (e - extent->first) * factor;

		add_rows(p, piece, row, row + factor);
	}
}

/* The pairs of a row of x; of the others those with a touched y. */
static void add_pairs(struct parts *p, struct run_piece *piece,
    const struct program_frame *root, const struct touch *t)
{
	const struct extent *x = &p->graph->extents[root->kinds[0]];
	const struct extent *y = &p->graph->extents[root->kinds[1]];

	for (uint64_t i = 0; i < x->count; i++) {
		if (t->rows[0] && bit_get(t->rows[0], x->first + i))
			add_rows(p, piece, i * y->count, (i + 1) * y->count);
		else if (t->rows[1])
			add_entities(p, piece, y, t->rows[1], i * y->count, 1);
	}
}

/* Some rows are touched, so there is a dimension. */
static void add_touched(struct parts *p, struct run_piece *piece,
    const struct program_frame *root, const struct touch *t)
{
	if (root->kinds[1] != SCHEMA_NONE)
		add_pairs(p, piece, root, t);
	else
		add_entities(p, piece, &p->graph->extents[root->kinds[0]], t->rows[0], 0, 1);
}

static uint64_t root_rows(const struct parts *p, const struct program_frame *root)
{
	uint64_t rows = 1;

	for (int i = 0; i < 2 && root->kinds[i] != SCHEMA_NONE; i++)
		rows *= p->graph->extents[root->kinds[i]].count;
	return rows;
}

static void join_planes(struct parts *p, const uint64_t **into, const uint64_t *from)
{
	size_t words = BITS_WORDS(p->graph->entity_count);
	uint64_t *sum;

	if (!from || *into == from)
		return;
	if (!*into) {
		*into = from;
		return;
	}
	sum = ARENA_ARRAY(p->arena, uint64_t, words);
	for (size_t w = 0; w < words; w++)
		sum[w] = from[w] | (*into)[w];
	*into = sum;
}

/* All that is touched of the results of a unit. */
static struct touch touch_of(struct parts *p, const struct program_unit *unit)
{
	struct touch sum = { 0 };

	for (size_t at = unit->first; at < unit->first + unit->count; at++) {
		const struct touch *t = &p->touched->results[at];

		sum.all |= t->all;
		for (int d = 0; d < 2; d++)
			join_planes(p, &sum.rows[d], t->rows[d]);
	}
	return sum;
}

static bool is_store_wanted(const struct parts *p, size_t first, size_t end)
{
	for (size_t s = 0; s < p->program->stores.count; s++)
		if (p->stores[s] && p->program->stores.items[s].unit >= first &&
		    p->program->stores.items[s].unit < end)
			return true;
	return false;
}

static void part_unit(struct parts *p, size_t number, bool whole)
{
	const struct program_unit *unit = &p->program->units.items[number];
	const struct program_frame *root = &p->program->frames.items[unit->frame];
	struct run_piece *piece = &p->part->pieces[number];
	struct touch t = touch_of(p, unit);

	piece->runs = whole || !touch_is_none(&t);
	if (!piece->runs)
		return;
	if (whole || t.all)
		add_rows(p, piece, 0, root_rows(p, root));
	else
		add_touched(p, piece, root, &t);
	need_unit(p, unit);
}

/* Units of a component fetch from each other. */
static void part_component(struct parts *p, size_t first, size_t end)
{
	if (!is_store_wanted(p, first, end))
		return;
	for (size_t s = 0; s < p->program->stores.count; s++)
		if (p->program->stores.items[s].unit >= first &&
		    p->program->stores.items[s].unit < end)
			p->stores[s] = true;
	for (size_t u = end; u-- > first;)
		part_unit(p, u, true);
}

struct run_part *touch_part(struct arena *arena, const struct program *program,
    const struct graph *graph, const struct touched *touched, bool exact)
{
	struct parts p = { .arena = arena, .program = program, .graph = graph,
		.touched = touched, .exact = exact };
	size_t most = 0, first;

	for (size_t u = 0; u < program->units.count; u++)
		if (program->units.items[u].register_count > most)
			most = program->units.items[u].register_count;
	p.registers = ARENA_ARRAY(arena, bool, most);
	p.frames = ARENA_ARRAY(arena, bool, program->frames.count);
	p.stores = ARENA_ARRAY(arena, bool, program->stores.count);
	p.part = ARENA_NEW(arena, struct run_part);
	p.part->skip = ARENA_ARRAY(arena, bool, program->code.count);
	p.part->pieces = ARENA_ARRAY(arena, struct run_piece, program->units.count);
	memset(p.part->skip, true, program->code.count);
	for (size_t end = program->units.count; end > 0; end = first) {
		const struct program_unit *units = program->units.items;

		first = end - 1;
		while (first > 0 && units[first].component != SCHEMA_NONE &&
		    units[first - 1].component == units[first].component)
			first--;
		if (units[first].component != SCHEMA_NONE)
			part_component(&p, first, end);
		else
			part_unit(&p, first, is_store_wanted(&p, first, end));
	}
	return p.part;
}
