/* SPDX-License-Identifier: Apache-2.0 */
/* In what order to collect: greedily, the job that decides most comes next. */
#include "explain/survey.h"

#include <assert.h>

/* The jobs of a way that are not done yet: how many, and the last of them. */
static uint32_t jobs_left(const struct survey *s, const struct way *way,
    const bool *done, uint32_t *last)
{
	uint32_t left = 0;

	for (uint32_t i = 0; i < way->count; i++) {
		uint32_t job = s->gaps->facts.items[
		    s->members.items[way->first + i]].job;

		if (done[job] || (left > 0 && job == *last))
			continue;
		*last = job;
		left++;
	}
	return left;
}

struct planner {
	struct survey *s;
	bool *done;
	uint64_t *gains;
	uint32_t *seen;		/* by job: the outcome that counted it last, + 1 */
	uint32_t steps;
	uint64_t total;
};

/* What each job alone would decide now.  Where none would, the ways that take
 * the fewest count for the first of their jobs. */
static uint32_t count_gains(struct planner *p, uint32_t most)
{
	struct survey *s = p->s;
	uint32_t fewest = UINT32_MAX;

	memset(p->gains, 0, s->gaps->jobs.count * sizeof(*p->gains));
	memset(p->seen, 0, s->gaps->jobs.count * sizeof(*p->seen));
	for (uint32_t o = 0; o < s->open.count; o++) {
		const struct undecided *u = &s->open.items[o];

		for (uint32_t w = 0; !u->done && w < u->count; w++) {
			const struct way *way = &s->ways.items[u->first + w];
			uint32_t job = 0, left;

			if (way->vague)
				continue;
			left = jobs_left(s, way, p->done, &job);
			assert(left > 0);	/* else it were done */
			if (left < fewest)
				fewest = left;
			if (left > most || p->seen[job] == o + 1)
				continue;
			p->seen[job] = o + 1;
			p->gains[job]++;
		}
	}
	return fewest;
}

int survey_compare_jobs(const struct gap_job *a, const struct gap_job *b)
{
	if (a->action != b->action)
		return a->action < b->action ? -1 : 1;
	if (a->kind != b->kind)
		return a->kind < b->kind ? -1 : 1;
	return (a->attribute > b->attribute) - (a->attribute < b->attribute);
}

/* Of equal gain the first by what it is. */
static uint32_t best_job(const struct planner *p)
{
	const struct gap_job *jobs = p->s->gaps->jobs.items;
	uint32_t best = UINT32_MAX;

	for (uint32_t j = 0; j < p->s->gaps->jobs.count; j++) {
		if (p->gains[j] > 0 && (best == UINT32_MAX ||
		    p->gains[j] > p->gains[best] ||
		    (p->gains[j] == p->gains[best] &&
		    survey_compare_jobs(&jobs[j], &jobs[best]) < 0)))
			best = j;
	}
	return best;
}

static void plan_way(struct planner *p, const struct way *way)
{
	struct survey *s = p->s;

	for (uint32_t i = 0; i < way->count; i++) {
		struct gap *gap = &s->gaps->facts.items[
		    s->members.items[way->first + i]];

		s->gaps->jobs.items[gap->job].planned += !gap->planned;
		gap->planned = true;
	}
}

static void do_job(struct planner *p, uint32_t j)
{
	struct survey *s = p->s;
	struct gap_job *job = &s->gaps->jobs.items[j];
	uint32_t last;

	p->done[j] = true;
	job->step = ++p->steps;
	for (size_t o = 0; o < s->open.count; o++) {
		struct undecided *u = &s->open.items[o];

		for (uint32_t w = 0; !u->done && w < u->count; w++) {
			const struct way *way = &s->ways.items[u->first + w];

			if (way->vague || jobs_left(s, way, p->done, &last) > 0)
				continue;
			u->done = true;
			plan_way(p, way);
			job->decides++;
			if (job->rules.count == 0 ||
			    *VEC_LAST(&job->rules) != u->rule)
				*VEC_PUSH(s->arena, &job->rules) = u->rule;
		}
	}
	p->total += job->decides;
	job->total = p->total;
}

void survey_plan(struct survey *s)
{
	size_t count = s->gaps->jobs.count;
	struct planner p = { .s = s, .done = ARENA_ARRAY(s->arena, bool, count),
		.gains = ARENA_ARRAY(s->arena, uint64_t, count),
		.seen = ARENA_ARRAY(s->arena, uint32_t, count) };
	uint32_t fewest = 1;

	while (fewest != UINT32_MAX) {
		fewest = count_gains(&p, 1);
		if (fewest != 1 && fewest != UINT32_MAX)
			count_gains(&p, fewest);
		if (fewest != UINT32_MAX)
			do_job(&p, best_job(&p));
	}
}
