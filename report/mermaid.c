/* SPDX-License-Identifier: Apache-2.0 */
/*
 * A drawing as a Mermaid flowchart.  Labels stand in quotes, and every sign
 * that Mermaid or Markdown could read as more than itself is spelled by its
 * number: `#35;`.  What Mermaid looks for even so, a place where a line may
 * break keeps apart.  What nobody could see is spelled out.
 */
#include "report/drawing.h"

#include "report/view.h"

/* In names and links it stands for itself; a full stop or hyphen would begin
 * a list before a blank. */
static bool is_plain(struct str s, size_t i)
{
	char c = s.at[i];
	bool is_last = i + 1 == s.length;

	if ((unsigned char)c >= 0x80 || (c >= '0' && c <= '9') ||
	    (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z'))
		return true;
	if (c == '.' || c == '-')
		return !is_last && s.at[i + 1] != ' ';
	return strchr(" ,_/", c) != NULL;
}

/* Behind I would be a line feed (`\n`), an icon (`fa:fa-ban`) or a formula. */
static bool is_looked_for(struct str s, size_t i)
{
	struct str rest = str_slice(s, i, s.length);

	return str_starts(rest, STR("\\n")) || str_starts(rest, STR(":fa-")) ||
	    str_starts(rest, STR("$$"));
}

static void add_label(struct text *out, struct str s)
{
	struct str shown = view_visible(out->arena, s);

	for (size_t i = 0; i < shown.length; i++) {
		if (is_plain(shown, i))
			text_add_char(out, shown.at[i]);
		else
			text_printf(out, "#%d;", shown.at[i]);
		if (is_looked_for(shown, i))
			text_add(out, STR("<wbr>"));
	}
}

static void add_node(struct text *out, const struct drawing_node *node, size_t n)
{
	static const char *const marks[] = {
		[DRAWING_PLAIN] = "", [DRAWING_WAIVED] = ":::waived",
		[DRAWING_UNKNOWN] = ":::unknown", [DRAWING_FAIL] = ":::fail",
	};

	text_printf(out, "    n%zu[\"", n);
	add_label(out, node->name);
	if (node->kind.length) {
		text_add(out, STR("<br>"));
		add_label(out, node->kind);
	}
	for (size_t i = 0; i < node->lines.count; i++) {
		text_add(out, STR("<br>"));
		add_label(out, node->lines.items[i]);
	}
	text_printf(out, "\"]%s\n", marks[node->mark]);
	if (node->possible)
		text_printf(out, "    style n%zu stroke-dasharray:4\n", n);
}

static void add_edge(struct text *out, const struct drawing_edge *edge)
{
	text_printf(out, "    n%u %s|\"", edge->from,
	    edge->possible ? "-.->" : edge->is_step ? "==>" : "-->");
	add_label(out, edge->link);
	text_printf(out, "%s\"| n%u\n", edge->possible ? " #63;" : "", edge->to);
}

static void add_remarks(struct text *out, const struct drawing *drawing)
{
	text_add(out, STR("    remarks>\""));
	for (size_t i = 0; i < drawing->remarks.count; i++) {
		text_add(out, i ? STR("<br>") : STR(""));
		add_label(out, drawing->remarks.items[i]);
	}
	text_add(out, STR("\"]\n"));
}

static void add_classes(const struct drawing *drawing, struct text *out)
{
	static const char *const classes[] = {
		[DRAWING_PLAIN] = "",
		[DRAWING_WAIVED] = "    classDef waived stroke:#5b5f97,stroke-width:2px\n",
		[DRAWING_UNKNOWN] = "    classDef unknown stroke:#9a6700,stroke-width:2px\n",
		[DRAWING_FAIL] = "    classDef fail stroke:#b3261e,stroke-width:3px\n",
	};
	bool used[DRAWING_FAIL + 1] = { false };

	for (size_t i = 0; i < drawing->nodes.count; i++)
		used[drawing->nodes.items[i].mark] = true;
	for (int mark = DRAWING_FAIL; mark > DRAWING_PLAIN; mark--)
		if (used[mark])
			text_add(out, str_of(classes[mark]));
}

void drawing_mermaid(const struct drawing *drawing, struct text *out)
{
	text_add(out, STR("---\ntitle: \""));
	text_add(out, drawing->title);
	text_add(out, STR("\"\n---\nflowchart LR\n"));
	if (drawing->remarks.count)
		add_remarks(out, drawing);
	for (size_t i = 0; i < drawing->nodes.count; i++)
		add_node(out, &drawing->nodes.items[i], i);
	for (size_t i = 0; i < drawing->edges.count; i++)
		add_edge(out, &drawing->edges.items[i]);
	for (size_t i = 0; i < drawing->edges.count; i++)
		if (drawing->edges.items[i].possible && drawing->edges.items[i].is_step)
			text_printf(out, "    linkStyle %zu stroke-width:3.5px\n", i);
	add_classes(drawing, out);
}
