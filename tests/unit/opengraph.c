/* SPDX-License-Identifier: Apache-2.0 */
/* The collection below tests/inventory/opengraph as a graph. */
#include "tests/unit/unit.h"

#include "compiler/compiler.h"
#include "tests/unit/site.h"

static struct str in_tree(struct arena *arena, const char *path)
{
	const char *top = getenv("TOP_SRCDIR");

	return arena_printf(arena, "%s/tests/inventory/opengraph/%s",
	    top ? top : ".", path);
}

static struct str read_folder(struct arena *arena, const char *rules,
    const char *folder, struct inventory_notes *notes)
{
	struct diagnostics *all = diagnostics_new(arena, sources_new(arena));
	struct str pack = in_tree(arena, rules);
	struct str path = in_tree(arena, folder);
	struct compile_options compile = { .packs = &pack, .pack_count = 1 };
	const struct tree *tree = compile_check(arena, all, &compile);
	struct inventory_options options = { 0 };
	struct graph *graph;
	struct text text;

	text_init(&text, arena);
	ck_assert_ptr_nonnull(tree);
	options.mappings = tree->mappings.items;
	options.mapping_count = tree->mappings.count;
	graph = inventory_load(arena, all, tree->schema, &path, 1, &options,
	    notes);
	diag_print(all, &text, 0, DIAG_CONCISE, false);
	ck_assert_msg(graph != NULL, "%.*s", STR_ARG(text_str(&text)));
	return site_dump(arena, graph);
}

/* Values that differ are disputed, lists without their unknown elements open,
 * assumed edges possible links; a node may be two entities, or one of them. */
START_TEST(nodes_and_edges_become_facts)
{
	struct arena *arena = arena_new();
	struct inventory_notes notes = { 0 };

	ck_assert_text(read_folder(arena, "office.scarp",
	    "collected.site", &notes),
	    "Server Alpha zone=! room=none patched=true port=1433 "
	    "seen=2026-08-02 tags=[x!, y] account=M1 "
	    "tasks=[Alpha/mail,P01, Alpha/web, Alpha/web,P01, ...] "
	    "admins=[P1, ...] children=[BRAVO, Charlie?, ...]\n"
	    "Server BRAVO patched=false port=1434 tags=[z] account=M2 "
	    "tasks=[BRAVO/web,P02, ...] admins=[M1?, P1?, ...] "
	    "parent=Alpha\n"
	    "Server Charlie room=12 patched=true tags=[a, ...] "
	    "account=M3\n"
	    "Server Delta zone=inside account=M4\n"
	    "Job Alpha/mail,P01 server=Alpha hot=true\n"
	    "Job Alpha/web server=Alpha hot=true\n"
	    "Job Alpha/web,P01 server=Alpha hot=true\n"
	    "Job BRAVO/web,P02 server=BRAVO\n"
	    "Account M1 kind=machine\n"
	    "Account M2 kind=machine\n"
	    "Account M3 kind=machine\n"
	    "Account M4 kind=machine\n"
	    "Account M5 kind=machine\n"
	    "Account P1 kind=person friends=[M1, ...]\n"
	    "disputed Alpha.zone inside @2:2:131\n"
	    "disputed Alpha.zone outside @3:2:65\n"
	    "disputed Alpha.tags x @2:2:235\n"
	    "disputed Alpha.tags not x @3:2:80\n");
	arena_free(arena);
}
END_TEST

/* An absent value is not the text "none"; what a pattern did not catch is not
 * known; links in keys lead to nodes further down; `id` may be a property. */
START_TEST(corners_of_mappings_become_facts_or_none)
{
	struct arena *arena = arena_new();
	struct inventory_notes notes = { 0 };

	ck_assert_text(read_folder(arena, "odd.scarp", "odd.site", &notes),
	    "Server alpha next=W room=none shelf=none seen=2026-08-02 up=true rack=7 "
	    "labels=[a, ...] numbers=[1, ...] groups=[Yes, x] tasks=[alpha/mail, ...] "
	    "pieces=[alpha/mail,3, ...] disks=[alpha/C:, alpha/D:, ...]\n"
	    "Server beta room=none shelf=7 label=a labels=[...] pieces=[beta/web, ...]\n"
	    "Server delta numbers=[...]\n"
	    "Server epsilon labels=[p, q, ...] numbers=[7]\n"
	    "Server gamma room=r label=a numbers=[...]\n"
	    "Server M3 next=alpha room=none shelf=none seen=2026-08-02 rack=7 server=alpha "
	    "labels=[] numbers=[2]\n"
	    "Server smtp room=none\n"
	    "Server zeta labels=[p]\n"
	    "Person W next=M3\n"
	    "Rack 7\n"
	    "Pair P\n"
	    "Slot 3,alpha text=s1\n"
	    "Slot 4 text=s2\n"
	    "Job alpha/mail host=alpha\n"
	    "Disk alpha/C: host=alpha\n"
	    "Disk alpha/D: host=alpha\n"
	    "Piece alpha/mail,3 host=alpha weight=none ports=[5, ...] parts=[alpha/mail,3/x, "
	    "alpha/mail,3/y, ...]\n"
	    "Piece beta/web host=beta weight=3\n"
	    "Part alpha/mail,3/x whole=alpha/mail,3\n"
	    "Part alpha/mail,3/y whole=alpha/mail,3\n");
	arena_free(arena);
}
END_TEST

UNIT_MAIN(nodes_and_edges_become_facts,
    corners_of_mappings_become_facts_or_none)
