/* SPDX-License-Identifier: Apache-2.0 */
/* Conditions that are never true, never false, or never known. */
#include "compiler/lint_part.h"

/* The truth that a node asks of each element. */
static const struct expr *body_of(const struct expr *e)
{
	switch ((int)e->op) {
	case EXPR_ANY:
	case EXPR_ALL:
	case EXPR_COUNT_WHERE:
		return e->arg[1];
	case EXPR_COLLECT:
	case EXPR_SUM:
	case EXPR_MIN:
	case EXPR_MAX:
		return e->arg[2];
	default:
		return NULL;
	}
}

struct bound {
	const struct variable **items;
	size_t count;
};

static struct bound with(struct lint *l, const struct bound *bound,
    const struct variable *variable)
{
	struct bound more = { ARENA_ARRAY(l->arena, const struct variable *,
	    bound->count + 1), bound->count + 1 };

	for (size_t i = 0; i < bound->count; i++)
		more.items[i] = bound->items[i];
	more.items[bound->count] = variable;
	return more;
}

static void tell(struct lint *l, const struct formula *formula)
{
	struct span span = formula->expr->span;
	struct lint_finding *finding;

	if (formula->seen == SEEN_UNKNOWN) {
		finding = lint_tell(l, DIAG_W6003, span, "this is always unknown");
		finding->help = STR("it decides nothing, whatever is collected");
	} else if (!(formula->seen & SEEN_TRUE))
		lint_tell(l, DIAG_W6001, span, "this is never true");
	else
		lint_tell(l, DIAG_W6002, span, "this is never false");
}

/* A word such as `true` says what it says. */
static bool is_only_one_thing(const struct formula *formula)
{
	return formula->expr->op != EXPR_CONST &&
	    !((formula->seen & SEEN_TRUE) && (formula->seen & SEEN_FALSE));
}

static void examine(struct lint *l, const struct expr *e, const struct bound *bound)
{
	struct formulas *f = formulas_new(l->arena, l->tree, l->keys);

	for (size_t i = 0; i < bound->count; i++)
		formulas_bind(f, bound->items[i]);
	formulas_add(f, e);
	formulas_close(f);
	if (!formulas_first(f))
		return;
	do {
		formulas_try(f, true);
	} while (formulas_next(f));
	for (size_t i = 0; i < f->items.count; i++)
		if (is_only_one_thing(&f->items.items[i]) &&
		    !lint_told_within(l, f->items.items[i].expr->span))
			tell(l, &f->items.items[i]);
}

/* Bodies first: what is wrong inside is not wrong once more outside.  An
 * expression is no deeper than LIMIT_EXPRESSION_DEPTH. */
static void visit(struct lint *l, const struct expr *e, const struct bound *bound)
{
	const struct expr *body = body_of(e);
	bool binds = e->variable && e->op != EXPR_VARIABLE;
	struct bound inner = binds ? with(l, bound, e->variable) : *bound;

	lint_pattern(l, e);
	for (int i = 0; i < 3; i++)
		if (e->arg[i])
			visit(l, e->arg[i], binds && i > 0 ? &inner : bound);
	for (uint32_t i = 0; i < e->count; i++)
		visit(l, e->items[i], bound);
	if (body)
		examine(l, body, &inner);
}

void lint_condition(struct lint *l, const struct expr *e,
    const struct variable *const *bound, size_t count)
{
	struct bound around = { ARENA_ARRAY(l->arena, const struct variable *,
	    count), count };

	for (size_t i = 0; i < count; i++)
		around.items[i] = bound[i];
	visit(l, e, &around);
	if (type_is_truth(e->type))
		examine(l, e, &around);
}

/* --- ways out of unknown ------------------------------------------------- */

static void tell_where_it_stands(struct lint *l, const struct expr *e)
{
	struct lint_finding *finding;

	if (lint_told_within(l, e->span))
		return;
	finding = lint_tell(l, DIAG_W6008, e->span, e->op == EXPR_KNOWN ?
	    "what is not known here decides like something known" :
	    e->op == EXPR_ASSUME ? "what is not known here counts as this" :
	    "what of this was not collected counts as not there");
	finding->help = STR("if that is meant, say why: `# scarp: ignore[W6008] REASON`");
}

void lint_ways_out(struct lint *l, const struct expr *e, bool inside)
{
	bool binds = e->variable && e->op != EXPR_VARIABLE;

	for (int i = 0; i < 3; i++)
		if (e->arg[i])
			lint_ways_out(l, e->arg[i], inside || (binds && i > 0));
	for (uint32_t i = 0; i < e->count; i++)
		lint_ways_out(l, e->items[i], inside);
	if (e->op == EXPR_ASSUME_COMPLETE ||
	    (inside && (e->op == EXPR_ASSUME || e->op == EXPR_KNOWN)))
		tell_where_it_stands(l, e);
}
