/* SPDX-License-Identifier: Apache-2.0 */
/*
 * evaluate - the reference evaluator: the checked tree over the graph, one
 * subject at a time, slow and obvious.  It is the oracle of the tests and,
 * for a single outcome, the explainer: message, location and missing facts.
 * It knows nothing of plans and bytecode.
 */
#ifndef SCARP_EXPLAIN_EVALUATE_H
#define SCARP_EXPLAIN_EVALUATE_H

#include "compiler/tree.h"
#include "vm/graph.h"
#include "vm/verdict.h"

struct evaluator;

/* Lives in ARENA; TREE and GRAPH must outlive it. */
struct evaluator *evaluator_new(struct arena *arena, const struct tree *tree,
    const struct graph *graph);

/* From now on conditions are noted in COVERAGE; NULL ends it. */
struct coverage;
void evaluator_cover(struct evaluator *evaluator, struct coverage *coverage);

/* Every rule on every subject, in order (rule, then subject): the same
 * tallies and outcomes as run_program gives, rest subjects included. */
void evaluate_all(struct evaluator *evaluator, struct tally *tallies,
    const struct verdict_sink *sink);
/* One of them. */
void evaluate_rule(struct evaluator *evaluator, uint32_t rule, struct tally *tally,
    const struct verdict_sink *sink);

/* A fact that is not there: the reason why something is unknown. */
enum missing_kind {
	MISSING_VALUE,		/* attribute of entity not collected */
	MISSING_CONFLICT,	/* sources disagree */
	MISSING_ROW,		/* a set or link row was not collected */
	MISSING_REST,		/* a row is open: the rest of it */
	MISSING_LINK,		/* a link that is only possible */
	MISSING_EXTENT,		/* a kind's extent is open */
	MISSING_TODAY,		/* no --as-of */
	MISSING_TROUBLE		/* overflow, division by zero, a match limit */
};
struct missing {
	enum missing_kind kind;
	entity_id entity;	/* ENTITY_NONE for extents, today */
	uint16_t attribute;	/* SCHEMA_NONE for extents, today */
	uint16_t of;		/* MISSING_EXTENT: the kind */
	int64_t cell;		/* MISSING_LINK, and in conflict: the element */
	struct str text;	/* "cm01.contoso.example.roles", "rest of db01.shares" */
	struct span span;	/* the object that lacks it, or the statement that leaves it open */
};

/* What a report says of one outcome.  All texts live in the arena. */
struct finding {
	struct str *messages;	/* of the false clauses, in source order; else empty */
	size_t message_count;
	struct span span;	/* fail: the fact that decides; unknown: the object that
				 * lacks the fact; else the subject */
	struct missing *missing;	/* unknown: facts that keep it from being decided */
	size_t missing_count;
	/* What was tried with them: values for just these facts that decide the
	 * verdict as FILLED, or NULL when none were found; and whether every way
	 * to do with fewer of them was tried and failed. */
	const struct filling *fillings;
	enum verdict filled;
	bool minimal;
	bool spent;			/* the search met LIMIT_MISSING_STEPS */
};
struct filling;			/* overlay.h */
/* BEFORE undecided outcomes of its rule came before the one that is explained
 * next: of many not each is searched for with the same patience. */
void evaluator_hurry(struct evaluator *evaluator, uint64_t before);
void evaluate_finding(struct evaluator *evaluator, struct arena *arena,
    const struct outcome *outcome, struct finding *finding);

/* The subject as printed: kind "Host", key "cm01.contoso.example"; of several
 * binders both joined by ", "; of a rest subject the key "rest of h.volumes"
 * with h's key.  And the position of the (last) entity of the subject.
 * KEY is as subject_joined spells it, PLAIN joins the same as they are; PARTS
 * are there where there is more than one.
 * AMBIGUOUS: a key in it holds what keys are joined by, so that another subject
 * of the rule may have the same text. */
struct subject_part { struct str kind, key; };	/* no kind: a plain value */
struct subject_text {
	struct str kind, key, plain;
	const struct subject_part *parts;
	size_t part_count;
	struct span span;
	bool ambiguous;
};
/* The keys for people: what could be taken for more than one part or for none
 * is in quotes, so that other parts give another text.  In ARENA. */
struct str subject_joined(struct arena *arena, const struct subject_part *parts,
    size_t count);
struct subject_text evaluate_subject(struct evaluator *evaluator, struct arena *arena,
    const struct outcome *outcome);

#endif
