/* SPDX-License-Identifier: Apache-2.0 */
/*
 * subject - subjects as people spell them on a command line: the key, or
 * KIND:KEY, of several binders joined by commas.  An entity's key is its own
 * ("C:"), or with its owners ("cm01.contoso.example/C:").
 */
#ifndef SCARP_EXPLAIN_SUBJECT_H
#define SCARP_EXPLAIN_SUBJECT_H

#include "explain/evaluate.h"

enum subject_match {
	SUBJECT_OTHER,
	SUBJECT_PART,		/* the first of several binders */
	SUBJECT_FOLDED,		/* but for upper and lower case */
	SUBJECT_SAME
};
enum subject_match subject_match(struct evaluator *evaluator,
    struct arena *arena, const struct outcome *outcome, struct str spelled);

#endif
