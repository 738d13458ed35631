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
	struct lint_summary summary;
};

/* A new finding; valid until the next one. */
struct lint_finding *lint_tell(struct lint *l, enum diag_code code,
    struct span span, const char *format, ...)
	__attribute__((format(printf, 4, 5)));
/* Something inside SPAN was told already: it is not told again from outside. */
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
void lint_pairs(struct lint *l, const struct rule *const *rules, size_t count);

/* lint_text.c: patterns and messages. */
void lint_pattern(struct lint *l, const struct expr *e);
void lint_messages(struct lint *l, const struct rule *rule);

/* lint_ignore.c: marks what comments say is to be ignored, and tells of those
 * that give no reason or ignore nothing. */
void lint_ignore(struct lint *l);

#endif
