/* SPDX-License-Identifier: Apache-2.0 */
/*
 * premise - what a verdict rests on, one step at a time.
 *
 * A premise is something that holds of a subject: a truth, a value, a set or
 * one element of it, a fact of the inventory.  premise_expand gives the
 * premises that one rests on; facts rest on nothing.  Only what matters is
 * given: of a false `and` what is false, of a true `any` an element that
 * makes it true, of anything unknown what is undecided.
 *
 * proof.c makes a tree of them, evidence.c gathers the facts.  Environments
 * are never changed once a premise has them.
 */
#ifndef SCARP_EXPLAIN_PREMISE_H
#define SCARP_EXPLAIN_PREMISE_H

#include "explain/evaluator.h"

enum premise_kind {
	PREMISE_TRUTH,		/* EXPR has TRUTH */
	PREMISE_VALUE,		/* the value of EXPR, no set */
	PREMISE_WHOLE,		/* the set EXPR, every element of it */
	PREMISE_MEMBER,		/* TRUTH of: CELL is in the set EXPR */
	PREMISE_REST,		/* TRUTH of: EXPR has elements it does not list */
	PREMISE_ELEMENT,	/* the fold EXPR on one element; see below */
	PREMISE_TUPLE,		/* TRUTH of the relation INDEX in ENV */
	PREMISE_STEP,		/* TRUTH of one step of a walk */
	PREMISE_PLACE,		/* where a search came to, of the REACHES EXPR */
	PREMISE_FACT
};

/* What an inventory says, or does not. */
enum fact_kind {
	FACT_VALUE,		/* of a single-valued attribute */
	FACT_ELEMENT,		/* a row lists CELL */
	FACT_LACKS,		/* a row does not list CELL */
	FACT_ROW,		/* a row with all it lists */
	FACT_REST,		/* whether a row is closed */
	FACT_ENTITY,		/* an entity is there */
	FACT_EXTENT,		/* whether a kind's extent is closed */
	FACT_ALL,		/* an extent with all it lists */
	FACT_TODAY,		/* the run's date */
	FACT_PARAM		/* a param of the pack */
};

struct fact {
	enum fact_kind kind;
	entity_id entity;	/* ENTITY_NONE */
	uint16_t index;		/* attribute, kind or param */
	int64_t cell;
};

struct premise {
	enum premise_kind kind;
	enum truth truth;
	/* All that decides is of interest, not only the first of it. */
	bool exhaustive;
	/* VALUE of a count: only that it is CELL at least. */
	bool least;
	uint32_t level;		/* of a recursive component: see relation_level */
	uint16_t component;
	const struct expr *expr;
	struct env *env;
	int64_t cell;
	/*
	 * ELEMENT: CELL is bound in ENV.  Of `any` and `count`: is it an
	 * element that satisfies; of `all`: is it no counter-example; of a
	 * comprehension does it add an element, if SEEKS this one.
	 */
	bool seeks;
	int64_t sought;
	uint16_t index;		/* TUPLE */
	struct walk_step step;	/* STEP */
	uint32_t place;		/* PLACE, with the state of the automaton */
	unsigned state;
	struct fact fact;	/* FACT */
};

/* Who asks: ARENA keeps environments, TAKE gets each premise in turn. */
struct premises {
	struct evaluator *ev;
	struct arena *arena;
	void (*take)(void *context, const struct premise *premise);
	void *context;
	struct premise of;	/* what is being expanded */
};

/* The clauses of a rule, as they bear on a verdict. */
enum clause_kind { CLAUSE_BINDER, CLAUSE_WHEN, CLAUSE_EXCEPT, CLAUSE_REQUIRE };
struct clause {
	enum clause_kind kind;
	size_t index;
	struct premise premise;
};
struct clauses {
	struct env *env;	/* of the subject */
	VEC(struct clause) items;
};

/* The clauses that a verdict rests on.  While they are used, the evaluator's
 * regions must not be rolled back to before. */
struct clauses premises_of_outcome(struct premises *w, const struct outcome *outcome);
void premise_expand(struct premises *w, const struct premise *premise);
/* Of a premise's expression, in scratch. */
struct value premise_value(struct evaluator *ev, const struct premise *premise);
/* The truth that a fold's condition must have for the element to count. */
const struct expr *premise_condition(const struct expr *fold);

/* --- premise.c, for premise_set.c and premise_path.c --- */
enum truth premise_truth(struct premises *w, struct env *env, const struct expr *e);
/* Gives a premise that rests on what is being expanded. */
void premise_give(struct premises *w, struct premise premise);
void premise_say_truth(struct premises *w, struct env *env, const struct expr *e,
    enum truth truth);
/* A value of any type: nothing where it is written in the rule. */
void premise_say_value(struct premises *w, struct env *env, const struct expr *e);
void premise_say_member(struct premises *w, struct env *env, const struct expr *e,
    int64_t cell, enum truth truth);
void premise_say_rest(struct premises *w, struct env *env, const struct expr *e,
    enum truth truth);
void premise_say_fact(struct premises *w, struct fact fact);
/* What DEMAND asks of an expression it asks of an entity's attribute. */
void premise_say_attribute(struct premises *w, const struct premise *demand,
    uint16_t attribute, entity_id entity);
/* A copy of ENV that stays as it is, to be bound once. */
struct env *premise_env(struct premises *w, const struct env *env);
/* Each element of a fold for which WANTED (a set of 1 << truth); how many. */
size_t premise_say_elements(struct premises *w, const struct premise *p,
    unsigned wanted, bool first);

/* --- premise_set.c --- */
void premise_expand_whole(struct premises *w, const struct premise *p);
void premise_expand_member(struct premises *w, const struct premise *p);
void premise_expand_rest(struct premises *w, const struct premise *p);

/* --- premise_path.c --- */
void premise_expand_reaches(struct premises *w, const struct premise *p);
void premise_expand_step(struct premises *w, const struct premise *p);
void premise_expand_place(struct premises *w, const struct premise *p);

#endif
