/* SPDX-License-Identifier: Apache-2.0 */
/* proof - a proof as text, for people and for programs. */
#ifndef SCARP_REPORT_PROOF_H
#define SCARP_REPORT_PROOF_H

#include "base/links.h"
#include "explain/proof.h"
#include "report/write_json.h"

/* How a tree is drawn. */
struct proof_style {
	bool colour;
	bool lines;		/* with box-drawing characters, else ASCII */
	unsigned indent;	/* columns before each line */
	const struct links *links;	/* of places, or NULL */
	unsigned width;		/* columns of a line; 0: of any length */
};

/* Whose word it is, in the order of the numbers that stand for it; in ARENA. */
struct proof_legend { struct arena *arena; VEC(struct proof_source) items; };

/* The clauses as a tree, a line or more for each node; sources by their numbers.
 * SCRATCH: what is needed meanwhile. */
void proof_text(struct arena *scratch, const struct proof *proof, const struct sources *sources,
    struct proof_style style, struct proof_legend *legend, struct text *out);
void proof_legend_text(const struct proof_legend *legend,
    struct proof_style style, struct text *out);
/* One JSON object: docs/report.md, "Proofs". */
void proof_json(struct arena *scratch, const struct proof *proof, const struct sources *sources,
    struct json *j);

/* `name`: file, line and column; nothing where there is no place. */
void proof_json_place(const struct sources *sources, const char *name,
    struct span span, struct json *j);

#endif
