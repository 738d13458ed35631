/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Attributes of an entity.  A list is closed unless it ends in `...`; the long
 * form also tells what may be an element.
 */
#include "inventory/bind.h"
#include "inventory/value.h"

void bind_unknown_attribute(struct bind *b, uint16_t kind, struct str name,
    struct span span)
{
	struct arena_mark mark = arena_here(b->scratch);
	struct str *names;
	size_t count = schema_attribute_names(b->facts->schema, b->scratch,
	    kind, &names);
	struct diagnostic *d = bind_error(b, DIAG_E3003, span,
	    "a %.*s has no `%.*s`",
	    STR_ARG(b->facts->schema->kinds.items[kind].name),
	    STR_ARG(bind_shown(b, name)));

	if (bind_suggest(b, d, name, names, count) < 0)
		diag_offer(b->all, d, names, count);
	arena_rollback(b->scratch, mark);
}

struct list {
	draft_id draft;
	uint16_t attribute;
	uint32_t list;
	bool certain;
	seen_list seen;
};

static void bind_owned_element(struct bind *b, struct list *list,
    const struct document_node *node)
{
	const struct schema_attribute *a = bind_schema(b, list->attribute);
	struct spot spot = { list->draft, a->type.of, list->certain,
		&list->seen };
	draft_id draft = DRAFT_NONE;

	if (node->kind == DOCUMENT_MAP)
		draft = bind_object(b, &spot, node);
	else if (node->kind != DOCUMENT_LIST &&
	    bind_allows_bare(b, &spot, a->shorthand))
		draft = bind_bare(b, &spot, node);
	else
		bind_wrong_form(b, node, "a map");
	if (draft != DRAFT_NONE && list->draft != DRAFT_NONE)
		facts_item(b->facts, list->draft, list->attribute, list->list,
		    draft, SYMBOL_NONE, list->certain, bind_origin(b, node));
}

static void bind_plain_element(struct bind *b, struct list *list,
    const struct document_node *node)
{
	const struct schema_attribute *a = bind_schema(b, list->attribute);
	symbol spelling;
	bool is_none;
	int64_t cell;

	if (bind_null(b, STR(""), false, node, &is_none) ||
	    !bind_value(b, a->name, a->type, node, &cell, &spelling))
		return;
	*VEC_PUSH(b->scratch, &list->seen) = (struct seen){ cell, node->span,
		VEC_LAST(&b->path)->index };
	facts_item(b->facts, list->draft, list->attribute, list->list, cell,
	    spelling, list->certain, bind_origin(b, node));
}

static void bind_element(struct bind *b, struct list *list,
    const struct document_node *node)
{
	if (bind_schema(b, list->attribute)->owned)
		bind_owned_element(b, list, node);
	else
		bind_plain_element(b, list, node);
}

/* `...` is allowed as the last element only. */
static bool is_rest(struct bind *b, const struct document_node *node,
    bool allowed)
{
	struct diagnostic *d;

	if (node->kind != DOCUMENT_REST)
		return false;
	if (!allowed || node->next) {
		d = bind_error(b, DIAG_E3018, node->span, allowed ?
		    "`...` stands last in a list" :
		    "`...` has no place here");
		diag_help(b->all, d, "it says of a list of facts that there "
		    "may be more");
	}
	return true;
}

static void bind_elements(struct bind *b, struct list *list,
    const struct document_node *node)
{
	const struct document_node *child = bind_first(b, node);

	for (uint32_t i = 0; child; child = bind_next(b, child), i++) {
		bind_enter(b, child, i);
		if (!node_is_broken(child) &&
		    !is_rest(b, child, list->certain))
			bind_element(b, list, child);
		bind_leave(b);
	}
}

static bool ends_open(const struct bind *b, const struct document_node *list)
{
	const struct document_node *child = bind_first(b, list);

	for (; child; child = bind_next(b, child))
		if (child->kind == DOCUMENT_REST)
			return true;
	return false;
}

/* The long form: { items: [...], possible: [...], open: true }. */
struct long_form {
	const struct document_node *items, *possible;
	bool open, has_open;
};

static void read_open(struct bind *b, const struct document_node *node,
    struct long_form *form)
{
	int64_t cell;

	form->has_open = true;
	if (node->kind == DOCUMENT_PLAIN && value_bool(node->text, &cell))
		form->open = cell;
	else
		bind_error(b, DIAG_E3005, node->span,
		    "`open` is `true` or `false`");
}

static void read_long_key(struct bind *b, const struct document_node *node,
    struct long_form *form)
{
	static const struct str keys[] = { { "items", 5 }, { "possible", 8 },
		{ "open", 4 } };
	struct diagnostic *d;

	if (str_equal(node->key, keys[2])) {
		read_open(b, node, form);
	} else if (!str_equal(node->key, keys[0]) &&
	    !str_equal(node->key, keys[1])) {
		d = bind_error(b, DIAG_E3003, node->key_span,
		    "the long form of a list has no `%.*s`",
		    STR_ARG(bind_shown(b, node->key)));
		if (bind_suggest(b, d, node->key, keys, 3) < 0)
			diag_help(b->all, d, "it has `items`, `possible` and "
			    "`open`; a list of objects is written in brackets "
			    "or with dashes");
	} else if (node->kind != DOCUMENT_LIST) {
		bind_wrong_form(b, node, "a list");
	} else if (str_equal(node->key, keys[0])) {
		form->items = node;
	} else {
		form->possible = node;
	}
}

static struct long_form read_long_form(struct bind *b,
    const struct document_node *node)
{
	struct long_form form = { 0 };
	const struct document_node *child = bind_first(b, node);
	struct diagnostic *d;
	size_t before = diag_errors(b->all);

	for (; child; child = bind_next(b, child)) {
		bind_enter(b, child, 0);
		if (!node_is_broken(child))
			read_long_key(b, child, &form);
		bind_leave(b);
	}
	if (!form.items && !form.open && (!form.possible || form.has_open) &&
	    diag_errors(b->all) == before) {
		d = bind_error(b, DIAG_E3018, node->span,
		    "a closed list needs its `items`");
		diag_help(b->all, d, "write `items: []` when there are none, "
		    "`open: true` when there may be more");
	}
	return form;
}

static void bind_list(struct bind *b, struct list *list,
    const struct document_node *node)
{
	struct long_form form = { .items = node };
	struct arena_mark mark = arena_here(b->scratch);
	bool closed;

	if (node->kind == DOCUMENT_MAP)
		/* analyzer: it zeroes all; bits of a struct are lost to gcc 12 */
		form = read_long_form(b, node);
	closed = form.items && !form.open && !ends_open(b, form.items);
	list->list = facts_list(b->facts, list->draft, list->attribute,
	    closed, bind_origin(b, node));
	list->certain = true;
	if (form.items) {
		if (form.items != node)
			bind_enter(b, form.items, 0);
		bind_elements(b, list, form.items);
		if (form.items != node)
			bind_leave(b);
	}
	list->certain = false;
	if (form.possible) {
		bind_enter(b, form.possible, 0);
		bind_elements(b, list, form.possible);
		bind_leave(b);
	}
	bind_check_twice(b, &list->seen, bind_schema(b, list->attribute)->owned);
	arena_rollback(b->scratch, mark);
}

static void bind_set(struct bind *b, draft_id draft, uint16_t attribute,
    const struct document_node *node)
{
	const struct schema_attribute *a = bind_schema(b, attribute);
	struct list list = { .draft = draft, .attribute = attribute };
	bool is_none;

	if (bind_null(b, a->name, false, node, &is_none))
		return;
	if (node->kind == DOCUMENT_LIST || node->kind == DOCUMENT_MAP)
		bind_list(b, &list, node);
	else
		bind_wrong_form(b, node, "a list");
}

/* What is owned stands in a set: the compiler sees to it (E1023). */
static void bind_single(struct bind *b, draft_id draft, uint16_t attribute,
    const struct document_node *node)
{
	const struct schema_attribute *a = bind_schema(b, attribute);
	symbol spelling;
	bool is_none;
	int64_t cell;

	if (bind_null(b, a->name, a->type.optional, node, &is_none)) {
		if (is_none)
			facts_none(b->facts, draft, attribute,
			    bind_origin(b, node));
	} else if (node->kind == DOCUMENT_PLAIN &&
	    str_equal(node->text, STR("..."))) {
		is_rest(b, &(struct document_node){ .kind = DOCUMENT_REST,
			.span = node->span }, false);
	} else if (bind_value(b, a->name, a->type, node, &cell, &spelling)) {
		facts_value(b->facts, draft, attribute, cell, spelling,
		    bind_origin(b, node));
	}
}

void bind_attribute(struct bind *b, draft_id draft, uint16_t kind,
    const struct document_node *node)
{
	uint16_t attribute = facts_attribute(b->facts, kind, node->key);
	const struct schema_attribute *a;
	struct diagnostic *d;

	if (attribute == SCHEMA_NONE) {
		bind_unknown_attribute(b, kind, node->key, node->key_span);
		return;
	}
	a = bind_schema(b, attribute);
	if (a->key)
		return;
	if (a->derived) {
		d = bind_error(b, DIAG_E3016, node->key_span,
		    "`%.*s` is computed by the rules", STR_ARG(a->name));
		diag_help(b->all, d, "leave it out");
	} else if (a->type.set) {
		bind_set(b, draft, attribute, node);
	} else {
		bind_single(b, draft, attribute, node);
	}
}
