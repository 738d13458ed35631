/* SPDX-License-Identifier: Apache-2.0 */
/*
 * frontier - which truths of a recursive component rest on which.
 *
 * What a row of a unit looks up in the stores of its component is the same
 * whenever it is run: places are entities, and no truth that rises makes an
 * entity.  So it is written down once, as links from a row that is looked up to
 * the row that rests on it, and when a truth rises only who rests on it is
 * looked at again.
 */
#ifndef SCARP_VM_FRONTIER_H
#define SCARP_VM_FRONTIER_H

#include "vm/machine.h"

/* Of the units from FIRST up to END, which are a component; in the memory of
 * the run.  NULL: there is no memory for it. */
struct frontier *frontier_new(struct machine *m, size_t first, size_t end);
/* Is it for such units at all? */
bool frontier_fits(const struct frontier *f);
/* Nothing is written down. */
void frontier_reset(struct frontier *f);
/* Writes down what the rows of the batch that was run (all of whose registers
 * are still there) rest on.  It may be lost afterwards. */
void frontier_record(struct machine *m, struct frontier *f);
/* Truths of the component rise until none does, from what its stores hold now:
 * of each row that may still change every link must have been written down.
 * False: it was lost, or something is poisoned, and stores hold what is between
 * that and the end. */
bool frontier_spread(struct machine *m, struct frontier *f);
/* Rows that root->rows lists have these values by now: those that rose are
 * looked at. */
void frontier_store(struct machine *m, uint32_t store, struct truths a,
    const struct frame *root);

#endif
