/* SPDX-License-Identifier: Apache-2.0 */
/*
 * JUnit's XML in the strict dialect of Jenkins' xUnit plugin: a suite per
 * rule, a case per subject.  Class is pack and rule, name is the subject.  What
 * is waived or does not apply is skipped; an unknown is an error, since it was
 * not tested.  Services turn red by failures and errors, whatever the exit
 * status: what stands in a baseline is skipped, too.
 */
#include "report/report.h"
#include "report/view.h"
#include "report/write_xml.h"

struct counts { uint64_t tests, failures, errors, skipped; };

/* What stands in the baseline is no failure and no error; results are held. */
static void count_known(struct counts *n, const struct report *report,
    const struct report_rule *rule)
{
	for (size_t i = 0; report_has_baseline(report) && i < rule->count; i++) {
		const struct report_result *result = &report->held[rule->first + i];

		if (!view_is_finding(result) || !view_is_as_before(report, result))
			continue;
		n->skipped++;
		*(result->verdict == VERDICT_FAIL ? &n->failures : &n->errors) -= 1;
	}
}

/* It has no case but one that says so: an empty suite looks clean. */
static bool is_silent(const struct report_rule *rule)
{
	return report_vacuous(rule) && rule->tally.verdicts[VERDICT_NOT_APPLICABLE] == 0;
}

/* From the tally: an error is the one result of its rule. */
static void count_rule(struct counts *n, const struct report *report,
    const struct report_rule *rule)
{
	const uint64_t *v = rule->tally.verdicts;

	n->tests += v[VERDICT_FAIL] + v[VERDICT_UNKNOWN] + v[VERDICT_PASS] +
	    v[VERDICT_NOT_APPLICABLE] + rule->tally.failed;
	n->failures += v[VERDICT_FAIL] - rule->waived;
	n->errors += v[VERDICT_UNKNOWN] + rule->tally.failed;
	n->skipped += v[VERDICT_NOT_APPLICABLE] + rule->waived;
	n->tests += is_silent(rule);
	n->skipped += is_silent(rule);
	count_known(n, report, rule);
}

/* Of the run as a whole. */
static struct counts count_run(const struct report *report)
{
	struct counts n = { 0 };

	for (size_t i = 0; i < report->notes.count; i++)
		n.skipped += report->notes.items[i].rule == REPORT_NO_RULE;
	n.errors = report->doubt.reason != DOUBT_NONE;
	n.tests = n.errors + n.skipped;
	return n;
}

/* The whole has no attribute for what is skipped, a suite has. */
static void add_counts(struct xml *xml, struct counts n, bool is_suite)
{
	xml_attribute_count(xml, "tests", n.tests);
	xml_attribute_count(xml, "failures", n.failures);
	xml_attribute_count(xml, "errors", n.errors);
	if (is_suite)
		xml_attribute_count(xml, "skipped", n.skipped);
}

/* The dialect has no attribute for a place: it stands in the text. */
static struct str details(const struct report *report, const struct report_result *result)
{
	const struct rule *rule = report->rules.items[result->rule].rule;
	struct text out;

	text_init(&out, report->arena);
	if (!span_is_none(result->span)) {
		struct place place = source_place(report->sources,
		    result->span.file, result->span.start);

		text_printf(&out, "%.*s:%u:%u\n",
		    STR_ARG(view_visible(report->arena, source_name(
		    report->sources, result->span.file))),
		    place.line, place.column);
	}
	for (size_t m = 0; m < result->missing_count; m++)
		text_printf(&out, "needs %.*s\n", STR_ARG(view_visible(report->arena,
		    view_fact(report, &result->missing[m]))));
	if (result->verdict == VERDICT_FAIL && rule->fix.length)
		text_printf(&out, "fix: %.*s\n",
		    STR_ARG(view_visible_line(report->arena, rule->fix)));
	return text_str(&out);
}

static void add_outcome(struct xml *xml, const struct report *report,
    const struct report_result *result, const char *element, const char *type)
{
	xml_open(xml, element);
	xml_attribute(xml, "message", view_visible(report->arena,
	    view_words(report, result)));
	xml_attribute_word(xml, "type", type);
	xml_text(xml, details(report, result));
	xml_close(xml);
}

static void add_skipped(struct xml *xml, const struct report *report,
    struct str message)
{
	xml_open(xml, "skipped");
	xml_attribute(xml, "message", view_visible(report->arena, message));
	xml_close(xml);
}

static void add_note(struct xml *xml, const struct report *report,
    struct str class_name, const struct report_note *note)
{
	xml_open(xml, "testcase");
	xml_attribute(xml, "classname", class_name);
	xml_attribute(xml, "name", view_visible(report->arena, note->name));
	add_skipped(xml, report, view_note(report, note));
	xml_close(xml);
}

/* GitLab drops cases of one name: what could be the name of another subject
 * carries its fingerprint. */
static struct str case_name(const struct report *report,
    const struct report_result *result)
{
	struct str name = view_visible(report->arena, view_subject(result));

	return result->ambiguous ? arena_printf(report->arena, "%.*s [%.*s]",
	    STR_ARG(name), STR_ARG(result->id)) : name;
}

static void add_case(struct xml *xml, const struct report *report,
    const struct report_result *result, struct str class_name)
{
	const struct rule *rule = report->rules.items[result->rule].rule;

	xml_open(xml, "testcase");
	xml_attribute(xml, "classname", class_name);
	xml_attribute(xml, "name", case_name(report, result));
	if (view_is_finding(result) && view_is_as_before(report, result)) {
		add_skipped(xml, report, arena_printf(report->arena, "%s, as in the "
		    "baseline: %.*s", verdict_text(result->verdict),
		    STR_ARG(view_words(report, result))));
		xml_close(xml);
		return;
	}
	switch (result->verdict) {
	case VERDICT_FAIL:
		if (result->waived) {
			add_skipped(xml, report, view_waiver(report, result->waived));
			break;
		}
		add_outcome(xml, report, result, "failure",
		    severity_text(rule->severity));
		break;
	case VERDICT_UNKNOWN:
		add_outcome(xml, report, result, "error", "unknown");
		break;
	case VERDICT_ERROR:
		add_outcome(xml, report, result, "error", "error");
		break;
	case VERDICT_NOT_APPLICABLE:
		add_skipped(xml, report, view_words(report, result));
		break;
	case VERDICT_PASS:
	case VERDICT_UNSET:
	case VERDICT_COUNT:
		break;
	}
	xml_close(xml);
}

/* How the run was asked: the dialect has a place for it in suites only. */
static void add_properties(struct xml *xml, const struct report *report)
{
	struct terms_walk walk = { 0, 0 };
	struct terms_line line;
	bool any = false;

	while (terms_next(&report->terms, report->arena, &walk, &line)) {
		if (TERMS_OF_LISTS >> line.id & 1)
			continue;
		if (!any)
			xml_open(xml, "properties");
		any = true;
		xml_open(xml, "property");
		xml_attribute(xml, "name", line.name);
		xml_attribute(xml, "value", view_visible(report->arena, line.value));
		xml_close(xml);
	}
	if (report_has_baseline(report)) {
		xml_open(xml, "property");
		xml_attribute_word(xml, "name", "since-baseline");
		xml_attribute(xml, "value", view_changes(report));
		xml_close(xml);
	}
	if (any)
		xml_close(xml);
}

static void add_suite(struct xml *xml, const struct report *report, size_t number)
{
	const struct report_rule *rule = &report->rules.items[number];
	struct str pack = report->packs.count > rule->rule->pack ?
	    report->packs.items[rule->rule->pack].id : STR("");
	struct str class_name = arena_printf(report->arena, "%s%.*s.%.*s",
	    report_is_imaginary(report) ? "imaginary." : "",
	    STR_ARG(pack), STR_ARG(rule->rule->id));
	const struct report_result *result;
	struct report_cursor walk;
	struct counts n = { 0 };

	count_rule(&n, report, rule);
	xml_open(xml, "testsuite");
	xml_attribute(xml, "name", rule->rule->id);
	add_counts(xml, n, true);
	add_properties(xml, report);
	if (is_silent(rule))
		add_note(xml, report, class_name, report_vacuous_note(report, number));
	walk = report_walk_rule(report, number, REPORT_EVERY);
	while ((result = report_next(&walk)))
		add_case(xml, report, result, class_name);
	xml_close(xml);
}

static void add_doubt(struct xml *xml, const struct report *report)
{
	if (report->doubt.reason == DOUBT_NONE)
		return;
	xml_open(xml, "testcase");
	xml_attribute_word(xml, "classname", "scarp");
	xml_attribute_word(xml, "name", "the run can be trusted");
	xml_open(xml, "error");
	xml_attribute_word(xml, "type", "untrusted");
	xml_attribute(xml, "message", view_doubt(report));
	xml_text(xml, report->doubt.help);
	xml_close(xml);
	xml_close(xml);
}

/* Cases for the run as a whole: where nothing was checked there is no other. */
static void add_run(struct xml *xml, const struct report *report)
{
	struct counts n = count_run(report);

	if (n.tests == 0)
		return;
	xml_open(xml, "testsuite");
	xml_attribute_word(xml, "name", "scarp");
	add_counts(xml, n, true);
	add_properties(xml, report);
	add_doubt(xml, report);
	for (size_t i = 0; i < report->notes.count; i++)
		if (report->notes.items[i].rule == REPORT_NO_RULE)
			add_note(xml, report, STR("scarp"), &report->notes.items[i]);
	xml_close(xml);
}

void report_junit(const struct report *report, struct text *out)
{
	struct xml *xml = xml_start(report->arena, out);
	struct counts n = count_run(report);

	for (size_t r = 0; r < report->rules.count; r++)
		count_rule(&n, report, &report->rules.items[r]);
	xml_open(xml, "testsuites");
	xml_attribute_word(xml, "name", report_is_imaginary(report) ?
	    "scarp, on an imaginary site" : "scarp");
	add_counts(xml, n, false);
	add_run(xml, report);
	for (size_t r = 0; r < report->rules.count; r++)
		add_suite(xml, report, r);
	xml_close(xml);
	xml_end(xml);
}
