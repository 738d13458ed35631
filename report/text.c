/* SPDX-License-Identifier: Apache-2.0 */
/* The report for people: counts first, then findings grouped by rule. */
#include "report/report.h"

#include "report/diff.h"
#include "report/proof.h"
#include "report/view.h"
#include "vm/scalar.h"

struct printer {
	const struct report *report;
	struct text *out;
	bool colour;
	struct proof_legend legend;
};

static void paint(struct printer *p, const char *code)
{
	if (p->colour)
		text_printf(p->out, "\033[%sm", code);
}

static const char *verdict_colour(enum verdict verdict)
{
	switch (verdict) {
	case VERDICT_FAIL: return "1;31";
	case VERDICT_ERROR: return "1;31";
	case VERDICT_UNKNOWN: return "33";
	case VERDICT_PASS: return "32";
	case VERDICT_NOT_APPLICABLE:
	case VERDICT_UNSET:
	case VERDICT_COUNT: return "2";
	}
	return "0";
}

static void print_place(struct printer *p, struct span span)
{
	struct place place;
	struct str name;
	bool is_link;

	if (span_is_none(span))
		return;
	place = source_place(p->report->sources, span.file, span.start);
	name = source_name(p->report->sources, span.file);
	is_link = links_begin_file(p->report->links, p->out, name);
	text_add_visible(p->out, name);
	text_printf(p->out, ":%u:%u", place.line, place.column);
	if (is_link)
		links_end(p->out);
}

void report_text_counts(const struct report *report, struct text *out)
{
	const struct report_summary *s = &report->summary;

	struct arena *arena = report->arena;

	text_printf(out, "%.*s, %.*s: %llu decided, ",
	    STR_ARG(text_count(arena, s->rules, "rule")),
	    STR_ARG(text_count(arena, s->subjects, "subject")),
	    (unsigned long long)s->decided);
	text_printf(out, "%llu pass, %llu fail, %llu unknown, %llu not applicable",
	    (unsigned long long)s->pass, (unsigned long long)s->fail,
	    (unsigned long long)s->unknown, (unsigned long long)s->not_applicable);
	if (s->exceptions)
		text_printf(out, " (%llu by exception)",
		    (unsigned long long)s->exceptions);
	text_printf(out, ", %llu error, %llu waived, %llu vacuous\n",
	    (unsigned long long)s->error, (unsigned long long)s->waived,
	    (unsigned long long)s->vacuous);
}

/* The profile, and the params that are not what was declared. */
static void print_choice(struct printer *p)
{
	const struct tree *tree = p->report->tree;
	const char *before = "; ";

	if (tree->profile) {
		text_printf(p->out, "profile %.*s (", STR_ARG(tree->profile->name));
		print_place(p, tree->profile->span);
		text_printf(p->out, "): %zu of %.*s selected", tree->rules.count,
		    STR_ARG(text_count(p->report->arena, tree->rules.count +
		    tree->deselected.count, "rule")));
	} else {
		before = "params: ";
	}
	for (size_t i = 0; i < tree->params.count; i++) {
		const struct param *param = &tree->params.items[i];

		if (param->set_by.kind == SETTING_DECLARED)
			continue;
		text_printf(p->out, "%s%.*s = ", before, STR_ARG(param->name));
		text_add_visible(p->out, tree_value_text(p->report->arena,
		    tree, param->value));
		before = ", ";
	}
	if (tree->profile || before[0] == ',')
		text_add_char(p->out, '\n');
}

/* What else was asked for: the rest is told in lines of its own. */
static void print_options(struct printer *p)
{
	struct str words = terms_words(&p->report->terms, p->report->arena,
	    1u << TERM_SET | 1u << TERM_AS_OF | 1u << TERM_PROFILE | 1u << TERM_SET_PARAM |
	    1u << TERM_RULE | 1u << TERM_TAG | 1u << TERM_SEVERITY |
	    1u << TERM_FRAMEWORK | 1u << TERM_BASELINE | TERMS_OF_LISTS);

	if (words.length == 0)
		return;
	text_add(p->out, STR("options: "));
	text_add_visible(p->out, words);
	text_add_char(p->out, '\n');
}

/* "waivers: 2 active, 1 expired" */
static void print_waiver_counts(struct printer *p)
{
	size_t counts[WAIVER_STATE_COUNT] = { 0 };
	const char *before = "waivers: ";

	for (size_t i = 0; i < p->report->waivers.count; i++)
		counts[p->report->waivers.items[i].state]++;
	for (int s = 0; s < WAIVER_STATE_COUNT; s++) {
		if (counts[s] == 0)
			continue;
		text_printf(p->out, "%s%zu %s", before, counts[s],
		    s == WAIVER_DESELECTED ? "not selected"
		    : waiver_state_text((enum waiver_state)s));
		before = ", ";
	}
	if (before[0] == ',')
		text_add_char(p->out, '\n');
}

static void print_header(struct printer *p)
{
	const struct report *report = p->report;

	if (report_is_imaginary(report)) {
		paint(p, "1;33");
		text_add(p->out, view_imaginary(report));
		paint(p, "0");
		text_add(p->out, STR(": the edits stand below, under \"what if\"\n"));
	}
	report_text_counts(report, p->out);
	text_printf(p->out, "as of %.*s; packs:", STR_ARG(report->has_as_of ?
	    scalar_date_text(report->arena, report->as_of) : STR("no date")));
	for (size_t i = 0; i < report->packs.count; i++) {
		const struct report_pack *pack = &report->packs.items[i];

		text_printf(p->out, "%s %.*s", i ? "," : "", STR_ARG(pack->id));
		if (pack->version.length)
			text_printf(p->out, " %.*s", STR_ARG(pack->version));
	}
	if (report->signer.key.length)
		text_printf(p->out, "; signed by %.*s", STR_ARG(report->signer.key));
	text_printf(p->out, "; inventory: %.*s in %.*s",
	    STR_ARG(text_count(report->arena, report->graph->entity_count, "entity")),
	    STR_ARG(text_count(report->arena, report->inputs.count, "file")));
	text_add_char(p->out, '\n');
	print_choice(p);
	print_options(p);
	print_waiver_counts(p);
	for (size_t i = 0; i < report->notes.count; i++) {
		text_add_visible(p->out, report->notes.items[i].text);
		if (!span_is_none(report->notes.items[i].span)) {
			text_add(p->out, STR(" ("));
			print_place(p, report->notes.items[i].span);
			text_add_char(p->out, ')');
		}
		text_add_char(p->out, '\n');
	}
}

static const char *verdict_words(const struct report_result *result)
{
	if (result->verdict != VERDICT_NOT_APPLICABLE)
		return verdict_text(result->verdict);
	return result->reason == REASON_EXCEPTION ? "not applicable (exception)"
	    : "not applicable";
}

/* What stands in the way of a verdict; long lists are cut, JSON has all. */
static void print_missing(struct printer *p, const struct report_result *result)
{
	enum { SHOWN = 4 };

	text_add(p->out, view_colon(result->key));
	text_add(p->out, result->reason == REASON_WHEN ?
	    STR("may not apply; needs ") : STR("needs "));
	for (size_t m = 0; m < result->missing_count && m < SHOWN; m++) {
		text_add(p->out, m ? STR(", ") : STR(""));
		text_add_visible(p->out, result->missing[m].fact);
		if (result->missing[m].kind == MISSING_CONFLICT)
			text_add(p->out, STR(" (sources disagree)"));
	}
	if (result->missing_count > SHOWN)
		text_printf(p->out, " and %zu more", result->missing_count - SHOWN);
}

/* A source without a name is called as its file, which stands before it. */
static void print_source(struct printer *p, const struct provenance *source,
    struct span span)
{
	if (!source)
		return;
	text_add(p->out, STR("  ("));
	if (!str_equal(source->name, source_name(p->report->sources, span.file))) {
		text_add_visible(p->out, source->name);
		text_add(p->out, STR(", "));
	}
	text_printf(p->out, "%s)", grade_text(source->grade));
}

/* What each of them says, where, and who that is. */
static void print_voices(struct printer *p, const struct report_missing *missing)
{
	enum { SHOWN = 6 };

	for (size_t i = 0; i < missing->voice_count && i < SHOWN; i++) {
		const struct report_voice *v = &missing->voices[i];

		text_add(p->out, STR("\n           one says "));
		text_add_visible(p->out, v->value);
		text_add(p->out, STR(": "));
		print_place(p, v->span);
		print_source(p, v->source, v->span);
	}
	if (missing->voice_count > SHOWN)
		text_printf(p->out, "\n           and %zu more",
		    missing->voice_count - SHOWN);
}

/* Under a finding, when proofs are asked for. */
static void print_proof(struct printer *p, const struct report_result *result)
{
	struct proof_style style = { p->colour, p->report->lines, 11,
		p->report->links };

	if (p->report->proofs && result->outcome)
		proof_text(p->report->arena, report_proof(p->report, result),
		    p->report->sources, style, &p->legend, p->out);
}

static void print_result(struct printer *p, const struct report_result *result)
{
	text_add(p->out, STR("  "));
	paint(p, verdict_colour(result->verdict));
	text_printf(p->out, "%-8s", verdict_words(result));
	paint(p, "0");
	text_add_char(p->out, ' ');
	if (result->verdict != VERDICT_ERROR &&
	    !view_says_subject(result->message, result->key)) {
		text_add_visible(p->out, view_subject(result));
		text_add(p->out, result->message.length ?
		    view_colon(result->key) : STR(""));
	}
	text_add_visible(p->out, result->message);
	if (result->verdict == VERDICT_UNKNOWN && result->missing_count)
		print_missing(p, result);
	if (!span_is_none(result->span)) {
		text_add(p->out, STR("\n           "));
		print_place(p, result->span);
	}
	for (size_t m = 0; m < result->missing_count; m++)
		print_voices(p, &result->missing[m]);
	text_add_char(p->out, '\n');
	print_proof(p, result);
}

static void print_title(struct printer *p, const struct rule *rule)
{
	paint(p, "1");
	text_printf(p->out, "%.*s", STR_ARG(rule->id));
	paint(p, "0");
	text_printf(p->out, "  %s  ", severity_text(rule->severity));
	text_add_visible(p->out, view_line(p->report->arena, rule->title));
	text_add_char(p->out, '\n');
}

/* Waived failures are printed apart; with a baseline only what is not as it was
 * there. */
static void print_rule(struct printer *p, size_t number)
{
	const struct report_rule *rule = &p->report->rules.items[number];
	struct report_filter printed = view_listed(p->report);
	const struct report_result *result;
	struct report_cursor walk;
	bool any = false;

	printed.waived = REPORT_WAIVED_NOT;
	printed.proof = p->report->proofs;
	walk = report_walk_rule(p->report, number, printed);
	while ((result = report_next(&walk))) {
		if (view_is_as_before(p->report, result))
			continue;
		if (!any) {
			text_add_char(p->out, '\n');
			print_title(p, rule->rule);
		}
		any = true;
		print_result(p, result);
	}
	if (any && rule->rule->fix.length &&
	    rule->tally.verdicts[VERDICT_FAIL] > rule->waived)
		text_printf(p->out, "  fix: %.*s\n", STR_ARG(view_visible_line(
		    p->report->arena, rule->rule->fix)));
}

/* Failures that somebody answers for, apart from those that count. */
static void print_waived(struct printer *p, const struct report_result *result)
{
	const struct waiver *waiver = result->waived;

	print_result(p, result);
	text_add(p->out, STR("           "));
	text_add_visible(p->out, view_waiver(p->report, result->waived));
	text_add(p->out, STR("\n           "));
	print_place(p, waiver->span);
	text_add_char(p->out, '\n');
}

static void print_waived_of(struct printer *p, size_t rule)
{
	struct report_cursor walk = report_walk_rule(p->report, rule,
	    (struct report_filter){ .verdicts = 1u << VERDICT_FAIL,
	    .waived = REPORT_WAIVED_ONLY, .proof = p->report->proofs });
	const struct report_result *result;

	print_title(p, p->report->rules.items[rule].rule);
	while ((result = report_next(&walk)))
		print_waived(p, result);
}

static void print_all_waived(struct printer *p)
{
	const struct report *report = p->report;

	if (report->summary.waived == 0)
		return;
	text_add(p->out, STR("\nWaived, and not counted:\n"));
	for (size_t r = 0; r < report->rules.count; r++)
		if (report->rules.items[r].waived)
			print_waived_of(p, r);
}

static void print_vain(struct printer *p, const struct report_waiver *waiver)
{
	const struct waiver *w = waiver->waiver;

	text_printf(p->out, "  %-8s  %.*s for ", waiver_state_text(waiver->state),
	    STR_ARG(w->rule));
	text_add_visible(p->out, waiver_subject(p->report->arena,
	    p->report->tree, w));
	text_add(p->out, STR(": "));
	text_add_visible(p->out, waiver->detail);
	if (waiver->suggestion.length) {
		text_add(p->out, STR("; did you mean `"));
		text_add_visible(p->out, waiver->suggestion);
		text_add(p->out, STR("`?"));
	}
	text_add(p->out, STR("\n            "));
	print_place(p, w->span);
	text_add_char(p->out, '\n');
}

static void print_all_vain(struct printer *p)
{
	const struct report *report = p->report;
	bool any = false;

	for (size_t i = 0; i < report->waivers.count; i++) {
		if (!waiver_is_vain(&report->waivers.items[i]))
			continue;
		if (!any)
			text_add(p->out, STR("\nWaivers that do nothing:\n"));
		any = true;
		print_vain(p, &report->waivers.items[i]);
	}
}

/* Rules that asked of nothing: said, never counted as a pass. */
static void print_vacuous(struct printer *p)
{
	const struct report *report = p->report;

	for (size_t r = 0; r < report->rules.count; r++) {
		const struct report_rule *rule = &report->rules.items[r];
		const uint64_t *n = rule->tally.verdicts;

		if (rule->tally.failed ||
		    n[VERDICT_PASS] + n[VERDICT_FAIL] + n[VERDICT_UNKNOWN])
			continue;
		text_printf(p->out, "%.*s  vacuous: %s\n",
		    STR_ARG(rule->rule->id),
		    n[VERDICT_NOT_APPLICABLE] ? "never applicable" : "no subjects");
	}
}

/* What edits do, or what became of a baseline's findings.  What is new since
 * the baseline stands in the lists above. */
static void print_changes(struct printer *p)
{
	const struct terms *terms = &p->report->terms;
	const struct terms_setting *edits = &terms->of[TERM_SET];
	bool has_baseline = report_has_baseline(p->report);
	unsigned listed = 1u << DIFF_NEW | 1u << DIFF_UNKNOWN | 1u << DIFF_ADDED;

	text_add_char(p->out, '\n');
	paint(p, "1");
	if (has_baseline) {
		text_add(p->out, STR("since "));
		text_add_visible(p->out, terms_word(terms, TERM_BASELINE));
	} else {
		text_printf(p->out, "what if: %.*s, which no file has",
		    STR_ARG(text_count(p->report->arena, edits->values.count, "edit")));
	}
	paint(p, "0");
	text_add_char(p->out, '\n');
	for (size_t i = 0; i < edits->values.count; i++) {
		text_add(p->out, STR("  "));
		text_add_visible(p->out, edits->values.items[i]);
		text_add_char(p->out, '\n');
	}
	diff_text_counts(p->report->diff, p->out);
	diff_text_changes(p->report->diff, p->out, p->colour,
	    has_baseline ? ~listed : ~0u);
}

void report_text(const struct report *report, struct text *out)
{
	struct printer p = { .report = report, .out = out,
		.colour = report->colour, .legend = { .arena = report->arena } };

	print_header(&p);
	for (size_t r = 0; r < report->rules.count; r++)
		print_rule(&p, r);
	if (p.legend.items.count) {
		text_add_char(out, '\n');
		proof_legend_text(&p.legend, (struct proof_style){
		    .colour = p.colour }, out);
	}
	print_all_waived(&p);
	print_all_vain(&p);
	if (report->summary.vacuous) {
		text_add_char(out, '\n');
		print_vacuous(&p);
	}
	if (report->diff)
		print_changes(&p);
}
