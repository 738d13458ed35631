/* SPDX-License-Identifier: Apache-2.0 */
/*
 * delta - what of one graph is not in another of the same schema, as far as a
 * verdict can tell: where facts stand, who says them and how they are spelt
 * makes no difference.
 *
 * Entities of both are the same when kind, owner and key are, byte for byte.
 */
#ifndef SCARP_VM_DELTA_H
#define SCARP_VM_DELTA_H

#include "vm/graph.h"

/* Planes are over the entities of NOW; NULL: none. */
struct delta {
	const struct graph *former, *now;
	bool same_entities;	/* under the same numbers */
	entity_id *numbers;	/* per former entity: its number now, or ENTITY_NONE */
	entity_id *formers;	/* per entity: its former number, or ENTITY_NONE */
	uint64_t *fresh;	/* that were not there */
	uint64_t *existence;	/* these, and those that may exist where others surely did */
	bool *extents;		/* per kind: an entity came, went or exists otherwise, or it
				 * is closed where it was open */
	uint64_t **rows;	/* per attribute: whose facts differ; all fresh ones do */
	uint64_t entities, facts;	/* that differ; gone ones too */
};

/* In ARENA, as the two graphs are used.  NULL when their entities cannot be
 * put side by side: then everything may differ. */
struct delta *delta_find(struct arena *arena, const struct graph *former,
    const struct graph *now);
/* Nothing that a verdict rests on differs. */
bool delta_is_empty(const struct delta *delta);

#endif
