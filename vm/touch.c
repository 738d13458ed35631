/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Forward through the units, each register is given the root rows for which
 * its value may differ: those of its operands, and those that read a cell that
 * differs.  Which rows read cells of some entities is found backward, from the
 * register that names them to the rows it was made of, by turning links round
 * over the graph as it is now: on rows whose way there is the same as before,
 * it is the way of before.
 *
 * Paths, closures and recursive relations are not followed: where anything
 * they walk along differs, everything that asks them is touched.
 */
#include "vm/touch.h"

#include "vm/plane.h"

/* Sets of entities that were turned round along an attribute. */
struct turned {
	uint16_t attribute;
	const uint64_t *of, *result;
};

struct finder {
	struct arena *arena;
	const struct program *program;
	const struct delta *delta;
	const struct graph *graph;
	size_t words;			/* of a plane of entities */
	struct touch *registers;	/* of the unit at hand */
	struct touch *frames, *stores;
	uint32_t *expands;		/* per frame: the instruction that opens it */
	uint32_t *writers;		/* per store: its STORE */
	struct touched *touched;
	VEC(struct turned) turned;
	const uint64_t **targets;	/* per register of a unit: backward */
	unsigned depth;
};

/* Units that a search backward may go through. */
#define UNITS_DEEP 12

static const struct instruction *code_at(const struct finder *f, size_t at)
{
	return &f->program->code.items[at];
}

static const struct program_register *register_of(const struct finder *f,
    const struct program_unit *unit, uint16_t operand)
{
	return program_operand(f->program, unit, operand);
}

/* --- sets of rows --------------------------------------------------------- */

static void join_plane(struct finder *f, const uint64_t **into, const uint64_t *from)
{
	uint64_t *sum;

	if (!from || *into == from)
		return;
	if (!*into) {
		*into = from;
		return;
	}
	sum = ARENA_ARRAY(f->arena, uint64_t, f->words);
	for (size_t w = 0; w < f->words; w++)
		sum[w] = (*into)[w] | from[w];
	*into = sum;
}

static void join(struct finder *f, struct touch *into, const struct touch *from)
{
	into->all |= from->all;
	for (int d = 0; d < 2 && !into->all; d++)
		join_plane(f, &into->rows[d], from->rows[d]);
}

static bool has_any_of(const uint64_t *plane, const struct extent *extent)
{
	size_t end = extent->first + (size_t)extent->count;

	return plane_next(plane, end, extent->first) < end;
}

/* --- backward ------------------------------------------------------------- */

static bool has_element_in(const struct link *l, uint32_t row, const uint64_t *of)
{
	for (uint32_t i = l->offsets[row]; i < l->offsets[row + 1]; i++)
		if (bit_get(of, (size_t)link_cell(l, i)))
			return true;
	return false;
}

/* The entities whose attribute has an entity of the plane OF; NULL: none. */
static const uint64_t *turn(struct finder *f, uint16_t attribute, const uint64_t *of)
{
	const struct column *c = &f->graph->columns[attribute];
	const struct link *l = &f->graph->links[attribute];
	uint64_t *result = NULL;

	for (size_t i = 0; i < f->turned.count; i++)
		if (f->turned.items[i].attribute == attribute && f->turned.items[i].of == of)
			return f->turned.items[i].result;
	for (uint32_t row = 0; row < l->rows + c->rows; row++) {
		bool is_link = row < l->rows;
		uint32_t at = is_link ? row : row - l->rows;

		if (is_link ? !has_element_in(l, at, of) :
		    !bit_get(c->known, at) || !bit_get(of, (size_t)column_cell(c, at)))
			continue;
		if (!result)
			result = ARENA_ARRAY(f->arena, uint64_t, f->words);
		bit_set(result, is_link ? l->first + at : c->first + at);
	}
	*VEC_PUSH(f->arena, &f->turned) = (struct turned){ attribute, of, result };
	return result;
}

static struct touch search(struct finder *f, const struct program_unit *unit,
    size_t before, uint16_t operand, const uint64_t *of);

/* The rows of a store whose value has an entity of the plane. */
static struct touch search_store(struct finder *f, uint32_t store, const uint64_t *of)
{
	size_t writer = f->writers[store];
	const struct program_unit *unit = &f->program->units.items[
	    f->program->stores.items[store].unit];
	struct touch found = { .all = true };

	if (f->depth == UNITS_DEEP)
		return found;
	f->depth++;
	found = search(f, unit, writer, code_at(f, writer)->a, of);
	f->depth--;
	return found;
}

struct walk {
	const struct program_unit *unit;
	const uint64_t **targets;	/* per register: the entities looked for in it */
	struct touch found;
};

static void aim(struct finder *f, struct walk *w, uint16_t operand, const uint64_t *of)
{
	/* Its values are entities, as those of what is made of it are. */
	if (OPERAND_REGISTER(operand) != OPERAND_NONE)
		join_plane(f, &w->targets[OPERAND_REGISTER(operand)], of);
}

static void aim_at_store(struct finder *f, struct walk *w, const struct instruction *in,
    const uint64_t *of)
{
	struct touch rows = search_store(f, in->imm, of);

	w->found.all |= rows.all;
	aim(f, w, in->a, rows.rows[0]);
	aim(f, w, in->b, rows.rows[1]);
}

static void aim_at_constant(struct finder *f, struct walk *w, const struct instruction *in,
    const uint64_t *of)
{
	const struct program_constant *c = &f->program->constants.items[in->imm];

	if (c->state == CONSTANT_EXTENT)
		w->found.all |= has_any_of(of, &f->graph->extents[c->cell]);
}

/* One instruction whose result may have an entity of OF. */
static void walk_back(struct finder *f, struct walk *w, const struct instruction *in,
    const uint64_t *of)
{
	switch (in->op) {
	case OPCODE_ROW:
		join_plane(f, &w->found.rows[in->imm], of);
		break;
	case OPCODE_CONST:
		aim_at_constant(f, w, in, of);
		break;
	case OPCODE_ELEMENT:
		aim(f, w, code_at(f, f->expands[register_of(f, w->unit, in->dst)->frame])->a, of);
		break;
	case OPCODE_LOAD_S: case OPCODE_LOAD_W:
		aim(f, w, in->a, turn(f, (uint16_t)in->imm, of));
		break;
	case OPCODE_FETCH_S: case OPCODE_FETCH_W:
		aim_at_store(f, w, in, of);
		break;
	case OPCODE_UP: case OPCODE_CLOSE_W: case OPCODE_SINGLE_W:
	case OPCODE_WITHOUT_W:
		aim(f, w, in->a, of);
		break;
	/* Of an open set an intersection has what the other one lists. */
	case OPCODE_ASSUME_S: case OPCODE_UNION_W: case OPCODE_INTERSECT_W:
		aim(f, w, in->a, of);
		aim(f, w, in->b, of);
		break;
	case OPCODE_COLLECT_WW: case OPCODE_COLLECT_MW:
	case OPCODE_FLATTEN_WW: case OPCODE_FLATTEN_MW:
		aim(f, w, in->c, of);
		break;
	default:
		w->found.all = true;
	}
}

/* The root rows of UNIT for which OPERAND, made before instruction BEFORE, may
 * be or have an entity of the plane OF. */
static struct touch search(struct finder *f, const struct program_unit *unit,
    size_t before, uint16_t operand, const uint64_t *of)
{
	struct walk w = { .unit = unit,
		.targets = ARENA_ARRAY(f->arena, const uint64_t *, unit->register_count) };

	aim(f, &w, operand, of);
	for (size_t at = before; at-- > unit->first && !w.found.all;) {
		const struct instruction *in = code_at(f, at);

		if (in->dst != OPERAND_NONE && w.targets[in->dst])
			walk_back(f, &w, in, w.targets[in->dst]);
	}
	return w.found;
}

/* --- forward -------------------------------------------------------------- */

static void join_operand(struct finder *f, struct touch *t, uint16_t operand)
{
	if (OPERAND_REGISTER(operand) != OPERAND_NONE)
		join(f, t, &f->registers[OPERAND_REGISTER(operand)]);
}

static void join_reached(struct finder *f, struct touch *t, const struct program_unit *unit,
    size_t at, uint16_t operand, const uint64_t *of)
{
	struct touch found;

	if (!of || t->all)
		return;
	found = search(f, unit, at, operand, of);
	join(f, t, &found);
}

static bool is_step_touched(const struct finder *f, const struct program_step *s)
{
	uint16_t inverse;

	if (s->kind != STEP_LINK)
		return !touch_is_none(&f->stores[s->index]);
	inverse = f->program->schema->attributes.items[s->index].inverse;
	return f->delta->rows[s->index] || (inverse != SCHEMA_NONE && f->delta->rows[inverse]);
}

static bool is_path_touched(const struct finder *f, uint32_t number)
{
	const struct program_path *path = &f->program->paths.items[number];
	bool touched = false;

	for (size_t k = 0; k < f->program->schema->kinds.count; k++)
		touched |= f->delta->extents[k];
	for (uint32_t i = 0; i < path->step_count; i++)
		touched |= is_step_touched(f, &f->program->steps.items[path->first_step + i]);
	return touched;
}

static void touch_fetch(struct finder *f, struct touch *t, const struct program_unit *unit,
    size_t at)
{
	const struct instruction *in = code_at(f, at);
	const struct touch *store = &f->stores[in->imm];

	t->all |= store->all;
	join_reached(f, t, unit, at, in->a, store->rows[0]);
	join_reached(f, t, unit, at, in->b, store->rows[1]);
}

static void touch_constant(struct finder *f, struct touch *t, uint32_t constant)
{
	const struct program_constant *c = &f->program->constants.items[constant];

	if (c->state == CONSTANT_EXTENT)
		t->all |= f->delta->extents[c->cell];
	if (c->state == CONSTANT_TODAY)
		t->all |= f->delta->former->has_as_of != f->graph->has_as_of ||
		    f->delta->former->as_of != f->graph->as_of;
}

/* --- results -------------------------------------------------------------- */

unsigned touch_cells(const struct program *program, const struct instruction *in,
    uint32_t *rule, int *rest)
{
	bool is_rest = in->op == OPCODE_REST;

	*rule = is_rest ? in->imm / SUBJECT_BINDERS : in->imm;
	*rest = is_rest ? (int)(in->imm % SUBJECT_BINDERS) : -1;
	return is_rest ? (unsigned)*rest : program->rules.items[*rule].binders;
}

/* Which dimension of the root frame a register is that was written before; or -1. */
static int dimension_of(const struct program *program, size_t before, uint16_t operand)
{
	const struct instruction *in = &program->code.items[before - 1];

	while (in->dst != operand)
		in--;
	return in->op == OPCODE_ROW ? (int)in->imm : -1;
}

bool touch_roots(const struct program *program, const struct program_unit *unit, size_t at,
    int8_t roots[2])
{
	const struct program_frame *root = &program->frames.items[unit->frame];
	unsigned count;
	uint32_t rule;
	int rest;

	count = touch_cells(program, &program->code.items[at], &rule, &rest);
	roots[0] = roots[1] = -1;
	for (unsigned i = 0; i < count; i++) {
		uint16_t subject = program->rules.items[rule].subject[i];
		int dimension = dimension_of(program, at, subject);

		if (type_is_text(program_operand(program, unit, subject)->of))
			return false;
		if (dimension >= 0)
			roots[dimension] = (int8_t)i;
	}
	return (root->kinds[0] == SCHEMA_NONE || roots[0] >= 0) &&
	    (root->kinds[1] == SCHEMA_NONE || roots[1] >= 0);
}

static void touch_result(struct finder *f, struct touch *t, const struct program_unit *unit,
    size_t at)
{
	unsigned count;
	uint32_t rule;
	int rest;

	count = touch_cells(f->program, code_at(f, at), &rule, &rest);
	for (unsigned i = 0; i < count; i++)
		join_operand(f, t, f->program->rules.items[rule].subject[i]);
	t->all |= !touch_roots(f->program, unit, at, f->touched->roots[at]);
	f->touched->results[at] = *t;
}

/* --- units ---------------------------------------------------------------- */

static void touch_table(struct finder *f, struct touch *t, const struct program_unit *unit,
    size_t at)
{
	const struct instruction *in = code_at(f, at);

	switch ((enum imm_kind)opcode_info((enum opcode)in->op)->imm) {
	case IMM_ATTRIBUTE:
		join_reached(f, t, unit, at, in->a, f->delta->rows[in->imm]);
		break;
	case IMM_PATH:
		t->all |= is_path_touched(f, in->imm);
		break;
	case IMM_CONSTANT:
		touch_constant(f, t, in->imm);
		break;
	case IMM_DIMENSION:
		join_plane(f, &t->rows[in->imm], in->op == OPCODE_EXISTS ?
		    f->delta->existence : f->delta->fresh);
		break;
	case IMM_STORE:
		if (in->op == OPCODE_STORE)
			join(f, &f->stores[in->imm], t);
		else
			touch_fetch(f, t, unit, at);
		break;
	case IMM_FRAME:
		join(f, &f->frames[in->imm], t);
		break;
	case IMM_RULE: case IMM_BINDER:
		touch_result(f, t, unit, at);
		break;
	case IMM_NOTHING: case IMM_FIELD: case IMM_CLIP: case IMM_KIND: case IMM_PATTERN:
	case IMM_UNIT: case IMM_TYPE: case IMM_OPTIONAL:
		break;
	}
}

/* The frame whose rows an instruction is about; of EXPAND the one it is in. */
static uint16_t frame_of(const struct finder *f, const struct program_unit *unit,
    const struct instruction *in)
{
	return register_of(f, unit, in->dst != OPERAND_NONE ? in->dst : in->a)->frame;
}

static void touch_unit(struct finder *f, size_t number)
{
	const struct program_unit *unit = &f->program->units.items[number];
	const struct program_frame *root = &f->program->frames.items[unit->frame];

	memset(f->registers, 0, unit->register_count * sizeof(*f->registers));
	for (int d = 0; d < 2 && root->kinds[d] != SCHEMA_NONE; d++)
		join_plane(f, &f->frames[unit->frame].rows[d], f->delta->fresh);
	for (size_t at = unit->first; at < unit->first + unit->count; at++) {
		const struct instruction *in = code_at(f, at);
		struct touch t = f->frames[frame_of(f, unit, in)];

		join_operand(f, &t, in->a);
		join_operand(f, &t, in->b);
		join_operand(f, &t, in->c);
		touch_table(f, &t, unit, at);
		if (in->dst != OPERAND_NONE)
			f->registers[in->dst] = t;
	}
}

/* Stores of a component feed each other: one that is touched touches all. */
static void touch_component(struct finder *f, size_t first, size_t end)
{
	const struct program *p = f->program;
	bool touched = false;

	for (size_t u = first; u < end; u++)
		touch_unit(f, u);
	for (size_t s = 0; s < p->stores.count; s++)
		if (p->stores.items[s].unit >= first && p->stores.items[s].unit < end)
			touched |= !touch_is_none(&f->stores[s]);
	if (!touched)
		return;
	for (size_t s = 0; s < p->stores.count; s++)
		if (p->stores.items[s].unit >= first && p->stores.items[s].unit < end)
			f->stores[s].all = true;
	for (size_t u = first; u < end; u++)
		touch_unit(f, u);
}

static size_t component_end(const struct program *p, size_t first)
{
	size_t end = first + 1;

	while (p->units.items[first].component != SCHEMA_NONE && end < p->units.count &&
	    p->units.items[end].component == p->units.items[first].component)
		end++;
	return end;
}

static void find_writers(struct finder *f)
{
	for (size_t at = 0; at < f->program->code.count; at++) {
		const struct instruction *in = code_at(f, at);

		if (in->op == OPCODE_STORE)
			f->writers[in->imm] = (uint32_t)at;
		else if (opcode_info((enum opcode)in->op)->imm == IMM_FRAME)
			f->expands[in->imm] = (uint32_t)at;
	}
}

struct touched *touch_find(struct arena *arena, const struct program *program,
    const struct delta *delta)
{
	struct finder f = { .arena = arena, .program = program, .delta = delta,
		.graph = delta->now, .words = BITS_WORDS(delta->now->entity_count) };
	size_t most = 0;

	for (size_t u = 0; u < program->units.count; u++)
		if (program->units.items[u].register_count > most)
			most = program->units.items[u].register_count;
	f.registers = ARENA_ARRAY(arena, struct touch, most);
	f.frames = ARENA_ARRAY(arena, struct touch, program->frames.count);
	f.stores = ARENA_ARRAY(arena, struct touch, program->stores.count);
	f.expands = ARENA_ARRAY(arena, uint32_t, program->frames.count);
	f.writers = ARENA_ARRAY(arena, uint32_t, program->stores.count);
	f.touched = ARENA_NEW(arena, struct touched);
	f.touched->results = ARENA_ARRAY(arena, struct touch, program->code.count);
	f.touched->roots = arena_array(arena, program->code.count,
	    sizeof(*f.touched->roots));
	find_writers(&f);
	for (size_t u = 0; u < program->units.count; u = component_end(program, u))
		if (program->units.items[u].component != SCHEMA_NONE)
			touch_component(&f, u, component_end(program, u));
		else
			touch_unit(&f, u);
	return f.touched;
}
