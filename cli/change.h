/* SPDX-License-Identifier: Apache-2.0 */
/* change - what verbs share that compare one set of verdicts with another. */
#ifndef SCARP_CLI_CHANGE_H
#define SCARP_CLI_CHANGE_H

#include "cli/session.h"
#include "report/diff.h"

/* The edits of --set, in order; *EDITS stays NULL when there are none.  Of
 * several those that are written well, so that the others' errors are found
 * too.  False after a message. */
bool change_read_edits(struct session *session, struct edits **edits);
/* The JSON report at PATH; NULL after diagnostics or a message.  As a baseline one
 * of an imaginary site is refused, else one that lists findings only. */
struct diff_side *change_read_report(struct session *session, struct str path,
    bool is_baseline);
/* What edits make of the verdicts of FORMER, and what became of the findings
 * of a baseline: both reports hold every verdict. */
void change_by_edits(struct session *session, struct report *report,
    const struct report *former, const struct edits *edits);
void change_since_baseline(struct session *session, struct report *report,
    struct diff_side *baseline);

#endif
