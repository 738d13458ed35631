/* SPDX-License-Identifier: Apache-2.0 */
/* tree - builds a document, node by node in the order of the text. */
#ifndef SCARP_INVENTORY_TREE_H
#define SCARP_INVENTORY_TREE_H

#include "base/diag.h"
#include "inventory/token.h"

/* An open list or map, and its last child so far. */
struct tree_level {
	uint32_t node, last;
};

struct tree_builder {
	struct arena *arena;
	struct document *document;
	VEC(struct tree_level) levels;
	bool has_key, is_key_broken;	/* of the next node */
	struct str key;
	struct span key_span;
};

void tree_init(struct tree_builder *t, struct arena *arena);
/* The innermost open thing is a map, and its next key is not there yet. */
bool tree_wants_key(const struct tree_builder *t);
bool tree_is_list(const struct tree_builder *t);
/* The value of a broken key is broken too: see node_is_broken. */
void tree_key(struct tree_builder *t, struct str key, struct span span, bool is_broken);
/* A list or map stays open until it is closed. */
uint32_t tree_add(struct tree_builder *t, enum document_kind kind,
    struct str text, struct span span);
void tree_close(struct tree_builder *t, uint32_t end);
/* The next token of JSON; what is over the limits is reported, and broken. */
void tree_token(struct tree_builder *t, struct diagnostics *all, uint32_t file,
    const struct token *token);
/* Where the last child of the innermost open list or map ends. */
uint32_t tree_last_end(const struct tree_builder *t);

#endif
