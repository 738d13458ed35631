/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The report for spreadsheets: RFC 4180, a header row, CRLF.  A text that a
 * spreadsheet would take for a formula gets an apostrophe before it (OWASP
 * ASVS 1.2.10); what nobody could see is spelled out, as on a terminal.
 */
#include "report/diff.h"
#include "report/view.h"
#include "report/write_csv.h"

static void add_place(const struct report *report, struct text *out, struct span span)
{
	struct place place;

	if (span_is_none(span)) {
		text_add(out, STR(",\"\",,"));
		return;
	}
	place = source_place(report->sources, span.file, span.start);
	csv_cell(out, report->arena, source_name(report->sources, span.file));
	text_printf(out, ",%u,%u", place.line, place.column);
}

static struct str missing_facts(const struct report *report,
    const struct report_result *result)
{
	struct text out;

	text_init(&out, report->arena);
	for (size_t m = 0; m < result->missing_count; m++) {
		text_add(&out, m ? STR("; ") : STR(""));
		text_add(&out, result->missing[m].fact);
	}
	return text_str(&out);
}

static void add_row(const struct report *report, struct text *out,
    const struct report_result *result, struct str run)
{
	const struct rule *rule = report->rules.items[result->rule].rule;
	struct arena *arena = report->arena;

	csv_quoted(out, result->id);
	csv_cell(out, arena, rule->id);
	csv_cell(out, arena, str_of(severity_text(rule->severity)));
	csv_cell(out, arena, str_of(verdict_text(result->verdict)));
	csv_cell(out, arena, str_of(view_reason(result->reason)));
	csv_cell(out, arena, result->kind);
	csv_cell(out, arena, result->key);
	csv_cell(out, arena, result->message);
	csv_cell(out, arena, missing_facts(report, result));
	add_place(report, out, result->span);
	csv_cell(out, arena, rule->title);
	csv_cell(out, arena, view_line(arena, rule->fix));
	csv_cell(out, arena, view_waiver(report, result->waived));
	csv_cell(out, arena, run);
	csv_cell(out, arena, str_of(view_change(report, result).length ?
	    diff_class_text(result->change) : ""));
	text_add(out, STR("\r\n"));
}

/* What the baseline had and this run has not: a row without a verdict. */
static void add_gone(const struct report *report, struct text *out,
    const struct diff_result *gone, struct str run)
{
	struct arena *arena = report->arena;

	csv_quoted(out, gone->id);
	csv_cell(out, arena, gone->rule);
	csv_cell(out, arena, str_of(severity_text(gone->severity)));
	text_add(out, STR(",\"\",\"\""));
	csv_cell(out, arena, gone->kind);
	csv_cell(out, arena, gone->key);
	csv_cell(out, arena, arena_printf(arena, "was %s", gone->waived ?
	    "a waived failure" : verdict_phrase(gone->verdict)));
	text_add(out, STR(",\"\",\"\",,,\"\",\"\",\"\""));
	csv_cell(out, arena, run);
	csv_cell(out, arena, str_of(diff_class_text(DIFF_GONE)));
	text_add(out, STR("\r\n"));
}

/* A row of no result.  RULE: that it is about, or NULL. */
static void add_remark(const struct report *report, struct text *out,
    const struct rule *rule, const char *verdict, struct str words, struct str fix,
    struct str run)
{
	struct arena *arena = report->arena;

	text_add(out, STR("\"\""));
	csv_cell(out, arena, rule ? rule->id : STR(""));
	csv_cell(out, arena, str_of(rule ? severity_text(rule->severity) : ""));
	csv_cell(out, arena, str_of(verdict));
	text_add(out, STR(",\"\",\"\",\"\""));
	csv_cell(out, arena, words);
	text_add(out, STR(",\"\",\"\",,"));
	csv_cell(out, arena, rule ? rule->title : STR(""));
	csv_cell(out, arena, fix);
	text_add(out, STR(",\"\""));
	csv_cell(out, arena, run);
	text_add(out, STR(",\"\"\r\n"));
}

/* Those of the run, or of vacuous rules. */
static void add_notes(const struct report *report, struct text *out, bool of_rules,
    struct str run)
{
	for (size_t i = 0; i < report->notes.count; i++) {
		const struct report_note *note = &report->notes.items[i];

		if ((note->rule != REPORT_NO_RULE) == of_rules)
			add_remark(report, out, of_rules ?
			    report->rules.items[note->rule].rule : NULL, "note",
			    view_note(report, note), STR(""), run);
	}
}

/* A table without rows looks clean: the first say what it does not. */
static void add_remarks(const struct report *report, struct text *out, struct str run)
{
	if (report->doubt.reason != DOUBT_NONE)
		add_remark(report, out, NULL, "error", view_doubt(report),
		    report->doubt.help, run);
	add_notes(report, out, false, run);
}

void report_csv(const struct report *report, struct text *out)
{
	struct str run = terms_words(&report->terms, report->arena, 0);
	const struct report_result *result;
	struct report_cursor walk;

	text_add(out, STR("id,rule,severity,verdict,reason,kind,subject,message,"
	    "missing,file,line,column,title,fix,waived,run,change\r\n"));
	add_remarks(report, out, run);
	walk = report_walk(report, view_listed(report));
	while ((result = report_next(&walk)))
		add_row(report, out, result, run);
	add_notes(report, out, true, run);
	for (size_t i = 0; report->diff && i < report->diff->changes.count; i++)
		if (!report->diff->changes.items[i].after)
			add_gone(report, out, report->diff->changes.items[i].before, run);
}
