/* SPDX-License-Identifier: Apache-2.0 */
/* closure - a relation of pairs as an automaton along sets. */
#ifndef SCARP_COMPILER_CLOSURE_H
#define SCARP_COMPILER_CLOSURE_H

#include "compiler/lower.h"

#define CLOSURE_STATES 64
#define CLOSURE_PARTS 8

/* A state 0 to go on from, and the end. */
enum { CLOSURE_START, CLOSURE_END, CLOSURE_FREE };

typedef VEC(const struct expr *) expr_list;

/* Part 0: of the one who stays, under no condition. */
struct closure_part {
	expr_list conditions;		/* on the one who stays */
	const struct expr *targets;	/* of it, who is walked to; NULL: itself */
	uint64_t accepting;
};

struct closure_move {
	uint8_t from, to;
	uint16_t step;
	uint8_t part;			/* 0 and not to the end: of all parts */
};

struct closure {
	struct lowering *l;
	const struct function *f;
	uint16_t relation;
	const struct variable *walks, *stays;
	uint32_t walking;		/* which parameter: 0 or 1 */
	unsigned states, count;		/* of parts */
	struct closure_part parts[CLOSURE_PARTS];
	VEC(struct path_step) steps;
	VEC(uint32_t) stores;		/* per step: of its set, or PLAN_NONE */
	VEC(struct closure_move) moves;
};

/* Reads the body, walking from its parameter WALKING.  NULL: it is no closure so. */
struct closure *closure_read(struct lowering *l, uint16_t relation, uint32_t walking);

/* The set of one entity, of TYPE, in SCOPE. */
plan_ref closure_single(struct lowering *l, const struct scope *scope, plan_ref value,
    struct type type);

#endif
