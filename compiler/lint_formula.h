/* SPDX-License-Identifier: Apache-2.0 */
/*
 * lint_formula - conditions as formulas over what rules do not decide.
 *
 * A condition is made of terms: values of attributes, counts, whatever else
 * an inventory fills in.  A term that is compared with constants has as many
 * choices as it can fall between them, and may be none or unknown; any other
 * is a truth by itself.  Every choice of every term is then tried, in Kleene's
 * logic.  Terms are taken to be free of each other, so there are more cases
 * here than there can be inventories: what never happens here never happens.
 */
#ifndef SCARP_COMPILER_LINT_FORMULA_H
#define SCARP_COMPILER_LINT_FORMULA_H

#include "base/intern.h"
#include "compiler/tree.h"
#include "vm/scalar.h"

enum {
	SEEN_FALSE = 1 << TRUTH_FALSE, SEEN_TRUE = 1 << TRUTH_TRUE,
	SEEN_UNKNOWN = 1 << TRUTH_UNKNOWN,
	SEEN_ANY = SEEN_FALSE | SEEN_TRUE | SEEN_UNKNOWN
};

/* Where a term that is compared with constants falls: 2i + 1 on constant i of
 * those that ascend, 2i before it and behind the one before. */
struct term {
	uint32_t key;
	struct type type;
	bool is_truth;
	uint8_t outcomes;		/* of a truth */
	bool is_never_unknown;
	VEC(const struct expr *) constants;	/* ascending once closed */
	VEC(uint32_t) places;		/* that it can fall on */
	uint32_t choices, at;		/* places, then none, then unknown */
};

enum formula_op {
	FORMULA_CONST,			/* outcome */
	FORMULA_TERM,			/* a truth */
	FORMULA_EQ, FORMULA_LT, FORMULA_LE, FORMULA_GT, FORMULA_GE, /* term with constant */
	FORMULA_IN,			/* term in constants */
	FORMULA_ABSENT, FORMULA_IS_KNOWN,	/* of a term */
	FORMULA_KNOWN, FORMULA_ASSUME, FORMULA_NOT, FORMULA_AND, FORMULA_OR
};

struct formula {
	enum formula_op op;
	const struct expr *expr;	/* what it was made of */
	uint32_t a, b;			/* formulas, before this one */
	uint32_t term;
	uint32_t assumed;		/* EQ ... IN: place of what an unknown term
					 * counts as, plus 1; 0: nothing */
	const struct expr *assumed_value;
	VEC(const struct expr *) constants;
	VEC(uint32_t) places;		/* of those, once closed */
	enum truth outcome;
	uint8_t seen;			/* SEEN_..., over all cases */
};

struct formulas {
	struct arena *arena;
	const struct tree *tree;
	struct map *keys;		/* of expressions; equal ones have one number */
	VEC(struct term) terms;
	VEC(struct formula) items;
	VEC(const struct variable *) bound;	/* by the depth at which they are */
	VEC(uint32_t) lets;		/* by index of variable: formula + 1 */
	VEC(uint32_t) let_keys;		/* the same: number of its expression */
	enum truth *values;		/* by formula, of the case that is tried */
	uint32_t neutral;		/* formula whose way out of unknown is shut, or
					 * FORMULA_NONE */
};
#define FORMULA_NONE UINT32_MAX

/* KEYS may be shared, so that terms of several rules are compared. */
struct formulas *formulas_new(struct arena *arena, const struct tree *tree,
    struct map *keys);
/* Binders by their places, for every expression that is added. */
void formulas_bind(struct formulas *f, const struct variable *variable);
/* The number of an expression: equal ones have equal numbers. */
uint32_t formulas_key(struct formulas *f, const struct expr *e);
/* The formula of a truth. */
uint32_t formulas_add(struct formulas *f, const struct expr *e);
/* By value, as cells of one type compare. */
int formulas_compare_constants(const struct expr *a, const struct expr *b);
/* All were added: terms get their choices. */
void formulas_close(struct formulas *f);

/* The cases are tried one after the other, at most this many times formulas;
 * false from the first when there are more. */
#define FORMULA_WORK (1u << 24)
bool formulas_first(struct formulas *f);
/* False after the last. */
bool formulas_next(struct formulas *f);
/* Evaluates the case into f->values; with NOTE also into seen. */
void formulas_try(struct formulas *f, bool note);
/* A way out of unknown: KNOWN, IS_KNOWN, ASSUME, or a comparison of a term
 * that something is assumed for. */
bool formula_is_way_out(const struct formula *formula);

#endif
