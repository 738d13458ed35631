/* SPDX-License-Identifier: Apache-2.0 */
/*
 * kept - the verdicts of a run with all that is needed so that a run over a
 * changed graph need not begin anew.
 */
#ifndef SCARP_VM_KEPT_H
#define SCARP_VM_KEPT_H

#include "vm/delta.h"
#include "vm/outcomes.h"
#include "vm/run.h"

/* What one EMIT or REST came to, in the order of root rows. */
struct kept_stream {
	uint32_t rule;
	int8_t rest;			/* binder of rest subjects, or -1 */
	uint8_t cells;			/* of a subject */
	uint8_t width;			/* of a cell: 4 or 8; 0: subjects are all root entities */
	uint64_t count;			/* subjects; at width 0 rows */
	uint64_t *bits[OUTCOME_BITS];	/* at width 0: codes of rows, as planes */
	void *values;			/* else: cells of one subject after the other, */
	uint8_t *codes;			/* and a code each */
};

struct kept {
	bool sound;			/* no rule is in error: others may build on it */
	struct kept_stream *streams;	/* per instruction: of EMIT and REST */
	uint64_t *spent;		/* per instruction: at least what it counts for `rows` */
};

struct kept_figures {
	bool whole;			/* everything was evaluated */
	uint64_t rows, all_rows;	/* of root frames that are not of pairs */
	uint64_t instructions, all_instructions;
};

/* A whole run, as run_keep does it. */
struct kept *kept_run(struct arena *arena, const struct program *program,
    const struct graph *graph, const struct run_options *options, struct tally *tallies);
/*
 * The same over GRAPH, by what FORMER came to over DELTA->former; DELTA->now is
 * GRAPH, or DELTA is NULL: nothing is known of the change.  FORMER must be of the same
 * program and the same limits.  EXACT: no more rows than are touched, for
 * tests.  The result shares nothing with FORMER but lives in ARENA.
 */
struct kept *kept_since(struct arena *arena, const struct program *program,
    const struct run_options *options, const struct kept *former,
    const struct delta *delta, const struct graph *graph, bool exact,
    struct tally *tallies, struct kept_figures *figures);
/* Gives OUTCOMES those that it wants; they share memory with KEPT. */
void kept_tell(const struct program *program, const struct kept *kept,
    const struct graph *graph, struct outcomes *outcomes);
/*
 * Tells BEFORE the former subjects whose verdict is not the same any more, and
 * AFTER those of now; some that are the same may be among them.  DELTA is from
 * one to the other.
 */
void kept_differ(const struct program *program, const struct delta *delta,
    const struct kept *former, const struct kept *now, struct outcomes *before,
    struct outcomes *after);
/* As words, for a snapshot, in ARENA.  KEPT must be sound. */
uint64_t *kept_write(struct arena *arena, const struct program *program,
    const struct kept *kept, size_t *count);
/* What was written of the same program and of GRAPH; NULL: it is not.  Every
 * subject exists and every code is one; whether they are true, nobody can tell. */
struct kept *kept_read(struct arena *arena, const struct program *program,
    const struct graph *graph, const uint64_t *words, size_t count);
/* How the stream of a result looks before anything is in it. */
struct kept_stream kept_stream_of(const struct program *program, size_t at);

#endif
