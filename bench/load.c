/* SPDX-License-Identifier: Apache-2.0 */
/*
 * load [--times N] PACK STDLIB FILE
 *
 * What loading an inventory costs: FILE is read and made a graph, N times,
 * and beside it a plain read of the same bytes and the bare loop of the
 * library that finds what stands in them (simdjson's first stage, libyaml's
 * events).  Processor time of the whole process, the best of N; MB are 10^6
 * bytes.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <time.h>
#include <yaml.h>

#include "base/guard.h"
#include "base/io.h"
#include "base/text.h"
#include "compiler/compiler.h"
#include "inventory/inventory.h"
#include "inventory/json.h"

static const char *path;
static struct str bytes;
static struct tree *tree;
static unsigned times = 3;

static double seconds(clockid_t clock)
{
	struct timespec t;

	clock_gettime(clock, &t);
	return (double)t.tv_sec + (double)t.tv_nsec * 1e-9;
}

static void die(const char *why)
{
	fprintf(stderr, "load: %s\n", why);
	exit(1);
}

/* --- what is compared ----------------------------------------------------- */

static void read_plainly(struct arena *arena)
{
	struct str read, why;

	if (!io_read(arena, path, UINT32_MAX - 1, &read, &why))
		die("cannot read the file");
}

static void find_json(struct arena *arena)
{
	struct json_finder *finder = json_finder_new(bytes.length);
	const uint32_t *offsets;
	size_t count;

	(void)arena;
	if (!finder || json_find(finder, bytes.at, bytes.length, &offsets,
	    &count) != JSON_FOUND)
		die("this is no JSON");
	json_finder_free(finder);
}

static void find_yaml(struct arena *arena)
{
	yaml_parser_t parser;
	yaml_event_t event;
	bool again = true;

	(void)arena;
	yaml_parser_initialize(&parser);
	yaml_parser_set_input_string(&parser,
	    (const unsigned char *)bytes.at, bytes.length);
	while (again) {
		if (!yaml_parser_parse(&parser, &event))
			die("this is no YAML");
		again = event.type != YAML_STREAM_END_EVENT;
		yaml_event_delete(&event);
	}
	yaml_parser_delete(&parser);
}

static void load(struct arena *arena)
{
	struct diagnostics *all = diagnostics_new(arena, sources_new(arena));
	struct inventory_notes notes = { 0 };
	struct inventory_options options = { .has_as_of = true,
		.as_of = 20000 };
	struct str files[1] = { str_of(path) };

	options.mappings = tree->mappings.items;
	options.mapping_count = tree->mappings.count;
	if (!inventory_load(arena, all, tree->schema, files, 1, &options,
	    &notes))
		die("the inventory is wrong");
}

/* --- measuring ------------------------------------------------------------ */

struct line {
	const char *name;
	void (*run)(struct arena *arena);
};

static void measure(const struct line *line)
{
	double best = 1e9, passed = 1e9;
	struct rusage usage;

	for (unsigned i = 0; i < times; i++) {
		struct arena *arena = arena_new();
		double start = seconds(CLOCK_PROCESS_CPUTIME_ID);
		double begin = seconds(CLOCK_MONOTONIC), used, wall;

		line->run(arena);
		used = seconds(CLOCK_PROCESS_CPUTIME_ID) - start;
		wall = seconds(CLOCK_MONOTONIC) - begin;
		best = used < best ? used : best;
		passed = wall < passed ? wall : passed;
		arena_free(arena);
	}
	getrusage(RUSAGE_SELF, &usage);
	printf("%-28s %8.1f MB/s  %8.1f ms  %8.1f ms passed  %6ld MB at most\n",
	    line->name, (double)bytes.length / best / 1e6, best * 1e3,
	    passed * 1e3, usage.ru_maxrss / 1000);
}

static void compile(struct arena *arena, const char *pack, const char *stdlib)
{
	struct diagnostics *all = diagnostics_new(arena, sources_new(arena));
	struct str packs[1] = { str_of(pack) }, search[1] = { str_of(stdlib) };
	struct compile_options options = { .packs = packs, .pack_count = 1,
		.search = search, .search_count = 1, .unused_allowed = true };

	tree = compile_check(arena, all, &options);
	if (!tree)
		die("the pack is wrong");
}

int main(int count, char **words)
{
	static const struct line lines[] = {
		{ "a plain read", read_plainly },
		{ "simdjson's first stage", find_json },
		{ "libyaml's bare events", find_yaml },
		{ "to a graph", load },
	};
	struct arena *arena = arena_new();
	struct str why;
	bool is_json, is_yaml;
	int i = 1;

	if (count > 3 && strcmp(words[1], "--times") == 0) {
		times = (unsigned)atoi(words[2]);
		i = 3;
	}
	if (count - i != 3)
		die("load [--times N] PACK STDLIB FILE");
	path = words[i + 2];
	compile(arena, words[i], words[i + 1]);
	if (!io_read(arena, path, UINT32_MAX - 1, &bytes, &why))
		die("cannot read the file");
	is_json = str_ends(str_of(path), STR(".json"));
	is_yaml = str_ends(str_of(path), STR(".yaml"));
	measure(&lines[0]);
	if (is_json || is_yaml)
		measure(&lines[is_json ? 1 : 2]);
	measure(&lines[3]);
	arena_free(arena);
	return 0;
}
