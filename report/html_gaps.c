/* SPDX-License-Identifier: Apache-2.0 */
/* What to collect next: the plan of `scarp gaps`, most useful first. */
#include "report/html.h"

#include "report/gaps.h"

enum { SHOWN = 12 };
/* Unknown verdicts up to which a plan is made: it must look at all of them. */
#define PLANNED 50000

/* Those of the tree's rules, in its order. */
static struct tally *tallies_of(struct html *h)
{
	const struct report *report = h->report;
	struct tally *tallies = ARENA_ARRAY(h->arena, struct tally,
	    report->tree->rules.count);

	for (size_t r = 0; r < report->rules.count; r++)
		tallies[report->rules.items[r].rule - report->tree->rules.items] =
		    report->rules.items[r].tally;
	return tallies;
}

static struct gaps *find(struct html *h)
{
	const struct report *report = h->report;
	struct report_cursor walk = report_walk(report, (struct report_filter){
	    .verdicts = 1u << VERDICT_UNKNOWN, .bare = true });
	const struct report_result *result;
	VEC(struct outcome) outcomes = { 0 };

	while ((result = report_next(&walk)))
		*VEC_PUSH(h->arena, &outcomes) = *result->outcome;
	return gaps_find(h->arena, report_evaluator_new(report, h->arena),
	    report->tree, report->graph, tallies_of(h), outcomes.items,
	    outcomes.count);
}

static void add_step(struct html *h, const struct gaps_report *r, uint32_t j)
{
	const struct gap_job *job = &r->gaps->jobs.items[j];
	struct text words;

	text_init(&words, h->arena);
	gaps_step_text(r, &words, j);
	text_printf(h->out, "<tr><td class=\"n step\">%u</td><th scope=\"row\" class=\"k\">",
	    job->step);
	html_name(h->out, text_str(&words));
	if (job->never)
		html_raw(h->out, " <span class=\"chip\">no source states it yet</span>");
	html_raw(h->out, "</th>");
	html_count(h->out, "unknown", "Can decide", job->decides);
	html_raw(h->out, "<td class=\"n\" data-is=\"In all\">");
	html_percent(h->out, job->total, r->gaps->unknown);
	html_raw(h->out, "</td></tr>\n");
}

static void add_plan(struct html *h, const struct gaps_report *r)
{
	const struct gaps *gaps = r->gaps;
	size_t steps = 0;

	while (steps < gaps->jobs.count && gaps->jobs.items[steps].step > 0)
		steps++;
	if (steps == 0)
		return;
	html_raw(h->out, "<div class=\"scroll\" tabindex=\"0\"><table class=\"stack\">\n<caption>Each step "
	    "decides what those before it do not</caption>\n<thead><tr>"
	    "<th scope=\"col\" class=\"n\">Step</th><th scope=\"col\">Do</th>"
	    "<th scope=\"col\" class=\"n\">Can decide</th>"
	    "<th scope=\"col\" class=\"n\">In all</th></tr></thead>\n<tbody>\n");
	for (uint32_t j = 0; j < steps && j < SHOWN; j++)
		add_step(h, r, j);
	html_raw(h->out, "</tbody></table></div>\n");
	if (steps > SHOWN) {
		html_raw(h->out, "<p class=\"honest\">and ");
		html_number(h->out, steps - SHOWN);
		html_raw(h->out, " more steps; <code>scarp gaps</code> has them all.</p>\n");
	}
}

/* "20 verdicts are unknown; 18 of them wait for a single fact." */
static void add_lead(struct html *h, const struct gaps *gaps)
{
	uint64_t rest = gaps->hopeless + gaps->unfound + gaps->limited;

	html_raw(h->out, "<p class=\"tally\">");
	html_number(h->out, gaps->unknown);
	html_raw(h->out, gaps->unknown == 1 ? " verdict is unknown: " :
	    " verdicts are unknown: ");
	html_number(h->out, gaps->alone);
	html_raw(h->out, " can be decided by one fact, ");
	html_number(h->out, gaps->several);
	html_raw(h->out, " by several");
	if (rest) {
		html_raw(h->out, "; for ");
		html_number(h->out, rest);
		html_raw(h->out, " nothing was found that would do");
	}
	html_raw(h->out, "</p>\n");
}

void html_gaps(struct html *h)
{
	struct gaps_report report = { .arena = h->arena,
		.sources = h->report->sources, .tree = h->report->tree,
		.graph = h->report->graph };

	if (h->report->summary.unknown == 0)
		return;
	html_raw(h->out, "<section class=\"card\" aria-labelledby=\"h-gaps\">\n"
	    "<h2 id=\"h-gaps\">What to collect next</h2>\n");
	if (h->report->summary.unknown > PLANNED) {
		html_raw(h->out, "<p>More verdicts are unknown than this page has "
		    "a plan for: <code>scarp gaps</code> makes one.</p>\n");
	} else {
		report.gaps = find(h);
		add_lead(h, report.gaps);
		add_plan(h, &report);
	}
	html_raw(h->out, "</section>\n");
}
