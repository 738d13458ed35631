/* SPDX-License-Identifier: Apache-2.0 */
/* The report for people: counts first, then findings grouped by rule. */
#include "report/report.h"

#include "base/wrap.h"
#include "report/diff.h"
#include "report/proof.h"
#include "report/view.h"
#include "vm/scalar.h"

#define HANG 11		/* columns before what is said of a result */

struct printer {
	const struct report *report;
	struct text *lines;	/* those that are done */
	struct wrap wrap;
	struct text *out;	/* the line of it */
	bool colour;
	struct proof_legend legend;
};

/* What a line is composed of goes with the result that it is about. */
static void begin(struct printer *p)
{
	wrap_init(&p->wrap, p->report->arena, p->lines, p->report->width);
	p->out = &p->wrap.line;
}

static void end(struct printer *p, unsigned hang)
{
	wrap_end(&p->wrap, hang);
}

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
	wrap_keep(p->out);
	is_link = links_begin_file(p->report->links, p->out, name);
	text_add_visible(p->out, name);
	text_printf(p->out, ":%u:%u", place.line, place.column);
	if (is_link)
		links_end(p->out);
	wrap_kept(p->out);
}

/* "24 fail", which no line breaks. */
static void add_count(struct text *line, const char *before, uint64_t n,
    const char *word)
{
	text_add(line, str_of(before));
	wrap_keep(line);
	text_printf(line, "%llu %s", (unsigned long long)n, word);
	wrap_kept(line);
}

void report_text_counts(const struct report *report, struct text *out)
{
	const struct report_summary *s = &report->summary;
	struct arena *arena = report->arena;
	struct wrap wrap;

	if (report->doubt.reason != DOUBT_NONE) {
		wrap_init(&wrap, arena, out, report->width);
		text_printf(&wrap.line, report->colour ? "\033[1;31m%.*s\033[0m" : "%.*s",
		    STR_ARG(view_doubt(report)));
		wrap_end(&wrap, 2);
	}
	wrap_init(&wrap, arena, out, report->width);
	text_printf(&wrap.line, "%.*s, %.*s",
	    STR_ARG(text_count(arena, s->rules, "rule")),
	    STR_ARG(text_count(arena, s->subjects, "subject")));
	add_count(&wrap.line, ": ", s->decided, "decided");
	add_count(&wrap.line, ", ", s->pass, "pass");
	add_count(&wrap.line, ", ", s->fail, "fail");
	add_count(&wrap.line, ", ", s->unknown, "unknown");
	add_count(&wrap.line, ", ", s->not_applicable, "not applicable");
	if (s->exceptions) {
		add_count(&wrap.line, " (", s->exceptions, "by exception");
		text_add_char(&wrap.line, ')');
	}
	add_count(&wrap.line, ", ", s->error, "error");
	add_count(&wrap.line, ", ", s->waived, "waived");
	add_count(&wrap.line, ", ", s->vacuous, "vacuous");
	wrap_end(&wrap, 2);
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
		end(p, 2);
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
	end(p, 2);
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
		end(p, 2);
}

static void print_header(struct printer *p)
{
	const struct report *report = p->report;

	if (report_is_imaginary(report)) {
		paint(p, "1;33");
		text_add(p->out, view_imaginary(report));
		paint(p, "0");
		text_add(p->out, STR(": the edits stand below, under \"what if\""));
		end(p, 2);
	}
	report_text_counts(report, p->lines);
	text_printf(p->out, "as of %.*s; packs:", STR_ARG(report->has_as_of ?
	    scalar_date_text(report->arena, report->as_of) : STR("no date")));
	for (size_t i = 0; i < report->packs.count; i++) {
		const struct report_pack *pack = &report->packs.items[i];

		text_add(p->out, i ? STR(", ") : STR(" "));
		wrap_keep(p->out);
		text_add(p->out, pack->id);
		if (pack->version.length)
			text_printf(p->out, " %.*s", STR_ARG(pack->version));
		wrap_kept(p->out);
	}
	if (report->signer.key.length)
		text_printf(p->out, "; signed by %.*s", STR_ARG(report->signer.key));
	text_printf(p->out, "; inventory: %.*s in %.*s",
	    STR_ARG(text_count(report->arena, report->graph->entity_count, "entity")),
	    STR_ARG(text_count(report->arena, report->inputs.count, "file")));
	end(p, 2);
	print_choice(p);
	print_options(p);
	print_waiver_counts(p);
	for (size_t i = 0; i < report->notes.count; i++) {
		if (report->notes.items[i].rule != REPORT_NO_RULE)
			continue;	/* at the end: print_vacuous */
		wrap_add_words(p->out, report->notes.items[i].text, STR(""));
		if (!span_is_none(report->notes.items[i].span)) {
			text_add(p->out, STR(" ("));
			print_place(p, report->notes.items[i].span);
			text_add_char(p->out, ')');
		}
		end(p, 2);
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
		wrap_add_name(p->out, result->missing[m].fact);
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

		end(p, HANG);
		text_printf(p->out, "%*sone says ", HANG, "");
		text_add_visible(p->out, v->value);
		text_add(p->out, STR(": "));
		print_place(p, v->span);
		print_source(p, v->source, v->span);
	}
	if (missing->voice_count > SHOWN) {
		end(p, HANG);
		text_printf(p->out, "%*sand %zu more", HANG, "",
		    missing->voice_count - SHOWN);
	}
}

/* Under a finding, when proofs are asked for. */
static void print_proof(struct printer *p, const struct report_result *result)
{
	struct proof_style style = { p->colour, p->report->lines, HANG,
		p->report->links, p->report->width };

	if (p->report->proofs && result->outcome)
		proof_text(p->report->arena, result->proof,
		    p->report->sources, style, &p->legend, p->lines);
}

static void print_result(struct printer *p, const struct report_result *result)
{
	begin(p);
	text_add(p->out, STR("  "));
	paint(p, verdict_colour(result->verdict));
	text_printf(p->out, "%-8s", verdict_words(result));
	paint(p, "0");
	text_add_char(p->out, ' ');
	if (result->verdict != VERDICT_ERROR &&
	    !view_says_subject(result->message, result->key)) {
		wrap_add_name(p->out, view_subject(result));
		text_add(p->out, result->message.length ?
		    view_colon(result->key) : STR(""));
	}
	wrap_add_words(p->out, result->message, result->key);
	if (result->verdict == VERDICT_UNKNOWN && result->missing_count)
		print_missing(p, result);
	if (!span_is_none(result->span)) {
		end(p, HANG);
		text_printf(p->out, "%*s", HANG, "");
		print_place(p, result->span);
	}
	for (size_t m = 0; m < result->missing_count; m++)
		print_voices(p, &result->missing[m]);
	end(p, HANG);
	print_proof(p, result);
}

static void print_title(struct printer *p, const struct rule *rule)
{
	begin(p);
	paint(p, "1");
	text_printf(p->out, "%.*s", STR_ARG(rule->id));
	paint(p, "0");
	text_printf(p->out, "  %s  ", severity_text(rule->severity));
	text_add_visible(p->out, view_line(p->report->arena, rule->title));
	end(p, 4);
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
			text_add_char(p->lines, '\n');
			print_title(p, rule->rule);
		}
		any = true;
		print_result(p, result);
	}
	if (!any || rule->rule->fix.length == 0 ||
	    rule->tally.verdicts[VERDICT_FAIL] <= rule->waived)
		return;
	begin(p);
	text_add(p->out, STR("  fix: "));
	wrap_add_words(p->out, view_line(p->report->arena, rule->rule->fix), STR(""));
	end(p, 7);
}

/* Failures that somebody answers for, apart from those that count. */
static void print_waived(struct printer *p, const struct report_result *result)
{
	const struct waiver *waiver = result->waived;

	print_result(p, result);
	text_printf(p->out, "%*s", HANG, "");
	text_add_visible(p->out, view_waiver(p->report, result->waived));
	end(p, HANG);
	text_printf(p->out, "%*s", HANG, "");
	print_place(p, waiver->span);
	end(p, HANG);
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
	text_add(p->lines, STR("\nWaived, and not counted:\n"));
	for (size_t r = 0; r < report->rules.count; r++)
		if (report->rules.items[r].waived)
			print_waived_of(p, r);
}

static void print_vain(struct printer *p, const struct report_waiver *waiver)
{
	const struct waiver *w = waiver->waiver;

	begin(p);
	text_printf(p->out, "  %-8s  %.*s for ", waiver_state_text(waiver->state),
	    STR_ARG(w->rule));
	wrap_add_name(p->out, waiver_subject(p->report->arena,
	    p->report->tree, w));
	text_add(p->out, STR(": "));
	text_add_visible(p->out, waiver->detail);
	if (waiver->suggestion.length) {
		text_add(p->out, STR("; did you mean `"));
		text_add_visible(p->out, waiver->suggestion);
		text_add(p->out, STR("`?"));
	}
	end(p, HANG + 1);
	text_printf(p->out, "%*s", HANG + 1, "");
	print_place(p, w->span);
	end(p, HANG + 1);
}

static void print_all_vain(struct printer *p)
{
	const struct report *report = p->report;
	bool any = false;

	for (size_t i = 0; i < report->waivers.count; i++) {
		if (!waiver_is_vain(&report->waivers.items[i]))
			continue;
		if (!any)
			text_add(p->lines, STR("\nWaivers that do nothing:\n"));
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
		const char *why = report_vacuous(rule);

		if (why)
			text_printf(p->lines, "%.*s  vacuous: %s\n",
			    STR_ARG(rule->rule->id), why);
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

	text_add_char(p->lines, '\n');
	begin(p);
	paint(p, "1");
	if (has_baseline) {
		text_add(p->out, STR("since "));
		text_add_visible(p->out, terms_word(terms, TERM_BASELINE));
	} else {
		text_printf(p->out, "what if: %.*s, which no file has",
		    STR_ARG(text_count(p->report->arena, edits->values.count, "edit")));
	}
	paint(p, "0");
	end(p, 2);
	for (size_t i = 0; i < edits->values.count; i++) {
		text_add(p->out, STR("  "));
		text_add_visible(p->out, edits->values.items[i]);
		end(p, 4);
	}
	diff_text_counts(p->report->diff, p->lines, p->report->width);
	diff_text_changes(p->report->diff, p->lines, p->colour, p->report->width,
	    has_baseline ? ~listed : ~0u);
}

void report_text(const struct report *report, struct text *out)
{
	struct printer p = { .report = report, .lines = out,
		.colour = report->colour, .legend = { .arena = report->arena } };

	begin(&p);
	print_header(&p);
	for (size_t r = 0; r < report->rules.count; r++)
		print_rule(&p, r);
	if (p.legend.items.count) {
		text_add_char(out, '\n');
		proof_legend_text(&p.legend, (struct proof_style){
		    .colour = p.colour, .width = report->width }, out);
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
