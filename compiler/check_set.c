/* SPDX-License-Identifier: Apache-2.0 */
/* check_set - sets that are written out or combined, and ways out of unknown. */
#include "compiler/check.h"

/* --- { a, b } ----------------------------------------------------------- */

/* Where one value is expected its type still tells what the elements mean. */
static struct type element_hint(struct type expected)
{
	return expected.tag == TYPE_NONE ? ANY_TYPE
	    : type_optional(type_element(expected), false);
}

/* An element that says by itself what the others are. */
static uint32_t telling_element(struct scope *scope, const struct ast *ast)
{
	for (uint32_t i = 0; i < ast->count; i++)
		if (!check_wants_type(scope, ast->items[i]))
			return i;
	return 0;
}

static bool is_set_in_set(struct scope *scope, struct expr *e)
{
	struct diagnostic *d;

	if (!e->type.set)
		return false;
	d = diag_add(scope->front->all, DIAG_E2007, e->span,
	    "%.*s is a set: a set cannot hold sets",
	    STR_ARG(expr_quote(scope, e->span)));
	diag_help(scope->front->all, d, "join sets by `union`");
	return true;
}

/* TYPE widened so that E is of it too. */
static bool widen(struct scope *scope, struct expr *e, struct type *type)
{
	struct type joined;

	if (expr_is_error(e) || is_set_in_set(scope, e))
		return false;
	if (e->type.tag == TYPE_NONE) {
		diag_add(scope->front->all, DIAG_E2003, e->span,
		    "none is never in a set");
		return false;
	}
	if (type->tag == TYPE_ERROR) {
		*type = type_optional(e->type, false);
		return true;
	}
	joined = type_join(scope->front->schema, *type, e->type);
	if (joined.tag == TYPE_ERROR) {
		diag_add(scope->front->all, DIAG_E2002, e->span,
		    "`%.*s` and `%.*s` are in one set",
		    STR_ARG(front_type_text(scope->front, *type)),
		    STR_ARG(front_type_text(scope->front, e->type)));
		return false;
	}
	*type = type_optional(joined, false);
	return true;
}

static bool is_same_const(const struct expr *a, const struct expr *b)
{
	return a->cell == b->cell && str_equal(a->text, b->text);
}

/* What is written twice is in the set once. */
static void drop_repeated(struct expr *set)
{
	uint32_t kept = 0;

	for (uint32_t i = 0; i < set->count; i++) {
		uint32_t j = 0;

		while (j < kept && !is_same_const(set->items[j],
		    set->items[i]))
			j++;
		if (j == kept)
			set->items[kept++] = set->items[i];
	}
	set->count = kept;
}

static struct expr *make_set(struct scope *scope, const struct ast *ast,
    struct expr **items, struct type type)
{
	struct expr *set = expr_new(scope, EXPR_CONST_SET, type_set_of(type),
	    ast->span);

	set->items = items;
	set->count = ast->count;
	for (uint32_t i = 0; i < set->count; i++)
		if (items[i]->op != EXPR_CONST)
			set->op = EXPR_SET;
	if (set->op == EXPR_CONST_SET && set->count <= 1000)
		drop_repeated(set);
	return set;
}

/* Where one value is expected this is a set all the same, which the caller says. */
static struct expr *check_empty_set(struct scope *scope,
    const struct ast *ast, struct type expected)
{
	if (expected.tag == TYPE_COUNT)
		return expr_error(scope, ast->span);
	if (expected.tag != TYPE_ERROR && expected.tag != TYPE_NONE)
		return expr_new(scope, EXPR_CONST_SET, type_set_of(expected),
		    ast->span);
	diag_add(scope->front->all, DIAG_E2016, ast->span,
	    "nothing says what this empty set is a set of");
	return expr_error(scope, ast->span);
}

struct expr *check_set_literal(struct scope *scope, const struct ast *ast,
    struct type expected)
{
	struct type hint = element_hint(expected), type = { 0 };
	struct expr **items;
	uint32_t first = telling_element(scope, ast);
	bool is_fine = true;

	if (ast->count == 0)
		return check_empty_set(scope, ast, expected);
	items = ARENA_ARRAY(scope->front->arena, struct expr *, ast->count);
	if (hint.tag == TYPE_ERROR) {
		items[first] = check_expr(scope, ast->items[first], hint);
		hint = expr_is_error(items[first]) ? LOST_TYPE
		    : items[first]->type;
	}
	for (uint32_t i = 0; i < ast->count; i++) {
		if (!items[i])
			items[i] = check_expr(scope, ast->items[i], hint);
		is_fine &= widen(scope, items[i], &type);
	}
	if (!is_fine)
		return expr_error(scope, ast->span);
	return make_set(scope, ast, items, type);
}

/* --- union, intersect, without, subset of ------------------------------- */

static bool is_one_set(struct scope *scope, struct expr *e)
{
	struct diagnostic *d;

	if (expr_is_error(e))
		return false;
	if (e->type.set)
		return true;
	d = diag_add(scope->front->all, DIAG_E2007, e->span,
	    "%.*s is not a set", STR_ARG(expr_quote(scope, e->span)));
	diag_help(scope->front->all, d, "write `{ ... }` around one value");
	return false;
}

/* A union may hold entities of two kinds that are based on one. */
static bool is_joinable(struct scope *scope, const struct ast *ast,
    const struct pair *pair)
{
	return ast->op == OP_UNION && type_join(scope->front->schema,
	    pair->left->type, pair->right->type).tag == TYPE_ENTITY;
}

static bool are_sets(struct scope *scope, const struct ast *ast,
    struct pair *pair)
{
	bool left = is_one_set(scope, pair->left);
	bool right = is_one_set(scope, pair->right);

	if (!left || !right)
		return false;
	return is_joinable(scope, ast, pair) ||
	    check_agree(scope, ast->span, pair);
}

/* What `without` and `intersect` leave is of the left side's kind; a union
 * is of the kind that both sides are based on. */
static struct type result_of(struct scope *scope, const struct ast *ast,
    const struct pair *pair)
{
	if (ast->op == OP_WITHOUT)
		return pair->left->type;
	return type_join(scope->front->schema, pair->left->type,
	    pair->right->type);
}

struct expr *check_set_operation(struct scope *scope, const struct ast *ast,
    struct type expected)
{
	struct pair pair = check_pair(scope, ast->slot[0], ast->slot[1],
	    expected);
	enum expr_op op = ast->op == OP_UNION ? EXPR_UNION
	    : ast->op == OP_WITHOUT ? EXPR_WITHOUT : EXPR_INTERSECT;

	if (!are_sets(scope, ast, &pair))
		return expr_error(scope, ast->span);
	return expr_binary(scope, op, result_of(scope, ast, &pair),
	    ast->span, pair.left, pair.right);
}

struct expr *check_subset(struct scope *scope, const struct ast *ast,
    struct type expected)
{
	struct pair pair = check_pair(scope, ast->slot[0], ast->slot[1],
	    ANY_TYPE);

	(void)expected;
	if (!are_sets(scope, ast, &pair))
		return expr_error(scope, ast->span);
	return expr_truth(scope, EXPR_SUBSET, ast->span, pair.left,
	    pair.right);
}

/* --- (x assuming v) ----------------------------------------------------- */

static struct expr *assume_complete(struct scope *scope,
    const struct ast *ast, struct expr *e)
{
	if (expr_is_error(e))
		return e;
	if (e->type.set)
		return expr_unary(scope, EXPR_ASSUME_COMPLETE, e->type,
		    ast->span, e);
	diag_add(scope->front->all, DIAG_E2007, e->span,
	    "only a set can be assumed complete");
	return expr_error(scope, ast->span);
}

struct expr *check_assuming(struct scope *scope, const struct ast *ast,
    struct type expected)
{
	struct expr *e = check_expr(scope, ast->slot[0], expected), *assumed;
	struct diagnostic *d;

	if (!ast->slot[1])
		return assume_complete(scope, ast, e);
	if (expr_is_error(e)) {
		check_expr(scope, ast->slot[1], LOST_TYPE);
		return e;
	}
	if (e->type.set) {
		d = diag_add(scope->front->all, DIAG_E2007, e->span,
		    "a set is assumed complete, or not at all");
		diag_help(scope->front->all, d, "write `assuming complete`");
		return expr_error(scope, ast->span);
	}
	assumed = check_as(scope, ast->slot[1], e->type);
	if (expr_is_error(assumed))
		return assumed;
	return expr_binary(scope, EXPR_ASSUME, e->type, ast->span, e,
	    assumed);
}
