/* SPDX-License-Identifier: Apache-2.0 */
/* gaps - what `scarp gaps` prints. */
#ifndef SCARP_REPORT_GAPS_H
#define SCARP_REPORT_GAPS_H

#include "explain/gaps.h"

struct gaps_report {
	struct arena *arena;
	const struct sources *sources;
	const struct tree *tree;
	const struct graph *graph;
	const struct gaps *gaps;
	bool colour;			/* of text, for a terminal */
	unsigned width;			/* columns of text; 0: of any length */
};

/* A plan to read; it leaves out the tail of long lists. */
void gaps_text(const struct gaps_report *report, struct text *out);
/* Everything; docs/gaps.md has the members. */
void gaps_json(const struct gaps_report *report, struct text *out);
/* A row for each missing fact: a list to give to who collects. */
void gaps_csv(const struct gaps_report *report, struct text *out);

/* What a job is called: "collect Host.zone", "list every Host". */
struct str gaps_job_text(const struct gaps_report *report, const struct gap_job *job);
/* The same with its facts: "collect a.zone", "collect Host.zone on 3 hosts";
 * what is hidden is spelled out. */
void gaps_step_text(const struct gaps_report *report, struct text *out, uint32_t job);
/* "Host.zone", or "Host"; empty for the date. */
struct str gaps_attribute_text(const struct gaps_report *report,
    uint16_t attribute, uint16_t kind);

#endif
