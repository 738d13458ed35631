/* SPDX-License-Identifier: Apache-2.0 */
#include "tests/unit/world.h"

#include <stdio.h>

#include "vm/scalar.h"
#include "vm/verify.h"

const struct type
	type_truth = { .tag = TYPE_BOOL }, type_int = { .tag = TYPE_INT },
	type_date = { .tag = TYPE_DATE }, type_string = { .tag = TYPE_STRING },
	type_color = { .tag = TYPE_ENUM }, type_version = { .tag = TYPE_VERSION },
	type_node = { .tag = TYPE_ENTITY, .of = KIND_NODE },
	type_bool_maybe = { .tag = TYPE_BOOL, .optional = true },
	type_set_int = { .tag = TYPE_INT, .set = true },
	type_set_string = { .tag = TYPE_STRING, .set = true },
	type_set_color = { .tag = TYPE_ENUM, .set = true },
	type_set_node = { .tag = TYPE_ENTITY, .set = true, .of = KIND_NODE };

/* --- the schema ---------------------------------------------------------- */

static void add_attribute(struct world *w, const char *name, uint16_t kind, struct type type)
{
	*VEC_PUSH(w->arena, &w->schema.attributes) = (struct schema_attribute){
		.name = str_of(name), .span = SPAN_NONE, .kind = kind,
		.type = type, .inverse = SCHEMA_NONE
	};
}

static void add_attributes(struct world *w)
{
	struct type color = type_color, string = type_string, number = type_int,
		version = type_version, node = type_node;

	color.optional = string.optional = number.optional = true;
	version.optional = node.optional = true;
	add_attribute(w, "flag", KIND_NODE, type_truth);
	add_attribute(w, "maybe", KIND_NODE, type_bool_maybe);
	add_attribute(w, "color", KIND_NODE, color);
	add_attribute(w, "name", KIND_NODE, string);
	add_attribute(w, "other", KIND_NODE, string);
	add_attribute(w, "number", KIND_NODE, number);
	add_attribute(w, "version", KIND_NODE, version);
	add_attribute(w, "tints", KIND_NODE, type_set_color);
	add_attribute(w, "words", KIND_NODE, type_set_string);
	add_attribute(w, "numbers", KIND_NODE, type_set_int);
	add_attribute(w, "next", KIND_NODE, node);
	add_attribute(w, "links", KIND_NODE, type_set_node);
	add_attribute(w, "back", KIND_NODE, type_set_node);
	add_attribute(w, "size", KIND_LEAF, number);
}

static void add_value(struct world *w, bool present, int64_t cell, uint32_t first, uint32_t count)
{
	*VEC_PUSH(w->arena, &w->schema.values) =
	    (struct schema_value){ present, cell, first, count };
}

/* Red is warm, 1, "hot", { "scarlet", "crimson" }; green is not, 2, none,
 * { "lime" }; blue says nothing. */
static void add_fields(struct world *w)
{
	static const struct { const char *name; uint8_t tag; bool set; } fields[] = {
		{ "warm", TYPE_BOOL, false }, { "rank", TYPE_INT, false },
		{ "label", TYPE_STRING, false }, { "shades", TYPE_STRING, true },
	};
	static const char *const texts[] = { "hot", "scarlet", "crimson", "lime" };

	for (int i = 0; i < 4; i++) {
		*VEC_PUSH(w->arena, &w->schema.fields) = (struct schema_field){
			str_of(fields[i].name), { .tag = fields[i].tag, .set = fields[i].set },
			(uint32_t)i * 3 };
		*VEC_PUSH(w->arena, &w->schema.texts) = str_of(texts[i]);
	}
	for (int64_t i = 1; i < 4; i++)
		*VEC_PUSH(w->arena, &w->schema.cells) = i;
	add_value(w, true, 1, 0, 0), add_value(w, true, 0, 0, 0), add_value(w, false, 0, 0, 0);
	add_value(w, true, 1, 0, 0), add_value(w, true, 2, 0, 0), add_value(w, false, 0, 0, 0);
	add_value(w, true, 0, 0, 0), add_value(w, false, 0, 0, 0), add_value(w, false, 0, 0, 0);
	add_value(w, true, 0, 0, 2), add_value(w, true, 0, 2, 1), add_value(w, false, 0, 0, 0);
}

static void add_enum(struct world *w)
{
	static const char *const names[] = { "red", "green", "blue" };

	for (int i = 0; i < 3; i++)
		*VEC_PUSH(w->arena, &w->schema.value_names) = str_of(names[i]);
	*VEC_PUSH(w->arena, &w->schema.enums) = (struct schema_enum){
		.name = STR("Color"), .span = SPAN_NONE, .value_count = 3, .field_count = 4 };
	add_fields(w);
}

static void add_schema(struct world *w)
{
	w->schema.name = STR("world");
	w->schema.version = STR("1");
	add_enum(w);
	*VEC_PUSH(w->arena, &w->schema.kinds) = (struct schema_kind){
		.name = STR("Node"), .plural = STR("nodes"), .span = SPAN_NONE,
		.base = SCHEMA_NONE, .last = 2, .owner = SCHEMA_NONE };
	*VEC_PUSH(w->arena, &w->schema.kinds) = (struct schema_kind){
		.name = STR("Leaf"), .plural = STR("leaves"), .span = SPAN_NONE,
		.base = KIND_NODE, .last = 2, .owner = SCHEMA_NONE };
	add_attributes(w);
}

/* --- the graph ----------------------------------------------------------- */

static void add_extent(struct world *w, unsigned kind, uint32_t first, uint32_t count)
{
	w->graph.extents[kind] = (struct extent){ .first = first, .count = count,
		.closed = true, .origin = { SPAN_NONE, 0 } };
}

static void add_entities(struct world *w)
{
	w->graph.entity_count = WORLD_NODES;
	graph_new_entities(&w->graph);
	*VEC_PUSH(w->arena, &w->graph.speakers) = (struct speaker){ SOURCE_NONE, 0 };
	for (uint32_t i = 0; i < WORLD_NODES; i++) {
		w->graph.owners[i] = ENTITY_NONE;
		w->graph.keys[i] = symbol_of(w->graph.symbols,
		    arena_printf(w->arena, "n%u", i));
	}
	w->graph.extents = ARENA_ARRAY(w->arena, struct extent, KIND_COUNT);
	add_extent(w, KIND_NODE, 0, WORLD_NODES);
	add_extent(w, KIND_LEAF, WORLD_NODES - WORLD_LEAVES, WORLD_LEAVES);
}

static void add_unknown(struct world *w)
{
	for (uint16_t i = 0; i < ATTRIBUTE_COUNT; i++)
		world_facts(w, i, w->schema.attributes.items[i].type.set ? "..." : "?");
}

void world_grow(struct world *w, uint32_t count, uint32_t leaves)
{
	uint32_t twigs = count / 4;

	ck_assert_uint_eq(w->schema.kinds.count, KIND_COUNT);
	w->schema.kinds.items[KIND_NODE].last = 3;
	*VEC_PUSH(w->arena, &w->schema.kinds) = (struct schema_kind){
		.name = STR("Twig"), .plural = STR("twigs"), .span = SPAN_NONE,
		.base = KIND_NODE, .last = 3, .owner = SCHEMA_NONE };
	w->graph.entity_count = count;
	graph_new_entities(&w->graph);
	for (uint32_t i = 0; i < count; i++)
		w->graph.owners[i] = ENTITY_NONE;
	w->graph.extents = ARENA_ARRAY(w->arena, struct extent, KIND_COUNT + 1);
	add_extent(w, KIND_NODE, 0, count);
	add_extent(w, KIND_LEAF, count - twigs - leaves, leaves);
	add_extent(w, KIND_TWIG, count - twigs, twigs);
	add_unknown(w);
}

static void add_graph(struct world *w)
{
	w->graph.schema = &w->schema;
	w->graph.arena = w->arena;
	w->graph.symbols = symbols_new(w->arena);
	w->graph.sources = sources_new(w->arena);
	w->graph.columns = ARENA_ARRAY(w->arena, struct column, ATTRIBUTE_COUNT);
	w->graph.links = ARENA_ARRAY(w->arena, struct link, ATTRIBUTE_COUNT);
	add_entities(w);
	add_unknown(w);
}

/* --- facts --------------------------------------------------------------- */

static struct str next_part(struct str *rest, char separator)
{
	size_t end = str_find(*rest, separator);
	struct str part = str_slice(*rest, 0, end);

	*rest = str_slice(*rest, end + 1, rest->length);
	return part;
}

static uint32_t count_rows(const char *rows)
{
	uint32_t count = 1;

	for (; *rows; rows++)
		count += *rows == '|';
	return count;
}

static struct str row_of(const char *rows, uint32_t row)
{
	struct str rest = str_of(rows);

	for (uint32_t i = row % count_rows(rows); i > 0; i--)
		next_part(&rest, '|');
	return next_part(&rest, '|');
}

static int64_t cell_of(struct world *w, struct type type, struct str word)
{
	int64_t cell = 0;

	if (type.tag == TYPE_BOOL)
		return str_equal(word, STR("true"));
	if (type.tag == TYPE_ENUM)
		return schema_find_value(&w->schema, type.of, word);
	if (type.tag == TYPE_ENTITY)
		ck_assert(scalar_read_int(word, &cell));
	else
		ck_assert(scalar_read(w->arena, w->graph.symbols, type, word, &cell));
	return cell;
}

static void cell_write(void *cells, unsigned width, size_t at, int64_t cell)
{
	if (width == 4)
		((uint32_t *)cells)[at] = (uint32_t)cell;
	else
		((int64_t *)cells)[at] = cell;
}

static void fill_column(struct world *w, struct column *c, const char *rows)
{
	uint64_t *known = ARENA_ARRAY(w->arena, uint64_t, BITS_WORDS(c->rows));
	uint64_t *absent = ARENA_ARRAY(w->arena, uint64_t, BITS_WORDS(c->rows));

	int64_t *cells = ARENA_ARRAY(w->arena, int64_t, c->rows);

	c->known = known;
	c->absent = absent;
	for (uint32_t row = 0; row < c->rows; row++) {
		struct str word = row_of(rows, row);

		/* What is not known may be anything. */
		cells[row] = 0x5a;
		if (str_equal(word, STR("-")))
			bit_set(absent, row);
		else if (!str_equal(word, STR("?"))) {
			bit_set(known, row);
			cells[row] = cell_of(w, c->type, word);
		}
	}
	column_fill(w->arena, w->graph.symbols, c, cells);
}

struct element_fact { int64_t cell; bool certain; };

static int compare_elements(const void *a, const void *b)
{
	const struct element_fact *x = a, *y = b;

	return (x->cell > y->cell) - (x->cell < y->cell);
}

static uint32_t read_elements(struct world *w, struct type type, struct str row,
    struct element_fact *out, bool *open)
{
	uint32_t count = 0;

	*open = false;
	while (row.length > 0) {
		struct str word = next_part(&row, ' ');
		bool possible = str_starts(word, STR("~"));

		if (str_equal(word, STR("...")))
			*open = true;
		else if (word.length > 0)
			out[count++] = (struct element_fact){ cell_of(w, type,
			    str_slice(word, possible, word.length)), !possible };
	}
	qsort(out, count, sizeof(*out), compare_elements);
	return count;
}

static void fill_link(struct world *w, struct link *l, const char *rows)
{
	struct element_fact elements[64];
	uint32_t at = 0;

	l->width = link_width(l->type);
	l->offsets = ARENA_ARRAY(w->arena, uint32_t, l->rows + (size_t)1);
	l->cells = arena_array(w->arena, l->rows * (size_t)64, l->width);
	l->certain = ARENA_ARRAY(w->arena, uint64_t, l->rows);
	l->closed = ARENA_ARRAY(w->arena, uint64_t, BITS_WORDS(l->rows));
	l->stated = l->closed;
	for (uint32_t row = 0; row < l->rows; row++) {
		bool open;
		uint32_t count = read_elements(w, l->type, row_of(rows, row), elements, &open);

		bit_put(l->closed, row, !open);
		for (uint32_t i = 0; i < count; i++, at++) {
			cell_write(l->cells, l->width, at, elements[i].cell);
			bit_put(l->certain, at, elements[i].certain);
		}
		l->offsets[row + 1] = at;
	}
}

void world_facts(struct world *w, uint16_t attribute, const char *rows)
{
	const struct schema_attribute *a = &w->schema.attributes.items[attribute];
	const struct extent *extent = &w->graph.extents[a->kind];
	struct type type = a->type;

	if (type.set) {
		type.set = false;
		w->graph.links[attribute] = (struct link){ .type = type,
			.first = extent->first, .rows = extent->count };
		fill_link(w, &w->graph.links[attribute], rows);
		return;
	}
	w->graph.columns[attribute] = (struct column){ .type = type,
		.first = extent->first, .rows = extent->count };
	fill_column(w, &w->graph.columns[attribute], rows);
}

void world_possible(struct world *w, uint32_t at)
{
	bit_set(w->graph.possible, at);
}

struct world *world_new(struct arena *arena)
{
	struct world *w = ARENA_NEW(arena, struct world);

	w->arena = arena;
	add_schema(w);
	add_graph(w);
	w->program.schema = &w->schema;
	*VEC_PUSH(arena, &w->program.texts) = STR("test.rule");
	world_unit(w, KIND_NODE, SCHEMA_NONE);
	return w;
}

/* --- writing a program --------------------------------------------------- */

static struct program_unit *unit(struct world *w)
{
	return VEC_LAST(&w->program.units);
}

static uint16_t add_frame(struct world *w, uint16_t parent, uint16_t kind, uint16_t second)
{
	*VEC_PUSH(w->arena, &w->program.frames) = (struct program_frame){
		(uint16_t)(w->program.units.count - 1), parent, { kind, second } };
	return (uint16_t)(w->program.frames.count - 1);
}

uint16_t world_unit(struct world *w, uint16_t kind, uint16_t second)
{
	*VEC_PUSH(w->arena, &w->program.units) = (struct program_unit){
		.component = SCHEMA_NONE, .first = (uint32_t)w->program.code.count,
		.first_register = (uint32_t)w->program.registers.count };
	w->frame = add_frame(w, SCHEMA_NONE, kind, second);
	unit(w)->frame = w->frame;
	w->row = OPERAND_NONE;
	if (kind != SCHEMA_NONE)
		w->row = world_op(w, OPCODE_ROW, w->frame,
		    (struct type){ .tag = TYPE_ENTITY, .of = kind },
		    OPERAND_NONE, OPERAND_NONE, OPERAND_NONE, 0);
	w->yes = world_value(w, type_truth, 1);
	return w->frame;
}

static uint8_t register_type(struct world *w, const struct opcode_info *info,
    struct type of, uint16_t a)
{
	if (info->dst[0] != '?')
		return (uint8_t)info->dst[0];
	if (a != OPERAND_NONE)
		return program_operand(&w->program, unit(w), a)->type;
	return (uint8_t)program_register_type(of);
}

uint16_t world_op(struct world *w, enum opcode op, uint16_t frame, struct type of,
    uint16_t a, uint16_t b, uint16_t c, uint32_t imm)
{
	const struct opcode_info *info = opcode_info(op);
	uint16_t dst = OPERAND_NONE;

	if (info->dst[0] != '-') {
		uint8_t type = register_type(w, info, of, a);

		dst = (uint16_t)unit(w)->register_count++;
		*VEC_PUSH(w->arena, &w->program.registers) =
		    (struct program_register){ type, frame, of };
	}
	*VEC_PUSH(w->arena, &w->program.code) =
	    (struct instruction){ (uint8_t)op, dst, a, b, c, imm };
	*VEC_PUSH(w->arena, &w->program.spans) = SPAN_NONE;
	unit(w)->count++;
	return dst;
}

uint16_t world_do(struct world *w, enum opcode op, struct type of, uint16_t a, uint16_t b)
{
	return world_op(w, op, w->frame, of, a, b, OPERAND_NONE, 0);
}

uint16_t world_load(struct world *w, uint16_t attribute)
{
	static const uint8_t loads[] = { ['T'] = OPCODE_LOAD_T, ['S'] = OPCODE_LOAD_S,
		['N'] = OPCODE_LOAD_N, ['W'] = OPCODE_LOAD_W, ['M'] = OPCODE_LOAD_M };
	struct type type = w->schema.attributes.items[attribute].type;

	return world_op(w, (enum opcode)loads[program_register_type(type)], w->frame, type,
	    w->row, OPERAND_NONE, OPERAND_NONE, attribute);
}

uint32_t world_constant(struct world *w, struct type type, uint8_t state, int64_t cell)
{
	*VEC_PUSH(w->arena, &w->program.constants) =
	    (struct program_constant){ .state = state, .type = type, .cell = cell };
	return (uint32_t)w->program.constants.count - 1;
}

static uint16_t put_constant(struct world *w, struct type type, uint32_t constant)
{
	return world_op(w, OPCODE_CONST, w->frame, type, OPERAND_NONE, OPERAND_NONE,
	    OPERAND_NONE, constant);
}

uint16_t world_value(struct world *w, struct type type, int64_t cell)
{
	return put_constant(w, type, world_constant(w, type, CONSTANT_VALUE, cell));
}

uint16_t world_unknown(struct world *w, struct type type)
{
	return put_constant(w, type, world_constant(w, type, CONSTANT_UNKNOWN, 0));
}

uint16_t world_text(struct world *w, struct type type, const char *text)
{
	*VEC_PUSH(w->arena, &w->program.texts) = str_of(text);
	return world_value(w, type, (int64_t)w->program.texts.count - 1);
}

uint16_t world_set(struct world *w, struct type type, const int64_t *cells, uint32_t count)
{
	uint32_t constant = world_constant(w, type, CONSTANT_VALUE, 0);

	w->program.constants.items[constant].first = (uint32_t)w->program.set_cells.count;
	w->program.constants.items[constant].count = count;
	for (uint32_t i = 0; i < count; i++)
		*VEC_PUSH(w->arena, &w->program.set_cells) = cells[i];
	return put_constant(w, type, constant);
}

uint32_t world_pattern(struct world *w, enum pattern_kind kind, const char *text)
{
	*VEC_PUSH(w->arena, &w->program.texts) = str_of(text);
	*VEC_PUSH(w->arena, &w->program.patterns) = (struct program_pattern){
		(uint8_t)kind, false, (uint32_t)w->program.texts.count - 1 };
	return (uint32_t)w->program.patterns.count - 1;
}

uint16_t world_expand(struct world *w, uint16_t frame, uint16_t set)
{
	bool words = program_operand(&w->program, unit(w), set)->type == REGISTER_WORDS;
	uint16_t child = add_frame(w, frame, SCHEMA_NONE, SCHEMA_NONE);

	world_op(w, words ? OPCODE_EXPAND_W : OPCODE_EXPAND_M, 0, type_truth, set,
	    OPERAND_NONE, OPERAND_NONE, child);
	return child;
}

uint16_t world_store(struct world *w, uint16_t value, bool relation)
{
	const struct program_register *r = program_operand(&w->program, unit(w), value);
	const struct program_frame *f = &w->program.frames.items[r->frame];

	*VEC_PUSH(w->arena, &w->program.stores) = (struct program_store){ r->type, r->of,
		{ f->kinds[0], f->kinds[1] }, (uint16_t)(w->program.units.count - 1), relation };
	world_do(w, OPCODE_STORE, type_truth, value, OPERAND_NONE);
	VEC_LAST(&w->program.code)->imm = (uint32_t)w->program.stores.count - 1;
	return (uint16_t)(w->program.stores.count - 1);
}

/* --- a sample ------------------------------------------------------------ */

#define NONE OPERAND_NONE

/* far(a) = a.flag or any b in a.links: far(b) */
static uint16_t sample_component(struct world *w)
{
	uint16_t links, child, element, far;

	world_unit(w, KIND_NODE, SCHEMA_NONE);
	unit(w)->component = 0;
	links = world_load(w, NODE_LINKS);
	world_load(w, NODE_BACK);
	child = world_expand(w, w->frame, links);
	element = world_op(w, OPCODE_ELEMENT, child, type_node, NONE, NONE, NONE, 0);
	far = world_op(w, OPCODE_FETCH_T, child, type_truth, element, NONE, NONE, 0);
	far = world_op(w, OPCODE_AND, child, type_truth, far,
	    world_op(w, OPCODE_MEMBER, child, type_truth, NONE, NONE, NONE, 0), NONE, 0);
	far = world_op(w, OPCODE_ANY_W, w->frame, type_truth, far, links, NONE, 0);
	return world_store(w, world_do(w, OPCODE_OR, type_truth, world_load(w, NODE_FLAG), far),
	    true);
}

/* near(a, b) = b in a.links */
static uint16_t sample_relation(struct world *w)
{
	uint16_t links, second;

	world_unit(w, KIND_NODE, KIND_NODE);
	second = world_op(w, OPCODE_ROW, w->frame, type_node, NONE, NONE, NONE, 1);
	links = world_op(w, OPCODE_LOAD_W, w->frame, type_set_node, w->row, NONE, NONE, NODE_LINKS);
	return world_store(w, world_do(w, OPCODE_IN_W, type_truth, second, links), true);
}

static uint32_t sample_path(struct world *w, uint16_t near)
{
	*VEC_PUSH(w->arena, &w->program.steps) =
	    (struct program_step){ STEP_LINK, true, NODE_LINKS, KIND_NODE, KIND_NODE };
	*VEC_PUSH(w->arena, &w->program.steps) =
	    (struct program_step){ STEP_STORE_TRUTH, false, near, KIND_NODE, KIND_NODE };
	*VEC_PUSH(w->arena, &w->program.moves) = (struct program_move){ 0, 1, 0 };
	*VEC_PUSH(w->arena, &w->program.moves) = (struct program_move){ 1, 1, 1 };
	*VEC_PUSH(w->arena, &w->program.paths) =
	    (struct program_path){ KIND_NODE, KIND_NODE, 2, 2, 0, 2, 0, 2 };
	return 0;
}

/* Truths of many kinds, joined by and. */
static uint16_t sample_truth(struct world *w, uint32_t path)
{
	uint16_t name = world_load(w, NODE_NAME), color = world_load(w, NODE_COLOR);
	uint16_t count = world_op(w, OPCODE_COUNT_W, w->frame, type_int,
	    world_load(w, NODE_TINTS), NONE, NONE, 3);
	uint16_t all = world_op(w, OPCODE_MATCH, w->frame, type_truth, name, NONE, NONE,
	    world_pattern(w, PATTERN_REGEX, "^a.*z$"));
	const uint16_t more[] = {
		world_op(w, OPCODE_MATCH, w->frame, type_truth, name, NONE, NONE,
		    world_pattern(w, PATTERN_GLOB, "a*")),
		world_do(w, OPCODE_IN_W, type_truth, color,
		    world_set(w, type_set_color, (const int64_t[]){ 0, 2 }, 2)),
		world_do(w, OPCODE_EQ_S, type_truth, name, world_text(w, type_string, "b")),
		world_do(w, OPCODE_LE_N, type_truth, count, world_do(w, OPCODE_ADD, type_int,
		    world_value(w, type_int, -7), world_load(w, NODE_NUMBER))),
		world_op(w, OPCODE_FIELD_T, w->frame, type_truth, color, NONE, NONE, FIELD_WARM),
		world_op(w, OPCODE_REACH, w->frame, type_truth, w->row,
		    world_op(w, OPCODE_CONST, w->frame, type_set_node, NONE, NONE, NONE,
			world_constant(w, type_set_node, CONSTANT_EXTENT, KIND_LEAF)),
		    NONE, path),
		world_op(w, OPCODE_IS_KIND, w->frame, type_truth, w->row, NONE, NONE, KIND_LEAF),
	};

	for (size_t i = 0; i < sizeof(more) / sizeof(*more); i++)
		all = world_do(w, OPCODE_AND, type_truth, all, more[i] | OPERAND_NEGATE);
	return all;
}

/* The rule of the sample: over the links of each node. */
static void sample_rule(struct world *w, uint16_t truth, uint16_t far)
{
	uint16_t root = w->frame, row = w->row, links = world_load(w, NODE_LINKS);
	uint16_t child = world_expand(w, root, links);
	uint16_t member = world_op(w, OPCODE_MEMBER, child, type_truth, NONE, NONE, NONE, 0);
	uint16_t element = world_op(w, OPCODE_ELEMENT, child, type_node, NONE, NONE, NONE, 0);
	uint16_t below = world_op(w, OPCODE_UP, child, type_truth, truth, NONE, NONE, 0);
	uint16_t is_far = world_op(w, OPCODE_FETCH_T, child, type_truth, element, NONE, NONE, far);
	struct program_rule *rule;

	world_op(w, OPCODE_REST, root, type_truth, w->yes, links, NONE, 1);
	w->frame = child;
	world_rule(w, "sample.links", member, world_op(w, OPCODE_OR, child, type_truth, below,
	    is_far, NONE, 0));
	rule = VEC_LAST(&w->program.rules);
	rule->binders = 2;
	rule->subject[0] = row;
	rule->subject[1] = element;
	w->frame = root;
}

void world_sample(struct world *w)
{
	uint16_t far, near, kept, date;

	w->program = (struct program){ .schema = &w->schema };
	far = sample_component(w);
	near = sample_relation(w);
	world_unit(w, KIND_NODE, SCHEMA_NONE);
	sample_rule(w, sample_truth(w, sample_path(w, near)), far);
	kept = world_store(w, world_load(w, NODE_WORDS), false);
	world_unit(w, SCHEMA_NONE, SCHEMA_NONE);
	date = world_value(w, type_date, 7);
	world_store(w, date, false);
	world_store(w, date, false);
	world_unit(w, KIND_NODE, SCHEMA_NONE);
	world_op(w, OPCODE_FETCH_N, w->frame, type_date, NONE, NONE, NONE, kept + 1u);
	world_rule(w, "sample.kept", w->yes, world_do(w, OPCODE_KNOWN_W, type_truth,
	    world_op(w, OPCODE_FETCH_W, w->frame, type_set_string, w->row, NONE, NONE, kept), NONE));
}

struct instruction *world_find(struct world *w, enum opcode op)
{
	for (size_t i = 0; i < w->program.code.count; i++)
		if (w->program.code.items[i].op == op)
			return &w->program.code.items[i];
	ck_abort_msg("no %s", opcode_info(op)->name);
}

/* --- running ------------------------------------------------------------- */

uint32_t world_rule(struct world *w, const char *id, uint16_t applies, uint16_t r)
{
	uint32_t rule = (uint32_t)w->program.rules.count;

	*VEC_PUSH(w->arena, &w->program.texts) = str_of(id);
	*VEC_PUSH(w->arena, &w->program.rules) = (struct program_rule){
		.id = (uint32_t)w->program.texts.count - 1, .severity = 2,
		.frame = w->frame, .binders = w->row != OPERAND_NONE,
		.subject = { w->row != OPERAND_NONE ? w->row : 0 } };
	world_op(w, OPCODE_EMIT, w->frame, type_truth, applies, r, applies, rule);
	return rule;
}

static void take(void *context, const struct outcome *outcome)
{
	static const char letters[] = { [VERDICT_FAIL] = 'F', [VERDICT_PASS] = 'T',
		[VERDICT_UNKNOWN] = 'U' };
	char *seen = context;

	/* An assertion that holds is dear: Check notes where it stood. */
	if (seen[outcome->count ? outcome->cells[0] : 0] != '.')
		ck_abort_msg("two verdicts for one row");
	seen[outcome->count ? outcome->cells[0] : 0] = letters[outcome->verdict];
}

void world_tell(void *context, const struct outcome *o)
{
	struct world_told *told = context;
	uint64_t one = o->rule * 7919u + o->verdict * 31u + o->reason * 101u + (uint64_t)(o->rest + 2);

	for (int i = 0; i < o->count; i++)
		one = one * 6364136223846793005u + (uint64_t)o->cells[i] + 1;
	told->count++;
	told->others += o->verdict != VERDICT_FAIL;
	told->sum += one * one;
}

static void run_once(struct world *w, uint32_t batch, char *seen)
{
	struct verdict_sink sink = { take, seen, ~0u };
	struct run_options options = { .batch = batch, .baseline = batch > 64 };
	struct tally *tallies = ARENA_ARRAY(w->arena, struct tally, w->program.rules.count);

	memset(seen, '.', w->graph.entity_count);
	seen[w->graph.entity_count] = '\0';
	run_program(w->arena, &w->program, &w->graph, &options, tallies, &sink);
	ck_assert(!tallies[w->program.rules.count - 1].failed);
}

const char *world_truths(struct world *w, uint16_t operand)
{
	char *first = arena_alloc(w->arena, w->graph.entity_count + 1);
	char *again = arena_alloc(w->arena, w->graph.entity_count + 1);
	struct str why;

	world_rule(w, "test.truth", w->yes, operand);
	ck_assert_msg(program_verify(w->arena, &w->program, &why), "%.*s", STR_ARG(why));
	run_once(w, 0, first);
	for (uint32_t batch = 64; batch <= 16384; batch *= 16) {
		run_once(w, batch, again);
		if (strcmp(first, again) != 0)
			ck_abort_msg("batches of %u differ:\n%s\n%s", batch, first, again);
	}
	w->program.rules.count--;
	w->program.code.count--;
	w->program.spans.count--;
	unit(w)->count--;
	return first;
}

void world_expect_at(struct world *w, uint16_t operand, const char *pattern,
    const char *file, int line)
{
	const char *have = world_truths(w, operand);
	size_t length = strlen(pattern), first = strspn(have, ".");

	for (size_t i = first; have[i] && have[i] != '.'; i++)
		if (have[i] != pattern[(i - first) % length])
			ck_abort_msg("%s:%d: row %zu is %c, not %c\n%s", file, line,
			    i - first, have[i], pattern[(i - first) % length], have);
}

static int64_t bound_of(struct str text, int64_t none)
{
	int64_t value = none;

	if (!str_equal(text, STR("*")))
		ck_assert(scalar_read_int(text, &value));
	return value;
}

/* "3", "0..2", "*..5", "?", "-" */
static struct number read_number(struct str row)
{
	size_t dots = 0;

	if (str_equal(row, STR("?")))
		return number_unknown();
	if (str_equal(row, STR("-")))
		return number_none();
	while (dots + 1 < row.length && !str_starts(str_slice(row, dots, row.length), STR("..")))
		dots++;
	if (dots + 1 >= row.length)
		return number_of(bound_of(row, 0));
	return (struct number){ bound_of(str_slice(row, 0, dots), NUMBER_LOW),
	    bound_of(str_slice(row, dots + 2, row.length), NUMBER_HIGH), true, false };
}

/* The letter of a comparison in each row. */
static char *compare_rows(struct world *w, uint32_t rows, const struct number *wanted,
    enum truth (*compare)(struct number a, struct number b), struct number with, bool turned)
{
	static const char letters[] = { [TRUTH_FALSE] = 'F', [TRUTH_TRUE] = 'T',
		[TRUTH_UNKNOWN] = 'U' };
	char *expected = arena_alloc(w->arena, rows + 1);

	for (uint32_t i = 0; i < rows; i++)
		expected[i] = letters[turned ? compare(with, wanted[i]) : compare(wanted[i], with)];
	return expected;
}

/* Every comparison with every end that is expected, and those beside it. */
void world_expect_number_at(struct world *w, uint16_t operand, const char *rows,
    const char *file, int line)
{
	uint32_t count = count_rows(rows);
	struct number wanted[64];

	for (uint32_t i = 0; i < count; i++)
		wanted[i] = read_number(row_of(rows, i));
	for (uint32_t i = 0; i < 2 * count; i++) {
		const struct number *n = &wanted[i / 2];
		int64_t end = i % 2 ? n->high : n->low;

		for (int64_t beside = -1; beside <= 1; beside++) {
			int64_t cell = end == NUMBER_LOW || end == NUMBER_HIGH ? beside * 1000
			    : end + beside;
			uint16_t k = world_value(w, type_int, cell);

			world_expect_at(w, world_do(w, OPCODE_LT_N, type_truth, operand, k),
			    compare_rows(w, count, wanted, number_less, number_of(cell), false),
			    file, line);
			world_expect_at(w, world_do(w, OPCODE_LE_N, type_truth, k, operand),
			    compare_rows(w, count, wanted, number_at_most, number_of(cell), true),
			    file, line);
			world_expect_at(w, world_do(w, OPCODE_EQ_N, type_truth, operand, k),
			    compare_rows(w, count, wanted, number_equal, number_of(cell), false),
			    file, line);
		}
	}
}

void world_expect_set_at(struct world *w, uint16_t set, struct type of,
    const int64_t *cells, uint32_t count, const char *rows, const char *file, int line)
{
	uint32_t row_count = count_rows(rows);

	for (uint32_t i = 0; i < count; i++) {
		char *expected = arena_alloc(w->arena, row_count + 1);
		uint16_t in = type_is_number(of) ?
		    world_do(w, OPCODE_IN_M, type_truth, world_value(w, of, cells[i]), set) :
		    world_do(w, OPCODE_IN_W, type_truth, world_value(w, of, cells[i]), set);

		for (uint32_t row = 0; row < row_count; row++)
			expected[row] = row_of(rows, row).at[i];
		world_expect_at(w, in, expected, file, line);
	}
}
