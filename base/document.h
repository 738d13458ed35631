/* SPDX-License-Identifier: Apache-2.0 */
/*
 * document - the tree that every input form becomes before it is bound to a
 * schema: YAML, JSON, and the `given` blocks of tests.
 *
 * Nodes stand in one array in the order of the text (preorder); a list or a
 * map is followed by its children, and `next` names the sibling, so no walk
 * needs recursion.  Node 0 is the root.  A map's child carries its key.
 */
#ifndef SCARP_BASE_DOCUMENT_H
#define SCARP_BASE_DOCUMENT_H

#include "base/source.h"
#include "base/vec.h"

enum document_kind {
	DOCUMENT_PLAIN,		/* unquoted: a word, number, date, true, null */
	DOCUMENT_QUOTED,	/* a string by its form */
	DOCUMENT_LIST,
	DOCUMENT_MAP,
	DOCUMENT_REST		/* `...` in a list: at least these */
};

struct document_node {
	enum document_kind kind;
	uint32_t next;		/* index of the next sibling, 0: none */
	uint32_t first;		/* index of the first child, 0: none */
	uint32_t count;		/* children */
	struct str key;		/* in a map; unescaped */
	struct span key_span;
	struct str text;	/* of a scalar; unescaped */
	struct span span;	/* of the value; of a list or map: its extent */
};

struct document {
	VEC(struct document_node) nodes;
};

#endif
