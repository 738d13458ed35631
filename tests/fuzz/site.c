/* SPDX-License-Identifier: Apache-2.0 */
/* The pack that inventories, edits and waivers are read against. */
#include "tests/fuzz/fuzz.h"
#include "vm/verify.h"

static const char source[] =
#include "tests/fuzz/site.inc"
;

static struct tree *tree;
static struct program *program;

struct str site_source(void)
{
	return (struct str){ source, sizeof(source) - 1 };
}

/* Once, in a region that is never freed: found by the static variables. */
static void compile(void)
{
	struct arena *arena = arena_new();
	struct diagnostics *all = diagnostics_new(arena, sources_new(arena));
	struct packed_source file = { STR(""), STR("site.scarp"), site_source() };
	struct compile_options options = { .packed = &file, .packed_count = 1 };
	struct text out;
	struct str why;

	tree = compile_check(arena, all, &options);
	text_init(&out, arena);
	diag_print(all, &out, 0, DIAG_HUMAN, false);
	if (!tree)
		fuzz_fail("%.*s", STR_ARG(text_str(&out)));
	program = compile_program(arena, tree);
	if (!program || !program_verify(arena, program, &why))
		fuzz_fail("the verifier refuses what the compiler made");
}

const struct tree *site_tree(void)
{
	if (!tree)
		compile();
	return tree;
}

const struct program *site_program(void)
{
	site_tree();
	return program;
}

void site_open(struct arena *arena, struct diagnostics *all, const char *path,
    struct loaded_site *site)
{
	struct str paths = str_of(path);

	*site = (struct loaded_site){ .options = {
		.has_as_of = true, .as_of = 20500,
		.mappings = site_tree()->mappings.items,
		.mapping_count = site_tree()->mappings.count,
	} };
	site->graph = inventory_load(arena, all, site_tree()->schema, &paths, 1,
	    &site->options, &site->notes);
}

struct graph *site_load(struct arena *arena, struct diagnostics *all, const char *path)
{
	struct loaded_site site;

	site_open(arena, all, path, &site);
	return site.graph;
}
