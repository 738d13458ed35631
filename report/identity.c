/* SPDX-License-Identifier: Apache-2.0 */
#include "report/identity.h"

#include "base/io.h"
#include "explain/identify.h"

struct str identity_of(struct arena *arena, const struct tree *tree,
    const struct graph *graph, const struct outcome *outcome, struct str id)
{
	const struct rule *rule = &tree->rules.items[outcome->rule];
	struct text bytes;

	text_init(&bytes, arena);
	identify_part(&bytes, id);
	for (int i = 0; i < outcome->count; i++)
		identify_value(&bytes, graph,
		    rule->binders.items[i].variable->type, outcome->cells[i]);
	if (outcome->rest >= 0) {
		identify_part(&bytes, STR("rest of"));
		identify_part(&bytes, arena_printf(arena, "%d", outcome->rest));
	}
	return io_blake2b(arena, text_str(&bytes));
}
