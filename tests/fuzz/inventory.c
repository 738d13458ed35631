/* SPDX-License-Identifier: Apache-2.0 */
/* An inventory: what is read is evaluated; what is not has a reason. */
#include "tests/fuzz/fuzz.h"

void fuzz_inventory(struct arena *arena, struct str bytes)
{
	struct diagnostics *all = diagnostics_new(arena, sources_new(arena));
	struct graph *graph;

	site_tree();
	graph = site_load(arena, all, fuzz_path(bytes));
	fuzz_print(arena, all);
	if (!graph != (diag_errors(all) > 0))
		fuzz_fail("a graph beside errors, or neither");
	if (!graph)
		return;
	answers_check(arena, site_tree(), site_program(), graph);
	told_check(arena, site_tree(), site_program(), graph);
}
