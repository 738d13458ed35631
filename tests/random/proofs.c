/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Every premise of a proof is true, and the premises suffice.
 *
 * Each node of a proof tree is evaluated once more, by an evaluator that made
 * no proof, and must come out as the node states; facts are looked up in the
 * graph.  Then the truths that the children state are put together again by
 * the node's operator, with what was left out as unknown: the node's own truth
 * must follow.  Of an unknown what was left out must be of no matter.  No true
 * tuple of a recursive relation rests on one that is not lower.
 */
#include "explain/paths.h"
#include "explain/proofs.h"
#include "tests/random/proofs.h"

struct checker {
	struct evaluator *ev;
	struct arena *arena;
	struct proofs *figures;
	const char *why;
};

static bool fail(struct checker *c, const struct proof_node *n, const char *what)
{
	if (!c->why)
		c->why = arena_printf(c->arena, "a proof %s: %s: %.*s", what,
		    proof_kind_text(n->kind), STR_ARG(n->text)).at;
	return false;
}

/* --- what a node states --------------------------------------------------- */

static enum truth truth_of(struct checker *c, struct env *env, const struct expr *e)
{
	return evaluate_truth(c->ev, env, e);
}

static struct set set_of(struct checker *c, struct env *env, const struct expr *e)
{
	return evaluate_set(c->ev, env, e);
}

static enum truth adds(struct checker *c, const struct premise *p)
{
	struct value v = evaluate_expr(c->ev, p->env, p->expr->arg[1]);
	int64_t cell;
	symbol spelled;

	if (v.kind == VALUE_SET)
		return members_has_cell(&v.set, p->sought);
	switch (value_state(v, &cell, &spelled)) {
	case STATE_NONE: return TRUTH_FALSE;
	case STATE_UNKNOWN: return TRUTH_UNKNOWN;
	case STATE_KNOWN: break;
	}
	return kleene_of(cell == p->sought);
}

static enum truth element_truth(struct checker *c, const struct premise *p)
{
	struct set set = set_of(c, p->env, p->expr->arg[0]);
	enum truth member = members_has_cell(&set, p->cell), truth = TRUTH_TRUE;
	const struct expr *condition = premise_condition(p->expr);

	if (condition)
		truth = truth_of(c, p->env, condition);
	if (p->expr->op == EXPR_ALL)
		return kleene_not(kleene_and(member, kleene_not(truth)));
	truth = kleene_and(member, truth);
	return p->seeks ? kleene_and(truth, adds(c, p)) : truth;
}

static void arguments_of(struct checker *c, const struct premise *p, int64_t *arguments)
{
	const struct function *f = &c->ev->tree->relations.items[p->index];
	symbol spelled;

	for (uint32_t i = 0; i < f->count; i++)
		value_state(p->env->slots[f->parameters[i]->index].value,
		    &arguments[i], &spelled);
}

static enum truth tuple_truth(struct checker *c, const struct premise *p)
{
	int64_t arguments[16];

	arguments_of(c, p, arguments);
	return relation_holds(c->ev, p->index, arguments);
}

/* Of an attribute's value, as the search for a path takes it. */
static enum truth link_truth(struct checker *c, uint16_t attribute, entity_id from,
    entity_id to)
{
	struct value v = fact_attribute(c->ev, attribute, from);

	if (v.kind == VALUE_SET)
		return members_has_cell(&v.set, to);
	if (v.scalar.state == STATE_UNKNOWN)
		return TRUTH_UNKNOWN;
	return kleene_of(v.scalar.state == STATE_KNOWN && v.scalar.cell == to);
}

static enum truth step_truth(struct checker *c, const struct premise *p)
{
	const struct path_step *step = p->step.step;
	uint32_t from = step->inverse ? p->step.to : p->step.from;
	uint32_t to = step->inverse ? p->step.from : p->step.to;
	uint16_t inverse;
	int64_t pair[2] = { from, to };

	if (from >= c->ev->graph->entity_count || to >= c->ev->graph->entity_count)
		return TRUTH_UNKNOWN;
	if (step->kind == PATH_RELATION)
		return relation_holds(c->ev, step->index, pair);
	inverse = c->ev->tree->schema->attributes.items[step->index].inverse;
	if (step->inverse && inverse != SCHEMA_NONE)
		return link_truth(c, inverse, to, from);
	return link_truth(c, step->index, from, to);
}

static bool place_holds(struct checker *c, const struct premise *p)
{
	struct value source = evaluate_expr(c->ev, p->env, p->expr->arg[0]);
	struct search may = search_from(c->ev, p->expr->path,
	    (entity_id)source.scalar.cell, true);

	bool is_reached = may.levels[node_of(&may, p->place, p->state)] > 0;

	search_end(&may);
	return is_reached;
}

static bool states_truth(struct checker *c, const struct proof_node *n)
{
	const struct premise *p = n->premise;
	struct set set;

	switch (p->kind) {
	case PREMISE_TRUTH:
		return truth_of(c, p->env, p->expr) == p->truth;
	case PREMISE_MEMBER:
		set = set_of(c, p->env, p->expr);
		return members_has_cell(&set, p->cell) == p->truth;
	case PREMISE_REST:
		set = set_of(c, p->env, p->expr);
		return kleene_of(members_has_rest(&set)) == p->truth;
	case PREMISE_VALUE: case PREMISE_WHOLE:
		return str_equal(n->value, proof_value(c->ev, c->arena,
		    evaluate_expr(c->ev, p->env, p->expr), p->expr->type));
	case PREMISE_ELEMENT:
		return element_truth(c, p) == p->truth;
	case PREMISE_TUPLE:
		return tuple_truth(c, p) == p->truth;
	case PREMISE_STEP:
		return step_truth(c, p) == p->truth;
	case PREMISE_PLACE:
		return place_holds(c, p);
	case PREMISE_FACT:
		break;
	}
	return true;
}

/* --- facts ---------------------------------------------------------------- */

static bool says(const struct proof_node *n, const char *state)
{
	return strcmp(n->fact->state, state) == 0;
}

static struct str element_text(struct checker *c, uint16_t attribute, int64_t cell,
    symbol spelled)
{
	struct type type = c->ev->tree->schema->attributes.items[attribute].type;

	type.set = type.optional = false;
	return proof_value(c->ev, c->arena, value_element(type, cell, spelled), type);
}

static bool value_agrees(struct checker *c, const struct proof_node *n)
{
	const struct fact *f = &n->premise->fact;
	const struct column *col = &c->ev->graph->columns[f->index];
	uint32_t row = f->entity - col->first;

	if (row >= col->rows)
		return says(n, "not collected");
	if (bit_get(col->known, row))
		return (says(n, "known") || (col->assumed &&
		    bit_get(col->assumed, row) && says(n, "assumed by schema"))) &&
		    str_equal(n->fact->value, element_text(c, f->index,
		    column_cell(col, row), col->spelled ? col->spelled[row]
		    : SYMBOL_NONE)) && (!says(n, "known") ||
		    n->span.start == column_origin(c->ev->graph, col,
		    row).span.start);
	if (bit_get(col->absent, row))
		return says(n, "none") && str_equal(n->fact->value, STR("none"));
	if (col->disputed && bit_get(col->disputed, row))
		return says(n, "conflict") && n->fact->other_count > 0;
	return says(n, "not collected") && n->fact->value.length == 0;
}

static bool row_agrees(struct checker *c, const struct proof_node *n)
{
	const struct fact *f = &n->premise->fact;
	const struct link *l = &c->ev->graph->links[f->index];
	uint32_t row = f->entity - l->first;
	bool listed = false, certain = false;

	if (row >= l->rows)
		return says(n, "not collected");
	for (uint32_t i = l->offsets[row]; i < l->offsets[row + 1]; i++) {
		if (link_cell(l, i) != f->cell)
			continue;
		listed = true;
		certain = bit_get(l->certain, i);
	}
	if (f->kind == FACT_ELEMENT)
		return listed && certain == says(n, "known");
	if (f->kind == FACT_LACKS && listed)
		return false;
	return bit_get(l->closed, row) == says(n, "closed");
}

static bool fact_agrees(struct checker *c, const struct proof_node *n)
{
	const struct fact *f = &n->premise->fact;
	const struct graph *g = c->ev->graph;

	switch (f->kind) {
	case FACT_VALUE:
		return value_agrees(c, n);
	case FACT_ELEMENT: case FACT_LACKS: case FACT_ROW: case FACT_REST:
		return row_agrees(c, n);
	case FACT_ENTITY:
		return entity_is_possible(g, f->entity) == says(n, "possible");
	case FACT_EXTENT: case FACT_ALL:
		return g->extents[f->index].closed == says(n, "closed");
	case FACT_TODAY:
		return g->has_as_of == says(n, "known");
	case FACT_PARAM:
		break;
	}
	return says(n, "known");
}

/* --- what follows from the children --------------------------------------- */

static const struct proof_node *child_of(const struct proof_node *n,
    enum proof_kind kind, const struct expr *e)
{
	for (size_t i = 0; i < n->children.count; i++) {
		const struct proof_node *child = n->children.items[i];

		if (child->kind == kind && child->premise->expr == e)
			return child;
	}
	return NULL;
}

/* Written in the rule, or bound: nobody proves it. */
static bool is_plain(const struct premise *p, const struct expr *e)
{
	return e->op == EXPR_CONST || e->op == EXPR_NONE ||
	    e->op == EXPR_CONST_SET || (e->op == EXPR_VARIABLE &&
	    !e->variable->let && !p->env->slots[e->variable->index].argument);
}

/* The truth of an operand as a child states it; LEFT_OUT without one. */
static enum truth stated(struct checker *c, const struct proof_node *n,
    const struct expr *e, enum truth left_out)
{
	const struct proof_node *child = child_of(n, PROOF_TRUTH, e);

	if (child)
		return child->truth;
	return is_plain(n->premise, e) ? truth_of(c, n->premise->env, e) : left_out;
}

static enum truth combine(struct checker *c, const struct proof_node *n,
    const struct expr *e, enum truth decides)
{
	enum truth all = kleene_not(decides), truth;

	for (int i = 0; i < 2; i++) {
		if (e->arg[i]->op == e->op)
			truth = combine(c, n, e->arg[i], decides);
		else {
			truth = stated(c, n, e->arg[i], TRUTH_UNKNOWN);
			/* What an unknown leaves out must be neutral. */
			if (n->truth == TRUTH_UNKNOWN && truth == TRUTH_UNKNOWN &&
			    !child_of(n, PROOF_TRUTH, e->arg[i]))
				truth = truth_of(c, n->premise->env, e->arg[i]);
		}
		all = decides == TRUTH_TRUE ? kleene_or(all, truth)
		    : kleene_and(all, truth);
	}
	return all;
}

static const struct proof_node *element_of(const struct proof_node *n, int64_t cell)
{
	for (size_t i = 0; i < n->children.count; i++) {
		const struct proof_node *child = n->children.items[i];

		if (child->kind == PROOF_ELEMENT && child->premise->cell == cell)
			return child;
	}
	return NULL;
}

static bool is_closed(struct checker *c, const struct proof_node *n,
    const struct expr *e)
{
	const struct proof_node *rest = child_of(n, PROOF_REST, e);
	struct set set;

	if (rest)
		return rest->truth == TRUTH_FALSE;
	if (!is_plain(n->premise, e))
		return false;
	set = set_of(c, n->premise->env, e);
	return !members_has_rest(&set);
}

/* ANY is `or` over the elements and the rest; ALL is `and`. */
static bool fold_follows(struct checker *c, const struct proof_node *n,
    enum truth decides)
{
	const struct premise *p = n->premise;
	const struct expr *over = p->expr->arg[0];
	struct set set = set_of(c, p->env, over);
	enum truth all = kleene_not(decides);

	for (uint32_t i = 0; i < set.count; i++) {
		const struct proof_node *child = element_of(n, set.members[i].cell);
		enum truth truth = child ? child->truth : TRUTH_UNKNOWN;

		if (!child && p->truth == TRUTH_UNKNOWN)
			truth = kleene_not(decides);	/* as is checked below */
		all = decides == TRUTH_TRUE ? kleene_or(all, truth)
		    : kleene_and(all, truth);
	}
	if (p->truth == TRUTH_UNKNOWN)
		return all == TRUTH_UNKNOWN || child_of(n, PROOF_REST, over) ||
		    is_plain(p, over);
	if (all != decides && !is_closed(c, n, over))
		all = TRUTH_UNKNOWN;
	return all == p->truth;
}

/* So many of a set's or fold's elements are shown. */
static bool least_follows(const struct proof_node *n)
{
	int64_t shown = 0;

	for (size_t i = 0; i < n->children.count; i++)
		shown += n->children.items[i]->truth == TRUTH_TRUE &&
		    n->children.items[i]->kind != PROOF_VALUE;
	return shown >= n->premise->cell ||
	    is_plain(n->premise, n->premise->expr->arg[0]) ||
	    child_of(n, PROOF_VALUE, n->premise->expr->arg[0]);
}

/* A comparison whose operands are all stated. */
static bool operands_follow(const struct proof_node *n)
{
	const struct premise *p = n->premise;

	for (int i = 0; i < expr_op_arity(p->expr->op); i++) {
		const struct expr *e = p->expr->arg[i];

		if (e && !is_plain(p, e) && !child_of(n, PROOF_VALUE, e) &&
		    !child_of(n, PROOF_TRUTH, e))
			return false;
	}
	return true;
}

static bool member_is(struct checker *c, const struct proof_node *n,
    const struct expr *e, int64_t cell, enum truth truth)
{
	struct set set;

	for (size_t i = 0; i < n->children.count; i++) {
		const struct proof_node *child = n->children.items[i];

		if (child->kind == PROOF_MEMBER && child->premise->expr == e &&
		    child->premise->cell == cell)
			return child->truth == truth;
	}
	set = set_of(c, n->premise->env, e);
	return is_plain(n->premise, e) && members_has_cell(&set, cell) == truth;
}

/* An element of one side that the other lacks; else both sides whole. */
static bool subset_follows(struct checker *c, const struct proof_node *n)
{
	const struct premise *p = n->premise;

	for (int side = 0; side < 2 && p->truth == TRUTH_FALSE; side++) {
		struct set of = set_of(c, p->env, p->expr->arg[side]);

		for (uint32_t i = 0; i < of.count; i++) {
			if (member_is(c, n, p->expr->arg[side],
			    of.members[i].cell, TRUTH_TRUE) &&
			    member_is(c, n, p->expr->arg[1 - side],
			    of.members[i].cell, TRUTH_FALSE))
				return true;
		}
	}
	return operands_follow(n);
}

static bool in_follows(struct checker *c, const struct proof_node *n)
{
	const struct premise *p = n->premise;
	int64_t cell;
	symbol spelled;

	switch (value_state(evaluate_expr(c->ev, p->env, p->expr->arg[0]), &cell,
	    &spelled)) {
	case STATE_NONE:
		return p->truth == TRUTH_FALSE;
	case STATE_UNKNOWN:
		return operands_follow(n);
	case STATE_KNOWN:
		break;
	}
	return member_is(c, n, p->expr->arg[1], cell, p->truth);
}

/* The steps make one walk from the source to something that counts. */
static bool walk_follows(struct checker *c, const struct proof_node *n)
{
	const struct premise *p = n->premise;
	struct value source = evaluate_expr(c->ev, p->env, p->expr->arg[0]);
	struct set target = path_target(c->ev, p->env, p->expr);
	uint32_t place = (uint32_t)source.scalar.cell;
	bool certain = true;

	for (size_t i = 0; i < n->children.count; i++) {
		const struct premise *s = n->children.items[i]->premise;

		if (s->kind != PREMISE_STEP)
			continue;
		if (s->step.from != place || s->truth == TRUTH_FALSE)
			return false;
		place = s->step.to;
		certain &= s->truth == TRUTH_TRUE;
	}
	if (p->truth == TRUTH_TRUE)
		return certain && members_has_cell(&target, place) == TRUTH_TRUE;
	return place >= c->ev->graph->entity_count ||
	    members_has_cell(&target, place) != TRUTH_FALSE;
}

/* Every place that the search comes to is there, and none counts. */
static bool frontier_follows(struct checker *c, const struct proof_node *n)
{
	const struct premise *p = n->premise;
	struct value source = evaluate_expr(c->ev, p->env, p->expr->arg[0]);
	struct set target = path_target(c->ev, p->env, p->expr);
	struct search may = search_from(c->ev, p->expr->path,
	    (entity_id)source.scalar.cell, true);
	size_t shown = 0, ends = 0;
	bool is_whole;

	for (size_t i = 0; i < n->children.count; i++) {
		const struct premise *child = n->children.items[i]->premise;

		shown += child->kind == PREMISE_PLACE;
		if (child->kind == PREMISE_PLACE &&
		    search_accepts(&may, node_of(&may, child->place, child->state)) &&
		    child->place < c->ev->graph->entity_count &&
		    members_find(&target, child->place))
			ends++;
	}
	is_whole = shown == may.reached;
	search_end(&may);
	return ends == 0 && is_whole;
}

static bool reaches_follows(struct checker *c, const struct proof_node *n)
{
	struct value source = evaluate_expr(c->ev, n->premise->env,
	    n->premise->expr->arg[0]);

	if (source.scalar.state != STATE_KNOWN)
		return true;
	return n->truth == TRUTH_FALSE ? frontier_follows(c, n) : walk_follows(c, n);
}

/* A name is what it stands for. */
static bool name_follows(const struct proof_node *n)
{
	const struct proof_node *last;

	if (n->children.count == 0)
		return true;	/* of a value that is none, or not known */
	last = n->children.items[n->children.count - 1];
	return last->kind != n->kind || !n->has_truth || last->truth == n->truth;
}

static bool tuple_follows(const struct proof_node *n)
{
	const struct proof_node *last;

	if (n->children.count == 0)
		return n->kind == PROOF_TRUTH;
	last = n->children.items[n->children.count - 1];
	if (n->kind == PROOF_TRUTH && last->kind != PROOF_RELATION)
		return n->truth != TRUTH_TRUE;	/* an argument is not known */
	return last->truth == n->truth;
}

static bool truth_follows(struct checker *c, const struct proof_node *n)
{
	const struct premise *p = n->premise;

	switch ((int)p->expr->op) {
	case EXPR_NOT:
		return stated(c, n, p->expr->arg[0], TRUTH_UNKNOWN) ==
		    kleene_not(p->truth);
	case EXPR_AND:
		return combine(c, n, p->expr, TRUTH_FALSE) == p->truth;
	case EXPR_OR:
		return combine(c, n, p->expr, TRUTH_TRUE) == p->truth;
	case EXPR_ANY:
		return fold_follows(c, n, TRUTH_TRUE);
	case EXPR_ALL:
		return fold_follows(c, n, TRUTH_FALSE);
	case EXPR_IN:
		return in_follows(c, n);
	case EXPR_SUBSET: case EXPR_SAME:
		return subset_follows(c, n);
	case EXPR_RELATION:
		return tuple_follows(n);
	case EXPR_REACHES:
		return reaches_follows(c, n);
	case EXPR_CALL: case EXPR_VARIABLE: case EXPR_ATTRIBUTE: case EXPR_FIELD:
	case EXPR_PARAM:
		return name_follows(n);
	default:
		return operands_follow(n);
	}
}

static bool member_follows(struct checker *c, const struct proof_node *n)
{
	const struct premise *p = n->premise;
	const struct expr *e = p->expr;

	switch ((int)e->op) {
	case EXPR_COLLECT:
		return fold_follows(c, n, TRUTH_TRUE);
	case EXPR_UNION:
		if (p->truth == TRUTH_FALSE)
			return member_is(c, n, e->arg[0], p->cell, TRUTH_FALSE) &&
			    member_is(c, n, e->arg[1], p->cell, TRUTH_FALSE);
		return p->truth == TRUTH_UNKNOWN ||
		    member_is(c, n, e->arg[0], p->cell, TRUTH_TRUE) ||
		    member_is(c, n, e->arg[1], p->cell, TRUTH_TRUE);
	case EXPR_INTERSECT: case EXPR_WITHOUT: {
		enum truth second = kleene_of(e->op == EXPR_INTERSECT);

		if (p->truth == TRUTH_TRUE)
			return member_is(c, n, e->arg[0], p->cell, TRUTH_TRUE) &&
			    member_is(c, n, e->arg[1], p->cell, second);
		return p->truth == TRUTH_UNKNOWN ||
		    member_is(c, n, e->arg[0], p->cell, TRUTH_FALSE) ||
		    member_is(c, n, e->arg[1], p->cell, kleene_not(second));
	}
	case EXPR_CALL: case EXPR_VARIABLE: case EXPR_ATTRIBUTE:
		return name_follows(n);
	default:
		return true;
	}
}

static bool has_all_elements(struct checker *c, const struct proof_node *n)
{
	const struct expr *over = n->premise->expr->arg[0];
	struct set set = set_of(c, n->premise->env, over);

	for (uint32_t i = 0; i < set.count; i++) {
		if (!element_of(n, set.members[i].cell))
			return false;
	}
	return child_of(n, PROOF_REST, over) || is_plain(n->premise, over);
}

static bool value_follows(struct checker *c, const struct proof_node *n)
{
	const struct premise *p = n->premise;

	if (p->least)
		return least_follows(n);
	switch ((int)p->expr->op) {
	case EXPR_COLLECT: case EXPR_COUNT_WHERE: case EXPR_SUM: case EXPR_MIN:
	case EXPR_MAX:
		return has_all_elements(c, n);
	case EXPR_CALL: case EXPR_VARIABLE: case EXPR_ATTRIBUTE: case EXPR_FIELD:
	case EXPR_PARAM: case EXPR_ASSUME:
		return true;
	default:
		return operands_follow(n);
	}
}

static bool element_follows(struct checker *c, const struct proof_node *n)
{
	const struct premise *p = n->premise;
	const struct expr *condition = premise_condition(p->expr);
	bool all = p->expr->op == EXPR_ALL;
	enum truth holds = condition ? stated(c, n, condition, TRUTH_UNKNOWN)
	    : TRUTH_TRUE;
	enum truth member = member_is(c, n, p->expr->arg[0], p->cell, TRUTH_TRUE)
	    ? TRUTH_TRUE : TRUTH_UNKNOWN, truth;

	if (p->truth == TRUTH_UNKNOWN || p->seeks)
		return n->children.count > 0 || is_plain(p, p->expr->arg[0]) ||
		    (p->seeks && is_plain(p, p->expr->arg[1]));
	truth = all ? kleene_not(kleene_and(member, kleene_not(holds)))
	    : kleene_and(member, holds);
	return truth == p->truth;
}

static bool follows(struct checker *c, const struct proof_node *n)
{
	switch (n->kind) {
	case PROOF_TRUTH:
		return truth_follows(c, n);
	case PROOF_MEMBER:
		return member_follows(c, n);
	case PROOF_VALUE:
		return value_follows(c, n);
	case PROOF_ELEMENT:
		return element_follows(c, n);
	case PROOF_RELATION:
		return tuple_follows(n);
	case PROOF_REST: case PROOF_STEP: case PROOF_PLACE: case PROOF_FACT:
	case PROOF_KIND_COUNT:
		break;
	}
	return true;
}

/* --- the tree ------------------------------------------------------------- */

/* The height of the tuple that a node is, or that is above it: BELOW. */
static bool is_lower(struct checker *c, const struct proof_node *n,
    uint16_t component, uint32_t *below)
{
	const struct premise *p = n->premise;
	const struct function *f = &c->ev->tree->relations.items[p->index];
	int64_t arguments[16];
	uint32_t height;

	if (!f->recursive || p->truth != TRUTH_TRUE)
		return true;
	arguments_of(c, p, arguments);
	height = relation_height(c->ev, p->index, arguments);
	if (height == 0 || (*below && component == f->stratum && height >= *below))
		return false;
	*below = height;
	return true;
}

static bool check(struct checker *c, const struct proof_node *n, bool whole,
    uint16_t component, uint32_t below)
{
	struct arena_mark mark = arena_here(c->ev->scratch);
	bool good = n->kind == PROOF_FACT ? fact_agrees(c, n) : states_truth(c, n);

	c->figures->nodes++;
	if (!good)
		fail(c, n, "states what is not so");
	if (n->kind == PROOF_RELATION && !is_lower(c, n, component, &below))
		fail(c, n, "rests on itself");
	if (n->kind == PROOF_RELATION)
		component = c->ev->tree->relations.items[n->premise->index].stratum;
	if (whole && !n->more && !n->deeper && !n->repeated) {
		c->figures->inner += n->kind != PROOF_FACT;
		if (!follows(c, n))
			fail(c, n, "leaves out what matters");
	}
	arena_rollback(c->ev->scratch, mark);
	for (size_t i = 0; i < n->children.count && !c->why; i++)
		check(c, n->children.items[i], whole, component, below);
	return !c->why;
}

static size_t clauses_with(const struct proof *proof, const char *name,
    enum truth truth)
{
	size_t count = 0;

	for (size_t i = 0; i < proof->clauses.count; i++)
		count += strcmp(proof->clauses.items[i]->clause, name) == 0 &&
		    proof->clauses.items[i]->truth == truth;
	return count;
}

/* The table of verdicts, from the clauses alone. */
static bool verdict_follows(const struct proof *proof)
{
	const struct rule *rule = proof->rule;
	size_t broken = clauses_with(proof, "require", TRUTH_FALSE) +
	    clauses_with(proof, "forbid", TRUTH_TRUE);
	size_t kept = clauses_with(proof, "require", TRUTH_TRUE) +
	    clauses_with(proof, "forbid", TRUTH_FALSE);
	size_t open = 0;

	for (size_t i = 0; i < proof->clauses.count; i++)
		open += proof->clauses.items[i]->truth == TRUTH_UNKNOWN;
	switch (proof->verdict) {
	case VERDICT_FAIL:
		return broken > 0 && kept == 0 && open == 0 &&
		    clauses_with(proof, "when", TRUTH_TRUE) == rule->when.count &&
		    clauses_with(proof, "except when", TRUTH_FALSE) ==
		    rule->except.count;
	case VERDICT_PASS:
		return kept == rule->requirements.count && broken == 0;
	case VERDICT_UNKNOWN:
		return proof->reason == REASON_REST || open > 0;
	case VERDICT_NOT_APPLICABLE:
		return clauses_with(proof, "when", TRUTH_FALSE) > 0 ||
		    clauses_with(proof, "except when", TRUTH_TRUE) > 0;
	case VERDICT_ERROR: case VERDICT_UNSET: case VERDICT_COUNT:
		break;
	}
	return false;
}

const char *proofs_hold(struct proofs *figures, struct arena *arena,
    const struct tree *tree, const struct graph *graph,
    struct evaluator *prover, const struct outcome *outcomes, size_t count)
{
	struct checker c = { evaluator_new(arena, tree, graph), arena, figures, NULL };

	for (size_t i = 0; i < count && !c.why; i++) {
		for (int whole = 0; whole < 2; whole++) {
			struct proof *proof = proof_of(prover, arena, &outcomes[i],
			    whole);

			if (whole && !verdict_follows(proof))
				return arena_printf(arena, "the clauses of a proof "
				    "do not give its verdict: %.*s of %.*s",
				    STR_ARG(proof->rule->id),
				    STR_ARG(proof->subject.key)).at;
			for (size_t j = 0; j < proof->clauses.count && !c.why; j++)
				check(&c, proof->clauses.items[j], whole, 0, 0);
		}
		figures->proofs++;
	}
	return c.why;
}
