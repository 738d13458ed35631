/* SPDX-License-Identifier: Apache-2.0 */
/* Walking a document, and complaining of what it holds. */
#include "inventory/bind.h"

#include <stdlib.h>

const struct document_node *bind_first(const struct bind *b,
    const struct document_node *node)
{
	return node->first ? bind_node(b, node->first) : NULL;
}

const struct document_node *bind_next(const struct bind *b,
    const struct document_node *node)
{
	return node->next ? bind_node(b, node->next) : NULL;
}

const struct document_node *bind_child(const struct bind *b,
    const struct document_node *map, struct str key)
{
	const struct document_node *child;

	if (map->kind != DOCUMENT_MAP)
		return NULL;
	for (child = bind_first(b, map); child; child = bind_next(b, child))
		if (str_equal(child->key, key) && !node_is_broken(child))
			return child;
	return NULL;
}

void bind_enter(struct bind *b, const struct document_node *node,
    uint32_t index)
{
	*VEC_PUSH(b->facts->arena, &b->path) = (struct step){ node->key, index };
}

void bind_leave(struct bind *b)
{
	b->path.count--;
}

static struct str path_text(struct bind *b)
{
	struct text text;

	text_init(&text, diagnostics_arena(b->all));
	for (size_t i = 0; i < b->path.count; i++) {
		const struct step *step = &b->path.items[i];

		if (step->key.length == 0) {
			text_printf(&text, "[%u]", step->index);
			continue;
		}
		if (text.length)
			text_add_char(&text, '.');
		text_add(&text, input_shown(b->scratch, step->key));
	}
	return text_str(&text);
}

struct diagnostic *bind_error(struct bind *b, enum diag_code code,
    struct span span, const char *format, ...)
{
	struct arena_mark mark = arena_here(b->scratch);
	struct diagnostic *d;
	struct str message;
	va_list arguments;

	va_start(arguments, format);
	message = arena_vprintf(b->scratch, format, arguments);
	va_end(arguments);
	d = diag_add(b->all, code, span, "%.*s", STR_ARG(message));
	if (!b->is_line)
		d->path = path_text(b);
	arena_rollback(b->scratch, mark);
	return d;
}

long bind_suggest(struct bind *b, struct diagnostic *d, struct str wrong,
    const struct str *names, size_t count)
{
	long nearest = diag_may_suggest(b->all, count) ?
	    diag_nearest(wrong, names, count) : -1;

	if (nearest >= 0)
		diag_help(b->all, d, "did you mean `%.*s`?",
		    STR_ARG(names[nearest]));
	return nearest;
}

struct str bind_shown(struct bind *b, struct str text)
{
	return input_shown(diagnostics_arena(b->all), text);
}

static const char *form_of(const struct document_node *node)
{
	switch (node->kind) {
	case DOCUMENT_LIST:
		return "a list";
	case DOCUMENT_MAP:
		return "a map";
	case DOCUMENT_REST:
		return "`...`";
	case DOCUMENT_PLAIN:
		return node->text.length ? "one value" : "nothing";
	case DOCUMENT_QUOTED:
		return "a text";
	}
	return "";
}

void bind_wrong_form(struct bind *b, const struct document_node *node,
    const char *form)
{
	struct diagnostic *d;

	if (node->kind == DOCUMENT_REST) {
		d = bind_error(b, DIAG_E3018, node->span,
		    "`...` has no place here");
		diag_help(b->all, d, "it stands last in a list, and says "
		    "that there may be more");
		return;
	}
	bind_error(b, DIAG_E3004, node->span, "%s is wanted here, not %s",
	    form, form_of(node));
}

static int by_cell(const void *left, const void *right)
{
	const struct seen *a = left, *b = right;

	if (a->cell != b->cell)
		return a->cell < b->cell ? -1 : 1;
	return (a->span.start > b->span.start) -
	    (a->span.start < b->span.start);
}

static int by_value(const void *left, const void *right)
{
	int64_t a = *(const int64_t *)left, b = *(const int64_t *)right;

	return (a > b) - (a < b);
}

bool bind_has_twice(int64_t *cells, size_t count)
{
	qsort(cells, count, sizeof(*cells), by_value);
	for (size_t i = 1; i < count; i++)
		if (cells[i - 1] == cells[i])
			return true;
	return false;
}

void bind_check_twice(struct bind *b, seen_list *seen, bool entities)
{
	if (seen->count > 1)
		qsort(seen->items, seen->count, sizeof(*seen->items), by_cell);
	for (size_t i = 1; i < seen->count; i++) {
		const struct seen *first = &seen->items[i - 1];
		struct diagnostic *d;

		if (first->cell != seen->items[i].cell)
			continue;
		*VEC_PUSH(b->facts->arena, &b->path) =
		    (struct step){ STR(""), seen->items[i].index };
		d = bind_error(b, entities ? DIAG_E3010 : DIAG_E3017,
		    seen->items[i].span, entities ?
		    "an entity with this key stands in this list already" :
		    "this value stands in this list already");
		diag_label(b->all, d, first->span, "first here");
		bind_leave(b);
	}
}
