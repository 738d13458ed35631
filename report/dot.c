/* SPDX-License-Identifier: Apache-2.0 */
/*
 * A drawing for Graphviz.  Labels stand in quotes: a quote or backslash in
 * one gets a backslash before it, and `&` is spelled as an entity, which
 * Graphviz reads in labels.  What nobody could see is spelled out.
 */
#include "report/drawing.h"

#include "report/view.h"

static void add_label(struct text *out, struct str s)
{
	struct str shown = view_visible(out->arena, s);

	for (size_t i = 0; i < shown.length; i++) {
		if (shown.at[i] == '"' || shown.at[i] == '\\')
			text_add_char(out, '\\');
		if (shown.at[i] == '&')
			text_add(out, STR("&amp;"));
		else
			text_add_char(out, shown.at[i]);
	}
}

static void add_node(struct text *out, const struct drawing_node *node, size_t n)
{
	static const char *const marks[] = {
		[DRAWING_PLAIN] = "",
		[DRAWING_WAIVED] = ", color=\"#5b5f97\", penwidth=2",
		[DRAWING_UNKNOWN] = ", color=\"#9a6700\", penwidth=2",
		[DRAWING_FAIL] = ", color=\"#b3261e\", penwidth=3",
	};

	text_printf(out, "\tn%zu [label=\"", n);
	add_label(out, node->name);
	if (node->kind.length) {
		text_add(out, STR("\\n"));
		add_label(out, node->kind);
	}
	for (size_t i = 0; i < node->lines.count; i++) {
		text_add(out, STR("\\n"));
		add_label(out, node->lines.items[i]);
	}
	text_printf(out, "\"%s%s]\n", marks[node->mark],
	    node->possible ? ", style=\"rounded,filled,dashed\"" : "");
}

static void add_edge(struct text *out, const struct drawing_edge *edge)
{
	text_printf(out, "\tn%u -> n%u [label=\"", edge->from, edge->to);
	add_label(out, edge->link);
	text_printf(out, "%s\"%s%s]\n", edge->possible ? " ?" : "",
	    edge->possible ? ", style=dashed" : "",
	    edge->is_step ? ", penwidth=2.5, color=\"#1f2328\"" : "");
}

static void add_remarks(struct text *out, const struct drawing *drawing)
{
	text_add(out, STR("\tremarks [shape=note, style=\"\", label=\""));
	for (size_t i = 0; i < drawing->remarks.count; i++) {
		add_label(out, drawing->remarks.items[i]);
		text_add(out, STR("\\l"));
	}
	text_add(out, STR("\"]\n"));
}

void drawing_dot(const struct drawing *drawing, struct text *out)
{
	text_add(out, STR("digraph scarp {\n\tgraph [rankdir=LR, labelloc=t, "
	    "fontname=\"sans-serif\", label=\""));
	add_label(out, drawing->title);
	text_add(out, STR("\"]\n\tnode [shape=box, style=\"rounded,filled\", "
	    "fillcolor=\"#ffffff\", color=\"#8a8f98\", fontname=\"sans-serif\", "
	    "fontsize=11]\n\tedge [color=\"#6e7781\", fontname=\"sans-serif\", "
	    "fontsize=10]\n"));
	if (drawing->remarks.count)
		add_remarks(out, drawing);
	for (size_t i = 0; i < drawing->nodes.count; i++)
		add_node(out, &drawing->nodes.items[i], i);
	for (size_t i = 0; i < drawing->edges.count; i++)
		add_edge(out, &drawing->edges.items[i]);
	text_add(out, STR("}\n"));
}
