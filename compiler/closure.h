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

/* Where a part of the body is read: of AT in a state; or of ELEMENT, behind a
 * step along SET from there that is not taken yet. */
struct reading {
	unsigned part, state;
	const struct variable *at;
	expr_list gates;		/* conditions on AT, before the step */
	const struct expr *set;		/* or NULL */
	const struct variable *element;
	expr_list filters;		/* conditions on ELEMENT and AT */
};

/* From the left: `any c in K where r(walks, c) and filters: P(c, stays)`. */
struct closure_tail {
	const struct variable *variable;	/* c */
	uint16_t kind;
	expr_list filters;
	unsigned state;			/* of c: where P is read */
};

/* A step to the end. */
struct closure_end {
	struct reading at;
	const struct expr *set;
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
	VEC(struct closure_end) ends;
	VEC(struct closure_tail) tails;
};

/* Reads the body, walking from its parameter WALKING.  NULL: it is no closure so. */
struct closure *closure_read(struct lowering *l, uint16_t relation, uint32_t walking);

/* --- closure_step.c ------------------------------------------------------- */
/* Does E rest on nothing but X and Y (either may be NULL)? */
bool closure_rests_on(struct closure *c, const struct expr *e, const struct variable *x,
    const struct variable *y);
bool closure_is_variable(const struct expr *e, const struct variable *v);
/* A step along E (a set, or an entity), of who is at P in its state. */
bool closure_step(struct closure *c, const struct reading *p, const struct expr *e,
    unsigned to);
/* The steps by which the tails go on from where the body ends. */
bool closure_join_tails(struct closure *c);
/* The set of one entity, of TYPE, in SCOPE. */
plan_ref closure_single(struct lowering *l, const struct scope *scope, plan_ref value,
    struct type type);

#endif
