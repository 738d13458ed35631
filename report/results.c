/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Walks.  Results are made a window at a time, from the outcomes that come in
 * order; what a window needed goes when the next one is made.  So memory does
 * not grow with their number.
 *
 * What an evaluator remembers grows with the entities it was asked about: one
 * that has become large is left for a new one.
 */
#include "report/results.h"

#include <assert.h>

#include "explain/evidence.h"
#include "explain/proof.h"

#define WINDOW 512
#define HELD_MOST 32768
#define EVALUATOR_MOST (64u << 20)

struct report_stream {
	struct report *report;
	size_t window, held_most;
	struct arena *moment;		/* report->arena of one result */
	struct arena *made;		/* of a window */
	struct arena *order;		/* of the outcomes of a rule */
	struct arena *thought;		/* of the evaluator */
	struct arena_mark moment_start, made_start, order_start;
	struct evaluator *evaluator;
	struct report_result **results;	/* of the window */
	size_t count;
	bool is_walked;
};

static void free_region(void *place)
{
	arena_free(*(struct arena **)place);
}

/* Ends with its owner; registered first, as making it may raise. */
static struct arena *region(struct arena *owner, struct arena **place)
{
	arena_defer(owner, free_region, place);
	return *place = arena_new();
}

struct report_stream *report_stream_new(struct report *report, uint32_t batch)
{
	struct report_stream *s = ARENA_NEW(report->kept, struct report_stream);

	s->report = report;
	s->window = batch ? batch : WINDOW;
	s->held_most = batch ? batch : HELD_MOST;
	s->moment_start = arena_here(region(report->kept, &s->moment));
	s->made_start = arena_here(region(report->kept, &s->made));
	s->order_start = arena_here(region(report->kept, &s->order));
	region(report->kept, &s->thought);
	s->results = ARENA_ARRAY(report->kept, struct report_result *, s->window);
	return s;
}

static struct evaluator *evaluator_of(struct report_stream *s)
{
	if (!s->evaluator)
		s->evaluator = evaluator_new(s->thought, s->report->tree,
		    s->report->graph);
	return s->evaluator;
}

struct evaluator *report_evaluator(const struct report *report)
{
	return evaluator_of(report->stream);
}

static void forget(struct report_stream *s)
{
	if (arena_used(s->thought) < EVALUATOR_MOST)
		return;
	s->evaluator = NULL;
	arena_free(s->thought);
	s->thought = NULL;
	s->thought = arena_new();
}

/* --- what a result may be asked for ---------------------------------------- */

struct str report_outcome_evidence(const struct report *report, struct arena *arena,
    const struct outcome *outcome)
{
	return evaluate_evidence(evaluator_of(report->stream), arena, outcome);
}

static bool has_evidence(const struct report_result *result)
{
	return result->outcome && (result->verdict == VERDICT_FAIL ||
	    result->verdict == VERDICT_UNKNOWN);
}

struct str report_evidence(const struct report *report,
    const struct report_result *result)
{
	if (!has_evidence(result))
		return STR("");
	if (result->evidence->length == 0)
		*result->evidence = report_outcome_evidence(report,
		    report->held ? report->kept : report->arena, result->outcome);
	return *result->evidence;
}

const struct proof *report_proof(const struct report *report,
    const struct report_result *result)
{
	if (result->proof || !result->outcome)
		return result->proof;
	return proof_of(evaluator_of(report->stream), report->arena,
	    result->outcome, false);
}

/* --- which results ---------------------------------------------------------- */

uint64_t report_count(const struct report *report, const struct report_rule *rule,
    struct report_filter filter)
{
	unsigned verdicts = filter.verdicts & report->kept_verdicts;
	uint64_t count = 0, waived = verdicts >> VERDICT_FAIL & 1 ? rule->waived : 0;

	if (filter.waived == REPORT_WAIVED_ONLY)
		return waived;
	for (unsigned v = 0; v < VERDICT_COUNT; v++)
		if (verdicts >> v & 1)
			count += rule->tally.verdicts[v];
	count += rule->tally.failed && verdicts >> VERDICT_ERROR & 1;
	return filter.waived == REPORT_WAIVED_NOT ? count - waived : count;
}

static uint64_t count_all(const struct report *report, struct report_filter filter)
{
	uint64_t count = 0;

	for (size_t r = 0; r < report->rules.count; r++)
		count += report_count(report, &report->rules.items[r], filter);
	return count;
}

static const struct waiver *waiver_of(const struct report_cursor *c,
    const struct outcome *outcome)
{
	return c->report->waiving ? waivers_find(c->report->waiving, c->report, outcome) :
	    NULL;
}

static bool is_waived_as_wanted(const struct report_cursor *c, bool waived)
{
	return c->filter.waived == REPORT_WAIVED_TOO ||
	    waived == (c->filter.waived == REPORT_WAIVED_ONLY);
}

/* The next outcome of the rule; false: there is none left. */
static bool next_outcome(struct report_cursor *c, struct outcome *outcome)
{
	struct report_stream *s = c->report->stream;

	if (!c->is_open) {
		arena_rollback(s->order, s->order_start);
		outcomes_start(c->report->outcomes, c->report->rules.items[c->rule].number,
		    c->filter.verdicts & c->report->kept_verdicts, s->order, &c->outcomes);
		c->is_open = true;
	}
	return outcomes_next(&c->outcomes, outcome);
}

static struct report_result *make(struct report_cursor *c, struct arena *arena,
    const struct outcome *outcome)
{
	struct evaluator *evaluator = evaluator_of(c->report->stream);
	struct report_result *to = result_new(c->report, arena, evaluator, outcome,
	    c->rule, c->filter.bare);

	if (c->filter.evidence && has_evidence(to))
		*to->evidence = evaluate_evidence(evaluator, arena, to->outcome);
	if (c->filter.proof)
		to->proof = proof_of(evaluator, arena, to->outcome, false);
	return to;
}

/* The next result of the walk, in ARENA; NULL at its end. */
static struct report_result *next_made(struct report_cursor *c, struct arena *arena)
{
	struct outcome outcome;

	for (; c->rule < c->end; c->rule++, c->is_open = false) {
		bool failed = c->report->rules.items[c->rule].tally.failed;

		if (failed && !c->is_open && c->filter.verdicts >> VERDICT_ERROR & 1 &&
		    is_waived_as_wanted(c, false)) {
			c->is_open = true;
			return result_new_error(c->report, arena, c->rule);
		}
		while (!failed && next_outcome(c, &outcome)) {
			const struct waiver *waiver = waiver_of(c, &outcome);
			struct report_result *made;

			if (!is_waived_as_wanted(c, waiver != NULL))
				continue;
			made = make(c, arena, &outcome);
			made->waived = waiver;
			return made;
		}
	}
	return NULL;
}

/* --- holding ---------------------------------------------------------------- */

static struct report_cursor start(const struct report *report, struct report_filter filter,
    size_t rule, size_t end)
{
	return (struct report_cursor){ .report = report->stream->report,
		.filter = filter, .arena = report->arena, .rule = rule, .end = end };
}

void report_hold(const struct report *of)
{
	struct report *report = of->stream->report;
	struct report_filter filter = REPORT_EVERY;
	struct report_cursor c = start(report, filter, 0, report->rules.count);
	size_t count = count_all(report, filter);
	struct report_result *held, *made;

	if (report->held)
		return;
	held = ARENA_ARRAY(report->kept, struct report_result, count);
	while ((made = next_made(&c, report->kept))) {
		struct report_rule *rule = &report->rules.items[made->rule];

		assert(report->held_count < count);
		if (rule->count++ == 0)
			rule->first = report->held_count;
		held[report->held_count++] = *made;
	}
	report->held = held;
}

static void hold_few(const struct report *report)
{
	if (!report->held && count_all(report, REPORT_EVERY) <= report->stream->held_most)
		report_hold(report);
}

/* --- walking ---------------------------------------------------------------- */

static const struct report_result *next_held(struct report_cursor *c)
{
	const struct report *report = c->report;

	for (; c->rule < c->end; c->rule++, c->next = 0)
		while (c->next < report->rules.items[c->rule].count) {
			const struct report_result *result = &report->held[
			    report->rules.items[c->rule].first + c->next++];

			if (c->filter.verdicts >> result->verdict & 1 &&
			    is_waived_as_wanted(c, result->waived != NULL))
				return result;
		}
	return NULL;
}

static const struct report_result *next_in_window(struct report_cursor *c)
{
	struct report_stream *s = c->report->stream;

	if (c->next == s->count) {
		arena_rollback(s->made, s->made_start);
		forget(s);
		s->count = c->next = 0;
		while (s->count < s->window &&
		    (s->results[s->count] = next_made(c, s->made)))
			s->count++;
	}
	return c->next < s->count ? s->results[c->next++] : NULL;
}

static struct report_cursor walk(const struct report *report, struct report_filter filter,
    size_t rule, size_t end)
{
	struct report_stream *s = report->stream;

	assert(!s->is_walked);
	hold_few(report);
	s->is_walked = true;
	s->count = 0;
	return start(report, filter, rule, end);
}

struct report_cursor report_walk(const struct report *report, struct report_filter filter)
{
	return walk(report, filter, 0, report->rules.count);
}

struct report_cursor report_walk_rule(const struct report *report, size_t rule,
    struct report_filter filter)
{
	return walk(report, filter, rule, rule + 1);
}

const struct report_result *report_next(struct report_cursor *c)
{
	struct report_stream *s = c->report->stream;
	const struct report_result *result;

	arena_rollback(s->moment, s->moment_start);
	result = c->report->held ? next_held(c) : next_in_window(c);
	c->report->arena = result ? s->moment : c->arena;
	s->is_walked = result != NULL;
	return result;
}
