/* SPDX-License-Identifier: Apache-2.0 */
/*
 * drawing - entities and the links between them, to be drawn by others:
 * Graphviz and Mermaid.  Nodes and edges are written in the order in which
 * they were made, so whoever makes them chooses an order that is the same in
 * every run.
 */
#ifndef SCARP_REPORT_DRAWING_H
#define SCARP_REPORT_DRAWING_H

#include "base/intern.h"
#include "base/text.h"
#include "base/vec.h"

/* Worst last. */
enum drawing_mark { DRAWING_PLAIN, DRAWING_WAIVED, DRAWING_UNKNOWN, DRAWING_FAIL };

struct drawing_node {
	struct str name, kind;		/* of anything: they are escaped */
	VEC(struct str) lines;		/* what is said of it */
	enum drawing_mark mark;
	bool possible;			/* it may not exist */
};

struct drawing_edge {
	uint32_t from, to;		/* nodes */
	struct str link;
	bool possible;			/* it may not be there */
	bool is_step;			/* of a path: drawn heavier */
};

struct drawing {
	struct arena *arena;
	struct str title;		/* a line of ours */
	VEC(struct str) remarks;	/* of the whole, of anything: escaped */
	VEC(struct drawing_node) nodes;
	VEC(struct drawing_edge) edges;
	struct map *places, *links;
};

void drawing_init(struct drawing *drawing, struct arena *arena);
/* The node of a place, which is any number; *IS_NEW: it has no name yet. */
uint32_t drawing_node(struct drawing *drawing, uint32_t place, bool *is_new);
/* An edge; of several with the same ends and link one, as certain and as
 * heavy as the surest and heaviest of them. */
void drawing_edge(struct drawing *drawing, struct drawing_edge edge);

void drawing_dot(const struct drawing *drawing, struct text *out);
void drawing_mermaid(const struct drawing *drawing, struct text *out);

#endif
