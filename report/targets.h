/* SPDX-License-Identifier: Apache-2.0 */
/* targets - the results of a report by the host, site, ... that they are about. */
#ifndef SCARP_REPORT_TARGETS_H
#define SCARP_REPORT_TARGETS_H

#include "report/report.h"

struct target {
	struct str kind, name;		/* empty: the inventory as a whole */
	const struct report_result **results;	/* in the order of the report */
	size_t count;
};

struct targets { VEC(struct target) items; };	/* by name and kind */

/* In ARENA; the inventory, where it has results, is the first.  The report
 * holds all of its results then. */
struct targets targets_of(struct arena *arena, const struct report *report);
/* The same without the results. */
struct targets targets_names(struct arena *arena, const struct report *report);

#endif
