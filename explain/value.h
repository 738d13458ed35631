/* SPDX-License-Identifier: Apache-2.0 */
/*
 * value - what an expression has as its value, and the algebra of sets.
 *
 * Nothing here knows of graph, tree or subjects: docs/semantics.md, word for
 * word.  Values are passed by value; the members of a set live in the region
 * that the set was built in.
 */
#ifndef SCARP_EXPLAIN_VALUE_H
#define SCARP_EXPLAIN_VALUE_H

#include "base/vec.h"
#include "vm/scalar.h"
#include "vm/schema.h"

enum state { STATE_UNKNOWN, STATE_NONE, STATE_KNOWN };

struct scalar {
	enum state state;
	int64_t cell;
	symbol spelled;		/* as written, or SYMBOL_NONE: for messages only */
};

struct member {
	int64_t cell;
	symbol spelled;
	bool certain;		/* else possible */
};

struct set {
	struct type of;		/* of an element */
	const struct member *members;	/* by cell, each once */
	const struct symbols *symbols;	/* of texts, for their order; else NULL */
	uint32_t count;
	uint64_t anonymous;	/* exist, and have values that are not known */
	bool open;		/* there may be more */
};

enum value_kind { VALUE_TRUTH, VALUE_SCALAR, VALUE_NUMBER, VALUE_SET };

struct value {
	enum value_kind kind;
	union {
		enum truth truth;
		struct scalar scalar;
		struct number number;
		struct set set;
	};
};

struct value value_truth(enum truth truth);
struct value value_cell(int64_t cell, symbol spelled);
struct value value_number(struct number number);
struct value value_set(struct set set);
/* Of the kind that a type has: a set is then open and empty, or closed and
 * empty; a truth that is none is unknown. */
struct value value_unknown(struct type type);
struct value value_none(struct type type);
/* A cell as a value of its type. */
struct value value_element(struct type type, int64_t cell, symbol spelled);
/* A bool as a truth or as a scalar, whichever TYPE has. */
struct value value_as(struct value v, struct type type);
/* As the element of a set would be: a number that is not single is unknown. */
enum state value_state(struct value v, int64_t *cell, symbol *spelled);
/* `is known`: decided. */
bool value_is_known(const struct value *v);
enum truth value_absent(const struct value *v);
enum truth value_equal(struct value a, struct value b);
/* A copy whose members live in ARENA. */
struct value value_copy(struct arena *arena, struct value v);

enum truth kleene_not(enum truth t);
enum truth kleene_and(enum truth a, enum truth b);
enum truth kleene_or(enum truth a, enum truth b);
enum truth kleene_of(bool b);

/* A set being made; members may come in any order and more than once. */
struct set_builder {
	struct arena *arena;
	struct type of;
	const struct symbols *symbols;
	VEC(struct member) members;
	uint64_t anonymous;
	bool open;
};

/* SYMBOLS: of texts; numbers of texts that were made on the way would give
 * another order every time.  NULL: by number. */
struct set_builder members_begin(struct arena *arena, struct type of,
    const struct symbols *symbols);
/* HOLDS: is it a member?  False adds nothing; certain wins over possible. */
void members_add(struct set_builder *b, int64_t cell, symbol spelled,
    enum truth holds);
void members_add_value(struct set_builder *b, struct value v, bool optional,
    enum truth holds);
void members_add_set(struct set_builder *b, const struct set *s, enum truth holds);
struct set members_end(struct set_builder *b);

struct set members_nothing(struct type of, bool open);
/* There may be elements that are not listed. */
bool members_has_rest(const struct set *s);
/* Certainly has no element. */
bool members_is_empty(const struct set *s);
const struct member *members_find(const struct set *s, int64_t cell);
enum truth members_has_cell(const struct set *s, int64_t cell);
enum truth members_has(const struct set *s, struct value v);
struct number members_count(const struct schema *schema, const struct set *s);
enum truth members_subset(const struct schema *schema, const struct set *a,
    const struct set *b);
enum truth members_same(const struct schema *schema, const struct set *a,
    const struct set *b);
struct set members_union(struct arena *arena, const struct set *a,
    const struct set *b);
struct set members_intersect(struct arena *arena, const struct set *a,
    const struct set *b);
struct set members_without(struct arena *arena, const struct set *a,
    const struct set *b);

#endif
