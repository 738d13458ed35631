/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Walks.  Results are made a window at a time, from the outcomes that come in
 * order, by all members of a crew; what a window needed goes when the next but
 * one is made.  While a form writes one window the others of the crew make the
 * next.  So memory does not grow with the number of results.
 *
 * Each member has an evaluator of its own.  What that remembers grows with the
 * entities it was asked about: one that has become large is left for a new
 * one.  What it interns it keeps for itself, so that no member sees what
 * another one did.
 */
#include "report/results.h"

#include <assert.h>
#include <stdatomic.h>

#include "explain/evidence.h"
#include "explain/proof.h"
#include "report/order.h"

#define WINDOW 1024
#define WINDOWS 2
#define SHARE 16			/* results that a member takes at a time */
#define FEW 64				/* so many are made before a thread begins */
#define HELD_MOST 32768
#define EVALUATOR_MOST (32u << 20)

struct thinker {
	struct arena *thought, *former;	/* of its evaluator, and of the last one */
	struct arena *kept;		/* of results that are held */
	struct evaluator *evaluator;	/* NULL: not made yet */
};

struct window {
	struct report_entry *entries;
	size_t count;
	_Atomic size_t next;		/* to be made */
	struct report_filter filter;
	struct arena **made;		/* by member: what it goes to, */
	struct arena **own;		/* mostly of the window */
	struct arena_mark *starts;
};

struct report_stream {
	struct report *report;
	struct crew *crew;
	unsigned members;
	size_t size, held_most;		/* of windows; of reports that are held */
	struct arena *moment;		/* report->arena of one result */
	struct arena *order;		/* of the outcomes of a rule */
	struct arena_mark moment_start, order_start;
	struct thinker *thinkers;	/* by member */
	struct window windows[WINDOWS];
	unsigned shown;			/* the window that is walked */
	bool is_making, is_walked;
};

/* --- making ----------------------------------------------------------------- */

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

static void stop_making(void *item)
{
	struct report_stream *s = item;

	if (s->crew)
		crew_wait(s->crew);
}

static void init_window(struct report_stream *s, struct window *w)
{
	struct arena *kept = s->report->kept;

	/* Each is filled before it is looked at. */
	w->entries = arena_alloc_raw(kept, s->size * sizeof(*w->entries));
	w->made = ARENA_ARRAY(kept, struct arena *, s->members);
	w->own = ARENA_ARRAY(kept, struct arena *, s->members);
	w->starts = ARENA_ARRAY(kept, struct arena_mark, s->members);
	for (unsigned m = 0; m < s->members; m++)
		w->starts[m] = arena_here(region(kept, &w->own[m]));
}

struct report_stream *report_stream_new(struct report *report, uint32_t batch,
    struct crew *crew)
{
	struct report_stream *s = ARENA_NEW(report->kept, struct report_stream);

	s->report = report;
	s->crew = crew_size(crew) > 1 ? crew : NULL;
	s->members = crew_size(crew);
	s->size = batch ? batch : WINDOW;
	s->held_most = batch ? batch : HELD_MOST;
	s->moment_start = arena_here(region(report->kept, &s->moment));
	s->order_start = arena_here(region(report->kept, &s->order));
	s->thinkers = ARENA_ARRAY(report->kept, struct thinker, s->members);
	for (unsigned m = 0; m < s->members; m++) {
		region(report->kept, &s->thinkers[m].thought);
		region(report->kept, &s->thinkers[m].former);
		region(report->kept, &s->thinkers[m].kept);
	}
	for (int i = 0; i < WINDOWS; i++)
		init_window(s, &s->windows[i]);
	/* The last to be registered is the first to be done. */
	arena_defer(report->kept, stop_making, s);
	return s;
}

struct evaluator *report_evaluator_new(const struct report *report, struct arena *arena)
{
	struct graph *graph = ARENA_NEW(arena, struct graph);

	*graph = *report->graph;
	graph->symbols = symbols_above(arena, graph->symbols);
	return evaluator_new(arena, report->tree, graph);
}

static struct evaluator *evaluator_of(struct report_stream *s, unsigned member)
{
	struct thinker *t = &s->thinkers[member];

	if (!t->evaluator)
		t->evaluator = report_evaluator_new(s->report, t->thought);
	return t->evaluator;
}

static bool has_evidence(const struct report_result *result)
{
	return result->outcome && (result->verdict == VERDICT_FAIL ||
	    result->verdict == VERDICT_UNKNOWN);
}

/* What is wanted with a result that is there. */
static void complete(struct arena *arena, struct evaluator *ev,
    struct report_filter filter, struct report_result *to)
{
	if (filter.evidence && has_evidence(to) && to->evidence->length == 0)
		*to->evidence = evaluate_evidence(ev, arena, to->outcome);
	if (filter.proof && to->outcome)
		to->proof = proof_of(ev, arena, to->outcome, false);
}

static void copy_held(struct arena *arena, struct report_entry *e)
{
	e->result = ARENA_NEW(arena, struct report_result);
	*e->result = *e->held;
	if (!e->held->outcome)
		return;
	e->result->evidence = ARENA_NEW(arena, struct str);
	*e->result->evidence = *e->held->evidence;
}

static void make(struct report_stream *s, struct window *w, struct report_entry *e,
    unsigned member)
{
	struct arena *arena = w->made[member];
	struct evaluator *ev = evaluator_of(s, member);

	evaluator_hurry(ev, e->before);
	if (e->held)
		copy_held(arena, e);
	else if (e->is_error)
		e->result = result_new_error(s->report, arena, e->rule);
	else
		e->result = result_new(s->report, arena, ev, &e->outcome, e->rule,
		    w->filter.bare);
	e->result->waived = e->held ? e->held->waived : e->waived;
	complete(arena, ev, w->filter, e->result);
}

static void make_some(struct report_stream *s, struct window *w, unsigned member)
{
	while (!crew_has_failed(s->crew)) {
		size_t first = atomic_fetch_add(&w->next, SHARE);

		for (size_t i = first; i < first + SHARE && i < w->count; i++)
			make(s, w, &w->entries[i], member);
		if (first >= w->count)
			break;
	}
}

/* The window that is not shown. */
static struct window *coming(struct report_stream *s)
{
	return &s->windows[(s->shown + 1) % WINDOWS];
}

static void work(void *context, unsigned member)
{
	struct report_stream *s = context;

	make_some(s, coming(s), member);
}

/* --- what a result may be asked for ---------------------------------------- */

struct evaluator *report_evaluator(const struct report *report)
{
	struct report_stream *s = report->stream;

	/* That of the first member: it is at work only when we are. */
	return evaluator_of(s, 0);
}

struct str report_outcome_evidence(const struct report *report, struct arena *arena,
    const struct outcome *outcome)
{
	return evaluate_evidence(report_evaluator(report), arena, outcome);
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
		c->undecided = 0;
	}
	return outcomes_next(&c->outcomes, outcome);
}

/* The next result of the rule that is to be made. */
static bool next_of_rule(struct report_cursor *c, struct report_entry *e)
{
	bool failed = c->report->rules.items[c->rule].tally.failed;

	*e = (struct report_entry){ .rule = c->rule };
	if (failed && !c->is_open && c->filter.verdicts >> VERDICT_ERROR & 1 &&
	    is_waived_as_wanted(c, false)) {
		e->is_error = c->is_open = true;
		return true;
	}
	while (!failed && next_outcome(c, &e->outcome)) {
		e->before = c->undecided;
		c->undecided += e->outcome.verdict == VERDICT_UNKNOWN;
		e->waived = waiver_of(c, &e->outcome);
		if (is_waived_as_wanted(c, e->waived != NULL))
			return true;
	}
	return false;
}

static const struct report_result *order_held(struct report_cursor *c)
{
	return c->next_held < c->order->count ?
	    &c->report->held[c->order->places[c->next_held++]] : NULL;
}

static const struct report_result *next_held(struct report_cursor *c)
{
	const struct report *report = c->report;

	if (c->order)
		return order_held(c);
	for (; c->rule < c->end; c->rule++, c->next_held = 0)
		while (c->next_held < report->rules.items[c->rule].count) {
			const struct report_result *result = &report->held[
			    report->rules.items[c->rule].first + c->next_held++];

			if (c->filter.verdicts >> result->verdict & 1 &&
			    is_waived_as_wanted(c, result->waived != NULL))
				return result;
		}
	return NULL;
}

bool report_next_entry(struct report_cursor *c, struct report_entry *e)
{
	if (c->report->held) {
		*e = (struct report_entry){ .held = next_held(c) };
		return e->held != NULL;
	}
	if (c->order) {
		if (c->next_held == c->order->count)
			return false;
		order_unpack(c->order, c->order->places[c->next_held++], e);
		e->waived = e->is_error ? NULL : waiver_of(c, &e->outcome);
		return true;
	}
	for (; c->rule < c->end; c->rule++, c->is_open = false)
		if (next_of_rule(c, e))
			return true;
	return false;
}

/* --- windows ---------------------------------------------------------------- */

/* What the evaluator of a member remembers may be pointed to by what it made
 * for the window that is shown: it stays for one more. */
static void renew(struct thinker *t)
{
	if (!t->evaluator || arena_used(t->thought) < EVALUATOR_MOST)
		return;
	arena_free(t->former);
	t->former = t->thought;
	t->evaluator = NULL;
	t->thought = NULL;
	t->thought = arena_new();
}

/* Begins to make the coming window; with others, if there are enough results.
 * KEEPS: into regions that stay. */
static void begin_window(struct report_cursor *c, bool keeps)
{
	struct report_stream *s = c->report->stream;
	struct window *w = coming(s);

	for (unsigned m = 0; m < s->members; m++) {
		renew(&s->thinkers[m]);
		arena_rollback(w->own[m], w->starts[m]);
		w->made[m] = keeps ? s->thinkers[m].kept : w->own[m];
	}
	w->count = 0;
	w->filter = c->filter;
	while (w->count < s->size && report_next_entry(c, &w->entries[w->count]))
		w->count++;
	atomic_store(&w->next, 0);
	s->is_making = s->crew && w->count > FEW;
	if (s->is_making)
		crew_start(s->crew, work, s);
}

/* Makes the rest of it, and shows it. */
static void end_window(struct report_cursor *c)
{
	struct report_stream *s = c->report->stream;

	if (s->is_making) {
		s->is_making = false;
		crew_finish(s->crew);
	} else {
		make_some(s, coming(s), 0);
	}
	s->shown = (s->shown + 1) % WINDOWS;
	c->next = 0;
}

static struct report_result *next_made(struct report_cursor *c, bool keeps)
{
	struct report_stream *s = c->report->stream;

	if (!c->has_begun)
		begin_window(c, keeps);
	if (!c->has_begun || (c->next > 0 && c->next == s->windows[s->shown].count)) {
		c->has_begun = true;
		end_window(c);
		begin_window(c, keeps);
	}
	return c->next < s->windows[s->shown].count ?
	    s->windows[s->shown].entries[c->next++].result : NULL;
}

/* --- walking ---------------------------------------------------------------- */

static struct report_cursor start(const struct report *report, struct report_filter filter,
    size_t rule, size_t end)
{
	return (struct report_cursor){ .report = report->stream->report,
		.filter = filter, .arena = report->arena, .rule = rule, .end = end };
}

void report_hold(const struct report *of)
{
	struct report *report = of->stream->report;
	struct report_cursor c = start(report, REPORT_EVERY, 0, report->rules.count);
	size_t filled = 0, count = count_all(report, REPORT_EVERY);
	struct report_result *held, *made;

	if (report->held)
		return;
	held = ARENA_ARRAY(report->kept, struct report_result, count);
	while ((made = next_made(&c, true))) {
		struct report_rule *rule = &report->rules.items[made->rule];

		assert(filled < count);
		if (rule->count++ == 0)
			rule->first = filled;
		held[filled++] = *made;
	}
	report->held_count = filled;
	report->held = held;
}

void report_hold_few(const struct report *report)
{
	assert(!report->stream->is_walked);
	if (!report->held && count_all(report, REPORT_EVERY) <= report->stream->held_most)
		report_hold(report);
}

static struct report_cursor walk(const struct report *report, struct report_filter filter,
    size_t rule, size_t end)
{
	report_hold_few(report);
	report->stream->is_walked = true;
	return start(report, filter, rule, end);
}

struct report_cursor report_entries(const struct report *report)
{
	return start(report, REPORT_EVERY, 0, report->rules.count);
}

struct report_cursor report_walk_order(const struct report *report,
    const struct report_order *order)
{
	struct report_cursor c = start(report, REPORT_EVERY, 0, report->rules.count);

	assert(!report->stream->is_walked);
	report->stream->is_walked = true;
	c.order = order;
	return c;
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
	result = c->report->held && !c->filter.evidence && !c->filter.proof ?
	    next_held(c) : next_made(c, false);
	c->report->arena = result ? s->moment : c->arena;
	s->is_walked = result != NULL;
	return result;
}
