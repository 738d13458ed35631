/* SPDX-License-Identifier: Apache-2.0 */
/*
 * merge - inside facts_merge: what its files share.
 *
 *	merge.c		the passes
 *	merge_check.c	what is referred to is there
 *	merge_number.c	which entities there are, and their numbers
 *	merge_decide.c	attributes, shared out to a crew
 *	merge_order.c	facts of an attribute by their entities
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
	uint32_t fact;		/* that says so, among those of the attribute, */
	bool turned;		/* or of its inverse */
	uint8_t grade;
	bool certain;		/* else it is possible */
	bool disputed;		/* possible because grades are equal */
};

struct row {
	uint32_t first, count;	/* in side.elements, sorted by cell */
	uint32_t fact;		/* the first that says so, when it is stated */
	bool stated, closed;
	uint8_t grade;
};

/* All rows of one attribute. */
struct side {
	uint16_t attribute;
	uint16_t partner;	/* the inverse with which it forms pairs, or SCHEMA_NONE */
	entity_id first;
	uint32_t row_count;
	struct row *rows;
	VEC(struct element) elements;
};

enum existence { EXISTS_NOT, EXISTS_POSSIBLY, EXISTS };

/* What an attribute is taken to be where nothing is said. */
struct assumed {
	bool is_some;
	int64_t cell;
	symbol spelling;
};

/*
 * Attributes are decided by a crew, a pair of inverses by one member, each with
 * a copy of this: what is the same in all copies does not change then.
 */
struct merge {
	struct facts *facts;
	struct graph *graph;
	struct arena *arena;	/* of the graph, or ends with it */
	struct arena *scratch;	/* of one pass */
	const struct assumed *assumed;	/* per attribute */
	VEC(struct dispute) disputes;
	VEC(struct span) longs;	/* of entities, too long for their origins */
	const uint32_t *order;	/* living facts of the attribute at hand, those of
				 * each entity together; NULL: all, as they stand */
	uint64_t *seen;		/* per draft; no bit is set between uses */
	uint8_t *exists;	/* per draft */
	entity_id *ids;		/* per draft; NULL until entities are numbered */
};

/* The number of the fact at a place of the order. */
static inline uint32_t merge_number(const struct merge *m, uint32_t place)
{
	return m->order ? m->order[place] : place;
}

static inline const struct kept_fact *merge_fact(const struct merge *m,
    uint16_t attribute, uint32_t place)
{
	return fact_kept(facts_of(m->facts, attribute), merge_number(m, place));
}

/* The passes.  False after a diagnostic, also of the readers. */
bool merge_check(struct facts *facts);
void merge_number_entities(struct merge *m);
void merge_decide(struct merge *m);

/* Sets the order for an attribute; answers how many facts it has. */
uint32_t merge_order(struct merge *m, uint16_t attribute);
/* The same of COUNT facts of it, whose numbers rise. */
uint32_t merge_order_of(struct merge *m, uint16_t attribute,
    uint32_t *order, uint32_t count);
/* Where the facts of the entity end that begin at FROM. */
uint32_t merge_group(const struct merge *m, uint16_t attribute, uint32_t from,
    uint32_t end);
/*
 * Decides the facts from place FROM to END, all of one entity and attribute,
 * and adds their row and elements to SIDE.  Once entities are numbered, what
 * did not win goes to the graph's disputes.
 */
struct row merge_row(struct merge *m, struct side *side, entity_id entity,
    uint32_t from, uint32_t end);
/* Sets what is assumed. */
void merge_assume(struct merge *m);
/* Sets origin I of COUNT; there is no room for them before the first. */
void merge_put_origin(struct merge *m, struct origins *origins, size_t count,
    uint32_t i, uint32_t start, uint16_t length, uint32_t speaker);
/* All rows of an attribute, in the order of entities. */
struct side merge_side(struct merge *m, uint16_t attribute, uint16_t partner);
void merge_dispute(struct merge *m, uint16_t attribute, entity_id entity,
    bool outranked, bool absent, int64_t cell, struct str spelling,
    struct origin origin);

/* The rows of the facts from place 0 to END, into a side that has room. */
void merge_rows(struct merge *m, struct side *side, uint32_t end);

/* Makes both sides of a link agree. */
void merge_pairs(struct merge *m, struct side *a, struct side *b);

void merge_write(struct merge *m, const struct side *side);
/* The column of an attribute that has one value and no inverse. */
void merge_column(struct merge *m, uint16_t attribute);
/* Extents, then rows, that follow to be closed from others. */
void merge_conclude(struct merge *m);

static inline const struct schema_attribute *merge_attribute(
    const struct merge *m, uint16_t attribute)
{
	return &m->facts->schema->attributes.items[attribute];
}

/* Whose the entity is: the inverse of an attribute that owns. */
static inline bool merge_is_owner(const struct schema *schema,
    const struct schema_attribute *a)
{
	return a->inverse != SCHEMA_NONE && !a->type.set &&
	    schema->attributes.items[a->inverse].owned;
}

#endif
