/* SPDX-License-Identifier: Apache-2.0 */
/*
 * components - which declarations depend on each other, and in which order
 * all can be made (Tarjan 1972, "Depth-first search and linear graph
 * algorithms"; here without recursion).
 */
#ifndef SCARP_COMPILER_COMPONENTS_H
#define SCARP_COMPILER_COMPONENTS_H

#include "base/source.h"
#include "base/vec.h"

struct dependency {
	uint32_t to;
	bool negative;
	struct span span;		/* where it is written */
};

struct dependent {
	struct str name;
	struct span span;
	VEC(struct dependency) out;
	uint32_t component;		/* lower ones depend on no higher ones */
};

/* Numbers the components; answers how many there are. */
uint32_t components_number(struct arena *arena, struct dependent *nodes,
    uint32_t count);
/* Does FROM depend on TO in its own component by AT? */
bool components_is_inner(const struct dependent *nodes, uint32_t from,
    const struct dependency *at);
/* "a -> b -> a": a shortest cycle that begins with the dependency AT of FROM. */
struct str components_cycle(struct arena *arena,
    const struct dependent *nodes, uint32_t count, uint32_t from,
    const struct dependency *at);

#endif
