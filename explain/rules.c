/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Rules on their subjects: one after the other, in the order of the answer.
 *
 * A subject is a tuple of binders; sets list their members by cell and what
 * is not listed comes first, so that no sorting is needed.
 */
#include "explain/evaluator.h"

struct pass {			/* of one rule */
	struct evaluator *ev;
	const struct rule *rule;
	struct env env;
	struct outcome outcome;	/* cells so far */
	struct tally *tally;
	const struct verdict_sink *sink;
};

/* A `let` may rest on what a binder was bound to. */
static void forget_lets(struct env *env, const struct rule *rule)
{
	for (size_t i = 0; i < rule->lets.count; i++) {
		struct slot *slot = &env->slots[rule->lets.items[i]->index];

		slot->bound = false;
		slot->hidden = HIDDEN_UNASKED;
	}
}

static void bind_unknown(struct env *env, const struct rule *rule, size_t from)
{
	for (size_t i = from; i < rule->binders.count; i++) {
		const struct variable *v = rule->binders.items[i].variable;

		env_bind(env, v, value_unknown(v->type));
		env->slots[v->index].hidden = HIDDEN_YES;
	}
	env->rests = from < rule->binders.count;
	forget_lets(env, rule);
}

/* Every `when`, with the membership of the binders. */
static enum truth when_of(struct evaluator *ev, struct env *env,
    const struct rule *rule, enum truth membership)
{
	enum truth when = membership;

	for (size_t i = 0; i < rule->when.count && when != TRUTH_FALSE; i++)
		when = kleene_and(when,
		    evaluate_truth(ev, env, rule->when.items[i]));
	return when;
}

static enum truth no_exception(struct evaluator *ev, struct env *env,
    const struct rule *rule)
{
	enum truth any = TRUTH_FALSE;

	for (size_t i = 0; i < rule->except.count && any != TRUTH_TRUE; i++)
		any = kleene_or(any,
		    evaluate_truth(ev, env, rule->except.items[i]));
	return kleene_not(any);
}

/* What cannot matter is not asked: coverage would take it for tested. */
static enum truth applies_when(struct evaluator *ev, struct env *env,
    const struct rule *rule, enum truth when)
{
	return when == TRUTH_FALSE ? when
	    : kleene_and(when, no_exception(ev, env, rule));
}

static enum truth requirements_hold(struct evaluator *ev, struct env *env,
    const struct rule *rule)
{
	enum truth all = TRUTH_TRUE;

	for (size_t i = 0; i < rule->requirements.count; i++)
		all = kleene_and(all, evaluate_truth(ev, env,
		    rule->requirements.items[i].condition));
	return all;
}

static void give(struct pass *p, struct outcome outcome)
{
	p->tally->verdicts[outcome.verdict]++;
	if (outcome.reason == REASON_EXCEPTION)
		p->tally->exceptions++;
	if (p->sink && p->sink->wanted >> outcome.verdict & 1)
		p->sink->take(p->sink->context, &outcome);
}

static void judge(struct pass *p, enum truth membership)
{
	struct evaluator *ev = p->ev;
	struct arena_mark mark = arena_here(ev->scratch);
	enum truth when = when_of(ev, &p->env, p->rule, membership);
	enum truth applies = applies_when(ev, &p->env, p->rule, when);
	enum truth holds = applies == TRUTH_FALSE ? TRUTH_UNKNOWN
	    : requirements_hold(ev, &p->env, p->rule);
	struct outcome outcome = p->outcome;
	enum verdict_reason reason;

	arena_rollback(ev->scratch, mark);
	outcome.verdict = (uint8_t)verdict_of(applies, holds, when, &reason);
	outcome.reason = (uint8_t)reason;
	outcome.rest = -1;
	give(p, outcome);
}

/* The subject that stands for what the set of a binder does not list. */
static void judge_rest(struct pass *p, size_t binder, enum truth membership)
{
	struct evaluator *ev = p->ev;
	struct arena_mark mark = arena_here(ev->scratch);
	struct outcome outcome = p->outcome;
	enum truth applies;

	bind_unknown(&p->env, p->rule, binder);
	applies = applies_when(ev, &p->env, p->rule,
	    when_of(ev, &p->env, p->rule, membership));
	p->env.rests = false;
	arena_rollback(ev->scratch, mark);
	if (applies == TRUTH_FALSE)
		return;
	outcome.verdict = VERDICT_UNKNOWN;
	outcome.reason = REASON_REST;
	outcome.rest = (int8_t)binder;
	give(p, outcome);
}

/* Binds binder I to each member in turn, and all after it. */
static void judge_binder(struct pass *p, size_t i, enum truth membership)
{
	struct evaluator *ev = p->ev;
	const struct binder *binder;
	struct arena_mark mark, lets;
	struct set set;

	if (i == p->rule->binders.count) {
		judge(p, membership);
		return;
	}
	mark = arena_here(ev->scratch);
	lets = arena_here(ev->lets);
	binder = &p->rule->binders.items[i];
	set = evaluate_set(ev, &p->env, binder->set);
	if (members_has_rest(&set) && binder->set->op != EXPR_EXTENT)
		judge_rest(p, i, membership);
	for (uint32_t m = 0; m < set.count; m++) {
		const struct member *member = &set.members[m];

		forget_lets(&p->env, p->rule);
		env_bind(&p->env, binder->variable, value_element(set.of,
		    member->cell, member->spelled));
		p->outcome.cells[i] = member->cell;
		p->outcome.count = (uint8_t)(i + 1);
		judge_binder(p, i + 1, kleene_and(membership,
		    member->certain ? TRUTH_TRUE : TRUTH_UNKNOWN));
		arena_rollback(ev->lets, lets);
	}
	p->outcome.count = (uint8_t)i;
	forget_lets(&p->env, p->rule);
	arena_rollback(ev->lets, lets);
	arena_rollback(ev->scratch, mark);
}

void evaluate_rule(struct evaluator *ev, uint32_t rule, struct tally *tally,
    const struct verdict_sink *sink)
{
	struct arena_mark mark = arena_here(ev->scratch);
	struct arena_mark lets = arena_here(ev->lets);
	struct pass pass = {
		.ev = ev, .rule = &ev->tree->rules.items[rule],
		.outcome = { .rule = rule },
		.tally = tally, .sink = sink,
	};

	ev->depth = 0;
	pass.env = env_new(ev, pass.rule->variables);
	judge_binder(&pass, 0, TRUTH_TRUE);
	arena_rollback(ev->lets, lets);
	arena_rollback(ev->scratch, mark);
}

void evaluate_all(struct evaluator *ev, struct tally *tallies,
    const struct verdict_sink *sink)
{
	for (uint32_t i = 0; i < ev->tree->rules.count; i++)
		evaluate_rule(ev, i, &tallies[i], sink);
}

/* --- one outcome again ---------------------------------------------------- */

struct env rule_env(struct evaluator *ev, const struct outcome *outcome)
{
	const struct rule *rule = &ev->tree->rules.items[outcome->rule];
	struct env env = env_new(ev, rule->variables);

	for (size_t i = 0; i < outcome->count; i++) {
		const struct variable *v = rule->binders.items[i].variable;

		env_bind(&env, v, value_element(v->type, outcome->cells[i],
		    SYMBOL_NONE));
	}
	bind_unknown(&env, rule, outcome->count);
	return env;
}

/* Of the set of a kind, without making it: false if the value is not listed. */
static enum truth extent_lists(const struct evaluator *ev, uint16_t kind,
    int64_t cell)
{
	const struct extent *x = &ev->graph->extents[kind];

	return cell >= x->first && cell - x->first < x->count
	    ? fact_exists(ev, (entity_id)cell) : TRUTH_FALSE;
}

/* Membership of the binders of an outcome.  A value that its set does not list
 * any more is no subject, whatever else the set may hold. */
static enum truth membership_of(struct evaluator *ev, struct env *env,
    const struct rule *rule, const struct outcome *outcome)
{
	enum truth all = TRUTH_TRUE;

	for (size_t i = 0; i < outcome->count && all != TRUTH_FALSE; i++) {
		const struct expr *e = rule->binders.items[i].set;
		const struct member *m;
		struct set set;

		if (e->op == EXPR_EXTENT) {
			all = kleene_and(all, extent_lists(ev,
			    (uint16_t)e->index, outcome->cells[i]));
			continue;
		}
		set = evaluate_set(ev, env, e);
		m = members_find(&set, outcome->cells[i]);
		all = kleene_and(all, !m ? TRUTH_FALSE : m->certain
		    ? TRUTH_TRUE : TRUTH_UNKNOWN);
	}
	return all;
}

static enum verdict verdict_again(struct evaluator *ev,
    const struct outcome *outcome)
{
	const struct rule *rule = &ev->tree->rules.items[outcome->rule];
	struct env env = rule_env(ev, outcome);
	enum truth when = when_of(ev, &env, rule,
	    membership_of(ev, &env, rule, outcome));
	enum truth applies = kleene_and(when, no_exception(ev, &env, rule));
	enum verdict_reason reason;
	struct set set;

	if (applies == TRUTH_FALSE)
		return VERDICT_NOT_APPLICABLE;
	if (outcome->rest < 0)
		return verdict_of(applies, requirements_hold(ev, &env, rule),
		    when, &reason);
	set = evaluate_set(ev, &env, rule->binders.items[outcome->rest].set);
	return members_has_rest(&set) ? VERDICT_UNKNOWN
	    : VERDICT_NOT_APPLICABLE;
}

enum verdict rule_verdict(struct evaluator *ev, const struct outcome *outcome)
{
	struct arena_mark mark = arena_here(ev->scratch);
	struct arena_mark lets = arena_here(ev->lets);
	enum verdict verdict;

	ev->depth = 0;
	verdict = verdict_again(ev, outcome);
	arena_rollback(ev->lets, lets);
	arena_rollback(ev->scratch, mark);
	return verdict;
}

enum truth rule_membership(struct evaluator *ev, struct env *env,
    const struct binder *binder, int64_t cell)
{
	struct set set;

	if (binder->set->op == EXPR_EXTENT &&
	    extent_lists(ev, (uint16_t)binder->set->index, cell) == TRUTH_TRUE)
		return TRUTH_TRUE;
	set = evaluate_set(ev, env, binder->set);
	return members_has_cell(&set, cell);
}
