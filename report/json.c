/* SPDX-License-Identifier: Apache-2.0 */
/* The report for programs: docs/report.md describes it. */
#include "report/json.h"

#include "include/scarp.h"
#include "report/diff.h"
#include "report/proof.h"
#include "report/view.h"
#include "vm/scalar.h"

void report_json_place(struct json *j, const struct report *report,
    struct span span)
{
	struct place place;

	json_name(j, "location");
	if (span_is_none(span)) {
		json_null(j);
		return;
	}
	place = source_place(report->sources, span.file, span.start);
	json_open(j, '{');
	json_member(j, "file", source_name(report->sources, span.file));
	json_member_count(j, "line", place.line);
	json_member_count(j, "column", place.column);
	json_close(j, '}');
}

static void add_packs(struct json *j, const struct report *report)
{
	json_member_open(j, "packs", '[');
	for (size_t i = 0; i < report->packs.count; i++) {
		json_open(j, '{');
		json_member(j, "id", report->packs.items[i].id);
		json_member(j, "version", report->packs.items[i].version);
		json_member(j, "sha256", report->packs.items[i].sha256);
		json_close(j, '}');
	}
	json_close(j, ']');
}

static void add_inputs(struct json *j, const struct report *report)
{
	json_member_open(j, "inputs", '[');
	for (size_t i = 0; i < report->inputs.count; i++) {
		json_open(j, '{');
		json_member(j, "path", report->inputs.items[i].path);
		json_member(j, "sha256", report->inputs.items[i].sha256);
		json_close(j, '}');
	}
	json_close(j, ']');
}

static void add_notes(struct json *j, const struct report *report)
{
	json_member_open(j, "notes", '[');
	for (size_t i = 0; i < report->notes.count; i++) {
		json_open(j, '{');
		json_member(j, "text", report->notes.items[i].text);
		report_json_place(j, report, report->notes.items[i].span);
		if (report->notes.items[i].rule != REPORT_NO_RULE)
			json_member(j, "rule", report->rules.items[
			    report->notes.items[i].rule].rule->id);
		json_close(j, '}');
	}
	json_close(j, ']');
}

/* Only where a key was asked for. */
static void add_signer(struct json *j, const struct report *report)
{
	if (!report->signer.key.length)
		return;
	json_member_open(j, "signer", '{');
	json_member(j, "key", report->signer.key);
	json_member(j, "comment", report->signer.comment);
	json_close(j, '}');
	json_break(j);
}

void report_json_doubt(struct json *j, const struct report *report)
{
	const struct doubt *doubt = &report->doubt;

	json_member_count(j, "status", (uint64_t)report->status);
	json_name(j, "untrusted");
	if (doubt->reason == DOUBT_NONE) {
		json_null(j);
		return;
	}
	json_open(j, '{');
	json_member_word(j, "reason", doubt_name(doubt->reason));
	json_member_word(j, "code", diag_code_text(doubt_code(doubt->reason)));
	json_member(j, "message", view_doubt(report));
	json_member(j, "help", doubt->help);
	json_close(j, '}');
}

void report_json_run(struct json *j, const struct report *report)
{
	json_member_count(j, "schema_version", 1);
	json_break(j);
	json_member_open(j, "tool", '{');
	json_member_word(j, "name", "scarp");
	json_member_word(j, "version", scarp_version());
	json_close(j, '}');
	json_break(j);
	report_json_doubt(j, report);
	json_break(j);
	json_name(j, "as_of");
	if (report->has_as_of)
		json_text(j, scalar_date_text(report->arena, report->as_of));
	else
		json_null(j);
	json_break(j);
	add_packs(j, report);
	json_break(j);
	add_signer(j, report);
	add_inputs(j, report);
	json_break(j);
	add_notes(j, report);
	json_break(j);
	report_json_choice(j, report);
}

void report_json_summary(struct json *j, const struct report *report)
{
	const struct report_summary *s = &report->summary;

	json_member_count(j, "rules", s->rules);
	json_member_count(j, "subjects", s->subjects);
	json_member_count(j, "decided", s->decided);
	json_member_count(j, "pass", s->pass);
	json_member_count(j, "fail", s->fail);
	json_member_count(j, "unknown", s->unknown);
	json_member_count(j, "not_applicable", s->not_applicable);
	json_member_count(j, "exceptions", s->exceptions);
	json_member_count(j, "error", s->error);
	json_member_count(j, "vacuous", s->vacuous);
	json_member_count(j, "waived", s->waived);
}

static void add_voice(struct json *j, const struct report *report,
    const struct report_voice *voice)
{
	struct place place = source_place(report->sources, voice->span.file,
	    voice->span.start);

	json_open(j, '{');
	json_member(j, "value", voice->value);
	json_member(j, "file", source_name(report->sources, voice->span.file));
	json_member_count(j, "line", place.line);
	json_member_count(j, "column", place.column);
	if (voice->source) {
		json_member_open(j, "source", '{');
		json_member_word(j, "grade", grade_text(voice->source->grade));
		if (voice->source->name.length)
			json_member(j, "name", voice->source->name);
		json_close(j, '}');
	}
	json_close(j, '}');
}

static void add_voices(struct json *j, const struct report *report,
    const struct report_missing *missing)
{
	if (missing->kind != MISSING_CONFLICT)
		return;
	json_member_open(j, "conflict", '[');
	for (size_t i = 0; i < missing->voice_count; i++)
		add_voice(j, report, &missing->voices[i]);
	json_close(j, ']');
}

static void add_missing(struct json *j, const struct report *report,
    const struct report_result *result)
{
	json_member_open(j, "missing", '[');
	for (size_t m = 0; m < result->missing_count; m++) {
		json_open(j, '{');
		json_member(j, "fact", result->missing[m].fact);
		json_member_word(j, "reason",
		    view_missing(result->missing[m].kind));
		add_voices(j, report, &result->missing[m]);
		report_json_place(j, report, result->missing[m].span);
		json_close(j, '}');
	}
	json_close(j, ']');
}

static void add_former(struct json *j, const struct report_result *result)
{
	if (result->former_count == 0)
		return;
	json_member_open(j, "former_ids", '[');
	for (size_t i = 0; i < result->former_count; i++)
		json_text(j, result->former[i]);
	json_close(j, ']');
}

void report_json_subject(struct json *j, struct str kind, struct str plain,
    const struct subject_part *parts, size_t count)
{
	json_member_open(j, "subject", '{');
	json_member(j, "kind", kind);
	json_member(j, "key", plain);
	if (count)
		json_member_open(j, "parts", '[');
	for (size_t i = 0; i < count; i++) {
		json_open(j, '{');
		json_name(j, "kind");
		if (parts[i].kind.length)
			json_text(j, parts[i].kind);
		else
			json_null(j);
		json_member(j, "key", parts[i].key);
		json_close(j, '}');
	}
	if (count)
		json_close(j, ']');
	json_close(j, '}');
}

static void add_subject(struct json *j, const struct report_result *result)
{
	if (result->kind.length) {
		report_json_subject(j, result->kind, result->plain,
		    result->parts, result->part_count);
		return;
	}
	json_name(j, "subject");
	json_null(j);
}

struct report_filter report_json_filter(const struct report *report)
{
	struct report_filter filter = view_listed(report);

	filter.evidence = true;
	filter.proof = report->proofs;
	return filter;
}

void report_json_result(struct json *j, const struct report *report,
    const struct report_result *result)
{
	const struct rule *rule = report->rules.items[result->rule].rule;

	json_member(j, "id", result->id);
	add_former(j, result);
	json_member(j, "rule", rule->id);
	json_member_word(j, "severity", severity_text(rule->severity));
	add_subject(j, result);
	json_member_word(j, "verdict", verdict_text(result->verdict));
	if (result->reason != REASON_NONE)
		json_member_word(j, "reason", view_reason(result->reason));
	json_member(j, "message", result->message);
	report_json_place(j, report, result->span);
	add_missing(j, report, result);
	if (result->verdict == VERDICT_UNKNOWN)
		json_member_word(j, "missing_is", result->missing_is);
	report_json_waived(j, report, result->waived);
	if (report_evidence(report, result).length)
		json_member(j, "evidence", report_evidence(report, result));
	if (report->proofs && result->outcome) {
		json_name(j, "proof");
		proof_json(report->arena, result->proof,
		    report->sources, j);
	}
	if (report->diff && result->verdict != VERDICT_ERROR)
		json_member_word(j, "change", diff_class_text(result->change));
}

void report_json_rule(struct json *j, const struct rule *rule)
{
	json_member(j, "id", rule->id);
	json_member_word(j, "severity", severity_text(rule->severity));
	json_member(j, "title", rule->title);
	json_member_open(j, "replaces", '[');
	for (size_t i = 0; i < rule->replaces.count; i++)
		json_text(j, rule->replaces.items[i]);
	json_close(j, ']');
}

/* Every rule that was evaluated, also those that list nothing: whoever
 * compares reports must tell a rule that is gone from one that is silent. */
static void add_rules(struct json *j, const struct report *report)
{
	json_member_open(j, "rules", '[');
	for (size_t r = 0; r < report->rules.count; r++) {
		json_break(j);
		json_open(j, '{');
		report_json_rule(j, report->rules.items[r].rule);
		json_close(j, '}');
	}
	json_close(j, ']');
}

static void add_results(struct json *j, const struct report *report)
{
	struct report_cursor walk = report_walk(report, report_json_filter(report));
	const struct report_result *result;

	json_member_open(j, "results", '[');
	while ((result = report_next(&walk))) {
		json_break(j);
		json_open(j, '{');
		report_json_result(j, report, result);
		json_close(j, '}');
	}
	json_close(j, ']');
}

void report_json_since(struct json *j, const struct report *report)
{
	const struct terms_setting *edits = &report->terms.of[TERM_SET];

	if (report_has_baseline(report)) {
		json_member(j, "baseline", terms_word(&report->terms, TERM_BASELINE));
		return;
	}
	json_member_open(j, "edits", '[');
	for (size_t i = 0; i < edits->values.count; i++)
		json_text(j, edits->values.items[i]);
	json_close(j, ']');
}

static void add_changes(struct json *j, const struct report *report)
{
	if (!report->diff)
		return;
	json_break(j);
	json_member_open(j, "since", '{');
	report_json_since(j, report);
	json_break(j);
	diff_json_changes(report->diff, j);
	json_close(j, '}');
}

void report_json(const struct report *report, struct text *out)
{
	struct json j = { .out = out };

	json_open(&j, '{');
	report_json_run(&j, report);
	json_break(&j);
	json_member_open(&j, "summary", '{');
	report_json_summary(&j, report);
	json_close(&j, '}');
	json_break(&j);
	add_rules(&j, report);
	json_break(&j);
	json_member_word(&j, "verdicts", report->all_verdicts ? "all" : "findings");
	json_break(&j);
	add_results(&j, report);
	add_changes(&j, report);
	json_close(&j, '}');
	text_add_char(out, '\n');
}
