/* SPDX-License-Identifier: Apache-2.0 */
/* lint_part - what the parts of lint share. */
#ifndef SCARP_COMPILER_LINT_PART_H
#define SCARP_COMPILER_LINT_PART_H

#include "compiler/lint.h"
#include "compiler/lint_formula.h"

struct lint_finding {
	enum diag_code code;
	struct span span, label;	/* label.file SOURCE_NONE: none */
	struct str message, words, help;
	bool ignored;
};

struct lint {
	struct arena *arena;
	struct diagnostics *all;
	const struct tree *tree;
	struct map *keys;
	VEC(struct lint_finding) findings;
	size_t from;			/* first finding of what is looked at now */
	bool *has_failing_test;		/* by rule */
	struct map *covered;		/* ids of rules that are told to be */
	struct lint_pairs *pairs;
	struct lint_summary summary;
};

/* A new finding; valid until the next one. */
struct lint_finding *lint_tell(struct lint *l, enum diag_code code,
    struct span span, const char *format, ...)
	__attribute__((format(printf, 4, 5)));
/* Something inside SPAN, of what is looked at now, was told already: it is not
 * told again from outside. */
bool lint_told_within(const struct lint *l, struct span span);

/* lint_condition.c: every condition inside E, E included, that can be only one
 * thing.  The variables that are bound around it come first. */
void lint_condition(struct lint *l, const struct expr *e,
    const struct variable *const *bound, size_t count);

/* The ways out of unknown in E that are told where they stand: lists that
 * count as complete, and, INSIDE the body of something, all others. */
void lint_ways_out(struct lint *l, const struct expr *e, bool inside);

/* lint_rule.c: one rule, and rules that say the same.  Answers whether the rule
 * can fail. */
bool lint_rule(struct lint *l, const struct rule *rule);
/* Compares two rules with the same subjects, and tells which one is spare. */
void lint_pair(struct lint *l, const struct rule *a, const struct rule *b);

/* lint_pairs.c: finds the rules to be compared. */
struct lint_pairs *lint_pairs_new(struct arena *arena);
/* One that can fail.  SEEN: by term and choice, how cases with it end. */
enum { LINT_FAILS = 1, LINT_HOLDS = 2 };
void lint_pairs_add(struct lint_pairs *p, struct formulas *f, const struct rule *rule,
    const uint8_t *const *seen, bool is_total);
/* False: there were too many, and some were left out. */
bool lint_pairs_compare(struct lint_pairs *p, struct lint *l);

/* lint_text.c: patterns and messages. */
void lint_pattern(struct lint *l, const struct expr *e);
void lint_messages(struct lint *l, const struct rule *rule);

/* lint_ignore.c: marks what comments say is to be ignored, and tells of those
 * that give no reason or ignore nothing. */
void lint_ignore(struct lint *l);

#endif
