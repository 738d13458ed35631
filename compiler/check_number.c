/* SPDX-License-Identifier: Apache-2.0 */
/* check_number - + - * /, of numbers, dates and durations; + of texts. */
#include "compiler/check.h"

#define INT_TYPE	((struct type){ .tag = TYPE_INT })

/* OP of LEFT and RIGHT gives RESULT; TURNED: with its operands exchanged. */
static const struct rule_of {
	enum ast_op op;
	enum type_tag left, right, result;
	bool turned;
} rules[] = {
	{ OP_ADD, TYPE_INT, TYPE_INT, TYPE_INT, false },
	{ OP_ADD, TYPE_DATE, TYPE_DURATION, TYPE_DATE, false },
	{ OP_ADD, TYPE_DURATION, TYPE_DATE, TYPE_DATE, true },
	{ OP_ADD, TYPE_DURATION, TYPE_DURATION, TYPE_DURATION, false },
	{ OP_SUB, TYPE_INT, TYPE_INT, TYPE_INT, false },
	{ OP_SUB, TYPE_DATE, TYPE_DATE, TYPE_DURATION, false },
	{ OP_SUB, TYPE_DATE, TYPE_DURATION, TYPE_DATE, false },
	{ OP_SUB, TYPE_DURATION, TYPE_DURATION, TYPE_DURATION, false },
	{ OP_MUL, TYPE_INT, TYPE_INT, TYPE_INT, false },
	{ OP_MUL, TYPE_DURATION, TYPE_INT, TYPE_DURATION, false },
	{ OP_MUL, TYPE_INT, TYPE_DURATION, TYPE_DURATION, true },
	{ OP_DIV, TYPE_INT, TYPE_INT, TYPE_INT, false },
	{ OP_DIV, TYPE_DURATION, TYPE_INT, TYPE_DURATION, false },
};

static enum expr_op op_of(enum ast_op op)
{
	if (op == OP_ADD)
		return EXPR_ADD;
	if (op == OP_SUB)
		return EXPR_SUBTRACT;
	return op == OP_MUL ? EXPR_MULTIPLY : EXPR_DIVIDE;
}

static const struct rule_of *find_rule(enum ast_op op,
    const struct pair *pair)
{
	if (pair->left->type.set || pair->right->type.set)
		return NULL;
	for (size_t i = 0; i < sizeof(rules) / sizeof(*rules); i++)
		if (rules[i].op == op &&
		    rules[i].left == (enum type_tag)pair->left->type.tag &&
		    rules[i].right == (enum type_tag)pair->right->type.tag)
			return &rules[i];
	return NULL;
}

static struct expr *report_operands(struct scope *scope,
    const struct ast *ast, const struct pair *pair)
{
	struct diagnostics *all = scope->front->all;
	struct diagnostic *d = diag_add(all, DIAG_E2008, ast->span,
	    "`%s` does not go with `%.*s` and `%.*s`",
	    ast_op_spelling(ast->op),
	    STR_ARG(front_type_text(scope->front, pair->left->type)),
	    STR_ARG(front_type_text(scope->front, pair->right->type)));

	if (ast->op == OP_ADD && pair->left->type.set)
		diag_help(all, d, "sets are joined by `union`");
	if (ast->op == OP_SUB && pair->left->type.set)
		diag_help(all, d, "elements are left out by `without`");
	return expr_error(scope, ast->span);
}

/* --- texts -------------------------------------------------------------- */

/* Of what is no set. */
static bool is_string(const struct expr *e)
{
	return e->type.tag == TYPE_STRING || e->type.tag == TYPE_CASELESS;
}

/* May E stand beside a text? */
static bool has_text(const struct expr *e)
{
	return !e->type.set && e->type.tag != TYPE_ENTITY &&
	    e->type.tag != TYPE_BOOL && e->type.tag != TYPE_NONE;
}

static struct expr *as_text(struct scope *scope, struct expr *e,
    struct type type)
{
	return is_string(e) ? e
	    : expr_unary(scope, EXPR_TEXT, type, e->span, e);
}

static struct expr *concatenate(struct scope *scope, const struct ast *ast,
    const struct pair *pair)
{
	struct type type = { .tag = TYPE_STRING };

	if (!check_is_there(scope, pair->left) ||
	    !check_is_there(scope, pair->right))
		return expr_error(scope, ast->span);
	if (pair->left->type.tag == TYPE_CASELESS ||
	    pair->right->type.tag == TYPE_CASELESS)
		type.tag = TYPE_CASELESS;
	return expr_binary(scope, EXPR_CONCAT, type, ast->span,
	    as_text(scope, pair->left, type),
	    as_text(scope, pair->right, type));
}

/* --- numbers ------------------------------------------------------------ */

static bool is_zero(const struct expr *e)
{
	return e->op == EXPR_CONST && e->cell == 0;
}

static struct expr *calculate(struct scope *scope, const struct ast *ast,
    const struct pair *pair, const struct rule_of *rule)
{
	struct type type = { .tag = (uint8_t)rule->result };
	bool left = check_is_there(scope, pair->left);
	bool right = check_is_there(scope, pair->right);

	if (ast->op == OP_DIV && is_zero(pair->right)) {
		diag_add(scope->front->all, DIAG_E2013, pair->right->span,
		    "a division by zero has no result");
		right = false;
	}
	if (!left || !right)
		return expr_error(scope, ast->span);
	return expr_binary(scope, op_of(ast->op), type, ast->span,
	    rule->turned ? pair->right : pair->left,
	    rule->turned ? pair->left : pair->right);
}

struct expr *check_arithmetic(struct scope *scope, const struct ast *ast,
    struct type expected)
{
	struct pair pair = {
		check_expr(scope, ast->slot[0], ANY_TYPE),
		check_expr(scope, ast->slot[1], ANY_TYPE),
	};
	const struct rule_of *rule = find_rule(ast->op, &pair);

	(void)expected;
	if (expr_is_error(pair.left) || expr_is_error(pair.right))
		return expr_error(scope, ast->span);
	if (ast->op == OP_ADD && has_text(pair.left) &&
	    has_text(pair.right) &&
	    (is_string(pair.left) || is_string(pair.right)))
		return concatenate(scope, ast, &pair);
	if (!rule)
		return report_operands(scope, ast, &pair);
	return calculate(scope, ast, &pair, rule);
}

struct expr *check_negative(struct scope *scope, const struct ast *ast,
    struct type expected)
{
	const struct ast *operand = ast->slot[0];
	struct expr *e;

	(void)expected;
	if (operand->kind == AST_INTEGER)
		return expr_number(scope, ast->span, -front_integer(operand));
	e = check_expr(scope, operand, ANY_TYPE);
	if (expr_is_error(e) || !check_is_there(scope, e))
		return expr_error(scope, ast->span);
	if (!e->type.set && (e->type.tag == TYPE_INT ||
	    e->type.tag == TYPE_DURATION))
		return expr_unary(scope, EXPR_NEGATE, e->type, ast->span, e);
	diag_add(scope->front->all, DIAG_E2008, ast->span,
	    "`-` does not go with `%.*s`",
	    STR_ARG(front_type_text(scope->front, e->type)));
	return expr_error(scope, ast->span);
}
