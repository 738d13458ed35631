/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Random sites: the quick way to load says what the slow one says, places
 * included, and it does not matter how the entities are spread over files, in
 * which order the files are given, who else speaks of them, and how many threads
 * read them.
 */
#include <stdio.h>

#include "base/crew.h"
#include "base/text.h"
#include "inventory/read.h"
#include "tests/unit/site.h"
#include "tests/unit/unit.h"

#define FILES_MOST 5
#define ENTITIES 24

static uint64_t state;

/* splitmix64 (Steele, Lea, Flood 2014). */
static unsigned below(unsigned n)
{
	uint64_t z = state += UINT64_C(0x9e3779b97f4a7c15);

	z = (z ^ (z >> 30)) * UINT64_C(0xbf58476d1ce4e5b9);
	z = (z ^ (z >> 27)) * UINT64_C(0x94d049bb133111eb);
	return (unsigned)(((z ^ (z >> 31)) >> 32) * n >> 32);
}

/* --- sites ---------------------------------------------------------------- */

enum { HOSTS, CONTROLLERS, PRINCIPALS, SITES, AGENTS, LISTS };
static const char *const plurals[LISTS] = { "hosts", "domain_controllers",
	"principals", "sites", "agents" };
static const char *const kinds[LISTS] = { "Host", "DomainController",
	"Principal", "Site", "Agent" };

struct thing {
	unsigned list;
	struct str text;
};

static struct thing things[ENTITIES];

/* One of the words, which end with NULL. */
static const char *one_of(const char *const *words)
{
	unsigned count = 0;

	while (words[count])
		count++;
	return words[below(count)];
}

static void add_list(struct text *t, const char *name, const char *const *words,
    bool objects)
{
	unsigned form = below(objects ? 2 : 5), used = below(4);
	const char *before = "";

	text_printf(t, ", \"%s\": %s", name, form < 2 ? "[" : "{\"items\": [");
	for (unsigned i = 0; words[i] && i < used; i++, before = ", ")
		text_printf(t, "%s%s", before, words[i]);
	if (form >= 2)
		text_printf(t, "]%s%s}", form == 3 ? ", \"open\": true" : "",
		    form == 4 ? ", \"possible\": []" : "");
	else
		text_add_char(t, ']');
}

static void add_host(struct text *t, unsigned i)
{
	static const char *const roles[] = { "\"mp\"", "{\"kind\": \"dp\", "
	    "\"pxe\": true}", "{\"instance\": \"2\", \"site\": \"P0\", "
	    "\"kind\": \"mp\"}", NULL };
	static const char *const tags[] = { "\"red\"", "\"gr\\u00fcn\"",
		"\"a\\\\b\\n\"", NULL };
	static const char *const ports[] = { "-1", "80", "443", NULL };
	static const char *const zones[] = { "intranet", "perimeter",
		"internet", NULL };
	static const char *const admins[] = { "\"p0\"", "\"P1\"", "\"p2\"",
		NULL };

	if (below(3))
		text_printf(t, ", \"zone\": \"%s\"", one_of(zones));
	if (below(2))
		text_printf(t, ", \"internet_fqdn\": %s", below(2) ? "null" :
		    "\"x.contoso.example\"");
	if (below(2))
		text_printf(t, ", \"patched\": %s", below(2) ? "true" : "false");
	if (below(4) == 0)
		text_printf(t, ",\n \"port\" : %u", below(3));
	if (below(4) == 0)
		text_printf(t, ", \"installed\": \"2026-0%u-11\"", 1 + below(9));
	if (below(4) == 0)
		text_printf(t, ", \"address\": \"192.0.2.%u\", \"os\": "
		    "\"10.0.%u\", \"uptime\": \"%ud\"", i, below(3), i);
	if (below(2))
		add_list(t, "tags", tags, false);
	if (below(3) == 0)
		add_list(t, "ports", ports, false);
	if (below(2))
		add_list(t, "roles", roles, true);
	if (below(2))
		add_list(t, "admins", admins, false);
}

static struct str make_thing(struct arena *arena, unsigned list, unsigned i)
{
	static const char *const hosts[] = { "\"h0\"", "\"H1\"", NULL };
	struct text t;

	text_init(&t, arena);
	if (list == AGENTS)
		text_printf(&t, "{ \"number\": %u, \"vendor\": \"V%u\"", i,
		    i % 2);
	else if (list == SITES)
		text_printf(&t, "{ \"version\": \"1.%u\", \"code\": "
		    "\"P%u\", \"parent\": %s", i % 3, i, i ? "\"p0\"" : "null");
	else if (list == PRINCIPALS)
		text_printf(&t, "{ \"name\": \"p%u\"", i);
	else
		text_printf(&t, "{ \"fqdn\": \"%s%u\"",
		    list == HOSTS ? "h" : "dc", i);
	if (list == PRINCIPALS && below(2))
		add_list(&t, "admin_of", hosts, false);
	if (list == HOSTS || list == CONTROLLERS)
		add_host(&t, i);
	if (below(8) == 0)
		text_printf(&t, ", \"source\": { \"grade\": \"%s\" }",
		    below(2) ? "inferred" : "authoritative");
	text_add(&t, STR(" }"));
	return text_str(&t);
}

/* What is referred to is always there: the first of each list. */
static void make_things(struct arena *arena)
{
	unsigned next[LISTS] = { 0 };

	for (unsigned i = 0; i < ENTITIES; i++) {
		unsigned list = i < 2 ? HOSTS : i < 5 ? PRINCIPALS : i < 6 ?
		    SITES : below(LISTS);

		things[i] = (struct thing){ list,
			make_thing(arena, list, next[list]++) };
	}
}

/* --- files ---------------------------------------------------------------- */

static void add_things(struct text *t, unsigned list, const unsigned *file_of,
    unsigned file, const unsigned *order)
{
	const char *before = "";

	text_printf(t, ",\n\"%s\": [", plurals[list]);
	for (unsigned i = 0; i < ENTITIES; i++) {
		const struct thing *thing = &things[order[i]];

		if (thing->list != list || file_of[order[i]] != file)
			continue;
		text_printf(t, "%s\n  %.*s", before, STR_ARG(thing->text));
		before = ",";
	}
	text_add(t, STR("]"));
}

static const char *file_text(struct arena *arena, const unsigned *file_of,
    unsigned file, const unsigned *order, const char *grade)
{
	struct text t;

	text_init(&t, arena);
	text_printf(&t, "{\"scarp\": 1, \"schema\": \"site\", \"source\": "
	    "{ \"name\": \"%s\", \"grade\": \"%s\" }", grade, grade);
	for (unsigned list = 0; list < LISTS; list++)
		add_things(&t, list, file_of, file, order);
	text_add(&t, STR(", \"complete\": [\"Host\"] }\n"));
	text_add_char(&t, '\0');
	return text_str(&t).at;
}

/* The same as NDJSON. */
static const char *file_lines(struct arena *arena, const unsigned *file_of,
    unsigned file, const unsigned *order, const char *grade)
{
	struct text t;

	text_init(&t, arena);
	text_printf(&t, "{\"scarp\": 1, \"schema\": \"site\", \"source\": "
	    "{ \"name\": \"%s\", \"grade\": \"%s\" }, \"complete\": "
	    "[\"Host\"]}\n", grade, grade);
	for (unsigned i = 0; i < ENTITIES; i++) {
		const struct thing *thing = &things[order[i]];

		if (file_of[order[i]] != file)
			continue;
		text_printf(&t, "{\"%s\": ", kinds[thing->list]);
		for (size_t j = 0; j < thing->text.length; j++)
			text_add_char(&t, thing->text.at[j] == '\n' ? ' ' :
			    thing->text.at[j]);
		text_add(&t, below(5) ? STR("}\n") : STR("}\n \n"));
	}
	text_add_char(&t, '\0');
	return text_str(&t).at;
}

static const char *any_text(struct arena *arena, const unsigned *file_of,
    unsigned file, const unsigned *order, const char *grade)
{
	return below(3) ? file_text(arena, file_of, file, order, grade) :
	    file_lines(arena, file_of, file, order, grade);
}

static void shuffle(unsigned *items, unsigned count)
{
	for (unsigned i = count; i > 1; i--) {
		unsigned j = below(i), swap = items[i - 1];

		items[i - 1] = items[j];
		items[j] = swap;
	}
}

/* --- comparing ------------------------------------------------------------ */

static void dump_origin(struct text *t, const struct graph *g,
    struct origin origin)
{
	text_printf(t, " %u:%u-%u by %.*s", origin.span.file,
	    origin.span.start, origin.span.end,
	    STR_ARG(g->provenances.items[origin.provenance].name));
}

static void dump_origins(struct text *t, const struct graph *g)
{
	for (entity_id id = 0; id < g->entity_count; id++)
		dump_origin(t, g, entity_origin(g, id));
	for (size_t a = 0; a < g->schema->attributes.count; a++) {
		const struct column *c = &g->columns[a];
		const struct link *l = &g->links[a];

		text_printf(t, "\n%zu:", a);
		for (uint32_t i = 0; i < c->rows; i++)
			if (bit_get(c->known, i) || bit_get(c->absent, i))
				dump_origin(t, g, column_origin(g, c, i));
		for (uint32_t i = 0; i < l->rows; i++)
			if (bit_get(l->stated, i))
				dump_origin(t, g, link_row_origin(g, l, i));
		for (uint32_t i = 0; l->rows && i < l->offsets[l->rows]; i++)
			dump_origin(t, g, link_origin(g, l, i));
	}
}

static struct str load(struct arena *arena, const char *const *texts,
    size_t count, bool slowly, bool with_places)
{
	struct diagnostics *all = diagnostics_new(arena, sources_new(arena));
	struct str *paths = ARENA_ARRAY(arena, struct str, count);
	struct inventory_options options = { 0 };
	struct inventory_notes notes = { 0 };
	struct graph *graph;
	struct text text;
	struct str dump;

	for (size_t i = 0; i < count; i++)
		paths[i] = site_write(arena, i, texts[i]);
	load_slowly(slowly);
	/* Threads come to no other end. */
	load_worth(0);
	options.crew = slowly ? NULL : crew_new(arena, 1 + below(3));
	graph = inventory_load(arena, all, site_schema(arena), paths, count,
	    &options, &notes);
	load_slowly(false);
	load_worth(LOAD_WORTH);
	text_init(&text, arena);
	if (!graph)
		diag_print(all, &text, 0, DIAG_CONCISE, false);
	ck_assert_msg(graph != NULL, "%.*s", STR_ARG(text_str(&text)));
	dump = site_dump(arena, graph);
	if (!with_places) {
		/* What did not win is told with its place. */
		size_t end = dump.length;

		for (size_t i = 0; i + 9 < dump.length; i++)
			if (i > 0 && dump.at[i - 1] == '\n' &&
			    (!memcmp(dump.at + i, "disputed ", 9) ||
			    !memcmp(dump.at + i, "outranked", 9))) {
				end = i;
				break;
			}
		return str_slice(dump, 0, end);
	}
	text_add(&text, dump);
	dump_origins(&text, graph);
	return text_str(&text);
}

/* Where they part, with what stands around it: messages have a bound. */
static void claim_equal(struct str a, struct str b, const char *what,
    uint64_t seed)
{
	size_t i = 0, from;

	while (i < a.length && i < b.length && a.at[i] == b.at[i])
		i++;
	from = i > 300 ? i - 300 : 0;
	ck_assert_msg(str_equal(a, b), "%s, seed %llu:\n%.*s\n---\n%.*s", what,
	    (unsigned long long)seed, STR_ARG(str_slice(a, from, i + 100)),
	    STR_ARG(str_slice(b, from, i + 100)));
}

static void compare(struct arena *arena, const char *const *texts,
    size_t count, const char *what, uint64_t seed)
{
	struct str quick = load(arena, texts, count, false, true);
	struct str slow = load(arena, texts, count, true, true);

	claim_equal(quick, slow, what, seed);
}

/* --- the claims ----------------------------------------------------------- */

static void try_site(struct arena *arena, uint64_t seed)
{
	unsigned file_of[ENTITIES] = { 0 }, order[ENTITIES], again[ENTITIES];
	const char *texts[FILES_MOST + 1], *other;
	unsigned files = 2 + below(FILES_MOST - 1), places[FILES_MOST + 1];
	const char *shuffled[FILES_MOST + 1];
	struct str wanted, found;

	make_things(arena);
	for (unsigned i = 0; i < ENTITIES; i++)
		order[i] = i;
	texts[0] = file_text(arena, file_of, 0, order, "observed");
	compare(arena, texts, 1, "one file", seed);
	wanted = load(arena, texts, 1, false, false);
	texts[0] = file_lines(arena, file_of, 0, order, "observed");
	compare(arena, texts, 1, "lines", seed);
	claim_equal(wanted, load(arena, texts, 1, false, false), "as lines",
	    seed);
	for (unsigned i = 0; i < ENTITIES; i++)
		file_of[i] = below(files);
	shuffle(order, ENTITIES);
	for (unsigned i = 0; i < files; i++)
		texts[i] = any_text(arena, file_of, i, order, "observed");
	compare(arena, texts, files, "several files", seed);
	found = load(arena, texts, files, false, false);
	claim_equal(wanted, found, "spread over files", seed);
	/* Another source says part of it, differently. */
	for (unsigned i = 0; i < ENTITIES; i++) {
		again[i] = below(3);
		if (again[i] == 0 && things[i].list == HOSTS) {
			unsigned key = (unsigned)str_find(things[i].text, ',');
			struct text t;

			text_init(&t, arena);
			text_add(&t, str_slice(things[i].text, 0,
			    key < things[i].text.length ? key :
			    things[i].text.length - 2));
			add_host(&t, i);
			text_add(&t, STR(" }"));
			things[i].text = text_str(&t);
		}
	}
	other = file_text(arena, again, 0, order, below(2) ? "declared" :
	    "observed");
	texts[files] = other;
	compare(arena, texts, files + 1, "two sources", seed);
	wanted = load(arena, texts, files + 1, false, false);
	for (unsigned i = 0; i <= files; i++)
		places[i] = i;
	shuffle(places, files + 1);
	for (unsigned i = 0; i <= files; i++)
		shuffled[i] = texts[places[i]];
	found = load(arena, shuffled, files + 1, false, false);
	claim_equal(wanted, found, "files in another order", seed);
}

START_TEST(the_quick_way_says_what_the_slow_one_says)
{
	unit_enter_folder();
	for (uint64_t seed = 1; seed <= 20; seed++) {
		struct arena *arena = arena_new();

		state = seed;
		try_site(arena, seed);
		arena_free(arena);
	}
	unit_leave_folder();
}
END_TEST

/* --- many ----------------------------------------------------------------- */

#define CROWD 60

/* Hosts and principals of one name, and the roles of each host whose numbers
 * STEP leaves: an owner of more than are chained to it (assert.h). */
static const char *crowd_text(struct arena *arena, unsigned from,
    unsigned step)
{
	struct text t;

	text_init(&t, arena);
	text_printf(&t, "{\"scarp\": 1, \"schema\": \"site\", \"source\": "
	    "{ \"name\": \"s\", \"grade\": \"observed\" },\n\"sites\": "
	    "[{ \"code\": \"P0\", \"version\": \"1.2\" }],\n\"hosts\": [");
	for (unsigned h = 0; h < 3; h++) {
		const char *before = "";

		text_printf(&t, "%s{ \"fqdn\": \"same%u\", \"roles\": "
		    "{ \"open\": true, \"items\": [", h ? ",\n" : "", h);
		for (unsigned i = from; i < CROWD; i += step, before = ", ")
			text_printf(&t, "%s{\"kind\": \"%s\", \"site\": "
			    "\"P0\", \"instance\": \"%u\"}", before,
			    i % 3 ? "mp" : "dp", i);
		text_add(&t, STR("] } }"));
	}
	text_add(&t, STR("],\n\"principals\": ["));
	for (unsigned h = 0; h < 3; h++)
		text_printf(&t, "%s{ \"name\": \"same%u\" }", h ? ", " : "", h);
	text_add(&t, STR("] }\n"));
	text_add_char(&t, '\0');
	return text_str(&t).at;
}

START_TEST(many_that_are_owned_are_told_apart_in_one_file_and_in_several)
{
	struct arena *arena = arena_new();
	const char *whole[] = { crowd_text(arena, 0, 1) };
	const char *parts[] = { crowd_text(arena, 0, 2),
		crowd_text(arena, 1, 2), crowd_text(arena, 0, 3) };
	struct str wanted, found;

	unit_enter_folder();
	state = 1;
	compare(arena, whole, 1, "a crowd", 0);
	compare(arena, parts, 3, "a crowd in parts", 0);
	wanted = load(arena, whole, 1, false, false);
	found = load(arena, parts, 3, false, false);
	claim_equal(wanted, found, "a crowd spread over files", 0);
	unit_leave_folder();
	arena_free(arena);
}
END_TEST

/* Each would be taken were the ends of lines not looked at, or second lists. */
START_TEST(lines_of_ndjson_stand_by_themselves)
{
	static const char header[] = "{\"scarp\": 1, \"schema\": \"site\"}\n";
	static const struct { const char *lines, *told; } wrong[] = {
		{ "{\"Host\": {\"fqdn\": \"a\"}} {\"Host\": {\"fqdn\": "
		    "\"b\"}}\n", "E8109" },
		{ "{\"Host\":\n{\"fqdn\": \"a\"}}\n", "E8109" },
		{ "{\"Host\": {\"fqdn\": \"a\"}}\n{\"scarp\": 1}\n", "E8135" },
		{ "{\"Host\": {\"fqdn\": \"a\"}, \"Site\": {\"code\": "
		    "\"b\"}}\n", "E8135" },
		{ "{\"Host\": {\"fqdn\": \"a\"}}\n[]\n{\"Site\": {\"code\": "
		    "\"b\"}}\n", "E8135" },
		{ "{\"Host\": {\"fqdn\": \"a\"}}\n{\"Site\": {\"code\": "
		    "\"b\"}}\n{\"Host\": {\"fqdn\": \"a\"}}\n", "E3" },
	};
	struct arena *arena = arena_new();

	unit_enter_folder();
	for (size_t i = 0; i < sizeof(wrong) / sizeof(*wrong); i++) {
		const char *text = arena_printf(arena, "%s%s", header,
		    wrong[i].lines).at;
		struct inventory_options options = { 0 };
		struct str said = site_read(arena, &text, 1, &options);

		ck_assert_msg(strstr(arena_copy(arena, said).at,
		    wrong[i].told) != NULL, "%s: %.*s", wrong[i].lines,
		    STR_ARG(said));
	}
	unit_leave_folder();
	arena_free(arena);
}
END_TEST

/* --- odd ones ------------------------------------------------------------- */

#define HEAD "{\"scarp\": 1, \"schema\": \"site\", "

/* The graph, or what is wrong. */
static struct str told(struct arena *arena, const char *text, bool slowly)
{
	struct inventory_options options = { 0 };
	struct str said;

	load_slowly(slowly);
	said = site_read(arena, &text, 1, &options);
	load_slowly(false);
	return said;
}

static void tell_alike(const char *text)
{
	struct arena *arena = arena_new();
	struct str quick = told(arena, text, false);

	claim_equal(quick, told(arena, text, true), text, 0);
	arena_free(arena);
}

static const char *const odd_texts[] = {
	/* Alike at both ends, and of one length. */
	HEAD "\"hosts\": [{\"fqdn\": \"a\", \"internet_fqdn\": \"aaaaaaaaXbbbbbbbb\"}, "
	    "{\"fqdn\": \"b\", \"internet_fqdn\": \"aaaaaaaaYbbbbbbbb\"}]}",
	HEAD "\"agents\": [{\"vendor\": \"x\"}]}",
	HEAD "\"agents\": [\"x\"]}",
	HEAD "\"agents\": [{\"vendor\": \"x\", \"number\": \"y\"}]}",
	HEAD "\"hosts\": [{\"fqdn\": \"a\", \"ports\": [9, 8, 7, 6, 5, 4, 3, 2, 1, 10, "
	    "19, 18, 17, 16, 15, 14, 13, 12, 11, 20]}]}",
	HEAD "\"hosts\": [{\"fqdn\": \"a\", \"ports\": [9, 8, 7, 6, 5, 4, 3, 2, 1, 10, "
	    "19, 18, 17, 16, 15, 14, 13, 12, 11, 9]}]}",
	HEAD "\"hosts\": [{\"fqdn\": \"a\", \"ports\": {\"items\": [1, null]}}]}",
	HEAD "\"hosts\": [{\"fqdn\": \"a\", \"ports\": {\"possible\": [1, null]}}]}",
	HEAD "\"hosts\": [{\"fqdn\": \"a\", \"ports\": {\"possible\": [1, [2]]}}]}",
	HEAD "\"hosts\": [{\"fqdn\": \"a\", \"ports\": {\"possible\": [1]}}]}",
	HEAD "\"hosts\": [{\"fqdn\": \"a\", \"ports\": {\"open\": false}}]}",
	HEAD "\"hosts\": [{\"fqdn\": \"a\", \"ports\": {\"open\": true}}]}",
	HEAD "\"hosts\": [{\"fqdn\": \"a\" x}]}",
	HEAD "\"hosts\": [{\"fqdn\": \"a\"x}]}",
	HEAD "\"hosts\": [{\"fqdn\": \"a\\u0041\"x}]}",
	HEAD "\"hosts\": [{\"fqdn\": \"a\\\"\\u0041b\" \t }]}",
	HEAD "\"hosts\": [{\"fqdn\": \"a\\q\"}]}",
	HEAD "\"hosts\": [{\"fqdn\": \"\\ud83d\\u0041\"}]}",
	HEAD "\"hosts\": [{\"fqdn\": \"\\ud83d\"}]}",
	HEAD "\"hosts\": [{\"fqdn\": \"a\", \"port\": -}]}",
	HEAD "\"hosts\": []} ",
	HEAD "\"hosts\": []} x",
	HEAD "\"hosts\": []",
	HEAD "\"hosts\": [{\"fqdn",
	"scarp: 1\nschema: site\ncomplete: [Host, ...]\nhosts: [a]\n",
	"scarp: 1\nschema: site\nhosts: ...\n",
	"{\"scarp\": 1, \"schema\": \"site\"}\n{}\n",
	"{\"scarp\": 1}\n{\"Host\": {\"fqdn\": \"a\"}}\n",
	"{\"schema\": \"site\"}\n{\"Host\": {\"fqdn\": \"a\"}}\n",
	"{\"scarp\": 1, \"schema\": \"site\"}\n{\"Role\": {\"kind\": \"mp\"}}\n",
	"{\"scarp\": 1, \"schema\": \"site\"}\n{\"Hst\": {\"fqdn\": \"a\"}}\n",
	"{\"scarp\": 1, \"schema\": \"site\"}\n{\"Host\": {\"fqdn\": \"a\"}}\n"
	    "{\"DomainController\": {\"fqdn\": \"a\"}}\n",
};

START_TEST(odd_texts_are_told_alike_by_both_ways)
{
	unit_enter_folder();
	for (size_t i = 0; i < sizeof(odd_texts) / sizeof(*odd_texts); i++)
		tell_alike(odd_texts[i]);
	unit_leave_folder();
}
END_TEST

/* More than is taken at a time, in a list, in a map and in lines. */
START_TEST(what_is_taken_at_a_time_may_end_anywhere)
{
	static const struct { const char *head, *before, *behind, *tail; } forms[] = {
		{ HEAD "\"hosts\": [\"z\"", ", {\"fqdn\": \"a", "\"}", "]}" },
		{ HEAD "\"source\": {\"name\": \"z\"", ", \"k", "\": 1", "}}" },
		{ HEAD "\"hosts\": [{\"fqdn\": \"z\", \"ports\": [0", ", ", "", "]}]}" },
		{ "{\"scarp\": 1, \"schema\": \"site\"}\n",
		    "{\"Host\": {\"fqdn\": \"a", "\"}}\n", "" },
		{ "scarp: 1\nschema: site\nhosts:\n", "- fqdn: a", "\n", "" },
	};
	struct arena *arena = arena_new();

	unit_enter_folder();
	for (size_t i = 0; i < sizeof(forms) / sizeof(*forms); i++) {
		struct text text;

		text_init(&text, arena);
		text_add(&text, str_of(forms[i].head));
		for (unsigned n = 1; n <= 6000; n++)
			text_printf(&text, "%s%u%s", forms[i].before, n,
			    forms[i].behind);
		text_add(&text, str_of(forms[i].tail));
		text_add_char(&text, '\0');
		tell_alike(text_str(&text).at);
	}
	unit_leave_folder();
	arena_free(arena);
}
END_TEST

/* Farther than one looks at a time. */
START_TEST(what_stands_far_behind_the_end_is_seen)
{
	static const char *const heads[] = { HEAD "\"hosts\": []}",
		"{\"scarp\": 1, \"schema\": \"site\"}\n{\"Host\": {\"fqdn\": \"a\"}}" };
	static const char *const tails[] = { "", "\"", "x", "}" };
	struct arena *arena = arena_new();

	unit_enter_folder();
	for (size_t i = 0; i < 8; i++) {
		struct text text;

		text_init(&text, arena);
		text_add(&text, str_of(heads[i / 4]));
		for (unsigned n = 0; n < 150000; n++)
			text_add_char(&text, '\n');
		text_add(&text, str_of(tails[i % 4]));
		text_add_char(&text, '\0');
		tell_alike(text_str(&text).at);
	}
	unit_leave_folder();
	arena_free(arena);
}
END_TEST

UNIT_MAIN(the_quick_way_says_what_the_slow_one_says,
    many_that_are_owned_are_told_apart_in_one_file_and_in_several,
    lines_of_ndjson_stand_by_themselves, odd_texts_are_told_alike_by_both_ways,
    what_is_taken_at_a_time_may_end_anywhere,
    what_stands_far_behind_the_end_is_seen)
