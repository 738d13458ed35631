/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The report for comments and wikis: GitHub's Markdown.  What an inventory
 * says is shown and never read as markup: what could be stands behind a
 * backslash or as an entity, and an empty comment keeps apart what services
 * look for in the text itself: links and mentions.
 */
#include "report/markdown.h"

#include "report/report.h"
#include "report/view.h"
#include "vm/scalar.h"

#define APART "<!-- -->"

/* At I begins or ends what would become a link or notify somebody. */
static bool is_found_in_text(struct str s, size_t i)
{
	return s.at[i] == '@' ||
	    (s.at[i] == ':' && i + 1 < s.length && s.at[i + 1] == '/') ||
	    (s.at[i] == 'w' && i + 1 < s.length && s.at[i + 1] == '.') ||
	    (s.at[i] == 'W' && i + 1 < s.length && s.at[i + 1] == '.');
}

void markdown_text(struct text *out, struct arena *arena, struct str s)
{
	struct str shown = view_visible(arena, s);

	for (size_t i = 0; i < shown.length; i++) {
		char c = shown.at[i];

		if (strchr(i ? "\\`*_[]|~$" : "\\`*_[]|~$#+-=", c))
			text_add_char(out, '\\');
		if (c == '<')
			text_add(out, STR("&lt;"));
		else if (c == '>')
			text_add(out, STR("&gt;"));
		else if (c == '&')
			text_add(out, STR("&amp;"));
		else
			text_add_char(out, c);
		if (is_found_in_text(shown, i))
			text_add(out, STR(APART));
	}
}

void markdown_line(struct text *out, struct arena *arena, struct str s)
{
	markdown_text(out, arena, view_line(arena, s));
}

static void add_count(struct text *out, const char *name, uint64_t count)
{
	text_printf(out, "| %s | %llu |\n", name, (unsigned long long)count);
}

/* Verdicts of a site that is not there are nobody's evidence. */
static void add_supposed(const struct report *report, struct text *out)
{
	const struct terms_setting *edits = &report->terms.of[TERM_SET];

	if (!report_is_imaginary(report))
		return;
	text_printf(out, "> **These verdicts are those of %.*s:**\n>\n",
	    STR_ARG(view_imaginary(report)));
	for (size_t i = 0; i < edits->values.count; i++) {
		text_add(out, STR("> - "));
		markdown_line(out, report->arena, edits->values.items[i]);
		text_add_char(out, '\n');
	}
	text_add_char(out, '\n');
}

static void add_doubt(const struct report *report, struct text *out)
{
	if (report->doubt.reason == DOUBT_NONE)
		return;
	text_add(out, STR("> **Error: "));
	markdown_line(out, report->arena, view_doubt(report));
	text_add(out, STR(".**\n"));
	if (report->doubt.help.length) {
		text_add(out, STR(">\n> Help: "));
		markdown_line(out, report->arena, report->doubt.help);
		text_add_char(out, '\n');
	}
	text_add_char(out, '\n');
}

/* The date stands above. */
static void add_run(const struct report *report, struct text *out)
{
	struct str words = terms_words(&report->terms, report->arena,
	    1u << TERM_SET | 1u << TERM_AS_OF);

	if (words.length == 0)
		return;
	text_add(out, STR("- run with "));
	markdown_line(out, report->arena, words);
	text_add_char(out, '\n');
}

/* Those of the run, or of vacuous rules. */
static void add_notes(const struct report *report, struct text *out, bool of_rules)
{
	for (size_t i = 0; i < report->notes.count; i++) {
		const struct report_note *note = &report->notes.items[i];

		if ((note->rule != REPORT_NO_RULE) != of_rules)
			continue;
		text_add(out, STR("- "));
		markdown_text(out, report->arena, view_note(report, note));
		text_add_char(out, '\n');
	}
}

static void add_summary(const struct report *report, struct text *out)
{
	const struct report_summary *s = &report->summary;

	text_add(out, report->doubt.reason != DOUBT_NONE ?
	    STR("# Report of scarp: " DOUBT_WORDS "\n\n") : STR("# Report of scarp\n\n"));
	add_doubt(report, out);
	add_supposed(report, out);
	text_printf(out, "%.*s on %.*s, %llu of them decided",
	    STR_ARG(text_count(report->arena, s->rules, "rule")),
	    STR_ARG(text_count(report->arena, s->subjects, "subject")),
	    (unsigned long long)s->decided);
	if (report->has_as_of)
		text_printf(out, ", as of %.*s",
		    STR_ARG(scalar_date_text(report->arena, report->as_of)));
	text_add(out, STR(".\n\n| verdict | subjects |\n|---|---:|\n"));
	add_count(out, "fail", s->fail);
	add_count(out, "unknown", s->unknown);
	add_count(out, "pass", s->pass);
	add_count(out, "not applicable", s->not_applicable);
	add_count(out, "error (rules)", s->error);
	add_count(out, "waived (of fail)", s->waived);
	add_count(out, "vacuous (rules)", s->vacuous);
	text_add_char(out, '\n');
	add_run(report, out);
	if (report->diff)
		text_printf(out, report_has_baseline(report) ?
		    "- since the baseline: %.*s; what is as it was there is not listed\n" :
		    "- by the edits: %.*s\n", STR_ARG(view_changes(report)));
	add_notes(report, out, false);
}

static void add_place(const struct report *report, struct text *out, struct span span)
{
	struct place place;

	if (span_is_none(span))
		return;
	place = source_place(report->sources, span.file, span.start);
	markdown_text(out, report->arena, source_name(report->sources, span.file));
	text_printf(out, ":%u:%u", place.line, place.column);
}

static void add_result(const struct report *report, struct text *out,
    const struct report_result *result)
{
	text_printf(out, "| %s%s | ", result->verdict == VERDICT_NOT_APPLICABLE ?
	    "not applicable" : verdict_text(result->verdict),
	    result->waived ? ", waived" : "");
	markdown_text(out, report->arena, view_subject(result));
	text_add(out, STR(" | "));
	markdown_text(out, report->arena, view_words(report, result));
	if (result->waived) {
		text_add(out, STR("; "));
		markdown_text(out, report->arena, view_waiver(report, result->waived));
	}
	text_add(out, STR(" | "));
	add_place(report, out, result->span);
	text_add(out, STR(" |\n"));
}

static void add_paragraph(const struct report *report, struct text *out,
    const char *word, struct str text)
{
	if (text.length == 0)
		return;
	text_printf(out, "\n**%s.** ", word);
	markdown_line(out, report->arena, text);
	text_add_char(out, '\n');
}

static void add_title(const struct report *report, struct text *out,
    const struct rule *rule)
{
	text_printf(out, "\n## ");
	markdown_text(out, report->arena, rule->title);
	text_printf(out, "\n\n`%.*s`, %s\n\n"
	    "| verdict | subject | says | place |\n|---|---|---|---|\n",
	    STR_ARG(rule->id), severity_text(rule->severity));
}

/* With a baseline only what is not as it was there, as in the text. */
static void add_rule(const struct report *report, struct text *out, size_t number)
{
	const struct report_rule *rule = &report->rules.items[number];
	struct report_filter listed = view_listed(report);
	const struct report_result *result;
	struct report_cursor walk;

	bool any = false;

	walk = report_walk_rule(report, number, listed);
	while ((result = report_next(&walk))) {
		if (view_is_as_before(report, result))
			continue;
		if (!any)
			add_title(report, out, rule->rule);
		any = true;
		add_result(report, out, result);
	}
	if (!any)
		return;
	add_paragraph(report, out, "Why", rule->rule->why);
	add_paragraph(report, out, "Fix", rule->rule->fix);
}

void report_markdown(const struct report *report, struct text *out)
{
	add_summary(report, out);
	for (size_t r = 0; r < report->rules.count; r++)
		add_rule(report, out, r);
	if (report->summary.vacuous)
		text_add(out, STR("\n## Rules that checked nothing\n\n"));
	add_notes(report, out, true);
}
