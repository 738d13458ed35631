/* SPDX-License-Identifier: Apache-2.0 */
/*
 * path - a path expression as an automaton without empty moves (Glushkov
 * 1961, "The abstract theory of automata").
 *
 * Each link that is written is a state, once for each time it may be walked
 * ({2,3}: three times); state 0 is the start.
 */
#ifndef SCARP_COMPILER_PATH_H
#define SCARP_COMPILER_PATH_H

#include "compiler/check.h"

#define MOST_STATES 64

/* A set of states, a bit each. */
typedef uint64_t states;
#define STATE(i) ((states)1 << (i))

struct state {
	const struct ast *link;		/* PATH_STEP */
	bool inverse;
	bool found, reported;
	struct path_step step;
	states next;
};

struct automaton {
	struct scope *scope;
	const struct ast *ast;		/* REACHES */
	struct state states[MOST_STATES];
	unsigned count;			/* state 0 included */
	bool too_large;
	uint16_t from;			/* kind of state 0 */
	uint16_t target;
	states accepting;
};

/* The states and moves of PATH, whatever its links mean.  False, after a
 * diagnostic, when there are more than LIMIT_PATH_STATES. */
bool path_build(struct automaton *a, const struct ast *path);

#endif
