/* SPDX-License-Identifier: Apache-2.0 */
/* target - the rule and the subject that a verb is asked about. */
#ifndef SCARP_CLI_TARGET_H
#define SCARP_CLI_TARGET_H

#include "cli/session.h"
#include "explain/subject.h"

/* Takes RULE and perhaps SUBJECT from the operands of the session: the second
 * one is a subject unless there is a file of that name.  Empty: not given. */
void target_operands(struct session *session, struct str *rule,
    struct str *subject);
/* The same, and the packs and inventories: one of each, and a rule, or false
 * after a message; NOTHING is what cannot be done without an inventory. */
bool target_inputs(struct session *session, struct str *rule, struct str *subject,
    struct session_inputs *inputs, const char *nothing);
/* The rule with an id, or that replaces it; false after a message. */
bool target_find_rule(struct session *session, const struct tree *tree,
    struct str id, uint32_t *rule);
/* The outcome of RULE that SPELLED names best; false after a message, also
 * where several are as good. */
bool target_find_subject(struct session *session, struct evaluator *evaluator,
    const struct outcome *outcomes, size_t count, const struct rule *rule,
    struct str spelled, size_t *found);
/* How messages call the subject of an outcome. */
struct str target_name(struct session *session, struct evaluator *evaluator,
    const struct outcome *outcome);

#endif
