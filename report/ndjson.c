/* SPDX-License-Identifier: Apache-2.0 */
/* The JSON report cut into lines: the run, its rules, a line per result, and
 * the summary last, so that a reader sees when something was cut off. */
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
	open_line(&j, "summary");
	report_json_summary(&j, report);
	close_line(&j);
}
