/* SPDX-License-Identifier: Apache-2.0 */
/*
 * confine - what a run may still do, once its arguments are known
 * (docs/sandbox.md): read what they name and what comes with scarp, write where
 * its output goes, and nothing else.
 */
#ifndef SCARP_CLI_CONFINE_H
#define SCARP_CLI_CONFINE_H

#include "cli/session.h"

/* False after a message: `--sandbox require`, and something is missing. */
bool confine(struct session *session);

#endif
