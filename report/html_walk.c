/* SPDX-License-Identifier: Apache-2.0 */
/*
 * A walk, drawn from top to bottom: a box per place, an arrow per step with the
 * link's name beside it.  The tree below it tells the places in the files.
 */
#include "report/html.h"

#include "base/utf8.h"
#include "report/walks.h"

/* In units of the drawing, which are pixels at its natural size. */
enum { LETTER = 8, PAD = 12, BOX = 28, GAP = 44 };

static size_t letters(struct arena *arena, struct str name)
{
	return utf8_length(view_visible(arena, name));
}

static void add_box(struct html *h, struct str name, size_t row, size_t width, bool last)
{
	size_t y = row * (BOX + GAP) + 1;

	text_printf(h->out, "<rect class=\"w-box%s\" x=\"1\" y=\"%zu\" width=\"%zu\" "
	    "height=\"%d\" rx=\"5\"/><text class=\"w-name\" x=\"%d\" y=\"%zu\">",
	    last ? " w-end" : "", y, width, BOX, PAD, y + BOX - 9);
	html_name(h->out, name);
	html_raw(h->out, "</text>");
}

/* The arrow goes as the link does, which may be walked backwards. */
static void add_arrow(struct html *h, const struct proof_node *step, size_t row)
{
	size_t top = row * (BOX + GAP) + BOX + 2, end = top + GAP - 3;

	text_printf(h->out, "<line class=\"w-line%s\" x1=\"24\" y1=\"%zu\" x2=\"24\" "
	    "y2=\"%zu\"/>", step->truth == TRUTH_TRUE ? "" : " w-may", top, end);
	if (step->backwards)
		text_printf(h->out, "<path class=\"w-head\" d=\"M24 %zul-5 9h10z\"/>", top);
	else
		text_printf(h->out, "<path class=\"w-head\" d=\"M24 %zul-5 -9h10z\"/>", end);
	text_printf(h->out, "<text class=\"w-link\" x=\"40\" y=\"%zu\">",
	    (top + end) / 2 + 5);
	html_name(h->out, step->link);
	html_raw(h->out, step->truth == TRUTH_TRUE ? "</text>" : " ?</text>");
}

static size_t longest(struct html *h, struct proof_node *const *steps, size_t count)
{
	size_t most = letters(h->report->arena, steps[0]->from);

	for (size_t i = 0; i < count; i++) {
		size_t name = letters(h->report->arena, steps[i]->to);
		size_t link = letters(h->report->arena, steps[i]->link) + 4;

		most = name > most ? name : most;
		most = link > most ? link : most;
	}
	return most;
}

static void draw(struct html *h, struct proof_node *const *steps, size_t count)
{
	size_t width = longest(h, steps, count) * LETTER + (size_t)2 * PAD;
	size_t height = count * (BOX + GAP) + BOX + 2;

	text_printf(h->out, "<svg class=\"walk\" role=\"img\" width=\"%zu\" "
	    "height=\"%zu\" viewBox=\"0 0 %zu %zu\" aria-label=\"Path: ", width + 2,
	    height, width + 2, height);
	for (size_t i = 0; i < count; i++) {
		html_raw(h->out, i ? ", " : "");
		html_name(h->out, steps[i]->expression);
		html_raw(h->out, steps[i]->truth == TRUTH_TRUE ? "" : " (may be)");
	}
	html_raw(h->out, "\">");
	add_box(h, steps[0]->from, 0, width, false);
	for (size_t i = 0; i < count; i++) {
		add_arrow(h, steps[i], i);
		add_box(h, steps[i]->to, i + 1, width, i + 1 == count);
	}
	html_raw(h->out, "</svg>");
}

void html_walks(struct html *h, const struct proof *proof)
{
	struct walk_chains chains = walks_of(h->report->arena, proof, true);

	for (size_t i = 0; i < chains.items.count; i++)
		draw(h, chains.items.items[i].steps, chains.items.items[i].count);
}
