/* SPDX-License-Identifier: Apache-2.0 */
/*
 * world - a small site and programs for it, both made by hand.
 *
 * Facts of an attribute are written as rows, parted by '|' and repeated over
 * all entities of the kind.  A single value is a word, `-` for none or `?` for
 * not collected.  A set is words, `~` before a possible one, `...` when it is
 * open.  Entities are written as their numbers within Node.
 *
 *	enum Color { red, green, blue }		warm, rank, label, shades
 *	entity Node				the attributes below
 *	entity Leaf: Node			the last entities of Node
 *	entity Twig: Node			of a world that has grown
 */
#ifndef SCARP_TESTS_WORLD_H
#define SCARP_TESTS_WORLD_H

#include "tests/unit/unit.h"

#include "vm/graph.h"
#include "vm/program.h"
#include "vm/run.h"

enum { KIND_NODE, KIND_LEAF, KIND_COUNT, KIND_TWIG = KIND_COUNT };
enum {
	NODE_FLAG, NODE_MAYBE, NODE_COLOR, NODE_NAME, NODE_OTHER, NODE_NUMBER,
	NODE_VERSION, NODE_TINTS, NODE_WORDS, NODE_NUMBERS, NODE_NEXT,
	NODE_LINKS, NODE_BACK, LEAF_SIZE, ATTRIBUTE_COUNT
};
enum { FIELD_WARM, FIELD_RANK, FIELD_LABEL, FIELD_SHADES };

#define WORLD_NODES 150		/* more than two words of a plane */
#define WORLD_LEAVES 40

extern const struct type type_truth, type_int, type_date, type_string, type_color,
	type_version, type_node, type_bool_maybe, type_set_int, type_set_string,
	type_set_color, type_set_node;

struct world {
	struct arena *arena;
	struct schema schema;
	struct graph graph;
	struct program program;
	uint16_t frame;			/* root of the unit being written */
	uint16_t row, yes;		/* the entity of each row; true */
};

/* Without facts; every extent closed.  A unit over Node is open. */
struct world *world_new(struct arena *arena);
void world_facts(struct world *w, uint16_t attribute, const char *rows);
/* COUNT nodes: in its middle leaves, LEAVES of them, and in the last quarter twigs.
 * They have no facts but those that are given from now on. */
void world_grow(struct world *w, uint32_t count, uint32_t leaves);
/* Entity AT (of Node) may not exist. */
void world_possible(struct world *w, uint32_t at);

/* --- writing a program --------------------------------------------------- */

/* The next unit: over the entities or pairs of kinds (SCHEMA_NONE: none). */
uint16_t world_unit(struct world *w, uint16_t kind, uint16_t second);
uint16_t world_op(struct world *w, enum opcode op, uint16_t frame, struct type of,
    uint16_t a, uint16_t b, uint16_t c, uint32_t imm);
/* An instruction on the open root frame. */
uint16_t world_do(struct world *w, enum opcode op, struct type of, uint16_t a, uint16_t b);
uint16_t world_load(struct world *w, uint16_t attribute);
uint32_t world_constant(struct world *w, struct type type, uint8_t state, int64_t cell);
uint16_t world_value(struct world *w, struct type type, int64_t cell);
uint16_t world_unknown(struct world *w, struct type type);
uint16_t world_text(struct world *w, struct type type, const char *text);
uint16_t world_set(struct world *w, struct type type, const int64_t *cells, uint32_t count);
uint32_t world_pattern(struct world *w, enum pattern_kind kind, const char *text);
/* Opens a child frame of FRAME over the elements of a set. */
uint16_t world_expand(struct world *w, uint16_t frame, uint16_t set);
uint16_t world_store(struct world *w, uint16_t value, bool relation);

/* --- running it ---------------------------------------------------------- */

/* What truth register OPERAND is for each entity of the open unit: 'T', 'F'
 * or 'U'; runs with several sizes of batches, which must agree. */
const char *world_truths(struct world *w, uint16_t operand);
/* The same, against a pattern that is repeated over the entities. */
#define world_expect(w, operand, pattern) \
	world_expect_at((w), (operand), (pattern), __FILE__, __LINE__)
void world_expect_at(struct world *w, uint16_t operand, const char *pattern,
    const char *file, int line);
/* A number is one of these, row by row: "3|0..2|?|-", `*` for no bound. */
#define world_expect_number(w, operand, rows) \
	world_expect_number_at((w), (operand), (rows), __FILE__, __LINE__)
void world_expect_number_at(struct world *w, uint16_t operand, const char *rows,
    const char *file, int line);
/* Whether each cell of CELLS is in the set, row by row: TFU per cell, parted
 * by spaces. */
void world_expect_set_at(struct world *w, uint16_t set, struct type of,
    const int64_t *cells, uint32_t count, const char *rows, const char *file, int line);

/* A sum over outcomes that does not depend on their order; world_tell is a sink. */
struct world_told {
	uint64_t count, sum;
	uint64_t others;		/* that are no failures */
};
void world_tell(void *told, const struct outcome *outcome);

/*
 * A program that uses every table: unit 0 is a recursive component, unit 1 a
 * pair relation, unit 2 the rules (with a child frame, a path, patterns, a
 * rest subject), unit 3 reads what unit 2 kept, of one row only.
 */
void world_sample(struct world *w);
/* The first instruction with an opcode. */
struct instruction *world_find(struct world *w, enum opcode op);
/* Adds a rule whose verdict is R; answers its number. */
uint32_t world_rule(struct world *w, const char *id, uint16_t applies, uint16_t r);

#endif
