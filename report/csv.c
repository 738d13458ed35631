/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The report for spreadsheets: RFC 4180, a header row, CRLF.  A text that a
 * spreadsheet would take for a formula gets an apostrophe before it (OWASP
 * ASVS 1.2.10); what nobody could see is spelled out, as on a terminal.
 */
#include "report/report.h"
#include "report/view.h"

static void add_quoted(struct text *out, struct str s)
{
	text_add_char(out, '"');
	for (size_t i = 0; i < s.length; i++) {
		if (s.at[i] == '"')
			text_add_char(out, '"');
		text_add_char(out, s.at[i]);
	}
	text_add_char(out, '"');
}

/* A tab, CR or NUL in front is spelled out already. */
static bool is_formula(struct str s)
{
	return s.length && memchr("=+-@", s.at[0], 4) != NULL;
}

/* A further cell of the row: always quoted, so that no reader guesses. */
static void add_cell(struct text *out, struct arena *arena, struct str s)
{
	struct str shown = view_visible(arena, s);

	text_add_char(out, ',');
	if (is_formula(shown))
		shown = arena_printf(arena, "'%.*s", STR_ARG(shown));
	add_quoted(out, shown);
}

static void add_place(const struct report *report, struct text *out, struct span span)
{
	struct place place;

	if (span_is_none(span)) {
		text_add(out, STR(",\"\",,"));
		return;
	}
	place = source_place(report->sources, span.file, span.start);
	add_cell(out, report->arena, source_name(report->sources, span.file));
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
    const struct report_result *result)
{
	const struct rule *rule = report->rules.items[result->rule].rule;
	struct arena *arena = report->arena;

	add_quoted(out, result->id);
	add_cell(out, arena, rule->id);
	add_cell(out, arena, str_of(severity_text(rule->severity)));
	add_cell(out, arena, str_of(verdict_text(result->verdict)));
	add_cell(out, arena, str_of(view_reason(result->reason)));
	add_cell(out, arena, result->kind);
	add_cell(out, arena, result->key);
	add_cell(out, arena, result->message);
	add_cell(out, arena, missing_facts(report, result));
	add_place(report, out, result->span);
	add_cell(out, arena, rule->title);
	add_cell(out, arena, view_line(arena, rule->fix));
	add_cell(out, arena, view_waiver(report, result));
	text_add(out, STR("\r\n"));
}

void report_csv(const struct report *report, struct text *out)
{
	text_add(out, STR("id,rule,severity,verdict,reason,kind,subject,message,"
	    "missing,file,line,column,title,fix,waived\r\n"));
	for (size_t i = 0; i < report->results.count; i++)
		if (view_is_listed(report, &report->results.items[i]))
			add_row(report, out, &report->results.items[i]);
}
