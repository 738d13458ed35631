/* SPDX-License-Identifier: Apache-2.0 */
/* Where the findings are, and beside it what to collect next. */
#include <stdlib.h>

#include "base/intern.h"
#include "report/html.h"

enum { SHOWN = 15 };

/* --- places ------------------------------------------------------------------ */

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

/* The place of a result, a new one when it is the first there. */
static struct html_place *place_of(struct html *h, struct map *numbers,
    const struct report_result *result)
{
	struct str key = arena_printf(h->report->arena, "%.*s\n%.*s",
	    STR_ARG(result->target_kind), STR_ARG(result->target));
	bool is_new;
	uint32_t *number = map_at(numbers, key, &is_new);

	if (is_new) {
		*number = (uint32_t)h->places.items.count;
		*VEC_PUSH(h->arena, &h->places.items) = (struct html_place){
		    .kind = result->target_kind,
		    .name = arena_copy(h->arena, result->target) };
	}
	return &h->places.items.items[*number];
}

void html_count_places(struct html *h)
{
	struct map *numbers = map_new(h->arena);
	struct report_filter findings = view_findings();
	const struct report_result *result;
	struct report_cursor walk;

	findings.bare = true;
	walk = report_walk(h->report, findings);
	while ((result = report_next(&walk)))
		if (result->target.length)
			count_result(h, place_of(h, numbers, result), result);
	if (h->places.items.count)
		qsort(h->places.items.items, h->places.items.count,
		    sizeof(struct html_place), worst_first);
}

static const char *const grades[] = { "Info", "Low", "Medium", "High", "Critical" };

static void add_place(struct html *h, const struct html_place *place)
{
	html_raw(h->out, "<tr><th scope=\"row\"><a href=\"#findings\"");
	html_attribute(h->out, "data-where", place->name);
	html_raw(h->out, ">");
	html_name(h->out, place->name);
	html_raw(h->out, "</a> <code>");
	html_name(h->out, place->kind);
	html_raw(h->out, "</code></th>");
	for (int s = SEVERITY_CRITICAL; s >= SEVERITY_INFO; s--)
		html_count(h->out, "fail", grades[s], place->fail[s]);
	html_count(h->out, "unknown", "Unknown", place->unknown);
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
	    "<h2 id=\"h-places\">Where to start</h2>\n<div class=\"scroll\" tabindex=\"0\"><table class=\"stack\">\n"
	    "<caption>Failures by severity, and what is unknown; worst first</caption>\n"
	    "<thead><tr><th scope=\"col\">Where</th>");
	for (int s = SEVERITY_CRITICAL; s >= SEVERITY_INFO; s--)
		text_printf(h->out, "<th scope=\"col\" class=\"n\">%s</th>", grades[s]);
	html_raw(h->out, "<th scope=\"col\" class=\"n\">Unknown</th>"
	    "</tr></thead>\n<tbody>\n");
	for (size_t i = 0; i < count && i < SHOWN; i++)
		add_place(h, &h->places.items.items[i]);
	html_raw(h->out, "</tbody></table></div>\n");
	add_more(h, count, " more; the filter below finds them.</p>\n");
	html_raw(h->out, "</section>\n");
}

void html_lists(struct html *h)
{
	if (h->places.items.count + h->report->summary.unknown == 0)
		return;
	html_raw(h->out, "<div class=\"two\">\n");
	if (h->places.items.count)
		add_places(h);
	html_gaps(h);
	html_raw(h->out, "</div>\n");
}
