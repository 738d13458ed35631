/* SPDX-License-Identifier: Apache-2.0 */
/*
 * hunt - what the rooms of the search for missing facts share.
 *
 *	hunt.c		gathering, trying, one fact that does alone, the answer
 *	hunt_set.c	several facts: grow, shrink, spare
 *	alike.[ch]	searches that go the same way for other subjects
 */
#ifndef SCARP_EXPLAIN_HUNT_H
#define SCARP_EXPLAIN_HUNT_H

#include "explain/evaluator.h"

/* What an evaluator keeps for all its hunts. */
struct hunter {
	struct arena *trial;		/* what one trial leaves behind */
	struct arena_mark clean;
	struct arena *hunt;		/* and one hunt */
	struct evaluator *what_if;
	uint32_t *unclosed;
	struct pool **rules;		/* constants, by rule */
	struct alike *alike;		/* alike.c */
};

struct candidate {
	struct missing missing;
	unsigned tier;		/* 0: what the verdict's reason lacks; else 1 */
	uint32_t asked;		/* its place in the order of asking */
	struct fillings fillings;
};

struct chosen { uint32_t fact; const struct filling *filling; };
struct set_of_facts { struct chosen *items; size_t count, capacity; };

struct hunt {
	struct evaluator *ev;
	struct hunter *hunter;
	struct arena *arena;
	const struct outcome *outcome;
	struct pool *pool;
	struct map *known;		/* facts by what they are */
	VEC(struct candidate) facts;
	size_t gathered;		/* of the facts: from the inventory as it is */
	VEC(struct missing) troubles;
	uint64_t start, bound;
	uint64_t walk;			/* steps of one gathering */
	bool spent;
	enum verdict verdict;		/* of the trial that decided last */
	uint64_t dice;
};

struct named { struct missing missing; const struct filling *filling; };
struct hunt_answer {
	struct named *items;		/* with fillings all, or none */
	size_t count;
	enum verdict filled;
};
/* Names and orders the facts; into the finding, in ARENA. */
void hunt_answer(struct evaluator *ev, struct arena *arena,
    struct hunt_answer *answer, struct finding *finding);
bool hunt_is_spent(struct hunt *h);
/* Adds what keeps the outcome open as EV sees it; false when that is nothing
 * new. */
bool hunt_gather(struct hunt *h, struct evaluator *ev);
/* The what-if evaluator with nothing but these assumed, and what follows left
 * out; NULL where one contradicts. */
struct overlay *hunt_suppose(struct hunt *h, const struct chosen *chosen,
    size_t count);
/* The same with what follows; false where one contradicts. */
bool hunt_assume(struct hunt *h, const struct chosen *chosen, size_t count);
/* Do these decide the outcome?  Contradictions do not. */
bool hunt_decides(struct hunt *h, const struct chosen *chosen, size_t count);
/* Some facts that decide it together, none of which is spare; false where none
 * were found. */
bool hunt_several(struct hunt *h, struct set_of_facts *best);

#endif
