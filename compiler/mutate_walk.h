/* SPDX-License-Identifier: Apache-2.0 */
/* mutate_walk - inside compiler/mutate*.c. */
#ifndef SCARP_COMPILER_MUTATE_WALK_H
#define SCARP_COMPILER_MUTATE_WALK_H

#include "compiler/mutate.h"

struct mutator {
	struct arena *arena;
	struct sources *sources;
	const struct tree *tree;
	struct mutations *out;
	struct map *exprs;		/* by span: into `found` */
	VEC(const struct expr *) found;
	struct map *steps;		/* by span: into `walked` */
	VEC(const struct path_step *) walked;
	bool *comments;			/* of the file: is this byte in one? */
	uint32_t item;
};

/* --- mutate_site.c --- */
void site_index(struct mutator *m);
/* A constant, attribute or field that is read at SPAN, or NULL. */
const struct expr *site_expr(const struct mutator *m, struct span span);
/* Another attribute, field, link or enum value for the one at SPAN that has
 * the same type; empty: there is none. */
struct str site_other_name(const struct mutator *m, struct span span);
struct str site_other_value(const struct mutator *m, struct span span);
struct str site_other_link(const struct mutator *m, struct span span);

/* --- mutate.c --- */
void mutate_add(struct mutator *m, enum mutation_kind kind, uint32_t start,
    uint32_t end, struct str became);
void mutate_truth(struct mutator *m, const struct ast *e, bool negatable);
void mutate_where(struct mutator *m, const struct ast *e);
/* The text between START and END without blanks, comments and brackets at its
 * ends: the operator that stands there. */
struct span mutate_gap(const struct mutator *m, uint32_t start, uint32_t end);
/* Where the operand that ends before OFFSET really ends, brackets included. */
uint32_t mutate_end_before(const struct mutator *m, uint32_t offset);
uint32_t mutate_start_after(const struct mutator *m, uint32_t offset);
struct str mutate_text(const struct mutator *m, uint32_t start, uint32_t end);

/* --- mutate_value.c --- */
void mutate_value(struct mutator *m, const struct ast *e);

#endif
