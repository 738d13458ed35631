/* SPDX-License-Identifier: Apache-2.0 */
/* html - what the parts of the HTML report share. */
#ifndef SCARP_REPORT_HTML_H
#define SCARP_REPORT_HTML_H

#include "report/report.h"
#include "report/view.h"
#include "report/write_html.h"

/* Results by where they belong: what one host, site, ... has. */
struct html_place {
	struct str kind, name;
	uint64_t fail[SEVERITY_CRITICAL + 1];	/* by severity */
	uint64_t unknown;
};
struct html_places { VEC(struct html_place) items; };	/* worst first */

struct html {
	const struct report *report;
	struct arena *arena;
	struct text *out;
	struct html_places places;
};

/* "fail", "unknown", "pass", "none" (not applicable), "error", "waived". */
const char *html_verdict(const struct report_result *result);

/* A cell of a count, as what IS tells where there is no room for a head. */
void html_count(struct text *out, const char *class_name, const char *is, uint64_t n);

/* --- html_lists.c --- */
void html_count_places(struct html *h);
void html_lists(struct html *h);
/* --- html_summary.c --- */
void html_summary(struct html *h);
void html_rules(struct html *h);
/* --- html_gaps.c --- */
void html_gaps(struct html *h);
/* --- html_placement.c --- */
/* What stands where, such as roles on hosts; places are counted already. */
void html_placement(struct html *h);
/* --- html_walk.c --- */
/* The walks that a proof rests on, drawn: places, and links between them. */
struct proof;
void html_walks(struct html *h, const struct proof *proof);
/* --- html_finding.c --- */
void html_findings(struct html *h);

#endif
