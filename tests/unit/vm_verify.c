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
	struct broken broken;

	ck_assert_msg(!program_check(arena, p, &broken), "accepted: %s", statement);
	ck_assert(!p->verified);
	ck_assert_msg(broken.invariant == number, "%s: %.*s", statement,
	    STR_ARG(broken_text(arena, &broken)));
	covered[number] = true;
}

static struct instruction *find(enum opcode op)
{
	return world_find(w, op);
}

#define ITEM(table, index) (&p->table.items[index])
#define LAST(table) VEC_LAST(&p->table)

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
	BREAKS(INVERSES, s->attributes.items[NODE_LINKS].inverse = NODE_BACK);
	BREAKS(INVERSES, s->attributes.items[NODE_LINKS].inverse = ATTRIBUTE_COUNT);
	BREAKS(INVERSES, (s->attributes.items[NODE_FLAG].inverse = NODE_BACK,
	    s->attributes.items[NODE_BACK].inverse = NODE_FLAG));
	BREAKS(OWNERS, s->kinds.items[0].owner = NODE_LINKS);
	BREAKS(OWNERS, s->kinds.items[0].owner = ATTRIBUTE_COUNT);
	BREAKS(OWNERS, (s->kinds.items[0].owner = NODE_FLAG,
	    s->attributes.items[NODE_FLAG].owned = true));
}

static struct program_constant *constant_of(enum type_tag tag, bool set)
{
	for (size_t i = 0; i < p->constants.count; i++)
		if (ITEM(constants, i)->type.tag == tag && ITEM(constants, i)->type.set == set)
			return ITEM(constants, i);
	ck_abort_msg("no such constant");
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
	BREAKS(FRAMES, ITEM(frames, 0)->kinds[0] = KIND_COUNT);
	BREAKS(FRAMES, ITEM(frames, 0)->unit = (uint16_t)p->units.count);
	BREAKS(FRAMES, ITEM(frames, 1)->parent = 1);
	BREAKS(FRAMES, ITEM(frames, 1)->parent = SCHEMA_NONE);
	BREAKS(FRAMES, ITEM(frames, 1)->kinds[0] = 0);
	BREAKS(FRAMES, ITEM(frames, 1)->unit = 1);
	BREAKS(FRAMES, LAST(frames)->unit = 0);
	BREAKS(REGISTERS, ITEM(registers, 0)->type = 'X');
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

UNIT_MAIN(the_sample_is_accepted, each_broken_invariant_is_named,
    what_was_not_verified_does_not_run, the_depth_of_frames_is_bounded)
