/* SPDX-License-Identifier: Apache-2.0 */
/* The findings, a section per rule, each with its place and proof. */
#include "report/html.h"

#include "report/proof.h"

/* --- an excerpt of the inventory --------------------------------------------- */

/* Bytes of a line, and what is looked at beside them. */
enum { BEFORE = 120, BEHIND = 200, MARGIN = 8 };

/* The line that a place is on, cut where it is long: a whole inventory can
 * stand on one. */
struct excerpt { size_t from, to; bool cut_before, cut_behind; };

static struct excerpt excerpt_of(struct str bytes, size_t at)
{
	struct excerpt e = { at, at, false, false };

	while (e.from > 0 && at - e.from < BEFORE && bytes.at[e.from - 1] != '\n')
		e.from--;
	while (e.to < bytes.length && e.to - at < BEHIND && bytes.at[e.to] != '\n' &&
	    bytes.at[e.to] != '\r')
		e.to++;
	/* Never in the middle of a character. */
	while (e.from < at && (bytes.at[e.from] & 0xc0) == 0x80)
		e.from++;
	while (e.to > at && e.to < bytes.length && (bytes.at[e.to] & 0xc0) == 0x80)
		e.to--;
	e.cut_before = e.from > 0 && bytes.at[e.from - 1] != '\n';
	e.cut_behind = e.to < bytes.length && bytes.at[e.to] != '\n' &&
	    bytes.at[e.to] != '\r';
	return e;
}

static void add_excerpt(struct html *h, struct span span)
{
	size_t base = span.start < MARGIN + BEFORE ? 0 : span.start - MARGIN - BEFORE;
	struct str bytes = source_part(h->report->sources, span.file, base,
	    (size_t)span.start + BEHIND + MARGIN);
	size_t start = span.start - base, end = span.end - base;
	struct excerpt e = excerpt_of(bytes, start);

	if (end > e.to)
		end = e.to;

	html_raw(h->out, "<pre tabindex=\"0\">");
	html_raw(h->out, e.cut_before ? "&hellip;" : "");
	html_text(h->out, str_slice(bytes, e.from, start));
	html_raw(h->out, "<mark>");
	html_text(h->out, str_slice(bytes, start, end));
	html_raw(h->out, "</mark>");
	html_text(h->out, str_slice(bytes, end, e.to));
	html_raw(h->out, e.cut_behind ? "&hellip;</pre>" : "</pre>");
}

static void add_place(struct html *h, const char *element, struct span span)
{
	struct place place = source_place(h->report->sources, span.file, span.start);

	text_printf(h->out, "<%s class=\"at\">", element);
	html_name(h->out, source_name(h->report->sources, span.file));
	text_printf(h->out, ":%u:%u</%s>", place.line, place.column, element);
}

/* --- a finding --------------------------------------------------------------- */

/* No blanks between elements: each would be one more node. */

static void add_missing(struct html *h, const struct report_result *result)
{
	if (result->missing_count == 0)
		return;
	html_raw(h->out, "<p class=\"label\">To decide it, collect</p><ul>");
	for (size_t m = 0; m < result->missing_count; m++) {
		html_raw(h->out, "<li><span class=\"k\">");
		html_name(h->out, view_fact(h->report, &result->missing[m]));
		html_raw(h->out, "</span>");
		if (!span_is_none(result->missing[m].span)) {
			html_raw(h->out, " ");
			add_place(h, "span", result->missing[m].span);
		}
		html_raw(h->out, "</li>");
	}
	html_raw(h->out, "</ul>");
}

/* Columns of a proof (html.css has room for them). */
#define PROOF_WIDTH 75

static void add_proof(struct html *h, const struct report_result *result)
{
	struct proof_style style = { .lines = true, .width = PROOF_WIDTH };
	struct arena *arena = h->report->arena;
	struct proof_legend legend = { .arena = arena };
	struct text tree;
	const struct proof *proof;

	if (!result->outcome || !(view_is_finding(result) || result->waived))
		return;
	proof = result->proof;
	if (proof->clauses.count == 0)
		return;
	html_walks(h, proof);
	text_init(&tree, arena);
	proof_text(arena, proof, h->report->sources, style, &legend, &tree);
	if (legend.items.count)
		text_add_char(&tree, '\n');
	proof_legend_text(&legend, style, &tree);
	html_raw(h->out, "<p class=\"label\">Proof</p><pre tabindex=\"0\">");
	html_text(h->out, text_str(&tree));
	html_raw(h->out, "</pre>");
}

static const char *verdict_words(const struct report_result *result)
{
	if (result->verdict == VERDICT_NOT_APPLICABLE)
		return result->reason == REASON_EXCEPTION ? "exception" : "n/a";
	return result->waived ? "waived" : verdict_text(result->verdict);
}

/* What has become of it since the baseline. */
static void add_change(struct html *h, const struct report_result *result)
{
	struct str words = view_change(h->report, result);

	if (words.length == 0 || result->change == DIFF_UNCHANGED)
		return;
	html_raw(h->out, " <span class=\"chip\">");
	html_text(h->out, words);
	html_raw(h->out, "</span>");
}

static void add_summary(struct html *h, const struct report_result *result)
{
	const char *verdict = html_verdict(result);

	text_printf(h->out, "<details class=\"f\" data-v=\"%s\"", verdict);
	if (result->target.length)
		html_attribute(h->out, "data-h", result->target);
	text_printf(h->out, " id=\"f-%.*s\"><summary><b class=\"v-%s\">%s</b>"
	    "<span class=\"k\">", STR_ARG(result->id), verdict, verdict_words(result));
	html_name(h->out, view_subject(result));
	add_change(h, result);
	html_raw(h->out, "</span><span class=\"m\">");
	html_name(h->out, view_words(h->report, result));
	if (result->waived) {
		html_raw(h->out, "<br>");
		html_name(h->out, view_waiver(h->report, result->waived));
	}
	html_raw(h->out, "</span></summary><div class=\"body\">");
}

static void add_result(struct html *h, const struct report_result *result)
{
	add_summary(h, result);
	if (!span_is_none(result->span)) {
		add_place(h, "p", result->span);
		add_excerpt(h, result->span);
	}
	add_missing(h, result);
	add_proof(h, result);
	text_printf(h->out, "<p class=\"id\">finding %.*s", STR_ARG(result->id));
	if (report_evidence(h->report, result).length)
		text_printf(h->out, " &middot; evidence %.*s",
		    STR_ARG(report_evidence(h->report, result)));
	html_raw(h->out, "</p></div></details>\n");
}

/* --- a rule ------------------------------------------------------------------ */

static void add_line(struct html *h, const char *word, struct str s)
{
	if (s.length == 0)
		return;
	text_printf(h->out, "<dt>%s</dt><dd>", word);
	html_text(h->out, view_line(h->report->arena, s));
	html_raw(h->out, "</dd>\n");
}

static void add_references(struct html *h, const struct rule *rule)
{
	if (rule->sources.count + rule->controls.count == 0)
		return;
	html_raw(h->out, "<dt>Refs</dt><dd>");
	for (size_t i = 0; i < rule->sources.count; i++) {
		html_raw(h->out, "<span class=\"chip\">");
		html_text(h->out, rule->sources.items[i].name);
		html_raw(h->out, ": ");
		html_text(h->out, rule->sources.items[i].value);
		html_raw(h->out, "</span>");
	}
	for (size_t i = 0; i < rule->controls.count; i++) {
		html_raw(h->out, "<span class=\"chip\">");
		html_text(h->out, rule->controls.items[i].name);
		html_raw(h->out, " ");
		html_text(h->out, rule->controls.items[i].value);
		html_raw(h->out, "</span>");
	}
	html_raw(h->out, "</dd>\n");
}

static void add_tally(struct html *h, const struct report_rule *rule)
{
	const uint64_t *n = rule->tally.verdicts;

	html_raw(h->out, "<p class=\"tally\">");
	if (rule->tally.failed) {
		html_raw(h->out, "This rule met a limit: it has no verdicts.</p>\n");
		return;
	}
	html_number(h->out, n[VERDICT_FAIL]);
	html_raw(h->out, " fail, ");
	if (rule->waived) {
		html_number(h->out, rule->waived);
		html_raw(h->out, " of them waived, ");
	}
	html_number(h->out, n[VERDICT_UNKNOWN]);
	html_raw(h->out, " unknown, ");
	html_number(h->out, n[VERDICT_PASS]);
	html_raw(h->out, " pass, ");
	html_number(h->out, n[VERDICT_NOT_APPLICABLE]);
	html_raw(h->out, " not applicable</p>\n");
}

static void add_rule_head(struct html *h, const struct report_rule *rule)
{
	const char *severity = severity_text(rule->rule->severity);

	html_raw(h->out, "<section class=\"card rule\"");
	html_attribute(h->out, "data-r", rule->rule->id);
	html_attribute(h->out, "data-s", str_of(severity));
	html_raw(h->out, " aria-labelledby=\"r-");
	html_text(h->out, rule->rule->id);
	html_raw(h->out, "\">\n<h3 id=\"r-");
	html_text(h->out, rule->rule->id);
	html_raw(h->out, "\">");
	html_severity(h->out, severity);
	html_raw(h->out, " ");
	html_text(h->out, rule->rule->title);
	html_raw(h->out, " <code>");
	html_text(h->out, rule->rule->id);
	html_raw(h->out, "</code></h3>\n");
	add_tally(h, rule);
	html_raw(h->out, "<dl class=\"about\">\n");
	add_line(h, "Why", rule->rule->why);
	add_line(h, "Fix", rule->rule->fix);
	add_references(h, rule->rule);
	html_raw(h->out, "</dl>\n");
}

static void add_rule(struct html *h, size_t number)
{
	const struct report_rule *rule = &h->report->rules.items[number];
	struct report_filter listed = view_listed(h->report);
	const struct report_result *result;
	struct report_cursor walk;

	if (report_count(h->report, rule, listed) == 0)
		return;
	listed.evidence = listed.proof = true;
	add_rule_head(h, rule);
	walk = report_walk_rule(h->report, number, listed);
	while ((result = report_next(&walk)))
		add_result(h, result);
	html_raw(h->out, "</section>\n");
}

/* --- filters ----------------------------------------------------------------- */

static void add_box(struct html *h, const char *name, const char *value,
    const char *words)
{
	text_printf(h->out, "<label><input type=\"checkbox\" name=\"%s\" "
	    "value=\"%s\" checked> %s</label>\n", name, value, words);
}

/* Only what there is to choose between. */
static void add_boxes(struct html *h)
{
	const struct report_summary *s = &h->report->summary;

	html_raw(h->out, "<fieldset><legend>Severity</legend>\n");
	for (int n = SEVERITY_CRITICAL; n >= SEVERITY_INFO; n--)
		add_box(h, "severity", severity_text((enum severity)n),
		    severity_text((enum severity)n));
	html_raw(h->out, "</fieldset>\n<fieldset><legend>Verdict</legend>\n");
	add_box(h, "verdict", "fail", "fail");
	add_box(h, "verdict", "unknown", "unknown");
	if (s->waived)
		add_box(h, "verdict", "waived", "waived");
	if (s->error)
		add_box(h, "verdict", "error", "error");
	if (h->report->all_verdicts) {
		add_box(h, "verdict", "pass", "pass");
		add_box(h, "verdict", "none", "not applicable");
	}
	html_raw(h->out, "</fieldset>\n");
}

static void add_rule_choice(struct html *h)
{
	html_raw(h->out, "<label>Rule <select name=\"rule\"><option value=\"\">all</option>\n");
	for (size_t r = 0; r < h->report->rules.count; r++) {
		html_raw(h->out, "<option>");
		html_text(h->out, h->report->rules.items[r].rule->id);
		html_raw(h->out, "</option>\n");
	}
	html_raw(h->out, "</select></label>\n");
}

static void add_place_choice(struct html *h)
{
	enum { OFFERED = 500 };

	html_raw(h->out, "<label>Where <input type=\"search\" name=\"where\" "
	    "list=\"places\" size=\"16\"></label>\n<datalist id=\"places\">\n");
	for (size_t i = 0; i < h->places.items.count && i < OFFERED; i++) {
		html_raw(h->out, "<option");
		html_attribute(h->out, "value", h->places.items.items[i].name);
		html_raw(h->out, "></option>\n");
	}
	html_raw(h->out, "</datalist>\n");
}

static void add_filter(struct html *h)
{
	html_raw(h->out, "<form class=\"filter\" aria-label=\"Filter the findings\">\n");
	add_boxes(h);
	add_rule_choice(h);
	add_place_choice(h);
	html_raw(h->out, "<label>Words <input type=\"search\" name=\"words\" size=\"14\">"
	    "</label>\n<button type=\"reset\">Reset</button>\n"
	    "<button type=\"button\" id=\"open-all\">Open or close all</button>\n"
	    "<output></output>\n</form>\n<p class=\"part card\" hidden></p>\n");
}

void html_findings(struct html *h)
{
	html_raw(h->out, "<h2 id=\"findings\" tabindex=\"-1\">Findings</h2>\n"
	    "<p class=\"honest screen\">Each opens to its place and proof. Keys: "
	    "<kbd>/</kbd> words, <kbd>j</kbd> next, <kbd>k</kbd> previous.</p>\n");
	add_filter(h);
	for (size_t r = 0; r < h->report->rules.count; r++)
		add_rule(h, r);
	if (h->report->summary.fail + h->report->summary.unknown +
	    h->report->summary.error == 0)
		html_raw(h->out, "<p class=\"card\">Nothing failed, and nothing is "
		    "unknown.</p>\n");
}
