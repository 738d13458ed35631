/* SPDX-License-Identifier: Apache-2.0 */
/* Expressions that are neither folds, sets nor uses of what has a name. */
#include <assert.h>

#include "base/limits.h"
#include "compiler/lower.h"

static const struct type truth_type = { .tag = TYPE_BOOL };

/* --- limits --------------------------------------------------------------- */

static void report_nodes(struct lowering *l, struct span span)
{
	struct diagnostics *all = l->tree->all;
	struct diagnostic *d = diag_add(all, DIAG_E4090, span,
	    "the pack needs more than %llu plan nodes",
	    (unsigned long long)limit_get(LIMIT_EXPANSION));

	diag_note(all, d, "definitions are put in where they are used; "
	    "limit `%s`", limit_name(LIMIT_EXPANSION));
}

static void report_nesting(struct lowering *l, struct span span)
{
	struct diagnostics *all = l->tree->all;
	struct diagnostic *d = diag_add(all, DIAG_E4091, span,
	    "definitions are nested too deeply here");

	diag_note(all, d, "with every definition put in, the expression is more "
	    "than %llu levels deep; limit `%s`",
	    (unsigned long long)limit_get(LIMIT_PLAN_DEPTH),
	    limit_name(LIMIT_PLAN_DEPTH));
}

static void report_frames(struct lowering *l, struct span span, uint64_t most)
{
	struct diagnostics *all = l->tree->all;
	struct diagnostic *d = diag_add(all, DIAG_E4092, span,
	    "more than %llu quantifiers inside each other",
	    (unsigned long long)most);

	diag_note(all, d, "with every definition put in, binders of the rule "
	    "included; limit `%s`", limit_name(LIMIT_QUANTIFIER_DEPTH));
}

/* Steps bound what is walked again and again without making a new node. */
bool lower_enter(struct lowering *l, struct span span)
{
	uint64_t nodes = limit_get(LIMIT_EXPANSION);
	bool many = l->plan->nodes.count > nodes || ++l->steps / 32 > nodes;

	l->nesting++;
	if (l->failed)
		return false;
	if (many)
		report_nodes(l, span);
	else if (l->nesting > limit_get(LIMIT_PLAN_DEPTH))
		report_nesting(l, span);
	else
		return true;
	l->failed = true;
	return false;
}

void lower_leave(struct lowering *l)
{
	l->nesting--;
}

struct scope *lower_binder(struct lowering *l, const struct variable *variable,
    plan_ref set, struct environment *env, struct scope *scope, struct span span)
{
	uint64_t most = SUBJECT_BINDERS + limit_get(LIMIT_QUANTIFIER_DEPTH);
	struct instance *instance;

	if (!l->failed && l->plan->frames.items[scope->frame].depth >= most) {
		report_frames(l, span, most);
		l->failed = true;
	}
	if (l->failed)
		return NULL;
	instance = instance_new(l, variable->type);
	environment_bind(env, variable, instance);
	return scope_child(l, scope, set, instance);
}

/* --- leaves --------------------------------------------------------------- */

static bool is_leaf(const struct expr *e)
{
	return expr_op_arity(e->op) == 0 && e->op != EXPR_CALL &&
	    e->op != EXPR_RELATION && e->op != EXPR_SET;
}

static plan_ref lower_lazy(struct lowering *l, struct entry *entry,
    struct scope *scope)
{
	struct scope *home = home_of_entry(l, entry, scope);
	plan_ref value;

	for (size_t i = 0; i < entry->lowered.count; i++)
		if (entry->lowered.items[i].home == home)
			return carry(l, entry->lowered.items[i].value, home,
			    scope);
	value = lower(l, entry->expr, entry->environment, home);
	*VEC_PUSH(l->arena, &entry->lowered) =
	    (struct lowered){ .home = home, .value = value };
	return carry(l, value, home, scope);
}

static plan_ref lower_variable(struct lowering *l, const struct expr *e,
    struct environment *env, struct scope *scope)
{
	struct entry *entry = &env->entries[e->variable->index];
	plan_ref value;

	assert(entry->kind != ENTRY_NONE);
	if (entry->kind == ENTRY_UNKNOWN)
		return plan_unknown(l->plan, scope->frame, e->type);
	if (entry->kind == ENTRY_INSTANCE)
		value = scope_value(l, scope, entry->instance);
	else
		value = lower_lazy(l, entry, scope);
	return plan_as(l->plan, value, plan_register(e->type));
}

static plan_ref constant(struct lowering *l, const struct expr *e,
    struct scope *scope,
    enum constant_state state, int64_t cell)
{
	struct plan_constant c = { .state = state, .type = e->type,
	    .cell = cell };

	if (state == CONSTANT_VALUE && type_is_text(e->type)) {
		c.text = e->text;
		c.cell = 0;
	}
	return plan_value(l->plan, scope->frame, &c);
}

static plan_ref lower_leaf(struct lowering *l, const struct expr *e,
    struct environment *env, struct scope *scope)
{
	if (e->op == EXPR_VARIABLE)
		return lower_variable(l, e, env, scope);
	if (e->op == EXPR_CONST_SET)
		return lower_set(l, e, env, scope);
	if (e->op == EXPR_PARAM)
		return plan_as(l->plan, lower_leaf(l,
		    l->tree->params.items[e->index].value, env, scope),
		    plan_register(e->type));
	if (e->op == EXPR_NONE)
		return constant(l, e, scope, CONSTANT_NONE, 0);
	if (e->op == EXPR_TODAY)
		return constant(l, e, scope, CONSTANT_TODAY, 0);
	if (e->op == EXPR_EXTENT)
		return constant(l, e, scope, CONSTANT_EXTENT, e->index);
	assert(e->op == EXPR_CONST);	/* messages are never lowered */
	return constant(l, e, scope, CONSTANT_VALUE, e->cell);
}

/* --- operators ------------------------------------------------------------ */

static plan_ref make1(struct lowering *l, enum opcode op, struct scope *scope,
    struct type of, plan_ref a, uint32_t imm)
{
	return plan_make(l->plan, op, scope->frame, of, a, PLAN_NONE, PLAN_NONE,
	    imm);
}

static plan_ref make2(struct lowering *l, enum opcode op, struct scope *scope,
    struct type of, plan_ref a, plan_ref b, uint32_t imm)
{
	return plan_make(l->plan, op, scope->frame, of, a, b, PLAN_NONE, imm);
}

plan_ref lower_as(struct lowering *l, const struct expr *e,
    struct environment *env,
    struct scope *scope, enum register_type reg)
{
	return plan_as(l->plan, lower(l, e, env, scope), reg);
}

static plan_ref fold_case(struct lowering *l, plan_ref value,
    struct scope *scope, bool fold)
{
	struct type caseless = { .tag = TYPE_CASELESS };

	return fold ? make1(l, OPCODE_FOLD, scope, caseless, value, 0) : value;
}

/* Both as truths if both are, else as what the wider of them needs. */
static plan_ref lower_eq(struct lowering *l, const struct expr *e,
    struct environment *env, struct scope *scope)
{
	enum register_type reg = plan_register(e->arg[0]->type);
	enum opcode op = reg == REGISTER_NUMBER ? OPCODE_EQ_N : OPCODE_EQ_T;
	plan_ref a, b;

	if (reg == REGISTER_SCALAR ||
	    plan_register(e->arg[1]->type) == REGISTER_SCALAR) {
		reg = REGISTER_SCALAR;
		op = OPCODE_EQ_S;
	}
	a = lower_as(l, e->arg[0], env, scope, reg);
	b = lower_as(l, e->arg[1], env, scope, reg);
	return make2(l, op, scope, truth_type, a, b, 0);
}

static plan_ref lower_order(struct lowering *l, const struct expr *e,
    struct environment *env, struct scope *scope)
{
	bool number = type_is_number(e->arg[0]->type);
	enum opcode op = e->op == EXPR_LT ? number ? OPCODE_LT_N : OPCODE_LT_V
	    : number ? OPCODE_LE_N : OPCODE_LE_V;
	plan_ref a = lower(l, e->arg[0], env, scope);
	plan_ref b = lower(l, e->arg[1], env, scope);

	return make2(l, op, scope, truth_type, a, b, 0);
}

static plan_ref lower_pattern(struct lowering *l, const struct expr *e,
    struct environment *env, struct scope *scope)
{
	plan_ref text = lower(l, e->arg[0], env, scope);
	uint32_t pattern = plan_pattern(l->plan,
	    e->op == EXPR_LIKE ? PATTERN_GLOB : PATTERN_REGEX,
	    e->arg[0]->type.tag == TYPE_CASELESS, e->text);

	return make1(l, OPCODE_MATCH, scope, truth_type, text, pattern);
}

/* Texts compare as they are held, so a string meets a caseless text folded. */
static plan_ref lower_affix(struct lowering *l, const struct expr *e,
    struct environment *env, struct scope *scope)
{
	bool first = e->arg[0]->type.tag == TYPE_CASELESS;
	bool second = e->arg[1]->type.tag == TYPE_CASELESS;
	plan_ref a = lower(l, e->arg[0], env, scope);
	plan_ref b = lower(l, e->arg[1], env, scope);

	a = fold_case(l, a, scope, second && !first);
	b = fold_case(l, b, scope, first && !second);
	return make2(l, e->op == EXPR_STARTS ? OPCODE_STARTS : OPCODE_ENDS,
	    scope, truth_type, a, b, 0);
}

static plan_ref lower_in_net(struct lowering *l, const struct expr *e,
    struct environment *env, struct scope *scope)
{
	plan_ref a = lower(l, e->arg[0], env, scope);
	plan_ref b = lower(l, e->arg[1], env, scope);

	return make2(l, OPCODE_IN_NET, scope, truth_type, a, b, 0);
}

static plan_ref lower_known(struct lowering *l, const struct expr *e,
    struct environment *env, struct scope *scope)
{
	plan_ref a = lower(l, e->arg[0], env, scope);
	enum opcode op = OPCODE_KNOWN_T;

	/* Of what was not listed nobody can say what is known. */
	if (environment_hides(l, env, e->arg[0]))
		return plan_unknown(l->plan, scope->frame, truth_type);
	switch (plan_register(e->arg[0]->type)) {
	case REGISTER_TRUTH: op = OPCODE_KNOWN_T; break;
	case REGISTER_SCALAR: op = OPCODE_KNOWN_S; break;
	case REGISTER_NUMBER: op = OPCODE_KNOWN_N; break;
	case REGISTER_WORDS: op = OPCODE_KNOWN_W; break;
	case REGISTER_NUMBERS: op = OPCODE_KNOWN_M; break;
	}
	return make1(l, op, scope, truth_type, a, 0);
}

static plan_ref lower_absent(struct lowering *l, const struct expr *e,
    struct environment *env, struct scope *scope)
{
	bool number = type_is_number(e->arg[0]->type);
	plan_ref a = lower_as(l, e->arg[0], env, scope,
	    number ? REGISTER_NUMBER : REGISTER_SCALAR);

	return make1(l, number ? OPCODE_ABSENT_N : OPCODE_ABSENT_S, scope,
	    truth_type, a, 0);
}

static plan_ref lower_assume(struct lowering *l, const struct expr *e,
    struct environment *env, struct scope *scope)
{
	enum register_type reg = plan_register(e->arg[0]->type);
	enum opcode op = reg == REGISTER_TRUTH ? OPCODE_ASSUME_T
	    : reg == REGISTER_NUMBER ? OPCODE_ASSUME_N : OPCODE_ASSUME_S;
	plan_ref a = lower(l, e->arg[0], env, scope);
	plan_ref b;

	if (environment_hides(l, env, e->arg[0]))
		return plan_as(l->plan, a, plan_register(e->type));
	b = lower_as(l, e->arg[1], env, scope, reg);
	return plan_as(l->plan, make2(l, op, scope, e->arg[0]->type, a, b, 0),
	    plan_register(e->type));
}

/* Dates count days and durations seconds, so sums of the two are told apart. */
/* A duration and a date were exchanged. */
static plan_ref lower_sum(struct lowering *l, const struct expr *e,
    struct environment *env, struct scope *scope)
{
	bool dates[2] = { e->arg[0]->type.tag == TYPE_DATE,
	    e->arg[1]->type.tag == TYPE_DATE };
	uint32_t unit = dates[0] && dates[1] ? UNIT_DATES
	    : dates[0] ? UNIT_DAYS : UNIT_PLAIN;
	enum opcode op = e->op == EXPR_ADD ? OPCODE_ADD : OPCODE_SUBTRACT;
	plan_ref a = lower(l, e->arg[0], env, scope);
	plan_ref b = lower(l, e->arg[1], env, scope);

	return make2(l, op, scope, e->type, a, b, unit);
}

static plan_ref lower_product(struct lowering *l, const struct expr *e,
    struct environment *env, struct scope *scope)
{
	plan_ref a = lower(l, e->arg[0], env, scope);
	plan_ref b = lower(l, e->arg[1], env, scope);

	return make2(l, e->op == EXPR_MULTIPLY ? OPCODE_MULTIPLY : OPCODE_DIVIDE,
	    scope, e->type, a, b, 0);
}

static plan_ref lower_text(struct lowering *l, const struct expr *e,
    struct environment *env, struct scope *scope)
{
	bool number = type_is_number(e->arg[0]->type);
	struct type string = { .tag = TYPE_STRING };
	plan_ref a = lower_as(l, e->arg[0], env, scope,
	    number ? REGISTER_NUMBER : REGISTER_SCALAR);

	a = make1(l, number ? OPCODE_TEXT_N : OPCODE_TEXT_S, scope, string, a,
	    program_type_imm(e->arg[0]->type));
	return fold_case(l, a, scope, e->type.tag == TYPE_CASELESS);
}

static plan_ref lower_concat(struct lowering *l, const struct expr *e,
    struct environment *env, struct scope *scope)
{
	struct type string = { .tag = TYPE_STRING };
	plan_ref a = lower(l, e->arg[0], env, scope);
	plan_ref b = lower(l, e->arg[1], env, scope);

	return fold_case(l, make2(l, OPCODE_CONCAT, scope, string, a, b, 0),
	    scope, e->type.tag == TYPE_CASELESS);
}

static enum opcode field_op(enum register_type reg)
{
	switch (reg) {
	case REGISTER_TRUTH: return OPCODE_FIELD_T;
	case REGISTER_SCALAR: return OPCODE_FIELD_S;
	case REGISTER_NUMBER: return OPCODE_FIELD_N;
	case REGISTER_WORDS: return OPCODE_FIELD_W;
	case REGISTER_NUMBERS: return OPCODE_FIELD_M;
	}
	return OPCODE_COUNT;
}

/* --- and, or -------------------------------------------------------------- */

void join_add_value(struct lowering *l, struct join *join, plan_ref value,
    struct scope *home)
{
	*VEC_PUSH(l->arena, &join->items) =
	    (struct joined){ .value = value, .home = home };
}

/* What E means here, when it is joined as JOIN joins or negated joins so. */
void join_add(struct lowering *l, struct join *join, const struct expr *e,
    bool negated)
{
	while (e->op == EXPR_NOT) {
		e = e->arg[0];
		negated = !negated;
	}
	if (e->op == (join->any != negated ? EXPR_OR : EXPR_AND)) {
		join_add(l, join, e->arg[0], negated);
		join_add(l, join, e->arg[1], negated);
		return;
	}
	*VEC_PUSH(l->arena, &join->items) =
	    (struct joined){ .expr = e, .negated = negated };
}

static plan_ref join_two(struct lowering *l, const struct join *join,
    plan_ref a, plan_ref b)
{
	if (a == PLAN_NONE)
		return b;
	return join->any ? plan_or(l->plan, a, b) : plan_and(l->plan, a, b);
}

static plan_ref join_value(struct lowering *l, struct joined *item,
    struct environment *env)
{
	if (!item->expr)
		return item->value;
	return lower(l, item->expr, env, item->home) ^ item->negated;
}

/* All items of the home of the item FROM, in that home. */
static plan_ref join_home(struct lowering *l, struct join *join, size_t from,
    struct environment *env)
{
	struct scope *home = join->items.items[from].home;
	plan_ref all = PLAN_NONE;

	for (size_t i = from; i < join->items.count; i++)
		if (join->items.items[i].home == home)
			all = join_two(l, join, all,
			    join_value(l, &join->items.items[i], env));
	return all;
}

plan_ref lower_join(struct lowering *l, struct join *join,
    struct environment *env,
    struct scope *scope)
{
	plan_ref all = PLAN_NONE;

	for (size_t i = 0; i < join->items.count; i++) {
		struct joined *item = &join->items.items[i];
		size_t k = 0;

		if (item->expr)
			item->home = home_of(l, item->expr, env, scope);
		while (join->items.items[k].home != item->home)
			k++;
		item->first = k == i;
	}
	for (size_t i = 0; i < join->items.count; i++)
		if (join->items.items[i].first)
			all = join_two(l, join, all, carry(l, join_home(l, join,
			    i, env),
			    join->items.items[i].home, scope));
	if (all == PLAN_NONE)
		return plan_truth(l->plan, scope->frame, !join->any);
	return all;
}

static plan_ref lower_logic(struct lowering *l, const struct expr *e,
    struct environment *env, struct scope *scope)
{
	struct join join = { .any = e->op == EXPR_OR };

	join_add(l, &join, e, false);
	return lower_join(l, &join, env, scope);
}

/* --- one expression, in its home ------------------------------------------ */

static plan_ref lower_here(struct lowering *l, const struct expr *e,
    struct environment *env, struct scope *scope)
{
	switch (e->op) {
	case EXPR_CONST: case EXPR_NONE: case EXPR_CONST_SET: case EXPR_TODAY:
	case EXPR_PARAM: case EXPR_VARIABLE: case EXPR_EXTENT:
	case EXPR_WITNESS: case EXPR_MESSAGE: case EXPR_COUNT_OF:
		return lower_leaf(l, e, env, scope);
	case EXPR_ATTRIBUTE:
		return lower_attribute(l, e, env, scope);
	case EXPR_FIELD:
		return make1(l, field_op(plan_register(e->type)), scope, e->type,
		    lower(l, e->arg[0], env, scope), e->index);
	case EXPR_CALL:
		return lower_call(l, e, env, scope);
	case EXPR_RELATION:
		return lower_atom(l, e, env, scope);
	case EXPR_REACHES:
		return lower_reaches(l, e, env, scope);
	case EXPR_NOT:
		return plan_not(lower(l, e->arg[0], env, scope));
	case EXPR_AND: case EXPR_OR:
		return lower_logic(l, e, env, scope);
	case EXPR_EQ:
		return lower_eq(l, e, env, scope);
	case EXPR_LT: case EXPR_LE:
		return lower_order(l, e, env, scope);
	case EXPR_LIKE: case EXPR_MATCHES:
		return lower_pattern(l, e, env, scope);
	case EXPR_STARTS: case EXPR_ENDS:
		return lower_affix(l, e, env, scope);
	case EXPR_IN_NET:
		return lower_in_net(l, e, env, scope);
	case EXPR_IS_KIND:
		return make1(l, OPCODE_IS_KIND, scope, truth_type,
		    lower(l, e->arg[0], env, scope), e->index);
	case EXPR_KNOWN:
		return lower_known(l, e, env, scope);
	case EXPR_ABSENT:
		return lower_absent(l, e, env, scope);
	case EXPR_ASSUME:
		return lower_assume(l, e, env, scope);
	case EXPR_NEGATE:
		return make1(l, OPCODE_NEGATE, scope, e->type,
		    lower(l, e->arg[0], env, scope), 0);
	case EXPR_ADD: case EXPR_SUBTRACT:
		return lower_sum(l, e, env, scope);
	case EXPR_MULTIPLY: case EXPR_DIVIDE:
		return lower_product(l, e, env, scope);
	case EXPR_CONCAT:
		return lower_concat(l, e, env, scope);
	case EXPR_TEXT:
		return lower_text(l, e, env, scope);
	case EXPR_LOWER:
		return make1(l, OPCODE_FOLD, scope, e->type,
		    lower(l, e->arg[0], env, scope), 0);
	case EXPR_IN: case EXPR_SUBSET: case EXPR_SAME: case EXPR_ASSUME_COMPLETE:
	case EXPR_SET: case EXPR_UNION: case EXPR_INTERSECT: case EXPR_WITHOUT:
	case EXPR_COUNT:
		return lower_set(l, e, env, scope);
	case EXPR_ANY: case EXPR_ALL: case EXPR_COLLECT: case EXPR_COUNT_WHERE:
	case EXPR_SUM: case EXPR_MIN: case EXPR_MAX:
		return lower_fold(l, e, env, scope);
	}
	return plan_unknown(l->plan, scope->frame, e->type);
}

static plan_ref lower_placed(struct lowering *l, const struct expr *e,
    struct environment *env, struct scope *scope)
{
	struct scope *home;

	if (is_leaf(e))
		return lower_leaf(l, e, env, scope);
	home = home_of(l, e, env, scope);
	return carry(l, lower_here(l, e, env, home), home, scope);
}

plan_ref lower(struct lowering *l, const struct expr *e, struct environment *env,
    struct scope *scope)
{
	struct span outer = l->plan->span;
	plan_ref value;

	l->plan->span = e->span;
	if (lower_enter(l, e->span))
		value = lower_placed(l, e, env, scope);
	else
		value = plan_unknown(l->plan, scope->frame, e->type);
	lower_leave(l);
	l->plan->span = outer;
	return value;
}
