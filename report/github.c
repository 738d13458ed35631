/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Workflow commands of GitHub Actions, which it shows beside the lines.  It
 * shows about ten of each level and says nothing of the others: the worst
 * come first, and a first line tells how many there are.
 */
#include "report/report.h"
#include "report/view.h"

/* PROPERTY: also what separates properties. */
static void add_escaped(struct text *out, struct str s, bool property)
{
	for (size_t i = 0; i < s.length; i++) {
		char c = s.at[i];

		if (c == '%' || c == '\r' || c == '\n' ||
		    (property && (c == ':' || c == ',')))
			text_printf(out, "%%%02X", (unsigned char)c);
		else
			text_add_char(out, c);
	}
}

static const char *command_of(const struct rule *rule, enum verdict verdict)
{
	switch (verdict) {
	case VERDICT_ERROR:
		return "error";
	case VERDICT_UNKNOWN:
		return "warning";
	case VERDICT_FAIL:
		switch (rule->severity) {
		case SEVERITY_CRITICAL:
		case SEVERITY_HIGH: return "error";
		case SEVERITY_MEDIUM: return "warning";
		case SEVERITY_LOW:
		case SEVERITY_INFO: return "notice";
		}
		break;
	case VERDICT_PASS:
	case VERDICT_NOT_APPLICABLE:
	case VERDICT_UNSET:
	case VERDICT_COUNT:
		break;
	}
	return "";
}

static void add_place(const struct report *report, struct text *out, struct span span)
{
	struct place start, end;
	struct str name;

	if (span_is_none(span))
		return;
	start = source_place(report->sources, span.file, span.start);
	end = source_place(report->sources, span.file, span.end);
	name = view_file(report, source_name(report->sources, span.file));
	text_add(out, STR("file="));
	add_escaped(out, view_visible(report->arena, name), true);
	text_printf(out, ",line=%u,endLine=%u", start.line, end.line);
	/* Columns are taken on a single line only. */
	if (start.line == end.line)
		text_printf(out, ",col=%u,endColumn=%u", start.column, end.column);
	text_add_char(out, ',');
}

static void add_result(const struct report *report, struct text *out,
    const struct report_result *result, const char *command)
{
	const struct rule *rule = report->rules.items[result->rule].rule;
	struct arena *arena = report->arena;

	text_printf(out, "::%s ", command);
	add_place(report, out, view_location(report, result));
	text_add(out, STR("title="));
	add_escaped(out, arena_printf(arena, "%.*s (%s)%s", STR_ARG(rule->id),
	    severity_text(rule->severity), report_is_imaginary(report) ?
	    " on an imaginary site" : ""), true);
	text_add(out, STR("::"));
	add_escaped(out, view_visible_sentence(report, result), false);
	if (result->verdict == VERDICT_FAIL && rule->fix.length) {
		text_add(out, STR("%0AFix: "));
		add_escaped(out, view_visible_line(arena, rule->fix), false);
	}
	text_add_char(out, '\n');
}

static void add_rule(const struct report *report, struct text *out, size_t rule,
    enum verdict verdict, const char *command)
{
	struct report_cursor walk = report_walk_rule(report, rule,
	    view_only(view_findings(), verdict));
	const struct report_result *result;

	while ((result = report_next(&walk)))
		if (!view_is_as_before(report, result))
			add_result(report, out, result, command);
}

/* Results come by severity; failures go before what is only unknown. */
static void add_results(const struct report *report, struct text *out,
    const char *wanted)
{
	static const enum verdict order[] = { VERDICT_ERROR, VERDICT_FAIL,
	    VERDICT_UNKNOWN };

	for (size_t v = 0; v < sizeof(order) / sizeof(*order); v++)
		for (size_t r = 0; r < report->rules.count; r++)
			if (str_equal(str_of(command_of(report->rules.items[r].rule,
			    order[v])), str_of(wanted)))
				add_rule(report, out, r, order[v], wanted);
}

/* Behind the counts, in the line that is shown first. */
static void add_run(const struct report *report, struct text *out)
{
	struct str words = terms_words(&report->terms, report->arena, 1u << TERM_SET);

	if (report_is_imaginary(report)) {
		text_add(out, STR(". These verdicts are those of "));
		add_escaped(out, view_visible(report->arena, view_supposed(report)), false);
	}
	if (report_has_baseline(report))
		text_printf(out, ". What stands in the baseline is not marked: %.*s",
		    STR_ARG(view_changes(report)));
	if (words.length) {
		text_add(out, STR(". Run with "));
		add_escaped(out, view_visible(report->arena, words), false);
	}
	text_add_char(out, '\n');
}

/* Those of the run, or of vacuous rules: all in one annotation, a line each, since
 * few are shown. */
static void add_notes(const struct report *report, struct text *out, const char *command,
    bool of_rules)
{
	bool any = false;

	for (size_t i = 0; i < report->notes.count; i++) {
		const struct report_note *note = &report->notes.items[i];

		if ((note->rule != REPORT_NO_RULE) != of_rules)
			continue;
		text_add(out, any ? STR("%0A") : str_of(command));
		any = true;
		add_escaped(out, view_visible(report->arena, view_note(report, note)), false);
	}
	if (any)
		text_add_char(out, '\n');
}

void report_github(const struct report *report, struct text *out)
{
	const struct report_summary *s = &report->summary;

	if (report->doubt.reason != DOUBT_NONE) {
		text_add(out, STR("::error title=scarp::"));
		add_escaped(out, view_doubt(report), false);
		text_add_char(out, '\n');
	}
	text_printf(out, "::notice title=scarp::%llu fail (%llu waived), "
	    "%llu unknown, %llu error; %llu pass of %llu decided. GitHub shows about ten of "
	    "each level: the worst come first, and the log has all of them",
	    (unsigned long long)s->fail, (unsigned long long)s->waived,
	    (unsigned long long)s->unknown, (unsigned long long)s->error,
	    (unsigned long long)s->pass, (unsigned long long)s->decided);
	add_run(report, out);
	add_notes(report, out, "::notice title=scarp::", false);
	add_notes(report, out, "::notice title=scarp (vacuous rules)::", true);
	add_results(report, out, "error");
	add_results(report, out, "warning");
	add_results(report, out, "notice");
}
