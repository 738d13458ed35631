/* SPDX-License-Identifier: Apache-2.0 */
/*
 * given - a `given` block as a document of the inventory's own form.  Nothing
 * is checked: what is wrong goes into the document as it is, and the binder
 * says so, with positions in the rule file.  What could not be parsed does not
 * come here.
 */
#include "compiler/given.h"

#define NO_NODE UINT32_MAX

struct writer {
	struct arena *arena;
	const struct schema *schema;
	const struct ast *given;
	struct document *document;
	uint32_t parent, last;		/* the open list or map, its last child */
};

/* Where values stand: what attribute, and inside which list. */
struct place_of {
	uint16_t attribute;		/* or SCHEMA_NONE */
	bool in_list;
	struct str key;
	struct span key_span;
};

static const struct place_of nowhere = { .attribute = SCHEMA_NONE };

static struct document_node *node_at(struct writer *w, uint32_t i)
{
	return &w->document->nodes.items[i];
}

/* The next node; a child of what is open. */
static uint32_t add(struct writer *w, enum document_kind kind,
    const struct place_of *at, struct str text, struct span span)
{
	uint32_t index = (uint32_t)w->document->nodes.count;

	*VEC_PUSH(w->arena, &w->document->nodes) = (struct document_node){
		.kind = kind, .key = at->key, .key_span = at->key_span,
		.text = text, .span = span,
	};
	if (w->parent == NO_NODE)
		return index;
	if (w->last == NO_NODE)
		node_at(w, w->parent)->first = index;
	else
		node_at(w, w->last)->next = index;
	node_at(w, w->parent)->count++;
	w->last = index;
	return index;
}

/* Opens a list or map; close takes what open answered. */
struct opened { uint32_t parent, index; };

static struct opened open_node(struct writer *w, enum document_kind kind,
    const struct place_of *at, struct span span)
{
	struct opened opened = { .parent = w->parent };

	opened.index = add(w, kind, at, STR(""), span);
	w->parent = opened.index;
	w->last = NO_NODE;
	return opened;
}

static void close_node(struct writer *w, struct opened opened)
{
	w->parent = opened.parent;
	w->last = opened.index;
}

static const struct schema_attribute *attribute_of(const struct writer *w,
    uint16_t attribute)
{
	return attribute == SCHEMA_NONE ? NULL
	    : &w->schema->attributes.items[attribute];
}

/* --- values ------------------------------------------------------------- */

static bool is_reference(const struct writer *w, uint16_t attribute)
{
	const struct schema_attribute *a = attribute_of(w, attribute);

	return a && a->type.tag == TYPE_ENTITY && !a->owned;
}

/* A reference by an alias becomes one by the key. */
static void add_reference(struct writer *w, const struct ast *ast,
    const struct place_of *at)
{
	struct str key = given_key(w->given, ast->text);
	bool is_alias = !str_equal(key, ast->text);

	add(w, is_alias || ast->kind == AST_STRING ? DOCUMENT_QUOTED
	    : DOCUMENT_PLAIN, at, key, ast->span);
}

static struct str plain_text(struct writer *w, const struct ast *ast)
{
	if (ast->kind == AST_TRUE)
		return STR("true");
	if (ast->kind == AST_FALSE)
		return STR("false");
	if (ast->kind == AST_NONE)
		return STR("null");
	if (ast->kind == AST_UNARY)
		return arena_printf(w->arena, "-%.*s",
		    STR_ARG(ast->slot[0]->text));
	return ast->text;
}

static void add_scalar(struct writer *w, const struct ast *ast,
    const struct place_of *at)
{
	if (is_reference(w, at->attribute) &&
	    (ast->kind == AST_NAME || ast->kind == AST_STRING))
		add_reference(w, ast, at);
	else
		add(w, ast->kind == AST_STRING ? DOCUMENT_QUOTED
		    : ast->kind == AST_REST ? DOCUMENT_REST : DOCUMENT_PLAIN,
		    at, plain_text(w, ast), ast->span);
}

static void add_value(struct writer *w, const struct ast *ast,
    const struct place_of *at);

/* The attribute that a field of a map speaks of: of an owned entity, one of
 * its own; of the long form of a list, the list's. */
static uint16_t field_attribute(const struct writer *w,
    const struct place_of *at, struct str name)
{
	const struct schema_attribute *a = attribute_of(w, at->attribute);

	if (!a || !at->in_list)
		return at->attribute;
	return a->owned ? schema_find_attribute(w->schema, a->type.of, name)
	    : SCHEMA_NONE;
}

static void add_map(struct writer *w, const struct ast *ast,
    const struct place_of *at)
{
	struct opened map = open_node(w, DOCUMENT_MAP, at, ast->span);

	for (uint32_t i = 0; i < ast->count; i++) {
		const struct ast *field = ast->items[i];
		struct place_of inner = { .key = field->text,
			.key_span = field->name };

		inner.attribute = field_attribute(w, at, field->text);
		add_value(w, field->slot[0], &inner);
	}
	close_node(w, map);
}

static void add_list(struct writer *w, const struct ast *ast,
    const struct place_of *at)
{
	struct opened list = open_node(w, DOCUMENT_LIST, at, ast->span);
	struct place_of inner = { .attribute = at->attribute, .in_list = true };

	for (uint32_t i = 0; i < ast->count; i++)
		add_value(w, ast->items[i], &inner);
	close_node(w, list);
}

/* As deep as the text: LIMIT_EXPRESSION_DEPTH. */
static void add_value(struct writer *w, const struct ast *ast,
    const struct place_of *at)
{
	if (ast->kind == AST_VALUE_LIST)
		add_list(w, ast, at);
	else if (ast->kind == AST_VALUE_MAP)
		add_map(w, ast, at);
	else
		add_scalar(w, ast, at);
}

/* --- entities ----------------------------------------------------------- */

/* The first key of a kind: every entity has one, or the one it is based on. */
static const struct schema_attribute *key_of(const struct schema *schema,
    uint16_t kind)
{
	for (;; kind = schema->kinds.items[kind].base)
		for (size_t i = 0; i < schema->attributes.count; i++)
			if (schema->attributes.items[i].kind == kind &&
			    schema->attributes.items[i].key)
				return &schema->attributes.items[i];
}

static void add_key(struct writer *w, uint16_t kind, const struct ast *key)
{
	const struct schema_attribute *a = key_of(w->schema, kind);
	struct place_of at = { .attribute = SCHEMA_NONE,
		.key_span = key->span };

	at.key = a->name;
	add(w, type_is_text(a->type) ? DOCUMENT_QUOTED : DOCUMENT_PLAIN, &at,
	    key->text, key->span);
}

static void add_entity(struct writer *w, uint16_t kind,
    const struct ast *entity)
{
	struct opened map = open_node(w, DOCUMENT_MAP, &nowhere,
	    entity->span);

	add_key(w, kind, entity->slot[0]);
	for (uint32_t i = 0; i < entity->count; i++) {
		const struct ast *field = entity->items[i];
		struct place_of at = { .key = field->text,
			.key_span = field->name };

		at.attribute = schema_find_attribute(w->schema, kind,
		    field->text);
		add_value(w, field->slot[0], &at);
	}
	close_node(w, map);
}

static bool is_of(const struct ast *item, struct str kind)
{
	return item->kind == AST_GIVEN_ENTITY && str_equal(item->text, kind);
}

static void add_kind(struct writer *w, uint16_t index)
{
	const struct schema_kind *kind = &w->schema->kinds.items[index];
	struct place_of at = { .attribute = SCHEMA_NONE, .key = kind->plural };
	struct opened list;
	uint32_t first = 0;

	while (first < w->given->count &&
	    !is_of(w->given->items[first], kind->name))
		first++;
	if (first == w->given->count)
		return;
	at.key_span = w->given->items[first]->name;
	list = open_node(w, DOCUMENT_LIST, &at, w->given->items[first]->span);
	for (uint32_t i = first; i < w->given->count; i++)
		if (is_of(w->given->items[i], kind->name))
			add_entity(w, index, w->given->items[i]);
	close_node(w, list);
}

static bool says_more(const struct ast *given)
{
	for (uint32_t i = 0; i < given->count; i++)
		if (given->items[i]->kind == AST_REST)
			return true;
	return false;
}

static void add_complete(struct writer *w, struct span span)
{
	struct place_of at = { .attribute = SCHEMA_NONE,
		.key = STR("complete"), .key_span = span };
	struct opened list = open_node(w, DOCUMENT_LIST, &at, span);

	for (size_t i = 0; i < w->schema->kinds.count; i++)
		if (w->schema->kinds.items[i].owner == SCHEMA_NONE)
			add(w, DOCUMENT_PLAIN, &nowhere,
			    w->schema->kinds.items[i].name, span);
	close_node(w, list);
}

struct document *given_document(struct arena *arena,
    const struct schema *schema, const struct ast *given)
{
	struct writer w = { .arena = arena, .schema = schema, .given = given,
		.parent = NO_NODE, .last = NO_NODE };

	w.document = ARENA_NEW(arena, struct document);
	open_node(&w, DOCUMENT_MAP, &nowhere, given->span);
	if (!says_more(given))
		add_complete(&w, given->span);
	for (size_t i = 0; i < schema->kinds.count; i++)
		add_kind(&w, (uint16_t)i);
	return w.document;
}

struct str given_key(const struct ast *given, struct str name)
{
	for (uint32_t i = 0; i < given->count; i++) {
		const struct ast *entity = given->items[i];

		if (entity->kind == AST_GIVEN_ENTITY && entity->slot[1] &&
		    str_equal(entity->slot[1]->text, name))
			return entity->slot[0]->text;
	}
	return name;
}
