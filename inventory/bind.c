/* SPDX-License-Identifier: Apache-2.0 */
/*
 * A document of our own format as facts.  The walk goes on after an error,
 * so that all of them are found; an entity whose key is wrong gets no draft,
 * and what is said of it is checked and goes nowhere.
 */
#include "inventory/bind.h"

#include "inventory/value.h"

/* --- entities ------------------------------------------------------------- */

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
	const struct schema_attribute *a = bind_schema(b, attribute);
	bool is_none, is_good = false;

	bind_enter(b, node, 0);
	if (!bind_null(b, a->name, false, node, &is_none)) {
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
	struct str name = bind_schema(b, attribute)->name;
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
		struct str name = bind_schema(b, k->keys[i])->name;
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
	struct type type = bind_schema(b, attribute)->type;

	facts_value(b->facts, draft, attribute, part->cell,
	    type_is_text(type) ? part->spelling : SYMBOL_NONE,
	    bind_origin(b, node));
}

draft_id bind_bare(struct bind *b, const struct spot *spot,
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

bool bind_allows_bare(const struct bind *b, const struct spot *spot,
    bool shorthand)
{
	const struct kind_facts *k = &b->facts->kinds[spot->kind];

	return k->owner == SCHEMA_NONE ? k->key_count == 1 : shorthand;
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
	struct key_part parts[KEYS_MOST] = { 0 };
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
			    bind_schema(b, k->keys[i])->name));
	return draft;
}

/* Entities that nobody reads may stand in what is broken. */
static void lose_if_broken(struct bind *b, const struct document_node *node)
{
	b->facts->incomplete |= node_is_broken(node) &&
	    (node->kind == DOCUMENT_LIST || node->kind == DOCUMENT_MAP);
}

draft_id bind_object(struct bind *b, const struct spot *spot,
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
		lose_if_broken(b, child);
		if (child == source || node_is_broken(child))
			continue;
		bind_enter(b, child, 0);
		bind_attribute(b, draft, spot->kind, child);
		bind_leave(b);
	}
	b->source = former;
	return draft;
}

/* What should hold entities does not. */
static void lose(struct bind *b, const struct document_node *node,
    const char *form)
{
	bind_wrong_form(b, node, form);
	b->facts->incomplete = true;
}

static void bind_entity(struct bind *b, const struct spot *spot,
    const struct document_node *node)
{
	if (node->kind == DOCUMENT_MAP)
		bind_object(b, spot, node);
	else if (node->kind != DOCUMENT_LIST && bind_allows_bare(b, spot, false))
		bind_bare(b, spot, node);
	else
		lose(b, node, "a map");
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
		lose(b, node, "a list");
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
	bind_check_twice(b, &seen, true);
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
	if (bind_suggest(b, d, node->key, names, count) < 0)
		diag_offer(b->all, d, names, count);
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
	owner = bind_schema(b, b->facts->kinds[kind].owner);
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
		lose_if_broken(b, child);
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
	else if (root->kind != DOCUMENT_MAP && !node_is_broken(root))
		bind_wrong_form(&b, root, "a map");
	else if (root->kind != DOCUMENT_MAP)
		;			/* why was told by the reader */
	else if (!has_header || bind_header(&b, root, who))
		bind_root(&b, root);
	else
		facts->incomplete = true;
	if (root->kind != DOCUMENT_MAP)
		facts->incomplete = true;
}
