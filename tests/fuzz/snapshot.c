/* SPDX-License-Identifier: Apache-2.0 */
/*
 * A .scarpg of the schema in site.scarp: what its checks accept is evaluated,
 * shown with every place and proof, and written again, and trips nothing.
 */
#include "report/formats.h"
#include "tests/fuzz/fuzz.h"
#include "tests/random/snapshot_change.h"
#include "vm/kept.h"
#include "vm/run.h"
#include "vm/snapshot.h"

/* Asks for all that a report shows, what is cold in the file too. */
static void show(struct arena *arena, const struct graph *graph)
{
	const struct tree *tree = site_tree();
	struct tally *tallies = ARENA_ARRAY(arena, struct tally, tree->rules.count);
	struct outcomes *outcomes = report_outcomes(arena, tree, graph, ~0u);
	struct run_options options = { 0 };
	struct report *report;
	struct text out;

	run_keep(arena, site_program(), graph, &options, tallies, outcomes);
	report = report_new(arena, tree, graph, tallies, outcomes, ~0u, 0, NULL);
	report->all_verdicts = true;
	report->proofs = true;
	text_init(&out, arena);
	report_json(report, &out);
}

static struct str written(struct arena *arena, const struct graph *graph,
    const struct snapshot_extras *extras)
{
	struct str *parts, why;
	struct text out;
	size_t count;

	if (!snapshot_write(arena, graph, extras, &parts, &count, &why))
		fuzz_fail("what was read cannot be written: %.*s", STR_ARG(why));
	text_init(&out, arena);
	for (size_t i = 0; i < count; i++)
		text_add(&out, parts[i]);
	return text_str(&out);
}

static struct graph *read_graph(struct arena *arena, struct str bytes,
    struct snapshot_extras *extras, struct str *why)
{
	enum snapshot_state state;
	struct graph *graph = snapshot_read(arena, fuzz_path(bytes), sources_new(arena),
	    site_tree()->schema, NULL, extras, &state, why);

	if (!graph != (state != SNAPSHOT_OK) || (!graph && why->length == 0))
		fuzz_fail("a graph beside a reason, or neither");
	return graph;
}

/* Verdicts that anybody may have written there are used, or they are not. */
static void use_verdicts(struct arena *arena, const struct graph *graph,
    const struct graph *now, const struct snapshot_extras *extras)
{
	const struct program *program = site_program();
	struct tally *tallies = ARENA_ARRAY(arena, struct tally, program->rules.count);
	struct kept *kept = kept_read(arena, program, graph, extras->verdicts,
	    extras->verdict_count);
	struct kept_figures figures;

	if (kept)
		kept_since(arena, program, NULL, kept, delta_find(arena, graph, now), now,
		    true, tallies, &figures);
}

void fuzz_snapshot(struct arena *arena, struct str bytes)
{
	struct snapshot_extras extras = { 0 }, copied = { 0 };
	struct answers first, second;
	struct graph *graph, *copy;
	struct str why, again;

	graph = read_graph(arena, bytes, &extras, &why);
	if (!graph)
		return;
	answers_check(arena, site_tree(), site_program(), graph);
	show(arena, graph);
	again = written(arena, graph, &extras);
	answers_of(arena, site_program(), graph, 0, &first);
	copy = read_graph(arena, again, &copied, &why);
	if (!copy)
		fuzz_fail("a snapshot of a snapshot is refused: %.*s", STR_ARG(why));
	answers_of(arena, site_program(), copy, 0, &second);
	use_verdicts(arena, graph, copy, &extras);
	answers_compare(&first, &second, "a snapshot of a snapshot");
	if (!str_equal(again, written(arena, copy, &copied)))
		fuzz_fail("a snapshot of a snapshot is another file");
}

size_t change_snapshot(unsigned char *data, size_t size, size_t most, unsigned seed,
    fuzz_mutate *also)
{
	struct random r = { 0 };

	random_seed(&r, seed);
	if (also && (size == 0 || random_chance(&r, 5)))
		return also(data, size, most);
	return snapshot_change(&r, (char *)data, size, most);
}
