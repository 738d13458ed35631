/* SPDX-License-Identifier: Apache-2.0 */
/* trial - one test: outcomes of its rule on its inventory, judged. */
#ifndef SCARP_CLI_TRIAL_H
#define SCARP_CLI_TRIAL_H

#include "base/text.h"
#include "explain/evaluate.h"

struct trial {
	const struct sources *sources;
	const struct tree *tree;
	const struct test *test;
	const struct graph *graph;
	struct evaluator *evaluator;
	struct arena *arena;
	VEC(struct outcome) outcomes;	/* of the tested rule */
	struct text *out;		/* complaints; NULL: the first one ends it */
	size_t failures;
};

/* A verdict sink: keeps what the tested rule says in the trial CONTEXT. */
void trial_keep(void *context, const struct outcome *outcome);
/* Sorts the outcomes and compares them with what the test expects. */
void trial_judge(struct trial *trial);
void trial_complain(struct trial *trial, struct span span, const char *format, ...)
	__attribute__((format(printf, 3, 4)));

#endif
