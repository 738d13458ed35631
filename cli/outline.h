/* SPDX-License-Identifier: Apache-2.0 */
/*
 * outline - the recommendations of a document that a pack implements, as the
 * pack lists them: headings, numbers and own words (docs/testing.md).
 */
#ifndef SCARP_CLI_OUTLINE_H
#define SCARP_CLI_OUTLINE_H

#include "base/diag.h"
#include "base/vec.h"

struct outline_item {
	struct str id, says;
	struct str partial;		/* what no rule decides; empty: nothing */
	struct str undecidable;		/* why no inventory can tell; empty: one can */
	uint32_t chapter;
	struct span span;		/* of the id */
	struct span partial_span, undecidable_span;
};

struct outline_chapter {
	struct str heading;
	struct span span;
	uint32_t first, count;		/* of its items */
};

struct outline {
	struct str name, title;		/* name: that of `source NAME "..."` */
	VEC(struct outline_chapter) chapters;
	VEC(struct outline_item) items;	/* by chapter, in order */
};

/* Reads the YAML or JSON file PATH.  NULL after diagnostics. */
struct outline *outline_read(struct arena *arena, struct diagnostics *all,
    struct str path);

/*
 * The items that a rule's `source NAME "WHERE"` means: `S05`, a heading with
 * one item, or `HEADING: S05`.  False: none, and *CHAPTER is the chapter
 * whose heading it is, or -1.
 */
bool outline_find(const struct outline *outline, struct str where,
    uint32_t *item, long *chapter);

#endif
