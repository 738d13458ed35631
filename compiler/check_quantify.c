/* SPDX-License-Identifier: Apache-2.0 */
/* check_quantify - what binds variables: any, all, count, sum, { e for x in S }. */
#include "base/limits.h"
#include "compiler/check.h"
#include "vm/fault.h"

struct bound {
	struct variable **variables;
	struct expr **sets;
	uint32_t count;
	struct expr *where;		/* or NULL */
	size_t mark;			/* what was known before */
};

static void check_depth(struct scope *scope, const struct ast *ast,
    uint32_t more)
{
	uint64_t most = limit_get(LIMIT_QUANTIFIER_DEPTH);

	if (scope->depth <= most && scope->depth + more > most)
		diag_add(scope->front->all, DIAG_E4004, ast->span,
		    "more than %llu variables are bound inside each other "
		    "(limit `%s`)", (unsigned long long)most,
		    limit_name(LIMIT_QUANTIFIER_DEPTH));
	scope->depth += more;
}

static void bind(struct scope *scope, const struct ast *binder,
    struct bound *bound)
{
	struct expr *set = check_set(scope, binder->slot[0], ANY_TYPE);
	struct variable *v = scope_variable(scope, binder->text,
	    binder->name, type_element(set->type));

	bound->sets[bound->count] = set;
	bound->variables[bound->count++] = v;
	scope_enter(scope, v, "binder");
}

/* Makes the binders visible, and what `where` says known. */
static struct bound open_binders(struct scope *scope, const struct ast *ast,
    const struct ast *where)
{
	struct arena *arena = scope->front->arena;
	struct bound bound = { .mark = scope->present.count };

	bound.variables = ARENA_ARRAY(arena, struct variable *, ast->count);
	bound.sets = ARENA_ARRAY(arena, struct expr *, ast->count);
	check_depth(scope, ast, ast->count);
	for (uint32_t i = 0; i < ast->count; i++)
		bind(scope, ast->items[i], &bound);
	if (where) {
		bound.where = check_truth(scope, where);
		scope_assume(scope, bound.where, true);
	}
	return bound;
}

static void close_binders(struct scope *scope, const struct bound *bound,
    bool report)
{
	scope_forget(scope, bound->mark);
	scope->depth -= bound->count;
	scope_leave(scope, bound->count, report);
}

static bool has_error(const struct bound *bound)
{
	for (uint32_t i = 0; i < bound->count; i++)
		if (expr_is_error(bound->sets[i]))
			return true;
	return bound->where && expr_is_error(bound->where);
}

/* One node over binder I; its variable ranges over its set in INNER. */
static struct expr *over(struct scope *scope, enum expr_op op,
    struct type type, struct span span, const struct bound *bound,
    uint32_t i, struct expr *inner)
{
	struct expr *e = expr_binary(scope, op, type, span, bound->sets[i],
	    inner);

	e->variable = bound->variables[i];
	e->index = e->variable->index;
	return e;
}

/* --- truths ------------------------------------------------------------- */

static struct expr *quantify(struct scope *scope, const struct ast *ast,
    const struct bound *bound, struct expr *body)
{
	bool is_all = ast->op == OP_ALL;
	struct expr *e = body;

	if (bound->where && is_all)
		e = expr_truth(scope, EXPR_OR, ast->span,
		    expr_contrary(scope, bound->where), body);
	else if (bound->where)
		e = expr_truth(scope, EXPR_AND, ast->span, bound->where, body);
	for (uint32_t i = bound->count; i > 0; i--)
		e = over(scope, is_all ? EXPR_ALL : EXPR_ANY, TRUTH_TYPE,
		    ast->span, bound, i - 1, e);
	return ast->op == OP_NO ? expr_not(scope, e) : e;
}

/* How many bindings satisfy CONDITION. */
static struct expr *count_where(struct scope *scope, struct span span,
    const struct bound *bound, struct expr *condition)
{
	struct type number = { .tag = TYPE_INT };
	struct expr *e = over(scope, EXPR_COUNT_WHERE, number, span, bound,
	    bound->count - 1, condition);

	for (uint32_t i = bound->count - 1; i > 0; i--)
		e = over(scope, EXPR_SUM, number, span, bound, i - 1, e);
	return e;
}

static struct expr *compare_count(struct scope *scope, const struct ast *ast,
    const struct bound *bound, struct expr *number, struct expr *body)
{
	struct expr *e = body;

	if (bound->where)
		e = expr_truth(scope, EXPR_AND, ast->span, bound->where, body);
	e = count_where(scope, ast->span, bound, e);
	if (ast->op == OP_EXACTLY)
		e = expr_truth(scope, EXPR_EQ, ast->span, e, number);
	else if (ast->op == OP_AT_LEAST)
		e = expr_truth(scope, EXPR_LE, ast->span, number, e);
	else
		e = expr_truth(scope, fault_is(FAULT_CHECK_AT_MOST) ? EXPR_LT
		    : EXPR_LE, ast->span, e, number);
	return check_possible(scope, e);
}

struct expr *check_quantifier(struct scope *scope, const struct ast *ast,
    struct type expected)
{
	struct type number = { .tag = TYPE_INT };
	bool is_counted = ast->op == OP_EXACTLY || ast->op == OP_AT_LEAST ||
	    ast->op == OP_AT_MOST;
	struct expr *wanted = is_counted
	    ? check_as(scope, ast->slot[0], number) : NULL;
	struct bound bound = open_binders(scope, ast, ast->slot[1]);
	struct expr *body = check_truth(scope, ast->slot[2]);

	(void)expected;
	close_binders(scope, &bound, true);
	if (has_error(&bound) || expr_is_error(body) ||
	    (wanted && expr_is_error(wanted)))
		return expr_error(scope, ast->span);
	return is_counted
	    ? compare_count(scope, ast, &bound, wanted, body)
	    : quantify(scope, ast, &bound, body);
}

/* --- folds -------------------------------------------------------------- */

/* Bindings may be counted without asking anything of them. */
static void use_binders(struct scope *scope, const struct bound *bound)
{
	for (uint32_t i = 0; i < bound->count; i++)
		scope_find(scope, bound->variables[i]->name)->used = true;
}

static struct expr *count_bindings(struct scope *scope, const struct ast *ast)
{
	struct bound bound = open_binders(scope, ast, ast->slot[1]);
	struct expr *condition = bound.where;

	if (bound.count > 1 && !condition)
		use_binders(scope, &bound);
	close_binders(scope, &bound, true);
	if (has_error(&bound))
		return expr_error(scope, ast->span);
	if (!condition) {
		condition = expr_new(scope, EXPR_CONST, TRUTH_TYPE, ast->span);
		condition->cell = 1;
	}
	return count_where(scope, ast->span, &bound, condition);
}

static struct expr *count_set(struct scope *scope, const struct ast *ast,
    struct expr *set)
{
	if (expr_is_error(set))
		return expr_error(scope, ast->span);
	return expr_unary(scope, EXPR_COUNT,
	    (struct type){ .tag = TYPE_INT }, ast->span, set);
}

static struct expr *collect(struct scope *scope, const struct ast *ast,
    const struct bound *bound, struct expr *element)
{
	struct type type = type_set_of(element->type);
	struct expr *e = over(scope, EXPR_COLLECT, type, ast->span, bound,
	    bound->count - 1, element);

	e->arg[2] = bound->where;
	for (uint32_t i = bound->count - 1; i > 0; i--)
		e = over(scope, EXPR_COLLECT, type, ast->span, bound, i - 1,
		    e);
	return e;
}

struct expr *check_comprehension(struct scope *scope, const struct ast *ast,
    struct type expected)
{
	struct bound bound = open_binders(scope, ast, ast->slot[1]);
	struct type hint = expected.set ? type_element(expected)
	    : expected.tag == TYPE_COUNT ? LOST_TYPE : ANY_TYPE;
	struct expr *element = check_expr(scope, ast->slot[0], hint);

	close_binders(scope, &bound, true);
	if (element->type.tag == TYPE_NONE) {
		diag_add(scope->front->all, DIAG_E2003, element->span,
		    "none is never in a set");
		return expr_error(scope, ast->span);
	}
	if (has_error(&bound) || expr_is_error(element))
		return expr_error(scope, ast->span);
	return collect(scope, ast, &bound, element);
}

static enum expr_op fold_op(enum ast_op op)
{
	return op == OP_SUM ? EXPR_SUM : op == OP_MIN ? EXPR_MIN : EXPR_MAX;
}

/* Can VALUE be added up (SUM), or has it an order (MIN, MAX)? */
static bool is_foldable(struct scope *scope, const struct ast *ast,
    struct expr *value)
{
	if (expr_is_error(value))
		return false;
	if (!value->type.set && type_is_number(value->type) &&
	    (ast->op != OP_SUM || value->type.tag != TYPE_DATE))
		return check_is_there(scope, value);
	diag_add(scope->front->all, DIAG_E2008, value->span,
	    "`%s` does not go with `%.*s`", ast_op_spelling(ast->op),
	    STR_ARG(front_type_text(scope->front, value->type)));
	return false;
}

static struct expr *fold(struct scope *scope, const struct ast *ast)
{
	struct bound bound = open_binders(scope, ast, ast->slot[1]);
	struct expr *value = check_expr(scope, ast->slot[0], ANY_TYPE), *e;
	bool is_fine = is_foldable(scope, ast, value) && !has_error(&bound);
	struct type type = type_optional(value->type, ast->op != OP_SUM);

	close_binders(scope, &bound, true);
	if (!is_fine)
		return expr_error(scope, ast->span);
	e = over(scope, fold_op(ast->op), type, ast->span, &bound,
	    bound.count - 1, value);
	e->arg[2] = bound.where;
	for (uint32_t i = bound.count - 1; i > 0; i--)
		e = over(scope, fold_op(ast->op), type, ast->span, &bound,
		    i - 1, e);
	return e;
}

static struct expr *report_bare_fold(struct scope *scope,
    const struct ast *ast)
{
	const char *word = ast_op_spelling(ast->op);
	struct diagnostic *d;

	check_expr(scope, ast->slot[0], LOST_TYPE);
	d = diag_add(scope->front->all, DIAG_E2014, ast->span,
	    "`%s` over a set would count equal values once", word);
	diag_help(scope->front->all, d,
	    "say of what: `%s(x.size for x in ...)`", word);
	return expr_error(scope, ast->span);
}

struct expr *check_fold(struct scope *scope, const struct ast *ast,
    struct type expected)
{
	(void)expected;
	if (ast->op != OP_COUNT)
		return ast->count == 0 ? report_bare_fold(scope, ast)
		    : fold(scope, ast);
	if (!ast->slot[0])
		return count_bindings(scope, ast);
	if (ast->negated)
		return count_set(scope, ast,
		    check_comprehension(scope, ast, ANY_TYPE));
	return count_set(scope, ast, check_set(scope, ast->slot[0],
	    ANY_TYPE));
}
