/* SPDX-License-Identifier: Apache-2.0 */
/*
 * SARIF 2.1.0 (errata 01), as code scanning services want it.  They take
 * every result for an alert, whatever its kind, and close the alert of what is
 * not there any more.  So failures that are not waived are listed, and what
 * could not be decided, as `open`: a failure whose facts were lost stays an
 * alert.  Other verdicts come only when they are asked for.
 */
#include "base/utf8.h"
#include "include/scarp.h"
#include "report/diff.h"
#include "report/json.h"
#include "report/view.h"
#include "report/walks.h"
#include "report/write_json.h"
#include "vm/scalar.h"

#define SCHEMA "https://docs.oasis-open.org/sarif/sarif/v2.1.0/errata01/os/" \
	"schemas/sarif-schema-2.1.0.json"

struct sarif {
	struct json j;
	const struct report *report;
};

/* { "text": S }, as a member. */
static void add_text(struct sarif *s, const char *name, struct str text)
{
	json_member_open(&s->j, name, '{');
	json_member(&s->j, "text", text);
	json_close(&s->j, '}');
}

/* The text of a message: a brace begins a placeholder (3.11.5) unless it is
 * doubled, and what looks like an embedded link (3.11.6) is drawn apart. */
static void add_message(struct sarif *s, const char *name, struct str text)
{
	struct text out;
	struct str shown = view_visible(s->report->arena, text);

	text_init(&out, s->report->arena);
	for (size_t i = 0; i < shown.length; i++) {
		char c = shown.at[i];

		text_add_char(&out, c);
		if (c == '{' || c == '}')
			text_add_char(&out, c);
		if (c == ']' && i + 1 < shown.length && shown.at[i + 1] == '(')
			text_add_char(&out, ' ');
	}
	add_text(s, name, text_str(&out));
}

static const char *level_of(enum severity severity)
{
	switch (severity) {
	case SEVERITY_CRITICAL:
	case SEVERITY_HIGH: return "error";
	case SEVERITY_MEDIUM: return "warning";
	case SEVERITY_LOW:
	case SEVERITY_INFO: return "note";
	}
	return "warning";
}

/* In the middle of GitHub's bands; advice has none. */
static const char *score_of(enum severity severity)
{
	switch (severity) {
	case SEVERITY_CRITICAL: return "9.5";
	case SEVERITY_HIGH: return "8.0";
	case SEVERITY_MEDIUM: return "5.5";
	case SEVERITY_LOW: return "2.0";
	case SEVERITY_INFO: break;
	}
	return NULL;
}

/* GitHub takes 20 tags and shows 10. */
static void add_tags(struct sarif *s, const struct rule *rule)
{
	enum { MOST = 20 };
	size_t count = 1;

	json_member_open(&s->j, "tags", '[');
	json_text(&s->j, STR("security"));
	for (size_t i = 0; i < rule->tags.count && count < MOST; i++, count++)
		json_text(&s->j, rule->tags.items[i]);
	for (size_t i = 0; i < rule->controls.count && count < MOST; i++, count++)
		json_text(&s->j, arena_printf(s->report->arena, "external/%.*s/%.*s",
		    STR_ARG(rule->controls.items[i].name),
		    STR_ARG(rule->controls.items[i].value)));
	json_close(&s->j, ']');
}

static struct str help_text(struct sarif *s, const struct rule *rule, bool markdown)
{
	struct text out;

	text_init(&out, s->report->arena);
	if (rule->why.length)
		text_printf(&out, "%s%.*s\n\n", markdown ? "**Why.** " : "Why: ",
		    STR_ARG(view_visible_line(s->report->arena, rule->why)));
	if (rule->fix.length)
		text_printf(&out, "%s%.*s\n\n", markdown ? "**Fix.** " : "Fix: ",
		    STR_ARG(view_visible_line(s->report->arena, rule->fix)));
	for (size_t i = 0; i < rule->sources.count; i++)
		text_printf(&out, "%s%.*s: %.*s\n", markdown ? "- " : "",
		    STR_ARG(rule->sources.items[i].name),
		    STR_ARG(view_visible(s->report->arena, rule->sources.items[i].value)));
	return out.length ? text_str(&out) :
	    view_visible_line(s->report->arena, rule->title);
}

/* Code points, not bytes: GitHub cuts elsewhere than in the middle of one. */
static struct str at_most(struct str text, size_t most)
{
	size_t offset = 0;

	for (size_t n = 0; n < most && offset < text.length; n++)
		utf8_next(text, &offset);
	return str_slice(text, 0, offset);
}

static void add_rule(struct sarif *s, const struct rule *rule, bool runs)
{
	struct json *j = &s->j;
	const char *score = score_of(rule->severity);
	struct str title = view_visible_line(s->report->arena, rule->title);

	json_break(j);
	json_open(j, '{');
	json_member(j, "id", rule->id);
	add_text(s, "shortDescription", title);
	add_text(s, "fullDescription", rule->why.length ?
	    at_most(view_visible_line(s->report->arena, rule->why), 1024) : title);
	json_member_open(j, "help", '{');
	json_member(j, "text", help_text(s, rule, false));
	json_member(j, "markdown", help_text(s, rule, true));
	json_close(j, '}');
	json_member_open(j, "defaultConfiguration", '{');
	json_member_word(j, "level", level_of(rule->severity));
	if (!runs) {
		json_name(j, "enabled");
		json_bool(j, false);
	}
	json_close(j, '}');
	json_member_open(j, "properties", '{');
	add_tags(s, rule);
	json_member_word(j, "precision", "very-high");
	json_member_word(j, "severity", severity_text(rule->severity));
	if (score)
		json_member_word(j, "security-severity", score);
	json_close(j, '}');
	json_close(j, '}');
}

static void add_tool(struct sarif *s)
{
	struct json *j = &s->j;
	const struct report *report = s->report;

	json_member_open(j, "tool", '{');
	json_member_open(j, "driver", '{');
	json_member_word(j, "name", "scarp");
	json_member_word(j, "version", scarp_version());
	json_member_word(j, "semanticVersion", scarp_version());
	json_member_open(j, "rules", '[');
	for (size_t r = 0; r < report->rules.count; r++)
		add_rule(s, report->rules.items[r].rule, true);
	for (size_t r = 0; r < report->tree->deselected.count; r++)
		add_rule(s, &report->tree->deselected.items[r], false);
	json_close(j, ']');
	json_close(j, '}');
	json_member_open(j, "extensions", '[');
	for (size_t p = 0; p < report->packs.count; p++) {
		json_open(j, '{');
		json_member(j, "name", report->packs.items[p].id);
		if (report->packs.items[p].version.length)
			json_member(j, "version", report->packs.items[p].version);
		json_member_open(j, "properties", '{');
		json_member(j, "sha256", report->packs.items[p].sha256);
		json_close(j, '}');
		json_close(j, '}');
	}
	json_close(j, ']');
	json_close(j, '}');
}

#define NO_RULE SIZE_MAX

static void add_notification(struct sarif *s, size_t rule, const char *level,
    struct str text)
{
	struct json *j = &s->j;

	json_break(j);
	json_open(j, '{');
	json_member_word(j, "level", level);
	add_message(s, "message", text);
	if (rule != NO_RULE) {
		json_member_open(j, "associatedRule", '{');
		json_member(j, "id", s->report->rules.items[rule].rule->id);
		json_member_count(j, "index", rule);
		json_close(j, '}');
	}
	json_close(j, '}');
}

/* What is no result: notes, rules without verdicts, and rules that could not decide
 * some subjects. */
static void add_notifications(struct sarif *s)
{
	const struct report *report = s->report;

	json_member_open(&s->j, "toolExecutionNotifications", '[');
	if (report->doubt.reason != DOUBT_NONE)
		add_notification(s, NO_RULE, "error", view_doubt(report));
	if (report_is_imaginary(report))
		add_notification(s, NO_RULE, "warning", view_supposed(report));
	for (size_t i = 0; i < report->notes.count; i++)
		add_notification(s, report->notes.items[i].rule == REPORT_NO_RULE ? NO_RULE :
		    report->notes.items[i].rule, "note",
		    view_note(report, &report->notes.items[i]));
	for (size_t r = 0; r < report->rules.count; r++) {
		const struct report_rule *rule = &report->rules.items[r];
		uint64_t unknown = rule->tally.verdicts[VERDICT_UNKNOWN];

		if (rule->tally.failed)
			add_notification(s, r, "error", arena_printf(report->arena,
			    "%.*s: %.*s", STR_ARG(rule->rule->id),
			    STR_ARG(report_trouble(report->arena, rule))));
		else if (unknown)
			add_notification(s, r, "warning", arena_printf(s->report->arena,
			    "%.*s: %llu of its subjects could not be decided, "
			    "for want of facts", STR_ARG(rule->rule->id),
			    (unsigned long long)unknown));
	}
	json_close(&s->j, ']');
}

static void add_invocation(struct sarif *s)
{
	json_member_open(&s->j, "invocations", '[');
	json_open(&s->j, '{');
	json_name(&s->j, "executionSuccessful");
	json_bool(&s->j, s->report->doubt.reason == DOUBT_NONE);
	json_member_count(&s->j, "exitCode", (uint64_t)s->report->status);
	add_notifications(s);
	json_close(&s->j, '}');
	json_close(&s->j, ']');
}

/* From the root of the repository; what is outside as it is. */
static struct str uri_of(struct sarif *s, struct str name)
{
	struct str inside = view_file(s->report, name);

	return view_uri(s->report->arena, inside.length ? inside : name);
}

static void add_artifacts(struct sarif *s)
{
	struct json *j = &s->j;

	json_member_open(j, "artifacts", '[');
	for (size_t i = 0; i < s->report->inputs.count; i++) {
		const struct report_input *input = &s->report->inputs.items[i];

		json_break(j);
		json_open(j, '{');
		json_member_open(j, "location", '{');
		json_member(j, "uri", uri_of(s, input->path));
		json_close(j, '}');
		json_member_open(j, "roles", '[');
		json_text(j, STR("analysisTarget"));
		json_close(j, ']');
		json_member_open(j, "hashes", '{');
		json_member(j, "sha-256", input->sha256);
		json_close(j, '}');
		json_close(j, '}');
	}
	json_close(j, ']');
}

static void add_run_properties(struct sarif *s)
{
	struct json *j = &s->j;
	const struct report_summary *sum = &s->report->summary;

	json_member_open(j, "properties", '{');
	if (s->report->has_as_of)
		json_member(j, "as_of", scalar_date_text(s->report->arena, s->report->as_of));
	report_json_settings(j, s->report);
	if (s->report->diff) {
		json_member_open(j, "since", '{');
		report_json_since(j, s->report);
		diff_json_counts(s->report->diff, j);
		json_close(j, '}');
	}
	json_member_open(j, "summary", '{');
	json_member_count(j, "rules", sum->rules);
	json_member_count(j, "subjects", sum->subjects);
	json_member_count(j, "decided", sum->decided);
	json_member_count(j, "pass", sum->pass);
	json_member_count(j, "fail", sum->fail);
	json_member_count(j, "unknown", sum->unknown);
	json_member_count(j, "not_applicable", sum->not_applicable);
	json_member_count(j, "exceptions", sum->exceptions);
	json_member_count(j, "error", sum->error);
	json_member_count(j, "vacuous", sum->vacuous);
	json_member_count(j, "waived", sum->waived);
	json_close(j, '}');
	json_close(j, '}');
}

static void add_physical(struct sarif *s, struct span span)
{
	const struct sources *sources = s->report->sources;
	struct place start = source_place(sources, span.file, span.start);
	struct place end = source_place(sources, span.file, span.end);
	struct json *j = &s->j;

	json_member_open(j, "physicalLocation", '{');
	json_member_open(j, "artifactLocation", '{');
	json_member(j, "uri", uri_of(s, source_name(sources, span.file)));
	json_close(j, '}');
	json_member_open(j, "region", '{');
	json_member_count(j, "startLine", start.line);
	json_member_count(j, "startColumn", start.column);
	json_member_count(j, "endLine", end.line);
	json_member_count(j, "endColumn", end.column);
	json_close(j, '}');
	json_close(j, '}');
}

static void add_locations(struct sarif *s, const struct report_result *result)
{
	struct json *j = &s->j;
	struct span rule = s->report->rules.items[result->rule].rule->span;
	struct span span = view_location(s->report, result);

	if (span_is_none(span))
		span = span_is_none(result->span) ? rule : result->span;
	json_member_open(j, "locations", '[');
	json_open(j, '{');
	add_physical(s, span);
	json_member_open(j, "logicalLocations", '[');
	json_open(j, '{');
	json_member(j, "fullyQualifiedName",
	    view_visible(s->report->arena, view_subject(result)));
	json_member_word(j, "kind", "resource");
	json_close(j, '}');
	json_close(j, ']');
	json_close(j, '}');
	json_close(j, ']');
	if (span.file == rule.file && span.start == rule.start)
		return;
	json_member_open(j, "relatedLocations", '[');
	json_open(j, '{');
	json_member_count(j, "id", 1);
	add_physical(s, rule);
	add_message(s, "message", STR("the rule"));
	json_close(j, '}');
	json_close(j, ']');
}

/* The facts that a verdict rests on, as steps that viewers walk through. */
static void add_flow(struct sarif *s, const struct proof *proof)
{
	struct json *j = &s->j;
	struct proof_steps steps = proof_steps(s->report->arena, proof);

	if (steps.items.count < 2)	/* the location says as much */
		return;
	json_member_open(j, "codeFlows", '[');
	json_open(j, '{');
	json_member_open(j, "threadFlows", '[');
	json_open(j, '{');
	json_member_open(j, "locations", '[');
	for (size_t i = 0; i < steps.items.count; i++) {
		json_open(j, '{');
		json_member_open(j, "location", '{');
		add_physical(s, steps.items.items[i].span);
		add_message(s, "message", steps.items.items[i].text);
		json_close(j, '}');
		json_close(j, '}');
	}
	json_close(j, ']');
	json_close(j, '}');
	json_close(j, ']');
	json_close(j, '}');
	json_close(j, ']');
}

static void add_node(struct sarif *s, size_t number, struct str name)
{
	json_open(&s->j, '{');
	json_member(&s->j, "id", arena_printf(s->report->arena, "%zu", number));
	add_message(s, "label", name);
	json_close(&s->j, '}');
}

/* A place may come twice in a walk: nodes are numbered, not named. */
static void add_graph(struct sarif *s, const struct walk_chain *chain)
{
	struct json *j = &s->j;

	json_open(j, '{');
	json_member_open(j, "nodes", '[');
	add_node(s, 0, chain->steps[0]->from);
	for (size_t i = 0; i < chain->count; i++)
		add_node(s, i + 1, chain->steps[i]->to);
	json_close(j, ']');
	json_member_open(j, "edges", '[');
	for (size_t i = 0; i < chain->count; i++) {
		bool backwards = chain->steps[i]->backwards;

		json_open(j, '{');
		json_member(j, "id", arena_printf(s->report->arena, "%zu", i));
		add_message(s, "label", chain->steps[i]->link);
		json_member(j, "sourceNodeId", arena_printf(s->report->arena, "%zu",
		    i + backwards));
		json_member(j, "targetNodeId", arena_printf(s->report->arena, "%zu",
		    i + !backwards));
		json_close(j, '}');
	}
	json_close(j, ']');
	json_close(j, '}');
}

static void add_graphs(struct sarif *s, const struct proof *proof)
{
	struct walk_chains chains = walks_of(s->report->arena, proof, false);

	if (chains.items.count == 0)
		return;
	json_member_open(&s->j, "graphs", '[');
	for (size_t i = 0; i < chains.items.count; i++)
		add_graph(s, &chains.items.items[i]);
	json_close(&s->j, ']');
}

static void add_proof(struct sarif *s, const struct report_result *result)
{
	const struct proof *proof;

	if (!result->outcome || (result->verdict != VERDICT_FAIL &&
	    result->verdict != VERDICT_UNKNOWN))
		return;
	proof = result->proof;
	add_flow(s, proof);
	add_graphs(s, proof);
}

static const char *kind_of(enum verdict verdict)
{
	switch (verdict) {
	case VERDICT_FAIL: return "fail";
	case VERDICT_PASS: return "pass";
	case VERDICT_NOT_APPLICABLE: return "notApplicable";
	case VERDICT_UNKNOWN:
	case VERDICT_ERROR:
	case VERDICT_UNSET:
	case VERDICT_COUNT: break;
	}
	return "open";
}

/* Always there, so that an empty one says: not suppressed. */
static void add_suppression(struct sarif *s, const struct report_result *result)
{
	struct json *j = &s->j;

	json_member_open(j, "suppressions", '[');
	if (result->waived) {
		json_open(j, '{');
		json_member_word(j, "kind", "external");
		json_member_word(j, "status", "accepted");
		json_member(j, "justification", view_visible(s->report->arena,
		    view_waiver(s->report, result->waived)));
		json_close(j, '}');
	}
	json_close(j, ']');
}

/* What has become of it since the baseline, in the words there are. */
static const char *state_of(enum diff_class change)
{
	switch (change) {
	case DIFF_NEW:
	case DIFF_UNKNOWN:
	case DIFF_ADDED: return "new";
	case DIFF_UNCHANGED: return "unchanged";
	case DIFF_FIXED:
	case DIFF_DECIDED:
	case DIFF_WAIVED:
	case DIFF_EVIDENCE:
	case DIFF_APPLIES:
	case DIFF_GONE:
	case DIFF_CLASS_COUNT: break;
	}
	return "updated";
}

/*
 * Of what is no failure the level is `none`, said or not (3.27.10).  An unknown
 * does not say it: services that know no kinds then take the level of the rule,
 * so that the alert of a lost failure stays as severe as it was.
 */
static void add_level(struct sarif *s, const struct report_result *result)
{
	enum severity severity = s->report->rules.items[result->rule].rule->severity;

	if (result->verdict == VERDICT_FAIL)
		json_member_word(&s->j, "level", level_of(severity));
	else if (result->verdict != VERDICT_UNKNOWN)
		json_member_word(&s->j, "level", "none");
}

static void add_result(struct sarif *s, const struct report_result *result)
{
	struct json *j = &s->j;
	const struct rule *rule = s->report->rules.items[result->rule].rule;

	json_break(j);
	json_open(j, '{');
	json_member(j, "ruleId", rule->id);
	json_member_count(j, "ruleIndex", result->rule);
	json_member_word(j, "kind", kind_of(result->verdict));
	add_level(s, result);
	add_message(s, "message", arena_printf(s->report->arena, "%s%.*s",
	    report_is_imaginary(s->report) ? "on an imaginary site, " : "",
	    STR_ARG(view_sentence(s->report, result))));
	add_locations(s, result);
	add_proof(s, result);
	if (report_has_baseline(s->report))
		json_member_word(j, "baselineState", state_of(result->change));
	json_member_open(j, "partialFingerprints", '{');
	json_member(j, "primaryLocationLineHash",
	    arena_printf(s->report->arena, "%.*s:1", STR_ARG(result->id)));
	json_member(j, "scarp/finding/v1", result->id);
	json_close(j, '}');
	add_suppression(s, result);
	json_close(j, '}');
}

/* A rule that met a limit has no verdict: it is a notification. */
static struct report_filter listed(const struct report *report)
{
	unsigned fail = 1u << VERDICT_FAIL, unknown = 1u << VERDICT_UNKNOWN;

	if (report->sarif == SARIF_ALL)
		return (struct report_filter){ .proof = true,
			.verdicts = ~(1u << VERDICT_ERROR) };
	return (struct report_filter){ .proof = true,
		.verdicts = report->sarif == SARIF_FAILING ? fail : fail | unknown,
		.waived = REPORT_WAIVED_NOT };
}

/* Runs of the same packs replace one another; others, and those of an
 * imaginary site, stand beside. */
static struct str category(struct sarif *s)
{
	const char *site = report_is_imaginary(s->report) ? "imaginary/" : "";

	return s->report->packs.count == 0 ? arena_printf(s->report->arena,
	    "scarp/%s", site) : arena_printf(s->report->arena, "scarp/%.*s/%s",
	    STR_ARG(s->report->packs.items[0].id), site);
}

void report_sarif(const struct report *report, struct text *out)
{
	struct sarif s = { { .out = out }, report };
	struct json *j = &s.j;
	const struct report_result *result;
	struct report_cursor walk;

	json_open(j, '{');
	json_member_word(j, "$schema", SCHEMA);
	json_member_word(j, "version", "2.1.0");
	json_member_open(j, "runs", '[');
	json_open(j, '{');
	add_tool(&s);
	json_break(j);
	json_member_open(j, "automationDetails", '{');
	json_member(j, "id", category(&s));
	json_close(j, '}');
	json_member_word(j, "columnKind", "unicodeCodePoints");
	json_break(j);
	add_invocation(&s);
	json_break(j);
	add_artifacts(&s);
	json_break(j);
	add_run_properties(&s);
	json_break(j);
	json_member_open(j, "results", '[');
	walk = report_walk(report, listed(report));
	while ((result = report_next(&walk)))
		add_result(&s, result);
	json_close(j, ']');
	json_close(j, '}');
	json_close(j, ']');
	json_close(j, '}');
	text_add_char(out, '\n');
}
