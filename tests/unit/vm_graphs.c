/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Graphs: two of them side by side (vm/delta.c), and what is found in one by
 * its name or asked of a link (vm/graph.c).
 */
#include "tests/unit/site.h"
#include "tests/unit/unit.h"

#include "compiler/compiler.h"
#include "vm/delta.h"

/* What is owned is declared before its owner. */
static const char office[] =
	"schema office version \"1\"\n"
	"enum Zone { inside, outside }\n"
	"entity Part { number: int, key  disk: Disk  used: bool }\n"
	"entity Disk { letter: string, key  unit: int, key  host: Host\n"
	"	parts: {Part}, owned, inverse of disk }\n"
	"entity Host { name: caseless, key  zone: Zone  port: int  note: string?\n"
	"	tags: {string}  numbers: {int}  next: {Host}  boss: Host?\n"
	"	disks: {Disk}, owned, inverse of host }\n"
	"entity Gate: Host { width: int }\n"
	"entity Rack { row: int, key  host: Host, key  size: int }\n"
	"entity Lease { since: date, key  lasts: duration, key  kind: Zone, key\n"
	"	is_paid: bool, key }\n"
	"entity Net { range: net, key  first: ip }\n"
	"entity Build { number: version, key }\n"
	"entity Wide { a: int, key  b: int, key  c: int, key  d: int, key  e: int, key\n"
	"	f: int, key  g: int, key  h: string, key }\n"
	"entity K0 { n: int, key }\n"
	"entity K1 { n: int, key  k: K0, key }  entity K2 { n: int, key  k: K1, key }\n"
	"entity K3 { n: int, key  k: K2, key }  entity K4 { n: int, key  k: K3, key }\n"
	"entity K5 { n: int, key  k: K4, key }  entity K6 { n: int, key  k: K5, key }\n"
	"entity K7 { n: int, key  k: K6, key }  entity K8 { n: int, key  k: K7, key }\n"
	"entity K9 { n: int, key  k: K8, key }\n";
#define HEAD "scarp: 1\nschema: office\n"

static struct arena *arena;

static struct graph *load(const char *yaml)
{
	struct packed_source source = { STR(""), STR("p.scarp"), str_of(office) };
	struct compile_options options = { .packed = &source, .packed_count = 1 };
	struct diagnostics *all = diagnostics_new(arena, sources_new(arena));
	const struct inventory_options reading = { 0 };
	struct tree *tree = compile_check(arena, all, &options);
	const char *text = arena_printf(arena, HEAD "%s", yaml).at;
	struct graph *graph;
	struct text said;

	text_init(&said, arena);
	unit_enter_folder();
	graph = tree ? site_load(arena, all, tree->schema, &text, 1, &reading) : NULL;
	unit_leave_folder();
	diag_print(all, &said, 0, DIAG_CONCISE, false);
	ck_assert_text(text_str(&said), "");
	ck_assert_ptr_nonnull(graph);
	return graph;
}

/* --- side by side --------------------------------------------------------- */

/* The entities of today in PLANE, but for those in UNLESS. */
static void list(struct text *out, const struct graph *g, const char *title,
    const uint64_t *plane, const uint64_t *unless)
{
	bool any = false;

	for (entity_id e = 0; plane && e < g->entity_count; e++) {
		if (!bit_get(plane, e) || (unless && bit_get(unless, e)))
			continue;
		text_printf(out, "%s%s %.*s", any ? "" : title, any ? "" : ":",
		    STR_ARG(graph_entity_name(g, arena, e)));
		any = true;
	}
	text_add(out, any ? STR("; ") : STR(""));
}

static struct str differences(const char *before, const char *after)
{
	struct graph *former = load(before), *now = load(after);
	const struct schema *s = now->schema;
	struct delta *d = delta_find(arena, former, now);
	struct text out;

	if (!d)
		return STR("not comparable");
	text_init(&out, arena);
	text_printf(&out, "%llu entities, %llu facts%s%s; ",
	    (unsigned long long)d->entities, (unsigned long long)d->facts,
	    d->same_entities ? ", same numbers" : "",
	    delta_is_empty(d) ? ", nothing" : "");
	list(&out, now, "fresh", d->fresh, NULL);
	list(&out, now, "existence", d->existence, d->fresh);
	for (size_t k = 0; k < s->kinds.count; k++)
		if (d->extents[k])
			text_printf(&out, "all %.*s; ", STR_ARG(s->kinds.items[k].name));
	for (size_t a = 0; a < s->attributes.count; a++)
		list(&out, now, arena_copy(arena, s->attributes.items[a].name).at,
		    d->rows[a], d->fresh);
	return text_str(&out);
}

struct pair {
	const char *before, *after, *wanted;
};

static void compare(const struct pair *pairs, size_t count)
{
	for (size_t i = 0; i < count; i++) {
		struct str seen;

		arena = arena_new();
		seen = differences(pairs[i].before, pairs[i].after);
		ck_assert_text(seen, pairs[i].wanted);
		arena_free(arena);
	}
}
#define COMPARE(pairs) compare((pairs), sizeof(pairs) / sizeof(*(pairs)))

START_TEST(entities_are_the_same_by_kind_owner_and_key)
{
	static const struct pair pairs[] = {
		{ "", "", "0 entities, 0 facts, same numbers, nothing; " },
		{ "hosts: [{ name: a, tags: [x] }]\n",
		    "hosts: [{ tags: [x], name: a }]\n", "0 entities, 0 facts, same numbers, nothing; " },
		{ "hosts: [{ name: a, disks: [{ letter: C }] }, { name: b }]\n",
		    "hosts: [{ name: a }, { name: b, disks: [{ letter: C }] }]\n", "2 entities, 6 facts; fresh: b/C; all Disk; disks: a b; " },
		{ "hosts: [{ name: a, disks: [{ letter: C, parts: [{ number: 1 }] }] }]\n",
		    "hosts: [{ name: b, disks: [{ letter: C, parts: [{ number: 1 }] }] }]\n",
		    "6 entities, 16 facts; fresh: b/C/1 b/C b; all Part; all Disk; all Host; " },
		{ "hosts: [{ name: b, disks: [{ letter: C }] }]\n",
		    "hosts: [{ name: a }, { name: b, disks: [{ letter: C }] }]\n", "1 entities, 9 facts; fresh: a; all Host; " },
		{ "hosts: [{ name: a }]\n", "gates: [{ name: a }]\n", "2 entities, 10 facts; fresh: a; all Host; all Gate; " },
		{ "hosts: [{ name: c }]\ngates: [{ name: a }]\n",
		    "hosts: [{ name: a }, { name: c }]\n", "2 entities, 9 facts; fresh: a; all Host; all Gate; " },
		{ "hosts: [{ name: a }]\n", "hosts: [{ name: A }]\n", "2 entities, 9 facts; fresh: A; all Host; " },
		{ "hosts: [{ name: a }, { name: c }]\n",
		    "hosts: [{ name: c }, { name: b }]\n", "2 entities, 9 facts; fresh: b; all Host; " },
		{ "hosts: [{ name: a }, { name: b }]\n",
		    "hosts: [{ name: a }, { name: c }]\n", "2 entities, 9 facts; fresh: c; all Host; " },
	};

	COMPARE(pairs);
} END_TEST

START_TEST(what_may_exist_and_what_is_closed)
{
	static const struct pair pairs[] = {
		{ "hosts: [{ name: a, disks: { items: [{ letter: C }], possible: [] } }]\n",
		    "hosts: [{ name: a, disks: { items: [], possible: [{ letter: C }] } }]\n",
		    "1 entities, 1 facts, same numbers; existence: a/C; all Disk; disks: a; " },
		{ "hosts: [{ name: a, disks: { items: [], possible: [{ letter: C }] } }]\n",
		    "hosts: [{ name: a, disks: [{ letter: C }] }]\n", "1 entities, 1 facts, same numbers; existence: a/C; all Disk; disks: a; " },
		{ "hosts: [{ name: a }]\n", "complete: [Host]\nhosts: [{ name: a }]\n", "0 entities, 0 facts, same numbers; all Host; all Gate; " },
	};

	COMPARE(pairs);
} END_TEST

/* Ports of eight hosts: P, Q, and so on. */
#define PORTS(a, p, b, q) \
	"{ name: " a ", port: " p " }, { name: " b ", port: " q " }"
#define EIGHT(p, q) \
	"hosts: [" PORTS("a", p, "b", q) ", " PORTS("c", p, "d", q) ", " \
	    PORTS("e", p, "f", q) ", " PORTS("g", p, "h", q) "]\n"

START_TEST(columns_differ_where_their_cells_do)
{
	static const struct pair pairs[] = {
		/* codes alike, another base; another width; dictionaries */
		{ "hosts: [{ name: a, port: 1 }, { name: b, port: 2 }]\n",
		    "hosts: [{ name: a, port: 2 }, { name: b, port: 3 }]\n", "0 entities, 2 facts, same numbers; port: a b; " },
		{ "hosts: [{ name: a, port: 1 }, { name: b, port: 2 }]\n",
		    "hosts: [{ name: a, port: 1 }, { name: b, port: 900 }]\n", "0 entities, 1 facts, same numbers; port: b; " },
		{ "hosts: [{ name: a, port: 1 }, { name: b, port: 90000000 }]\n",
		    "hosts: [{ name: a, port: 1 }, { name: b, port: 90000001 }]\n", "0 entities, 1 facts, same numbers; port: b; " },
		{ "hosts: [{ name: a, port: 1 }, { name: b, port: 900000000000 }]\n",
		    "hosts: [{ name: a, port: 1 }, { name: b, port: 2 }]\n", "0 entities, 1 facts, same numbers; port: b; " },
		{ "hosts: [{ name: a, port: 1 }, { name: b, port: 900000000000 }, "
		    "{ name: c, port: 1 }]\n",
		    "hosts: [{ name: a, port: 1 }, { name: b, port: 900000000000 }, "
		    "{ name: c, port: 7 }]\n", "0 entities, 1 facts, same numbers; port: c; " },
		/* of one width and base, by a dictionary and without; other dictionaries */
		{ EIGHT("0", "1"), EIGHT("0", "900000000000"), "0 entities, 4 facts, same numbers; port: b d f h; " },
		{ EIGHT("0", "900000000000"), EIGHT("0", "900000000001"),
		    "0 entities, 4 facts, same numbers; port: b d f h; " },
		{ "hosts: [{ name: a, note: x }, { name: b, note: y }]\n",
		    "hosts: [{ name: a, note: null }, { name: b, note: y }]\n", "0 entities, 1 facts, same numbers; note: a; " },
		{ "hosts: [{ name: a, note: x }, { name: b, note: y }]\n",
		    "hosts: [{ name: a }, { name: b, note: y }]\n", "0 entities, 1 facts, same numbers; note: a; " },
		{ "hosts: [{ name: a, note: x }, { name: b, note: y }]\n",
		    "hosts: [{ name: a, note: y }, { name: b, note: z }]\n", "0 entities, 2 facts, same numbers; note: a b; " },
		{ "hosts: [{ name: a, boss: b }, { name: b, boss: b }]\n",
		    "hosts: [{ name: a, boss: a }, { name: b, boss: b }]\n", "0 entities, 1 facts, same numbers; boss: a; " },
		{ "hosts: [{ name: a, boss: b }, { name: b }]\n",
		    "hosts: [{ name: a, boss: c }, { name: c }]\n", "2 entities, 10 facts; fresh: c; all Host; boss: a; " },
	};

	COMPARE(pairs);
} END_TEST

START_TEST(links_differ_where_an_element_or_the_end_does)
{
	static const struct pair pairs[] = {
		{ "hosts: [{ name: a, tags: [x, y] }, { name: b, tags: [m] }]\n",
		    "hosts: [{ name: a, tags: [m, y] }, { name: b, tags: [m] }]\n", "0 entities, 1 facts, same numbers; tags: a; " },
		{ "hosts: [{ name: a, tags: [x, y] }, { name: b, tags: [m] }]\n",
		    "hosts: [{ name: a, tags: [x] }, { name: b, tags: [m, y] }]\n", "0 entities, 2 facts, same numbers; tags: a b; " },
		{ "hosts: [{ name: a, numbers: [1, 2] }]\n",
		    "hosts: [{ name: a, numbers: [1, 3] }]\n", "0 entities, 1 facts, same numbers; numbers: a; " },
		{ "hosts: [{ name: a, numbers: [1, 2] }]\n",
		    "hosts: [{ name: a, numbers: [1, 2, ...] }]\n", "0 entities, 1 facts, same numbers; numbers: a; " },
		{ "hosts: [{ name: a, numbers: { items: [1], possible: [2] } }]\n",
		    "hosts: [{ name: a, numbers: [1, 2] }]\n", "0 entities, 1 facts, same numbers; numbers: a; " },
		{ "hosts: [{ name: a, next: [b] }, { name: b }]\n",
		    "hosts: [{ name: a, next: [c] }, { name: c }]\n", "2 entities, 10 facts; fresh: c; all Host; next: a; " },
		{ "hosts: [{ name: a, numbers: [] }]\n",
		    "hosts: [{ name: a, numbers: [] }]\n", "0 entities, 0 facts, same numbers, nothing; " },
	};

	COMPARE(pairs);
} END_TEST

/* The compiler refuses such a schema; a file of bytecode may hold it. */
START_TEST(kinds_that_own_each_other_are_not_put_side_by_side)
{
	struct graph *a, *b, *c;
	uint16_t host;

	arena = arena_new();
	a = load("hosts: [{ name: a }]\n");
	b = load("hosts: [{ name: b }]\n");
	c = load("hosts: [{ name: b }]\n");
	host = schema_find_kind(b->schema, STR("Host"));
	ck_assert_ptr_nonnull(delta_find(arena, a, b));
	((struct schema *)(uintptr_t)b->schema)->kinds.items[host].owner =
	    schema_find_attribute(b->schema, host, STR("next"));
	ck_assert_ptr_null(delta_find(arena, a, b));
	ck_assert_ptr_nonnull(delta_find(arena, c, b));
	arena_free(arena);
} END_TEST

/* --- found ---------------------------------------------------------------- */

static const char site[] =
	"hosts:\n"
	"  - { name: Alpha, next: [beta], boss: beta, disks: [{ letter: C, unit: 1 },\n"
	"      { letter: D }, { letter: E, unit: 2, parts: [{ number: 5 }] }] }\n"
	"  - { name: beta, next: { items: [], possible: [Alpha] } }\n"
	"  - { name: gamma, next: [Alpha, ...], boss: null }\n"
	"gates: [{ name: west, next: [Alpha] }]\n"
	"racks: [{ row: 1, host: Alpha, size: 4 }]\n"
	"leases: [{ since: 2026-01-02, lasts: 30d, kind: inside, is_paid: true },\n"
	"    { since: 2026-01-02, lasts: 30d, kind: inside, is_paid: false }]\n"
	"nets: [{ range: 192.0.2.0/24, first: 192.0.2.1 }]\n"
	"builds: [{ number: \"10.0\" }]\n"
	"wides: [{ a: 1, b: 2, c: 3, d: 4, e: 5, f: 6, g: 7, h: \"8,9\" },\n"
	"    { a: 1, b: 2, c: 3, d: 4, e: 5, f: 6, g: 7, h: \"10\" }]\n"
	"k0s: [{ n: 0 }]\n"
	"k1s: [{ n: 1, k: \"0\" }]\n"
	"k2s: [{ n: 2, k: \"1,0\" }]\n"
	"k3s: [{ n: 3, k: \"2,1,0\" }]\n"
	"k4s: [{ n: 4, k: \"3,2,1,0\" }]\n"
	"k5s: [{ n: 5, k: \"4,3,2,1,0\" }]\n"
	"k6s: [{ n: 6, k: \"5,4,3,2,1,0\" }]\n"
	"k7s: [{ n: 7, k: \"6,5,4,3,2,1,0\" }]\n"
	"k8s: [{ n: 8, k: \"7,6,5,4,3,2,1,0\" }]\n"
	"k9s: [{ n: 9, k: \"8,7,6,5,4,3,2,1,0\" }]\n";

static entity_id find(const struct graph *g, const char *kind, entity_id owner,
    const char *key)
{
	return graph_find(g, schema_find_kind(g->schema, str_of(kind)), owner, str_of(key));
}

START_TEST(an_entity_is_found_by_kind_owner_and_key)
{
	static const struct {
		const char *kind, *key, *name;	/* NULL: there is none */
	} top[] = {
		{ "Host", "alpha", "Alpha" }, { "Host", "ALPHA", "Alpha" },
		{ "Host", "west", "west" }, { "Gate", "west", "west" },
		{ "Gate", "alpha", NULL }, { "Host", "nobody", NULL }, { "Host", "C", NULL },
		{ "Host", "", NULL }, { "Disk", "C", NULL }, { "Disk", "C,1", NULL },
		{ "Rack", "1,Alpha", "1,Alpha" }, { "Rack", "1,ALPHA", "1,Alpha" },
		{ "Rack", "1,beta", NULL }, { "Rack", "1,delta", NULL },
		{ "Rack", "one,Alpha", NULL }, { "Rack", "1", NULL },
		{ "Lease", "2026-01-02,30d,inside,true", "2026-01-02,30d,inside,true" },
		{ "Lease", "2026-01-02,30d,inside,false", "2026-01-02,30d,inside,false" },
		{ "Lease", "2026-01-02,30d,inside,maybe", NULL },
		{ "Lease", "2026-01-02,30d,elsewhere,true", NULL },
		{ "Lease", "2026-13-02,30d,inside,true", NULL },
		{ "Lease", "2026-01-02,long,inside,true", NULL },
		{ "Lease", "2026-01-02", NULL },
		{ "Net", "192.0.2.0/24", "192.0.2.0/24" }, { "Net", "192.0.2.0/25", NULL },
		{ "Net", "a net", NULL },
		{ "Build", "10.0", "10.0" }, { "Build", "10", "10.0" },
		{ "Build", "ten", NULL },
		{ "Wide", "1,2,3,4,5,6,7,8,9", "1,2,3,4,5,6,7,8,9" },
		{ "Wide", "1,2,3,4,5,6,7,10", "1,2,3,4,5,6,7,10" },
		{ "Wide", "1,2,3,4,5,6,7,11", NULL }, { "Wide", "1,2,3,4,5,6,7", NULL },
		/* As deep as keys are looked through. */
		{ "K1", "1,0", "1,0" }, { "K8", "8,7,6,5,4,3,2,1,0", "8,7,6,5,4,3,2,1,0" },
		{ "K8", "8,7,6,5,4,3,2,1,1", NULL }, { "K9", "9,8,7,6,5,4,3,2,1,0", NULL },
	};
	struct graph *g;
	entity_id alpha, disk;

	arena = arena_new();
	g = load(site);
	for (size_t i = 0; i < sizeof(top) / sizeof(*top); i++) {
		entity_id e = find(g, top[i].kind, ENTITY_NONE, top[i].key);

		if (top[i].name)
			ck_assert_text(graph_entity_name(g, arena, e), top[i].name);
		else
			ck_assert_msg(e == ENTITY_NONE, "%s %s", top[i].kind, top[i].key);
	}
	alpha = find(g, "Host", ENTITY_NONE, "alpha");
	disk = find(g, "Disk", alpha, "E,2");
	ck_assert_text(graph_entity_name(g, arena, disk), "Alpha/E,2");
	ck_assert_text(graph_entity_name(g, arena, find(g, "Part", disk, "5")), "Alpha/E,2/5");
	ck_assert_text(graph_entity_name(g, arena, find(g, "Disk", alpha, "D")), "Alpha/D");
	ck_assert(find(g, "Disk", alpha, "C") == ENTITY_NONE);
	ck_assert(find(g, "Disk", alpha, "C,x") == ENTITY_NONE);
	ck_assert(find(g, "Part", disk, "6") == ENTITY_NONE);
	ck_assert(find(g, "Disk", find(g, "Host", ENTITY_NONE, "beta"), "D") == ENTITY_NONE);
	ck_assert_text(graph_entity_name(g, arena, g->entity_count), "?");
	arena_free(arena);
} END_TEST

/* No reader makes such a graph, but a snapshot may hold it. */
START_TEST(who_has_no_key_is_not_found)
{
	struct graph *g;
	struct column *names;
	entity_id alpha;

	arena = arena_new();
	g = load(site);
	alpha = find(g, "Host", ENTITY_NONE, "alpha");
	names = &g->columns[schema_find_attribute(g->schema,
	    schema_find_kind(g->schema, STR("Host")), STR("name"))];
	for (entity_id e = names->first; e < names->first + names->rows; e++)
		if (e != alpha)
			bit_clear(names->known, e - names->first);
	ck_assert(find(g, "Host", ENTITY_NONE, "gamma") == ENTITY_NONE);
	ck_assert(find(g, "Host", ENTITY_NONE, "west") == ENTITY_NONE);
	arena_free(arena);
} END_TEST

START_TEST(a_link_may_be_there_unless_a_side_excludes_it)
{
	static const struct {
		const char *attribute, *from, *to;
		bool may;
	} links[] = {
		{ "next", "alpha", "beta", true }, { "next", "alpha", "gamma", false },
		{ "next", "beta", "alpha", true }, { "next", "beta", "gamma", false },
		{ "next", "gamma", "alpha", true }, { "next", "gamma", "beta", true },
		{ "next", "west", "alpha", true }, { "next", "west", "beta", false },
		{ "boss", "alpha", "beta", true }, { "boss", "alpha", "gamma", false },
		{ "boss", "beta", "gamma", true }, { "boss", "gamma", "alpha", false },
	};
	struct graph *g;
	uint16_t host, boss, next;

	arena = arena_new();
	g = load(site);
	host = schema_find_kind(g->schema, STR("Host"));
	boss = schema_find_attribute(g->schema, host, STR("boss"));
	next = schema_find_attribute(g->schema, host, STR("next"));
	for (size_t i = 0; i < sizeof(links) / sizeof(*links); i++)
		ck_assert_msg(graph_may_link(g, schema_find_attribute(g->schema, host,
		    str_of(links[i].attribute)), find(g, "Host", ENTITY_NONE, links[i].from),
		    find(g, "Host", ENTITY_NONE, links[i].to)) == links[i].may,
		    "%s.%s %s", links[i].from, links[i].attribute, links[i].to);
	for (int i = 0; i < 2; i++) {
		uint16_t a = i ? boss : next;
		entity_id alpha = find(g, "Host", ENTITY_NONE, "alpha");
		entity_id rack = find(g, "Rack", ENTITY_NONE, "1,Alpha");
		entity_id part = g->extents[schema_find_kind(g->schema, STR("Part"))].first;

		/* of another kind, before and behind its own; of no entity */
		ck_assert(!graph_may_link(g, a, rack, alpha));
		ck_assert(!graph_may_link(g, a, part, alpha));
		ck_assert(!graph_may_link(g, a, alpha, rack));
		ck_assert(!graph_may_link(g, a, find(g, "Host", ENTITY_NONE, "gamma"),
		    g->entity_count));
	}
	arena_free(arena);
} END_TEST

/* Facts of more than 64 KiB, in two files: their ends are kept apart. */
static void expect_lengths(const uint32_t lengths[2][2])
{
	struct packed_source source = { STR(""), STR("p.scarp"), str_of(office) };
	struct compile_options options = { .packed = &source, .packed_count = 1 };
	const struct inventory_options reading = { 0 };
	const char *texts[2];
	struct diagnostics *all;
	struct graph *g;
	uint16_t note;

	arena = arena_new();
	all = diagnostics_new(arena, sources_new(arena));
	for (unsigned i = 0; i < 2; i++)
		texts[i] = arena_printf(arena, HEAD "hosts:\n- { name: a%u, note: x%0*d }\n"
		    "- { name: b%u, note: x%0*d }\n", i, (int)lengths[i][0] - 1, 7, i,
		    (int)lengths[i][1] - 1, 8).at;
	unit_enter_folder();
	g = site_load(arena, all, compile_check(arena, all, &options)->schema, texts, 2,
	    &reading);
	unit_leave_folder();
	ck_assert_ptr_nonnull(g);
	note = schema_find_attribute(g->schema, schema_find_kind(g->schema, STR("Host")),
	    STR("note"));
	for (unsigned i = 0; i < 4; i++) {
		const struct column *c = &g->columns[note];
		entity_id e = find(g, "Host", ENTITY_NONE, arena_printf(arena, "%c%u",
		    "ab"[i % 2], i / 2).at);
		struct origin origin = column_origin(g, c, e - c->first);

		ck_assert_uint_eq(origin.span.end - origin.span.start, lengths[i / 2][i % 2]);
		ck_assert_uint_eq(symbol_text(g->symbols, (symbol)column_cell(c,
		    e - c->first)).length, lengths[i / 2][i % 2]);
	}
	arena_free(arena);
}

START_TEST(long_facts_end_where_they_end)
{
	static const uint32_t lengths[][2][2] = {
		{ { 70000, 5 }, { 65537, 80000 } }, { { 70000, 65535 }, { 65537, 5 } } };

	for (size_t i = 0; i < sizeof(lengths) / sizeof(*lengths); i++)
		expect_lengths(lengths[i]);
} END_TEST

UNIT_MAIN(long_facts_end_where_they_end, entities_are_the_same_by_kind_owner_and_key, what_may_exist_and_what_is_closed,
    columns_differ_where_their_cells_do, links_differ_where_an_element_or_the_end_does,
    kinds_that_own_each_other_are_not_put_side_by_side,
    an_entity_is_found_by_kind_owner_and_key,
    who_has_no_key_is_not_found, a_link_may_be_there_unless_a_side_excludes_it)
