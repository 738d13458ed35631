/* SPDX-License-Identifier: Apache-2.0 */
/*
 * repair - changes of the inventory that bear on a verdict.
 *
 * Whatever turns a verdict must change one of the facts that its proof ends
 * in.  For each of them these are the changes that the schema allows
 * (`changeable cost N`), as lines of a patch (docs/diff.md).  Whether a change
 * helps is not known here: who asks makes it, and looks.
 *
 * Values that are tried: of a bool or an enum every other one; of an optional
 * one also none; of others those that the rule names, and the next to them,
 * texts that the verdict rests on, and the entity's own key; of a link the entities of its kind.
 */
#ifndef SCARP_EXPLAIN_REPAIR_H
#define SCARP_EXPLAIN_REPAIR_H

#include "explain/evaluate.h"

struct repair_change {
	struct str lines;	/* each ended by a line feed */
	uint64_t cost;
};

struct repair_changes {
	VEC(struct repair_change) items;	/* by cost, then by their text */
};

/* All of it lives in ARENA; each change once. */
struct repair_changes repair_changes_of(struct evaluator *evaluator,
    struct arena *arena, const struct outcome *outcome);

/* --- repair_text.c --- */
/* `Host["cm02"]`: the entity as an edit names it. */
void repair_add_entity(struct text *out, const struct graph *graph,
    entity_id entity);
/* Its own key, in quotes, as a list of its owner has it. */
void repair_add_key(struct text *out, const struct graph *graph,
    entity_id entity);
/* A value as an edit states it. */
void repair_add_value(struct text *out, const struct graph *graph,
    struct type type, int64_t cell);
void repair_add_quoted(struct text *out, struct str s);
/* { kind: ..., ... }: an owned entity with what is said of it. */
void repair_add_object(struct text *out, const struct graph *graph,
    entity_id entity);

#endif
