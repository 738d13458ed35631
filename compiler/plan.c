/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The tables of a plan.  Everything in them is made once: `numbers` maps the
 * bytes that identify a thing, its table first, to its place there.  The
 * order of the tables is the order of first use, so the same tree always
 * gives the same plan.
 */
#include <assert.h>

#include "compiler/plan.h"
#include "vm/fault.h"

enum table { TABLE_NODE, TABLE_FRAME, TABLE_CONSTANT, TABLE_PATTERN,
    TABLE_STORE, TABLE_PATH };

struct plan *plan_new(struct arena *arena, const struct tree *tree,
    struct plan_options options)
{
	struct plan *plan = ARENA_NEW(arena, struct plan);

	plan->arena = arena;
	plan->tree = tree;
	plan->options = options;
	plan->numbers = map_new(arena);
	plan->span = SPAN_NONE;
	return plan;
}

enum register_type plan_register(struct type type)
{
	if (type.set)
		return type_is_number(type) ? REGISTER_NUMBERS : REGISTER_WORDS;
	if (type_is_number(type))
		return REGISTER_NUMBER;
	return type_is_truth(type) ? REGISTER_TRUTH : REGISTER_SCALAR;
}

/* The place for the number of what the COUNT words of KEY identify. */
static uint32_t *number_at(struct plan *plan, const uint32_t *key, size_t count,
    bool *is_new)
{
	struct str bytes = { (const char *)key, count * sizeof(*key) };

	return map_at(plan->numbers, bytes, is_new);
}

/* --- frames --------------------------------------------------------------- */

uint32_t plan_root(struct plan *plan, uint16_t first, uint16_t second)
{
	uint32_t key[] = { TABLE_FRAME, PLAN_NONE, first, second };
	bool is_new;
	uint32_t *number = number_at(plan, key, 4, &is_new);

	assert(first != SCHEMA_NONE || second == SCHEMA_NONE);
	if (is_new) {
		*number = (uint32_t)plan->frames.count;
		*VEC_PUSH(plan->arena, &plan->frames) = (struct plan_frame){
			.parent = PLAN_NONE, .root = *number,
			.set = PLAN_NONE, .kinds = { first, second } };
	}
	return *number;
}

uint32_t plan_child(struct plan *plan, uint32_t parent, plan_ref set)
{
	uint32_t key[] = { TABLE_FRAME, parent, PLAN_NODE(set), 0 };
	bool is_new;
	uint32_t *number = number_at(plan, key, 4, &is_new);
	const struct plan_frame *outer = &plan->frames.items[parent];
	struct plan_frame frame = { .parent = parent, .root = outer->root,
		.set = PLAN_NODE(set), .kinds = { SCHEMA_NONE, SCHEMA_NONE },
		.depth = outer->depth + 1 };

	assert(plan_at(plan, set)->frame == parent);
	if (is_new || plan->options.unoptimised) {
		*number = (uint32_t)plan->frames.count;
		*VEC_PUSH(plan->arena, &plan->frames) = frame;
	}
	return *number;
}

bool plan_encloses(const struct plan *plan, uint32_t outer, uint32_t frame)
{
	while (frame != outer && frame != PLAN_NONE)
		frame = plan->frames.items[frame].parent;
	return frame == outer;
}

/* --- nodes ---------------------------------------------------------------- */

/* There is one of each in a frame, even where nothing else is shared. */
static bool is_leaf(enum opcode op)
{
	return op == OPCODE_CONST || op == OPCODE_ROW || op == OPCODE_EXISTS ||
	    op == OPCODE_ELEMENT || op == OPCODE_ELEMENT_N || op == OPCODE_MEMBER;
}

/* What `?` of the opcode is for this draft. */
static uint8_t register_of(const struct plan *plan, const struct plan_node *draft)
{
	uint8_t declared = (uint8_t)opcode_info(draft->op)->dst[0];

	if (declared != '?')
		return declared;
	if (draft->op == OPCODE_UP)
		return plan_at(plan, draft->a)->reg;
	return (uint8_t)plan_register(draft->of);
}

/* The recursive component whose truths flow into a draft. */
static uint16_t component_of(const struct plan *plan,
    const struct plan_node *draft)
{
	plan_ref operands[] = { draft->a, draft->b, draft->c };
	uint16_t component = draft->component;

	for (int i = 0; i < 3; i++)
		if (operands[i] != PLAN_NONE && component == SCHEMA_NONE)
			component = plan_at(plan, operands[i])->component;
	return component;
}

/* Sets of the same entity are not the same where one may hold more kinds. */
static uint32_t type_word(struct type type)
{
	return (uint32_t)type.of << 16 | (uint32_t)type.set << 8 | type.tag;
}

plan_ref plan_intern(struct plan *plan, const struct plan_node *draft)
{
	struct plan_node node = *draft;
	bool is_new = true;

	node.component = component_of(plan, draft);
	node.reg = register_of(plan, draft);
	node.span = plan->span;
	if (!plan->options.unoptimised || is_leaf(node.op)) {
		plan_ref sign = fault_is(FAULT_PLAN_SIGN) &&
		    node.op == OPCODE_AND ? 1 : 0;
		uint32_t key[] = { TABLE_NODE, node.op, node.frame, node.a,
			node.b & ~sign, node.c, node.imm, node.component,
			type_word(node.of) };
		uint32_t *number = number_at(plan, key, 9, &is_new);

		if (!is_new)
			return PLAN_REF(*number);
		*number = (uint32_t)plan->nodes.count;
	}
	*VEC_PUSH(plan->arena, &plan->nodes) = node;
	return PLAN_REF(plan->nodes.count - 1);
}

/* --- constants and patterns ----------------------------------------------- */

static void key_word(struct text *key, uint64_t word)
{
	text_add(key, (struct str){ (const char *)&word, sizeof(word) });
}

static void key_text(struct text *key, struct str s)
{
	key_word(key, s.length);
	text_add(key, s);
}

static void constant_key(struct text *key, const struct plan_constant *c)
{
	key_word(key, TABLE_CONSTANT);
	key_word(key, c->state);
	key_word(key, program_type_imm(c->type));
	key_word(key, (uint64_t)c->cell);
	key_text(key, c->text);
	key_word(key, c->count);
	for (uint32_t i = 0; i < c->count; i++)
		if (type_is_text(c->type))
			key_text(key, c->texts[i]);
		else
			key_word(key, (uint64_t)c->cells[i]);
}

uint32_t plan_constant(struct plan *plan, const struct plan_constant *constant)
{
	struct text key;
	bool is_new;
	uint32_t *number;

	text_init(&key, plan->arena);
	constant_key(&key, constant);
	number = map_at(plan->numbers, text_str(&key), &is_new);
	if (is_new) {
		*number = (uint32_t)plan->constants.count;
		*VEC_PUSH(plan->arena, &plan->constants) = *constant;
	}
	return *number;
}

uint32_t plan_pattern(struct plan *plan, enum pattern_kind kind, bool caseless,
    struct str text)
{
	struct text key;
	bool is_new;
	uint32_t *number;

	text_init(&key, plan->arena);
	key_word(&key, TABLE_PATTERN);
	key_word(&key, kind << 1 | caseless);
	key_text(&key, text);
	number = map_at(plan->numbers, text_str(&key), &is_new);
	if (is_new) {
		*number = (uint32_t)plan->patterns.count;
		*VEC_PUSH(plan->arena, &plan->patterns) = (struct program_pattern){
			.kind = kind, .caseless = caseless,
			.text = (uint32_t)plan->texts.count };
		*VEC_PUSH(plan->arena, &plan->texts) = text;
	}
	return *number;
}

/* --- stores and paths ----------------------------------------------------- */

uint32_t plan_store(struct plan *plan, uint32_t node)
{
	uint32_t key[] = { TABLE_STORE, node };
	bool is_new;
	uint32_t *number = number_at(plan, key, 2, &is_new);
	uint32_t frame = plan->nodes.items[node].frame;

	assert(plan->frames.items[frame].depth == 0);
	if (is_new) {
		*number = (uint32_t)plan->stores.count;
		*VEC_PUSH(plan->arena, &plan->stores) = (struct plan_store){
			.node = node, .frame = frame, .body = PLAN_REF(node),
			.component = SCHEMA_NONE };
	}
	return *number;
}

uint32_t plan_relation_store(struct plan *plan, uint32_t frame,
    uint16_t component)
{
	*VEC_PUSH(plan->arena, &plan->stores) = (struct plan_store){
		.node = PLAN_NONE, .frame = frame, .body = PLAN_NONE,
		.relation = true, .component = component };
	return (uint32_t)plan->stores.count - 1;
}

static void path_key(struct text *key, const struct path *path,
    const uint32_t *stores)
{
	key_word(key, TABLE_PATH);
	key_word(key,
	    (uint64_t)path->from << 32 | (uint64_t)path->to << 16 | path->states);
	key_word(key, path->accepting);
	key_word(key, path->step_count);
	for (uint16_t i = 0; i < path->step_count; i++) {
		const struct path_step *s = &path->steps[i];

		key_word(key, (uint64_t)s->from << 32 | (uint64_t)s->to << 16 |
		    s->index);
		key_word(key, (uint64_t)stores[i] << 2 |
		    (uint64_t)s->kind << 1 | s->inverse);
	}
	for (uint16_t i = 0; i < path->move_count; i++) {
		const struct path_move *m = &path->moves[i];

		key_word(key,
		    (uint64_t)m->from << 32 | (uint64_t)m->to << 16 | m->step);
	}
}

uint32_t plan_path(struct plan *plan, const struct path *path, uint32_t *stores)
{
	struct text key;
	bool is_new;
	uint32_t *number;

	text_init(&key, plan->arena);
	path_key(&key, path, stores);
	number = map_at(plan->numbers, text_str(&key), &is_new);
	if (is_new) {
		*number = (uint32_t)plan->paths.count;
		*VEC_PUSH(plan->arena, &plan->paths) =
		    (struct plan_path){ .path = path, .stores = stores };
	}
	return *number;
}
