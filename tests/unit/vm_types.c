/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Which types of values the operands of each instruction may have: every
 * opcode with every choice of types from a list, against vm_types.expect,
 * which says what is not refused for its values.  SCARP_UPDATE=1 writes the
 * file anew: read the difference.
 */
#include "tests/unit/world.h"

#include <stdio.h>

#include "base/io.h"
#include "base/text.h"
#include "vm/verifier.h"

#define NONE OPERAND_NONE

/* Beside Node and Leaf, which is one: */
enum { KIND_OTHER = KIND_COUNT };
enum { ENUM_COLOR, ENUM_SHAPE };

static const struct { const char *name; uint8_t tag; bool set; uint16_t of; bool scalar; }
types[] = {
	{ "truth", TYPE_BOOL, false, 0, false }, { "bool", TYPE_BOOL, false, 0, true },
	{ "int", TYPE_INT, false, 0, false }, { "date", TYPE_DATE, false, 0, false },
	{ "duration", TYPE_DURATION, false, 0, false },
	{ "string", TYPE_STRING, false, 0, false },
	{ "caseless", TYPE_CASELESS, false, 0, false },
	{ "version", TYPE_VERSION, false, 0, false }, { "ip", TYPE_IP, false, 0, false },
	{ "net", TYPE_NET, false, 0, false }, { "Color", TYPE_ENUM, false, ENUM_COLOR, false },
	{ "Shape", TYPE_ENUM, false, ENUM_SHAPE, false },
	{ "Node", TYPE_ENTITY, false, KIND_NODE, false },
	{ "Leaf", TYPE_ENTITY, false, KIND_LEAF, false },
	{ "Other", TYPE_ENTITY, false, KIND_OTHER, false },
	{ "{bool}", TYPE_BOOL, true, 0, false }, { "{int}", TYPE_INT, true, 0, false },
	{ "{date}", TYPE_DATE, true, 0, false }, { "{string}", TYPE_STRING, true, 0, false },
	{ "{caseless}", TYPE_CASELESS, true, 0, false },
	{ "{Color}", TYPE_ENUM, true, ENUM_COLOR, false },
	{ "{Shape}", TYPE_ENUM, true, ENUM_SHAPE, false },
	{ "{Node}", TYPE_ENTITY, true, KIND_NODE, false },
	{ "{Leaf}", TYPE_ENTITY, true, KIND_LEAF, false },
	{ "{Other}", TYPE_ENTITY, true, KIND_OTHER, false },
};
#define TYPE_LIST (sizeof(types) / sizeof(*types))

static struct arena *arena, *trial;
static struct world *w;
static struct text out;

/* By type: a register of the root frame, and one of a child frame; the child
 * frame over each set; a constant. */
static uint16_t root[TYPE_LIST], below[TYPE_LIST], frames[TYPE_LIST];
static uint32_t constants[TYPE_LIST];
static uint16_t child, over, truth_below;

static struct type type_at(size_t i)
{
	return (struct type){ .tag = types[i].tag, .set = types[i].set, .of = types[i].of };
}

static uint8_t register_at(size_t i)
{
	return (uint8_t)(types[i].scalar ? REGISTER_SCALAR : program_register_type(type_at(i)));
}

static void add_to_schema(void)
{
	struct schema *s = &w->schema;

	*VEC_PUSH(arena, &s->kinds) = (struct schema_kind){ .name = STR("Other"),
		.plural = STR("others"), .span = SPAN_NONE, .base = SCHEMA_NONE,
		.last = KIND_OTHER + 1, .owner = SCHEMA_NONE };
	*VEC_PUSH(arena, &s->enums) = (struct schema_enum){ .name = STR("Shape"),
		.span = SPAN_NONE, .first_value = (uint32_t)s->value_names.count,
		.value_count = 2 };
	*VEC_PUSH(arena, &s->value_names) = STR("round");
	*VEC_PUSH(arena, &s->value_names) = STR("flat");
}

/* A value of a type that is not known: of every type there is one. */
static uint16_t put_unknown(size_t i, uint16_t frame)
{
	uint16_t r = world_op(w, OPCODE_CONST, frame, type_at(i), NONE, NONE, NONE,
	    constants[i]);

	VEC_LAST(&w->program.registers)->type = register_at(i);
	return r;
}

/* Some types are enough. */
static bool is_stored(size_t i)
{
	return types[i].tag == TYPE_BOOL || types[i].tag == TYPE_INT ||
	    (types[i].tag == TYPE_ENTITY && types[i].of != KIND_OTHER) ||
	    (types[i].tag == TYPE_DATE && !types[i].set);
}

/* Stores over no kind, over Node, and over Leaf and Other. */
static void add_stores(void)
{
	static const uint16_t kinds[3][2] = { { SCHEMA_NONE, SCHEMA_NONE },
		{ KIND_NODE, SCHEMA_NONE }, { KIND_LEAF, KIND_OTHER } };

	for (int k = 0; k < 3; k++) {
		world_unit(w, kinds[k][0], kinds[k][1]);
		for (size_t i = 0; i < TYPE_LIST; i++)
			if (is_stored(i))
				world_store(w, put_unknown(i, w->frame), false);
	}
}

static void begin(void)
{
	arena = arena_new();
	w = world_new(arena);
	w->program = (struct program){ .schema = &w->schema };
	add_to_schema();
	for (size_t i = 0; i < TYPE_LIST; i++)
		constants[i] = world_constant(w, type_at(i), CONSTANT_UNKNOWN, 0);
	add_stores();
	*VEC_PUSH(arena, &w->program.paths) =
	    (struct program_path){ KIND_NODE, KIND_NODE, 1, 1, 0, 0, 0, 0 };
	*VEC_PUSH(arena, &w->program.paths) =
	    (struct program_path){ KIND_OTHER, KIND_OTHER, 1, 1, 0, 0, 0, 0 };
	world_pattern(w, PATTERN_GLOB, "a*");
	world_unit(w, KIND_NODE, KIND_OTHER);
	for (size_t i = 0; i < TYPE_LIST; i++)
		root[i] = put_unknown(i, w->frame);
	for (size_t i = 0; i < TYPE_LIST; i++)
		if (types[i].set)
			frames[i] = world_expand(w, w->frame, root[i]);
}

/* The frame over the set at AT has a register of each type. */
static void open_child(size_t at)
{
	child = frames[at];
	over = root[at];
	for (size_t i = 0; i < TYPE_LIST; i++)
		below[i] = put_unknown(i, child);
	truth_below = below[0];
}

/* --- one instruction ------------------------------------------------------ */

struct trial { enum opcode op; uint16_t frame, a, b, c; size_t dst; uint32_t imm; };

/* Not refused for its values.  The program as a whole is never good. */
static bool is_taken(const struct trial *t)
{
	const struct opcode_info *info = opcode_info(t->op);
	struct program *p = &w->program;
	struct program_unit *unit = VEC_LAST(&p->units);
	struct arena_mark here = arena_here(trial);
	struct broken broken = { .index = 0 };
	bool taken;

	world_op(w, t->op, t->frame, type_at(t->dst), t->a, t->b, t->c, t->imm);
	if (info->dst[0] != '-')
		VEC_LAST(&p->registers)->type = register_at(t->dst);
	taken = program_check(trial, p, &broken) ||
	    broken.index != p->code.count - 1 || broken.part != PART_CODE;
	if (!taken && broken.invariant != INVARIANT_VALUES_OF)
		taken = broken.invariant == INVARIANT_RESULTS;
	p->code.count--;
	p->spans.count--;
	unit->count--;
	if (info->dst[0] != '-') {
		p->registers.count--;
		unit->register_count--;
	}
	arena_rollback(trial, here);
	return taken;
}

static bool fits(const char *wanted, size_t i)
{
	return wanted[0] == '?' || (uint8_t)wanted[0] == register_at(i);
}

/* Calls for each type that an operand of this signature may have; once, with
 * TYPE_LIST, where there is no operand or it may be left out. */
#define EACH(i, wanted) \
	for (size_t i = 0; i <= TYPE_LIST; i++) \
		if ((wanted)[0] == '-' || (i == TYPE_LIST && (wanted)[1] == '?') ? \
		    i == TYPE_LIST : i < TYPE_LIST && fits(wanted, i))

static const char *name_of(size_t i)
{
	return i < TYPE_LIST ? types[i].name : "-";
}

static uint16_t register_of(const uint16_t *registers, size_t i)
{
	return i < TYPE_LIST ? registers[i] : NONE;
}

/* How many immediates are tried. */
static uint32_t immediates(enum opcode op)
{
	switch ((enum imm_kind)opcode_info(op)->imm) {
	case IMM_CONSTANT: return (uint32_t)w->program.constants.count;
	case IMM_DIMENSION: return 2;
	case IMM_ATTRIBUTE: return (uint32_t)w->schema.attributes.count;
	case IMM_FIELD: return (uint32_t)w->schema.fields.count;
	case IMM_STORE: return (uint32_t)w->program.stores.count;
	case IMM_CLIP: return 4;
	case IMM_KIND: return (uint32_t)w->schema.kinds.count;
	case IMM_UNIT: return 3;
	case IMM_PATH: return 2;
	case IMM_TYPE: return (uint32_t)TYPE_LIST;
	case IMM_NOTHING: case IMM_PATTERN: case IMM_OPTIONAL: case IMM_FRAME:
	case IMM_RULE: case IMM_BINDER:
		break;
	}
	return 1;
}

static uint32_t immediate(enum opcode op, uint32_t n)
{
	return opcode_info(op)->imm == IMM_TYPE ? program_type_imm(type_at(n)) : n;
}

static void try_one(enum opcode op, uint32_t n, const size_t t[4], uint16_t frame,
    const uint16_t *a, const uint16_t *b, const uint16_t *c)
{
	const struct trial one = { op, frame, register_of(a, t[1]), register_of(b, t[2]),
		register_of(c, t[3]), t[0] < TYPE_LIST ? t[0] : 0, immediate(op, n) };

	if (is_taken(&one))
		text_printf(&out, " %s<%s,%s,%s", name_of(t[0]), name_of(t[1]),
		    name_of(t[2]), name_of(t[3]));
}

static void try_all(enum opcode op, uint16_t frame, const uint16_t *a, const uint16_t *b,
    const uint16_t *c)
{
	const struct opcode_info *info = opcode_info(op);

	for (uint32_t n = 0; n < immediates(op); n++) {
		size_t before = out.length, head;

		/* Of other registers: refused as such. */
		if (info->imm == IMM_STORE && info->dst[0] != '-' &&
		    w->program.stores.items[n].type != (uint8_t)info->dst[0])
			continue;

		text_printf(&out, "%s %u:", info->name, n);
		head = out.length;
		EACH(dst, info->dst)
			EACH(x, info->a)
				EACH(y, info->b)
					EACH(z, info->c)
						try_one(op, n, (const size_t[]){ dst, x, y, z },
						    frame, a, b, c);
		if (out.length == head)
			out.length = before;
		else
			text_add_char(&out, '\n');
	}
}

/* --- all of them ----------------------------------------------------------- */

/* Folds over the set at OVER: b is that set alone. */
static void try_folds(size_t at)
{
	uint16_t truths[TYPE_LIST], sets[TYPE_LIST];

	for (size_t i = 0; i < TYPE_LIST; i++) {
		truths[i] = truth_below;
		sets[i] = over;
	}
	text_printf(&out, "over %s\n", types[at].name);
	for (int op = 0; op < OPCODE_COUNT; op++) {
		const struct opcode_info *info = opcode_info((enum opcode)op);

		if (info->frames == FRAMES_CHILD)
			try_all((enum opcode)op, child, root, root, root);
		if (info->frames == FRAMES_UP)
			try_all((enum opcode)op, child, root, root, root);
		if (info->frames != FRAMES_DOWN || info->b[0] != (char)register_at(at))
			continue;
		for (size_t i = 0; i < TYPE_LIST; i++)
			sets[i] = types[i].set && i == at ? over : NONE;
		try_all((enum opcode)op, w->frame, truths, sets, below);
	}
}

static struct str have(void)
{
	text_init(&out, arena);
	for (int op = 0; op < OPCODE_COUNT; op++) {
		const struct opcode_info *info = opcode_info((enum opcode)op);

		if (info->frames == FRAMES_SAME || info->frames == FRAMES_ROOT ||
		    (info->frames == FRAMES_NODST && info->imm == IMM_STORE))
			try_all((enum opcode)op, w->frame, root, root, root);
	}
	for (size_t i = 0; i < TYPE_LIST; i++) {
		if (!types[i].set || types[i].tag == TYPE_CASELESS || types[i].tag == TYPE_DATE ||
		    types[i].of == ENUM_SHAPE)
			continue;
		open_child(i);
		try_folds(i);
	}
	return text_str(&out);
}

START_TEST(types_agree_as_written_down)
{
	const char *top = getenv("TOP_SRCDIR");
	struct str path, wanted, why, got;

	begin();
	trial = arena_new();
	got = have();
	path = arena_printf(arena, "%s/tests/unit/vm_types.expect", top ? top : ".");
	if (getenv("SCARP_UPDATE"))
		ck_assert(io_write(arena, path.at, got, &why));
	ck_assert(io_read(arena, path.at, 1u << 22, &wanted, &why));
	if (!str_equal(got, wanted))
		ck_abort_msg("what is taken differs from %.*s: write it anew with "
		    "SCARP_UPDATE=1 and read the difference", STR_ARG(path));
	arena_free(trial);
	arena_free(arena);
} END_TEST

UNIT_MAIN(types_agree_as_written_down)
