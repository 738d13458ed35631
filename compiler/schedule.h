/* SPDX-License-Identifier: Apache-2.0 */
/*
 * schedule - the plan in units: what is computed together, and in what order.
 *
 * A sink is why a unit exists: a store that somebody fetches, or a rule.  A
 * unit is the sinks of one root frame and level, with all nodes they need;
 * its level is one more than that of any store it reads.  A node that two
 * units need is computed in both where it is cheap, else it becomes a store.
 */
#ifndef SCARP_COMPILER_SCHEDULE_H
#define SCARP_COMPILER_SCHEDULE_H

#include "compiler/plan.h"

/* Registers of a unit at most: what an operand can name. */
#define UNIT_REGISTERS 0x7ff0u

struct schedule_unit {
	uint32_t frame;			/* root */
	uint32_t level;
	uint16_t component;		/* repeated until nothing changes; else SCHEMA_NONE */
	VEC(uint32_t) stores;		/* sinks, by node */
	VEC(uint32_t) rules;		/* sinks */
};

struct schedule {
	const struct plan *plan;
	VEC(struct schedule_unit) units;	/* in the order in which they run */
	uint32_t *store_unit;		/* by store of the plan: PLAN_NONE: nobody needs it */
	uint32_t *store_of;		/* by node: the store that keeps it, or PLAN_NONE */
	uint32_t *visited;		/* by node: the last walk that met it */
	uint32_t walks;
};

/* NULL, once reported, when a single rule needs more registers than a unit has. */
struct schedule *schedule_plan(struct arena *arena, struct plan *plan);
/* The store that UNIT reads in place of computing NODE, or PLAN_NONE. */
uint32_t schedule_fetches(const struct schedule *schedule, uint32_t unit,
    uint32_t node);
/* The nodes that the sinks of UNIT need there, ascending. */
typedef VEC(uint32_t) node_list;
void schedule_nodes(struct arena *arena, struct schedule *schedule,
    uint32_t unit, node_list *nodes);

#endif
