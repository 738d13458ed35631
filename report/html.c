/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The report as one page to hand over.  It asks for nothing: its policy lets
 * in its own style and script alone, by their digests.  Without script all of
 * it can be read; the script filters.
 */
#include "report/html.h"

#include "include/scarp.h"
#include "vm/scalar.h"

static const char style[] =
#include "report/html_style.inc"
;
static const char script[] =
#include "report/html_script.inc"
;

const char *html_verdict(const struct report_result *result)
{
	if (result->waived)
		return "waived";
	switch (result->verdict) {
	case VERDICT_FAIL: return "fail";
	case VERDICT_UNKNOWN: return "unknown";
	case VERDICT_PASS: return "pass";
	case VERDICT_ERROR: return "error";
	case VERDICT_NOT_APPLICABLE:
	case VERDICT_UNSET:
	case VERDICT_COUNT: break;
	}
	return "none";
}

static void add_head(struct html *h)
{
	const struct report_summary *s = &h->report->summary;
	struct text title;

	text_init(&title, h->arena);
	html_raw(&title, h->report->doubt.reason != DOUBT_NONE ?
	    "Error, " DOUBT_WORDS ": " : "");
	html_raw(&title, report_is_imaginary(h->report) ? "Imaginary site: " : "");
	html_number(&title, s->fail - s->waived);
	html_raw(&title, s->fail - s->waived == 1 ? " failure, " : " failures, ");
	html_number(&title, s->unknown);
	html_raw(&title, " unknown &ndash; scarp");
	html_open(h->out, &(struct html_page){ style, script, text_str(&title),
	    "findings", "To the findings" });
}

static bool has_rules(const struct report *report, size_t pack)
{
	for (size_t r = 0; r < report->rules.count; r++)
		if (report->rules.items[r].rule->pack == pack)
			return true;
	return false;
}

/* Packs of schemas and mappings are told of under Evidence. */
static void add_packs(struct html *h)
{
	const struct report *report = h->report;
	bool any = false;

	for (size_t p = 0; p < report->packs.count; p++) {
		if (!has_rules(report, p))
			continue;
		html_raw(h->out, any ? ", " : "");
		any = true;
		html_text(h->out, report->packs.items[p].id);
		html_raw(h->out, " ");
		html_text(h->out, report->packs.items[p].version);
	}
	if (report->tree->profile) {
		html_raw(h->out, ", profile ");
		html_text(h->out, report->tree->profile->name);
	}
	if (report->tree->choice.count) {
		html_raw(h->out, ", only ");
		html_name(h->out, tree_part_text(h->arena, report->tree));
	}
}

/* Under the head what is not told in it. */
static void add_run_line(struct html *h)
{
	struct str words = terms_words(&h->report->terms, h->arena,
	    1u << TERM_SET | 1u << TERM_AS_OF | 1u << TERM_PROFILE | 1u << TERM_RULE |
	    1u << TERM_TAG | 1u << TERM_SEVERITY | 1u << TERM_FRAMEWORK |
	    TERMS_OF_LISTS);

	if (words.length == 0)
		return;
	html_raw(h->out, "<p class=\"meta\">Run with ");
	html_name(h->out, words);
	html_raw(h->out, "</p>\n");
}

/* Words of ours: between backticks stands code. */
static void add_words(struct html *h, struct str words)
{
	bool is_code = false;

	while (words.length) {
		size_t end = str_find(words, '`');

		html_raw(h->out, is_code ? "<code>" : "");
		html_text(h->out, str_slice(words, 0, end));
		html_raw(h->out, is_code ? "</code>" : "");
		words = str_slice(words, end + (end < words.length), words.length);
		is_code = !is_code;
	}
}

/* Why the run is no answer, before anything that looks like one. */
static void add_doubt(struct html *h)
{
	const struct doubt *doubt = &h->report->doubt;

	if (doubt->reason == DOUBT_NONE)
		return;
	html_raw(h->out, "<section class=\"card doubt\" aria-labelledby=\"h-doubt\">\n"
	    "<h2 id=\"h-doubt\">Not an answer</h2>\n<p><strong class=\"v-error\">");
	html_text(h->out, view_doubt(h->report));
	html_raw(h->out, ".</strong></p>\n<p>");
	add_words(h, doubt->help);
	html_raw(h->out, "</p>\n</section>\n");
}

void html_count(struct text *out, const char *class_name, const char *is, uint64_t n)
{
	text_printf(out, "<td class=\"n %s%s\" data-is=\"%s\">", class_name,
	    n ? "" : " zero", is);
	html_number(out, n);
	html_raw(out, "</td>");
}

/* Verdicts of a site that is not there are nobody's evidence: said before them,
 * and in the corner of whatever part of the page is looked at or printed. */
static void add_supposed(struct html *h)
{
	const struct terms_setting *edits = &h->report->terms.of[TERM_SET];

	if (!report_is_imaginary(h->report))
		return;
	html_raw(h->out, "<section class=\"card supposed\" aria-labelledby=\"h-supposed\">\n"
	    "<h2 id=\"h-supposed\">An imaginary site</h2>\n<p>These verdicts are those of ");
	html_text(h->out, view_imaginary(h->report));
	html_raw(h->out, ":</p>\n<ul>\n");
	for (size_t i = 0; i < edits->values.count; i++) {
		html_raw(h->out, "<li><code>");
		html_name(h->out, edits->values.items[i]);
		html_raw(h->out, "</code></li>\n");
	}
	html_raw(h->out, "</ul>\n</section>\n<p class=\"stamp\" aria-hidden=\"true\">"
	    "Imaginary site: no evidence</p>\n");
}

static void add_header(struct html *h)
{
	const struct report *report = h->report;
	struct text *out = h->out;

	html_raw(out, report_is_imaginary(report) ?
	    "<header>\n<h1>Hardening report of an imaginary site" :
	    "<header>\n<h1>Hardening report");
	html_raw(out, report->doubt.reason != DOUBT_NONE ? ": " DOUBT_WORDS : "");
	html_raw(out, "</h1>\n<p class=\"meta\">");
	add_packs(h);
	html_raw(out, " &middot; as of ");
	html_text(out, report->has_as_of ?
	    scalar_date_text(h->arena, report->as_of) : STR("no date"));
	html_raw(out, " &middot; scarp ");
	html_text(out, str_of(scarp_version()));
	html_raw(out, "</p>\n");
	add_run_line(h);
	html_raw(out, "</header>\n<main>\n");
	add_doubt(h);
	add_supposed(h);
}

static void add_settings(struct html *h)
{
	struct terms_walk walk = { 0, 0 };
	struct terms_line line;
	bool any = false;

	while (terms_next(&h->report->terms, h->arena, &walk, &line)) {
		if (!any)
			html_raw(h->out, "<div class=\"scroll\" tabindex=\"0\"><table>\n"
			    "<caption>What the run was asked for</caption>\n<thead><tr>"
			    "<th scope=\"col\">Option</th><th scope=\"col\">Value</th>"
			    "</tr></thead>\n<tbody>\n");
		any = true;
		html_raw(h->out, "<tr><th scope=\"row\">");
		html_name(h->out, line.name);
		html_raw(h->out, "</th><td class=\"at\">");
		html_name(h->out, line.value);
		html_raw(h->out, "</td></tr>\n");
	}
	html_raw(h->out, any ? "</tbody></table></div>\n" : "");
}

static void add_digests(struct html *h)
{
	const struct report *report = h->report;
	struct text *out = h->out;

	html_raw(out, "<div class=\"scroll\" tabindex=\"0\"><table>\n<caption>What the verdicts rest on"
	    "</caption>\n<thead><tr><th scope=\"col\">Read</th>"
	    "<th scope=\"col\">SHA-256</th></tr></thead>\n<tbody>\n");
	for (size_t i = 0; i < report->inputs.count; i++) {
		html_raw(out, "<tr><th scope=\"row\" class=\"at\">");
		html_name(out, report->inputs.items[i].path);
		html_raw(out, "</th><td><code>");
		html_text(out, report->inputs.items[i].sha256);
		html_raw(out, "</code></td></tr>\n");
	}
	for (size_t i = 0; i < report->packs.count; i++) {
		html_raw(out, "<tr><th scope=\"row\">rule pack ");
		html_text(out, report->packs.items[i].id);
		html_raw(out, "</th><td><code>");
		html_text(out, report->packs.items[i].sha256);
		html_raw(out, "</code></td></tr>\n");
	}
	html_raw(out, "</tbody></table></div>\n");
}

static void add_waiver(struct html *h, const struct report_waiver *waiver)
{
	html_raw(h->out, "<tr><th scope=\"row\">");
	html_name(h->out, waiver->waiver->rule);
	html_raw(h->out, "</th><td data-is=\"Subject\">");
	html_name(h->out, waiver_subject(h->arena, h->report->tree, waiver->waiver));
	html_raw(h->out, "</td><td data-is=\"State\">");
	html_text(h->out, str_of(waiver_state_text(waiver->state)));
	html_raw(h->out, "</td><td class=\"n\" data-is=\"Until\">");
	html_text(h->out, scalar_date_text(h->arena, waiver->waiver->until));
	html_raw(h->out, "</td><td data-is=\"Approved by\">");
	html_name(h->out, waiver->waiver->approved_by);
	html_raw(h->out, "</td><td data-is=\"Because\">");
	html_text(h->out, view_line(h->arena, waiver->waiver->because));
	html_raw(h->out, "</td></tr>\n");
}

static void add_waivers(struct html *h)
{
	if (h->report->waivers.count == 0)
		return;
	html_raw(h->out, "<h3>Waivers</h3>\n<div class=\"scroll\" tabindex=\"0\"><table class=\"stack\">\n"
	    "<caption>Approved exceptions: what they name still fails</caption>\n"
	    "<thead><tr><th scope=\"col\">Rule</th><th scope=\"col\">Subject</th>"
	    "<th scope=\"col\">State</th><th scope=\"col\" class=\"n\">Until</th>"
	    "<th scope=\"col\">Approved by</th><th scope=\"col\">Because</th></tr></thead>\n"
	    "<tbody>\n");
	for (size_t i = 0; i < h->report->waivers.count; i++)
		add_waiver(h, &h->report->waivers.items[i]);
	html_raw(h->out, "</tbody></table></div>\n");
}

static void add_evidence(struct html *h)
{
	const struct report *report = h->report;
	struct text *out = h->out;

	html_raw(out, "<section class=\"card\" aria-labelledby=\"h-evidence\">\n"
	    "<h2 id=\"h-evidence\">Evidence</h2>\n");
	add_settings(h);
	add_digests(h);
	for (size_t i = 0; i < report->notes.count; i++) {
		html_raw(out, i ? "<li>" : "<h3 id=\"notes\">Notes</h3>\n<ul>\n<li>");
		html_name(out, view_note(report, &report->notes.items[i]));
		html_raw(out, i + 1 < report->notes.count ? "</li>\n" : "</li>\n</ul>\n");
	}
	add_waivers(h);
	html_raw(out, "</section>\n");
}

void report_html(const struct report *report, struct text *out)
{
	struct html h = { .report = report, .arena = report->arena, .out = out };

	html_count_places(&h);
	add_head(&h);
	add_header(&h);
	html_summary(&h);
	html_lists(&h);
	html_placement(&h);
	html_rules(&h);
	html_findings(&h);
	add_evidence(&h);
	html_raw(out, "</main>\n<footer>\n<p>Made by scarp. A verdict is <em>unknown</em> "
	    "where facts are missing; it is never counted as a pass.</p>\n</footer>\n<script>");
	html_raw(out, script);
	html_raw(out, "</script>\n</body>\n</html>\n");
}
