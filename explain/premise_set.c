/* SPDX-License-Identifier: Apache-2.0 */
/* Sets: all of one, whether it has one element, whether it lists every one. */
#include "explain/premise.h"

#define ANY_TRUTH 7u

static bool set_has_rest(struct premises *w, struct env *env, const struct expr *e)
{
	struct arena_mark mark = arena_here(w->ev->scratch);
	struct set set = evaluate_set(w->ev, env, e);

	arena_rollback(w->ev->scratch, mark);
	return members_has_rest(&set);
}

static enum truth membership(struct premises *w, struct env *env,
    const struct expr *e, int64_t cell)
{
	struct arena_mark mark = arena_here(w->ev->scratch);
	struct set set = evaluate_set(w->ev, env, e);
	enum truth truth = members_has_cell(&set, cell);

	arena_rollback(w->ev->scratch, mark);
	return truth;
}

static void say_rest(struct premises *w, struct env *env, const struct expr *e)
{
	premise_say_rest(w, env, e, kleene_of(set_has_rest(w, env, e)));
}

static void say_items(struct premises *w, const struct premise *p)
{
	for (uint32_t i = 0; i < p->expr->count; i++)
		premise_say_value(w, p->env, p->expr->items[i]);
}

/* --- all of a set --------------------------------------------------------- */

static void expand_collect(struct premises *w, const struct premise *p)
{
	premise_say_elements(w, p, ANY_TRUTH & ~(1u << TRUTH_FALSE), false);
	w->of.exhaustive = false;
	premise_say_elements(w, p, 1u << TRUTH_FALSE, false);
	say_rest(w, p->env, p->expr->arg[0]);
}

void premise_expand_whole(struct premises *w, const struct premise *p)
{
	switch ((int)p->expr->op) {
	case EXPR_EXTENT:
		premise_say_fact(w, (struct fact){ FACT_ALL, ENTITY_NONE,
		    (uint16_t)p->expr->index, 0 });
		break;
	case EXPR_COLLECT:
		expand_collect(w, p);
		break;
	case EXPR_SET:
		say_items(w, p);
		break;
	default:
		for (int i = 0; i < expr_op_arity(p->expr->op); i++)
			premise_say_value(w, p->env, p->expr->arg[i]);
		break;
	}
}

/* --- one element ---------------------------------------------------------- */

static void member_of_collect(struct premises *w, const struct premise *p)
{
	premise_say_elements(w, p, 1u << p->truth,
	    p->truth == TRUTH_TRUE && !p->exhaustive);
	if (p->truth == TRUTH_FALSE || (p->truth == TRUTH_UNKNOWN &&
	    set_has_rest(w, p->env, p->expr->arg[0])))
		say_rest(w, p->env, p->expr->arg[0]);
}

/* Union is `or`, intersection is `and`, without is `and not`. */
static void member_of_operator(struct premises *w, const struct premise *p)
{
	enum truth decides = kleene_of(p->expr->op == EXPR_UNION);
	bool said = false;

	for (int i = 0; i < 2; i++) {
		bool turned = i == 1 && p->expr->op == EXPR_WITHOUT;
		enum truth truth = membership(w, p->env, p->expr->arg[i], p->cell);

		if ((turned ? kleene_not(truth) : truth) != p->truth)
			continue;
		said = true;
		premise_say_member(w, p->env, p->expr->arg[i], p->cell, truth);
		if (p->truth == decides && !p->exhaustive)
			break;
	}
	/* Set operators know less than their operands do. */
	if (!said)
		say_rest(w, p->env, p->expr->arg[0]);
}

static bool is_item(struct premises *w, const struct premise *p,
    const struct expr *item)
{
	struct arena_mark mark = arena_here(w->ev->scratch);
	int64_t cell;
	symbol spelled;
	bool is = value_state(evaluate_expr(w->ev, p->env, item), &cell,
	    &spelled) == STATE_KNOWN && cell == p->cell;

	arena_rollback(w->ev->scratch, mark);
	return is;
}

static void member_of_items(struct premises *w, const struct premise *p)
{
	for (uint32_t i = 0; p->truth == TRUTH_TRUE && i < p->expr->count; i++) {
		if (is_item(w, p, p->expr->items[i])) {
			premise_say_value(w, p->env, p->expr->items[i]);
			return;
		}
	}
	say_items(w, p);
}

static void member_of_extent(struct premises *w, const struct premise *p)
{
	const struct extent *x = &w->ev->graph->extents[p->expr->index];
	bool listed = p->cell >= x->first && p->cell < x->first + x->count;

	if (listed)
		premise_say_fact(w, (struct fact){ FACT_ENTITY,
		    (entity_id)p->cell, (uint16_t)p->expr->index, 0 });
	else
		premise_say_fact(w, (struct fact){ FACT_EXTENT, ENTITY_NONE,
		    (uint16_t)p->expr->index, 0 });
}

void premise_expand_member(struct premises *w, const struct premise *p)
{
	switch ((int)p->expr->op) {
	case EXPR_EXTENT:
		member_of_extent(w, p);
		break;
	case EXPR_COLLECT:
		member_of_collect(w, p);
		break;
	case EXPR_SET:
		member_of_items(w, p);
		break;
	case EXPR_UNION: case EXPR_INTERSECT: case EXPR_WITHOUT:
		member_of_operator(w, p);
		break;
	case EXPR_ASSUME_COMPLETE:
		premise_say_member(w, p->env, p->expr->arg[0], p->cell,
		    membership(w, p->env, p->expr->arg[0], p->cell));
		break;
	default:
		break;
	}
}

/* --- the rest ------------------------------------------------------------- */

/* Values that are not known leave a set with more than it lists. */
static void rest_of_collect(struct premises *w, const struct premise *p)
{
	if (p->truth == TRUTH_FALSE || set_has_rest(w, p->env, p->expr->arg[0]))
		say_rest(w, p->env, p->expr->arg[0]);
	if (p->truth == TRUTH_TRUE)
		premise_say_elements(w, p, ANY_TRUTH & ~(1u << TRUTH_FALSE),
		    false);
}

/* A closed intersection is closed by one side; nothing else needs the other. */
static void rest_of_operator(struct premises *w, const struct premise *p)
{
	bool closed = p->truth == TRUTH_FALSE;
	int sides = p->expr->op == EXPR_WITHOUT ? 1 : 2;

	for (int i = 0; i < sides; i++) {
		bool rest = set_has_rest(w, p->env, p->expr->arg[i]);

		if (rest == closed)
			continue;
		premise_say_rest(w, p->env, p->expr->arg[i], kleene_of(rest));
		if (closed && p->expr->op == EXPR_INTERSECT)
			break;
	}
}

void premise_expand_rest(struct premises *w, const struct premise *p)
{
	switch ((int)p->expr->op) {
	case EXPR_EXTENT:
		premise_say_fact(w, (struct fact){ FACT_EXTENT, ENTITY_NONE,
		    (uint16_t)p->expr->index, 0 });
		break;
	case EXPR_COLLECT:
		rest_of_collect(w, p);
		break;
	case EXPR_SET:
		say_items(w, p);
		break;
	case EXPR_ASSUME_COMPLETE:
		say_rest(w, p->env, p->expr->arg[0]);
		break;
	case EXPR_UNION: case EXPR_INTERSECT: case EXPR_WITHOUT:
		rest_of_operator(w, p);
		break;
	default:
		break;
	}
}
