/* SPDX-License-Identifier: Apache-2.0 */
/* Where the findings are, and which facts to collect next. */
#include <stdlib.h>

#include "report/html.h"

enum { SHOWN = 15 };

/* --- places ------------------------------------------------------------------ */

static int by_name(const void *a, const void *b)
{
	const struct report_result *x = *(const struct report_result *const *)a;
	const struct report_result *y = *(const struct report_result *const *)b;
	int order = str_compare(x->target, y->target);

	return order ? order : str_compare(x->target_kind, y->target_kind);
}

static int worst_first(const void *a, const void *b)
{
	const struct html_place *x = a, *y = b;
	int order;

	for (int s = SEVERITY_CRITICAL; s >= SEVERITY_INFO; s--)
		if (x->fail[s] != y->fail[s])
			return x->fail[s] > y->fail[s] ? -1 : 1;
	if (x->unknown != y->unknown)
		return x->unknown > y->unknown ? -1 : 1;
	order = str_compare(x->name, y->name);
	return order ? order : str_compare(x->kind, y->kind);
}

/* Of findings: what is waived is none. */
static void count_result(struct html *h, struct html_place *place,
    const struct report_result *result)
{
	place->unknown += result->verdict == VERDICT_UNKNOWN;
	if (result->verdict != VERDICT_FAIL)
		return;
	place->fail[h->report->rules.items[result->rule].rule->severity]++;
}

void html_count_places(struct html *h)
{
	const struct report *report = h->report;
	const struct report_result **order = ARENA_ARRAY(h->arena,
	    const struct report_result *, report->results.count);
	size_t count = 0;

	for (size_t i = 0; i < report->results.count; i++)
		if (view_is_finding(&report->results.items[i]) &&
		    report->results.items[i].target.length)
			order[count++] = &report->results.items[i];
	if (count == 0)
		return;
	qsort(order, count, sizeof(*order), by_name);
	for (size_t i = 0; i < count; i++) {
		if (i == 0 || by_name(&order[i - 1], &order[i]) != 0)
			*VEC_PUSH(h->arena, &h->places.items) = (struct html_place){
			    .kind = order[i]->target_kind, .name = order[i]->target };
		count_result(h, &VEC_LAST(&h->places.items)[0], order[i]);
	}
	qsort(h->places.items.items, h->places.items.count,
	    sizeof(struct html_place), worst_first);
}

static void add_cell(struct text *out, const char *class_name, uint64_t n)
{
	text_printf(out, "<td class=\"n %s%s\">", class_name, n ? "" : " zero");
	html_number(out, n);
	html_raw(out, "</td>");
}

static void add_place(struct html *h, const struct html_place *place)
{
	html_raw(h->out, "<tr><th scope=\"row\"><a href=\"#findings\"");
	html_attribute(h->out, "data-where", place->name);
	html_raw(h->out, ">");
	html_name(h->out, place->name);
	html_raw(h->out, "</a> <code>");
	html_name(h->out, place->kind);
	html_raw(h->out, "</code></th>");
	for (int s = SEVERITY_CRITICAL; s >= SEVERITY_LOW; s--)
		add_cell(h->out, "fail", place->fail[s]);
	add_cell(h->out, "unknown", place->unknown);
	html_raw(h->out, "</tr>\n");
}

static void add_more(struct html *h, uint64_t all, const char *words)
{
	if (all <= SHOWN)
		return;
	html_raw(h->out, "<p class=\"honest\">and ");
	html_number(h->out, all - SHOWN);
	html_raw(h->out, words);
}

static void add_places(struct html *h)
{
	size_t count = h->places.items.count;

	html_raw(h->out, "<section class=\"card\" aria-labelledby=\"h-places\">\n"
	    "<h2 id=\"h-places\">Where to start</h2>\n<div class=\"scroll\" tabindex=\"0\"><table>\n"
	    "<caption>Failures by severity, and what is unknown; worst first</caption>\n"
	    "<thead><tr><th scope=\"col\">Where</th><th scope=\"col\" class=\"n\">Critical</th>"
	    "<th scope=\"col\" class=\"n\">High</th><th scope=\"col\" class=\"n\">Medium</th>"
	    "<th scope=\"col\" class=\"n\">Low</th><th scope=\"col\" class=\"n\">Unknown</th>"
	    "</tr></thead>\n<tbody>\n");
	for (size_t i = 0; i < count && i < SHOWN; i++)
		add_place(h, &h->places.items.items[i]);
	html_raw(h->out, "</tbody></table></div>\n");
	add_more(h, count, " more; the filter below finds them.</p>\n");
	html_raw(h->out, "</section>\n");
}

/* --- facts ------------------------------------------------------------------- */

static int by_text(const void *a, const void *b)
{
	return str_compare(*(const struct str *)a, *(const struct str *)b);
}

static int most_wanted_first(const void *a, const void *b)
{
	const struct html_fact *x = a, *y = b;

	if (x->results != y->results)
		return x->results > y->results ? -1 : 1;
	return str_compare(x->text, y->text);
}

void html_count_facts(struct html *h)
{
	const struct report *report = h->report;
	VEC(struct str) all = { 0 };

	for (size_t i = 0; i < report->results.count; i++)
		for (size_t m = 0; m < report->results.items[i].missing_count; m++)
			*VEC_PUSH(h->arena, &all) =
			    report->results.items[i].missing[m].fact;
	if (all.count == 0)
		return;
	qsort(all.items, all.count, sizeof(struct str), by_text);
	for (size_t i = 0; i < all.count; i++) {
		if (i == 0 || !str_equal(all.items[i - 1], all.items[i]))
			*VEC_PUSH(h->arena, &h->facts.items) =
			    (struct html_fact){ .text = all.items[i] };
		VEC_LAST(&h->facts.items)->results++;
	}
	qsort(h->facts.items.items, h->facts.items.count,
	    sizeof(struct html_fact), most_wanted_first);
}

static void add_facts(struct html *h)
{
	size_t count = h->facts.items.count;

	html_raw(h->out, "<section class=\"card\" aria-labelledby=\"h-facts\">\n"
	    "<h2 id=\"h-facts\">What to collect next</h2>\n<div class=\"scroll\" tabindex=\"0\"><table>\n"
	    "<caption>Facts that are missing, by how many verdicts wait for them</caption>\n"
	    "<thead><tr><th scope=\"col\">Fact</th><th scope=\"col\" class=\"n\">Verdicts"
	    "</th></tr></thead>\n<tbody>\n");
	for (size_t i = 0; i < count && i < SHOWN; i++) {
		html_raw(h->out, "<tr><th scope=\"row\" class=\"k\">");
		html_name(h->out, h->facts.items.items[i].text);
		html_raw(h->out, "</th>");
		add_cell(h->out, "unknown", h->facts.items.items[i].results);
		html_raw(h->out, "</tr>\n");
	}
	html_raw(h->out, "</tbody></table></div>\n");
	add_more(h, count, " more; each unknown finding lists its own.</p>\n");
	html_raw(h->out, "</section>\n");
}

void html_lists(struct html *h)
{
	if (h->places.items.count + h->facts.items.count == 0)
		return;
	html_raw(h->out, "<div class=\"two\">\n");
	if (h->places.items.count)
		add_places(h);
	if (h->facts.items.count)
		add_facts(h);
	html_raw(h->out, "</div>\n");
}
