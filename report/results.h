/* SPDX-License-Identifier: Apache-2.0 */
/* results - between the model of a report and the results it walks to. */
#ifndef SCARP_REPORT_RESULTS_H
#define SCARP_REPORT_RESULTS_H

#include "report/report.h"

/* A result to be made. */
struct report_entry {
	size_t rule;
	const struct waiver *waived;
	bool is_error;
	struct outcome outcome;
	uint64_t before;		/* undecided outcomes of the rule */
	const struct report_result *held;	/* made already, but for what is wanted with it */
	struct report_result *result;
};

/* What a walk to every result makes them of, without making them: order.c.
 * None may be walked meanwhile. */
struct report_cursor report_entries(const struct report *report);
bool report_next_entry(struct report_cursor *cursor, struct report_entry *entry);
/* As the first walk does: few results are held. */
void report_hold_few(const struct report *report);

/* BATCH: results made at a time, and at most held; 0: chosen. */
struct report_stream *report_stream_new(struct report *report, uint32_t batch,
    struct crew *crew);

/* result.c: what a report says of an outcome of the rule at place RULE, in
 * ARENA, and the outcome with it.  Not whether it is waived.  BARE: its
 * subject and identity alone. */
struct report_result *result_new(const struct report *report, struct arena *arena,
    struct evaluator *evaluator, const struct outcome *outcome, size_t rule,
    bool bare);
/* The outermost owner of its first entity, or ENTITY_NONE: for lists by host. */
entity_id result_target(const struct report *report, const struct outcome *outcome);
/* The one result of a rule whose budget tripped: the error. */
struct report_result *result_new_error(const struct report *report,
    struct arena *arena, size_t rule);

#endif
