/* SPDX-License-Identifier: Apache-2.0 */
/*
 * A CSV file: the first line of the input is its name.  What is read is
 * evaluated; what is not has a reason.
 */
#include "tests/fuzz/fuzz.h"

#include "inventory/read.h"

static struct graph *bind(struct facts *facts, struct diagnostics *all,
    uint32_t file)
{
	struct arena *arena = arena_new_in(facts->arena);
	struct document *document = csv_parse(arena, facts, all, file);
	struct provenance who = { .grade = GRADE_DECLARED, .span = SPAN_NONE,
		.name = source_name(diagnostics_sources(all), file) };

	if (!document)
		facts->incomplete = true;
	else
		bind_document(facts, document, &who, true);
	return facts_merge(facts, facts->kept);
}

void fuzz_csv(struct arena *arena, struct str bytes)
{
	struct sources *sources = sources_new(arena);
	struct diagnostics *all = diagnostics_new(arena, sources);
	size_t end = str_find(bytes, '\n');
	char *name = arena_alloc(arena, end + sizeof(".csv"));
	struct inventory_options options = { .has_as_of = true, .as_of = 20500 };
	struct graph *graph;

	memcpy(name, bytes.at, end);
	memcpy(name + end, ".csv", sizeof(".csv"));
	if (strlen(name) != end + 4)
		return;
	graph = bind(facts_new(arena_new_in(arena), arena, all,
	    site_tree()->schema, &options), all, fuzz_source(arena, sources,
	    name, str_slice(bytes, end + 1, bytes.length)));
	fuzz_print(arena, all);
	if (!graph != (diag_errors(all) > 0))
		fuzz_fail("a graph beside errors, or neither");
	if (graph)
		answers_check(arena, site_tree(), site_program(), graph);
}
