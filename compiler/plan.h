/* SPDX-License-Identifier: Apache-2.0 */
/*
 * plan - all rules of a tree as one value-numbered graph.
 *
 * A node is an instruction that has no register yet: an opcode over other
 * nodes, in a frame.  A node is made once: whoever asks for the same opcode
 * over the same operands in the same frame gets the same node, so what two
 * rules have in common is computed once.  Operands have smaller numbers than
 * the nodes that use them, except through stores.
 *
 * NOT is no node: a plan_ref names a node and whether its truth is negated.
 * OR is no node either: a or b is not (not a and not b), which is exact in
 * strong Kleene logic, so both spellings meet in one node.
 *
 * How it is made: lower.c and its neighbours walk the tree and choose the
 * frames; rewrite.c simplifies; plan.c numbers; schedule.c makes units of it
 * and emit.c writes them down.  See compiler/PLAN.md.
 */
#ifndef SCARP_COMPILER_PLAN_H
#define SCARP_COMPILER_PLAN_H

#include "base/intern.h"
#include "compiler/tree.h"
#include "vm/program.h"
#include "vm/scalar.h"
#include "vm/verdict.h"

#define PLAN_NONE UINT32_MAX

typedef uint32_t plan_ref;

#define PLAN_NODE(ref) ((ref) >> 1)
#define PLAN_NEGATED(ref) ((ref) & 1u)
#define PLAN_REF(node) ((plan_ref)(node) << 1)

struct plan_options {
	bool unoptimised;	/* no sharing, hoisting or rewriting: for tests */
};

/* A root: rows are the entities of 0, 1 or 2 kinds.  A child: a row per row
 * of its parent and element of a set there. */
struct plan_frame {
	uint32_t parent;	/* PLAN_NONE: a root */
	uint32_t root;		/* the outermost frame: itself for a root */
	uint32_t set;		/* of a child: node in the parent */
	uint16_t kinds[2];	/* of a root: SCHEMA_NONE where unused */
	uint16_t depth;		/* 0: a root */
};

struct plan_node {
	uint8_t op;		/* enum opcode */
	uint8_t reg;		/* enum register_type */
	bool as_or;		/* AND that was written as an or: emitted as one */
	uint16_t component;	/* a truth of this recursive component flows in; else SCHEMA_NONE */
	uint32_t frame;
	plan_ref a, b, c;	/* PLAN_NONE where unused */
	uint32_t imm;		/* as the opcode says, in the tables of the plan */
	struct type of;
	struct span span;	/* of the expression it was first made for */
};

struct plan_constant {
	uint8_t state;		/* enum constant_state */
	struct type type;
	int64_t cell;
	struct str text;	/* in place of the cell where the type is a text */
	int64_t *cells;		/* of a set, sorted, each once */
	struct str *texts;
	uint32_t count;
};

/* A value of a root frame that is kept for other frames. */
struct plan_store {
	uint32_t node;		/* PLAN_NONE: a relation not lowered yet */
	uint32_t frame;
	plan_ref body;		/* of a relation: its node, perhaps negated */
	bool relation;
	uint16_t component;	/* of a recursive relation */
};

struct plan_path {
	const struct path *path;
	uint32_t *stores;	/* per step: PLAN_NONE of a stored link */
	uint16_t component;
};

struct plan_rest {
	uint8_t binder;
	plan_ref applies, set;
};

struct plan_rule {
	uint32_t frame;
	uint8_t binders;
	plan_ref subject[SUBJECT_BINDERS];
	plan_ref applies, required, unexcepted;
	VEC(struct plan_rest) rests;
};

struct plan {
	struct arena *arena;
	const struct tree *tree;
	struct plan_options options;
	struct map *numbers;	/* of everything that is made once, by its bytes */
	VEC(struct plan_node) nodes;
	VEC(struct plan_frame) frames;
	VEC(struct plan_constant) constants;
	VEC(struct plan_store) stores;
	VEC(struct plan_path) paths;
	VEC(struct program_pattern) patterns;
	VEC(struct str) texts;	/* of the patterns */
	VEC(struct plan_rule) rules;	/* as in the tree */
	struct span span;	/* given to new nodes */
};

/* The plan of a tree, or NULL with a diagnostic when a limit is met. */
struct plan *compile_plan(struct arena *arena, const struct tree *tree,
    struct plan_options options);
/* compile_program with options. */
struct program *compile_program_with(struct arena *arena, const struct tree *tree,
    struct plan_options options);
/* The plan as text, for tests and for `scarp build --dump=plan`. */
void compile_dump_plan(struct arena *arena, const struct tree *tree,
    struct plan_options options, struct text *out);

/* --- making one ----------------------------------------------------------- */
struct plan *plan_new(struct arena *arena, const struct tree *tree,
    struct plan_options options);

static inline const struct plan_node *plan_at(const struct plan *plan,
    plan_ref ref)
{
	return &plan->nodes.items[PLAN_NODE(ref)];
}

/* The register type that holds values of a type. */
enum register_type plan_register(struct type type);

/* Frames.  Roots are unique by their kinds, children by parent and set. */
uint32_t plan_root(struct plan *plan, uint16_t first, uint16_t second);
uint32_t plan_child(struct plan *plan, uint32_t parent, plan_ref set);
/* OUTER is FRAME or one of its ancestors. */
bool plan_encloses(const struct plan *plan, uint32_t outer, uint32_t frame);

/* The node of a draft whose op, frame, operands, imm and of are set; the
 * rest follows.  Nothing is simplified. */
plan_ref plan_intern(struct plan *plan, const struct plan_node *draft);
uint32_t plan_constant(struct plan *plan, const struct plan_constant *constant);
uint32_t plan_pattern(struct plan *plan, enum pattern_kind kind, bool caseless,
    struct str text);
/* The store of a root frame's node. */
uint32_t plan_store(struct plan *plan, uint32_t node);
/* The store of a relation, whose node comes later. */
uint32_t plan_relation_store(struct plan *plan, uint32_t frame,
    uint16_t component);
/* STORES: per step of PATH; kept when the path is new. */
uint32_t plan_path(struct plan *plan, const struct path *path, uint32_t *stores);

/* All nodes that are there, used or not. */
void plan_dump(const struct plan *plan, struct text *out);

/*
 * Nodes after every simplification that is exact (rewrite.c has the table of
 * laws; plan_truth.c, plan_move.c).  Operands are in FRAME.
 */
plan_ref plan_make(struct plan *plan, enum opcode op, uint32_t frame,
    struct type of, plan_ref a, plan_ref b, plan_ref c, uint32_t imm);
plan_ref plan_value(struct plan *plan, uint32_t frame,
    const struct plan_constant *constant);
plan_ref plan_truth(struct plan *plan, uint32_t frame, bool truth);
plan_ref plan_unknown(struct plan *plan, uint32_t frame, struct type type);
plan_ref plan_and(struct plan *plan, plan_ref a, plan_ref b);
plan_ref plan_or(struct plan *plan, plan_ref a, plan_ref b);
plan_ref plan_not(plan_ref a);
/* The value in a frame inside (or equal to) its own. */
plan_ref plan_up(struct plan *plan, plan_ref value, uint32_t frame);
/* The value of a root frame, in any frame: at entity A (and B of a pair), at
 * no entity where its root has no kinds. */
plan_ref plan_fetch(struct plan *plan, uint32_t frame, plan_ref value,
    plan_ref a);
/* The truth of a relation at its arguments; inside its own recursive
 * component COMPONENT is its number, else SCHEMA_NONE. */
plan_ref plan_atom(struct plan *plan, uint32_t frame, uint32_t store,
    plan_ref a, plan_ref b, uint16_t component);
/* VALUE as a register of another type: truth and word. */
plan_ref plan_as(struct plan *plan, plan_ref value, enum register_type reg);
/* The constant that a node is, or NULL. */
const struct plan_constant *plan_constant_of(const struct plan *plan,
    plan_ref ref);
bool plan_is_truth(const struct plan *plan, plan_ref ref, bool truth);
bool plan_is_state(const struct plan *plan, plan_ref ref,
    enum constant_state state);
bool plan_is_unknown(const struct plan *plan, plan_ref ref);
/* A row's entity, an expanded element, a constant: never unknown, never none. */
bool plan_is_certain(const struct plan *plan, plan_ref ref);

#endif
