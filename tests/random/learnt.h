/* SPDX-License-Identifier: Apache-2.0 */
/* learnt - whether a fact that is learnt turns verdicts round. */
#ifndef SCARP_TESTS_LEARNT_H
#define SCARP_TESTS_LEARNT_H

#include "explain/evaluate.h"

/* A verdict under a name that does not depend on the run: the texts of its
 * cells.  SUBJECT is for people. */
struct named_outcome {
	uint32_t rule;
	int8_t rest;			/* as in struct outcome */
	uint8_t count;
	enum verdict verdict;
	bool stays, applies;		/* certainly: a subject; all conditions hold */
	struct str subject, cells[SUBJECT_BINDERS];
};

struct known {
	VEC(struct named_outcome) outcomes;	/* sorted */
	bool *asked;			/* by rule: nothing that is learnt may turn it */
};
void known_take(struct known *known, struct arena *arena,
    struct evaluator *evaluator, const struct outcome *outcomes, size_t count);

/* Outcomes that were looked for again, those that were not there, new ones. */
struct learnt { uint64_t compared, gone, come; };
/* NULL, or what was turned round. */
const char *learnt_turns(struct learnt *figures, struct arena *arena,
    const struct known *before, const struct known *after);

#endif
