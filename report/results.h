/* SPDX-License-Identifier: Apache-2.0 */
/* results - between the model of a report and the results it walks to. */
#ifndef SCARP_REPORT_RESULTS_H
#define SCARP_REPORT_RESULTS_H

#include "report/report.h"

/* BATCH: results made at a time, and at most held; 0: chosen. */
struct report_stream *report_stream_new(struct report *report, uint32_t batch,
    struct crew *crew);

/* result.c: what a report says of an outcome of the rule at place RULE, in
 * ARENA, and the outcome with it.  Not whether it is waived.  BARE: its
 * subject and identity alone. */
struct report_result *result_new(const struct report *report, struct arena *arena,
    struct evaluator *evaluator, const struct outcome *outcome, size_t rule,
    bool bare);
/* The one result of a rule whose budget tripped: the error. */
struct report_result *result_new_error(const struct report *report,
    struct arena *arena, size_t rule);

#endif
