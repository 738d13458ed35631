/* SPDX-License-Identifier: Apache-2.0 */
#include "compiler/check.h"

#include "vm/scalar.h"

/* --- literals ----------------------------------------------------------- */

static struct expr *check_literal(struct scope *scope, const struct ast *ast,
    struct type type)
{
	struct literal literal;
	struct expr *e;

	if (!front_literal(scope->front, ast, type, &literal))
		return expr_error(scope, ast->span);
	e = expr_new(scope, EXPR_CONST, type, ast->span);
	e->cell = literal.cell;
	e->text = literal.text;
	return e;
}

static struct expr *check_plain(struct scope *scope, const struct ast *ast,
    struct type expected)
{
	static const struct { enum ast_kind kind; enum type_tag tag; } of[] = {
		{ AST_INTEGER, TYPE_INT }, { AST_DATE, TYPE_DATE },
		{ AST_DURATION, TYPE_DURATION }, { AST_TRUE, TYPE_BOOL },
		{ AST_FALSE, TYPE_BOOL },
	};
	struct type type = { 0 };

	(void)expected;
	for (size_t i = 0; i < sizeof(of) / sizeof(*of); i++)
		if (of[i].kind == ast->kind)
			type.tag = (uint8_t)of[i].tag;
	return check_literal(scope, ast, type);
}

/* A string takes the text type that is expected. */
static struct expr *check_string(struct scope *scope, const struct ast *ast,
    struct type expected)
{
	struct type type = { .tag = TYPE_STRING };

	if (type_is_text(expected) && !expected.set)
		type.tag = expected.tag;
	return check_literal(scope, ast, type);
}

static struct expr *check_none(struct scope *scope, const struct ast *ast,
    struct type expected)
{
	struct type type = { .tag = TYPE_NONE, .optional = true };

	if (expected.tag != TYPE_ERROR && expected.tag != TYPE_COUNT &&
	    expected.optional)
		type = expected;
	return expr_new(scope, EXPR_NONE, type, ast->span);
}

static struct expr *check_today(struct scope *scope, const struct ast *ast,
    struct type expected)
{
	(void)expected;
	return expr_new(scope, EXPR_TODAY, (struct type){ .tag = TYPE_DATE },
	    ast->span);
}

static struct expr *check_self(struct scope *scope, const struct ast *ast,
    struct type expected)
{
	struct local *self = scope_find(scope, STR("self"));

	(void)expected;
	if (self) {
		self->used = true;
		return expr_read(scope, self->variable, ast->span);
	}
	diag_add(scope->front->all, DIAG_E1012, ast->span,
	    "`self` is the entity of a `derive`, and there is none here");
	return expr_error(scope, ast->span);
}

/* --- truths ------------------------------------------------------------- */

static struct expr *check_not(struct scope *scope, const struct ast *ast,
    struct type expected)
{
	struct expr *e;

	if (ast->op != OP_NOT)
		return check_negative(scope, ast, expected);
	e = check_truth(scope, ast->slot[0]);
	return expr_truth(scope, EXPR_NOT, ast->span, e, NULL);
}

/* The left side guards the right one. */
static struct expr *check_logic(struct scope *scope, const struct ast *ast,
    struct type expected)
{
	bool is_and = ast->op == OP_AND;
	struct expr *left = check_truth(scope, ast->slot[0]), *right;
	size_t mark = scope_assume(scope, left, ast->op != OP_OR);

	(void)expected;
	right = check_truth(scope, ast->slot[1]);
	scope_forget(scope, mark);
	if (ast->op == OP_IMPLIES)
		left = expr_contrary(scope, left);
	return expr_truth(scope, is_and ? EXPR_AND : EXPR_OR, ast->span,
	    left, right);
}

static check_function *const operators[OP_COUNT_OF] = {
	[OP_AND] = check_logic, [OP_OR] = check_logic,
	[OP_IMPLIES] = check_logic,
	[OP_EQ] = check_equality, [OP_NE] = check_equality,
	[OP_LT] = check_order, [OP_LE] = check_order,
	[OP_GT] = check_order, [OP_GE] = check_order,
	[OP_IN] = check_in, [OP_NOT_IN] = check_in, [OP_HAS] = check_in,
	[OP_SUBSET] = check_subset,
	[OP_LIKE] = check_text_test, [OP_MATCHES] = check_text_test,
	[OP_STARTS] = check_text_test, [OP_ENDS] = check_text_test,
	[OP_ADD] = check_arithmetic, [OP_SUB] = check_arithmetic,
	[OP_MUL] = check_arithmetic, [OP_DIV] = check_arithmetic,
	[OP_UNION] = check_set_operation,
	[OP_INTERSECT] = check_set_operation,
	[OP_WITHOUT] = check_set_operation,
};

static struct expr *check_binary(struct scope *scope, const struct ast *ast,
    struct type expected)
{
	return operators[ast->op](scope, ast, expected);
}

/* Of what the parser complained of: its declaration is not looked into. */
static struct expr *check_nothing(struct scope *scope, const struct ast *ast,
    struct type expected)
{
	(void)expected;
	return expr_error(scope, ast->span);
}

static check_function *const checkers[AST_COUNT] = {
	[AST_ERROR] = check_nothing,
	[AST_NAME] = check_name, [AST_MEMBER] = check_member,
	[AST_CALL] = check_call,
	[AST_INTEGER] = check_plain, [AST_DATE] = check_plain,
	[AST_DURATION] = check_plain, [AST_TRUE] = check_plain,
	[AST_FALSE] = check_plain, [AST_STRING] = check_string,
	[AST_NONE] = check_none, [AST_TODAY] = check_today,
	[AST_SELF] = check_self,
	[AST_UNARY] = check_not, [AST_BINARY] = check_binary,
	[AST_IN_RANGE] = check_in_range, [AST_IS] = check_is,
	[AST_QUANTIFIER] = check_quantifier, [AST_FOLD] = check_fold,
	[AST_SET] = check_set_literal,
	[AST_COMPREHENSION] = check_comprehension,
	[AST_ASSUMING] = check_assuming, [AST_REACHES] = check_reaches,
};

/* As deep as the syntax tree: LIMIT_EXPRESSION_DEPTH. */
struct expr *check_expr(struct scope *scope, const struct ast *ast,
    struct type expected)
{
	return checkers[ast->kind](scope, ast, expected);
}

/* --- what a place demands ----------------------------------------------- */

/* Which value of the enum leaves the constant out: one does. */
static void note_missing(struct scope *scope, struct diagnostic *d,
    const struct expr *e)
{
	const struct schema *schema = scope->front->schema;
	struct str value;
	int i = 0;

	while (schema_field_value(schema, (uint16_t)e->index, i)->present)
		i++;
	value = schema_value_name(schema, e->arg[0]->type.of, i);
	diag_note(scope->front->all, d, "`%.*s` has no `%.*s`",
	    STR_ARG(value), STR_ARG(schema->fields.items[e->index].name));
}

bool check_is_there(struct scope *scope, struct expr *e)
{
	struct diagnostics *all = scope->front->all;
	struct str quote = expr_quote(scope, e->span);
	struct diagnostic *d;

	if (!e->type.optional)
		return true;
	d = diag_add(all, DIAG_E2004, e->span, "%.*s may be none here",
	    STR_ARG(quote));
	if (e->op == EXPR_ATTRIBUTE || e->op == EXPR_FIELD ||
	    e->op == EXPR_VARIABLE)
		diag_help(all, d, "write `%.*s is not none and ...` first",
		    STR_ARG(source_text(diagnostics_sources(all), e->span)));
	else
		diag_help(all, d, "give it a name with `let`, "
		    "and ask first whether that is none");
	if (e->type.tag == TYPE_BOOL)
		diag_help(all, d, "or compare it: `== true`");
	if (e->op == EXPR_FIELD && !e->arg[0]->type.optional)
		note_missing(scope, d, e);
	return false;
}

static void report_no_truth(struct scope *scope, const struct expr *e)
{
	struct diagnostics *all = scope->front->all;
	struct diagnostic *d = diag_add(all, DIAG_E2009, e->span,
	    "%.*s is of type `%.*s`, not true or false",
	    STR_ARG(expr_quote(scope, e->span)),
	    STR_ARG(front_type_text(scope->front, e->type)));

	if (e->type.set)
		diag_help(all, d, "ask whether it `is empty`, or use "
		    "`any x in ...:`");
}

struct expr *check_truth(struct scope *scope, const struct ast *ast)
{
	struct expr *e = check_expr(scope, ast, TRUTH_TYPE);

	if (expr_is_error(e) || type_is_truth(e->type))
		return e;
	if (e->type.tag == TYPE_BOOL && !e->type.set)
		check_is_there(scope, e);
	else
		report_no_truth(scope, e);
	return expr_error(scope, e->span);
}

static struct expr *report_misfit(struct scope *scope, struct expr *e,
    struct type wanted)
{
	struct front *front = scope->front;
	struct type there = type_optional(e->type, false);
	struct diagnostic *d;

	if (e->type.tag != TYPE_NONE &&
	    type_fits(front->schema, there, wanted)) {
		check_is_there(scope, e);
		return expr_error(scope, e->span);
	}
	d = diag_add(front->all, DIAG_E2001, e->span,
	    "expected `%.*s`, found `%.*s`",
	    STR_ARG(front_type_text(front, wanted)),
	    STR_ARG(front_type_text(front, e->type)));
	if (wanted.set && type_fits(front->schema, e->type,
	    type_element(wanted)))
		diag_help(front->all, d, "write `{ ... }` around it");
	if (e->op == EXPR_CONST && e->type.tag == TYPE_STRING &&
	    wanted.tag == TYPE_ENUM)
		diag_help(front->all, d, "write it without quotes");
	return expr_error(scope, e->span);
}

struct expr *check_as(struct scope *scope, const struct ast *ast,
    struct type type)
{
	struct expr *e = check_expr(scope, ast,
	    type.tag == TYPE_ERROR ? LOST_TYPE : type);

	if (!type_fits(scope->front->schema, e->type, type))
		return report_misfit(scope, e, type);
	if (e->type.tag == TYPE_NONE)
		e->type = type;
	return e;
}

struct expr *check_set(struct scope *scope, const struct ast *ast,
    struct type expected)
{
	struct expr *e = check_expr(scope, ast, expected);
	struct diagnostic *d;

	if (expr_is_error(e) || e->type.set)
		return e;
	d = diag_add(scope->front->all, DIAG_E2007, e->span,
	    "%.*s is no set but one `%.*s`",
	    STR_ARG(expr_quote(scope, e->span)),
	    STR_ARG(front_type_text(scope->front, e->type)));
	if (!e->type.optional)
		diag_help(scope->front->all, d, "write `{ ... }` around it");
	return expr_error(scope, e->span);
}

/* --- two operands ------------------------------------------------------- */

static bool is_meaningful(struct scope *scope, const struct ast *name)
{
	const struct name *found;

	if (scope_find(scope, name->text))
		return true;
	found = names_find(scope->front->names, scope->pack, name->text);
	return found && (NAME_VALUES >> found->sort & 1);
}

bool check_wants_type(struct scope *scope, const struct ast *ast)
{
	if (ast->kind == AST_STRING || ast->kind == AST_NONE)
		return true;
	if (ast->kind == AST_NAME)
		return !is_meaningful(scope, ast);
	if (ast->kind == AST_ASSUMING)
		return check_wants_type(scope, ast->slot[0]);
	if (ast->kind == AST_BINARY && (ast->op == OP_UNION ||
	    ast->op == OP_INTERSECT || ast->op == OP_WITHOUT))
		return check_wants_type(scope, ast->slot[0]) &&
		    check_wants_type(scope, ast->slot[1]);
	if (ast->kind != AST_SET)
		return false;
	for (uint32_t i = 0; i < ast->count; i++)
		if (!check_wants_type(scope, ast->items[i]))
			return false;
	return true;
}

static struct type hint_from(const struct expr *e)
{
	return expr_is_error(e) ? LOST_TYPE : e->type;
}

struct pair check_pair(struct scope *scope, const struct ast *left,
    const struct ast *right, struct type expected)
{
	struct pair pair;

	if (check_wants_type(scope, left) && !check_wants_type(scope, right)) {
		pair.right = check_expr(scope, right, expected);
		pair.left = check_expr(scope, left, hint_from(pair.right));
	} else {
		pair.left = check_expr(scope, left, expected);
		pair.right = check_expr(scope, right, hint_from(pair.left));
	}
	return pair;
}
