/* SPDX-License-Identifier: Apache-2.0 */
/* walks - the paths that a proof rests on: chains of its steps. */
#ifndef SCARP_REPORT_WALKS_H
#define SCARP_REPORT_WALKS_H

#include "explain/proof.h"

/* Steps that are true, or may be, each from where the one before it came to. */
struct walk_chain {
	struct proof_node *const *steps;
	size_t count;		/* at least 1 */
};
struct walk_chains { VEC(struct walk_chain) items; };

/* In the order of the proof; lives as long as it.  POSSIBLE: with steps that
 * are unknown. */
struct walk_chains walks_of(struct arena *arena, const struct proof *proof,
    bool possible);

#endif
