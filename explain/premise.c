/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Truths and single values, and what they rest on.  What a name, a definition
 * or a derived attribute stands for is asked the same as was asked of it.
 */
#include "explain/premise.h"

#include <assert.h>

#define BIT(truth) (1u << (truth))

/* --- giving --------------------------------------------------------------- */

void premise_give(struct premises *w, struct premise p)
{
	p.level = w->of.level;
	p.component = w->of.component;
	p.exhaustive = w->of.exhaustive;
	w->take(w->context, &p);
}

struct env *premise_env(struct premises *w, const struct env *env)
{
	struct env *copy = ARENA_NEW(w->arena, struct env);

	copy->count = env->count;
	copy->slots = ARENA_ARRAY(w->arena, struct slot, env->count);
	for (uint32_t i = 0; i < env->count; i++)
		copy->slots[i] = env->slots[i];
	return copy;
}

enum truth premise_truth(struct premises *w, struct env *env,
    const struct expr *e)
{
	struct arena_mark mark = arena_here(w->ev->scratch);
	enum truth truth = evaluate_truth(w->ev, env, e);

	arena_rollback(w->ev->scratch, mark);
	return truth;
}

/* Written in the rule, or named by the premise that binds it. */
static bool is_plain(const struct env *env, const struct expr *e)
{
	if (e->op == EXPR_CONST || e->op == EXPR_NONE || e->op == EXPR_CONST_SET)
		return true;
	return e->op == EXPR_VARIABLE && !e->variable->let &&
	    !env->slots[e->variable->index].argument;
}

void premise_say_truth(struct premises *w, struct env *env,
    const struct expr *e, enum truth truth)
{
	if (!is_plain(env, e))
		premise_give(w, (struct premise){ .kind = PREMISE_TRUTH,
		    .expr = e, .env = env, .truth = truth });
}

void premise_say_value(struct premises *w, struct env *env,
    const struct expr *e)
{
	if (is_plain(env, e))
		return;
	if (type_is_truth(e->type))
		premise_say_truth(w, env, e, premise_truth(w, env, e));
	else
		premise_give(w, (struct premise){ .expr = e, .env = env,
		    .kind = e->type.set ? PREMISE_WHOLE : PREMISE_VALUE });
}

void premise_say_member(struct premises *w, struct env *env,
    const struct expr *e, int64_t cell, enum truth truth)
{
	if (!is_plain(env, e))
		premise_give(w, (struct premise){ .kind = PREMISE_MEMBER,
		    .expr = e, .env = env, .cell = cell, .truth = truth });
}

void premise_say_rest(struct premises *w, struct env *env,
    const struct expr *e, enum truth truth)
{
	if (!is_plain(env, e))
		premise_give(w, (struct premise){ .kind = PREMISE_REST,
		    .expr = e, .env = env, .truth = truth });
}

void premise_say_fact(struct premises *w, struct fact fact)
{
	premise_give(w, (struct premise){ .kind = PREMISE_FACT, .fact = fact });
}

/* The same of another expression. */
static void say_through(struct premises *w, const struct premise *demand,
    struct env *env, const struct expr *e)
{
	struct premise p = *demand;

	p.env = env;
	p.expr = e;
	if (!is_plain(env, e))
		premise_give(w, p);
}

/* --- attributes ----------------------------------------------------------- */

static struct fact stored_fact(const struct premise *demand, bool set,
    uint16_t attribute, entity_id entity)
{
	struct fact fact = { FACT_VALUE, entity, attribute, demand->cell };

	if (!set)
		return fact;
	fact.kind = FACT_ROW;
	if (demand->kind == PREMISE_REST)
		fact.kind = FACT_REST;
	return fact;
}

/* What a row says of one element. */
static enum fact_kind element_fact(struct premises *w, uint16_t attribute,
    entity_id entity, int64_t cell)
{
	const struct link *l = &w->ev->graph->links[attribute];
	uint32_t row = fact_row(w->ev, attribute, entity);

	for (uint32_t i = l->offsets[row]; i < l->offsets[row + 1]; i++) {
		if (link_cell(l, i) == cell)
			return FACT_ELEMENT;
	}
	return FACT_LACKS;
}

void premise_say_attribute(struct premises *w, const struct premise *demand,
    uint16_t attribute, entity_id entity)
{
	const struct schema_attribute *a =
	    &w->ev->tree->schema->attributes.items[attribute];
	const struct function *f;
	struct premise p = *demand;
	struct fact fact;
	struct env env;

	if (a->derived) {
		f = tree_derived(w->ev->tree, attribute);
		env = env_new(w->ev, f->variables);
		env_bind(&env, f->parameters[0], value_cell(entity, SYMBOL_NONE));
		if (!a->type.set && p.kind != PREMISE_TRUTH)
			premise_say_value(w, premise_env(w, &env), f->body);
		else
			say_through(w, &p, premise_env(w, &env), f->body);
		return;
	}
	fact = stored_fact(demand, a->type.set, attribute, entity);
	if (a->type.set && p.kind == PREMISE_MEMBER)
		fact.kind = element_fact(w, attribute, entity, p.cell);
	premise_say_fact(w, fact);
}

static void expand_navigation(struct premises *w, const struct premise *p)
{
	const struct expr *of = p->expr->arg[0];
	struct value v = evaluate_expr(w->ev, p->env, of);

	premise_say_value(w, p->env, of);
	if (p->expr->op == EXPR_ATTRIBUTE && v.scalar.state == STATE_KNOWN)
		premise_say_attribute(w, p, (uint16_t)p->expr->index,
		    (entity_id)v.scalar.cell);
}

/* --- names ---------------------------------------------------------------- */

static void expand_variable(struct premises *w, const struct premise *p)
{
	const struct slot *slot = &p->env->slots[p->expr->variable->index];

	if (p->expr->variable->let)
		say_through(w, p, p->env, p->expr->variable->let);
	else
		say_through(w, p, slot->caller, slot->argument);
}

static void expand_call(struct premises *w, const struct premise *p)
{
	const struct function *f =
	    &w->ev->tree->definitions.items[p->expr->index];
	struct env inner = env_of_call(w->ev, p->env, f, p->expr->items);
	struct env *kept = premise_env(w, &inner);

	for (uint32_t i = 0; i < f->count; i++) {
		struct slot *slot = &kept->slots[f->parameters[i]->index];

		slot->value = value_copy(w->arena, slot->value);
	}
	say_through(w, p, kept, f->body);
}

/* --- truths --------------------------------------------------------------- */

/* A chain of one connective, side by side; what is of no matter to the answer
 * is left out. */
static void expand_connective(struct premises *w, const struct premise *p,
    const struct expr *e, bool *done)
{
	enum truth decides = kleene_of(p->expr->op == EXPR_OR);

	for (int i = 0; i < 2 && !*done; i++) {
		const struct expr *arg = e->arg[i];
		enum truth truth;

		if (arg->op == p->expr->op) {
			expand_connective(w, p, arg, done);
			continue;
		}
		truth = premise_truth(w, p->env, arg);
		if (truth != p->truth)
			continue;
		premise_say_truth(w, p->env, arg, truth);
		*done = truth == decides && !p->exhaustive;
	}
}

static bool is_count(const struct expr *e)
{
	return e->op == EXPR_COUNT || e->op == EXPR_COUNT_WHERE;
}

/* Does a count's lower end alone decide how it compares?  Then no element
 * that it does not have is of any matter, and *ENOUGH of them decide. */
static bool least_decides(struct premises *w, const struct premise *p, int side,
    int64_t *enough)
{
	struct arena_mark mark = arena_here(w->ev->scratch);
	const struct expr *e = p->expr;
	struct number count, other;

	if (p->truth == TRUTH_UNKNOWN || !is_count(e->arg[side]))
		return false;
	count = evaluate_expr(w->ev, p->env, e->arg[side]).number;
	other = evaluate_expr(w->ev, p->env, e->arg[1 - side]).number;
	arena_rollback(w->ev->scratch, mark);
	/* What is decided may be so because a number is none. */
	if (!count.known || !other.known || count.low == 0 ||
	    other.high == NUMBER_HIGH)
		return false;
	/* More than the other, or as many. */
	*enough = other.high + (e->op == EXPR_EQ ||
	    (e->op == EXPR_LE) == (side == 0));
	if (e->op == EXPR_EQ)
		return p->truth == TRUTH_FALSE && count.low >= *enough;
	return side == (p->truth == TRUTH_TRUE);
}

static void say_operand(struct premises *w, const struct premise *p, int side)
{
	const struct expr *e = p->expr->arg[side];
	int64_t enough;

	if (least_decides(w, p, side, &enough))
		premise_give(w, (struct premise){ .kind = PREMISE_VALUE,
		    .expr = e, .env = p->env, .least = true, .cell = enough });
	else
		premise_say_value(w, p->env, e);
}

static void expand_comparison(struct premises *w, const struct premise *p)
{
	say_operand(w, p, 0);
	say_operand(w, p, 1);
}

/* That there are so many at least: which they are.  False where not all of
 * them have names. */
static bool expand_least(struct premises *w, const struct premise *p)
{
	const struct expr *e = p->expr;
	int64_t said = 0, certain = 0;
	struct set set;

	if (e->op == EXPR_COUNT_WHERE)
		return premise_say_elements(w, p, BIT(TRUTH_TRUE),
		    p->cell == 1 && !p->exhaustive) > 0;
	set = evaluate_set(w->ev, p->env, e->arg[0]);
	for (uint32_t i = 0; i < set.count; i++)
		certain += set.members[i].certain;
	for (uint32_t i = 0; i < set.count && certain >= p->cell; i++) {
		if (!set.members[i].certain ||
		    (said >= p->cell && !p->exhaustive))
			continue;
		premise_say_member(w, p->env, e->arg[0], set.members[i].cell,
		    TRUTH_TRUE);
		said++;
	}
	return said > 0;
}

static void expand_in(struct premises *w, const struct premise *p)
{
	const struct expr *e = p->expr;
	int64_t cell;
	symbol spelled;
	enum state state = value_state(evaluate_expr(w->ev, p->env, e->arg[0]),
	    &cell, &spelled);

	premise_say_value(w, p->env, e->arg[0]);
	if (state == STATE_KNOWN)
		premise_say_member(w, p->env, e->arg[1], cell, p->truth);
	else if (state == STATE_UNKNOWN)
		premise_say_value(w, p->env, e->arg[1]);
}

/* Elements that are certainly of A and certainly not of B. */
static bool say_difference(struct premises *w, const struct premise *p,
    int from, int to)
{
	const struct expr *a = p->expr->arg[from], *b = p->expr->arg[to];
	struct set of = evaluate_set(w->ev, p->env, a);
	struct set in = evaluate_set(w->ev, p->env, b);
	bool found = false;

	for (uint32_t i = 0; i < of.count; i++) {
		int64_t cell = of.members[i].cell;

		if (!of.members[i].certain ||
		    members_has_cell(&in, cell) != TRUTH_FALSE)
			continue;
		premise_say_member(w, p->env, a, cell, TRUTH_TRUE);
		premise_say_member(w, p->env, b, cell, TRUTH_FALSE);
		found = true;
		if (!p->exhaustive)
			break;
	}
	return found;
}

static void expand_subset(struct premises *w, const struct premise *p)
{
	bool found = false;

	if (p->truth == TRUTH_FALSE) {
		found = say_difference(w, p, 0, 1);
		if (p->expr->op == EXPR_SAME && (!found || p->exhaustive))
			found |= say_difference(w, p, 1, 0);
	}
	if (!found)
		expand_comparison(w, p);
}

static bool is_known(struct premises *w, struct env *env, const struct expr *e)
{
	struct value v = evaluate_expr(w->ev, env, e);

	return value_is_known(&v);
}

static void expand_assume(struct premises *w, const struct premise *p)
{
	premise_say_value(w, p->env, p->expr->arg[0]);
	if (!is_known(w, p->env, p->expr->arg[0]))
		premise_say_value(w, p->env, p->expr->arg[1]);
}

static void expand_relation(struct premises *w, const struct premise *p)
{
	const struct function *f =
	    &w->ev->tree->relations.items[p->expr->index];
	int64_t *arguments = ARENA_ARRAY(w->ev->scratch, int64_t, p->expr->count);
	bool all = true;
	struct env env;

	for (uint32_t i = 0; i < p->expr->count; i++) {
		symbol spelled;

		premise_say_value(w, p->env, p->expr->items[i]);
		all &= value_state(evaluate_expr(w->ev, p->env,
		    p->expr->items[i]), &arguments[i], &spelled) == STATE_KNOWN;
	}
	if (!all)
		return;
	env = relation_env(w->ev, f, arguments);
	premise_give(w, (struct premise){ .kind = PREMISE_TUPLE,
	    .truth = p->truth, .expr = f->body, .index = (uint16_t)p->expr->index,
	    .env = premise_env(w, &env) });
}

/* A tuple that is true is derived from tuples of lesser heights, so that no
 * derivation rests on itself. */
static void expand_tuple(struct premises *w, const struct premise *p)
{
	const struct function *f = &w->ev->tree->relations.items[p->index];
	int64_t *arguments = ARENA_ARRAY(w->ev->scratch, int64_t, f->count);

	for (uint32_t i = 0; i < f->count; i++) {
		symbol spelled;

		value_state(p->env->slots[f->parameters[i]->index].value,
		    &arguments[i], &spelled);
	}
	w->of.level = 0;
	if (f->recursive && p->truth == TRUTH_TRUE) {
		w->of.level = relation_height(w->ev, p->index, arguments);
		w->of.component = f->stratum;
		w->of.exhaustive = false;
	}
	premise_say_truth(w, p->env, f->body, p->truth);
}

/* --- folds ---------------------------------------------------------------- */

const struct expr *premise_condition(const struct expr *e)
{
	bool second = e->op == EXPR_ANY || e->op == EXPR_ALL ||
	    e->op == EXPR_COUNT_WHERE;

	return e->arg[second ? 1 : 2];
}

/* What the element that is bound adds to what is sought. */
static enum truth element_adds(struct premises *w, struct env *env,
    const struct expr *e, int64_t sought)
{
	struct value v = evaluate_expr(w->ev, env, e->arg[1]);
	int64_t cell;
	symbol spelled;

	if (v.kind == VALUE_SET)
		return members_has_cell(&v.set, sought);
	switch (value_state(v, &cell, &spelled)) {
	case STATE_NONE:
		return TRUTH_FALSE;
	case STATE_UNKNOWN:
		return TRUTH_UNKNOWN;
	case STATE_KNOWN:
		break;
	}
	return kleene_of(cell == sought);
}

static enum truth element_truth(struct premises *w, const struct premise *p,
    struct env *env, enum truth member)
{
	const struct expr *condition = premise_condition(p->expr);
	enum truth truth = TRUTH_TRUE;

	if (condition)
		truth = evaluate_truth(w->ev, env, condition);
	if (p->expr->op == EXPR_ALL)
		return kleene_or(kleene_not(member), truth);
	truth = kleene_and(member, truth);
	if (p->kind == PREMISE_MEMBER && truth != TRUTH_FALSE)
		truth = kleene_and(truth, element_adds(w, env, p->expr, p->cell));
	return truth;
}

size_t premise_say_elements(struct premises *w, const struct premise *p,
    unsigned wanted, bool first)
{
	struct set set = evaluate_set(w->ev, p->env, p->expr->arg[0]);
	struct env *scratch = premise_env(w, p->env);
	size_t said = 0;

	for (uint32_t i = 0; i < set.count && !(first && said); i++) {
		struct arena_mark mark = arena_here(w->ev->scratch);
		enum truth member = fold_bind(scratch, p->expr, &set, i);
		enum truth truth = element_truth(w, p, scratch, member);

		arena_rollback(w->ev->scratch, mark);
		if (!(wanted & BIT(truth)))
			continue;
		said++;
		premise_give(w, (struct premise){ .kind = PREMISE_ELEMENT,
		    .truth = truth, .expr = p->expr,
		    .env = premise_env(w, scratch), .cell = set.members[i].cell,
		    .seeks = p->kind == PREMISE_MEMBER, .sought = p->cell });
	}
	return said;
}

static bool has_rest(struct premises *w, struct env *env, const struct expr *e)
{
	struct arena_mark mark = arena_here(w->ev->scratch);
	struct set set = evaluate_set(w->ev, env, e);

	arena_rollback(w->ev->scratch, mark);
	return members_has_rest(&set);
}

/* What is not listed, where it keeps the answer from being decided, or where
 * the answer rests on there being nothing of it. */
static void say_rest_of(struct premises *w, const struct premise *p)
{
	premise_say_rest(w, p->env, p->expr->arg[0],
	    kleene_of(has_rest(w, p->env, p->expr->arg[0])));
}

static void expand_quantifier(struct premises *w, const struct premise *p)
{
	enum truth decides = kleene_of(p->expr->op == EXPR_ANY);
	bool first = p->truth == decides && !p->exhaustive;

	if (p->truth != TRUTH_UNKNOWN && p->truth != decides)
		w->of.exhaustive = false;	/* its first failing condition */
	premise_say_elements(w, p, BIT(p->truth), first);
	if (p->truth != decides && (p->truth != TRUTH_UNKNOWN ||
	    has_rest(w, p->env, p->expr->arg[0])))
		say_rest_of(w, p);
}

/* First those that make the number. */
static void expand_fold(struct premises *w, const struct premise *p)
{
	premise_say_elements(w, p, BIT(TRUTH_TRUE) | BIT(TRUTH_UNKNOWN), false);
	w->of.exhaustive = false;
	premise_say_elements(w, p, BIT(TRUTH_FALSE), false);
	say_rest_of(w, p);
}

/* What is said of the value that an element adds. */
static void expand_added(struct premises *w, const struct premise *p)
{
	const struct expr *value = p->expr->arg[1];

	assert(value);		/* only COLLECT seeks */
	if (p->seeks && value->type.set)
		premise_say_member(w, p->env, value, p->sought,
		    element_adds(w, p->env, p->expr, p->sought));
	else
		premise_say_value(w, p->env, value);
}

static void expand_element(struct premises *w, const struct premise *p)
{
	const struct expr *e = p->expr, *condition = premise_condition(e);
	bool adds = e->op == EXPR_COLLECT || e->op == EXPR_SUM ||
	    e->op == EXPR_MIN || e->op == EXPR_MAX;
	enum truth counts = kleene_of(e->op != EXPR_ALL);
	struct set set = evaluate_set(w->ev, p->env, e->arg[0]);
	enum truth member = members_has_cell(&set, p->cell);
	enum truth truth = TRUTH_TRUE;

	if (condition)
		truth = premise_truth(w, p->env, condition);
	if (condition && truth == kleene_not(counts)) {
		premise_say_truth(w, p->env, condition, truth);
		return;
	}
	if (p->seeks && p->truth == TRUTH_FALSE) {
		expand_added(w, p);
		return;
	}
	if (p->truth != TRUTH_UNKNOWN || member == TRUTH_UNKNOWN)
		premise_say_member(w, p->env, e->arg[0], p->cell, member);
	if (condition && (p->truth != TRUTH_UNKNOWN || truth == TRUTH_UNKNOWN))
		premise_say_truth(w, p->env, condition, truth);
	if (adds)
		expand_added(w, p);
}

/* --- all of them ---------------------------------------------------------- */

static void expand_operands(struct premises *w, const struct premise *p)
{
	const struct expr *e = p->expr;

	for (int i = 0; i < expr_op_arity(e->op); i++)
		premise_say_value(w, p->env, e->arg[i]);
	for (uint32_t i = 0; i < e->count; i++)
		premise_say_value(w, p->env, e->items[i]);
}

/* What is no set, or whatever is asked of a name. */
static void expand_single(struct premises *w, const struct premise *p)
{
	bool done = false;

	if (p->least && expand_least(w, p))
		return;
	switch ((int)p->expr->op) {
	case EXPR_NOT:
		premise_say_truth(w, p->env, p->expr->arg[0],
		    kleene_not(p->truth));
		break;
	case EXPR_AND: case EXPR_OR:
		expand_connective(w, p, p->expr, &done);
		break;
	case EXPR_IN:
		expand_in(w, p);
		break;
	case EXPR_SUBSET: case EXPR_SAME:
		expand_subset(w, p);
		break;
	case EXPR_EQ: case EXPR_LT: case EXPR_LE:
		expand_comparison(w, p);
		break;
	case EXPR_ANY: case EXPR_ALL:
		expand_quantifier(w, p);
		break;
	case EXPR_COUNT_WHERE: case EXPR_SUM: case EXPR_MIN: case EXPR_MAX:
		expand_fold(w, p);
		break;
	case EXPR_RELATION:
		expand_relation(w, p);
		break;
	case EXPR_REACHES:
		premise_expand_reaches(w, p);
		break;
	case EXPR_ASSUME:
		expand_assume(w, p);
		break;
	case EXPR_TODAY:
		premise_say_fact(w, (struct fact){ FACT_TODAY, ENTITY_NONE, 0, 0 });
		break;
	default:
		expand_operands(w, p);
		break;
	}
}

static void expand_expr(struct premises *w, const struct premise *p)
{
	switch ((int)p->expr->op) {
	case EXPR_VARIABLE:
		expand_variable(w, p);
		return;
	case EXPR_CALL:
		expand_call(w, p);
		return;
	case EXPR_PARAM:
		premise_say_fact(w, (struct fact){ FACT_PARAM, ENTITY_NONE,
		    (uint16_t)p->expr->index, 0 });
		return;
	case EXPR_ATTRIBUTE: case EXPR_FIELD:
		expand_navigation(w, p);
		return;
	default:
		break;
	}
	if (p->kind == PREMISE_WHOLE)
		premise_expand_whole(w, p);
	else if (p->kind == PREMISE_MEMBER)
		premise_expand_member(w, p);
	else if (p->kind == PREMISE_REST)
		premise_expand_rest(w, p);
	else
		expand_single(w, p);
}

struct value premise_value(struct evaluator *ev, const struct premise *p)
{
	struct value v;

	relation_level(ev, p->level, p->component);
	v = evaluate_expr(ev, p->env, p->expr);
	relation_level(ev, 0, 0);
	return v;
}

void premise_expand(struct premises *w, const struct premise *p)
{
	struct evaluator *ev = w->ev;
	struct arena_mark mark = arena_here(ev->scratch);
	struct arena_mark interim = arena_here(ev->interim);

	w->of = *p;
	relation_level(ev, p->level, p->component);
	switch (p->kind) {
	case PREMISE_TRUTH: case PREMISE_VALUE: case PREMISE_WHOLE:
	case PREMISE_MEMBER: case PREMISE_REST:
		expand_expr(w, p);
		break;
	case PREMISE_ELEMENT:
		expand_element(w, p);
		break;
	case PREMISE_TUPLE:
		expand_tuple(w, p);
		break;
	case PREMISE_STEP:
		premise_expand_step(w, p);
		break;
	case PREMISE_PLACE:
		premise_expand_place(w, p);
		break;
	case PREMISE_FACT:
		break;
	}
	relation_level(ev, 0, 0);
	arena_rollback(ev->interim, interim);
	arena_rollback(ev->scratch, mark);
}

/* --- verdicts ------------------------------------------------------------- */

static void add_clause(struct premises *w, struct clauses *all,
    enum clause_kind kind, size_t index, struct premise p, bool exhaustive)
{
	struct clause *c = VEC_PUSH(w->arena, &all->items);

	p.env = all->env;
	p.exhaustive = exhaustive;
	*c = (struct clause){ kind, index, p };
}

static void add_truth(struct premises *w, struct clauses *all,
    enum clause_kind kind, size_t index, const struct expr *e, unsigned wanted,
    bool exhaustive)
{
	enum truth truth = premise_truth(w, all->env, e);

	if (wanted & BIT(truth))
		add_clause(w, all, kind, index, (struct premise){
		    .kind = PREMISE_TRUTH, .expr = e, .truth = truth },
		    exhaustive);
}

static void add_binders(struct premises *w, struct clauses *all,
    const struct rule *rule, const struct outcome *outcome, unsigned wanted)
{
	for (size_t i = 0; i < outcome->count; i++) {
		const struct binder *b = &rule->binders.items[i];
		struct arena_mark mark = arena_here(w->ev->scratch);
		enum truth truth = rule_membership(w->ev, all->env, b,
		    outcome->cells[i]);

		arena_rollback(w->ev->scratch, mark);
		if (wanted & BIT(truth))
			add_clause(w, all, CLAUSE_BINDER, i, (struct premise){
			    .kind = PREMISE_MEMBER, .expr = b->set,
			    .cell = outcome->cells[i], .truth = truth }, false);
	}
}

static void add_when(struct premises *w, struct clauses *all,
    const struct rule *rule, unsigned wanted, bool exhaustive)
{
	for (size_t i = 0; i < rule->when.count; i++)
		add_truth(w, all, CLAUSE_WHEN, i, rule->when.items[i], wanted,
		    exhaustive);
}

static void add_except(struct premises *w, struct clauses *all,
    const struct rule *rule, unsigned wanted)
{
	for (size_t i = 0; i < rule->except.count; i++)
		add_truth(w, all, CLAUSE_EXCEPT, i, rule->except.items[i],
		    wanted, false);
}

/* Of `forbid E`, which is `require not E`, E itself is the premise. */
static void add_require(struct premises *w, struct clauses *all,
    const struct rule *rule, unsigned wanted, bool exhaustive)
{
	for (size_t i = 0; i < rule->requirements.count; i++) {
		const struct requirement *r = &rule->requirements.items[i];
		size_t before = all->items.count;
		struct premise *p;

		add_truth(w, all, CLAUSE_REQUIRE, i, r->condition, wanted,
		    exhaustive);
		if (all->items.count == before || !r->forbid)
			continue;
		assert(r->condition->op == EXPR_NOT);
		p = &VEC_LAST(&all->items)->premise;
		p->expr = r->condition->arg[0];
		p->truth = kleene_not(p->truth);
	}
}

static bool holds_falsely(struct premises *w, const struct clauses *all,
    const struct rule *rule)
{
	for (size_t i = 0; i < rule->requirements.count; i++) {
		if (premise_truth(w, all->env,
		    rule->requirements.items[i].condition) == TRUTH_FALSE)
			return true;
	}
	return false;
}

static void add_unknown(struct premises *w, struct clauses *all,
    const struct rule *rule, const struct outcome *outcome)
{
	unsigned open = BIT(TRUTH_UNKNOWN);

	switch ((enum verdict_reason)outcome->reason) {
	case REASON_REST:
		add_clause(w, all, CLAUSE_BINDER, (size_t)outcome->rest,
		    (struct premise){ .kind = PREMISE_REST, .truth = TRUTH_TRUE,
		    .expr = rule->binders.items[outcome->rest].set }, false);
		break;
	case REASON_WHEN:
		add_binders(w, all, rule, outcome, open);
		add_when(w, all, rule, open, false);
		add_except(w, all, rule, open);
		if (holds_falsely(w, all, rule))
			open = BIT(TRUTH_FALSE);
		add_require(w, all, rule, open, true);
		break;
	case REASON_REQUIRE:
		add_binders(w, all, rule, outcome, BIT(TRUTH_TRUE));
		add_when(w, all, rule, BIT(TRUTH_TRUE), false);
		add_except(w, all, rule, BIT(TRUTH_FALSE));
		add_require(w, all, rule, open, false);
		break;
	case REASON_NONE: case REASON_EXCEPTION:
		break;
	}
}

/* Once for all copies of the environment, and to outlive the evaluator's. */
static void force_lets(struct premises *w, struct env *env,
    const struct rule *rule)
{
	for (size_t i = 0; i < rule->lets.count; i++) {
		struct variable *v = rule->lets.items[i];
		struct expr name = { .op = EXPR_VARIABLE, .type = v->type,
			.variable = v };

		evaluate_expr(w->ev, env, &name);
		if (!closed_is_kept(w->ev, v->let))
			env->slots[v->index].value = value_copy(w->arena,
			    env->slots[v->index].value);
	}
}

struct clauses premises_of_outcome(struct premises *w,
    const struct outcome *outcome)
{
	const struct rule *rule = &w->ev->tree->rules.items[outcome->rule];
	struct clauses all = { .env = ARENA_NEW(w->arena, struct env) };
	unsigned some = BIT(TRUTH_TRUE) | BIT(TRUTH_UNKNOWN);

	w->ev->depth = 0;
	*all.env = rule_env(w->ev, outcome);
	all.env = premise_env(w, all.env);
	force_lets(w, all.env, rule);
	switch ((enum verdict)outcome->verdict) {
	case VERDICT_FAIL:
		add_binders(w, &all, rule, outcome, BIT(TRUTH_TRUE));
		add_when(w, &all, rule, BIT(TRUTH_TRUE), false);
		add_except(w, &all, rule, BIT(TRUTH_FALSE));
		add_require(w, &all, rule, BIT(TRUTH_FALSE), true);
		break;
	case VERDICT_PASS:
		add_binders(w, &all, rule, outcome, some);
		add_when(w, &all, rule, some, false);
		add_require(w, &all, rule, BIT(TRUTH_TRUE), false);
		break;
	case VERDICT_UNKNOWN:
		add_unknown(w, &all, rule, outcome);
		break;
	case VERDICT_NOT_APPLICABLE:
		if (outcome->reason == REASON_EXCEPTION)
			add_except(w, &all, rule, BIT(TRUTH_TRUE));
		else
			add_when(w, &all, rule, BIT(TRUTH_FALSE), true);
		break;
	case VERDICT_ERROR: case VERDICT_UNSET: case VERDICT_COUNT:
		break;
	}
	return all;
}
