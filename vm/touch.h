/* SPDX-License-Identifier: Apache-2.0 */
/*
 * touch - what of a program's work a change of the graph can reach.
 *
 * A row of a root frame is touched when something that its instructions read
 * may differ.  Whoever is not touched reads the same cells as before, so it
 * comes to the same verdicts: what cannot be told counts as touched.
 */
#ifndef SCARP_VM_TOUCH_H
#define SCARP_VM_TOUCH_H

#include "vm/delta.h"
#include "vm/program.h"
#include "vm/run.h"

/* Rows of a root frame by the entities of their dimensions: a pair is touched
 * when either is.  Planes are over all entities, and never written again. */
struct touch {
	bool all;
	const uint64_t *rows[2];	/* NULL: none */
};

static inline bool touch_is_none(const struct touch *t)
{
	return !t->all && !t->rows[0] && !t->rows[1];
}

struct touched {
	struct touch *results;		/* per instruction: of EMIT and REST */
	/* Of EMIT and REST: where the cells of a subject hold the entities of the
	 * root frame; -1: not needed there; results whose cells do not tell are
	 * all touched. */
	int8_t (*roots)[2];
};

/* In ARENA. */
struct touched *touch_find(struct arena *arena, const struct program *program,
    const struct delta *delta);
/*
 * What must be run so that all that is touched is: of each unit the rows (EXACT:
 * no others, for tests; else with those that stand near), and the instructions
 * that their results and what other units fetch need.
 */
struct run_part *touch_part(struct arena *arena, const struct program *program,
    const struct graph *graph, const struct touched *touched, bool exact);

/* Of EMIT or REST: the cells of a subject, and the number of its rule. */
unsigned touch_cells(const struct program *program, const struct instruction *in,
    uint32_t *rule, int *rest);
/* Fills ROOTS as above; false: the cells of a subject do not tell its row, or
 * are texts, which have numbers of their own in each graph. */
bool touch_roots(const struct program *program, const struct program_unit *unit, size_t at,
    int8_t roots[2]);
static inline bool touch_is_result(const struct instruction *in)
{
	return in->op == OPCODE_EMIT || in->op == OPCODE_REST;
}

#endif
