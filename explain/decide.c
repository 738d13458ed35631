/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What a decided truth rests on.  The walk goes down only where the answer
 * comes from: of a false `and` into its first false side, of a true `any`
 * into the first element that makes it true, and so on, to a comparison; and
 * there to the first fact of the inventory that it reads.
 */
#include "explain/evaluator.h"

/* Relations that rest on each other could be followed for ever, and where
 * everything decides (a false `or`) there are many ways to follow. */
#define DECIDE_DEPTH 64
#define DECIDE_STEPS 4096
/* Each step may evaluate as much as the site: so many expressions in all. */
#define DECIDE_EVALUATIONS 2000000

struct decider {
	struct evaluator *ev;
	struct decision *answer;
	unsigned depth;		/* of definitions, derived attributes, relations */
	unsigned steps;
	uint64_t until;		/* of the evaluator's steps */
};

static void decide_truth(struct decider *d, struct env *env,
    const struct expr *e, enum truth truth);
static void read_fact(struct decider *d, struct env *env,
    const struct expr *e);

static void found(struct decider *d, struct span span)
{
	if (span_is_none(d->answer->fact))
		d->answer->fact = span;
}

static bool is_found(const struct decider *d)
{
	return !span_is_none(d->answer->fact) || d->steps > DECIDE_STEPS ||
	    d->ev->steps > d->until;
}

/* --- facts that values are read from -------------------------------------- */

/* Of a list the element with CELL, if it is asked for and there, else the
 * list; nothing where nobody spoke. */
static void found_link(struct decider *d, uint16_t attribute, uint32_t row,
    const int64_t *cell)
{
	const struct link *l = &d->ev->graph->links[attribute];

	for (uint32_t i = l->offsets[row]; cell && i < l->offsets[row + 1]; i++) {
		if (link_cell(l, i) == *cell)
			found(d, link_origin(d->ev->graph, l, i).span);
	}
	if (bit_get(l->stated, row))
		found(d, link_row_origin(d->ev->graph, l, row).span);
}

static void found_column(struct decider *d, uint16_t attribute, uint32_t row)
{
	const struct column *c = &d->ev->graph->columns[attribute];

	if (bit_get(c->known, row) || bit_get(c->absent, row))
		found(d, column_origin(d->ev->graph, c, row).span);
}

static void found_attribute(struct decider *d, uint16_t attribute,
    entity_id entity, const int64_t *cell)
{
	struct evaluator *ev = d->ev;
	const struct schema_attribute *a =
	    &ev->tree->schema->attributes.items[attribute];

	if (a->derived) {
		const struct function *f = tree_derived(ev->tree, attribute);
		struct env inner = env_new(ev, f->variables);

		env_bind(&inner, f->parameters[0],
		    value_cell(entity, SYMBOL_NONE));
		if (d->depth++ < DECIDE_DEPTH)
			read_fact(d, &inner, f->body);
		d->depth--;
	} else if (a->type.set)
		found_link(d, attribute, fact_row(ev, attribute, entity), cell);
	else
		found_column(d, attribute, fact_row(ev, attribute, entity));
}

/* An attribute's own fact before that of the entity it is read from. */
static void read_attribute(struct decider *d, struct env *env,
    const struct expr *e, const int64_t *cell)
{
	struct value of = evaluate_expr(d->ev, env, e->arg[0]);

	if (of.scalar.state == STATE_KNOWN)
		found_attribute(d, (uint16_t)e->index,
		    (entity_id)of.scalar.cell, cell);
	read_fact(d, env, e->arg[0]);
}

static void read_variable(struct decider *d, struct env *env,
    const struct expr *e)
{
	const struct slot *slot = &env->slots[e->variable->index];

	if (e->variable->let)
		read_fact(d, env, e->variable->let);
	else if (slot->argument)
		read_fact(d, slot->caller, slot->argument);
}

static void read_call(struct decider *d, struct env *env,
    const struct expr *e)
{
	const struct function *f = &d->ev->tree->definitions.items[e->index];
	struct env inner = env_of_call(d->ev, env, f, e->items);

	if (d->depth++ < DECIDE_DEPTH)
		read_fact(d, &inner, f->body);
	d->depth--;
}

/* The set first; what its elements are asked only if it is no fact itself. */
static void read_fold(struct decider *d, struct env *env,
    const struct expr *e)
{
	struct set set;

	read_fact(d, env, e->arg[0]);
	set = evaluate_set(d->ev, env, e->arg[0]);
	for (uint32_t i = 0; i < set.count && !is_found(d); i++) {
		fold_bind(env, e, &set, i);
		read_fact(d, env, e->arg[1]);
	}
}

static void read_fact(struct decider *d, struct env *env,
    const struct expr *e)
{
	if (is_found(d))
		return;
	d->steps++;
	if (e->op == EXPR_ATTRIBUTE)
		read_attribute(d, env, e, NULL);
	else if (e->op == EXPR_VARIABLE)
		read_variable(d, env, e);
	else if (e->op == EXPR_CALL)
		read_call(d, env, e);
	else if (e->variable)
		read_fold(d, env, e);
	else {
		for (int i = 0; i < 3 && e->arg[i]; i++)
			read_fact(d, env, e->arg[i]);
		for (uint32_t i = 0; i < e->count; i++)
			read_fact(d, env, e->items[i]);
	}
}

/* --- the way to the deciding leaf ----------------------------------------- */

static void decide_connective(struct decider *d, struct env *env,
    const struct expr *e, enum truth truth)
{
	for (int i = 0; i < 2; i++) {
		if (evaluate_truth(d->ev, env, e->arg[i]) != truth)
			continue;
		decide_truth(d, env, e->arg[i], truth);
		if (truth == kleene_of(e->op == EXPR_OR))
			return;
	}
}

/* One element decides (a true `any`, a false `all`): the first.  Else every
 * one does. */
static void decide_quantifier(struct decider *d, struct env *env,
    const struct expr *e, enum truth truth)
{
	struct set set = evaluate_set(d->ev, env, e->arg[0]);
	bool one = truth == kleene_of(e->op == EXPR_ANY);

	for (uint32_t i = 0; i < set.count; i++) {
		enum truth member = fold_bind(env, e, &set, i);

		if ((one && member != TRUTH_TRUE) ||
		    evaluate_truth(d->ev, env, e->arg[1]) != truth)
			continue;
		decide_truth(d, env, e->arg[1], truth);
		if (one)
			break;
	}
	read_fact(d, env, e->arg[0]);
}

static void decide_body(struct decider *d, struct env *inner,
    const struct expr *body, enum truth truth)
{
	if (d->depth++ < DECIDE_DEPTH)
		decide_truth(d, inner, body, truth);
	d->depth--;
}

static void decide_relation(struct decider *d, struct env *env,
    const struct expr *e, enum truth truth)
{
	struct evaluator *ev = d->ev;
	const struct function *f = &ev->tree->relations.items[e->index];
	struct env inner = env_of_call(ev, env, f, e->items);

	for (uint32_t i = 0; i < e->count; i++) {
		int64_t cell;
		symbol spelled;

		if (value_state(inner.slots[f->parameters[i]->index].value,
		    &cell, &spelled) != STATE_KNOWN) {
			read_fact(d, env, e->items[i]);
			return;
		}
	}
	decide_body(d, &inner, f->body, truth);
}

static void decide_call(struct decider *d, struct env *env,
    const struct expr *e, enum truth truth)
{
	const struct function *f = &d->ev->tree->definitions.items[e->index];
	struct env inner = env_of_call(d->ev, env, f, e->items);

	decide_body(d, &inner, f->body, truth);
}

static void decide_reaches(struct decider *d, struct env *env,
    const struct expr *e, enum truth truth)
{
	const struct walk_step *first;
	int64_t to;

	if (!d->answer->has_walk && truth == TRUTH_TRUE) {
		d->answer->has_walk = true;
		d->answer->walk = path_witness(d->ev, env, e, truth);
		first = d->answer->walk.steps;
		to = d->answer->walk.count ? first->to : 0;
		if (d->answer->walk.count && first->step->kind == PATH_LINK &&
		    !first->step->inverse)
			found_attribute(d, first->step->index, first->from, &to);
	}
	read_fact(d, env, e->arg[0]);
	read_fact(d, env, e->arg[1]);
}

/* Of a list that does or may not hold a value: the element, if it is there. */
static void decide_in(struct decider *d, struct env *env,
    const struct expr *e)
{
	int64_t cell;
	symbol spelled;
	enum state state = value_state(evaluate_expr(d->ev, env, e->arg[0]),
	    &cell, &spelled);

	if (e->arg[1]->op == EXPR_ATTRIBUTE && state == STATE_KNOWN)
		read_attribute(d, env, e->arg[1], &cell);
	read_fact(d, env, e->arg[0]);
	read_fact(d, env, e->arg[1]);
}

static void decide_assume(struct decider *d, struct env *env,
    const struct expr *e, enum truth truth)
{
	if (evaluate_truth(d->ev, env, e->arg[0]) == truth)
		decide_truth(d, env, e->arg[0], truth);
	else
		decide_truth(d, env, e->arg[1], truth);
}

static void decide_truth(struct decider *d, struct env *env,
    const struct expr *e, enum truth truth)
{
	if (d->steps++ > DECIDE_STEPS || d->ev->steps > d->until)
		return;
	if (e->op == EXPR_NOT)
		decide_truth(d, env, e->arg[0], kleene_not(truth));
	else if (e->op == EXPR_AND || e->op == EXPR_OR)
		decide_connective(d, env, e, truth);
	else if (e->op == EXPR_ANY || e->op == EXPR_ALL)
		decide_quantifier(d, env, e, truth);
	else if (e->op == EXPR_RELATION)
		decide_relation(d, env, e, truth);
	else if (e->op == EXPR_CALL)
		decide_call(d, env, e, truth);
	else if (e->op == EXPR_REACHES)
		decide_reaches(d, env, e, truth);
	else if (e->op == EXPR_IN)
		decide_in(d, env, e);
	else if (e->op == EXPR_ASSUME)
		decide_assume(d, env, e, truth);
	else if (e->op == EXPR_VARIABLE && e->variable->let)
		decide_truth(d, env, e->variable->let, truth);
	else
		read_fact(d, env, e);
}

void decide(struct evaluator *ev, struct env *env, const struct expr *e,
    struct decision *decision)
{
	struct decider d = { .ev = ev, .answer = decision,
		.until = ev->steps + DECIDE_EVALUATIONS };
	enum truth truth = evaluate_truth(ev, env, e);

	decision->fact = SPAN_NONE;
	decision->has_walk = false;
	decision->walk = (struct walk){ .found = false };
	if (truth != TRUTH_UNKNOWN)
		decide_truth(&d, env, e, truth);
}

struct span decide_element(struct evaluator *ev, struct env *env,
    const struct expr *set, int64_t cell)
{
	struct decision decision = { .fact = SPAN_NONE };
	struct decider d = { .ev = ev, .answer = &decision,
		.until = ev->steps + DECIDE_EVALUATIONS };

	if (set->op == EXPR_ATTRIBUTE)
		read_attribute(&d, env, set, &cell);
	return decision.fact;
}
