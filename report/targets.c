/* SPDX-License-Identifier: Apache-2.0 */
#include "report/targets.h"

#include <stdlib.h>

static int by_target(const struct report_result *a, const struct report_result *b)
{
	int order = str_compare(a->target, b->target);

	return order ? order : str_compare(a->target_kind, b->target_kind);
}

/* Results of one target stay in the order of the report, which is that of
 * their places in memory. */
static int compare(const void *a, const void *b)
{
	const struct report_result *x = *(const struct report_result *const *)a;
	const struct report_result *y = *(const struct report_result *const *)b;
	int order = by_target(x, y);

	return order ? order : (x > y) - (x < y);
}

struct targets targets_of(struct arena *arena, const struct report *report)
{
	size_t count = report->results.count;
	const struct report_result **order = ARENA_ARRAY(arena,
	    const struct report_result *, count);
	struct targets targets = { { 0 } };

	for (size_t i = 0; i < count; i++)
		order[i] = &report->results.items[i];
	if (count > 0)
		qsort(order, count, sizeof(*order), compare);
	for (size_t i = 0; i < count; i++) {
		if (i == 0 || by_target(order[i - 1], order[i]) != 0)
			*VEC_PUSH(arena, &targets.items) = (struct target){
			    .kind = order[i]->target_kind,
			    .name = order[i]->target, .results = order + i };
		VEC_LAST(&targets.items)->count++;
	}
	return targets;
}
