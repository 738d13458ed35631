/* SPDX-License-Identifier: Apache-2.0 */
/*
 * proof - why a verdict is what it is, as a tree.
 *
 * Made on demand, for one outcome, by the reference evaluator: nothing is
 * traced while rules are evaluated.  Under each clause that the verdict rests
 * on stand the premises it follows from, down to the facts of the inventory.
 * Long lists are cut, and say how much was left out.
 */
#ifndef SCARP_EXPLAIN_PROOF_H
#define SCARP_EXPLAIN_PROOF_H

#include "explain/evaluate.h"
#include "vm/scalar.h"

enum proof_kind {
#define NODE(name, word) PROOF_##name,
#include "explain/proof.def"
#undef NODE
	PROOF_KIND_COUNT
};
const char *proof_kind_text(enum proof_kind kind);

/* Who said it: empty where nobody did. */
struct proof_source {
	struct str name, by;
	const char *grade;
	bool has_as_of, has_until;
	int64_t as_of, until;		/* until: of what is attested */
};

/* What another source says, and why it does not count. */
struct proof_other {
	struct str value;
	bool outranked;		/* by a higher grade; else of the same: a conflict */
	struct proof_source source;
	struct span span;
};

struct proof_fact {
	struct str entity, attribute;	/* empty: of the inventory as a whole */
	struct str value;		/* empty: not known */
	const char *state;		/* fact.h */
	struct proof_source source;
	struct proof_other *others;
	size_t other_count;
};

struct proof_binding { struct str name, value; };

struct premise;

struct proof_node {
	enum proof_kind kind;
	const char *clause;		/* "for", "when", "except when", "require",
					 * "forbid", or NULL */
	struct str because;		/* of an exception */
	struct str expression;		/* in the rule's own words; or empty */
	struct str body;		/* what the name in `expression` stands for */
	bool has_truth;
	enum truth truth;
	struct str value;		/* where there is no truth */
	struct str text;		/* all that in a sentence, without bindings */
	struct proof_binding *bindings;	/* of the names in it */
	size_t binding_count;
	struct str from, link, to;	/* of a step: its ends as walked, and the
					 * link or relation between them */
	bool backwards;			/* the link is from `to` to `from` */
	struct span rule;		/* where the expression stands, */
	struct span form;		/* and where its body does */
	bool turned;			/* the expression is what `not` is written
					 * around, as in `a != b` */
	struct span span;		/* of a fact, step or element: in the inventory */
	struct proof_fact *fact;	/* FACT; also of an element or step */
	VEC(struct proof_node *) children;
	uint64_t more;			/* children that were left out */
	bool repeated;			/* shown elsewhere in this proof */
	bool deeper;			/* what it rests on was left out */
	const struct premise *premise;	/* for tests: what it states */
};

struct proof {
	const struct rule *rule;
	struct subject_text subject;
	enum verdict verdict;
	enum verdict_reason reason;
	struct finding finding;
	struct proof_binding *bindings;	/* of the rule's binders */
	size_t binding_count;
	VEC(struct proof_node *) clauses;	/* in the order of their evaluation */
};

/* WHOLE: not trimmed, for tests.  All of it lives in ARENA. */
struct proof *proof_of(struct evaluator *evaluator, struct arena *arena,
    const struct outcome *outcome, bool whole);

/* The proof as a list of places with what each says: those of the inventory,
 * in the order of the tree, each once. */
struct proof_step { struct str text; struct span span; };
struct proof_steps { VEC(struct proof_step) items; };
struct proof_steps proof_steps(struct arena *arena, const struct proof *proof);

/* A link that a node states, as the link goes: a step of a walk, or a fact.
 * Its ends are places: entities, behind them the unlisted ones of each kind. */
struct proof_link {
	uint32_t from, to;
	uint16_t attribute;		/* SCHEMA_NONE: a relation */
	struct str name;
	bool possible;			/* it is not certain */
	bool is_step;
};
/* False: the node states none. */
bool proof_link_of(const struct evaluator *evaluator, const struct proof_node *node,
    struct proof_link *link);

#endif
