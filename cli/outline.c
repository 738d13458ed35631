/* SPDX-License-Identifier: Apache-2.0 */
#include "cli/outline.h"

#include "base/io.h"
#include "base/limits.h"
#include "inventory/inventory.h"

struct reader {
	struct arena *arena;
	struct diagnostics *all;
	const struct document_node *nodes;
	struct outline *outline;
};

/* --- the form of a node --------------------------------------------------- */

static bool is_text(const struct document_node *node)
{
	return node->kind == DOCUMENT_PLAIN || node->kind == DOCUMENT_QUOTED;
}

static void report_form(struct reader *r, const struct document_node *node,
    const char *what, const char *wanted)
{
	diag_add(r->all, DIAG_E8201, node->span, "%s is %s", what, wanted);
}

/* What is allowed in a map, and whether it must be there. */
struct key {
	const char *name;
	bool is_needed;
	const struct document_node *found;
};

static void report_key(struct reader *r, const struct document_node *node,
    const struct key *keys, size_t count)
{
	struct str *names = ARENA_ARRAY(r->arena, struct str, count);
	struct diagnostic *d = diag_add(r->all, DIAG_E8201, node->key_span,
	    "an outline has no `%.*s` here", STR_ARG(node->key));
	long near;

	for (size_t i = 0; i < count; i++)
		names[i] = str_of(keys[i].name);
	near = diag_nearest(node->key, names, count);
	if (near >= 0)
		diag_help(r->all, d, "did you mean `%s`?", keys[near].name);
}

/* Finds KEYS in a map; false where one that is needed is missing. */
static bool take_keys(struct reader *r, const struct document_node *map,
    const char *what, struct key *keys, size_t count)
{
	bool is_whole = true;

	if (map->kind != DOCUMENT_MAP) {
		report_form(r, map, what, "a map");
		return false;
	}
	for (uint32_t i = map->first; i; i = r->nodes[i].next) {
		size_t k = 0;

		while (k < count && !str_equal(r->nodes[i].key, str_of(keys[k].name)))
			k++;
		if (k == count)
			report_key(r, &r->nodes[i], keys, count);
		else
			keys[k].found = &r->nodes[i];
	}
	for (size_t k = 0; k < count; k++) {
		if (keys[k].found || !keys[k].is_needed)
			continue;
		diag_add(r->all, DIAG_E8201, map->span, "%s has no `%s`", what,
		    keys[k].name);
		is_whole = false;
	}
	return is_whole;
}

static struct str take_text(struct reader *r, const struct key *key)
{
	if (!key->found)
		return STR("");
	if (is_text(key->found) && key->found->text.length)
		return key->found->text;
	report_form(r, key->found, arena_printf(r->arena, "`%s`", key->name).at,
	    "a text");
	return STR("");
}

static bool take_list(struct reader *r, const struct key *key)
{
	if (key->found->kind == DOCUMENT_LIST && key->found->count)
		return true;
	report_form(r, key->found, arena_printf(r->arena, "`%s`", key->name).at,
	    "a list that is not empty");
	return false;
}

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
	struct key keys[] = { { "id", true, NULL }, { "says", true, NULL },
		{ "partial", false, NULL }, { "undecidable", false, NULL } };
	struct outline_item item = { .partial_span = SPAN_NONE,
		.undecidable_span = SPAN_NONE };
	const struct outline_item *other;

	if (!take_keys(r, node, "an item", keys, 4))
		return;
	item.id = take_text(r, &keys[0]);
	item.says = take_text(r, &keys[1]);
	item.partial = take_text(r, &keys[2]);
	item.undecidable = take_text(r, &keys[3]);
	item.span = keys[0].found->span;
	item.chapter = (uint32_t)r->outline->chapters.count - 1;
	if (keys[2].found)
		item.partial_span = keys[2].found->span;
	if (keys[3].found)
		item.undecidable_span = keys[3].found->span;
	if (keys[2].found && keys[3].found)
		diag_add(r->all, DIAG_E8201, keys[3].found->key_span,
		    "what is decided in part is not undecidable");
	other = item_called(r->outline, item.id);
	if (other)
		diag_label(r->all, diag_add(r->all, DIAG_E8201, item.span,
		    "there are two items `%.*s`", STR_ARG(item.id)),
		    other->span, "the other one");
	*VEC_PUSH(r->arena, &r->outline->items) = item;
	VEC_LAST(&r->outline->chapters)->count++;
}

static void read_chapter(struct reader *r, const struct document_node *node)
{
	struct key keys[] = { { "heading", true, NULL }, { "items", true, NULL } };
	struct outline_chapter *chapter;

	if (!take_keys(r, node, "a chapter", keys, 2))
		return;
	chapter = VEC_PUSH(r->arena, &r->outline->chapters);
	chapter->heading = take_text(r, &keys[0]);
	chapter->span = keys[0].found->span;
	chapter->first = (uint32_t)r->outline->items.count;
	if (!take_list(r, &keys[1]))
		return;
	for (uint32_t i = keys[1].found->first; i; i = r->nodes[i].next)
		read_item(r, &r->nodes[i]);
}

static void read_outline(struct reader *r)
{
	struct key keys[] = { { "outline", true, NULL }, { "title", false, NULL },
		{ "chapters", true, NULL } };

	if (!take_keys(r, &r->nodes[0], "an outline", keys, 3))
		return;
	r->outline->name = take_text(r, &keys[0]);
	r->outline->title = take_text(r, &keys[1]);
	if (!take_list(r, &keys[2]))
		return;
	for (uint32_t i = keys[2].found->first; i; i = r->nodes[i].next)
		read_chapter(r, &r->nodes[i]);
}

struct outline *outline_read(struct arena *arena, struct diagnostics *all,
    struct str path)
{
	struct sources *sources = diagnostics_sources(all);
	size_t before = diag_errors(all);
	struct reader r = { .arena = arena, .all = all };
	const struct document *document;
	struct str bytes, why;
	uint32_t file;

	if (!io_read(arena, arena_copy(arena, path).at,
	    limit_get(LIMIT_RULE_FILE), &bytes, &why)) {
		diag_add(all, DIAG_E8101, SPAN_NONE, "`%.*s` cannot be read: %.*s",
		    STR_ARG(path), STR_ARG(why));
		return NULL;
	}
	file = source_add(sources, path, bytes);
	document = str_ends(path, STR(".json")) ? json_read(arena, all, file)
	    : yaml_read(arena, all, file);
	if (!document || diag_errors(all) > before)
		return NULL;
	r.nodes = document->nodes.items;
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
