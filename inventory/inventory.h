/* SPDX-License-Identifier: Apache-2.0 */
/*
 * inventory - files of a site to one graph.
 *
 *	read	YAML, JSON, OpenGraph, NDJSON, CSV text to a document (yaml.c, json.c,
 *		ndjson.c, csv.c)
 *	bind	document to assertions of the schema (bind.c, opengraph.c)
 *	merge	assertions by grade to entities, columns and links (merge.c)
 */
#ifndef SCARP_INVENTORY_INVENTORY_H
#define SCARP_INVENTORY_INVENTORY_H

#include "base/diag.h"
#include "base/document.h"
#include "vm/graph.h"
#include "vm/mapping.h"

struct inventory_options {
	bool has_as_of;
	int64_t as_of;			/* days since 1970-01-01 */
	enum grade least;		/* weaker facts count as not collected */
	bool no_defaults;
	bool strict_mapping;		/* unmapped kinds and properties are errors */
	struct mapping *const *mappings;
	size_t mapping_count;
	/* Bits of the attributes that the graph is to have (tree_footprint); what is
	 * said of others is checked, and forgotten.  NULL: all.  Of a load, not of
	 * an inventory that is opened to be changed.  Lives as long as the graph. */
	const uint64_t *footprint;
	bool keeps_bytes;		/* of large files, which may change while the
					 * graph is there (base/recall.h) */
	struct crew *crew;		/* reads and merges large ones; NULL: nobody but
					 * the caller (base/crew.h) */
};

/* A foreign property or kind that no mapping speaks of: counted, named in
 * the report, never silently dropped. */
struct unmapped {
	struct str what;		/* "property Computer.foo", "edge Bar", "node Baz" */
	uint64_t count;
	struct span span;		/* the first one */
};

/* "not mapped: edge Bar, 3 times"; without the count "unmapped edge Bar". */
struct str unmapped_text(struct arena *arena, const struct unmapped *unmapped);
struct str unmapped_name(struct arena *arena, const struct unmapped *unmapped);

struct inventory_notes {
	VEC(struct unmapped) unmapped;	/* sorted by text */
	struct str *left;		/* as of inventory_files */
	size_t left_count;
	bool mapped;			/* some file was read by mappings */
	/* How the graph is made: a snapshot was by its own choices. */
	enum grade least;
	bool no_defaults, strict_mapping;
};

/*
 * Reads PATHS (files, folders, "-") into one graph in ARENA.  Folders give
 * their files of the forms above, recursively, sorted; what is
 * left out is in the notes.  Every error of every file goes
 * to the diagnostics; with any error the answer is NULL.
 */
struct graph *inventory_load(struct arena *arena, struct diagnostics *all,
    const struct schema *schema, const struct str *paths, size_t count,
    const struct inventory_options *options, struct inventory_notes *notes);

/*
 * A path that ends in .scarpg, in capitals or not, is a snapshot of such a graph (vm/snapshot.h),
 * and stands alone.  What was chosen when it was made counts where OPTIONS
 * choose nothing; what they choose otherwise is a diagnostic.
 */
bool inventory_is_snapshot(struct str path);
/* Verdicts that a snapshot keeps (vm/snapshot.h). */
struct inventory_verdicts {
	struct str of;
	const uint64_t *words;
	size_t count;
};
/* The parts of a snapshot of a graph that was made with OPTIONS; VERDICTS may be
 * NULL.  False after a diagnostic. */
bool inventory_snapshot(struct arena *arena, struct diagnostics *all,
    const struct graph *graph, const struct inventory_options *options,
    const struct inventory_notes *notes, const struct inventory_verdicts *verdicts,
    struct str **parts, size_t *count);

/*
 * An inventory whose files were read, to be made a graph of more than once,
 * with edits or without.  In ARENA; NULL when anything was wrong.
 */
struct inventory;
struct inventory *inventory_open(struct arena *arena, struct diagnostics *all,
    const struct schema *schema, const struct str *paths, size_t count,
    const struct inventory_options *options, struct inventory_notes *notes);

/* The same of a document that was read already, and must outlive it. */
struct inventory *inventory_open_document(struct arena *arena,
    struct diagnostics *all, const struct schema *schema,
    const struct document *document, const struct inventory_options *options);

/* Changes of what the files say (inventory/edit.h).  The text FILE of the
 * sources has one a line; more of them join *EDITS, which may be NULL at
 * first.  False after diagnostics. */
struct edits;
bool edits_parse(struct arena *arena, struct diagnostics *all, uint32_t file,
    struct edits **edits);
size_t edits_count(const struct edits *edits);
struct span edits_span(const struct edits *edits, size_t i);

/*
 * The graph of what the files say as EDITS (may be NULL) change it; the files
 * and the inventory stay as they are.  In ARENA, but for what it shares with
 * the inventory, which must outlive it.  NULL after diagnostics.
 */
struct graph *inventory_graph(struct inventory *inventory, struct arena *arena,
    struct diagnostics *all, const struct edits *edits);

/* The graph of documents already read: tests' `given` blocks. */
struct graph *inventory_bind(struct arena *arena, struct diagnostics *all,
    const struct schema *schema, const struct document *document,
    const struct inventory_options *options);

/*
 * The files that PATHS stand for, in order: --list-inputs; and, sorted, those
 * of their folders that are left out for their names, but for what nobody
 * would expect to be read (names.def).  False: after a diagnostic.
 */
struct inventory_files { VEC(struct str) read, left; };
bool inventory_list(struct arena *arena, struct diagnostics *all,
    const struct str *paths, size_t count, struct inventory_files *files);
/* "not read: 2 files in folders of the inventory: `a.txt`, `b.txt`"; a few are
 * named.  Empty: none was left out. */
struct str inventory_left_text(struct arena *arena, const struct inventory_notes *notes);

/* Whether a file of this name in a folder is read as one of an inventory, */
bool inventory_is_named(struct str name);
/* or is an error there, since it might have to be. */
bool inventory_is_packed(struct str name);

/* Work on so many bytes is worth a crew.  For tests only. */
#define LOAD_WORTH ((uint64_t)1 << 20)
void load_worth(uint64_t bytes);

/* Readers, for tests and tools: NULL after a diagnostic. */
struct document *yaml_read(struct arena *arena, struct diagnostics *all, uint32_t file);
struct document *json_read(struct arena *arena, struct diagnostics *all, uint32_t file);

#endif
