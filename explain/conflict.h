/* SPDX-License-Identifier: Apache-2.0 */
/* conflict - what each source says of a fact on which sources disagree. */
#ifndef SCARP_EXPLAIN_CONFLICT_H
#define SCARP_EXPLAIN_CONFLICT_H

#include "explain/evaluate.h"

/* Of a single value: it, or "none".  Of an element of a list: "KEY" where the
 * source has it and "not KEY" where its list is without it. */
struct voice {
	struct str value;
	struct origin origin;
};

/* Of a MISSING_CONFLICT, told from either side of a link; in the order of files
 * and positions, each once.  *VOICES is in ARENA.  0 of any other fact. */
size_t conflict_voices(struct evaluator *ev, struct arena *arena,
    const struct missing *missing, struct voice **voices);

/* The first in the graph's order that speaks of a disputed value; NULL: nobody. */
const struct dispute *conflict_first(struct evaluator *ev, uint16_t attribute,
    entity_id entity);

#endif
