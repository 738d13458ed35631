/* SPDX-License-Identifier: Apache-2.0 */
/*
 * waivers - exceptions laid over verdicts.
 *
 * Every rule is evaluated, and no verdict changes.  A failure that an active
 * waiver names is marked as waived and does not count for the exit status.
 * A waiver acts up to and with its last day, on failures alone, and when it
 * pins evidence only as long as that is the same.
 */
#ifndef SCARP_REPORT_WAIVERS_H
#define SCARP_REPORT_WAIVERS_H

#include "explain/evaluate.h"

/* What has become of a waiver in a run; the first that holds, in this order. */
#define WAIVER_STATES(STATE) \
	STATE(IGNORED, "ignored", "--ignore-waivers was given") \
	STATE(DANGLING, "dangling", "there is no such rule or subject") \
	STATE(DESELECTED, "not_selected", "its rule is not selected") \
	STATE(EXPIRED, "expired", "its last day is over") \
	STATE(ACTIVE, "active", "a failure is waived") \
	STATE(VOID, "void", "the pinned evidence changed") \
	STATE(UNUSED, "unused", "no subject that it names fails")
enum waiver_state {
#define STATE(name, spelling, text) WAIVER_##name,
	WAIVER_STATES(STATE)
#undef STATE
	WAIVER_STATE_COUNT
};
const char *waiver_state_text(enum waiver_state state);

struct report_waiver {
	const struct waiver *waiver;
	enum waiver_state state;
	uint64_t waived;		/* failures */
	struct str detail;		/* more than the state says, or empty */
	struct str suggestion;		/* of a dangling one: what was meant, or empty */
};

struct waivers;

/* Finds the subjects of the tree's waivers in the graph.  With waivers that
 * are not ignored, the graph must have a date.  NULL: there are no waivers. */
struct waivers *waivers_new(struct arena *arena, const struct tree *tree,
    const struct graph *graph, bool ignored);
/* Every waiver ends on a day: false, after a diagnostic, when there are some
 * that may act and the run has no date to compare with. */
bool waivers_have_date(struct diagnostics *all, const struct tree *tree, bool has_as_of);
struct report;
/* Counts what is waived, lists what has become of each waiver, and from now on
 * results are marked.  The outcomes of REPORT must be those of every verdict.
 * WAIVERS may be NULL. */
void report_waive(struct report *report, struct waivers *waivers);
/* The waiver that acts on an outcome, or NULL. */
const struct waiver *waivers_find(struct waivers *waivers, const struct report *report,
    const struct outcome *outcome);
/* A waiver that is expired, void, unused or dangling. */
bool waiver_is_vain(const struct report_waiver *waiver);
/* `Host "a", Volume "C"`; `inventory`. */
struct str waiver_subject(struct arena *arena, const struct tree *tree,
    const struct waiver *waiver);

#endif
