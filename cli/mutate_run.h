/* SPDX-License-Identifier: Apache-2.0 */
/* mutate_run - mutants tried in parallel, and what became of each. */
#ifndef SCARP_CLI_MUTATE_RUN_H
#define SCARP_CLI_MUTATE_RUN_H

#include "cli/session.h"
#include "compiler/mutate.h"

/* What became of a mutant. */
enum mutant_state {
	MUTANT_LEFT_OUT,		/* by --only */
	MUTANT_NOTICED,			/* a test failed */
	MUTANT_SURVIVES,
	MUTANT_REFUSED,			/* it does not compile */
	MUTANT_EQUIVALENT,		/* survives, and is listed with the reason */
	MUTANT_STATES
};

struct mutate_run {
	struct session *session;
	const struct tree *tree;	/* of the pack as it is */
	struct inventory_options options;
	struct mutations mutations;
	uint8_t *states;		/* by mutation: enum mutant_state */
	unsigned jobs;
};

/* Tries every mutant that is not left out.  Answers STATUS_CLEAN, or how the
 * command ends, after a message. */
int mutate_run(struct mutate_run *run);

/* The lines that a mutation changes, each as one line: before and after.
 * AFTER is empty when nothing is left of them. */
void mutate_lines(const struct mutate_run *run, const struct mutation *mutation,
    struct str *before, struct str *after);

/* Marks survivors that the pack lists as equivalent; what the list says in
 * vain is an error.  PARTIAL: not all mutants were tried. */
void mutate_equivalent(struct mutate_run *run, struct str pack, bool partial);

/* The report, and whether the score is at least PERCENT. */
void mutate_report(const struct mutate_run *run, bool json, struct text *out);
bool mutate_suffices(const struct mutate_run *run, unsigned percent);

#endif
