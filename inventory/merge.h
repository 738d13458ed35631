/* SPDX-License-Identifier: Apache-2.0 */
/*
 * merge - inside facts_merge: what its files share.
 *
 *	merge.c		the passes; which entities there are, and their numbers
 *	merge_row.c	facts of one entity and attribute, by grade
 *	merge_pair.c	the two sides of a link and its inverse
 *	merge_write.c	columns, links and what can be concluded to be closed
 *
 * A single value is treated as a closed list of one, and none as a closed
 * empty list, so that one set of rules decides both.
 */
#ifndef SCARP_INVENTORY_MERGE_H
#define SCARP_INVENTORY_MERGE_H

#include "inventory/assert.h"

struct element {
	int64_t cell;
	symbol spelling;
	uint8_t grade;
	bool certain;		/* else it is possible */
	bool disputed;		/* possible because grades are equal */
	struct origin origin;
};

struct row {
	uint32_t first, count;	/* in side.elements, sorted by cell */
	bool stated, closed;
	uint8_t grade;
	struct origin origin;
};

/* All rows of one attribute. */
struct side {
	uint16_t attribute;
	entity_id first;
	uint32_t row_count;
	struct row *rows;
	VEC(struct element) elements;
};

enum existence { EXISTS_NOT, EXISTS_POSSIBLY, EXISTS };

struct merge {
	struct facts *facts;
	struct graph *graph;
	struct arena *arena;	/* the graph's */
	struct arena *scratch;	/* of one pass */
	uint32_t *order;	/* facts by attribute, then draft, then order of text */
	uint32_t *starts;	/* per attribute: its first in order; one more at the end */
	uint8_t *exists;	/* per draft */
	entity_id *ids;		/* per draft; NULL until entities are numbered */
};

/*
 * Decides the facts ORDER[FROM, END), all of one entity and attribute, and
 * adds their row and elements to SIDE.  Once entities are numbered, what did
 * not win goes to the graph's disputes.
 */
struct row merge_row(struct merge *m, struct side *side, entity_id entity,
    uint32_t from, uint32_t end);
/* All rows of an attribute, in the order of entities. */
struct side merge_side(struct merge *m, uint16_t attribute);
void merge_dispute(struct merge *m, uint16_t attribute, entity_id entity,
    bool outranked, bool absent, int64_t cell, struct str spelling,
    struct origin origin);

/* Makes both sides of a link agree. */
void merge_pairs(struct merge *m, struct side *a, struct side *b);

void merge_write(struct merge *m, const struct side *side);
/* Extents, then rows, that follow to be closed from others. */
void merge_conclude(struct merge *m);

static inline const struct schema_attribute *merge_attribute(
    const struct merge *m, uint16_t attribute)
{
	return &m->facts->schema->attributes.items[attribute];
}

#endif
