/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The counts.  Every share names what it is a share of: the subjects that a
 * rule applies to, or may apply to.  An unknown is part of that whole, so no
 * bar is full while something is not known.
 */
#include "report/html.h"

static uint64_t applicable(const struct report_summary *s)
{
	return s->pass + s->fail + s->unknown;
}

static void add_counted(struct text *out, uint64_t n, const char *one,
    const char *many)
{
	html_raw(out, "<b>");
	html_number(out, n);
	html_raw(out, "</b> ");
	html_raw(out, n == 1 ? one : many);
}

static void add_lead(struct html *h)
{
	const struct report_summary *s = &h->report->summary;
	uint64_t all = applicable(s);

	html_raw(h->out, "<p class=\"lead\">");
	add_counted(h->out, s->fail - s->waived, "failure", "failures");
	html_raw(h->out, s->waived ? ", " : "");
	if (s->waived)
		add_counted(h->out, s->waived, "waived failure", "waived failures");
	html_raw(h->out, " and ");
	add_counted(h->out, s->unknown, "open question", "open questions");
	html_raw(h->out, " in ");
	add_counted(h->out, s->rules, "rule.", "rules.");
	html_raw(h->out, "</p>\n<p class=\"honest\">The rules apply, or may apply, to ");
	html_number(h->out, all);
	html_raw(h->out, " of ");
	html_number(h->out, s->subjects);
	html_raw(h->out, " subjects. ");
	html_number(h->out, s->decided);
	html_raw(h->out, " of these are decided (");
	html_percent(h->out, s->decided, all);
	html_raw(h->out, "); ");
	html_number(h->out, s->pass);
	html_raw(h->out, " are known to pass (");
	html_percent(h->out, s->pass, all);
	html_raw(h->out, ").</p>\n");
	if (h->report->diff) {
		html_raw(h->out, report_has_baseline(h->report) ?
		    "<p class=\"honest\">Since the baseline: " :
		    "<p class=\"honest\">By the edits: ");
		html_text(h->out, view_changes(h->report));
		html_raw(h->out, ".</p>\n");
	}
	if (s->error) {
		html_raw(h->out, "<p class=\"v-error\">");
		html_number(h->out, s->error);
		html_raw(h->out, s->error == 1 ? " rule met a limit and gave no verdict: "
		    "this report is not complete.</p>\n" : " rules met a limit and gave no "
		    "verdicts: this report is not complete.</p>\n");
	}
}

/* A bar of 1000 units; without style attributes, which the policy forbids. */
static void add_bar(struct text *out, const char *class_name, const uint64_t *parts,
    const char *const *names, size_t count, uint64_t all)
{
	uint64_t done = 0;

	text_printf(out, "<svg class=\"%s\" viewBox=\"0 0 1000 10\" "
	    "preserveAspectRatio=\"none\" aria-hidden=\"true\">", class_name);
	for (size_t i = 0; i < count && all; i++) {
		uint64_t from = done * 1000 / all, to = (done + parts[i]) * 1000 / all;

		/* What is there can be seen. */
		if (parts[i])
			text_printf(out, "<rect class=\"b-%s\" x=\"%llu\" width=\"%llu\" "
			    "height=\"10\"/>", names[i], (unsigned long long)from,
			    (unsigned long long)(to - from < 3 ? 3 : to - from));
		done += parts[i];
	}
	html_raw(out, "</svg>");
}

static void add_legend(struct text *out, const char *name, uint64_t n, const char *words)
{
	text_printf(out, "<li><span class=\"dot d-%s\"></span><b>", name);
	html_number(out, n);
	text_printf(out, "</b> %s</li>\n", words);
}

static void add_whole(struct html *h)
{
	const struct report_summary *s = &h->report->summary;
	const char *names[] = { "fail", "waived", "unknown", "pass" };
	uint64_t parts[] = { s->fail - s->waived, s->waived, s->unknown, s->pass };

	add_bar(h->out, "bar", parts, names, 4, applicable(s));
	html_raw(h->out, "\n<ul class=\"legend\">\n");
	add_legend(h->out, "fail", s->fail - s->waived, "fail");
	if (s->waived)
		add_legend(h->out, "waived", s->waived, "fail, waived");
	add_legend(h->out, "unknown", s->unknown, "unknown");
	add_legend(h->out, "pass", s->pass, "pass");
	add_legend(h->out, "none", s->not_applicable, s->exceptions ?
	    arena_printf(h->arena, "not applicable (%llu by exception)",
	    (unsigned long long)s->exceptions).at : "not applicable");
	html_raw(h->out, "</ul>\n");
}

/* Failures that count, and where there are any those that are waived. */
static void add_failures(struct html *h, uint64_t fail, uint64_t waived)
{
	html_count(h->out, "fail", "Fail", fail);
	if (h->report->summary.waived)
		html_count(h->out, "waived", "Waived", waived);
}

static void add_failure_heads(struct html *h)
{
	html_raw(h->out, "<th scope=\"col\" class=\"n\">Fail</th>");
	if (h->report->summary.waived)
		html_raw(h->out, "<th scope=\"col\" class=\"n\">Waived</th>");
}

static void add_severity(struct html *h, enum severity severity)
{
	uint64_t fail = 0, waived = 0, unknown = 0, pass = 0, rules = 0;

	for (size_t r = 0; r < h->report->rules.count; r++) {
		const struct report_rule *rule = &h->report->rules.items[r];

		if (rule->rule->severity != severity)
			continue;
		rules++;
		if (rule->tally.failed)
			continue;
		fail += rule->tally.verdicts[VERDICT_FAIL] - rule->waived;
		waived += rule->waived;
		unknown += rule->tally.verdicts[VERDICT_UNKNOWN];
		pass += rule->tally.verdicts[VERDICT_PASS];
	}
	if (rules == 0)
		return;
	html_raw(h->out, "<tr><th scope=\"row\">");
	html_severity(h->out, severity_text(severity));
	html_raw(h->out, "</th>");
	add_failures(h, fail, waived);
	html_count(h->out, "unknown", "Unknown", unknown);
	html_count(h->out, "pass", "Pass", pass);
	html_count(h->out, "", "Rules", rules);
	html_raw(h->out, "</tr>\n");
}

/* Those of the run, by the counts that they are about; all are under Evidence. */
static void add_notes(struct html *h)
{
	enum { SHOWN = 6 };
	const struct report *report = h->report;
	size_t count = 0;

	while (count < report->notes.count && report->notes.items[count].rule == REPORT_NO_RULE)
		count++;
	if (count == 0)
		return;
	html_raw(h->out, "<ul class=\"notes\">\n");
	for (size_t i = 0; i < count && i < SHOWN; i++) {
		html_raw(h->out, "<li>");
		html_name(h->out, view_note(report, &report->notes.items[i]));
		html_raw(h->out, "</li>\n");
	}
	if (count > SHOWN)
		text_printf(h->out, "<li><a href=\"#notes\">and %zu more</a></li>\n",
		    count - SHOWN);
	html_raw(h->out, "</ul>\n");
}

void html_summary(struct html *h)
{
	html_raw(h->out, "<section class=\"card\" aria-labelledby=\"h-summary\">\n"
	    "<h2 id=\"h-summary\">Summary</h2>\n");
	add_lead(h);
	add_whole(h);
	html_raw(h->out, "<div class=\"scroll\" tabindex=\"0\"><table class=\"stack\">\n"
	    "<caption>Subjects by severity of the rule</caption>\n<thead><tr><th scope=\"col\">Severity</th>");
	add_failure_heads(h);
	html_raw(h->out, "<th scope=\"col\" class=\"n\">Unknown</th>"
	    "<th scope=\"col\" class=\"n\">Pass</th><th scope=\"col\" class=\"n\">Rules</th>"
	    "</tr></thead>\n<tbody>\n");
	for (int s = SEVERITY_CRITICAL; s >= SEVERITY_INFO; s--)
		add_severity(h, (enum severity)s);
	html_raw(h->out, "</tbody></table></div>\n");
	add_notes(h);
	html_raw(h->out, "</section>\n");
}

/* --- rules ------------------------------------------------------------------- */

static bool has_findings(const struct report *report, const struct report_rule *rule)
{
	return report_count(report, rule, view_listed(report)) > 0;
}

static void add_rule_name(struct html *h, const struct report_rule *rule)
{
	if (has_findings(h->report, rule)) {
		html_raw(h->out, "<a href=\"#r-");
		html_text(h->out, rule->rule->id);
		html_raw(h->out, "\">");
		html_text(h->out, rule->rule->title);
		html_raw(h->out, "</a>");
	} else {
		html_text(h->out, rule->rule->title);
	}
	html_raw(h->out, "<br><code>");
	html_text(h->out, rule->rule->id);
	html_raw(h->out, "</code>");
}

static void add_rule(struct html *h, const struct report_rule *rule)
{
	const char *names[] = { "fail", "waived", "unknown", "pass" };
	const uint64_t *n = rule->tally.verdicts;
	uint64_t parts[] = { n[VERDICT_FAIL] - rule->waived, rule->waived,
	    n[VERDICT_UNKNOWN], n[VERDICT_PASS] };
	uint64_t all = parts[0] + parts[1] + parts[2] + parts[3];

	html_raw(h->out, "<tr><td>");
	html_severity(h->out, severity_text(rule->rule->severity));
	html_raw(h->out, "</td><td>");
	add_rule_name(h, rule);
	html_raw(h->out, "</td><td>");
	if (rule->tally.failed)
		html_raw(h->out, "<span class=\"v-error\">met a limit</span>");
	else if (all == 0)
		html_raw(h->out, n[VERDICT_NOT_APPLICABLE] ?
		    "never applies" : "no subjects");
	else
		add_bar(h->out, "mini", parts, names, 4, all);
	html_raw(h->out, "</td>");
	add_failures(h, rule->tally.failed ? 0 : parts[0], rule->waived);
	html_count(h->out, "unknown", "Unknown",
	    rule->tally.failed ? 0 : n[VERDICT_UNKNOWN]);
	html_count(h->out, "pass", "Pass", rule->tally.failed ? 0 : n[VERDICT_PASS]);
	html_count(h->out, "", "Not applicable",
	    rule->tally.failed ? 0 : n[VERDICT_NOT_APPLICABLE]);
	html_raw(h->out, "</tr>\n");
}

void html_rules(struct html *h)
{
	html_raw(h->out, "<section class=\"card\" aria-labelledby=\"h-rules\">\n"
	    "<h2 id=\"h-rules\">Rules</h2>\n<div class=\"scroll\" tabindex=\"0\"><table class=\"stack\">\n<caption>All that "
	    "were asked, worst first; a bar is over the subjects that a rule applies to"
	    "</caption>\n<thead><tr><th scope=\"col\">Severity</th><th scope=\"col\">Rule</th>"
	    "<th scope=\"col\">Share</th>");
	add_failure_heads(h);
	html_raw(h->out, "<th scope=\"col\" class=\"n\">Unknown</th><th scope=\"col\" class=\"n\">Pass</th>"
	    "<th scope=\"col\" class=\"n\">Not applicable</th></tr></thead>\n<tbody>\n");
	for (size_t r = 0; r < h->report->rules.count; r++)
		add_rule(h, &h->report->rules.items[r]);
	html_raw(h->out, "</tbody></table></div>\n</section>\n");
}
