/* SPDX-License-Identifier: Apache-2.0 */
/*
 * outcomes - the verdicts of a run, kept by rule.
 *
 * Of a rule on the entities of a kind three bits a subject are kept, of any
 * other a byte and its cells.  What is asked for comes rule by rule, in the
 * order of subjects: nothing is collected and sorted for it, but for rules
 * whose subjects have texts, which have no order of their own.
 */
#ifndef SCARP_VM_OUTCOMES_H
#define SCARP_VM_OUTCOMES_H

#include "base/intern.h"
#include "vm/verdict.h"

struct outcomes;

/* What is kept of an outcome: its verdict with the reason. */
enum outcome_code {
	OUTCOME_NOTHING, OUTCOME_FAIL, OUTCOME_PASS, OUTCOME_REQUIRE,
	OUTCOME_WHEN, OUTCOME_NOT_APPLICABLE, OUTCOME_EXCEPTION, OUTCOME_REST
};
#define OUTCOME_BITS 3

/* Subjects one behind the other: some rows of a batch. */
struct outcome_chunk {
	uint32_t count;
	uint8_t width;			/* of a cell: 4 or 8; 0: subject i is FIRST + i */
	int64_t first;
	const uint64_t *bits[OUTCOME_BITS];	/* of width 0: planes of the code */
	const uint8_t *codes;		/* else a code each, */
	const void *cells;		/* and the cells of one subject after another */
};

/*
 * In ARENA.  WANTED is a set of 1 << verdict: others are not kept.  SYMBOLS
 * are those of texts among the cells.
 */
struct outcomes *outcomes_new(struct arena *arena, size_t rules, unsigned wanted,
    const struct symbols *symbols);
unsigned outcomes_wanted(const struct outcomes *outcomes);
struct arena *outcomes_arena(const struct outcomes *outcomes);
/* The binders of RULE whose values are texts, as bits: their subjects are
 * ordered by these. */
void outcomes_order_texts(struct outcomes *outcomes, uint32_t rule, unsigned binders);

/* One that is wanted; those of a rule in any order. */
void outcomes_add(struct outcomes *outcomes, const struct outcome *outcome);
/* Chunks of COUNT cells a subject, of a rest subject with its binder, else -1;
 * those of a rule and binder in the order of their subjects, unless that is
 * not true of one chunk already.  What they point to must live as long. */
void outcomes_add_chunk(struct outcomes *outcomes, uint32_t rule, int rest,
    unsigned count, const struct outcome_chunk *chunk);
/* A rule in error has no outcomes. */
void outcomes_forget(struct outcomes *outcomes, uint32_t rule);

/* Of a rule and a binder of rest subjects, or -1: as they were added. */
const struct outcome_chunk *outcomes_chunks(const struct outcomes *outcomes, uint32_t rule,
    int rest, size_t *count);
enum verdict outcome_code_verdict(enum outcome_code code);
/* Its verdict and reason. */
void outcome_set_code(struct outcome *outcome, enum outcome_code code);

/* --- in order ------------------------------------------------------------- */

/* A place among the chunks of one binder. */
struct outcome_place {
	size_t chunk;
	uint32_t row;
	bool ready, over;
	struct outcome next;
};

struct outcome_cursor {
	const struct outcomes *outcomes;
	uint32_t rule;
	unsigned wanted;
	struct outcome_place places[1 + SUBJECT_BINDERS];
	const struct outcome *sorted;	/* of a rule that has no order of its own */
	size_t sorted_count, sorted_next;
};

/* From the first of RULE whose verdict is in WANTED.  SCRATCH must live as
 * long as the cursor. */
void outcomes_start(const struct outcomes *outcomes, uint32_t rule, unsigned wanted,
    struct arena *scratch, struct outcome_cursor *cursor);
bool outcomes_next(struct outcome_cursor *cursor, struct outcome *outcome);
/* All of them. */
void outcomes_tell(const struct outcomes *outcomes, const struct verdict_sink *sink);

#endif
