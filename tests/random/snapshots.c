/* SPDX-License-Identifier: Apache-2.0 */
/*
 * random_snapshots [--cases N] [--seed N] [--changes N]
 *
 * Random packs and sites, as random_agree makes them.  Each site is written as
 * a snapshot and read again: the whole report, with every proof, is the same,
 * by the bytecode and by the reference evaluator, and a snapshot of what was
 * read is the same file.  Then the file is changed at random, mostly with its
 * sums made right again, and cut short: what comes is refused with the number
 * of an invariant, or is a graph on which everything runs.  One rule alone reads
 * no more of either than its footprint.
 */
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

#include "base/guard.h"
#include "base/io.h"
#include "base/limits.h"
#include "compiler/compiler.h"
#include "compiler/plan.h"
#include "inventory/inventory.h"
#include "report/formats.h"
#include "tests/random/random.h"
#include "tests/random/snapshot_change.h"
#include "vm/run.h"
#include "vm/snapshot_file.h"
#include "vm/verify.h"

/* So many bytes a changed snapshot may be longer. */
#define ROOM 4096

struct figures {
	uint64_t cases, refused_sites, changes, refused, raised, ran, failed;
	bool seen[128];		/* invariants that refused something */
};

struct judge {
	struct tree *tree;
	struct program *program;
	const uint64_t *footprint;	/* that it reads, or NULL: all */
};

struct trial {
	struct arena *arena;
	struct model model;
	struct sources *sources;
	struct diagnostics *all;
	struct judge whole, part;	/* all rules; one of them */
	struct figures *figures;
};

static const char *folder;

static bool wrong(const char *what)
{
	printf("%s\n", what);
	return false;
}

static struct document *read_site(struct trial *t)
{
	struct text site;
	struct str bytes;

	text_init(&site, t->arena);
	model_print_yaml(&t->model, &site);
	bytes = text_str(&site);
	text_add(&site, (struct str){ (char[IO_PADDING]){ 0 }, IO_PADDING });
	bytes.at = text_str(&site).at;
	return yaml_read(t->arena, t->all, source_add(t->sources,
	    STR("site.yaml"), bytes));
}

static bool compile_rules(struct trial *t, const struct compile_options *options,
    struct judge *judge)
{
	struct str why;

	judge->tree = compile_check(t->arena, t->all, options);
	judge->program = judge->tree ? compile_program(t->arena, judge->tree) : NULL;
	return judge->program && program_verify(t->arena, judge->program, &why);
}

static bool compile(struct trial *t)
{
	struct packed_source files[2];
	struct compile_options options = { .packed = files, .packed_count = 2 };
	struct text pack, schema;
	size_t rules;

	text_init(&pack, t->arena);
	text_init(&schema, t->arena);
	model_print_pack(&t->model, &pack);
	model_print_schema(&t->model, &schema);
	files[0] = (struct packed_source){ STR(""), STR("random.scarp"),
	    text_str(&pack) };
	files[1] = (struct packed_source){ STR("random_schema"),
	    STR("random_schema.scarp"), text_str(&schema) };
	if (!compile_rules(t, &options, &t->whole))
		return false;
	rules = t->whole.tree->rules.count;
	options.choices[CHOICE_RULE] = (struct rule_choice){ &t->whole.tree->rules.items[
	    random_below(&t->model.random, (unsigned)rules)].id, 1 };
	if (!compile_rules(t, &options, &t->part))
		return false;
	t->part.footprint = tree_footprint(t->arena, t->part.tree);
	return true;
}

static void keep(void *context, const struct outcome *outcome)
{
	outcomes_add(context, outcome);
}

/* Every verdict with its proof, as JSON. */
static struct str report_of(const struct judge *judge, struct arena *arena,
    const struct graph *graph, bool reference)
{
	const struct tree *tree = judge->tree;
	struct tally *tallies = ARENA_ARRAY(arena, struct tally, tree->rules.count);
	struct outcomes *outcomes = report_outcomes(arena, tree, graph, ~0u);
	struct verdict_sink sink = { keep, outcomes, ~0u };
	struct run_options options = { 0 };
	struct report *report;
	struct text out;

	if (reference)
		evaluate_all(evaluator_new(arena, tree, graph), tallies, &sink);
	else
		run_keep(arena, judge->program, graph, &options, tallies, outcomes);
	report = report_new(arena, tree, graph, tallies, outcomes, ~0u, 0, NULL);
	report->all_verdicts = true;
	report->proofs = true;
	text_init(&out, arena);
	report_json(report, &out);
	return text_str(&out);
}

/* --- files --------------------------------------------------------------- */

static const char *path_of(struct trial *t)
{
	return arena_printf(t->arena, "%s/site.scarpg", folder).at;
}

/* Without a wait for the disk, which io_write has. */
static void save(const char *path, const char *bytes, size_t length)
{
	FILE *file;

	/* A file that is cut waits for the disk, too. */
	unlink(path);
	file = fopen(path, "wb");

	if (!file || fwrite(bytes, 1, length, file) != length || fclose(file) != 0)
		guard_raise("cannot write");
}

static struct str joined(struct arena *arena, const struct str *parts, size_t count)
{
	struct text out;

	text_init(&out, arena);
	for (size_t i = 0; i < count; i++)
		text_add(&out, parts[i]);
	return text_str(&out);
}

static struct str written(struct trial *t, const struct graph *graph)
{
	struct snapshot_extras extras = { .choices = { .mappings = STR("") } };
	struct str *parts, why;
	size_t count;

	if (!snapshot_write(t->arena, graph, &extras, &parts, &count, &why))
		guard_raise("no snapshot is made");
	return joined(t->arena, parts, count);
}

static struct graph *read_graph(struct trial *t, const struct judge *judge,
    struct arena *arena, struct str *why)
{
	struct snapshot_extras extras = { 0 };
	enum snapshot_state state;

	return snapshot_read(arena, path_of(t), t->sources, judge->tree->schema,
	    judge->footprint, &extras, &state, why);
}

/* --- the same report, the same file ---------------------------------------- */

static bool same_report(struct trial *t, const struct judge *judge,
    const struct graph *graph, const struct graph *again)
{
	for (int reference = 0; reference < 2; reference++) {
		struct str a = report_of(judge, t->arena, graph, reference);
		struct str b = report_of(judge, t->arena, again, reference);
		size_t at = 0;

		while (at < a.length && at < b.length && a.at[at] == b.at[at])
			at++;
		if (str_equal(a, b))
			continue;
		printf("%.*s\n%.*s\n", STR_ARG(str_slice(a, at > 500 ? at - 500 : 0, at + 300)),
		    STR_ARG(str_slice(b, at > 500 ? at - 500 : 0, at + 300)));
		return wrong(judge->footprint ? "a footprint gives another report" :
		    "a snapshot gives another report");
	}
	return true;
}

/* Graphs that nobody has asked yet: texts of rules are numbered as they come. */
static bool same_narrow(struct trial *t)
{
	struct judge all = { t->part.tree, t->part.program, NULL };
	struct str why;
	struct graph *graph = read_graph(t, &all, t->arena, &why);
	struct graph *narrow = read_graph(t, &t->part, t->arena, &why);

	return (graph && narrow) ? same_report(t, &t->part, graph, narrow) :
	    wrong("a snapshot is refused to one rule");
}

static bool same(struct trial *t, const struct graph *graph, struct str bytes)
{
	struct str why;
	struct graph *again;

	save(path_of(t), bytes.at, bytes.length);
	again = read_graph(t, &t->whole, t->arena, &why);
	if (!again) {
		printf("%.*s\n", STR_ARG(why));
		return wrong("a snapshot is refused");
	}
	return same_report(t, &t->whole, graph, again) && same_narrow(t) &&
	    (str_equal(written(t, again), bytes) ||
	    wrong("a snapshot of a snapshot is another file"));
}

/* --- what is changed runs or is refused -------------------------------------- */

static bool is_refusal(struct trial *t, struct str why)
{
	size_t at = str_find(why, ' ') + 1;
	unsigned number = 0;

	if (!str_starts(why, STR("invariant ")))
		return str_starts(why, STR("it has ")) ||	/* another schema */
		    str_starts(why, STR("its last line"));
	for (; at < why.length && why.at[at] >= '0' && why.at[at] <= '9'; at++)
		number = number * 10 + (unsigned)(why.at[at] - '0');
	t->figures->seen[number & 127] = true;
	return number > 0;
}

/* False when it is neither. */
static bool survives(struct trial *t, const struct judge *judge)
{
	struct arena *volatile arena = arena_new();
	struct str why = STR("");
	struct graph *graph;
	struct guard guard;

	if (!GUARD_SET(&guard)) {
		bool told = str_starts(str_of(guard_reason()),
		    STR("the snapshot is damaged")) || wrong(guard_reason());

		t->figures->raised++;
		arena_free(arena);
		return told;
	}
	graph = read_graph(t, judge, arena, &why);
	if (graph) {
		t->figures->ran++;
		report_of(judge, arena, graph, false);
	} else {
		t->figures->refused++;
	}
	guard_clear(&guard);
	if (!graph && !is_refusal(t, why)) {
		printf("%.*s\n", STR_ARG(why));
		return wrong("a snapshot is refused without a number");
	}
	arena_free(arena);
	return true;
}

static bool changed(struct trial *t, struct str bytes, uint64_t changes)
{
	size_t room = bytes.length + ROOM;
	char *copy = arena_alloc(t->arena, room);

	for (uint64_t i = 0; i < changes; i++) {
		size_t length;

		memcpy(copy, bytes.at, bytes.length);
		length = snapshot_change(&t->model.random, copy, bytes.length, room);
		if (length == bytes.length && memcmp(copy, bytes.at, length) == 0)
			continue;
		save(path_of(t), copy, length);
		t->figures->changes++;
		if (!survives(t, i % 2 ? &t->part : &t->whole))
			return false;
	}
	return true;
}

/* --- cases ------------------------------------------------------------------- */

static void make(struct model *m, struct arena *arena, uint64_t seed)
{
	m->arena = arena;
	random_seed(&m->random, seed);
	m->missing = random_below(&m->random, 4) * 10;
	m->ways_out = random_chance(&m->random, 40);
	m->scale = 1;
	model_schema(m);
	model_site(m);
	model_pack(m);
}

static bool holds(uint64_t seed, uint64_t changes, struct figures *figures)
{
	struct trial t = { .arena = arena_new(), .figures = figures };
	struct inventory_options options = { 0 };
	struct document *document;
	struct graph *graph = NULL;
	bool good = true;

	make(&t.model, t.arena, seed);
	t.sources = sources_new(t.arena);
	t.all = diagnostics_new(t.arena, t.sources);
	document = compile(&t) ? read_site(&t) : NULL;
	if (document)
		graph = inventory_bind(t.arena, t.all, t.whole.tree->schema, document, &options);
	if (graph) {
		struct str bytes = written(&t, graph);

		figures->cases++;
		good = same(&t, graph, bytes) && changed(&t, bytes, changes);
	} else {
		figures->refused_sites++;
	}
	if (!good)
		printf("---- seed %llu\n", (unsigned long long)seed);
	arena_free(t.arena);
	return good;
}

static int run(uint64_t seed, uint64_t cases, uint64_t changes)
{
	struct figures f = { 0 };
	unsigned seen = 0;
	bool dull;

	for (uint64_t i = 0; i < cases && f.failed < 3; i++)
		f.failed += !holds(seed + i, changes, &f);
	for (size_t i = 0; i < sizeof(f.seen) / sizeof(*f.seen); i++)
		seen += f.seen[i];
	printf("%llu sites, %llu refused; %llu changed snapshots: %llu refused by %u "
	    "invariants, %llu when a place was asked for, %llu ran\n",
	    (unsigned long long)f.cases, (unsigned long long)f.refused_sites,
	    (unsigned long long)f.changes, (unsigned long long)f.refused, seen,
	    (unsigned long long)f.raised, (unsigned long long)f.ran);
	dull = f.refused_sites * 10 > f.cases || f.refused * 10 < f.changes ||
	    f.ran * 10 < f.changes;
	if (dull)
		printf("that is dull\n");
	return f.failed || dull;
}

struct options {
	uint64_t seed, cases, changes;
};

/* Under a guard, in a folder that is left as it was found. */
static int run_in_folder(const struct options *o)
{
	struct guard guard;
	int status;

	if (!GUARD_SET(&guard)) {
		fprintf(stderr, "random_snapshots: %s\n", guard_reason());
		return 2;
	}
	/* A run of a changed graph may be large; it ends soon. */
	limit_set(STR("rows"), 1000000);
	limit_set(STR("fixpoint"), 200);
	status = run(o->seed, o->cases, o->changes);
	guard_clear(&guard);
	return status;
}

int main(int argc, char **argv)
{
	struct options o = { .seed = 1, .cases = 100, .changes = 40 };
	const char *root = getenv("TMPDIR");
	char name[512];
	int status;

	for (int i = 1; i + 1 < argc; i += 2) {
		if (str_equal(str_of(argv[i]), STR("--seed")))
			o.seed = strtoull(argv[i + 1], NULL, 10);
		else if (str_equal(str_of(argv[i]), STR("--cases")))
			o.cases = strtoull(argv[i + 1], NULL, 10);
		else if (str_equal(str_of(argv[i]), STR("--changes")))
			o.changes = strtoull(argv[i + 1], NULL, 10);
	}
	snprintf(name, sizeof(name), "%s/scarp-snapshots-XXXXXX", root ? root : "/tmp");
	folder = mkdtemp(name);
	if (!folder)
		return 2;
	status = run_in_folder(&o);
	if (chdir(folder) == 0)
		unlink("site.scarpg");
	rmdir(folder);
	return status;
}
