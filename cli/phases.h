/* SPDX-License-Identifier: Apache-2.0 */
/* phases - what the parts of a run took, for --timings. */
#ifndef SCARP_CLI_PHASES_H
#define SCARP_CLI_PHASES_H

#include "cli/session.h"

#define PHASES(PHASE) \
	PHASE(START, "start of the program") PHASE(PACKS, "packs") \
	PHASE(INVENTORY, "inventory") PHASE(RULES, "rules") PHASE(REPORT, "report")
enum phase {
#define PHASE(name, words) PHASE_##name,
	PHASES(PHASE)
#undef PHASE
	PHASE_COUNT
};

/* Starts to measure where --timings is given; else the other two do nothing. */
void phases_start(struct session *session);
/* What passed since the one before ended was for PHASE. */
void phase_end(struct session *session, enum phase phase);
/* A line for each on standard error: milliseconds, and megabytes that regions
 * held when it ended. */
void phases_print(struct session *session);

#endif
