/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Edits: each makes the graph that the file would make had it been edited.
 * (How edits are written wrongly is tested in tests/cli/set.test.)
 */
#include "tests/unit/unit.h"

#include "tests/unit/site.h"

#define HEAD "scarp: 1\nschema: site\n"

static struct inventory_options options;

static struct str diagnostics_of(struct arena *arena, struct diagnostics *all)
{
	struct text out;

	text_init(&out, arena);
	diag_print(all, &out, 0, DIAG_CONCISE, false);
	return text_str(&out);
}

/* TEXTS (files that end at NULL) with EDITS, as text; then without any, to
 * see that nothing of them stays. */
static struct str edited(struct arena *arena, const char *const *texts,
    const char *edits_text)
{
	struct sources *sources = sources_new(arena);
	struct diagnostics *all = diagnostics_new(arena, sources);
	struct schema *schema = site_schema(arena);
	struct inventory_notes notes = { 0 };
	struct inventory *inventory;
	struct edits *edits = NULL;
	struct graph *plain, *graph, *again;
	struct str names[8];
	size_t count = 0;
	uint32_t file;

	for (; texts[count]; count++)
		names[count] = site_write(arena, count, texts[count]);
	inventory = inventory_open(arena, all, schema, names, count, &options,
	    &notes);
	if (!inventory)
		return diagnostics_of(arena, all);
	file = site_file(arena, sources, "--set", edits_text,
	    strlen(edits_text));
	if (!edits_parse(arena, all, file, &edits))
		return diagnostics_of(arena, all);
	plain = inventory_graph(inventory, arena, all, NULL);
	graph = inventory_graph(inventory, arena, all, edits);
	again = inventory_graph(inventory, arena, all, NULL);
	if (!plain || !graph || !again)
		return diagnostics_of(arena, all);
	ck_assert_text(site_dump(arena, again),
	    arena_copy(arena, site_dump(arena, plain)).at);
	return site_dump(arena, graph);
}

/* The file with EDITS is the graph of the file WANTED. */
static void expect_as(const char *text, const char *edits, const char *wanted)
{
	struct arena *arena = arena_new();
	struct str have, file;

	unit_enter_folder();
	have = edited(arena, (const char *const[]){ text, NULL }, edits);
	file = site_read(arena, (const char *const[]){ wanted }, 1, &options);
	ck_assert_text(have, arena_copy(arena, file).at);
	unit_leave_folder();
	arena_free(arena);
}

static void expect(const char *const *texts, const char *edits,
    const char *wanted)
{
	struct arena *arena = arena_new();

	unit_enter_folder();
	ck_assert_text(edited(arena, texts, edits), wanted);
	unit_leave_folder();
	arena_free(arena);
	options = (struct inventory_options){ 0 };
}

#define EXPECT(edits, wanted, ...) \
	expect((const char *const[]){ __VA_ARGS__, NULL }, edits, wanted)

/* --- single values -------------------------------------------------------- */

START_TEST(a_value_is_set_forgotten_or_none)
{
	static const char file[] = HEAD "hosts:\n"
	    "  - { fqdn: a, zone: perimeter, internet_fqdn: x, patched: false, os: '10.0' }\n";

	expect_as(file, "Host[a].zone = internet",
	    HEAD "hosts: [{ fqdn: a, zone: internet, internet_fqdn: x, patched: false, os: '10.0' }]\n");
	expect_as(file, "Host[\"A\"].zone is unknown # nobody looked\n\n"
	    "# a comment\nHost[a].internet_fqdn = none\r\n",
	    HEAD "hosts: [{ fqdn: a, internet_fqdn: null, patched: false, os: '10.0' }]\n");
	expect_as(file, "Host[a].patched = true\nHost[a].os = \"10.1\"\n"
	    "Host[a].internet_fqdn = \"a b\"  # and\nHost[a].address = 10.0.0.1\n"
	    "Host[a].port = 80\n",
	    HEAD "hosts: [{ fqdn: a, zone: perimeter, internet_fqdn: a b, patched: true, os: '10.1', "
	    "address: 10.0.0.1, port: 80 }]\n");
}
END_TEST

START_TEST(later_edits_see_what_earlier_ones_made)
{
	expect_as(HEAD "hosts: [a]\n",
	    "Host[a].tags = [x]\nHost[a].tags += [y, z]\nHost[a].tags -= [x]\n"
	    "Host[a].zone = internet\nHost[a].zone = perimeter\n",
	    HEAD "hosts: [{ fqdn: a, tags: [y, z], zone: perimeter }]\n");
}
END_TEST

/* --- lists ---------------------------------------------------------------- */

START_TEST(elements_come_and_go)
{
	static const char file[] = HEAD "hosts:\n"
	    "  - { fqdn: a, tags: [x, y], ports: [1, 2, ...], zones: { items: [intranet], possible: [internet] } }\n"
	    "  - { fqdn: b }\n";

	expect_as(file, "Host[a].tags -= [x]\nHost[a].ports -= [2]\nHost[a].zones -= [internet]\n",
	    HEAD "hosts: [{ fqdn: a, tags: [y], ports: [1, ...], zones: [intranet] }, b]\n");
	expect_as(file, "Host[a].tags += [\"z, z\"]\nHost[a].zones += [internet]\nHost[b].tags += [x]",
	    HEAD "hosts: [{ fqdn: a, tags: [x, y, 'z, z'], ports: [1, 2, ...], zones: [intranet, internet] },\n"
	    "  { fqdn: b, tags: [x, ...] }]\n");
	expect_as(file, "Host[a].tags = []\nHost[a].ports = [7]\nHost[a].zones is unknown\nHost[b].tags = [x, ...]",
	    HEAD "hosts: [{ fqdn: a, tags: [], ports: [7] }, { fqdn: b, tags: [x, ...] }]\n");
	expect_as(file, "Host[a].tags is open\nHost[a].ports is closed\n"
	    "Host[a].zones = { items: [], possible: [perimeter] }\n",
	    HEAD "hosts: [{ fqdn: a, tags: [x, y, ...], ports: [1, 2], zones: { items: [], possible: [perimeter] } }, b]\n");
}
END_TEST

START_TEST(owned_entities_come_and_go_with_what_is_said_of_them)
{
	static const char file[] = HEAD "hosts:\n"
	    "  - { fqdn: a, roles: [{ kind: mp, pxe: true }, { kind: dp, instance: x, site: P01 }] }\n"
	    "  - { fqdn: b }\n"
	    "sites: [P01]\n";

	expect_as(file, "Host[a].roles -= [mp]",
	    HEAD "hosts: [{ fqdn: a, roles: [{ kind: dp, instance: x, site: P01 }] }, b]\nsites: [P01]\n");
	expect_as(file, "Host[a].roles -= [dp]\nHost[b].roles += [{ kind: dp, instance: x, site: P01 }]",
	    HEAD "hosts: [{ fqdn: a, roles: [{ kind: mp, pxe: true }] },\n"
	    "  { fqdn: b, roles: [{ kind: dp, instance: x, site: P01 }, ...] }]\nsites: [P01]\n");
	expect_as(file, "Host[a].roles = [mp, fsp]",
	    HEAD "hosts: [{ fqdn: a, roles: [{ kind: mp, pxe: true }, fsp] }, b]\nsites: [P01]\n");
	expect_as(file, "Host[a].roles is unknown",
	    HEAD "hosts: [a, b]\nsites: [P01]\n");
	expect_as(file, "Host[a].roles[mp].pxe = false\nRole[\"a/dp,x\"].site is unknown",
	    HEAD "hosts: [{ fqdn: a, roles: [{ kind: mp, pxe: false }, { kind: dp, instance: x }] }, b]\nsites: [P01]\n");
}
END_TEST

/* --- links and their other side ------------------------------------------- */

START_TEST(both_sides_of_a_link_follow)
{
	static const char file[] = HEAD
	    "complete: [Site]\nsites:\n"
	    "  - { code: P, children: [Q, R] }\n"
	    "  - { code: Q, parent: P }\n"
	    "  - { code: R }\n"
	    "  - { code: S, parent: null, children: [] }\n";

	expect_as(file, "Site[Q].parent = S",
	    HEAD "complete: [Site]\nsites: [{ code: P, children: [R] }, { code: Q, parent: S }, R,\n"
	    "  { code: S, parent: null, children: [Q] }]\n");
	expect_as(file, "Site[S].children += [R]",
	    HEAD "complete: [Site]\nsites: [{ code: P, children: [Q] }, { code: Q, parent: P }, R,\n"
	    "  { code: S, parent: null, children: [R] }]\n");
	expect_as(file, "Site[P].children -= [Q]",
	    HEAD "complete: [Site]\nsites: [{ code: P, children: [R] }, { code: Q, parent: null }, R,\n"
	    "  { code: S, parent: null, children: [] }]\n");
	expect_as(file, "Site[S].children = [Q, R]",
	    HEAD "complete: [Site]\nsites: [{ code: P, children: [] }, { code: Q, parent: S }, R,\n"
	    "  { code: S, parent: null, children: [Q, R] }]\n");
	expect_as(file, "Site[Q].parent = none",
	    HEAD "complete: [Site]\nsites: [{ code: P, children: [R] }, { code: Q, parent: null }, R,\n"
	    "  { code: S, parent: null, children: [] }]\n");
	/* Nobody says where Q belongs; that it is not in S is still known. */
	expect_as(file, "Site[Q].parent is unknown",
	    HEAD "complete: [Site]\nsites: [{ code: P, children: { items: [R], possible: [Q] } }, Q, R,\n"
	    "  { code: S, parent: null, children: [] }]\n");
}
END_TEST

START_TEST(an_edit_wins_whatever_the_grade)
{
	static const char low[] = HEAD "source: { grade: inferred }\n"
	    "sites: [{ code: P, children: [Q] }, { code: Q, parent: P }, R]\n";
	static const char high[] = HEAD "source: { grade: authoritative }\n"
	    "sites: [{ code: Q, parent: R }, { code: R, children: [Q] }]\n"
	    "hosts: [{ fqdn: a, tags: [x], zone: internet }]\n";
	static const char other[] = HEAD "source: { grade: observed }\n"
	    "hosts: [{ fqdn: a, tags: [x, y], zone: perimeter }]\n";

	EXPECT("Site[Q].parent = P\nHost[a].tags += [z]\nHost[a].zone = intranet\n",
	    "Site P children=[Q]\n"
	    "Site Q parent=P\n"
	    "Site R children=[]\n"
	    "Host a zone=intranet port=1433~ tags=[x, z]\n", low, high, other);
	options.least = GRADE_OBSERVED;
	EXPECT("Site[P].children -= [Q]\nHost[a].tags -= [x]\n",
	    "Site P? children=[...]\nSite Q parent=R\nSite R children=[Q]\n"
	    "Host a zone=internet tags=[]\n"
	    "outranked Q.parent P @0:4:56\n"
	    "outranked a.zone perimeter @2:4:40\n", low, high, other);
}
END_TEST

/* --- entities ------------------------------------------------------------- */

START_TEST(entities_come_and_go)
{
	static const char file[] = HEAD "complete: [Host]\n"
	    "hosts: [{ fqdn: a, admins: [x, y] }, { fqdn: b, roles: [{ kind: dp, site: P }] }]\n"
	    "principals: [x, y]\nsites: [{ code: P, roles: [b/dp] }]\n";

	expect_as(file, "add Host[c] { zone: internet, roles: [mp], admins: [x, ...] }\n",
	    HEAD "complete: [Host]\nhosts: [{ fqdn: a, admins: [x, y] }, { fqdn: b, roles: [{ kind: dp, site: P }] },\n"
	    "  { fqdn: c, zone: internet, roles: [mp], admins: [x, ...] }]\n"
	    "principals: [x, y]\nsites: [{ code: P, roles: [b/dp] }]\n");
	expect_as(file, "remove Host[b]\nremove Principal[x]",
	    HEAD "complete: [Host]\nhosts: [{ fqdn: a, admins: [y] }]\n"
	    "principals: [y]\nsites: [{ code: P, roles: [] }]\n");
	expect_as(file, "add Role[\"b/mp\"] { pxe: true }\nadd DomainController[d]\nadd Principal[z]",
	    HEAD "complete: [Host]\nhosts: [{ fqdn: a, admins: [x, y] },\n"
	    "  { fqdn: b, roles: [{ kind: dp, site: P }, { kind: mp, pxe: true }] }]\n"
	    "domain_controllers: [d]\n"
	    "principals: [x, y, z]\nsites: [{ code: P, roles: [b/dp] }]\n");
	expect_as(file, "remove Host[a]\nadd Host[a] { zone: internet }",
	    HEAD "complete: [Host]\nhosts: [{ fqdn: a, zone: internet }, { fqdn: b, roles: [{ kind: dp, site: P }] }]\n"
	    "principals: [x, y]\nsites: [{ code: P, roles: [b/dp] }]\n");
	expect_as(file, "Host is open\nSite is complete",
	    HEAD "complete: [Site]\n"
	    "hosts: [{ fqdn: a, admins: [x, y] }, { fqdn: b, roles: [{ kind: dp, site: P }] }]\n"
	    "principals: [x, y]\nsites: [{ code: P, roles: [b/dp] }]\n");
}
END_TEST

/* What is forgotten on one side is not known on the other, either. */
START_TEST(what_is_forgotten_leaves_nothing_behind)
{
	EXPECT("Site[P].children is unknown\n",
	    "Site P\n"
	    "Site Q\n"
	    "Site R\n", HEAD
	    "sites: [{ code: P, children: [Q, R] }, { code: Q, parent: P }, R]\n");
	EXPECT("Host[a].admins is unknown\n",
	    "Host a port=1433~ admins=[x?, ...]\n"
	    "Principal x admin_of=[a?]\n"
	    "Principal y admin_of=[...]\n"
	    "Principal z admin_of=[]\n", HEAD
	    "hosts: [{ fqdn: a, admins: [x, y] }]\n"
	    "principals: [{ name: x, admin_of: [a] }, { name: y, admin_of: [a, ...] }, { name: z, admin_of: [] }]\n");
	EXPECT("Site[P].children = { items: [], possible: [Q] }\n",
	    "Site P children=[Q?]\n"
	    "Site Q\n"
	    "Site R parent=none\n", HEAD
	    "sites: [{ code: P, children: [R] }, { code: Q, parent: P }, { code: R, parent: P }]\n");
	EXPECT("Host[a].roles is unknown\n",
	    "Host a port=1433~\n"
	    "Principal x runs=[...]\n"
	    "Principal y runs=[...]\n", HEAD
	    "hosts: [{ fqdn: a, roles: [mp, dp] }]\n"
	    "principals: [{ name: x, runs: [a/mp] }, { name: y, runs: { items: [], possible: [a/mp] } }]\n");
	EXPECT("remove Site[P]\n",
	    "Site Q parent=none children=[]\n"
	    "Site R parent=none\n"
	    "Host a port=1433~ roles=[a/mp]\n"
	    "Role a/mp host=a\n", HEAD
	    "sites: [{ code: P, children: [Q] }, { code: Q, parent: P, children: [] }, { code: R, parent: null }]\n"
	    "hosts: [{ fqdn: a, roles: [{ kind: mp, site: P }] }]\n");
}
END_TEST

/* What is taken away has to be there, and is named if it is not. */
START_TEST(what_is_not_there_cannot_be_taken)
{
	static const char file[] = HEAD "hosts:\n"
	    "  - { fqdn: a, tags: [x, y], ports: [1], zones: [intranet], admins: [p], roles: [{ kind: mp, instance: i }] }\n"
	    "principals: [p, q]\nagents: [{ vendor: v, number: 1 }, { vendor: v, number: 2 }]\n";

	EXPECT("Host[a].tags -= [z]\n",
	    "--set:1:18: error[E3026]: `tags` of `a` does not have `z`\n", file);
	EXPECT("Host[a].ports -= [9]\n",
	    "--set:1:19: error[E3026]: `ports` of `a` does not have `9`\n", file);
	EXPECT("Host[a].zones -= [internet]\n",
	    "--set:1:19: error[E3026]: `zones` of `a` does not have `internet`\n", file);
	EXPECT("Host[a].admins -= [q]\n",
	    "--set:1:20: error[E3026]: `admins` of `a` does not have `q`\n", file);
	EXPECT("Host[a].roles -= [dp]\n",
	    "--set:1:19: error[E3026]: `roles` of `a` does not have `dp`\n", file);
	EXPECT("Host[a].tags -= [x, ...]\n",
	    "--set:1:21: error[E3018]: `...` has no place here\n", file);
	EXPECT("add Role[\"zz/mp\"]\n",
	    "--set:1:10: error[E3026]: no Host `zz` is listed\n", file);
	EXPECT("Host[\"\"].zone = internet\n",
	    "--set:1:8: error[E3025]: expected the key of the entity, not `]`\n", file);
	EXPECT("Role[a].pxe = true\n",
	    "--set:1:6: error[E3022]: a Role is named with its Host before it\n", file);
	EXPECT("Host[a].roles[mp].pxe = true\n",
	    "Host a port=1433~ tags=[x, y] ports=[1] zones=[intranet] roles=[a/mp,i] admins=[p]\n"
	    "Role a/mp,i host=a pxe=true\n"
	    "Principal p admin_of=[a, ...]\n"
	    "Principal q\n"
	    "Agent v,1\n"
	    "Agent v,2\n", file);
	EXPECT("Host[a].roles[\"mp,j\"].pxe = true\n",
	    "--set:1:15: error[E3026]: no Role `mp,j` is listed\n", file);
	EXPECT("Host[a].roles[[mp]].pxe = true\n",
	    "--set:1:19: error[E3025]: expected `.` and the name of an attribute, not `]`\n", file);
	EXPECT("Agent[\"v,2\"].number = 3\n",
	    "--set:1:14: error[E3027]: `number` is a key: it tells who the entity is\n", file);
	EXPECT("remove Agent[v]\n",
	    "--set:1:14: error[E3026]: no Agent `v` is listed\n", file);
	EXPECT("Host[a].zone = internet perimeter\n",
	    "--set:1:16: error[E3006]: `internet perimeter` is no value of `Zone`\n", file);
	EXPECT("Host[\"\\u{ffffffffffff}\"].zone = internet\n",
	    "--set:1:16: error[E3025]: expected the number of a character, not `f`\n", file);
	EXPECT("Host[\"\\u{e000}\"].zone = internet\n",
	    "--set:1:6: error[E3026]: no Host `` is listed\n", file);
	EXPECT("Host[\"\\u{41",
	    "--set:1:12: error[E3025]: expected `}` behind the number, not the end of the line\n", file);
}
END_TEST

UNIT_MAIN(
	a_value_is_set_forgotten_or_none,
	later_edits_see_what_earlier_ones_made,
	elements_come_and_go,
	owned_entities_come_and_go_with_what_is_said_of_them,
	both_sides_of_a_link_follow,
	an_edit_wins_whatever_the_grade,
	entities_come_and_go,
	what_is_forgotten_leaves_nothing_behind,
	what_is_not_there_cannot_be_taken
)
