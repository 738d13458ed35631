/* SPDX-License-Identifier: Apache-2.0 */
#include "vm/verdict.h"

#include "vm/scalar.h"

const char *verdict_text(enum verdict verdict)
{
	static const char *const texts[VERDICT_COUNT] = {
		[VERDICT_UNSET] = "unset",
#define VERDICT(name, spelling) [VERDICT_##name] = spelling,
		VERDICTS(VERDICT)
#undef VERDICT
	};

	return texts[verdict];
}

const char *verdict_phrase(enum verdict verdict)
{
	return verdict == VERDICT_NOT_APPLICABLE ? "not applicable" :
	    verdict_text(verdict);
}

void tally_add(struct tally *to, const struct tally *from)
{
	for (int v = 0; v < VERDICT_COUNT; v++)
		to->verdicts[v] += from->verdicts[v];
	to->exceptions += from->exceptions;
}

int outcome_compare(const void *a, const void *b)
{
	const struct outcome *x = a, *y = b;

	if (x->rule != y->rule)
		return x->rule < y->rule ? -1 : 1;
	for (int i = 0; i < x->count && i < y->count; i++) {
		if (x->cells[i] != y->cells[i])
			return x->cells[i] < y->cells[i] ? -1 : 1;
	}
	return (x->count > y->count) - (x->count < y->count);
}

enum verdict verdict_of(int when, int require, int when_without_exceptions,
    enum verdict_reason *reason)
{
	*reason = REASON_NONE;
	if (when == TRUTH_FALSE) {
		if (when_without_exceptions != TRUTH_FALSE)
			*reason = REASON_EXCEPTION;
		return VERDICT_NOT_APPLICABLE;
	}
	if (require == TRUTH_TRUE)
		return VERDICT_PASS;
	if (when == TRUTH_TRUE && require == TRUTH_FALSE)
		return VERDICT_FAIL;
	*reason = when == TRUTH_TRUE ? REASON_REQUIRE : REASON_WHEN;
	return VERDICT_UNKNOWN;
}
