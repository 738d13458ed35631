/* SPDX-License-Identifier: Apache-2.0 */
/* What files say, merged: states, grades, conflicts, inverses, extents. */
#include "tests/unit/unit.h"

#include "tests/unit/site.h"

#define HEAD "scarp: 1\nschema: site\n"
#define GRADE(grade) HEAD "source: { grade: " grade " }\n"

static struct inventory_options options;

/* The graph without what did not win: that is in the order of the files. */
static struct str without_disputes(struct str text)
{
	for (size_t i = 0; i + 1 < text.length; i++)
		if (text.at[i] == '\n' &&
		    (str_starts(str_slice(text, i + 1, text.length),
		    STR("disputed ")) || str_starts(str_slice(text, i + 1,
		    text.length), STR("outranked "))))
			return str_slice(text, 0, i + 1);
	return text;
}

/* Reads the texts up to NULL and compares the graph, or the diagnostics; then
 * in the opposite order, which changes nothing. */
static void expect(const char *const *texts, const char *wanted)
{
	struct arena *arena = arena_new();
	const char *turned[8];
	struct str text;
	size_t count = 0;

	while (texts[count])
		count++;
	for (size_t i = 0; i < count; i++)
		turned[i] = texts[count - 1 - i];
	unit_enter_folder();
	ck_assert_text(site_read(arena, texts, count, &options), wanted);
	text = arena_copy(arena, without_disputes(str_of(wanted)));
	ck_assert_text(without_disputes(site_read(arena, turned, count,
	    &options)), text.at);
	unit_leave_folder();
	arena_free(arena);
	options = (struct inventory_options){ 0 };
}

#define EXPECT(wanted, ...) \
	expect((const char *const[]){ __VA_ARGS__, NULL }, wanted)

/* --- states --------------------------------------------------------------- */

START_TEST(every_state_of_a_fact_can_be_said)
{
	EXPECT("Host a zone=perimeter internet_fqdn=none port=1433~ "
	    "tags=[] roles=[a/dp, a/mp, ...]\n"
	    "Host b port=1433~ admins=[x?, ...]\n"
	    "Role a/dp host=a pxe=true\n"
	    "Role a/mp host=a\n"
	    "Principal x admin_of=[b?, ...]\n",
	    HEAD "hosts:\n"
	    "  - fqdn: a\n    zone: perimeter\n    internet_fqdn: null\n"
	    "    tags: []\n    roles: [mp, { kind: dp, pxe: true }, ...]\n"
	    "  - fqdn: b\n    admins: { possible: [x] }\n"
	    "principals: [x]\n");
}
END_TEST

START_TEST(values_are_canonical_and_keep_their_spelling)
{
	EXPECT("Host A.B port=1433~ installed=2026-10-01 uptime=90d "
	    "address=2001:db8::1 subnet=10.0.0.0/8 os=10.00 "
	    "ports=[-1, 80]\n",
	    HEAD "hosts:\n  - { fqdn: A.B, installed: 2026-10-01, "
	    "uptime: 90d, address: '2001:DB8:0:0:0:0:0:1', "
	    "subnet: 10.0.0.0/8, os: '10.00', ports: [80, -1] }\n");
}
END_TEST

START_TEST(json_says_the_same)
{
	EXPECT("Host a zone=perimeter internet_fqdn=none port=7 "
	    "tags=[t, ...] roles=[a/dp?, a/mp, ...]\n"
	    "Role a/dp? host=a\n"
	    "Role a/mp host=a\n",
	    "{ \"scarp\": 1, \"schema\": \"site\", \"hosts\": [ {"
	    "\"fqdn\": \"a\", \"zone\": \"perimeter\", "
	    "\"internet_fqdn\": null, \"port\": 7, "
	    "\"tags\": { \"open\": true, \"items\": [\"t\"] }, "
	    "\"roles\": { \"open\": true, \"items\": [\"mp\"], "
	    "\"possible\": [{\"kind\": \"dp\"}] } } ] }");
}
END_TEST

START_TEST(defaults_can_be_refused)
{
	options.no_defaults = true;
	EXPECT("Host a\n", HEAD "hosts: [a]\n");
}
END_TEST

START_TEST(possible_items_beside_a_closed_list_leave_it_closed)
{
	EXPECT("Host a port=1433~ tags=[x, y?]\n",
	    HEAD "hosts: [{ fqdn: a, tags: { items: [x], "
	    "possible: [y] } }]\n");
}
END_TEST

/* --- entities ------------------------------------------------------------- */

START_TEST(numbers_do_not_depend_on_the_order_of_files)
{
	const char *wanted = "Site P01\nHost B port=1433~\n"
	    "Host a port=1433~ roles=[a/mp, a/mp,2]\n"
	    "Host c port=1433~ roles=[c/dp]\n"
	    "Role a/mp host=a\nRole a/mp,2 host=a\nRole c/dp host=c\n";

	/* By folded key: a, B, c. */
	wanted = "Site P01\nHost a port=1433~ roles=[a/mp, a/mp,2]\n"
	    "Host B port=1433~\nHost c port=1433~ roles=[c/dp]\n"
	    "Role a/mp host=a\nRole a/mp,2 host=a\nRole c/dp host=c\n";
	EXPECT(wanted, HEAD "hosts: [{ fqdn: c, roles: [dp] }, B]\n",
	    HEAD "sites: [P01]\nhosts:\n- { fqdn: a, roles: "
	    "[{ kind: mp, instance: '2' }, mp] }\n");
	EXPECT(wanted, HEAD "hosts:\n- { fqdn: a, roles: "
	    "[mp, { kind: mp, instance: '2' }] }\nsites: [P01]\n",
	    HEAD "hosts: [B, { fqdn: c, roles: [dp] }]\n");
}
END_TEST

START_TEST(one_entity_in_several_files_is_one)
{
	EXPECT("Host a zone=intranet patched=true port=1433~ roles=[a/mp]\n"
	    "Role a/mp host=a pxe=true\n",
	    HEAD "hosts: [{ fqdn: a, zone: intranet, roles: [mp] }]\n",
	    GRADE("inferred") "hosts: [{ fqdn: A, patched: true, roles: "
	    "[{ kind: mp, pxe: true }] }]\n");
}
END_TEST

START_TEST(an_entity_is_of_its_most_special_kind)
{
	EXPECT("DomainController a zone=intranet port=1433~ fsmo=[pdc]\n",
	    HEAD "hosts: [{ fqdn: a, zone: intranet }]\n"
	    "domain_controllers: [{ fqdn: a, fsmo: [pdc] }]\n");
}
END_TEST

START_TEST(keys_may_have_several_parts)
{
	EXPECT("Agent X,1\nAgent x,2\n",
	    HEAD "agents: [{ vendor: x, number: 2 }, "
	    "{ vendor: X, number: 1 }]\n");
}
END_TEST

START_TEST(owned_entities_are_referred_to_by_path)
{
	EXPECT("Host a port=1433~ roles=[a/mp, a/mp,2]\n"
	    "Role a/mp host=a\nRole a/mp,2 host=a\n"
	    "Principal p runs=[a/mp, a/mp,2]\n",
	    HEAD "principals: [{ name: p, runs: [a/mp, 'A/mp,2'] }]\n"
	    "hosts: [{ fqdn: a, roles: [mp, { kind: mp, instance: '2' }] }]\n");
}
END_TEST

/* --- grades and conflicts ------------------------------------------------- */

START_TEST(a_higher_grade_wins_whole)
{
	EXPECT("Host a zone=internet port=1433~ tags=[y, z, ...]\n"
	    "outranked a.zone intranet @0:4:26\n"
	    "outranked a.tags not z @0:4:42\n"
	    "outranked a.tags x @0:4:43\n",
	    GRADE("declared")
	    "hosts: [{ fqdn: a, zone: intranet, tags: [x, y] }]\n",
	    GRADE("observed")
	    "hosts: [{ fqdn: a, zone: internet, tags: [z, y, ...] }]\n");
}
END_TEST

START_TEST(values_of_one_grade_that_differ_are_disputed)
{
	EXPECT("Host a zone=! internet_fqdn=! port=1433~\n"
	    "disputed a.zone intranet @0:4:26\n"
	    "disputed a.zone internet @1:4:26\n"
	    "disputed a.internet_fqdn not null @0:4:51\n"
	    "disputed a.internet_fqdn x @1:4:51\n",
	    GRADE("declared") "hosts: [{ fqdn: a, zone: intranet, "
	    "internet_fqdn: null }]\n",
	    GRADE("declared") "hosts: [{ fqdn: a, zone: internet, "
	    "internet_fqdn: x }]\n");
}
END_TEST

START_TEST(closed_lists_of_one_grade_share_what_is_certain)
{
	EXPECT("Host a port=1433~ tags=[x!, y, z!]\n"
	    "disputed a.tags not z @0:3:26\n"
	    "disputed a.tags x @0:3:27\n"
	    "disputed a.tags not x @1:3:26\n"
	    "disputed a.tags z @1:3:27\n",
	    HEAD "hosts: [{ fqdn: a, tags: [x, y] }]\n",
	    HEAD "hosts: [{ fqdn: a, tags: [z, y] }]\n");
}
END_TEST

START_TEST(an_open_list_of_one_grade_opens_the_union)
{
	EXPECT("Host a port=1433~ tags=[x, y, z, ...]\n",
	    HEAD "hosts: [{ fqdn: a, tags: [x, y] }]\n",
	    HEAD "hosts: [{ fqdn: a, tags: [z, ...] }]\n");
}
END_TEST

START_TEST(a_nearer_source_wins)
{
	EXPECT("Host a zone=internet port=1433~\n"
	    "outranked a.zone intranet @0:4:26\n",
	    GRADE("observed") "hosts: [{ fqdn: a, zone: intranet }]\n",
	    GRADE("inferred") "hosts: [{ fqdn: a, zone: internet, "
	    "source: { grade: authoritative } }]\n");
}
END_TEST

#define ATTESTED HEAD "source: { grade: attested, by: me, " \
	"until: 2026-06-01 }\n"

START_TEST(attested_facts_win_until_their_day)
{
	const char *file = HEAD "hosts: [{ fqdn: a, zone: intranet }]\n";
	const char *overlay = ATTESTED
	    "hosts: [{ fqdn: a, zone: internet, patched: true }, b]\n"
	    "complete: [Host]\n";

	options.has_as_of = true;
	options.as_of = 20605;		/* 2026-06-01 */
	EXPECT("Host a zone=internet patched=true port=1433~\n"
	    "Host b port=1433~\nclosed: Host DomainController\n"
	    "outranked a.zone intranet @0:3:26\n", file, overlay);
	options.has_as_of = true;
	options.as_of = 20606;
	EXPECT("Host a zone=intranet port=1433~\nHost b? port=1433~\n",
	    file, overlay);
}
END_TEST

START_TEST(the_least_grade_weakens_what_won)
{
	options.least = GRADE_OBSERVED;
	EXPECT("Host a zone=perimeter tags=[x?, ...] roles=[a/mp?, ...] "
	    "admins=[p?, ...]\n"
	    "Host b?\n"
	    "Role a/mp? host=a\n"
	    "Principal p admin_of=[a?, ...]\n",
	    GRADE("observed") "hosts: [{ fqdn: a, zone: perimeter }]\n"
	    "principals: [p]\n",
	    GRADE("declared") "hosts:\n"
	    "- { fqdn: a, patched: true, tags: [x], roles: [mp], "
	    "admins: [p] }\n- { fqdn: b, zone: internet }\n"
	    "complete: [Host]\n");
}
END_TEST

START_TEST(a_weak_word_of_the_kind_makes_the_entity_possible)
{
	const char *host = GRADE("observed") "hosts: [a]\n";
	const char *kind = GRADE("declared") "domain_controllers: [a]\n";

	EXPECT("DomainController a port=1433~\n", host, kind);
	options.least = GRADE_OBSERVED;
	EXPECT("DomainController a?\n", host, kind);
	options.least = GRADE_OBSERVED;
	EXPECT("DomainController a?\n", kind, host);
	options.least = GRADE_OBSERVED;
	EXPECT("DomainController a\n", host, kind,
	    GRADE("observed") "domain_controllers: [a]\n");
}
END_TEST

/* A host that may be a domain controller: who else says of the link? */
START_TEST(what_both_sides_say_holds_however_possible_one_is)
{
	const char *kind = GRADE("declared") "domain_controllers: [a]\n";

	options.least = GRADE_OBSERVED;
	EXPECT("DomainController a? admins=[p]\nPrincipal p admin_of=[a]\n",
	    kind, GRADE("observed") "hosts: [{ fqdn: a, admins: [p] }]\n"
	    "principals: [{ name: p, admin_of: [a] }]\n");
	options.least = GRADE_OBSERVED;
	EXPECT("DomainController a? admins=[p]\n"
	    "Principal p admin_of=[a?, ...]\n",
	    kind, GRADE("observed") "hosts: [{ fqdn: a, admins: [p] }]\n"
	    "principals: [p]\n");
	options.least = GRADE_OBSERVED;
	EXPECT("DomainController a? admins=[p]\n"
	    "Principal p admin_of=[a?, ...]\n",
	    kind, GRADE("observed") "hosts: [{ fqdn: a, admins: [p] }]\n"
	    "principals: [p]\n",
	    GRADE("declared") "principals: [{ name: p, admin_of: [a] }]\n");
}
END_TEST

START_TEST(outranked_owned_entities_do_not_exist)
{
	EXPECT("Host a port=1433~ roles=[a/mp]\nRole a/mp host=a\n"
	    "Principal p runs=[]\n"
	    "outranked a.roles a/dp @0:4:32\n",
	    GRADE("inferred") "hosts: [{ fqdn: a, roles: [mp, "
	    "{ kind: dp, pxe: true }] }]\n"
	    "principals: [{ name: p, runs: [a/dp] }]\n",
	    GRADE("observed") "hosts: [{ fqdn: a, roles: [mp] }]\n");
}
END_TEST

/* --- inverse links -------------------------------------------------------- */

START_TEST(a_link_is_a_fact_on_both_sides)
{
	EXPECT("Host a port=1433~ admins=[p, q]\n"
	    "Host b port=1433~ admins=[p, ...]\n"
	    "Principal p admin_of=[a, b, ...]\n"
	    "Principal q admin_of=[a, ...]\n",
	    HEAD "hosts: [{ fqdn: a, admins: [q, p] }, b]\n"
	    "principals: [{ name: p, admin_of: [b, a, ...] }, q]\n");
}
END_TEST

START_TEST(sides_that_disagree_at_one_grade_are_disputed)
{
	EXPECT("Host a port=1433~ admins=[p!]\n"
	    "Principal p admin_of=[a!]\n"
	    "disputed a.admins not p @0:3:28\n"
	    "disputed p.admin_of a @0:4:36\n",
	    HEAD "hosts: [{ fqdn: a, admins: [] }]\n"
	    "principals: [{ name: p, admin_of: [a] }]\n");
}
END_TEST

START_TEST(of_sides_that_disagree_the_higher_grade_wins)
{
	EXPECT("Host a port=1433~ admins=[]\nPrincipal p admin_of=[]\n"
	    "outranked p.admin_of a @1:4:36\n",
	    GRADE("observed") "hosts: [{ fqdn: a, admins: [] }]\n",
	    GRADE("declared")
	    "principals: [{ name: p, admin_of: [a] }]\n");
	EXPECT("Host a port=1433~ admins=[p]\nPrincipal p admin_of=[a]\n"
	    "outranked a.admins not p @1:4:28\n",
	    GRADE("observed")
	    "principals: [{ name: p, admin_of: [a] }]\n",
	    GRADE("declared") "hosts: [{ fqdn: a, admins: [] }]\n");
}
END_TEST

START_TEST(a_possible_link_is_decided_by_the_other_side)
{
	EXPECT("Host a port=1433~ admins=[]\n"
	    "Host b port=1433~ admins=[p]\n"
	    "Principal p admin_of=[b, ...]\n",
	    GRADE("declared") "hosts: [{ fqdn: a, admins: [] }, "
	    "{ fqdn: b, admins: [p] }]\n",
	    GRADE("observed") "principals: [{ name: p, "
	    "admin_of: { possible: [a, b] } }]\n");
}
END_TEST

START_TEST(a_known_single_value_excludes_others)
{
	EXPECT("Site P roles=[a/mp, ...]\nSite Q\n"
	    "Host a port=1433~ roles=[a/mp]\nRole a/mp host=a site=P\n",
	    GRADE("observed") "sites: [P, Q]\n"
	    "hosts: [{ fqdn: a, roles: [{ kind: mp, site: P }] }]\n");
}
END_TEST

START_TEST(single_values_told_by_both_sides_are_disputed)
{
	EXPECT("Site P roles=[a/mp!, ...]\nSite Q roles=[a/mp!]\n"
	    "Host a port=1433~ roles=[a/mp]\nRole a/mp host=a site=!\n"
	    "disputed Q.roles a/mp @0:3:31\n"
	    "disputed a/mp.site P @0:4:46\n",
	    HEAD "sites: [P, { code: Q, roles: [a/mp] }]\n"
	    "hosts: [{ fqdn: a, roles: [{ kind: mp, site: P }] }]\n");
}
END_TEST

START_TEST(inverse_rows_close_when_every_source_row_is_closed)
{
	EXPECT("Site A parent=none children=[B]\n"
	    "Site B parent=A children=[]\nclosed: Site\n",
	    HEAD "complete: [Site]\nsites: [{ code: A, parent: null }, "
	    "{ code: B, parent: A }]\n");
	EXPECT("Site A parent=none children=[B]\n"
	    "Site B parent=A children=[]\nclosed: Site\n",
	    HEAD "complete: [Site]\nsites: [{ code: A, children: [B] }, "
	    "{ code: B, children: [] }]\n");
	EXPECT("Site A parent=none children=[B, ...]\n"
	    "Site B parent=A children=[...]\n",
	    HEAD "sites: [{ code: A, parent: null, children: [...] }, "
	    "{ code: B, parent: A, children: [...] }]\n");
}
END_TEST

START_TEST(owned_extents_close_with_their_owners)
{
	EXPECT("Site P roles=[a/mp]\nHost a port=1433~ roles=[a/mp]\n"
	    "Host b port=1433~ roles=[]\nRole a/mp host=a site=P\n"
	    "closed: Host DomainController Role\n",
	    HEAD "complete: [Host]\nsites: [P]\nhosts: [{ fqdn: a, "
	    "roles: [{ kind: mp, site: P }] }, { fqdn: b, roles: [] }]\n");
}
END_TEST

static void load_two(struct arena *arena)
{
	static const struct str paths[] = { { "0.yaml", 6 }, { "1.json", 6 } };
	struct diagnostics *all = diagnostics_new(arena, sources_new(arena));
	struct inventory_notes notes = { 0 };

	ck_assert_ptr_nonnull(inventory_load(arena, all, site_schema(arena),
	    paths, 2, &options, &notes));
}

START_TEST(refused_memory_is_raised_and_given_back)
{
	struct arena *arena = arena_new();
	const char *const texts[] = {
		GRADE("declared") "complete: [Host]\n"
		"principals: [{ name: p, admin_of: [a] }]\nhosts:\n"
		"- { fqdn: a, zone: intranet, tags: [\"x\\n\", y, ...] }\n",
		"{ \"scarp\": 1, \"schema\": \"site\", \"hosts\": "
		"[ { \"fqdn\": \"a\", \"zone\": \"internet\", \"roles\": "
		"[ \"mp\" ], \"admins\": [] } ] }",
	};

	unit_enter_folder();
	site_read(arena, texts, 2, &options);
	ck_assert_uint_gt(unit_refuse_each(load_two), 10);
	unit_leave_folder();
	arena_free(arena);
}
END_TEST

/* --- what nobody reads ----------------------------------------------------- */

#define LEFT_OUT " patched port tags os admins admin_of "

static void leave_out(struct arena *arena)
{
	options.footprint = site_footprint(arena, site_schema(arena), LEFT_OUT);
}

/* No default is assumed of it, either; who is there stays. */
START_TEST(what_is_left_out_of_a_footprint_is_not_kept)
{
	struct arena *arena = arena_new();

	leave_out(arena);
	EXPECT("Host a zone=perimeter roles=[a/mp]\n"
	    "Host b zone=intranet\n"
	    "Role a/mp host=a\n"
	    "Principal p\n",
	    HEAD "hosts:\n"
	    "- { fqdn: a, zone: perimeter, patched: true, tags: [x], os: 10.0.1, "
	    "roles: [mp], admins: [p] }\n"
	    "- { fqdn: b, zone: intranet, patched: false }\n"
	    "principals: [p]\n",
	    HEAD "hosts: [{ fqdn: b, patched: true, tags: [y, ...] }]\n");
	arena_free(arena);
}
END_TEST

START_TEST(what_is_wrong_outside_of_a_footprint_is_told)
{
	struct arena *arena = arena_new();

	leave_out(arena);
	EXPECT("0.yaml:3:29: error[E3005]: `maybe` is no bool (hosts[0].patched)\n",
	    HEAD "hosts: [{ fqdn: a, patched: maybe }]\n");
	leave_out(arena);
	EXPECT("0.yaml:3:30: error[E3017]: this value stands in this list already "
	    "(hosts[0].tags[1])\n", HEAD "hosts: [{ fqdn: a, tags: [x, x] }]\n");
	leave_out(arena);
	EXPECT("0.yaml:3:29: error[E3011]: no Principal `q` is listed "
	    "(hosts[0].admins[0])\n",
	    HEAD "hosts: [{ fqdn: a, admins: [q] }]\nprincipals: [p]\n");
	arena_free(arena);
}
END_TEST

/* --- looking things up ---------------------------------------------------- */

static struct graph *load(struct arena *arena, const char *text)
{
	static const struct str path = { "0.yaml", 6 };
	struct diagnostics *all = diagnostics_new(arena, sources_new(arena));
	struct inventory_notes notes = { 0 };
	struct graph *graph;

	unit_enter_folder();
	site_read(arena, &text, 1, &options);
	graph = inventory_load(arena, all, site_schema(arena), &path, 1,
	    &options, &notes);
	unit_leave_folder();
	ck_assert_ptr_nonnull(graph);
	return graph;
}

static entity_id find(const struct graph *graph, const char *kind,
    entity_id owner, const char *key)
{
	return graph_find(graph, schema_find_kind(graph->schema,
	    str_of(kind)), owner, str_of(key));
}

START_TEST(entities_are_found_by_kind_owner_and_key)
{
	struct arena *arena = arena_new();
	struct graph *graph = load(arena, HEAD "sites: [P]\n"
	    "hosts: [{ fqdn: A.B, roles: [dp, { kind: mp, instance: x }] }, c]\n"
	    "domain_controllers: [d, { fqdn: e, roles: [dp] }]\n"
	    "agents: [{ vendor: V, number: 7 }]\n");
	entity_id a = find(graph, "Host", ENTITY_NONE, "a.b");
	entity_id e = find(graph, "Host", ENTITY_NONE, "E");

	ck_assert_text(graph_entity_name(graph, arena, a), "A.B");
	ck_assert_text(graph_entity_name(graph, arena, e), "e");
	ck_assert_uint_eq(find(graph, "DomainController", ENTITY_NONE, "e"), e);
	ck_assert_uint_eq(find(graph, "DomainController", ENTITY_NONE, "a.b"),
	    ENTITY_NONE);
	ck_assert_uint_eq(find(graph, "Host", ENTITY_NONE, "f"), ENTITY_NONE);
	ck_assert_uint_eq(find(graph, "Host", ENTITY_NONE, ""), ENTITY_NONE);
	ck_assert_text(graph_entity_name(graph, arena,
	    find(graph, "Role", a, "dp")), "A.B/dp");
	ck_assert_text(graph_entity_name(graph, arena,
	    find(graph, "Role", a, "mp,x")), "A.B/mp,x");
	ck_assert_uint_eq(find(graph, "Role", a, "mp"), ENTITY_NONE);
	ck_assert_uint_eq(find(graph, "Role", e, "mp,x"), ENTITY_NONE);
	ck_assert_uint_eq(find(graph, "Role", ENTITY_NONE, "dp"), ENTITY_NONE);
	ck_assert_uint_ne(find(graph, "Agent", ENTITY_NONE, "v,7"), ENTITY_NONE);
	ck_assert_uint_eq(find(graph, "Agent", ENTITY_NONE, "v,07"),
	    ENTITY_NONE);
	arena_free(arena);
}
END_TEST

static bool may(const struct graph *graph, const char *kind,
    const char *attribute, const char *s, const char *other, const char *t)
{
	uint16_t k = schema_find_kind(graph->schema, str_of(kind));

	return graph_may_link(graph, schema_find_attribute(graph->schema, k,
	    str_of(attribute)), find(graph, kind, ENTITY_NONE, s),
	    find(graph, other, ENTITY_NONE, t));
}

START_TEST(a_link_may_hold_unless_a_side_excludes_it)
{
	struct arena *arena = arena_new();
	struct graph *graph = load(arena, HEAD
	    "hosts: [{ fqdn: open, admins: [p, ...] }, unsaid, "
	    "{ fqdn: closed, admins: [p] }]\n"
	    "principals: [p, q, { name: r, admin_of: [open] }]\n"
	    "sites: [{ code: A, parent: B }, B, { code: C, parent: null }, "
	    "{ code: D, children: [] }]\n");

	ck_assert(may(graph, "Host", "admins", "open", "Principal", "p"));
	ck_assert(may(graph, "Host", "admins", "open", "Principal", "q"));
	ck_assert(may(graph, "Host", "admins", "open", "Principal", "r"));
	ck_assert(!may(graph, "Host", "admins", "unsaid", "Principal", "r"));
	ck_assert(may(graph, "Host", "admins", "unsaid", "Principal", "q"));
	ck_assert(!may(graph, "Host", "admins", "closed", "Principal", "q"));
	ck_assert(!may(graph, "Principal", "admin_of", "q", "Host", "closed"));
	ck_assert(may(graph, "Principal", "admin_of", "q", "Host", "unsaid"));
	ck_assert(may(graph, "Site", "parent", "A", "Site", "B"));
	ck_assert(!may(graph, "Site", "parent", "A", "Site", "C"));
	ck_assert(!may(graph, "Site", "parent", "C", "Site", "A"));
	ck_assert(may(graph, "Site", "parent", "B", "Site", "C"));
	ck_assert(!may(graph, "Site", "parent", "B", "Site", "D"));
	ck_assert(!may(graph, "Site", "children", "C", "Site", "A"));
	/* Of the wrong kind. */
	ck_assert(!may(graph, "Site", "parent", "B", "Host", "open"));
	arena_free(arena);
}
END_TEST

UNIT_MAIN(what_is_left_out_of_a_footprint_is_not_kept,
    what_is_wrong_outside_of_a_footprint_is_told, entities_are_found_by_kind_owner_and_key,
    a_link_may_hold_unless_a_side_excludes_it, every_state_of_a_fact_can_be_said,
    values_are_canonical_and_keep_their_spelling, json_says_the_same,
    defaults_can_be_refused,
    possible_items_beside_a_closed_list_leave_it_closed,
    numbers_do_not_depend_on_the_order_of_files,
    one_entity_in_several_files_is_one,
    an_entity_is_of_its_most_special_kind, keys_may_have_several_parts,
    owned_entities_are_referred_to_by_path, a_higher_grade_wins_whole,
    values_of_one_grade_that_differ_are_disputed,
    closed_lists_of_one_grade_share_what_is_certain,
    an_open_list_of_one_grade_opens_the_union, a_nearer_source_wins,
    attested_facts_win_until_their_day, the_least_grade_weakens_what_won,
    a_weak_word_of_the_kind_makes_the_entity_possible,
    what_both_sides_say_holds_however_possible_one_is,
    outranked_owned_entities_do_not_exist, a_link_is_a_fact_on_both_sides,
    sides_that_disagree_at_one_grade_are_disputed,
    of_sides_that_disagree_the_higher_grade_wins,
    a_possible_link_is_decided_by_the_other_side,
    a_known_single_value_excludes_others,
    single_values_told_by_both_sides_are_disputed,
    inverse_rows_close_when_every_source_row_is_closed,
    owned_extents_close_with_their_owners,
    refused_memory_is_raised_and_given_back)
