/* SPDX-License-Identifier: Apache-2.0 */
/* terms - what a run was asked for, told to its report. */
#ifndef SCARP_CLI_TERMS_H
#define SCARP_CLI_TERMS_H

#include "cli/session.h"
#include "report/report.h"

/* What the command line and the project file ask for, but for what the report
 * knows of its packs and its graph; MADE is how the graph was made. */
void terms_tell(const struct session *session, const struct inventory_notes *made,
    struct report *report);

#endif
