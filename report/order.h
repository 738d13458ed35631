/* SPDX-License-Identifier: Apache-2.0 */
/*
 * order - the results of a report by the host, site, ... that they are about.
 *
 * Results are not held for it: what each is made of is packed into some ten
 * bytes, eight more say where, and while they are sorted another four.
 */
#ifndef SCARP_REPORT_ORDER_H
#define SCARP_REPORT_ORDER_H

#include "report/results.h"

/* Its results, one behind the other: those that are not waived, then those
 * that are; each in the order of the report. */
struct order_target {
	struct str kind, name;		/* empty: the inventory as a whole */
	uint64_t count, waived;		/* not waived; waived */
	uint64_t pass, not_applicable;	/* of those that are not waived */
};

struct report_order {
	VEC(struct order_target) targets;	/* by name and kind */
	uint64_t *places;		/* in `held` of the report, or in bytes */
	size_t count;
	VEC(uint8_t) bytes;
};

/* In ARENA.  The inventory, where it has results, is the first. */
struct report_order *report_order_new(struct arena *arena, const struct report *report);
/* What the result at a place in bytes is made of, but for its waiver. */
void order_unpack(const struct report_order *order, uint64_t place,
    struct report_entry *entry);

#endif
