/* SPDX-License-Identifier: Apache-2.0 */
#include "report/targets.h"

#include <stdlib.h>

#include "base/intern.h"

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
	const struct report_result **order;
	struct targets targets = { { 0 } };
	size_t count;

	report_hold(report);
	count = report->held_count;
	order = ARENA_ARRAY(arena, const struct report_result *, count);
	for (size_t i = 0; i < count; i++)
		order[i] = &report->held[i];
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

static int compare_targets(const void *a, const void *b)
{
	const struct target *x = a, *y = b;
	int order = str_compare(x->name, y->name);

	return order ? order : str_compare(x->kind, y->kind);
}

struct targets targets_names(struct arena *arena, const struct report *report)
{
	struct map *seen = map_new(arena);
	struct targets targets = { { 0 } };
	struct report_cursor walk = report_walk(report,
	    (struct report_filter){ .verdicts = ~0u, .bare = true });
	const struct report_result *result;
	bool is_new;

	while ((result = report_next(&walk))) {
		map_at(seen, arena_printf(report->arena, "%.*s\n%.*s",
		    STR_ARG(result->target_kind), STR_ARG(result->target)), &is_new);
		if (is_new)
			*VEC_PUSH(arena, &targets.items) = (struct target){
			    .kind = result->target_kind,
			    .name = arena_copy(arena, result->target) };
	}
	if (targets.items.count)
		qsort(targets.items.items, targets.items.count,
		    sizeof(struct target), compare_targets);
	return targets;
}
