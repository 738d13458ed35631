/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Quantifiers and folds: over the listed elements of a set, with what is not
 * listed told by its rest alone.
 */
#include "base/wide.h"
#include "explain/evaluator.h"

enum truth fold_bind(struct env *env, const struct expr *e,
    const struct set *set, uint32_t i)
{
	const struct member *m = &set->members[i];

	env_bind(env, e->variable,
	    value_element(set->of, m->cell, m->spelled));
	return m->certain ? TRUTH_TRUE : TRUTH_UNKNOWN;
}

enum truth fold_holds(struct evaluator *ev, struct env *env,
    enum truth member, const struct expr *condition)
{
	if (!condition)
		return member;
	return kleene_and(member, evaluate_truth(ev, env, condition));
}

/* Binds the I-th member: membership and CONDITION (NEGATED: its contrary).
 * Leaves nothing behind in scratch. */
static enum truth member_holds(struct evaluator *ev, struct env *env,
    const struct expr *e, const struct set *set, uint32_t i,
    const struct expr *condition, bool negated)
{
	struct arena_mark mark = arena_here(ev->scratch);
	enum truth member = fold_bind(env, e, set, i);
	enum truth holds = fold_holds(ev, env, TRUTH_TRUE, condition);

	arena_rollback(ev->scratch, mark);
	return kleene_and(member, negated ? kleene_not(holds) : holds);
}

/* ALL x: P is NOT ANY x: NOT P. */
struct value evaluate_quantifier(struct evaluator *ev, struct env *env,
    const struct expr *e)
{
	struct set set = evaluate_set(ev, env, e->arg[0]);
	enum truth any = members_has_rest(&set) ? TRUTH_UNKNOWN : TRUTH_FALSE;
	bool all = e->op == EXPR_ALL;

	for (uint32_t i = 0; i < set.count && any != TRUTH_TRUE; i++)
		any = kleene_or(any,
		    member_holds(ev, env, e, &set, i, e->arg[1], all));
	return value_truth(all ? kleene_not(any) : any);
}

struct value evaluate_collect(struct evaluator *ev, struct env *env,
    const struct expr *e)
{
	struct set set = evaluate_set(ev, env, e->arg[0]);
	struct set_builder b = members_begin(ev->scratch, e->type,
	    ev->graph->symbols);

	b.open = members_has_rest(&set);
	for (uint32_t i = 0; i < set.count; i++) {
		enum truth holds = member_holds(ev, env, e, &set, i,
		    e->arg[2], false);
		struct value v;

		if (holds == TRUTH_FALSE)
			continue;
		v = evaluate_expr(ev, env, e->arg[1]);
		if (v.kind == VALUE_SET)
			members_add_set(&b, &v.set, holds);
		else
			members_add_value(&b, v, e->arg[1]->type.optional, holds);
	}
	return value_set(members_end(&b));
}

static struct number count_where(struct evaluator *ev, struct env *env,
    const struct expr *e, const struct set *set)
{
	struct number n = number_of(0);

	for (uint32_t i = 0; i < set->count; i++) {
		enum truth holds = member_holds(ev, env, e, set, i, e->arg[1],
		    false);

		n.low += holds == TRUTH_TRUE;
		n.high += holds != TRUTH_FALSE;
	}
	if (set->open)
		n.high = NUMBER_HIGH;
	else
		n.high += (int64_t)set->anonymous;
	return n;
}

/* What a sum, min or max has seen so far. */
struct fold {
	bool certain, possible;	/* an element of this kind was seen */
	bool unknown;		/* an element whose number is not known */
	bool no_low, no_high;	/* of the sum: an end without bound */
	struct wide sum_low, sum_high;
	int64_t low, high;	/* of min and max */
};

static void fold_sum(struct fold *f, struct number n, enum truth holds)
{
	bool maybe = holds != TRUTH_TRUE;

	if (!n.known) {
		f->unknown = true;
		return;
	}
	f->no_low |= n.low == NUMBER_LOW;
	f->no_high |= n.high == NUMBER_HIGH;
	wide_add(&f->sum_low, maybe && n.low > 0 ? 0 : n.low);
	wide_add(&f->sum_high, maybe && n.high < 0 ? 0 : n.high);
}

/* The end of a sum; false when it is beyond the numbers. */
static bool read_end(struct wide end, int64_t *number)
{
	return wide_number(end, number) && *number > NUMBER_LOW &&
	    *number < NUMBER_HIGH;
}

static struct number sum_of(const struct fold *f, bool rest)
{
	struct number n = { NUMBER_LOW, NUMBER_HIGH, true, false };

	if (f->unknown)
		return number_unknown();
	if (!f->no_low && !rest && !read_end(f->sum_low, &n.low))
		return number_unknown();
	if (!f->no_high && !rest && !read_end(f->sum_high, &n.high))
		return number_unknown();
	return n;
}

/* Of max the contrary: numbers come negated and the result is turned back.
 * An end without bound may be negated too, as it lies on the other side. */
static struct number mirrored(struct number n)
{
	struct number m = n;

	m.low = n.high == NUMBER_HIGH ? NUMBER_LOW : -n.high;
	m.high = n.low == NUMBER_LOW ? NUMBER_HIGH : -n.low;
	return m;
}

static void fold_min(struct fold *f, struct number n, enum truth holds)
{
	bool certain = holds == TRUTH_TRUE && n.known;
	int64_t low = n.known ? n.low : NUMBER_LOW;

	if ((!f->certain && !f->possible) || low < f->low)
		f->low = low;
	if (certain && (!f->certain || n.high < f->high))
		f->high = n.high;
	if (certain)
		f->certain = true;
	else
		f->possible = true;
}

static struct number min_of(const struct fold *f, bool rest)
{
	if (!f->certain)
		return f->possible || rest ? number_unknown() : number_none();
	return (struct number){ rest ? NUMBER_LOW : f->low, f->high, true, false };
}

static struct number fold_numbers(struct evaluator *ev, struct env *env,
    const struct expr *e, const struct set *set)
{
	struct fold f = { 0 };
	bool rest = members_has_rest(set);

	for (uint32_t i = 0; i < set->count; i++) {
		struct arena_mark mark = arena_here(ev->scratch);
		enum truth holds = member_holds(ev, env, e, set, i,
		    e->arg[2], false);
		struct number n;

		if (holds == TRUTH_FALSE)
			continue;
		/* analyzer: the checker lets only numbers be folded */
		n = evaluate_expr(ev, env, e->arg[1]).number;
		arena_rollback(ev->scratch, mark);
		if (n.absent)
			continue;
		if (e->op == EXPR_SUM)
			fold_sum(&f, n, holds);
		else
			fold_min(&f, e->op == EXPR_MAX ? mirrored(n) : n, holds);
	}
	if (e->op == EXPR_SUM)
		return sum_of(&f, rest);
	return e->op == EXPR_MAX ? mirrored(min_of(&f, rest)) : min_of(&f, rest);
}

struct value evaluate_fold(struct evaluator *ev, struct env *env,
    const struct expr *e)
{
	struct set set = evaluate_set(ev, env, e->arg[0]);

	return value_number(e->op == EXPR_COUNT_WHERE
	    ? count_where(ev, env, e, &set)
	    : fold_numbers(ev, env, e, &set));
}
