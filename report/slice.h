/* SPDX-License-Identifier: Apache-2.0 */
/* slice - a part of an inventory, drawn: what is linked to what. */
#ifndef SCARP_REPORT_SLICE_H
#define SCARP_REPORT_SLICE_H

#include "report/drawing.h"
#include "vm/graph.h"

struct slice_choice {
	/* Only these links; none: all that are stored. */
	VEC(uint16_t) attributes;
	/* Only what is at most STEPS links from one of these, either way; none:
	 * everything. */
	VEC(entity_id) around;
	uint32_t steps;
};

/*
 * Nodes in the order of the entities, by kind and key; edges by their source,
 * link and target.  Of a link and its inverse one is drawn.  What the chosen
 * links leave open is said in the node.
 */
struct drawing slice_draw(struct arena *arena, const struct graph *graph,
    const struct slice_choice *choice);

/* Which of a link and its inverse is drawn: the one that files state. */
uint16_t slice_drawn_as(const struct schema *schema, uint16_t attribute);

#endif
