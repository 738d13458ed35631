/* SPDX-License-Identifier: Apache-2.0 */
/* explain_rule - what `scarp explain` says of a rule. */
#ifndef SCARP_CLI_EXPLAIN_RULE_H
#define SCARP_CLI_EXPLAIN_RULE_H

#include "cli/session.h"

/* Adds all that the rule ID says of itself: title, reasons, clauses as
 * written, sources, tests.  An id that it replaces, or that the profile
 * leaves out, finds it too.  False after a message that names the nearest. */
bool explain_rule(struct session *session, const struct tree *tree, struct str id,
    struct text *out);

#endif
