/* SPDX-License-Identifier: Apache-2.0 */
/* check_text - like, matches, starts with, ends with. */
#include "base/limits.h"
#include "compiler/check.h"
#include "vm/regex.h"

static bool is_text(const struct expr *e)
{
	return !e->type.set && (e->type.tag == TYPE_STRING ||
	    e->type.tag == TYPE_CASELESS);
}

/* Is E one text with letters in it?  Versions and addresses are not. */
static bool is_searched(struct scope *scope, struct expr *e)
{
	struct diagnostic *d;

	if (expr_is_error(e))
		return false;
	if (is_text(e))
		return check_is_there(scope, e);
	d = diag_add(scope->front->all, DIAG_E2008, e->span,
	    "%.*s is of type `%.*s`, not a text",
	    STR_ARG(expr_quote(scope, e->span)),
	    STR_ARG(front_type_text(scope->front, e->type)));
	if (e->type.tag == TYPE_VERSION)
		diag_help(scope->front->all, d, "compare versions with `<`");
	if (e->type.tag == TYPE_IP)
		diag_help(scope->front->all, d,
		    "ask whether it is `in` a network");
	if (e->type.set && type_is_text(e->type))
		diag_help(scope->front->all, d, "use `any x in ...:`");
	return false;
}

static bool is_pattern(struct scope *scope, const struct ast *pattern)
{
	if (pattern->kind == AST_STRING)
		return true;
	diag_add(scope->front->all, DIAG_E2011, pattern->span,
	    "a pattern is written out, between quotes");
	return false;
}

static bool is_regex(struct scope *scope, const struct ast *pattern,
    bool caseless)
{
	struct diagnostics *all = scope->front->all;
	char why[256] = "";
	struct regex *regex;

	if (pattern->text.length > limit_get(LIMIT_REGEX)) {
		diag_add(all, DIAG_E2012, pattern->span,
		    "this regular expression is longer than %llu bytes "
		    "(limit `%s`)",
		    (unsigned long long)limit_get(LIMIT_REGEX),
		    limit_name(LIMIT_REGEX));
		return false;
	}
	regex = regex_new(pattern->text.at, pattern->text.length, caseless,
	    limit_get(LIMIT_REGEX_MEMORY), why, sizeof(why));
	if (regex) {
		regex_free(regex);
		return true;
	}
	diag_add(all, DIAG_E2012, pattern->span,
	    "this is no regular expression: %s", why);
	return false;
}

static struct expr *check_pattern(struct scope *scope, const struct ast *ast)
{
	const struct ast *pattern = ast->slot[1];
	struct expr *e = check_expr(scope, ast->slot[0], ANY_TYPE);
	bool is_like = ast->op == OP_LIKE;

	if (!is_searched(scope, e) || !is_pattern(scope, pattern))
		return expr_error(scope, ast->span);
	if (!is_like && !is_regex(scope, pattern,
	    e->type.tag == TYPE_CASELESS))
		return expr_error(scope, ast->span);
	e = expr_truth(scope, is_like ? EXPR_LIKE : EXPR_MATCHES, ast->span,
	    e, NULL);
	e->text = pattern->text;
	return e;
}

/* Two texts: what one is said to be goes for the other where it is a text. */
static struct pair check_texts(struct scope *scope, const struct ast *ast)
{
	bool turned = check_wants_type(scope, ast->slot[0]) &&
	    !check_wants_type(scope, ast->slot[1]);
	struct expr *first = check_expr(scope, ast->slot[turned], ANY_TYPE);
	struct expr *second = check_expr(scope, ast->slot[!turned],
	    is_text(first) ? first->type : LOST_TYPE);

	return turned ? (struct pair){ second, first } : (struct pair){ first, second };
}

struct expr *check_text_test(struct scope *scope, const struct ast *ast,
    struct type expected)
{
	struct pair pair;
	bool left, right;

	(void)expected;
	if (ast->op == OP_LIKE || ast->op == OP_MATCHES)
		return check_pattern(scope, ast);
	pair = check_texts(scope, ast);
	left = is_searched(scope, pair.left);
	right = is_searched(scope, pair.right);
	if (!left || !right)
		return expr_error(scope, ast->span);
	return expr_truth(scope, ast->op == OP_STARTS ? EXPR_STARTS
	    : EXPR_ENDS, ast->span, pair.left, pair.right);
}
