/* SPDX-License-Identifier: Apache-2.0 */
/*
 * All that is told of a graph: the report in every form, with proofs; what is
 * missing; what would mend a failure.  Nothing in it drives a terminal.
 */
#include "explain/gaps.h"
#include "explain/repair.h"
#include "report/formats.h"
#include "report/gaps.h"
#include "tests/fuzz/fuzz.h"
#include "vm/run.h"

/* Of this many results: whoever has more has the same ones again. */
#define MOST 60
#define REPAIRS 3

struct told {
	struct arena *arena;
	const struct tree *tree;
	const struct graph *graph;
	struct tally *tallies;
	VEC(struct outcome) unknown, failed;
	uint64_t count;
};

static void keep(void *context, const struct outcome *outcome)
{
	struct told *t = context;

	t->count++;
	if (outcome->verdict == VERDICT_UNKNOWN)
		*VEC_PUSH(t->arena, &t->unknown) = *outcome;
	else if (outcome->verdict == VERDICT_FAIL)
		*VEC_PUSH(t->arena, &t->failed) = *outcome;
}

static void is_plain(struct str text, const char *what)
{
	for (size_t i = 0; i < text.length; i++)
		if ((unsigned char)text.at[i] < 0x20 && text.at[i] != '\n' &&
		    text.at[i] != '\t' && text.at[i] != '\r')
			fuzz_fail("%s has the control character %d", what, text.at[i]);
}

static void print_forms(struct told *t, struct report *report)
{
	for (int f = 0; f < REPORT_FORMAT_COUNT; f++) {
		const struct report_format_info *form =
		    report_format((enum report_format)f);
		struct text out;

		text_init(&out, t->arena);
		report->width = f % 2 ? 60 : 0;
		form->print(report, &out);
		if (out.length == 0)
			fuzz_fail("nothing is told in the form %s", form->name);
		is_plain(text_str(&out), form->name);
	}
}

static void print_report(struct told *t, const struct program *program)
{
	struct report_policy policy = { .fail_on = SEVERITY_LOW };
	struct outcomes *outcomes = report_outcomes(t->arena, t->tree, t->graph, ~0u);
	struct tally *tallies = ARENA_ARRAY(t->arena, struct tally,
	    t->tree->rules.count);
	struct report *report;

	run_keep(t->arena, program, t->graph, NULL, tallies, outcomes);
	report = report_new(t->arena, t->tree, t->graph, tallies, outcomes, ~0u, 0, NULL);
	report->all_verdicts = true;
	report->proofs = true;
	report_judge(report, &policy);
	print_forms(t, report);
}

static void print_gaps(struct told *t, struct evaluator *evaluator)
{
	struct gaps_report report = { .arena = t->arena,
		.sources = NULL, .tree = t->tree, .graph = t->graph };
	struct text out;

	report.sources = diagnostics_sources(t->tree->all);
	report.gaps = gaps_find(t->arena, evaluator, t->tree, t->graph, t->tallies,
	    t->unknown.items, t->unknown.count);
	text_init(&out, t->arena);
	gaps_text(&report, &out);
	gaps_json(&report, &out);
	gaps_csv(&report, &out);
	is_plain(text_str(&out), "what is missing");
}

static void find_repairs(struct told *t, struct evaluator *evaluator)
{
	for (size_t i = 0; i < t->failed.count && i < REPAIRS; i++) {
		struct repair_changes changes = repair_changes_of(evaluator, t->arena,
		    &t->failed.items[i]);

		for (size_t c = 0; c < changes.items.count; c++)
			if (changes.items.items[c].lines.length == 0)
				fuzz_fail("a change that is none");
	}
}

void told_check(struct arena *arena, const struct tree *tree,
    const struct program *program, const struct graph *graph)
{
	struct told t = { .arena = arena, .tree = tree, .graph = graph,
		.tallies = ARENA_ARRAY(arena, struct tally, tree->rules.count) };
	struct verdict_sink sink = { keep, &t, ~0u };
	struct evaluator *evaluator;

	run_program(arena, program, graph, NULL, t.tallies, &sink);
	if (t.count > MOST)
		return;
	evaluator = evaluator_new(arena, tree, graph);
	print_report(&t, program);
	find_repairs(&t, evaluator);
	print_gaps(&t, evaluator);
}
