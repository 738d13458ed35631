/* SPDX-License-Identifier: Apache-2.0 */
/* proofs - what the makers of a proof share. */
#ifndef SCARP_EXPLAIN_PROOFS_H
#define SCARP_EXPLAIN_PROOFS_H

#include "explain/fact.h"
#include "explain/proof.h"

/* Bounds of a proof: of what is printed, never of what is decided. */
#define PROOF_NODES 600		/* in all */
#define PROOF_DEPTH 48
#define PROOF_LIST 8		/* children of one kind */
#define PROOF_WALK 64		/* steps of a walk */
#define PROOF_WORDS 100		/* bytes of an expression */

/* --- proof_words.c --- */
/* The rule's own words on one line, without comments, cut when long. */
struct str proof_expression(struct evaluator *ev, struct arena *arena,
    const struct expr *e);
/* Fills in expression, truth or value, text and bindings of a node. */
void proof_say(struct evaluator *ev, struct arena *arena, struct proof_node *node);
struct str proof_value(struct evaluator *ev, struct arena *arena,
    struct value v, struct type type);
void proof_bindings(struct evaluator *ev, struct arena *arena,
    const struct env *env, const struct expr *e, struct proof_node *node);

/* --- proof_fact.c --- */
/* Fills in fact, text and span of a node. */
void proof_say_fact(struct evaluator *ev, struct arena *arena,
    struct proof_node *node, const struct fact *fact);

/* --- proof_trim.c --- */
/* Leaves out what only repeats what its neighbours say. */
void proof_trim(struct arena *arena, struct proof *proof);

#endif
