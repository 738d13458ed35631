/* SPDX-License-Identifier: Apache-2.0 */
#include "tests/random/agree.h"

#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

#include "base/guard.h"
#include "explain/coverage.h"
#include "grammar/format.h"
#include "grammar/parse.h"
#include "inventory/inventory.h"
#include "vm/container.h"
#include "vm/run.h"
#include "vm/verify.h"

static char folder[64];

static void remove_folder(void)
{
	rmdir(folder);
}

/* Where several sources are written, made when first needed. */
static const char *judge_folder(void)
{
	const char *above = getenv("TMPDIR");

	if (folder[0])
		return folder;
	snprintf(folder, sizeof(folder), "%s/scarp-random-XXXXXX",
	    above && strlen(above) < 32 ? above : "/tmp");
	if (!mkdtemp(folder))
		guard_raise("no folder for the sources");
	atexit(remove_folder);
	return folder;
}

/* Everything that one pair passes through. */
struct pair {
	struct model *m;
	struct arena *arena;
	struct sources *sources;
	struct diagnostics *all;
	struct packed_source files[2];
	struct tree *tree;
	struct graph *graph, *narrow;	/* NARROW: only what the pack reads */
	struct judgement *judgement;
};

typedef VEC(struct outcome) outcomes;

struct sink_state { struct arena *arena; outcomes *list; };

static void keep(void *context, const struct outcome *outcome)
{
	struct sink_state *state = context;

	*VEC_PUSH(state->arena, state->list) = *outcome;
}

static bool refuse(struct pair *p, enum answer answer, const char *why)
{
	struct text out;

	text_init(&out, p->arena);
	text_printf(&out, "%s\n", why);
	diag_print(p->all, &out, 3, DIAG_CONCISE, false);
	p->judgement->answer = answer;
	p->judgement->what = text_str(&out);
	return false;
}

static bool compile(struct pair *p)
{
	struct compile_options options = { .packed = p->files, .packed_count = 2 };
	struct text pack, schema;

	text_init(&pack, p->arena);
	text_init(&schema, p->arena);
	model_print_pack(p->m, &pack);
	model_print_schema(p->m, &schema);
	p->files[0] = (struct packed_source){ STR(""), STR("random.scarp"),
	    arena_copy(p->arena, text_str(&pack)) };
	p->files[1] = (struct packed_source){ STR("random_schema"),
	    STR("random_schema.scarp"), arena_copy(p->arena, text_str(&schema)) };
	p->tree = compile_check(p->arena, p->all, &options);
	return p->tree || refuse(p, ANSWER_REJECTED, "the pack was refused");
}

/* One source as a file in the folder of this process. */
static struct str write_source(struct pair *p, const struct model *m, size_t number)
{
	bool json = random_chance(&p->m->random, 50);
	struct str path = arena_printf(p->arena, "%s/%zu.%s", judge_folder(),
	    number, json ? "json" : "yaml");
	struct text site;
	FILE *file;

	text_init(&site, p->arena);
	if (json)
		model_print_json(m, &site);
	else
		model_print_yaml(m, &site);
	file = fopen(path.at, "w");
	if (!file || fwrite(site.at, 1, site.length, file) != site.length ||
	    fclose(file) != 0)
		guard_raise("a source cannot be written");
	return path;
}

static struct crew *crews[2];		/* of two and of four; NULL: not asked for */

/* The graph, and by others the one that has only what is read. */
static bool load_several(struct pair *p)
{
	struct inventory_options options = { .has_as_of = p->m->has_as_of,
		.as_of = p->m->as_of, .least = (enum grade)p->m->least };
	struct inventory_notes notes = { 0 };
	size_t count = p->m->others.count + 1;
	struct str *paths = ARENA_ARRAY(p->arena, struct str, count);

	for (size_t i = 0; i < count; i++)
		paths[i] = write_source(p, i ? p->m->others.items[i - 1] : p->m, i);
	p->graph = inventory_load(p->arena, p->all, p->tree->schema, paths, count,
	    &options, &notes);
	options.footprint = tree_footprint(p->arena, p->tree);
	options.crew = crews[1];
	p->narrow = inventory_load(p->arena, p->all, p->tree->schema, paths, count,
	    &options, &notes);
	for (size_t i = 0; i < count; i++)
		remove(paths[i].at);
	return p->graph || refuse(p, ANSWER_REJECTED, "the inventory was refused");
}

static bool load(struct pair *p)
{
	struct inventory_options options = { 0 };
	bool json = random_chance(&p->m->random, 50);
	struct document *document;
	struct text site;
	struct str padded;
	uint32_t file;

	text_init(&site, p->arena);
	if (json)
		model_print_json(p->m, &site);
	else
		model_print_yaml(p->m, &site);
	padded = text_str(&site);
	text_add(&site, (struct str){ (char[64]){ 0 }, 64 });
	padded.at = text_str(&site).at;
	file = source_add(p->sources, json ? STR("site.json") : STR("site.yaml"), padded);
	document = json ? json_read(p->arena, p->all, file)
	    : yaml_read(p->arena, p->all, file);
	if (document)
		p->graph = inventory_bind(p->arena, p->all, p->tree->schema,
		    document, &options);
	options.footprint = tree_footprint(p->arena, p->tree);
	if (p->graph)
		p->narrow = inventory_bind(p->arena, p->all, p->tree->schema,
		    document, &options);
	return p->graph || refuse(p, ANSWER_REJECTED, "the inventory was refused");
}

static void sort(outcomes *list)
{
	if (list->count)
		qsort(list->items, list->count, sizeof(*list->items), outcome_compare);
}

static bool same(struct pair *p, const outcomes *a, const outcomes *b, const char *what)
{
	size_t count = a->count < b->count ? a->count : b->count;

	for (size_t i = 0; i < count; i++) {
		const struct outcome *x = &a->items[i], *y = &b->items[i];

		if (outcome_compare(x, y) == 0 && x->verdict == y->verdict &&
		    x->reason == y->reason)
			continue;
		return refuse(p, ANSWER_DIFFERS, arena_printf(p->arena,
		    "%s: rule %.*s (%u against %u), subject %lld: %s/%d against %s/%d",
		    what, STR_ARG(p->tree->rules.items[x->rule].id), x->rule, y->rule,
		    (long long)x->cells[0], verdict_text((enum verdict)x->verdict),
		    x->reason, verdict_text((enum verdict)y->verdict), y->reason).at);
	}
	return a->count == b->count || refuse(p, ANSWER_DIFFERS, arena_printf(p->arena,
	    "%s: %zu outcomes against %zu", what, a->count, b->count).at);
}

/* Every subject has one verdict, and is counted once. */
static bool counts_add_up(struct pair *p, const struct tally *tallies,
    const outcomes *list)
{
	size_t rules = p->tree->rules.count;
	uint64_t *seen = ARENA_ARRAY(p->arena, uint64_t, rules * VERDICT_COUNT);

	for (size_t i = 0; i < list->count; i++) {
		const struct outcome *o = &list->items[i];

		seen[o->rule * VERDICT_COUNT + o->verdict]++;
		if (i > 0 && outcome_compare(o - 1, o) == 0)
			return refuse(p, ANSWER_DIFFERS, "a subject has two verdicts");
	}
	for (size_t r = 0; r < rules; r++) {
		if (tallies[r].failed)
			return refuse(p, ANSWER_DIFFERS, "a budget tripped");
		if (memcmp(tallies[r].verdicts, &seen[r * VERDICT_COUNT],
		    sizeof(tallies[r].verdicts)) != 0)
			return refuse(p, ANSWER_DIFFERS, "the counts are not of the outcomes");
	}
	return true;
}

static bool run_one(struct pair *p, struct program *program,
    const struct run_options *options, outcomes *list)
{
	struct sink_state state = { p->arena, list };
	struct verdict_sink sink = { keep, &state, ~0u };
	struct tally *tallies = ARENA_ARRAY(p->arena, struct tally, p->tree->rules.count);
	struct str why;

	if (!program->verified && !program_verify(p->arena, program, &why))
		return refuse(p, ANSWER_DIFFERS, arena_printf(p->arena,
		    "the verifier refuses what the compiler made: %.*s", STR_ARG(why)).at);
	run_program(p->arena, program, p->graph, options, tallies, &sink);
	sort(list);
	return counts_add_up(p, tallies, list);
}

/* On a graph without what the pack does not read. */
static bool run_narrow(struct pair *p, struct program *program, const outcomes *vm)
{
	struct graph *whole = p->graph;
	outcomes other = { 0 };
	bool holds;

	p->graph = p->narrow;
	holds = run_one(p, program, NULL, &other) && same(p, vm, &other, "footprint");
	p->graph = whole;
	return holds;
}

/* The same program another way gives the same outcomes. */
static bool run_otherwise(struct pair *p, struct program *program, const outcomes *vm)
{
	static const struct { const char *name; struct run_options options; } ways[] = {
		{ "batch of 64, two rounds", { .batch = 64, .rounds = 2 } },
		{ "batch of 512, baseline, one round",
		    { .batch = 512, .baseline = true, .rounds = 1 } },
		{ "batch of 16384", { .batch = 16384 } },
	};
	struct program *plain = compile_program_with(p->arena, p->tree,
	    (struct plan_options){ .unoptimised = true });
	outcomes other = { 0 };
	struct container container = { .program = program, .sources = p->files,
		.source_count = 2, .pack_id = STR("random"), .pack_version = STR("1") };
	struct container again = { 0 };
	struct str bytes, why;

	if (!plain)
		return refuse(p, ANSWER_REJECTED, "a limit of the plan");
	if (!run_one(p, plain, NULL, &other) || !same(p, vm, &other, "unoptimised"))
		return false;
	memset(&other, 0, sizeof(other));
	for (size_t i = 0; i < sizeof(ways) / sizeof(*ways); i++) {
		memset(&other, 0, sizeof(other));
		if (!run_one(p, program, &ways[i].options, &other) ||
		    !same(p, vm, &other, ways[i].name))
			return false;
	}
	bytes = container_write(p->arena, &container);
	if (!container_read(p->arena, bytes, &again, &why))
		return refuse(p, ANSWER_DIFFERS, arena_printf(p->arena,
		    "a container is refused: %.*s", STR_ARG(why)).at);
	memset(&other, 0, sizeof(other));
	return run_one(p, again.program, NULL, &other) && same(p, vm, &other, "container");
}

void judge_with(struct arena *arena)
{
	load_worth(0);
	crews[0] = crew_new(arena, 2);
	crews[1] = crew_new(arena, 4);
}

/* Threads that share the batches of a unit change nothing; neither does a limit
 * at which they give up. */
static bool run_crowded(struct pair *p, struct program *program, const outcomes *vm)
{
	struct { const char *name; struct run_options options; } ways[] = {
		{ "batch of 64", { .batch = 64 } },
		{ "batch of 64, two threads, one round",
		    { .batch = 64, .crew = crews[0], .rounds = 1 } },
		{ "batch of 128, four threads, baseline",
		    { .batch = 128, .crew = crews[1], .baseline = true } },
		{ "batch of 64, few children, four threads",
		    { .batch = 64, .crew = crews[1], .children = 100 } },
		{ "batch of 512, two threads", { .batch = 512, .crew = crews[0] } },
	};

	for (size_t i = 0; i < sizeof(ways) / sizeof(*ways); i++) {
		outcomes other = { 0 };

		if (!run_one(p, program, &ways[i].options, &other) ||
		    !same(p, vm, &other, ways[i].name))
			return false;
	}
	return true;
}

static bool format_keeps(struct pair *p)
{
	struct ast *tree, *again;
	struct text once, twice;

	tree = parse_file(p->arena, p->all,
	    source_add(p->sources, STR("pack"), p->files[0].bytes));
	text_init(&once, p->arena);
	format_file(tree, &once);
	again = parse_file(p->arena, p->all, source_add(p->sources, STR("formatted"),
	    arena_copy(p->arena, text_str(&once))));
	if (diag_errors(p->all) || !ast_equal(tree, again))
		return refuse(p, ANSWER_DIFFERS, "fmt changes the tree");
	text_init(&twice, p->arena);
	format_file(again, &twice);
	return str_equal(text_str(&once), text_str(&twice)) ||
	    refuse(p, ANSWER_DIFFERS, "fmt of fmt differs");
}

/* Every undecided verdict names something that is missing, and explaining
 * never fails. */
static bool findings_hold(struct pair *p, struct evaluator *evaluator, const outcomes *list,
    struct fill *fill)
{
	const char *why;

	for (size_t i = 0; i < list->count; i++) {
		struct finding finding;

		memset(&finding, 0, sizeof(finding));
		evaluate_finding(evaluator, p->arena, &list->items[i], &finding);
		if (list->items[i].verdict == VERDICT_UNKNOWN && finding.missing_count == 0)
			return refuse(p, ANSWER_DIFFERS, arena_printf(p->arena,
			    "unknown without a missing fact: rule %.*s, subject %lld",
			    STR_ARG(p->tree->rules.items[list->items[i].rule].id),
			    (long long)list->items[i].cells[0]).at);
		if (!fill || list->items[i].verdict != VERDICT_UNKNOWN)
			continue;
		why = fill_holds(fill, &list->items[i], &finding);
		if (why)
			return refuse(p, ANSWER_DIFFERS, why);
	}
	return true;
}

/* An outcome that was shown to be impossible did not come out. */
static bool coverage_holds(struct pair *p, const struct coverage *coverage)
{
	for (size_t i = 0; i < coverage->conditions.count; i++) {
		const struct condition *at = &coverage->conditions.items[i];

		if (at->seen & ~at->possible)
			return refuse(p, ANSWER_DIFFERS, arena_printf(p->arena,
			    "impossible outcome of `%.*s`", STR_ARG(source_text(
			    p->sources, at->span))).at);
	}
	return true;
}

void judge(struct model *m, int extent, struct judgement *judgement)
{
	struct pair p = { .m = m, .arena = m->arena, .judgement = judgement };
	/* Sites are small: what comes after the rounds must be seen. */
	static const struct run_options soon = { .rounds = 1 };
	struct program *program;
	struct evaluator *evaluator;
	struct coverage *coverage;
	struct tally *tallies;
	const char *why;
	outcomes vm = { 0 }, reference = { 0 };
	struct sink_state state = { p.arena, &reference };
	struct verdict_sink sink = { keep, &state, ~0u };

	memset(judgement, 0, sizeof(*judgement));
	p.sources = sources_new(p.arena);
	p.all = diagnostics_new(p.arena, p.sources);
	if (!compile(&p) || !(m->several ? load_several(&p) : load(&p)))
		return;
	if (!p.narrow) {
		refuse(&p, ANSWER_DIFFERS, "only the whole inventory is accepted");
		return;
	}
	program = compile_program(p.arena, p.tree);
	if (!program) {
		refuse(&p, ANSWER_REJECTED, "a limit of the plan");
		return;
	}
	for (size_t i = 0; i < program->code.count; i++)
		judgement->opcodes[program->code.items[i].op]++;
	if (!run_one(&p, program, &soon, &vm))
		return;
	if (extent == JUDGE_CROWD) {
		for (size_t i = 0; i < vm.count; i++)
			judgement->verdicts[vm.items[i].verdict]++;
		run_crowded(&p, program, &vm);
		return;
	}
	if (extent == JUDGE_EMIT) {
		emit_pair(m, p.tree, p.graph, p.files, vm.items, vm.count);
		return;
	}
	evaluator = evaluator_new(p.arena, p.tree, p.graph);
	tallies = ARENA_ARRAY(p.arena, struct tally, p.tree->rules.count);
	coverage = coverage_new(p.arena, p.tree, true);
	evaluator_cover(evaluator, coverage);
	evaluate_all(evaluator, tallies, &sink);
	evaluator_cover(evaluator, NULL);
	/* Coverage is of tests, in which no two sources disagree. */
	if (!m->several && !coverage_holds(&p, coverage))
		return;
	sort(&reference);
	known_take(&judgement->known, p.arena, evaluator, reference.items,
	    reference.count);
	for (size_t i = 0; i < reference.count; i++)
		judgement->verdicts[reference.items[i].verdict] +=
		    reference.items[i].rest < 0;
	if (!same(&p, &vm, &reference, "VM against reference"))
		return;
	if (extent == JUDGE_PLAIN || !run_narrow(&p, program, &vm) ||
	    !run_otherwise(&p, program, &vm) || !format_keeps(&p))
		return;
	/* What is told of outcomes rests on no more either. */
	if (random_chance(&m->random, 50)) {
		p.graph = p.narrow;
		evaluator = evaluator_new(p.arena, p.tree, p.graph);
	}
	judgement->fill = (struct fill){ .m = m, .arena = p.arena, .tree = p.tree,
		.program = program, .graph = p.graph, .evaluator = evaluator };
	if (!findings_hold(&p, evaluator, &vm,
	    extent == JUDGE_FILLS ? &judgement->fill : NULL))
		return;
	why = proofs_hold(&judgement->proofs, p.arena, p.tree, p.graph, evaluator,
	    vm.items, vm.count);
	if (why)
		refuse(&p, ANSWER_DIFFERS, why);
}

void judge_refinement(struct arena *arena, const struct judgement *before,
    struct judgement *after, struct learnt *figures)
{
	const char *why = learnt_turns(figures, arena, &before->known, &after->known);

	if (!why)
		return;
	after->answer = ANSWER_DIFFERS;
	after->what = str_of(why);
}
