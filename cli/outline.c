/* SPDX-License-Identifier: Apache-2.0 */
#include "cli/outline.h"

#include "cli/form.h"

struct reader {
	struct form form;
	struct outline *outline;
};

/* --- items and chapters ---------------------------------------------------- */

static const struct outline_item *item_called(const struct outline *outline,
    struct str id)
{
	for (size_t i = 0; i < outline->items.count; i++)
		if (str_equal(outline->items.items[i].id, id))
			return &outline->items.items[i];
	return NULL;
}

static void read_item(struct reader *r, const struct document_node *node)
{
	struct form_key keys[] = { { "id", true, NULL }, { "says", true, NULL },
		{ "partial", false, NULL }, { "undecidable", false, NULL } };
	struct outline_item item = { .partial_span = SPAN_NONE,
		.undecidable_span = SPAN_NONE };
	const struct outline_item *other;

	if (!form_take(&r->form, node, "an item", keys, 4))
		return;
	item.id = form_text(&r->form, &keys[0]);
	item.says = form_text(&r->form, &keys[1]);
	item.partial = form_text(&r->form, &keys[2]);
	item.undecidable = form_text(&r->form, &keys[3]);
	item.span = keys[0].found->span;
	item.chapter = (uint32_t)r->outline->chapters.count - 1;
	if (keys[2].found)
		item.partial_span = keys[2].found->span;
	if (keys[3].found)
		item.undecidable_span = keys[3].found->span;
	if (keys[2].found && keys[3].found)
		diag_add(r->form.all, DIAG_E8201, keys[3].found->key_span,
		    "what is decided in part is not undecidable");
	other = item_called(r->outline, item.id);
	if (other)
		diag_label(r->form.all, diag_add(r->form.all, DIAG_E8201, item.span,
		    "there are two items `%.*s`", STR_ARG(item.id)),
		    other->span, "the other one");
	*VEC_PUSH(r->form.arena, &r->outline->items) = item;
	VEC_LAST(&r->outline->chapters)->count++;
}

static void read_chapter(struct reader *r, const struct document_node *node)
{
	struct form_key keys[] = { { "heading", true, NULL }, { "items", true, NULL } };
	struct outline_chapter *chapter;

	if (!form_take(&r->form, node, "a chapter", keys, 2))
		return;
	chapter = VEC_PUSH(r->form.arena, &r->outline->chapters);
	chapter->heading = form_text(&r->form, &keys[0]);
	chapter->span = keys[0].found->span;
	chapter->first = (uint32_t)r->outline->items.count;
	if (!form_list(&r->form, &keys[1]))
		return;
	for (uint32_t i = keys[1].found->first; i; i = r->form.nodes[i].next)
		read_item(r, &r->form.nodes[i]);
}

static void read_outline(struct reader *r)
{
	struct form_key keys[] = { { "outline", true, NULL }, { "title", false, NULL },
		{ "chapters", true, NULL } };

	if (!form_take(&r->form, &r->form.nodes[0], "an outline", keys, 3))
		return;
	r->outline->name = form_text(&r->form, &keys[0]);
	r->outline->title = form_text(&r->form, &keys[1]);
	if (!form_list(&r->form, &keys[2]))
		return;
	for (uint32_t i = keys[2].found->first; i; i = r->form.nodes[i].next)
		read_chapter(r, &r->form.nodes[i]);
}

struct outline *outline_read(struct arena *arena, struct diagnostics *all,
    struct str path)
{
	size_t before = diag_errors(all);
	struct reader r = { .form = { .arena = arena, .all = all,
		.code = DIAG_E8201, .what = "an outline" } };

	if (!form_read(&r.form, path))
		return NULL;
	r.outline = ARENA_NEW(arena, struct outline);
	read_outline(&r);
	return diag_errors(all) == before ? r.outline : NULL;
}

/* --- what a `source` clause means ------------------------------------------ */

static long find_id(const struct outline *outline, struct str id)
{
	for (size_t i = 0; i < outline->items.count; i++)
		if (str_equal(outline->items.items[i].id, id))
			return (long)i;
	return -1;
}

bool outline_find(const struct outline *outline, struct str where,
    uint32_t *item, long *chapter)
{
	long i = find_id(outline, where);

	*chapter = -1;
	for (size_t c = 0; c < outline->chapters.count && i < 0; c++) {
		const struct outline_chapter *at = &outline->chapters.items[c];
		struct str rest = str_slice(where, at->heading.length, where.length);

		if (!str_starts(where, at->heading) ||
		    (rest.length && !str_starts(rest, STR(": "))))
			continue;
		*chapter = (long)c;
		if (rest.length == 0 && at->count == 1)
			i = (long)at->first;
		else if (rest.length)
			i = find_id(outline, str_slice(rest, 2, rest.length));
		if (i >= 0 && outline->items.items[i].chapter != (uint32_t)c)
			i = -1;
	}
	*item = (uint32_t)i;
	return i >= 0;
}
