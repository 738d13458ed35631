/* SPDX-License-Identifier: Apache-2.0 */
/*
 * coverage - which outcomes of each condition the tests have seen.
 *
 * A condition is a truth that is written in a rule, definition, derived
 * attribute or relation: each comparison, membership, quantifier, call or bool
 * attribute, and each clause as a whole where it joins several.  An evaluator
 * that was told to (evaluator_cover) notes what every condition came out as.
 */
#ifndef SCARP_EXPLAIN_COVERAGE_H
#define SCARP_EXPLAIN_COVERAGE_H

#include "compiler/tree.h"
#include "vm/scalar.h"

/* Sets of outcomes. */
enum { SEEN_TRUE = 1, SEEN_FALSE = 2, SEEN_UNKNOWN = 4, SEEN_ALL = 7 };

struct condition {
	const struct expr *expr;
	struct span span;
	const char *clause;		/* "when", "require", ... for a clause as a whole; else "" */
	uint8_t seen;
	uint8_t possible;		/* outcomes that are not shown to be impossible */
};

/* What conditions stand in. */
struct covered_item {
	struct str name;		/* a rule's id, `exposed`, `Host.role_kinds` */
	struct span span;
	uint32_t first, count;		/* of its conditions */
};

struct coverage {
	struct arena *arena;
	const struct tree *tree;
	VEC(struct covered_item) items;	/* by file and position */
	VEC(struct condition) conditions;	/* by item, then in the order of evaluation */
	struct map *places;		/* by the address of the expression */
	struct certainty *certainty;
};

/* What the packs declare that were asked for; WITH_USED, also what their rules
 * use of other packs. */
struct coverage *coverage_new(struct arena *arena, const struct tree *tree,
    bool with_used);
void coverage_see(struct coverage *coverage, const struct expr *e, enum truth truth);

/*
 * certain.c: the outcomes that cannot be shown to be impossible.
 * RESTS: the binders of the rule may be unknown where E stands.
 */
struct certainty *certainty_new(struct arena *arena, const struct tree *tree);
uint8_t certain_outcomes(const struct certainty *certainty,
    const struct rule *rule, const struct expr *e, bool rests);
/* Is a LET read where the subject may be the rest of a set? */
bool certain_is_asked_of_rest(const struct rule *rule, const struct variable *let);

#endif
