/* SPDX-License-Identifier: Apache-2.0 */
/*
 * doubt - that a report must not be taken for an answer, and why: what makes
 * the exit status 2 though there is a report.  One place for every form.
 */
#ifndef SCARP_REPORT_DOUBT_H
#define SCARP_REPORT_DOUBT_H

#include "base/diag.h"

/* What every form says behind the reason. */
#define DOUBT_WORDS "this must not be read as clean"

enum doubt_reason {
	DOUBT_NONE,
#define DOUBT(id, name, code, why, help) DOUBT_##id,
#include "report/doubt.def"
#undef DOUBT
};

struct doubt {
	enum doubt_reason reason;	/* NONE: there is no doubt */
	struct str why, help;		/* sentences of ours */
};

/* That of the table. */
struct doubt doubt_of(enum doubt_reason reason);
/* "no_subject" */
const char *doubt_name(enum doubt_reason reason);
enum diag_code doubt_code(enum doubt_reason reason);
/* As a diagnostic; nothing where there is no doubt. */
void doubt_tell(const struct doubt *doubt, struct diagnostics *all);

struct report;
struct report_policy;
/* The exit status of a report (0, 1 or 2), which it keeps from now on, with the
 * doubt that makes it 2.  To be asked before a form is written. */
int report_judge(struct report *report, const struct report_policy *policy);

#endif
