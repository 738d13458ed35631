/* SPDX-License-Identifier: Apache-2.0 */
/*
 * gaps - over a whole run, the facts whose lack leaves verdicts unknown: how
 * many each can decide, in what order to collect them, and which rules no
 * collecting of the kind that was done will ever decide.
 *
 * "Decides" is meant as in struct finding: for some values.  Each outcome has
 * alternatives: every fact that would do alone, or else one smallest set.
 */
#ifndef SCARP_EXPLAIN_GAPS_H
#define SCARP_EXPLAIN_GAPS_H

#include "explain/evaluate.h"

/* One fact that is missing. */
struct gap {
	struct missing missing;		/* named */
	uint64_t alone;			/* verdicts that it decides by itself */
	uint64_t together;		/* with others, none of which can be left out */
	uint32_t others;		/* the fewest of those others */
	uint32_t job;			/* index into jobs */
	bool planned;			/* its job decides something by it */
	VEC(uint32_t) rules;		/* ascending */
};

/* ACTION(name, word): what there is to do. */
#define GAP_ACTIONS(ACTION) \
	ACTION(COLLECT, "collect")	/* values, or lists in full */ \
	ACTION(SETTLE, "settle")	/* what sources disagree on */ \
	ACTION(CONFIRM, "confirm")	/* links or entities that are only possible */ \
	ACTION(LIST, "list")		/* every entity of a kind */ \
	ACTION(DATE, "date")		/* the run: --as-of */
enum gap_action {
#define ACTION(name, word) GAP_##name,
	GAP_ACTIONS(ACTION)
#undef ACTION
	GAP_ACTION_COUNT
};
const char *gap_action_text(enum gap_action action);

/* Who states an attribute where it is known. */
struct gap_source { struct str name; uint64_t count; };

/* All facts of one attribute: what one would collect in one go. */
struct gap_job {
	enum gap_action action;
	uint16_t attribute, kind;	/* SCHEMA_NONE: of extents and today */
	uint64_t facts;			/* that are missing; that the plan asks for: */
	uint64_t planned;
	uint64_t alone;			/* verdicts that some of its facts decide alone */
	uint64_t decides, total;	/* new ones at this step; with the steps before */
	uint32_t step;			/* from 1 on; 0: the steps before do without it */
	bool never;			/* nobody states it, of any entity */
	VEC(struct gap_source) sources;	/* most first */
	VEC(uint32_t) rules;		/* with verdicts that are decided at this step */
};

/* A rule all of whose verdicts wait for what nobody ever stated. */
struct gap_rule {
	uint32_t rule;
	uint64_t unknown;
	VEC(uint16_t) attributes;
};

struct gaps {
	uint64_t failed;		/* rules without verdicts: a limit was met */
	uint64_t subjects, unknown;
	uint64_t alone, several;	/* verdicts: one fact does; it takes several */
	uint64_t hopeless, unfound;	/* no fact helps; none was found that does */
	uint64_t limited, unproven;	/* the search met its bound: nothing was found
					 * yet; other or fewer facts may do as well */
	VEC(struct gap) facts;		/* those that decide most first */
	VEC(struct gap_job) jobs;	/* in the order of the plan, then the others */
	VEC(struct gap_rule) never;
};

/* TALLIES and OUTCOMES (sorted here) are those of a run that kept every
 * unknown.  Lives in ARENA. */
struct gaps *gaps_find(struct arena *arena, struct evaluator *evaluator,
    const struct tree *tree, const struct graph *graph,
    const struct tally *tallies, struct outcome *outcomes, size_t count);

#endif
