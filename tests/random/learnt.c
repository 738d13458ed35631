/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What a fact that is learnt may do to verdicts: decide those that were
 * unknown, and no more.
 *
 * Only `is known`, `assuming` and `assuming complete` answer to what is known
 * rather than to what is.  A rule is asked about if none of them is in what
 * its verdicts rest on.  Then, before and after:
 *
 *	fail		stays.  pass: stays, and may come not to apply if it may
 *			have been so before.  Not applicable: stays.
 *	a subject	that certainly is one stays one, whatever its verdict.  What
 *			may be one, and what stands for the rest of a set, may go.
 *	a new one	is of a set that was told to have a rest; or does not apply,
 *			as rests are not told where nothing in them could.
 */
#include "explain/evaluator.h"
#include "tests/random/learnt.h"

#include <stdlib.h>

/* --- rules that are asked about ------------------------------------------- */

struct search {
	const struct tree *tree;
	bool *definitions, *derived, *relations;	/* were looked into */
	bool found;					/* a way out */
};

static void search_expr(struct search *s, const struct expr *e);

static void search_function(struct search *s, const struct function *f, bool *seen)
{
	if (*seen)
		return;
	*seen = true;
	search_expr(s, f->body);
}

static void search_attribute(struct search *s, uint16_t attribute)
{
	const struct function *f = tree_derived(s->tree, attribute);

	if (f)
		search_function(s, f, &s->derived[f - s->tree->derived.items]);
}

static void search_relation(struct search *s, uint32_t relation)
{
	search_function(s, &s->tree->relations.items[relation],
	    &s->relations[relation]);
}

static void search_path(struct search *s, const struct path *path)
{
	for (uint16_t i = 0; i < path->step_count; i++) {
		if (path->steps[i].kind == PATH_RELATION)
			search_relation(s, path->steps[i].index);
		else
			search_attribute(s, path->steps[i].index);
	}
}

static void search_expr(struct search *s, const struct expr *e)
{
	switch ((int)e->op) {
	case EXPR_KNOWN: case EXPR_ASSUME: case EXPR_ASSUME_COMPLETE:
		s->found = true;
		break;
	case EXPR_CALL:
		search_function(s, &s->tree->definitions.items[e->index],
		    &s->definitions[e->index]);
		break;
	case EXPR_RELATION:
		search_relation(s, e->index);
		break;
	case EXPR_ATTRIBUTE:
		search_attribute(s, (uint16_t)e->index);
		break;
	case EXPR_REACHES:
		search_path(s, e->path);
		break;
	default:
		break;
	}
	for (int i = 0; i < 3; i++) {
		if (e->arg[i])
			search_expr(s, e->arg[i]);
	}
	for (uint32_t i = 0; i < e->count; i++)
		search_expr(s, e->items[i]);
}

/* Messages decide nothing. */
static bool has_way_out(struct arena *arena, const struct tree *tree,
    const struct rule *rule)
{
	struct search s = { .tree = tree,
		.definitions = ARENA_ARRAY(arena, bool, tree->definitions.count),
		.derived = ARENA_ARRAY(arena, bool, tree->derived.count),
		.relations = ARENA_ARRAY(arena, bool, tree->relations.count) };

	for (size_t i = 0; i < rule->binders.count; i++)
		search_expr(&s, rule->binders.items[i].set);
	for (size_t i = 0; i < rule->lets.count; i++)
		search_expr(&s, rule->lets.items[i]->let);
	for (size_t i = 0; i < rule->when.count; i++)
		search_expr(&s, rule->when.items[i]);
	for (size_t i = 0; i < rule->except.count; i++)
		search_expr(&s, rule->except.items[i]);
	for (size_t i = 0; i < rule->requirements.count; i++)
		search_expr(&s, rule->requirements.items[i].condition);
	return s.found;
}

/* --- outcomes under names that do not depend on the run ------------------- */

static enum truth membership(struct evaluator *ev, struct env *env,
    const struct rule *rule, const struct outcome *outcome)
{
	enum truth all = TRUTH_TRUE;

	for (size_t i = 0; i < outcome->count; i++)
		all = kleene_and(all, rule_membership(ev, env,
		    &rule->binders.items[i], outcome->cells[i]));
	return all;
}

static enum truth conditions(struct evaluator *ev, struct env *env,
    const struct rule *rule)
{
	enum truth all = TRUTH_TRUE;

	for (size_t i = 0; i < rule->when.count; i++)
		all = kleene_and(all, evaluate_truth(ev, env, rule->when.items[i]));
	for (size_t i = 0; i < rule->except.count; i++)
		all = kleene_and(all, kleene_not(evaluate_truth(ev, env,
		    rule->except.items[i])));
	return all;
}

static void look_again(struct evaluator *ev, const struct outcome *outcome,
    struct named_outcome *to)
{
	const struct rule *rule = &ev->tree->rules.items[outcome->rule];
	struct arena_mark scratch = arena_here(ev->scratch);
	struct arena_mark lets = arena_here(ev->lets);
	struct env env = rule_env(ev, outcome);

	to->stays = membership(ev, &env, rule, outcome) == TRUTH_TRUE;
	to->applies = to->stays && conditions(ev, &env, rule) == TRUTH_TRUE;
	arena_rollback(ev->lets, lets);
	arena_rollback(ev->scratch, scratch);
}

static int compare_cells(const struct named_outcome *a,
    const struct named_outcome *b, unsigned count)
{
	int order = 0;

	for (unsigned i = 0; i < count && order == 0; i++)
		order = str_compare(a->cells[i], b->cells[i]);
	return order;
}

static int compare_named(const void *a, const void *b)
{
	const struct named_outcome *x = a, *y = b;

	if (x->rule != y->rule)
		return x->rule < y->rule ? -1 : 1;
	if (x->rest != y->rest)
		return x->rest - y->rest;
	return compare_cells(x, y, x->count);
}

/* Cells may be symbols, which are numbered as they come. */
static void name_one(struct evaluator *ev, struct arena *arena,
    const struct outcome *outcome, struct named_outcome *to)
{
	const struct rule *rule = &ev->tree->rules.items[outcome->rule];

	*to = (struct named_outcome){ .rule = outcome->rule, .rest = outcome->rest,
		.count = outcome->count, .verdict = (enum verdict)outcome->verdict,
		.subject = evaluate_subject(ev, arena, outcome).key };
	for (unsigned i = 0; i < outcome->count; i++)
		to->cells[i] = graph_cell_text(ev->graph, arena,
		    rule->binders.items[i].variable->type, outcome->cells[i]);
	if (outcome->rest < 0)
		look_again(ev, outcome, to);
}

void known_take(struct known *known, struct arena *arena, struct evaluator *ev,
    const struct outcome *outcomes, size_t count)
{
	const struct tree *tree = ev->tree;

	known->asked = ARENA_ARRAY(arena, bool, tree->rules.count);
	for (size_t i = 0; i < tree->rules.count; i++)
		known->asked[i] = !has_way_out(arena, tree, &tree->rules.items[i]);
	for (size_t i = 0; i < count; i++)
		name_one(ev, arena, &outcomes[i], VEC_PUSH(arena, &known->outcomes));
	if (count)
		qsort(known->outcomes.items, count, sizeof(*known->outcomes.items),
		    compare_named);
}

/* --- before and after ----------------------------------------------------- */

static const struct named_outcome *find(const struct known *known,
    const struct named_outcome *sought)
{
	return known->outcomes.count == 0 ? NULL : bsearch(sought,
	    known->outcomes.items, known->outcomes.count, sizeof(*sought),
	    compare_named);
}

static bool may_become(const struct named_outcome *was, enum verdict verdict)
{
	switch (was->verdict) {
	case VERDICT_FAIL: case VERDICT_NOT_APPLICABLE:
		return verdict == was->verdict;
	case VERDICT_PASS:
		return verdict == VERDICT_PASS ||
		    (verdict == VERDICT_NOT_APPLICABLE && !was->applies);
	case VERDICT_UNKNOWN: case VERDICT_ERROR: case VERDICT_UNSET:
	case VERDICT_COUNT:
		break;
	}
	return true;
}

/* Was a set said to have a rest that the new outcome may be of? */
static bool was_told(const struct known *before, const struct named_outcome *is)
{
	struct named_outcome rest = *is;
	int last = is->rest < 0 ? is->count : is->rest + 1;

	for (rest.rest = 0; rest.rest < last; rest.rest++) {
		rest.count = (uint8_t)rest.rest;
		if (find(before, &rest))
			return true;
	}
	return false;
}

static const char *turned(struct arena *arena, const struct named_outcome *of,
    const char *was, const char *is)
{
	return arena_printf(arena, "learning a fact turned %s into %s: rule %u, "
	    "subject %.*s\n", was, is, of->rule, STR_ARG(of->subject)).at;
}

static const char *compare_old(struct arena *arena, const struct known *before,
    const struct known *after, struct learnt *figures)
{
	for (size_t i = 0; i < before->outcomes.count; i++) {
		const struct named_outcome *was = &before->outcomes.items[i], *is;

		if (!before->asked[was->rule])
			continue;
		is = find(after, was);
		figures->compared++;
		figures->gone += !is;
		if (is ? !may_become(was, is->verdict) : was->stays)
			return turned(arena, was, verdict_text(was->verdict),
			    is ? verdict_text(is->verdict) : "nothing");
	}
	return NULL;
}

static const char *compare_new(struct arena *arena, const struct known *before,
    const struct known *after, struct learnt *figures)
{
	for (size_t i = 0; i < after->outcomes.count; i++) {
		const struct named_outcome *is = &after->outcomes.items[i];

		if (!before->asked[is->rule] || find(before, is))
			continue;
		figures->come++;
		if (is->verdict != VERDICT_NOT_APPLICABLE && !was_told(before, is))
			return turned(arena, is, "nothing", verdict_text(is->verdict));
	}
	return NULL;
}

const char *learnt_turns(struct learnt *figures, struct arena *arena,
    const struct known *before, const struct known *after)
{
	const char *why = compare_old(arena, before, after, figures);

	return why ? why : compare_new(arena, before, after, figures);
}
