/* SPDX-License-Identifier: Apache-2.0 */
/*
 * A document of our own format as facts.  The walk goes on after an error,
 * so that all of them are found; an entity whose key is wrong gets no draft,
 * and what is said of it is checked and goes nowhere.
 */
#include "inventory/bind.h"

#include <stdlib.h>

#include "inventory/value.h"

/* --- walking and complaining ---------------------------------------------- */

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
	d->path = path_text(b);
	arena_rollback(b->scratch, mark);
	return d;
}

long bind_suggest(struct bind *b, struct diagnostic *d, struct str wrong,
    const struct str *names, size_t count)
{
	long nearest = diag_nearest(wrong, names, count);

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

/* --- elements that stand twice -------------------------------------------- */

struct seen {
	int64_t cell;
	struct span span;
	uint32_t index;		/* in its list */
};
typedef VEC(struct seen) seen_list;

static int by_cell(const void *left, const void *right)
{
	const struct seen *a = left, *b = right;

	if (a->cell != b->cell)
		return a->cell < b->cell ? -1 : 1;
	return (a->span.start > b->span.start) -
	    (a->span.start < b->span.start);
}

static void check_twice(struct bind *b, seen_list *seen, bool entities)
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

/* --- entities ------------------------------------------------------------- */

/* Whose list an element stands in: its owner, attribute and list, or a kind. */
struct spot {
	draft_id owner;
	uint16_t kind;
	bool certain;
	seen_list *seen;
};

static draft_id bind_object(struct bind *b, const struct spot *spot,
    const struct document_node *node);

static const struct schema_attribute *attribute_of(const struct bind *b,
    uint16_t attribute)
{
	return &b->facts->schema->attributes.items[attribute];
}

/* A key that is only misspelt is said to be unknown, not to be missing too. */
static bool is_misspelt(struct bind *b, uint16_t kind,
    const struct document_node *node, struct str name)
{
	const struct document_node *child = bind_first(b, node);

	for (; child; child = bind_next(b, child))
		if (facts_attribute(b->facts, kind, child->key) ==
		    SCHEMA_NONE && diag_nearest(child->key, &name, 1) == 0)
			return true;
	return false;
}

static bool bind_key_part(struct bind *b, uint16_t attribute,
    const struct document_node *node, struct key_part *part)
{
	const struct schema_attribute *a = attribute_of(b, attribute);
	bool is_none, is_good = false;

	bind_enter(b, node, 0);
	if (!node_is_broken(node) &&
	    !bind_null(b, a->name, false, node, &is_none)) {
		is_good = bind_value(b, a->name, a->type, node, &part->cell,
		    &part->spelling);
		if (is_good && node->text.length == 0) {
			bind_error(b, DIAG_E3009, node->span,
			    "a key cannot be empty");
			is_good = false;
		}
	}
	bind_leave(b);
	part->given = true;
	if (is_good)
		part->spelling = symbol_of(b->facts->symbols, node->text);
	return is_good;
}

static bool miss_key(struct bind *b, uint16_t kind, uint16_t attribute,
    const struct document_node *node)
{
	struct str name = attribute_of(b, attribute)->name;
	struct span at = { node->span.file, node->span.start,
		node->span.start };

	if (!is_misspelt(b, kind, node, name))
		bind_error(b, DIAG_E3009, at, "a %.*s needs its key `%.*s`",
		    STR_ARG(b->facts->schema->kinds.items[kind].name),
		    STR_ARG(name));
	return false;
}

/* Is the key there after all, and broken?  That has been said. */
static bool has_broken(const struct bind *b, const struct document_node *map,
    struct str key)
{
	const struct document_node *child = bind_first(b, map);

	for (; child; child = bind_next(b, child))
		if (node_is_broken(child) && str_equal(child->key, key))
			return true;
	return false;
}

/* The key parts that the map NODE gives; false when they do not identify. */
static bool bind_key(struct bind *b, const struct spot *spot,
    const struct document_node *node, struct key_part *parts)
{
	const struct kind_facts *k = &b->facts->kinds[spot->kind];
	bool is_good = true;

	for (uint16_t i = 0; i < k->key_count; i++) {
		struct str name = attribute_of(b, k->keys[i])->name;
		const struct document_node *child = bind_child(b, node, name);

		parts[i] = (struct key_part){ .spelling = SYMBOL_NONE };
		if (child)
			is_good &= bind_key_part(b, k->keys[i], child,
			    &parts[i]);
		else if (has_broken(b, node, name))
			is_good = false;
		else if (i == 0 || k->owner == SCHEMA_NONE)
			is_good &= miss_key(b, spot->kind, k->keys[i], node);
	}
	return is_good;
}

static draft_id introduce(struct bind *b, const struct spot *spot,
    const struct document_node *node, const struct key_part *parts)
{
	draft_id draft = facts_entity(b->facts, spot->kind, spot->owner,
	    parts, bind_origin(b, node));

	facts_introduce(b->facts, draft, spot->kind, parts, spot->certain,
	    bind_origin(b, node));
	*VEC_PUSH(b->scratch, spot->seen) = (struct seen){ draft, node->span,
		VEC_LAST(&b->path)->index };
	return draft;
}

static void state_key(struct bind *b, draft_id draft, uint16_t attribute,
    const struct key_part *part, const struct document_node *node)
{
	struct type type = attribute_of(b, attribute)->type;

	if (part->given)
		facts_value(b->facts, draft, attribute, part->cell,
		    type_is_text(type) ? part->spelling : SYMBOL_NONE,
		    bind_origin(b, node));
}

/* A bare scalar is an entity with this key and nothing more. */
static draft_id bind_bare(struct bind *b, const struct spot *spot,
    const struct document_node *node)
{
	const struct kind_facts *k = &b->facts->kinds[spot->kind];
	struct key_part parts[KEYS_MOST] = { 0 };
	draft_id draft;

	if (!bind_key_part(b, k->keys[0], node, &parts[0])) {
		b->facts->incomplete = true;
		return DRAFT_NONE;
	}
	for (uint16_t i = 1; i < k->key_count; i++)
		parts[i].spelling = SYMBOL_NONE;
	draft = introduce(b, spot, node, parts);
	state_key(b, draft, k->keys[0], &parts[0], node);
	return draft;
}

static bool is_bare_allowed(const struct bind *b, const struct spot *spot,
    bool shorthand)
{
	const struct kind_facts *k = &b->facts->kinds[spot->kind];

	return k->key_count > 0 && (k->owner == SCHEMA_NONE ?
	    k->key_count == 1 : shorthand);
}

/* --- attributes ----------------------------------------------------------- */

static void unknown_attribute(struct bind *b, uint16_t kind,
    const struct document_node *node)
{
	struct arena_mark mark = arena_here(b->scratch);
	struct str *names;
	size_t count = schema_attribute_names(b->facts->schema, b->scratch,
	    kind, &names);
	struct diagnostic *d = bind_error(b, DIAG_E3003, node->key_span,
	    "a %.*s has no `%.*s`",
	    STR_ARG(b->facts->schema->kinds.items[kind].name),
	    STR_ARG(bind_shown(b, node->key)));

	bind_suggest(b, d, node->key, names, count);
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
	const struct schema_attribute *a = attribute_of(b, list->attribute);
	struct spot spot = { list->draft, a->type.of, list->certain,
		&list->seen };
	draft_id draft = DRAFT_NONE;

	if (node->kind == DOCUMENT_MAP)
		draft = bind_object(b, &spot, node);
	else if (node->kind != DOCUMENT_LIST &&
	    is_bare_allowed(b, &spot, a->shorthand))
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
	const struct schema_attribute *a = attribute_of(b, list->attribute);
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
	if (attribute_of(b, list->attribute)->owned)
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
	check_twice(b, &list->seen, attribute_of(b, list->attribute)->owned);
	arena_rollback(b->scratch, mark);
}

static void bind_set(struct bind *b, draft_id draft, uint16_t attribute,
    const struct document_node *node)
{
	const struct schema_attribute *a = attribute_of(b, attribute);
	struct list list = { .draft = draft, .attribute = attribute };
	bool is_none;

	if (bind_null(b, a->name, false, node, &is_none))
		return;
	if (node->kind == DOCUMENT_LIST || node->kind == DOCUMENT_MAP)
		bind_list(b, &list, node);
	else
		bind_wrong_form(b, node, "a list");
}

/* One owned object: its place is its owner's only one. */
static void bind_single_owned(struct bind *b, draft_id draft,
    uint16_t attribute, const struct document_node *node)
{
	const struct schema_attribute *a = attribute_of(b, attribute);
	seen_list seen = { 0 };
	struct spot spot = { draft, a->type.of, true, &seen };
	draft_id owned = DRAFT_NONE;

	if (node->kind == DOCUMENT_MAP)
		owned = bind_object(b, &spot, node);
	else if (node->kind != DOCUMENT_LIST &&
	    is_bare_allowed(b, &spot, a->shorthand))
		owned = bind_bare(b, &spot, node);
	else
		bind_wrong_form(b, node, "a map");
	if (owned != DRAFT_NONE)
		facts_value(b->facts, draft, attribute, owned, SYMBOL_NONE,
		    bind_origin(b, node));
}

static void bind_single(struct bind *b, draft_id draft, uint16_t attribute,
    const struct document_node *node)
{
	const struct schema_attribute *a = attribute_of(b, attribute);
	symbol spelling;
	bool is_none;
	int64_t cell;

	if (bind_null(b, a->name, a->type.optional, node, &is_none)) {
		if (is_none)
			facts_none(b->facts, draft, attribute,
			    bind_origin(b, node));
	} else if (a->owned) {
		bind_single_owned(b, draft, attribute, node);
	} else if (node->kind == DOCUMENT_PLAIN &&
	    str_equal(node->text, STR("..."))) {
		is_rest(b, &(struct document_node){ .kind = DOCUMENT_REST,
			.span = node->span }, false);
	} else if (bind_value(b, a->name, a->type, node, &cell, &spelling)) {
		facts_value(b->facts, draft, attribute, cell, spelling,
		    bind_origin(b, node));
	}
}

static void bind_attribute(struct bind *b, draft_id draft, uint16_t kind,
    const struct document_node *node)
{
	uint16_t attribute = facts_attribute(b->facts, kind, node->key);
	const struct schema_attribute *a;
	struct diagnostic *d;

	if (attribute == SCHEMA_NONE) {
		unknown_attribute(b, kind, node);
		return;
	}
	a = attribute_of(b, attribute);
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

/* --- objects -------------------------------------------------------------- */

/* `source` is reserved unless the kind has an attribute of that name. */
static const struct document_node *source_of(struct bind *b, uint16_t kind,
    const struct document_node *node)
{
	if (facts_attribute(b->facts, kind, STR("source")) != SCHEMA_NONE)
		return NULL;
	return bind_child(b, node, STR("source"));
}

static draft_id bind_identity(struct bind *b, const struct spot *spot,
    const struct document_node *node)
{
	const struct kind_facts *k = &b->facts->kinds[spot->kind];
	struct key_part parts[KEYS_MOST];
	draft_id draft;

	if (!bind_key(b, spot, node, parts)) {
		b->facts->incomplete = true;
		return DRAFT_NONE;
	}
	if (spot->owner == DRAFT_NONE && k->owner != SCHEMA_NONE)
		return DRAFT_NONE;
	draft = introduce(b, spot, node, parts);
	for (uint16_t i = 0; i < k->key_count; i++)
		if (parts[i].given)
			state_key(b, draft, k->keys[i], &parts[i],
			    bind_child(b, node,
			    attribute_of(b, k->keys[i])->name));
	return draft;
}

static draft_id bind_object(struct bind *b, const struct spot *spot,
    const struct document_node *node)
{
	const struct document_node *source = source_of(b, spot->kind, node);
	const struct document_node *child;
	uint32_t former = b->source;
	draft_id draft;

	if (source)
		bind_source(b, source);
	draft = bind_identity(b, spot, node);
	for (child = bind_first(b, node); child; child = bind_next(b, child)) {
		if (child == source || node_is_broken(child))
			continue;
		bind_enter(b, child, 0);
		bind_attribute(b, draft, spot->kind, child);
		bind_leave(b);
	}
	b->source = former;
	return draft;
}

static void bind_entity(struct bind *b, const struct spot *spot,
    const struct document_node *node)
{
	if (node->kind == DOCUMENT_MAP)
		bind_object(b, spot, node);
	else if (node->kind != DOCUMENT_LIST && node->kind != DOCUMENT_REST &&
	    is_bare_allowed(b, spot, false))
		bind_bare(b, spot, node);
	else
		bind_wrong_form(b, node, "a map");
}

static void bind_entities(struct bind *b, uint16_t kind,
    const struct document_node *node)
{
	const struct document_node *child;
	seen_list seen = { 0 };
	struct spot spot = { DRAFT_NONE, kind, true, &seen };
	struct arena_mark mark = arena_here(b->scratch);
	uint32_t i = 0;

	if (node->kind != DOCUMENT_LIST) {
		bind_wrong_form(b, node, "a list");
		return;
	}
	for (child = bind_first(b, node); child;
	    child = bind_next(b, child), i++) {
		bind_enter(b, child, i);
		if (child->kind == DOCUMENT_REST) {
			struct diagnostic *d = bind_error(b, DIAG_E3018,
			    child->span, "`...` has no place here");

			diag_help(b->all, d, "there may be more of a kind "
			    "unless it stands under `complete`");
		} else if (!node_is_broken(child)) {
			bind_entity(b, &spot, child);
		}
		bind_leave(b);
	}
	check_twice(b, &seen, true);
	arena_rollback(b->scratch, mark);
}

static void unknown_plural(struct bind *b, const struct document_node *node)
{
	const struct schema *schema = b->facts->schema;
	struct arena_mark mark = arena_here(b->scratch);
	struct str *names = ARENA_ARRAY(b->scratch, struct str,
	    schema->kinds.count);
	size_t count = 0;
	struct diagnostic *d = bind_error(b, DIAG_E3003, node->key_span,
	    "an inventory of `%.*s` has no `%.*s`", STR_ARG(schema->name),
	    STR_ARG(bind_shown(b, node->key)));

	for (size_t i = 0; i < schema->kinds.count; i++)
		if (b->facts->kinds[i].owner == SCHEMA_NONE)
			names[count++] = schema->kinds.items[i].plural;
	bind_suggest(b, d, node->key, names, count);
	arena_rollback(b->scratch, mark);
	b->facts->incomplete = true;
}

static void bind_top(struct bind *b, const struct document_node *node)
{
	const struct schema *schema = b->facts->schema;
	uint16_t kind = schema_find_plural(schema, node->key);
	const struct schema_attribute *owner;
	struct diagnostic *d;

	if (kind == SCHEMA_NONE) {
		unknown_plural(b, node);
		return;
	}
	if (b->facts->kinds[kind].owner == SCHEMA_NONE) {
		bind_entities(b, kind, node);
		return;
	}
	owner = attribute_of(b, b->facts->kinds[kind].owner);
	d = bind_error(b, DIAG_E3021, node->key_span,
	    "`%.*s` stand inside their %.*s", STR_ARG(node->key),
	    STR_ARG(schema->kinds.items[owner->kind].name));
	diag_help(b->all, d, "list each under `%.*s` of its %.*s",
	    STR_ARG(owner->name),
	    STR_ARG(schema->kinds.items[owner->kind].name));
	b->facts->incomplete = true;
}

static void bind_root(struct bind *b, const struct document_node *root)
{
	const struct document_node *child = bind_first(b, root);

	for (; child; child = bind_next(b, child)) {
		if (node_is_broken(child))
			continue;
		bind_enter(b, child, 0);
		if (str_equal(child->key, STR("complete")))
			bind_complete(b, child);
		else if (!bind_is_header(child->key))
			bind_top(b, child);
		bind_leave(b);
	}
}

static bool is_nothing(const struct document_node *root)
{
	return root->kind == DOCUMENT_PLAIN &&
	    value_plain(root->text) <= PLAIN_NULL;
}

void bind_document(struct facts *facts, const struct document *document,
    const struct provenance *who, bool has_header)
{
	struct bind b = { .facts = facts, .all = facts->all,
		.scratch = facts->scratch, .document = document };
	const struct document_node *root = bind_node(&b, 0);

	b.source = facts_source(facts, who);
	if (is_nothing(root))
		bind_error(&b, DIAG_E8112, root->span,
		    "there is nothing in this inventory");
	else if (root->kind != DOCUMENT_MAP)
		bind_wrong_form(&b, root, "a map");
	else if (!has_header || bind_header(&b, root, who))
		bind_root(&b, root);
	else
		facts->incomplete = true;
	if (root->kind != DOCUMENT_MAP)
		facts->incomplete = true;
}
