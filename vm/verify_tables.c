/* SPDX-License-Identifier: Apache-2.0 */
/* The invariants of a program's tables: 40 to 50. */
#include "base/limits.h"
#include "vm/regex.h"
#include "vm/verdict.h"
#include "vm/verifier.h"

#define SEVERITIES 5

static bool check_texts(struct verifier *v)
{
	for (size_t i = 0; i < v->p->texts.count; i++)
		if (WRONG(!verify_text(v->p->texts.items[i])))
			return verifier_fail(v, INVARIANT_TEXTS, PART_TEXTS, i,
			    "not UTF-8, or with a NUL");
	return true;
}

/* --- constants ----------------------------------------------------------- */

static bool check_constant_set(struct verifier *v, const struct program_constant *c, size_t index)
{
	const int64_t *cells = v->p->set_cells.items + c->first;

	if (WRONG(!verifier_in(c->first, c->count, v->p->set_cells.count)) ||
	    WRONG(c->cell != 0))
		return verifier_fail(v, INVARIANT_CONSTANTS, PART_CONSTANTS, index,
		    "its cells lie outside of the table");
	for (uint32_t i = 0; i < c->count; i++)
		if (WRONG(!verify_cell(v, c->type, cells[i], v->p->texts.count)) ||
		    WRONG(i > 0 && cells[i] <= cells[i - 1]))
			return verifier_fail(v, INVARIANT_CONSTANTS, PART_SET_CELLS,
			    c->first + i, "no value of its type, or out of order");
	if (WRONG(c->state != CONSTANT_VALUE && c->count))
		return verifier_fail(v, INVARIANT_CONSTANTS, PART_CONSTANTS, index,
		    "an unknown set with elements");
	return true;
}

static bool is_constant(const struct verifier *v, const struct program_constant *c)
{
	bool empty = c->cell == 0;

	switch ((enum constant_state)c->state) {
	case CONSTANT_VALUE:
		return RIGHT(verify_cell(v, c->type, c->cell, v->p->texts.count));
	case CONSTANT_NONE:
		return RIGHT(empty) && RIGHT(!type_is_truth(c->type));
	case CONSTANT_UNKNOWN:
		return RIGHT(empty);
	case CONSTANT_TODAY:
		return RIGHT(empty) && RIGHT(c->type.tag == TYPE_DATE);
	case CONSTANT_EXTENT:
		break;
	}
	return false;
}

static bool is_extent(const struct verifier *v, const struct program_constant *c)
{
	return RIGHT(c->type.set) && RIGHT(c->type.tag == TYPE_ENTITY) &&
	    RIGHT(c->first == 0) && RIGHT(c->count == 0) &&
	    RIGHT((uint64_t)c->cell < v->s->kinds.count) &&
	    RIGHT(schema_is_a(v->s, (uint16_t)c->cell, c->type.of));
}

static bool check_constant(struct verifier *v, size_t index)
{
	const struct program_constant *c = &v->p->constants.items[index];

	if (!verify_type(v, c->type, PART_CONSTANTS, index))
		return false;
	if (c->state == CONSTANT_EXTENT && !is_extent(v, c))
		return verifier_fail(v, INVARIANT_CONSTANTS, PART_CONSTANTS, index,
		    "no extent of its kind");
	if (c->state == CONSTANT_EXTENT)
		return true;
	if (c->type.set && (c->state == CONSTANT_VALUE || c->state == CONSTANT_UNKNOWN))
		return check_constant_set(v, c, index);
	if (WRONG(c->type.set) || WRONG(c->first) || WRONG(c->count) ||
	    WRONG(!is_constant(v, c)))
		return verifier_fail(v, INVARIANT_CONSTANTS, PART_CONSTANTS, index,
		    "its state does not fit its type or value");
	return true;
}

/* --- patterns ------------------------------------------------------------ */

static bool check_regex(struct verifier *v, const struct program_pattern *p, size_t index)
{
	struct str text = v->p->texts.items[p->text];
	char why[256] = "it is too long";
	struct regex *regex = NULL;

	if (RIGHT(text.length <= limit_get(LIMIT_REGEX)))
		regex = regex_new(text.at, text.length, p->caseless,
		    limit_get(LIMIT_REGEX_MEMORY), why, sizeof(why));
	if (WRONG(!regex))
		return verifier_fail(v, INVARIANT_PATTERNS, PART_PATTERNS, index, "%s", why);
	regex_free(regex);
	return true;
}

static bool check_pattern(struct verifier *v, size_t index)
{
	const struct program_pattern *p = &v->p->patterns.items[index];

	if (WRONG(p->kind > PATTERN_REGEX) || WRONG(p->text >= v->p->texts.count))
		return verifier_fail(v, INVARIANT_PATTERNS, PART_PATTERNS, index,
		    "no such kind or text");
	return p->kind == PATTERN_GLOB || check_regex(v, p, index);
}

/* --- paths --------------------------------------------------------------- */

/* What is no kind is related to none; of two that are none, one is looked at. */
static bool is_related(const struct verifier *v, uint16_t a, uint16_t b)
{
	return RIGHT(a < v->s->kinds.count) && (schema_is_a(v->s, a, b) || schema_is_a(v->s, b, a));
}

/* The kinds that a link or store joins, as it is walked forward. */
static bool step_ends(const struct verifier *v, const struct program_step *s,
    uint16_t *from, uint16_t *to)
{
	const struct program_store *store = v->p->stores.items + s->index;
	const struct schema_attribute *a = v->s->attributes.items + s->index;

	if (s->kind == STEP_LINK) {
		if (WRONG(s->index >= v->s->attributes.count) ||
		    WRONG(a->type.tag != TYPE_ENTITY) || WRONG(a->derived))
			return false;
		*from = a->kind;
		*to = a->type.of;
		return true;
	}
	if (WRONG(s->index >= v->p->stores.count))
		return false;
	*from = store->kinds[0];
	*to = s->kind == STEP_STORE_SET ? store->of.of : store->kinds[1];
	if (s->kind == STEP_STORE_SET)
		return RIGHT(store->type == REGISTER_WORDS) &&
		    RIGHT(store->of.tag == TYPE_ENTITY) &&
		    RIGHT(store->kinds[1] == SCHEMA_NONE);
	return RIGHT(store->type == REGISTER_TRUTH);
}

static bool check_step(struct verifier *v, size_t index)
{
	const struct program_step *s = &v->p->steps.items[index];
	uint16_t from = SCHEMA_NONE, to = SCHEMA_NONE;

	if (WRONG(s->kind > STEP_STORE_TRUTH) || WRONG(!step_ends(v, s, &from, &to)))
		return verifier_fail(v, INVARIANT_STEPS, PART_STEPS, index,
		    "no such link or store");
	if (WRONG(!is_related(v, s->from, s->inverse ? to : from)) ||
	    WRONG(!is_related(v, s->to, s->inverse ? from : to)))
		return verifier_fail(v, INVARIANT_STEPS, PART_STEPS, index,
		    "it does not join its kinds");
	return true;
}

static bool check_moves(struct verifier *v, const struct program_path *path)
{
	for (uint32_t i = 0; i < path->move_count; i++) {
		const struct program_move *m = &v->p->moves.items[path->first_move + i];

		if (WRONG(m->from >= path->states) || WRONG(m->to >= path->states) ||
		    WRONG(m->step >= path->step_count))
			return verifier_fail(v, INVARIANT_PATHS, PART_MOVES,
			    path->first_move + i, "no such state or step");
	}
	return true;
}

static bool check_path(struct verifier *v, size_t index)
{
	const struct program_path *path = &v->p->paths.items[index];

	if (WRONG(path->from >= v->s->kinds.count) || WRONG(path->to >= v->s->kinds.count) ||
	    WRONG(path->states > 64) || WRONG(path->accepting == 0) ||
	    WRONG(path->states < 64 && path->accepting >> path->states))
		return verifier_fail(v, INVARIANT_PATHS, PART_PATHS, index,
		    "no such kind or state");
	if (WRONG(!verifier_in(path->first_step, path->step_count, v->p->steps.count)) ||
	    WRONG(!verifier_in(path->first_move, path->move_count, v->p->moves.count)))
		return verifier_fail(v, INVARIANT_PATHS, PART_PATHS, index,
		    "its steps or moves lie outside of their tables");
	return check_moves(v, path);
}

/* --- frames, registers, units -------------------------------------------- */

static bool are_kinds(const struct verifier *v, const uint16_t kinds[2])
{
	if (kinds[0] == SCHEMA_NONE)
		return RIGHT(kinds[1] == SCHEMA_NONE);
	return RIGHT(kinds[0] < v->s->kinds.count) &&
	    RIGHT(kinds[1] == SCHEMA_NONE || kinds[1] < v->s->kinds.count);
}

/* The type of a register and of the values in it. */
static bool is_typed(struct verifier *v, uint8_t type, struct type of, enum part part,
    size_t index)
{
	if (!verify_type(v, of, part, index))
		return false;
	/* A bool that is an element is a scalar. */
	if (WRONG(type != program_register_type(of) &&
		!(type == REGISTER_SCALAR && type_is_truth(of))))
		return verifier_fail(v, INVARIANT_REGISTERS, part, index,
		    "values of its type are not kept in registers of type `%c`",
		    type > ' ' && type < 127 ? type : '?');
	return true;
}

static bool check_store(struct verifier *v, size_t index)
{
	const struct program_store *s = &v->p->stores.items[index];

	if (!is_typed(v, s->type, s->of, PART_STORES, index))
		return false;
	if (WRONG(!are_kinds(v, s->kinds)) || WRONG(s->unit >= v->p->units.count) ||
	    WRONG(s->relation && s->type != REGISTER_TRUTH))
		return verifier_fail(v, INVARIANT_STORES, PART_STORES, index,
		    "no such kinds, unit or relation");
	return true;
}

static bool check_frame(struct verifier *v, size_t index, uint8_t *depth)
{
	const struct program_frame *f = &v->p->frames.items[index];

	if (WRONG(f->unit >= v->p->units.count))
		return verifier_fail(v, INVARIANT_FRAMES, PART_FRAMES, index, "no such unit");
	if (WRONG(index > 0 && f->unit != f[-1].unit && f->unit != f[-1].unit + 1))
		return verifier_fail(v, INVARIANT_FRAMES, PART_FRAMES, index,
		    "frames of one unit stand together");
	depth[index] = 0;
	if (f->parent == SCHEMA_NONE) {
		if (WRONG(!are_kinds(v, f->kinds)) ||
		    WRONG(v->p->units.items[f->unit].frame != index))
			return verifier_fail(v, INVARIANT_FRAMES, PART_FRAMES, index,
			    "a root without kinds or unit");
		return true;
	}
	if (WRONG(f->parent >= index) || WRONG(v->p->frames.items[f->parent].unit != f->unit) ||
	    WRONG(f->kinds[0] != SCHEMA_NONE) || WRONG(f->kinds[1] != SCHEMA_NONE))
		return verifier_fail(v, INVARIANT_FRAMES, PART_FRAMES, index,
		    "its parent does not stand before it");
	depth[index] = depth[f->parent] + 1;
	if (WRONG(depth[index] > PROGRAM_DEPTH))
		return verifier_fail(v, INVARIANT_FRAMES, PART_FRAMES, index,
		    "more than %d inside each other", PROGRAM_DEPTH);
	return true;
}

static bool check_registers(struct verifier *v, const struct program_unit *unit, size_t number)
{
	for (uint32_t i = 0; i < unit->register_count; i++) {
		size_t index = unit->first_register + i;
		const struct program_register *r = &v->p->registers.items[index];

		if (!is_typed(v, r->type, r->of, PART_REGISTERS, index))
			return false;
		if (WRONG(r->frame >= v->p->frames.count) ||
		    WRONG(v->p->frames.items[r->frame].unit != number))
			return verifier_fail(v, INVARIANT_REGISTERS, PART_REGISTERS, index,
			    "its frame is not of its unit");
	}
	return true;
}

static bool check_unit(struct verifier *v, size_t index, uint64_t *code, uint64_t *registers)
{
	const struct program_unit *u = &v->p->units.items[index];

	if (WRONG(u->first != *code) || WRONG(u->first_register != *registers) ||
	    WRONG(u->register_count > OPERAND_NONE) || WRONG(u->count == 0))
		return verifier_fail(v, INVARIANT_UNITS, PART_UNITS, index,
		    "its code or registers do not follow those before");
	/* A root has the unit that has it: check_frame. */
	if (WRONG(u->frame >= v->p->frames.count) ||
	    WRONG(v->p->frames.items[u->frame].unit != index))
		return verifier_fail(v, INVARIANT_UNITS, PART_UNITS, index,
		    "its frame is no root of its own");
	*code += u->count;
	*registers += u->register_count;
	if (WRONG(*registers > v->p->registers.count))
		return verifier_fail(v, INVARIANT_UNITS, PART_UNITS, index,
		    "its registers lie outside of their table");
	return true;
}

/* A component that was left does not come again. */
static bool check_components(struct verifier *v)
{
	uint8_t *left = ARENA_ARRAY(v->arena, uint8_t, SCHEMA_NONE + 1u);
	uint16_t now = SCHEMA_NONE;

	for (size_t i = 0; i < v->p->units.count; i++) {
		uint16_t next = v->p->units.items[i].component;

		if (next != now && now != SCHEMA_NONE)
			left[now] = 1;
		if (WRONG(next != SCHEMA_NONE && left[next]))
			return verifier_fail(v, INVARIANT_UNITS, PART_UNITS, i,
			    "its component was left before");
		now = next;
	}
	return true;
}

static bool check_units(struct verifier *v)
{
	uint64_t code = 0, registers = 0;

	for (size_t i = 0; i < v->p->units.count; i++)
		if (!check_unit(v, i, &code, &registers) ||
		    !check_registers(v, &v->p->units.items[i], i))
			return false;
	if (WRONG(code != v->p->code.count) || WRONG(registers != v->p->registers.count))
		return verifier_fail(v, INVARIANT_UNITS, PART_UNITS, v->p->units.count,
		    "there is code, or a register, of no unit");
	return check_components(v);
}

/* --- rules --------------------------------------------------------------- */

static bool is_identifier(struct str id)
{
	for (size_t i = 0; i < id.length; i++)
		if (WRONG(id.at[i] <= ' ') || WRONG(id.at[i] >= 127))
			return false;
	return RIGHT(id.length > 0);
}

static bool check_rule(struct verifier *v, size_t index, struct map *ids)
{
	const struct program_rule *r = &v->p->rules.items[index];

	if (WRONG(r->id >= v->p->texts.count) ||
	    WRONG(!is_identifier(v->p->texts.items[r->id])) ||
	    WRONG(!verify_new(ids, v->p->texts.items[r->id])))
		return verifier_fail(v, INVARIANT_RULES, PART_RULES, index,
		    "its id is missing, not printable, or taken");
	if (WRONG(r->severity >= SEVERITIES) || WRONG(r->binders > SUBJECT_BINDERS) ||
	    WRONG(r->frame >= v->p->frames.count))
		return verifier_fail(v, INVARIANT_RULES, PART_RULES, index,
		    "no such severity, frame or number of binders");
	for (unsigned i = r->binders; i < SUBJECT_BINDERS; i++)
		if (WRONG(r->subject[i] != 0))
			return verifier_fail(v, INVARIANT_RULES, PART_RULES, index,
			    "it has more registers than binders");
	return true;
}

/* --- all ----------------------------------------------------------------- */

static bool check_counts(struct verifier *v)
{
	/* Each unit has a frame of its own. */
	if (WRONG(v->p->frames.count >= SCHEMA_NONE) ||
	    WRONG(v->p->stores.count >= SCHEMA_NONE))
		return verifier_fail(v, INVARIANT_UNITS, PART_UNITS, SCHEMA_NONE,
		    "there are too many");
	if (WRONG(v->p->spans.count != v->p->code.count))
		return verifier_fail(v, INVARIANT_POSITIONS, PART_SPANS, v->p->code.count,
		    "there are %zu positions", v->p->spans.count);
	return true;
}

#define CHECK_EACH(table, check) \
	for (size_t i = 0; i < v->p->table.count; i++) \
		if (!(check)) \
			return false

bool verify_tables(struct verifier *v)
{
	uint8_t *depth = ARENA_ARRAY(v->arena, uint8_t, v->p->frames.count);
	struct map *ids = map_new(v->arena);

	if (!check_counts(v) || !check_texts(v))
		return false;
	CHECK_EACH(constants, check_constant(v, i));
	CHECK_EACH(patterns, check_pattern(v, i));
	CHECK_EACH(stores, check_store(v, i));
	CHECK_EACH(steps, check_step(v, i));
	CHECK_EACH(paths, check_path(v, i));
	CHECK_EACH(frames, check_frame(v, i, depth));
	CHECK_EACH(rules, check_rule(v, i, ids));
	return check_units(v);
}
