/* SPDX-License-Identifier: Apache-2.0 */
/*
 * JUnit's XML in the strict dialect of Jenkins' xUnit plugin: a suite per
 * rule, a case per subject.  GitLab drops cases of one name: class is pack and
 * rule, name is the subject.  What is waived or does not apply is skipped; an
 * unknown is an error, since it was not tested.
 */
#include "report/report.h"
#include "report/view.h"
#include "report/write_xml.h"

struct counts { uint64_t tests, failures, errors, skipped; };

static void count_result(struct counts *n, const struct report_result *result)
{
	n->tests++;
	n->failures += result->verdict == VERDICT_FAIL && !result->waived;
	n->errors += result->verdict == VERDICT_UNKNOWN ||
	    result->verdict == VERDICT_ERROR;
	n->skipped += result->verdict == VERDICT_NOT_APPLICABLE || result->waived;
}

static struct counts count(const struct report *report, size_t first, size_t end)
{
	struct counts n = { 0 };

	for (size_t i = first; i < end; i++)
		count_result(&n, &report->results.items[i]);
	return n;
}

static void add_counts(struct xml *xml, struct counts n)
{
	xml_attribute_count(xml, "tests", n.tests);
	xml_attribute_count(xml, "failures", n.failures);
	xml_attribute_count(xml, "errors", n.errors);
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
		    STR_ARG(source_name(report->sources, result->span.file)),
		    place.line, place.column);
	}
	for (size_t m = 0; m < result->missing_count; m++)
		text_printf(&out, "needs %.*s\n", STR_ARG(view_visible(report->arena,
		    view_fact(report, &result->missing[m]))));
	if (result->verdict == VERDICT_FAIL && rule->fix.length)
		text_printf(&out, "fix: %.*s\n",
		    STR_ARG(view_line(report->arena, rule->fix)));
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

static void add_case(struct xml *xml, const struct report *report,
    const struct report_result *result, struct str class_name)
{
	const struct rule *rule = report->rules.items[result->rule].rule;

	xml_open(xml, "testcase");
	xml_attribute(xml, "classname", class_name);
	xml_attribute(xml, "name", view_visible(report->arena, view_subject(result)));
	switch (result->verdict) {
	case VERDICT_FAIL:
		if (result->waived) {
			add_skipped(xml, report, view_waiver(report, result));
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

static void add_suite(struct xml *xml, const struct report *report,
    const struct report_rule *rule)
{
	struct str pack = report->packs.count > rule->rule->pack ?
	    report->packs.items[rule->rule->pack].id : STR("");
	struct str class_name = arena_printf(report->arena, "%.*s.%.*s",
	    STR_ARG(pack), STR_ARG(rule->rule->id));
	struct counts n = count(report, rule->first, rule->first + rule->count);

	xml_open(xml, "testsuite");
	xml_attribute(xml, "name", rule->rule->id);
	add_counts(xml, n);
	xml_attribute_count(xml, "skipped", n.skipped);
	for (size_t i = 0; i < rule->count; i++)
		add_case(xml, report, &report->results.items[rule->first + i],
		    class_name);
	xml_close(xml);
}

void report_junit(const struct report *report, struct text *out)
{
	struct xml *xml = xml_start(report->arena, out);

	xml_open(xml, "testsuites");
	xml_attribute_word(xml, "name", "scarp");
	add_counts(xml, count(report, 0, report->results.count));
	for (size_t r = 0; r < report->rules.count; r++)
		add_suite(xml, report, &report->rules.items[r]);
	xml_close(xml);
	xml_end(xml);
}
