/* SPDX-License-Identifier: Apache-2.0 */
#include "report/targets.h"

#include <stdlib.h>

#include "base/intern.h"

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
