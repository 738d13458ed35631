/* SPDX-License-Identifier: Apache-2.0 */
/*
 * XCCDF 1.2: a Benchmark with the rules, and a TestResult per host, site, ...
 * A waived failure is `informational`, by an override that tells who approved.
 * There is no clock: times are midnight (UTC) of the run's date, of 1970-01-01
 * in a run without a date.
 */
#include "include/scarp.h"
#include "report/order.h"
#include "report/view.h"
#include "report/write_xml.h"
#include "vm/scalar.h"

struct xccdf {
	struct xml *xml;
	const struct report *report;
	struct report_cursor walk;	/* target by target */
	struct str time;
};

/* What may stand in an identifier; the rest is an underscore. */
static struct str name_of(struct arena *arena, struct str s)
{
	char *name = (char *)arena_copy(arena, s).at;

	for (size_t i = 0; i < s.length; i++)
		if (!((name[i] >= 'a' && name[i] <= 'z') ||
		    (name[i] >= 'A' && name[i] <= 'Z') ||
		    (name[i] >= '0' && name[i] <= '9') || name[i] == '.' ||
		    name[i] == '-' || name[i] == '_'))
			name[i] = '_';
	return (struct str){ name, s.length };
}

static struct str rule_id(struct xccdf *x, const struct rule *rule)
{
	return arena_printf(x->report->arena, "xccdf_scarp_rule_%.*s",
	    STR_ARG(name_of(x->report->arena, rule->id)));
}

static const char *severity_of(enum severity severity)
{
	return severity == SEVERITY_CRITICAL ? "high" : severity_text(severity);
}

static void add_references(struct xccdf *x, const struct reference *items, size_t count)
{
	for (size_t i = 0; i < count; i++) {
		xml_open(x->xml, "reference");
		xml_attribute(x->xml, "href", arena_printf(x->report->arena, "urn:scarp:%.*s",
		    STR_ARG(name_of(x->report->arena, items[i].name))));
		xml_text(x->xml, view_visible(x->report->arena, items[i].value));
		xml_close(x->xml);
	}
}

static void add_fix(struct xccdf *x, const struct rule *rule)
{
	if (rule->fix.length == 0)
		return;
	xml_open(x->xml, "fixtext");
	xml_text(x->xml, view_visible_line(x->report->arena, rule->fix));
	xml_close(x->xml);
}

/* A rule has one check: itself. */
static void add_check(struct xccdf *x)
{
	xml_open(x->xml, "check");
	xml_attribute_word(x->xml, "system", "urn:scarp:rule");
	xml_close(x->xml);
}

static struct str note_text(struct xccdf *x, const struct report_note *note)
{
	return view_visible(x->report->arena, view_note(x->report, note));
}

/* NOTE: that it is vacuous, or NULL. */
static void add_rule(struct xccdf *x, const struct rule *rule, bool selected,
    const struct report_note *note)
{
	xml_open(x->xml, "Rule");
	xml_attribute(x->xml, "id", rule_id(x, rule));
	xml_attribute_word(x->xml, "selected", selected ? "true" : "false");
	xml_attribute_word(x->xml, "severity", severity_of(rule->severity));
	xml_attribute_word(x->xml, "multiple", "true");
	xml_element(x->xml, "title", view_visible_line(x->report->arena, rule->title));
	if (note)
		xml_element(x->xml, "warning", note_text(x, note));
	add_references(x, rule->sources.items, rule->sources.count);
	add_references(x, rule->controls.items, rule->controls.count);
	if (rule->why.length)
		xml_element(x->xml, "rationale", view_visible_line(x->report->arena, rule->why));
	add_fix(x, rule);
	add_check(x);
	xml_close(x->xml);
}

static const char *result_of(const struct report_result *result)
{
	if (result->waived)
		return "informational";
	switch (result->verdict) {
	case VERDICT_PASS: return "pass";
	case VERDICT_FAIL: return "fail";
	case VERDICT_UNKNOWN: return "unknown";
	case VERDICT_NOT_APPLICABLE: return "notapplicable";
	case VERDICT_ERROR:
	case VERDICT_UNSET:
	case VERDICT_COUNT: break;
	}
	return "error";
}

static void add_override(struct xccdf *x, const struct waiver *waiver)
{
	if (!waiver)
		return;
	xml_open(x->xml, "override");
	xml_attribute(x->xml, "time", x->time);
	xml_attribute(x->xml, "authority", view_visible(x->report->arena, waiver->approved_by));
	xml_element(x->xml, "old-result", STR("fail"));
	xml_element(x->xml, "new-result", STR("informational"));
	xml_element(x->xml, "remark", arena_printf(x->report->arena, "until %.*s: %.*s",
	    STR_ARG(scalar_date_text(x->report->arena, waiver->until)),
	    STR_ARG(view_visible_line(x->report->arena, waiver->because))));
	xml_close(x->xml);
}

static void add_result(struct xccdf *x, const struct report_result *result)
{
	const struct rule *rule = x->report->rules.items[result->rule].rule;

	xml_open(x->xml, "rule-result");
	xml_attribute(x->xml, "idref", rule_id(x, rule));
	xml_attribute_word(x->xml, "severity", severity_of(rule->severity));
	xml_attribute(x->xml, "time", x->time);
	xml_element(x->xml, "result", str_of(result_of(result)));
	add_override(x, result->waived);
	xml_open(x->xml, "ident");
	xml_attribute_word(x->xml, "system", "urn:scarp:finding:v1");
	xml_text(x->xml, result->id);
	xml_close(x->xml);
	xml_open(x->xml, "message");
	xml_attribute_word(x->xml, "severity",
	    result->verdict == VERDICT_ERROR ? "error" : "info");
	xml_text(x->xml, view_visible(x->report->arena, view_words(x->report, result)));
	xml_close(x->xml);
	if (view_change(x->report, result).length) {
		xml_open(x->xml, "message");
		xml_attribute_word(x->xml, "severity", "info");
		xml_text(x->xml, arena_printf(x->report->arena, "%s: %.*s",
		    report_has_baseline(x->report) ? "since the baseline" : "by the edits",
		    STR_ARG(view_change(x->report, result))));
		xml_close(x->xml);
	}
	xml_open(x->xml, "instance");
	xml_attribute_word(x->xml, "context", "subject");
	xml_text(x->xml, view_visible(x->report->arena, view_subject(result)));
	xml_close(x->xml);
	add_check(x);
	xml_close(x->xml);
}

static void add_unselected(struct xccdf *x)
{
	const struct tree *tree = x->report->tree;

	for (size_t i = 0; i < tree->deselected.count; i++) {
		xml_open(x->xml, "rule-result");
		xml_attribute(x->xml, "idref", rule_id(x, &tree->deselected.items[i]));
		xml_attribute(x->xml, "time", x->time);
		xml_element(x->xml, "result", STR("notselected"));
		xml_close(x->xml);
	}
}

/* What passes, of all that may apply: an unknown is not left out. */
static void add_score(struct xccdf *x, const struct order_target *target, bool waived)
{
	uint64_t pass = waived ? 0 : target->pass;
	uint64_t all = waived ? 0 : target->count - target->not_applicable;

	xml_open(x->xml, "score");
	xml_attribute_word(x->xml, "system", "urn:xccdf:scoring:flat-unweighted");
	xml_attribute_count(x->xml, "maximum", all);
	xml_text(x->xml, arena_printf(x->report->arena, "%llu", (unsigned long long)pass));
	xml_close(x->xml);
}

/* What is supposed of a target is not said of the one that there is. */
static struct str target_name(struct xccdf *x, struct str name)
{
	name = view_visible(x->report->arena, name);
	return report_is_imaginary(x->report) ? arena_printf(x->report->arena,
	    "%.*s (imaginary)", STR_ARG(name)) : name;
}

static struct str profile_id(struct xccdf *x)
{
	return arena_printf(x->report->arena, "xccdf_scarp_profile_%.*s",
	    STR_ARG(name_of(x->report->arena, x->report->tree->profile->name)));
}

static struct str value_id(struct xccdf *x, const struct param *param)
{
	return arena_printf(x->report->arena, "xccdf_scarp_value_%.*s",
	    STR_ARG(name_of(x->report->arena, param->name)));
}

static struct str value_text(struct xccdf *x, const struct param *param)
{
	return view_visible(x->report->arena, tree_value_text(x->report->arena, x->report->tree,
	    param->value));
}

/* How the run was asked, but for what the format has elements for; what the counts
 * do not say; and the profile's. */
static void add_run(struct xccdf *x)
{
	struct terms_walk walk = { 0, 0 };
	struct terms_line line;

	if (x->report->doubt.reason != DOUBT_NONE)
		xml_element(x->xml, "remark", view_doubt(x->report));
	if (report_is_imaginary(x->report))
		xml_element(x->xml, "remark", view_imaginary(x->report));
	while (terms_next(&x->report->terms, x->report->arena, &walk, &line))
		if (!((TERMS_OF_LISTS | 1u << TERM_PROFILE | 1u << TERM_SET_PARAM) >>
		    line.id & 1))
			xml_element(x->xml, "remark", arena_printf(x->report->arena,
			    "%.*s: %.*s", STR_ARG(line.name),
			    STR_ARG(view_visible(x->report->arena, line.value))));
	if (x->report->diff)
		xml_element(x->xml, "remark", arena_printf(x->report->arena, "%s: %.*s",
		    report_has_baseline(x->report) ? "since the baseline, of all targets" :
		    "by the edits, of all targets", STR_ARG(view_changes(x->report))));
	for (size_t i = 0; i < x->report->notes.count; i++)
		if (x->report->notes.items[i].rule == REPORT_NO_RULE)
			xml_element(x->xml, "remark",
			    note_text(x, &x->report->notes.items[i]));
	if (x->report->tree->profile) {
		xml_open(x->xml, "profile");
		xml_attribute(x->xml, "idref", profile_id(x));
		xml_close(x->xml);
	}
}

static void add_values(struct xccdf *x)
{
	const struct tree *tree = x->report->tree;

	for (size_t i = 0; i < tree->params.count; i++) {
		xml_open(x->xml, "set-value");
		xml_attribute(x->xml, "idref", value_id(x, &tree->params.items[i]));
		xml_text(x->xml, value_text(x, &tree->params.items[i]));
		xml_close(x->xml);
	}
}

/* The profile of the run, and the params as the run has them. */
static void add_choices(struct xccdf *x)
{
	const struct tree *tree = x->report->tree;

	if (tree->profile) {
		xml_open(x->xml, "Profile");
		xml_attribute(x->xml, "id", profile_id(x));
		xml_element(x->xml, "title",
		    view_visible_line(x->report->arena, tree->profile->name));
		if (tree->profile->title.length)
			xml_element(x->xml, "description",
			    view_visible_line(x->report->arena, tree->profile->title));
		xml_close(x->xml);
	}
	for (size_t i = 0; i < tree->params.count; i++) {
		xml_open(x->xml, "Value");
		xml_attribute(x->xml, "id", value_id(x, &tree->params.items[i]));
		xml_element(x->xml, "title", tree->params.items[i].name);
		if (tree->params.items[i].purpose.length)
			xml_element(x->xml, "description", view_visible_line(
			    x->report->arena, tree->params.items[i].purpose));
		xml_element(x->xml, "value", value_text(x, &tree->params.items[i]));
		xml_close(x->xml);
	}
}

static void add_test(struct xccdf *x, const struct order_target *target, size_t number,
    bool waived)
{
	struct str name = target->name.length ? target->name : STR("inventory");

	xml_open(x->xml, "TestResult");
	xml_attribute(x->xml, "id", arena_printf(x->report->arena,
	    "xccdf_scarp_testresult_%zu%s_%.*s", number, waived ? "_waived" : "",
	    STR_ARG(name_of(x->report->arena, name))));
	xml_attribute(x->xml, "end-time", x->time);
	xml_attribute_word(x->xml, "test-system", "cpe:/a:scarp:scarp");
	xml_attribute_word(x->xml, "version", scarp_version());
	xml_element(x->xml, "title", arena_printf(x->report->arena, "%.*s%s%.*s%s",
	    STR_ARG(target->kind), target->kind.length ? " " : "",
	    STR_ARG(target_name(x, name)), waived ? ", waived" : ""));
	add_run(x);
	xml_element(x->xml, "target", target_name(x, name));
	add_values(x);
	for (uint64_t i = 0; i < (waived ? target->waived : target->count); i++)
		add_result(x, report_next(&x->walk));
	if (!waived)
		add_unselected(x);
	add_score(x, target, waived);
	xml_close(x->xml);
}

/* Where one result of a test is overridden, the rules of the format
 * (schematron) want an override of each: what is waived has a test apart. */
/* Where one result of a test is overridden, the rules of the format
 * (schematron) want an override of each: what is waived has a test apart. */
static void add_target(struct xccdf *x, const struct order_target *target, size_t number)
{
	add_test(x, target, number, false);
	if (target->waived)
		add_test(x, target, number, true);
}

static void add_head(struct xccdf *x)
{
	const struct report *report = x->report;
	struct str pack = report->packs.count ? report->packs.items[0].id : STR("rules");
	struct str version = report->packs.count ? report->packs.items[0].version : STR("");

	xml_attribute_word(x->xml, "xmlns", "http://checklists.nist.gov/xccdf/1.2");
	xml_attribute(x->xml, "id", arena_printf(x->report->arena, "xccdf_scarp_benchmark_%.*s",
	    STR_ARG(name_of(x->report->arena, pack))));
	xml_attribute_word(x->xml, "resolved", "true");
	xml_open(x->xml, "status");
	xml_attribute(x->xml, "date", str_slice(x->time, 0, 10));
	xml_text(x->xml, STR("accepted"));
	xml_close(x->xml);
	xml_element(x->xml, "title", arena_printf(x->report->arena, "Rule pack %.*s", STR_ARG(pack)));
	xml_element(x->xml, "description", arena_printf(x->report->arena,
	    "%s%.*s%sWhat scarp %s found by it%s%.*s.",
	    report->doubt.reason != DOUBT_NONE ? "Error: " : "", STR_ARG(view_doubt(report)),
	    report->doubt.reason != DOUBT_NONE ? ". " : "", scarp_version(),
	    report_is_imaginary(report) ? ", on " : "",
	    STR_ARG(view_imaginary(report))));
	xml_element(x->xml, "version", version.length ? version : STR("0"));
	xml_open(x->xml, "metadata");
	xml_open(x->xml, "dc:creator");
	xml_attribute_word(x->xml, "xmlns:dc", "http://purl.org/dc/elements/1.1/");
	xml_text(x->xml, STR("scarp"));
	xml_close(x->xml);
	xml_close(x->xml);
}

/* No rule of a pack has this name: a hyphen stands in none. */
#define RUN_RULE "xccdf_scarp_rule_the-run"

static void add_run_rule(struct xccdf *x)
{
	if (x->report->doubt.reason == DOUBT_NONE)
		return;
	xml_open(x->xml, "Rule");
	xml_attribute_word(x->xml, "id", RUN_RULE);
	xml_attribute_word(x->xml, "selected", "true");
	xml_attribute_word(x->xml, "severity", "high");
	xml_element(x->xml, "title", STR("The run can be trusted"));
	xml_open(x->xml, "fixtext");
	xml_text(x->xml, x->report->doubt.help);
	xml_close(x->xml);
	add_check(x);
	xml_close(x->xml);
}

/* A test of the run as a whole: where nothing was checked there is no other. */
static void add_run_test(struct xccdf *x)
{
	if (x->report->doubt.reason == DOUBT_NONE)
		return;
	xml_open(x->xml, "TestResult");
	xml_attribute_word(x->xml, "id", "xccdf_scarp_testresult_0_the-run");
	xml_attribute(x->xml, "end-time", x->time);
	xml_attribute_word(x->xml, "test-system", "cpe:/a:scarp:scarp");
	xml_attribute_word(x->xml, "version", scarp_version());
	xml_element(x->xml, "title", STR("The run: " DOUBT_WORDS));
	add_run(x);
	xml_element(x->xml, "target", target_name(x, STR("the run")));
	add_values(x);
	xml_open(x->xml, "rule-result");
	xml_attribute_word(x->xml, "idref", RUN_RULE);
	xml_attribute_word(x->xml, "severity", "high");
	xml_attribute(x->xml, "time", x->time);
	xml_element(x->xml, "result", STR("error"));
	xml_open(x->xml, "message");
	xml_attribute_word(x->xml, "severity", "error");
	xml_text(x->xml, view_doubt(x->report));
	xml_close(x->xml);
	add_check(x);
	xml_close(x->xml);
	xml_open(x->xml, "score");
	xml_attribute_word(x->xml, "system", "urn:xccdf:scoring:flat-unweighted");
	xml_attribute_count(x->xml, "maximum", 1);
	xml_text(x->xml, STR("0"));
	xml_close(x->xml);
	xml_close(x->xml);
}

void report_xccdf(const struct report *report, struct text *out)
{
	struct xccdf x = { .report = report };
	struct report_order *order = report_order_new(report->arena, report);

	x.time = arena_printf(report->arena, "%.*sT00:00:00Z", STR_ARG(scalar_date_text(
	    report->arena, report->has_as_of ? report->as_of : 0)));
	x.xml = xml_start(report->arena, out);
	xml_open(x.xml, "Benchmark");
	add_head(&x);
	add_choices(&x);
	add_run_rule(&x);
	for (size_t r = 0; r < report->rules.count; r++)
		add_rule(&x, report->rules.items[r].rule, true,
		    report_vacuous_note(report, r));
	for (size_t i = 0; i < report->tree->deselected.count; i++)
		add_rule(&x, &report->tree->deselected.items[i], false, NULL);
	add_run_test(&x);
	x.walk = report_walk_order(report, order);
	for (size_t i = 0; i < order->targets.count; i++)
		add_target(&x, &order->targets.items[i], i + 1);
	report_next(&x.walk);	/* its end */
	xml_close(x.xml);
	xml_end(x.xml);
}
