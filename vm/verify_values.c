/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Types of values, opcode by opcode.  An entity may be taken for one of a
 * kind above its own; where the graph is read, for one below it too (after
 * `x is Sub`): an entity without a row is unknown there.
 */
#include "vm/verify_values.h"

#include "vm/verifier.h"

struct operands {
	const struct program *p;
	const struct instruction *in;
	struct type dst, a, b, c;
	uint16_t dst_frame;
	const struct program_unit *unit;
	const uint16_t *source;
};

static const struct schema *schema_of(const struct operands *o)
{
	return o->p->schema;
}

/* Without regard to sets: values of FROM are values of TO. */
static bool fits_one(const struct operands *o, struct type from, struct type to)
{
	if (from.tag != to.tag)
		return false;
	if (from.tag == TYPE_ENTITY)
		return schema_is_a(schema_of(o), from.of, to.of);
	return from.of == to.of;
}

static bool fits(const struct operands *o, struct type from, struct type to)
{
	return from.set == to.set && fits_one(o, from, to);
}

static bool is_related(const struct operands *o, struct type a, uint16_t kind)
{
	return a.tag == TYPE_ENTITY && (schema_is_a(schema_of(o), a.of, kind) ||
	    schema_is_a(schema_of(o), kind, a.of));
}

/* May be the same value. */
static bool compares(struct type a, struct type b)
{
	return a.tag == b.tag && (a.tag == TYPE_ENTITY || a.of == b.of);
}

static bool is_string(struct type t)
{
	return t.tag == TYPE_STRING || t.tag == TYPE_CASELESS;
}

/* How many values the elements of a set can have, or 0. */
static uint32_t clip_of(const struct operands *o, struct type t)
{
	if (t.tag == TYPE_ENUM)
		return schema_of(o)->enums.items[t.of].value_count;
	return t.tag == TYPE_BOOL ? 2 : 0;
}

static uint16_t enum_of_field(const struct operands *o, uint32_t field)
{
	const struct schema *s = schema_of(o);

	for (size_t i = 0; i < s->enums.count; i++)
		if (field - s->enums.items[i].first_field < s->enums.items[i].field_count)
			return (uint16_t)i;
	return SCHEMA_NONE;
}

/* --- by group ------------------------------------------------------------ */

static bool constant_agrees(const struct operands *o)
{
	struct type t = o->p->constants.items[o->in->imm].type;

	return RIGHT(fits(o, t, o->dst));
}

static bool row_agrees(const struct operands *o)
{
	uint16_t kind = o->p->frames.items[o->dst_frame].kinds[o->in->imm];

	return RIGHT(fits(o, (struct type){ .tag = TYPE_ENTITY, .of = kind }, o->dst));
}

static bool element_agrees(const struct operands *o)
{
	uint16_t r = (uint16_t)(o->source[o->dst_frame] - 1);
	struct type set = program_operand(o->p, o->unit, r)->of;

	/* Its register holds no set. */
	return RIGHT(fits_one(o, set, o->dst));
}

static bool load_agrees(const struct operands *o)
{
	const struct schema_attribute *a = &schema_of(o)->attributes.items[o->in->imm];

	return RIGHT(is_related(o, o->a, a->kind)) && RIGHT(fits(o, a->type, o->dst));
}

static bool field_agrees(const struct operands *o)
{
	const struct schema_field *f = &schema_of(o)->fields.items[o->in->imm];

	return RIGHT(o->a.tag == TYPE_ENUM) && RIGHT(o->a.of == enum_of_field(o, o->in->imm)) &&
	    RIGHT(fits(o, f->type, o->dst));
}

static bool fetch_agrees(const struct operands *o)
{
	const struct program_store *s = &o->p->stores.items[o->in->imm];

	return RIGHT(o->in->a == OPERAND_NONE || is_related(o, o->a, s->kinds[0])) &&
	    RIGHT(o->in->b == OPERAND_NONE || is_related(o, o->b, s->kinds[1])) &&
	    RIGHT(fits(o, s->of, o->dst));
}

static bool is_tags(const struct operands *o, uint8_t a, uint8_t b, uint8_t dst)
{
	return o->a.tag == a && o->b.tag == b && o->dst.tag == dst;
}

static bool sum_agrees(const struct operands *o)
{
	if (o->in->imm == UNIT_DAYS)
		return RIGHT(is_tags(o, TYPE_DATE, TYPE_DURATION, TYPE_DATE));
	if (o->in->imm == UNIT_DATES)
		return RIGHT(is_tags(o, TYPE_DATE, TYPE_DATE, TYPE_DURATION));
	return RIGHT(is_tags(o, TYPE_INT, TYPE_INT, TYPE_INT) ||
	    is_tags(o, TYPE_DURATION, TYPE_DURATION, TYPE_DURATION));
}

static bool product_agrees(const struct operands *o)
{
	return RIGHT(is_tags(o, TYPE_INT, TYPE_INT, TYPE_INT) ||
	    is_tags(o, TYPE_DURATION, TYPE_INT, TYPE_DURATION) ||
	    (o->in->op == OPCODE_MULTIPLY &&
		is_tags(o, TYPE_INT, TYPE_DURATION, TYPE_DURATION)));
}

static bool text_agrees(const struct operands *o)
{
	struct type t = o->a;

	t.optional = false;
	return RIGHT(is_string(o->dst)) &&
	    RIGHT((o->in->imm & ~(1u << 9)) == program_type_imm(t));
}

static bool path_agrees(const struct operands *o)
{
	return RIGHT(is_related(o, o->a, o->p->paths.items[o->in->imm].from)) &&
	    RIGHT(o->b.tag == TYPE_ENTITY);
}

/* A closure walks the way its sets lead. */
static bool closure_agrees(const struct operands *o)
{
	const struct program_path *path = &o->p->paths.items[o->in->imm];

	for (uint32_t i = 0; i < path->step_count; i++) {
		const struct program_step *s = &o->p->steps.items[path->first_step + i];

		if (WRONG(s->inverse) || WRONG(s->kind == STEP_STORE_TRUTH))
			return false;
	}
	return path_agrees(o);
}

/* An intersection is of either type. */
static bool intersection_agrees(const struct operands *o)
{
	return RIGHT(compares(o->a, o->b)) &&
	    RIGHT(fits(o, o->a, o->dst) || fits(o, o->b, o->dst));
}

static bool count_agrees(const struct operands *o)
{
	return RIGHT(o->dst.tag == TYPE_INT) &&
	    RIGHT(o->in->op == OPCODE_COUNT_M || o->in->imm == clip_of(o, o->a));
}

static bool sets_compare(const struct operands *o)
{
	bool words = o->in->op == OPCODE_SUBSET_W || o->in->op == OPCODE_SAME_W;

	return RIGHT(compares(o->a, o->b)) && RIGHT(!words || o->in->imm == clip_of(o, o->a));
}

/* --- all ----------------------------------------------------------------- */

static bool agree(const struct operands *o)
{
	switch ((enum opcode)o->in->op) {
	case OPCODE_CONST:
		return constant_agrees(o);
	case OPCODE_ROW:
		return row_agrees(o);
	case OPCODE_ELEMENT: case OPCODE_ELEMENT_N:
		return element_agrees(o);
	case OPCODE_UP: case OPCODE_CLOSE_W: case OPCODE_CLOSE_M:
		return RIGHT(fits(o, o->a, o->dst));
	case OPCODE_LOAD_T: case OPCODE_LOAD_S: case OPCODE_LOAD_N:
	case OPCODE_LOAD_W: case OPCODE_LOAD_M:
		return load_agrees(o);
	case OPCODE_FIELD_T: case OPCODE_FIELD_S: case OPCODE_FIELD_N:
	case OPCODE_FIELD_W: case OPCODE_FIELD_M:
		return field_agrees(o);
	case OPCODE_STORE:
		return RIGHT(fits(o, o->a, o->p->stores.items[o->in->imm].of));
	case OPCODE_FETCH_T: case OPCODE_FETCH_S: case OPCODE_FETCH_N:
	case OPCODE_FETCH_W: case OPCODE_FETCH_M:
		return fetch_agrees(o);
	case OPCODE_ASSUME_S: case OPCODE_ASSUME_N:
	case OPCODE_UNION_W: case OPCODE_UNION_M:
		return RIGHT(fits(o, o->a, o->dst)) && RIGHT(fits(o, o->b, o->dst));
	case OPCODE_EQ_S: case OPCODE_EQ_N: case OPCODE_LT_N: case OPCODE_LE_N:
	case OPCODE_IN_W: case OPCODE_IN_M:
		return RIGHT(compares(o->a, o->b));
	case OPCODE_LT_V: case OPCODE_LE_V:
		return RIGHT(o->a.tag == TYPE_VERSION) && RIGHT(o->b.tag == TYPE_VERSION);
	case OPCODE_SUBSET_W: case OPCODE_SUBSET_M: case OPCODE_SAME_W: case OPCODE_SAME_M:
		return sets_compare(o);
	case OPCODE_IS_KIND:
		return RIGHT(is_related(o, o->a, (uint16_t)o->in->imm));
	case OPCODE_MATCH:
		return RIGHT(is_string(o->a));
	case OPCODE_STARTS: case OPCODE_ENDS:
		return RIGHT(is_string(o->a)) && RIGHT(is_string(o->b));
	case OPCODE_IN_NET:
		return RIGHT(o->a.tag == TYPE_IP) && RIGHT(o->b.tag == TYPE_NET);
	case OPCODE_NEGATE:
		return RIGHT(o->a.tag != TYPE_DATE) && RIGHT(fits(o, o->a, o->dst));
	case OPCODE_ADD: case OPCODE_SUBTRACT:
		return sum_agrees(o);
	case OPCODE_MULTIPLY: case OPCODE_DIVIDE:
		return product_agrees(o);
	case OPCODE_CONCAT:
		return RIGHT(is_string(o->a)) && RIGHT(is_string(o->b)) &&
		    RIGHT(is_string(o->dst));
	case OPCODE_TEXT_S: case OPCODE_TEXT_N:
		return text_agrees(o);
	case OPCODE_FOLD:
		return RIGHT(is_string(o->a)) && RIGHT(is_string(o->dst));
	case OPCODE_SINGLE_W: case OPCODE_SINGLE_M:
		return RIGHT(fits_one(o, o->a, o->dst));
	case OPCODE_TRUTH_S:
		return RIGHT(o->dst.tag == TYPE_BOOL);
	case OPCODE_SCALAR_T:
		return RIGHT(o->a.tag == TYPE_BOOL);
	case OPCODE_INTERSECT_W: case OPCODE_INTERSECT_M:
		return intersection_agrees(o);
	case OPCODE_WITHOUT_W: case OPCODE_WITHOUT_M:
		return RIGHT(fits(o, o->a, o->dst)) && RIGHT(compares(o->a, o->b));
	case OPCODE_COUNT_W: case OPCODE_COUNT_M:
		return count_agrees(o);
	case OPCODE_COUNT_IF_W: case OPCODE_COUNT_IF_M:
		return RIGHT(o->dst.tag == TYPE_INT);
	case OPCODE_SUM_W: case OPCODE_SUM_M:
		return RIGHT(o->c.tag != TYPE_DATE) && RIGHT(fits(o, o->c, o->dst));
	case OPCODE_MIN_W: case OPCODE_MIN_M: case OPCODE_MAX_W: case OPCODE_MAX_M:
	case OPCODE_FLATTEN_WW: case OPCODE_FLATTEN_WM:
	case OPCODE_FLATTEN_MW: case OPCODE_FLATTEN_MM:
		return RIGHT(fits(o, o->c, o->dst));
	case OPCODE_COLLECT_WW: case OPCODE_COLLECT_WM:
	case OPCODE_COLLECT_MW: case OPCODE_COLLECT_MM:
		return RIGHT(fits_one(o, o->c, o->dst));
	case OPCODE_REACH:
		return path_agrees(o);
	case OPCODE_CLOSURE:
		return closure_agrees(o);
	/* Truths alone, or nothing to agree. */
	case OPCODE_EXISTS: case OPCODE_MEMBER: case OPCODE_COPY: case OPCODE_AND:
	case OPCODE_OR: case OPCODE_KNOWN_T: case OPCODE_KNOWN_S: case OPCODE_KNOWN_N:
	case OPCODE_KNOWN_W: case OPCODE_KNOWN_M: case OPCODE_ABSENT_S:
	case OPCODE_ABSENT_N: case OPCODE_ASSUME_T: case OPCODE_EQ_T:
	case OPCODE_EXPAND_W: case OPCODE_EXPAND_M: case OPCODE_ANY_W:
	case OPCODE_ANY_M: case OPCODE_EMIT: case OPCODE_REST:
		return true;
	case OPCODE_COUNT:
		break;
	}
	return false;
}

static struct type type_of(const struct operands *o, uint16_t operand)
{
	if (operand == OPERAND_NONE)
		return (struct type){ 0 };
	return program_operand(o->p, o->unit, operand)->of;
}

const char *verify_values(const struct program *program, const struct program_unit *unit,
    const struct instruction *in, const uint16_t *source)
{
	struct operands o = { .p = program, .in = in, .unit = unit, .source = source };

	o.dst = type_of(&o, in->dst);
	o.a = type_of(&o, in->a);
	o.b = type_of(&o, in->b);
	o.c = type_of(&o, in->c);
	if (in->dst != OPERAND_NONE)
		o.dst_frame = program_operand(program, unit, in->dst)->frame;
	return agree(&o) ? NULL : "values of types that do not agree";
}
