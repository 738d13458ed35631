/* SPDX-License-Identifier: Apache-2.0 */
/*
 * generation - the states that `watch` goes through: rules, and an inventory
 * with its verdicts.
 *
 * Each has a region of its own and ends when the next one has taken its place.
 */
#ifndef SCARP_CLI_GENERATION_H
#define SCARP_CLI_GENERATION_H

#include "cli/session.h"
#include "report/diff.h"
#include "vm/kept.h"

/* Packs as they were when they were read. */
struct ruleset {
	struct session session;		/* with a region, sources and diagnostics of its own */
	struct session_inputs inputs;
	struct session_pack pack;
};

struct generation {
	struct session session;		/* the same; its sources begin with the rules' */
	const struct ruleset *rules;
	struct graph *graph;
	struct inventory_notes notes;
	struct kept *kept;
	struct tally *tallies;
	struct delta *delta;		/* since the one before, or NULL */
	struct kept_figures figures;
};

/* NULL after diagnostics; its region is gone then. */
struct ruleset *ruleset_read(struct session *session);
void ruleset_end(struct ruleset *rules);
/*
 * Reads the inventory and evaluates what differs from FORMER (may be NULL, or
 * of other rules: everything).  NULL after diagnostics; FORMER stays as it is.
 */
struct generation *generation_read(struct session *session, const struct ruleset *rules,
    const struct generation *former);
void generation_end(struct generation *generation);
/* The report of its verdicts, in ARENA. */
struct report *generation_report(const struct generation *generation, struct arena *arena);
/* What became of findings from one to the other, in ARENA, and *REPORT, which
 * counts all that is NOW but may list only what changed; of verdicts that
 * stayed what they were nothing is said, though other facts may lead to them. */
struct diff *generation_diff(struct arena *arena, const struct generation *former,
    const struct generation *now, struct report **report);

#endif
