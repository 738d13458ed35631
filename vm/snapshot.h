/* SPDX-License-Identifier: Apache-2.0 */
/*
 * snapshot - the .scarpg file: a graph whose arrays are used as they stand in
 * the file.  Layout and reasons in vm/README.md.
 *
 * Nothing of a file is believed: every array is checked before it is used
 * (snapshot_invariants.def), and all of it is read into memory of our own, so
 * that a file that changes meanwhile does no harm.  Where facts stand, and the
 * bytes of the files they stand in, are read and checked when asked for.
 */
#ifndef SCARP_VM_SNAPSHOT_H
#define SCARP_VM_SNAPSHOT_H

#include "base/text.h"
#include "vm/graph.h"

/* How the graph was made of its files: a run that wants it otherwise needs the
 * files. */
struct snapshot_choices {
	uint8_t least;			/* enum grade */
	bool no_defaults, strict_mapping;
	struct str mappings;		/* digest of those that were used; empty: none was */
};

/* What no mapping names, and files that were not read (inventory.h). */
struct snapshot_note {
	struct str what;
	uint64_t count;			/* 0: a file */
	struct span span;
};

struct snapshot_extras {
	struct snapshot_choices choices;
	struct snapshot_note *notes;
	size_t note_count;
	/* Verdicts that are kept with it (kept.h), and a text that must be the same
	 * where they are used; empty, NULL and 0: none. */
	struct str verdicts_of;
	const uint64_t *verdicts;
	size_t verdict_count;
};

enum snapshot_state { SNAPSHOT_OK, SNAPSHOT_UNREADABLE, SNAPSHOT_REFUSED, SNAPSHOT_OTHER_SCHEMA };

/* The file as parts to be written one behind the other; they live in ARENA and
 * share what they can with the graph.  False: *WHY says what is too large. */
bool snapshot_write(struct arena *arena, const struct graph *graph,
    const struct snapshot_extras *extras, struct str **parts, size_t *count, struct str *why);
/*
 * The graph in the file at PATH, in ARENA, which keeps the file open; its files
 * join SOURCES.  SCHEMA must outlive it and agree with the file's in what it
 * declares.  FOOTPRINT, which is NULL or lives as long, has bits for the
 * attributes that are read: what the file has of others is neither looked at nor
 * checked.  On failure NULL, and *WHY says: why it cannot be read; the
 * invariant that is broken and the section; the first line of the schemas
 * that differs.
 */
struct graph *snapshot_read(struct arena *arena, const char *path, struct sources *sources,
    const struct schema *schema, const uint64_t *footprint,
    struct snapshot_extras *extras, enum snapshot_state *state, struct str *why);
/* The schema without what is computed, a line each for kinds, attributes and
 * the enums these use: equal texts, equal graphs. */
struct str snapshot_schema(struct arena *arena, const struct schema *schema);

#endif
