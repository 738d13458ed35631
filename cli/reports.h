/* SPDX-License-Identifier: Apache-2.0 */
/* reports - which reports a run writes, and where: --format, --output and
 * every --report FORMAT=FILE. */
#ifndef SCARP_CLI_REPORTS_H
#define SCARP_CLI_REPORTS_H

#include "cli/session.h"
#include "report/formats.h"

struct report_request {
	enum report_format format;
	struct str path;	/* "-" is standard output */
};

struct report_requests {
	VEC(struct report_request) items;
};

/* What the command line asks for; false after a message: a format that does
 * not exist, two reports to one file. */
bool reports_asked(struct session *session, struct report_requests *requests);
/* False after a message: what is supposed with --set must be told by every
 * report, and one of them has no place for it. */
bool reports_can_tell(struct session *session, const struct report_requests *requests);
/* Whether some of them lists every verdict. */
bool reports_want_all(const struct session *session,
    const struct report_requests *requests);
/* Writes each, whole or not at all; false when one could not be written. */
bool reports_write(struct session *session, const struct report_requests *requests,
    struct report *report);

#endif
