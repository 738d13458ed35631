/* SPDX-License-Identifier: Apache-2.0 */
/* A Code Quality report of GitLab: the part of Code Climate's issues that it
 * reads, in one array. */
#include "base/io.h"
#include "report/report.h"
#include "report/view.h"
#include "report/write_json.h"

static const char *severity_of(const struct report *report,
    const struct report_result *result)
{
	if (result->verdict == VERDICT_ERROR)
		return "blocker";
	if (result->verdict == VERDICT_UNKNOWN)
		return "minor";
	switch (report->rules.items[result->rule].rule->severity) {
	case SEVERITY_CRITICAL: return "critical";
	case SEVERITY_HIGH: return "major";
	case SEVERITY_MEDIUM: return "minor";
	case SEVERITY_LOW:
	case SEVERITY_INFO: break;
	}
	return "info";
}

static void add_place(struct json *j, const struct report *report, struct str name,
    uint32_t line)
{
	struct str inside = view_file(report, name);

	json_member_open(j, "location", '{');
	json_member(j, "path", inside.length ? inside : name);
	json_member_open(j, "lines", '{');
	json_member_count(j, "begin", line);
	json_close(j, '}');
	json_close(j, '}');
}

/* GitLab wants a path and a line of every issue. */
static void add_location(struct json *j, const struct report *report,
    const struct report_result *result)
{
	struct span span = view_location(report, result);

	if (span_is_none(span))
		span = span_is_none(result->span) ?
		    report->rules.items[result->rule].rule->span : result->span;
	add_place(j, report, source_name(report->sources, span.file),
	    source_place(report->sources, span.file, span.start).line);
}

static void add_result(struct json *j, const struct report *report,
    const struct report_result *result)
{
	const struct rule *rule = report->rules.items[result->rule].rule;

	json_break(j);
	json_open(j, '{');
	json_member(j, "description", view_visible_sentence(report, result));
	json_member(j, "check_name", rule->id);
	json_member(j, "fingerprint", result->id);
	json_member_word(j, "severity", severity_of(report, result));
	add_location(j, report, result);
	json_close(j, '}');
}

/* Of the run as a whole.  The fingerprint is that of NAME: the next run that does
 * not say it has mended it. */
static void add_issue(struct json *j, const struct report *report, struct str words,
    struct str name, const char *severity)
{
	json_break(j);
	json_open(j, '{');
	json_member(j, "description", words);
	json_member_word(j, "check_name", "scarp");
	json_member(j, "fingerprint", io_blake2b(report->arena, name));
	json_member_word(j, "severity", severity);
	add_place(j, report, view_run_file(report), 1);
	json_close(j, '}');
}

/* An empty array would be a clean site, and a whole one. */
static void add_remarks(struct json *j, const struct report *report)
{
	struct arena *arena = report->arena;

	if (report->doubt.reason != DOUBT_NONE)
		add_issue(j, report, view_doubt(report), arena_printf(arena,
		    "scarp doubt %s", doubt_name(report->doubt.reason)), "blocker");
	for (size_t i = 0; i < report->notes.count; i++) {
		const struct report_note *note = &report->notes.items[i];

		add_issue(j, report, view_visible(arena, view_note(report, note)),
		    arena_printf(arena, "scarp note %.*s", STR_ARG(note->name)), "info");
	}
}

void report_gitlab(const struct report *report, struct text *out)
{
	struct json j = { .out = out };
	struct report_cursor walk = report_walk(report, view_findings());
	const struct report_result *result;

	json_open(&j, '[');
	add_remarks(&j, report);
	while ((result = report_next(&walk)))
		add_result(&j, report, result);
	json_close(&j, ']');
	text_add_char(out, '\n');
}
