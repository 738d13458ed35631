/* SPDX-License-Identifier: Apache-2.0 */
/* Sides of reports; matching them; what became of each finding. */
#include "report/diff.h"

#include <assert.h>
#include <stdlib.h>

#include "base/intern.h"
#include "report/view.h"
#include "vm/scalar.h"

const char *diff_class_text(enum diff_class class)
{
	static const char *const texts[] = {
#define CLASS(name, spelling, heading) spelling,
		DIFF_CLASSES(CLASS)
#undef CLASS
	};

	return texts[class];
}

/* --- a side from a report of this run ------------------------------------- */

static void add_rule(struct arena *arena, struct diff_side *side,
    const struct report_rule *from)
{
	*VEC_PUSH(arena, &side->rules) = (struct diff_rule){
		.id = from->rule->id, .replaces = from->rule->replaces.items,
		.replace_count = from->rule->replaces.count,
		.failed = from->tally.failed };
}

static void add_result(struct arena *arena, struct diff_side *side,
    const struct report *report, struct report_result *from)
{
	const struct rule *rule = report->rules.items[from->rule].rule;
	struct diff_result *to = VEC_PUSH(arena, &side->results);

	*to = (struct diff_result){ .id = from->id, .former = from->former,
		.former_count = from->former_count, .rule = rule->id,
		.severity = rule->severity, .kind = from->kind,
		.key = from->key, .plain = from->plain, .parts = from->parts,
		.part_count = from->part_count, .verdict = from->verdict,
		.waived = from->waived != NULL,
		.reason = str_of(view_reason(from->reason)),
		.message = from->message, .evidence = report_evidence(report, from),
		.of = from };
	if (from->verdict == VERDICT_UNKNOWN)
		to->needs = view_words(report, from);
	if (!span_is_none(from->span)) {
		struct place place = source_place(report->sources,
		    from->span.file, from->span.start);

		to->file = source_name(report->sources, from->span.file);
		to->line = place.line;
		to->column = place.column;
	}
}

void diff_add_pack(struct text *out, struct str id, struct str version)
{
	if (out->length)
		text_add(out, STR(", "));
	text_add(out, id);
	if (version.length)
		text_printf(out, " %.*s", STR_ARG(version));
}

static struct str packs_text(struct arena *arena, const struct report *report)
{
	struct text out;

	text_init(&out, arena);
	for (size_t i = 0; i < report->packs.count; i++)
		diff_add_pack(&out, report->packs.items[i].id,
		    report->packs.items[i].version);
	return text_str(&out);
}

struct diff_side *diff_of_report(struct arena *arena, struct str name,
    const struct report *report)
{
	struct diff_side *side = ARENA_NEW(arena, struct diff_side);

	side->name = name;
	side->all = report->all_verdicts;
	if (report->has_as_of)
		side->as_of = scalar_date_text(arena, report->as_of);
	side->packs = packs_text(arena, report);
	for (size_t i = 0; i < report->rules.count; i++)
		add_rule(arena, side, &report->rules.items[i]);
	report_hold(report);
	for (size_t i = 0; i < report->held_count; i++)
		if (report->held[i].verdict != VERDICT_ERROR)
			add_result(arena, side, report, &report->held[i]);
	return side;
}

/* --- matching ------------------------------------------------------------- */

/* Which results of two sides are one finding: each has at most one other. */
struct matching {
	struct arena *arena;
	const struct diff_side *before, *after;
	struct map *ids;		/* fingerprint to result of AFTER, plus 1 */
	uint32_t *of_before, *of_after;	/* the other's number plus 1 */
};

/* Two results that a replaced id makes one. */
struct candidate {
	uint32_t before, after;
	bool same;		/* with the same verdict: preferred */
};
typedef VEC(struct candidate) candidate_list;

static uint32_t find(const struct matching *m, struct str id)
{
	const uint32_t *at = map_find(m->ids, id);

	return at ? *at : 0;
}

static void match(struct matching *m, uint32_t before, uint32_t after)
{
	if (m->of_before[before] || m->of_after[after])
		return;
	m->of_before[before] = after + 1;
	m->of_after[after] = before + 1;
}

static void match_exactly(struct matching *m)
{
	bool is_new;

	for (uint32_t i = 0; i < m->after->results.count; i++)
		*map_at(m->ids, m->after->results.items[i].id, &is_new) = i + 1;
	for (uint32_t i = 0; i < m->before->results.count; i++) {
		uint32_t found = find(m, m->before->results.items[i].id);

		if (found)
			match(m, i, found - 1);
	}
}

static void propose(struct matching *m, candidate_list *list, uint32_t before,
    uint32_t after)
{
	if (m->of_before[before] || m->of_after[after])
		return;
	*VEC_PUSH(m->arena, list) = (struct candidate){ before, after,
		m->before->results.items[before].verdict ==
		m->after->results.items[after].verdict };
}

static int by_likeness(const void *left, const void *right)
{
	const struct candidate *a = left, *b = right;

	if (a->same != b->same)
		return a->same ? -1 : 1;
	if (a->before != b->before)
		return a->before < b->before ? -1 : 1;
	return (a->after > b->after) - (a->after < b->after);
}

static void propose_former(struct matching *m, candidate_list *list)
{
	struct map *old = map_new(m->arena);
	bool is_new;

	for (uint32_t i = 0; i < m->before->results.count; i++) {
		const struct diff_result *r = &m->before->results.items[i];

		*map_at(old, r->id, &is_new) = i + 1;
		for (size_t f = 0; f < r->former_count; f++)
			if (find(m, r->former[f]))
				propose(m, list, i, find(m, r->former[f]) - 1);
	}
	for (uint32_t i = 0; i < m->after->results.count; i++) {
		const struct diff_result *r = &m->after->results.items[i];

		for (size_t f = 0; f < r->former_count; f++) {
			const uint32_t *at = map_find(old, r->former[f]);

			if (at)
				propose(m, list, *at - 1, i);
		}
	}
}

/* The ids that a rule replaces count where nothing has the id itself. */
static void match_former(struct matching *m)
{
	candidate_list list = { 0 };

	propose_former(m, &list);
	if (list.count > 1)
		qsort(list.items, list.count, sizeof(*list.items), by_likeness);
	for (size_t i = 0; i < list.count; i++)
		match(m, list.items[i].before, list.items[i].after);
}

/* --- classes -------------------------------------------------------------- */

static bool is_fail(const struct diff_result *r)
{
	return r && r->verdict == VERDICT_FAIL && !r->waived;
}

static bool is_unknown(const struct diff_result *r)
{
	return r && r->verdict == VERDICT_UNKNOWN;
}

static bool is_waived(const struct diff_result *r)
{
	return r->verdict == VERDICT_FAIL && r->waived;
}

static bool is_same_evidence(const struct diff_result *a,
    const struct diff_result *b)
{
	return a->evidence.length == 0 || b->evidence.length == 0 ||
	    str_equal(a->evidence, b->evidence);
}

/* It counts by another --fail-on than it did: "as before" would hide it. */
static bool is_raised(const struct diff_result *before, const struct diff_result *after)
{
	return after->severity > before->severity &&
	    (is_fail(after) || is_unknown(after));
}

enum diff_class diff_class_of(const struct diff_result *before,
    const struct diff_result *after)
{
	if (!after)
		return DIFF_GONE;
	if (is_fail(after) && !is_fail(before))
		return DIFF_NEW;
	if (is_unknown(after) && !is_unknown(before))
		return DIFF_UNKNOWN;
	if (!before || is_raised(before, after))
		return DIFF_ADDED;
	if (is_waived(after) && !is_waived(before))
		return DIFF_WAIVED;
	if (before->verdict == after->verdict)
		return is_same_evidence(before, after) ? DIFF_UNCHANGED :
		    DIFF_EVIDENCE;
	if (before->verdict == VERDICT_FAIL)
		return DIFF_FIXED;
	return is_unknown(before) ? DIFF_DECIDED : DIFF_APPLIES;
}

static bool names_rule(const struct diff_rule *rule, struct str id)
{
	if (str_equal(rule->id, id))
		return true;
	for (size_t i = 0; i < rule->replace_count; i++)
		if (str_equal(rule->replaces[i], id))
			return true;
	return false;
}

static const struct diff_rule *find_rule(const struct diff_side *side,
    struct str id)
{
	for (size_t i = 0; i < side->rules.count; i++)
		if (str_equal(side->rules.items[i].id, id))
			return &side->rules.items[i];
	return NULL;
}

/* Rule ID of HOME as AWAY has it: by its id, or replaced, or replacing. */
static const struct diff_rule *counterpart(const struct diff_side *home,
    const struct diff_side *away, struct str id)
{
	const struct diff_rule *own = find_rule(home, id);
	const struct diff_rule *found = find_rule(away, id);

	if (found)
		return found;
	for (size_t i = 0; i < away->rules.count; i++)
		if (names_rule(&away->rules.items[i], id) ||
		    (own && names_rule(own, away->rules.items[i].id)))
			return &away->rules.items[i];
	return NULL;
}

/* Nobody told of it before. */
static void explain_new(const struct matching *m, struct diff_change *change,
    const struct diff_result *after)
{
	const struct diff_rule *rule = counterpart(m->after, m->before, after->rule);

	change->why = !rule ? "the rule is new" : rule->failed ?
	    "the rule met a limit before" : "the subject is new";
	if (!rule || rule->failed)
		change->class = DIFF_ADDED;
	/* Where only findings are listed, what is not listed was none. */
	if (!m->before->all && after->verdict != VERDICT_FAIL &&
	    after->verdict != VERDICT_UNKNOWN)
		change->class = DIFF_UNCHANGED;
}

/* Nobody tells of it any more. */
static void explain_gone(const struct matching *m, struct diff_change *change,
    const struct diff_result *before)
{
	const struct diff_rule *rule = counterpart(m->before, m->after, before->rule);

	change->why = !rule ? "the rule is gone" : rule->failed ?
	    "the rule met a limit now" : "the subject is gone";
}

static void add_change(struct matching *m, struct diff *diff,
    const struct diff_result *before, const struct diff_result *after)
{
	struct diff_change change = { diff_class_of(before, after), before,
		after, NULL };

	assert(before || after);
	if (!before)
		explain_new(m, &change, after);
	else if (!after)
		explain_gone(m, &change, before);
	else if (change.class == DIFF_ADDED)
		change.why = "the rule is more severe now";
	diff->counts[change.class]++;
	if (change.class != DIFF_UNCHANGED)
		*VEC_PUSH(m->arena, &diff->changes) = change;
}

static void sort_changes(struct arena *arena, struct diff *diff)
{
	struct diff_change *sorted = ARENA_ARRAY(arena, struct diff_change,
	    diff->changes.count);
	size_t filled = 0;

	for (int c = 0; c < DIFF_CLASS_COUNT; c++)
		for (size_t i = 0; i < diff->changes.count; i++)
			if ((int)diff->changes.items[i].class == c)
				sorted[filled++] = diff->changes.items[i];
	diff->changes.items = sorted;
}

/* Results of this run know what became of them. */
static void mark_results(const struct diff *diff)
{
	for (size_t i = 0; i < diff->after->results.count; i++)
		if (diff->after->results.items[i].of)
			diff->after->results.items[i].of->change = DIFF_UNCHANGED;
	for (size_t i = 0; i < diff->changes.count; i++)
		if (diff->changes.items[i].after &&
		    diff->changes.items[i].after->of)
			diff->changes.items[i].after->of->change =
			    diff->changes.items[i].class;
}

struct diff *diff_compare(struct arena *arena, const struct diff_side *before,
    const struct diff_side *after)
{
	struct diff *diff = ARENA_NEW(arena, struct diff);
	struct matching m = { arena, before, after, map_new(arena),
		ARENA_ARRAY(arena, uint32_t, before->results.count),
		ARENA_ARRAY(arena, uint32_t, after->results.count) };

	diff->before = before;
	diff->after = after;
	match_exactly(&m);
	match_former(&m);
	for (uint32_t i = 0; i < after->results.count; i++)
		add_change(&m, diff, m.of_after[i] ?
		    &before->results.items[m.of_after[i] - 1] : NULL,
		    &after->results.items[i]);
	for (uint32_t i = 0; i < before->results.count; i++)
		if (!m.of_before[i])
			add_change(&m, diff, &before->results.items[i], NULL);
	sort_changes(arena, diff);
	mark_results(diff);
	return diff;
}

/* --- status --------------------------------------------------------------- */

bool diff_is_worse(const struct diff_change *change,
    const struct report_policy *policy)
{
	if (change->class != DIFF_NEW && change->class != DIFF_UNKNOWN &&
	    change->class != DIFF_ADDED)
		return false;
	if (change->after->severity < policy->fail_on)
		return false;
	if (change->class == DIFF_ADDED && change->before &&
	    change->before->severity >= policy->fail_on)
		return false;
	return is_fail(change->after) ||
	    (is_unknown(change->after) && !policy->ignore_unknown);
}

static bool has_failed(const struct diff_side *side)
{
	for (size_t i = 0; i < side->rules.count; i++)
		if (side->rules.items[i].failed)
			return true;
	return false;
}

static bool has_decided(const struct diff_side *side)
{
	for (size_t i = 0; i < side->results.count; i++)
		if (side->results.items[i].verdict == VERDICT_PASS ||
		    side->results.items[i].verdict == VERDICT_FAIL)
			return true;
	return false;
}

int diff_judge(const struct diff *diff, const struct report_policy *policy,
    struct doubt *doubt)
{
	*doubt = doubt_of(DOUBT_NONE);
	if (has_failed(diff->before) || has_failed(diff->after))
		*doubt = doubt_of(DOUBT_LIMIT_COMPARED);
	else if (diff->before->results.count + diff->after->results.count == 0)
		*doubt = doubt_of(DOUBT_NOTHING_COMPARED);
	else if (!has_decided(diff->after))
		*doubt = doubt_of(DOUBT_NEW_UNDECIDED);
	if (doubt->reason != DOUBT_NONE)
		return 2;
	for (size_t i = 0; i < diff->changes.count; i++)
		if (diff_is_worse(&diff->changes.items[i], policy))
			return 1;
	return 0;
}
