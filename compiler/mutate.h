/* SPDX-License-Identifier: Apache-2.0 */
/*
 * mutate - small mistakes that could have been made in a pack.
 *
 * A mutation is a piece of text that takes another's place; whoever makes it
 * compiles the changed text like any other, and may find that it is refused.
 * mutate.c walks conditions, mutate_value.c values, mutate_site.c knows what
 * the checked tree says of a place in the text.
 */
#ifndef SCARP_COMPILER_MUTATE_H
#define SCARP_COMPILER_MUTATE_H

#include "compiler/tree.h"

/* MUTATION(name, word, what it does) */
#define MUTATIONS(MUTATION) \
	MUTATION(COMPARISON, "comparison", "compares otherwise, or expects the contrary") \
	MUTATION(CONNECTIVE, "connective", "`and` for `or`, `or` for `and`, `and` for `implies`") \
	MUTATION(NEGATION, "negation", "a `not` more or less") \
	MUTATION(QUANTIFIER, "quantifier", "`any` for `all`, and the like") \
	MUTATION(OPERAND, "operand", "one side of `and`, `or`, `implies` or a set operator is gone") \
	MUTATION(WHERE, "where", "a `where` is gone") \
	MUTATION(CONSTANT, "constant", "another number, text, date or truth") \
	MUTATION(VALUE, "value", "another value of the enum") \
	MUTATION(ELEMENT, "element", "one element of a set is gone") \
	MUTATION(NAME, "name", "another attribute or link of the same type") \
	MUTATION(ARITHMETIC, "arithmetic", "`+` for `-`, `min` for `max`, and the like") \
	MUTATION(PATH, "path", "a path that goes elsewhere, less or more often") \
	MUTATION(ASSUMING, "assuming", "an assumption is gone") \
	MUTATION(CLAUSE, "clause", "a `when`, `except when`, `require` or `forbid` is gone") \
	MUTATION(DEMAND, "demand", "`forbid` for `require`, and the other way round")

enum mutation_kind {
#define MUTATION(name, word, text) MUTATION_##name,
	MUTATIONS(MUTATION)
#undef MUTATION
	MUTATION_KINDS
};
const char *mutation_word(enum mutation_kind kind);

struct mutation {
	enum mutation_kind kind;
	struct span span;		/* of what is replaced; may be empty */
	struct str became;
	uint32_t item;
};

/* What can be mutated: a rule, param, definition, derived attribute or
 * relation of the pack that was asked for. */
struct mutable_item {
	const struct ast *ast;
	struct str name;		/* a rule's id, `exposed`, `Host.role_kinds` */
	bool *affects;			/* by rule of the tree */
};

struct mutations {
	VEC(struct mutable_item) items;
	VEC(struct mutation) list;	/* by item, then by position */
	VEC(struct ast *) files;	/* every file of every pack, parsed again */
};

/* TREE was checked without error, and its sources are those of ALL. */
void mutate_pack(struct arena *arena, struct diagnostics *all,
    const struct tree *tree, struct mutations *mutations);

/*
 * The sources of all packs, one of them changed, less the rules and tests
 * that MUTATION cannot influence; positions before the change stay.
 */
struct mutant_sources {
	struct packed_source *items;
	size_t count;
	size_t changed;			/* which one the item stands in */
};
struct mutant_sources mutate_sources(struct arena *arena, struct diagnostics *all,
    const struct tree *tree, const struct mutations *mutations, uint32_t item);
/* The bytes of the changed source. */
struct str mutate_bytes(struct arena *arena, struct str bytes,
    const struct mutation *mutation);

#endif
