/* SPDX-License-Identifier: Apache-2.0 */
/*
 * since PACK STDLIB SITE [--facts N]: milliseconds from a changed graph to its
 * verdicts, beside those of a full run, in one process.
 *
 * The site is read twice, and in the second graph N facts (1) are changed: bools
 * of hosts turned round, evenly spread.  Each time is the best of five.
 */
#include <stdio.h>
#include <stdlib.h>
#include <time.h>

#include "base/guard.h"
#include "compiler/compiler.h"
#include "compiler/plan.h"
#include "inventory/inventory.h"
#include "vm/kept.h"
#include "vm/verify.h"

#define TIMES 5

static double now(void)
{
	struct timespec t;

	clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &t);
	return (double)t.tv_sec * 1000 + (double)t.tv_nsec / 1e6;
}

struct bench {
	struct arena *arena;
	struct sources *sources;
	struct diagnostics *all;
	struct tree *tree;
	struct program *program;
};

static bool compile(struct bench *b, const char *pack, const char *stdlib)
{
	struct str path = str_of(pack), search = str_of(stdlib), why;
	struct compile_options options = { .packs = &path, .pack_count = 1,
		.search = &search, .search_count = 1 };

	b->tree = compile_check(b->arena, b->all, &options);
	b->program = b->tree ? compile_program(b->arena, b->tree) : NULL;
	return b->program && program_verify(b->arena, b->program, &why);
}

static struct graph *load(struct bench *b, const char *path)
{
	struct str name = str_of(path);
	struct inventory_options options = { .has_as_of = true, .as_of = 20788,
		.mappings = b->tree->mappings.items, .mapping_count = b->tree->mappings.count };
	struct inventory_notes notes = { 0 };

	return inventory_load(b->arena, b->all, b->tree->schema, &name, 1, &options, &notes);
}

static void change(const struct graph *graph, uint32_t count)
{
	uint16_t host = schema_find_kind(graph->schema, STR("Host"));
	uint16_t attribute = schema_find_attribute(graph->schema, host, STR("is_dc"));
	struct column *c = &graph->columns[attribute];

	for (uint32_t i = 0; i < count && c->rows; i++) {
		uint32_t row = (uint32_t)((uint64_t)i * c->rows / count + c->rows / 3) % c->rows;

		bit_set(c->known, row);
		bit_put(c->codes, row, !bit_get(c->codes, row));
	}
}

static void best(double *sum, double start)
{
	double took = now() - start;

	if (took < *sum)
		*sum = took;
}

static struct tally *tallies_of(const struct bench *b, struct arena *arena)
{
	return ARENA_ARRAY(arena, struct tally, b->tree->rules.count);
}

static void measure(struct bench *b, const struct graph *former, const struct graph *graph)
{
	struct kept *kept = kept_run(b->arena, b->program, former, NULL,
	    tallies_of(b, b->arena));
	double full = 1e9, compare = 1e9, part = 1e9;
	struct kept_figures f;
	struct delta *d = NULL;

	for (int i = 0; i < TIMES; i++) {
		struct arena *arena = arena_new();
		double start = now();

		kept_run(arena, b->program, graph, NULL, tallies_of(b, arena));
		best(&full, start);
		start = now();
		d = delta_find(arena, former, graph);
		best(&compare, start);
		start = now();
		kept_since(arena, b->program, NULL, kept, d, graph, false,
		    tallies_of(b, arena), &f);
		best(&part, start);
		if (i == TIMES - 1)
			printf("%u entities, %llu facts changed: %llu of %llu instructions, "
			    "%llu of %llu rows\n", graph->entity_count,
			    (unsigned long long)d->facts, (unsigned long long)f.instructions,
			    (unsigned long long)f.all_instructions,
			    (unsigned long long)f.rows, (unsigned long long)f.all_rows);
		arena_free(arena);
	}
	printf("full run %.1f ms; compare the graphs %.1f ms, run what is touched %.1f ms: "
	    "%.2f of the full run\n", full, compare, part, (compare + part) / full);
}

static int run(int argc, char **argv)
{
	struct bench b = { .arena = arena_new() };
	struct graph *former, *graph;
	struct guard guard;
	uint32_t count = argc > 4 ? (uint32_t)strtoul(argv[4], NULL, 10) : 1;

	if (!GUARD_SET(&guard)) {
		fprintf(stderr, "since: %s\n", guard_reason());
		return 2;
	}
	b.sources = sources_new(b.arena);
	b.all = diagnostics_new(b.arena, b.sources);
	former = compile(&b, argv[1], argv[2]) ? load(&b, argv[3]) : NULL;
	graph = former ? load(&b, argv[3]) : NULL;
	if (!graph) {
		fprintf(stderr, "since: the pack or the site cannot be read\n");
		return 2;
	}
	change(graph, count);
	measure(&b, former, graph);
	arena_free(b.arena);
	return 0;
}

int main(int argc, char **argv)
{
	if (argc < 4) {
		fprintf(stderr, "usage: since PACK STDLIB SITE [FACTS]\n");
		return 2;
	}
	return run(argc, argv);
}
