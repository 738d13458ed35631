/* SPDX-License-Identifier: Apache-2.0 */
/* targets - the hosts, sites, ... that the results of a report are about. */
#ifndef SCARP_REPORT_TARGETS_H
#define SCARP_REPORT_TARGETS_H

#include "report/report.h"

struct target {
	struct str kind, name;		/* empty: the inventory as a whole */
};

struct targets { VEC(struct target) items; };	/* by name and kind */

/* In ARENA; the inventory, where it has results, is the first. */
struct targets targets_names(struct arena *arena, const struct report *report);

#endif
