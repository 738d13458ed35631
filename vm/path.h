/* SPDX-License-Identifier: Apache-2.0 */
/* path - the steps of a path as tables over one graph. */
#ifndef SCARP_VM_PATH_H
#define SCARP_VM_PATH_H

#include "vm/machine.h"

#define PATH_STATES_MOST 64

/* Who has an entity as an element, by element: the rows of a table turned. */
struct reverse {
	uint32_t first, count;		/* of the elements */
	uint32_t *offsets;		/* count + 1 */
	entity_id *sources;
	uint64_t *certain;		/* per source */
	entity_id *rest;		/* sources whose row has more, unlisted */
	uint32_t rest_count;
};

/* A step of a path, linked. */
struct step_link {
	const struct program_step *step;
	const struct table *table;
	uint16_t attribute;		/* of a stored link: whose rows the table has */
	bool forward;			/* the rows of the table are those of the place */
	struct reverse *reverse;	/* else, for links and sets */
	/* Of a link that is walked forward: what an open row may lead to. */
	uint64_t *silent;		/* targets whose own side excludes nothing; NULL: none */
	struct reverse *listing;	/* targets whose own side lists an entity, or NULL */
};

/* Closures walk along rows as they are listed: an element is stepped onto
 * whoever it is, and what a row does not list may be anything there is, by a
 * place of its own, *anywhere*, that is as good as every target. */
void path_link(struct machine *m, const struct program_path *path,
    struct step_link *link, uint32_t number, bool closure);
/* A table turned round: its elements that are entities of EXTENT. */
struct reverse *path_reverse(struct machine *m, const struct table *t,
    const struct extent *extent);

/* path_back.c: a search for all sources at once. */
struct backward *backward_new(struct machine *m, const struct program_path *path,
    const struct step_link *steps, bool closure);
/* From which entities the one set of TARGETS (row 0), of entities of KIND, must
 * and may be reached: planes of all entities. */
void backward_search(struct machine *m, struct backward *b, const struct sets *targets,
    uint16_t kind, uint64_t *must, uint64_t *may);

/* path_pairs.c: many sources, each with targets of its own.  NULL where the
 * search from place to place is better. */
struct pairs *pairs_new(struct machine *m, const struct program_path *path,
    const struct step_link *steps, bool closure);
/* From at most 64 sources, by at least one step; then which of them (bit by bit)
 * are at a place in an accepting state. */
void pairs_search(struct machine *m, struct pairs *p, const entity_id *sources,
    unsigned count, bool may);
uint64_t pairs_accepted(const struct pairs *p, uint32_t place, bool may);
/* Which of them may be at an entity of a kind, or a phantom of one like it. */
uint64_t pairs_of_kind(const struct machine *m, struct pairs *p, uint16_t kind);

/* The elements of a row: of a set, or of a single value that is known. */
static inline uint32_t row_elements(const struct table *t, uint32_t row)
{
	if (t->type == REGISTER_SCALAR)
		return bit_get(t->known, row);
	return t->offsets[row + 1] - t->offsets[row];
}

static inline uint32_t row_element(const struct table *t, uint32_t row, uint32_t i,
    bool *certain)
{
	uint32_t at;

	*certain = true;
	if (t->type == REGISTER_SCALAR)
		return t->cells ? ((const uint32_t *)t->cells)[row]
		    : (uint32_t)column_cell(t->column, row);
	at = t->offsets[row] + i;
	*certain = bit_get(t->certain, at);
	return ((const uint32_t *)t->cells)[at];
}

static inline bool row_has_rest(const struct table *t, uint32_t row)
{
	if (t->type == REGISTER_SCALAR)
		return !bit_get(t->known, row) && !bit_get(t->absent, row);
	return bit_get(t->open, row) || (t->anonymous && t->anonymous[row] > 0);
}

#endif
