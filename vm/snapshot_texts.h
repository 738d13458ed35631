/* SPDX-License-Identifier: Apache-2.0 */
/*
 * snapshot_texts - the texts of a graph as a .scarpg holds them: those that it
 * uses, under numbers in the same order, so that sets of them keep theirs; and
 * sorted by bytes, so that they are found without a table of hashes.  Its
 * columns and links have the new numbers.
 */
#ifndef SCARP_VM_SNAPSHOT_TEXTS_H
#define SCARP_VM_SNAPSHOT_TEXTS_H

#include "vm/snapshot_file.h"

struct snapshot_texts {
	struct arena *arena;
	const struct graph *graph;
	uint32_t *numbers;	/* by the graph's symbol; SYMBOL_NONE: not used */
	uint32_t *starts, *places;	/* as in sorted_texts */
	char *bytes;
	uint32_t count;
	struct symbols *symbols;	/* these, for column_fill */
};

/* EXTRA: symbols of the graph's table that are used besides.  False: *WHY. */
bool snapshot_texts_sort(struct snapshot_texts *texts, const symbol *extra,
    size_t extra_count, struct str *why);
/* SYMBOL_NONE stays. */
symbol snapshot_text_number(const struct snapshot_texts *texts, symbol s);
/* C as it is, but for texts; *SPELLED may be NULL. */
struct column snapshot_column(const struct snapshot_texts *texts, const struct column *c);
struct link snapshot_link(const struct snapshot_texts *texts, const struct link *l);

#endif
