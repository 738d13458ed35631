/* SPDX-License-Identifier: Apache-2.0 */
/*
 * bind - inside bind_document: what its files share.
 *
 *	bind.c			kinds and entities
 *	bind_attribute.c	attributes and lists
 *	bind_value.c		single values and references
 *	bind_header.c		what stands at the top of a file, and sources
 *	bind_walk.c		walking and complaining
 */
#ifndef SCARP_INVENTORY_BIND_H
#define SCARP_INVENTORY_BIND_H

#include "inventory/read.h"

/* A step of the logical path: a key, or an index where the key is empty. */
struct step {
	struct str key;
	uint32_t index;
};

struct bind {
	struct facts *facts;
	struct diagnostics *all;
	struct arena *scratch;
	const struct document *document;
	uint32_t source;	/* of the facts that are read now */
	bool is_line;		/* of its own: a path would tell nothing */
	VEC(struct step) path;
};

static inline const struct document_node *bind_node(const struct bind *b,
    uint32_t index)
{
	return &b->document->nodes.items[index];
}

/* The node after NODE in its list or map, or NULL. */
const struct document_node *bind_next(const struct bind *b,
    const struct document_node *node);
const struct document_node *bind_first(const struct bind *b,
    const struct document_node *node);
/* The child of a map with KEY, or NULL. */
const struct document_node *bind_child(const struct bind *b,
    const struct document_node *map, struct str key);

void bind_enter(struct bind *b, const struct document_node *node, uint32_t index);
void bind_leave(struct bind *b);

static inline const struct schema_attribute *bind_schema(
    const struct bind *b, uint16_t attribute)
{
	return &b->facts->schema->attributes.items[attribute];
}

static inline struct origin bind_origin(const struct bind *b,
    const struct document_node *node)
{
	return (struct origin){ node->span, b->source };
}

/* A diagnostic at SPAN with the path of where we are. */
struct diagnostic *bind_error(struct bind *b, enum diag_code code,
    struct span span, const char *format, ...)
	__attribute__((format(printf, 4, 5)));
/* "did you mean ...?" when one of NAMES is near.  Answers its index or -1. */
long bind_suggest(struct bind *b, struct diagnostic *d, struct str wrong,
    const struct str *names, size_t count);
/* Says that NODE is not of the wanted FORM ("a list"). */
void bind_wrong_form(struct bind *b, const struct document_node *node,
    const char *form);
/* TEXT as a message may show it. */
struct str bind_shown(struct bind *b, struct str text);

/* An element of a list, to find those that stand twice. */
struct seen {
	int64_t cell;
	struct span span;
	uint32_t index;		/* in its list */
};
typedef VEC(struct seen) seen_list;
/* Reports them; sorts SEEN. */
void bind_check_twice(struct bind *b, seen_list *seen, bool entities);

/* Does a cell stand twice?  Sorts them. */
bool bind_has_twice(int64_t *cells, size_t count);

/* Whose list an element stands in: its owner, attribute and list, or a kind. */
struct spot {
	draft_id owner;
	uint16_t kind;
	bool certain;
	seen_list *seen;
};

/* The entity that a map describes, with all that is said of it; DRAFT_NONE
 * when its key is wrong. */
draft_id bind_object(struct bind *b, const struct spot *spot,
    const struct document_node *node);
/* A bare scalar is an entity with this key and nothing more. */
draft_id bind_bare(struct bind *b, const struct spot *spot,
    const struct document_node *node);
bool bind_allows_bare(const struct bind *b, const struct spot *spot, bool shorthand);
/* The value of a key of an entity's map. */
void bind_attribute(struct bind *b, draft_id draft, uint16_t kind,
    const struct document_node *node);

void bind_unknown_attribute(struct bind *b, uint16_t kind, struct str name,
    struct span span);

/* A scalar as a value; a diagnostic and false when it is none.  NULLABLE
 * scalars that are `null` were taken before. */
bool bind_value(struct bind *b, struct str name, struct type type,
    const struct document_node *node, int64_t *cell, symbol *spelling);
/* The entity inside OWNER that a scalar names by its key alone; its key may
 * have several parts.  DRAFT_NONE after a diagnostic. */
draft_id bind_inner(struct bind *b, uint16_t kind, draft_id owner,
    const struct document_node *node);
/* Plain `null`, empty or `~`: what is wrong with it is said here; *IS_NONE
 * tells whether it is a good null.  True: NODE has been dealt with.  An
 * element of a list has no NAME. */
bool bind_null(struct bind *b, struct str name, bool optional,
    const struct document_node *node, bool *is_none);

/* `source:`; on top of the source that holds now.  The former is answered. */
uint32_t bind_source(struct bind *b, const struct document_node *node);
/* True when the document is of our format and of the schema. */
bool bind_header(struct bind *b, const struct document_node *root,
    const struct provenance *who);
void bind_complete(struct bind *b, const struct document_node *node);
bool bind_is_header(struct str key);

#endif
