/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What a rule's verdicts follow from, as one number: its instructions, those
 * that made their operands, and so on, with the tables that they name.
 * Registers and indices do not count, only what stands behind them.  Inside of
 * a recursive component everything follows from everything.
 */
#include "tests/fuzz/packed.h"
#include "vm/verdict.h"

struct slicer {
	const struct program *p;
	uint64_t *instructions;		/* their numbers */
	uint64_t *frames;
	uint64_t *stores;
	uint64_t *registers;		/* of all units: of what wrote them */
	const struct program_unit *unit;
};

static uint64_t mix(uint64_t a, uint64_t b)
{
	a = (a ^ b) * 0x9e3779b97f4a7c15u;
	return a ^ a >> 29;
}

/* FNV-1a: base/intern.h has a hash that differs from run to run. */
static uint64_t mix_text(uint64_t h, struct str text)
{
	for (size_t i = 0; i < text.length; i++)
		h = (h ^ (unsigned char)text.at[i]) * 0x100000001b3u;
	return mix(h, text.length);
}

static uint64_t mix_type(uint64_t h, struct type t)
{
	return mix(mix(h, t.tag), (uint64_t)t.set << 17 | (uint64_t)t.optional << 16 | t.of);
}

static uint64_t of_cell(const struct slicer *s, struct type type, int64_t cell)
{
	return type_is_text(type) ? mix_text(7, s->p->texts.items[cell]) : (uint64_t)cell;
}

static uint64_t of_constant(const struct slicer *s, uint32_t index)
{
	const struct program_constant *c = &s->p->constants.items[index];
	uint64_t h = mix_type(mix(11, c->state), c->type);

	h = mix(h, c->state == CONSTANT_VALUE && !c->type.set
	    ? of_cell(s, c->type, c->cell) : (uint64_t)c->cell);
	for (uint32_t i = 0; i < c->count; i++)
		h = mix(h, of_cell(s, c->type, s->p->set_cells.items[c->first + i]));
	return h;
}

static uint64_t of_pattern(const struct slicer *s, uint32_t index)
{
	const struct program_pattern *p = &s->p->patterns.items[index];

	return mix_text(mix(mix(13, p->kind), p->caseless), s->p->texts.items[p->text]);
}

static uint64_t of_path(const struct slicer *s, uint32_t index)
{
	const struct program_path *path = &s->p->paths.items[index];
	uint64_t h = mix(mix(mix(17, path->accepting), path->states),
	    (uint64_t)path->from << 16 | path->to);

	for (uint32_t i = 0; i < path->step_count; i++) {
		const struct program_step *step = &s->p->steps.items[path->first_step + i];

		h = mix(h, (uint64_t)step->kind << 33 | (uint64_t)step->inverse << 32 |
		    (uint64_t)step->from << 16 | step->to);
		h = mix(h, step->kind == STEP_LINK ? step->index : s->stores[step->index]);
	}
	for (uint32_t i = 0; i < path->move_count; i++) {
		const struct program_move *m = &s->p->moves.items[path->first_move + i];

		h = mix(h, (uint64_t)m->from << 32 | (uint64_t)m->to << 16 | m->step);
	}
	return h;
}

static uint64_t of_immediate(const struct slicer *s, const struct instruction *in)
{
	switch ((enum imm_kind)opcode_info((enum opcode)in->op)->imm) {
	case IMM_CONSTANT: return of_constant(s, in->imm);
	case IMM_PATTERN: return of_pattern(s, in->imm);
	case IMM_PATH: return of_path(s, in->imm);
	case IMM_STORE: return in->op == OPCODE_STORE ? 0 : s->stores[in->imm];
	case IMM_FRAME: case IMM_RULE: return 0;
	case IMM_BINDER: return in->imm % SUBJECT_BINDERS;
	case IMM_NOTHING: case IMM_DIMENSION: case IMM_ATTRIBUTE: case IMM_FIELD:
	case IMM_CLIP: case IMM_KIND: case IMM_UNIT: case IMM_TYPE: case IMM_OPTIONAL:
		break;
	}
	return in->imm;
}

static uint64_t of_register(const struct slicer *s, uint16_t operand)
{
	if (operand == OPERAND_NONE)
		return 1;
	return mix(s->registers[s->unit->first_register + OPERAND_REGISTER(operand)],
	    operand & OPERAND_NEGATE);
}

static void note_instruction(struct slicer *s, size_t at)
{
	const struct instruction *in = &s->p->code.items[at];
	uint64_t h = mix(mix(3, in->op), of_immediate(s, in));
	const struct program_register *r;

	h = mix(mix(mix(h, of_register(s, in->a)), of_register(s, in->b)),
	    of_register(s, in->c));
	if (in->dst != OPERAND_NONE) {
		r = program_operand(s->p, s->unit, in->dst);
		h = mix_type(mix(mix(h, r->type), s->frames[r->frame]), r->of);
		s->registers[s->unit->first_register + in->dst] = h;
	} else {
		r = program_operand(s->p, s->unit, in->a);
		h = mix(h, s->frames[r->frame]);
	}
	s->instructions[at] = h;
	if (opcode_info((enum opcode)in->op)->frames == FRAMES_OPEN)
		s->frames[in->imm] = mix(s->frames[s->p->frames.items[in->imm].parent], h);
	if (in->op == OPCODE_STORE) {
		const struct program_store *store = &s->p->stores.items[in->imm];

		s->stores[in->imm] = mix_type(mix(mix(h, store->relation), store->type),
		    store->of);
	}
}

/* Before its units are seen, a component's stores follow from all of them. */
static void note_component(struct slicer *s, size_t u)
{
	uint16_t component = s->p->units.items[u].component;
	uint64_t h = 5;

	for (size_t i = u; i < s->p->units.count &&
	    s->p->units.items[i].component == component; i++) {
		const struct program_unit *unit = &s->p->units.items[i];

		for (size_t at = unit->first; at < unit->first + (size_t)unit->count; at++) {
			const struct instruction *in = &s->p->code.items[at];

			h = mix(mix(h, in->op), (uint64_t)in->dst << 48 |
			    (uint64_t)in->a << 32 | (uint64_t)in->b << 16 | in->c);
			h = mix(h, mix(in->imm, of_immediate(s, in)));
		}
		for (uint32_t r = 0; r < unit->register_count; r++)
			h = mix_type(h, s->p->registers.items[unit->first_register + r].of);
	}
	for (size_t i = 0; i < s->p->stores.count; i++)
		if (s->p->units.items[s->p->stores.items[i].unit].component == component)
			s->stores[i] = mix(mix(h, i), s->p->stores.items[i].relation);
}

static void note_unit(struct slicer *s, size_t u)
{
	const struct program_unit *unit = &s->p->units.items[u];
	const struct program_frame *root = &s->p->frames.items[unit->frame];

	s->unit = unit;
	s->frames[unit->frame] = mix(mix(19, root->kinds[0]), root->kinds[1]);
	if (unit->component != SCHEMA_NONE && (u == 0 || unit[-1].component != unit->component))
		note_component(s, u);
	for (size_t at = unit->first; at < unit->first + (size_t)unit->count; at++)
		note_instruction(s, at);
}

static uint64_t of_rule(struct slicer *s, size_t rule)
{
	const struct program_rule *r = &s->p->rules.items[rule];
	uint64_t h = mix(23, r->binders);

	s->unit = &s->p->units.items[s->p->frames.items[r->frame].unit];
	for (unsigned i = 0; i < r->binders; i++)
		h = mix(h, of_register(s, r->subject[i]));
	for (size_t at = 0; at < s->p->code.count; at++) {
		const struct instruction *in = &s->p->code.items[at];

		if ((in->op == OPCODE_EMIT && in->imm == rule) ||
		    (in->op == OPCODE_REST && in->imm / SUBJECT_BINDERS == rule))
			h = mix(h, s->instructions[at]);
	}
	return h;
}

uint64_t *slices_of(struct arena *arena, const struct program *program)
{
	struct slicer s = { .p = program,
		.instructions = ARENA_ARRAY(arena, uint64_t, program->code.count),
		.frames = ARENA_ARRAY(arena, uint64_t, program->frames.count),
		.stores = ARENA_ARRAY(arena, uint64_t, program->stores.count),
		.registers = ARENA_ARRAY(arena, uint64_t, program->registers.count) };
	uint64_t *rules = ARENA_ARRAY(arena, uint64_t, program->rules.count);

	for (size_t u = 0; u < program->units.count; u++)
		note_unit(&s, u);
	for (size_t r = 0; r < program->rules.count; r++)
		rules[r] = of_rule(&s, r);
	return rules;
}
