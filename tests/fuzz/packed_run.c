/* SPDX-License-Identifier: Apache-2.0 */
#include "tests/fuzz/packed.h"
#include "vm/container.h"

/* The site is read by the schema of the file, as far as that still fits. */
static struct graph *load(struct arena *arena, const struct container *container)
{
	struct diagnostics *all = diagnostics_new(arena, sources_new(arena));
	struct inventory_notes notes = { 0 };
	struct inventory_options options = { .has_as_of = true, .as_of = 20500 };
	struct str path;

	for (uint32_t i = 0; i < container->source_count; i++) {
		if (!str_equal(container->sources[i].name, STR("site.yaml")))
			continue;
		path = str_of(fuzz_path(container->sources[i].bytes));
		return inventory_load(arena, all, container->program->schema, &path, 1,
		    &options, &notes);
	}
	return NULL;
}

bool packed_run(struct arena *arena, const struct container *container,
    struct answers *out)
{
	struct graph *graph = load(arena, container);
	struct answers small;

	*out = (struct answers){ .rules = 0 };
	if (!graph)
		return false;
	answers_of(arena, container->program, graph, 0, out);
	answers_of(arena, container->program, graph, 64, &small);
	answers_compare(out, &small, "batches of 64 rows");
	return true;
}
