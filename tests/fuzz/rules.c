/* SPDX-License-Identifier: Apache-2.0 */
/* Rule source: through the formatter, the compiler and its own tests. */
#include "compiler/given.h"
#include "compiler/lint.h"
#include "compiler/mutate.h"
#include "compiler/plan.h"
#include "grammar/format.h"
#include "grammar/parse.h"
#include "tests/fuzz/fuzz.h"
#include "vm/container.h"
#include "vm/verify.h"

/* Tests whose inventories are tried. */
#define TESTS 3
/* Of so many mutants one is compiled. */
#define MUTANTS 7

static struct str formatted(struct arena *arena, const struct ast *tree)
{
	struct text out;

	text_init(&out, arena);
	format_file(tree, &out);
	return arena_copy(arena, text_str(&out));
}

/* fmt keeps the tree, and fmt of fmt is fmt. */
static void check_format(struct arena *arena, struct str bytes)
{
	struct sources *sources = sources_new(arena);
	struct diagnostics *all = diagnostics_new(arena, sources);
	struct ast *tree = parse_file(arena, all, fuzz_source(arena, sources, "a", bytes));
	struct ast *again;
	struct str once;

	fuzz_print(arena, all);
	if (diag_errors(all))
		return;
	once = formatted(arena, tree);
	again = parse_file(arena, all, fuzz_source(arena, sources, "b", once));
	if (diag_errors(all) || !ast_equal(tree, again))
		fuzz_fail("fmt changes the tree:\n%.*s", STR_ARG(once));
	if (!str_equal(once, formatted(arena, again)))
		fuzz_fail("fmt of fmt differs:\n%.*s", STR_ARG(once));
}

static void check_program(struct arena *arena, struct program *program,
    struct packed_source *files)
{
	struct container container = { .program = program, .sources = files,
		.source_count = 2, .pack_id = STR("a"), .pack_version = STR("1") };
	struct container again;
	struct str why;
	struct text out;

	if (!program_verify(arena, program, &why))
		fuzz_fail("the verifier refuses what the compiler made: %.*s", STR_ARG(why));
	if (!container_read(arena, container_write(arena, &container), &again, &why))
		fuzz_fail("a container is refused: %.*s", STR_ARG(why));
	text_init(&out, arena);
	program_list(program, NULL, &out);
}

static void run_tests(struct arena *arena, struct diagnostics *all,
    const struct tree *tree, const struct program *program)
{
	struct inventory_options options = { .has_as_of = true, .as_of = 20500 };

	for (size_t i = 0; i < tree->tests.count && i < TESTS; i++) {
		const struct document *document = given_document(arena, tree->schema,
		    tree->tests.items[i].given);
		struct graph *graph = inventory_bind(arena, all, tree->schema,
		    document, &options);

		if (!graph)
			continue;
		answers_check(arena, tree, program, graph);
		told_check(arena, tree, program, graph);
	}
}

/* Some of the mutants, or it would take as long as all else together. */
static void check_mutant(struct arena *arena, struct diagnostics *all,
    const struct tree *tree, const struct mutations *mutations, size_t number)
{
	const struct mutation *mutation = &mutations->list.items[number];
	struct mutant_sources sources;
	struct str was, is;

	if (number % MUTANTS)
		return;
	sources = mutate_sources(arena, all, tree, mutations, mutation->item);
	was = sources.items[sources.changed].bytes;
	if (mutation->span.end > was.length || mutation->span.start > mutation->span.end)
		fuzz_fail("a mutation of what is not there");
	is = mutate_bytes(arena, was, mutation);
	if (str_equal(was, is))
		fuzz_fail("a mutant that is the pack itself: %s",
		    mutation_word(mutation->kind));
	sources.items[sources.changed].bytes = is;
	compile_check(arena, diagnostics_new(arena, sources_new(arena)),
	    &(struct compile_options){ .packed = sources.items,
	    .packed_count = sources.count, .unused_allowed = true });
}

/* The stages can be shown, lint can look, and what is mutated is another text
 * that is compiled or refused. */
static void check_stages(struct arena *arena, struct diagnostics *all,
    const struct tree *tree)
{
	struct mutations mutations = { 0 };
	struct text out;

	text_init(&out, arena);
	tree_dump(tree, &out);
	compile_dump_plan(arena, tree, (struct plan_options){ .unoptimised = false }, &out);
	compile_dump_plan(arena, tree, (struct plan_options){ .unoptimised = true }, &out);
	lint_packs(arena, all, tree);
	fuzz_print(arena, all);
	mutate_pack(arena, all, tree, &mutations);
	for (size_t i = 0; i < mutations.list.count; i++)
		check_mutant(arena, all, tree, &mutations, i);
}

void fuzz_rules(struct arena *arena, struct str bytes)
{
	struct sources *sources = sources_new(arena);
	struct diagnostics *all = diagnostics_new(arena, sources);
	struct packed_source files[2] = {
		{ STR(""), STR("a.scarp"), arena_copy(arena, bytes) },
		{ STR("site"), STR("site.scarp"), site_source() },
	};
	struct compile_options options = { .packed = files, .packed_count = 2 };
	struct program *program, *plain;
	struct tree *tree;

	check_format(arena, bytes);
	tree = compile_check(arena, all, &options);
	fuzz_print(arena, all);
	if (!tree != (diag_errors(all) > 0))
		fuzz_fail("a tree beside errors, or neither");
	if (!tree)
		return;
	program = compile_program(arena, tree);
	plain = compile_program_with(arena, tree, (struct plan_options){ .unoptimised = true });
	if (!program || !plain)
		return;
	check_program(arena, program, files);
	check_program(arena, plain, files);
	run_tests(arena, all, tree, program);
	check_stages(arena, all, tree);
}
