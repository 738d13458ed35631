/* SPDX-License-Identifier: Apache-2.0 */
/* A Code Quality report of GitLab: the part of Code Climate's issues that it
 * reads, in one array. */
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

/* GitLab wants a path and a line of every issue. */
static void add_location(struct json *j, const struct report *report,
    const struct report_result *result)
{
	struct span span = view_location(report, result);
	struct str name;

	if (span_is_none(span))
		span = span_is_none(result->span) ?
		    report->rules.items[result->rule].rule->span : result->span;
	name = source_name(report->sources, span.file);
	while (str_starts(name, STR("./")))
		name = str_slice(name, 2, name.length);
	json_member_open(j, "location", '{');
	json_member(j, "path", name);
	json_member_open(j, "lines", '{');
	json_member_count(j, "begin",
	    source_place(report->sources, span.file, span.start).line);
	json_close(j, '}');
	json_close(j, '}');
}

static void add_result(struct json *j, const struct report *report,
    const struct report_result *result)
{
	const struct rule *rule = report->rules.items[result->rule].rule;
	struct arena *arena = report->arena;

	json_break(j);
	json_open(j, '{');
	json_member(j, "description", arena_printf(arena, "%.*s: %s%.*s",
	    STR_ARG(view_visible(arena, view_subject(result))),
	    result->verdict == VERDICT_UNKNOWN ? "unknown: " : "",
	    STR_ARG(view_visible(arena, view_words(report, result)))));
	json_member(j, "check_name", rule->id);
	json_member(j, "fingerprint", result->id);
	json_member_word(j, "severity", severity_of(report, result));
	add_location(j, report, result);
	json_close(j, '}');
}

void report_gitlab(const struct report *report, struct text *out)
{
	struct json j = { .out = out };
	struct report_cursor walk = report_walk(report, view_findings());
	const struct report_result *result;

	json_open(&j, '[');
	while ((result = report_next(&walk)))
		add_result(&j, report, result);
	json_close(&j, ']');
	text_add_char(out, '\n');
}
