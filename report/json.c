/* SPDX-License-Identifier: Apache-2.0 */
/* The report for programs: docs/report.md describes it. */
#include "report/report.h"

#include "include/scarp.h"
#include "vm/scalar.h"

struct printer {
	const struct report *report;
	struct text *out;
};

static void add_string(struct text *out, struct str s)
{
	text_add_char(out, '"');
	text_add_json(out, s);
	text_add_char(out, '"');
}

/* `, "name": "value"`; the comma is the caller's where it is the first. */
static void add_member(struct text *out, const char *name, struct str value)
{
	text_printf(out, "\"%s\":", name);
	add_string(out, value);
}

static void add_count(struct text *out, const char *name, uint64_t value, bool last)
{
	text_printf(out, "\"%s\":%llu%s", name, (unsigned long long)value, last ? "" : ",");
}

static void add_summary(struct printer *p)
{
	const struct report_summary *s = &p->report->summary;

	text_add(p->out, STR("\"summary\":{"));
	add_count(p->out, "rules", s->rules, false);
	add_count(p->out, "subjects", s->subjects, false);
	add_count(p->out, "decided", s->decided, false);
	add_count(p->out, "pass", s->pass, false);
	add_count(p->out, "fail", s->fail, false);
	add_count(p->out, "unknown", s->unknown, false);
	add_count(p->out, "not_applicable", s->not_applicable, false);
	add_count(p->out, "exceptions", s->exceptions, false);
	add_count(p->out, "error", s->error, false);
	add_count(p->out, "vacuous", s->vacuous, false);
	add_count(p->out, "waived", s->waived, true);
	text_add(p->out, STR("},\n"));
}

static void add_place(struct printer *p, struct span span)
{
	struct place place;

	if (span_is_none(span)) {
		text_add(p->out, STR("null"));
		return;
	}
	place = source_place(p->report->sources, span.file, span.start);
	text_add_char(p->out, '{');
	add_member(p->out, "file", source_name(p->report->sources, span.file));
	text_printf(p->out, ",\"line\":%u,\"column\":%u}", place.line, place.column);
}

static void add_inputs(struct printer *p)
{
	const struct report *report = p->report;

	text_add(p->out, STR("\"packs\":["));
	for (size_t i = 0; i < report->packs.count; i++) {
		text_add(p->out, i ? STR(",{") : STR("{"));
		add_member(p->out, "id", report->packs.items[i].id);
		text_add_char(p->out, ',');
		add_member(p->out, "version", report->packs.items[i].version);
		text_add_char(p->out, ',');
		add_member(p->out, "sha256", report->packs.items[i].sha256);
		text_add_char(p->out, '}');
	}
	text_add(p->out, STR("],\n\"inputs\":["));
	for (size_t i = 0; i < report->inputs.count; i++) {
		text_add(p->out, i ? STR(",{") : STR("{"));
		add_member(p->out, "path", report->inputs.items[i].path);
		text_add_char(p->out, ',');
		add_member(p->out, "sha256", report->inputs.items[i].sha256);
		text_add_char(p->out, '}');
	}
	text_add(p->out, STR("],\n\"notes\":["));
	for (size_t i = 0; i < report->notes.count; i++) {
		text_add(p->out, i ? STR(",{") : STR("{"));
		add_member(p->out, "text", report->notes.items[i].text);
		text_add(p->out, STR(",\"location\":"));
		add_place(p, report->notes.items[i].span);
		text_add_char(p->out, '}');
	}
	text_add(p->out, STR("],\n"));
}

static const char *reason_text(enum verdict_reason reason)
{
	switch (reason) {
	case REASON_NONE: return "";
	case REASON_REQUIRE: return "require";
	case REASON_WHEN: return "when";
	case REASON_REST: return "rest";
	case REASON_EXCEPTION: return "exception";
	}
	return "";
}

static void add_missing(struct printer *p, const struct report_result *result)
{
	text_add(p->out, STR(",\"missing\":["));
	for (size_t m = 0; m < result->missing_count; m++) {
		text_add(p->out, m ? STR(",{") : STR("{"));
		add_member(p->out, "fact", result->missing[m].fact);
		text_add(p->out, STR(",\"location\":"));
		add_place(p, result->missing[m].span);
		text_add_char(p->out, '}');
	}
	text_add_char(p->out, ']');
}

static void add_former(struct printer *p, const struct report_result *result)
{
	if (result->former_count == 0)
		return;
	text_add(p->out, STR(",\"former_ids\":["));
	for (size_t i = 0; i < result->former_count; i++) {
		text_add(p->out, i ? STR(",") : STR(""));
		add_string(p->out, result->former[i]);
	}
	text_add_char(p->out, ']');
}

static void add_result(struct printer *p, const struct report_result *result)
{
	const struct rule *rule = p->report->rules.items[result->rule].rule;

	text_add_char(p->out, '{');
	add_member(p->out, "id", result->id);
	add_former(p, result);
	text_add_char(p->out, ',');
	add_member(p->out, "rule", rule->id);
	text_add_char(p->out, ',');
	add_member(p->out, "severity", str_of(severity_text(rule->severity)));
	text_add(p->out, STR(",\"subject\":"));
	if (result->kind.length) {
		text_add_char(p->out, '{');
		add_member(p->out, "kind", result->kind);
		text_add_char(p->out, ',');
		add_member(p->out, "key", result->key);
		text_add_char(p->out, '}');
	} else {
		text_add(p->out, STR("null"));
	}
	text_add_char(p->out, ',');
	add_member(p->out, "verdict", str_of(verdict_text(result->verdict)));
	if (result->reason != REASON_NONE) {
		text_add_char(p->out, ',');
		add_member(p->out, "reason", str_of(reason_text(result->reason)));
	}
	text_add_char(p->out, ',');
	add_member(p->out, "message", result->message);
	text_add(p->out, STR(",\"location\":"));
	add_place(p, result->span);
	add_missing(p, result);
	if (result->evidence.length) {
		text_add_char(p->out, ',');
		add_member(p->out, "evidence", result->evidence);
	}
	text_add_char(p->out, '}');
}

/* Every rule that was evaluated, also those that list nothing: whoever
 * compares reports must tell a rule that is gone from one that is silent. */
static void add_rules(struct printer *p)
{
	text_add(p->out, STR("\"rules\":["));
	for (size_t r = 0; r < p->report->rules.count; r++) {
		const struct rule *rule = p->report->rules.items[r].rule;

		text_add(p->out, r ? STR(",\n{") : STR("\n{"));
		add_member(p->out, "id", rule->id);
		text_add_char(p->out, ',');
		add_member(p->out, "severity",
		    str_of(severity_text(rule->severity)));
		text_add_char(p->out, ',');
		add_member(p->out, "title", rule->title);
		text_add(p->out, STR(",\"replaces\":["));
		for (size_t i = 0; i < rule->replaces.count; i++) {
			text_add(p->out, i ? STR(",") : STR(""));
			add_string(p->out, rule->replaces.items[i]);
		}
		text_add(p->out, STR("]}"));
	}
	text_add(p->out, STR("],\n"));
}

void report_json(const struct report *report, struct text *out)
{
	struct printer p = { report, out };

	text_add(out, STR("{\"schema_version\":1,\n\"tool\":{\"name\":\"scarp\","));
	add_member(out, "version", str_of(scarp_version()));
	text_add(out, STR("},\n\"as_of\":"));
	if (report->has_as_of)
		add_string(out, scalar_date_text(report->arena, report->as_of));
	else
		text_add(out, STR("null"));
	text_add(out, STR(",\n"));
	add_inputs(&p);
	add_summary(&p);
	add_rules(&p);
	text_printf(out, "\"verdicts\":\"%s\",\n\"results\":[",
	    report->all_verdicts ? "all" : "findings");
	for (size_t i = 0; i < report->results.count; i++) {
		text_add(out, i ? STR(",\n") : STR("\n"));
		add_result(&p, &report->results.items[i]);
	}
	text_add(out, STR("]}\n"));
}
