/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Each invariant of a program, broken in each way that it can be: the verifier
 * must refuse it by that invariant's number.  (1 to 10 are those of the file:
 * vm_container.c.)
 */
#include "tests/unit/world.h"

#include "base/guard.h"
#include "vm/verifier.h"
#include "vm/verify.h"

#define NO OPERAND_NONE

static struct arena *arena;
static struct world *w;
static struct program *p;
static struct schema *s;
static bool covered[128];

static void begin(void)
{
	arena = arena_new();
	w = world_new(arena);
	world_sample(w);
	p = &w->program;
	s = &w->schema;
}

/* Breaks a sample by STATEMENT, which must be found. */
#define BREAKS(number, statement) do { \
		begin(); \
		statement; \
		expect(INVARIANT_##number, #statement); \
		arena_free(arena); \
	} while (0)

static void expect(enum invariant number, const char *statement)
{
	struct str why, wanted = arena_printf(arena, "invariant %d (%s): ", (int)number,
	    invariant_text(number));

	ck_assert_msg(!program_verify(arena, p, &why), "accepted: %s", statement);
	ck_assert(!p->verified);
	ck_assert_msg(str_starts(why, wanted), "%s: %.*s", statement, STR_ARG(why));
	covered[number] = true;
}

static struct instruction *find(enum opcode op)
{
	return world_find(w, op);
}

#define ITEM(table, index) (&p->table.items[index])
#define LAST(table) VEC_LAST(&p->table)

/* Of no enum. */
static void add_field(void)
{
	*VEC_PUSH(arena, &s->fields) = (struct schema_field){
		.name = STR("more"), .type = { .tag = TYPE_INT } };
}

static void schema_cases(void)
{
	BREAKS(NAMES, s->kinds.items[1].name = STR("Node"));
	BREAKS(NAMES, s->kinds.items[1].name = STR(""));
	BREAKS(NAMES, s->enums.items[0].name = STR(""));
	BREAKS(NAMES, s->value_names.items[1] = STR("red"));
	BREAKS(NAMES, s->attributes.items[0].name = STR(""));
	BREAKS(NAMES, s->attributes.items[1].name = STR("flag"));
	BREAKS(KINDS, s->kinds.items[0].last = 1);
	BREAKS(KINDS, s->kinds.items[1].last = 3);
	BREAKS(KINDS, s->kinds.items[1].base = 1);
	BREAKS(KINDS, s->kinds.items[0].base = 1);
	BREAKS(KINDS, s->kinds.items[1].base = SCHEMA_NONE);
	BREAKS(TYPES, s->attributes.items[0].type.tag = TYPE_ERROR);
	BREAKS(TYPES, s->attributes.items[0].type.tag = TYPE_NONE);
	BREAKS(TYPES, s->attributes.items[0].type.tag = 200);
	BREAKS(TYPES, s->attributes.items[0].type.of = 1);
	BREAKS(TYPES, s->attributes.items[NODE_COLOR].type.of = 1);
	BREAKS(TYPES, s->attributes.items[NODE_NEXT].type.of = 2);
	BREAKS(TYPES, s->attributes.items[NODE_LINKS].type.optional = true);
	BREAKS(TYPES, s->fields.items[0].type.tag = TYPE_ENTITY);
	BREAKS(TYPES, s->fields.items[0].type.tag = 200);
	BREAKS(ENUMS, add_field());
	BREAKS(ENUMS, s->enums.items[0].value_count = 4);
	BREAKS(ENUMS, s->enums.items[0].value_count = 2);
	BREAKS(ENUMS, s->enums.items[0].first_value = 1);
	BREAKS(ENUMS, s->enums.items[0].field_count = 5);
	BREAKS(ENUMS, s->enums.items[0].field_count = 3);
	BREAKS(ENUMS, s->enums.items[0].first_field = 1);
	BREAKS(ENUMS, s->fields.items[3].first = 10);
	BREAKS(VALUES, s->values.items[0].cell = 2);
	BREAKS(VALUES, s->values.items[2].cell = 1);
	BREAKS(VALUES, s->values.items[0].count = 1);
	BREAKS(VALUES, s->values.items[3].cell = INT64_MAX);
	BREAKS(VALUES, s->values.items[6].cell = 4);
	BREAKS(VALUES, s->values.items[9].count = 4);
	BREAKS(VALUES, s->values.items[9].first = 4);
	BREAKS(VALUES, s->cells.items[0] = -1);
	BREAKS(VALUES, s->attributes.items[0].fallback = 1);
	BREAKS(VALUES, (s->attributes.items[NODE_COLOR].has_default = true,
	    s->attributes.items[NODE_COLOR].fallback = 3));
	BREAKS(VALUES, s->attributes.items[NODE_LINKS].has_default = true);
	BREAKS(ATTRIBUTES, s->attributes.items[0].kind = KIND_LEAF);
	BREAKS(ATTRIBUTES, s->attributes.items[LEAF_SIZE].kind = KIND_COUNT);
	BREAKS(ATTRIBUTES, s->attributes.items[NODE_WORDS].key = true);
	BREAKS(ATTRIBUTES, (s->attributes.items[NODE_NAME].key = true,
	    s->attributes.items[NODE_NAME].derived = true));
	BREAKS(INVERSES, s->attributes.items[NODE_LINKS].inverse = NODE_BACK);
	BREAKS(INVERSES, s->attributes.items[NODE_LINKS].inverse = ATTRIBUTE_COUNT);
	BREAKS(INVERSES, (s->attributes.items[NODE_FLAG].inverse = NODE_BACK,
	    s->attributes.items[NODE_BACK].inverse = NODE_FLAG));
	BREAKS(OWNERS, s->kinds.items[0].owner = NODE_LINKS);
	BREAKS(OWNERS, s->kinds.items[0].owner = ATTRIBUTE_COUNT);
	BREAKS(OWNERS, (s->kinds.items[0].owner = NODE_TINTS,
	    s->attributes.items[NODE_TINTS].owned = true));
	BREAKS(OWNERS, s->attributes.items[NODE_FLAG].owned = true);
	BREAKS(OWNERS, s->attributes.items[NODE_LINKS].owned = true);
	BREAKS(OWNERS, (s->kinds.items[0].owner = NODE_NEXT,
	    s->attributes.items[NODE_NEXT].owned = true));
}

static struct program_constant *constant_of(enum type_tag tag, bool set)
{
	for (size_t i = 0; i < p->constants.count; i++)
		if (ITEM(constants, i)->type.tag == tag && ITEM(constants, i)->type.set == set)
			return ITEM(constants, i);
	ck_abort_msg("no such constant");
}

/* In the last unit, and opened by nothing. */
static void add_frame(void)
{
	*VEC_PUSH(arena, &p->frames) = (struct program_frame){
		.unit = (uint16_t)(p->units.count - 1), .parent = LAST(units)->frame,
		.kinds = { SCHEMA_NONE, SCHEMA_NONE } };
}

static struct str long_text(void)
{
	struct str text = { arena_alloc(arena, 2000), 2000 };

	memset((char *)text.at, 'a', text.length);
	return text;
}

static void constant_cases(void)
{
	BREAKS(TEXTS, p->texts.items[0] = STR("\xff"));
	BREAKS(TEXTS, p->texts.items[0] = STR("a\0b"));
	BREAKS(TEXTS, s->texts.items[0] = STR("\xc3"));
	BREAKS(TYPES, constant_of(TYPE_INT, false)->type.tag = 200);
	BREAKS(TYPES, ITEM(stores, 0)->of.tag = 200);
	BREAKS(EXPANSION, add_frame());
	BREAKS(CONSTANTS, constant_of(TYPE_BOOL, false)->cell = 2);
	BREAKS(CONSTANTS, constant_of(TYPE_BOOL, false)->state = CONSTANT_NONE);
	BREAKS(CONSTANTS, constant_of(TYPE_BOOL, false)->state = CONSTANT_UNKNOWN);
	BREAKS(CONSTANTS, constant_of(TYPE_BOOL, false)->state = 9);
	BREAKS(CONSTANTS, constant_of(TYPE_BOOL, false)->count = 1);
	BREAKS(CONSTANTS, constant_of(TYPE_INT, false)->cell = INT64_MIN);
	BREAKS(CONSTANTS, constant_of(TYPE_STRING, false)->cell = (int64_t)p->texts.count);
	BREAKS(CONSTANTS, constant_of(TYPE_INT, false)->state = CONSTANT_TODAY);
	BREAKS(CONSTANTS, constant_of(TYPE_INT, false)->state = CONSTANT_EXTENT);
	BREAKS(CONSTANTS, constant_of(TYPE_ENUM, true)->count = 3);
	BREAKS(CONSTANTS, constant_of(TYPE_ENUM, true)->state = CONSTANT_UNKNOWN);
	BREAKS(CONSTANTS, constant_of(TYPE_ENUM, true)->state = CONSTANT_NONE);
	BREAKS(CONSTANTS, constant_of(TYPE_ENUM, true)->cell = 1);
	BREAKS(CONSTANTS, p->set_cells.items[1] = 0);
	BREAKS(CONSTANTS, p->set_cells.items[1] = 3);
	BREAKS(CONSTANTS, constant_of(TYPE_ENTITY, true)->cell = KIND_COUNT);
	BREAKS(CONSTANTS, (constant_of(TYPE_ENTITY, true)->type.of = KIND_LEAF,
	    constant_of(TYPE_ENTITY, true)->cell = KIND_NODE));
	BREAKS(PATTERNS, ITEM(patterns, 0)->kind = 2);
	BREAKS(PATTERNS, ITEM(patterns, 0)->text = (uint32_t)p->texts.count);
	BREAKS(PATTERNS, p->texts.items[ITEM(patterns, 0)->text] = STR("("));
	BREAKS(PATTERNS, p->texts.items[ITEM(patterns, 0)->text] = long_text());
}

static void table_cases(void)
{
	BREAKS(STEPS, ITEM(steps, 0)->kind = 3);
	BREAKS(STEPS, ITEM(steps, 0)->index = ATTRIBUTE_COUNT);
	BREAKS(STEPS, ITEM(steps, 0)->index = NODE_FLAG);
	BREAKS(STEPS, ITEM(steps, 0)->from = KIND_COUNT);
	BREAKS(STEPS, ITEM(steps, 1)->index = 0);
	BREAKS(STEPS, ITEM(steps, 1)->index = 9);
	BREAKS(STEPS, ITEM(steps, 1)->kind = STEP_STORE_SET);
	BREAKS(STEPS, s->attributes.items[NODE_LINKS].derived = true);
	BREAKS(PATHS, ITEM(paths, 0)->states = 0);
	BREAKS(PATHS, ITEM(paths, 0)->states = 65);
	BREAKS(PATHS, ITEM(paths, 0)->states = 1);
	BREAKS(PATHS, ITEM(paths, 0)->accepting = 0);
	BREAKS(PATHS, ITEM(paths, 0)->accepting = 4);
	BREAKS(PATHS, ITEM(paths, 0)->step_count = 3);
	BREAKS(PATHS, ITEM(paths, 0)->move_count = 3);
	BREAKS(PATHS, ITEM(paths, 0)->first_move = UINT32_MAX);
	BREAKS(PATHS, ITEM(paths, 0)->from = KIND_COUNT);
	BREAKS(PATHS, ITEM(moves, 0)->to = 2);
	BREAKS(PATHS, ITEM(moves, 0)->step = 2);
	BREAKS(STORES, ITEM(stores, 0)->kinds[0] = KIND_COUNT);
	BREAKS(STORES, (ITEM(stores, 0)->kinds[1] = 0, ITEM(stores, 0)->kinds[0] = SCHEMA_NONE));
	BREAKS(STORES, ITEM(stores, 0)->unit = (uint16_t)p->units.count);
	BREAKS(STORES, LAST(stores)->relation = true);
	BREAKS(REGISTERS, LAST(stores)->type = REGISTER_TRUTH);
	BREAKS(REGISTERS, LAST(stores)->type = REGISTER_SCALAR);
	BREAKS(FRAMES, ITEM(frames, 0)->kinds[0] = KIND_COUNT);
	BREAKS(FRAMES, ITEM(frames, 0)->unit = (uint16_t)p->units.count);
	BREAKS(FRAMES, ITEM(frames, 1)->parent = 1);
	BREAKS(FRAMES, ITEM(frames, 1)->parent = SCHEMA_NONE);
	BREAKS(FRAMES, ITEM(frames, 1)->kinds[0] = 0);
	BREAKS(FRAMES, ITEM(frames, 1)->unit = 1);
	BREAKS(FRAMES, LAST(frames)->unit = 0);
	BREAKS(REGISTERS, ITEM(registers, 0)->type = 'X');
	BREAKS(REGISTERS, ITEM(registers, 0)->type = 7);
	BREAKS(REGISTERS, ITEM(registers, 0)->type = 200);
	BREAKS(REGISTERS, ITEM(registers, 0)->type = REGISTER_TRUTH);
	BREAKS(REGISTERS, ITEM(registers, 0)->frame = (uint16_t)p->frames.count);
	BREAKS(REGISTERS, ITEM(registers, 0)->frame = (uint16_t)(p->frames.count - 1));
	BREAKS(UNITS, ITEM(units, 0)->count = 0);
	BREAKS(UNITS, ITEM(units, 1)->first++);
	BREAKS(UNITS, ITEM(units, 1)->first_register++);
	BREAKS(UNITS, LAST(units)->count--);
	BREAKS(UNITS, LAST(units)->count++);
	BREAKS(UNITS, LAST(units)->count = UINT32_MAX);
	BREAKS(UNITS, LAST(units)->register_count--);
	BREAKS(UNITS, ITEM(units, 0)->register_count = OPERAND_NONE + 1u);
	BREAKS(FRAMES, ITEM(units, 0)->frame = 1);
	BREAKS(UNITS, LAST(units)->component = 0);
	BREAKS(RULES, ITEM(rules, 0)->id = ITEM(rules, 1)->id);
	BREAKS(RULES, ITEM(rules, 0)->id = (uint32_t)p->texts.count);
	BREAKS(RULES, p->texts.items[ITEM(rules, 0)->id] = STR(""));
	BREAKS(RULES, p->texts.items[ITEM(rules, 0)->id] = STR("a rule"));
	BREAKS(RULES, ITEM(rules, 0)->severity = 5);
	BREAKS(RULES, ITEM(rules, 0)->binders = 9);
	BREAKS(RULES, ITEM(rules, 0)->frame = (uint16_t)p->frames.count);
	BREAKS(RULES, ITEM(rules, 0)->subject[7] = 1);
	BREAKS(POSITIONS, p->spans.count--);
}

static void code_cases(void)
{
	BREAKS(OPCODES, find(OPCODE_AND)->op = OPCODE_COUNT);
	BREAKS(OPCODES, find(OPCODE_AND)->op = 255);
	BREAKS(UNUSED, find(OPCODE_AND)->c = 0);
	BREAKS(UNUSED, find(OPCODE_AND)->imm = 1);
	BREAKS(UNUSED, find(OPCODE_STORE)->dst = 0);
	BREAKS(UNUSED, find(OPCODE_ROW)->a = 0);
	BREAKS(OPERANDS, find(OPCODE_AND)->a = find(OPCODE_AND)->dst);
	BREAKS(OPERANDS, find(OPCODE_AND)->a = OPERAND_NONE);
	BREAKS(OPERANDS, find(OPCODE_AND)->a = 0x7ffe);
	BREAKS(OPERANDS, find(OPCODE_AND)->dst = OPERAND_NONE);
	BREAKS(OPERANDS, find(OPCODE_AND)->dst = 0x7ffe);
	BREAKS(OPERANDS, find(OPCODE_AND)->dst |= OPERAND_NEGATE);
	BREAKS(ONCE, find(OPCODE_AND)->dst = find(OPCODE_AND)->a);
	BREAKS(SIGNATURES, find(OPCODE_AND)->a = 0);
	BREAKS(SIGNATURES, find(OPCODE_ROW)->dst = 1);
	BREAKS(SIGNATURES, find(OPCODE_UP)->a = 0);
	BREAKS(SIGNATURES, find(OPCODE_REST)->b = find(OPCODE_REST)->a);
	BREAKS(NEGATION, find(OPCODE_COUNT_W)->a |= OPERAND_NEGATE);
	BREAKS(RELATIONS, find(OPCODE_AND)->a = 1);
	BREAKS(RELATIONS, find(OPCODE_MEMBER)->op = OPCODE_EXISTS);
	BREAKS(RELATIONS, find(OPCODE_EXPAND_W)->imm = 0);
	BREAKS(RELATIONS, find(OPCODE_EXPAND_W)->imm = (uint32_t)p->frames.count);
	BREAKS(RELATIONS, find(OPCODE_ANY_W)->b = find(OPCODE_EXPAND_W)->a + 1);
	BREAKS(IMMEDIATES, find(OPCODE_CONST)->imm = (uint32_t)p->constants.count);
	BREAKS(IMMEDIATES, find(OPCODE_ROW)->imm = 1);
	BREAKS(IMMEDIATES, find(OPCODE_ROW)->imm = 2);
	BREAKS(IMMEDIATES, find(OPCODE_LOAD_T)->imm = ATTRIBUTE_COUNT);
	BREAKS(IMMEDIATES, s->attributes.items[NODE_FLAG].derived = true);
	BREAKS(IMMEDIATES, find(OPCODE_FIELD_T)->imm = 4);
	BREAKS(IMMEDIATES, find(OPCODE_STORE)->imm = (uint32_t)p->stores.count);
	BREAKS(IMMEDIATES, find(OPCODE_FETCH_T)->imm = (uint32_t)p->stores.count);
	BREAKS(IMMEDIATES, find(OPCODE_IS_KIND)->imm = KIND_COUNT);
	BREAKS(IMMEDIATES, find(OPCODE_MATCH)->imm = 2);
	BREAKS(IMMEDIATES, find(OPCODE_ADD)->imm = UNIT_DATES);
	BREAKS(IMMEDIATES, find(OPCODE_REACH)->imm = 1);
	BREAKS(IMMEDIATES, find(OPCODE_EMIT)->imm = 2);
	BREAKS(IMMEDIATES, find(OPCODE_REST)->imm = 16);
}

/* The second of two equal instructions writes what the first one did. */
static void store_twice(void)
{
	for (size_t i = 0; i + 1 < p->code.count; i++)
		if (ITEM(code, i)->op == OPCODE_STORE && ITEM(code, i + 1)->op == OPCODE_STORE)
			ITEM(code, i + 1)->imm = ITEM(code, i)->imm;
}

/* One that no instruction writes. */
static void add_store(void)
{
	struct program_store *added = VEC_PUSH(arena, &p->stores);

	*added = added[-1];
}

/* The child frame of unit 2 is opened twice, or before its use never. */
static void expand_again(void)
{
	struct instruction *expand = NULL, *emit = find(OPCODE_EMIT);

	for (size_t i = 0; i < p->code.count; i++)
		if (ITEM(code, i)->op == OPCODE_EXPAND_W)
			expand = ITEM(code, i);
	*emit = *expand;
}

static void swap_expand_and_next(void)
{
	struct instruction *expand = find(OPCODE_EXPAND_W), moved = *expand;

	*expand = expand[1];
	expand[1] = moved;
}

/* A closure walks neither back nor along truths: the sample's path does both. */
static void close_back(void)
{
	find(OPCODE_REACH)->op = OPCODE_CLOSURE;
	*ITEM(steps, 1) = *ITEM(steps, 0);
}

static void close_truths(void)
{
	find(OPCODE_REACH)->op = OPCODE_CLOSURE;
	ITEM(steps, 0)->inverse = false;
}

static void meaning_cases(void)
{
	BREAKS(EXPANSION, expand_again());
	BREAKS(EXPANSION, swap_expand_and_next());
	BREAKS(VALUES_OF, find(OPCODE_LOAD_T)->imm = NODE_NUMBER);
	BREAKS(VALUES_OF, find(OPCODE_COUNT_W)->imm = 0);
	BREAKS(VALUES_OF, find(OPCODE_COUNT_W)->imm = 4);
	BREAKS(VALUES_OF, find(OPCODE_EQ_S)->a = find(OPCODE_FIELD_T)->a);
	BREAKS(VALUES_OF, find(OPCODE_MATCH)->a = find(OPCODE_FIELD_T)->a);
	BREAKS(VALUES_OF, find(OPCODE_FIELD_T)->a = find(OPCODE_MATCH)->a);
	BREAKS(VALUES_OF, find(OPCODE_FIELD_T)->imm = FIELD_RANK);
	BREAKS(VALUES_OF, find(OPCODE_REACH)->a = find(OPCODE_MATCH)->a);
	BREAKS(VALUES_OF, close_back());
	BREAKS(VALUES_OF, close_truths());
	BREAKS(VALUES_OF, find(OPCODE_ADD)->imm = UNIT_DAYS);
	BREAKS(STORING, find(OPCODE_STORE)->imm = 1);
	BREAKS(STORING, ITEM(stores, 0)->kinds[0] = KIND_LEAF);
	BREAKS(STORING, store_twice());
	BREAKS(STORING, add_store());
	BREAKS(STORING, find(OPCODE_FETCH_T)->imm = 1);
	BREAKS(STORING, find(OPCODE_FETCH_W)->a = OPERAND_NONE);
	BREAKS(RECURSION, find(OPCODE_AND)->a |= OPERAND_NEGATE);
	BREAKS(RECURSION, find(OPCODE_STORE)->a |= OPERAND_NEGATE);
	BREAKS(RECURSION, find(OPCODE_AND)->op = OPCODE_EQ_T);
	BREAKS(RECURSION, find(OPCODE_AND)->op = OPCODE_ASSUME_T);
	BREAKS(RECURSION, LAST(units)->component = 1);
	BREAKS(RESULTS, ITEM(rules, 0)->frame = 0);
	BREAKS(RESULTS, find(OPCODE_EMIT)->imm = 1);
	BREAKS(RESULTS, ITEM(rules, 0)->subject[1] = 0x7ffe);
	BREAKS(RESULTS, ITEM(rules, 0)->subject[0] = find(OPCODE_EMIT)->a);
	BREAKS(RESULTS, find(OPCODE_REST)->imm = 2);
	BREAKS(RESULTS, find(OPCODE_REST)->imm = 8);
}

/* --- one check at a time --------------------------------------------------- */

/* A record behind the end of its table, which an index without its check would
 * find: good in itself, so that nothing else refuses it. */
#define HIDE(table, ...) do { \
		*VEC_PUSH(arena, &(table)) = __VA_ARGS__; \
		(table).count--; \
	} while (0)

/* A kind that is related to no other, with links to and from Node. */
static uint16_t add_other(void)
{
	uint16_t kind = (uint16_t)s->kinds.count;

	*VEC_PUSH(arena, &s->kinds) = (struct schema_kind){ .name = STR("Other"),
		.plural = STR("others"), .span = SPAN_NONE, .base = SCHEMA_NONE,
		.last = (uint16_t)(kind + 1), .owner = SCHEMA_NONE };
	*VEC_PUSH(arena, &s->attributes) = (struct schema_attribute){
		.name = STR("there"), .span = SPAN_NONE, .kind = kind,
		.type = type_set_node, .inverse = SCHEMA_NONE };
	return kind;
}

static void inverse_elsewhere(void)
{
	add_other();
	s->attributes.items[NODE_BACK].inverse = (uint16_t)(s->attributes.count - 1);
	VEC_LAST(&s->attributes)->inverse = NODE_BACK;
}

static void hide_attribute(uint16_t like, uint16_t inverse, bool owned)
{
	struct schema_attribute a = s->attributes.items[like];

	a.inverse = inverse;
	a.owned = owned;
	HIDE(s->attributes, a);
}

/* Two enums whose fields stand in the wrong order. */
static void two_enums(void)
{
	*VEC_PUSH(arena, &s->enums) = (struct schema_enum){ .name = STR("Shape"),
		.span = SPAN_NONE, .first_value = 3, .value_count = 1,
		.first_field = 0, .field_count = 1 };
	*VEC_PUSH(arena, &s->value_names) = STR("round");
	s->enums.items[0].first_field = 1;
	s->enums.items[0].field_count = 3;
}

#define MANY(table) \
	((table).items = arena_array(arena, SCHEMA_NONE, sizeof(*(table).items)), \
	    (table).count = (table).capacity = SCHEMA_NONE)

static void two_value_ranges(void)
{
	*VEC_PUSH(arena, &s->enums) = (struct schema_enum){ .name = STR("Shape"),
		.span = SPAN_NONE, .first_value = 0, .value_count = 1, .first_field = 4 };
	*VEC_PUSH(arena, &s->value_names) = STR("round");
	s->enums.items[0].first_value = 1;
}

static void same_enum(void)
{
	*VEC_PUSH(arena, &s->enums) = (struct schema_enum){ .name = STR("Color"),
		.span = SPAN_NONE, .first_value = 3, .value_count = 1 };
	*VEC_PUSH(arena, &s->value_names) = STR("round");
}

static void schema_checks(void)
{
	BREAKS(ENUMS, two_value_ranges());
	BREAKS(NAMES, same_enum());
	BREAKS(NAMES, s->value_names.items[1] = STR(""));
	BREAKS(OWNERS, (s->kinds.items[add_other()].owner = NODE_LINKS,
	    s->kinds.items[0].owner = NODE_LINKS,
	    s->attributes.items[NODE_LINKS].owned = true));
	BREAKS(VALUES, s->attributes.items[NODE_TINTS].has_default = true);
	BREAKS(INVERSES, inverse_elsewhere());
	BREAKS(INVERSES, (hide_attribute(NODE_BACK, NODE_LINKS, false),
	    s->attributes.items[NODE_LINKS].inverse = ATTRIBUTE_COUNT));
	BREAKS(OWNERS, (hide_attribute(NODE_LINKS, SCHEMA_NONE, true),
	    s->kinds.items[0].owner = ATTRIBUTE_COUNT));
	BREAKS(ENUMS, two_enums());
	BREAKS(VALUES, s->values.items[0].first = 1);
	BREAKS(KINDS, MANY(s->kinds));
	BREAKS(KINDS, MANY(s->enums));
	BREAKS(KINDS, MANY(s->attributes));
	BREAKS(KINDS, MANY(s->fields));
}

static void set_beyond(void)
{
	world_set(w, type_set_int, (const int64_t[]){ 1, 2 }, 2);
	HIDE(p->set_cells, 3);
	LAST(constants)->count = 3;
}

static void constant_checks(void)
{
	BREAKS(CONSTANTS, constant_of(TYPE_BOOL, false)->first = 1);
	BREAKS(CONSTANTS, constant_of(TYPE_ENTITY, true)->cell = 65536);
	BREAKS(CONSTANTS, world_constant(w, type_node, CONSTANT_EXTENT, KIND_LEAF));
	BREAKS(CONSTANTS, world_constant(w, type_set_color, CONSTANT_EXTENT, 0));
	BREAKS(CONSTANTS, world_constant(w, type_date, CONSTANT_TODAY, 1));
	BREAKS(CONSTANTS, world_constant(w, type_int, CONSTANT_TODAY, 0));
	BREAKS(CONSTANTS, world_constant(w, type_truth, CONSTANT_NONE, 0));
	BREAKS(CONSTANTS, set_beyond());
	BREAKS(CONSTANTS, world_constant(w, type_node, CONSTANT_VALUE, 0));
	BREAKS(CONSTANTS, world_constant(w, type_int, CONSTANT_NONE, 5));
	BREAKS(CONSTANTS, world_constant(w, type_set_color, CONSTANT_NONE, 0));
	BREAKS(CONSTANTS, constant_of(TYPE_ENTITY, true)->count = 1);
	BREAKS(CONSTANTS, constant_of(TYPE_ENTITY, true)->first = 1);
}

/* What is stored over KIND and SECOND, as a step of a path that nobody walks. */
/* A step of no kind, along a value that there is once. */
static void nowhere_step(uint16_t from, uint16_t to)
{
	uint16_t store;

	world_unit(w, SCHEMA_NONE, SCHEMA_NONE);
	store = world_store(w, world_unknown(w, (struct type){ .tag = TYPE_BOOL }), false);
	*VEC_PUSH(arena, &p->steps) = (struct program_step){ STEP_STORE_TRUTH, false, store,
		from, to };
}

static void store_step(enum step_kind kind, uint16_t second, uint16_t value)
{
	uint16_t store;

	world_unit(w, KIND_NODE, second);
	store = world_store(w, world_load(w, value), false);
	*VEC_PUSH(arena, &p->steps) = (struct program_step){ kind, false, store, KIND_NODE,
		KIND_NODE };
}

static void add_unit(uint16_t frame, uint32_t count)
{
	*VEC_PUSH(arena, &p->units) = (struct program_unit){ .frame = frame,
		.component = SCHEMA_NONE, .first = (uint32_t)p->code.count, .count = count,
		.first_register = (uint32_t)p->registers.count };
	for (uint32_t i = 0; i < count; i++) {
		struct instruction first = p->code.items[0];

		*VEC_PUSH(arena, &p->code) = first;
		*VEC_PUSH(arena, &p->spans) = SPAN_NONE;
	}
}

static void unit_beyond(void)
{
	struct program_frame frame = { (uint16_t)p->units.count, SCHEMA_NONE,
		{ KIND_NODE, SCHEMA_NONE } };

	add_unit((uint16_t)p->frames.count, 1);
	HIDE(p->frames, frame);
}

/* A root of a unit behind the end. */
static void frame_beyond(void)
{
	struct program_unit unit = *LAST(units);

	unit.frame = (uint16_t)p->frames.count;
	HIDE(p->units, unit);
	*VEC_PUSH(arena, &p->frames) = (struct program_frame){ (uint16_t)p->units.count,
		SCHEMA_NONE, { KIND_NODE, SCHEMA_NONE } };
}

static void rule_beyond(void)
{
	HIDE(p->texts, STR("made.up"));
	ITEM(rules, 0)->id = (uint32_t)p->texts.count;
}

static void empty_unit(void)
{
	*VEC_PUSH(arena, &p->frames) = (struct program_frame){ (uint16_t)p->units.count,
		SCHEMA_NONE, { KIND_NODE, SCHEMA_NONE } };
	add_unit((uint16_t)(p->frames.count - 1), 0);
}

static void add_registers(uint32_t count)
{
	struct program_register last = *LAST(registers);

	for (uint32_t i = 0; i < count; i++)
		*VEC_PUSH(arena, &p->registers) = last;
	LAST(units)->register_count += count;
}

static void register_beyond(void)
{
	struct program_register none = { 0 };

	HIDE(p->registers, none);
	LAST(units)->register_count++;
}

/* The child frame of one unit stands behind the root of the next. */
static void frames_apart(void)
{
	struct program_frame child, root;

	world_expand(w, w->frame, world_load(w, NODE_LINKS));
	world_unit(w, KIND_NODE, SCHEMA_NONE);
	child = p->frames.items[p->frames.count - 2];
	root = *LAST(frames);
	p->frames.items[p->frames.count - 2] = root;
	*LAST(frames) = child;
	LAST(units)->frame--;
	for (uint32_t i = 0; i < LAST(units)->register_count; i++)
		p->registers.items[LAST(units)->first_register + i].frame--;
	for (size_t i = 0; i < p->code.count; i++)
		if (ITEM(code, i)->op == OPCODE_EXPAND_W &&
		    ITEM(code, i)->imm == p->frames.count - 2)
			ITEM(code, i)->imm++;
}

static void table_checks(void)
{
	BREAKS(STEPS, ITEM(steps, 0)->from = add_other());
	BREAKS(STEPS, ITEM(steps, 0)->to = add_other());
	BREAKS(STEPS, ITEM(steps, 1)->kind = 3);
	BREAKS(STEPS, (hide_attribute(NODE_LINKS, SCHEMA_NONE, false),
	    ITEM(steps, 0)->index = ATTRIBUTE_COUNT));
	BREAKS(STEPS, ({ struct program_store near = *ITEM(stores, ITEM(steps, 1)->index);
	    HIDE(p->stores, near); ITEM(steps, 1)->index = (uint16_t)p->stores.count; }));
	BREAKS(STEPS, store_step(STEP_STORE_SET, KIND_NODE, NODE_LINKS));
	BREAKS(STEPS, store_step(STEP_STORE_SET, SCHEMA_NONE, NODE_NEXT));
	BREAKS(STEPS, store_step(STEP_STORE_SET, SCHEMA_NONE, NODE_TINTS));
	BREAKS(STEPS, store_step(STEP_STORE_TRUTH, KIND_NODE, NODE_LINKS));
	BREAKS(STEPS, nowhere_step(SCHEMA_NONE, SCHEMA_NONE));
	BREAKS(STEPS, nowhere_step(KIND_COUNT, KIND_NODE));
	BREAKS(FRAMES, ITEM(frames, 1)->kinds[1] = 0);
	BREAKS(FRAMES, frame_beyond());
	BREAKS(RULES, rule_beyond());
	BREAKS(PATHS, ITEM(paths, 0)->to = KIND_COUNT);
	BREAKS(PATHS, ITEM(moves, 0)->from = 2);
	BREAKS(FRAMES, ITEM(frames, ITEM(units, 1)->frame)->kinds[1] = KIND_COUNT);
	BREAKS(FRAMES, frames_apart());
	BREAKS(UNITS, add_unit(0, 1));
	BREAKS(UNITS, unit_beyond());
	BREAKS(UNITS, empty_unit());
	BREAKS(UNITS, register_beyond());
	BREAKS(UNITS, add_registers(OPERAND_NONE + 1u - LAST(units)->register_count));
	BREAKS(UNITS, MANY(p->frames));
	BREAKS(UNITS, MANY(p->stores));
	BREAKS(RULES, p->texts.items[ITEM(rules, 0)->id] = STR("a\x7f"));
}

/* Programs of a few instructions, each with one thing wrong. */

static uint16_t two_children(uint16_t children[2], uint16_t members[2])
{
	uint16_t links = world_load(w, NODE_LINKS);

	for (int i = 0; i < 2; i++)
		children[i] = world_expand(w, w->frame, links);
	for (int i = 0; i < 2; i++)
		members[i] = world_op(w, OPCODE_MEMBER, children[i], type_truth, NO, NO, NO, 0);
	return links;
}

static void rest_elsewhere(void)
{
	uint16_t children[2], members[2], root = w->frame, row = w->row, element, set;

	two_children(children, members);
	element = world_op(w, OPCODE_ELEMENT, children[0], type_node, NO, NO, NO, 0);
	set = world_op(w, OPCODE_CONST, children[1], type_set_node, NO, NO, NO,
	    world_constant(w, type_set_node, CONSTANT_UNKNOWN, 0));
	w->frame = children[0];
	world_rule(w, "made.up", members[0], members[0]);
	w->frame = root;
	LAST(rules)->binders = 2;
	LAST(rules)->subject[0] = row;
	LAST(rules)->subject[1] = element;
	world_op(w, OPCODE_REST, children[1], type_truth, members[1], set, NO,
	    (uint32_t)(p->rules.count - 1) * 8 + 1);
}

static void rest_of_no_binder(void)
{
	uint32_t rule = world_rule(w, "made.up", w->yes, w->yes);

	world_op(w, OPCODE_REST, w->frame, type_truth, w->yes, world_load(w, NODE_LINKS), NO,
	    rule * 8 + 1);
}

static void add_path(uint16_t store)
{
	*VEC_PUSH(arena, &p->steps) =
	    (struct program_step){ STEP_STORE_TRUTH, false, store, KIND_NODE, KIND_NODE };
	*VEC_PUSH(arena, &p->paths) = (struct program_path){ KIND_NODE, KIND_NODE, 1, 1,
		(uint32_t)p->steps.count - 1, 1, 0, 0 };
}

static void walk(void)
{
	world_op(w, OPCODE_REACH, w->frame, type_truth, w->row, world_load(w, NODE_LINKS), NO,
	    (uint32_t)p->paths.count - 1);
}

static void walk_later(void)
{
	world_unit(w, KIND_NODE, SCHEMA_NONE);
	add_path((uint16_t)p->stores.count);
	walk();
	world_unit(w, KIND_NODE, KIND_NODE);
	world_store(w, w->yes, true);
}

static void walk_component(void)
{
	world_unit(w, KIND_NODE, KIND_NODE);
	LAST(units)->component = 9;
	add_path(world_store(w, w->yes, true));
	world_unit(w, KIND_NODE, SCHEMA_NONE);
	LAST(units)->component = 9;
	walk();
}

/* Fetched at the row, from the store that comes next or did last. */
static void fetch(int64_t store)
{
	world_op(w, OPCODE_FETCH_T, w->frame, type_truth, w->row, NO, NO, (uint32_t)store);
}

static void fetch_later(void)
{
	world_unit(w, KIND_NODE, SCHEMA_NONE);
	fetch((int64_t)p->stores.count);
	world_unit(w, KIND_NODE, SCHEMA_NONE);
	world_store(w, w->yes, true);
}

static void fetch_other_type(void)
{
	world_unit(w, KIND_NODE, SCHEMA_NONE);
	world_store(w, world_op(w, OPCODE_TRUTH_S, w->frame, type_truth, w->yes, NO, NO, 0), false);
	world_unit(w, KIND_NODE, SCHEMA_NONE);
	fetch((int64_t)p->stores.count - 1);
}

static void store_of_another(void)
{
	world_unit(w, KIND_NODE, SCHEMA_NONE);
	world_store(w, w->yes, true);
	LAST(stores)->unit--;
}

static void store_again(void)
{
	uint16_t store = world_store(w, w->yes, true);

	world_do(w, OPCODE_STORE, type_truth, w->yes, NO);
	LAST(code)->imm = store;
}

static void store_below(void)
{
	uint16_t children[2], members[2];

	two_children(children, members);
	world_store(w, members[0], true);
}

static void store_of_pairs(void)
{
	world_unit(w, KIND_NODE, KIND_NODE);
	world_store(w, w->yes, true);
	LAST(stores)->kinds[1] = KIND_LEAF;
}

static void store_of_type(void)
{
	world_store(w, world_op(w, OPCODE_TRUTH_S, w->frame, type_truth, w->yes, NO, NO, 0), false);
	LAST(stores)->type = REGISTER_TRUTH;
}

/* Operands out of their frames. */
static void beside(enum opcode op)
{
	uint16_t children[2], members[2], links = two_children(children, members);
	uint16_t number = world_value(w, type_int, 1);

	if (op == OPCODE_UP)
		world_op(w, op, children[1], type_truth, members[0], NO, NO, 0);
	else if (op == OPCODE_MIN_W)
		world_op(w, op, w->frame, type_int, members[0], links, number, 0);
	else if (op == OPCODE_AND)
		world_op(w, op, w->frame, type_truth, w->yes, members[0], NO, 0);
	else
		world_op(w, op, w->frame, type_truth, w->yes, w->yes, members[0], 0);
}

static void emit_elsewhere(void)
{
	uint16_t children[2], members[2];

	two_children(children, members);
	world_rule(w, "made.up", w->yes, w->yes);
	LAST(rules)->binders = 0;
	LAST(rules)->subject[0] = 0;
	LAST(rules)->frame = children[0];
}

static void emit_again(void)
{
	uint32_t rule = world_rule(w, "made.up", w->yes, w->yes);

	world_op(w, OPCODE_EMIT, w->frame, type_truth, w->yes, w->yes, w->yes, rule);
}

static void rest_again(void)
{
	uint32_t rule = world_rule(w, "made.up", w->yes, w->yes);
	uint16_t links = world_load(w, NODE_LINKS);

	for (int i = 0; i < 2; i++)
		world_op(w, OPCODE_REST, w->frame, type_truth, w->yes, links, NO, rule * 8);
}

/* Folded into the row of a row. */
static void fold_twice(void)
{
	uint16_t links = world_load(w, NODE_LINKS);
	uint16_t outer = world_expand(w, w->frame, links), inner, below;

	links = world_op(w, OPCODE_UP, outer, type_set_node, links, NO, NO, 0);
	inner = world_expand(w, outer, links);
	below = world_op(w, OPCODE_MEMBER, inner, type_truth, NO, NO, NO, 0);
	world_op(w, OPCODE_ANY_W, w->frame, type_truth, below, links, NO, 0);
}

/* A register of the next unit, that an earlier one had as well. */
static void operand_beyond(void)
{
	world_unit(w, KIND_NODE, SCHEMA_NONE);
	world_do(w, OPCODE_AND, type_truth, w->yes, 9);
	world_unit(w, KIND_NODE, SCHEMA_NONE);
	for (int i = 0; i < 10; i++)
		world_load(w, NODE_NAME);
}

static void scalar_in_component(void)
{
	world_unit(w, KIND_NODE, SCHEMA_NONE);
	LAST(units)->component = 9;
	world_store(w, w->row, false);
}

static void store_of_value(void)
{
	world_store(w, world_load(w, NODE_COLOR), false);
	LAST(stores)->of = type_string;
}

static void add_rule(void)
{
	struct program_rule rule = *LAST(rules);

	*VEC_PUSH(arena, &p->texts) = STR("made.up");
	rule.id = (uint32_t)p->texts.count - 1;
	*VEC_PUSH(arena, &p->rules) = rule;
}

/* A binder whose register the next instruction writes. */
static void binder_later(void)
{
	world_rule(w, "made.up", w->yes, w->yes);
	LAST(rules)->subject[0] = world_load(w, NODE_NAME);
}

/* A binder that each row has many of. */
static void binder_below(void)
{
	uint16_t child = world_expand(w, w->frame, world_load(w, NODE_LINKS));
	uint16_t element = world_op(w, OPCODE_ELEMENT, child, type_node, NO, NO, NO, 0);

	world_rule(w, "made.up", w->yes, w->yes);
	LAST(rules)->subject[0] = element;
}

static void code_checks(void)
{
	BREAKS(RESULTS, binder_later());
	BREAKS(RESULTS, binder_below());
	BREAKS(RESULTS, add_rule());
	BREAKS(RESULTS, emit_elsewhere());
	BREAKS(RESULTS, emit_again());
	BREAKS(RESULTS, rest_again());
	BREAKS(RELATIONS, fold_twice());
	BREAKS(OPERANDS, operand_beyond());
	BREAKS(RECURSION, scalar_in_component());
	BREAKS(VALUES_OF, store_of_value());
	BREAKS(RESULTS, rest_elsewhere());
	BREAKS(RESULTS, rest_of_no_binder());
	BREAKS(ONCE, add_registers(1));
	BREAKS(STORING, walk_later());
	BREAKS(STORING, walk_component());
	BREAKS(STORING, find(OPCODE_FETCH_T)->b = find(OPCODE_FETCH_T)->a);
	BREAKS(STORING, fetch_later());
	BREAKS(SIGNATURES, fetch_other_type());
	BREAKS(STORING, store_of_another());
	BREAKS(STORING, store_again());
	BREAKS(STORING, store_below());
	BREAKS(STORING, store_of_pairs());
	BREAKS(STORING, store_of_type());
	BREAKS(IMMEDIATES, world_op(w, OPCODE_SINGLE_W, w->frame, type_set_node, w->row, NO,
	    NO, 2));
	BREAKS(RELATIONS, world_op(w, OPCODE_ELEMENT, w->frame, type_node, NO, NO, NO, 0));
	BREAKS(RELATIONS, world_op(w, OPCODE_UP, w->frame, type_truth, w->yes, NO, NO, 0));
	BREAKS(RELATIONS, beside(OPCODE_UP));
	BREAKS(RELATIONS, beside(OPCODE_MIN_W));
	BREAKS(RELATIONS, beside(OPCODE_AND));
	BREAKS(RELATIONS, beside(OPCODE_EMIT));
}

/* --- what may be ---------------------------------------------------------- */

/* A program with STATEMENT is one, too. */
#define ACCEPTS(statement) do { \
		struct broken broken_here; \
		begin(); \
		statement; \
		ck_assert_msg(program_check(arena, p, &broken_here), "%s: %.*s", #statement, \
		    STR_ARG(broken_text(arena, &broken_here))); \
		arena_free(arena); \
	} while (0)

/* The link of a kind below leads back to one above. */
static void inverse_below(void)
{
	*VEC_PUSH(arena, &s->attributes) = (struct schema_attribute){
		.name = STR("under"), .span = SPAN_NONE, .kind = KIND_LEAF,
		.type = type_set_node, .inverse = NODE_BACK };
	s->attributes.items[NODE_BACK].inverse = (uint16_t)(s->attributes.count - 1);
}

static void many_states(void)
{
	ITEM(paths, 0)->states = 64;
	ITEM(paths, 0)->accepting = UINT64_C(1) << 63;
}

/* A truth of its own component, through each instruction that only raises. */
static void rises(void)
{
	uint16_t numbers, child, truth, store = (uint16_t)p->stores.count;

	world_unit(w, KIND_NODE, SCHEMA_NONE);
	LAST(units)->component = 9;
	numbers = world_load(w, NODE_NUMBERS);
	truth = world_op(w, OPCODE_FETCH_T, w->frame, type_truth, w->row, NO, NO, store);
	truth = world_do(w, OPCODE_COPY, type_truth, truth, NO);
	truth = world_do(w, OPCODE_OR, type_truth, truth, w->yes);
	child = world_expand(w, w->frame, numbers);
	truth = world_op(w, OPCODE_UP, child, type_truth, truth, NO, NO, 0);
	truth = world_op(w, OPCODE_ANY_M, w->frame, type_truth, truth, numbers, NO, 0);
	world_store(w, truth, true);
}

START_TEST(what_no_check_forbids_is_accepted)
{
	ACCEPTS(inverse_below());
	ACCEPTS(many_states());
	ACCEPTS(rises());
} END_TEST

START_TEST(the_sample_is_accepted)
{
	struct str why;
	struct text text;

	begin();
	ck_assert_msg(program_verify(arena, p, &why), "%.*s", STR_ARG(why));
	ck_assert(p->verified);
	text_init(&text, arena);
	program_list(p, w->graph.sources, &text);
	ck_assert(str_starts(text_str(&text), STR("2 rules, 5 units, ")));
	arena_free(arena);
} END_TEST

START_TEST(each_broken_invariant_is_named)
{
	static const int numbers[] = {
#define INVARIANT(number, name, text) number,
#include "vm/invariants.def"
#undef INVARIANT
	};

	schema_cases();
	constant_cases();
	table_cases();
	code_cases();
	meaning_cases();
	schema_checks();
	constant_checks();
	table_checks();
	code_checks();
	for (size_t i = 0; i < sizeof(numbers) / sizeof(*numbers); i++)
		ck_assert_msg(numbers[i] < 20 || covered[numbers[i]],
		    "no test of invariant %d", numbers[i]);
} END_TEST

START_TEST(what_was_not_verified_does_not_run)
{
	struct tally tallies[2] = { 0 };
	struct guard guard;
	volatile bool has_run = false;

	begin();
	ck_assert(!p->verified);
	if (GUARD_SET(&guard)) {
		run_program(arena, p, &w->graph, NULL, tallies, NULL);
		guard_clear(&guard);
		has_run = true;
	}
	ck_assert(!has_run);
	arena_free(arena);
} END_TEST

START_TEST(the_depth_of_frames_is_bounded)
{
	struct broken broken;
	uint16_t frame, set;

	begin();
	frame = w->frame;
	set = world_load(w, NODE_LINKS);
	for (int i = 0; i <= PROGRAM_DEPTH; i++) {
		frame = world_expand(w, frame, set);
		set = world_op(w, OPCODE_LOAD_W, frame, type_set_node, world_op(w, OPCODE_ELEMENT,
		    frame, type_node, OPERAND_NONE, OPERAND_NONE, OPERAND_NONE, 0),
		    OPERAND_NONE, OPERAND_NONE, NODE_LINKS);
	}
	ck_assert(!program_check(arena, p, &broken));
	ck_assert_int_eq(broken.invariant, INVARIANT_FRAMES);
	arena_free(arena);
} END_TEST

UNIT_MAIN(the_sample_is_accepted, what_no_check_forbids_is_accepted, each_broken_invariant_is_named,
    what_was_not_verified_does_not_run, the_depth_of_frames_is_bounded)
