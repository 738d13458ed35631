/* SPDX-License-Identifier: Apache-2.0 */
/*
 * agree [--search FOLDER]... [--as-of DATE] PACK [INVENTORY]...
 *
 * Asks the reference evaluator and the VM about every rule of a pack, over an
 * inventory or, without one, over the `given` of each of the pack's tests.
 * Exit status: 0 they agree; 1 they differ (said on standard output); 2 there
 * was nothing to ask.
 */
#include <stdio.h>
#include <stdlib.h>

#include "compiler/compiler.h"
#include "compiler/given.h"
#include "compiler/plan.h"
#include "explain/evaluate.h"
#include "inventory/inventory.h"
#include "vm/run.h"
#include "vm/scalar.h"
#include "vm/verify.h"

/* The ways in which the VM is asked. */
struct way {
	const char *name;
	bool unoptimised;
	uint32_t batch, rounds;	/* 0: chosen by the VM */
	bool baseline;
};

static const struct way ways[] = {
	{ "optimised", false, 0, 0, false },
	{ "optimised, batches of 64, one round", false, 64, 1, false },
	{ "optimised, baseline, batches of 512, two rounds", false, 512, 2, true },
	{ "unoptimised", true, 0, 0, false },
};

struct answers {
	struct arena *arena;
	VEC(struct outcome) outcomes;
	struct tally *tallies;
};

/* Outcomes of the reference, over all comparisons. */
struct totals { uint64_t outcomes[VERDICT_COUNT], rests; };

struct comparison {
	struct arena *arena;
	const struct tree *tree;
	const struct graph *graph;
	struct text *out;
	const char *way;
	size_t differences;
	struct totals *totals;
};


static void take(void *context, const struct outcome *outcome)
{
	struct answers *answers = context;

	*VEC_PUSH(answers->arena, &answers->outcomes) = *outcome;
}

static struct verdict_sink sink_of(struct answers *answers)
{
	return (struct verdict_sink){ .take = take, .context = answers,
	    .wanted = ~0u };
}

static struct answers answers_new(struct comparison *c)
{
	return (struct answers){ .arena = c->arena,
		.tallies = ARENA_ARRAY(c->arena, struct tally,
		    c->tree->rules.count) };
}

static void sort(struct answers *answers)
{
	if (answers->outcomes.count > 0)
		qsort(answers->outcomes.items, answers->outcomes.count,
		    sizeof(struct outcome), outcome_compare);
}

static struct answers ask_reference(struct comparison *c)
{
	struct answers answers = answers_new(c);
	struct verdict_sink sink = sink_of(&answers);

	evaluate_all(evaluator_new(c->arena, c->tree, c->graph),
	    answers.tallies, &sink);
	sort(&answers);
	for (size_t i = 0; i < answers.outcomes.count; i++) {
		c->totals->outcomes[answers.outcomes.items[i].verdict]++;
		c->totals->rests += answers.outcomes.items[i].rest >= 0;
	}
	return answers;
}

/* False, once said, when there is no program to ask. */
static bool ask_vm(struct comparison *c, const struct way *way,
    struct answers *answers)
{
	struct plan_options options = { .unoptimised = way->unoptimised };
	struct program *program = compile_program_with(c->arena, c->tree,
	    options);
	struct run_options run = { .batch = way->batch, .rounds = way->rounds,
		.baseline = way->baseline };
	struct verdict_sink sink;
	struct str why;

	*answers = answers_new(c);
	if (!program || !program_verify(c->arena, program, &why)) {
		text_printf(c->out, "%s: no program: %.*s\n", way->name,
		    program ? (int)why.length : 0, program ? why.at : "");
		c->differences++;
		return false;
	}
	sink = sink_of(answers);
	run_program(c->arena, program, c->graph, &run, answers->tallies, &sink);
	sort(answers);
	return true;
}

/* --- saying what differs -------------------------------------------------- */

static const char *reason_text(uint8_t reason)
{
	static const char *const texts[] = { "", " (require)", " (when)",
	    " (rest)", " (exception)" };

	return texts[reason];
}

static void add_cell(struct comparison *c, const struct outcome *o, uint8_t i)
{
	const struct binder *binder = &c->tree->rules.items[o->rule].binders.items[i];

	text_add(c->out, i ? STR(", ") : STR(" "));
	text_add(c->out, graph_cell_text(c->graph, c->arena,
	    binder->variable->type, o->cells[i]));
}

static void add_outcome(struct comparison *c, const char *who,
    const struct outcome *o)
{
	text_printf(c->out, "%s: %.*s on", who,
	    STR_ARG(c->tree->rules.items[o->rule].id));
	for (uint8_t i = 0; i < o->count; i++)
		add_cell(c, o, i);
	if (o->rest >= 0)
		text_printf(c->out, " rest of binder %d", o->rest);
	text_printf(c->out, ": %s%s\n", verdict_text(o->verdict),
	    reason_text(o->reason));
}

static bool is_same(const struct outcome *a, const struct outcome *b)
{
	return outcome_compare(a, b) == 0 && a->rest == b->rest &&
	    a->verdict == b->verdict && a->reason == b->reason;
}

static void differ(struct comparison *c, const struct outcome *reference,
    const struct outcome *vm)
{
	c->differences++;
	if (reference)
		add_outcome(c, "reference", reference);
	if (vm)
		add_outcome(c, c->way, vm);
}

/* Both are sorted. */
static void compare_outcomes(struct comparison *c,
    const struct answers *reference,
    const struct answers *vm)
{
	size_t i = 0, k = 0;

	while (i < reference->outcomes.count || k < vm->outcomes.count) {
		const struct outcome *a = &reference->outcomes.items[i];
		const struct outcome *b = &vm->outcomes.items[k];
		int order = i == reference->outcomes.count ? 1
		    : k == vm->outcomes.count ? -1 : outcome_compare(a, b);

		if (order != 0 || !is_same(a, b))
			differ(c, order <= 0 ? a : NULL, order >= 0 ? b : NULL);
		i += order <= 0;
		k += order >= 0;
	}
}

static void add_tally(struct comparison *c, const char *who, size_t rule,
    const struct tally *t)
{
	text_printf(c->out, "%s: tally of %.*s:", who,
	    STR_ARG(c->tree->rules.items[rule].id));
	for (int v = VERDICT_UNSET + 1; v < VERDICT_COUNT; v++)
		text_printf(c->out, " %llu %s",
		    (unsigned long long)t->verdicts[v], verdict_text(v));
	text_printf(c->out, ", %llu by exception%s\n",
	    (unsigned long long)t->exceptions,
	    t->failed ? ", failed" : "");
}

static void compare_tallies(struct comparison *c, const struct answers *reference,
    const struct answers *vm)
{
	for (size_t rule = 0; rule < c->tree->rules.count; rule++) {
		const struct tally *a = &reference->tallies[rule],
		    *b = &vm->tallies[rule];
		bool same = a->exceptions == b->exceptions &&
		    a->failed == b->failed;

		for (int v = 0; v < VERDICT_COUNT; v++)
			same &= a->verdicts[v] == b->verdicts[v];
		if (same)
			continue;
		c->differences++;
		add_tally(c, "reference", rule, a);
		add_tally(c, c->way, rule, b);
	}
}

/* Every rule of TREE over GRAPH, every way; how many answers differ. */
static size_t compare(struct comparison c)
{
	struct answers reference = ask_reference(&c), vm;

	for (size_t i = 0; i < sizeof(ways) / sizeof(*ways); i++) {
		c.way = ways[i].name;
		if (!ask_vm(&c, &ways[i], &vm))
			continue;
		compare_outcomes(&c, &reference, &vm);
		compare_tallies(&c, &reference, &vm);
	}
	return c.differences;
}

/* --- the command ---------------------------------------------------------- */

#define OPERANDS 64

struct command {
	struct arena *arena;
	struct diagnostics *all;
	struct str search[OPERANDS], operands[OPERANDS];
	size_t search_count, operand_count;
	struct text out;
	struct totals totals;
	struct inventory_options options;
};

static int give_up(struct command *command)
{
	struct text text;

	text_init(&text, command->arena);
	diag_print(command->all, &text, 0, DIAG_HUMAN, false);
	fprintf(stderr, "%.*s", (int)text.length, text.at);
	return 2;
}

static size_t agree_on_graph(struct command *command, const struct tree *tree,
    const struct graph *graph)
{
	return compare((struct comparison){ .arena = command->arena, .tree = tree,
	    .graph = graph, .out = &command->out, .totals = &command->totals });
}

static size_t agree_on_tests(struct command *command, const struct tree *tree)
{
	size_t differences = 0;

	for (size_t i = 0; i < tree->tests.count; i++) {
		const struct test *test = &tree->tests.items[i];
		struct graph *graph = inventory_bind(command->arena, command->all,
		    tree->schema, given_document(command->arena, tree->schema,
		    test->given),
		    &command->options);
		size_t found = graph ? agree_on_graph(command, tree, graph) : 1;

		if (found > 0)
			text_printf(&command->out,
			    "^ given of test %zu, %.*s\n", i + 1,
			    STR_ARG(test->rule));
		differences += found;
	}
	return differences;
}

static int run(struct command *command)
{
	struct compile_options compile = { .packs = command->operands,
	    .pack_count = 1,
		.search = command->search,
		    .search_count = command->search_count };
	struct inventory_notes notes = { 0 };
	struct tree *tree = compile_check(command->arena, command->all, &compile);
	size_t differences;

	if (!tree)
		return give_up(command);
	command->options.mappings = tree->mappings.items;
	command->options.mapping_count = tree->mappings.count;
	if (command->operand_count == 1) {
		differences = agree_on_tests(command, tree);
	} else {
		struct graph *graph = inventory_load(command->arena, command->all,
		    tree->schema, command->operands + 1,
		    command->operand_count - 1,
		    &command->options, &notes);

		if (!graph)
			return give_up(command);
		differences = agree_on_graph(command, tree, graph);
	}
	printf("%.*s", (int)command->out.length, command->out.at);
	printf("%zu differences; %llu fail, %llu pass, %llu unknown, %llu not applicable, "
	    "%llu rests\n", differences,
	    (unsigned long long)command->totals.outcomes[VERDICT_FAIL],
	    (unsigned long long)command->totals.outcomes[VERDICT_PASS],
	    (unsigned long long)command->totals.outcomes[VERDICT_UNKNOWN],
	    (unsigned long long)command->totals.outcomes[VERDICT_NOT_APPLICABLE],
	    (unsigned long long)command->totals.rests);
	return diag_errors(command->all) ? give_up(command) : differences > 0;
}

static void read_argument(struct command *command, char **argv, int *i)
{
	const char *next = argv[*i + 1];

	if (next && strcmp(argv[*i], "--search") == 0)
		command->search[command->search_count++] = str_of(argv[++*i]);
	else if (next && strcmp(argv[*i], "--as-of") == 0)
		command->options.has_as_of = scalar_read_date(str_of(argv[++*i]),
		    &command->options.as_of);
	else
		command->operands[command->operand_count++] = str_of(argv[*i]);
}

int main(int argc, char **argv)
{
	struct command command = { .arena = arena_new(),
	    .options.least = GRADE_INFERRED };
	int status;

	command.all = diagnostics_new(command.arena, sources_new(command.arena));
	text_init(&command.out, command.arena);
	for (int i = 1; i < argc && i < OPERANDS; i++)
		read_argument(&command, argv, &i);
	if (command.operand_count == 0) {
		fputs("usage: agree [--search FOLDER]... [--as-of DATE] PACK [INVENTORY]...\n",
		    stderr);
		return 2;
	}
	status = run(&command);
	arena_free(command.arena);
	return status;
}
