/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The checked tree writes out what was only convenience (tree.h), so several
 * of its nodes may stand for one condition of the text.  They share its span:
 * the outermost of them is the condition, but for a NOT that nobody wrote.
 */
#include "explain/conditions.h"

#include "base/intern.h"

static bool same_span(struct span a, struct span b)
{
	return a.file == b.file && a.start == b.start && a.end == b.end;
}

/* --- what was asked before ------------------------------------------------------ */

/* The same expression: its variables, so its value, are the same. */
static bool is_same(const struct expr *a, const struct expr *b)
{
	if (a->op != b->op || a->index != b->index || a->cell != b->cell ||
	    a->variable != b->variable || a->path != b->path ||
	    a->count != b->count || !str_equal(a->text, b->text))
		return false;
	for (int i = 0; i < 3; i++)
		if (!a->arg[i] != !b->arg[i] ||
		    (a->arg[i] && !is_same(a->arg[i], b->arg[i])))
			return false;
	for (uint32_t i = 0; i < a->count; i++)
		if (!is_same(a->items[i], b->items[i]))
			return false;
	return true;
}

static void keep(struct lister *l, const struct expr *e, uint8_t possible)
{
	*VEC_PUSH(l->coverage->arena, &l->asked) = (struct asked){ e, possible };
}

void conditions_assume(struct lister *l, const struct expr *e, uint8_t excluded)
{
	bool both = (e->op == EXPR_AND && excluded == SEEN_FALSE) ||
	    (e->op == EXPR_OR && excluded == SEEN_TRUE);

	keep(l, e, (uint8_t)(SEEN_ALL & ~excluded));
	if (e->op == EXPR_NOT)
		conditions_assume(l, e->arg[0],
		    excluded == SEEN_TRUE ? SEEN_FALSE : SEEN_TRUE);
	if (both) {
		conditions_assume(l, e->arg[0], excluded);
		conditions_assume(l, e->arg[1], excluded);
	}
}

static uint8_t outcomes_left(const struct lister *l, const struct expr *e)
{
	uint8_t possible = SEEN_ALL;

	for (size_t i = 0; i < l->asked.count; i++)
		if (is_same(l->asked.items[i].expr, e))
			possible &= l->asked.items[i].possible;
	return possible;
}

/* --- the walk --------------------------------------------------------------------- */

/* What is fixed has its outcome; nobody could show another. */
static void add_condition(struct lister *l, const struct expr *e,
    const char *clause)
{
	struct coverage *c = l->coverage;
	uint8_t possible = certain_outcomes(c->certainty, l->rule, e, l->rests) &
	    outcomes_left(l, e);
	bool is_new;
	uint32_t *at;

	if (possible == 0)
		return;
	at = map_at(c->places, (struct str){ (const char *)&e, sizeof(e) }, &is_new);
	if (!is_new)
		return;
	*at = (uint32_t)c->conditions.count;
	*VEC_PUSH(c->arena, &c->conditions) = (struct condition){
		.expr = e, .span = e->span, .clause = clause,
		.possible = possible };
}

static void list(struct lister *l, const struct expr *e, struct span listed);

/* The second is asked where the first came out as anything but EXCLUDED. */
static void list_after(struct lister *l, const struct expr *first,
    const struct expr *second, uint8_t excluded, struct span listed)
{
	size_t mark = l->asked.count;

	list(l, first, listed);
	if (excluded == (SEEN_TRUE | SEEN_FALSE))
		keep(l, first, SEEN_UNKNOWN);
	else
		conditions_assume(l, first, excluded);
	list(l, second, listed);
	l->asked.count = mark;
}

static void list_parts(struct lister *l, const struct expr *e, struct span listed)
{
	if (e->op == EXPR_AND || e->op == EXPR_OR) {
		list_after(l, e->arg[0], e->arg[1],
		    e->op == EXPR_AND ? SEEN_FALSE : SEEN_TRUE, listed);
		return;
	}
	if (e->op == EXPR_ASSUME && type_is_truth(e->type)) {
		list_after(l, e->arg[0], e->arg[1], SEEN_TRUE | SEEN_FALSE, listed);
		return;
	}
	list(l, e->arg[0], listed);
	if (e->arg[2])
		list_after(l, e->arg[2], e->arg[1], SEEN_FALSE, listed);
	else if (e->arg[1])
		list(l, e->arg[1], listed);
}

/* AND, OR or NOT as an operator of the text, not as part of another one. */
static bool is_connective(const struct expr *e)
{
	if (e->op == EXPR_NOT)
		return e->implied || !same_span(e->span, e->arg[0]->span);
	return (e->op == EXPR_AND || e->op == EXPR_OR) &&
	    !same_span(e->span, e->arg[0]->span);
}

/* LISTED: the condition around E, whose parts have its span. */
static void list(struct lister *l, const struct expr *e, struct span listed)
{
	if (type_is_truth(e->type) && !is_connective(e) &&
	    !same_span(e->span, listed)) {
		add_condition(l, e, "");
		listed = e->span;
	}
	if (e->arg[0])
		list_parts(l, e, listed);
	for (uint32_t i = 0; i < e->count; i++)
		list(l, e->items[i], listed);
}

void conditions_list(struct lister *l, const struct expr *e)
{
	list(l, e, SPAN_NONE);
}

/* Of `forbid E` it is E that is written. */
void conditions_list_clause(struct lister *l, const struct expr *e, const char *clause)
{
	while (e->op == EXPR_NOT && e->implied)
		e = e->arg[0];
	if (is_connective(e))
		add_condition(l, e, clause);
	list(l, e, SPAN_NONE);
}
