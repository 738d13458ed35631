/* SPDX-License-Identifier: Apache-2.0 */
/*
 * snapshot SCHEMA SITE.scarpg [TIMES]
 *
 * How long a snapshot takes until a run could begin: read, checked, and put in
 * a graph.  SCHEMA is a file of rules or of a schema alone.  Prints the least
 * of TIMES (10), as processor and as elapsed time.
 */
#include <stdio.h>
#include <stdlib.h>
#include <time.h>

#include "base/guard.h"
#include "compiler/compiler.h"
#include "vm/snapshot.h"

static double now(clockid_t clock)
{
	struct timespec t;

	clock_gettime(clock, &t);
	return (double)t.tv_sec * 1e3 + (double)t.tv_nsec / 1e6;
}

static const struct schema *schema_of(struct arena *arena, struct diagnostics *all,
    const char *path)
{
	struct str pack = str_of(path), search = STR("stdlib");
	struct compile_options options = { .packs = &pack, .pack_count = 1,
		.search = &search, .search_count = 1 };
	struct tree *tree = compile_check(arena, all, &options);

	if (!tree)
		guard_raise("the schema does not compile");
	return tree->schema;
}

static uint32_t read_once(struct sources *sources, const struct schema *schema,
    const char *path)
{
	struct arena *arena = arena_new();
	struct snapshot_extras extras = { 0 };
	enum snapshot_state state;
	struct graph *graph;
	uint32_t count;
	struct str why;

	graph = snapshot_read(arena, path, sources, schema, NULL, &extras, &state, &why);
	if (!graph) {
		fprintf(stderr, "%.*s\n", STR_ARG(why));
		guard_raise("the snapshot is refused");
	}
	count = graph->entity_count;
	arena_free(arena);
	return count;
}

static void measure(const char *schema_path, const char *path, int times)
{
	struct arena *arena = arena_new();
	struct sources *sources = sources_new(arena);
	const struct schema *schema = schema_of(arena, diagnostics_new(arena, sources),
	    schema_path);
	double cpu = 1e9, elapsed = 1e9;
	uint32_t count = 0;

	for (int i = 0; i < times; i++) {
		double c = now(CLOCK_PROCESS_CPUTIME_ID), e = now(CLOCK_MONOTONIC);

		count = read_once(sources_new(arena), schema, path);
		c = now(CLOCK_PROCESS_CPUTIME_ID) - c;
		e = now(CLOCK_MONOTONIC) - e;
		cpu = c < cpu ? c : cpu;
		elapsed = e < elapsed ? e : elapsed;
	}
	printf("%u entities: %.1f ms, of a processor %.1f ms; %.1f ms per million\n",
	    count, elapsed, cpu, count ? cpu * 1e6 / count : 0);
	arena_free(arena);
}

int main(int argc, char **argv)
{
	struct guard guard;

	if (argc < 3) {
		fprintf(stderr, "snapshot SCHEMA SITE.scarpg [TIMES]\n");
		return 2;
	}
	if (!GUARD_SET(&guard)) {
		fprintf(stderr, "snapshot: %s\n", guard_reason());
		return 2;
	}
	measure(argv[1], argv[2], argc > 3 ? atoi(argv[3]) : 10);
	return 0;
}
