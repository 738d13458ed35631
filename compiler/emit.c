/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Writing the program.  Nodes of a unit come in the order of their numbers,
 * so operands come first; a child frame is opened at the first node in it; a
 * store follows its node and a rule's verdict its last operand.
 *
 * An and that was written as an or is emitted as one: its register then holds
 * the complement of the node, which `inverted` remembers, also through UP and
 * through a store and its fetches.
 */
#include <assert.h>
#include <stdlib.h>

#include "compiler/emit.h"

#define NO_REGISTER OPERAND_NONE

struct pending { uint32_t last, rule; };	/* a rule, and its last operand */

struct emitter {
	struct arena *arena;
	const struct plan *plan;
	struct schedule *schedule;
	struct program *program;
	struct map *texts;
	uint32_t *constants, *patterns, *paths;	/* of the plan: plus 1 */
	uint32_t *stores;			/* of the plan: in the program */
	bool *store_inverted;			/* by store of the plan */
	/* Of the unit being written. */
	uint32_t unit;
	uint16_t *registers;			/* by node */
	bool *inverted;				/* by node */
	uint16_t *frames;			/* by frame of the plan, SCHEMA_NONE: not open */
	uint16_t rows[2];
};

/* --- tables --------------------------------------------------------------- */

static uint32_t text_index(struct emitter *e, struct str text)
{
	bool is_new;
	uint32_t *at = map_at(e->texts, text, &is_new);

	if (is_new) {
		*at = (uint32_t)e->program->texts.count;
		*VEC_PUSH(e->arena, &e->program->texts) = text;
	}
	return *at;
}

static int compare_cells(const void *a, const void *b)
{
	int64_t x = *(const int64_t *)a, y = *(const int64_t *)b;

	return (x > y) - (x < y);
}

static uint32_t add_constant(struct emitter *e, const struct plan_constant *from)
{
	struct program *p = e->program;
	struct program_constant c = { .state = from->state, .type = from->type,
		.cell = from->cell, .count = from->count };
	bool text = type_is_text(from->type);

	if (text && !from->type.set && from->state == CONSTANT_VALUE)
		c.cell = text_index(e, from->text);
	if (from->count > 0)
		c.first = (uint32_t)p->set_cells.count;
	for (uint32_t i = 0; i < from->count; i++)
		*VEC_PUSH(e->arena, &p->set_cells) =
		    text ? (int64_t)text_index(e,
		    from->texts[i]) : from->cells[i];
	if (from->count > 0)
		qsort(&p->set_cells.items[c.first], c.count, sizeof(int64_t),
		    compare_cells);
	*VEC_PUSH(e->arena, &p->constants) = c;
	return (uint32_t)p->constants.count - 1;
}

static uint32_t add_pattern(struct emitter *e, uint32_t pattern)
{
	struct program_pattern p = e->plan->patterns.items[pattern];

	p.text = text_index(e, e->plan->texts.items[p.text]);
	*VEC_PUSH(e->arena, &e->program->patterns) = p;
	return (uint32_t)e->program->patterns.count - 1;
}

static struct program_step step_of(struct emitter *e,
    const struct plan_path *path, uint16_t i)
{
	const struct path_step *s = &path->path->steps[i];
	struct program_step step = { .kind = STEP_LINK, .inverse = s->inverse,
		.index = s->index, .from = s->from, .to = s->to };

	if (path->stores[i] != PLAN_NONE) {
		step.kind = s->kind == PATH_RELATION ? STEP_STORE_TRUTH : STEP_STORE_SET;
		step.index = (uint16_t)e->stores[path->stores[i]];
	}
	return step;
}

static uint32_t add_path(struct emitter *e, const struct plan_path *from)
{
	const struct path *path = from->path;
	struct program *p = e->program;

	*VEC_PUSH(e->arena, &p->paths) = (struct program_path){
		.from = path->from, .to = path->to, .states = path->states,
		.accepting = path->accepting,
		.first_step = (uint32_t)p->steps.count,
		    .step_count = path->step_count,
		.first_move = (uint32_t)p->moves.count,
		    .move_count = path->move_count };
	for (uint16_t i = 0; i < path->step_count; i++)
		*VEC_PUSH(e->arena, &p->steps) = step_of(e, from, i);
	for (uint16_t i = 0; i < path->move_count; i++)
		*VEC_PUSH(e->arena, &p->moves) = (struct program_move){
			path->moves[i].from, path->moves[i].to,
			    path->moves[i].step };
	return (uint32_t)p->paths.count - 1;
}

/* The immediate of a node, in the tables of the program. */
static uint32_t immediate(struct emitter *e, const struct plan_node *node)
{
	uint32_t imm = node->imm;

	if (node->op == OPCODE_CONST) {
		if (e->constants[imm] == 0)
			e->constants[imm] = add_constant(e,
			    &e->plan->constants.items[imm]) + 1;
		return e->constants[imm] - 1;
	}
	if (node->op == OPCODE_MATCH) {
		if (e->patterns[imm] == 0)
			e->patterns[imm] = add_pattern(e, imm) + 1;
		return e->patterns[imm] - 1;
	}
	if (node->op == OPCODE_REACH || node->op == OPCODE_CLOSURE) {
		if (e->paths[imm] == 0)
			e->paths[imm] = add_path(e,
			    &e->plan->paths.items[imm]) + 1;
		return e->paths[imm] - 1;
	}
	if (node->op >= OPCODE_FETCH_T && node->op <= OPCODE_FETCH_M)
		return e->stores[imm];
	return imm;
}

/* --- instructions --------------------------------------------------------- */

static struct program_unit *this_unit(struct emitter *e)
{
	return &e->program->units.items[e->unit];
}

static uint16_t new_register(struct emitter *e, uint16_t frame, uint8_t type,
    struct type of)
{
	struct program_unit *unit = this_unit(e);

	assert(unit->register_count < OPERAND_NONE);
	*VEC_PUSH(e->arena, &e->program->registers) =
	    (struct program_register){ .type = type, .frame = frame, .of = of };
	return (uint16_t)unit->register_count++;
}

#ifndef NDEBUG
static bool fits(const char *declared, uint16_t operand)
{
	if (operand == OPERAND_NONE)
		return declared[0] == '-' || (declared[0] != '?' &&
		    declared[1] == '?');
	return declared[0] != '-';
}
#endif

/* The only place that appends to the code. */
static void write(struct emitter *e, struct instruction i, struct span span)
{
	const struct opcode_info *info = opcode_info(i.op);
	uint16_t limit = (uint16_t)this_unit(e)->register_count;

	assert(fits(info->a, i.a) && fits(info->b, i.b) && fits(info->c, i.c));
	assert((info->dst[0] == '-') == (i.dst == OPERAND_NONE));
	assert(i.dst == OPERAND_NONE || i.dst < limit);
	assert(i.a == OPERAND_NONE || OPERAND_REGISTER(i.a) < limit);
	assert(i.b == OPERAND_NONE || OPERAND_REGISTER(i.b) < limit);
	assert(i.c == OPERAND_NONE || OPERAND_REGISTER(i.c) < limit);
	*VEC_PUSH(e->arena, &e->program->code) = i;
	*VEC_PUSH(e->arena, &e->program->spans) = span;
	this_unit(e)->count++;
}

/* A ref as an operand, negated where the register does not hold it as it is. */
static uint16_t operand(struct emitter *e, plan_ref ref)
{
	uint32_t node = PLAN_NODE(ref);
	bool negated;

	if (ref == PLAN_NONE)
		return OPERAND_NONE;
	assert(e->registers[node] != NO_REGISTER);
	negated = PLAN_NEGATED(ref) != e->inverted[node];
	assert(!negated || e->plan->nodes.items[node].reg == REGISTER_TRUTH);
	return (uint16_t)(e->registers[node] | (negated ? OPERAND_NEGATE : 0));
}

static uint16_t plain(struct emitter *e, plan_ref ref)
{
	return (uint16_t)OPERAND_REGISTER(operand(e, ref));
}

/* --- frames --------------------------------------------------------------- */

static uint16_t add_frame(struct emitter *e, uint16_t parent, uint16_t first,
    uint16_t second)
{
	*VEC_PUSH(e->arena, &e->program->frames) = (struct program_frame){
		.unit = (uint16_t)e->unit, .parent = parent, .kinds = { first,
		    second } };
	return (uint16_t)(e->program->frames.count - 1);
}

/* The program's frame for a frame of the plan; opened on first use. */
static uint16_t frame_of(struct emitter *e, uint32_t frame, struct span span)
{
	const struct plan_frame *f = &e->plan->frames.items[frame];
	const struct plan_node *set;

	if (e->frames[frame] != SCHEMA_NONE)
		return e->frames[frame];
	assert(f->parent != PLAN_NONE);
	set = &e->plan->nodes.items[f->set];
	e->frames[frame] = add_frame(e, e->frames[f->parent], SCHEMA_NONE,
	    SCHEMA_NONE);
	write(e, (struct instruction){
		.op = set->reg == REGISTER_NUMBERS ? OPCODE_EXPAND_M : OPCODE_EXPAND_W,
		.dst = OPERAND_NONE, .a = plain(e, PLAN_REF(f->set)),
		.b = OPERAND_NONE, .c = OPERAND_NONE, .imm = e->frames[frame] },
		    span);
	return e->frames[frame];
}

/* The register of the entity of the root frame's row. */
static uint16_t row_of(struct emitter *e, uint32_t dimension, struct span span)
{
	uint16_t frame = this_unit(e)->frame;
	struct type type = { .tag = TYPE_ENTITY,
		.of = e->program->frames.items[frame].kinds[dimension] };

	if (type.of == SCHEMA_NONE)
		return OPERAND_NONE;
	if (e->rows[dimension] == NO_REGISTER) {
		e->rows[dimension] = new_register(e, frame, REGISTER_SCALAR,
		    type);
		write(e, (struct instruction){ .op = OPCODE_ROW,
		    .dst = e->rows[dimension],
			.a = OPERAND_NONE, .b = OPERAND_NONE, .c = OPERAND_NONE,
			.imm = dimension }, span);
	}
	return e->rows[dimension];
}

/* --- nodes ---------------------------------------------------------------- */

static enum opcode fetch_op(uint8_t reg)
{
	switch ((enum register_type)reg) {
	case REGISTER_TRUTH: return OPCODE_FETCH_T;
	case REGISTER_SCALAR: return OPCODE_FETCH_S;
	case REGISTER_NUMBER: return OPCODE_FETCH_N;
	case REGISTER_WORDS: return OPCODE_FETCH_W;
	case REGISTER_NUMBERS: return OPCODE_FETCH_M;
	}
	return OPCODE_COUNT;
}

/* A node of a root frame that another unit has stored: read at the same row. */
static void write_refetched(struct emitter *e, uint32_t n, uint32_t store)
{
	const struct plan_node *node = &e->plan->nodes.items[n];
	uint16_t a = row_of(e, 0, node->span), b = row_of(e, 1, node->span);

	e->inverted[n] = e->store_inverted[store];
	e->registers[n] = new_register(e, this_unit(e)->frame, node->reg,
	    node->of);
	write(e, (struct instruction){ .op = fetch_op(node->reg),
	    .dst = e->registers[n],
		.a = a, .b = b, .c = OPERAND_NONE, .imm = e->stores[store] },
		    node->span);
}

static bool is_fetch(const struct plan_node *node)
{
	return node->op >= OPCODE_FETCH_T && node->op <= OPCODE_FETCH_M;
}

/* What the register of a node holds: the node or, of a truth, its complement. */
static bool inversion(struct emitter *e, const struct plan_node *node)
{
	if (is_fetch(node))
		return e->store_inverted[node->imm];
	if (node->op == OPCODE_UP)
		return e->inverted[PLAN_NODE(node->a)];
	return node->op == OPCODE_AND && node->as_or;
}

static void write_node(struct emitter *e, uint32_t n)
{
	const struct plan_node *node = &e->plan->nodes.items[n];
	uint16_t frame = frame_of(e, node->frame, node->span);
	struct instruction i = { .op = node->op };

	if (node->op == OPCODE_ROW) {
		e->registers[n] = row_of(e, node->imm, node->span);
		return;
	}
	if (node->op == OPCODE_AND && node->as_or) {
		i.op = OPCODE_OR;
		i.a = operand(e, node->a ^ 1u);
		i.b = operand(e, node->b ^ 1u);
	} else {
		i.a = node->op == OPCODE_UP ? plain(e, node->a) : operand(e,
		    node->a);
		i.b = operand(e, node->b);
	}
	i.c = operand(e, node->c);
	i.imm = immediate(e, node);
	e->inverted[n] = inversion(e, node);
	i.dst = e->registers[n] = new_register(e, frame, node->reg, node->of);
	write(e, i, node->span);
}

/* --- sinks ---------------------------------------------------------------- */

/* Relations are stored as they are, everything else as its register is. */
static void write_store(struct emitter *e, uint32_t store)
{
	const struct plan_store *s = &e->plan->stores.items[store];
	struct span span = e->plan->nodes.items[s->node].span;
	uint16_t a = s->relation ? operand(e, s->body) : plain(e,
	    PLAN_REF(s->node));

	e->store_inverted[store] = !s->relation && e->inverted[s->node];
	if (a & OPERAND_NEGATE) {
		uint16_t copy = new_register(e, this_unit(e)->frame,
		    REGISTER_TRUTH,
		    e->plan->nodes.items[s->node].of);

		write(e, (struct instruction){ .op = OPCODE_COPY, .dst = copy,
		    .a = a,
			.b = OPERAND_NONE, .c = OPERAND_NONE }, span);
		a = copy;
	}
	write(e, (struct instruction){ .op = OPCODE_STORE, .dst = OPERAND_NONE,
	    .a = a,
		.b = OPERAND_NONE, .c = OPERAND_NONE, .imm = e->stores[store] },
		    span);
}

static void write_rule(struct emitter *e, uint32_t rule)
{
	const struct plan_rule *from = &e->plan->rules.items[rule];
	struct program_rule *to = &e->program->rules.items[rule];
	struct span span = e->plan->tree->rules.items[rule].span;

	to->frame = e->frames[from->frame];
	for (uint8_t i = 0; i < from->binders; i++)
		to->subject[i] = plain(e, from->subject[i]);
	for (size_t i = 0; i < from->rests.count; i++) {
		const struct plan_rest *rest = &from->rests.items[i];

		write(e, (struct instruction){ .op = OPCODE_REST,
		    .dst = OPERAND_NONE,
			.a = operand(e, rest->applies), .b = operand(e,
			    rest->set),
			.c = OPERAND_NONE,
			.imm = rule * SUBJECT_BINDERS + rest->binder }, span);
	}
	write(e, (struct instruction){ .op = OPCODE_EMIT, .dst = OPERAND_NONE,
		.a = operand(e, from->applies), .b = operand(e, from->required),
		.c = operand(e, from->unexcepted), .imm = rule }, span);
}

/* --- units ---------------------------------------------------------------- */

static void raise_last(uint32_t *last, plan_ref ref)
{
	if (PLAN_NODE(ref) > *last)
		*last = PLAN_NODE(ref);
}

static uint32_t last_node(const struct plan_rule *rule)
{
	uint32_t last = 0;

	for (uint8_t i = 0; i < rule->binders; i++)
		raise_last(&last, rule->subject[i]);
	raise_last(&last, rule->applies);
	raise_last(&last, rule->required);
	raise_last(&last, rule->unexcepted);
	for (size_t i = 0; i < rule->rests.count; i++) {
		raise_last(&last, rule->rests.items[i].applies);
		raise_last(&last, rule->rests.items[i].set);
	}
	return last;
}

static int compare_pending(const void *a, const void *b)
{
	const struct pending *x = a, *y = b;

	if (x->last != y->last)
		return (x->last > y->last) - (x->last < y->last);
	return (x->rule > y->rule) - (x->rule < y->rule);
}

static struct pending *pending_rules(struct emitter *e,
    const struct schedule_unit *unit)
{
	struct pending *all = ARENA_ARRAY(e->arena, struct pending,
	    unit->rules.count);

	for (size_t i = 0; i < unit->rules.count; i++) {
		uint32_t rule = unit->rules.items[i];

		all[i] = (struct pending){ last_node(&e->plan->rules.items[rule]), rule };
	}
	qsort(all, unit->rules.count, sizeof(*all), compare_pending);
	return all;
}

/* Stores are sorted by node and rules by their last one. */
static void write_nodes(struct emitter *e, const struct schedule_unit *unit,
    const node_list *nodes)
{
	struct pending *rules = pending_rules(e, unit);
	size_t store = 0, rule = 0;

	for (size_t i = 0; i < nodes->count; i++) {
		uint32_t n = nodes->items[i];
		uint32_t from = schedule_fetches(e->schedule, e->unit, n);

		if (from == PLAN_NONE)
			write_node(e, n);
		else
			write_refetched(e, n, from);
		while (store < unit->stores.count &&
		    e->plan->stores.items[unit->stores.items[store]].node == n)
			write_store(e, unit->stores.items[store++]);
		while (rule < unit->rules.count && rules[rule].last == n)
			write_rule(e, rules[rule++].rule);
	}
	assert(store == unit->stores.count && rule == unit->rules.count);
}

static void write_unit(struct emitter *e, uint32_t index)
{
	const struct schedule_unit *unit = &e->schedule->units.items[index];
	const struct plan_frame *root = &e->plan->frames.items[unit->frame];
	node_list nodes = { 0 };

	e->unit = index;
	*VEC_PUSH(e->arena, &e->program->units) = (struct program_unit){
		.component = unit->component,
		.first = (uint32_t)e->program->code.count,
		.first_register = (uint32_t)e->program->registers.count };
	for (size_t i = 0; i < e->plan->frames.count; i++)
		e->frames[i] = SCHEMA_NONE;
	for (size_t i = 0; i < e->plan->nodes.count; i++)
		e->registers[i] = NO_REGISTER;
	e->frames[unit->frame] = add_frame(e, SCHEMA_NONE, root->kinds[0],
	    root->kinds[1]);
	e->program->units.items[index].frame = e->frames[unit->frame];
	e->rows[0] = e->rows[1] = NO_REGISTER;
	schedule_nodes(e->arena, e->schedule, index, &nodes);
	write_nodes(e, unit, &nodes);
}

/* --- the program ---------------------------------------------------------- */

static void add_rules(struct emitter *e)
{
	for (size_t i = 0; i < e->plan->rules.count; i++) {
		const struct rule *rule = &e->plan->tree->rules.items[i];

		*VEC_PUSH(e->arena, &e->program->rules) = (struct program_rule){
			.id = text_index(e, rule->id),
			    .severity = (uint8_t)rule->severity,
			.binders = e->plan->rules.items[i].binders };
	}
}

/* Numbered in the order in which they are written. */
static void add_stores(struct emitter *e)
{
	for (size_t i = 0; i < e->schedule->units.count; i++) {
		const struct schedule_unit *unit = &e->schedule->units.items[i];

		for (size_t k = 0; k < unit->stores.count; k++) {
			const struct plan_store *s = &e->plan->stores.items[unit->stores.items[k]];
			const struct plan_node *node = &e->plan->nodes.items[s->node];
			const struct plan_frame *frame = &e->plan->frames.items[s->frame];

			e->stores[unit->stores.items[k]] = (uint32_t)e->program->stores.count;
			*VEC_PUSH(e->arena, &e->program->stores) = (struct program_store){
				.type = node->reg, .of = node->of,
				.kinds = { frame->kinds[0], frame->kinds[1] },
				.unit = (uint16_t)i, .relation = s->relation };
		}
	}
}

static bool is_too_large(const struct emitter *e)
{
	return e->schedule->units.count >= SCHEMA_NONE ||
	    e->program->stores.count >= SCHEMA_NONE ||
	    e->program->frames.count >= SCHEMA_NONE;
}

static struct program *report_size(const struct emitter *e)
{
	diag_add(e->plan->tree->all, DIAG_E4093, SPAN_NONE,
	    "the pack needs more than %u frames or kept values",
	    SCHEMA_NONE - 1u);
	return NULL;
}

struct program *emit_program(struct arena *arena, const struct plan *plan,
    struct schedule *schedule)
{
	struct emitter e = { .arena = arena, .plan = plan, .schedule = schedule };

	e.program = ARENA_NEW(arena, struct program);
	e.program->schema = plan->tree->schema;
	e.texts = map_new(arena);
	e.constants = ARENA_ARRAY(arena, uint32_t, plan->constants.count);
	e.patterns = ARENA_ARRAY(arena, uint32_t, plan->patterns.count);
	e.paths = ARENA_ARRAY(arena, uint32_t, plan->paths.count);
	e.stores = ARENA_ARRAY(arena, uint32_t, plan->stores.count);
	e.store_inverted = ARENA_ARRAY(arena, bool, plan->stores.count);
	e.registers = ARENA_ARRAY(arena, uint16_t, plan->nodes.count);
	e.inverted = ARENA_ARRAY(arena, bool, plan->nodes.count);
	e.frames = ARENA_ARRAY(arena, uint16_t, plan->frames.count);
	add_rules(&e);
	add_stores(&e);
	for (uint32_t i = 0; i < schedule->units.count && !is_too_large(&e); i++)
		write_unit(&e, i);
	return is_too_large(&e) ? report_size(&e) : e.program;
}
