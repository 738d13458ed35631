/* SPDX-License-Identifier: Apache-2.0 */
/*
 * OSCAL assessment results, 1.1.3.  An observation per result; a finding where
 * a rule was decided or is unknown; a risk, approved as a deviation, where a
 * failure is waived; an entry of the log for a rule that met a limit.
 *
 * Nothing is random and there is no clock: a UUID is the BLAKE2b-128 of what it
 * names, in the form of version 5; times are midnight (UTC) of the run's date,
 * of 1970-01-01 in a run without a date.
 */
#include "base/io.h"
#include "include/scarp.h"
#include "report/report.h"
#include "report/targets.h"
#include "report/view.h"
#include "report/write_json.h"
#include "vm/scalar.h"

struct oscal {
	struct json j;
	const struct report *report;
	struct str time;
	struct targets targets;
};

static struct str uuid_of(struct oscal *o, const char *what, struct str name)
{
	struct str hex = io_blake2b(o->report->arena, arena_printf(o->report->arena,
	    "scarp oscal %s%s %.*s", report_is_imaginary(o->report) ? "imaginary " : "",
	    what, STR_ARG(name)));
	char *at = (char *)hex.at;

	at[12] = '5';
	at[16] = "89ab"[(at[16] <= '9' ? at[16] - '0' : at[16] - 'a' + 10) & 3];
	return arena_printf(o->report->arena, "%.8s-%.4s-%.4s-%.4s-%.12s", at, at + 8,
	    at + 12, at + 16, at + 20);
}

static struct str target_uuid(struct oscal *o, struct str kind, struct str name)
{
	return uuid_of(o, "target", arena_printf(o->report->arena, "%.*s %.*s",
	    STR_ARG(kind), STR_ARG(name)));
}

/* What the whole rests on: two runs on the same have the same. */
static struct str run_digest(struct oscal *o)
{
	struct text all;

	text_init(&all, o->report->arena);
	for (size_t i = 0; i < o->report->packs.count; i++)
		text_add(&all, o->report->packs.items[i].sha256);
	for (size_t i = 0; i < o->report->inputs.count; i++)
		text_add(&all, o->report->inputs.items[i].sha256);
	text_add(&all, o->time);
	text_add(&all, terms_words(&o->report->terms, o->report->arena,
	    1u << TERM_AS_OF | TERMS_OF_LISTS));
	return text_str(&all);
}

/* A token begins with a letter or underscore. */
static struct str token_of(struct oscal *o, struct str s)
{
	struct text out;

	text_init(&out, o->report->arena);
	if (s.length && s.at[0] >= '0' && s.at[0] <= '9')
		text_add_char(&out, '_');
	for (size_t i = 0; i < s.length; i++)
		text_add_char(&out, (s.at[i] >= 'a' && s.at[i] <= 'z') ||
		    (s.at[i] >= 'A' && s.at[i] <= 'Z') ||
		    (s.at[i] >= '0' && s.at[i] <= '9') || s.at[i] == '.' ||
		    s.at[i] == '-' ? s.at[i] : '_');
	return text_str(&out);
}

static void add_title(struct oscal *o, const char *title)
{
	json_member(&o->j, "title", o->report->doubt.reason == DOUBT_NONE ? str_of(title) :
	    arena_printf(o->report->arena, "%s: " DOUBT_WORDS, title));
}

static void add_property(struct oscal *o, const char *name, const char *value)
{
	json_open(&o->j, '{');
	json_member_word(&o->j, "name", name);
	json_member_word(&o->j, "ns", "urn:scarp:oscal");
	json_member_word(&o->j, "value", value);
	json_close(&o->j, '}');
}

static void add_properties(struct oscal *o, const struct report_result *result)
{
	const struct rule *rule = o->report->rules.items[result->rule].rule;

	json_member_open(&o->j, "props", '[');
	add_property(o, "rule", arena_copy(o->report->arena, rule->id).at);
	add_property(o, "severity", severity_text(rule->severity));
	add_property(o, "verdict", verdict_text(result->verdict));
	if (result->reason != REASON_NONE)
		add_property(o, "reason", view_reason(result->reason));
	add_property(o, "finding-id", arena_copy(o->report->arena, result->id).at);
	if (o->report->diff && result->verdict != VERDICT_ERROR)
		add_property(o, "change", diff_class_text(result->change));
	json_close(&o->j, ']');
}

static void add_method(struct json *j)
{
	json_member_open(j, "methods", '[');
	json_text(j, STR("TEST"));
	json_close(j, ']');
}

static void add_evidence(struct oscal *o, struct span span)
{
	struct place place;
	struct str name;

	if (span_is_none(span))
		return;
	name = source_name(o->report->sources, span.file);
	place = source_place(o->report->sources, span.file, span.start);
	json_member_open(&o->j, "relevant-evidence", '[');
	json_open(&o->j, '{');
	json_member(&o->j, "href", view_uri(o->report->arena, name));
	json_member(&o->j, "description", arena_printf(o->report->arena, "line %u, column %u",
	    place.line, place.column));
	json_close(&o->j, '}');
	json_close(&o->j, ']');
}

static void add_observation(struct oscal *o, const struct report_result *result)
{
	struct json *j = &o->j;
	const struct rule *rule = o->report->rules.items[result->rule].rule;

	json_break(j);
	json_open(j, '{');
	json_member(j, "uuid", uuid_of(o, "observation", result->id));
	json_member(j, "title", view_visible_line(o->report->arena, rule->title));
	json_member(j, "description", view_visible_sentence(o->report, result));
	add_properties(o, result);
	add_method(j);
	if (result->target.length) {
		json_member_open(j, "subjects", '[');
		json_open(j, '{');
		json_member(j, "subject-uuid", target_uuid(o, result->target_kind,
		    result->target));
		json_member_word(j, "type", "inventory-item");
		json_close(j, '}');
		json_close(j, ']');
	}
	add_evidence(o, result->span);
	json_member(j, "collected", o->time);
	json_close(j, '}');
}

static void add_finding(struct oscal *o, const struct report_result *result)
{
	struct json *j = &o->j;
	const struct rule *rule = o->report->rules.items[result->rule].rule;
	bool passed = result->verdict == VERDICT_PASS;

	json_break(j);
	json_open(j, '{');
	json_member(j, "uuid", uuid_of(o, "finding", result->id));
	json_member(j, "title", view_visible_line(o->report->arena, rule->title));
	json_member(j, "description", view_visible_sentence(o->report, result));
	json_member_open(j, "target", '{');
	json_member_word(j, "type", "objective-id");
	json_member(j, "target-id", token_of(o, rule->id));
	json_member_open(j, "status", '{');
	json_member_word(j, "state", passed ? "satisfied" : "not-satisfied");
	json_member_word(j, "reason", passed ? "pass" :
	    result->verdict == VERDICT_FAIL ? "fail" : "other");
	if (result->verdict == VERDICT_UNKNOWN)
		json_member_word(j, "remarks", "facts are missing");
	json_close(j, '}');
	json_close(j, '}');
	json_member_open(j, "related-observations", '[');
	json_open(j, '{');
	json_member(j, "observation-uuid", uuid_of(o, "observation", result->id));
	json_close(j, '}');
	json_close(j, ']');
	if (result->waived) {
		json_member_open(j, "related-risks", '[');
		json_open(j, '{');
		json_member(j, "risk-uuid", uuid_of(o, "risk", result->id));
		json_close(j, '}');
		json_close(j, ']');
	}
	json_close(j, '}');
}

static void add_risk(struct oscal *o, const struct report_result *result)
{
	struct json *j = &o->j;
	const struct rule *rule = o->report->rules.items[result->rule].rule;

	json_break(j);
	json_open(j, '{');
	json_member(j, "uuid", uuid_of(o, "risk", result->id));
	json_member(j, "title", view_visible_line(o->report->arena, rule->title));
	json_member(j, "description", view_visible_sentence(o->report, result));
	json_member(j, "statement", view_visible(o->report->arena,
	    view_waiver(o->report, result->waived)));
	json_member_word(j, "status", "deviation-approved");
	json_member(j, "deadline", arena_printf(o->report->arena, "%.*sT00:00:00Z",
	    STR_ARG(scalar_date_text(o->report->arena, result->waived->until))));
	json_close(j, '}');
}

#define RUN_NAME STR("the-run")

/* Of the run as a whole: where nothing was checked there is no other. */
static void add_doubt_observation(struct oscal *o)
{
	struct json *j = &o->j;

	if (o->report->doubt.reason == DOUBT_NONE)
		return;
	json_break(j);
	json_open(j, '{');
	json_member(j, "uuid", uuid_of(o, "observation", RUN_NAME));
	json_member_word(j, "title", "The run can be trusted");
	json_member(j, "description", view_doubt(o->report));
	json_member_open(j, "props", '[');
	add_property(o, "verdict", verdict_text(VERDICT_ERROR));
	add_property(o, "reason", doubt_name(o->report->doubt.reason));
	json_close(j, ']');
	add_method(j);
	json_member(j, "collected", o->time);
	json_close(j, '}');
}

/* That it is vacuous: nothing else tells of the rule. */
static void add_vacuous(struct oscal *o, const struct report_note *note)
{
	struct json *j = &o->j;
	struct arena *arena = o->report->arena;
	const struct rule *rule = o->report->rules.items[note->rule].rule;

	json_break(j);
	json_open(j, '{');
	json_member(j, "uuid", uuid_of(o, "observation note", note->name));
	json_member(j, "title", view_visible_line(arena, rule->title));
	json_member(j, "description", view_visible(arena, view_note(o->report, note)));
	json_member_open(j, "props", '[');
	add_property(o, "vacuous-rule", arena_copy(arena, rule->id).at);
	json_close(j, ']');
	add_method(j);
	json_member(j, "collected", o->time);
	json_close(j, '}');
}

static void add_run_observations(struct oscal *o)
{
	add_doubt_observation(o);
	for (size_t i = 0; i < o->report->notes.count; i++)
		if (o->report->notes.items[i].rule != REPORT_NO_RULE)
			add_vacuous(o, &o->report->notes.items[i]);
}

static void add_run_finding(struct oscal *o)
{
	struct json *j = &o->j;

	json_break(j);
	json_open(j, '{');
	json_member(j, "uuid", uuid_of(o, "finding", RUN_NAME));
	json_member_word(j, "title", "The run can be trusted");
	json_member(j, "description", view_doubt(o->report));
	json_member_open(j, "target", '{');
	json_member_word(j, "type", "objective-id");
	json_member(j, "target-id", RUN_NAME);
	json_member_open(j, "status", '{');
	json_member_word(j, "state", "not-satisfied");
	json_member_word(j, "reason", "other");
	json_member(j, "remarks", o->report->doubt.help);
	json_close(j, '}');
	json_close(j, '}');
	json_member_open(j, "related-observations", '[');
	json_open(j, '{');
	json_member(j, "observation-uuid", uuid_of(o, "observation", RUN_NAME));
	json_close(j, '}');
	json_close(j, ']');
	json_close(j, '}');
}

static void add_log_entry(struct oscal *o, const struct report_result *result)
{
	struct json *j = &o->j;
	const struct rule *rule = o->report->rules.items[result->rule].rule;

	json_break(j);
	json_open(j, '{');
	json_member(j, "uuid", uuid_of(o, "log", rule->id));
	json_member(j, "title", rule->id);
	json_member(j, "description", result->message);
	json_member(j, "start", o->time);
	json_close(j, '}');
}

/* An array of what is chosen, before it OF_RUN, where that is not NULL; nothing at
 * all where nothing is, since an array may not be empty. */
static void add_array(struct oscal *o, const char *name, struct report_filter chosen,
    void (*add)(struct oscal *, const struct report_result *),
    void (*of_run)(struct oscal *))
{
	struct report_cursor walk = report_walk(o->report, chosen);
	const struct report_result *result;
	bool any = of_run;

	if (any) {
		json_member_open(&o->j, name, '[');
		of_run(o);
	}
	while ((result = report_next(&walk))) {
		if (!any)
			json_member_open(&o->j, name, '[');
		any = true;
		add(o, result);
	}
	if (any)
		json_close(&o->j, ']');
}

static void add_items(struct oscal *o)
{
	struct json *j = &o->j;
	bool any = false;

	for (size_t i = 0; i < o->targets.items.count; i++) {
		const struct target *target = &o->targets.items.items[i];

		if (target->name.length == 0)
			continue;
		if (!any) {
			json_member_open(j, "local-definitions", '{');
			json_member_open(j, "inventory-items", '[');
		}
		any = true;
		json_break(j);
		json_open(j, '{');
		json_member(j, "uuid", target_uuid(o, target->kind, target->name));
		json_member(j, "description", arena_printf(o->report->arena, "%.*s %.*s",
		    STR_ARG(target->kind),
		    STR_ARG(view_visible(o->report->arena, target->name))));
		json_close(j, '}');
	}
	if (any) {
		json_close(j, ']');
		json_close(j, '}');
	}
}

/* The rules that ran; one that a profile left out is not among them. */
static void add_controls(struct oscal *o)
{
	struct json *j = &o->j;
	const struct report *report = o->report;

	json_member_open(j, "reviewed-controls", '{');
	json_member_open(j, "control-selections", '[');
	json_open(j, '{');
	if (report->rules.count)
		json_member_open(j, "include-controls", '[');
	for (size_t r = 0; r < report->rules.count; r++) {
		json_open(j, '{');
		json_member(j, "control-id",
		    token_of(o, report->rules.items[r].rule->id));
		json_close(j, '}');
	}
	if (report->rules.count)
		json_close(j, ']');
	json_close(j, '}');
	json_close(j, ']');
	json_close(j, '}');
}

static void add_counts(struct oscal *o)
{
	const struct report_summary *s = &o->report->summary;

	json_member(&o->j, "description", arena_printf(o->report->arena,
	    "%llu pass, %llu fail (%llu waived), %llu unknown, %llu not applicable "
	    "(%llu by exception), %llu error, %llu vacuous",
	    (unsigned long long)s->pass, (unsigned long long)s->fail,
	    (unsigned long long)s->waived, (unsigned long long)s->unknown,
	    (unsigned long long)s->not_applicable, (unsigned long long)s->exceptions,
	    (unsigned long long)s->error, (unsigned long long)s->vacuous));
}

static void add_remarks(struct oscal *o)
{
	const struct report *report = o->report;
	struct text out;

	text_init(&out, report->arena);
	if (report->doubt.reason != DOUBT_NONE)
		text_printf(&out, "Error: %.*s. ", STR_ARG(view_doubt(report)));
	if (report_is_imaginary(report))
		text_printf(&out, "These verdicts are those of %.*s: they are evidence of "
		    "nothing that there is. ", STR_ARG(view_imaginary(report)));
	for (size_t i = 0; i < report->notes.count; i++)
		if (report->notes.items[i].rule == REPORT_NO_RULE)
			text_printf(&out, "Note: %.*s. ", STR_ARG(view_visible(report->arena,
			    view_note(report, &report->notes.items[i]))));
	if (out.length)
		json_member(&o->j, "remarks", view_line(report->arena, text_str(&out)));
}

/* How the run was asked.  A value may not begin or end in blanks. */
static void add_settings(struct oscal *o)
{
	struct arena *arena = o->report->arena;
	struct terms_walk walk = { 0, 0 };
	struct terms_line line;
	bool any = false;

	while (terms_next(&o->report->terms, arena, &walk, &line)) {
		struct str value = view_visible_line(arena, line.value);

		if (value.length == 0 || TERMS_OF_LISTS >> line.id & 1)
			continue;
		if (!any)
			json_member_open(&o->j, "props", '[');
		any = true;
		add_property(o, arena_copy(arena, line.name).at,
		    arena_copy(arena, value).at);
	}
	if (any && o->report->diff)
		add_property(o, "changes", view_changes(o->report).at);
	if (any)
		json_close(&o->j, ']');
	add_remarks(o);
}

static void add_run(struct oscal *o)
{
	bool in_doubt = o->report->doubt.reason != DOUBT_NONE;
	struct json *j = &o->j;

	json_member_open(j, "results", '[');
	json_open(j, '{');
	json_member(j, "uuid", uuid_of(o, "result", run_digest(o)));
	add_title(o, report_is_imaginary(o->report) ?
	    "Verdicts of scarp on an imaginary site" : "Verdicts of scarp");
	add_counts(o);
	json_member(j, "start", o->time);
	add_settings(o);
	add_items(o);
	add_controls(o);
	if (o->report->summary.error) {
		json_member_open(j, "assessment-log", '{');
		add_array(o, "entries", view_only(REPORT_EVERY, VERDICT_ERROR),
		    add_log_entry, NULL);
		json_close(j, '}');
	}
	add_array(o, "observations", REPORT_EVERY, add_observation,
	    in_doubt || o->report->summary.vacuous ? add_run_observations : NULL);
	add_array(o, "risks", (struct report_filter){ .verdicts = 1u << VERDICT_FAIL,
	    .waived = REPORT_WAIVED_ONLY }, add_risk, NULL);
	add_array(o, "findings", (struct report_filter){ .verdicts = 1u << VERDICT_PASS |
	    1u << VERDICT_FAIL | 1u << VERDICT_UNKNOWN }, add_finding,
	    in_doubt ? add_run_finding : NULL);
	json_close(j, '}');
	json_close(j, ']');
}

/* There is no plan in OSCAL: the packs are named instead. */
static void add_plan(struct oscal *o, struct str uuid)
{
	struct json *j = &o->j;
	struct text packs;

	text_init(&packs, o->report->arena);
	for (size_t i = 0; i < o->report->packs.count; i++)
		text_printf(&packs, "%s%.*s %.*s, sha256 %.*s", i ? "; " : "",
		    STR_ARG(o->report->packs.items[i].id),
		    STR_ARG(o->report->packs.items[i].version),
		    STR_ARG(o->report->packs.items[i].sha256));
	json_member_open(j, "back-matter", '{');
	json_member_open(j, "resources", '[');
	json_open(j, '{');
	json_member(j, "uuid", uuid);
	json_member_word(j, "title", "Rule packs");
	json_member(j, "description", text_str(&packs));
	json_close(j, '}');
	json_close(j, ']');
	json_close(j, '}');
}

void report_oscal(const struct report *report, struct text *out)
{
	struct oscal o = { { .out = out }, report, STR(""), { { 0 } } };
	struct json *j = &o.j;
	struct str plan;

	o.time = arena_printf(report->arena, "%.*sT00:00:00Z", STR_ARG(scalar_date_text(
	    report->arena, report->has_as_of ? report->as_of : 0)));
	o.targets = targets_names(report->arena, report);
	plan = uuid_of(&o, "plan", run_digest(&o));
	json_open(j, '{');
	json_member_open(j, "assessment-results", '{');
	json_member(j, "uuid", uuid_of(&o, "document", run_digest(&o)));
	json_member_open(j, "metadata", '{');
	add_title(&o, report_is_imaginary(report) ?
	    "Hardening report of an imaginary site" : "Hardening report");
	json_member(j, "last-modified", o.time);
	json_member_word(j, "version", scarp_version());
	json_member_word(j, "oscal-version", "1.1.3");
	json_close(j, '}');
	json_member_open(j, "import-ap", '{');
	json_member(j, "href", arena_printf(report->arena, "#%.*s", STR_ARG(plan)));
	json_close(j, '}');
	json_break(j);
	add_run(&o);
	json_break(j);
	add_plan(&o, plan);
	json_close(j, '}');
	json_close(j, '}');
	text_add_char(out, '\n');
}
