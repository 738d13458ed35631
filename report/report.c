/* SPDX-License-Identifier: Apache-2.0 */
#include "report/report.h"

#include <stdlib.h>

#include "base/io.h"
#include "base/text.h"
#include "report/results.h"
#include "vm/scalar.h"

/* The digest of a pack: over each file's name, length and bytes. */
static struct str pack_digest(struct arena *arena, const struct sources *sources,
    const struct pack_info *pack)
{
	struct str *parts = ARENA_ARRAY(arena, struct str, 2 * (size_t)pack->file_count);

	for (size_t f = 0; f < pack->file_count; f++) {
		struct str bytes = source_bytes(sources, pack->files[f]);

		parts[2 * f] = arena_printf(arena, "%.*s%c%zu%c",
		    STR_ARG(pack->names[f]), 0, bytes.length, 0);
		parts[2 * f + 1] = bytes;
	}
	return io_sha256_of(arena, parts, 2 * (size_t)pack->file_count);
}

static void add_packs(struct report *report, const struct tree *tree)
{
	for (size_t p = 0; p < tree->packs.count; p++) {
		const struct pack_info *pack = &tree->packs.items[p];
		struct report_pack *to = VEC_PUSH(report->arena, &report->packs);

		to->id = pack->id;
		to->version = pack->version;
		to->sha256 = pack_digest(report->arena, report->sources, pack);
	}
}

static void add_inputs(struct report *report, const struct graph *graph)
{
	for (size_t i = 0; i < graph->inputs.count; i++) {
		struct report_input *to = VEC_PUSH(report->arena, &report->inputs);

		to->path = graph->inputs.items[i].path;
		to->sha256 = graph->inputs.items[i].sha256;
	}
}

static void add_waiver_files(struct report *report, const struct tree *tree)
{
	for (size_t i = 0; i < tree->waiver_files.count; i++) {
		const struct waiver_file *file = &tree->waiver_files.items[i];
		struct report_input *to = VEC_PUSH(report->arena,
		    &report->waiver_files);

		to->path = file->path;
		to->sha256 = io_sha256(report->arena,
		    source_bytes(report->sources, file->file));
	}
}

/* What the packs and the graph tell of how the run was asked. */
static void add_run(struct report *report, const struct tree *tree)
{
	if (report->has_as_of)
		terms_add(&report->terms, report->arena, TERM_AS_OF,
		    scalar_date_text(report->arena, report->as_of));
	if (tree->profile)
		terms_add(&report->terms, report->arena, TERM_PROFILE, tree->profile->name);
	for (size_t i = 0; i < tree->params.count; i++) {
		const struct param *param = &tree->params.items[i];

		if (param->set_by.kind != SETTING_DECLARED)
			terms_add(&report->terms, report->arena, TERM_SET_PARAM, arena_printf(
			    report->arena, "%.*s = %.*s", STR_ARG(param->name),
			    STR_ARG(tree_value_text(report->arena, tree, param->value))));
	}
	for (size_t i = 0; i < report->waiver_files.count; i++)
		terms_add(&report->terms, report->arena, TERM_WAIVERS,
		    report->waiver_files.items[i].path);
}

static void note_open(struct report *report, struct str kind, uint32_t known)
{
	report_note(report, arena_printf(report->arena, "open %.*s", STR_ARG(kind)),
	    arena_printf(report->arena, "open: no file says that every %.*s is listed; "
	    "%u known", STR_ARG(kind), known), SPAN_NONE);
}

/* An open extent only matters for kinds that some rule asks all of. */
static void note_open_extents(struct report *report, const struct tree *tree,
    const struct graph *graph)
{
	uint64_t *seen = ARENA_ARRAY(report->arena, uint64_t,
	    BITS_WORDS(tree->schema->kinds.count));

	for (size_t r = 0; r < tree->rules.count; r++) {
		const struct rule *rule = &tree->rules.items[r];

		for (size_t b = 0; b < rule->binders.count; b++) {
			const struct expr *set = rule->binders.items[b].set;

			if (set->op != EXPR_EXTENT || bit_get(seen, set->index) ||
			    graph->extents[set->index].closed)
				continue;
			bit_set(seen, set->index);
			note_open(report, tree->schema->kinds.items[set->index].name,
			    graph->extents[set->index].count);
		}
	}
}

static bool is_vacuous(const struct tally *tally)
{
	const uint64_t *n = tally->verdicts;

	return !tally->failed &&
	    n[VERDICT_PASS] + n[VERDICT_FAIL] + n[VERDICT_UNKNOWN] == 0;
}

const char *report_vacuous(const struct report_rule *rule)
{
	if (!is_vacuous(&rule->tally))
		return NULL;
	return rule->tally.verdicts[VERDICT_NOT_APPLICABLE] ? "never applicable" :
	    "no subjects";
}

/* A set that no file says to be listed whole, and of which nothing is known: the
 * rule could not look.  NULL where there is none. */
static const struct expr *unseen_of(const struct report *report, const struct rule *rule)
{
	for (size_t b = 0; b < rule->binders.count; b++) {
		const struct expr *set = rule->binders.items[b].set;

		if (set->op == EXPR_EXTENT && !report->graph->extents[set->index].closed &&
		    report->graph->extents[set->index].count == 0)
			return set;
	}
	return NULL;
}

/* In the order of the report, which numbers them. */
static void note_vacuous(struct report *report)
{
	struct arena *arena = report->arena;

	for (size_t r = 0; r < report->rules.count; r++) {
		const struct rule *rule = report->rules.items[r].rule;
		const char *why = report_vacuous(&report->rules.items[r]);
		const struct expr *unseen = unseen_of(report, rule);
		struct report_note *note;

		if (!why)
			continue;
		note = VEC_PUSH(arena, &report->notes);
		note->name = arena_printf(arena, "vacuous %.*s", STR_ARG(rule->id));
		note->text = arena_printf(arena, "vacuous: rule %.*s checked nothing: %s",
		    STR_ARG(rule->id), why);
		note->span = SPAN_NONE;
		note->rule = (uint32_t)r;
		if (unseen)
			note->text = arena_printf(arena, "%.*s, and no file says that every "
			    "%.*s is listed", STR_ARG(note->text), STR_ARG(
			    report->tree->schema->kinds.items[unseen->index].name));
	}
}

static void add_tally(struct report_summary *sum, const struct tally *tally)
{
	const uint64_t *n = tally->verdicts;

	sum->rules++;
	if (tally->failed) {
		sum->error++;
		return;
	}
	sum->pass += n[VERDICT_PASS];
	sum->fail += n[VERDICT_FAIL];
	sum->unknown += n[VERDICT_UNKNOWN];
	sum->not_applicable += n[VERDICT_NOT_APPLICABLE];
	sum->exceptions += tally->exceptions;
	sum->vacuous += is_vacuous(tally);
	sum->subjects = sum->pass + sum->fail + sum->unknown + sum->not_applicable;
	sum->decided = sum->pass + sum->fail;
}

static int rule_order(const struct report_rule *a, const struct report_rule *b)
{
	if (a->rule->severity != b->rule->severity)
		return a->rule->severity > b->rule->severity ? -1 : 1;
	return str_compare(a->rule->id, b->rule->id);
}

static int compare_rules(const void *a, const void *b)
{
	return rule_order(*(const struct report_rule *const *)a,
	    *(const struct report_rule *const *)b);
}

static void sort_rules(struct report *report)
{
	size_t count = report->rules.count;
	struct report_rule **order = ARENA_ARRAY(report->arena, struct report_rule *, count);
	struct report_rule *rules = ARENA_ARRAY(report->arena, struct report_rule, count);

	for (size_t r = 0; r < count; r++)
		order[r] = &report->rules.items[r];
	qsort(order, count, sizeof(*order), compare_rules);
	for (size_t r = 0; r < count; r++)
		rules[r] = *order[r];
	report->rules.items = rules;
}

struct outcomes *report_outcomes(struct arena *arena, const struct tree *tree,
    const struct graph *graph, unsigned wanted)
{
	struct outcomes *outcomes = outcomes_new(arena, tree->rules.count, wanted,
	    graph->symbols);

	for (uint32_t r = 0; r < tree->rules.count; r++) {
		const struct rule *rule = &tree->rules.items[r];
		unsigned texts = 0;

		for (size_t b = 0; b < rule->binders.count; b++)
			if (type_is_text(rule->binders.items[b].variable->type))
				texts |= 1u << b;
		outcomes_order_texts(outcomes, r, texts);
	}
	return outcomes;
}

struct report *report_new(struct arena *arena, const struct tree *tree,
    const struct graph *graph, const struct tally *tallies,
    const struct outcomes *outcomes, unsigned verdicts, uint32_t batch,
    struct crew *crew)
{
	struct report *report = ARENA_NEW(arena, struct report);

	report->arena = report->kept = arena;
	report->sources = graph->sources;
	report->graph = graph;
	report->has_as_of = graph->has_as_of;
	report->as_of = graph->as_of;
	report->tree = tree;
	report->outcomes = outcomes;
	report->kept_verdicts = verdicts | 1u << VERDICT_ERROR;
	report->stream = report_stream_new(report, batch, crew);
	add_packs(report, tree);
	add_waiver_files(report, tree);
	add_run(report, tree);
	add_inputs(report, graph);
	note_open_extents(report, tree, graph);
	for (uint32_t r = 0; r < tree->rules.count; r++) {
		struct report_rule *rule = VEC_PUSH(arena, &report->rules);

		rule->rule = &tree->rules.items[r];
		rule->number = r;
		rule->tally = tallies[r];
		add_tally(&report->summary, &tallies[r]);
	}
	sort_rules(report);
	if (tree->choice.count)
		report_note(report, STR("part"), arena_printf(arena,
		    "only a part was asked for: %.*s", STR_ARG(tree_part_text(arena, tree))),
		    SPAN_NONE);
	note_vacuous(report);
	return report;
}

/* They are sorted by rule, behind those of the run. */
const struct report_note *report_vacuous_note(const struct report *report, size_t rule)
{
	const struct report_note *notes = report->notes.items;
	size_t low = 0, high = report->notes.count;

	while (low < high) {
		size_t middle = low + (high - low) / 2;

		if (notes[middle].rule == REPORT_NO_RULE || notes[middle].rule < rule)
			low = middle + 1;
		else
			high = middle;
	}
	return low < report->notes.count && notes[low].rule == rule ? &notes[low] : NULL;
}

bool report_is_imaginary(const struct report *report)
{
	return !terms_is_plain(&report->terms, TERM_SET);
}

bool report_has_baseline(const struct report *report)
{
	return !terms_is_plain(&report->terms, TERM_BASELINE);
}

void report_note(struct report *report, struct str name, struct str text,
    struct span span)
{
	size_t at;

	VEC_PUSH(report->arena, &report->notes);
	at = report->notes.count - 1;
	for (; at > 0 && report->notes.items[at - 1].rule != REPORT_NO_RULE; at--)
		report->notes.items[at] = report->notes.items[at - 1];
	report->notes.items[at] = (struct report_note){ name, text, span, REPORT_NO_RULE };
}
