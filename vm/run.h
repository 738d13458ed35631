/* SPDX-License-Identifier: Apache-2.0 */
/* run - a verified program over a graph. */
#ifndef SCARP_VM_RUN_H
#define SCARP_VM_RUN_H

#include "base/crew.h"
#include "vm/graph.h"
#include "vm/outcomes.h"
#include "vm/program.h"
#include "vm/verdict.h"

struct run_timing { uint64_t nanoseconds, rows; };

/* A part of a run: of the units that run, some rows of their root frame (of
 * recursive ones all, of pairs on demand those that are asked for), ascending
 * and apart; of their instructions those that are not skipped. */
struct run_rows { uint64_t low, end; };
struct run_piece {
	bool runs;
	VEC(struct run_rows) rows;
};
struct run_part {
	bool *skip;			/* per instruction */
	struct run_piece *pieces;	/* per unit */
};

struct run_options {
	uint32_t batch;		/* rows of a root frame at a time; 0: chosen */
	uint32_t children;	/* rows of a child frame above which a batch is halved; 0: chosen */
	uint32_t rounds;	/* over all rows of a component before it is written down what
				 * rests on what; 0: chosen */
	/* Per instruction, added to, by a clock that is not ours; or NULL. */
	struct run_timing *timings;
	uint64_t (*clock)(void);	/* nanoseconds, of the thread that asks */
	struct crew *crew;	/* for what threads can share; or NULL */
	const struct run_part *part;	/* NULL: all; by one thread */
	/* Per instruction: rows that it made, as its limit counts them; or NULL. */
	uint64_t *spent;
	bool baseline;		/* for tests: no instructions but those that every processor has,
				 * and paths by components from the first source on */
};

/*
 * Runs every rule.  TALLIES (one per rule, zeroed) are filled; outcomes whose
 * verdict is wanted are kept in OUTCOMES (may be NULL).  A budget that trips
 * (limits ROWS, MEMORY, FIXPOINT) marks the rules that depend on it as failed,
 * and no outcome of theirs is kept; the others still answer.  The program must
 * be verified, and GRAPH be one of its schema.  OPTIONS may be NULL.  Texts
 * that rules make are added to the graph's symbols.
 */
void run_keep(struct arena *arena, const struct program *program,
    const struct graph *graph, const struct run_options *options,
    struct tally *tallies, struct outcomes *outcomes);
/* The same; afterwards the outcomes that SINK (may be NULL) wants are told it,
 * by rule and subject. */
void run_program(struct arena *arena, const struct program *program,
    const struct graph *graph, const struct run_options *options,
    struct tally *tallies, const struct verdict_sink *sink);

#endif
