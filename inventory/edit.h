/* SPDX-License-Identifier: Apache-2.0 */
/*
 * edit - changes of an inventory that no file is changed for.
 *
 *	Host["cm02"].zone = internal		Host[cm02].roles -= [management_point]
 *	Host[cm02].zone is unknown		add Host[cm03] { zone: internal }
 *
 * Read from the text of an option or of a patch file, one a line (docs/diff.md
 * has all forms), applied to the facts when all files were read and before
 * they are merged.  What an edit states takes the place of all that any source
 * said of it, on both sides of a link; it has the source `edit` and the edit's
 * position.
 *
 *	edit_parse.c	text to edits; values are written as in a file, in a line
 *	edit.c		edits to facts
 *	edit_row.c	one attribute of one entity: what is said, said anew
 */
#ifndef SCARP_INVENTORY_EDIT_H
#define SCARP_INVENTORY_EDIT_H

#include "inventory/bind.h"

enum edit_action {
	EDIT_SET,		/* = VALUE */
	EDIT_GAIN,		/* += LIST */
	EDIT_LOSE,		/* -= LIST */
	EDIT_UNKNOWN,		/* is unknown */
	EDIT_OPEN,		/* is open */
	EDIT_CLOSE,		/* is closed */
	EDIT_ADD,		/* add KIND[KEY] { ... } */
	EDIT_REMOVE,		/* remove KIND[KEY] */
	EDIT_COMPLETE,		/* KIND is complete */
	EDIT_INCOMPLETE		/* KIND is open */
};

/* `.name[key]`: an attribute, and which of the entities that it owns. */
struct edit_step {
	struct document_node name, key;
	bool has_key;
};

struct edit {
	enum edit_action action;
	struct span span;
	struct document_node kind, key;
	bool has_key;
	VEC(struct edit_step) steps;	/* the last one names the attribute */
	/* A map of the attribute to the value; of EDIT_ADD the map itself. */
	const struct document *document;
};

struct edits {
	VEC(struct edit) all;
};

/* The rest of a row of facts, as one statement. */
struct edit_item {
	int64_t cell;
	symbol spelling;
	bool certain;
	struct origin origin;
};
struct edit_row {
	draft_id entity;
	uint16_t attribute;
	bool stated, closed;
	enum grade grade;		/* of the statement */
	VEC(struct edit_item) items;
};

struct editor {
	struct facts *facts;
	struct bind bind;
	const struct edit *edit;
	struct arena *arena;		/* of one edit */
};

/* Applies them in order; diagnostics for those that cannot be. */
void edits_apply(struct facts *facts, const struct edits *edits);

/* --- edit_row.c --- */
/* What the living facts before number END of the attribute say. */
struct edit_row edit_row_read(struct editor *e, draft_id entity,
    uint16_t attribute, uint32_t end);
/* Takes the place of all that is said of the attribute. */
void edit_row_write(struct editor *e, struct edit_row *row);
struct edit_item *edit_row_find(struct edit_row *row, int64_t cell);
void edit_row_put(struct editor *e, struct edit_row *row, int64_t cell,
    symbol spelling, bool certain);
/* False when it was not there. */
bool edit_row_take(struct edit_row *row, int64_t cell);
/* The other ends of links that only the inverse side tells. */
void edit_row_told(struct editor *e, struct edit_row *row);
void edit_row_clear(struct editor *e, draft_id entity, uint16_t attribute,
    uint32_t end);
/* The other side of a link of ENTITY by ATTRIBUTE agrees that CELL is one, is
 * none, or that nothing is known. */
void edit_link(struct editor *e, const struct edit_row *row, int64_t cell,
    bool certain);
void edit_unlink(struct editor *e, const struct edit_row *row, int64_t cell);
void edit_forget_links(struct editor *e, draft_id entity, uint16_t attribute);
/* The entity and all that it owns are no more.  Lists that name them do not
 * any longer; when they are only FORGOTTEN, those lists have become open. */
void edit_drop_entity(struct editor *e, draft_id entity, bool forgotten);

#endif
