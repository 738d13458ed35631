/* SPDX-License-Identifier: Apache-2.0 */
/*
 * vm [--entities N] [--links N] [--times N] [--only WORD]
 *
 * What evaluation costs, without reading any file: graphs are made in memory
 * (2 % of the facts are not known, ends of links are random), packs are
 * compiled from text, and each line is the best of N runs on one thread, as
 * nanoseconds per row (or link, or pair) and as a share of what the memory of
 * this machine gives in the same minute.
 */
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "base/guard.h"
#include "base/text.h"
#include "base/vec.h"
#include "compiler/compiler.h"
#include "vm/graph.h"
#include "vm/run.h"
#include "vm/verify.h"

static struct {
	uint32_t entities, times;
	uint64_t links;
	const char *only;
	uint64_t state;
} options = { .entities = 1000000, .links = 5000000, .times = 3, .state = 1 };

/* splitmix64 (Steele, Lea, Flood 2014). */
static uint64_t random_word(void)
{
	uint64_t z = options.state += UINT64_C(0x9e3779b97f4a7c15);

	z = (z ^ (z >> 30)) * UINT64_C(0xbf58476d1ce4e5b9);
	z = (z ^ (z >> 27)) * UINT64_C(0x94d049bb133111eb);
	return z ^ (z >> 31);
}

static uint32_t below(uint32_t n)
{
	return (uint32_t)((random_word() >> 32) * n >> 32);
}

static double seconds(void)
{
	struct timespec t;

	clock_gettime(CLOCK_THREAD_CPUTIME_ID, &t);
	return (double)t.tv_sec + (double)t.tv_nsec * 1e-9;
}

static double wall(void)
{
	struct timespec t;

	clock_gettime(CLOCK_MONOTONIC, &t);
	return (double)t.tv_sec + (double)t.tv_nsec * 1e-9;
}

/* --- the machine itself -------------------------------------------------- */

#define BUFFER (256u << 20)
static double read_speed, copy_speed;	/* bytes a second */

static void measure_memory(void)
{
	uint64_t *from = memory_get(BUFFER), *to = memory_get(BUFFER), sum = 0;
	volatile uint64_t sink;

	memset(from, 1, BUFFER);
	memset(to, 1, BUFFER);
	for (int i = 0; i < 5; i++) {
		double start = seconds(), copied;
		uint64_t lanes[8] = { 0 };

		for (size_t w = 0; w < BUFFER / 8; w += 8)
			for (int k = 0; k < 8; k++)
				lanes[k] += from[w + (size_t)k];
		for (int k = 0; k < 8; k++)
			sum += lanes[k];
		sink = sum;
		copied = seconds();
		if (BUFFER / (copied - start) > read_speed)
			read_speed = BUFFER / (copied - start);
		start = seconds();
		memcpy(to, from, BUFFER);
		copied = seconds();
		sink = to[below(BUFFER / 8)];
		/* Read once, written once. */
		if (2.0 * BUFFER / (copied - start) > copy_speed)
			copy_speed = 2.0 * BUFFER / (copied - start);
	}
	(void)sink;
	memory_give(from);
	memory_give(to);
	printf("memory: read %.1f GB/s, copy %.1f GB/s (read and written)\n",
	    read_speed * 1e-9, copy_speed * 1e-9);
}

/* --- packs --------------------------------------------------------------- */

static const char schema_text[] =
	"schema bench version \"1\"\n"
	"enum Os { os0, os1, os2, os3, os4, os5, os6, os7 }\n"
	"entity Host {\n"
	"	name: string, key\n"
	"	os: Os\n	role: Os?\n"
	"	enabled: bool\n	managed: bool\n"
	"	patch: int\n	build: int\n	serial: int\n	seen: date\n"
	"	city: string\n	street: string\n"
	"	roles: {Os}\n	tags: {string}\n	enemies: {Host}\n"
	"	admin_to: {Host}\n	member_of: {Host}\n"
	"}\n"
	"entity Wide {\n"
	"	name: string, key\n"
	"	a0: int\n	a1: int\n	a2: int\n	a3: int\n"
	"	a4: int\n	a5: int\n	a6: int\n	a7: int\n"
	"}\n";

struct pack {
	struct arena *arena;
	struct tree *tree;
	struct program *program;
};

static struct pack compile_files(const char *const *texts, uint32_t count)
{
	struct pack pack = { .arena = arena_new() };
	struct sources *sources = sources_new(pack.arena);
	struct diagnostics *all = diagnostics_new(pack.arena, sources);
	struct packed_source *files = ARENA_ARRAY(pack.arena, struct packed_source,
	    count + (size_t)1);
	struct compile_options compile_options = { .packed = files,
		.packed_count = count + (size_t)1, .unused_allowed = true };
	struct text out;
	struct str why;

	for (uint32_t i = 0; i < count; i++)
		files[i] = (struct packed_source){ STR(""),
		    arena_printf(pack.arena, "pack%03u.scarp", i), str_of(texts[i]) };
	files[count] = (struct packed_source){ STR("bench"), STR("bench.scarp"),
	    str_of(schema_text) };
	pack.tree = compile_check(pack.arena, all, &compile_options);
	if (pack.tree)
		pack.program = compile_program(pack.arena, pack.tree);
	if (!pack.program || !program_verify(pack.arena, pack.program, &why)) {
		text_init(&out, pack.arena);
		diag_print(all, &out, 3, DIAG_CONCISE, false);
		fprintf(stderr, "%.*s\n", (int)out.length, out.at);
		exit(1);
	}
	return pack;
}

static struct pack compile(const char *text)
{
	return compile_files(&text, 1);
}

/* --- graphs -------------------------------------------------------------- */

struct site {
	struct arena *arena;
	struct pack pack;	/* whose schema it has */
	struct graph *graph;
};

static uint16_t attribute(const struct site *s, const char *name)
{
	const struct schema *schema = s->pack.tree->schema;

	for (size_t i = 0; i < schema->attributes.count; i++)
		if (str_equal(schema->attributes.items[i].name, str_of(name)))
			return (uint16_t)i;
	abort();
}

static struct site site_new(const char *kind, uint32_t count)
{
	struct site s = { .arena = arena_new(), .pack = compile(
	    "pack nothing \"nothing\" version \"1\"\nuse bench\n") };
	const struct schema *schema = s.pack.tree->schema;
	struct graph *g = s.graph = ARENA_NEW(s.arena, struct graph);

	g->schema = schema;
	g->arena = s.arena;
	g->symbols = symbols_new(s.arena);
	g->entity_count = count;
	g->extents = ARENA_ARRAY(s.arena, struct extent, schema->kinds.count);
	g->columns = ARENA_ARRAY(s.arena, struct column, schema->attributes.count);
	g->links = ARENA_ARRAY(s.arena, struct link, schema->attributes.count);
	for (size_t k = 0; k < schema->kinds.count; k++) {
		bool is_it = str_equal(schema->kinds.items[k].name, str_of(kind));

		g->extents[k] = (struct extent){ .first = is_it ? 0 : count,
		    .count = is_it ? count : 0, .closed = true };
	}
	graph_new_entities(g);
	return s;
}

static void site_free(struct site *s)
{
	arena_free(s->pack.arena);
	arena_free(s->arena);
}

static uint64_t *mostly(struct site *s, uint32_t rows, uint32_t percent)
{
	uint64_t *bits = ARENA_ARRAY(s->arena, uint64_t, BITS_WORDS(rows));

	for (uint32_t i = 0; i < rows; i++)
		bit_put(bits, i, below(100) >= percent);
	return bits;
}

/* DISTINCT values from LEAST on; of texts, as many texts. */
static void add_column(struct site *s, const char *name, int64_t least, uint32_t distinct)
{
	struct column *c = &s->graph->columns[attribute(s, name)];
	const struct schema_attribute *a =
	    &s->pack.tree->schema->attributes.items[attribute(s, name)];
	int64_t *cells;
	char text[32];

	c->type = a->type;
	c->rows = s->graph->extents[a->kind].count;
	c->known = mostly(s, c->rows, 2);
	c->absent = ARENA_ARRAY(s->arena, uint64_t, BITS_WORDS(c->rows));
	cells = memory_get(c->rows * sizeof(*cells));
	for (uint32_t i = 0; i < c->rows; i++) {
		cells[i] = least + below(distinct);
		if (!type_is_text(a->type))
			continue;
		snprintf(text, sizeof(text), "text %06u", (unsigned)cells[i]);
		cells[i] = symbol_of(s->graph->symbols, str_of(text));
	}
	column_fill(s->arena, s->graph->symbols, c, cells);
	memory_give(cells);
}

static int compare_words(const void *a, const void *b)
{
	uint32_t x = *(const uint32_t *)a, y = *(const uint32_t *)b;

	return (x > y) - (x < y);
}

/* A random one of MOST cells: a number, or a text. */
static uint32_t link_cell_of(struct site *s, struct type type, uint32_t most)
{
	uint32_t number = below(most);
	char text[32];

	if (!type_is_text(type))
		return number;
	snprintf(text, sizeof(text), "text %06u", (unsigned)number);
	return symbol_of(s->graph->symbols, str_of(text));
}

/* So many random elements of MOST in all; OPEN per cent of the rows are open. */
static void add_link(struct site *s, const char *name, uint64_t count, uint32_t most,
    uint32_t open)
{
	struct link *l = &s->graph->links[attribute(s, name)];
	const struct schema_attribute *a =
	    &s->pack.tree->schema->attributes.items[attribute(s, name)];
	uint32_t *cells = arena_alloc(s->arena, (count + 1) * 4);
	uint32_t at = 0;

	l->type = a->type;
	l->type.set = false;
	l->rows = s->graph->extents[a->kind].count;
	l->width = 4;
	l->cells = cells;
	l->offsets = ARENA_ARRAY(s->arena, uint32_t, l->rows + (size_t)1);
	l->closed = l->stated = mostly(s, l->rows, open);
	for (uint32_t i = 0; i < l->rows; i++) {
		uint32_t from = at, want = below((uint32_t)(2 * count / l->rows) + 1);

		for (uint32_t k = 0; k < want && at < count; k++)
			cells[at++] = link_cell_of(s, l->type, most);
		qsort(cells + from, at - from, 4, compare_words);
		want = at;
		at = from;
		for (uint32_t k = from; k < want; k++)
			if (k == from || cells[k] != cells[at - 1])
				cells[at++] = cells[k];
		l->offsets[i + 1] = at;
	}
	l->certain = ARENA_ARRAY(s->arena, uint64_t, BITS_WORDS(at) + 1);
	for (uint32_t i = 0; i < at; i++)
		bit_set(l->certain, i);
}

static uint32_t elements(const struct site *s, const char *name)
{
	const struct link *l = &s->graph->links[attribute(s, name)];

	return l->offsets[l->rows];
}

#define TAGS 1000

static struct site hosts_new(uint32_t count, uint64_t links)
{
	struct site s = site_new("Host", count);

	add_column(&s, "os", 0, 8);
	add_column(&s, "role", 0, 8);
	add_column(&s, "enabled", 0, 2);
	add_column(&s, "managed", 0, 2);
	add_column(&s, "patch", 0, 40);
	add_column(&s, "build", 7600, 20000);
	add_column(&s, "serial", 0, 1u << 30);
	add_column(&s, "seen", 20000, 700);
	add_column(&s, "city", 0, 200);
	add_column(&s, "street", 0, 5000);
	add_link(&s, "roles", count, 8, 2);
	add_link(&s, "tags", 3 * (uint64_t)count, TAGS, 2);
	add_link(&s, "admin_to", links, count, 2);
	add_link(&s, "member_of", count, count, 2);
	add_link(&s, "enemies", count, count, 0);
	return s;
}

/* --- runs ---------------------------------------------------------------- */

static struct tally total;

/* The best of several runs, in nanoseconds. */
static double run_pack(const struct site *s, struct pack pack)
{
	size_t rules = pack.tree->rules.count;
	double best = 1e30;

	for (uint32_t i = 0; i < options.times; i++) {
		struct arena *arena = arena_new();
		struct tally *tallies = ARENA_ARRAY(arena, struct tally, rules);
		double start = seconds(), took;

		run_program(arena, pack.program, s->graph, NULL, tallies, NULL);
		took = seconds() - start;
		if (took < best)
			best = took;
		memset(&total, 0, sizeof(total));
		for (size_t r = 0; r < rules; r++) {
			total.failed |= tallies[r].failed;
			for (int v = 0; v < VERDICT_COUNT; v++)
				total.verdicts[v] += tallies[r].verdicts[v];
		}
		if (total.failed)
			fprintf(stderr, "a rule is in error: %s\n", tallies[0].trouble);
		arena_free(arena);
	}
	arena_free(pack.arena);
	return best * 1e9;
}

static double run(const struct site *s, const char *text)
{
	return run_pack(s, compile(text));
}

static bool is_asked(const char *name)
{
	return !options.only || strstr(name, options.only);
}

static void head(void)
{
	printf("\n%-44s %10s %8s %9s %7s  %s\n", "what", "ms", "ns", "per",
	    "of mem", "pass/fail/unknown/n.a.");
}

/* BYTES: that a unit must read at least, 0 where that says nothing. */
static void line(const char *name, double ns, double units, const char *per, double bytes)
{
	char share[16] = "";

	if (bytes > 0)
		snprintf(share, sizeof(share), "%.0f %%",
		    100 * bytes * units / (ns * 1e-9) / read_speed);
	printf("%-44s %10.2f %8.3f %9s %7s  %" PRIu64 "/%" PRIu64 "/%" PRIu64 "/%" PRIu64 "\n",
	    name, ns * 1e-6, ns / units, per, share, total.verdicts[VERDICT_PASS],
	    total.verdicts[VERDICT_FAIL], total.verdicts[VERDICT_UNKNOWN],
	    total.verdicts[VERDICT_NOT_APPLICABLE]);
	fflush(stdout);
}

static void one(const struct site *s, const char *name, double units, const char *per,
    const char *rule)
{
	char text[2048];

	if (!is_asked(name))
		return;
	snprintf(text, sizeof(text), "pack bench_pack \"bench\" version \"1\"\nuse bench\n%s", rule);
	line(name, run(s, text), units, per, 0);
}

/* --- scans --------------------------------------------------------------- */

#define WIDE 8

static void scan(const char *name, uint32_t distinct, uint32_t bytes)
{
	uint32_t rows = 8u << 20;
	struct site s;
	char text[1024], *at = text;

	if (!is_asked(name))
		return;
	s = site_new("Wide", rows);
	at += sprintf(at, "pack scan \"scan\" version \"1\"\nuse bench\n"
	    "rule scan \"scan\" {\n\tfor w in Wide\n\trequire ");
	for (int i = 0; i < WIDE; i++) {
		char column[8];

		sprintf(column, "a%d", i);
		add_column(&s, column, 1000, distinct);
		at += sprintf(at, "%sw.a%d < %u", i ? " or " : "", i, 1000 + distinct / 2);
	}
	sprintf(at, "\n}\n");
	/* A cell, and whether it is known or none. */
	line(name, run(&s, text), (double)rows * WIDE, "cell", bytes + 0.25);
	site_free(&s);
}

/* --- many rules ---------------------------------------------------------- */

/* One of sixty different ones over ten columns. */
static const char *atom(uint32_t number)
{
	static char text[4][64];
	static unsigned next;
	char *to = text[next++ % 4];
	uint32_t value = number / 10;

	switch (number % 10) {
	case 0: sprintf(to, "h.os == os%u", value); break;
	case 1: sprintf(to, "h.role == os%u", value); break;
	case 2: sprintf(to, "h.patch >= %u", value * 6 + 2); break;
	case 3: sprintf(to, "h.build < %u", 8000 + value * 3000); break;
	case 4: sprintf(to, "h.serial < %u", 1u << (24 + value)); break;
	case 5: sprintf(to, "h.city == \"text %06u\"", value * 30); break;
	case 6: sprintf(to, "h.street like \"text 00%u*\"", value); break;
	case 7: sprintf(to, "h.seen >= 2024-1%u-01", value % 3); break;
	case 8: sprintf(to, value & 1 ? "h.enabled" : "h.managed"); break;
	default: sprintf(to, "h.build >= %u", 9000 + value * 2500); break;
	}
	return to;
}

static char *many_rules(uint32_t count)
{
	char *text = memory_get(count * (size_t)320 + 128), *at = text;

	options.state = 7;
	at += sprintf(at, "pack many \"many\" version \"1\"\nuse bench\n");
	for (uint32_t i = 0; i < count; i++) {
		at += sprintf(at, "rule r%u \"many\" {\n\tfor h in Host\n\twhen %s\n", i,
		    atom(below(60)));
		at += sprintf(at, "\trequire %s or", atom(below(60)));
		at += sprintf(at, " (%s", atom(below(60)));
		at += sprintf(at, " and %s)\n}\n", atom(below(60)));
	}
	return text;
}

static void rules(const struct site *s)
{
	uint32_t rows = options.entities;
	double half, all;
	char *text;

	if (!is_asked("rules"))
		return;
	text = many_rules(1);
	line("1 attribute rule", run(s, text), rows, "row", 0);
	memory_give(text);
	text = many_rules(250);
	half = run(s, text);
	line("250 attribute rules", half, rows * 250.0, "row, rule", 0);
	memory_give(text);
	text = many_rules(500);
	all = run(s, text);
	line("500 attribute rules", all, rows * 500.0, "row, rule", 0);
	line("marginal attribute rule of a pack of 500", all - half, rows * 250.0,
	    "row, rule", 0);
	memory_give(text);
}

#define FILES 200

/* The same rules in one file, and in as many files as there are rules. */
static void files(const struct site *s)
{
	const char *texts[FILES];
	char *one_file, *rest;
	uint32_t count = 0;
	double together, apart;

	if (!is_asked("files"))
		return;
	one_file = many_rules(FILES);
	together = run(s, one_file);
	rest = strstr(one_file, "rule r0 ");
	while (count < FILES) {
		char *end = strstr(rest + 1, "\nrule "), *text;
		size_t length = end ? (size_t)(end + 1 - rest) : strlen(rest);

		text = memory_get(length + 64);
		sprintf(text, "%suse bench\n%.*s", count ? "" :
		    "pack many \"many\" version \"1\"\n", (int)length, rest);
		texts[count++] = text;
		rest += length;
	}
	apart = run_pack(s, compile_files(texts, FILES));
	line("200 rules in one file", together, options.entities * (double)FILES, "row, rule", 0);
	line("200 rules in 200 files", apart, options.entities * (double)FILES, "row, rule", 0);
	printf("%-44s %19.2f\n", "200 files to one", apart / together);
	while (count > 0)
		memory_give((void *)(uintptr_t)texts[--count]);
	memory_give(one_file);
}

/* --- threads -------------------------------------------------------------- */

static void nothing(void *context, unsigned member)
{
	(void)context;
	(void)member;
}

/* How much quicker two threads are than one, by the best of several runs of
 * each, in turn; on a machine that has nothing else to do. */
static void threads(const struct site *s, const char *name, const char *text)
{
	struct run_options ways[2] = { { 0 }, { 0 } };
	struct pack pack = compile(text);
	double best[2] = { 1e30, 1e30 };

	for (uint32_t i = 0; i < 4 * options.times; i++) {
		struct arena *arena = arena_new();
		struct tally *tallies = ARENA_ARRAY(arena, struct tally,
		    pack.tree->rules.count);
		double start;

		ways[1].crew = crew_new(arena, 2);
		crew_do(ways[1].crew, nothing, NULL);
		start = wall();
		run_program(arena, pack.program, s->graph, &ways[i & 1], tallies, NULL);
		if (wall() - start < best[i & 1])
			best[i & 1] = wall() - start;
		arena_free(arena);
	}
	printf("%-44s %10.2f %8.2f times as fast as one\n", name, best[1] * 1e3,
	    best[0] / best[1]);
	arena_free(pack.arena);
}

static void two_threads(const struct site *s)
{
	char *many;

	if (!is_asked("threads"))
		return;
	many = many_rules(500);
	threads(s, "two threads: 500 attribute rules", many);
	memory_give(many);
	threads(s, "two threads: all over links", "pack t \"t\" version \"1\"\nuse bench\n"
	    "rule r \"r\" { for h in Host require all t in h.admin_to: t.os == os3 or t.enabled }");
	threads(s, "two threads: correlated, any", "pack t \"t\" version \"1\"\nuse bench\n"
	    "rule r \"r\" { for h in Host forbid any t in h.admin_to: "
	    "t.patch > h.patch and t.os == h.os }");
}

/* --- links and paths ----------------------------------------------------- */

/* So many rules, each about another element of one set. */
static void has(const struct site *s, uint32_t rules)
{
	char name[64], *text, *at;

	snprintf(name, sizeof(name), "has: %u rules about one set", (unsigned)rules);
	if (!is_asked(name))
		return;
	at = text = memory_get(rules * (size_t)128 + 128);
	at += sprintf(at, "pack tags \"tags\" version \"1\"\nuse bench\n");
	for (uint32_t i = 0; i < rules; i++)
		at += sprintf(at, "rule r%u \"tag\" { for h in Host forbid h.tags has \"text %06u\" }\n",
		    (unsigned)i, (unsigned)(i * (TAGS / rules)));
	line(name, run(s, text), options.entities * (double)rules, "row, rule", 0);
	memory_give(text);
}

static void links(const struct site *s)
{
	double admin = elements(s, "admin_to"), roles = elements(s, "roles");

	one(s, "all over links, of the child alone", admin, "link",
	    "rule r \"r\" { for h in Host require all t in h.admin_to: t.os == os3 or t.enabled }");
	one(s, "any over links, of the child alone", admin, "link",
	    "rule r \"r\" { for h in Host forbid any t in h.admin_to: t.patch < 3 and t.managed }");
	one(s, "at most 2 over links, of the child alone", admin, "link",
	    "rule r \"r\" { for h in Host require at most 2 t in h.admin_to: t.os == os3 }");
	one(s, "any inside any, of the child alone", admin, "link",
	    "rule r \"r\" { for h in Host forbid any t in h.admin_to: "
	    "all u in t.admin_to: u.patch >= 10 and u.enabled }");
	one(s, "has a constant", roles, "element",
	    "rule r \"r\" { for h in Host forbid h.roles has os3 }");
	has(s, 1);
	has(s, 2);
	has(s, 3);
	has(s, 500);
	one(s, "correlated: any", admin, "tuple",
	    "rule r \"r\" { for h in Host forbid any t in h.admin_to: "
	    "t.patch > h.patch and t.os == h.os }");
	one(s, "correlated: count", admin, "tuple",
	    "rule r \"r\" { for h in Host require at most 2 t in h.admin_to: "
	    "t.build >= h.build }");
	one(s, "correlated: binders", admin, "tuple",
	    "rule r \"r\" { for h in Host, t in h.admin_to require t.patch >= h.patch }");
}

static void paths(const struct site *s)
{
	double admin = elements(s, "admin_to"), member = elements(s, "member_of");

	one(s, "reach a set, all sources", admin, "link",
	    "rule r \"r\" { for h in Host forbid h reaches "
	    "{ t for t in Host where t.serial < 1000000 } via admin_to+ }");
	one(s, "reach a set by an expression, all sources", admin + member, "link",
	    "rule r \"r\" { for h in Host forbid h reaches "
	    "{ t for t in Host where t.serial < 1000000 } via (admin_to | member_of then admin_to)+ }");
	one(s, "recursion of one place, all sources", admin, "link",
	    "relation hot(h: Host) = h.serial < 1000000 or (any t in h.admin_to: hot(t))\n"
	    "rule r \"r\" { for h in Host forbid hot(h) }");
}

/* Each host has the next one in admin_to, the last one nobody. */
static void make_chain(struct site *s)
{
	struct link *l = &s->graph->links[attribute(s, "admin_to")];
	uint32_t *cells = ARENA_ARRAY(s->arena, uint32_t, l->rows);
	uint32_t *offsets = ARENA_ARRAY(s->arena, uint32_t, l->rows + (size_t)1);
	uint64_t *certain = ARENA_ARRAY(s->arena, uint64_t, BITS_WORDS(l->rows) + 1);

	for (uint32_t i = 0; i + 1 < l->rows; i++) {
		cells[i] = i + 1;
		offsets[i + 1] = i + 1;
		bit_set(certain, i);
	}
	offsets[l->rows] = l->rows - 1;
	l->cells = cells;
	l->offsets = offsets;
	l->certain = certain;
}

static void chains(void)
{
	uint32_t count = 100000;
	struct site s;

	if (!is_asked("chain"))
		return;
	s = hosts_new(count, count);
	make_chain(&s);
	one(&s, "chain: recursion of one along 100,000 hosts", count, "link",
	    "relation hot(h: Host) = h.serial < 100000 or (any t in h.admin_to: hot(t))\n"
	    "rule r \"r\" { for h in Host forbid hot(h) }");
	site_free(&s);
}

#define CLOSURE "relation far(a: Host, b: Host) = " \
	"b in a.admin_to or (any x in a.admin_to: far(x, b))\n"

static void pairs(void)
{
	uint32_t count = 100000;
	struct site s;

	if (!is_asked("pairs"))
		return;
	s = hosts_new(count, count * (uint64_t)5);
	one(&s, "pairs: each source its own targets", elements(&s, "enemies"), "pair",
	    "rule r \"r\" { for h in Host forbid h reaches h.enemies via admin_to+ }");
	one(&s, "pairs: asked of a closure", elements(&s, "enemies"), "pair",
	    CLOSURE "rule r \"r\" { for h in Host forbid any t in h.enemies: far(h, t) }");
	site_free(&s);
	s = hosts_new(1000, 5000);
	one(&s, "pairs: asked of a closure, 1,000 hosts", elements(&s, "enemies"), "pair",
	    CLOSURE "rule r \"r\" { for h in Host forbid any t in h.enemies: far(h, t) }");
	one(&s, "pairs: a closure under conditions", elements(&s, "enemies"), "pair",
	    "relation far(a: Host, b: Host) = a == b or (a.managed and "
	    "(any x in a.admin_to where x.patch < 50: far(x, b)))\n"
	    "rule r \"r\" { for h in Host forbid any t in h.enemies: far(h, t) }");
	one(&s, "pairs: a closure to a set", elements(&s, "enemies"), "pair",
	    "relation far(a: Host, b: Host) = a in b.admin_to or (any x in a.admin_to: far(x, b))\n"
	    "rule r \"r\" { for h in Host forbid any t in h.enemies: far(h, t) }");
	one(&s, "pairs: asked of what is no closure", elements(&s, "enemies"), "pair",
	    "relation far(a: Host, b: Host) = b in a.admin_to or "
	    "(any x in a.admin_to: far(x, b) and (x.enabled or x.serial != b.serial))\n"
	    "rule r \"r\" { for h in Host forbid any t in h.enemies: far(h, t) }");
	one(&s, "pairs: of what is joined with itself", elements(&s, "enemies"), "pair",
	    "relation far(a: Host, b: Host) = b in a.admin_to or "
	    "(any x in a.admin_to: far(x, b) and far(a, x) and (x.enabled or x.serial != b.serial))\n"
	    "rule r \"r\" { for h in Host forbid any t in h.enemies: far(h, t) }");
	one(&s, "pairs: 1,000 by 1,000 of a closure", 1e6, "pair",
	    CLOSURE "rule r \"r\" { for a in Host, b in Host forbid far(a, b) }");
	one(&s, "pairs: 1,000 by 1,000", 1e6, "pair",
	    "rule r \"r\" { for a in Host, b in Host forbid a reaches b via admin_to+ }");
	site_free(&s);
}

/* --- all ----------------------------------------------------------------- */

static bool read_options(int argc, char **argv)
{
	for (int i = 1; i + 1 < argc; i += 2) {
		if (strcmp(argv[i], "--entities") == 0)
			options.entities = (uint32_t)strtoul(argv[i + 1], NULL, 10);
		else if (strcmp(argv[i], "--links") == 0)
			options.links = strtoull(argv[i + 1], NULL, 10);
		else if (strcmp(argv[i], "--times") == 0)
			options.times = (uint32_t)strtoul(argv[i + 1], NULL, 10);
		else if (strcmp(argv[i], "--only") == 0)
			options.only = argv[i + 1];
		else
			return false;
	}
	return argc % 2 == 1 && options.entities > 0 && options.times > 0;
}

int main(int argc, char **argv)
{
	struct guard guard;
	struct site s;

	if (!read_options(argc, argv)) {
		fprintf(stderr, "usage: vm [--entities N] [--links N] [--times N] [--only WORD]\n");
		return 2;
	}
	if (!GUARD_SET(&guard)) {
		fprintf(stderr, "vm: %s\n", guard_reason());
		return 2;
	}
	measure_memory();
	head();
	scan("scan: cells of one byte", 200, 1);
	scan("scan: cells of two bytes", 60000, 2);
	scan("scan: cells of four bytes", 1u << 30, 4);
	s = hosts_new(options.entities, options.links);
	rules(&s);
	files(&s);
	two_threads(&s);
	links(&s);
	paths(&s);
	site_free(&s);
	chains();
	pairs();
	return 0;
}
