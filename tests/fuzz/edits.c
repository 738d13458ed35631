/* SPDX-License-Identifier: Apache-2.0 */
/* Edits of a site: what they make is evaluated; the site itself stays. */
#include "tests/fuzz/fuzz.h"

static const char site[] =
#include "tests/fuzz/site_yaml.inc"
;

void fuzz_edits(struct arena *arena, struct str bytes)
{
	struct sources *sources = sources_new(arena);
	struct diagnostics *all = diagnostics_new(arena, sources);
	struct str path = str_of(fuzz_path((struct str){ site, sizeof(site) - 1 }));
	struct inventory_notes notes = { 0 };
	struct inventory_options options = { .has_as_of = true, .as_of = 20500 };
	struct inventory *inventory = inventory_open(arena, all, site_tree()->schema,
	    &path, 1, &options, &notes);
	struct graph *before, *edited, *after;
	struct answers first, last;
	struct edits *edits = NULL;

	if (!inventory)
		fuzz_fail("the site is refused");
	before = inventory_graph(inventory, arena, all, NULL);
	edits_parse(arena, all, fuzz_source(arena, sources, "--set", bytes), &edits);
	edited = diag_errors(all) == 0 ? inventory_graph(inventory, arena, all, edits) : NULL;
	fuzz_print(arena, all);
	if (!edited != (diag_errors(all) > 0))
		fuzz_fail("a graph beside errors, or neither");
	if (edited)
		answers_check(arena, site_tree(), site_program(), edited);
	after = inventory_graph(inventory, arena, diagnostics_new(arena, sources), NULL);
	if (!before || !after)
		fuzz_fail("the site is lost");
	answers_of(arena, site_program(), before, 0, &first);
	answers_of(arena, site_program(), after, 0, &last);
	answers_compare(&first, &last, "before the edits and after");
}
