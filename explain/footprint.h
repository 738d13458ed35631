/* SPDX-License-Identifier: Apache-2.0 */
/*
 * footprint - what a value may rest on, by the text of the rules alone: which
 * attributes and extents, whatever the entities.  Where nothing of it was
 * assumed otherwise the value is what it was.
 */
#ifndef SCARP_EXPLAIN_FOOTPRINT_H
#define SCARP_EXPLAIN_FOOTPRINT_H

#include "compiler/tree.h"

struct footprint {
	uint64_t *attributes;	/* with those of their inverses */
	uint64_t *kinds;	/* whose extents are asked for */
	bool today;
	bool all;		/* whatever there is: a path was walked */
};

/* The names bound outside of E that its value depends on, each once, in ARENA;
 * those that a `let` rests on stand for it.  The rest goes to SCRATCH. */
struct names { const struct variable **items; size_t count, capacity; };
struct names expr_names(struct arena *arena, struct arena *scratch,
    const struct expr *e);

/* Lives in ARENA. */
struct footprint *footprint_of_expr(struct arena *arena,
    const struct tree *tree, const struct expr *e);

#endif
