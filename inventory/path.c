/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The logical path of a fact that is found to be wrong only when its
 * document is long gone: the file is read once more and searched.
 */
#include "base/text.h"
#include "inventory/read.h"

/* Nodes that are looked at in one run; then errors go without their paths. */
#define PATH_WORK 20000000

struct search {
	const struct document *document;
	struct text *path;
	struct span span;
	size_t *work;
};

static bool is_same(struct span a, struct span b)
{
	return a.file == b.file && a.start == b.start && a.end == b.end;
}

static void add_step(struct search *s, const struct document_node *node,
    uint32_t index)
{
	if (node->key.length == 0) {
		text_printf(s->path, "[%u]", index);
		return;
	}
	if (s->path->length)
		text_add_char(s->path, '.');
	text_add(s->path, node->key);
}

/* A key belongs to its value. */
static uint32_t start_of(const struct document_node *node)
{
	return node->key.length ? node->key_span.start : node->span.start;
}

/* The child of PARENT around the place that is sought: children are in the
 * order of the text. */
static uint32_t child_around(const struct search *s, uint32_t parent,
    uint32_t *index)
{
	const struct document_node *nodes = s->document->nodes.items;
	uint32_t found = 0, i = 0;

	for (uint32_t n = nodes[parent].first; n; n = nodes[n].next, i++) {
		++*s->work;
		if (span_is_none(nodes[n].span))
			continue;
		if (start_of(&nodes[n]) > s->span.start)
			break;
		found = n;
		*index = i;
	}
	return found;
}

struct str document_path(struct facts *facts, const struct document *document,
    struct span span)
{
	struct text path;
	struct search s = { document, &path, span, &facts->reread.work };
	uint32_t node = 0, index = 0;

	text_init(&path, diagnostics_arena(facts->all));
	if (*s.work > PATH_WORK)
		return STR("");
	while (!is_same(document->nodes.items[node].span, span) &&
	    !is_same(document->nodes.items[node].key_span, span)) {
		node = child_around(&s, node, &index);
		if (node == 0)
			return STR("");
		add_step(&s, &document->nodes.items[node], index);
	}
	return text_str(&path);
}

static void release_arena(void *arena)
{
	arena_free(arena);
}

/* What is wrong with the file was said when it was first read.  The last
 * document is kept: errors come file by file. */
static const struct document *read_again(struct facts *facts, uint32_t file)
{
	struct reread *r = &facts->reread;
	struct diagnostics *silent;

	if (r->arena && r->file == file)
		return r->document;
	r->arena = arena_new();
	arena_defer(facts->arena, release_arena, r->arena);
	silent = diagnostics_new(r->arena, diagnostics_sources(facts->all));
	r->file = file;
	r->document = input_parse(r->arena, facts, silent, file);
	return r->document;
}

struct str facts_path(struct facts *facts, struct span span)
{
	const struct document *document = facts->document;

	if (!document)
		document = read_again(facts, span.file);
	if (!document)
		return STR("");
	return document_path(facts, document, span);
}
