/* SPDX-License-Identifier: Apache-2.0 */
/* conditions - inside explain/coverage.c: the conditions of an expression. */
#ifndef SCARP_EXPLAIN_CONDITIONS_H
#define SCARP_EXPLAIN_CONDITIONS_H

#include "explain/coverage.h"

/* What is known of a condition that was asked before: outcomes it may have. */
struct asked {
	const struct expr *expr;
	uint8_t possible;
};

struct lister {
	struct coverage *coverage;
	const struct rule *rule;	/* or NULL */
	bool rests;			/* certain.c */
	VEC(struct asked) asked;
};

/* Adds the conditions in E. */
void conditions_list(struct lister *l, const struct expr *e);
/* The same of a clause, which is a condition itself where it joins several. */
void conditions_list_clause(struct lister *l, const struct expr *e, const char *clause);
/* From here on E does not come out as EXCLUDED, true or false. */
void conditions_assume(struct lister *l, const struct expr *e, uint8_t excluded);

#endif
