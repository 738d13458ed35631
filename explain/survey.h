/* SPDX-License-Identifier: Apache-2.0 */
/* survey - a run's gaps while they are being found: gaps.c and gaps_plan.c. */
#ifndef SCARP_EXPLAIN_SURVEY_H
#define SCARP_EXPLAIN_SURVEY_H

#include "explain/evaluator.h"
#include "explain/gaps.h"

/* A way to decide an outcome: these facts.  Vague: no values were found that
 * do, so nothing is planned by it. */
struct way { uint32_t first, count; bool vague; };	/* in members */
struct undecided {
	uint32_t rule;
	uint32_t first, count;		/* of its ways */
	bool done;
};

struct survey {
	struct arena *arena;
	struct evaluator *ev;
	const struct tree *tree;
	const struct graph *graph;
	struct gaps *gaps;
	struct map *places;		/* of facts */
	struct map *jobs;		/* by action and attribute or kind */
	VEC(uint32_t) members;		/* facts of ways */
	VEC(struct way) ways;
	VEC(struct undecided) open;
	bool *stated;			/* per attribute */
};

/* Gives jobs their steps: each time the one that decides most of what is left
 * undecided. */
void survey_plan(struct survey *survey);
int survey_compare_jobs(const struct gap_job *a, const struct gap_job *b);

#endif
