/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The invariants of instructions: 60 to 72, in one pass over each unit.
 * Register types, frames and immediates are checked against opcodes.def; only
 * the types of values (verify_values.c) are said per opcode.
 */
#include "vm/verdict.h"
#include "vm/verifier.h"
#include "vm/verify_values.h"

enum { IS_DEFINED = 1, IS_RECURSIVE = 2 };

#define HAS_VERDICT 1

static const struct program_unit *unit_of(const struct verifier *v)
{
	return &v->p->units.items[v->unit];
}

static const struct program_register *reg(const struct verifier *v, uint16_t operand)
{
	return program_operand(v->p, unit_of(v), operand);
}

static bool fail(struct verifier *v, enum invariant invariant, size_t at, const char *words)
{
	return verifier_fail(v, invariant, PART_CODE, at, "%s", words);
}

/* --- operands ------------------------------------------------------------ */

static bool is_present(uint16_t operand)
{
	return operand != OPERAND_NONE;
}

static bool fits_signature(const char *wanted, uint8_t type)
{
	return wanted[0] == '?' || (uint8_t)wanted[0] == type;
}

static bool check_operand(struct verifier *v, size_t at, uint16_t operand, const char *wanted)
{
	uint16_t r = OPERAND_REGISTER(operand);

	if (WRONG(wanted[0] == '-' && operand != OPERAND_NONE))
		return fail(v, INVARIANT_UNUSED, at, "an operand that it does not have");
	if (wanted[0] == '-')
		return true;
	if (wanted[1] == '?' && operand == OPERAND_NONE)
		return true;
	if (WRONG(r >= unit_of(v)->register_count) || WRONG(!(v->defined[r] & IS_DEFINED)))
		return fail(v, INVARIANT_OPERANDS, at, "an operand that was not written");
	if (WRONG(!fits_signature(wanted, reg(v, r)->type)))
		return fail(v, INVARIANT_SIGNATURES, at, "an operand of another register type");
	if (WRONG((operand & OPERAND_NEGATE) && reg(v, r)->type != REGISTER_TRUTH))
		return fail(v, INVARIANT_NEGATION, at, "an operand that cannot be negated");
	return true;
}

static bool check_result(struct verifier *v, size_t at, uint16_t dst, const char *wanted)
{
	if (WRONG(wanted[0] == '-' && dst != OPERAND_NONE))
		return fail(v, INVARIANT_UNUSED, at, "a result that it does not have");
	if (wanted[0] == '-')
		return true;
	if (WRONG(dst >= unit_of(v)->register_count))
		return fail(v, INVARIANT_OPERANDS, at, "no such result");
	if (WRONG(v->defined[dst]))
		return fail(v, INVARIANT_ONCE, at, "its result was written before");
	if (WRONG(!fits_signature(wanted, reg(v, dst)->type)))
		return fail(v, INVARIANT_SIGNATURES, at, "a result of another register type");
	return true;
}

static bool check_operands(struct verifier *v, size_t at, const struct instruction *in,
    const struct opcode_info *info)
{
	if (!check_result(v, at, in->dst, info->dst) ||
	    !check_operand(v, at, in->a, info->a) ||
	    !check_operand(v, at, in->b, info->b) ||
	    !check_operand(v, at, in->c, info->c))
		return false;
	/* The ? of an instruction are one type. */
	if (WRONG(info->a[0] == '?' && info->dst[0] == '?' &&
		reg(v, in->a)->type != reg(v, in->dst)->type))
		return fail(v, INVARIANT_SIGNATURES, at, "a result unlike its operand");
	return true;
}

/* --- frames -------------------------------------------------------------- */

static bool all_in(const struct verifier *v, const struct instruction *in, uint16_t frame)
{
	return RIGHT(!is_present(in->a) || reg(v, in->a)->frame == frame) &&
	    RIGHT(!is_present(in->b) || reg(v, in->b)->frame == frame) &&
	    RIGHT(!is_present(in->c) || reg(v, in->c)->frame == frame);
}

static bool is_root(const struct verifier *v, uint16_t frame)
{
	return v->p->frames.items[frame].parent == SCHEMA_NONE;
}

static bool stand_down(const struct verifier *v, const struct instruction *in)
{
	uint16_t child = reg(v, in->a)->frame, parent = reg(v, in->dst)->frame;

	/* What was expanded stands in the parent, so b does. */
	return RIGHT(v->p->frames.items[child].parent == parent) &&
	    RIGHT(v->source[child] == OPERAND_REGISTER(in->b) + 1) &&
	    RIGHT(!is_present(in->c) || reg(v, in->c)->frame == child);
}

static bool frames_stand(const struct verifier *v, const struct instruction *in,
    enum frame_relation relation)
{
	uint16_t dst = is_present(in->dst) ? reg(v, in->dst)->frame : SCHEMA_NONE;

	switch (relation) {
	case FRAMES_SAME:
		return all_in(v, in, dst);
	case FRAMES_UP:
		return RIGHT(reg(v, in->a)->frame != dst) &&
		    RIGHT(program_is_above(v->p, reg(v, in->a)->frame, dst));
	case FRAMES_DOWN:
		return stand_down(v, in);
	case FRAMES_OPEN:
		return RIGHT(in->imm < v->p->frames.count) &&
		    RIGHT(v->p->frames.items[in->imm].parent == reg(v, in->a)->frame);
	case FRAMES_ROOT:
		return RIGHT(is_root(v, dst));
	case FRAMES_CHILD:
		return RIGHT(!is_root(v, dst));
	case FRAMES_NODST:
		return all_in(v, in, reg(v, in->a)->frame);
	}
	return false;
}

/* A child frame is opened by one instruction, from the set it is made of. */
static bool check_opening(struct verifier *v, size_t at, const struct instruction *in,
    const struct opcode_info *info)
{
	if (info->frames == FRAMES_OPEN) {
		if (WRONG(v->source[in->imm]))
			return fail(v, INVARIANT_EXPANSION, at, "the frame is open already");
		v->source[in->imm] = OPERAND_REGISTER(in->a) + 1;
	}
	if (WRONG(is_present(in->dst) && !is_root(v, reg(v, in->dst)->frame) &&
		!v->source[reg(v, in->dst)->frame]))
		return fail(v, INVARIANT_EXPANSION, at, "the frame of its result is not open");
	return true;
}

/* --- immediates ---------------------------------------------------------- */

static bool is_dimension(const struct verifier *v, const struct instruction *in)
{
	return RIGHT(in->imm < 2) &&
	    RIGHT(v->p->frames.items[reg(v, in->dst)->frame].kinds[in->imm] != SCHEMA_NONE);
}

/* SUBTRACT alone takes two dates; a product has no unit. */
static bool is_unit(const struct instruction *in)
{
	return RIGHT(in->imm <= (in->op == OPCODE_SUBTRACT ? UNIT_DATES : UNIT_DAYS));
}

static bool immediate_is(const struct verifier *v, const struct instruction *in,
    enum imm_kind kind)
{
	switch (kind) {
	case IMM_NOTHING: return RIGHT(in->imm == 0);
	case IMM_CONSTANT: return RIGHT(in->imm < v->p->constants.count);
	case IMM_DIMENSION: return is_dimension(v, in);
	case IMM_ATTRIBUTE: return RIGHT(in->imm < v->s->attributes.count) &&
		RIGHT(!v->s->attributes.items[in->imm].derived);
	case IMM_FIELD: return RIGHT(in->imm < v->s->fields.count);
	case IMM_STORE: return RIGHT(in->imm < v->p->stores.count);
	case IMM_CLIP: case IMM_TYPE: return true;	/* verify_values */
	case IMM_FRAME: return true;	/* frames_stand */
	case IMM_KIND: return RIGHT(in->imm < v->s->kinds.count);
	case IMM_PATTERN: return RIGHT(in->imm < v->p->patterns.count);
	case IMM_UNIT: return is_unit(in);
	case IMM_OPTIONAL: return RIGHT(in->imm <= 1);
	case IMM_PATH: return RIGHT(in->imm < v->p->paths.count);
	case IMM_RULE: return RIGHT(in->imm < v->p->rules.count);
	case IMM_BINDER: return RIGHT(in->imm / SUBJECT_BINDERS < v->p->rules.count);
	}
	return false;
}

/* --- stores -------------------------------------------------------------- */

static bool is_same_component(const struct verifier *v, uint16_t unit)
{
	return unit_of(v)->component != SCHEMA_NONE &&
	    v->p->units.items[unit].component == unit_of(v)->component;
}

static bool check_store(struct verifier *v, size_t at, const struct instruction *in)
{
	const struct program_store *s = &v->p->stores.items[in->imm];
	const struct program_frame *frame = &v->p->frames.items[reg(v, in->a)->frame];

	if (WRONG(s->unit != v->unit) || WRONG(v->stored[in->imm]))
		return fail(v, INVARIANT_STORING, at, "the store is not its to write");
	if (WRONG(frame->parent != SCHEMA_NONE) || WRONG(frame->kinds[0] != s->kinds[0]) ||
	    WRONG(frame->kinds[1] != s->kinds[1]) || WRONG(reg(v, in->a)->type != s->type))
		return fail(v, INVARIANT_STORING, at, "the store is of other rows");
	if (WRONG(unit_of(v)->component != SCHEMA_NONE && s->type != REGISTER_TRUTH))
		return fail(v, INVARIANT_RECURSION, at, "only truths are stored in a component");
	v->stored[in->imm] = 1;
	return true;
}

static bool check_fetch(struct verifier *v, size_t at, const struct instruction *in)
{
	const struct program_store *s = &v->p->stores.items[in->imm];

	if (WRONG(s->unit >= v->unit && !is_same_component(v, s->unit)))
		return fail(v, INVARIANT_STORING, at, "the store is written later");
	if (WRONG(s->type != reg(v, in->dst)->type))
		return fail(v, INVARIANT_SIGNATURES, at, "the store is of another type");
	if (WRONG(is_present(in->a) != (s->kinds[0] != SCHEMA_NONE)) ||
	    WRONG(is_present(in->b) != (s->kinds[1] != SCHEMA_NONE)))
		return fail(v, INVARIANT_STORING, at, "the store is over other kinds");
	return true;
}

/* A path may walk only along what is finished. */
static bool check_walked(struct verifier *v, size_t at, const struct program_path *path)
{
	for (uint32_t i = 0; i < path->step_count; i++) {
		const struct program_step *s = &v->p->steps.items[path->first_step + i];

		if (s->kind == STEP_LINK)
			continue;
		if (WRONG(v->p->stores.items[s->index].unit >= v->unit) ||
		    WRONG(is_same_component(v, v->p->stores.items[s->index].unit)))
			return fail(v, INVARIANT_STORING, at, "the path walks a later store");
	}
	return true;
}

/* --- recursion ----------------------------------------------------------- */

static bool is_recursive(const struct verifier *v, uint16_t operand)
{
	return is_present(operand) && (v->defined[OPERAND_REGISTER(operand)] & IS_RECURSIVE);
}

/* Instructions through which a truth that rises makes only truths that rise. */
static bool keeps_rising(enum opcode op)
{
	return op == OPCODE_AND || op == OPCODE_OR || op == OPCODE_COPY ||
	    op == OPCODE_UP || op == OPCODE_STORE || op == OPCODE_ANY_W ||
	    op == OPCODE_ANY_M;
}

static bool check_recursion(struct verifier *v, size_t at, const struct instruction *in,
    bool *recursive)
{
	const uint16_t operands[3] = { in->a, in->b, in->c };
	const struct opcode_info *info = opcode_info((enum opcode)in->op);

	*recursive = info->imm == IMM_STORE && in->op != OPCODE_STORE &&
	    is_same_component(v, v->p->stores.items[in->imm].unit);
	if (WRONG(unit_of(v)->component != SCHEMA_NONE &&
		(in->op == OPCODE_EMIT || in->op == OPCODE_REST)))
		return fail(v, INVARIANT_RECURSION, at, "no verdicts in a component");
	for (int i = 0; i < 3; i++) {
		if (!is_recursive(v, operands[i]))
			continue;
		*recursive = true;
		if (WRONG(!keeps_rising((enum opcode)in->op)) ||
		    WRONG(operands[i] & OPERAND_NEGATE))
			return fail(v, INVARIANT_RECURSION, at,
			    "it may fall while what it depends on rises");
	}
	return true;
}

/* --- results ------------------------------------------------------------- */

/* The first COUNT binders have values that rows of FRAME can see. */
static bool check_subject(struct verifier *v, size_t at, const struct program_rule *rule,
    unsigned count, uint16_t frame)
{
	for (unsigned i = 0; i < count; i++) {
		uint16_t r = rule->subject[i];
		uint8_t type;

		if (WRONG(r >= unit_of(v)->register_count) ||
		    WRONG(!(v->defined[r] & IS_DEFINED)))
			return fail(v, INVARIANT_RESULTS, at, "a binder was not written");
		type = reg(v, r)->type;
		if (WRONG(type != REGISTER_SCALAR && type != REGISTER_NUMBER) ||
		    WRONG(!program_is_above(v->p, reg(v, r)->frame, frame)))
			return fail(v, INVARIANT_RESULTS, at, "a binder is out of sight");
	}
	return true;
}

static bool check_emit(struct verifier *v, size_t at, const struct instruction *in)
{
	const struct program_rule *rule = &v->p->rules.items[in->imm];

	if (WRONG(v->has_verdict[in->imm] & HAS_VERDICT))
		return fail(v, INVARIANT_RESULTS, at, "the rule has a verdict already");
	v->has_verdict[in->imm] |= HAS_VERDICT;
	if (WRONG(reg(v, in->a)->frame != rule->frame))
		return fail(v, INVARIANT_RESULTS, at, "not in the frame of the rule");
	return check_subject(v, at, rule, rule->binders, rule->frame);
}

static bool check_rest(struct verifier *v, size_t at, const struct instruction *in)
{
	const struct program_rule *rule = &v->p->rules.items[in->imm / SUBJECT_BINDERS];
	unsigned binder = in->imm % SUBJECT_BINDERS;
	uint16_t frame = reg(v, in->a)->frame;

	if (WRONG(binder >= rule->binders) ||
	    WRONG(v->emitted[in->imm / SUBJECT_BINDERS] >> binder & 1))
		return fail(v, INVARIANT_RESULTS, at, "no such binder, or twice");
	v->emitted[in->imm / SUBJECT_BINDERS] |= (uint8_t)(1u << binder);
	/* So it is of this unit, too. */
	if (WRONG(!program_is_above(v->p, frame, rule->frame)))
		return fail(v, INVARIANT_RESULTS, at, "not above the frame of the rule");
	if (WRONG(reg(v, in->b)->type != REGISTER_WORDS && reg(v, in->b)->type != REGISTER_NUMBERS))
		return fail(v, INVARIANT_SIGNATURES, at, "the second operand is no set");
	return check_subject(v, at, rule, binder, frame);
}

/* --- all ----------------------------------------------------------------- */

static bool check_reference(struct verifier *v, size_t at, const struct instruction *in,
    const struct opcode_info *info)
{
	if (in->op == OPCODE_STORE)
		return check_store(v, at, in);
	if (info->imm == IMM_STORE)
		return check_fetch(v, at, in);
	if (info->imm == IMM_PATH)
		return check_walked(v, at, &v->p->paths.items[in->imm]);
	if (info->imm == IMM_RULE)
		return check_emit(v, at, in);
	if (info->imm == IMM_BINDER)
		return check_rest(v, at, in);
	return true;
}

static bool check_instruction(struct verifier *v, size_t at)
{
	const struct instruction *in = &v->p->code.items[at];
	const struct opcode_info *info;
	const char *why;
	bool recursive;

	if (WRONG(in->op >= OPCODE_COUNT))
		return fail(v, INVARIANT_OPCODES, at, "no such opcode");
	info = opcode_info((enum opcode)in->op);
	if (!check_operands(v, at, in, info))
		return false;
	if (WRONG(!frames_stand(v, in, (enum frame_relation)info->frames)))
		return fail(v, INVARIANT_RELATIONS, at, "its frames do not stand as they must");
	if (WRONG(!immediate_is(v, in, (enum imm_kind)info->imm)))
		return fail(v, info->imm == IMM_NOTHING ? INVARIANT_UNUSED
		    : INVARIANT_IMMEDIATES, at, "its immediate names nothing");
	if (!check_opening(v, at, in, info) || !check_reference(v, at, in, info) ||
	    !check_recursion(v, at, in, &recursive))
		return false;
	why = verify_values(v->p, unit_of(v), in, v->source);
	if (WRONG(why))
		return fail(v, INVARIANT_VALUES_OF, at, why);
	if (is_present(in->dst))
		v->defined[in->dst] = IS_DEFINED | (recursive ? IS_RECURSIVE : 0);
	return true;
}

static bool check_unit(struct verifier *v, uint8_t *defined)
{
	const struct program_unit *u = unit_of(v);

	v->defined = defined;
	memset(defined, 0, u->register_count);
	for (size_t at = u->first; at < u->first + (size_t)u->count; at++)
		if (!check_instruction(v, at))
			return false;
	for (uint32_t r = 0; r < u->register_count; r++)
		if (WRONG(!defined[r]))
			return verifier_fail(v, INVARIANT_ONCE, PART_REGISTERS,
			    u->first_register + r, "it is never written");
	return true;
}

/* What must have happened by the end. */
static bool check_end(struct verifier *v)
{
	for (size_t i = 0; i < v->p->stores.count; i++)
		if (WRONG(!v->stored[i]))
			return verifier_fail(v, INVARIANT_STORING, PART_STORES, i,
			    "it is never written");
	for (size_t i = 0; i < v->p->rules.count; i++)
		if (WRONG(!v->has_verdict[i]))
			return verifier_fail(v, INVARIANT_RESULTS, PART_RULES, i,
			    "it has no verdict");
	for (size_t i = 0; i < v->p->frames.count; i++)
		if (WRONG(!is_root(v, (uint16_t)i) && !v->source[i]))
			return verifier_fail(v, INVARIANT_EXPANSION, PART_FRAMES, i,
			    "it is never opened");
	return true;
}

bool verify_code(struct verifier *v)
{
	uint8_t *defined = ARENA_ARRAY(v->arena, uint8_t, OPERAND_NONE + 1u);

	v->source = ARENA_ARRAY(v->arena, uint16_t, v->p->frames.count);
	v->stored = ARENA_ARRAY(v->arena, uint8_t, v->p->stores.count);
	v->emitted = ARENA_ARRAY(v->arena, uint8_t, v->p->rules.count);
	v->has_verdict = ARENA_ARRAY(v->arena, uint8_t, v->p->rules.count);
	for (size_t i = 0; i < v->p->units.count; i++) {
		v->unit = (uint16_t)i;
		if (!check_unit(v, defined))
			return false;
	}
	return check_end(v);
}
