/* SPDX-License-Identifier: Apache-2.0 */
/*
 * verdict - the answers of a run, as both evaluators give them.
 *
 * Zero is "not set": memory that was never written cannot read as a pass.
 */
#ifndef SCARP_VM_VERDICT_H
#define SCARP_VM_VERDICT_H

#include "base/vec.h"

#define VERDICTS(VERDICT) \
	VERDICT(FAIL, "fail") VERDICT(PASS, "pass") VERDICT(UNKNOWN, "unknown") \
	VERDICT(NOT_APPLICABLE, "not_applicable") VERDICT(ERROR, "error")
enum verdict {
	VERDICT_UNSET,
#define VERDICT(name, spelling) VERDICT_##name,
	VERDICTS(VERDICT)
#undef VERDICT
	VERDICT_COUNT
};
const char *verdict_text(enum verdict verdict);
/* The same for people: "not applicable". */
const char *verdict_phrase(enum verdict verdict);

/* Why unknown, or why not applicable. */
enum verdict_reason {
	REASON_NONE,
	REASON_REQUIRE,		/* unknown: applies, and a requirement is unknown */
	REASON_WHEN,		/* unknown: may not apply, and does not certainly pass */
	REASON_REST,		/* unknown: a rest subject */
	REASON_EXCEPTION	/* not applicable by an exception alone */
};

/* Binders of a rule: at most the depth of frames. */
#define SUBJECT_BINDERS 8

/* One rule on one subject.  CELLS are the values of the binders in their
 * order (entity ids or other cells); of a rest subject, of those before the
 * binder REST whose row is open. */
struct outcome {
	uint32_t rule;
	uint8_t verdict;	/* enum verdict */
	uint8_t reason;		/* enum verdict_reason */
	uint8_t count;		/* cells */
	int8_t rest;		/* binder, or -1 */
	int64_t cells[SUBJECT_BINDERS];
};

struct tally {			/* of one rule */
	uint64_t verdicts[VERDICT_COUNT];
	uint64_t exceptions;	/* of not applicable: by an exception alone */
	bool failed;		/* a budget tripped: the rule's verdict is error */
	const char *trouble;	/* the limit's name */
};

/* What was counted of the same rule elsewhere. */
void tally_add(struct tally *to, const struct tally *from);

/* Where outcomes go.  WANTED is a set of 1 << verdict. */
struct verdict_sink {
	void (*take)(void *context, const struct outcome *outcome);
	void *context;
	unsigned wanted;
};

/* By rule, then by cells in binder order (an outcome with fewer cells first). */
int outcome_compare(const void *a, const void *b);
/* The table of language reference, "Verdicts"; truths as enum truth. */
enum verdict verdict_of(int when, int require, int when_without_exceptions,
    enum verdict_reason *reason);

#endif
