/* SPDX-License-Identifier: Apache-2.0 */
/* The JSON report cut into lines: the run, its rules, a line per result, what
 * has changed where it is compared, and the summary last, so that a reader
 * sees when something was cut off. */
#include "report/diff.h"
#include "report/json.h"
#include "report/view.h"

static void open_line(struct json *j, const char *type)
{
	j->comma = false;
	json_open(j, '{');
	json_member_word(j, "type", type);
}

static void close_line(struct json *j)
{
	json_close(j, '}');
	text_add_char(j->out, '\n');
}

/* What became of other findings, those that are gone among them. */
static void add_changes(struct json *j, const struct report *report)
{
	const struct diff *diff = report->diff;

	if (!diff)
		return;
	for (size_t i = 0; i < diff->changes.count; i++) {
		open_line(j, "change");
		diff_json_change(j, &diff->changes.items[i]);
		close_line(j);
	}
	open_line(j, "since");
	report_json_since(j, report);
	diff_json_counts(diff, j);
	close_line(j);
}

void report_ndjson(const struct report *report, struct text *out)
{
	struct json j = { .out = out, .one_line = true };
	const struct report_result *result;
	struct report_cursor walk;

	open_line(&j, "run");
	report_json_run(&j, report);
	json_member_word(&j, "verdicts", report->all_verdicts ? "all" : "findings");
	close_line(&j);
	for (size_t r = 0; r < report->rules.count; r++) {
		open_line(&j, "rule");
		report_json_rule(&j, report->rules.items[r].rule);
		close_line(&j);
	}
	walk = report_walk(report, report_json_filter(report));
	while ((result = report_next(&walk))) {
		open_line(&j, "result");
		report_json_result(&j, report, result);
		close_line(&j);
	}
	add_changes(&j, report);
	open_line(&j, "summary");
	report_json_summary(&j, report);
	close_line(&j);
}
