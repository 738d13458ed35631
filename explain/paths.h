/* SPDX-License-Identifier: Apache-2.0 */
/*
 * paths - searching over pairs (place, state of the automaton).
 *
 * A place is an entity or, above all entities, the phantom of a kind: one
 * that no file names, possible while the kind's extent is open.  Its rows are
 * all open.  docs/semantics.md, "Paths", has the table of moves.
 */
#ifndef SCARP_EXPLAIN_PATHS_H
#define SCARP_EXPLAIN_PATHS_H

#include <assert.h>

#include "explain/evaluator.h"

struct search {
	struct evaluator *ev;
	const struct path *path;
	bool may;
	uint32_t *levels;	/* by node: 1 at the source; 0: not reached */
	uint32_t *skips;	/* by node: how far on the next may be that is not */
	bool *marks;		/* by node, of those reached: for whoever asked */
	size_t *queue;		/* nodes in the order of their levels */
	size_t reached;
	struct search_room *room;
};

/* Whoever looks at the moves out of a node says which ends are of interest
 * before they are worked out, and gets those that are possible.  SEEK answers
 * the first such place from PLACE on, at most END: an open row leads
 * everywhere, and most of it was looked at before. */
struct watcher {
	uint32_t (*seek)(void *context, uint32_t place, unsigned state,
	    uint32_t end);
	void (*take)(void *context, size_t node, const struct path_step *step);
	void *context;
};

static inline size_t node_of(const struct search *s, uint32_t place, unsigned state)
{
	return (size_t)place * s->path->states + state;
}

static inline uint32_t place_of(const struct search *s, size_t node)
{
	assert(s->path->states > 0);
	return (uint32_t)(node / s->path->states);
}

/* Is the place of the kind?  A phantom is as soon as it may be. */
bool path_place_is(const struct evaluator *ev, uint32_t place, uint16_t kind);
/* The second operand of REACHES, an entity as the set of it. */
struct set path_target(struct evaluator *ev, struct env *env,
    const struct expr *e);

/* Everything that is reached, until search_end, which must come: the room is
 * as large as the graph, and the next search is to find it clean. */
struct search search_from(struct evaluator *ev, const struct path *path,
    entity_id source, bool may);
void search_end(struct search *s);
/* Shows the watcher every move out of a node. */
void search_moves(struct search *s, size_t node, const struct watcher *watcher);
bool search_accepts(const struct search *s, size_t node);
/* The level of the place where a walk may end, 0 if none does. */
uint32_t search_level(const struct search *s, uint32_t place);

#endif
